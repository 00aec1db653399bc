# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of udev by which every device is refused (udev-rules): each has its reason, udevadm(8) has nothing to say
about them, and both the terminal and its initrd have them. What they do is shown on a machine: tests/e2e/machine.
"""

import os
import re
import shutil
import subprocess
import unittest

from tool import IMAGE, ROOT

RULES = os.path.join(ROOT, 'udev-rules/10-maintenance-kiosk.rules')


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def can_verify():
    """Whether the udevadm here knows the word (systemd 254)."""
    if not shutil.which('udevadm'):
        return False
    done = subprocess.run(['udevadm', '--version'], capture_output=True, text=True, check=False)
    return done.returncode == 0 and int(re.match(r'\d+', done.stdout)[0]) >= 254


class RulesTest(unittest.TestCase):
    """Reads them."""

    def test_reason_above_each_rule(self):
        problems, reason, count = [], False, 0
        for number, line in enumerate(read(RULES).splitlines(), 1):
            if not line:
                reason = False
            elif line.startswith('#'):
                reason = not line.startswith('# ----') and 'SPDX' not in line
            elif not re.match(r'LABEL="[a-z_]+"$', line):
                count += 1
                # Who leaves a section says so by its label's name.
                if not reason and not re.search(r', GOTO="kiosk_[a-z]+_end"$', line):
                    problems.append(f'{number}: needs a reason above: {line}')
        self.assertGreater(count, 20)
        self.assertEqual(problems, [])

    def test_nothing_is_opened(self):
        """Only the interface of the machine's own hubs is ever given a 1 that lets something in."""
        opened = [line for line in read(RULES).splitlines()
                  if re.search(r'authorized(_default)?\}="[1-9]', line) and 'KERNEL=="[0-9]*-0:1.0"' not in line]
        self.assertEqual(opened, [])

    def test_no_program_is_started(self):
        self.assertNotRegex(read(RULES), r'\b(RUN|PROGRAM|IMPORT)\b')

    def test_the_terminal_and_its_initrd_have_them(self):
        self.assertIn('/usr/lib/udev/rules.d/*maintenance-kiosk*', read(os.path.join(IMAGE, 'definition/keep.txt')))
        self.assertIn('/usr/lib/udev/rules.d/10-maintenance-kiosk.rules',
                      read(os.path.join(IMAGE, 'definition/keep-initrd.txt')))
        self.assertIn('usr/lib/udev/rules.d/10-maintenance-kiosk.rules',
                      read(os.path.join(IMAGE, 'definition/postinst-initrd')))
        self.assertIn('udev-rules/10-maintenance-kiosk.rules', read(os.path.join(ROOT, 'kiosk/data/meson.build')))

    if can_verify():
        def test_udevadm_finds_no_fault(self):
            done = subprocess.run(['udevadm', 'verify', '--no-summary', RULES], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))
