# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks from outside: partitions, the audit log without the terminal's help, copies that are thrown away."""

import struct
import subprocess
from pathlib import Path

SECTOR = 512
LOG_LABEL = "kiosk-log"


def partitions(path):
    """{label: (first byte, size)} of a GPT disk (UEFI specification, 5.3)."""
    found = {}
    with open(path, "rb") as disk:
        disk.seek(SECTOR)
        header = disk.read(92)
        if header[:8] != b"EFI PART":
            raise ValueError(f"{path} has no GPT")
        first, count, size = struct.unpack("<QII", header[72:88])
        disk.seek(first * SECTOR)
        for _ in range(count):
            entry = disk.read(size)
            begin, end = struct.unpack("<QQ", entry[32:48])
            if begin:
                found[entry[56:128].decode("utf-16-le").rstrip("\0")] = (begin * SECTOR, (end - begin + 1) * SECTOR)
    return found


def copy_part(source, begin, size, target, target_begin=0):
    """Copies bytes, leaving holes where there is nothing."""
    with open(source, "rb") as reader, open(target, "r+b" if Path(target).exists() else "wb") as writer:
        reader.seek(begin)
        for offset in range(0, size, 1 << 20):
            block = reader.read(min(1 << 20, size - offset))
            if block.strip(b"\0"):
                writer.seek(target_begin + offset)
                writer.write(block)
        writer.truncate(max(target_begin + size, writer.seek(0, 2)))


def make_log_disk(path, folder, size=256 << 20):
    """A disk with nothing but a log partition, as the released disk has one, for the quick variant."""
    part = folder / "log.ext4"
    tree = folder / "log"
    (tree / "state").mkdir(mode=0o700, parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-E", "root_perms=0700", "-d", tree, part, f"{size >> 10}k"], check=True)
    with open(path, "wb") as disk:
        disk.truncate(size + (2 << 20))
    subprocess.run(["sfdisk", "--quiet", path], check=True, text=True, stdout=subprocess.DEVNULL,
                   input=f"label: gpt\nstart=2048, size={size // SECTOR}, type=linux, name={LOG_LABEL}\n")
    copy_part(part, 0, size, path, 1 << 20)
    part.unlink()


def overlay(base, path, kind="raw"):
    """A disk that begins as base and leaves it as it is."""
    path.unlink(missing_ok=True)
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", base, "-F", kind, path], check=True)
    return path


def read_log(path, folder):
    """The audit log as it stands on a disk now, also while the machine runs or after its power was cut: what
    the file system's journal promises is done in a copy (e2fsck), then the file is read (debugfs)."""
    whole, part, log = folder / "whole.raw", folder / "log.ext4", folder / "audit.log"
    for file in (whole, part, log):
        file.unlink(missing_ok=True)
    subprocess.run(["qemu-img", "convert", "-U", "-O", "raw", path, whole], check=True)
    begin, size = partitions(whole)[LOG_LABEL]
    copy_part(whole, begin, size, part)
    whole.unlink()
    subprocess.run(["e2fsck", "-fy", part], capture_output=True, check=False)
    state = subprocess.run(["e2fsck", "-fn", part], capture_output=True, check=False)
    listing = subprocess.run(["debugfs", "-R", "ls -p /", part], capture_output=True, text=True, check=True).stdout
    name = next((line.split("/")[5] for line in listing.splitlines() if line.count("/") > 5
                 and line.split("/")[5] == "audit.log"), None)
    if name:
        subprocess.run(["debugfs", "-R", f"dump /{name} {log}", part], capture_output=True, check=True)
    part.unlink()
    return log if log.exists() and state.returncode == 0 else None


def find_bytes(path, needles):
    """{needle: how often} in the bytes of a file; holes are read as they are."""
    counts = dict.fromkeys(needles, 0)
    overlap = max(map(len, needles)) - 1
    with open(path, "rb") as file:
        rest = b""
        while block := file.read(8 << 20):
            data = rest + block
            for needle in needles:
                counts[needle] += data.count(needle)
            rest = data[-overlap:]
    return counts
