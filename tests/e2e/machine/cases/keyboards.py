# SPDX-License-Identifier: GPL-3.0-or-later
"""The USB keyboards that the policy allows: each at its own port, and a new one only after a number was typed on it."""

import re
import subprocess
import tempfile
import time

from PIL import Image, ImageOps

import disks
import network
import ports
from ports import (DESK, HUB, RECEIVER, SECOND, STRANGE, TOKEN, STATE, News, device, devices, enter_on, plug, is_heard,
                   plug_keyboard, plug_made_up, press_on, type_on, unplug, wait_record)
from qemu import LIMIT
from seat import wait_for
from suite import case
import usb_redirect

KEYBOARD = "0627:0001"


def works(stand, port, drivers="usbhid,"):
    """A keyboard that the guard let in, and that has its driver."""
    found = device(stand, port)
    return found is not None and found.authorized == "1" and found.drivers == drivers


def is_dead(stand, port):
    found = device(stand, port)
    return found is not None and found.is_dead()


def plug_and_wait(stand, name, port):
    begun = len(stand.terminal.records())
    plug_keyboard(stand, name, port)
    stand.check_wait(f"{name}: works", lambda: works(stand, port))
    wait_record(stand, f"{name}: recorded as allowed", begun, "device-allowed", message=KEYBOARD)
    stand.check_wait(f"{name}: the compositor listens to it", lambda: is_heard(stand, port))


def dismiss(stand):
    """The card that tells of a refused device."""
    stand.terminal.key("Control+Alt+Escape")


@case(core=True)
def keyboard_hot(stand):
    """At the log-in page: what is typed on it arrives, at its own port only."""
    news = News(stand)
    plug_and_wait(stand, "desk", DESK)
    enter_on(stand, stand.person.name)
    stand.page("password")
    stand.check("what was typed on it arrived", True)
    begun = len(stand.terminal.records())
    unplug(stand, "desk")
    wait_record(stand, "unplugged: recorded", begun, "device-removed", message=KEYBOARD)
    bound = set(news.bound())
    before = stand.agent.run(STATE)
    begun = len(stand.terminal.records())
    plug_keyboard(stand, "strange", STRANGE)
    wait_record(stand, "the same model at another port: refused", begun, "device-refused", reason="device-port", message=KEYBOARD)
    stand.check("and dead", is_dead(stand, STRANGE), devices(stand))
    stand.check("no input device, no driver", stand.agent.run(STATE) == before and set(news.bound()) == bound,
                set(news.bound()) - bound)
    enter_on(stand, stand.person.password)
    time.sleep(3)
    dismiss(stand)
    stand.page("password")
    stand.check("what is typed on that one goes nowhere", not ports.records(stand, begun, "login"))
    unplug(stand, "strange")
    plug_and_wait(stand, "desk-again", DESK)
    enter_on(stand, stand.person.password)
    stand.page("servers")
    stand.check("back at its own port it works again", True)


@case(start="off")
def keyboard_cold(stand):
    """There when the power comes on: through firmware-less start, initrd and boot. Beside it what is refused."""
    path = stand.folder / "cold.img"
    path.write_bytes(b"\0" * (4 << 20))
    log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
    arguments = stand.suite.quick_arguments(log) + [
        "-drive", f"file={path},format=raw,if=none,id=cold", "-device", "usb-storage,bus=usb.0,port=4,drive=cold",
        "-device", "usb-kbd,bus=usb.0,port=7", "-device", f"usb-kbd,bus=usb.0,port={DESK},display=gpu"]
    stand.switch_on(arguments, log, has_agent=True)
    stand.page("login")
    stand.agent.wait(LIMIT)
    stand.check("in the initrd no driver of USB was loaded", "usbcore" not in stand.agent.run("cat /run/machinetest-initrd-modules"))
    stand.check_wait("the keyboard of the policy works", lambda: works(stand, DESK) and is_heard(stand, DESK))
    stand.check("the other one, of the same model, and the stick are dead", is_dead(stand, "4") and is_dead(stand, "7"),
                devices(stand))
    dismiss(stand)
    enter_on(stand, stand.person.name)
    stand.page("password")
    enter_on(stand, stand.person.password)
    stand.page("servers")
    stand.check("a person logs in with it", True)


# Where its digits stand on a screen of 1280x800: left edges, top, size.
DIGITS, TOP, SIZE = (393, 473, 553, 659, 739, 819), 340, (68, 82)


def recognise(image, mode):
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        image.save(file.name)
        done = subprocess.run(["tesseract", file.name, "-", "-l", "eng", "--psm", mode, "-c", "tessedit_char_whitelist=0123456789"],
                              check=True, capture_output=True, text=True)
    return "".join(done.stdout.split())


