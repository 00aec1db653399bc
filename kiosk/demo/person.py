# SPDX-License-Identifier: GPL-3.0-or-later
"""The engineer of the scene that stage.sh sets: knows the pages and how to get from one to the next.

Pages are recognised as a person does it, by reading their titles off the screen; what happened is
taken from the audit log; what the server shows, from the server's own frame buffer.
"""

import json

import picture
from terminal import Failure, Terminal, wait_for

# How far a channel of a pixel of the session's picture may be from the server's own display, of 255:
# the watermark adds at most 11 % (28); H.264 with halved colour resolution leaves 99.4 % of this
# desktop's pixels within 12.
TOLERANCE = 28 + 12
EQUAL = 0.99

# Words by which a page is recognised, Japanese and English, blanks left out: any of them will do,
# because a text recogniser loses one now and then.
WORDS = {
    "login": ("あなたのIDを入力", "EnteryourID"),
    "password": ("パスワードを入力してください", "Enteryourpassword"),
    "code": ("ワンタイムコード|認証アプリに表示", "One-timecode|yourauthenticator"),
    "change": ("今のパスワードと|パスワードの条件", "Enteryourcurrent|checkedonchange"),
    "no-order": ("作業指示書がありません|作業指示書の時間内", "noworkorder|signedworkorder"),
    "failed": ("ログインできませんでした|本人であることを確認できません", "Log-inwasnotpossible|didnotprovewhoyou"),
    "servers": ("接続するサーバーを選|作業の入力へ", "Chooseaserver|totheworkentry"),
    "credentials": ("このサーバーで使う|このサーバーだけに", "passwordforthisserver|tothisserveronly"),
    "certificate": ("接続を中止しました|なりすまし", "connectionwasstopped|posingastheserver"),
    "firewall": ("制限は元に戻しました|との接続を切りました", "protectionwasrestored|wascutbecausetheprotection"),
    "interrupted": ("ログアウトしました|作業を安全に終了", "Youwereloggedout|endedyourworksafely"),
    "lost": ("接続が切れました", "connectionwaslost"),
    "unreachable": ("サーバーに接続できませんでした|から応答がありません", "couldnotbereached|doesnotanswer"),
    "internal": ("端末の中で問題が起きました", "occurredinsidetheterminal"),
    "locked": ("ロック中|自動ログアウト", "Inuseby|Automaticlog-out"),
}
TICKET = ("W-2026-1184", "monthly patch")


class Person:
    def __init__(self, name="k-sato"):
        with open("/run/demo/stage.json", encoding="utf-8") as file:
            self.facts = json.load(file)
        self.terminal = Terminal(self.facts["monitor"], self.facts["log"])
        self.japanese = self.facts["language"] == "ja"
        self.name = name
        self.password = self.facts["people"][name]

    # ---- looking ----

    def read(self, shot):
        """What stands on the page below the bar, without blanks."""
        text = self.terminal.read_text(self.terminal.session(shot), "jpn" if self.japanese else "eng")
        return "".join(text.split())

    def page(self, *names):
        """Waits until one of the pages is on the screen and at rest; returns its name and picture."""
        words = {name: WORDS[name][0 if self.japanese else 1].split("|") for name in names}
        last = [None]

        def shown():
            shot = self.terminal.wait_still(f"page {names}")
            if last[0] is not None and picture.is_still(last[0], shot):
                return None  # read already
            last[0] = shot
            text = self.read(shot)
            return next(((name, shot) for name in names if any(word in text for word in words[name])), None)
        return wait_for(f"page {' or '.join(names)}", shown)

    def shot_of(self, name):
        return self.page(name)[1]

    def server_display(self, name):
        return picture.read(self.facts["servers"][name]["folder"] + "/Xvfb_screen0")

    def session_equals(self, name):
        """Waits until the session's picture is the server's own display; returns the screen, the
        display and the share of equal pixels."""
        last = [0.0]

        def equal():
            shot, display = self.terminal.look(), self.server_display(name)
            last[0] = picture.equal_share(self.terminal.session(shot), display, TOLERANCE)
            return (shot, display, last[0]) if last[0] >= EQUAL else None
        try:
            return wait_for(f"picture of {name}", equal)
        except Failure as failure:
            raise Failure(f"{failure}: at last {last[0]:.2%} of the pixels were equal") from None

    # ---- acting ----

    def log_in(self, password=None):
        self.terminal.enter(self.name)
        self.page("password")
        self.terminal.enter(password or self.password)

    def change_password(self, new):
        """On the page for it: the current one, and the new one twice."""
        for word in (self.password, new, new):
            self.terminal.enter(word)
        self.password = new

    def choose(self, number, server, ticket=None, asked=True):
        """Opens a session from the list: number as on the screen, work number and purpose where
        they are asked, then the credentials for the server unless it takes those of the log-in.
        Returns the length of the log before."""
        begun = len(self.terminal.records())
        self.terminal.key(f"Alt+{number}")
        self.terminal.key("Return")
        for text in ticket or ():
            self.terminal.key("Control+a")  # what was typed the last time stands there
            self.terminal.enter(text)
        if not asked:
            return begun
        self.page("credentials")
        self.terminal.enter(self.facts["servers"].get(server, {}).get("password", "Saku-2026"))
        return begun

    def open_session(self, number, server, ticket=None):
        begun = self.choose(number, server, ticket)
        self.terminal.wait_record("connect", "success", begun)
        return self.session_equals(server)

    def disconnect(self):
        """By the menu back to the servers."""
        begun = len(self.terminal.records())
        self.terminal.key("Control+Alt+Home")
        self.terminal.key("Down")
        self.terminal.key("Return")
        self.terminal.wait_record("disconnect", "success", begun)
        self.page("servers")

    def log_out(self):
        begun = len(self.terminal.records())
        self.terminal.key("Control+q")
        self.terminal.wait_record("logout", "success", begun)
        return self.shot_of("login")
