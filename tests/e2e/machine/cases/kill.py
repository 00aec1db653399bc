# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever dies, the terminal fails closed (the same table as tests/e2e/kill.py, on the real machine)."""

import network
from suite import case

SIGNALS = ("KILL", "SEGV", "STOP")
PROGRAMS = ("kiosk-rdp", "kiosk-shell", "cage", "kioskd", "seatd")
PAGES = ("login", "interrupted", "lost", "stopped", "locked")
CAUSES = ("program-died", "session-lost", "heartbeat-missed", "logout", "daemon-started")
TTY = "cat /sys/class/tty/tty0/active"


def run_kill(stand, program, signal):
    stand.open_session()
    active = stand.agent.run(TTY)
    begun = len(stand.terminal.records())
    pids = stand.pids(program)
    if not stand.check(f"{program} runs", bool(pids)):
        return
    stand.agent.run(f"kill -{signal} {' '.join(pids)}")
    # A stopped program that nobody but its watchdog misses leaves its last picture for a moment.
    stand.wait_disconnected("the session's connection is gone")
    page = stand.page(*PAGES)
    stand.check("the person sees a page of ours", True, page)
    stand.check_own_screen("with the bar at the top")
    stand.check("the same virtual terminal is active", stand.agent.run(TTY) == active, active)
    stand.check_wait("the log tells of it", lambda: any(
        record["event.action"] in CAUSES for record in stand.terminal.records()[begun:]))
    stand.check_wait("nothing of the session runs on",
                     lambda: not stand.pids("kiosk-rdp") and not network.connections(network.SERVER))
    log, words = stand.verified_log()
    stand.check("the log is whole", log is not None, words)


def make_case(program, signal):
    def kill(stand):
        run_kill(stand, program, signal)
    kill.__name__ = f"kill_{program.replace('-', '_')}_{signal}"
    case(core=(program, signal) in (("kiosk-shell", "KILL"), ("kioskd", "STOP")))(kill)


for _program in PROGRAMS:
    for _signal in SIGNALS:
        make_case(_program, _signal)


@case()
def kill_kiosk_auth(stand):
    """While it waits for the password."""
    stand.terminal.enter(stand.person.name)
    stand.person.page("password")
    pids = stand.pids("kiosk-auth")
    stand.check("kiosk-auth runs", bool(pids))
    stand.agent.run(f"kill -KILL {' '.join(pids)}")
    stand.page("failed", "login")
    stand.check("the log-in has failed", not any(
        (record["event.action"], record["event.outcome"]) == ("login", "success") for record in stand.terminal.records()))
