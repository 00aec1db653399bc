/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd and devices beside USB: what it records, shows, and for what it goes out of service. A world has no devices
 * (kiosk/demo/world.sh); what there is here stands in files where sysfs has its own. */

#include "terminal.h"

#include "../lib/world.h"

#include <signal.h>
#include <string.h>

#define RADIO "/sys/devices/platform/demo/rfkill/rfkill0"
#define DISK "/sys/devices/platform/demo/block/nbd0"

static void
run (const char *command)
{
  g_free (world_run (command));
}

static void
plug_radio (void)
{
  run ("mkdir -p " RADIO " /sys/class/rfkill && cd " RADIO
       " && echo 0 > soft && echo 0 > hard && echo wlan > type && "
       "echo 'Radio' > name && : > uevent && ln -s /sys/class/rfkill subsystem && "
       "ln -s " RADIO " /sys/class/rfkill/rfkill0");
}

static void
plug_disk (void)
{
  run ("mkdir -p " DISK " /sys/class/block && cd " DISK
       " && echo 8 > size && echo DEVTYPE=disk > uevent && "
       "ln -s /sys/class/block subsystem && ln -s " DISK " /sys/class/block/nbd0");
}

/* Of the newest device that the shell is told of. */
static char *
get_card (const char *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = terminal_call ("GetStatus", NULL, NULL, &error);
  g_autoptr (GVariant) status = NULL;
  g_autoptr (GVariant) devices = NULL;
  g_autoptr (GVariant) card = NULL;
  char *value = NULL;

  g_assert_no_error (error);
  status = g_variant_get_child_value (answer, 0);
  devices = g_variant_lookup_value (status, "devices", G_VARIANT_TYPE ("aa{sv}"));
  g_assert_nonnull (devices);
  if (g_variant_n_children (devices) == 0)
    return g_strdup ("");
  card = g_variant_get_child_value (devices, 0);
  g_assert_true (g_variant_lookup (card, key, "s", &value));
  return value;
}

static void
check_card (const char *key, const char *expected)
{
  g_autofree char *value = get_card (key);

  g_assert_cmpstr (value, ==, expected);
}

/* Recorded, shut, shown; after a restart of kioskd not again. */
static void
test_radio (void)
{
  guint mark = log_mark ();
  g_autofree char *soft = NULL;
  g_autofree char *reference = NULL;
  JsonObject *record;

  terminal_write_policy ("Buses");
  plug_radio ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  record = log_wait (mark, "device-refused", 0);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "success");
  g_assert_cmpstr (log_get (record, "event.reason"), ==, "device-bus");
  g_assert_cmpstr (
      log_get (record, "message"), ==,
      "kind=wireless bus=wifi subsystem=rfkill name=rfkill0 place=platform/demo/rfkill/rfkill0 claim=Radio "
      "shut=1 state=shut");
  soft = world_run ("cat " RADIO "/soft");
  g_assert_cmpstr (soft, ==, "1\n");
  check_card ("kind", "wireless");
  check_card ("name", "Radio");
  check_card ("port-ja", "無線LAN（Wi-Fi）");
  check_card ("port-en", "Wi-Fi");
  check_card ("reason", "device-bus");
  reference = get_card ("reference");
  g_assert_cmpstr (log_get (record, "kiosk.reference"), ==, reference);
  json_object_unref (record);
  terminal_request ("DismissDevices", NULL);
  check_card ("kind", "");
  terminal_disconnect ();
  mark = log_mark ();
  terminal_signal (SIGKILL);
  terminal_wait_end ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  check_card ("kind", "");
  log_check_none (mark, "device-refused");
  terminal_disconnect ();
  terminal_stop ();
}

/* A disk that nobody can take away: nobody works here until it is gone. */
static void
test_disk (void)
{
  guint mark = log_mark ();
  JsonObject *record;

  terminal_write_policy ("Buses");
  plug_disk ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("stop-code", "D-02");
  record = log_wait (mark, "device-refused", 0);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
  g_assert_nonnull (strstr (log_get (record, "message"), "kind=storage bus=disk subsystem=block"));
  g_assert_nonnull (strstr (log_get (record, "message"), "state=open"));
  json_object_unref (record);
  check_card ("kind", "storage");
  run ("rm -r /sys/class/block " DISK);
  terminal_wait ("state", "logged-out");
  check_card ("kind", "");
  log_check_order (mark, "device-refused terminal-stopped terminal-ready");
  terminal_disconnect ();
  terminal_stop ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  run ("mount -t tmpfs -o mode=0755 world /sys/devices/platform");
  terminal_make_people ();
  g_test_add_func ("/buses/radio", test_radio);
  g_test_add_func ("/buses/disk", test_disk);
  return g_test_run ();
}
