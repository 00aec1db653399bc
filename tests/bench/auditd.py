# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's auditd and ausearch, unpacked and not installed: no service begins, and nothing is left behind."""

import os
import subprocess

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def unpack(folder):
    """Into folder/auditd, unless it is there."""
    if not os.path.exists(program(folder, "auditd")):
        subprocess.run([f"{REPO}/kiosk/demo/setup.sh", "--unpack", f"{folder}/auditd", "auditd"], check=True)


def program(folder, name):
    return f"{folder}/auditd/tree/sbin/{name}"


def environment(folder):
    """In which its programs find their libraries."""
    tree, machine = f"{folder}/auditd/tree", os.uname().machine
    return {**os.environ, "LD_LIBRARY_PATH": f"{tree}/usr/lib/{machine}-linux-gnu:{tree}/lib/{machine}-linux-gnu"}
