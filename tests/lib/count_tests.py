#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints "PASSED FAILED" for the testlog.json of meson test: single checks; a skipped one failed. Then what failed, a line
each."""

import json
import re
import sys

passed = failed = 0
names = []
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
                bad = [test["result"]]
            names += [f"{test['name']}: {line}" for line in bad]
except (OSError, ValueError, KeyError) as error:
    print(f"{sys.argv[1]}: {error}", file=sys.stderr)
    failed += 1
    names.append("no complete log")
if not passed and not failed:
    failed = 1
    names.append("nothing was checked")
print(passed, failed)
print(*names, sep="\n")
