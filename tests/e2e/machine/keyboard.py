# SPDX-License-Identifier: GPL-3.0-or-later
"""Which keys of a Japanese keyboard (106 keys) write a text, by QEMU's names of keys (qapi/ui.json)."""

_ROWS = {
    "1234567890-^": "1 2 3 4 5 6 7 8 9 0 minus equal",
    "qwertyuiop@[": "q w e r t y u i o p bracket_left bracket_right",
    "asdfghjkl;:]": "a s d f g h j k l semicolon apostrophe backslash",
    "zxcvbnm,./": "z x c v b n m comma dot slash",
    " \n\t": "spc ret tab",
}
_PLAIN = {character: key for row, keys in _ROWS.items() for character, key in zip(row, keys.split())}
_SHIFTED = {"!": "1", '"': "2", "#": "3", "$": "4", "%": "5", "&": "6", "'": "7", "(": "8", ")": "9",
            "=": "-", "~": "^", "`": "@", "{": "[", "+": ";", "*": ":", "}": "]", "<": ",", ">": ".",
            "?": "/"}
_NAMED = {"Return": "ret", "Escape": "esc", "Control": "ctrl", "Alt": "alt", "Shift": "shift", "Meta": "meta_l",
          "Tab": "tab", "Home": "home", "End": "end", "Down": "down", "Up": "up", "Left": "left", "Right": "right",
          "Delete": "delete", "BackSpace": "backspace", "SysRq": "sysrq", "Print": "print", "Power": "power"}

MODIFIERS = ("ctrl", "alt", "shift", "meta_l")


def keys_of(character):
    """The keys that write a character, to be held together."""
    plain = _SHIFTED.get(character) or character.lower()
    key = _PLAIN[plain]
    return ["shift", key] if plain != character else [key]


def keys_of_combination(combination):
    """The keys of e.g. "Control+Alt+l" or "Alt+F4"."""
    return [_NAMED.get(name) or _PLAIN.get(name) or name.lower() for name in combination.split("+")]
