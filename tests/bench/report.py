#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.py MEASURED.json... - the table of rdp-view."""

import json
import os
import statistics
import sys

GOAL = 1.2
# [MS-RDPEGFX] 2.2.3: version 8.1 knows one H.264 mode, AVC420, and flag 0x10 says that it is on.
AVC420 = ("0x00080105", 0x10)


def own_cpu(run):
    return sum(seconds for name, seconds in run["cpu_s"].items() if name in run["own"])


def all_cpu(run):
    return sum(run["cpu_s"].values())


# name, unit, figure of a run, digits, whether the goal counts for it
METRICS = [
    ("CPU, with compositor", "s", all_cpu, 2, True),
    ("CPU, client alone", "s", own_cpu, 2, False),
    ("CPU per frame, with compositor", "ms", lambda r: 1000 * all_cpu(r) / r["frames_shown"], 1, True),
    ("first full frame", "ms", lambda r: r["first_frame_ms"], 0, True),
    ("key to pixel", "ms", lambda r: statistics.median(r["key_ms"]), 0, True),
    ("memory, with compositor", "MiB", lambda r: sum(r["pss_kib"].values()) / 1024, 0, False),
    ("memory, client alone", "MiB", lambda r: sum(r["pss_kib"][n] for n in r["own"]) / 1024, 0, False),
    ("frames shown", "", lambda r: r["frames_shown"], 0, False),
]


def spread(values, digits):
    """median [least-most]"""
    return f"{statistics.median(values):.{digits}f} [{min(values):.{digits}f}-{max(values):.{digits}f}]"


def by_client(runs):
    clients = {}
    for run in sorted(runs, key=lambda r: r["run"]):
        clients.setdefault(run["client"], []).append(run)
    return clients


def codec(runs):
    """What was negotiated: "AVC420", or the capabilities as they are."""
    seen = {tuple(c) for run in runs for c in run["capabilities"]}
    if seen and all(version == AVC420[0] and int(flags, 16) & AVC420[1] for version, flags in seen):
        return "AVC420"
    return " ".join(f"version {version} flags {flags}" for version, flags in sorted(seen)) or "no graphics pipeline"


def report(runs):
    clients = by_client(runs)
    width, height = runs[0]["size"]
    print(f"\nScreen {width}x{height}, server's desktop {width}x{height - 48}; "
          f"median [least-most] of {len(next(iter(clients.values())))} runs")
    print("negotiated: " + ", ".join(f"{name} {codec(of)}" for name, of in clients.items()))

    peers = [name for name in clients if name != "kiosk"] if "kiosk" in clients else []
    head = ["", *clients, *(f"kiosk / {name}" for name in peers), "goal"]
    rows = []
    for name, unit, figure, digits, goal in METRICS:
        values = {client: [figure(run) for run in of] for client, of in clients.items()}
        row = [f"{name} ({unit})" if unit else name, *(spread(v, digits) for v in values.values())]
        for peer in peers:
            # The same run under the same conditions, as far as they can be the same.
            paired = [a / b for a, b in zip(values["kiosk"], values[peer])]
            middle = statistics.median(values["kiosk"]) / statistics.median(values[peer])
            row.append(f"{middle:.2f} [{min(paired):.2f}-{max(paired):.2f}]")
        rows.append([*row, f"{GOAL}" if goal else ""])
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))))


def main():
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[1]:.1f} (5 minutes)")
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            report(json.load(file))


main()
