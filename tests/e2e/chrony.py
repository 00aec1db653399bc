#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the time comes from: the real chronyd with the configuration that kioskctl makes of a policy, against time
sources in the world of kiosk/demo/world.sh. Their clocks are that of this machine, and nobody sets it (chronyd -x).

Run inside it: kiosk/demo/world.sh -- /mnt/repo/tests/e2e/chrony.py. Prints TAP.
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
PLAIN, KEYED, PROVED = "10.99.0.11", "10.99.0.12", "10.99.0.13"
NAME, OTHER_NAME = "time.example", "other.example"
POLICY = "/etc/maintenance-kiosk"
HEAD = ("[policy]\nformat=1\n[terminal]\nid=t-01\nsite[ja]=市\nsite[en]=City\n"
        "[role engineer]\npersons=a\n[person a]\nname[ja]=a\nname[en]=a\n")
WORK = "/tmp/chrony"
KEY = "7 SHA256 HEX:000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n"
WRONG_KEY = KEY.replace("0001", "FF01")

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


def put(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    if not path.startswith("/proc/"):
        os.chmod(path, mode)


def find_chronyd():
    """Installed in the builder tree, unpacked beside the build elsewhere (kiosk/demo/setup.sh)."""
    for path in ("/usr/sbin/chronyd", "/mnt/build/packages/chrony/usr/sbin/chronyd"):
        if os.path.exists(path):
            return path
    sys.exit("no chronyd: kiosk/demo/setup.sh")


CHRONYD = find_chronyd()


class Process:
    """A chronyd with its log."""

    def __init__(self, name, prefix, configuration, *options):
        self.log = f"{WORK}/{name}.log"
        with open(self.log, "w", encoding="utf-8") as log:
            self.child = subprocess.Popen([*prefix, CHRONYD, "-d", "-x", *options, "-f", configuration],
                                          stdout=log, stderr=log)

    def read(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def wait(self, *words):
        """The first of these that stands in the log; None when none came."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            text = self.read()
            for word in words:
                if word in text:
                    return word
            if self.child.poll() is not None:
                return None
            time.sleep(0.1)
        return None

    def stop(self):
        self.child.terminate()
        self.child.wait()


def make_certificates():
    """An authority, a certificate with a name and one with an address, and an authority that nobody asked for."""
    for authority in ("authority", "stranger"):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={authority}", "-keyout", f"{WORK}/{authority}.key", "-out", f"{WORK}/{authority}.pem")
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={NAME}",
        "-keyout", f"{WORK}/source.key", "-out", f"{WORK}/source.csr")
    put(f"{WORK}/source.ext", f"subjectAltName=DNS:{NAME}\n")
    run("openssl", "x509", "-req", "-days", "2", "-in", f"{WORK}/source.csr", "-CA", f"{WORK}/authority.pem",
        "-CAkey", f"{WORK}/authority.key", "-CAcreateserial", "-extfile", f"{WORK}/source.ext",
        "-out", f"{WORK}/source.pem")
    for authority in ("authority", "stranger"):
        shutil.copy(f"{WORK}/{authority}.pem", f"{POLICY}/{authority}.pem")


def start_sources():
    sources = []
    for name, address, more in (("plain", PLAIN, ""), ("keyed", KEYED, f"keyfile {WORK}/source.keys\n"),
                                ("proved", PROVED, f"ntsservercert {WORK}/source.pem\nntsserverkey {WORK}/source.key\n")):
        put(f"{WORK}/{name}.conf", f"local stratum 3\nallow\nbindaddress {address}\ncmdport 0\nbindcmdaddress /\n"
                                   f"pidfile {WORK}/{name}.pid\nuser root\n{more}")
        source = Process(name, ("ip", "netns", "exec", "servers"), f"{WORK}/{name}.conf")
        source.wait("starting")
        sources.append(source)
    return sources


def wait_listening():
    """Until the sources have their sockets: NTS comes last."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        text = run("ip", "netns", "exec", "servers", "ss", "-Hlntu")
        if f"{PROVED}:4460" in text and all(f"{address}:123" in text for address in (PLAIN, KEYED, PROVED)):
            return
        time.sleep(0.05)
    sys.exit("the time sources do not listen")


# What kioskd would let out for chrony.
def let_out(address):
    for protocol, port in (("udp", 123), ("tcp", 4460)):
        run("nft", "insert", "rule", "inet", "kiosk", "output", "meta", "skuid", "_chrony", "ip", "daddr", address,
            protocol, "dport", str(port), "accept")
        run("nft", "insert", "rule", "inet", "kiosk", "input", "ct", "state", "established", "ip", "saddr", address,
            protocol, "sport", str(port), "accept")


def refused():
    """Who was refused where to. The kernel's own last packets of a connection that was closed have no sender any more, and
    are not in these sets."""
    found = []
    for name in ("tries_out", "tries_out6", "tries_out_other", "tries_out_other6"):
        for item in json.loads(run("nft", "-j", "list", "set", "inet", "kiosk", name))["nftables"]:
            found += [str(element["elem"]["val"]) for element in item.get("set", {}).get("elem", [])]
    return sorted(found)


class Capture:
    """What arrives at the sources' end of the line."""

    def __init__(self):
        code = ("import socket, sys\n"
                "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind(('servers0', 0))\n"
                "print('ready', flush=True)\n"
                "while True:\n"
                "  data, where = s.recvfrom(2000)\n"
                "  if where[2] != 4: print(data[:64].hex(), flush=True)\n")
        self.child = subprocess.Popen(["ip", "netns", "exec", "servers", sys.executable, "-c", code],
                                      stdout=subprocess.PIPE, text=True)
        self.child.stdout.readline()

    def stop(self):
        """{(protocol, destination, port)} of all that is not address resolution."""
        self.child.terminate()
        found = set()
        for line in self.child.stdout.read().splitlines():
            frame = bytes.fromhex(line)
            kind = struct.unpack_from("!H", frame, 12)[0]
            if kind == 0x0806:
                continue
            if kind != 0x0800:
                found.add((hex(kind), "", 0))
                continue
            head = 14 + (frame[14] & 15) * 4
            found.add((frame[23], socket.inet_ntoa(frame[30:34]), struct.unpack_from("!H", frame, head + 2)[0]))
        return found


def configure(*sections, keys=KEY):
    """Policy in, the terminal's files out, as kiosk/image/make-image.sh makes them."""
    put(f"{POLICY}/policy.conf", HEAD + "".join(sections))
    put(f"{POLICY}/chrony.conf", run("kioskctl", "policy", "chrony"))
    put(f"{POLICY}/time.keys", keys, 0o640)
    shutil.chown(f"{POLICY}/time.keys", "root", "_chrony")
    put("/etc/hosts", "127.0.0.1 localhost\n" + run("kioskctl", "policy", "chrony", "--hosts"))


def start_clock(name):
    """As kiosk-time.service does."""
    for folder in ("/run/chrony", "/var/lib/chrony"):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder, 0o750)
        shutil.chown(folder, "_chrony", "_chrony")
    return Process(name, ("setpriv", "--reuid", "_chrony", "--regid", "_chrony", "--clear-groups", "--bounding-set", "-all",
                          "--inh-caps", "-all", "--no-new-privs"),
                   f"{POLICY}/chrony.conf", "-U", "-F", "1")


def section(name, address, *more):
    return f"[time {name}]\naddress={address}\n" + "".join(line + "\n" for line in more)


def nts(name, authority="authority"):
    return (f"nts={name}", f"certificate-authority={POLICY}/{authority}.pem")


def test_reached():
    """(what, section, source, what may leave)"""
    for what, text, source, allowed in (
            ("a source", section("a", PLAIN), PLAIN, {(17, PLAIN, 123)}),
            ("a source with a key", section("a", KEYED, "key=7"), KEYED, {(17, KEYED, 123)}),
            ("a source with NTS", section("a", PROVED, *nts(NAME)), PROVED, {(17, PROVED, 123), (6, PROVED, 4460)})):
        configure(text)
        capture, before = Capture(), refused()
        clock = start_clock("clock")
        check(f"{what} is reached as _chrony", clock.wait("Selected source " + source) is not None, clock.read())
        sockets = run("ss", "-Hlnup") + run("ss", "-Hlntp")
        check(f"{what}: nobody can ask the terminal", "chronyd" not in sockets, sockets)
        clock.stop()
        left = capture.stop()
        check(f"{what}: nothing else left", left == allowed, left)
        check(f"{what}: nothing else was tried, no name was asked for", refused() == before, refused())


def test_refused():
    """Sources that do not prove what they are."""
    for what, text in (("another name", section("a", PROVED, *nts(OTHER_NAME))),
                       ("another authority", section("a", PROVED, *nts(NAME, "stranger")))):
        configure(text)
        clock = start_clock("refused")
        found = clock.wait("TLS handshake with", "Selected source")
        check(f"{what}: refused", found == "TLS handshake with", clock.read())
        clock.stop()
    # A wrong key leaves no line in the log: the source is asked more often than a good one, and never taken.
    configure(section("a", KEYED, "key=7"), keys=WRONG_KEY)
    capture = Capture()
    clock = start_clock("refused")
    questions = [capture.child.stdout.readline() for _ in range(8)]
    check("another key: refused", all(questions) and "Selected source" not in clock.read(), clock.read())
    clock.stop()
    capture.stop()


def test_address_is_a_name():
    """Why a source with NTS is given to chronyd by its name: with the address it would look for that in the certificate."""
    configure(section("a", PROVED, *nts(NAME)))
    with open(f"{POLICY}/chrony.conf", encoding="utf-8") as file:
        text = file.read()
    put(f"{POLICY}/chrony.conf", text.replace(f"server {NAME}", f"server {PROVED}"))
    clock = start_clock("address")
    found = clock.wait("TLS handshake with", "Selected source")
    check("with NTS, chronyd takes an address for the name to be proved", found == "TLS handshake with", clock.read())
    clock.stop()


def test_others():
    """The hole is chrony's alone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        try:
            datagram.sendto(b"\x23" + bytes(47), (PLAIN, 123))
            sent = True
        except PermissionError:
            sent = False
    check("root cannot ask a source", not sent)


def test_none():
    put(f"{POLICY}/policy.conf", HEAD)
    check("without a source there is no configuration", run("kioskctl", "policy", "chrony") == "")
    put(f"{POLICY}/policy.conf", HEAD + section("a", PLAIN) + section("b", PLAIN))
    done = subprocess.run(["kioskctl", "policy", "chrony"], capture_output=True, text=True, check=False)
    check("what chronyd would not take is told when the image is made",
          (done.returncode, done.stdout) == (1, "") and "same address" in done.stderr, done)


def main():
    os.makedirs(WORK)
    os.chmod(WORK, 0o755)
    os.makedirs(POLICY, exist_ok=True)
    shutil.copy("/mnt/repo/kiosk/image/definition/overlay/etc/nsswitch.conf", "/etc/nsswitch.conf")
    put(f"{WORK}/source.keys", KEY)
    # The kernel's own packets of IPv6 would be counted with those of chronyd.
    put("/proc/sys/net/ipv6/conf/terminal0/disable_ipv6", "1")
    run("ip", "netns", "exec", "servers", "sysctl", "-q", "net.ipv6.conf.servers0.disable_ipv6=1")
    make_certificates()
    sources = start_sources()
    wait_listening()
    for address in (PLAIN, KEYED, PROVED):
        let_out(address)
    test_reached()
    test_refused()
    test_address_is_a_name()
    test_others()
    test_none()
    for source in sources:
        source.stop()
    print(f"1..{n_checks}")
    return 1 if n_failed else 0


sys.exit(main())
