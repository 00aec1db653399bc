# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets out of the terminal? Every user, every way, to everywhere, while a session is open."""

import network
from suite import case

USERS = ("root", "kiosk", "kiosk-connect", "kiosk-rdp", "kiosk-keyboard", "kiosk-sensor", "_chrony", "kiosk-log", "kiosk-receipts",
         "nobody")
TARGETS = (network.STRANGER, network.SERVER, network.OTHER_SERVER, network.FORBIDDEN, network.SILENT,
           network.STRANGER6, "10.99.0.254", "8.8.8.8")
PORTS = "25 53 80 123 443 3389"


def user_ids(stand):
    lines = stand.agent.run("cat /etc/passwd").splitlines()
    return {line.split(":")[0]: line.split(":")[2] for line in lines}


def is_session(packet):
    return packet.protocol == "tcp" and (packet.destination, packet.port) == (network.SERVER, 3389)


@case(core=True)
def reach(stand):
    stand.open_session()
    ids = user_ids(stand)
    for user in USERS:
        mark = stand.suite.capture.mark()
        answers = {}
        for target in TARGETS:
            for line in stand.agent.run(f"$tools/network {ids[user]} {target} {PORTS}", 300).splitlines():
                way, port, result = line.split()
                answers[way, target, int(port)] = result
        open_ways = [key for key, result in answers.items() if key[0] == "tcp" and result == "connected"]
        allowed = [("tcp", network.SERVER, 3389)] if user == "kiosk-connect" else []
        stand.check(f"{user}: every way was tried", len(answers) >= len(TARGETS) * 12, len(answers))
        stand.check(f"{user}: connects to " + ("the session's server alone" if allowed else "nobody"),
                    open_ways == allowed, open_ways)
        stray = {p for p in stand.suite.capture.since(mark) if not is_session(p) and not network.is_infrastructure(p)}
        stand.check(f"{user}: nothing else left the terminal", not stray, sorted(stray)[:5])
    # The measuring instrument itself must be able to see something.
    stand.check("the session's own packets were seen", any(map(is_session, stand.suite.capture.since(0 + 24))))
    stand.person.disconnect()
    stand.wait_disconnected()
    # While the list of servers is shown, kioskd asks each of them in turn through a hole of its own. With nobody
    # logged in there is none.
    stand.person.log_out()
    mark = stand.suite.capture.mark()
    stand.agent.run(f"$tools/network {ids['kiosk-connect']} {network.SERVER} 3389")
    stray = [p for p in stand.suite.capture.since(mark) if p.flags & 2]
    stand.check("with nobody logged in kiosk-connect gets out no more", not stray, stray[:3])
