# SPDX-License-Identifier: GPL-3.0-or-later
"""check-accounts.py: only persons of the policy, only salted hashes, every mistake with its line; no hash and no
password is ever printed.
"""

from tool import TreeTest, run

YESCRYPT = '$y$j9T$a7CfnT/eT5YPV5bpM2DPC/$Nn5wtkOK7tAu/LpmWztv6PWesedT76Qdswln9uSd2pA'
SHA512 = '$6$saltsalt$' + 'a' * 86
POLICY = '[person sato]\nname[ja]=佐藤\n\n[person suzuki]\nname[ja]=鈴木\n'

# name, text of the file, (line, words of the English message)...
MISTAKES = [
    ('a password as it was typed', 'sato:Midori-2026\n', (1, 'not a hash')),
    ('no password', 'sato:\n', (1, 'not a hash')),
    ('locked', 'sato:!\n', (1, 'not a hash')),
    ('MD5', 'sato:$1$abc$abcdefghijklmnopqrstuv\n', (1, 'not a hash')),
    ('something behind the hash', f'sato:{YESCRYPT}x\n', (1, 'not a hash')),
    ('a whole line of shadow', f'sato:{YESCRYPT}:20000:0:90:14:::\n', (1, 'not of the form')),
    ('no colon', 'sato\n', (1, 'not of the form')),
    ('not a person of the policy', f'root:{YESCRYPT}\n', (1, 'no [person ...]')),
    ('given twice', f'sato:{YESCRYPT}\nsato:{SHA512}\n', (2, 'given twice')),
    ('several at once', f'tanaka:{YESCRYPT}\n\n# ok\nsuzuki:abc\n', (1, 'no [person ...]'), (4, 'not a hash')),
]


class AccountsTest(TreeTest):
    """The tool on one file of accounts and one of a policy."""

    def check(self, text):
        """Exit status and complaints."""
        status, printed, complaints = run('check-accounts.py', self.put('accounts', text),
                                          self.put('policy.conf', POLICY))
        self.assertEqual(printed, '')
        return status, complaints

    def test_good(self):
        self.assertEqual(self.check(f'# people\nsato:{YESCRYPT}\nsuzuki:{SHA512}\n'), (0, ''))
        self.assertEqual(self.check(''), (0, ''))

    def test_mistakes(self):
        for name, text, *expected in MISTAKES:
            with self.subTest(name):
                status, complaints = self.check(text)
                self.assertEqual(status, 1)
                english = [line for line in complaints.splitlines() if line.isascii()]
                self.assertEqual(len(english), len(expected))
                for line, (number, words) in zip(english, expected):
                    self.assertIn(f':{number}: ', line)
                    self.assertIn(words, line)
                self.assertEqual(len(complaints.splitlines()), 2 * len(expected))
                for secret in ('Midori', '$1$', YESCRYPT, SHA512):
                    self.assertNotIn(secret, complaints)

    def test_missing(self):
        status, _, complaints = run('check-accounts.py', self.path('nothing'), self.put('policy.conf', POLICY))
        self.assertEqual(status, 1)
        self.assertIn('cannot be read', complaints)
