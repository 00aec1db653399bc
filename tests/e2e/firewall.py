#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets through kiosk/data/firewall.nft? Real packets between several hosts, as each user.

Run inside a world: kiosk/demo/world.sh -- /mnt/repo/tests/e2e/firewall.py. Prints TAP. The elements are put in by
hand, as kioskd would; that kioskd does is tested in tests/daemon.
"""

import errno
import json
import os
import pwd
import select
import socket
import struct
import subprocess
import sys

PATIENCE = 30  # seconds until a wait for the kernel is given up
USERS = ("root", "kiosk", "kiosk-connect", "kiosk-rdp", "nobody", "kiosk-log", "_chrony")
HOSTS = {"server": 11, "other": 12, "collector": 13, "clock": 14, "attacker": 15}
PORTS = (53, 80, 123, 514, 3389, 4460)
V4, V6 = socket.AF_INET, socket.AF_INET6
n_checks = 0
n_failed = 0
children = []


def check(name, passed, detail=""):
    global n_checks, n_failed
    n_checks += 1
    n_failed += not passed
    print(f"{'ok' if passed else 'not ok'} {n_checks} {name}" + (f" # {detail}" if detail != "" else ""), flush=True)


def run(command):
    return subprocess.run(["/bin/bash", "-ec", command], check=True, capture_output=True, text=True).stdout


def address(host, family=V4):
    return f"10.99.0.{HOSTS[host]}" if family == V4 else f"fd99::{HOSTS[host]}"


# ---- The firewall ----

def element(verb, name, key, timeout=""):
    run(f"nft {verb} element inet kiosk {name} '{{ {key} {timeout} }}'")


def allow(host, port=3389, family=V4):
    element("add", "sessions" if family == V4 else "sessions6", f"{address(host, family)} . {port}", "timeout 60s")


def forbid(host, port=3389, family=V4):
    element("delete", "sessions" if family == V4 else "sessions6", f"{address(host, family)} . {port}")


def serve_user(user, protocol, host, port):
    uid = pwd.getpwnam(user).pw_uid
    for family, six in ((V4, ""), (V6, "6")):
        element("add", f"services{six}", f"{uid} . {protocol} . {address(host, family)} . {port}")
        element("add", f"answers{six}", f"{protocol} . {address(host, family)} . {port}")


def counter(name):
    for item in json.loads(run(f"nft -j list counter inet kiosk {name}"))["nftables"]:
        if "counter" in item:
            return item["counter"]["packets"]


def tries(name):
    """{(parts of the key): packets} of a set that counts what was refused."""
    for item in json.loads(run(f"nft -p -j list set inet kiosk {name}"))["nftables"]:
        if "set" in item:
            return {tuple(e["elem"]["val"]["concat"]): e["elem"]["counter"]["packets"]
                    for e in item["set"].get("elem", [])}


def reload():
    run("nft -f /mnt/repo/kiosk/data/firewall.nft; for s in lines session_lines service_lines; do "
        "nft add element inet kiosk $s '{ terminal0 }'; done")


# ---- Hosts ----

HOST = r"""
import socket, sys, threading
def echo(c):
  try:
    while (b := c.recv(100)): c.sendall(b)
  except OSError: pass
def tcp(s):
  while True: threading.Thread(target=echo, args=(s.accept()[0],), daemon=True).start()
def udp(s):
  while True:
    b, a = s.recvfrom(100)
    s.sendto(b, a)
for port in map(int, sys.argv[1:]):
  s = socket.create_server(('::', port), family=socket.AF_INET6, dualstack_ipv6=True)
  threading.Thread(target=tcp, args=(s,), daemon=True).start()
  s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
  s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
  s.bind(('::', port))
  threading.Thread(target=udp, args=(s,), daemon=True).start()
