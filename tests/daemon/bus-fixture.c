/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "bus-fixture.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <libudev.h>
#include <sys/sysmacros.h>

const char bus_fixture_built_in[] = PCI_DEVICE ("0000:00:14.3", "iwlwifi") PCI_DEVICE (
    "0000:00:1a.0", "sdhci-pci") PCI_DEVICE ("0000:00:1f.3", "snd_hda_intel")
    PCI_DEVICE ("0000:00:1b.0", "firewire_ohci") PCI_DEVICE (
        "0000:00:1e.0", "yenta_cardbus") PCI_DEVICE ("0000:00:05.0", "ipu6")
        PCI_DEVICE ("0000:00:16.0", "iosm") PCI_DEVICE ("0000:00:1c.0", "pcieport") PCI_DEVICE (
            "0000:00:12.0",
            "nvme") "P: /devices/pnp0/00:05\nE: SUBSYSTEM=pnp\nL: driver=../../../bus/pnp/drivers/parport_pc\n\n"
                    "P: /devices/platform/floppy.0\nE: SUBSYSTEM=platform\n"
                    "L: driver=../../../bus/platform/drivers/floppy\n\n"
                    "P: /devices/platform/i2c_designware.0/i2c-1/1-0028\nE: SUBSYSTEM=i2c\n"
                    "L: driver=../../../../../bus/i2c/drivers/pn544_hci_i2c\n\n"
                    "P: /devices/pnp0/00:01\nE: SUBSYSTEM=pnp\n\n"
                    "P: /devices/pnp0/00:01/tty/ttyS0\nE: SUBSYSTEM=tty\nA: type=4\\n\n\n"
                    "P: /devices/platform/serial8250/tty/ttyS1\nE: SUBSYSTEM=tty\nA: type=0\\n\n\n"
                    "P: /devices/virtual/block/loop0\nE: SUBSYSTEM=block\nE: DEVTYPE=disk\nA: size=0\\n\n\n";

/* ---- What the watch says ---- */

static void
told_free (gpointer data)
{
  Told *told = data;

  g_free (told->name);
  g_free (told->where);
  g_free (told->what);
  g_free (told->reason);
  g_free (told);
}

static gboolean
on_refused (KioskDeviceKind kind, const char *name, const char *where, const KioskBusNews *news,
            gpointer data)
{
  Fixture *self = data;
  Told *told;

  if (self->mute)
    return FALSE;
  told = g_new0 (Told, 1);
  *told = (Told){ kind,
                  g_strdup (name),
                  g_strdup (where),
                  g_strdup (news->what),
                  g_strdup (news->reason),
                  news->bus,
                  news->shut,
                  news->data,
                  news->times };
  g_test_message ("%s %s %s", news->what, news->shut ? "shut" : "open", name);
  g_ptr_array_add (self->told, told);
  return TRUE;
}

static void
on_gone (const char *where, gpointer data)
{
  g_ptr_array_add (((Fixture *) data)->gone, g_strdup (where));
}

static void
on_rescanned (guint n, gpointer data)
{
  g_assert_cmpuint (n, >, 0);
  ((Fixture *) data)->rescans++;
}

static void
on_changed (gpointer data)
{
  ((Fixture *) data)->changes++;
}

static const KioskBusWatchEvents events = {
  .refused = on_refused,
  .gone = on_gone,
  .rescanned = on_rescanned,
  .changed = on_changed,
};

/* ---- News that are lost ---- */

static BusNews news;

struct udev_device *__real_udev_monitor_receive_device (struct udev_monitor *monitor);
struct udev_device *__wrap_udev_monitor_receive_device (struct udev_monitor *monitor);

/* A kernel whose queue was full drops what comes, and says so once. */
struct udev_device *
__wrap_udev_monitor_receive_device (struct udev_monitor *monitor)
{
  struct udev_device *device;

  if (news == BUS_NEWS_LOST)
    {
      news = BUS_NEWS_COME;
      errno = ENOBUFS;
      return NULL;
    }
  while ((device = __real_udev_monitor_receive_device (monitor)) != NULL && news == BUS_NEWS_DROP)
    udev_device_unref (device);
  return device;
}

/* ---- The fixture ---- */

void
bus_fixture_begin_with (Fixture *self, const dev_t *system, gsize n)
{
  g_autoptr (GError) error = NULL;

  self->watch = kiosk_bus_watch_new (self->memory, system, n, &events, self, &error);
  g_assert_no_error (error);
}

void
bus_fixture_begin (Fixture *self)
{
  const dev_t system[] = { makedev (253, 0), makedev (8, 4) };

  bus_fixture_begin_with (self, system, G_N_ELEMENTS (system));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  news = BUS_NEWS_COME;
  self->told = g_ptr_array_new_with_free_func (told_free);
  self->gone = g_ptr_array_new_with_free_func (g_free);
  self->folder = g_dir_make_tmp ("kiosk-buses-XXXXXX", &error);
  g_assert_no_error (error);
  self->memory = g_build_filename (self->folder, "buses", NULL);
  self->world = bus_world_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  bus_world_set_slow (self->world, FALSE);
  kiosk_bus_watch_free (self->watch);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  bus_world_free (self->world);
  g_unlink (self->memory);
  g_rmdir (self->folder);
  g_ptr_array_unref (self->told);
  g_ptr_array_unref (self->gone);
  g_free (self->memory);
  g_free (self->folder);
}

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Until @n were told; fails by the time limit of the whole test. */
void
bus_fixture_wait_for (const GPtrArray *list, guint n)
{
  guint tick = g_timeout_add (20, on_tick, NULL);

  while (list->len < n)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

/* Everything that udev has said until now is heard, and threads are done with what is shut: news of two more things
 * have come, one behind the other. */
void
bus_fixture_hear_all (Fixture *self)
{
  static const char *const markers[]
      = { "virtual/video4linux/video98", "virtual/video4linux/video99" };

  for (guint m = 0; m < G_N_ELEMENTS (markers); m++)
    {
      g_autofree char *path = g_strconcat ("/devices/", markers[m], NULL);
      g_autofree char *text = g_strdup_printf ("P: %s\nE: SUBSYSTEM=video4linux\n", path);
      guint tick = g_timeout_add (20, on_tick, NULL);
      gboolean found = FALSE;

      bus_world_plug (self->world, text);
      while (!found)
        {
          g_main_context_iteration (NULL, TRUE);
          for (guint i = 0; i < self->told->len && !found; i++)
            if ((found = g_str_equal (((Told *) self->told->pdata[i])->where, markers[m])))
              g_ptr_array_remove_index (self->told, i);
        }
      bus_world_unplug (self->world, path);
      for (found = FALSE; !found;)
        {
          g_main_context_iteration (NULL, TRUE);
          for (guint i = 0; i < self->gone->len && !found; i++)
            if ((found = g_str_equal (self->gone->pdata[i], markers[m])))
              g_ptr_array_remove_index (self->gone, i);
        }
      g_source_remove (tick);
    }
}

void
bus_fixture_add (const char *name, gconstpointer data,
                 void (*test) (Fixture *self, gconstpointer data))
{
  g_test_add (name, Fixture, data, set_up, test, tear_down);
}

void
bus_fixture_set_news (BusNews what)
{
  news = what;
}
