# SPDX-License-Identifier: GPL-3.0-or-later
"""What is plugged into the terminal's USB ports, and what the kernel made of it, read from sysfs and from its news."""

import time

import agent as inside
import usb_redirect
from keyboard import keys_of

# Port N of the machine's one controller in the policy of the tests.
DESK, SECOND, HUB, STRANGE, RECEIVER, TOKEN = "1", "2", "3", "4", "5", "6"

# Everything by which a device could be noticed: new block devices, network cards, inputs, sounds, serial ports.
STATE = ("ls /sys/block /sys/class/net /sys/class/input /sys/class/sound /sys/class/tty /sys/class/scsi_host "
         "/sys/class/hidraw /sys/class/bluetooth /sys/class/usbmisc /sys/class/printer /sys/class/video4linux "
         "/sys/bus/hid/devices 2>/dev/null")
# Of every device that is no root hub: path, authorized, ids, interfaces that are authorised, drivers of interfaces.
DEVICES = r"""
cd /sys/bus/usb/devices || exit
for device in *-*; do
  case $device in *:*) continue ;; esac
  drivers= open=
  for interface in $device/*:*; do
    [ -e "$interface" ] || continue
    [ "$(cat $interface/authorized)" = 0 ] || open="$open${interface##*.},"
    [ -e "$interface/driver" ] && drivers="$drivers$(basename "$(readlink -f "$interface/driver")"),"
  done
  echo "$device $(cat $device/authorized) $(cat $device/idVendor):$(cat $device/idProduct) ${open:-none} ${drivers:-none}"
done
"""


# Beside the units that are laid into /run in all cases of the quick variant.
ALONE = {"kioskd.service.d/machinetest.conf": "[Unit]\nConditionPathExists=/nonexistent\n"}


def make_initrd_without_kioskd(suite):
    """For a terminal on which kioskd never starts."""
    path = suite.disks / "alone.initrd"
    inside.make_initrd(suite.image / "quick" / "initrd", path, suite.disks / "alone-initrd", suite.disks / "agent", ALONE)
    return path


class Device:
    """One line of DEVICES."""

    def __init__(self, line):
        self.name, self.authorized, self.ids, self.open, self.drivers = line.split()

    def is_dead(self):
        return (self.authorized, self.open, self.drivers) == ("0", "none", "none")

    def __repr__(self):
        return f"{self.name} {self.ids} authorized={self.authorized} interfaces={self.open} drivers={self.drivers}"


def devices(stand):
    """[Device] but for the machine's own hubs."""
    return [Device(line) for line in stand.agent.run(DEVICES).splitlines() if len(line.split()) == 5]


def device(stand, port):
    """The one at a port of the machine, or None."""
    return next((found for found in devices(stand) if found.name.split("-")[1] == port), None)


# Whether the compositor listens to the input of the device at a port.
HEARD = r"""
for folder in /sys/bus/usb/devices/*-PORT/*:*/*/input/input*/event*; do
  ls -l /proc/$($tools/processes cage)/fd | grep -q "/dev/input/${folder##*/}$" && echo heard
done
"""


def is_heard(stand, port):
    return "heard" in stand.agent.run(HEARD.replace("PORT", port))


class News:
    """What the kernel says about devices from now on (inside/uevents.c)."""

    def __init__(self, stand):
        self.agent = stand.agent
        self.agent.run("$tools/uevents >news 2>&1 & until grep -q ready news; do sleep 0.1; done")

    def lines(self, action, part):
        """Those of one action with a part of the device's path."""
        return [line for line in self.agent.run("cat news").splitlines() if line.startswith(action + " ") and part in line]

    def bound(self):
        """Drivers that were given a USB interface, or anything below one, since then. The kernel's own hold on a whole
        device, by which it keeps it switched off, is no driver of what the device does."""
        lines = [line.split() for line in self.agent.run("cat news").splitlines()]
        if ["lost"] in lines:
            return ["news were lost"]
        return [" ".join(line[1:]) for line in lines
                if line[:1] == ["bind"] and "/usb" in line[1] and line[2] != "usb"]


def prepare(stand, name, model, properties):
    """Makes what the model needs; its properties. "disk", "network", "chardev" stand for that."""
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
    return words


def plug(stand, name, model, properties=None, port=None):
    """A model of QEMU, into a port or any."""
    words = prepare(stand, name, model, properties or {})
    if port:
        words["port"] = port
    stand.qemu.plug(model, f"usb-{name}", bus="usb.0", **words)
    if model == "usb-uas":
        stand.qemu.qmp.command("qom-set", path=f"/machine/peripheral/usb-{name}", property="attached", value=True)


def unplug(stand, name):
    stand.qemu.unplug(f"usb-{name}")


def plug_made_up(stand, name, facts=None, port=None):
    """A device of usb_redirect.py; returns it."""
    path = stand.qemu.sockets / f"usb-{name}"
    path.unlink(missing_ok=True)
    made_up = usb_redirect.Device(path, *(facts or usb_redirect.MADE_UP[name]))
    stand.qemu.qmp.command("chardev-add", id=f"char-{name}", backend={"type": "socket", "data": {
        "addr": {"type": "unix", "data": {"path": str(path)}}, "server": False}})
    words = {"port": port} if port else {}
    stand.qemu.plug("usb-redir", f"usb-{name}", bus="usb.0", chardev=f"char-{name}", **words)
    return made_up


def plug_keyboard(stand, name, port):
    """A real keyboard's model. Its keys are pressed by type_on() alone: others go to the machine's own keyboard."""
    plug(stand, name, "usb-kbd", {"display": "gpu"}, port)


def press_on(stand, keys):
    """On the USB keyboard that was plugged in last."""
    for is_down in (True, False):
        for key in keys if is_down else reversed(keys):
            stand.qemu.qmp.command("input-send-event", device="gpu", events=[
                {"type": "key", "data": {"down": is_down, "key": {"type": "qcode", "data": key}}}])
        time.sleep(0.05)


def type_on(stand, text):
    for character in text:
        press_on(stand, keys_of(character))


def enter_on(stand, text):
    type_on(stand, text)
    press_on(stand, ["ret"])


# ---- The log ----

def records(stand, begun, action):
    return [record for record in stand.terminal.records()[begun:] if record["event.action"] == action]


def wait_record(stand, what, begun, action, **fields):
    """Passed when the log has it; fields: what must stand in it, or, for message, a part of that."""
    def found():
        return any(all(value in str(record.get(f"event.{name}" if name != "message" else name, ""))
                       for name, value in fields.items()) for record in records(stand, begun, action))
    return stand.check_wait(what, found)
