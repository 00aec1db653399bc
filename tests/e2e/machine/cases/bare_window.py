# SPDX-License-Identifier: GPL-3.0-or-later
"""What the terminal costs at its start: against the same image with a bare GTK window in place of kiosk-shell."""

import statistics
import time

import agent as inside
import disks
import picture
from person import WORDS
from qemu import LIMIT
from seat import Failure
from suite import case

N_BOOTS = 3
AT_REST = 12  # seconds without another picture
COLOUR = (0x00, 0xa0, 0x50)  # of inside/bare-window.c
# Beside the units that are laid into /run in all cases of the quick variant.
BARE = {
    "kiosk-session.service.d/machinetest.conf": f"""[Service]
Type=simple
WatchdogSec=0
ExecStart=
ExecStart=/usr/bin/cage -m last -- {inside.MOUNT}/bare-window
""",
}


def shows_window(_, shot):
    return picture.count_colour(shot, COLOUR, 4) > 0.9 * shot.width * shot.height


def shows_login(stand, shot):
    text = stand.person.read(shot)
    return any(word in text for word in WORDS["login"][0].split("|"))


def watch(stand):
    """[(seconds since power-on, picture)] of a start, until the last picture stays. Nothing is judged meanwhile:
    that would take the time of the machine that is measured."""
    seen, changed = [], 0.0
    while stand.qemu.seconds() < LIMIT:
        shot, seconds = stand.qemu.look(), stand.qemu.seconds()
        if shot and not (seen and picture.is_still(seen[-1][1], shot)):
            seen.append((seconds, shot))
            changed = seconds
        if seen and seconds > changed + AT_REST and (shows_window(stand, shot) or stand.terminal.has_bar(shot)):
            return seen
        time.sleep(0.1)
    raise Failure("the screen never comes to rest")


def seconds_to(stand, is_there, name):
    seen = watch(stand)
    stand.qemu.kill()
    for seconds, shot in seen:
        if is_there(stand, shot):
            stand.shoot(name, shot)
            return seconds
    stand.shoot(f"no-{name}", seen[-1][1])
    raise Failure(f"{name} is never seen")


@case(start="off")
def bare_window(stand):
    """The log-in page comes hardly later than the least of all programs would; the goal is 1.1."""
    suite = stand.suite
    bare, full = suite.disks / "bare.initrd", suite.disks / "full.initrd"
    inside.make_bare_window(suite.disks / "agent")
    for path, units in ((bare, BARE), (full, {})):
        inside.make_initrd(suite.image / "quick" / "initrd", path, suite.disks / "bare-initrd", suite.disks / "agent", units)
    seconds = {"window": [], "login": []}
    for _ in range(N_BOOTS):
        for name, initrd, is_there in (("window", bare, shows_window), ("login", full, shows_login)):
            log = disks.overlay(suite.disks / "log.raw", suite.disks / "case-log.qcow2")
            stand.switch_on(suite.quick_arguments(log, initrd=initrd), log)
            seconds[name].append(seconds_to(stand, is_there, name))
    window, login = (statistics.median(seconds[name]) for name in ("window", "login"))
    suite.figure("seconds from power-on to a bare window", " ".join(f"{value:.1f}" for value in seconds["window"]))
    suite.figure("seconds from power-on to the log-in page", " ".join(f"{value:.1f}" for value in seconds["login"]))
    suite.figure("log-in page against a bare window (medians)", f"{login / window:.2f}")
    stand.check("both were seen each time", len(seconds["window"]) == len(seconds["login"]) == N_BOOTS)
