# SPDX-License-Identifier: GPL-3.0-or-later
"""USB devices of every kind: refused before a driver sees them, and recorded."""

import json
import time

import disks
import ports
import usb_redirect
from ports import STATE, News, devices, make_initrd_without_kioskd, plug, plug_made_up, unplug, wait_record
from qemu import LIMIT
from suite import case

# Name, QEMU's model, properties; "disk" and "serial" stand for what the model needs.
MODELS = (
    ("storage", "usb-storage", {"drive": "disk"}),
    ("uas", "usb-uas", {}),
    ("keyboard", "usb-kbd", {"display": "gpu"}),
    ("mouse", "usb-mouse", {}),
    ("tablet", "usb-tablet", {}),
    ("network", "usb-net", {"netdev": "network"}),
    ("serial", "usb-serial", {"chardev": "chardev"}),
    ("braille", "usb-braille", {"chardev": "chardev"}),
    ("audio", "usb-audio", {"audiodev": "sound"}),
    ("phone", "usb-mtp", {"rootdir": "/srv/kiosk/tests"}),
    ("ccid", "usb-ccid", {}),
    ("hub", "usb-hub", {}),
)
# No rule of the tests' policy is for this port.
PORT = "9"


def check_refused(stand, name, before, begun):
    """The one device that is there is dead."""
    if not stand.check_wait(f"{name}: the kernel sees it", lambda: len(devices(stand)) == 1, 60):
        return
    ids = devices(stand)[0].ids
    wait_record(stand, f"{name}: recorded", begun, "device-refused", message=ids)
    time.sleep(1)  # time for a driver, had there been one
    found = devices(stand)
    stand.check(f"{name}: not authorised, no driver", all(device.is_dead() for device in found), found)
    after = stand.agent.run(STATE)
    stand.check(f"{name}: no new disk, network card, keyboard, sound or port", after == before,
                set(after.split()) ^ set(before.split()))


def check_gone(stand, name):
    unplug(stand, name)
    stand.check_wait(f"{name}: gone again", lambda: not devices(stand), 60)


@case(core=True)
def usb_hot(stand):
    """Plugged in at the log-in page, one after the other."""
    news, before = News(stand), stand.agent.run(STATE)
    for name, model, properties in MODELS:
        begun = len(stand.terminal.records())
        plug(stand, name, model, properties, PORT)
        check_refused(stand, name, before, begun)
        check_gone(stand, name)
    bound = news.bound()
    stand.check("no driver was bound to anything, not for a moment", not bound, bound[:5])
    stand.check_wait("the card has left, the screen is the terminal's own", stand.terminal.has_bar_now)


@case(core=True)
def devices_command(stand):
    """kioskctl tells of real devices what the kernel and the policy say."""
    begun = len(stand.terminal.records())
    plug(stand, "desk", "usb-kbd", {"display": "gpu"}, ports.DESK)
    plug(stand, "phone", "usb-mtp", {"rootdir": "/srv/kiosk/tests"}, PORT)
    wait_record(stand, "the keyboard of the policy works", begun, "device-allowed", message="0627:0001")
    wait_record(stand, "the phone is refused", begun, "device-refused")
    told = json.loads(stand.agent.run("/usr/bin/kioskctl devices --json"))
    stand.check("every bus is closed", told["buses"] and all(bus["closed"] for bus in told["buses"]), told["buses"])
    found = {device["path"].rpartition("/")[2]: device for device in told["devices"]}
    stand.check("two devices, as the policy wants them", sorted(found) == sorted([ports.DESK, PORT])
                and all(device["as-wanted"] for device in found.values()), found)
    desk, phone = found.get(ports.DESK, {}), found.get(PORT, {})
    stand.check("the keyboard, and the rule that allows it", desk.get("authorized")
                and (desk["policy"]["allowed"], desk["policy"]["rule"]) == (True, "desk-keyboard"), desk)
    stand.check("the phone is dead, and why", phone.get("authorized") is False
                and not phone["policy"]["allowed"] and phone["policy"]["reason"], phone)
    table = stand.agent.run("/usr/bin/kioskctl devices --lang en")
    stand.check("the same as a table", "works" in table and "dead" in table and "OPEN" not in table, table)
    rules = stand.agent.run("/usr/bin/kioskctl devices learn --lang en")
    stand.check("rules for what is plugged in", "id=0627:0001" in rules and f"/{ports.DESK}" in rules, rules)
    unplug(stand, "phone")
    unplug(stand, "desk")
    stand.check_wait("both are gone again", lambda: not devices(stand), 60)


