# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever dies, the terminal fails closed (the same table as tests/e2e/kill.py, on the real machine).

Nobody helps here: a stopped program is missed by kioskd or by systemd's watchdogs (30 s for cage and shell, 60 s
for kioskd), which is what takes time in these cases.
"""

import network
from qemu import LIMIT
from seat import wait_for
from suite import case

SIGNALS = ("KILL", "SEGV", "STOP")
LOGIN = ("login", "interrupted")
# By what was killed: pages on which a person may end, records that may tell the cause.
PROGRAMS = {
    "kiosk-rdp": (("lost",), ("session-lost", "program-died")),
    "kiosk-shell": (LOGIN, ("program-died", "heartbeat-missed", "logout", "session-lost")),
    "cage": (LOGIN, ("program-died", "heartbeat-missed", "logout", "session-lost")),
    "kioskd": (LOGIN, ("daemon-started",)),
    "kiosk-auth": (("failed", "login"), ("login", "program-died")),
    "kiosk-connect": (("unreachable", "internal", "servers"), ("connect", "program-died")),
}
HELPERS = ("kiosk-rdp", "kiosk-auth", "kiosk-connect")
TTY = "cat /sys/class/tty/tty0/active"


def prepare(stand, program):
    """From the log-in page to where the program runs; its processes."""
    if program == "kiosk-auth":
        stand.terminal.enter(stand.person.name)
        stand.page("password")
    elif program == "kiosk-connect":
        stand.log_in()
        stand.person.choose(3, "bunsho-db01")
    else:
        stand.open_session()
    return wait_for(f"{program} runs", lambda: stand.pids(program))


def run_kill(stand, program, signal):
    pages, causes = PROGRAMS[program]
    pids = prepare(stand, program)
    active = stand.agent.run(TTY)
    begun = len(stand.terminal.records())
    stand.agent.run(f"kill -{signal} {' '.join(pids)}")
    # A stopped program that nobody but its watchdog misses leaves its last picture for a moment.
    stand.check_wait("no connection is left", lambda: not network.connections(network.SERVER), LIMIT)
    stand.check_wait("the program that was killed is gone", lambda: not set(pids) & set(stand.pids(program)))
    stand.check("the person is told, or back at the log-in page", True, stand.page(*pages))
    stand.check_own_screen("with the bar at the top")
    stand.check("the same virtual terminal is active", stand.agent.run(TTY) == active, active)
    stand.check_wait("the log tells of it", lambda: any(
        record["event.action"] in causes for record in stand.terminal.records()[begun:]))
    if program != "kiosk-connect":  # which looks at times whether servers can be reached
        stand.check_wait("no helper program is left", lambda: not any(stand.pids(helper) for helper in HELPERS))
    log, words = stand.verified_log()
    stand.check("the log is whole", log is not None, words)


def make_case(program, signal):
    def kill(stand):
        run_kill(stand, program, signal)
    kill.__name__ = f"kill_{program.replace('-', '_')}_{signal}"
    case(core=(program, signal) == ("kiosk-shell", "KILL"))(kill)


for _program in PROGRAMS:
    for _signal in SIGNALS:
        make_case(_program, _signal)
