#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second verifier of the audit log, written from kiosk/docs/AUDIT-FORMAT.md alone.

It shares nothing with the C code but that document; where the two disagree, one of them or the document is wrong. Signatures
are those of PyNaCl (python3-nacl), hashes those of Python.

  verify-audit.py verify [--key HEX] [--secret HEX] FILE...   FILE... are the files of one log, in their order; prints
                                  fault, file, line, record, number expected, good records, first record, last checkpoint
  verify-audit.py check DIR       TAP: judges each sample of DIR as DIR/expected.tsv says
  verify-audit.py make DIR        writes the samples and expected.tsv
"""

import hashlib
import os
import re
import sys

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

LOG_DOMAIN = b"maintenance-kiosk audit log 2"
CHECKPOINT_DOMAIN = b"maintenance-kiosk checkpoint 2"
SEAL_DOMAIN = b"maintenance-kiosk seal 2"
LINE_MAX = 8192
UNSEALED_MAX = 255
CHECKPOINTS = ("log-begun", "checkpoint", "log-closed")

TAIL = re.compile(
    rb',"kiosk\.integrity":\{"version":2,"previous":"([0-9a-f]{64})","chain":"([0-9a-f]{64})","mac":"([0-9a-f]{32})"'
    rb'(?:,"key":"([0-9a-f]{64})","next":"([0-9a-f]{64})","signature":"([0-9a-f]{128})")?\}\}\n\Z')
STRING = r'"(?:[^\x00-\x1f"\\\x7f]|\\"|\\\\)*"'
INTEGER = r'(?:0|[1-9][0-9]*)'
MEMBER = re.compile(r'"([a-z0-9@._]+)":(' + STRING + '|' + INTEGER + ')')
SEQUENCE = re.compile(rb',"event\.sequence":(0|[1-9][0-9]*)')


def digest(data, key=b"", size=32):
    return hashlib.blake2b(data, digest_size=size, key=key).digest()


def number(value):
    return value.to_bytes(8, "little")


def link(previous, body):
    return digest(previous + number(len(body)) + body)


def mac_of(key, chain):
    return digest(chain, key, 16)


def evolve(key):
    return digest(b"evolve", key)


def signed_bytes(log_key, sequence, chain, mac, next_key):
    return CHECKPOINT_DOMAIN + log_key + number(sequence) + chain + mac + next_key


def seal_code(log_key, chain):
    bits = int.from_bytes(digest(SEAL_DOMAIN + log_key + chain), "big")
    code = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> (251 - 5 * i) & 31] for i in range(12))
    return "-".join(code[i:i + 4] for i in (0, 4, 8))


def read_sequence(line):
    found = SEQUENCE.search(line)
    number = int(found.group(1)) if found else 0
    return number if number < 2 ** 63 else 0


def read_body(body):
    """its members, or None"""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not text.startswith("{") or read_sequence(body) == 0:
        return None
    at, last, members = 1, "", {}
    while True:
        found = MEMBER.match(text, at)
        if not found or found.group(1) <= last:
            return None
        value = found.group(2)
        if value[0] != '"' and int(value) >= 2 ** 63:
            return None
        last, at = found.group(1), found.end()
        members[last] = value[1:-1] if value[0] == '"' else int(value)
        if at == len(text):
            return members
        if text[at] != ",":
            return None
        at += 1


class Line:
    """A line whose tail follows the grammar."""

    def __init__(self, data, tail):
        self.body = data[:tail.start()]
        self.previous, self.chain, self.mac = (bytes.fromhex(tail.group(i).decode()) for i in (1, 2, 3))
        self.sealed = tail.group(4) is not None
        if self.sealed:
            self.key, self.next, self.signature = (bytes.fromhex(tail.group(i).decode()) for i in (4, 5, 6))
        self.sequence = read_sequence(data)

    def is_untouched(self):
        return link(self.previous, self.body) == self.chain

    def begins_log(self):
        return self.sealed and self.previous == digest(LOG_DOMAIN + self.key)


def split(data):
    tail = TAIL.search(data) if len(data) <= LINE_MAX else None
    return Line(data, tail) if tail and tail.start() > 0 else None


class Verifier:
    def __init__(self, key=None, secret=None):
        self.key, self.log_key, self.mac_key = key, key, secret
        self.first = self.last = self.sealed = self.records = self.deleted = 0
        self.chain = self.certified = self.checkpoint = None
        self.boot, self.monotonic = None, 0

    def judge_place(self, line):
        if self.first == 0:
            if line.sequence == 1:
                if self.key and line.key != self.key:
                    return "foreign"
                return None if line.begins_log() else "unlinked"
            return None if line.sealed else "missing"
        if line.sequence == self.last + 1:
            return None if line.previous == self.chain else "unlinked"
        if line.previous == self.chain:
            return "changed"
        return "missing" if line.sequence > self.last + 1 else "doubled"

    def judge_seal(self, line, log_key):
        if not line.sealed:
            return "unsealed" if line.sequence - self.sealed > UNSEALED_MAX else None
        if self.first and line.key != self.certified:
            return "forged"
        if log_key:
            try:
                VerifyKey(line.key).verify(
                    signed_bytes(log_key, line.sequence, line.chain, line.mac, line.next), line.signature)
            except (BadSignatureError, ValueError):
                return "forged"
        return None

    def judge(self, data, joins):
        """fault and line of what ends in a line feed"""
        line = split(data)
        if not line:
            return "malformed", None
        if not line.is_untouched():
            return "changed", line
        members = read_body(line.body)
        if members is None:
            return "malformed", line
        action = members.get("event.action")
        if line.sealed != (action in CHECKPOINTS) or (line.sequence == 1) != (action == "log-begun"):
            return "malformed", line
        fault = self.judge_place(line)
        log_key = self.log_key or (line.key if line.sequence == 1 and line.sealed else None)
        fault = fault or self.judge_seal(line, log_key)
        mac_key = self.mac_key
        if not fault and mac_key:
            if self.first == 0:
                for _ in range(line.sequence - 1):
                    mac_key = evolve(mac_key)
            if mac_of(mac_key, line.chain) != line.mac:
                fault = "bad-code"
        if not fault and members.get("kiosk.boot", "") == self.boot \
                and members.get("kiosk.monotonic", 0) < self.monotonic:
            fault = "backwards"
        if joins and fault not in ("missing", "changed"):
            fault = "unjoined"
        if not fault:
            self.accept(line, members, data, log_key, mac_key)
        return fault, line

    def accept(self, line, members, data, log_key, mac_key):
        self.log_key = log_key
        self.mac_key = evolve(mac_key) if mac_key else None
        self.first = self.first or line.sequence
        self.last, self.chain = line.sequence, line.chain
        self.records += 1
        self.boot, self.monotonic = members.get("kiosk.boot", ""), members.get("kiosk.monotonic", 0)
        if action_of(members) == "log-deleted":
            self.deleted = max(self.deleted, members.get("kiosk.last", 0))
        if line.sealed:
            self.sealed, self.certified, self.checkpoint = line.sequence, line.next, data

    def stands_further_down(self, lines):
        for data in lines:
            if len(data) > LINE_MAX:
                return False
            line = split(data) if data.endswith(b"\n") else None
            if line and line.sequence == self.last + 1 and line.is_untouched() \
                    and (line.begins_log() if self.first == 0 else line.previous == self.chain):
                return True
        return False

    def verify(self, files):
        """fault, file, line, sequence, expected, records, first, sealed"""
        rows = [[l for l in re.split(rb"(?<=\n)", data) if l] for data in files]
        file = 0
        for index, lines in enumerate(rows):
            joins = self.first != 0
            file += joins
            if joins and not lines:
                return self.result("unjoined", file, 1, 0)
            for place, data in enumerate(lines):
                if not data.endswith(b"\n") and len(data) < LINE_MAX:
                    return self.result("torn", file, place + 1, read_sequence(data))
                if joins and place == 0 and data == self.checkpoint and self.sealed == self.last:
                    continue
                fault, line = self.judge(data, joins and place == 0)
                if fault == "missing" and self.stands_further_down(lines[place + 1:] + sum(rows[index + 1:], [])):
                    fault = "moved"
                if fault:
                    whole = len(data) <= LINE_MAX and data.endswith(b"\n")
                    return self.result(fault, file, place + 1, read_sequence(data) if whole else 0)
        if self.first > 1 and self.deleted < self.first:
            return self.result("headless", 0, 1, self.first)
        return self.result("ok", 0, 0, 0)

    def result(self, fault, file, line, sequence):
        return fault, file, line, sequence, self.last + 1, self.records, self.first, self.sealed


def action_of(members):
    return members.get("event.action")


# ---- Samples ----

SECRET = digest(b"sample secret")


def seed(log, n):
    """of checkpoint n of the log with this number"""
    return digest(b"sample seed" + number(log) + number(n))


def body_of(fields):
    def text(value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(value, str) else str(value)
    return ("{" + ",".join(f'"{name}":{text(fields[name])}' for name in sorted(fields)) + "").encode()


class Writer:
    """Writes records as a terminal does."""

    def __init__(self, log=0):
        self.log, self.checkpoints, self.sequence = log, 1, 0
        self.log_key = self.signer().verify_key.encode()
        self.chain, self.mac_key = digest(LOG_DOMAIN + self.log_key), SECRET

    def signer(self, ahead=0):
        return SigningKey(seed(self.log, self.checkpoints + ahead))

    def line(self, body, sealed):
        previous, self.chain = self.chain, link(self.chain, body)
        mac, self.mac_key = mac_of(self.mac_key, self.chain), evolve(self.mac_key)
        self.sequence += 1
        seal = ""
        if sealed:
            signer, following = self.signer(), self.signer(1).verify_key.encode()
            signed = signed_bytes(self.log_key, self.sequence, self.chain, mac, following)
            seal = (f',"key":"{signer.verify_key.encode().hex()}","next":"{following.hex()}"'
                    f',"signature":"{signer.sign(signed).signature.hex()}"')
            self.checkpoints += 1
        tail = (f',"kiosk.integrity":{{"version":2,"previous":"{previous.hex()}","chain":"{self.chain.hex()}"'
                f',"mac":"{mac.hex()}"{seal}}}}}' + "\n")
        return body + tail.encode()

    def record(self, fields):
        return self.line(body_of(fields), fields["event.action"] in CHECKPOINTS)


def good_fields():
    """The records of test-audit.c, as the format says that they look when they are stored."""
    base = {"ecs.version": "8.11.0", "event.kind": "event", "host.id": "kiosk-01", "host.name": "kiosk-01",
            "host.geo.name": "本庁舎 3階", "kiosk.boot": "0f8b6a52-3c1d-4e7f-9a60-5b2c8d1e4f70"}
    rows = [
        ("log-begun", "file", "creation", "success", {"event.reason": "begin", "kiosk.file": 1}),
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
        ("checkpoint", "file", "info", "success", {"event.reason": "session", "kiosk.file": 1}),
        ("logout", "authentication", "end", "success", {"event.reason": "person", "kiosk.session": "s-1"}),
        ("log-closed", "file", "end", "success", {"event.reason": "end", "kiosk.file": 1}),
        ("log-opened", "file", "access", "success", {}),
        ("log-deleted", "file", "deletion", "unknown",
         {"kiosk.file": 1, "kiosk.last": 8, "file.hash.sha256": "ef" * 32}),
    ]
    for index, (action, category, kind, outcome, more) in enumerate(rows):
        yield dict(base, **{"@timestamp": f"2026-11-21T01:02:{index:02}.{index:06}Z", "event.action": action,
                            "event.category": category, "event.type": kind, "event.outcome": outcome,
                            "event.sequence": index + 1, "kiosk.monotonic": 1000000 + index}, **more)


def lines_of(all_fields, log=0):
    writer = Writer(log)
    return [writer.record(fields) for fields in all_fields]


def copy_of(writer):
    twin = Writer(writer.log)
    twin.__dict__.update(writer.__dict__)
    return twin


def samples():
    """name: (files, result without keys, result with both where it is another)

    A result is fault, file, line, record, number expected, good records, first, sealed."""
    fields = list(good_fields())
    count = len(fields)
    good = lines_of(fields)
    other = lines_of([dict(f, **{"host.id": "kiosk-02"}) for f in good_fields()], 1)
    writers = [Writer()]
    for one in fields:
        writers.append(copy_of(writers[-1]))
        writers[-1].record(one)
    table = {}

    def sealed_before(n):
        """number of the last checkpoint among the first n records"""
        return max([i for i in (1, 8, 10) if i <= n], default=0)

    def add(name, lines, fault, line, sequence, records, first=1, file=0, sealed=None, held=None, files=None):
        """@held: the same five with both keys"""
        def result(fault, line, sequence, records):
            first_there = first if records else 0
            last = first_there + records - 1 if records else 0
            own = sealed if sealed is not None else sealed_before(last)
            return fault, file, line, sequence, last + 1, records, first_there, own if records else 0
        table[name] = ([b"".join(rows) for rows in files or [lines]], result(fault, line, sequence, records),
                       result(*held) if held else None)

    def all_but(i):
        return good[:i] + good[i + 1:]

    def raw(body, n=3):
        """line n + 1 of the terminal, whatever stands in it"""
        return copy_of(writers[n]).line(body, False)

    def with_line(i, line):
        return good[:i] + [line] + good[i + 1:]

    def by_stranger(n, changes, sealed=None):
        """record n + 1, its hash right, by somebody who has no key"""
        stranger = copy_of(writers[n])
        stranger.mac_key, stranger.log = bytes(32), 9
        one = dict(fields[n], **changes)
        return stranger.line(body_of(one), one["event.action"] in CHECKPOINTS if sealed is None else sealed)

    def rest_by_stranger(n, changes):
        """all from record n + 1 on rewritten by somebody who has no key"""
        stranger = copy_of(writers[n])
        stranger.mac_key, stranger.log = bytes(32), 9
        return [stranger.record(dict(fields[i], **(changes if i == n else {}))) for i in range(n, count)]

    def hexed(name):
        return re.search(rb'"' + name + rb'":"([0-9a-f]+)"', good[3]).group(1)

    end = ("ok", 0, 0, count)
    add("good", good, *end)
    add("empty", [], "ok", 0, 0, 0)
    add("only-begun", good[:1], "ok", 0, 0, 1)
    add("cut-at-record", good[:5], "ok", 0, 0, 5)
    add("cut-at-checkpoint", good[:8], "ok", 0, 0, 8)
    add("cut-in-body", good[:5] + [good[5][:100]], "torn", 6, 0, 5)
    add("cut-in-tail", good[:5] + [good[5][:-20]], "torn", 6, 6, 5)
    add("cut-in-signature", good[:7] + [good[7][:-60]], "torn", 8, 8, 7)
    add("cut-line-feed", good[:5] + [good[5][:-1]], "torn", 6, 6, 5)
    # every member of a body, and of a tail
    for name in sorted(fields[3]):
        value = fields[3][name]
        old = f'"{name}":' + (f'"{value}"' if isinstance(value, str) else str(value))
        new = f'"{name}":' + (f'"{value[:-1]}~"' if isinstance(value, str) else str(value + 1))
        sequence = 5 if name == "event.sequence" else 4
        add("changed-" + name.replace("@", "").replace(".", "-"), with_line(3, good[3].replace(old.encode(), new.encode())),
            "changed", 4, sequence, 3)
    add("changed-previous", with_line(3, good[3].replace(hexed(b"previous"), b"0" * 64)), "changed", 4, 4, 3)
    add("changed-chain", with_line(3, good[3].replace(hexed(b"chain"), b"0" * 64)), "changed", 4, 4, 3)
    add("changed-mac", with_line(3, good[3].replace(hexed(b"mac"), b"0" * 32)), "ok", 0, 0, count,
        held=("bad-code", 4, 4, 3))
    for name, size in (("key", 64), ("next", 64), ("signature", 128)):
        there = re.search(f'"{name}":"([0-9a-f]+)"'.encode(), good[7]).group(1)
        add(f"changed-seal-{name}", with_line(7, good[7].replace(there, b"1" * size)), "forged", 8, 8, 7)
    there = re.search(rb'"next":"([0-9a-f]+)"', good[0]).group(1)
    add("changed-first-next", with_line(0, good[0].replace(there, b"1" * 64)), "forged", 1, 1, 0)
    add("changed-first", with_line(0, good[0].replace(b"kiosk-01", b"kiosk-09")), "changed", 1, 1, 0)
    add("changed-last", with_line(8, good[8].replace(b"person", b"button")), "changed", 9, 9, 8)
    # by somebody who computes hashes, but has no key
    add("rewritten-one", with_line(3, by_stranger(3, {"event.outcome": "success"})), "unlinked", 5, 5, 4,
        held=("bad-code", 4, 4, 3))
    add("rewritten-rest", good[:4] + rest_by_stranger(4, {"user.id": "suzuki"}), "forged", 8, 8, 7,
        held=("bad-code", 5, 5, 4))
    add("rewritten-tail", good[:8] + [by_stranger(8, {"event.reason": "button"})], "ok", 0, 0, 9,
        held=("bad-code", 9, 9, 8))
    add("rewritten-checkpoint", good[:7] + [by_stranger(7, {})], "forged", 8, 8, 7)
    add("forged-checkpoint", good + [copy_and_seal(writers[count], fields, count)], "forged", count + 1, count + 1, count)
    add("renumbered", with_line(4, by_stranger(4, {"event.sequence": 9})), "changed", 5, 9, 4)
    add("other-log", other, "ok", 0, 0, count, held=("foreign", 1, 1, 0))
    # taken out, put elsewhere, doubled
    add("missing-first", all_but(0), "missing", 1, 2, 0)
    add("missing-middle", all_but(3), "missing", 4, 5, 3)
    add("missing-checkpoint", all_but(7), "missing", 8, 9, 7)
    add("missing-three", good[:2] + good[5:], "missing", 3, 6, 2)
    add("missing-many-at-begin", good[3:7], "missing", 1, 4, 0)
    add("headless", good[7:11], "headless", 1, 8, 4, first=8)
    add("deleted", good[7:], "ok", 0, 0, count - 7, first=8)
    add("moved-up", good[:2] + [good[5]] + good[2:5] + good[6:], "moved", 3, 6, 2)
    add("moved-down", good[:2] + good[3:6] + [good[2]] + good[6:], "moved", 3, 4, 2)
    add("moved-first", good[1:4] + [good[0]] + good[4:], "moved", 1, 2, 0)
    add("swapped", good[:3] + [good[4], good[3]] + good[5:], "moved", 4, 5, 3)
    add("reversed", good[6::-1], "moved", 1, 7, 0)
    add("doubled-beside", good[:4] + [good[3]] + good[4:], "doubled", 5, 4, 4)
    add("doubled-far", good + [good[1]], "doubled", count + 1, 2, count)
    add("doubled-checkpoint", good[:8] + [good[7]] + good[8:], "doubled", 9, 8, 8)
    add("doubled-all", good + good, "doubled", count + 1, 1, count)
    add("mixed-same-number", with_line(3, other[3]), "unlinked", 4, 4, 3)
    add("mixed-tail", good[:4] + other[4:], "unlinked", 5, 5, 4)
    add("mixed-between", [l for pair in zip(good, other) for l in pair], "doubled", 2, 1, 1)
    add("mixed-ahead", good[:2] + [other[6]] + good[2:], "moved", 3, 7, 2)
    # clocks
    add("clock-back", lines_of(fields[:4] + [dict(fields[4], **{"@timestamp": "2026-11-20T23:59:59.000000Z"})]
                               + fields[5:]), *end)
    add("backwards", lines_of(fields[:4] + [dict(fields[4], **{"kiosk.monotonic": 5})] + fields[5:]),
        "backwards", 5, 5, 4)
    add("backwards-after-boot", lines_of(fields[:8] + [
        dict(f, **{"kiosk.monotonic": 5 + i, "kiosk.boot": "2"}) for i, f in enumerate(fields[8:])]), *end)
    # checkpoints
    writer = Writer()
    many = [writer.record(fields[0])] + [writer.record(dict(fields[1], **{"event.sequence": i + 2})) for i in range(255)]
    following = copy_of(writer)
    many.append(writer.record(dict(fields[7], **{"event.sequence": 257})))
    add("full", many, "ok", 0, 0, 257, sealed=257)
    too_many = following.record(dict(fields[1], **{"event.sequence": 257}))
    add("unsealed", many[:256] + [too_many], "unsealed", 257, 257, 256, sealed=1)
    add("seal-without-action", good[:2] + [copy_of(writers[2]).line(body_of(fields[2]), True)], "malformed", 3, 3, 2)
    add("action-without-seal", good[:7] + [copy_of(writers[7]).line(body_of(fields[7]), False)], "malformed", 8, 8, 7)
    add("begun-twice", good[:2] + [copy_of(writers[2]).line(body_of(dict(fields[0], **{"event.sequence": 3})), True)],
        "malformed", 3, 3, 2)
    add("begun-by-other", [Writer().record(dict(fields[7], **{"event.sequence": 1}))], "malformed", 1, 1, 0)
    # rows of files
    first, second, third = good[:8], good[7:10], good[9:]
    add("files", None, *end, files=[first, second, third])
    add("files-deleted", None, "ok", 0, 0, count - 7, first=8, files=[second, third])
    add("files-headless", None, "headless", 1, 8, 3, first=8, files=[second])
    add("files-missing", None, "missing", 1, 10, 8, file=1, files=[first, third])
    add("files-doubled", None, "unjoined", 1, 1, 8, file=1, files=[first, first, second, third])
    add("files-other", None, "missing", 1, 10, 8, file=1, files=[first, other[9:]])
    add("files-other-log", None, "unjoined", 1, 8, 8, file=1, files=[first, other[7:10]])
    add("files-without-repeat", None, "unjoined", 1, 9, 8, file=1, files=[first, good[8:]])
    add("files-cut", None, "unjoined", 1, 8, 7, file=1, files=[first[:7], second, third])
    add("files-emptied", None, "unjoined", 1, 0, 10, file=2, files=[first, second, []])
    add("files-torn", None, "torn", 2, 9, 8, file=1, files=[first, [good[7], good[8][:-1]], third])
    add("files-changed", None, "changed", 2, 9, 8, file=1,
        files=[first, [good[7], good[8].replace(b"person", b"button"), good[9]], third])
    add("files-joined-changed", None, "changed", 1, 8, 8, file=1,
        files=[first, [good[7].replace(b"session", b"heartbeat")] + second[1:], third])
    # not records
    add("empty-line", good[:3] + [b"\n"] + good[3:], "malformed", 4, 0, 3)
    add("crlf", with_line(3, good[3][:-1] + b"\r\n"), "malformed", 4, 4, 3)
    add("joined-lines", with_line(3, good[3][:-1]), "changed", 4, 4, 3)
    add("no-tail", with_line(3, good[3][:good[3].index(b',"kiosk.integrity')] + b"}\n"), "malformed", 4, 4, 3)
    add("half-seal", with_line(7, good[7][:good[7].index(b',"signature')] + b"}}\n"), "malformed", 8, 8, 7)
    add("capital-hash", with_line(3, good[3].replace(hexed(b"previous"), hexed(b"previous").upper())), "malformed", 4, 4, 3)
    add("version-1", with_line(3, good[3].replace(b'"version":2', b'"version":1')), "malformed", 4, 4, 3)
    add("version-3", with_line(3, good[3].replace(b'"version":2', b'"version":3')), "malformed", 4, 4, 3)
    add("zero-bytes", good[:3] + [bytes(600)], "torn", 4, 0, 3)
    add("zero-bytes-long", good[:3] + [bytes(9000)], "malformed", 4, 0, 3)
    add("long-line", good[:3] + [b"x" * 8192 + b"\n"] + good[3:], "malformed", 4, 0, 3)
    add("not-json", with_line(3, raw(b'hello,"event.sequence":4')), "malformed", 4, 4, 3)
    add("unsorted", with_line(3, raw(b'{"b":1,"a":2,"event.sequence":4')), "malformed", 4, 4, 3)
    add("double-name", with_line(3, raw(b'{"a":1,"a":2,"event.sequence":4')), "malformed", 4, 4, 3)
    add("double-sequence", with_line(3, raw(b'{"a":1,"event.sequence":4,"event.sequence":4')), "malformed", 4, 4, 3)
    add("no-sequence", with_line(3, raw(b'{"a":1,"b":2')), "malformed", 4, 0, 3)
    add("float", with_line(3, raw(b'{"a":1.5,"event.sequence":4')), "malformed", 4, 4, 3)
    add("negative", with_line(3, raw(b'{"a":-1,"event.sequence":4')), "malformed", 4, 4, 3)
    add("leading-zero", with_line(3, raw(b'{"a":01,"event.sequence":4')), "malformed", 4, 4, 3)
    add("huge-integer", with_line(3, raw(b'{"a":9223372036854775808,"event.sequence":4')), "malformed", 4, 4, 3)
    add("largest-integer", good[:3] + [raw(b'{"a":9223372036854775807,"event.sequence":4')], "ok", 0, 0, 4)
    add("bad-escape", with_line(3, raw(b'{"a":"\\n","event.sequence":4')), "malformed", 4, 4, 3)
    add("control", with_line(3, raw(b'{"a":"\x1b","event.sequence":4')), "malformed", 4, 4, 3)
    add("bad-utf8", with_line(3, raw(b'{"a":"\xff","event.sequence":4')), "malformed", 4, 4, 3)
    add("nested", with_line(3, raw(b'{"a":{"b":1},"event.sequence":4')), "malformed", 4, 4, 3)
    add("hidden-tail", good[:3] + [raw(b'{"a":"' + b',\\"kiosk.integrity\\":{\\"version\\":2' + b'","event.sequence":4')],
        "ok", 0, 0, 4)
    return table


def copy_and_seal(writer, fields, count):
    """A checkpoint at the end with the right key for it, but another signature."""
    twin = copy_of(writer)
    line = twin.record(dict(fields[7], **{"event.sequence": count + 1}))
    signature = re.search(rb'"signature":"([0-9a-f]+)"', line).group(1)
    return line.replace(signature, signature[:-2] + (b"00" if signature[-2:] != b"00" else b"01"))


def file_names(name, files):
    return [f"{name}.log"] if len(files) == 1 else [f"{name}.{i}.log" for i in range(len(files))]


def make(folder):
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        if name.endswith(".log"):
            os.remove(os.path.join(folder, name))
    with open(os.path.join(folder, "expected.tsv"), "w", encoding="utf-8") as table:
        table.write("# sample\tfiles\tkeys\tfault\tfile\tline\trecord\texpected\tgood records\tfirst\tsealed\n")
        for name, (files, result, held) in samples().items():
            for path, data in zip(file_names(name, files), files):
                with open(os.path.join(folder, path), "wb") as file:
                    file.write(data)
            for keys, row in (("none", result), ("both", held or result)):
                table.write("\t".join([name, str(len(files)), keys, *map(str, row)]) + "\n")


def check(folder):
    with open(os.path.join(folder, "expected.tsv"), encoding="utf-8") as table:
        rows = [row.rstrip("\n").split("\t") for row in table if not row.startswith("#")]
    print(f"1..{len(rows)}")
    bad = 0
    for index, (name, files, keys, *expected) in enumerate(rows, 1):
        data = []
        for path in file_names(name, range(int(files))):
            with open(os.path.join(folder, path), "rb") as file:
                data.append(file.read())
        verifier = Verifier(Writer().log_key, SECRET) if keys == "both" else Verifier()
        got = [str(part) for part in verifier.verify(data)]
        bad += got != expected
        print(f"{'ok' if got == expected else 'not ok'} {index} {name} {keys}" + ("" if got == expected else f" # {got} not {expected}"))
    return 1 if bad or not rows else 0


def main():
    arguments = sys.argv[1:]
    if len(arguments) < 2 or arguments[0] not in ("verify", "check", "make"):
        sys.exit(__doc__)
    if arguments[0] != "verify":
        return (make if arguments[0] == "make" else check)(arguments[1])
    held = {"--key": None, "--secret": None}
    paths = arguments[1:]
    while paths and paths[0] in held:
        held[paths[0]] = bytes.fromhex(paths[1])
        paths = paths[2:]
    files = []
    for path in paths:
        with open(path, "rb") as file:
            files.append(file.read())
    result = Verifier(held["--key"], held["--secret"]).verify(files)
    print(*result, sep="\t")
    return result[0] != "ok"


if __name__ == "__main__":
    sys.exit(main())
