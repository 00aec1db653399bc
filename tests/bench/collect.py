#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""collect.py [TERMINALS [RECORDS]] - that many terminals send that many records each to one rsyslogd and its collector, over TLS. In a world; the
collector's folder is /mnt/out, which should lie on a disk. Prints records per second, CPU time for each, and how long a single record
takes to be confirmed while every terminal sends one a second."""

import os
import random
import signal
import sys
import threading
import time

sys.path.insert(0, "/mnt/repo/tests/collect")
import machines  # noqa: E402
import relp  # noqa: E402
from machines import CERTIFICATES, COLLECTOR, PORT, STORE, Source, collector_pid, read, run, wait  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def cpu(pid):
    fields = read(f"/proc/{pid}/stat").rsplit(b")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def rss(pid):
    return int(read(f"/proc/{pid}/statm").split()[1]) * 4096 / 2**20


def at_once(work, items):
    threads = [threading.Thread(target=work, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    terminals, records = (int(a) for a in (sys.argv[1:] + ["200", "300"])[:2])
    os.makedirs("/var/lib/kiosk-collector")
    run("mount", "--bind", "/mnt/out", "/var/lib/kiosk-collector")
    _, collector, _ = machines.make(size=None)
    sources = []
    for n in range(terminals):
        source = Source(f"/tmp/logs/{n}", f"T-{n:04}", 1000 + n)
        source.say(str(records - 3), "checkpoint")
        sources.append(source)
    collector.start()
    machines.enter("t")
    time.sleep(1)
    clients = [relp.Client(COLLECTOR, PORT, CERTIFICATES) for _ in sources]
    clients[0].send(sources[0].lines()[:1])  # omprog starts its program with the first line
    wait("kioskctl", collector_pid)
    pids = {"rsyslogd": collector.process.pid, "kioskctl": collector_pid()}
    before = {name: cpu(pid) for name, pid in pids.items()}
    lines = {source: source.lines() for source in sources}
    begin = time.monotonic()
    at_once(lambda pair: pair[0].send(lines[pair[1]]), list(zip(clients, sources)))
    took = time.monotonic() - begin
    total = sum(len(part) for part in lines.values())
    size = sum(len(line) + 1 for part in lines.values() for line in part)
    print(f"{terminals} terminals, {total} records, {size / total:.0f} bytes each: {total / took:.0f} records/s")
    for name, pid in pids.items():
        print(f"  {name}: {(cpu(pid) - before[name]) / total * 1e6:.0f} us of CPU for each record, {rss(pid):.0f} MiB")
    for source in sources:
        assert read(f"{STORE}/{source.host}/audit.log") == read(f"{source.folder}/audit.log"), source.host

    delays = []

    def pace(pair):
        client, source = pair
        time.sleep(random.random())
        for _ in range(10):
            source.say("checkpoint")
            line = source.lines()[-1]
            begin = time.monotonic()
            client.send([line])
            delays.append(time.monotonic() - begin)
            time.sleep(max(0, 1 - (time.monotonic() - begin)))

    before = {name: cpu(pid) for name, pid in pids.items()}
    begin = time.monotonic()
    at_once(pace, list(zip(clients, sources)))
    took = time.monotonic() - begin
    delays.sort()
    print(f"a checkpoint a second from each ({len(delays) / took:.0f}/s): confirmed after {delays[len(delays) // 2] * 1e3:.1f} ms (median), "
          f"{delays[len(delays) * 99 // 100] * 1e3:.1f} ms (99 %)")
    for name, pid in pids.items():
        print(f"  {name}: {(cpu(pid) - before[name]) / took * 100:.1f} % of one processor")
    collector.end(signal.SIGTERM)


main()
