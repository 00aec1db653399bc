# SPDX-License-Identifier: GPL-3.0-or-later
"""What a session leaves behind: every byte of the disks, and the memory after the next start."""

import disks
from qemu import LIMIT
from suite import PEOPLE, SERVER_PASSWORD, case

MARKER = "qzx7vmarker4417"


def needles():
    """What was typed, in the ways in which programs keep text."""
    return {text.encode(code) for text in (MARKER, SERVER_PASSWORD, PEOPLE["k-sato"])
            for code in ("utf-8", "utf-16-le", "utf-32-le")}


def found_in(path):
    """{what was typed: how often it is there}"""
    return {needle: count for needle, count in disks.find_bytes(path, needles()).items() if count}


@case()
def traces(stand):
    stand.open_session()
    stand.terminal.enter(MARKER)
    stand.person.session_equals("jumin-ap01")
    stand.shoot("typed")
    stand.person.disconnect()
    stand.person.log_out()
    stand.qemu.press_power()
    if not stand.check("it switches off", stand.qemu.wait_off()):
        return
    found = found_in(stand.raw_log_disk())
    stand.check("no disk holds anything that was typed or shown", not found, found)
    # The instrument must be able to find something.
    found = disks.find_bytes(stand.raw_log_disk(), [b"connect-begun"])
    stand.check("what was recorded is found in the same way", any(found.values()), found)
    log_disk = stand.log_disk
    stand.switch_on(stand.suite.quick_arguments(log_disk), log_disk, has_agent=True)
    stand.page("login")
    stand.agent.wait(LIMIT)
    memory = stand.suite.disks / "memory"
    stand.qemu.save(memory)
    found = found_in(memory)
    stand.check("after the next start the memory holds none of it", not found, found)
    memory.unlink()


@case()
def traces_in_memory(stand):
    """After the log-out, without a restart."""
    stand.open_session()
    stand.terminal.enter(MARKER)
    stand.person.session_equals("jumin-ap01")
    stand.person.disconnect()
    stand.person.log_out()
    memory = stand.suite.disks / "memory"
    stand.qemu.save(memory)
    found = found_in(memory)
    stand.check("after a log-out the memory holds nothing that was typed", not found, found)
    stand.check("what was recorded is found in the same way", any(disks.find_bytes(memory, [b"connect-begun"]).values()))
    memory.unlink()
