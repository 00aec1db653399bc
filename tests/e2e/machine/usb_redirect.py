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

# FIDO Alliance, usage page f1d0 (CTAP 2.1, 11.2.8.2).
TOKEN_REPORT = bytes.fromhex("06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0")


def _hid(report):
    return struct.pack("<BBHBBBH", 9, 0x21, 0x0111, 0, 1, 0x22, len(report))


# (class, subclass, protocol, [(endpoint address, type, size, interval)], class descriptor)
KEYBOARD = (3, 1, 1, [(0x81, 3, 8, 10)], _hid(KEYBOARD_REPORT))
TOKEN = (3, 0, 0, [(0x8d, 3, 64, 5), (0x0d, 3, 64, 5)], _hid(TOKEN_REPORT))
STORAGE = (8, 6, 0x50, [(0x82, 2, 64, 0), (0x03, 2, 64, 0)], b"")
NETWORK = (2, 6, 0, [(0x84, 3, 16, 32)], bytes.fromhex("05240010010524060001"))
PRINTER = (7, 1, 2, [(0x85, 2, 64, 0), (0x05, 2, 64, 0)], b"")
VENDOR = (0xff, 0, 0, [(0x86, 2, 64, 0), (0x06, 2, 64, 0)], b"")
CARD_READER = (0x0b, 0, 0, [(0x87, 2, 64, 0), (0x07, 2, 64, 0)], b"")
PHONE = (6, 1, 1, [(0x88, 2, 64, 0), (0x08, 2, 64, 0), (0x89, 3, 28, 6)], b"")
DEBUG = (0xff, 0x42, 1, [(0x8a, 2, 64, 0), (0x0a, 2, 64, 0)], b"")
TETHERING = (0xe0, 1, 3, [(0x8b, 3, 8, 9)], b"")
CAMERA = (0x0e, 1, 0, [(0x8c, 3, 16, 8)], bytes.fromhex("0d24010001140080c3c9010101"))
FIRMWARE = (0xfe, 1, 1, [], b"")
BLUETOOTH = (0xe0, 1, 1, [(0x81, 3, 16, 1), (0x82, 2, 64, 0), (0x02, 2, 64, 0)], b"")

MADE_UP = {
    "u2f": (0x1050, 0x0120, [TOKEN]),
    "token-keyboard": (0x1050, 0x0407, [KEYBOARD, TOKEN, CARD_READER]),
    "phone": (0x18d1, 0x4ee2, [PHONE, DEBUG]),
    "tethering": (0x18d1, 0x4ee3, [TETHERING]),
    "camera": (0x046d, 0x0825, [CAMERA]),
    "firmware": (0x0483, 0xdf11, [FIRMWARE]),
    # The ids of the keyboard that the tests' policy allows, and nothing else of it.
    "twin": (0x0627, 0x0001, [KEYBOARD]),
    "twin-storage": (0x0627, 0x0001, [KEYBOARD, STORAGE]),
    "badusb": (0x046d, 0xc31c, [KEYBOARD, STORAGE]),
    "dock": (0x17ef, 0x3060, [KEYBOARD, NETWORK, PRINTER]),
    "vendor": (0x1234, 0x5678, [VENDOR]),
    "card-reader": (0x04e6, 0x5116, [CARD_READER]),
    "bluetooth": (0x0a12, 0x0001, [BLUETOOTH]),
}
# The policy allows the keyboard of these, and the token of the other; the rest of them stays dead.
RECEIVER = (0x046d, 0xc52b, [KEYBOARD, VENDOR])


class Device(threading.Thread):
    """Waits at a Unix socket for QEMU; ends with the connection."""

    def __init__(self, path, vendor, product, interfaces):
        super().__init__(daemon=True)
        self.vendor, self.product, self.interfaces = vendor, product, interfaces
        self.asked = []  # (request type, request, value)
        self.wide = self.sizes = False
        self.configuration = 0
        self.number = 1 << 20  # of packets that nobody asked for
        self.lock = threading.Lock()
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

    def press(self, usage, modifiers=0):
        """A key of the keyboard's interface, down and up (HID usage tables, 10)."""
        for report in (bytes([modifiers, 0, usage, 0, 0, 0, 0, 0]), bytes(8)):
            self.number += 1
            self._send(INTERRUPT, self.number, struct.pack("<BBH", 0x81, 0, len(report)) + report)

    def interrupts(self):
        """Endpoints that a driver listens to."""
        return {value for kind, _, value in self.asked if kind == START_INTERRUPT}

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
        with self.lock:
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
        answer = self._descriptor(value, index) if (kind, request) in ((0x80, 6), (0x81, 6)) else b""
        status = STALL if answer is None else 0
        answer = (answer or b"")[:size]
        length = len(answer) if kind & 0x80 else size
        self._send(CONTROL, identifier,
                   struct.pack("<BBBBHHH", endpoint, request, kind, status, value, index, length)
                   + (answer if kind & 0x80 else b""))

    def _descriptor(self, value, index):
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
        if kind == 0x22:
            return TOKEN_REPORT if index < len(self.interfaces) and self.interfaces[index] is TOKEN else KEYBOARD_REPORT
        return None
