# SPDX-License-Identifier: GPL-3.0-or-later
"""The network as the terminal itself watches and proves it: drill, changes by somebody else, clock."""

import json

import agent as inside
import disks
import network
from qemu import LIMIT
from suite import case


def status(stand):
    text = stand.agent.run("cat /run/maintenance-kiosk/status.json")
    return json.loads(text) if text.startswith("{") else {}


@case(core=True)
def drill(stand):
    """As its unit starts it, in its own sandbox."""
    mark = stand.suite.capture.mark()
    begun = len(stand.terminal.records())
    ended = stand.agent.run("$tools/systemctl start kiosk-drill.service; echo $?", LIMIT).strip()
    stand.check("the drill ends well", ended == "0", ended)
    records = stand.terminal.records()[begun:]
    passed = {record.get("event.reason") for record in records if record["event.action"] == "drill-passed"}
    stand.check("each kind of traffic is on record as refused", len(passed) >= 8, sorted(map(str, passed)))
    bad = [record for record in records if record["event.action"] in ("drill-failed", "drill-unfinished")]
    stand.check("nothing got through", not bad, [(record.get("event.reason"), record.get("message")) for record in bad])
    stray = [p for p in stand.suite.capture.since(mark) if not network.is_infrastructure(p)]
    stand.check("the wire says the same", not stray, stray[:3])
    stand.check_own_screen("the terminal goes on")


@case(core=True)
def firewall_changed(stand):
    """Root itself opens the firewall, while a session runs."""
    stand.open_session()
    begun = len(stand.terminal.records())
    said = stand.agent.run("nft insert rule inet kiosk output accept 2>&1").strip()
    stand.check("the rule can be written at all", not said, said)
    record = stand.terminal.wait_record("firewall-changed", "success", begun)
    stand.check("it is noticed, recorded in words and undone", bool(record.get("message")), record.get("message"))
    stand.page("locked")
    stand.wait_disconnected("the session is cut")
    mark = stand.suite.capture.mark()
    answers = stand.agent.run(f"$tools/network 0 {network.STRANGER} 80 443", 120).split("\n")
    stand.check("nothing gets out afterwards", not any("connected" in answer for answer in answers), answers[:4])
    stray = [p for p in stand.suite.capture.since(mark) if not network.is_infrastructure(p)]
    stand.check("the wire says the same", not stray, stray[:3])
    stand.check("no rule is left of it",
                stand.agent.run("nft list chain inet kiosk output | sed -n 4p").strip() not in ("accept", ""))


@case(core=True, start="off")
def clock(stand):
    """By the real time source, from a start of its own: a saved machine goes on with the time of its saving. Then set by
    somebody."""
    log = disks.overlay(stand.suite.disks / "log.raw", stand.suite.disks / "case-log.qcow2")
    stand.switch_on(stand.suite.quick_arguments(log), log, has_agent=True)
    stand.page("login")
    stand.agent.wait(LIMIT)
    active = stand.agent.run("$tools/systemctl is-active kiosk-time.service").strip()
    stand.check("the unit of the clock runs", active == "active", active)
    stand.check_wait("the clock is in step", lambda: status(stand).get("clock", {}).get("synchronised") is True, LIMIT)
    stand.shoot("in-step")
    asked = {p for p in stand.suite.capture.since(24) if p.protocol == "udp"}
    stand.check("the time source is asked, and no other machine by UDP",
                any(map(network.is_time, asked)) and all(map(network.is_time, asked)), sorted(asked)[:5])
    begun = len(stand.terminal.records())
    stand.agent.run('date -s "@$(($(date +%s) + 3600))"')
    record = stand.terminal.wait_record("clock-stepped", "success", begun)
    stand.check("a clock that is set is on record", record.get("event.reason") == "forward", record.get("message"))


@case(core=True, start="off")
def no_firewall(stand):
    """Its table cannot be loaded when the machine starts."""
    suite = stand.suite
    initrd = suite.disks / "no-firewall.initrd"
    inside.make_initrd(suite.image / "quick" / "initrd", initrd, suite.disks / "no-firewall", suite.disks / "agent", {
        "kiosk-firewall.service.d/machinetest.conf": "[Service]\nExecStart=\nExecStart=/usr/sbin/nft -f /nowhere\n"})
    log = disks.overlay(suite.disks / "log.raw", suite.disks / "case-log.qcow2")
    mark = suite.capture.mark()
    stand.switch_on(suite.quick_arguments(log, initrd=initrd), log, has_agent=True)
    stand.page("stopped")
    stand.agent.wait(LIMIT)
    failed = stand.agent.run("$tools/systemctl is-failed kiosk-firewall.service").strip()
    stand.check("the table was not loaded", failed == "failed", failed)
    up = stand.agent.run("cd /sys/class/net; for i in *; do echo $i $(($(cat $i/flags) & 1)); done").split("\n")
    stand.check("every interface but the loopback is down", {line for line in up if line.endswith("1")} <= {"lo 1"}, up)
    networkd = stand.agent.run("$tools/systemctl is-active systemd-networkd.service").strip()
    stand.check("nothing will put one up", networkd != "active", networkd)
    record = stand.terminal.wait_record("terminal-stopped", "success", 0)
    stand.check("out of service, with the code for it", record.get("message") == "N-01", record.get("message"))
    stray = suite.capture.since(mark)
    stand.check("the wire says the same", not stray, stray[:3])
