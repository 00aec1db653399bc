# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire between the terminal and its world, in a network namespace of its own.

    wire0  the wire (a tap device; QEMU is its other end, the terminal has 10.99.0.1)
      10.99.0.11  jumin-ap01, a real server
      10.99.0.12  kokuho-ap01, a real server with another certificate than the policy has
      10.99.0.14  bunsho-db01, which answers nothing at its port 3389
      10.99.0.15  backup-bk01, a listener; the server of somebody else
  10.99.0.16  the collector of logs, where a case starts it
      10.99.0.99  another machine, which listens on everything that a program might try
      fd99::99    the same

Whatever the terminal sends is kept: what never left is proved by what is not there.
"""

import socket
import struct
import subprocess
import sys
import time
from collections import namedtuple

SPACE = "servers"  # the name that kiosk/demo/desktops.sh uses
TERMINAL = "10.99.0.1"
SERVER, OTHER_SERVER, TIME, SILENT, FORBIDDEN, COLLECTOR, STRANGER = (f"10.99.0.{n}" for n in (11, 12, 13, 14, 15, 16, 99))
STRANGER6 = "fd99::99"
TCP_PORTS, UDP_PORTS = (25, 53, 80, 443, 3389), (53, 123)
MAC = bytes.fromhex("525400990001")

Packet = namedtuple("Packet", "protocol destination port flags")


def run(*words):
    subprocess.run(words, check=True)


def in_space(*words):
    return ["ip", "netns", "exec", SPACE, *words]


def make():
    run("ip", "netns", "add", SPACE)
    run(*in_space("ip", "link", "set", "lo", "up"))
    run(*in_space("ip", "tuntap", "add", "wire0", "mode", "tap"))
    for address in (SERVER, OTHER_SERVER, TIME, SILENT, FORBIDDEN, COLLECTOR, STRANGER):
        run(*in_space("ip", "address", "add", f"{address}/24", "dev", "wire0"))
    run(*in_space("ip", "address", "add", f"{STRANGER6}/64", "dev", "wire0", "nodad"))
    run(*in_space("ip", "link", "set", "wire0", "up"))


def start_listeners():
    """Everything that could answer, on every machine but the real servers' own ports."""
    return subprocess.Popen(in_space(sys.executable, "-B", __file__), stdin=subprocess.DEVNULL)


def start_time_source(folder):
    """A real one, which believes its own clock and never sets it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "time-source.pid").unlink(missing_ok=True)
    configuration = folder / "time-source.conf"
    configuration.write_text(f"local stratum 3\nallow 10.99.0.0/24\nbindaddress {TIME}\ncmdport 0\nbindcmdaddress /\n"
                             f"pidfile {folder}/time-source.pid\nuser root\n", encoding="utf-8")
    with open(folder / "time-source.log", "wb") as log:
        return subprocess.Popen(in_space("chronyd", "-d", "-x", "-f", str(configuration)), stdin=subprocess.DEVNULL,
                                stdout=log, stderr=log)


def is_time(packet):
    return (packet.protocol, packet.destination, packet.port) == ("udp", TIME, 123)


def is_infrastructure(packet):
    """What the terminal's own programs may always send: questions to the time source, the log to the collector, questions for receipts."""
    return is_time(packet) or (packet.protocol, packet.destination) == ("tcp", COLLECTOR) and packet.port in (6514, 6515)


def connections(address):
    """Established TCP connections of the terminal to a server, as the server sees them."""
    done = subprocess.run(in_space("ss", "-Htn", "state", "established", "src", address, "dst", TERMINAL),
                          check=True, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1]


class Capture:
    """All that comes from the terminal's network card, by tcpdump."""

    def __init__(self, path):
        self.path = path
        self.process = subprocess.Popen(
            in_space("tcpdump", "-i", "wire0", "-n", "--immediate-mode", "-U", "-s", "96", "-Z", "root", "-w", str(path),
                     "ether", "src", "52:54:00:99:00:01"), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not path.exists() or path.stat().st_size < 24:
            time.sleep(0.05)

    def mark(self):
        time.sleep(0.3)  # what is on its way to the file
        return self.path.stat().st_size

    def since(self, mark):
        """The packets that the terminal sent since then, without its questions for addresses (ARP)."""
        time.sleep(0.3)
        data = self.path.read_bytes()[mark:]
        packets = []
        while len(data) >= 16:
            length = struct.unpack("<4I", data[:16])[2]
            if len(data) < 16 + length:
                break
            packet = parse(data[16:16 + length])
            if packet.protocol != "arp":
                packets.append(packet)
            data = data[16 + length:]
        return packets


def parse(frame):
    kind = struct.unpack(">H", frame[12:14])[0]
    if kind in (0x0806, 0x8035):  # the second (RARP) is QEMU's, which announces a machine that goes on from a saved state
        return Packet("arp", "", 0, 0)
    if kind == 0x0800:
        header = (frame[14] & 15) * 4
        protocol, destination, rest = frame[23], socket.inet_ntop(socket.AF_INET, frame[30:34]), frame[14 + header:]
    elif kind == 0x86dd:
        protocol, destination, rest = frame[20], socket.inet_ntop(socket.AF_INET6, frame[38:54]), frame[54:]
    else:
        return Packet(f"ethernet-{kind:04x}", frame[:6].hex(":"), 0, 0)
    name = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6"}.get(protocol, f"ip-{protocol}")
    port = struct.unpack(">H", rest[2:4])[0] if name in ("tcp", "udp") and len(rest) >= 4 else 0
    return Packet(name, destination, port, rest[13] if name == "tcp" and len(rest) > 13 else 0)


def fill_silent():
    """A listener whose queue is full: the kernel leaves everybody else without an answer."""
    listener = socket.create_server((SILENT, 3389), backlog=0)
    clients = [socket.socket() for _ in range(2)]
    for client in clients:
        client.setblocking(False)
        client.connect_ex((SILENT, 3389))
    return [listener, *clients]


def listen():
    """In the namespace: accepts everything, answers nothing."""
    keep = fill_silent()
    for address in (SERVER, OTHER_SERVER, FORBIDDEN, STRANGER, STRANGER6):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        for kind, ports in ((socket.SOCK_STREAM, TCP_PORTS), (socket.SOCK_DGRAM, UDP_PORTS)):
            for port in ports:
                if port == 3389 and address in (SERVER, OTHER_SERVER):
                    continue
                listener = socket.socket(family, kind)
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind((address, port))
                if kind == socket.SOCK_STREAM:
                    listener.listen(64)
                keep.append(listener)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    listen()
