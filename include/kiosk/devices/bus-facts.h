/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/bus-device.h"

#include <glib.h>

#include <sys/types.h>

/* Reads what the kernel says about devices beside USB from sysfs (sysfs(5), Documentation/filesystems/sysfs.rst), and which
 * of them carry the system. Reads only. Any thread. */

/* The disks on which @numbers (st_dev of mounted file systems, stat(2)) stand, with their partitions, and everything that
 * lies in between (device mapper, RAID, files on loop devices): a set of paths below /sys/devices. What counts is the
 * kernel's own number of the device; no label, UUID or name of a disk is looked at. Empty when the numbers are of no
 * disk: memory, network, overlay. Owned by the caller. */
GHashTable *kiosk_bus_find_system (const dev_t *numbers, gsize n_numbers);

/* Every device, by its path below /sys/devices, in byte order: what something hangs from comes before it. NULL with
 * KIOSK_ERROR_IO when sysfs is not there. Owned by the caller. */
GPtrArray *kiosk_bus_list_devices (GError **error);

/* Reads all about the device at @path. @system: as above; @start (may be NULL): names of the PCI devices that were
 * there when the machine started, those that are not in it are late. FALSE when there is no such device (any more).
 * What cannot be read leaves @facts->complete FALSE. */
gboolean kiosk_bus_facts_read (const char *path, GHashTable *system, GHashTable *start,
                               KioskBusFacts *facts);

/* The same about a device that is not there any more, of which the news came too late: udev's rules make the kernel
 * forget what must not be there. @subsystem, @devtype, @modalias and @class (of PCI, hexadecimal) are those of the news,
 * each may be NULL. What it hung from is read as far as it is there. */
void kiosk_bus_facts_recall (const char *path, const char *subsystem, const char *devtype,
                             const char *modalias, const char *class, GHashTable *system,
                             GHashTable *start, KioskBusFacts *facts);
