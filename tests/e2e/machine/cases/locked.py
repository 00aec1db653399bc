# SPDX-License-Identifier: GPL-3.0-or-later
"""What is locked stays locked, whatever is pressed and whatever dies."""

import json
import time

import network
import picture
from agent import AgentError
from seat import wait_for
from suite import case

TTY = "cat /sys/class/tty/tty0/active"
OWN = ("locked", "login", "interrupted")
# While it sleeps nobody answers: the agent answers first.
SUSPEND = "(sleep 1; echo mem >/sys/power/state) >/dev/null 2>&1 &"


class Lock:
    """A session of the person, locked; and what must not happen to it."""

    def __init__(self, stand):
        self.stand, self.terminal = stand, stand.terminal
        self.own = [self.terminal.session(stand.shoot("login"))]
        _, self.display, _ = stand.open_session()
        self.active = stand.agent.run(TTY)
        self.lock()
        self.own.append(self.terminal.session(stand.qemu.look()))
        self.colours = picture.foreign_colours(self.display, self.own)
        stand.check("the server's desktop has colours that our pages lack", bool(self.colours))

    def lock(self):
        begun = len(self.terminal.records())
        self.terminal.key("Control+Alt+l")
        self.terminal.wait_record("lock", "success", begun)
        self.stand.page("locked")

    def lock_again(self):
        """After a deed that has ended the session."""
        if self.stand.page(*OWN) == "locked":
            return
        self.stand.open_session()
        self.lock()

    def settle(self):
        """Until what was pressed before has been handled: a key comes after it, and its character stands in the field."""
        before = self.stand.qemu.look()
        self.terminal.key("a")
        wait_for("a character in the password field", lambda: picture.equal_share(before, self.stand.qemu.look(), 0) < 1)
        self.terminal.key("BackSpace")

    def check(self, deed, begun, pages=OWN):
        stand = self.stand
        page = stand.page(*pages)
        self.check_closed(deed, begun)
        stand.check(f"{deed}: the page is the terminal's own", self.terminal.has_bar(stand.qemu.look()), page)
        stand.check(f"{deed}: the machine runs, on the same virtual terminal",
                    stand.qemu.is_running() and not stand.qemu.was_reset() and stand.agent.run(TTY) == self.active)

    def check_closed(self, deed, begun):
        session = self.terminal.session(self.stand.qemu.look())
        found = sum(picture.count_colour(session, colour, 12) for colour in self.colours)
        opened = [record["event.action"] for record in self.terminal.records()[begun:]
                  if (record["event.action"], record["event.outcome"]) in (("unlock", "success"), ("login", "success"))]
        self.stand.check(f"{deed}: still locked", found == 0 and not opened, f"{found} pixels of the server, {opened}")


def press_power(lock):
    lock.stand.qemu.press_power()
    lock.stand.qemu.press(["power"])
    lock.settle()


def press_sleep(lock):
    for key in ("sleep", "wake"):
        lock.stand.qemu.press([key])
    lock.settle()


def switch_terminal(lock):
    for n in range(1, 13):
        lock.stand.qemu.press(["ctrl", "alt", f"f{n}"])
    lock.settle()


def kill(lock, program, signal):
    stand = lock.stand
    pids = stand.pids(program)
    stand.agent.run(f"kill -{signal} {' '.join(pids)}")
    stand.check_wait(f"{program} {signal}: it is gone", lambda: pids and not set(pids) & set(stand.pids(program)))
    if program != "kiosk-rdp":
        wait_for("the screen again", lambda: stand.pids("kiosk-shell"))


@case()
def locked_still(stand):
    lock = Lock(stand)
    deeds = [("power button", press_power), ("keys for sleep", press_sleep), ("Ctrl+Alt+F1 to F12", switch_terminal)]
    for program in ("kiosk-rdp", "kiosk-shell", "cage"):
        for signal in ("KILL", "SEGV"):
            deeds.append((f"{program} {signal}",
                          lambda lock, program=program, signal=signal: kill(lock, program, signal)))
    for deed, act in deeds:
        lock.lock_again()
        if "kiosk-rdp" in deed and not stand.pids("kiosk-rdp"):
            begun = len(stand.terminal.records())
            stand.terminal.enter(stand.person.password)
            stand.terminal.wait_record("unlock", "success", begun)
            stand.page("lost")
            stand.terminal.key("Escape")
            stand.page("servers")
            stand.reopen_session()
            lock.lock()
        begun = len(stand.terminal.records())
        act(lock)
        lock.check(deed, begun, ("locked",) if "kiosk-shell" not in deed and "cage" not in deed else OWN)
    stand.check_wait("what dies while it is locked leaves no connection", lambda: not network.connections(network.SERVER))
    log, words = stand.verified_log()
    stand.check("the log is whole", log is not None, words)


@case()
def asleep(stand):
    """Nothing in the image leads to sleep; root could make the kernel sleep all the same. Open when it falls asleep, locked
    when it wakes. The emulated screen stays dark after that, so the log and kioskd are asked."""
    Lock(stand)
    modes = stand.agent.run("cat /sys/power/state").split()
    stand.check("the kernel does not write its memory to a disk", "disk" not in modes, " ".join(modes) or "nothing")
    if "mem" not in modes:
        return
    begun = len(stand.terminal.records())
    stand.terminal.enter(stand.person.password)
    stand.terminal.wait_record("unlock", "success", begun)
    begun = len(stand.terminal.records())
    stand.agent.run(SUSPEND)
    stand.check_wait("it sleeps", lambda: stand.qemu.qmp.has_event("SUSPEND"))
    time.sleep(10)  # the clock that goes on meanwhile counts seconds
    stand.qemu.qmp.command("system_wakeup")
    stand.check_wait("it wakes", lambda: stand.qemu.qmp.has_event("WAKEUP") and is_locked(stand) is not None)
    record = stand.terminal.wait_record("lock", "success", begun)
    stand.check("it locks because it slept", record["event.reason"] == "suspend", record["event.reason"])
    stand.check_wait("and is locked", lambda: is_locked(stand))


def is_locked(stand):
    """As kioskd says; None while nobody answers."""
    try:
        return json.loads(stand.agent.run("cat /run/maintenance-kiosk/status.json", 20))["locked"]
    except (AgentError, ValueError):
        return None
