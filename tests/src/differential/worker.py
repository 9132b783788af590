"""Runs Python programs: reads one JSON object per line, {"source": …}, and answers each with one line,
{"output": …, "type": …, "message": …}; the type is null if the program ended well."""

import builtins
import io
import json
import math
import resource
import signal
import sys
import warnings

SECONDS = 3
BYTES = 2 << 30
LONGEST_OUTPUT = 1 << 20


class TimeUp(BaseException):
    pass


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
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        try:
            exec(compile(source, "program", "exec"), {"__name__": "__main__"})
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
