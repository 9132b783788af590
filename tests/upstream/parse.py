#!/usr/bin/env python3
"""Every `.na` file of a checkout of aitomatic/dana through `danaide check`.

usage: tests/upstream/parse.py CHECKOUT [--danaide BINARY]

Only the files that docs/compatibility.md lists as broken may have syntax errors, and each of those must have one. Prints a
table, and ends with 1 if a file differs from that.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from documented import section


def known_broken() -> set[str]:
    """The files named in the first column of the table under "Files with syntax errors"."""
    return set(re.findall(r"^\| `([^`]+\.na)`", section("## Files with syntax errors"), re.MULTILINE))


def programs(checkout: Path) -> list[Path]:
    found = []
    for folder, _, names in os.walk(checkout):
        found += [Path(folder, name) for name in names if name.endswith(".na")]
    return sorted(path for path in found if path.is_file())


def syntax_errors(danaide: str, paths: list[Path]) -> dict[str, list[dict]]:
    errors = defaultdict(list)
    for start in range(0, len(paths), 100):
        batch = [str(path) for path in paths[start : start + 100]]
        done = subprocess.run([danaide, "check", "--output", "json", *batch], capture_output=True, text=True)
        if done.returncode not in (0, 3):
            sys.exit(f"`danaide check` ended with {done.returncode}: {done.stderr}")
        for line in done.stdout.splitlines():
            finding = json.loads(line)
            if finding["code"] == "syntax-error":
                errors[finding["path"]].append(finding)
    return errors


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("checkout", type=Path)
    arguments.add_argument("--danaide", default=os.environ.get("DANAIDE_BIN", "danaide"))
    options = arguments.parse_args()
    checkout = options.checkout.resolve()
    paths = programs(checkout)
    if not paths:
        sys.exit(f"no .na files below {checkout}")
    errors = {
        Path(path).resolve().relative_to(checkout).as_posix(): found
        for path, found in syntax_errors(options.danaide, paths).items()
    }
    broken = known_broken()
    present = {path.relative_to(checkout).as_posix() for path in paths}
    for path, found in sorted(errors.items()):
        start = found[0]["range"]["start"]
        print(f"{path}:{start['line']}:{start['column']}: {found[0]['message']} (errors: {len(found)})")
    unexpected = sorted(set(errors) - broken)
    healed = sorted((broken & present) - set(errors))
    for path in unexpected:
        print(f"not listed in docs/compatibility.md: {path}")
    for path in healed:
        print(f"listed as broken, but has no error: {path}")
    print(f"{len(paths)} files, {len(paths) - len(errors)} without syntax errors, {len(errors)} broken")
    return 1 if unexpected or healed else 0


if __name__ == "__main__":
    sys.exit(main())
