# SPDX-License-Identifier: GPL-3.0-or-later
"""USB devices that never existed: any descriptors, by QEMU's usb-redir.

The far side of the usbredir protocol (version 0.6, usbredirproto.h of SPICE): QEMU connects to a socket and asks
what a device would be asked. Everything it asks is noted: a device that no driver was bound to is asked for its
descriptors and nothing else.
"""

import socket
import struct
import threading

# Types of packets.
HELLO, CONNECT, INTERFACES, ENDPOINTS = 0, 1, 4, 5
SET_CONFIGURATION, GET_CONFIGURATION, CONFIGURATION = 6, 7, 8
SET_ALTERNATE, GET_ALTERNATE, ALTERNATE = 9, 10, 11
START_INTERRUPT, STOP_INTERRUPT, INTERRUPT_STATUS = 15, 16, 17
CONTROL, BULK, INTERRUPT = 100, 101, 103
STALL = 4
# Capabilities: connect with device version, sizes in ENDPOINTS, identifiers of 64 bits, bulk lengths of 32 bits.
CAPABILITIES = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6

KEYBOARD_REPORT = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503910395067508150025"
    "650507190029658100c0")

# (class, subclass, protocol, [(endpoint address, type, size, interval)], class descriptor)
_HID = struct.pack("<BBHBBBH", 9, 0x21, 0x0111, 0, 1, 0x22, len(KEYBOARD_REPORT))
KEYBOARD = (3, 1, 1, [(0x81, 3, 8, 10)], _HID)
STORAGE = (8, 6, 0x50, [(0x82, 2, 64, 0), (0x03, 2, 64, 0)], b"")
NETWORK = (2, 6, 0, [(0x84, 3, 16, 32)], bytes.fromhex("05240010010524060001"))
PRINTER = (7, 1, 2, [(0x85, 2, 64, 0), (0x05, 2, 64, 0)], b"")
VENDOR = (0xff, 0, 0, [(0x86, 2, 64, 0), (0x06, 2, 64, 0)], b"")
CARD_READER = (0x0b, 0, 0, [(0x87, 2, 64, 0), (0x07, 2, 64, 0)], b"")
BLUETOOTH = (0xe0, 1, 1, [(0x81, 3, 16, 1), (0x82, 2, 64, 0), (0x02, 2, 64, 0)], b"")

MADE_UP = {
    "badusb": (0x046d, 0xc31c, [KEYBOARD, STORAGE]),
    "dock": (0x17ef, 0x3060, [KEYBOARD, NETWORK, PRINTER]),
    "vendor": (0x1234, 0x5678, [VENDOR]),
    "card-reader": (0x04e6, 0x5116, [CARD_READER]),
    "bluetooth": (0x0a12, 0x0001, [BLUETOOTH]),
}


