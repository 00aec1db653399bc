# SPDX-License-Identifier: GPL-3.0-or-later
"""What a disk was told, in order: QEMU's blklogwrites, whose file is laid out as the kernel's dm-log-writes has it
(Documentation/admin-guide/device-mapper/log-writes.rst). From it the disk is made again as it may have been at any moment without
power: all that was flushed, and of what was written since then any part."""

import struct
from collections import namedtuple

MAGIC, FLUSH, DISCARD, SECTOR = 0x6a736677736872, 1, 4, 512

Entry = namedtuple("Entry", "place sector flags data size")  # place: where the entry begins in the file; data: of its bytes


def arguments(disk, writes, name="log"):
    """For QEMU, in the place of qemu.disk()."""
    return ["-blockdev", f"driver=file,filename={disk},node-name={name}-file",
            "-blockdev", f"driver=file,filename={writes},node-name={name}-writes",
            "-blockdev", f"driver=blklogwrites,node-name={name},file={name}-file,log={name}-writes",
            "-device", f"virtio-blk-pci,drive={name},serial={name}"]


def entries(path):
    """All that are whole."""
    found = []
    end = path.stat().st_size
    with open(path, "rb") as file:
        magic, _, _, size = struct.unpack("<QQQI", file.read(28))
        if magic != MAGIC:
            raise ValueError(f"{path} is no log of writes")
        place = size
        while place + size <= end:
            file.seek(place)
            sector, count, flags, _ = struct.unpack("<QQQQ", file.read(32))
            length = 0 if flags & DISCARD else count * size
            if place + size + length > end or not (count or flags):
                break
            found.append(Entry(place, sector * size, flags, place + size, count * size))
            place += size + length
    return found


def apply(entry, writes, disk, part=1):
    """Does to a disk what the entry says, or a part of it from the begin on (0 to 1), in whole sectors. Both are open files."""
    size = int(entry.size * part) // SECTOR * SECTOR
    disk.seek(entry.sector)
    if entry.flags & DISCARD:
        disk.write(b"\0" * size)
    elif size:
        writes.seek(entry.data)
        disk.write(writes.read(size))
