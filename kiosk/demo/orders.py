# SPDX-License-Identifier: GPL-3.0-or-later
"""What an approver does away from the terminal: makes a key, has it put into the policy, signs a work order."""

import subprocess
import time

import policy

ORDERS = "/var/lib/maintenance-kiosk/orders"
KEY, PASSPHRASE = "/tmp/approver.key", "correct horse battery"
SERVER = "jumin-order"  # the same machine as the first server, with a rule of its own


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True, input=PASSPHRASE + "\n").stdout


def demand(like):
    """Adds an approver and a server that needs an order, at the address of the server @like; kioskd reads it."""
    with open(f"{policy.PARTS}/10-servers.conf", encoding="utf-8") as file:
        section = file.read().split(f"[server {like}]\n")[1].split("\n\n")[0]
    lines = [line for line in section.splitlines() if not line.startswith(("label", "ticket"))]
    key = next(line for line in run("kioskctl", "order", "key", "--out", KEY).splitlines()
               if line.startswith("public-key="))
    policy.add("20-orders.conf",
               "[person h-ito]\nname[ja]=伊藤 久\nname[en]=Hisashi Ito\n[role approver]\npersons=h-ito\n"
               f"[approver ito]\nperson=h-ito\n{key}\n"
               f"[server {SERVER}]\nlabel[ja]=住民記録 AP01（指示書）\nlabel[en]=Resident registry AP01 (order)\n"
               + "\n".join(lines) + "\napproval=order\n")


def sign(person, number):
    """An order for an hour from now on."""
    def moment(offset):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))
    with open("/tmp/work", "w", encoding="utf-8") as file:
        file.write(f"[order]\nformat=1\nid={number}\npersons={person}\nservers={SERVER}\nfrom={moment(-60)}\n"
                   f"until={moment(3600)}\npurpose=証明書の更新\napprover=ito\n")
    run("kioskctl", "order", "sign", "/tmp/work", "--key", KEY, "--out", "/tmp/signed")
    run("install", "-D", "-m", "0644", "/tmp/signed", f"{ORDERS}/{number}.order")
