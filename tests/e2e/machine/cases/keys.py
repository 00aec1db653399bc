# SPDX-License-Identifier: GPL-3.0-or-later
"""Every key there is, with every combination of modifiers."""

import threading
import time

from keyboard import MODIFIERS
from suite import case

POWER = 116
# QEMU's names of the keys of a PS/2 keyboard; what has no scan code is not sent.
QCODES = ("esc f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 sysrq scroll_lock pause grave_accent insert home pgup delete end "
          "pgdn up down left right num_lock kp_divide kp_multiply kp_subtract kp_add kp_enter kp_decimal menu compose "
          "henkan muhenkan hiragana ro yen katakanahiragana audionext audioprev audiostop audioplay audiomute volumeup "
          "volumedown mediaselect mail calculator computer ac_home ac_back ac_forward ac_refresh ac_bookmarks "
          "sleep wake spc tab ret").split()


def keyboard_device(stand):
    """The event device of the PS/2 keyboard."""
    name = stand.agent.run("grep -l 'AT Translated' /sys/class/input/event*/device/name").split("/")
    return f"/dev/input/{name[4]}"


class Watch(threading.Thread):
    """Looks at the screen all the while; keeps what is not ours."""

    def __init__(self, stand):
        super().__init__(daemon=True)
        self.stand, self.foreign, self.n_looks, self.stopped = stand, [], 0, False

    def run(self):
        while not self.stopped:
            picture = self.stand.qemu.look()
            self.n_looks += 1
            if picture is None or not self.stand.terminal.has_bar(picture):
                self.foreign.append(picture)
            time.sleep(0.5)

    def stop(self):
        self.stopped = True
        self.join()
        for picture in self.foreign[:3]:
            if picture:
                self.stand.shoot("foreign", picture)


@case(core=True)
def every_key(stand):
    """As the kernel's event codes, 1 to 247, from inside: more than any keyboard sends."""
    terminals = "cat /sys/class/tty/tty0/active"
    before, active = stand.processes(), stand.agent.run(terminals)
    watch = Watch(stand)
    watch.start()
    pressed = stand.agent.run(f"$tools/keys {keyboard_device(stand)} 1 247 8 {POWER}", 600).strip()
    time.sleep(5)
    watch.stop()
    stand.check("every key code was pressed with every combination of modifiers", pressed == str(246 * 16), pressed)
    stand.check("the screen was the terminal's own all the while", not watch.foreign and watch.n_looks > 3,
                f"{watch.n_looks} looks, {len(watch.foreign)} foreign")
    stand.check("the machine was not restarted", not stand.qemu.was_reset() and stand.qemu.is_running())
    stand.check("the same virtual terminal is active", stand.agent.run(terminals) == active, active)
    if not stand.check_wait("the same programs run", lambda: stand.processes() == before):
        stand.suite.say(f"# they differ: {stand.processes() ^ before}")


def press_all(stand):
    """From outside, by the keyboard's own codes."""
    for combination in range(1 << len(MODIFIERS)):
        held = [key for n, key in enumerate(MODIFIERS) if combination & 1 << n]
        for key in QCODES:
            stand.qemu.press([*held, key], hold=0.008)
