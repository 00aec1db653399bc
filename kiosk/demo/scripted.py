#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A working day at the terminal, played with injected keys and pointer and checked step by step.

Inside stage.sh. Writes to /mnt/out: the pictures 01-login.png to 16-code.png, audit.log and
summary.txt. Exit status 0 only if every check passed.
"""

import os
import shutil
import subprocess
import sys

import orders
import picture
from factors import show_codes
from locks import show_locks
from person import EQUAL, TICKET, TOLERANCE, Person
from terminal import BAR, Failure, wait_for

OUT = "/mnt/out"
SERVER = "jumin-ap01"
OTHER_SERVER = "zeimu-ap02"
TYPED = "uptime 1184"

# What the audit log must tell, in this order; other records may stand between.
STORY = [
    ("daemon-started", "success"),
    ("login-begun", "unknown"), ("login", "failure"),
    ("login-begun", "unknown"), ("login", "success"),
    ("connect-begun", "unknown"), ("firewall-opened", "success"), ("connect", "success"),
    ("disconnect", "success"),
    ("connect-begun", "unknown"), ("connect", "success"), ("disconnect", "success"),
    ("connect-begun", "unknown"), ("certificate-refused", "failure"),
    ("password-change-begun", "unknown"), ("password-change", "success"),
    ("connect", "failure"), ("connect-begun", "unknown"), ("connect", "success"), ("disconnect", "success"),
    ("connect-begun", "unknown"), ("connect", "success"),
    ("lock", "success"), ("unlock-begun", "unknown"), ("unlock", "success"),
    ("disconnect", "success"), ("logout", "success"),
    # locks.py
    ("login", "success"), ("lock", "success"), ("unlock", "success"), ("lock", "success"), ("firewall-changed", "success"),
    ("unlock", "success"), ("logout", "success"), ("policy-accepted", "success"), ("login", "success"),
    ("idle-warning", "success"), ("lock", "success"), ("unlock", "success"), ("logout", "success"),
    # factors.py
    ("policy-accepted", "success"), ("login", "failure"), ("login", "success"), ("logout", "success"), ("login", "failure"),
]


class Day:
    def __init__(self):
        self.out = OUT
        self.person = Person()
        self.terminal = self.person.terminal
        self.n_checks = self.n_failed = 0
        self.lines = []
        self.own_pages = []  # pictures of our own pages alone

    def check(self, what, passed, detail=""):
        self.n_checks += 1
        self.n_failed += not passed
        self.lines.append(f"{'ok' if passed else 'not ok'} {self.n_checks} {what}" + (f" # {detail}" if detail else ""))
        print(self.lines[-1], flush=True)

    def shoot(self, name, shot, own=False):
        shot.save(f"{OUT}/{name}.png")
        self.check(f"{name}: the trusted bar stands at the top", self.terminal.has_bar(shot))
        if own:
            self.own_pages.append(self.terminal.session(shot))

    def foreign_pixels(self, shot, display):
        """Pixels of the screen in colours that only the server's desktop has."""
        colours = picture.foreign_colours(display, self.own_pages)
        self.check("the server's desktop has colours that our pages lack", bool(colours), f"{len(colours)}")
        return sum(picture.count_colour(self.terminal.session(shot), c, 12) for c in colours)

    def play(self):
        self.demand_order()
        self.log_in()
        self.work()
        self.second_server()
        self.wrong_certificate()
        self.change_password()
        self.order()
        self.lock()
        self.leave()
        self.person.log_in()
        self.person.page("servers")
        show_locks(self)
        show_codes(self)
        self.check_log()

    def demand_order(self):
        begun = len(self.terminal.records())
        orders.demand(SERVER)
        self.terminal.wait_record("policy-accepted", "success", begun)

    def log_in(self):
        person, terminal = self.person, self.terminal
        self.shoot("01-login", person.shot_of("login"), own=True)

        begun = len(terminal.records())
        person.log_in("wrong-" + person.password)
        self.shoot("02-login-failed", person.shot_of("failed"), own=True)
        record = terminal.wait_record("login", "failure", begun)
        self.check("the failed log-in is recorded with its cause", record.get("event.reason") == "password",
                   record.get("event.reason"))

        person.log_in()
        shot = person.shot_of("servers")
        terminal.wait_record("login", "success", begun)
        self.shoot("03-servers", shot, own=True)
        text = person.read(shot)
        listed, hidden = ("住民記録", "バックアップ") if person.japanese else ("Residentregistry", "Backup")
        self.check("this person's servers are listed, no other", listed in text and hidden not in text)

    def work(self):
        person, terminal = self.person, self.terminal
        shot, display, share = person.open_session(1, SERVER, TICKET)
        self.shoot("04-session", shot)
        self.check("the session's picture is the server's own display", share >= EQUAL, f"{share:.2%} of the pixels")
        # The comparison must be able to fail: the same desktop without its text is not equal.
        plain = display.copy()
        plain.paste(max(display.getcolors(display.width * display.height))[1], (0, 0, *plain.size))
        control = picture.equal_share(terminal.session(shot), plain, TOLERANCE)
        self.check("and an empty desktop would not have passed", control < EQUAL, f"{control:.2%}")

        # The pointer over the console, then the keyboard.
        terminal.click(display.width // 2, BAR + 200)
        terminal.enter(TYPED)
        typed = wait_for("typed text at the server", self.arrived)
        self.check("the keys arrived at the server", typed == TYPED + "\n", typed.strip())
        wait_for("typed text on the server's display", self.shows_typed)
        self.check("the typed text stands on the server's own display", True)
        shot, display, share = person.session_equals(SERVER)
        self.shoot("05-typed", shot)
        self.check("and in the session's picture", share >= EQUAL, f"{share:.2%} of the pixels")
        person.disconnect()

    def arrived(self):
        try:
            with open(self.person.facts["servers"][SERVER]["folder"] + "/typed", encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def shows_typed(self):
        text = self.terminal.read_text(self.person.server_display(SERVER), "eng")
        return TYPED.replace(" ", "") in "".join(text.split())

    def second_server(self):
        """Another make of server, TLS instead of NLA, and the credentials of the log-in."""
        begun = self.person.choose(2, OTHER_SERVER, asked=False)
        record = self.terminal.wait_record("connect", "success", begun)
        self.check("a server of another make opens with the credentials of the log-in",
                   record.get("destination.address") == OTHER_SERVER)
        self.person.disconnect()

    def wrong_certificate(self):
        begun = self.person.choose(3, "kokuho-ap01")
        self.shoot("06-wrong-certificate", self.person.shot_of("certificate"), own=True)
        record = self.terminal.wait_record("certificate-refused", "failure", begun)
        self.check("the wrong certificate is recorded", record.get("destination.address") == "kokuho-ap01",
                   record.get("event.reason"))
        self.terminal.key("Return")
        self.person.page("servers")

    def change_password(self):
        """Before it expires: a weak one stays on the page, a good one is the one that unlocks afterwards."""
        person, terminal = self.person, self.terminal
        begun = len(terminal.records())
        terminal.key("Control+p")
        person.page("change")
        terminal.enter(person.password)
        terminal.enter("weak")
        terminal.enter("weak")
        self.shoot("06b-password", person.shot_of("change"), own=True)
        self.check("a weak password does not leave the page",
                   all(r["event.action"] != "password-change-begun" for r in terminal.records()[begun:]))
        terminal.key("Escape")
        person.page("servers")
        terminal.key("Control+p")
        person.page("change")
        person.change_password("Kaede-2027-fresh")
        record = terminal.wait_record("password-change", "success", begun)
        self.check("the change of the password is recorded", record.get("user.id") == person.name)
        self.shoot("06c-password-changed", person.shot_of("servers"), own=True)

    def order(self):
        """A server that needs a signed work order: refused without, open with it."""
        person, terminal = self.person, self.terminal
        begun = person.choose(5, SERVER)
        record = terminal.wait_record("connect", "failure", begun)
        self.check("without a work order nothing opens", record.get("event.reason") == "order",
                   record.get("message"))
        self.shoot("06d-no-order", person.shot_of("no-order"), own=True)
        terminal.key("Return")
        person.page("servers")
        orders.sign(person.name, "W-2026-1190")
        begun = person.choose(5, SERVER)
        record = terminal.wait_record("connect-begun", "unknown", begun)
        self.check("with one it opens, and the order is on record",
                   record.get("kiosk.approval.order") == "W-2026-1190", record.get("kiosk.approval.by"))
        terminal.wait_record("connect", "success", begun)
        shot, _, share = person.session_equals(SERVER)
        self.shoot("06e-order", shot)
        self.check("the session's picture is the server's own display again", share >= EQUAL, f"{share:.2%}")
        person.disconnect()

    def lock(self):
        person, terminal = self.person, self.terminal
        begun = len(terminal.records())
        _, display, _ = person.open_session(1, SERVER, TICKET)
        terminal.key("Control+Alt+l")
        terminal.wait_record("lock", "success", begun)
        shot = person.shot_of("locked")
        self.shoot("07-locked", shot)
        found = self.foreign_pixels(shot, display)
        self.check("the locked picture has none of them", found == 0, f"{found} pixels")

        terminal.enter(person.password)
        terminal.wait_record("unlock", "success", begun)
        shot, _, share = person.session_equals(SERVER)
        self.shoot("08-unlocked", shot)
        self.check("the same session goes on after unlocking", share >= EQUAL, f"{share:.2%} of the pixels")

    def leave(self):
        self.person.disconnect()
        shot = self.person.log_out()
        self.shoot("09-logged-out", shot)
        found = self.foreign_pixels(shot, self.person.server_display(SERVER))
        self.check("nothing of the server is left on the screen", found == 0, f"{found} pixels")

    def check_log(self):
        log = self.person.facts["log"]
        actions = iter(self.terminal.actions())
        missing = next((s for s in STORY if s not in actions), None)
        self.check("the audit log tells it in this order", missing is None, f"missing: {missing}" if missing else "")
        done = subprocess.run(["kioskctl", "log", "verify", log], capture_output=True, text=True)
        self.check("the audit log verifies", done.returncode == 0, (done.stdout + done.stderr).strip())


def main():
    day = Day()
    try:
        day.play()
    except Failure as failure:
        day.check(str(failure), False)
        day.terminal.look().save(f"{OUT}/failed.png")
    if os.path.exists(day.person.facts["log"]):
        shutil.copy(day.person.facts["log"], f"{OUT}/audit.log")
    day.lines.append(f"{day.n_checks - day.n_failed} passed, {day.n_failed} failed")
    with open(f"{OUT}/summary.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(day.lines) + "\n")
    return 1 if day.n_failed else 0


sys.exit(main())