print('ready', flush=True)
threading.Event().wait()
"""


def start_host(name):
    child = subprocess.Popen(["ip", "netns", "exec", name, sys.executable, "-c", HOST, *map(str, PORTS)],
                             stdout=subprocess.PIPE)
    child.stdout.readline()
    children.append(child)


def make_hosts():
    """Every host a machine of its own, all on one line with the terminal; one more on another line."""
    for user in ("kiosk-log", "_chrony"):
        run(f"id {user} >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin {user}")
    # sysctls of the terminal's network: asking with ICMP is allowed to everybody, so the firewall must refuse it.
    run("echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range")
    run("ip -n servers link add line type bridge; ip -n servers address flush dev servers0; "
        "ip -n servers link set servers0 master line; ip -n servers link set line up; "
        "ip address add fd99::1/64 dev terminal0 nodad")
    for name, number in HOSTS.items():
        run(f"ip netns add {name}; ip -n servers link add to-{name} type veth peer name eth0 netns {name}; "
            f"ip -n servers link set to-{name} master line up; ip -n {name} link set lo up; "
            f"ip -n {name} address add 10.99.0.{number}/24 dev eth0; "
            f"ip -n {name} address add fd99::{number}/64 dev eth0 nodad; ip -n {name} link set eth0 up")
        start_host(name)
    run("ip netns add stranger; ip link add strange0 type veth peer name eth0 netns stranger; "
        "ip address add 10.98.0.1/24 dev strange0; ip link set strange0 up; ip -n stranger link set lo up; "
        "ip -n stranger address add 10.98.0.2/24 dev eth0; ip -n stranger link set eth0 up; "
        "ip -n stranger route add default via 10.98.0.1; ip -n server route add 10.98.0.0/24 via 10.99.0.1")
    start_host("stranger")


# ---- Tries ----

def as_user(user, act):
    """Runs act() in a child as that user; its return value comes back as JSON."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            entry = pwd.getpwnam(user)
            os.setgroups([])
            os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
            os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)
            answer = act()
        except OSError as error:
            answer = errno.errorcode.get(error.errno, str(error))
        with os.fdopen(writer, "w") as pipe:
            json.dump(answer, pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = json.load(pipe)
    os.waitpid(pid, 0)
    return answer


def error_name(act):
    try:
        return act()
    except TimeoutError:
        return "ETIMEDOUT"
    except OSError as error:
        return errno.errorcode[error.errno]


def connect(where, port):
    def act():
        with socket.create_connection((where, port), timeout=PATIENCE) as connection:
            connection.sendall(b"hello")
            return "through" if connection.recv(100) == b"hello" else "closed"
    return error_name(act)


def send(where, port, family):
    def act():
        with socket.socket(family, socket.SOCK_DGRAM) as datagram:
            datagram.settimeout(PATIENCE)
            datagram.connect((where, port))
            datagram.send(b"hello")
            return "through" if datagram.recv(100) == b"hello" else "other"
    return error_name(act)


def ping_all(family):
    """The hosts that answer. A refusal of ICMPv6 is not told to who asks, hence a wait, one for all."""
    protocol = socket.IPPROTO_ICMP if family == V4 else socket.IPPROTO_ICMPV6
    sockets = {}
    for host in HOSTS:
        sockets[host] = socket.socket(family, socket.SOCK_DGRAM, protocol)
        try:
            sockets[host].sendto(struct.pack("!BBHHH", 8 if family == V4 else 128, 0, 0, 1, 1), (address(host, family), 0))
        except PermissionError:
            pass
    readable, _, _ = select.select(list(sockets.values()), [], [], 0.3)
    return [host for host, asked in sockets.items() if asked in readable]


def try_everything(family):
    """What one user gets: {(kind, host, port)} that came through, and the answers to all others."""
    through, refusals = [], set()
    for host in HOSTS:
        where = address(host, family)
        for kind, port, act in ([("tcp", port, lambda p, w=where: connect(w, p)) for port in PORTS]
                                + [("udp", port, lambda p, w=where: send(w, p, family)) for port in PORTS]):
            answer = act(port)
            if answer == "through":
                through.append([kind, host, port])
            else:
                refusals.add((kind, answer))
    through += [["icmp", host, 0] for host in ping_all(family)]
    return [sorted(through), sorted(refusals)]


def check_users(title, allowed):
    """@allowed: {user: [(kind, host, port)]}, the same for both families."""
    for family, name in ((V4, "IPv4"), (V6, "IPv6")):
        for user in USERS:
            through, refusals = as_user(user, lambda f=family: try_everything(f))
            wanted = sorted(map(list, allowed.get(user, [])))
            check(f"{title}: {name}, {user} gets {len(wanted)} ways and no other", through == wanted, through)
            # Our own programs learn at once.
            at_once = {("tcp", "ECONNREFUSED"), ("udp", "EPERM")}
            check(f"{title}: {name}, {user} learns of each refusal at once",
                  {tuple(r) for r in refusals} <= at_once, refusals)


# ---- Cases ----

def hand_on_and_talk():
    """A socket of kiosk-connect in the hands of somebody else: what kiosk-rdp gets."""
    mine, theirs = socket.socketpair()

    def act():
        with socket.create_connection((address("server"), 3389)) as connection:
            socket.send_fds(theirs, [b"x"], [connection.fileno()])
        return "sent"
    if as_user("kiosk-connect", act) != "sent":
        return "not connected"
    with socket.socket(fileno=socket.recv_fds(mine, 1, 1)[1][0]) as connection:
        connection.sendall(b"hello")
        return connection.recv(100).decode()


def cut_while_connected(family):
    """Removes the element below a running connection: the next packet must not get out, nor the next in."""
    ready_reader, ready_writer = os.pipe()
    go_reader, go_writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        def act():
            connection = socket.create_connection((address("server", family), 3389), timeout=PATIENCE)
            connection.sendall(b"before")
            os.write(ready_writer, connection.recv(100))
            os.read(go_reader, 1)
            connection.sendall(b"after")
            return connection.recv(100).decode() or "closed"
        os.write(ready_writer, as_user("kiosk-connect", act).encode())
        os._exit(0)
    before = os.read(ready_reader, 100).decode()
    forbid("server", family=family)
    os.write(go_writer, b"x")
    after = os.read(ready_reader, 100).decode()
    os.waitpid(pid, 0)
    return before, after


def call_in(host, code):
    subprocess.run(["ip", "netns", "exec", host, sys.executable, "-c", "import socket\n" + code],
                   stderr=subprocess.DEVNULL, check=False, timeout=PATIENCE * 2)


def check_incoming():
    """Whoever calls the terminal hears nothing, also from the port of a running session."""
    listeners = []
    for family, any_address in ((V4, "0.0.0.0"), (V6, "::")):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            listener = socket.socket(family, kind)
            if family == V6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind((any_address, 4000))
            if kind == socket.SOCK_STREAM:
                listener.listen()
            listener.setblocking(False)
            listeners.append(listener)
    before = counter("refused_in")
    for host, port in (("attacker", 0), ("server", 3390), ("collector", 515)):
        # The port of the session itself is the echo server's; another socket may share it.
        call_in(host, f"""
for family, where in ((socket.AF_INET, '10.99.0.1'), (socket.AF_INET6, 'fd99::1')):
  for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    s = socket.socket(family, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind(('', {port}))
    s.settimeout(0.3)
    try:
      s.connect((where, 4000))
      s.send(b'x')
    except OSError: pass
""")
    call_in("attacker", "s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1); "
                        "s.sendto(b'\\x08\\0\\xf7\\xff\\0\\0\\0\\0', ('10.99.0.1', 0))")
    heard = 0
    for listener in listeners:
        try:
            listener.accept() if listener.type == socket.SOCK_STREAM else listener.recv(10)
            heard += 1
        except BlockingIOError:
            pass
        listener.close()
    # Each TCP caller has tried at least once, each datagram once, and the ping.
    refused = counter("refused_in") - before
    check("nobody can call the terminal", heard == 0 and refused >= 13, f"{refused} packets refused")
    known = tries("tries_in")
    check("callers are counted by address and port",
          all((p, address(h), 4000) in known for p in (6, 17) for h in ("attacker", "server", "collector")))
    check("pings too", (1, address("attacker")) in tries("tries_in_other"))
    total = counter("refused_in")
    parts = sum(sum(tries(f"tries_in{s}").values()) for s in ("", "6", "_other", "_other6"))
    check("the parts are the whole of what came in", parts == total, f"{parts} of {total}")


def check_spoofed_answers():
    """From the session's own address and port, but not as an answer: a connection that the terminal did not begin."""
    run("ip netns exec server ip link set lo up")
    allow("server", 2222)
    listener = socket.create_server(("10.99.0.1", 4001))
    listener.setblocking(False)
    call_in("server", "s = socket.socket(); s.bind(('', 2222)); s.settimeout(0.5); s.connect(('10.99.0.1', 4001))")
    try:
        listener.accept()
        heard = True
    except BlockingIOError:
        heard = False
    listener.close()
    forbid("server", 2222)
    check("a server of a running session cannot call either, not from that very port", not heard)


def check_other_line():
    """An interface that is not one of the lines is as good as none, also for what is open."""
    element("add", "sessions", "10.98.0.2 . 3389", "timeout 60s")
    uid = pwd.getpwnam("kiosk-log").pw_uid
    element("add", "services", f"{uid} . 6 . 10.98.0.2 . 514")
    check("another interface: no session", as_user("kiosk-connect", lambda: connect("10.98.0.2", 3389)) == "ECONNREFUSED")
    check("another interface: no service", as_user("kiosk-log", lambda: connect("10.98.0.2", 514)) == "ECONNREFUSED")
    run("echo 1 > /proc/sys/net/ipv4/ip_forward")
    before = counter("refused_forward")
    for command in ("s = socket.socket(); s.settimeout(0.5); s.connect(('10.99.0.11', 3389)); print('through')",
                    "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(0.5); "
                    "s.connect(('10.99.0.11', 53)); s.send(b'x'); s.recv(10); print('through')"):
        done = subprocess.run(["ip", "netns", "exec", "stranger", sys.executable, "-c", "import socket; " + command],
                              capture_output=True, text=True, check=False)
        check("nothing is forwarded", done.stdout == "" and counter("refused_forward") > before)
        before = counter("refused_forward")
    run("echo 0 > /proc/sys/net/ipv4/ip_forward")
    element("delete", "sessions", "10.98.0.2 . 3389")
    element("delete", "services", f"{uid} . 6 . 10.98.0.2 . 514")


def check_tunnel():
    """A tunnel of the kernel's: not WireGuard, which is not in every kernel, but for the firewall the same - UDP
    that the kernel sends to one address and port, with the session's packets inside."""
    options = "type vxlan id 7 dstport 51820 srcport 51820 51821 noudpcsum"
    run(f"ip link add wg0 {options} remote {address('other')} local 10.99.0.1 dev terminal0; "
        "ip address add 10.97.0.1/24 dev wg0; ip link set wg0 up; "
        f"ip -n other link add wg0 {options} remote 10.99.0.1 local {address('other')} dev eth0; "
        "ip -n other address add 10.97.0.2/24 dev wg0; ip -n other link set wg0 up")
    reload()
    element("delete", "session_lines", "terminal0")
    element("add", "session_lines", "wg0")
    element("add", "service_lines", "wg0")
    element("add", "sessions", "10.97.0.2 . 3389", "timeout 60s")
    allow("server")
    check("tunnel: without its peer in the set nothing gets into it",
          as_user("kiosk-connect", lambda: quickly("10.97.0.2")) == "ETIMEDOUT")
    element("add", "tunnel", f"{address('other')} . 51820")
    run("ip neigh flush dev wg0")  # it has just been found that nobody is there
    check("tunnel: sessions go through it", as_user("kiosk-connect", lambda: connect("10.97.0.2", 3389)) == "through")
    check("tunnel: no session beside it",
          as_user("kiosk-connect", lambda: connect(address("server"), 3389)) == "ECONNREFUSED")
    for user in USERS:
        if user != "kiosk-connect":
            check(f"tunnel: {user} does not get into it",
                  as_user(user, lambda: connect("10.97.0.2", 3389)) == "ECONNREFUSED")
            check(f"tunnel: nor to its other end, {user}",
                  as_user(user, lambda: send(address("other"), 51820, V4)) == "EPERM")
    run("ip link set wg0 down")
    check("tunnel down: no session beside it",
          as_user("kiosk-connect", lambda: connect("10.97.0.2", 3389)) in ("ECONNREFUSED", "ENETUNREACH"))
    run("ip link delete wg0; ip -n other link delete wg0")


def quickly(where):
    """The answer to a connection for which nobody says no."""
    try:
        with socket.create_connection((where, 3389), timeout=2):
            return "through"
    except TimeoutError:
        return "ETIMEDOUT"


def check_counts():
    """Every refused packet is in the total, and by sender and destination as far as there is room."""
    reload()
    for port in range(1000, 1010):
        as_user("nobody", lambda p=port: send(address("server"), p, V4))
    uid = pwd.getpwnam("nobody").pw_uid
    known = tries("tries_out")
    check("who tried what is counted: uid, protocol, address, port",
          all(known.get((uid, 17, address("server"), port)) == 1 for port in range(1000, 1010)))

    def flood():
        for port in range(2000, 2400):
            with socket.socket(V4, socket.SOCK_DGRAM) as datagram:
                try:
                    datagram.sendto(b"x", (address("server"), port))
                except PermissionError:
                    pass
        return "done"
    as_user("nobody", flood)
    total, parts = counter("refused_out"), len(tries("tries_out"))
    check("400 more than there is room for are all in the total", total >= 410 and parts <= 256, f"{total}, {parts} known")


def check_load():
    """Loaded anew at any time, also over somebody else's tables; all of them go."""
    run("nft 'add table netdev evil; add table ip nat; add table bridge b; add table arp a; add table inet kiosk2'")
    reload()
    check("loading takes every other table away",
          [line for line in run("nft list tables").splitlines()] == ["table inet kiosk"])
    before = run("nft -s list ruleset")
    broken = subprocess.run(["nft", "-f", "-"], input="flush ruleset\ntable inet kiosk { chain output { broken } }",
                            capture_output=True, text=True, check=False)
    check("a load that fails changes nothing", broken.returncode != 0 and run("nft -s list ruleset") == before)


def check_control():
    """What the tries are worth: without a firewall everybody gets everything."""
    rules = run("nft list ruleset")
    run("nft flush ruleset")
    everything = sorted([[kind, host, port] for host in HOSTS for kind in ("tcp", "udp") for port in PORTS]
                        + [["icmp", host, 0] for host in HOSTS])
    for family, name in ((V4, "IPv4"), (V6, "IPv6")):
        through, _ = as_user("nobody", lambda f=family: try_everything(f))
        check(f"without a firewall nobody gets all {len(everything)} ways, {name}", sorted(through) == everything)
    subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)


