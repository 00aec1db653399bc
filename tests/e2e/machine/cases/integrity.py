# SPDX-License-Identifier: GPL-3.0-or-later
"""An image or a start that is not the released one."""

import subprocess
import time

import disks
from cases.boot import CONSOLE, PAGE, kind_of
from person import WORDS
from qemu import disk
from suite import case

LOGIN = WORDS["login"][0].split("|")


def new_log(stand):
    return disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")


def start_with(stand, words):
    """The quick variant as it is, without an agent, with more words on its command line."""
    log = new_log(stand)
    plain = stand.suite.image / "quick" / "initrd"
    stand.switch_on(stand.suite.quick_arguments(log, words, initrd=plain), log)


def check_out_of_service(stand):
    stand.page("stopped")
    text = stand.person.read(stand.qemu.look())
    stand.check("the terminal stays out of service, with its code", "B-01" in text, text[:200])
    stand.terminal.enter("k-sato")
    time.sleep(5)
    stand.check("nobody can log in", "パスワード" not in stand.person.read(stand.shoot("typed")))


@case(core=True, start="off")
def edited_command_line(stand):
    """One word more than the image was made with."""
    start_with(stand, " kiosk.test=1")
    check_out_of_service(stand)
    stand.suite.figure("seconds from power-on until an edited start is refused", f"{stand.qemu.seconds():.0f}")


@case(start="off")
def edited_in_firmware(stand):
    """The same on the released disk: its kernel image, started by the firmware with options of somebody's own, as from
    a boot entry that was edited or from the firmware's shell. Without Secure Boot they replace the line inside."""
    system = disks.overlay(stand.suite.image / "terminal.raw", stand.suite.disks / "edited.qcow2")
    kernel = stand.folder / "kernel.efi"
    line = stand.folder / "line"
    begin, _ = next(place for label, place in disks.partitions(stand.suite.image / "terminal.raw").items()
                    if label.startswith("esp"))
    subprocess.run(["mcopy", "-i", f"{stand.suite.image / 'terminal.raw'}@@{begin}", "::EFI/BOOT/BOOTX64.EFI", kernel],
                   check=True)
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.cmdline", kernel, line], check=True)
    words = line.read_text(encoding="utf-8").rstrip("\0\n ")
    stand.check("the line inside names the hash of the root", "roothash=" in words, words[:60])
    stand.switch_on([*stand.suite.release_arguments(system, stand.folder, boot=None),
                     "-kernel", str(kernel), "-append", words + " kiosk.test=1"], system)
    check_out_of_service(stand)


def check_never_usable(stand, seconds):
    """Neither a console nor a page at which somebody could log in."""
    seen, pages = set(), []
    end = time.monotonic() + seconds
    while time.monotonic() < end and stand.qemu.is_running():
        picture = stand.qemu.look()
        kind = kind_of(stand.terminal, picture) if picture else "black"
        if kind not in seen:
            stand.shoot(kind, picture)
            seen.add(kind)
        if kind == PAGE:
            pages.append(stand.person.read(picture))
        time.sleep(1)
    stand.shoot("end")
    stand.check("no console is seen", CONSOLE not in seen, " ".join(sorted(seen)))
    stand.check("no page at which one could log in", not any(word in text for text in pages for word in LOGIN),
                " ".join(sorted(seen)))
    return seen


# Twice as long as the start to the log-in page takes.
LONG = 70


@case(start="off")
def init_on_command_line(stand):
    """The oldest way to a shell: another first program."""
    start_with(stand, " init=/bin/sh")
    check_never_usable(stand, LONG)


@case(start="off")
def rescue_on_command_line(stand):
    """systemd's own ways to a shell, in the initrd and after it."""
    start_with(stand, " rd.systemd.debug_shell=1 systemd.debug_shell=1 rescue systemd.unit=emergency.target")
    check_never_usable(stand, LONG)


@case(start="off")
def masked_on_command_line(stand):
    """The programs that guard are told not to start."""
    start_with(stand, " systemd.mask=kioskd.service systemd.mask=kiosk-firewall.service")
    check_never_usable(stand, LONG)


@case(start="off")
def changed_root(stand):
    """One bit of the verified root file system, at a place that nothing but dm-verity would ever notice. Started
    without verification, the same change does not matter."""
    suite = stand.suite
    field = 512  # before erofs' superblock, where a boot sector could stand: read by nobody, checked by nobody else
    system = disks.overlay(suite.image / "terminal.raw", suite.disks / "changed.qcow2")
    begin, _ = suite.root_partition()
    suite.flip_bit(suite.image / "terminal.raw", system, begin + field)
    stand.switch_on(suite.release_arguments(system, stand.folder), system)
    seen = check_never_usable(stand, LONG)
    stand.check("the changed system shows no page at all", PAGE not in seen, " ".join(sorted(seen)))
    stand.qemu.kill()
    quick = suite.image / "quick" / "root.erofs"
    root = disks.overlay(quick, suite.disks / "changed-root.qcow2")
    suite.flip_bit(quick, root, field)
    log = new_log(stand)
    stand.switch_on(suite.quick_arguments(log, root=disk(root, "root", "qcow2", writable=True)), log)
    stand.page("login")
    stand.check("without verification nobody would have noticed", True)
