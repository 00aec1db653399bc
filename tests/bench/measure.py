#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""measure.py RUNS CLIENT... - measures the clients in turn, inside stage.sh; see README.md.

Writes /mnt/out/measured.json. Exit status 0 when every run was complete.
"""

import json
import os
import random
import re
import subprocess
import sys
import time

sys.path.insert(0, "/mnt/repo/kiosk/demo")
import clients  # noqa: E402
import picture  # noqa: E402
import processes  # noqa: E402
import screen  # noqa: E402
from terminal import Failure  # noqa: E402

KEYS = 15
IDLE_S = 1.5
POLL_S = 0.004
BITS, BIT_SIZE = 8, 16  # of the counter, see workload.c


class Desktop:
    """The server's desktop with the workload on it, and what the server's log tells of its clients."""

    def __init__(self, folder, display, log):
        self.screen = screen.Screen(f"{folder}/Xvfb_screen0")
        self.log = log
        self.program = subprocess.Popen(["/mnt/build/tests/bench/bench-workload"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, env={**os.environ, "DISPLAY": display})
        if self.program.stdout.readline() != "ready\n":
            raise Failure("the workload does not start")
        os.set_blocking(self.program.stdout.fileno(), False)
        time.sleep(0.5)

    def points(self):
        points = screen.find_flat_points(self.screen, 24, 6)
        random.shuffle(points)
        return points

    def play(self):
        self.program.stdin.write("play\n")
        self.program.stdin.flush()

    def has_played(self):
        return self.program.stdout.readline() == "played\n"

    def log_size(self):
        return os.path.getsize(self.log)

    def frames_sent(self, since):
        """How many frames the server sent after that size of its log, with which capabilities."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            file.seek(since)
            return re.findall(r"rdpgfx_send_surface_frame_command\]: activeCapSet\{Version=(\w+), flags=(\w+)\}",
                              file.read())


def read_counter(seen, top):
    x = (seen.width // 2 - BITS * BIT_SIZE // 2) & ~(BIT_SIZE - 1)
    y = ((seen.height - top) // 2) & ~(BIT_SIZE - 1)
    return sum(seen.is_light(x + i * BIT_SIZE + BIT_SIZE // 2, y + top + BIT_SIZE // 2) << i for i in range(BITS))


def measure(client, desktop):
    result = {"client": client.name, "first_frame_ms": client.open(desktop.points())}
    time.sleep(1)
    result["key_ms"] = [client.answer_ms() for _ in range(KEYS)]
    time.sleep(0.5)

    own, rest = client.processes()
    played_from = desktop.log_size()
    before = processes.cpu_seconds({**own, **rest})
    shown, counted = 0, read_counter(client.screen, client.top)
    desktop.play()
    while not desktop.has_played():
        now = read_counter(client.screen, client.top)
        time.sleep(POLL_S)
        # Twice the same: not caught in the middle of being drawn.
        if now != counted and now == read_counter(client.screen, client.top):
            shown += 1
            counted = now
    time.sleep(IDLE_S)
    after = processes.cpu_seconds(before)
    sent = desktop.frames_sent(played_from)
    result.update(
        cpu_s={f"{(own | rest)[pid]}": after[pid] - before[pid] for pid in before},
        pss_kib={(own | rest)[pid]: processes.pss_kib(pid) for pid in before},
        own=sorted(own.values()), frames_sent=len(sent), frames_shown=shown,
        capabilities=sorted(set(sent)))
    client.close()
    return result


def main():
    runs, names = int(sys.argv[1]), sys.argv[2:]
    with open("/run/demo/stage.json", encoding="utf-8") as file:
        facts = json.load(file)
    width, height = facts["size"][0], facts["size"][1] - clients.BAR
    server = facts["servers"][clients.SERVER]
    desktop = Desktop(server["folder"], ":21", f"/mnt/out/logs/{clients.SERVER}.log")
    clients.Peer.prepare(width, height)

    options = [f"/v:{clients.ADDRESS}", f"/u:{server['user']}", f"/p:{server['password']}", "/cert:ignore", "/sec:nla",
               "/gfx:AVC420", f"/size:{width}x{height}"]
    makers = {
        "kiosk": lambda: clients.Kiosk(facts),
        "xfreerdp3": lambda: clients.Peer("xfreerdp3", options),
        "wlfreerdp3": lambda: clients.Peer("wlfreerdp3", options, wayland=True),
        "sdl-freerdp3": lambda: clients.Peer("sdl-freerdp3", options, wayland=True,
                                             environment=["SDL_VIDEODRIVER=wayland"]),
    }
    compared = [makers[name]() for name in names]

    results = []
    for run in range(runs):
        # Another order each time: whoever comes first may find another machine.
        for client in compared[run % len(compared):] + compared[:run % len(compared)]:
            results.append({"run": run, "size": facts["size"], **measure(client, desktop)})
            print(json.dumps(results[-1]), flush=True)
            time.sleep(1)
    with open("/mnt/out/measured.json", "w", encoding="utf-8") as file:
        json.dump(results, file)


try:
    main()
except Failure as failure:
    for name, path in (("terminal", "/run/demo/monitor"), ("peer", clients.Peer.FOLDER)):
        picture.read(f"{path}/Xvfb_screen0").save(f"/mnt/out/failed-{name}.png")
    print(f"measure.py: {failure}", file=sys.stderr)
    sys.exit(1)
