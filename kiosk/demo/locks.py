# SPDX-License-Identifier: GPL-3.0-or-later
"""What locks the terminal, besides the person's own key: shown one after the other by scripted.py, each with its record, its
page and the way back. What needs a device (a token that is pulled, another keyboard, the lid) is not here, because the
demo's world has none."""

import subprocess

import picture
import policy
from person import EQUAL, TICKET
from terminal import BAR, BAR_COLOUR

SERVER = "jumin-ap01"
# On the lock page, blanks left out.
WHY = {
    "button": ("本人がロックしました", "Lockedbytheperson"),
    "firewall": ("通信の制限が書き換え", "protectionofthenetwork"),
    "idle": ("操作がなかった", "nobodyusedtheterminal"),
}


def show_locks(day):
    """From the list of servers to the log-in page, at the end with a policy that locks soon."""
    by_button(day)
    by_firewall(day)
    lock_soon(day)
    by_idle_time(day)


def _locked(day, reason, begun, name):
    person, terminal = day.person, day.terminal
    record = terminal.wait_record("lock", "success", begun)
    day.check(f"{reason}: the lock is recorded with its cause", record["event.reason"] == reason, record["event.reason"])
    shot = person.shot_of("locked")
    day.shoot(name, shot, own=True)
    text = person.read(shot)
    day.check(f"{reason}: the page says why", any(word in text for word in WHY[reason][0 if person.japanese else 1].split("|")))


def _unlock(day, begun):
    day.terminal.enter(day.person.password)
    day.terminal.wait_record("unlock", "success", begun)


def by_button(day):
    begun = day.person.choose(1, SERVER, TICKET)
    day.terminal.wait_record("connect", "success", begun)
    shot, _, _ = day.person.session_equals(SERVER)
    day.terminal.click(shot.width - 160, BAR // 2)
    _locked(day, "button", begun, "10-locked-by-button")
    _unlock(day, begun)
    day.person.session_equals(SERVER)


def by_firewall(day):
    """Somebody with root's rights opens a door. It is shut at once, the session with it."""
    begun = len(day.terminal.records())
    subprocess.run(["nft", "add", "table", "inet", "door"], check=True)
    _locked(day, "firewall", begun, "11-locked-by-firewall")
    tables = subprocess.run(["nft", "list", "tables"], check=True, capture_output=True, text=True).stdout
    day.check("firewall: the foreign table is gone", "door" not in tables)
    _unlock(day, begun)
    day.shoot("12-why-it-was-cut", day.person.shot_of("firewall"), own=True)
    day.terminal.key("Return")
    day.person.page("servers")
    day.person.log_out()


def lock_soon(day):
    begun = len(day.terminal.records())
    policy.change(("idle=600", "idle=30"), ("warning=30", "warning=10"))
    day.terminal.wait_record("policy-accepted", "success", begun)


def by_idle_time(day):
    person, terminal = day.person, day.terminal
    person.log_in()
    person.page("servers")
    begun, before = len(terminal.records()), terminal.look()
    terminal.wait_record("idle-warning", "success", begun)
    shot = terminal.wait_still("the countdown", differs_from=before)
    shot.save(f"{day.out}/13-countdown.png")
    # The bar grows by it: its line stands below.
    day.check("idle: the countdown hangs from the trusted bar", picture.count_colour(
        shot.crop((0, BAR, shot.width, 2 * BAR)), BAR_COLOUR) > 0.5 * shot.width * BAR)
    _locked(day, "idle", begun, "14-locked-by-idle-time")
    _unlock(day, begun)
    person.page("servers")
    # Nothing of the lock is left for the session that begins after it.
    _, _, share = person.open_session(1, SERVER, TICKET)
    day.check("idle: a session after that shows its picture", share >= EQUAL, f"{share:.2%} of the pixels")
    person.disconnect()
    person.log_out()
    begun = len(terminal.records())
    policy.change(("idle=30", "idle=600"), ("warning=10", "warning=30"))
    terminal.wait_record("policy-accepted", "success", begun)
