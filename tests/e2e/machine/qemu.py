# SPDX-License-Identifier: GPL-3.0-or-later
"""One PC: a QEMU process with screen, keyboard, ports and power button.

The same PC in all cases, so that a state saved in one process can go on in another. Time-outs are such
as only a broken terminal reaches: under emulation everything takes ten times as long.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from PIL import Image

from keyboard import keys_of, keys_of_combination
from qmp import Qmp, QmpError

LIMIT = 300
SCREEN = (1280, 800)
MAC = "52:54:00:99:00:01"
USB_SLOT = "0x14"
SOCKETS = 3  # for cards
USB_CONTROLLER = "0000:00:14.0"
FIRMWARE = Path("/usr/share/OVMF")


def disk(path, name, kind="raw", writable=False, boot=None):
    """Arguments for a disk; the order of the disks gives them their names in the guest."""
    access = "" if writable else ",readonly=on"
    index = f",bootindex={boot}" if boot is not None else ""
    return ["-drive", f"file={path},format={kind},if=none,id={name}{access}",
            "-device", f"virtio-blk-pci,drive={name},serial={name}{index}"]


def firmware(folder):
    """Arguments for UEFI firmware with its own, fresh variables."""
    variables = folder / "firmware-variables.fd"
    shutil.copy(FIRMWARE / "OVMF_VARS_4M.fd", variables)
    return ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={FIRMWARE}/OVMF_CODE_4M.fd",
            "-drive", f"if=pflash,format=raw,unit=1,file={variables}"]


class Qemu:
    """arguments: what is different from case to case (disks, kernel or firmware, credentials)."""

    def __init__(self, folder, arguments, state=None, memory="1G", outputs=1, limit=LIMIT):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.limit = limit
        self.sockets = Path(tempfile.mkdtemp(prefix="qemu-"))
        command = ["ip", "netns", "exec", "servers", "qemu-system-x86_64", *self._machine(memory, outputs), *arguments]
        if state:
            command += ["-incoming", f"file:{state}"]
        (self.folder / "qemu.command").write_text("\n".join(command) + "\n")
        self.begun = time.monotonic()
        with open(self.folder / "qemu.log", "wb") as log:
            self.process = subprocess.Popen(["nice", "-n", os.environ.get("KIOSK_NICE", "0"), *command],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self.qmp = Qmp(str(self.sockets / "qmp"), self.process)
        except QmpError:
            raise QmpError((self.folder / "qemu.log").read_text()[-1000:]) from None
        if state:
            self._go_on()

    def _machine(self, memory, outputs):
        width, height = SCREEN
        return [
            "-name", "terminal", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2",
            "-m", memory, "-nodefaults", "-no-user-config", "-rtc", "base=utc",
            "-qmp", f"unix:{self.sockets}/qmp,server=on,wait=off",
            "-chardev", f"file,id=console,path={self.folder}/console.log", "-serial", "chardev:console",
            "-chardev", f"socket,id=agent,path={self.sockets}/agent,server=on,wait=off", "-serial", "chardev:agent",
            "-audiodev", "none,id=sound",
            "-vga", "none", "-device", f"virtio-vga,id=gpu,max_outputs={outputs},xres={width},yres={height}",
            # Whoever is connected there is a second monitor (see vnc.py), where the card has a socket for it. QEMU
            # can not go on from a saved state of a card with two.
            *(["-vnc", f"unix:{self.sockets}/monitor,display=gpu,head=1"] if outputs == 2 else ["-display", "none"]),
            # USB ports have the same names in every case; sockets for cards and a bus for disks, into which something
            # can be plugged while the machine runs.
            "-device", "virtio-rng-pci", "-device", f"qemu-xhci,id=usb,p2=15,p3=15,addr={USB_SLOT}",
            "-device", "virtio-scsi-pci,id=scsi",
            *(word for n in range(SOCKETS)
              for word in ("-device", f"pcie-root-port,id=socket{n},chassis={n + 1},slot={n + 1}")),
            "-netdev", "tap,id=wire,ifname=wire0,script=no,downscript=no",
            "-device", f"virtio-net-pci,netdev=wire,mac={MAC},romfile=",
        ]

    # ---- power ----

    def seconds(self):
        """Since power-on."""
        return time.monotonic() - self.begun

    def is_running(self):
        return self.process.poll() is None

    def kill(self):
        """Pulls the plug."""
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def wait_off(self):
        """Whether it switches itself off."""
        try:
            self.process.wait(self.limit)
            return True
        except subprocess.TimeoutExpired:
            return False

    def press_power(self):
        self.qmp.command("system_powerdown")

    def was_reset(self):
        return self.qmp.has_event("RESET")

    def resident(self):
        """Memory of the whole QEMU process in MiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) // 1024
        return 0

    # ---- saved states ----

    def save(self, path):
        """Writes all but the disks to a file; the machine stands still from then on."""
        self.qmp.command("stop")
        self.qmp.command("migrate-set-parameters", max_bandwidth=1 << 34)
        self.qmp.command("migrate", uri=f"file:{path}")
        while True:
            state = self.qmp.command("query-migrate").get("status")
            if state == "completed":
                return
            if state in ("failed", "cancelled"):
                raise QmpError("the state could not be saved")
            time.sleep(0.1)

    def _go_on(self):
        while self.qmp.command("query-status")["status"] == "inmigrate":
            time.sleep(0.05)
        self.qmp.command("cont")

    # ---- screen ----

    def look(self, head=0):
        """The picture on a monitor, or None while there is none."""
        path = self.sockets / "screen.ppm"
        try:
            self.qmp.command("screendump", filename=str(path), device="gpu", head=head)
        except QmpError:
            if not self.is_running():
                raise
            return None
        with Image.open(path) as picture:
            return picture.convert("RGB")

    # ---- hands ----

    def _send(self, *events):
        self.qmp.command("input-send-event", events=list(events))

    def press(self, keys, hold=0.03):
        """Keys down in order, up in reverse order."""
        for is_down in (True, False):
            for key in keys if is_down else reversed(keys):
                self._send({"type": "key", "data": {"down": is_down, "key": {"type": "qcode", "data": key}}})
            time.sleep(hold)

    def key(self, combination):
        self.press(keys_of_combination(combination))

    def type(self, text):
        for character in text:
            self.press(keys_of(character))

    def move(self, horizontal, vertical):
        """A mouse on a desk: so far from where it was."""
        for axis, value in (("x", horizontal), ("y", vertical)):
            self._send({"type": "rel", "data": {"axis": axis, "value": value}})

    def click(self, button="left"):
        for is_down in (True, False):
            self._send({"type": "btn", "data": {"down": is_down, "button": button}})
            time.sleep(0.05)

    # ---- ports ----

    def plug(self, driver, name, **properties):
        self.qmp.command("device_add", driver=driver, id=name, **properties)

    def unplug(self, name):
        self.qmp.command("device_del", id=name)

    def was_unplugged(self, name):
        """Whether the guest has let go of it."""
        self.qmp.command("query-name")  # events arrive before its answer
        return any(event["event"] == "DEVICE_DELETED" and event["data"].get("device") == name for event in self.qmp.events)

    def add_disk(self, name, path):
        self.qmp.command("blockdev-add", driver="raw", node_name=name, file={"driver": "file", "filename": str(path)})
