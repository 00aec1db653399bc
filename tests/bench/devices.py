#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of tests/bench/devices that runs inside the builder tree: boots the terminal once, then lets kioskd and USBGuard
guard the same ports in turn, with the same policy, while plugs.c plugs the same devices in.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "e2e" / "machine"))
import agent as inside  # noqa: E402
import disks  # noqa: E402
import ports  # noqa: E402
from qemu import LIMIT  # noqa: E402
from seat import Failure  # noqa: E402
from suite import Stand, Suite  # noqa: E402
import cases.boot  # noqa: E402,F401

PACKAGES = ("usbguard", "libusbguard1", "libqb100", "libprotobuf32t64", "libpolkit-gobject-1-0", "libcap-ng0", "libaudit1",
            "libumockdev0", "libdbus-1-3")
LOG = "/var/log/maintenance-kiosk"
# As equal to the tests' policy as USBGuard's language allows: it knows no purposes and opens devices as a whole.
RULES = 'allow id 0627:0001 via-port "1-1" with-interface equals { 03:01:01 }\n'
SETTINGS = f"""RuleFile=/run/usbguard/rules.conf
ImplicitPolicyTarget=block
PresentDevicePolicy=apply-policy
PresentControllerPolicy=keep
InsertedDevicePolicy=apply-policy
AuthorizedDefault=none
RestoreControllerDeviceState=false
DeviceManagerBackend=uevent
IPCAllowedUsers=root
IPCAllowedGroups=
IPCAccessControlFiles=/run/usbguard/acl/
DeviceRulesWithPort=false
AuditBackend=FileAudit
AuditFilePath={LOG}/usbguard.log
HidePII=false
"""
# USBGuard does not know single interfaces: for it the kernel lets them all in, and our rules do not take them back.
START_USBGUARD = f"""
mkdir -p /run/usbguard/acl /run/udev/rules.d
printf '%s' '{RULES}' > /run/usbguard/rules.conf
cat > /run/usbguard/daemon.conf <<'END'
{SETTINGS}END
chmod 600 /run/usbguard/*.conf
: > /run/udev/rules.d/10-maintenance-kiosk.rules
udevadm control --reload
for hub in /sys/bus/usb/devices/usb*; do echo 1 > $hub/interface_authorized_default; done
LD_LIBRARY_PATH=$tools/usbguard $tools/usbguard/usbguard-daemon -K -P -c /run/usbguard/daemon.conf >/run/usbguard/log 2>&1 &
sleep 3
cat /run/usbguard/log
"""
STOP_USBGUARD = """
kill $(pidof usbguard-daemon)
rm -f /run/udev/rules.d/10-maintenance-kiosk.rules
udevadm control --reload
for hub in /sys/bus/usb/devices/usb*; do echo 0 > $hub/interface_authorized_default; done
for device in /sys/bus/usb/devices/*-*; do [ -e $device/idVendor ] && echo 0 > $device/authorized; done
sleep 1
"""
SIDES = ("kioskd", "usbguard-daemon")
# What is plugged where: a keyboard that both allow, a phone that both refuse.
KINDS = {"allowed": ("usb-kbd", {"display": "gpu"}, ports.DESK),
         "refused": ("usb-mtp", {"rootdir": "/srv/kiosk/tests"}, ports.STRANGE)}
ROWS = (("allowed", 0, "device to driver, allowed"), ("allowed", 1, "device to record, allowed"),
        ("refused", 1, "device to record, refused"), ("allowed", None, "CPU a plug, allowed"),
        ("refused", None, "CPU a plug, refused"))
IDLE = 30  # seconds


def take_usbguard(folder):
    """Debian's own, with the libraries that the terminal does not have."""
    work = folder / "packages"
    work.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "-qq", "update"], check=True)
    subprocess.run(["apt-get", "-qq", "download", *PACKAGES], cwd=work, check=True)
    for package in work.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, work / "tree"], check=True)
    target = folder / "usbguard"
    target.mkdir(exist_ok=True)
    shutil.copy(work / "tree/usr/sbin/usbguard-daemon", target)
    found = subprocess.run(["ldd", target / "usbguard-daemon"], check=True, capture_output=True, text=True,
                           env={"LD_LIBRARY_PATH": str(work / "tree/usr/lib/x86_64-linux-gnu"), "PATH": "/usr/bin"}).stdout
    for line in found.splitlines():
        words = line.split()
        if len(words) > 2 and words[2].startswith("/") and not words[0].startswith(("libc.so", "libm.so")):
            shutil.copy(words[2], target / words[0])
    return next(work.glob("usbguard_*.deb")).name.split("_")[1]


