#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever dies, the terminal fails closed.

Inside stage.sh: kill.py [PROGRAM...]. Each program in turn is ended with each signal that matters while a session is open
(kiosk-auth while it asks for a password, kiosk-connect while it waits for a server). Then, without
anybody's help: the person stands before the log-in page or a clear error, the connection to the
server is gone in firewall and kernel, the helper programs are gone, and the log tells of it and
verifies. Prints TAP.
"""

import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, "/mnt/repo/kiosk/demo")
from person import TICKET, Person  # noqa: E402
from terminal import Failure, wait_for  # noqa: E402

SERVER, ADDRESS = "jumin-ap01", "10.99.0.11"
SILENT = "10.99.0.14"  # bunsho-db01
SIGNALS = ("KILL", "SEGV", "TERM", "STOP")
HELPERS = ("kiosk-rdp", "kiosk-auth", "kiosk-connect")
LOG = "/mnt/out/audit.log"

# Pages on which a person may end, by what was killed; records that may tell the cause.
LOGIN = ("login", "interrupted")
CASES = {
    "kioskd": (LOGIN, ("daemon-started",)),
    "kiosk-shell": (LOGIN, ("program-died", "heartbeat-missed", "logout", "session-lost")),
    "cage": (LOGIN, ("program-died", "heartbeat-missed", "logout", "session-lost")),
    "kiosk-rdp": (("lost",), ("session-lost", "program-died")),
    "kiosk-auth": (("failed", "login"), ("login", "program-died")),
    "kiosk-connect": (("unreachable", "internal", "servers"), ("connect", "program-died")),
}


def pids(name):
    """Processes by the file that they run: kiosk-shell, which starts itself a second time, goes by
    another name in the process table."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == name:
                found.append(int(pid))
        except OSError:
            continue  # ended meanwhile
    return found


def connections():
    """Established TCP connections of the terminal to the session's server."""
    return subprocess.run(["ss", "-Htn", "state", "established", "dst", ADDRESS], check=True,
                          capture_output=True, text=True).stdout.strip()


def firewall_elements():
    rules = subprocess.run(["nft", "list", "set", "inet", "kiosk", "sessions"], check=True,
                           capture_output=True, text=True).stdout
    return ADDRESS in rules


class Kills:
    def __init__(self):
        self.person = Person()
        self.terminal = self.person.terminal
        self.n_checks = self.n_failed = 0

    def check(self, what, passed, detail=""):
        self.n_checks += 1
        self.n_failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.n_checks} {what}" + (f" # {detail}" if detail else ""), flush=True)

    def check_wait(self, what, condition):
        try:
            wait_for(what, condition)
            self.check(what, True)
        except Failure as failure:
            self.check(what, False, str(failure))

    def prepare(self, program):
        """From the log-in page to where the program runs."""
        if program == "kiosk-auth":
            self.terminal.enter(self.person.name)
            self.person.page("password")
        else:
            self.person.log_in()
            self.person.page("servers")
            if program == "kiosk-connect":
                self.person.choose(4, "bunsho-db01")
            else:
                self.person.open_session(1, SERVER, TICKET)
        return wait_for(f"{program} runs", lambda: pids(program))

    def run_case(self, program, name):
        title = f"{program} {name}"
        pages, causes = CASES[program]
        begun = len(self.terminal.records())
        for pid in self.prepare(program):
            os.kill(pid, getattr(signal, f"SIG{name}"))
        acted = len(self.terminal.records())
        if name == "STOP" and program in ("kioskd", "cage"):
            # Nobody but the kernel and systemd's watchdog is above these two. The firewall's element
            # runs out by itself; then the watchdog ends them.
            if program == "kioskd":
                self.check_wait(f"{title}: the firewall closes by itself", lambda: not firewall_elements())
            for pid in pids(program):
                os.kill(pid, signal.SIGKILL)
        try:
            page, _ = self.person.page(*pages)
            self.check(f"{title}: the person is told or back at the log-in", True, page)
        except Failure as failure:
            self.check(f"{title}: the person is told or back at the log-in", False, str(failure))
            self.terminal.look().save(f"/mnt/out/{program}-{name}.png")
        self.check_wait(f"{title}: the connection is gone", lambda: not connections() and not firewall_elements())
        self.check_wait(f"{title}: no helper program survives",
                        lambda: not any(pids(helper) for helper in HELPERS))
        self.check_wait(f"{title}: the log tells of it",
                        lambda: any(action in causes for action, _ in self.terminal.actions()[min(begun, acted):]))
        if program == "kiosk-rdp" and name == "KILL":
            self.reconnect()
        self.back_to_login()

    def reconnect(self):
        """From the page that tells of a lost connection by one key to the same session."""
        begun = len(self.terminal.records())
        self.terminal.key("Return")
        record = self.terminal.wait_record("connect", "success", begun)
        _, _, share = self.person.session_equals(SERVER)
        self.check("one key leads back to the same session of the same server",
                   record.get("destination.address") == SERVER and record.get("kiosk.ticket") == TICKET[0],
                   f"{share:.2%} of the pixels")
        self.person.disconnect()

    def back_to_login(self):
        """Whatever is on the screen, to the log-in page for the next case."""
        page, _ = self.person.page("login", "interrupted", "failed", "lost", "unreachable", "internal", "servers")
        if page in ("lost", "unreachable", "internal"):
            self.terminal.key("Escape")
            page, _ = self.person.page("servers")
        if page == "servers":
            self.person.log_out()

    def restart(self):
        """After a failed case: a fresh screen and a fresh kioskd."""
        for program in ("cage", "kioskd"):
            for pid in pids(program):
                os.kill(pid, signal.SIGKILL)
        self.person.page("login", "interrupted")


def main():
    kills = Kills()
    # A server that does not even refuse: kiosk-connect waits for it.
    subprocess.run(["ip", "netns", "exec", "servers", "nft", "add table inet silent; add chain inet silent input "
                    "{ type filter hook input priority 0; }; add rule inet silent input ip daddr " + SILENT + " drop"],
                   check=True)
    kills.person.page("login")
    for program in sys.argv[1:] or CASES:
        for name in SIGNALS:
            try:
                kills.run_case(program, name)
            except Failure as failure:
                kills.check(f"{program} {name}", False, str(failure))
                kills.terminal.look().save(f"/mnt/out/{program}-{name}.png")
                kills.restart()
    shutil.copy(kills.person.facts["log"], LOG)
    done = subprocess.run(["kioskctl", "log", "verify", LOG], capture_output=True, text=True)
    kills.check("after all that the log verifies", done.returncode == 0, (done.stdout + done.stderr).strip())
    print(f"1..{kills.n_checks}")
    return 1 if kills.n_failed else 0


sys.exit(main())
