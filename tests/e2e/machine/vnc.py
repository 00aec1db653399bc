# SPDX-License-Identifier: GPL-3.0-or-later
"""A monitor that is plugged in: the smallest client of QEMU's VNC server (RFC 6143).

QEMU shows a second output of its graphics card to the guest as soon as somebody who looks at it asks for a
size (ExtendedDesktopSize, community extension of RFB, message 251).
"""

import socket
import struct

EXTENDED_DESKTOP_SIZE = -308
RAW = 0


def _receive(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise OSError("VNC server is gone")
        data += part
    return data


class Monitor:
    """Plugged in until closed."""

    def __init__(self, path, width, height):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.socket.settimeout(60)
        self.socket.sendall(_receive(self.socket, 12))
        _receive(self.socket, _receive(self.socket, 1)[0])
        self.socket.sendall(b"\1")  # no authentication
        if _receive(self.socket, 4) != b"\0\0\0\0":
            raise OSError("VNC server refuses")
        self.socket.sendall(b"\1")  # shared
        head = _receive(self.socket, 24)
        _receive(self.socket, struct.unpack(">I", head[20:])[0])
        self.socket.sendall(struct.pack(">BxHii", 2, 2, RAW, EXTENDED_DESKTOP_SIZE))
        screen = struct.pack(">IHHHHI", 0, 0, 0, width, height, 0)
        self.socket.sendall(struct.pack(">BxHHBx", 251, width, height, 1) + screen)

    def close(self):
        self.socket.close()
