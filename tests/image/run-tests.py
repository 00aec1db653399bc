#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the tests of the image builder's own tools (test_*.py beside this file) and prints TAP: a line for each
row of a table. The tools are started as the builder starts them, on small made-up trees.
"""

import os
import sys
import unittest


class Tap(unittest.TestResult):
    """Prints each result. A test with rows (subTest) is as many lines as it has rows."""

    def __init__(self):
        super().__init__()
        self.count = 0
        self.rows = set()

    def tell(self, good, name, text='', directive=''):
        """One line, and the reason below it."""
        self.count += 1
        print(f"{'ok' if good else 'not ok'} {self.count} {name}{directive}", flush=True)
        for line in text.rstrip().splitlines():
            print(f'  # {line}')

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.rows.add(test)
        name = ' '.join(str(value) for value in subtest.params.values()).encode('unicode_escape').decode()
        self.tell(err is None, f'{title(test)}: {name}', '' if err is None else str(err[1]))

    def addSuccess(self, test):
        super().addSuccess(test)
        if test not in self.rows:
            self.tell(True, title(test))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(False, title(test), self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.tell(False, title(test), self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.tell(True, title(test), directive=f' # SKIP {reason}')


def title(test):
    """tool: what is tested."""
    name = test.id().split('.')
    if len(name) < 3:
        return test.id()
    return f"{name[0].removeprefix('test_')}: {name[-1].removeprefix('test_').replace('_', ' ')}"


def main():
    os.umask(0o022)
    sys.dont_write_bytecode = True
    result = Tap()
    unittest.TestLoader().discover(os.path.dirname(os.path.abspath(__file__))).run(result)
    print(f'1..{result.count}')
    sys.exit(0 if result.wasSuccessful() and result.count else 1)


if __name__ == '__main__':
    main()
