#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker that a server has taken over, before the eyes of a person.

Inside stage.sh. In the place of kiosk-rdp there is tests/rdp/hostile-worker.c, which sends the shell
one wrong message and then acts as if nothing had happened. Each time the person is told that the
connection was lost, the shell lives, the worker does not, and the hole in the firewall is closed.
Prints TAP.
"""

import shutil
import subprocess
import sys

sys.path.insert(0, "/mnt/repo/kiosk/demo")
from person import Person  # noqa: E402
from terminal import Failure, wait_for  # noqa: E402

DEEDS = ("kind-0", "kind-max", "length-1", "length-short", "length-long", "width-0", "width-max", "frame-first",
         "buffer-2", "rects-0", "rects-17", "rect-outside", "rect-wrapping", "frames-at-once", "cursor-large",
         "hot-spot-outside", "descriptor")
NUMBER, SERVER, ADDRESS = 2, "zeimu-ap02", "10.99.0.12"


def pids(name):
    return subprocess.run(["pgrep", "-x", name], capture_output=True, text=True).stdout.split()


def is_open():
    rules = subprocess.run(["nft", "list", "set", "inet", "kiosk", "sessions"], check=True,
                           capture_output=True, text=True).stdout
    return ADDRESS in rules


class Checks:
    def __init__(self):
        self.n = self.n_failed = 0

    def check(self, what, passed, detail=""):
        self.n += 1
        self.n_failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.n} {what}" + (f" # {detail}" if detail else ""), flush=True)


def run_deed(person, checks, deed, shell):
    begun = len(person.terminal.records())
    with open("/run/hostile", "w", encoding="utf-8") as file:
        file.write(f"shows-{deed}")
    person.choose(NUMBER, SERVER, asked=False)
    person.page("lost")
    checks.check(f"{deed}: the person is told that the connection was lost", True)
    record = person.terminal.wait_record("session-lost", "failure", begun)
    checks.check(f"{deed}: the log tells of it", record["event.reason"] == "lost", record["event.reason"])
    checks.check(f"{deed}: the shell lives", pids("kiosk-shell") == shell, " ".join(pids("kiosk-shell")))
    wait_for("no worker and no hole", lambda: not pids("kiosk-rdp") and not is_open())
    checks.check(f"{deed}: no worker and no hole is left", True)
    person.terminal.key("Escape")
    person.page("servers")


def main():
    checks = Checks()
    subprocess.run(["install", "-m", "0755", "/mnt/build/tests/daemon/hostile-worker",
                    "/usr/libexec/maintenance-kiosk/kiosk-rdp"], check=True)
    person = Person()
    person.page("login")
    person.log_in()
    person.page("servers")
    shell = pids("kiosk-shell")
    for deed in DEEDS:
        try:
            run_deed(person, checks, deed, shell)
        except Failure as failure:
            checks.check(deed, False, str(failure))
            person.terminal.look().save(f"/mnt/out/{deed}.png")
            break  # whatever is on the screen now, the next deed could not begin
    shutil.copy(person.facts["log"], "/mnt/out/audit.log")
    checks.check("every deed was done", checks.n == 4 * len(DEEDS), str(checks.n))
    print(f"1..{checks.n}")
    return 1 if checks.n_failed else 0


sys.exit(main())
