#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets through kiosk/data/firewall.nft? Real connections in the world of kiosk/demo/world.sh.

Run inside it: kiosk/demo/world.sh -- /mnt/repo/tests/e2e/firewall.py. Prints TAP.
"""

import errno
import json
import os
import pwd
import socket
import subprocess
import sys
import time

SERVER, PORT, OTHER_PORT = "10.99.0.11", 3389, 3390
LIMIT = 30  # seconds until a wait for the kernel is given up
n_checks = 0
n_failed = 0


def check(name, passed, detail=""):
    global n_checks, n_failed
    n_checks += 1
    n_failed += not passed
    print(f"{'ok' if passed else 'not ok'} {n_checks} {name}" + (f" # {detail}" if detail else ""), flush=True)


def nft(*words):
    return subprocess.run(["nft", *words], check=True, capture_output=True, text=True).stdout


def allow(address, port):
    nft(f"add element inet kiosk sessions {{ {address} . {port} timeout 60s }}")


def forbid(address, port):
    nft(f"delete element inet kiosk sessions {{ {address} . {port} }}")


def counter(name):
    for item in json.loads(nft("-j", "list", "counter", "inet", "kiosk", name))["nftables"]:
        if "counter" in item:
            return item["counter"]["packets"]


def as_user(user, act):
    """Runs act() in a child as that user; its return value is a short string."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        try:
            entry = pwd.getpwnam(user)
            os.setgroups([])
            os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
            os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)
            answer = act()
        except OSError as error:
            answer = errno.errorcode[error.errno]
        os.write(writer, answer.encode())
        os._exit(0)
    os.close(writer)
    answer = os.read(reader, 100).decode()
    os.close(reader)
    os.wait()
    return answer


def connect(address=SERVER, port=PORT):
    with socket.create_connection((address, port), timeout=LIMIT):
        return "connected"


def serve():
    """Two echo servers in the servers' network; returns their process."""
    code = (
        "import socket, threading\n"
        "def echo(c):\n"
        "  try:\n"
        "    while (b := c.recv(100)): c.sendall(b)\n"
        "  except ConnectionResetError: pass\n"
        "def listen(port):\n"
        f"  s = socket.create_server(('{SERVER}', port)); print('ready', flush=True)\n"
        "  while True: threading.Thread(target=echo, args=(s.accept()[0],), daemon=True).start()\n"
        f"threading.Thread(target=listen, args=({OTHER_PORT},)).start(); listen({PORT})\n"
    )
    child = subprocess.Popen(["ip", "netns", "exec", "servers", sys.executable, "-c", code], stdout=subprocess.PIPE)
    child.stdout.readline(), child.stdout.readline()
    return child


def hand_on_and_talk():
    """A socket of kiosk-connect in the hands of somebody else: what kiosk-rdp gets."""
    mine, theirs = socket.socketpair()

    def act():
        with socket.create_connection((SERVER, PORT)) as connection:
            socket.send_fds(theirs, [b"x"], [connection.fileno()])
        return "sent"
    if as_user("kiosk-connect", act) != "sent":
        return "not connected"
    with socket.socket(fileno=socket.recv_fds(mine, 1, 1)[1][0]) as connection:
        connection.sendall(b"hello")
        return connection.recv(100).decode()


def cut_while_connected():
    """Removes the element below a running connection: the next packet must not get out."""
    ready_reader, ready_writer = os.pipe()
    go_reader, go_writer = os.pipe()
    if os.fork() == 0:
        def act():
            connection = socket.create_connection((SERVER, PORT), timeout=LIMIT)
            connection.sendall(b"before")
            os.write(ready_writer, connection.recv(100))
            os.read(go_reader, 1)
            connection.sendall(b"after")
            return connection.recv(100).decode() or "closed"
        answer = as_user("kiosk-connect", act)
        os.write(ready_writer, answer.encode())
        os._exit(0)
    before = os.read(ready_reader, 100).decode()
    forbid(SERVER, PORT)
    os.write(go_writer, b"x")
    after = os.read(ready_reader, 100).decode()
    os.wait()
    return before, after


def main():
    server = serve()
    check("without an element nobody gets out: kiosk-connect", as_user("kiosk-connect", connect) == "ECONNREFUSED")
    check("without an element nobody gets out: root", as_user("root", connect) == "ECONNREFUSED")

    allow(SERVER, PORT)
    check("with an element kiosk-connect gets out", as_user("kiosk-connect", connect) == "connected")
    for user in ("root", "kiosk", "kiosk-rdp", "nobody"):
        check(f"with an element {user} does not", as_user(user, connect) == "ECONNREFUSED")
    check("another port of that server stays closed",
          as_user("kiosk-connect", lambda: connect(port=OTHER_PORT)) == "ECONNREFUSED")
    check("another server stays closed",
          as_user("kiosk-connect", lambda: connect(address="10.99.0.12")) == "ECONNREFUSED")
    answer = hand_on_and_talk()
    check("a socket of kiosk-connect works when it is handed on", answer == "hello", answer)

    before, after = cut_while_connected()
    check("a connection runs while its element stands", before == "before", before)
    check("and ends with the next packet when it is gone", after in ("ECONNRESET", "closed"), after)

    def shout():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            datagram.sendto(b"x", (SERVER, 53))
        return "sent"
    before = counter("refused_out")
    as_user("kiosk-connect", shout)
    check("datagrams do not get out and are counted", counter("refused_out") > before)

    # A server that calls back hears nothing; it is counted.
    before = counter("refused_in")
    listener = socket.create_server(("10.99.0.1", 4000))
    caller = subprocess.Popen(["ip", "netns", "exec", "servers", sys.executable, "-c",
                               "import socket; socket.create_connection(('10.99.0.1', 4000), timeout=60)"],
                              stderr=subprocess.DEVNULL)
    end = time.monotonic() + LIMIT
    while counter("refused_in") == before and time.monotonic() < end:
        time.sleep(0.05)
    listener.setblocking(False)
    try:
        listener.accept()
        heard = True
    except BlockingIOError:
        heard = False
    check("a server cannot call the terminal", counter("refused_in") > before and not heard)
    caller.kill()
    server.kill()
    print(f"1..{n_checks}")
    return 1 if n_failed else 0


sys.exit(main())