class Bench:
    def __init__(self, options):
        self.options = options
        self.suite = Suite(options.image, options.out)
        self.times = {side: {kind: [] for kind in KINDS} for side in SIDES}  # [[(bound, logged)]], us, a list a round
        self.cpu = {side: {kind: [] for kind in KINDS} for side in SIDES}  # [(us of CPU, us of time, plugs)]
        self.idle = {side: [] for side in SIDES}  # share of a processor

    def run(self):
        self.suite.prepare()
        tools = self.suite.disks / "agent"
        self.version = take_usbguard(self.suite.disks)
        shutil.copytree(self.suite.disks / "usbguard", tools / "usbguard")
        subprocess.run(["gcc", "-static", "-O1", "-Wall", "-Werror", "-o", tools / "plugs", HERE / "plugs.c"], check=True)
        inside.make_initrd(self.suite.image / "quick" / "initrd", self.suite.disks / "agent.initrd",
                           self.suite.disks / "agent-initrd", tools)
        self.stand = Stand(self.suite, "devices")
        log = disks.overlay(self.suite.disks / "log.raw", self.suite.disks / "bench-log.qcow2")
        self.stand.switch_on(self.suite.quick_arguments(log), log, has_agent=True)
        self.stand.page("login")
        self.agent = self.stand.agent
        self.agent.wait(LIMIT)
        self.suite.say("# the terminal runs")
        for number in range(self.options.rounds):
            for side in SIDES if number % 2 == 0 else reversed(SIDES):
                self.run_side(side)
        self.stand.close()

    def run_side(self, side):
        if side == "kioskd":
            self.agent.run("$tools/systemctl start kioskd.service; sleep 5", LIMIT)
            log = f"{LOG}/audit.log"
        else:
            self.agent.run("$tools/systemctl stop kioskd.service", LIMIT)
            print(self.agent.run(START_USBGUARD))
            log = f"{LOG}/usbguard.log"
        pid = self.agent.run(f"pidof {side}").split()[0]
        # What the program tells comes out at the first serial port, so that the machine has nothing else to do.
        console = self.stand.folder / "console.log"
        self.read = console.stat().st_size
        watcher = self.agent.run(f"$tools/plugs {log} {pid} >/dev/ttyS0 2>&1 & echo $!").strip()
        self.next_line("run")
        for kind in KINDS:
            rows, begun = [], None
            for _ in range(self.options.plugs):
                self.plug(kind)
                rows.append([int(word) if word != "-" else None for word in self.next_line("in")[1:]])
                run = self.next_line("run")
                self.stand.qemu.unplug("usb-bench")
                self.next_line("out")
                last = self.next_line("run")
                begun = begun or run
            self.times[side][kind].append(rows)
            spent, clock = (int(last[column]) - int(begun[column]) for column in (1, 2))
            self.cpu[side][kind].append((spent, clock, len(rows) - 1))
            self.suite.say(f"# {side} {kind}: {len(rows)} plugs; last: {rows[-1]}; {spent} us of CPU in {clock} us")
        self.agent.run(f"kill {watcher}")
        # A while without anything to do.
        before = self.read_cpu(log, pid)
        time.sleep(IDLE)
        spent, clock = (now - then for now, then in zip(self.read_cpu(log, pid), before))
        self.idle[side].append(spent / clock)
        if side != "kioskd":
            self.agent.run(STOP_USBGUARD)
            self.agent.run("$tools/systemctl start kioskd.service", LIMIT)

    def read_cpu(self, log, pid):
        watcher = self.agent.run(f"$tools/plugs {log} {pid} >/dev/ttyS0 2>&1 & echo $!").strip()
        words = self.next_line("run")
        self.agent.run(f"kill {watcher}")
        return int(words[1]), int(words[2])

    def plug(self, kind):
        model, words, port = KINDS[kind]
        self.stand.qemu.plug(model, "usb-bench", bus="usb.0", port=port, **words)

    def next_line(self, word):
        """The words of the next line that plugs.c writes with this one at its head."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            with open(self.stand.folder / "console.log", "rb") as console:
                console.seek(self.read)
                line = console.readline()
            if not line.endswith(b"\n"):
                time.sleep(0.02)
                continue
            self.read += len(line)
            words = line.decode(errors="replace").split()
            if words[:1] == [word]:
                return words
        raise Failure(f"plugs says nothing more of {word}")

    def values(self, side, kind, column):
        return [[row[column] for row in rows if row[column] is not None] for rows in self.times[side][kind]]

    def cpu_of(self, side, kind):
        """us of CPU a plug and unplug, a round; less what the program uses all the time."""
        return [[(spent - idle * clock) / n] for (spent, clock, n), idle in zip(self.cpu[side][kind], self.idle[side])]

    def print_table(self):
        print(f"\n{'ms (medians)':<28}{'kioskd':>10}{'USBGuard':>10}{'ratio':>8}   (least and greatest of a round)")
        for kind, column, name in ROWS:
            ours, theirs = (self.cpu_of(side, kind) if column is None else self.values(side, kind, column) for side in SIDES)
            if not all(map(len, ours + theirs)):
                print(f"{name:<28}  {sum(map(len, ours))} and {sum(map(len, theirs))} of "
                      f"{self.options.plugs * self.options.rounds} times")
                continue
            medians = [statistics.median(sum(side, [])) / 1000 for side in (ours, theirs)]
            ratios = [statistics.median(a) / statistics.median(b) for a, b in zip(ours, theirs)]
            print(f"{name:<28}{medians[0]:>10.2f}{medians[1]:>10.2f}{medians[0] / medians[1]:>8.2f}"
                  f"   ({min(ratios):.2f} to {max(ratios):.2f})")
        for side in SIDES:
            print(f"{side}: {100 * statistics.median(self.idle[side]):.1f} % of a processor with nothing to do")
            plugs = sum(len(rows) for kind in KINDS for rows in self.times[side][kind])
            records = sum(len(part) for kind in KINDS for part in self.values(side, kind, 1))
            print(f"{side}: {plugs} plugs, {records} records")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--image", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--plugs", type=int, default=63, help="of each kind, each round: 63 in 4 rounds are 1,008 plugs and unplugs")
    parser.add_argument("--rounds", type=int, default=4)
    bench = Bench(parser.parse_args())
    try:
        bench.run()
    finally:
        bench.suite.close()
    print(f"USBGuard {bench.version}")
    bench.print_table()


if __name__ == "__main__":
    main()
