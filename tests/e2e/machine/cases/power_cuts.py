# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred power cuts of a terminal that writes its log as fast as it can, each in another moment.

One machine is booted; all that its log's disk is told is kept in order (write_log.py). A power cut is then the disk as it may
have been in that moment, with what was not flushed there or not, as chance has it. The file system is mounted by a real kernel, which does what its
journal promises, and the log is opened as kioskd does."""

import random
import re
import shutil
import subprocess
import time

import disks
import write_log
from qemu import LIMIT
from suite import case

CUTS, SECONDS = 100, 30
FOLDER = "/var/log/maintenance-kiosk"


def write(stand, writes):
    """Returns [(bytes of the log of writes, number of a record)]: what is behind the first was told to the disk after the second was said to be on it."""
    stand.agent.run(f"($tools/log-hammer write {FOLDER}/hammer {SECONDS}; echo over) > /dev/ttyS0 2>&1 & echo")
    console = stand.folder / "console.log"
    said, text = [], ""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end and "over" not in text[-100:]:
        text = console.read_text(errors="replace")
        size = writes.stat().st_size
        numbers = re.findall(r"at (\d+)\.", text)
        if numbers and (not said or int(numbers[-1]) > said[-1][1]):
            said.append((size, int(numbers[-1])))
        time.sleep(0.02)
    return said


class Cut:
    """The log's file system as it is found after a power cut."""

    def __init__(self, disk, folder):
        self.place = folder / "mounted"
        self.place.mkdir(exist_ok=True)
        begin, size = disks.partitions(disk)[disks.LOG_LABEL]
        subprocess.run(["mount", "-t", "ext4", "-o", f"loop,offset={begin},sizelimit={size},noatime", disk, self.place], check=True)

    def __enter__(self):
        return self.place

    def __exit__(self, *_):
        subprocess.run(["umount", self.place], check=True)


def look(stand, disk, hammer, acknowledged):
    """What is wrong after this cut: with the log that was written to, and with the terminal's own."""
    with Cut(disk, stand.folder) as place:
        for folder, wanted in ((place / "hammer", acknowledged), (place, 0)):
            opened = subprocess.run([hammer, "open", folder], capture_output=True, text=True, check=False)
            if opened.returncode:
                return f"{folder.name}: does not open: {opened.stderr}"
            if int(opened.stdout) <= wanted:
                return f"{folder.name}: record {wanted} was on the disk, the next one is {opened.stdout}"
            verified = subprocess.run([stand.suite.kioskctl, "log", "verify", folder], capture_output=True, text=True, check=False)
            if verified.returncode:
                return f"{folder.name}: {verified.stdout}{verified.stderr}"
    return ""


@case(start="off")
def power_cuts(stand):
    suite = stand.suite
    disk, writes, before = (suite.disks / name for name in ("cut.raw", "cut.writes", "cut-before.raw"))
    shutil.copy(suite.disks / "log.raw", disk)
    shutil.copy(disk, before)
    writes.write_bytes(b"")
    hammer = suite.disks / "agent" / "log-hammer"
    arguments = suite.quick_arguments(disk)
    at = next(i for i, word in enumerate(arguments) if str(disk) in word)
    stand.switch_on([*arguments[:at - 1], *write_log.arguments(disk, writes), *arguments[at + 3:]], disk, has_agent=True)
    stand.page("login")
    stand.agent.wait(LIMIT)
    said = write(stand, writes)
    stand.qemu.kill()
    stand.check("records were written and acknowledged", len(said) > 20 and said[-1][1] > 100, said[-1:])
    entries = write_log.entries(writes)
    first = next(i for i, entry in enumerate(entries) if entry.place >= said[0][0])
    chance = random.Random(stand.name)
    moments = sorted(chance.sample(range(first, len(entries)), CUTS))
    suite.figure("power cuts: writes and flushes of the disk", f"{len(entries)}, {sum(e.flags & write_log.FLUSH != 0 for e in entries)}")

    wrong, lost, kept, done = [], 0, 0, 0
    cut = suite.disks / "cut-now.raw"
    with open(writes, "rb") as source:
        for moment in moments:
            flushed = max((i for i in range(done, moment) if entries[i].flags & write_log.FLUSH), default=done)
            with open(before, "r+b") as target:
                for entry in entries[done:flushed]:
                    write_log.apply(entry, source, target)
            done = flushed
            subprocess.run(["cp", "--sparse=always", before, cut], check=True)
            with open(cut, "r+b") as target:
                for entry in entries[done:moment]:
                    part = chance.choice((0, 0, chance.random(), 1, 1))
                    write_log.apply(entry, source, target, part)
                    kept, lost = kept + (part == 1), lost + (part < 1)
            acknowledged = max((number for size, number in said if size <= entries[moment].place), default=0)
            words = look(stand, cut, hammer, acknowledged)
            if words:
                wrong.append(f"before write {moment}: {words}")
    stand.check(f"{CUTS} power cuts: each log opens, is whole and has every acknowledged record", not wrong, wrong[:3])
    stand.check("some writes were lost in them", lost > 0, lost)
    suite.figure("power cuts: writes that were not flushed: lost or torn, kept", f"{lost}, {kept}")
    suite.figure("power cuts: last record acknowledged", said[-1][1])
