"""Runs Python programs: reads one JSON object per line, {"source": …}, and answers each with one line,
{"output": …, "type": …, "message": …}; the type is null if the program ended well."""

import ast
import builtins
import io
import json
import math
import operator
import resource
import signal
import sys
import warnings

SECONDS = 3
BYTES = 2 << 30
LONGEST_OUTPUT = 1 << 20


class TimeUp(BaseException):
    pass


class Uncommon(BaseException):
    """The program does what means something else in Dana: it adds a text and a number, or makes a range beyond 64 bits. Or it
    does what CPython 3.11 alone does: a keyword given twice while an exception is handled is a KeyError. Or the message or the
    result depends on the process: sets of several types are sorted, text is hashed."""


def is_mixed(value):
    """Is it a set of which the order decides what is wrong with sorting it?"""
    if not isinstance(value, (set, frozenset)):
        return False
    numbers = [item for item in value if isinstance(item, (int, float))]
    return 0 < len(numbers) < len(value) or len({type(item) for item in value if item not in numbers}) > 1


def has_text(value):
    """Has it a part whose hash is another one in each process?"""
    if isinstance(value, (tuple, frozenset)):
        return any(has_text(item) for item in value)
    return isinstance(value, (str, bytes)) or value is None


class Watch:
    """Does the operations of a program that may be uncommon."""

    def __init__(self):
        self.is_common = True

    def add(self, left, right, add=operator.add):
        if isinstance(left, str) and isinstance(right, (int, float)) or isinstance(left, (int, float)) and isinstance(right, str):
            self.is_common = False
            raise Uncommon
        return add(left, right)

    def add_to(self, left, right):
        return self.add(left, right, operator.iadd)

    def sorted(self, value):
        return self.common(value, not is_mixed(value))

    min = max = sorted

    def hash(self, value):
        return self.common(value, not has_text(value))

    def range(self, value):
        return self.common(value, not isinstance(value, int) or abs(value) < 1 << 63)

    def common(self, value, is_common):
        if not is_common:
            self.is_common = False
            raise Uncommon
        return value

    def keywords(self, mapping, before):
        if sys.exc_info()[1] is not None and any(key in before for key in mapping):
            self.is_common = False
            raise Uncommon
        return mapping


class Watched(ast.NodeTransformer):
    """Has a watch do the operations."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        return self.operation("add", [node.left, node.right], node) if isinstance(node.op, ast.Add) else node

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, ast.Add):
            return node
        # What the place is made of is evaluated once, before the value.
        parts, place = self.place(node.target)
        names = [f"+part{at}" for at in range(len(parts))]
        held = [ast.Assign([ast.Name(name, ast.Store())], part) for name, part in zip(names, parts)]
        loaded = [ast.Name(name, ast.Load()) for name in names]
        value = self.operation("add_to", [place(loaded, ast.Load()), node.value], node)
        assigned = ast.Assign([place(loaded, ast.Store())], value)
        return [ast.fix_missing_locations(ast.copy_location(each, node)) for each in [*held, assigned]]

    @staticmethod
    def place(target):
        """What is evaluated for a place, and what makes the place from that."""
        if isinstance(target, ast.Attribute):
            return [target.value], lambda parts, context: ast.Attribute(parts[0], target.attr, context)
        if not isinstance(target, ast.Subscript):
            return [], lambda parts, context: ast.Name(target.id, context)
        if not isinstance(target.slice, ast.Slice):
            return [target.value, target.slice], lambda parts, context: ast.Subscript(parts[0], parts[1], context)
        ends = [end or ast.Constant(None) for end in (target.slice.lower, target.slice.upper, target.slice.step)]
        return [target.value, *ends], lambda parts, context: ast.Subscript(parts[0], ast.Slice(*parts[1:]), context)

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in ("sorted", "min", "max", "hash", "range"):
            is_plain = node.func.id == "range" or len(node.args) == 1
            node.args = [
                self.operation(node.func.id, [arg], node) if is_plain and not isinstance(arg, ast.Starred) else arg
                for arg in node.args
            ]
        before = []
        for keyword in node.keywords:
            value = keyword.value
            if keyword.arg is not None:
                before.append(keyword.arg)
            elif isinstance(value, ast.Dict):
                names = ast.Tuple([ast.Constant(name) for name in before], ast.Load())
                keyword.value = self.operation("keywords", [value, names], node)
                before += [key.value for key in value.keys if isinstance(key, ast.Constant)]
        return node

    @staticmethod
    def operation(name, arguments, node):
        watch = ast.Name("+watch", ast.Load())
        call = ast.Call(ast.Attribute(watch, name, ast.Load()), arguments, [])
        return ast.fix_missing_locations(ast.copy_location(call, node))


class Output(io.StringIO):
    def write(self, text):
        if self.tell() > LONGEST_OUTPUT:
            raise TimeUp
        return super().write(text)


def time_up(signum, frame):
    raise TimeUp


def run(source):
    output = Output()
    sys.stdout = output
    kind = message = None
    watch = Watch()
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        try:
            tree = Watched().visit(ast.parse(source, "program"))
            exec(compile(tree, "program", "exec"), {"__name__": "__main__", "+watch": watch})
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except TimeUp:
        kind, message = "TimeUp", ""
    except BaseException as error:
        kind = type(error).__name__
        try:
            message = str(error)
        except Exception:
            message = "?"
    finally:
        sys.stdout = sys.__stdout__
    if not watch.is_common:
        kind, message = "Uncommon", ""
    return {"output": output.getvalue(), "type": kind, "message": message}


def main():
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    signal.signal(signal.SIGALRM, time_up)
    # The builtins of these names close the standard input first, from which the next program comes.
    builtins.exit = builtins.quit = sys.exit
    for line in sys.stdin:
        answer = json.dumps(run(json.loads(line)["source"]))
        print(answer, flush=True)


main()
