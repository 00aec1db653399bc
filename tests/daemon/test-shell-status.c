/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* What the shell is told about devices (terminal-bus.xml), and the requests that belong to it. */

#include "shell-request.h"
#include "status.h"

#include "kiosk/model/audit-actions.h"

static KioskRefusedDevice *
new_device (guint i)
{
  KioskRefusedDevice *device = g_new0 (KioskRefusedDevice, 1);

  device->kind = "storage";
  device->name = g_strdup_printf ("stick %u", i);
  device->port = (KioskLabel){ .ja = g_strdup ("前面左"), .en = g_strdup ("front left") };
  device->reason = KIOSK_REASON_DEVICE_CLASS;
  device->reference = g_strdup_printf ("A03-1121-%03u", i);
  device->time = 1000 + (gint64) i;
  return device;
}

static void
assert_string (GVariant *dict, const char *key, const char *wanted)
{
  const char *found = NULL;

  g_assert_true (g_variant_lookup (dict, key, "&s", &found));
  g_assert_cmpstr (found, ==, wanted);
}

/* @n devices: how many are told, how many are not. */
static void
check_devices (guint n, guint told, guint more)
{
  KioskStatus status
      = { .devices = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_refused_device_free) };
  g_autoptr (GVariant) dict = NULL;
  g_autoptr (GVariant) list = NULL;
  guint found;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (status.devices, new_device (i));
  dict = g_variant_ref_sink (kiosk_status_to_variant (&status));
  list = g_variant_lookup_value (dict, "devices", G_VARIANT_TYPE ("aa{sv}"));
  g_assert_nonnull (list);
  g_assert_cmpuint (g_variant_n_children (list), ==, told);
  g_assert_true (g_variant_lookup (dict, "devices-more", "u", &found));
  g_assert_cmpuint (found, ==, more);
  for (guint i = 0; i < told; i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (list, i);
      g_autofree char *name = g_strdup_printf ("stick %u", i);
      gint64 time = 0;

      assert_string (one, "kind", "storage");
      assert_string (one, "name", name);
      assert_string (one, "port-ja", "前面左");
      assert_string (one, "port-en", "front left");
      assert_string (one, "reason", "device-class");
      g_assert_true (g_variant_lookup (one, "time", "x", &time));
      g_assert_cmpint (time, ==, 1000 + (gint64) i);
      g_assert_false (g_variant_lookup (one, "id", "&s", NULL));
    }
  g_ptr_array_unref (status.devices);
}

static void
test_devices (void)
{
  check_devices (0, 0, 0);
  check_devices (1, 1, 0);
  check_devices (5, 5, 0);
  check_devices (6, 5, 1);
  check_devices (64, 5, 59);
}

static void
test_check (void)
{
  KioskStatus status
      = { .check
          = { .number = "402913", .typed = 2, .until = 77, .name = (char *) "K380", .tries = 3 } };
  g_autoptr (GVariant) dict = g_variant_ref_sink (kiosk_status_to_variant (&status));
  guint typed, tries;
  gint64 until;

  assert_string (dict, "check-number", "402913");
  assert_string (dict, "check-name", "K380");
  g_assert_true (g_variant_lookup (dict, "check-typed", "u", &typed));
  g_assert_true (g_variant_lookup (dict, "check-tries", "u", &tries));
  g_assert_true (g_variant_lookup (dict, "check-until", "x", &until));
  g_assert_cmpuint (typed, ==, 2);
  g_assert_cmpuint (tries, ==, 3);
  g_assert_cmpint (until, ==, 77);
}

static void
test_seal (void)
{
  KioskStatus status = { .seal = "7K3M-2QXZ-9B4D", .seal_sequence = 18422, .seal_time = 99 };
  g_autoptr (GVariant) dict = g_variant_ref_sink (kiosk_status_to_variant (&status));
  gint64 sequence, time;

  assert_string (dict, "seal", "7K3M-2QXZ-9B4D");
  g_assert_true (g_variant_lookup (dict, "seal-sequence", "x", &sequence));
  g_assert_true (g_variant_lookup (dict, "seal-time", "x", &time));
  g_assert_cmpint (sequence, ==, 18422);
  g_assert_cmpint (time, ==, 99);
}

static void
test_requests (void)
{
  const KioskShellRequest *dismiss = kiosk_shell_request_find ("DismissDevices");
  const KioskShellRequest *typing = kiosk_shell_request_find ("ReportTyping");
  KioskEvent event;

  g_assert_cmpstr (dismiss->signature, ==, "");
  g_assert_cmpint (dismiss->event, ==, KIOSK_EVENT_DISMISS_DEVICES);
  g_assert_false (dismiss->always);
  g_assert_cmpstr (typing->signature, ==, "uu");
  g_assert_cmpint (typing->event, ==, KIOSK_EVENT_REPORT_TYPING);
  g_assert_false (typing->always);
  g_assert_true (kiosk_shell_request_find_purpose ("unlock", &event));
  g_assert_cmpint (event, ==, KIOSK_EVENT_BEGIN_UNLOCK);
  g_assert_false (kiosk_shell_request_find_purpose ("", &event));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shell-status/devices", test_devices);
  g_test_add_func ("/shell-status/check", test_check);
  g_test_add_func ("/shell-status/seal", test_seal);
  g_test_add_func ("/shell-status/requests", test_requests);
  return g_test_run ();
}