def read_digits(shot):
    """The digits on the page. They are nearly black, boxes and borders are not. Side by side they read best, but now and
    then one is read twice: then each by itself."""
    line, single = Image.new("L", (60 * len(DIGITS) + 160, 140), 255), []
    for number, left in enumerate(DIGITS):
        box = shot.crop((left, TOP, left + SIZE[0], TOP + SIZE[1]))
        ink = box.convert("L").point(lambda value: 0 if value < 64 else 255)
        extent = ink.point(lambda value: 255 - value).getbbox()
        if extent:
            digit = ink.crop(extent)
            line.paste(digit, (100 + 60 * number, 70 - (extent[3] - extent[1]) // 2))
            single.append(ImageOps.expand(digit, 30, 255))
    digits = recognise(line, "7")
    if len(digits) == len(DIGITS) or len(single) < len(DIGITS):
        return digits
    return "".join(recognise(image, "10")[:1] for image in single)


def shown_number(stand):
    """The six digits that are to be typed."""
    def seen():
        digits = read_digits(stand.terminal.look())
        return digits if len(digits) == 6 else None
    return wait_for("a number on the screen", seen)


def unlock(stand):
    """On the machine's own keyboard."""
    stand.page("locked")
    stand.terminal.enter(stand.person.password)
    stand.page("servers")


@case(core=True)
def keyboard_new(stand):
    """While somebody is logged in: the screen locks, and the keyboard must prove that a person is at it."""
    stand.log_in()
    begun = len(stand.terminal.records())
    plug_keyboard(stand, "second", SECOND)
    wait_record(stand, "the screen locks", begun, "lock", reason="keyboard")
    wait_record(stand, "a number is asked for", begun, "keyboard-check-begun", message=KEYBOARD)
    number = shown_number(stand)
    stand.shoot("number")
    stand.terminal.type(number)
    time.sleep(1)
    stand.check("typed on the machine's own keyboard it confirms nothing", not ports.records(stand, begun, "keyboard-check"))
    type_on(stand, number)
    wait_record(stand, "the number typed on it confirms it", begun, "keyboard-check", outcome="success")
    stand.page("locked")
    stand.check_wait("the compositor listens to it", lambda: is_heard(stand, SECOND))
    enter_on(stand, stand.person.password)
    stand.page("servers")
    stand.check("and unlocks with it", True)
    unplug(stand, "second")
    begun = len(stand.terminal.records())
    plug_keyboard(stand, "second-again", SECOND)
    wait_record(stand, "plugged in once more: asked again", begun, "keyboard-check-begun")
    for _ in range(3):
        number = shown_number(stand)
        type_on(stand, "".join(str((int(digit) + 1) % 10) for digit in number))
        time.sleep(1)
    wait_record(stand, "wrong three times: refused", begun, "keyboard-check", outcome="failure")
    stand.check_wait("and dead", lambda: is_dead(stand, SECOND))
    dismiss(stand)
    unlock(stand)


@case()
def keyboard_new_in_session(stand):
    """The same in a session: the server gets none of its keys."""
    stand.open_session()
    begun = len(stand.terminal.records())
    plug_keyboard(stand, "second", SECOND)
    wait_record(stand, "the screen locks", begun, "lock", reason="keyboard")
    number = shown_number(stand)
    stand.shoot("number")
    type_on(stand, number)
    wait_record(stand, "the number confirms it", begun, "keyboard-check", outcome="success")
    stand.check("the session is still there", bool(network.connections(network.SERVER)))


@case()
def keyboard_while_locked(stand):
    """Locked: the keyboard that was there comes back, no other does."""
    plug_and_wait(stand, "desk", DESK)
    stand.log_in()
    stand.terminal.key("Control+Alt+l")
    stand.page("locked")
    begun = len(stand.terminal.records())
    plug_keyboard(stand, "second", SECOND)
    wait_record(stand, "another one: refused", begun, "device-refused", reason="device-locked", message=KEYBOARD)
    stand.check("and dead", is_dead(stand, SECOND), devices(stand))
    unplug(stand, "second")
    begun = len(stand.terminal.records())
    unplug(stand, "desk")
    wait_record(stand, "its own: unplugged", begun, "device-removed")
    plug_and_wait(stand, "desk-again", DESK)
    stand.check("no number is asked for", not ports.records(stand, begun, "keyboard-check-begun"))
    dismiss(stand)
    enter_on(stand, stand.person.password)
    stand.page("servers")
    stand.check("and unlocks with it", True)


@case()
def keyboard_hub(stand):
    """A listed hub, a keyboard behind it; a second hub behind that is one too many."""
    news = News(stand)
    begun = len(stand.terminal.records())
    plug(stand, "hub", "usb-hub", port=HUB)
    wait_record(stand, "the hub is allowed", begun, "device-allowed", message="0409:55aa")
    stand.check_wait("and works", lambda: works(stand, HUB, "hub,"))
    plug_keyboard(stand, "behind", f"{HUB}.1")
    stand.check_wait("the keyboard behind it works", lambda: works(stand, f"{HUB}.1"))
    bound = set(news.bound())
    begun = len(stand.terminal.records())
    plug(stand, "stick", "usb-storage", {"drive": "disk"}, f"{HUB}.2")
    wait_record(stand, "a stick behind it: refused", begun, "device-refused", message="46f4:0001")
    stand.check("and dead", is_dead(stand, f"{HUB}.2"), devices(stand))
    begun = len(stand.terminal.records())
    plug(stand, "chain", "usb-hub", port=f"{HUB}.3")
    wait_record(stand, "a hub behind it: refused", begun, "device-refused", reason="device-depth", message="0409:55aa")
    stand.check("and dead", is_dead(stand, f"{HUB}.3"), devices(stand))
    plug_keyboard(stand, "deep", f"{HUB}.3.1")
    time.sleep(5)
    stand.check("what hangs from it is not even seen", device(stand, f"{HUB}.3.1") is None, devices(stand))
    stand.check("no driver for any of them", set(news.bound()) == bound, set(news.bound()) - bound)


@case()
def single_interfaces(stand):
    """A receiver whose keyboard may work and whose other half may not; a token without its keyboard."""
    begun = len(stand.terminal.records())
    receiver = plug_made_up(stand, "receiver", usb_redirect.RECEIVER, RECEIVER)
    wait_record(stand, "the receiver is allowed", begun, "device-allowed", message="046d:c52b")
    stand.check_wait("its keyboard alone works", lambda: device(stand, RECEIVER) and device(stand, RECEIVER).open == "0,"
                     and device(stand, RECEIVER).drivers == "usbhid,")
    stand.check("nobody speaks to the rest of it", not {value & 15 for kind, _, value in receiver.asked
                                                         if kind == usb_redirect.BULK}, receiver.asked[-5:])
    stand.check_wait("the compositor listens to it", lambda: is_heard(stand, RECEIVER))
    for usage in (0x0e, 0x2d, 0x16, 0x04, 0x17, 0x12, 0x28):  # k-sato, Enter
        receiver.press(usage)
        time.sleep(0.3)
    stand.page("password")
    stand.check("what is typed on it arrives", True)
    begun = len(stand.terminal.records())
    token = plug_made_up(stand, "token", usb_redirect.MADE_UP["token-keyboard"], TOKEN)
    wait_record(stand, "the token is allowed", begun, "device-allowed", message="1050:0407")
    stand.check_wait("its FIDO half alone works", lambda: device(stand, TOKEN) and device(stand, TOKEN).open == "1,"
                     and device(stand, TOKEN).drivers == "usbhid,")
    stand.check("its keyboard cannot type", 0x81 not in token.interrupts(), token.interrupts())


# Plugs and unplugs while the guard is being killed.
@case(core=True)
def guard_killed(stand):
    """kill -9 of kioskd in the middle: nothing opens, and what may work works afterwards."""
    plug_and_wait(stand, "desk", DESK)
    news, before = News(stand), stand.agent.run(STATE)
    for number in range(5):
        begun = len(stand.terminal.records())
        stand.agent.run("kill -KILL $($tools/processes kioskd)")
        plug(stand, f"stick-{number}", "usb-storage", {"drive": "disk"}, STRANGE)
        stand.check_wait("the stick is seen", lambda: device(stand, STRANGE) is not None, 60)
        stand.agent.run("kill -KILL $($tools/processes kioskd) 2>/dev/null")
        wait_record(stand, "kioskd is back", begun, "daemon-started")
        wait_record(stand, "and has refused the stick", begun, "device-refused", message="46f4:0001")
        stand.check("it is dead", is_dead(stand, STRANGE), devices(stand))
        unplug(stand, f"stick-{number}")
        stand.check_wait("gone again", lambda: device(stand, STRANGE) is None, 60)
    bound = [line for line in news.bound() if not line.split()[0].rsplit("/usb", 1)[1].split("/")[1].endswith(f"-{DESK}")]
    stand.check("no driver was bound to anything else, not for a moment", not bound, bound[:5])
    after = {line for line in stand.agent.run(STATE).split() if not re.match(r"(event|input|hidraw|000)", line)}
    stand.check("no new disk, network card, sound or port",
                after == {line for line in before.split() if not re.match(r"(event|input|hidraw|000)", line)},
                after ^ set(before.split()))
    stand.page("login", "interrupted")
    stand.check_wait("the keyboard of the policy works", lambda: works(stand, DESK) and is_heard(stand, DESK))
    press_on(stand, ["ret"])  # away from the page that tells what happened, if it is there
    stand.page("login", "failed")
    enter_on(stand, stand.person.name)
    stand.page("password")
    stand.check("what is typed on it arrives", True)
