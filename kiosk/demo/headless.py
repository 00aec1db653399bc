#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at the demo without a display: a picture every second, keys from a named pipe."""

import json
import os
import threading
import time

import terminal

with open("/run/demo/stage.json", encoding="utf-8") as file:
    facts = json.load(file)
person = terminal.Terminal(facts["monitor"], facts["log"])
os.mkfifo("/mnt/out/keys", 0o600)


def pass_keys():
    while True:
        with open("/mnt/out/keys", encoding="utf-8") as pipe:
            for line in pipe:
                words = line.rstrip("\n")
                try:
                    if words.startswith("key "):
                        person.key(words[4:])
                    elif words.startswith("click "):
                        person.click(*map(int, words[6:].split()))
                    else:
                        person.enter(words)
                except (KeyError, ValueError, TypeError):
                    print(f"? {words}", flush=True)


threading.Thread(target=pass_keys, daemon=True).start()
while True:
    person.look().save("/mnt/out/screen.new.png")
    os.rename("/mnt/out/screen.new.png", "/mnt/out/screen.png")
    time.sleep(1)
