#!/usr/bin/env python3
"""Every `.na` program of a checkout of aitomatic/dana with the built `danaide`, as upstream's own interpreter runs it.

usage: tests/upstream/run.py CHECKOUT [--green FILE] [--expected FILE] [--danaide BINARY] [--only PART] [--json FILE]

`--green` names a file with one program a line (`#` starts a comment): those that end with 0 in upstream's interpreter.
`--expected` names a file with one JSON object a line: `path`, and the `stdout` that upstream's interpreter prints.
Each program runs in the checkout's root with the mock model and a time limit. Prints a table, and ends with 1 if a green
program fails, or an output differs, without being listed in docs/compatibility.md.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from documented import read_lines, section

FOLDERS = ["tests", "examples", "dana/libs"]
HEADING = "## Programs that do not end as in upstream"


def listed() -> set[str]:
    """The programs in the first column of the tables under the heading in docs/compatibility.md."""
    return set(re.findall(r"^\| `([^`]+\.na)`", section(HEADING), re.MULTILINE))


def programs(checkout: Path) -> list[str]:
    found = []
    for folder in FOLDERS:
        found += [path.relative_to(checkout).as_posix() for path in (checkout / folder).rglob("*.na") if path.is_file()]
    return sorted(found)


def run(danaide: str, checkout: Path, program: str, limit: float) -> dict:
    environment = dict(os.environ, DANA_MOCK_LLM="true")
    try:
        done = subprocess.run(
            [danaide, "run", program],
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        return {"path": program, "code": 124, "stdout": "", "error": f"no end within {limit:g} s", "stderr": ""}
    stderr = done.stderr.decode("utf-8", "replace")
    return {
        "path": program,
        "code": done.returncode,
        "stdout": done.stdout.decode("utf-8", "replace"),
        "error": error_line(stderr) if done.returncode else "",
        "stderr": stderr,
    }


def error_line(stderr: str) -> str:
    """The line that says what went wrong: the last headline of a traceback, or the first diagnostic."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    headlines = [line for line in lines if re.match(r"^[A-Z]\w*(Error|Exception|Exhausted|Interrupt|Exit)\b", line)]
    errors = [line for line in lines if re.search(r"\berror\b", line)]
    return (headlines[-1:] or errors[:1] or lines[-1:] or [""])[0].strip()[:200]


def comparable(text: str) -> str:
    """Upstream prints escapes as they are written."""
    return text.replace("\\n", "\n").replace("\\t", "\t").strip()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("checkout", type=Path)
    arguments.add_argument("--green", type=Path)
    arguments.add_argument("--expected", type=Path)
    arguments.add_argument("--danaide", default=os.environ.get("DANAIDE_BIN", "danaide"))
    arguments.add_argument("--only", default="", help="run the programs whose path holds this text")
    arguments.add_argument("--limit", type=float, default=20.0, help="seconds for each program")
    arguments.add_argument("--json", type=Path, help="write all results to this file")
    options = arguments.parse_args()
    checkout = options.checkout.resolve()
    names = [name for name in programs(checkout) if options.only in name]
    if not names:
        sys.exit(f"no .na files below {checkout}")
    green = set(read_lines(options.green))
    expected = {it["path"]: it["stdout"] for it in map(json.loads, read_lines(options.expected))}
    danaide = os.path.abspath(options.danaide) if os.sep in options.danaide else options.danaide
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = list(pool.map(lambda name: run(danaide, checkout, name, options.limit), names))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")

    unlisted = 0
    known = listed()
    same, compared, green_run, green_passed = 0, 0, 0, 0
    for result in results:
        path = result["path"]
        failed = result["code"] != 0
        differs = path in expected and not failed and comparable(expected[path]) != comparable(result["stdout"])
        green_run += path in green
        green_passed += path in green and not failed
        compared += path in expected
        same += path in expected and not failed and not differs
        if failed or differs:
            group = "green" if path in green else "other"
            note = "" if path in known else " (not listed)"
            print(f"{group} {result['code']:>3} {path}{note}: {result['error'] if failed else 'other output'}")
            unlisted += path not in known and (path in green or differs)
    passed = sum(result["code"] == 0 for result in results)
    print(f"\n| programs | run | end with 0 |\n| --- | --- | --- |\n| all | {len(results)} | {passed} |")
    print(f"| green in upstream's interpreter | {green_run} | {green_passed} |")
    print(f"| with a known output: the same | {compared} | {same} |")
    return 1 if unlisted else 0


if __name__ == "__main__":
    sys.exit(main())
