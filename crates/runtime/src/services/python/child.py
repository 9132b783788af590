"""Runs modules of Python for a Dana program: reads requests as frames of JSON, answers each, and ends with its parent."""

import importlib
import io
import json
import math
import operator
import os
import queue
import struct
import sys
import threading

# The frames have these for themselves; whatever else writes to the standard output writes to the log.
FRAMES_IN = os.fdopen(os.dup(0), "rb")
FRAMES_OUT = os.fdopen(os.dup(1), "wb")
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)

class Granted(type(os.environ)):
    """The variables of the environment that the program was granted."""

    def __getitem__(self, key):
        try:
            return super().__getitem__(key)
        except KeyError:
            text = f"{key} is not set, or not granted; run with --allow env={key} to allow reading it"
            raise KeyError(text) from None


os.environ.__class__ = Granted

# Larger collections stay here, and those that contain themselves or are nested deeper, in levels of JSON.
MOST_ITEMS = 100_000
MOST_LEVELS = 100

OBJECTS = {}


class Printed(io.TextIOBase):
    """What was printed since the last answer."""

    def __init__(self):
        self.parts = []

    def writable(self):
        return True

    def write(self, text):
        self.parts.append(text)
        return len(text)

    def take(self):
        text = "".join(self.parts)
        self.parts.clear()
        return text


PRINTED = Printed()
sys.stdout = PRINTED


def plain(value, left, level):
    """The value as JSON, or ValueError if it is no plain data."""
    left[0] -= 1
    if level > MOST_LEVELS:
        left[0] = -1
    if left[0] < 0:
        raise ValueError
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return value if -(2**63) <= value < 2**63 else {"$int": str(value)}
    if kind is float:
        return value if math.isfinite(value) else {"$float": str(value)}
    if kind is bytes:
        return {"$bytes": value.hex()}
    if kind is list or kind is tuple:
        return [any_value(item, left, level + 1) for item in value]
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: any_value(item, left, level + 1) for key, item in value.items()}
        return {"$dict": [[plain(key, left, level + 3), any_value(item, left, level + 3)] for key, item in value.items()]}
    raise ValueError


def any_value(value, left, level=0):
    try:
        return plain(value, left, level)
    except ValueError:
        if left[0] < 0:
            raise
        left[1] = True
        return reference(value)


def reference(value):
    number = len(OBJECTS) + 1
    OBJECTS[number] = value
    return {"$ref": number, "$type": f"{type(value).__module__}.{type(value).__qualname__}"}


def taken(value):
    if isinstance(value, list):
        return [taken(item) for item in value]
    if isinstance(value, dict):
        if len(value) == 1:
            [(key, inner)] = value.items()
            if key == "$ref":
                return OBJECTS[inner]
            if key == "$int":
                return int(inner)
            if key == "$float":
                return float(inner)
            if key == "$bytes":
                return bytes.fromhex(inner)
            if key == "$dict":
                return {taken(name): taken(item) for name, item in inner}
        return {key: taken(item) for key, item in value.items()}
    return value


def load(name, importer, missing):
    folder = os.path.dirname(importer)
    if folder and folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # One that the module itself imports is named by Python.
        if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
            raise ModuleNotFoundError(missing or str(error)) from None
        raise


def index(key):
    """Lists stand for tuples: keys cannot be lists."""
    return tuple(index(item) for item in key) if isinstance(key, list) else key


OPERATIONS = {
    "import": load,
    "get": getattr,
    "set": setattr,
    "call": lambda callee, args, named: callee(*args, **named),
    "getitem": lambda value, key: value[index(key)],
    "setitem": lambda value, key, item: operator.setitem(value, index(key), item),
    "delitem": lambda value, key: operator.delitem(value, index(key)),
    "list": list,
    "enter": lambda value: value.__enter__(),
    "exit": lambda value: bool(value.__exit__(None, None, None)),
    **{kind.__name__: kind for kind in (len, bool, str, repr, int, float, abs, round)},
    **{
        name: getattr(operator, name)
        for name in "contains eq ne lt le gt ge add sub mul truediv floordiv mod pow and_ or_ neg".split()
    },
}


def answer(request):
    try:
        values = [taken(value) for value in request["values"]]
        result = OPERATIONS[request["operation"]](*values)
        left = [MOST_ITEMS, False]
        try:
            value = any_value(result, left)
        except ValueError:
            left[1] = True
            value = reference(result)
        return {"value": value, "refs": left[1]}
    except BaseException as error:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        try:
            message = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
        except Exception:
            message = ""
        return {"error": {"kinds": kinds, "message": message}}


def read(requests):
    while True:
        head = FRAMES_IN.read(4)
        body = FRAMES_IN.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""
        if not body:
            # The program has ended, however it did: so does this.
            os._exit(0)
        requests.put(json.loads(body))


def main():
    requests = queue.Queue()
    threading.Thread(target=read, args=(requests,), daemon=True).start()
    while True:
        result = answer(requests.get())
        result["printed"] = PRINTED.take()
        body = json.dumps(result).encode("utf-8", "surrogatepass")
        FRAMES_OUT.write(struct.pack(">I", len(body)) + body)
        FRAMES_OUT.flush()


main()
