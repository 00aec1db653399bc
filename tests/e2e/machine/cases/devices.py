# SPDX-License-Identifier: GPL-3.0-or-later
"""USB devices of every kind: refused before a driver sees them."""

import time

import disks
import usb_redirect
from qemu import LIMIT
from suite import case

# Name, QEMU's model, properties; "disk" and "serial" stand for what the model needs.
MODELS = (
    ("storage", "usb-storage", {"drive": "disk"}),
    ("uas", "usb-uas", {}),
    ("keyboard", "usb-kbd", {}),
    ("mouse", "usb-mouse", {}),
    ("tablet", "usb-tablet", {}),
    ("network", "usb-net", {"netdev": "network"}),
    ("serial", "usb-serial", {"chardev": "chardev"}),
    ("audio", "usb-audio", {"audiodev": "sound"}),
    ("phone", "usb-mtp", {"rootdir": "/srv/kiosk/tests"}),
)
# Everything by which a device could be noticed: new block devices, network cards, inputs, sounds, serial ports.
STATE = ("ls /sys/block /sys/class/net /sys/class/input /sys/class/sound /sys/class/tty /sys/class/scsi_host "
         "/sys/class/hidraw /sys/class/bluetooth /sys/class/usbmisc /sys/class/printer 2>/dev/null")
# Of every device that is no root hub: path, authorized, drivers of device and interfaces.
DEVICES = r"""
cd /sys/bus/usb/devices || exit
for device in *-*; do
  case $device in *:*) continue ;; esac
  drivers=
  for interface in $device/*:*; do
    [ -e "$interface/driver" ] && drivers="$drivers$(basename "$(readlink -f "$interface/driver")"),"
  done
  echo "$device $(cat $device/authorized) $(cat $device/idVendor):$(cat $device/idProduct) ${drivers:-none}"
done
"""


def devices(stand):
    """{(vendor:product): (authorized, drivers)}, and how many there are."""
    lines = [line.split() for line in stand.agent.run(DEVICES).splitlines()]
    return [(words[2], words[1], words[3]) for words in lines if len(words) == 4]


def plug(stand, name, model, properties):
    """What the model needs, then the model."""
    words = dict(properties)
    if "drive" in words:
        path = stand.folder / f"{name}.img"
        path.write_bytes(b"\0" * (4 << 20))
        stand.qemu.add_disk(f"disk-{name}", path)
        words["drive"] = f"disk-{name}"
    if "netdev" in words:
        stand.qemu.qmp.command("netdev_add", type="hubport", id=f"net-{name}", hubid=7)
        words["netdev"] = f"net-{name}"
    if "chardev" in words:
        stand.qemu.qmp.command("chardev-add", id=f"char-{name}", backend={"type": "ringbuf", "data": {}})
        words["chardev"] = f"char-{name}"
    stand.qemu.plug(model, f"usb-{name}", bus="usb.0", **words)
    if model == "usb-uas":
        stand.qemu.qmp.command("qom-set", path=f"/machine/peripheral/usb-{name}", property="attached", value=True)


def plug_made_up(stand, name):
    """A device of usb_redirect.py; returns it."""
    path = stand.qemu.sockets / f"usb-{name}"
    device = usb_redirect.Device(path, *usb_redirect.MADE_UP[name])
    stand.qemu.qmp.command("chardev-add", id=f"char-{name}", backend={"type": "socket", "data": {
        "addr": {"type": "unix", "data": {"path": str(path)}}, "server": False}})
    stand.qemu.plug("usb-redir", f"usb-{name}", bus="usb.0", chardev=f"char-{name}")
    return device


def check_refused(stand, name, before, n_before):
    def arrived():
        return len(devices(stand)) > n_before
    if not stand.check_wait(f"{name}: the kernel sees it", arrived, 60):
        return
    time.sleep(2)  # time for a driver, had there been one
    found = devices(stand)
    stand.check(f"{name}: not authorised, no driver", all(d[1] == "0" and d[2] == "none" for d in found), found)
    after = stand.agent.run(STATE)
    stand.check(f"{name}: no new disk, network card, keyboard, sound or port", after == before,
                set(after.split()) ^ set(before.split()))


@case(core=True)
def usb_hot(stand):
    """Plugged in at the log-in page, one after the other."""
    before = stand.agent.run(STATE)
    for name, model, properties in MODELS:
        n_before = len(devices(stand))
        plug(stand, name, model, properties)
        check_refused(stand, name, before, n_before)
        stand.qemu.unplug(f"usb-{name}")
        stand.check_wait(f"{name}: gone again", lambda n=n_before: len(devices(stand)) == n, 60)
    stand.check_own_screen("the screen is still the terminal's own")


@case()
def usb_made_up(stand):
    """Devices that pretend to be what they are not, and kinds that QEMU has no model of."""
    before = stand.agent.run(STATE)
    for name in usb_redirect.MADE_UP:
        n_before = len(devices(stand))
        device = plug_made_up(stand, name)
        check_refused(stand, name, before, n_before)
        stand.check(f"{name}: it was asked for its descriptors and nothing else", not device.was_used(),
                    [asked for asked in device.asked if asked[1] != 6][:5])
        stand.qemu.unplug(f"usb-{name}")
        stand.check_wait(f"{name}: gone again", lambda n=n_before: len(devices(stand)) == n, 60)
    stand.check_own_screen("the screen is still the terminal's own")


@case(start="off")
def usb_cold(stand):
    """All of them in the ports when the power comes on."""
    path = stand.folder / "cold.img"
    path.write_bytes(b"\0" * (4 << 20))
    log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
    arguments = stand.suite.quick_arguments(log) + [
        "-drive", f"file={path},format=raw,if=none,id=cold", "-device", "usb-storage,bus=usb.0,drive=cold",
        "-netdev", "hubport,id=coldnet,hubid=7", "-device", "usb-net,bus=usb.0,netdev=coldnet",
        "-device", "usb-kbd,bus=usb.0", "-device", "usb-audio,bus=usb.0,audiodev=sound"]
    stand.switch_on(arguments, log, has_agent=True)
    stand.page("login")
    stand.agent.wait(LIMIT)
    found = devices(stand)
    stand.check("the kernel sees all four", len(found) == 4, found)
    stand.check("not authorised, no driver", all(d[1] == "0" and d[2] == "none" for d in found), found)
    blocks = stand.agent.run("ls /sys/block").split()
    stand.check("no disk but the machine's own", all(name.startswith(("vd", "dm-")) for name in blocks), blocks)
    cards = stand.agent.run("ls /sys/class/net").split()
    stand.check("no network card but the machine's own", len(set(cards) - {"lo"}) == 1, cards)
    inputs = stand.agent.run("cat /sys/class/input/input*/name")
    stand.check("no keyboard but the machine's own", "USB" not in inputs, inputs)
