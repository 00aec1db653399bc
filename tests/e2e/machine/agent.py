# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair of eyes inside the terminal, for the quick variant of the image only.

The image itself has nothing for it: no shell, no tools. systemd takes two units from the credentials that
the "firmware" (SMBIOS) offers: one mounts a drive with busybox and our probes, the other runs a shell of that
drive on the second serial port. A release refuses such credentials (systemd.import_credentials=no), and
there everything is checked by screen, keys and disks alone.
"""

import base64
import re
import socket
import subprocess
import time
from pathlib import Path

MOUNT = "/run/machinetest"
SOURCES = Path(__file__).parent / "inside"
PROBES = ("network", "keys", "processes")

UNITS = {
    "systemd.extra-unit.run-machinetest.mount": f"""[Unit]
DefaultDependencies=no
[Mount]
What=/dev/vdc
Where={MOUNT}
Type=erofs
Options=ro,exec
""",
    "systemd.extra-unit.machinetest.service": f"""[Unit]
DefaultDependencies=no
RequiresMountsFor={MOUNT}
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
    "systemd.unit-dropin.sysinit.target~machinetest": "[Unit]\nWants=machinetest.service\n",
}


class AgentError(Exception):
    """No answer from inside."""


def make_drive(path, folder):
    """The drive with busybox, the probes and the shell's script."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "/bin/busybox", SOURCES / "agent.sh", folder], check=True)
    for probe in PROBES:
        subprocess.run(["gcc", "-static", "-O1", "-Wall", "-Werror", "-o", folder / probe, SOURCES / f"{probe}.c"],
                       check=True)
    path.unlink(missing_ok=True)
    subprocess.run(["mkfs.erofs", "--quiet", "--all-root", path, folder], check=True)


def credentials():
    """Arguments for QEMU."""
    arguments = []
    for name, text in UNITS.items():
        value = base64.b64encode(text.encode()).decode()
        arguments += ["-smbios", f"type=11,value=io.systemd.credential.binary:{name}={value}"]
    return arguments


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
