#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lock moments under a storm of keys, clicks and motions.

Inside stage.sh: lock-storm.py [--locks N]. Somebody works at a server while input rains down. In the midst of it the
terminal is locked: by its key, its button, or because the firewall changed. The storm goes on until the lock page is on
the screen, its pointer longer. Judged over all moments, by the time of each lock record:
- nothing of the storm leaves for the server after the record: the records of TLS on the wire are counted, by size;
- no motion that was made after the record comes out at the server, told from others by its place;
- no character stands in the password field afterwards, and nobody but this test hands a password in.
Prints TAP and figures.
"""

import argparse
import datetime
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

sys.path[:0] = ["/mnt/repo/kiosk/demo", "/mnt/repo/tests/bench"]
import picture  # noqa: E402
import screen  # noqa: E402
import terminal  # noqa: E402
from person import TICKET, Person  # noqa: E402
from storm import Storm, boottime  # noqa: E402
from terminal import BAR, Failure, wait_for  # noqa: E402

SERVER, DISPLAY = "jumin-ap01", ":21"
BACKGROUND = bytes((0x7F, 0x50, 0x17))  # blue, green, red: of the server's desktop (desktops.sh)
TOLERANCE = 48  # of 255: H.264, and the watermark on top
KEY_A, RETURN, BACKSPACE, SHIFT = 38, 36, 22, 50  # codes of X
MOTION = 6  # X.h
REST = (100, 400)  # a place of the pointer that covers nothing that is looked at
DOT = 8  # pixels; the circle that stands for a character is 12 wide
PAUSE_S = 0.4  # of moving the pointer after the last key of the storm
LIMIT_S = 20
# A key is 5 bytes of [MS-RDPBCGR] 2.2.8.1.2, a pointer event 10, what TLS 1.3 adds 22. The next larger message that this
# client sends is the order to stop or go on sending (2.2.11.3): 59 and 67.
LARGEST_INPUT = 40
FIREWALL = (24, 49)  # these locks are for a changed firewall, after which a session has to be opened anew
INPUT, WIRE = "/mnt/out/server-input", "/mnt/out/wire"


class Log:
    """The audit log, each line of it read once."""

    def __init__(self, path):
        self.file = open(path, encoding="utf-8")
        self.rest = ""
        self.records = []

    def find(self, actions, begun):
        *lines, self.rest = (self.rest + self.file.read()).split("\n")
        self.records += map(json.loads, lines)
        return next((r for r in self.records[begun:] if r["event.action"] in actions), None)

    def wait(self, action, begun):
        return wait_for(f"record {action}", lambda: self.find((action,), begun), LIMIT_S)

    def length(self):
        self.find((), 0)
        return len(self.records)


def parse_time(record):
    moment = datetime.datetime.fromisoformat(record["@timestamp"].replace("Z", "+00:00"))
    return (moment - datetime.datetime.fromtimestamp(0, datetime.timezone.utc)) // datetime.timedelta(microseconds=1)


class Scene:
    def __init__(self):
        self.person = Person()
        self.screen = screen.Screen(self.person.facts["monitor"])
        self.storm = Storm(":1")
        self.log = self.locked = self.session = self.row = None

    def start(self):
        watchers = {INPUT: ["/mnt/build/tests/e2e/input-recorder", DISPLAY],
                    WIRE: ["ip", "netns", "exec", "servers", "/mnt/repo/tests/e2e/wire.py", "servers0", "10.99.0.1"]}
        for path, command in watchers.items():
            with open(path, "w", encoding="ascii") as file:
                subprocess.Popen(command, stdout=file)
            wait_for(command[-1], lambda path=path: os.path.getsize(path) > 0, LIMIT_S)
        self.person.page("login")
        self.person.log_in()
        self.person.page("servers")
        self.log = Log(self.person.facts["log"])
        self.open_session()
        desktop = screen.Screen(self.person.facts["servers"][SERVER]["folder"] + "/Xvfb_screen0")
        # Pointer and console change; the bare desktop does not.
        self.session = [(x, y + BAR, colour) for x, y, colour in screen.find_flat_points(desktop, 32, 6)
                        if bytes(colour) == BACKGROUND]
        random.shuffle(self.session)

    def open_session(self):
        self.person.open_session(1, SERVER, TICKET)

    # ---- eyes ----

    def shows_session(self):
        return screen.shows(self.screen, self.session, 0, TOLERANCE)

    def shows_lock(self):
        return screen.shows(self.screen, self.locked, 0, 2)

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

    # ---- hands ----

    def type(self, text):
        hand = self.storm.hand
        for c in text:
            plain, code = terminal.key_of(c)
            if not plain:
                hand.press(SHIFT)
            hand.press(code)
            hand.release(code)
            hand.release(SHIFT)

    def tap(self, code):
        self.storm.hand.press(code)
        self.storm.hand.release(code)

    def type_first(self):
        """One key, as somebody types who looks at the field first: what is pressed too soon after the lock is not taken.
        Returns how many characters stand there then."""
        for _ in range(5):
            self.tap(KEY_A)
            try:
                return wait_for("a character", lambda: self.dots(self.row), 4)
            except Failure:
                time.sleep(PAUSE_S)
        raise Failure("the password field takes no key")

    def unlock(self, begun):
        for _ in range(40):
            self.tap(BACKSPACE)
        self.type(self.person.password)
        self.tap(RETURN)
        record = self.log.wait("unlock", begun)
        if record["event.outcome"] != "success":
            raise Failure("the password was refused")
        return record

    # ---- acts ----

    def lock_calmly(self):
        """One lock without a storm: what the page looks like, and that the eye counts characters."""
        begun = self.log.length()
        self.person.terminal.key("Control+Alt+l")
        self.log.wait("lock", begun)
        self.person.page("locked")
        self.storm.hand.move(*REST)
        self.person.terminal.wait_still("the lock page")
        # Beside the form, which may say more than one thing.
        self.locked = [p for p in screen.find_flat_points(self.screen, 24, 4)
                       if p[0] < self.screen.width // 3 and BAR + 8 < p[1] < self.screen.height // 2]
        random.shuffle(self.locked)
        self.type("abcde")
        self.row = wait_for("five characters in the password field", self.find_row, LIMIT_S)
        self.unlock(begun)
        wait_for("the session's picture", self.shows_session, LIMIT_S)

    def lock(self, number):
        """Returns the cause that the record must tell."""
        if number in FIREWALL:
            subprocess.Popen(["nft", "add", "table", "inet", f"foreign{number}"])
            return "firewall"
        if number % 3 == 0:
            self.storm.click(self.screen.width - 160, BAR // 2)  # the last but one in the bar
            return "button"
        self.storm.lock_by_key()
        return "person"

    def moment(self, number):
        """Storm, lock, more storm, unlock; returns what there is to judge."""
        storm, begun = self.storm, self.log.length()
        storm.blow(random.uniform(0.02, 0.2))
        asked = boottime()
        cause = self.lock(number)
        if not storm.blow_until(self.shows_lock, LIMIT_S):
            raise Failure(f"the lock page did not come: {cause}")
        seen = boottime()
        storm.calm()
        storm.blow_until(lambda: False, PAUSE_S, keys=False)
        storm.hand.move(*REST)
        locked = self.log.wait("lock", begun)
        typed = self.type_first() - 1
        if typed:
            self.person.terminal.look().save(f"/mnt/out/typed-{number}.png")
        foreign = self.log.find(("unlock-begun", "unlock"), begun) is not None
        unlocked = self.unlock(begun)
        if cause == "firewall":
            self.person.page("firewall")
            self.tap(RETURN)
            self.person.page("servers")
            self.open_session()
        wait_for("the session's picture", self.shows_session, LIMIT_S)
        return {"cause": locked["event.reason"], "meant": cause, "took": seen - asked, "typed": typed,
                "foreign": foreign, "locked": locked["kiosk.monotonic"], "unlocked": unlocked["kiosk.monotonic"],
                "from": parse_time(locked), "until": parse_time(unlocked)}


class Checks:
    def __init__(self):
        self.n = self.n_failed = 0

    def check(self, what, passed, detail=""):
        self.n += 1
        self.n_failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.n} {what}" + (f" # {detail}" if detail else ""), flush=True)


def read_numbers(path):
    with open(path, encoding="ascii") as file:
        return [tuple(map(int, line.split())) for line in file if line.endswith("\n") and line != "ready\n"]


def judge(checks, scene, moments, n):
    storm, got, wire = scene.storm, read_numbers(INPUT), read_numbers(WIRE)
    checks.check(f"{n} lock moments", len(moments) == n)
    wrong = [m for m in moments if m["cause"] != m["meant"]]
    checks.check("each is recorded with its cause", not wrong, str(wrong or ""))

    sent = [t for t, size in wire if size <= LARGEST_INPUT]
    out = [(t - m["from"], size) for m in moments for t, size in wire
           if m["from"] < t < m["until"] and size <= LARGEST_INPUT]
    checks.check("nothing of the storm leaves for the server after a lock record", not out, str(out or ""))
    checks.check("before, it left", len(sent) > 5 * n and len(got) > 5 * n, f"{len(sent)} messages of input")

    made = [[number for number, t in storm.sent if m["locked"] < t < m["unlocked"]] for m in moments]
    late = [storm.number_at(x, y) for m, numbers in zip(moments, made) for t, kind, _, x, y in got
            if kind == MOTION and m["locked"] < t < m["unlocked"] and storm.number_at(x, y) in numbers]
    checks.check("no motion that was made after the record comes to the server", not late, str(late or ""))
    n_made = sum(map(len, made))
    checks.check("there were such motions at every lock", all(made), f"{n_made} in all")

    typed = sum(m["typed"] for m in moments)
    checks.check("no character is in the password field", typed == 0, f"{typed} in all" if typed else "")
    foreign = sum(m["foreign"] for m in moments)
    checks.check("nobody else hands a password in", foreign == 0, f"{foreign} times" if foreign else "")

    delays = [t - m["locked"] for m in moments for t, *_ in got if m["locked"] < t < m["unlocked"]]
    print(f"# {storm.n_events} events made, {len(got)} at the server; {len(delays)} of them still on their way when the "
          f"record was written, the last {max(delays, default=0) / 1000:.0f} ms")
    for cause in sorted({m["meant"] for m in moments}):
        took = sorted(m["took"] / 1000 for m in moments if m["meant"] == cause)
        print(f"# {cause}: {len(took)} locks, page on the screen after {statistics.median(took):.0f} ms, at most "
              f"{took[-1]:.0f} ms")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--locks", type=int, default=50)
    n = parser.parse_args().locks
    scene, checks, moments = Scene(), Checks(), []
    try:
        scene.start()
        scene.lock_calmly()
        for number in range(n):
            moments.append(scene.moment(number))
    except Failure as failure:
        checks.check(f"lock moment {len(moments)}", False, str(failure))
        picture.read(scene.person.facts["monitor"]).save("/mnt/out/failed.png")
    judge(checks, scene, moments, n)
    shutil.copy(scene.person.facts["log"], "/mnt/out/audit.log")
    done = subprocess.run(["kioskctl", "log", "verify", "/mnt/out/audit.log"], capture_output=True, text=True)
    checks.check("after all that the log verifies", done.returncode == 0, (done.stdout + done.stderr).strip())
    print(f"1..{checks.n}")
    return 1 if checks.n_failed else 0


sys.exit(main())
