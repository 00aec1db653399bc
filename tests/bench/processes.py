# SPDX-License-Identifier: GPL-3.0-or-later
"""What processes cost: CPU time and memory, from /proc."""

import os

TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    """(name, parent, CPU seconds with those of finished threads) or None."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            text = file.read()
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
            name = os.path.basename(file.read().split("\0")[0])
    except (FileNotFoundError, ProcessLookupError):
        return None
    words = text[text.rindex(")") + 2:].split()
    return name, int(words[1]), (int(words[11]) + int(words[12])) / TICKS


def find(name):
    """Process numbers by the name that a program was called by."""
    return [int(p) for p in os.listdir("/proc") if p.isdigit() and (_stat(p) or ("",))[0] == name]


def tree(pid):
    """The process and all its descendants, as {number: name}."""
    everyone = {int(p): s for p in os.listdir("/proc") if p.isdigit() and (s := _stat(p))}
    found = {pid: everyone[pid][0]} if pid in everyone else {}
    while True:
        more = {p: s[0] for p, s in everyone.items() if s[1] in found and p not in found}
        if not more:
            return found
        found.update(more)


def parent(pid):
    return _stat(pid)[1]


def cpu_seconds(pids):
    return {pid: _stat(pid)[2] for pid in pids}


def pss_kib(pid):
    """Memory of the process; what it shares counts in equal parts for each that shares it."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
