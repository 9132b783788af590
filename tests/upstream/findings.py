#!/usr/bin/env python3
"""What `danaide check` says of the programs of a checkout of aitomatic/dana that end without an error in upstream.

usage: tests/upstream/findings.py CHECKOUT --green FILE [--danaide BINARY]

`--green` as in run.py. Prints the findings of the level error, one a line, with the source line, and ends with 1 if one is not
listed in docs/compatibility.md under "Errors in programs that run upstream", or if one that is listed there is not found.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from documented import read_lines, section

HEADING = "### Errors in programs that run upstream"


def listed() -> set[tuple[str, int, str]]:
    """File, line and code in the table under the heading."""
    rows = re.findall(r"^\| `([^`]+\.na)` \| ([\d, ]+) \| `([a-z-]+)` \|", section(HEADING), re.MULTILINE)
    return {(path, int(line), code) for path, lines, code in rows for line in lines.split(",")}


def found(danaide: str, checkout: Path, programs: list[str]) -> list[dict]:
    done = subprocess.run(
        [danaide, "check", "--output", "json", *programs], cwd=checkout, stdin=subprocess.DEVNULL, capture_output=True
    )
    findings = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines() if line.startswith("{")]
    return [it for it in findings if it.get("severity") == "error"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--green", type=Path, required=True)
    parser.add_argument("--danaide", default=os.environ.get("DANAIDE_BIN", "danaide"))
    options = parser.parse_args()
    checkout = options.checkout.resolve()
    programs = read_lines(options.green)
    danaide = os.path.abspath(options.danaide) if os.sep in options.danaide else options.danaide

    judged = listed()
    seen = set()
    unknown = 0
    for finding in found(danaide, checkout, programs):
        path = Path(finding["path"])
        path = path.relative_to(checkout).as_posix() if path.is_absolute() else path.as_posix()
        line = finding["range"]["start"]["line"]
        key = (path, line, finding["code"])
        mark = " " if key in judged else "?"
        unknown += key not in judged and key not in seen
        seen.add(key)
        source = (checkout / path).read_text(encoding="utf-8").splitlines()[line - 1].strip()
        print(f"{mark} {path}:{line}: {finding['code']}: {finding['message']}\n      {source}")
    for path, line, code in sorted(judged - seen):
        print(f"- {path}:{line}: {code} is listed and not found")
    print(f"\n{len(programs)} programs: {len(seen)} errors, {unknown} not listed, {len(judged - seen)} listed and not found")
    return int(unknown > 0 or bool(judged - seen))


if __name__ == "__main__":
    sys.exit(main())
