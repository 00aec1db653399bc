#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Boots the terminal's image and checks it from all sides. Inside the builder tree: see ../machine.sh.

    run.py [--core] [--image FOLDER] [--out FOLDER] [CASE...]

Prints a line "ok ..." or "not ok ..." for each check. In FOLDER of --out: summary.txt with figures, and for each
case a folder with pictures of every step, the console and the command line of QEMU.
"""

import argparse
import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
from suite import CASES, Suite  # noqa: E402

# In this order they are run.
GROUPS = ("boot", "work", "state", "network", "collector", "reach", "devices", "buses", "keyboards", "keys", "power", "locked", "monitor", "kill", "log_disk", "power_cuts", "integrity",
          "traces", "release", "bare_window")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--core", action="store_true", help="only the short run")
    parser.add_argument("--image", default="/srv/build/out")
    parser.add_argument("--out", default="/srv/build/machine")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    for group in GROUPS:
        importlib.import_module(f"cases.{group}")
    names = options.cases or [name for name, function in CASES.items() if function.core or not options.core]
    unknown = set(names) - set(CASES)
    if unknown:
        parser.error(f"no such case: {' '.join(sorted(unknown))}; there are: {' '.join(CASES)}")
    suite = Suite(options.image, options.out)
    try:
        suite.prepare()
        suite.run(names)
    finally:
        suite.close()
        suite.write_summary()
    print(f"1..{suite.n_checks}")
    return 1 if suite.n_failed or not suite.n_checks else 0


sys.exit(main())
