#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints "PASSED FAILED" for the testlog.json of meson test: single checks; a skipped one failed. Then what failed, a line
each, and why, as far as the test says it."""

import json
import re
import sys

MOST = 12  # lines of a reason

passed = failed = 0
names = []


def reasons(output, bad):
    """What the output says behind the line @bad, or at its end."""
    lines = output.splitlines()
    if bad in (line.strip() for line in lines):
        at = [line.strip() for line in lines].index(bad) + 1
        said = []
        for line in lines[at:at + MOST]:
            if not line.lstrip().startswith("#"):
                break
            said.append(line)
        return said
    return lines[-MOST:]


try:
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            test = json.loads(line)
            output = test.get("stdout") or ""
            good = re.findall(r"^\s*ok \d+(?!.*# *skip).*$", output, re.M | re.I)
            bad = re.findall(r"^\s*((?:not ok \d+|ok \d+.*# *skip).*)$", output, re.M | re.I)
            passed += len(good)
            failed += len(bad)
            if test["result"] == "OK":
                passed += not good and not bad
            elif not bad:
                failed += 1
                bad = [f"{test['result']} ({test.get('returncode')})"]
                output += test.get("stderr") or ""
            for line in bad:
                names += [f"{test['name']}: {said}" for said in [line] + reasons(output, line)]
except (OSError, ValueError, KeyError) as error:
    print(f"{sys.argv[1]}: {error}", file=sys.stderr)
    failed += 1
    names.append("no complete log")
if not passed and not failed:
    failed = 1
    names.append("nothing was checked")
print(passed, failed)
print(*names, sep="\n")
