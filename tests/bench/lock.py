#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""lock.py RUNS SIDE... - measures how long the kiosk, or swaylock, takes to lock and to come back; inside stage.sh, see
README.md. Writes /mnt/out/measured.json.
lock.py report FILE... - prints the table."""

import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, "/mnt/repo/kiosk/demo")

CONTROL, ALT, KEY_L, RETURN = 37, 64, 46, 36  # codes of X
REST_S = 0.6  # of the hands between two acts: what is typed too early is not meant for a lock page
LIMIT_S = 30
TITLES = {"server page": "log-in verdict to server page", "lock": "key to lock page", "unlock": "Return to picture",
          "verdict": "unlock verdict to picture"}


def boottime_ms():
    return time.clock_gettime(time.CLOCK_BOOTTIME) * 1000


def measure(runs, names):
    # Only in the world are these there.
    import picture
    import screen
    import terminal
    from person import TICKET, Person

    class Side:
        """A locker on a screen of its own."""

        def __init__(self, frame_buffer, display):
            self.frame_buffer = frame_buffer
            self.screen, self.hand = screen.Screen(frame_buffer), screen.Hand(display)
            self.figures = {}
            self.pages = {}  # name: points by which the page is known

        def add(self, name, value):
            self.figures.setdefault(name, []).append(value)

        def type(self, text):
            for c in text:
                plain, code = terminal.key_of(c)
                for press in ([50] if not plain else []) + [code]:
                    self.hand.press(press)
                for press in [code] + ([50] if not plain else []):
                    self.hand.release(press)

        def type_password(self):
            self.type(self.password)
            self.rest()

        def tap(self, code):
            self.hand.press(code)
            self.hand.release(code)

        def press_lock(self):
            self.hand.press(CONTROL)
            self.hand.press(ALT)
            begun = boottime_ms()
            self.hand.press(KEY_L)
            for code in (KEY_L, ALT, CONTROL):
                self.hand.release(code)
            return begun

        def rest(self):
            """The screen, when it has not changed for a while."""
            last = picture.read(self.frame_buffer)
            for _ in range(100):
                time.sleep(REST_S)
                now = picture.read(self.frame_buffer)
                if picture.is_still(last, now):
                    return now
                last = now
            raise terminal.Failure("the screen does not come to rest")

        def learn(self, name, before, after):
            """A page is known by what differs from the one before: in flat areas, where nothing is half drawn."""
            old, new = before.load(), after.load()
            points = [(x, y, colour) for x, y, colour in screen.find_flat_points(self.screen, 24, 4)
                      if y > terminal.BAR and sum(abs(a - b) for a, b in zip(old[x, y], new[x, y])) > 48]
            random.shuffle(points)
            if len(points) < 40:
                raise terminal.Failure(f"{name} does not differ from the page before")
            self.pages[name] = points

        def wait(self, name, tolerance=4):
            """When the whole page stands on the screen, milliseconds of CLOCK_BOOTTIME."""
            end = time.monotonic() + LIMIT_S
            while not screen.shows(self.screen, self.pages[name], 0, tolerance):
                if time.monotonic() > end:
                    raise terminal.Failure(f"not seen in time: {name}")
                time.sleep(0.0005)
            return boottime_ms()

        def learn_lock(self):
            """Locked once, and opened: both pictures are known afterwards."""
            session = self.rest()
            self.press_lock()
            self.wait_like(session, False)
            locked = self.rest()
            self.learn("lock", session, locked)
            self.type_password()
            self.tap(RETURN)
            self.wait_like(session, True)
            self.learn("picture", locked, self.rest())

        def wait_like(self, picture_before, alike):
            """Until the screen looks like that again, or no more."""
            terminal.wait_for("another picture", lambda: alike == (
                picture.equal_share(picture_before, picture.read(self.frame_buffer), 48) > 0.9), LIMIT_S)

        def lock_once(self):
            self.rest()
            begun = self.press_lock()
            self.add("lock", self.wait("lock") - begun)
            self.rest()
            self.type_password()
            begun = boottime_ms()
            self.tap(RETURN)
            seen = self.wait("picture", 48)
            self.add("unlock", seen - begun)
            return seen

    class Kiosk(Side):
        name = "kiosk"

        def __init__(self):
            self.person = Person()
            super().__init__(self.person.facts["monitor"], ":1")
            self.password = self.person.password
            self.n_locks = 0

        def type_password(self):
            """Until something stands in the field: what is typed too early, on a busy machine, is not taken."""
            self.n_locks += 1
            # Until kioskd has answered the page is not complete, and its field closed.
            terminal.wait_for("record lock", lambda: self.n_locks == sum(
                action == "lock" for action, _ in self.person.terminal.actions()))
            before = self.rest()
            for _ in range(5):
                self.type(self.password)
                if picture.equal_share(before, self.rest(), 0) < 0.9998:
                    return
            raise terminal.Failure("the password field takes no key")

        def prepare(self):
            person = self.person
            person.page("login")
            for run in range(runs + 1):
                person.terminal.enter(person.name)
                person.page("password")
                self.type(person.password)
                before = self.rest()
                begun = len(person.terminal.records())
                self.tap(RETURN)
                if run == 0:
                    person.page("servers")
                    self.learn("server page", before, self.rest())
                seen = self.wait("server page")
                if run > 0:
                    verdict = person.terminal.wait_record("login", "success", begun)["kiosk.monotonic"] / 1000
                    self.add("server page", seen - verdict)
                if run < runs:
                    self.rest()
                    person.log_out()
            person.open_session(1, "jumin-ap01", TICKET)
            self.learn_lock()

        def run(self):
            begun = len(self.person.terminal.records())
            seen = self.lock_once()
            verdict = self.person.terminal.wait_record("unlock", "success", begun)["kiosk.monotonic"] / 1000
            self.add("verdict", seen - verdict)

    class Swaylock(Side):
        """In a sway of its own, over a background of one colour, for a person with a password of the same kind."""

        name, user, password = "swaylock", "bench", "Midori-2026-bench"
        folder = "/run/demo/peer"

        def __init__(self):
            subprocess.run(["useradd", "--no-create-home", "--shell", "/bin/sh", self.user], check=True)
            subprocess.run(["chpasswd", "--crypt-method", "YESCRYPT"], check=True, text=True,
                           input=f"{self.user}:{self.password}\n")
            subprocess.run(["install", "-d", "-o", self.user, "-m", "0700", self.folder], check=True)
            subprocess.Popen(["Xvfb", ":2", "-screen", "0", "1280x800x24", "-fbdir", self.folder, "-nolisten", "tcp",
                              "-ac", "-noreset"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            terminal.wait_for("the peer's monitor", lambda: subprocess.run(
                ["xdpyinfo", "-display", ":2"], capture_output=True, check=False).returncode == 0)
            super().__init__(f"{self.folder}/Xvfb_screen0", ":2")

        def prepare(self):
            lines = "bindsym Ctrl+Mod1+l exec swaylock"
            subprocess.Popen(
                ["setpriv", "--reuid", self.user, "--regid", self.user, "--clear-groups", "env", "-i",
                 "PATH=/usr/bin:/bin", f"HOME={self.folder}", "LANG=C.UTF-8", f"XDG_RUNTIME_DIR={self.folder}",
                 "DISPLAY=:2", "WLR_BACKENDS=x11", "WLR_RENDERER=pixman", "WLR_LIBINPUT_NO_DEVICES=1",
                 "XKB_DEFAULT_LAYOUT=jp", "XKB_DEFAULT_MODEL=jp106", f"SWAY_LINES={lines}",
                 "/mnt/repo/tests/bench/in-sway", "swaybg -c '#17507f'"],
                stdout=open("/mnt/out/logs/sway.log", "wb"), stderr=subprocess.STDOUT)

            def window():
                found = subprocess.run(["xwininfo", "-display", ":2", "-root", "-children"], capture_output=True,
                                       text=True, check=False).stdout
                return re.search(r"^ +(0x[0-9a-f]+)", found, re.M)
            subprocess.run(["xdotool", "windowmove", terminal.wait_for("sway", window).group(1), "0", "0", "windowsize",
                            window().group(1), "1280", "800"], check=True, env={**os.environ, "DISPLAY": ":2"})
            time.sleep(2)
            self.learn_lock()

        def run(self):
            self.lock_once()

    sides = [{"kiosk": Kiosk, "swaylock": Swaylock}[name]() for name in names]
    try:
        for side in sides:
            side.prepare()
        for run in range(runs):
            for side in sides if run % 2 else reversed(sides):
                side.run()
    except terminal.Failure as failure:
        for side in sides:
            picture.read(side.frame_buffer).save(f"/mnt/out/failed-{side.name}.png")
        shutil.copy("/var/log/maintenance-kiosk/audit.log", "/mnt/out")
        print(f"lock.py: {failure}")
        return 1
    with open("/mnt/out/measured.json", "w", encoding="utf-8") as file:
        json.dump({side.name: side.figures for side in sides}, file)
    return 0


def show(values):
    if not values:
        return ""
    ordered = sorted(values)
    return f"{statistics.median(ordered):.0f} [{ordered[0]:.0f}-{ordered[-1]:.0f}]"


def report(sway, cage):
    with open(sway, encoding="utf-8") as file:
        under_sway = json.load(file)
    with open(cage, encoding="utf-8") as file:
        own = json.load(file)["kiosk"]
    kiosk, swaylock = under_sway["kiosk"], under_sway["swaylock"]
    print(f"| ms, median of {len(kiosk['lock'])} [least-most] | kiosk, sway | swaylock, sway | kiosk / swaylock | kiosk, cage |")
    print("|---|---|---|---|---|")
    for name, title in TITLES.items():
        ratio = statistics.median(kiosk[name]) / statistics.median(swaylock[name]) if name in swaylock else None
        print(f"| {title} | {show(kiosk[name])} | {show(swaylock.get(name))} | {f'{ratio:.2f}' if ratio else ''} "
              f"| {show(own[name])} |")


if sys.argv[1] == "report":
    report(*sys.argv[2:])
else:
    sys.exit(measure(int(sys.argv[1]), sys.argv[2:]))
