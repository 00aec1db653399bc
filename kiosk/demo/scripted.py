#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A working day at the terminal, played with injected keys and pointer and checked step by step.

Inside stage.sh. Writes to /mnt/out: the pictures 01-login.png to 09-logged-out.png, audit.log and
summary.txt. Exit status 0 only if every check passed.

Pages are recognised as a person does it, by reading their titles off the screen; what happened
is taken from the audit log; what the server shows, from the server's own frame buffer.
"""

import json
import os
import shutil
import subprocess
import sys

import picture
from terminal import BAR, Failure, Terminal, wait_for

OUT = "/mnt/out"

# How far a channel of a pixel of the session's picture may be from the server's own display. The
# watermark is drawn with 11 % of white and of black, at most 28 of 255; what H.264 with halved
# colour resolution loses on this desktop comes on top.
TOLERANCE = 28 + 20
EQUAL = 0.99

# Titles by which a page is recognised; a text recogniser's spaces do not count.
TITLES = {
    "login": ("あなたのIDを入力", "Enteryour"),
    "password": ("パスワード", "Password"),
    "failed": ("ログインできませんでした", "notpossible"),
    "servers": ("接続するサーバー", "Chooseaserver"),
    "certificate": ("接続を中止しました", "connectionwasstopped"),
    "locked": ("ロック中", "Locked"),
}

TYPED = "uptime 1184"


class Demo:
    def __init__(self):
        with open("/run/demo/stage.json", encoding="utf-8") as file:
            self.facts = json.load(file)
        self.terminal = Terminal(self.facts["monitor"], self.facts["log"])
        self.japanese = self.facts["language"] == "ja"
        self.summary = []
        self.failed = 0
        self.own_pages = []  # pictures without any server's desktop

    # ---- telling ----

    def check(self, what, passed, detail=""):
        line = f"{'ok' if passed else 'FAILED'}  {what}" + (f" ({detail})" if detail else "")
        self.summary.append(line)
        self.failed += not passed
        print(line, flush=True)

    def shoot(self, name, shot, own=True):
        shot.save(f"{OUT}/{name}.png")
        self.check(f"{name}: the trusted bar stands at the top", self.terminal.has_bar(shot))
        if own:
            self.own_pages.append(self.terminal.session(shot))

    # ---- looking ----

    def read(self, shot):
        text = self.terminal.read_text(self.terminal.session(shot), "jpn" if self.japanese else "eng")
        return "".join(text.split())

    def page(self, name, differs_from=None):
        """Waits until the page of that name is on the screen and at rest; returns its picture."""
        title = TITLES[name][0 if self.japanese else 1]
        seen = [None]

        def shown():
            shot = self.terminal.wait_still(f"page {name}", differs_from)
            if seen[0] is not None and picture.is_still(seen[0], shot):
                return None  # read already
            seen[0] = shot
            return shot if title in self.read(shot) else None
        return wait_for(f"page {name}: {title}", shown)

    def server_display(self, name):
        return picture.read(self.facts["servers"][name]["folder"] + "/Xvfb_screen0")

    def shows_typed(self, name):
        text = self.terminal.read_text(self.server_display(name), "eng")
        return TYPED.replace(" ", "") in "".join(text.split())

    def session_equals(self, name):
        """Waits until the session's picture is the server's own display; returns both."""
        def equal():
            shot, display = self.terminal.look(), self.server_display(name)
            share = picture.equal_share(self.terminal.session(shot), display, TOLERANCE)
            self.last_share = share
            return (shot, display, share) if share >= EQUAL else None
        self.last_share = 0
        try:
            return wait_for(f"picture of {name}", equal)
        except Failure as failure:
            raise Failure(f"{failure}: at last {self.last_share:.2%} of the pixels were equal") from None

    # ---- acting ----

    def log_in(self, person, password):
        self.terminal.enter(person)
        self.page("password")
        self.terminal.enter(password)

    def choose(self, number, server, ticket=None):
        """Opens a session from the list: number as on the screen, work number and purpose where
        they are asked, then the credentials for the server."""
        begun = len(self.terminal.records())
        self.terminal.key(f"Alt+{number}")
        self.terminal.key("Return")
        if ticket:
            self.terminal.enter(ticket[0])
            self.terminal.type(ticket[1])
            self.terminal.key("Tab")
            self.terminal.key("Return")
        self.page("password")
        self.terminal.enter(self.facts["servers"].get(server, {}).get("password", "Saku-2026"))
        return begun

    # ---- the day ----

    def play(self):
        terminal, person = self.terminal, "k-sato"
        password = self.facts["people"][person]

        shot = self.page("login")
        self.shoot("01-login", shot)
        self.check("the terminal recorded its start", ("daemon-started", "success") in terminal.actions())

        self.log_in(person, "wrong-" + password)
        shot = self.page("failed")
        self.shoot("02-login-failed", shot)
        record = terminal.wait_record("login", "failure")
        self.check("the failed log-in is recorded with its cause", record.get("event.reason") == "password",
                   record.get("event.reason"))

        self.log_in(person, password)
        shot = self.page("servers")
        terminal.wait_record("login", "success")
        self.shoot("03-servers", shot)
        text = self.read(shot)
        self.check("only this person's servers are listed",
                   ("バックアップ" not in text and "住民" in text) if self.japanese else
                   ("Backup" not in text and "Resident" in text))

        self.session()
        self.wrong_certificate()
        self.lock()
        terminal.key("Control+Alt+Home")
        self.leave()
        self.check_log()

    def session(self):
        terminal, server = self.terminal, "jumin-ap01"
        begun = self.choose(1, server, ("W-2026-1184", "monthly patch"))
        terminal.wait_record("connect", "success", begun)
        shot, display, share = self.session_equals(server)
        self.shoot("04-session", shot, own=False)
        self.check("the session's picture is the server's own display", share >= EQUAL, f"{share:.2%} of the pixels")
        # The comparison must be able to fail: the same desktop without its text is not equal.
        plain = display.copy()
        plain.paste(display.getpixel((1, 1)), (0, 0, *plain.size))
        control = picture.equal_share(terminal.session(shot), plain, TOLERANCE)
        self.check("and an empty desktop would not have passed", control < EQUAL, f"{control:.2%}")

        # The pointer over the console, then the keyboard.
        terminal.click(terminal.look().width // 2, BAR + 200)
        terminal.enter(TYPED)

        def arrived():
            try:
                with open(self.facts["servers"][server]["folder"] + "/typed", encoding="utf-8") as file:
                    return file.read()
            except FileNotFoundError:
                return ""
        typed = wait_for("typed text at the server", arrived)
        self.check("the keys arrived at the server", typed == TYPED + "\n", typed.strip())
        wait_for("typed text on the server's display", lambda: self.shows_typed(server))
        shot, display, share = self.session_equals(server)
        self.shoot("05-typed", shot, own=False)
        self.check("the typed text stands on the server's own display", self.shows_typed(server))
        self.check("and in the session's picture", share >= EQUAL, f"{share:.2%} of the pixels")

    def wrong_certificate(self):
        terminal = self.terminal
        terminal.key("Control+Alt+Home")
        self.disconnect()
        self.page("servers")
        begun = self.choose(3, "kokuho-ap01")
        shot = self.page("certificate")
        self.shoot("06-wrong-certificate", shot)
        record = terminal.wait_record("certificate-refused", "failure", begun)
        self.check("the wrong certificate is recorded", record.get("destination.address") == "kokuho-ap01",
                   record.get("event.reason"))
        terminal.key("Return")
        self.page("servers")

    def disconnect(self):
        """From the open menu back to the servers."""
        begun = len(self.terminal.records())
        self.terminal.key("Down")
        self.terminal.key("Return")
        self.terminal.wait_record("disconnect", "success", begun)

    def lock(self):
        terminal, server, person = self.terminal, "jumin-ap01", "k-sato"
        begun = self.choose(1, server, ("W-2026-1184", "monthly patch"))
        terminal.wait_record("connect", "success", begun)
        _, display, _ = self.session_equals(server)
        terminal.key("Control+Alt+l")
        terminal.wait_record("lock", "success", begun)
        shot = self.page("locked")
        self.shoot("07-locked", shot, own=False)
        colours = picture.foreign_colours(display, self.own_pages)
        found = sum(picture.count_colour(terminal.session(shot), c, 12) for c in colours)
        self.check("the server's desktop has colours that our pages lack", len(colours) > 0, str(colours[:4]))
        self.check("the locked picture has none of them", colours and found == 0, f"{found} pixels")

        terminal.enter(self.facts["people"][person])
        terminal.wait_record("unlock", "success", begun)
        shot, _, share = self.session_equals(server)
        self.shoot("08-unlocked", shot, own=False)
        self.check("the same session goes on after unlocking", share >= EQUAL, f"{share:.2%} of the pixels")

    def leave(self):
        self.disconnect()
        self.page("servers")
        self.terminal.key("Control+q")
        self.terminal.wait_record("logout", "success")
        shot = self.page("login")
        self.shoot("09-logged-out", shot)
        colours = picture.foreign_colours(self.server_display("jumin-ap01"), self.own_pages)
        found = sum(picture.count_colour(self.terminal.session(shot), c, 12) for c in colours)
        self.check("nothing of the server is left on the screen", found == 0, f"{found} pixels")
        rest = subprocess.run(["nft", "list", "set", "inet", "kiosk", "sessions"], check=True,
                              capture_output=True, text=True).stdout
        self.check("the firewall is closed again", "elements" not in rest)

    def check_log(self):
        """The story in the log: these actions, in this order (others may stand between them)."""
        story = [("daemon-started", "success"), ("login-begun", "unknown"), ("login", "failure"),
                 ("login-begun", "unknown"), ("login", "success"),
                 ("connect-begun", "unknown"), ("firewall-opened", "success"), ("connect", "success"),
                 ("disconnect", "success"), ("firewall-closed", "success"),
                 ("connect-begun", "unknown"), ("certificate-refused", "failure"),
                 ("connect-begun", "unknown"), ("connect", "success"), ("lock", "success"),
                 ("unlock-begun", "unknown"), ("unlock", "success"), ("disconnect", "success"),
                 ("logout", "success")]
        shutil.copy(self.facts["log"], f"{OUT}/audit.log")
        actions = iter(self.terminal.actions())
        missing = next((s for s in story if s not in actions), None)
        self.check("the audit log tells it in this order", missing is None, f"missing: {missing}" if missing else "")
        done = subprocess.run(["kioskctl", "log", "verify", self.facts["log"]], capture_output=True, text=True)
        self.check("the audit log verifies", done.returncode == 0, (done.stdout + done.stderr).strip())


def main():
    demo = Demo()
    try:
        demo.play()
    except Failure as failure:
        demo.check(str(failure), False)
        demo.terminal.look().save(f"{OUT}/failed.png")
        if os.path.exists(demo.facts["log"]):
            shutil.copy(demo.facts["log"], f"{OUT}/audit.log")
    with open(f"{OUT}/summary.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(demo.summary) + f"\n{len(demo.summary) - demo.failed} passed, {demo.failed} failed\n")
    return 1 if demo.failed else 0


sys.exit(main())