def main():
    make_hosts()
    check_control()
    check_users("as loaded at boot", {})
    check_load()
    check_users("lines, nothing else", {})

    serve_user("kiosk-log", 6, "collector", 514)
    serve_user("_chrony", 17, "clock", 123)
    serve_user("_chrony", 6, "clock", 4460)
    services = {"kiosk-log": [("tcp", "collector", 514)],
                "_chrony": [("tcp", "clock", 4460), ("udp", "clock", 123)]}
    check_users("services", services)
    for family in (V4, V6):
        allow("server", family=family)
    check_users("services and a session", {**services, "kiosk-connect": [("tcp", "server", 3389)]})
    answer = hand_on_and_talk()
    check("a socket of kiosk-connect works when it is handed on", answer == "hello", answer)
    check_incoming()
    check_spoofed_answers()
    check_other_line()
    for family in (V4, V6):
        before, after = cut_while_connected(family)
        check("a connection runs while its element stands", before == "before", before)
        check("and ends with the next packet when it is gone", after.strip('"') in ("ECONNRESET", "closed"), after)
    check_users("after the session", services)
    check_tunnel()
    check_counts()
    # When there is no firewall at all: kiosk-links-down.service.
    run("ip netns exec stranger /usr/libexec/maintenance-kiosk/kiosk-links-down")
    up = run("ip -n stranger -o link show up")
    check("kiosk-links-down leaves nothing up but the loopback", " lo: " in up and len(up.splitlines()) == 1, up.strip()[:60])
    for child in children:
        child.kill()
    print(f"1..{n_checks}")
    return 1 if n_failed else 0


sys.exit(main())
