# SPDX-License-Identifier: GPL-3.0-or-later
"""From the power button to the log-in page, and what is seen on the way."""

import time

from qemu import LIMIT, SCREEN
from seat import Failure
from suite import case

BLACK, SPLASH, PAGE, CONSOLE, FIRMWARE = "black", "splash", "page", "console", "firmware"


def kind_of(terminal, picture):
    """What a picture during the boot is. A console has few colours, all of them grey, on much black."""
    if picture.size != SCREEN:
        return FIRMWARE
    colours = picture.getcolors(1 << 20) or []
    total = picture.width * picture.height
    if len(colours) == 1 and max(colours[0][1]) < 48:
        return BLACK
    if terminal.has_bar(picture):
        return PAGE
    black = sum(count for count, colour in colours if max(colour) < 8)
    # The text colours of the kernel's console are exact: no smoothed edges.
    if black > 0.5 * total and len(colours) <= 16:
        return CONSOLE
    return SPLASH


def watch_boot(stand, limit=LIMIT):
    """Looks at the screen until the log-in page is there; the kinds of pictures in order of first sight."""
    seen = []
    end = time.monotonic() + limit
    while time.monotonic() < end:
        picture = stand.qemu.look()
        kind = kind_of(stand.terminal, picture) if picture else BLACK
        if kind not in seen:
            seen.append(kind)
            stand.shoot(kind, picture)
        if kind == PAGE:
            return seen
        time.sleep(0.3)
    raise Failure(f"no page of ours in {limit} s; seen: {' '.join(seen)}")


def check_boot(stand):
    """The same for both variants."""
    seen = watch_boot(stand)
    stand.page("login")
    stand.suite.figure(f"{stand.name}: seconds from power-on to the log-in page", f"{stand.qemu.seconds():.0f}")
    stand.check("the boot ends at the log-in page", True)
    stand.check("no console is seen on the way", CONSOLE not in seen, " ".join(seen))


@case(core=True)
def boot(stand):
    check_boot(stand)
    stand.agent.wait(LIMIT)
    stand.suite.figure("MiB of the guest's memory in use at the log-in page",
                       stand.agent.run("free -m | awk '/^Mem:/ { print $2 - $NF }'").strip())
    # The last steps of the boot (no more kernel modules) come after the page.
    stand.check_wait("the boot is sealed: no kernel module can be loaded any more",
                     lambda: stand.agent.run("cat /proc/sys/kernel/modules_disabled").strip() == "1", 60)
