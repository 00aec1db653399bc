# SPDX-License-Identifier: GPL-3.0-or-later
"""What an administrator does with the terminal's policy: writes it, and tells kioskd to read it."""

import os
import signal

MAIN = "/etc/maintenance-kiosk/policy.conf"
PARTS = "/etc/maintenance-kiosk/policy.d"


def _kioskd():
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{number}/exe").endswith("/kioskd"):
                return int(number)
        except OSError:
            continue
    raise RuntimeError("kioskd does not run")


def read_again():
    os.kill(_kioskd(), signal.SIGHUP)


def add(name, text):
    """A part of its own."""
    path = f"{PARTS}/{name}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o644)
    read_again()


def change(*words):
    """In the main file, each (OLD, NEW)."""
    with open(MAIN, encoding="utf-8") as file:
        text = file.read()
    for old, new in words:
        if old not in text:
            raise RuntimeError(f"{MAIN}: no {old}")
        text = text.replace(old, new)
    with open(MAIN, "w", encoding="utf-8") as file:
        file.write(text)
    read_again()
