# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists that a terminal is made of are read by people who have to judge them: each line has its reason, and
nothing stands there twice.
"""

import os
import re
import subprocess
import unittest

from tool import IMAGE, ROOT

OVERLAY = 'definition/overlay/usr/lib'
# A line and its reason behind it: file, what stands before the reason, what must not stand there twice.
WITH_REASON = (
    ('packages.txt', r'([a-z0-9][a-z0-9.+-]+)'),
    ('builder-packages.txt', r'([a-z0-9][a-z0-9.+-]+)'),
    ('definition/keep.txt', r'(/\S+)'),
    ('definition/keep-initrd.txt', r'(/\S+)'),
    ('definition/cmdline.txt', r'([a-z0-9_.]+)(?:=\S+)?'),
)
# Lines under the reason that they share, up to an empty line.
WITH_REASON_ABOVE = (
    (f'{OVERLAY}/sysctl.d/90-maintenance-kiosk.conf', r'([a-z0-9_.-]+) = \S.*'),
    (f'{OVERLAY}/modprobe.d/maintenance-kiosk.conf', r'(options \S+|install \S+) (?:\S+=\S+|/bin/false)'),
    (f'{OVERLAY}/modules-load.d/maintenance-kiosk.conf', r'([a-z0-9_-]+)'),
    ('../data/system/seal.conf', r'([a-z0-9_.]+) = \S.*'),
)


def read(name):
    """Number and text of each line."""
    with open(os.path.join(IMAGE, name), encoding='utf-8') as file:
        return list(enumerate(file.read().splitlines(), 1))


class ListTest(unittest.TestCase):
    """Reads the lists themselves."""

    def check(self, found, problems):
        """Something was read, nothing twice, nothing wrong."""
        twice = sorted({f'{name}: stands there twice' for name in found if found.count(name) > 1})
        self.assertTrue(found)
        self.assertEqual(problems + twice, [])

    def test_reason_behind_each_line(self):
        for name, form in WITH_REASON:
            with self.subTest(name=name):
                found, problems = [], []
                for number, line in read(name):
                    if not line or line.startswith('#'):
                        continue
                    match = re.fullmatch(form + r' +# \S.*', line)
                    if match:
                        found.append(match[1])
                    else:
                        problems.append(f'{name}:{number}: needs one word and its reason: {line}')
                self.check(found, problems)

    def test_reason_above_each_line(self):
        for name, form in WITH_REASON_ABOVE:
            with self.subTest(name=name):
                found, problems, reason = [], [], False
                for number, line in read(name):
                    if not line.strip('# '):
                        reason = False
                    elif line.startswith('#'):
                        reason = 'SPDX' not in line
                    else:
                        match = re.fullmatch(form, line)
                        found += [match[1]] if match else []
                        if not match or not reason:
                            problems.append(f'{name}:{number}: needs the form and a reason above: {line}')
                self.check(found, problems)

    def test_packages_of_the_terminal_are_needed_by_name(self):
        """None of those that would bring a shell, a tool or a service for people."""
        found = [line.split()[0] for _, line in read('packages.txt') if line and not line.startswith('#')]
        self.assertEqual([name for name in found
                          if re.fullmatch(r'.*-dev|.*-dbg.*|bash|busybox.*|openssh.*|sudo|dbus.*|x(server|org).*|xwayland',
                                          name)], [])


class SetupTest(unittest.TestCase):
    """setup.sh --packages, by which the builder gets its tools; what is there already needs no network."""

    def setup(self, *arguments):
        """(exit status, what it printed, what it complained about)"""
        done = subprocess.run([os.path.join(ROOT, 'kiosk/demo/setup.sh'), *arguments], capture_output=True, text=True,
                              timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    @unittest.skipIf(os.getuid(), 'only root installs packages')
    def test_packages_that_are_there(self):
        self.assertEqual(self.setup('--packages', 'dpkg', 'coreutils'), (0, '', ''))

    def test_packages_without_a_name(self):
        status, _, complaints = self.setup('--packages')
        self.assertEqual(status, 2)
        self.assertIn('setup.sh --packages NAME...', complaints)

    @unittest.skipIf(os.getuid(), 'only root installs packages')
    def test_packages_that_are_none(self):
        for name in ('-oDir::Etc=/tmp', './file.deb', '/tmp/file.deb', 'dpkg=1', 'kiosk-no-such-package-', 'Dpkg', 'a b', ''):
            with self.subTest(name=name):
                status, printed, complaints = self.setup('--packages', 'dpkg', name)
                self.assertEqual((status, printed), (1, ''))
                self.assertIn(f'Not the name of a package: {name}', complaints)
