# SPDX-License-Identifier: GPL-3.0-or-later
"""A second factor: the policy demands a one-time code of everybody, shown as the last part of scripted.py."""

import os
import subprocess

import policy

USERS = "/var/lib/maintenance-kiosk/oath/users"
SECRET = "3132333435363738393031323334353637383930"  # RFC 6238, appendix B


def show_codes(day):
    """From the log-in page to the log-in page."""
    person, terminal = day.person, day.terminal
    begun = len(terminal.records())
    with open(USERS, "w", encoding="utf-8") as file:
        file.write(f"HOTP/T30/6\t{person.name}\t-\t{SECRET}\n")
    os.chmod(USERS, 0o600)
    policy.add("30-codes.conf", "[login]\nsecond-factor=totp\n")
    terminal.wait_record("policy-accepted", "success", begun)

    _log_in(day, "000000")
    record = terminal.wait_record("login", "failure", begun)
    day.shoot("15-wrong-code", person.shot_of("failed"), own=True)
    day.check("a wrong code with the right password is refused", record.get("event.reason") == "password",
              record.get("event.reason"))

    code = subprocess.run(["oathtool", "--totp", SECRET], check=True, capture_output=True, text=True).stdout.strip()
    _log_in(day, code, "16-code")
    person.page("servers")
    terminal.wait_record("login", "success", begun)
    day.check("password and code together log in", True)
    person.log_out()

    begun = len(terminal.records())
    _log_in(day, code)
    terminal.wait_record("login", "failure", begun)
    day.check("the same code a second time is refused", True)


def _log_in(day, code, name=None):
    day.person.log_in()
    shot = day.person.shot_of("code")
    if name:
        day.shoot(name, shot, own=True)
    day.terminal.enter(code)
