# SPDX-License-Identifier: GPL-3.0-or-later
"""What is plugged into other buses while the terminal runs: a socket for cards (PCIe hot-plug, as Thunderbolt and
ExpressCard have it), a bus for disks (as eSATA), a drive for discs.
"""

import time

import disks
import ports
from ports import STATE, News
from qemu import LIMIT, SOCKETS
from suite import case

PCI = "ls /sys/bus/pci/devices"
# Name, model, what it needs.
CARDS = (
    ("virtio-disk", "virtio-blk-pci", {"drive": "disk"}),
    ("nvme", "nvme", {"drive": "disk", "serial": "kiosk-log"}),
    ("network", "virtio-net-pci", {"romfile": ""}),
    ("e1000e", "e1000e", {"romfile": ""}),
    ("usb-controller", "nec-usb-xhci", {}),
    ("sound", "AC97", {"audiodev": "sound"}),
    ("serial", "pci-serial", {"chardev": "chardev"}),
)
DRIVERS = r"""
cd /sys/bus/pci/devices
for device in *; do
  [ -e "$device/driver" ] && echo "$device $(basename "$(readlink -f "$device/driver")")"
done
"""


def make_disk(stand, name):
    """With the label of the terminal's own log."""
    path = stand.folder / f"{name}.img"
    path.write_bytes(stand.suite.disks.joinpath("log.raw").read_bytes()[:4 << 20])
    stand.qemu.add_disk(f"disk-{name}", path)
    return f"disk-{name}"


def plug(stand, name, model, properties, bus):
    words = dict(properties)
    if "drive" in words:
        words["drive"] = make_disk(stand, name)
    if "chardev" in words:
        stand.qemu.qmp.command("chardev-add", id=f"char-{name}", backend={"type": "ringbuf", "data": {}})
        words["chardev"] = f"char-{name}"
    stand.qemu.plug(model, f"card-{name}", bus=bus, **words)


@case()
def pci_hot(stand):
    """The kernel does not see a card that is plugged in."""
    news, before, cards, drivers = News(stand), *(stand.agent.run(script) for script in (STATE, PCI, DRIVERS))
    for number, (name, model, properties) in enumerate(CARDS[:SOCKETS]):
        plug(stand, name, model, properties, f"socket{number}")
    time.sleep(15)
    stand.check("the kernel has not heard of anything", not news.lines("add", "/0000:") and stand.agent.run(PCI) == cards,
                news.lines("add", "/0000:"))
    stand.check("no driver", stand.agent.run(DRIVERS) == drivers, stand.agent.run(DRIVERS))
    after = stand.agent.run(STATE)
    stand.check("nothing new", after == before, set(after.split()) ^ set(before.split()))
    stand.check_wait("the screen is the terminal's own", stand.terminal.has_bar_now)


@case(start="off")
def pci_rules_alone(stand):
    """Without kioskd and with a kernel that sees cards, the rules of udev make it forget them."""
    log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
    arguments = stand.suite.quick_arguments(log, " acpiphp.disable=0", initrd=ports.make_initrd_without_kioskd(stand.suite))
    stand.switch_on(arguments, log, has_agent=True)
    stand.agent.wait(LIMIT)
    stand.check_wait("the boot is sealed", lambda: stand.agent.run("cat /proc/sys/kernel/modules_disabled").strip() == "1")
    news = News(stand)
    before, cards, drivers = (stand.agent.run(script) for script in (STATE, PCI, DRIVERS))
    for name, model, properties in CARDS:
        n_cards = len(news.lines("add", "/0000:"))
        plug(stand, name, model, properties, "socket0")
        stand.check_wait(f"{name}: the kernel sees it", lambda n=n_cards: len(news.lines("add", "/0000:")) > n)
        stand.check_wait(f"{name}: and forgets it", lambda: stand.agent.run(PCI) == cards)
        time.sleep(1)
        stand.check(f"{name}: no driver", stand.agent.run(DRIVERS) == drivers, stand.agent.run(DRIVERS))
        after = stand.agent.run(STATE)
        stand.check(f"{name}: nothing new", after == before, set(after.split()) ^ set(before.split()))
        stand.qemu.unplug(f"card-{name}")
        stand.check_wait(f"{name}: out of the socket", lambda n=name: stand.qemu.was_unplugged(f"card-{n}"))


@case()
def scsi_hot(stand):
    """A disk on a bus that was there all the time, with the names of the terminal's own; a disc."""
    news, before = News(stand), stand.agent.run(STATE)
    for name, model in (("disk", "scsi-hd"), ("disc", "scsi-cd")):
        plug(stand, name, model, {"drive": "disk"}, "scsi.0")
        stand.check_wait(f"{name}: the kernel sees it", lambda: news.lines("add", "/target"))
        time.sleep(2)
        after = stand.agent.run(STATE)
        stand.check(f"{name}: nothing new", after == before, set(after.split()) ^ set(before.split()))
        stand.qemu.unplug(f"card-{name}")
    labels = stand.agent.run("ls /dev/disk/by-partlabel; readlink /dev/disk/by-partlabel/kiosk-log").split()
    stand.check("the name of the log is the log's", labels == ["kiosk-log", "../../vdb1"], labels)
    stand.shoot("card")
    stand.terminal.key("Control+Alt+Escape")  # the kernel has forgotten the disk: nobody hears when it is unplugged
    stand.check_wait("the screen is the terminal's own", stand.terminal.has_bar_now)
