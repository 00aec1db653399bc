/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bus-watch.h"
#include "bus-world.h"

/* A bus watch over a machine of bus-world.h, and what it has told. */

#define AHCI "/devices/pci0000:00/0000:00:17.0"
#define SYSTEM_DISK AHCI "/ata1/host0/target0:0:0/0:0:0:0"
#define SLOT "/devices/pci0000:00/0000:00:1c.0"
#define DOMAIN "/devices/pci0000:00/0000:00:0d.2/domain0"
#define OTHER AHCI "/ata2/host1/target1:0:0/1:0:0:0"
#define PCI_DEVICE(name, driver)                                                                   \
  "P: /devices/pci0000:00/" name "\nE: SUBSYSTEM=pci\nE: DRIVER=" driver                           \
  "\nA: class=0x080000\\n\nL: driver=../../../bus/pci/drivers/" driver "\n\n"

/* What is there before, of which nobody may hear: for bus_world_plug(). */
extern const char bus_fixture_built_in[];

typedef struct {
  KioskDeviceKind kind;
  char *name, *where, *what, *reason;
  KioskBus bus;
  gboolean shut, data;
  guint times;
} Told;

typedef struct {
  BusWorld *world;
  KioskBusWatch *watch;
  char *folder, *memory;
  GPtrArray *told;
  GPtrArray *gone;
  guint rescans, changes;
  gboolean mute; /* nothing can be told */
} Fixture;

/* What becomes of udev's news (link with --wrap=udev_monitor_receive_device): heard, dropped by a kernel whose queue is
 * full, or the kernel says that it has dropped some. */
typedef enum { BUS_NEWS_COME, BUS_NEWS_DROP, BUS_NEWS_LOST } BusNews;
void bus_fixture_set_news (BusNews what);

/* Adds a test with such a fixture. */
void bus_fixture_add (const char *name, gconstpointer data,
                      void (*test) (Fixture *self, gconstpointer data));

/* Begins to watch, with the disk of bus-world.h as the system's, or with others. */
void bus_fixture_begin (Fixture *self);
void bus_fixture_begin_with (Fixture *self, const dev_t *system, gsize n);

/* Until @list is that long; fails by the time limit of the whole test. */
void bus_fixture_wait_for (const GPtrArray *list, guint n);

/* Everything that udev has said until now is heard, and threads are done with what is shut. */
void bus_fixture_hear_all (Fixture *self);
