# SPDX-License-Identifier: GPL-3.0-or-later
"""A second monitor, plugged in while the terminal is locked."""

import time

import disks
import picture
from qemu import LIMIT
from suite import SERVER, case
from vnc import Monitor


def is_off(shot):
    """QEMU draws a line of grey text on black for a monitor that gets no picture."""
    colours = shot.getcolors(4) or []
    return bool(colours) and picture.count_colour(shot, (0, 0, 0), 0) > 0.98 * shot.width * shot.height


@case(start="off")
def second_monitor(stand):
    log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
    stand.switch_on(stand.suite.quick_arguments(log), log, has_agent=True, outputs=2)
    stand.page("login")
    stand.agent.wait(LIMIT)
    pages = [stand.terminal.session(stand.shoot("login"))]
    _, display, _ = stand.open_session()
    begun = len(stand.terminal.records())
    stand.terminal.key("Control+Alt+l")
    stand.terminal.wait_record("lock", "success", begun)
    pages.append(stand.terminal.session(stand.person.shot_of("locked")))
    colours = picture.foreign_colours(display, pages)
    stand.check("the server's desktop has colours that our pages lack", bool(colours), len(colours))
    monitor = Monitor(stand.qemu.sockets / "monitor", 1280, 800)
    connected = "cat /sys/class/drm/card0-*/status"
    stand.check_wait("the kernel sees a second monitor",
                     lambda: stand.agent.run(connected).split().count("connected") == 2)
    time.sleep(10)
    for head in (0, 1):
        shot = stand.shoot(f"locked-{head}", stand.qemu.look(head))
        found = sum(picture.count_colour(shot, colour, 12) for colour in colours) if shot and not is_off(shot) else 0
        stand.check(f"monitor {head + 1} shows nothing of the session", found == 0, f"{found} pixels")
    stand.terminal.enter(stand.person.password)
    stand.terminal.wait_record("unlock", "success", begun)
    time.sleep(10)
    for head in (0, 1):
        stand.shoot(f"unlocked-{head}", stand.qemu.look(head))
    monitor.close()
    lost = [record for record in stand.terminal.records()[begun:]
            if record["event.action"] in ("session-lost", "disconnect", "program-died")]
    stand.check("the session outlives the change of monitors", not lost,
                [(record["event.action"], record.get("event.reason"), record.get("message")) for record in lost])
    stand.check("the terminal goes on", stand.qemu.is_running() and SERVER in str(stand.terminal.records()[-20:]))
