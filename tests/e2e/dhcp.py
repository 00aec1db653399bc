#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address from one DHCP server: the real systemd-networkd with the file that site-settings.py makes, between the
server that is named and one that is quicker, in the world of kiosk/demo/world.sh.

Run inside it: kiosk/demo/world.sh -- /mnt/repo/tests/e2e/dhcp.py. Prints TAP.
"""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time

LIMIT = 60  # seconds until a wait is given up
SERVER, ROGUE, ADDRESS, LIE = "10.99.0.11", "10.99.0.12", "10.99.0.50", "10.99.0.66"
GATEWAY, NAMES, CLOCK, ELSEWHERE = "10.99.0.254", "10.99.0.13", "10.99.0.14", "198.51.100.0"

n_checks = 0
n_failed = 0


def check(name, passed, detail=""):
    global n_checks, n_failed
    n_checks += 1
    n_failed += not passed
    print(f"{'ok' if passed else 'not ok'} {n_checks} {name}" + (f" # {detail}" if detail and not passed else ""),
          flush=True)


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


# ---- Both servers, in the network of the servers ----

def option(number, data):
    return bytes([number, len(data)]) + data


def answer(question, kind, server, address):
    """RFC 2131, with all that a server could talk somebody into."""
    head = bytearray(question[:236])
    head[0] = 2
    head[16:20] = socket.inet_aton(address)
    head[20:24] = socket.inet_aton(server)
    return bytes(head) + b"\x63\x82\x53\x63" + option(53, bytes([kind])) + option(54, socket.inet_aton(server)) \
        + option(51, struct.pack("!I", 3600)) + option(1, socket.inet_aton("255.255.255.0")) \
        + option(3, socket.inet_aton(GATEWAY)) + option(6, socket.inet_aton(NAMES)) + option(42, socket.inet_aton(CLOCK)) \
        + option(12, b"taken-over") + option(15, b"example.org") + option(26, struct.pack("!H", 600)) \
        + option(121, bytes([24]) + socket.inet_aton(ELSEWHERE)[:3] + socket.inet_aton(ROGUE)) + b"\xff"


def parse_options(packet):
    options, at = {}, 240
    while at < len(packet) and packet[at] != 255:
        if packet[at] == 0:
            at += 1
            continue
        options[packet[at]] = packet[at + 2:at + 2 + packet[at + 1]]
        at += 2 + packet[at + 1]
    return options


def serve():
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"servers0")
    listener.bind(("0.0.0.0", 67))
    print("ready", flush=True)
    while True:
        question = listener.recv(2000)
        options = parse_options(question)
        kind = options.get(53, b"\0")[0]
        chosen = socket.inet_ntoa(options[54]) if 54 in options else None
        print(json.dumps({"kind": kind, "server": chosen, "options": sorted(options),
                          "name": options.get(12, b"").decode()}), flush=True)
        if kind == 1:
            offers = [(ROGUE, LIE), (SERVER, ADDRESS)]
            for server, address in offers:
                listener.sendto(answer(question, 2, server, address), ("255.255.255.255", 68))
        elif kind == 3:
            server = chosen or SERVER
            listener.sendto(answer(question, 5, server, LIE if server == ROGUE else ADDRESS), ("255.255.255.255", 68))


# ---- The terminal ----

def addresses():
    return [entry["local"] for link in json.loads(run("ip", "-j", "address", "show", "dev", "terminal0"))
            for entry in link["addr_info"]]


def routes():
    return {(route["dst"], route.get("gateway", "")) for route in json.loads(run("ip", "-j", "route"))}


def main():
    server = subprocess.Popen(["ip", "netns", "exec", "servers", sys.executable, __file__, "serve"],
                              stdout=subprocess.PIPE, text=True)
    server.stdout.readline()
    run("ip", "address", "flush", "dev", "terminal0")
    run("ip", "link", "set", "terminal0", "down")
    os.makedirs("/tmp/tree")
    with open("/tmp/site.conf", "w", encoding="utf-8") as file:
        file.write(f"[network]\ninterface=terminal0\naddress=dhcp\ndhcp-server={SERVER}\n")
    run("/mnt/repo/kiosk/image/site-settings.py", "/tmp/site.conf", "/tmp/tree")
    shutil.copytree("/tmp/tree/etc/systemd/network", "/etc/systemd/network", dirs_exist_ok=True)
    # Without a udevd it would wait for one; it does not where sysfs cannot be written.
    run("mount", "-o", "remount,bind,ro", "/sys")
    os.makedirs("/run/systemd/netif", exist_ok=True)  # its unit's RuntimeDirectory=
    shutil.chown("/run/systemd/netif", "systemd-network", "systemd-network")
    with open("/tmp/networkd.log", "w", encoding="utf-8") as log:
        networkd = subprocess.Popen(["/usr/lib/systemd/systemd-networkd"], stdout=log, stderr=log,
                                    env={"SYSTEMD_LOG_TARGET": "console", "PATH": os.environ["PATH"]})
    end = time.monotonic() + LIMIT
    while not addresses() and time.monotonic() < end:
        time.sleep(0.1)
    while ("default", GATEWAY) not in routes() and time.monotonic() < end:
        time.sleep(0.1)
    with open("/tmp/networkd.log", encoding="utf-8") as log:
        told = log.read()
    check("the address is that of the named server, though another was quicker", addresses() == [ADDRESS],
          f"{addresses()} {told}")
    found = routes()
    check("the gateway is taken", ("default", GATEWAY) in found, found)
    check("no other route is", not [route for route in found if route[0].startswith("198.51.100")], found)
    check("no name", socket.gethostname() == "terminal", socket.gethostname())
    check("no name server", not os.path.exists("/run/systemd/resolve/resolv.conf"))
    check("no MTU", json.loads(run("ip", "-j", "link", "show", "dev", "terminal0"))[0]["mtu"] == 1500)
    networkd.terminate()
    networkd.wait()
    server.terminate()
    questions = [json.loads(line) for line in server.stdout.read().splitlines()]
    check("it was asked for by a question to all", bool(questions) and questions[0]["kind"] == 1, questions)
    check("nobody else was asked for it", {q["server"] for q in questions if q["kind"] == 3} == {SERVER}, questions)
    check("the terminal's name was told to nobody", not any(q["name"] for q in questions), questions)
    print(f"1..{n_checks}")
    return 1 if n_failed else 0


if sys.argv[1:] == ["serve"]:
    serve()
else:
    sys.exit(main())
