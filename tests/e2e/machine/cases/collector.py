# SPDX-License-Identifier: GPL-3.0-or-later
"""The log on its way to a real collector: from the terminal's own unit, with its own certificate."""

import json
import shutil
from contextlib import contextmanager
from pathlib import Path

import disks
from collector import Collector
from qemu import LIMIT
from suite import case

LOG = "/var/log/maintenance-kiosk"
HOST = "A-03"


@contextmanager
def collecting(stand):
    folder = Path("/run/machine/collector")
    shutil.rmtree(folder, ignore_errors=True)
    collector = Collector(folder, stand.suite.kioskctl)
    try:
        yield collector
    finally:
        collector.stop()


def switch_on(stand, log):
    stand.switch_on(stand.suite.quick_arguments(log), log, has_agent=True)
    stand.page("login")
    stand.agent.wait(LIMIT)


def check_arrives(stand, collector, what, action):
    """A checkpoint behind @action, and all before it, is in the store."""
    def stored():
        lines = collector.read(f"{HOST}/audit.log").splitlines()
        return any(json.loads(line)["event.action"] == action for line in lines)
    stand.check_wait(what, stored, LIMIT)
    store = collector.read(f"{HOST}/audit.log")
    log = stand.agent.run(f"cat {LOG}/audit.log").encode()
    stand.check("the store is what the terminal wrote, byte for byte", store and log.startswith(store),
                f"{len(store)} of {len(log)} bytes; {collector.words()}")
    return store


def check_rights(stand):
    pids = stand.pids("rsyslogd")
    if not stand.check("the forwarder runs", len(pids) == 1, pids):
        return
    text = stand.agent.run(f"cat /proc/{pids[0]}/status; tr '\\0' ' ' < /proc/{pids[0]}/cmdline")
    words = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    stand.check("it may read the log, and has no other right (CAP_DAC_READ_SEARCH)",
                {words[name].strip() for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {"0000000000000004"}, words["CapEff"])
    stand.check("it gains none, and asks the kernel only what it may",
                (words["NoNewPrivs"].strip(), words["Seccomp"].strip()) == ("1", "2"),
                words["Seccomp"])
    hidden = stand.agent.run(f"cd /proc/{pids[0]}/root; for file in {LOG}/keys /etc/shadow /etc/maintenance-kiosk/oath.users; do "
                             "[ -d .$file ] && ls -A .$file || cat .$file 2>/dev/null; done; echo end").strip()
    stand.check("the log's keys and everybody's passwords are not there for it", hidden == "end", hidden[:100])


@case(core=True, start="off")
def collector(stand):
    with collecting(stand) as there:
        log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
        switch_on(stand, log)
        check_rights(stand)
        there.add(stand.agent.run(f"cat {LOG}/enrolment.json"))
        there.start()
        check_arrives(stand, there, "what was written before there was a collector arrives", "daemon-started")
        there.stop()
        stand.log_in()
        stand.person.log_out()
        there.start()
        check_arrives(stand, there, "so does what was written while it was away", "logout")
        stand.check("the collector has no reason for an alarm", not there.alarms(), there.alarms())
        receipts = [json.loads(line) for line in there.read(f"{HOST}/receipts.jsonl").splitlines()]
        stand.check("and signs receipts", receipts and receipts[-1]["host"] == HOST, there.words())
        stand.agent.run(f"kill -HUP {stand.pids('kioskd')[0]}")
        record = stand.terminal.wait_record("log-receipted", "success", 0)
        stand.check("which come back to the terminal", int(record["kiosk.last"]) >= 1, record)


@case(start="off")
def collector_power_cut(stand):
    """The forwarder's memory of how far it was is gone; what it sends twice is stored once."""
    with collecting(stand) as there:
        log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
        switch_on(stand, log)
        there.add(stand.agent.run(f"cat {LOG}/enrolment.json"))
        there.start()
        check_arrives(stand, there, "the log arrives", "daemon-started")
        stand.log_in()
        stand.qemu.kill()
        switch_on(stand, log)
        stand.log_in()
        stand.person.log_out()
        check_arrives(stand, there, "and goes on after the power was cut", "logout")
        stand.check("the collector has no reason for an alarm", not [a for a in there.alarms() if a != "silence"], there.alarms())
