/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <umockdev.h>

/* A machine for the bus watch, made of umockdev's devices, with the kernel's side of what is written to them: a write(2)
 * of the code under test has the effect that it has in a kernel (link with --wrap=write). Paths are given below /sys. */
typedef struct _BusWorld BusWorld;

/* A PC: one SATA disk (8:0) with partitions, the verified root (253:0) and the log (8:4) on it, a PS/2 keyboard,
 * Thunderbolt's own router. */
BusWorld *bus_world_new (void);
void bus_world_free (BusWorld *self);

/* Plugs in what @text says (umockdev_testbed_add_from_string()), and lets its drivers exist. */
void bus_world_plug (BusWorld *self, const char *text);

/* Unplugs the device @path and all that hangs from it, with the news of it. */
void bus_world_unplug (BusWorld *self, const char *path);

/* The same without news. */
void bus_world_remove (BusWorld *self, const char *path);

void bus_world_uevent (BusWorld *self, const char *path, const char *action);
gboolean bus_world_has (BusWorld *self, const char *path);
/* First line of an attribute, "" when there is none. Owned by the caller. */
char *bus_world_read (BusWorld *self, const char *path, const char *attribute);
void bus_world_write (BusWorld *self, const char *path, const char *attribute, const char *value);

/* From now on what is written is taken, but has no effect; or has one again. */
void bus_world_set_deaf (BusWorld *self, gboolean deaf);

/* Writes do not return until this is called with FALSE. */
void bus_world_set_slow (BusWorld *self, gboolean slow);

/* What was written, one "PATH=VALUE" each, since this was last asked. Owned by the caller. */
GStrv bus_world_take_writes (BusWorld *self);