@case()
def usb_made_up(stand):
    """Devices that pretend to be what they are not, and kinds that QEMU has no model of."""
    news, before = News(stand), stand.agent.run(STATE)
    for name in usb_redirect.MADE_UP:
        begun = len(stand.terminal.records())
        device = plug_made_up(stand, name, port=PORT)
        check_refused(stand, name, before, begun)
        stand.check(f"{name}: it was asked for its descriptors and nothing else", not device.was_used(),
                    [asked for asked in device.asked if asked[1] != 6][:5])
        check_gone(stand, name)
    bound = news.bound()
    stand.check("no driver was bound to anything, not for a moment", not bound, bound[:5])
    stand.check_wait("the card has left, the screen is the terminal's own", stand.terminal.has_bar_now)


@case(start="off")
def usb_cold(stand):
    """All of them in the ports when the power comes on."""
    path = stand.folder / "cold.img"
    path.write_bytes(b"\0" * (4 << 20))
    log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
    arguments = stand.suite.quick_arguments(log) + [
        "-drive", f"file={path},format=raw,if=none,id=cold", "-device", "usb-storage,bus=usb.0,port=4,drive=cold",
        "-netdev", "hubport,id=coldnet,hubid=7", "-device", "usb-net,bus=usb.0,port=7,netdev=coldnet",
        "-device", "usb-kbd,bus=usb.0,port=8,display=gpu", "-device", "usb-audio,bus=usb.0,port=9,audiodev=sound",
        "-device", "usb-mtp,bus=usb.0,port=10,rootdir=/srv/kiosk/tests", "-device", "usb-tablet,bus=usb.0,port=11,display=gpu",
        "-chardev", "ringbuf,id=coldserial", "-device", "usb-serial,bus=usb.0,port=12,chardev=coldserial",
        "-device", "usb-ccid,bus=usb.0,port=13", "-device", "usb-hub,bus=usb.0,port=14"]
    stand.switch_on(arguments, log, has_agent=True)
    stand.page("login")
    stand.agent.wait(LIMIT)
    found = devices(stand)
    stand.check("the kernel sees all nine", len(found) == 9, found)
    stand.check("not authorised, no driver", all(device.is_dead() for device in found), found)
    for ids in sorted({device.ids for device in found}):
        wait_record(stand, f"{ids}: recorded", 0, "device-refused", message=ids)
    blocks = stand.agent.run("ls /sys/block").split()
    stand.check("no disk but the machine's own", all(name.startswith(("vd", "dm-")) for name in blocks), blocks)
    cards = stand.agent.run("ls /sys/class/net").split()
    stand.check("no network card but the machine's own", len(set(cards) - {"lo"}) == 1, cards)
    inputs = stand.agent.run("cat /sys/class/input/input*/name")
    stand.check("no keyboard but the machine's own", "USB" not in inputs, inputs)


# What a hole in the kernel's own defaults would look like.
OPEN = "for hub in /sys/bus/usb/devices/usb*; do echo 1 > $hub/authorized_default; done"


@case(start="off")
def usb_rules_alone(stand):
    """The terminal without kioskd: the rules of udev are enough."""
    log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
    arguments = stand.suite.quick_arguments(log, initrd=make_initrd_without_kioskd(stand.suite)) + [
        "-device", "usb-kbd,bus=usb.0,port=1,display=gpu", "-device", "usb-tablet,bus=usb.0,port=4,display=gpu"]
    stand.switch_on(arguments, log, has_agent=True)
    stand.agent.wait(LIMIT)
    stand.check_wait("the boot is sealed", lambda: stand.agent.run("cat /proc/sys/kernel/modules_disabled").strip() == "1")
    stand.check("kioskd is not there", not stand.pids("kioskd"))
    found = devices(stand)
    stand.check("at power-on: dead, the keyboard of the policy as well", len(found) == 2
                and all(device.is_dead() for device in found), found)
    news, before = News(stand), stand.agent.run(STATE)
    for name, model, properties in MODELS:
        plug(stand, name, model, properties, PORT)
        stand.check_wait(f"{name}: the kernel sees it", lambda: len(devices(stand)) == 3, 60)
        time.sleep(1)
        found = devices(stand)
        stand.check(f"{name}: not authorised, no driver", all(device.is_dead() for device in found), found)
        unplug(stand, name)
        stand.check_wait(f"{name}: gone again", lambda: len(devices(stand)) == 2, 60)
    bound = news.bound()
    stand.check("no driver was bound to anything, not for a moment", not bound, bound[:5])
    stand.agent.run(OPEN)
    for name, model, properties in [(f"{name}-again", model, properties) for name, model, properties in MODELS]:
        plug(stand, name, model, properties, PORT)
        stand.check_wait(f"{name}, let in by the kernel: dead a moment later",
                         lambda: len(devices(stand)) == 3 and all(device.is_dead() for device in devices(stand)), 60)
        unplug(stand, name)
        stand.check_wait(f"{name}: gone again", lambda: len(devices(stand)) == 2, 60)
    bound = news.bound()
    stand.check("because its interfaces were refused as well, no driver was bound even then", not bound, bound[:5])
    after = stand.agent.run(STATE)
    stand.check("no new disk, network card, keyboard, sound or port", after == before, set(after.split()) ^ set(before.split()))
