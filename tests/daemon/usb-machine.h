/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A machine with USB ports that are not there (umockdev), and of the kernel behind them what a guard can see: a device
 * that is authorised gets its interfaces, each refused, and one that is not loses them. udev's part is that each of
 * these is announced. Unprivileged. Every failure ends the test. */
typedef struct _UsbMachine UsbMachine;

/* Ends the program when umockdev is not preloaded: it would write into the real machine. */
void usb_machine_require (void);

/* One controller, 0000:00:14.0, with the root hub usb1. */
UsbMachine *usb_machine_new (void);
void usb_machine_free (UsbMachine *self);

/* Plugs in at @name ("1-2", or "1-2.3" behind a hub that is there) what @line describes (tests/lib/usb-builder.h), with
 * strings, all of which may be NULL, and announces it. */
void usb_machine_plug (UsbMachine *self, const char *name, const char *line, const char *product,
                       const char *serial);
void usb_machine_unplug (UsbMachine *self, const char *name);

/* The kernel's turn: interfaces come and go. Also what keeps them back: @slow. */
void usb_machine_turn (UsbMachine *self);
void usb_machine_set_slow (UsbMachine *self, gboolean slow);

/* udev's announcement of what is there. */
void usb_machine_announce (UsbMachine *self, const char *name);

/* An attribute of the device or interface called @name ("usb1", "1-2", "1-2:1.0"). */
char *usb_machine_get (UsbMachine *self, const char *name, const char *attribute);
void usb_machine_set (UsbMachine *self, const char *name, const char *attribute, const char *value);
gboolean usb_machine_has (UsbMachine *self, const char *name);
/* Takes everything that is written and keeps nothing. */
void usb_machine_numb (UsbMachine *self, const char *name, const char *attribute);
/* Cannot be read. */
void usb_machine_break (UsbMachine *self, const char *name, const char *attribute);
/* Other descriptors from now on. */
void usb_machine_become (UsbMachine *self, const char *name, const char *line);

/* The interface @name has got an input device with the event node @node; @keyboard: it has the keys of one. */
void usb_machine_add_input (UsbMachine *self, const char *name, const char *node,
                            gboolean keyboard);

/* Any other device, as umockdev describes one (umockdev_testbed_add_from_string()); announced. */
void usb_machine_add_other (UsbMachine *self, const char *text);
/* Another value of an attribute of the device at @path ("/devices/..."), and the notice that it has changed. */
void usb_machine_change_other (UsbMachine *self, const char *path, const char *attribute,
                               const char *value);

/* Names of interfaces for which a driver was looked for, since the last call, one behind the other. */
char *usb_machine_take_probes (UsbMachine *self);

/* Path in sysfs of the device called @name; owned by the caller. */
char *usb_machine_syspath (const char *name);

/* The folder in which all of it lies. */
char *usb_machine_get_root (UsbMachine *self);
