#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-accounts.py ACCOUNTS POLICY-FILE... - looks at the local accounts of a site before they go into an
image: "ID:hash", one person a line, each of them a person of the policy, with a salted hash (R30; C44).

A mistake is told as FILE:LINE in Japanese and English, all of them at once. A hash is never shown.
"""

import re
import sys

# crypt(5): yescrypt, gost-yescrypt, SHA-512. Anything else is too weak, or a password as it was typed.
HASH = re.compile(r'\$(y|gy)\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}'
                  r'|\$6\$(rounds=[0-9]+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}')


def read_persons(paths):
    """The IDs of all [person ID] sections."""
    persons = set()
    for path in paths:
        with open(path, encoding='utf-8') as lines:
            persons.update(match[1] for match in map(re.compile(r'\[person ([^\]]+)\]').match, lines) if match)
    return persons


def find_problems(path, persons):
    """What is wrong, as (line, Japanese, English)."""
    seen = set()
    with open(path, encoding='utf-8') as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip('\n')
            if not line or line.startswith('#'):
                continue
            fields = line.split(':')
            if len(fields) != 2:
                yield number, '「ID:ハッシュ」の形ではありません。', 'not of the form ID:hash'
                continue
            name, password = fields
            if name not in persons:
                yield number, '設定に [person …] がない ID です。', 'no [person ...] of the policy has this ID'
            if name in seen:
                yield number, '同じ ID が二度書かれています。', 'this ID is given twice'
            seen.add(name)
            if not HASH.fullmatch(password):
                yield (number, 'ハッシュではありません。mkpasswd -m yescrypt で作ります。',
                       'not a hash; mkpasswd -m yescrypt makes one')


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__.split(' - ', 1)[0])
    path = sys.argv[1]
    try:
        problems = list(find_problems(path, read_persons(sys.argv[2:])))
    except (OSError, UnicodeDecodeError):
        sys.exit(f'{path}: 読めません。\n{path}: cannot be read')
    for number, japanese, english in problems:
        print(f'{path}:{number}: {japanese}\n{path}:{number}: {english}', file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == '__main__':
    main()
