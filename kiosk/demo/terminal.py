# SPDX-License-Identifier: GPL-3.0-or-later
"""The person in front of the terminal: looks at the screen, types, moves the pointer.

Also reads the audit log, which a person can not; nothing here talks to the kiosk in any other way.
Every wait is for a condition, with a limit that only a broken terminal reaches.
"""

import json
import os
import subprocess
import time

import picture

LIMIT = float(os.environ.get("KIOSK_LIMIT", "120"))
BAR = 48  # height of the trusted bar in pixels
BAR_COLOUR = (0x06, 0x34, 0x3B)
BAR_LINE = (0x46, 0xC4, 0xCC)

# Key codes of X (evdev + 8) for a JP106 keyboard, which cage is told to have. xdotool's own
# look-up by symbol goes through the X server's layout, which need not be the same.
_ROWS = {"1234567890-^": 10, "qwertyuiop@[": 24, "asdfghjkl;:]": 38, "zxcvbnm,./": 52}
_SHIFTED = {"!": "1", '"': "2", "#": "3", "$": "4", "%": "5", "&": "6", "'": "7", "(": "8", ")": "9",
            "=": "-", "~": "^", "`": "@", "{": "[", "+": ";", "*": ":", "}": "]", "<": ",", ">": ".",
            "?": "/"}
# xdotool would take key code 9 for the digit.
_NAMED = {"Escape": "Escape", "BackSpace": 22, "Tab": 23, "Return": 36, "Control": 37, "Shift": 50, "Alt": 64,
          "space": 65, "F2": 68, "F9": 75, "Home": 110, "Up": 111, "Left": 113, "Right": 114, "End": 115,
          "Down": 116, "Delete": 119}
_CODES = {c: first + i for row, first in _ROWS.items() for i, c in enumerate(row)} | {" ": 65}


def key_of(c):
    """Whether a character stands on its key without Shift, and the key's code."""
    plain = _SHIFTED.get(c) or c.lower()
    return plain == c, _CODES[plain]


class Failure(Exception):
    """Something that had to be seen was not seen."""


def wait_for(what, condition, limit=None):
    """Returns the first true value of condition(); Failure with what when it stays false."""
    end = time.monotonic() + (limit or LIMIT)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"not seen in time: {what}")
        time.sleep(0.1)


def read_log(path):
    """The records that are complete; a line that is being written does not count."""
    try:
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


class Terminal:
    def __init__(self, frame_buffer, log):
        self.frame_buffer = frame_buffer
        self.log = log

    # ---- hands ----

    def _xdotool(self, *words):
        subprocess.run(["xdotool", *map(str, words)], check=True)

    def key(self, combination):
        """Presses e.g. "Return" or "Control+Alt+l"."""
        codes = [_NAMED.get(name) or _CODES[name] for name in combination.split("+")]
        for code in codes:
            self._xdotool("keydown", code)
        for code in reversed(codes):
            self._xdotool("keyup", code)

    def type(self, text):
        words = []
        for c in text:
            plain, code = key_of(c)
            if plain:
                words += ["key", code]
            else:
                words += ["keydown", _NAMED["Shift"], "key", code, "keyup", _NAMED["Shift"]]
        self._xdotool(*words)

    def enter(self, text):
        self.type(text)
        self.key("Return")

    def click(self, x, y, button=1):
        self._xdotool("mousemove", x, y, "click", button)

    def move(self, x, y):
        self._xdotool("mousemove", x, y)

    # ---- eyes ----

    def look(self):
        return picture.read(self.frame_buffer)

    def session(self, shot=None):
        """The part of the screen that shows the server's desktop."""
        shot = shot or self.look()
        return shot.crop((0, BAR, shot.width, shot.height))

    def wait_still(self, what, differs_from=None):
        """The screen as soon as it rests (a clock or cursor may blink) and, where given, no longer
        looks like an earlier picture."""
        last = [self.look()]

        def rests():
            before, last[0] = last[0], self.look()
            if not picture.is_still(before, last[0]):
                return None
            if differs_from is not None and picture.equal_share(differs_from, last[0], 0) > 0.995:
                return None
            return last[0]
        time.sleep(0.2)
        return wait_for(what, rests)

    def has_bar(self, shot):
        """Whether the trusted bar stands where it always stands."""
        bar = shot.crop((0, 0, shot.width, BAR))
        line = shot.crop((0, BAR - 3, shot.width, BAR))
        return (picture.count_colour(bar, BAR_COLOUR) > 0.2 * bar.width * bar.height
                and picture.count_colour(line, BAR_LINE) > 0.99 * line.width * line.height)

    def read_text(self, shot, language="eng"):
        """What stands in a picture, by optical character recognition."""
        shot.save("/tmp/read-text.png")
        done = subprocess.run(["tesseract", "/tmp/read-text.png", "-", "-l", language, "--psm", "11"],
                              check=True, capture_output=True, text=True)
        return done.stdout

    # ---- the audit log ----

    def records(self):
        return read_log(self.log)

    def actions(self):
        return [(r["event.action"], r["event.outcome"]) for r in self.records()]

    def wait_record(self, action, outcome, after=0):
        """Waits for a record that comes after the first @after ones; returns it."""
        def found():
            for r in self.records()[after:]:
                if (r["event.action"], r["event.outcome"]) == (action, outcome):
                    return r
            return None
        return wait_for(f"record {action} {outcome}", found)
