#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lock moments under a storm of keys, clicks and motions.

Inside stage.sh: lock-storm.py [--locks N]. The person works at a server while input rains down; in the midst of it the
terminal is locked, by the key or the button, and the storm goes on until the lock page is on the screen, the pointer's
part of it longer. Then, N times over:
- nothing that was done after the lock record comes to the server, before somebody has unlocked;
- what the server gets later than the record has left the terminal before, and is on its way no longer than a moment;
- no character stands in the password field, and nobody but the test hands a password in.
Prints TAP and figures.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time

sys.path[:0] = ["/mnt/repo/kiosk/demo", "/mnt/repo/tests/bench"]
import picture  # noqa: E402
import screen  # noqa: E402
import terminal as keyboard  # noqa: E402
from person import TICKET, Person  # noqa: E402
from storm import Storm  # noqa: E402
from terminal import BAR, Failure, wait_for  # noqa: E402

SERVER, DISPLAY = "jumin-ap01", ":21"
BACKGROUND = bytes((0x7F, 0x50, 0x17))  # blue, green, red: of the server's desktop (desktops.sh)
TOLERANCE = 48
MOTION, KEY_PRESS = 6, 2
RETURN, BACKSPACE, SHIFT = 36, 22, 50
LIMIT_S = 20
REST = (100, 400)  # a place of the pointer that covers nothing that is looked at
DOT = 8  # pixels; the circle that stands for a character is 12 wide
PAUSE_S = 0.4  # after the last key of the storm


class Lines:
    """A file of lines that grows; each is read once."""

    def __init__(self, path):
        self.file = open(path, encoding="utf-8")
        self.rest = ""

    def more(self):
        self.rest += self.file.read()
        *lines, self.rest = self.rest.split("\n")
        return lines


class Log(Lines):
    def __init__(self, path):
        super().__init__(path)
        self.records = []

    def find(self, actions, begun):
        self.records += [json.loads(line) for line in self.more()]
        return next((r for r in self.records[begun:] if r["event.action"] in actions), None)

    def wait(self, action, begun):
        return wait_for(f"record {action}", lambda: self.find((action,), begun), LIMIT_S)


