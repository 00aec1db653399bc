# SPDX-License-Identifier: GPL-3.0-or-later
"""The power button and the keys that other systems restart by."""

import time

import picture
from person import EQUAL
from suite import SERVER, case

DANGEROUS = ["ctrl-alt-delete"] + [f"ctrl-alt-f{n}" for n in range(1, 13)] + ["ctrl-alt-backspace", "alt-f4", "alt-tab",
                                                                             "meta_l", "meta_l-l", "ctrl-esc", "ctrl-alt-esc"]
SYSRQ = "0123456789abcdefghijklmnopqrstuvwxyz"


def press_dangerous(stand):
    for keys in DANGEROUS:
        stand.qemu.press(keys.split("-"))
    for letter in SYSRQ:
        stand.qemu.press(["alt", "sysrq", letter])
        stand.qemu.press(["ctrl", "alt", "sysrq", letter])


def check_undisturbed(stand, place):
    time.sleep(3)
    stand.check(f"no key restarts the machine {place}", stand.qemu.is_running() and not stand.qemu.was_reset())


@case()
def system_keys(stand):
    """Ctrl+Alt+Delete, Ctrl+Alt+F1 to F12, Alt+SysRq with everything."""
    terminals = "cat /sys/class/tty/tty0/active"
    before, active = stand.processes(), stand.agent.run(terminals)
    press_dangerous(stand)
    check_undisturbed(stand, "at the log-in page")
    stand.check_own_screen("the screen is still the terminal's own")
    stand.check("the same virtual terminal is active", stand.agent.run(terminals) == active, active)
    stand.check("the same programs run", stand.processes() == before, stand.processes() ^ before)
    for _ in range(40):
        stand.terminal.key("BackSpace")  # what the letters left in the field
    stand.open_session()
    press_dangerous(stand)
    check_undisturbed(stand, "in a session")
    stand.check_own_screen("the bar still stands over the session")
    stand.check("the same virtual terminal is active in the session", stand.agent.run(terminals) == active)


@case()
def power_in_session(stand):
    stand.open_session()
    stand.qemu.press_power()
    stand.qemu.press(["power"])
    time.sleep(15)
    stand.check("the power button does nothing in a session", stand.qemu.is_running())
    shot = stand.shoot("after")
    share = picture.equal_share(stand.terminal.session(shot), stand.person.server_display(SERVER), 40)
    stand.check("and the session goes on", share >= EQUAL, f"{share:.2%} of the pixels")


@case()
def power_at_login(stand):
    stand.qemu.press_power()
    stand.check("at the log-in page it switches off in order", stand.qemu.wait_off())
    log, words = stand.verified_log()
    stand.check("the log is whole after that", log is not None, words)
    actions = [record["event.action"] for record in stand.records_of(log)] if log else []
    stand.check("and ends with the end of the daemon", "daemon-stopped" in actions[-3:], actions[-3:])
