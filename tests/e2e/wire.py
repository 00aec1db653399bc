#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wire.py INTERFACE SENDER - writes when TLS records come from the address SENDER, and how large they are: "TIME BYTES" a
line, TIME in microseconds of CLOCK_REALTIME, taken by the kernel (SO_TIMESTAMPNS, socket(7)) when the packet came in,
BYTES with the record's header (RFC 8446, 5.1). For lock-storm.py, in the network of the servers: one sender, one server, a
line that loses nothing."""

import socket
import struct
import sys

SO_TIMESTAMPNS = 35  # asm-generic/socket.h
ETH_P_IP = 0x0800

interface, sender = sys.argv[1], socket.inet_aton(sys.argv[2])
packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
packets.bind((interface, ETH_P_IP))
packets.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
print("ready", flush=True)
streams = {}  # by ports: what is left of the next record of this connection
while True:
    data, ancillary, _, address = packets.recvmsg(65536, 64)
    if data[12:16] != sender or data[9] != socket.IPPROTO_TCP or address[2] == socket.PACKET_OUTGOING:
        continue
    header = (data[0] & 15) * 4
    ports = data[header:header + 4]
    payload = data[header + (data[header + 12] >> 4) * 4:struct.unpack("!H", data[2:4])[0]]
    rest = streams.get(ports, b"") + payload
    seconds, nanoseconds = struct.unpack("@qq", ancillary[0][2])
    while len(rest) >= 5:
        size = 5 + struct.unpack("!H", rest[3:5])[0]
        if rest[0] != 23:  # not application data, or not TLS yet
            rest = b""
        if len(rest) < size:
            break
        print(seconds * 1000000 + nanoseconds // 1000, size, flush=True)
        rest = rest[size:]
    streams[ports] = rest
