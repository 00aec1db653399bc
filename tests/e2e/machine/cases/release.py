# SPDX-License-Identifier: GPL-3.0-or-later
"""The released disk as it is delivered, through its firmware: by screen, keys, ports and disks alone."""

import time

import disks
from cases.boot import check_boot
from cases.keys import Watch, press_all
from cases.power import check_undisturbed, press_dangerous
from cases.work import TYPED, arrived
from person import EQUAL
from suite import SERVER, case


@case(start="off")
def release(stand):
    system = disks.overlay(stand.suite.image / "terminal.raw", stand.suite.disks / "release.qcow2")
    stand.switch_on(stand.suite.release_arguments(system, stand.folder), system)
    check_boot(stand)
    stand.person.log_in("wrong")
    stand.page("failed")
    _, _, share = stand.open_session()
    stand.check("the session's picture is the server's own display", share >= EQUAL, f"{share:.2%} of the pixels")
    before = arrived(stand)
    stand.terminal.enter(TYPED)
    stand.check_wait("the keys arrive at the server", lambda: arrived(stand) == before + TYPED + "\n")

    stand.terminal.key("Control+Alt+l")
    stand.page("locked")
    watch = Watch(stand)
    watch.start()
    press_dangerous(stand)
    press_all(stand)
    check_undisturbed(stand, "while locked")
    watch.stop()
    stand.check("the screen was the terminal's own all the while", not watch.foreign, f"{watch.n_looks} looks")
    check_storage(stand)
    log, words = stand.verified_log()
    stand.check("the log on the disk of the running machine is whole", log is not None, words)
    actions = [record["event.action"] for record in stand.records_of(log)] if log else []
    for action in ("login", "connect", "lock"):
        stand.check(f"it tells of: {action}", action in actions)

    stand.qemu.kill()
    log, words = stand.verified_log()
    stand.check("after a power cut it is still whole", log is not None, words)
    stand.wait_disconnected()


def check_storage(stand):
    """A disk at a port is never read: QEMU counts."""
    path = stand.folder / "storage.img"
    path.write_bytes(b"\0" * (4 << 20))
    stand.qemu.add_disk("storage", path)
    stand.qemu.plug("usb-storage", "usb-storage", bus="usb.0", drive="storage")
    time.sleep(10)
    reads = [entry["stats"]["rd_operations"] for entry in stand.qemu.qmp.command("query-blockstats")
             if "usb-storage" in entry.get("qdev", "")]
    stand.check("a USB disk is never read", reads == [0], reads)
    stand.shoot("refused")
    # The panel of the refusal hangs from the bar as long as the disk is there.
    stand.qemu.unplug("usb-storage")
    stand.check_wait("the screen is still the terminal's own", stand.terminal.has_bar_now)
