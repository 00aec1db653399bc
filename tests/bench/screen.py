# SPDX-License-Identifier: GPL-3.0-or-later
"""An X display seen through its frame buffer file (Xvfb -fbdir) and touched through XTEST.

Reading a pixel costs a microsecond and disturbs nobody: that is what makes it fit for measuring.
"""

import ctypes
import ctypes.util
import mmap
import struct


class Screen:
    """The living frame buffer of an Xvfb of depth 24 (XWD format, X11/XWDFile.h)."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        header = struct.unpack(">25I", self._map[:100])
        if header[1] != 7 or header[11] != 32 or header[7] != 0:
            raise ValueError(f"{path} is not a little-endian 32 bit XWD picture")
        self.width, self.height, self._stride = header[4], header[5], header[12]
        self._start = header[0] + 12 * header[19]

    def pixel(self, x, y):
        """(blue, green, red)"""
        at = self._start + y * self._stride + 4 * x
        return self._map[at:at + 3]

    def is_light(self, x, y):
        return self.pixel(x, y)[1] > 127


def find_flat_points(screen, step, radius):
    """Points in areas of one colour, a grid of them: where no codec has an excuse to be wrong."""
    points = []
    for y in range(radius, screen.height - radius, step):
        for x in range(radius, screen.width - radius, step):
            colour = screen.pixel(x, y)
            if all(screen.pixel(x + i, y + j) == colour
                   for i in (-radius, 0, radius) for j in (-radius, 0, radius)):
                points.append((x, y, colour))
    return points


def shows(screen, points, top, tolerance):
    """Whether the points stand on the screen, whose picture begins at row top. A few may be
    missing: the pointer lies on them."""
    spare = len(points) // 100
    for x, y, colour in points:
        seen = screen.pixel(x, y + top)
        if max(abs(a - b) for a, b in zip(seen, colour)) > tolerance:
            spare -= 1
            if spare < 0:
                return False
    return True


class Hand:
    """Presses keys on an X display by their key codes, without starting a program for it."""

    def __init__(self, display):
        self._x = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
        self._test = ctypes.CDLL(ctypes.util.find_library("Xtst") or "libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XOpenDisplay.argtypes = [ctypes.c_char_p]
        self._x.XFlush.argtypes = [ctypes.c_void_p]
        self._test.XTestFakeKeyEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self._test.XTestFakeButtonEvent.argtypes = self._test.XTestFakeKeyEvent.argtypes
        self._test.XTestFakeMotionEvent.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int,
                                                    ctypes.c_ulong]
        self._display = self._x.XOpenDisplay(display.encode())
        if not self._display:
            raise OSError(f"cannot open the display {display}")

    def press(self, code):
        self._test.XTestFakeKeyEvent(self._display, code, 1, 0)
        self._x.XFlush(self._display)

    def release(self, code):
        self._test.XTestFakeKeyEvent(self._display, code, 0, 0)
        self._x.XFlush(self._display)

    def move(self, x, y):
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, 0)
        self._x.XFlush(self._display)

    def button(self, number, down):
        self._test.XTestFakeButtonEvent(self._display, number, down, 0)
        self._x.XFlush(self._display)
