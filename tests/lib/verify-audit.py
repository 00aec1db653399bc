#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second verifier of the audit log, written from kiosk/docs/AUDIT-FORMAT.md alone.

It shares nothing with the C code but that document; where the two disagree, one of them or the document is wrong.

  verify-audit.py verify FILE...   fault, line, record, number expected, good records of each file
  verify-audit.py check DIR        TAP: judges each sample of DIR as DIR/expected.tsv says
  verify-audit.py make DIR         writes the samples and expected.tsv
"""

import hashlib
import os
import re
import sys

DOMAIN = b"maintenance-kiosk audit log 1"
LINE_MAX = 8192

TAIL = re.compile(
    rb',"kiosk\.integrity":\{"version":1,"previous":"([0-9a-f]{64})","chain":"([0-9a-f]{64})"\}\}\n\Z')
STRING = r'"(?:[^\x00-\x1f"\\\x7f]|\\"|\\\\)*"'
INTEGER = r'(?:0|[1-9][0-9]*)'
MEMBER = re.compile(r'"([a-z0-9@._]+)":(' + STRING + '|' + INTEGER + ')')
SEQUENCE = re.compile(rb',"event\.sequence":(0|[1-9][0-9]*)')


def digest(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def link(previous, body):
    return digest(previous + len(body).to_bytes(8, "little") + body)


def read_sequence(line):
    found = SEQUENCE.search(line)
    number = int(found.group(1)) if found else 0
    return number if number < 2 ** 63 else 0


def body_is_valid(body):
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if not text.startswith("{") or read_sequence(body) == 0:
        return False
    at, last = 1, ""
    while True:
        found = MEMBER.match(text, at)
        if not found or found.group(1) <= last:
            return False
        value = found.group(2)
        if value[0] != '"' and int(value) >= 2 ** 63:
            return False
        last, at = found.group(1), found.end()
        if at == len(text):
            return True
        if text[at] != ",":
            return False
        at += 1


def split(line):
    """body, previous, chain; or None"""
    tail = TAIL.search(line)
    if not tail or tail.start() == 0:
        return None
    return line[:tail.start()], bytes.fromhex(tail.group(1).decode()), bytes.fromhex(tail.group(2).decode())


def judge(line, number, chain):
    """fault of a line that ends in a line feed, or None"""
    parts = split(line) if len(line) <= LINE_MAX else None
    if not parts:
        return "malformed"
    body, previous, own = parts
    if link(previous, body) != own:
        return "changed"
    if not body_is_valid(body):
        return "malformed"
    sequence = read_sequence(line)
    if sequence == number:
        return None if previous == chain else "unlinked"
    if previous == chain:
        return "changed"
    return "missing" if sequence > number else "doubled"


def stands_further_down(lines, number, chain):
    for line in lines:
        if len(line) > LINE_MAX:
            return False
        parts = split(line) if line.endswith(b"\n") else None
        if parts and read_sequence(line) == number and parts[1] == chain and link(parts[1], parts[0]) == parts[2]:
            return True
    return False


def verify(data):
    """fault, line, sequence, expected, records"""
    lines = [l for l in re.split(rb"(?<=\n)", data) if l]
    chain = digest(DOMAIN)
    for index, line in enumerate(lines):
        number = index + 1
        if not line.endswith(b"\n") and len(line) < LINE_MAX:
            return "torn", number, read_sequence(line), number, index
        fault = judge(line, number, chain)
        if fault == "missing" and stands_further_down(lines[index + 1:], number, chain):
            fault = "moved"
        if fault:
            sequence = read_sequence(line) if len(line) <= LINE_MAX and line.endswith(b"\n") else 0
            return fault, number, sequence, number, index
        chain = split(line)[2]
    return "ok", 0, 0, len(lines) + 1, len(lines)


# ---- Samples ----

def line_of(fields, previous):
    def text(value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(value, str) else str(value)
    body = ("{" + ",".join(f'"{name}":{text(fields[name])}' for name in sorted(fields))).encode()
    own = link(previous, body)
    tail = f',"kiosk.integrity":{{"version":1,"previous":"{previous.hex()}","chain":"{own.hex()}"}}}}\n'
    return body + tail.encode(), own


def good_fields():
    """The records of test-audit.c, as the format says that they look when they are stored."""
    base = {"ecs.version": "8.11.0", "event.kind": "event", "host.id": "kiosk-01", "host.name": "kiosk-01",
            "host.geo.name": "本庁舎 3階", "kiosk.boot": "0f8b6a52-3c1d-4e7f-9a60-5b2c8d1e4f70"}
    rows = [
        ("log-opened", "file", "access", "success", {}),
        ("daemon-started", "host", "start", "success", {"kiosk.clock": "synchronised", "message": "version 0.1.0"}),
        ("login-begun", "authentication", "start", "unknown", {}),
        ("login", "authentication", "start", "failure",
         {"event.reason": "unlisted", "user.id": "unlisted", "user.name": "unlisted", "kiosk.reference": "4821-07"}),
        ("login", "authentication", "start", "success",
         {"user.id": "sato", "user.name": "sato", "user.full_name": "佐藤 花子", "kiosk.session": "s-1"}),
        ("connect-begun", "session", "start", "unknown",
         {"user.id": "sato", "user.name": "sato", "destination.address": "juki-01", "destination.ip": "192.0.2.17",
          "destination.port": 3389, "kiosk.ticket": "W-2026-0042", "kiosk.session": "s-1", "kiosk.policy": "ab" * 32,
          "kiosk.purpose": 'say "hello" \\ \ufffd[31m\ufffd\ufffd=1'}),
        ("certificate-refused", "network", "denied", "failure",
         {"event.reason": "certificate-changed", "tls.server.hash.sha256": "cd" * 32, "source.ip": "192.0.2.5",
          "source.port": 40000, "message": "\U0001f600" * 399 + "…"}),
        ("logout", "authentication", "end", "success", {"event.reason": "person", "kiosk.session": "s-1"}),
    ]
    for index, (action, category, kind, outcome, more) in enumerate(rows):
        yield dict(base, **{"@timestamp": f"2026-11-21T01:02:{index:02}.{index:06}Z", "event.action": action,
                            "event.category": category, "event.type": kind, "event.outcome": outcome,
                            "event.sequence": index + 1, "kiosk.monotonic": 1000000 + index}, **more)


def chain_of(all_fields):
    lines, chain = [], digest(DOMAIN)
    for fields in all_fields:
        line, chain = line_of(fields, chain)
        lines.append(line)
    return lines


def hashes(line):
    return split(line)[1], split(line)[2]


def samples():
    """name: (bytes, expected result)"""
    fields = list(good_fields())
    good = chain_of(fields)
    other = chain_of([dict(f, **{"host.id": "kiosk-02"}) for f in good_fields()])

    def all_but(i):
        return good[:i] + good[i + 1:]

    def raw(body, previous):
        tail = f',"kiosk.integrity":{{"version":1,"previous":"{previous.hex()}","chain":"{link(previous, body).hex()}"}}}}\n'
        return body + tail.encode()

    changed = good[3].replace(b"failure", b"success")
    rewritten, _ = line_of(dict(fields[3], **{"event.outcome": "success"}), hashes(good[3])[0])
    renumbered, _ = line_of(dict(fields[4], **{"event.sequence": 9}), hashes(good[4])[0])
    forged, _ = line_of(dict(fields[7], **{"event.sequence": 9}), bytes(32))
    appended, _ = line_of(dict(fields[7], **{"event.sequence": 9}), hashes(good[7])[1])
    before = hashes(good[3])[0]
    return {
        "good": (good, ("ok", 0, 0, 9, 8)),
        "empty": ([], ("ok", 0, 0, 1, 0)),
        "cut-at-record": (good[:5], ("ok", 0, 0, 6, 5)),
        "appended-linked": (good + [appended], ("ok", 0, 0, 10, 9)),
        "cut-in-body": (good[:5] + [good[5][:100]], ("torn", 6, 0, 6, 5)),
        "cut-in-tail": (good[:5] + [good[5][:-20]], ("torn", 6, 6, 6, 5)),
        "cut-line-feed": (good[:5] + [good[5][:-1]], ("torn", 6, 6, 6, 5)),
        "changed-body": (good[:3] + [changed] + good[4:], ("changed", 4, 4, 4, 3)),
        "changed-sequence": (good[:3] + [good[3].replace(b'sequence":4', b'sequence":5')] + good[4:],
                             ("changed", 4, 5, 4, 3)),
        "changed-previous": (good[:3] + [good[3].replace(before.hex().encode(), bytes(32).hex().encode())] + good[4:],
                             ("changed", 4, 4, 4, 3)),
        "changed-chain": (good[:3] + [good[3].replace(hashes(good[3])[1].hex().encode(), b"0" * 64)] + good[4:],
                          ("changed", 4, 4, 4, 3)),
        "changed-first": ([good[0].replace(b"kiosk-01", b"kiosk-09")] + good[1:], ("changed", 1, 1, 1, 0)),
        "changed-last": (good[:7] + [good[7].replace(b"person", b"button")], ("changed", 8, 8, 8, 7)),
        "changed-and-hashed": (good[:3] + [rewritten] + good[4:], ("unlinked", 5, 5, 5, 4)),
        "renumbered-and-hashed": (good[:4] + [renumbered] + good[5:], ("changed", 5, 9, 5, 4)),
        "missing-first": (all_but(0), ("missing", 1, 2, 1, 0)),
        "missing-middle": (all_but(3), ("missing", 4, 5, 4, 3)),
        "missing-three": (good[:2] + good[5:], ("missing", 3, 6, 3, 2)),
        "moved-up": (good[:2] + [good[5]] + good[2:5] + good[6:], ("moved", 3, 6, 3, 2)),
        "moved-down": (good[:2] + good[3:6] + [good[2]] + good[6:], ("moved", 3, 4, 3, 2)),
        "swapped": (good[:3] + [good[4], good[3]] + good[5:], ("moved", 4, 5, 4, 3)),
        "reversed": (good[::-1], ("moved", 1, 8, 1, 0)),
        "doubled-beside": (good[:4] + [good[3]] + good[4:], ("doubled", 5, 4, 5, 4)),
        "doubled-far": (good + [good[1]], ("doubled", 9, 2, 9, 8)),
        "doubled-all": (good + good, ("doubled", 9, 1, 9, 8)),
        "mixed-same-number": (good[:3] + [other[3]] + good[4:], ("unlinked", 4, 4, 4, 3)),
        "mixed-tail": (good[:4] + other[4:], ("unlinked", 5, 5, 5, 4)),
        "mixed-between": ([l for pair in zip(good, other) for l in pair], ("doubled", 2, 1, 2, 1)),
        "mixed-ahead": (good[:2] + [other[6]] + good[2:], ("moved", 3, 7, 3, 2)),
        "forged-appended": (good + [forged], ("unlinked", 9, 9, 9, 8)),
        "empty-line": (good[:3] + [b"\n"] + good[3:], ("malformed", 4, 0, 4, 3)),
        "crlf": (good[:3] + [good[3][:-1] + b"\r\n"] + good[4:], ("malformed", 4, 4, 4, 3)),
        "joined-lines": (good[:3] + [good[3][:-1]] + good[4:], ("changed", 4, 4, 4, 3)),
        "no-tail": (good[:3] + [good[3][:good[3].index(b",\"kiosk.integrity")] + b"}\n"] + good[4:],
                    ("malformed", 4, 4, 4, 3)),
        "capital-hash": (good[:3] + [good[3].replace(before.hex().encode(), before.hex().upper().encode())] + good[4:],
                         ("malformed", 4, 4, 4, 3)),
        "version-2": (good[:3] + [good[3].replace(b'"version":1', b'"version":2')] + good[4:], ("malformed", 4, 4, 4, 3)),
        "zero-bytes": (good[:3] + [bytes(600)], ("torn", 4, 0, 4, 3)),
        "zero-bytes-long": (good[:3] + [bytes(9000)], ("malformed", 4, 0, 4, 3)),
        "long-line": (good[:3] + [b"x" * 8192 + b"\n"] + good[3:], ("malformed", 4, 0, 4, 3)),
        "not-json": (good[:3] + [raw(b'hello,"event.sequence":4', before)], ("malformed", 4, 4, 4, 3)),
        "unsorted": (good[:3] + [raw(b'{"b":1,"a":2,"event.sequence":4', before)], ("malformed", 4, 4, 4, 3)),
        "double-name": (good[:3] + [raw(b'{"a":1,"a":2,"event.sequence":4', before)], ("malformed", 4, 4, 4, 3)),
        "double-sequence": (good[:3] + [raw(b'{"a":1,"event.sequence":4,"event.sequence":4', before)],
                            ("malformed", 4, 4, 4, 3)),
        "no-sequence": (good[:3] + [raw(b'{"a":1,"b":2', before)], ("malformed", 4, 0, 4, 3)),
        "float": (good[:3] + [raw(b'{"a":1.5,"event.sequence":4', before)], ("malformed", 4, 4, 4, 3)),
        "negative": (good[:3] + [raw(b'{"a":-1,"event.sequence":4', before)], ("malformed", 4, 4, 4, 3)),
        "leading-zero": (good[:3] + [raw(b'{"a":01,"event.sequence":4', before)], ("malformed", 4, 4, 4, 3)),
        "huge-integer": (good[:3] + [raw(b'{"a":9223372036854775808,"event.sequence":4', before)],
                         ("malformed", 4, 4, 4, 3)),
        "largest-integer": (good[:3] + [raw(b'{"a":9223372036854775807,"event.sequence":4', before)], ("ok", 0, 0, 5, 4)),
        "bad-escape": (good[:3] + [raw(b'{"a":"\\n","event.sequence":4', before)], ("malformed", 4, 4, 4, 3)),
        "control": (good[:3] + [raw(b'{"a":"\x1b","event.sequence":4', before)], ("malformed", 4, 4, 4, 3)),
        "bad-utf8": (good[:3] + [raw(b'{"a":"\xff","event.sequence":4', before)], ("malformed", 4, 4, 4, 3)),
        "nested": (good[:3] + [raw(b'{"a":{"b":1},"event.sequence":4', before)], ("malformed", 4, 4, 4, 3)),
        "hidden-tail": (good[:3] + [raw(b'{"a":"' + b',\\"kiosk.integrity\\":{\\"version\\":1' + b'","event.sequence":4',
                                        before)], ("ok", 0, 0, 5, 4)),
    }


def make(folder):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "expected.tsv"), "w", encoding="utf-8") as table:
        table.write("# sample\tfault\tline\trecord\texpected\tgood records\n")
        for name, (lines, result) in samples().items():
            with open(os.path.join(folder, name + ".log"), "wb") as file:
                file.write(b"".join(lines))
            table.write("\t".join([name, *map(str, result)]) + "\n")


def check(folder):
    with open(os.path.join(folder, "expected.tsv"), encoding="utf-8") as table:
        rows = [row.rstrip("\n").split("\t") for row in table if not row.startswith("#")]
    print(f"1..{len(rows)}")
    bad = 0
    for number, (name, *expected) in enumerate(rows, 1):
        with open(os.path.join(folder, name + ".log"), "rb") as file:
            got = [str(part) for part in verify(file.read())]
        bad += got != expected
        print(f"{'ok' if got == expected else 'not ok'} {number} {name}" + ("" if got == expected else f" # {got}"))
    return 1 if bad or not rows else 0


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("verify", "check", "make"):
        sys.exit(__doc__)
    if sys.argv[1] == "make":
        return make(sys.argv[2])
    if sys.argv[1] == "check":
        return check(sys.argv[2])
    status = 0
    for path in sys.argv[2:]:
        with open(path, "rb") as file:
            result = verify(file.read())
        status |= result[0] != "ok"
        print(*result, sep="\t")
    return status


if __name__ == "__main__":
    sys.exit(main())
