# SPDX-License-Identifier: GPL-3.0-or-later
"""An image or a start that is not the released one."""

import time

import disks
from cases.boot import CONSOLE, PAGE, kind_of
from suite import case


@case(core=True, start="off")
def edited_command_line(stand):
    """One word more than the image was made with."""
    log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
    stand.switch_on(stand.suite.quick_arguments(log, " kiosk.test=1", with_agent=False), log)
    stand.page("stopped")
    text = stand.person.read(stand.qemu.look())
    stand.check("the terminal stays out of service, with its code", "B-01" in text, text[:200])
    stand.person.terminal.enter("k-sato")
    time.sleep(5)
    stand.check("nobody can log in", "パスワード" not in stand.person.read(stand.shoot("typed")))


@case(start="off")
def init_on_command_line(stand):
    """The oldest way to a shell: another first program."""
    log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
    stand.switch_on(stand.suite.quick_arguments(log, " init=/bin/sh", with_agent=False), log)
    check_never_usable(stand, 90)


def check_never_usable(stand, seconds):
    """Neither a console nor a page at which somebody could log in."""
    seen = set()
    end = time.monotonic() + seconds
    while time.monotonic() < end and stand.qemu.is_running():
        picture = stand.qemu.look()
        kind = kind_of(stand.terminal, picture) if picture else "black"
        if kind not in seen:
            stand.shoot(kind, picture)
            seen.add(kind)
        time.sleep(1)
    stand.check("no console is seen", CONSOLE not in seen, " ".join(sorted(seen)))
    stopped = PAGE in seen and "停止" in stand.person.read(stand.qemu.look())
    stand.check("no page at which one could log in", PAGE not in seen or stopped, " ".join(sorted(seen)))


@case(start="off")
def changed_root(stand):
    """One bit of the verified root file system: a field that nothing but dm-verity would ever notice."""
    system = disks.overlay(stand.suite.image / "terminal.raw", stand.suite.disks / "changed.qcow2")
    begin, _ = stand.suite.root_partition()
    stand.suite.flip_bit(system, begin + 1024 + 48)  # the UUID in erofs' superblock
    stand.switch_on(stand.suite.release_arguments(system, stand.folder), system)
    check_never_usable(stand, 120)
