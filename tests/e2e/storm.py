# SPDX-License-Identifier: GPL-3.0-or-later
"""A storm of keys, buttons and motions on an X display, each motion with a number that can be read again at the far
end: its place. Runs until what it watches for stands on the screen, or for as long as it is told."""

import random
import time

import screen
from terminal import BAR

# Places on a grid that is coarse enough to survive rounding on its way, fine enough to be used once in a long while.
STEP, LEFT, TOP = 4, 8, BAR + 16
COLUMNS, ROWS = 300, 170
NUMBERS = COLUMNS * ROWS
# Codes of X: letters, digits, blank and Return, which would hand a password in. No modifier: what a storm presses with
# Ctrl+Alt down belongs to the terminal.
KEYS = [*range(10, 20), *range(24, 34), 36, *range(38, 47), *range(52, 59), 65]
# Some 250 events a second: twice what a mouse and two hands make. The compositor closes the connection of a program that
# leaves some 400 events unread.
PACE_S = 0.003
BUTTONS = (1, 1, 1, 4, 5)  # 4 and 5 are the wheel
CONTROL, ALT, KEY_L = 37, 64, 46


def boottime():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


class Storm:
    def __init__(self, display):
        self.hand = screen.Hand(display)
        self.number = random.randrange(NUMBERS)
        self.sent = []  # (number, when its motion was made, microseconds of CLOCK_BOOTTIME)
        self.n_events = 0
        self.held = []

    def place(self):
        return LEFT + STEP * (self.number % COLUMNS), TOP + STEP * (self.number // COLUMNS)

    def _move(self):
        self.number = (self.number + 1) % NUMBERS
        self.sent.append((self.number, boottime()))
        self.hand.move(*self.place())

    def _key(self):
        if len(self.held) > 2 or (self.held and random.random() < 0.5):
            self.hand.release(self.held.pop(0))
            return
        code = random.choice([code for code in KEYS if code not in self.held])
        self.held.append(code)
        self.hand.press(code)

    def _click(self):
        button = random.choice(BUTTONS)
        self.hand.button(button, True)
        self.hand.button(button, False)

    def _gust(self, keys=True):
        kind = random.random()
        if not keys or kind < 0.5:
            self._move()
        elif kind < 0.95:
            self._key()
        else:
            self._click()
        self.n_events += 1
        time.sleep(PACE_S)

    def blow(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._gust()

    def blow_until(self, seen, limit, keys=True):
        """Until seen() is true, which is asked before each event; returns whether it was."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if seen():
                return True
            self._gust(keys)
        return False

    def lock_by_key(self):
        """Ctrl+Alt+L, with the pointer in motion between its keys."""
        self.calm()
        for code in (CONTROL, ALT, KEY_L):
            self.hand.press(code)
            self._move()
        for code in (KEY_L, ALT, CONTROL):
            self.hand.release(code)
            self._move()

    def click(self, x, y):
        self.calm()
        self.hand.move(x, y)
        self.hand.button(1, True)
        self.hand.button(1, False)

    def calm(self):
        """Lets go of everything."""
        while self.held:
            self.hand.release(self.held.pop())

    def number_at(self, x, y):
        """The number of the motion whose place this is, at a desktop that begins below the bar; None when it is nobody's."""
        column, row = round((x - LEFT) / STEP), round((y + BAR - TOP) / STEP)
        exact = abs(LEFT + STEP * column - x) <= 1 and abs(TOP + STEP * row - y - BAR) <= 1
        return row * COLUMNS + column if exact and 0 <= column < COLUMNS and 0 <= row < ROWS else None
