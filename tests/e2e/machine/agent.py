# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair of eyes inside the terminal, for the quick variant of the image only.

The image itself has nothing for it: no shell, no tools, and nobody who takes units from outside. So the tests
start its kernel with a second archive behind its initrd. A unit in there lays our tools (busybox and probes, in memory)
and a unit into /run, which goes over into the running system: that unit runs a shell of ours on the second serial
port. It brings no device with it: whatever the terminal did not start with, it would refuse. A release has its initrd in one measured file with kernel and command line; there
everything is checked by screen, keys and disks alone.
"""

import base64
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

MOUNT = "/run/machinetest"
SOURCES = Path(__file__).parent / "inside"
HAMMER = "/srv/build/project/tests/e2e/log-hammer"  # built beside the programs of the image
PROBES = ("network", "keys", "processes", "uevents")

# In the initrd.
CARRIER = {
    "usr/lib/systemd/system/machinetest-carry.service": """[Unit]
DefaultDependencies=no
Before=initrd-usr-fs.target
[Service]
Type=oneshot
ExecStart=/machinetest/tools/busybox sh /machinetest/carry.sh
""",
    "usr/lib/systemd/system/initrd-usr-fs.target.d/machinetest.conf": "[Unit]\nWants=machinetest-carry.service\n",
    # /run lets no program start: the tools have a place of their own there.
    "machinetest/carry.sh": f"""b=/machinetest/tools/busybox
$b mkdir -p /run/systemd/system {MOUNT}
$b cp -R /machinetest/units/. /run/systemd/system/
$b mount -t tmpfs -o mode=0755,size=64M machinetest {MOUNT}
$b cp -R /machinetest/tools/. {MOUNT}/
$b ls /sys/bus/usb/devices > /run/machinetest-initrd-usb 2>&1
$b find /sys/module -maxdepth 1 -name 'usb*' > /run/machinetest-initrd-modules
""",
}
# In the running system.
UNITS = {
    "machinetest.service": f"""[Unit]
DefaultDependencies=no
After=sysinit.target
Conflicts=shutdown.target
[Service]
ExecStart={MOUNT}/busybox sh {MOUNT}/agent.sh
StandardInput=null
Restart=always
RestartSec=1
KillSignal=SIGKILL
OOMScoreAdjust=-900
""",
    "sysinit.target.d/machinetest.conf": "[Unit]\nWants=machinetest.service\n",
}


class AgentError(Exception):
    """No answer from inside."""


def make_tools(folder):
    """busybox, systemctl, the probes, the writer of logs and the shell's script."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "/bin/busybox", SOURCES / "agent.sh", HAMMER, folder], check=True)
    for probe in PROBES:
        subprocess.run(["gcc", "-static", "-O1", "-Wall", "-Werror", "-o", folder / probe, SOURCES / f"{probe}.c"],
                       check=True)
    shutil.copy("/usr/bin/systemctl", folder)  # its libraries are the image's own: this is the same Debian


def make_bare_window(folder):
    gtk = subprocess.run(["pkg-config", "--cflags", "--libs", "gtk4"], check=True, capture_output=True, text=True)
    subprocess.run(["gcc", "-O1", "-Wall", "-Werror", "-o", folder / "bare-window", SOURCES / "bare-window.c",
                    *gtk.stdout.split()], check=True)


def write_files(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def make_initrd(original, path, folder, tools, more_units=()):
    """The image's initrd with our archive behind it (the kernel unpacks one after the other). tools: a folder of
    make_tools(). more_units: beside UNITS."""
    tree = folder / "tree"
    if tree.exists():
        shutil.rmtree(tree)
    write_files(tree, CARRIER)
    write_files(tree / "machinetest" / "units", UNITS | dict(more_units))
    shutil.copytree(tools, tree / "machinetest" / "tools")
    names = subprocess.run(["find", ".", "-mindepth", "1"], cwd=tree, check=True, capture_output=True).stdout
    archive = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc"], cwd=tree, check=True, capture_output=True,
                             input=names).stdout
    data = original.read_bytes()
    path.write_bytes(data + b"\0" * (-len(data) % 4) + archive)


class Agent:
    def __init__(self, qemu):
        self.qemu = qemu
        self.number = 0
        self.rest = b""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(qemu.sockets / "agent"))

    def run(self, script, limit=120):
        """What the script writes, run by busybox as root with all rights, in nobody's namespace."""
        self.number += 1
        mark = f"{id(self):x}-{self.number}"
        text = base64.b64encode(script.encode()).decode()
        self.socket.sendall(f"{mark} {text}\n".encode())
        match = self._wait(re.compile(rb"<" + mark.encode() + rb" ([A-Za-z0-9+/=]*)>"), limit)
        return base64.b64decode(match[1]).decode(errors="replace")

    def wait(self, limit):
        """Until it answers."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            try:
                self.run("echo here", 3)
                return
            except AgentError:
                if not self.qemu.is_running():
                    raise
        raise AgentError("nobody answers from inside")

    def _wait(self, pattern, limit):
        end = time.monotonic() + limit
        self.socket.settimeout(0.2)
        while time.monotonic() < end:
            match = pattern.search(self.rest)
            if match:
                self.rest = self.rest[match.end():]
                return match
            try:
                received = self.socket.recv(1 << 16)
            except TimeoutError:
                continue
            if not received:
                raise AgentError("QEMU is gone")
            self.rest += received
        raise AgentError(f"no answer from inside in {limit} s")