class Scene:
    def __init__(self):
        self.person = Person()
        self.screen = screen.Screen(self.person.facts["monitor"])
        self.storm = Storm(":1")
        self.log = None
        self.locked = self.session = self.row = None
        self.button = (1180, 24)

    def start(self):
        person = self.person
        self.recorder = open("/mnt/out/server-input", "w", encoding="ascii")
        subprocess.Popen(["/mnt/build/tests/e2e/input-recorder", DISPLAY], stdout=self.recorder)
        person.page("login")
        person.log_in()
        person.page("servers")
        person.open_session(1, SERVER, TICKET)
        self.log = Log(person.facts["log"])
        self.log.find((), 0)
        wait_for("the recorder", lambda: os.path.getsize("/mnt/out/server-input") > 0, LIMIT_S)
        desktop = screen.Screen(person.facts["servers"][SERVER]["folder"] + "/Xvfb_screen0")
        # Pointer and console change; the bare desktop does not.
        points = [(x, y + BAR, colour) for x, y, colour in screen.find_flat_points(desktop, 32, 6)
                  if bytes(colour) == BACKGROUND]
        random.shuffle(points)
        self.session = points

    def lock_calmly(self):
        """One lock without a storm: what the page looks like, and that the eye counts characters."""
        begun = len(self.log.records)
        self.person.terminal.key("Control+Alt+l")
        self.log.wait("lock", begun)
        self.person.page("locked")
        self.storm.hand.move(*REST)
        self.person.terminal.wait_still("the lock page")
        # Beside the form, which may say more than one thing.
        self.locked = [p for p in screen.find_flat_points(self.screen, 24, 4)
                       if p[0] < self.screen.width // 3 and BAR + 8 < p[1] < self.screen.height // 2]
        random.shuffle(self.locked)
        time.sleep(PAUSE_S)
        self.type("abcde")
        self.row = wait_for("five characters in the password field", self.find_row, LIMIT_S)
        self.unlock(begun)

    def dots(self, y):
        """How many characters stand in row y: runs of dark pixels as wide as the filled circle that stands for one."""
        runs, width = 0, 0
        for x in range(self.screen.width // 2, self.screen.width):
            dark = max(self.screen.pixel(x, y)) < 96
            runs += not dark and width >= DOT
            width = width + 1 if dark else 0
        return runs

    def find_row(self):
        rows = [y for y in range(BAR, self.screen.height) if self.dots(y) == 5]
        return rows[len(rows) // 2] if rows else None

    def n_typed(self):
        return self.dots(self.row)

    def unlock(self, begun):
        for _ in range(80):
            self.storm.hand.press(BACKSPACE)
            self.storm.hand.release(BACKSPACE)
        self.type(self.person.password)
        self.storm.hand.press(RETURN)
        self.storm.hand.release(RETURN)
        record = self.log.wait("unlock", begun)
        if record["event.outcome"] != "success":
            raise Failure("the password was refused")
        wait_for("the session's picture", self.shows_session, LIMIT_S)
        return record

    def shows_session(self):
        return screen.shows(self.screen, self.session, 0, TOLERANCE)

    def shows_lock(self):
        return screen.shows(self.screen, self.locked, 0, 2)

    def type(self, text):
        hand = self.storm.hand
        for c in text:
            plain = keyboard._SHIFTED.get(c) or c.lower()
            codes = ([SHIFT] if plain != c else []) + [keyboard._CODES[plain]]
            for code in codes:
                hand.press(code)
            for code in reversed(codes):
                hand.release(code)


    def moment(self, number):
        """Storm, lock, more storm, unlock; returns what there is to judge."""
        storm, begun = self.storm, len(self.log.records)
        storm.blow(random.uniform(0.02, 0.2))
        cause = "person" if number % 3 else "button"
        if cause == "person":
            storm.lock_by_key()
        else:
            storm.click(*self.button)
        if not storm.blow_until(self.shows_lock, LIMIT_S):
            raise Failure(f"the lock page did not come ({cause})")
        storm.calm()
        storm.blow_until(lambda: False, PAUSE_S, keys=False)
        storm.hand.move(*REST)
        locked = self.log.wait("lock", begun)
        time.sleep(0.1)
        typed = self.n_typed()
        if typed:
            self.person.terminal.look().save(f"/mnt/out/typed-{number}.png")
        handed_in = self.log.find(("unlock-begun", "unlock"), begun) is not None
        unlocked = self.unlock(begun)
        return {"cause": locked["event.reason"], "meant": cause, "locked": locked["kiosk.monotonic"],
                "unlocked": unlocked["kiosk.monotonic"], "typed": typed, "handed_in": handed_in}


def read_server_input(path):
    """(time, kind, detail, x, y) of what the server got."""
    with open(path, encoding="ascii") as file:
        return [tuple(map(int, line.split())) for line in file if line.endswith("\n") and line != "ready\n"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--locks", type=int, default=50)
    n = parser.parse_args().locks
    scene = Scene()
    scene.start()
    scene.lock_calmly()
    moments = []
    begun = time.monotonic()
    for i in range(n):
        moments.append(scene.moment(i))
    took = time.monotonic() - begun
    got = read_server_input("/mnt/out/server-input")
    late = [(t - m["locked"], k, d) for m in moments for t, k, d, x, y in got if m["locked"] < t < m["unlocked"]]
    print(f"{n} locks in {took:.1f} s; {scene.storm.n_events} events, server got {len(got)}")
    print("typed", [m["typed"] for m in moments], "handed in", sum(m["handed_in"] for m in moments))
    print("late", len(late), late[:100])
    print([m["cause"] == m["meant"] for m in moments].count(False))


try:
    main()
except Failure as failure:
    picture.read("/run/demo/monitor/Xvfb_screen0").save("/mnt/out/failed.png")
    print(f"not ok {failure}")
    sys.exit(1)