class Device(threading.Thread):
    """Waits at a Unix socket for QEMU; ends with the connection."""

    def __init__(self, path, vendor, product, interfaces):
        super().__init__(daemon=True)
        self.vendor, self.product, self.interfaces = vendor, product, interfaces
        self.asked = []  # (request type, request, value)
        self.wide = self.sizes = False
        self.configuration = 0
        self.device_descriptor = struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x0200, 0, 0, 0, 64, vendor, product, 0x0100,
                                             1, 2, 3, 1)
        body = b"".join(self._interface(number, *interface) for number, interface in enumerate(interfaces))
        self.configuration_descriptor = struct.pack("<BBHBBBBB", 9, 2, 9 + len(body), len(interfaces), 1, 0, 0xa0,
                                                    50) + body
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(1)
        self.start()

    @staticmethod
    def _interface(number, kind, subclass, protocol, endpoints, extra):
        ends = b"".join(struct.pack("<BBBBHB", 7, 5, address, type_, size, interval)
                        for address, type_, size, interval in endpoints)
        return struct.pack("<9B", 9, 4, number, 0, len(endpoints), kind, subclass, protocol, 0) + extra + ends

    def was_used(self):
        """Whether anything but descriptors was asked for."""
        return any(request != 6 for _, request, _ in self.asked) or self.configuration != 0

    # ---- the wire ----

    def _receive(self, size):
        data = b""
        while len(data) < size:
            part = self.connection.recv(size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def _send(self, kind, identifier, data):
        self.connection.sendall(struct.pack("<IIQ" if self.wide else "<III", kind, len(data), identifier) + data)

    def run(self):
        self.connection, _ = self.listener.accept()
        try:
            self._send(HELLO, 0, b"maintenance-kiosk test".ljust(64, b"\0") + struct.pack("<I", CAPABILITIES))
            while True:
                layout = "<IIQ" if self.wide else "<III"
                kind, size, identifier = struct.unpack(layout, self._receive(struct.calcsize(layout)))
                self._answer(kind, identifier, self._receive(size))
        except (EOFError, OSError):
            self.connection.close()
            self.listener.close()

    # ---- what is answered ----

    def _answer(self, kind, identifier, data):
        if kind == HELLO:
            theirs = struct.unpack("<I", data[64:68])[0] if len(data) >= 68 else 0
            self.sizes, self.wide = bool(theirs & 1 << 4), bool(theirs & 1 << 5)
            self._tell_interfaces()
            self._send(CONNECT, 0, struct.pack("<BBBBHHH", 1, 0, 0, 0, self.vendor, self.product, 0x0100))
        elif kind == SET_CONFIGURATION:
            self.configuration = data[0]
            self._tell_interfaces()
            self._send(CONFIGURATION, identifier, bytes([0, data[0]]))
        elif kind == GET_CONFIGURATION:
            self._send(CONFIGURATION, identifier, bytes([0, self.configuration]))
        elif kind in (SET_ALTERNATE, GET_ALTERNATE):
            self._send(ALTERNATE, identifier, bytes([0, data[0], 0]))
        elif kind in (START_INTERRUPT, STOP_INTERRUPT):
            self.asked.append((kind, 0, data[0]))
            self._send(INTERRUPT_STATUS, identifier, bytes([0, data[0]]))
        elif kind == CONTROL:
            self._control(identifier, *struct.unpack("<BBBBHHH", data[:10]))
        elif kind == BULK:
            self.asked.append((kind, 0, data[0]))
            endpoint, _, _, stream, _ = struct.unpack("<BBHIH", data[:10])
            self._send(BULK, identifier, struct.pack("<BBHIH", endpoint, STALL, 0, stream, 0))

    def _tell_interfaces(self):
        def column(index):
            return bytes(interface[index] for interface in self.interfaces).ljust(32, b"\0")

        count = len(self.interfaces)
        self._send(INTERFACES, 0, struct.pack("<I", count) + bytes(range(count)).ljust(32, b"\0")
                   + column(0) + column(1) + column(2))
        types, intervals, numbers, sizes = [255] * 32, [0] * 32, [0] * 32, [0] * 32
        types[0] = types[16] = 0
        for number, interface in enumerate(self.interfaces):
            for address, type_, size, interval in interface[3]:
                index = (address & 15) + (16 if address & 128 else 0)
                types[index], intervals[index], numbers[index], sizes[index] = type_, interval, number, size
        self._send(ENDPOINTS, 0, bytes(types) + bytes(intervals) + bytes(numbers)
                   + (struct.pack("<32H", *sizes) if self.sizes else b""))

    def _control(self, identifier, endpoint, request, kind, _, value, index, size):
        self.asked.append((kind, request, value))
        answer = self._descriptor(value) if (kind, request) in ((0x80, 6), (0x81, 6)) else b""
        status = STALL if answer is None else 0
        answer = (answer or b"")[:size]
        length = len(answer) if kind & 0x80 else size
        self._send(CONTROL, identifier,
                   struct.pack("<BBBBHHH", endpoint, request, kind, status, value, index, length)
                   + (answer if kind & 0x80 else b""))

    def _descriptor(self, value):
        kind, number = value >> 8, value & 255
        if kind == 1:
            return self.device_descriptor
        if kind == 2:
            return self.configuration_descriptor
        if kind == 3 and number == 0:
            return b"\4\3\x09\4"
        if kind == 3:
            text = f"test {number}".encode("utf-16-le")
            return bytes([len(text) + 2, 3]) + text
        return KEYBOARD_REPORT if kind == 0x22 else None
