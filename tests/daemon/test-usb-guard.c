/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The USB guard against a machine that is not there (umockdev): what it tells, in which order, and what it has written
 * when all is done. What a real kernel makes of it is tested in QEMU (tests/e2e/machine). */

#include "usb-guard.h"

#include "recorder.h"
#include "usb-machine.h"

#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/policy.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <libudev.h>
#include <signal.h>
#include <string.h>

#define PATIENCE (60 * G_USEC_PER_SEC)

#define POLICY                                                                                     \
  "[policy]\nformat=1\n[terminal]\nid=a03\nsite[ja]=庁舎\nsite[en]=Hall\n"                       \
  "[devices]\ndefault=deny\nhub-depth=1\n"                                                         \
  "[device board]\npurpose=keyboard\nid=046d:c31c\nport=1-2;1-3;1-4.1;1-4.1.1\nrest=off\n"         \
  "[device second]\npurpose=keyboard\nid=413c:2107\nport=1-3\n"                                    \
  "[device mouse]\npurpose=pointer\nid=046d:c05a\n"                                                \
  "[device token]\npurpose=token\nid=1050:0120\nwhen=unlocked\n"                                   \
  "[device hub]\npurpose=hub\nid=05e3:0608\n"

#define BOARD "046d:c31c 0.0=03/01/01"
#define BOARD_AND_STICK "046d:c31c 0.0=03/01/01 1.0=03/00/00 2.0=08/06/50*2"
#define SECOND "413c:2107 0.0=03/01/01"
#define MOUSE "046d:c05a 0.0=03/01/02"
#define TOKEN "1050:0120 0.0=03/00/00*2"
#define HUB "05e3:0608 device=09/00/01 0.0=09/00/00"
#define STICK "0781:5567 0.0=08/06/50*2"

/* ---- The guard and its listener ---- */

typedef struct {
  UsbMachine *machine;
  KioskUsbGuard *guard;
  KioskPolicy *policy;
  GPtrArray *told;         /* lines */
  guint read;              /* of them, seen by the test */
  KioskRecorder *recorder; /* NULL: nothing is recorded */
} Fixture;

static guint losses;     /* so many times is ENOBUFS answered */
static gboolean is_deaf; /* nothing is heard at all */

struct udev_device *__real_udev_monitor_receive_device (struct udev_monitor *monitor);
struct udev_device *__wrap_udev_monitor_receive_device (struct udev_monitor *monitor);

/* The kernel drops what has no room. */
struct udev_device *
__wrap_udev_monitor_receive_device (struct udev_monitor *monitor)
{
  struct udev_device *device = __real_udev_monitor_receive_device (monitor);

  if ((losses == 0 && !is_deaf) || device == NULL)
    return device;
  losses -= losses > 0 ? 1 : 0;
  while (device != NULL)
    {
      udev_device_unref (device);
      device = __real_udev_monitor_receive_device (monitor);
    }
  errno = is_deaf ? EAGAIN : ENOBUFS;
  return NULL;
}

static void
tell (Fixture *self, char *line)
{
  g_test_message ("%s", line);
  g_ptr_array_add (self->told, line);
}

static void
on_allowed (const KioskUsbNews *news, gpointer data)
{
  g_assert_true (news->obeys);
  tell (data, g_strdup_printf ("allowed %s %x", news->facts->name, news->verdict->interfaces));
}

static void
on_refused (const KioskUsbNews *news, gpointer data)
{
  Fixture *self = data;

  g_assert_nonnull (news->verdict->reason);
  g_assert_nonnull (news->verdict->detail);
  if (self->recorder != NULL)
    g_assert_true (kiosk_recorder_write (self->recorder,
                                         &(KioskEntry){ .action = KIOSK_ACTION_DEVICE_REFUSED,
                                                        .outcome = KIOSK_OUTCOME_SUCCESS,
                                                        .reason = news->verdict->reason,
                                                        .detail = news->facts->serial,
                                                        .grouped = TRUE },
                                         NULL));
  tell (self, g_strdup_printf ("refused %s %s%s%s", news->facts->name, news->verdict->reason,
                               news->was_open ? " open" : "", news->obeys ? "" : " stays"));
}

static void
on_withdrawn (const KioskUsbNews *news, gpointer data)
{
  tell (data, g_strdup_printf ("withdrawn %s %s", news->facts->name, news->verdict->reason));
}

static void
on_removed (const KioskUsbNews *news, gpointer data)
{
  tell (data, g_strdup_printf ("removed %s%s", news->facts->name,
                               news->had_worked ? " that worked" : ""));
}

static gboolean
on_keyboard_found (const KioskUsbNews *news, gpointer data)
{
  Fixture *self = data;
  g_autofree char *authorized = usb_machine_get (self->machine, news->facts->name, "authorized");

  /* The lock comes before the first key. */
  g_assert_cmpstr (authorized, ==, "0");
  tell (self, g_strdup_printf ("found %s", news->facts->name));
  kiosk_usb_guard_set_situation (self->guard, self->policy, KIOSK_MOMENT_LOCKED);
  return TRUE;
}

static void
on_keyboard_ready (const KioskUsbNews *news, const char *node, gpointer data)
{
  tell (data, g_strdup_printf ("ready %s %s", news->facts->name, node));
}

static void
on_unguarded (const char *detail, gboolean closed, gpointer data)
{
  tell (data, g_strdup_printf ("unguarded %s%s", detail, closed ? "" : " stays"));
}

static void
on_rescanned (guint found, gpointer data)
{
  tell (data, g_strdup_printf ("rescanned %u", found));
}

static void
on_changed (gpointer data)
{
}

static const KioskUsbGuardEvents events = {
  .allowed = on_allowed,
  .refused = on_refused,
  .withdrawn = on_withdrawn,
  .removed = on_removed,
  .keyboard_found = on_keyboard_found,
  .keyboard_ready = on_keyboard_ready,
  .unguarded = on_unguarded,
  .rescanned = on_rescanned,
  .changed = on_changed,
};

static void
set_up (Fixture *self, gconstpointer data)
{
  const KioskPolicySource source
      = { .name = "policy.conf", .data = POLICY, .length = strlen (POLICY) };
  g_autoptr (GPtrArray) problems = NULL;

  self->policy = kiosk_policy_parse (&source, 1, &problems);
  g_assert_nonnull (self->policy);
  self->machine = usb_machine_new ();
  self->told = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  kiosk_usb_guard_free (self->guard);
  while (g_main_context_iteration (NULL, FALSE)) /* orders that were under way */
    ;
  usb_machine_free (self->machine);
  kiosk_policy_unref (self->policy);
  g_ptr_array_unref (self->told);
  losses = 0;
  is_deaf = FALSE;
}

static void
start (Fixture *self, KioskDeviceMoment moment)
{
  g_autoptr (GError) error = NULL;

  self->guard = kiosk_usb_guard_new (&events, self, &error);
  g_assert_no_error (error);
  kiosk_usb_guard_set_situation (self->guard, self->policy, moment);
  kiosk_usb_guard_look (self->guard);
}

static void
turn (Fixture *self)
{
  usb_machine_turn (self->machine);
  if (!g_main_context_iteration (NULL, FALSE))
    g_usleep (500);
}

/* Waits for the next line, which must be @line. */
static void
expect (Fixture *self, const char *line)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;

  while (self->told->len == self->read)
    {
      turn (self);
      if (g_get_monotonic_time () > deadline)
        g_error ("nothing was told instead of \"%s\"", line);
    }
  g_assert_cmpstr (self->told->pdata[self->read], ==, line);
  self->read++;
}

static void
expect_value (Fixture *self, const char *name, const char *attribute, const char *value)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;

  for (;;)
    {
      g_autofree char *found = usb_machine_get (self->machine, name, attribute);

      if (g_str_equal (found, value))
        return;
      if (g_get_monotonic_time () > deadline)
        g_error ("%s of %s is \"%s\", not \"%s\"", attribute, name, found, value);
      turn (self);
    }
}

/* Everything that was told was expected. What would come unasked would have come before a device is judged that is
 * plugged in now. */
static void
expect_nothing (Fixture *self)
{
  usb_machine_plug (self->machine, "1-9", STICK, NULL, NULL);
  expect (self, "refused 1-9 device-class");
  usb_machine_unplug (self->machine, "1-9");
  expect (self, "removed 1-9");
}

static void
situate (Fixture *self, KioskDeviceMoment moment)
{
  kiosk_usb_guard_set_situation (self->guard, self->policy, moment);
}

/* ---- Cases ---- */

static void
test_cold (Fixture *self, gconstpointer data)
{
  usb_machine_plug (self->machine, "1-2", BOARD, "Board", NULL);
  usb_machine_plug (self->machine, "1-5", STICK, "Stick", "1234");
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  for (guint i = 0; i < 2; i++) /* in whatever order the kernel lists them */
    {
      while (self->told->len <= i)
        turn (self);
    }
  g_assert_true (g_ptr_array_find_with_equal_func (self->told, "allowed 1-2 1", g_str_equal, NULL));
  g_assert_true (
      g_ptr_array_find_with_equal_func (self->told, "refused 1-5 device-class", g_str_equal, NULL));
  self->read = 2;
  expect_value (self, "1-2", "authorized", "1");
  expect_value (self, "1-2:1.0", "authorized", "1");
  expect_value (self, "1-5", "authorized", "0");
  g_assert_true (kiosk_usb_guard_are_buses_closed (self->guard));
  g_assert_true (kiosk_usb_guard_do_devices_obey (self->guard));
  expect_nothing (self);
}

static void
test_hot (Fixture *self, gconstpointer data)
{
  g_autofree char *probes = NULL;

  start (self, KIOSK_MOMENT_LOGGED_OUT);
  usb_machine_plug (self->machine, "1-2", BOARD, NULL, NULL);
  expect (self, "allowed 1-2 1");
  probes = usb_machine_take_probes (self->machine);
  g_assert_cmpstr (probes, ==, "1-2:1.0");
  usb_machine_plug (self->machine, "1-5", STICK, NULL, NULL);
  expect (self, "refused 1-5 device-class");
  usb_machine_unplug (self->machine, "1-5");
  expect (self, "removed 1-5");
  usb_machine_unplug (self->machine, "1-2");
  expect (self, "removed 1-2 that worked");
  usb_machine_plug (self->machine, "1-3", BOARD, NULL, NULL);
  expect (self, "allowed 1-3 1");
  usb_machine_plug (self->machine, "1-6", BOARD, NULL, NULL);
  expect (self, "refused 1-6 device-port");
  expect_nothing (self);
}

/* Only the part that is listed; the kernel is asked for drivers for that one alone. */
static void
test_interfaces (Fixture *self, gconstpointer data)
{
  g_autofree char *probes = NULL;

  start (self, KIOSK_MOMENT_LOGGED_OUT);
  usb_machine_plug (self->machine, "1-2", BOARD_AND_STICK, NULL, NULL);
  expect (self, "allowed 1-2 3");
  probes = usb_machine_take_probes (self->machine);
  g_assert_cmpstr (probes, ==, "1-2:1.01-2:1.1");
  expect_value (self, "1-2:1.0", "authorized", "1");
  expect_value (self, "1-2:1.1", "authorized", "1");
  expect_value (self, "1-2:1.2", "authorized", "0");
}

/* The interfaces come a while after the device was opened. */
static void
test_slow_kernel (Fixture *self, gconstpointer data)
{
  g_autofree char *probes = NULL;

  start (self, KIOSK_MOMENT_LOGGED_OUT);
  usb_machine_set_slow (self->machine, TRUE);
  usb_machine_plug (self->machine, "1-2", BOARD, NULL, NULL);
  expect_value (self, "1-2", "authorized", "1");
  expect_nothing (self);
  probes = usb_machine_take_probes (self->machine);
  g_assert_cmpstr (probes, ==, "");
  usb_machine_set_slow (self->machine, FALSE);
  expect (self, "allowed 1-2 1");
  expect_value (self, "1-2:1.0", "authorized", "1");
}

static void
test_disobeys (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  /* It could be closed by nobody. */
  usb_machine_plug (self->machine, "1-2", BOARD, NULL, NULL);
  expect (self, "allowed 1-2 1");
  usb_machine_numb (self->machine, "1-2", "authorized");
  kiosk_usb_guard_set_situation (self->guard, NULL, KIOSK_MOMENT_LOGGED_OUT);
  expect (self, "withdrawn 1-2 device-state");
  g_assert_false (kiosk_usb_guard_do_devices_obey (self->guard));
  kiosk_usb_guard_look (self->guard);
  expect_nothing (self);
  g_assert_false (kiosk_usb_guard_do_devices_obey (self->guard));
  /* The kernel does as it is told again: that is enough for the terminal, not for the device. */
  usb_machine_set (self->machine, "1-2", "authorized", "1");
  kiosk_usb_guard_look (self->guard);
  expect_value (self, "1-2", "authorized", "0");
  expect_nothing (self);
  g_assert_true (kiosk_usb_guard_do_devices_obey (self->guard));
  situate (self, KIOSK_MOMENT_LOGGED_OUT);
  expect_nothing (self);
  expect_value (self, "1-2", "authorized", "0");
}

/* An interface that stays refused, and a configuration that is not the judged one. */
static void
test_disobeys_opening (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOCKED);
  usb_machine_plug (self->machine, "1-2", BOARD, NULL, NULL);
  expect (self, "refused 1-2 device-locked");
  usb_machine_numb (self->machine, "1-2", "bConfigurationValue");
  situate (self, KIOSK_MOMENT_LOGGED_OUT);
  expect (self, "refused 1-2 device-state");
  expect_value (self, "1-2", "authorized", "0");
  g_assert_true (kiosk_usb_guard_do_devices_obey (self->guard));

  usb_machine_set_slow (self->machine, TRUE);
  usb_machine_plug (self->machine, "1-3", BOARD, NULL, NULL);
  expect_value (self, "1-3", "authorized", "1");
  usb_machine_unplug (self->machine, "1-3"); /* while it is opened */
  while (self->told->len < self->read + 2)
    turn (self);
  g_assert_true (g_str_has_prefix (self->told->pdata[self->read], "refused 1-3 "));
  self->read++;
  expect (self, "removed 1-3");
  g_assert_true (kiosk_usb_guard_do_devices_obey (self->guard));
}

static void
test_changes (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOCKED);
  /* Between the verdict and the opening. */
  usb_machine_plug (self->machine, "1-2", BOARD, NULL, NULL);
  expect (self, "refused 1-2 device-locked");
  usb_machine_become (self->machine, "1-2", BOARD_AND_STICK);
  situate (self, KIOSK_MOMENT_LOGGED_OUT);
  expect (self, "refused 1-2 device-changed");
  expect_value (self, "1-2", "authorized", "0");
  /* Between the opening and that of the interfaces. */
  usb_machine_set_slow (self->machine, TRUE);
  usb_machine_plug (self->machine, "1-3", BOARD, NULL, "7");
  expect_value (self, "1-3", "authorized", "1");
  expect_nothing (self);
  usb_machine_become (self->machine, "1-3", STICK);
  usb_machine_set_slow (self->machine, FALSE);
  expect (self, "refused 1-3 device-changed");
  expect_value (self, "1-3", "authorized", "0");
  /* For good, whatever is judged later. */
  situate (self, KIOSK_MOMENT_LOCKED);
  situate (self, KIOSK_MOMENT_LOGGED_OUT);
  expect_nothing (self);
}

static void
test_lost (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  usb_machine_plug (self->machine, "1-5", STICK, NULL, NULL);
  expect (self, "refused 1-5 device-class");
  losses = 1;
  usb_machine_unplug (self->machine, "1-5");
  usb_machine_plug (self->machine, "1-2", BOARD, NULL, NULL);
  usb_machine_plug (self->machine, "1-6", STICK, NULL, NULL);
  usb_machine_plug (self->machine, "1-5", "0781:5567 0.0=08/06/62*4", NULL, NULL);
  expect (self, "removed 1-5");
  for (guint seen = self->read; self->told->len < seen + 4;)
    turn (self);
  g_assert_true (g_ptr_array_find_with_equal_func (self->told, "rescanned 3", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (self->told, "allowed 1-2 1", g_str_equal, NULL));
  g_assert_true (
      g_ptr_array_find_with_equal_func (self->told, "refused 1-6 device-class", g_str_equal, NULL));
  g_assert_cmpuint (losses, ==, 0);
  self->read += 4;
  expect_nothing (self);
}

/* News that never came: a look finds it. */
static void
test_unheard (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  is_deaf = TRUE;
  usb_machine_plug (self->machine, "1-6", STICK, NULL, NULL);
  for (guint i = 0; i < 10; i++)
    turn (self);
  is_deaf = FALSE;
  kiosk_usb_guard_look (self->guard);
  expect (self, "rescanned 1");
  expect (self, "refused 1-6 device-class");
}

static void
test_hubs (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  usb_machine_plug (self->machine, "1-4", HUB, NULL, NULL);
  expect (self, "allowed 1-4 1");
  usb_machine_plug (self->machine, "1-4.1", BOARD, NULL, NULL);
  expect (self, "allowed 1-4.1 1");
  usb_machine_unplug (self->machine, "1-4.1");
  expect (self, "removed 1-4.1 that worked");
  usb_machine_plug (self->machine, "1-4.1", HUB, NULL, NULL);
  expect (self, "refused 1-4.1 device-depth");
  usb_machine_plug (self->machine, "1-4.1.1", BOARD, NULL, NULL);
  expect (self, "refused 1-4.1.1 device-depth");
}

static void
test_count (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  for (guint i = 1; i <= KIOSK_DEVICES_MAX_COUNT; i++)
    {
      g_autofree char *name = g_strdup_printf ("1-10.%u", i);
      g_autofree char *line = g_strdup_printf ("refused %s device-class", name);

      usb_machine_plug (self->machine, name, STICK, NULL, NULL);
      expect (self, line);
    }
  usb_machine_plug (self->machine, "1-7", MOUSE, NULL, NULL);
  expect (self, "refused 1-7 device-count");
  usb_machine_unplug (self->machine, "1-10.1");
  expect (self, "removed 1-10.1");
  usb_machine_plug (self->machine, "1-8", STICK, NULL, NULL);
  expect (self, "refused 1-8 device-class");
  situate (self, KIOSK_MOMENT_LOCKED); /* judged anew: there is room for it now */
  expect (self, "allowed 1-7 1");
}

static void
test_moments (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  usb_machine_plug (self->machine, "1-7", MOUSE, NULL, NULL);
  expect (self, "allowed 1-7 1");
  usb_machine_plug (self->machine, "1-5", TOKEN, NULL, NULL);
  expect (self, "refused 1-5 device-moment");
  situate (self, KIOSK_MOMENT_UNLOCKED);
  expect (self, "allowed 1-5 1");
  situate (self, KIOSK_MOMENT_LOCKED);
  expect (self, "withdrawn 1-5 device-moment");
  expect_value (self, "1-5", "authorized", "0");
  situate (self, KIOSK_MOMENT_UNLOCKED);
  expect (self, "allowed 1-5 1");
  /* Faster than anything can be written. */
  situate (self, KIOSK_MOMENT_LOCKED);
  situate (self, KIOSK_MOMENT_UNLOCKED);
  situate (self, KIOSK_MOMENT_LOCKED);
  expect (self, "withdrawn 1-5 device-moment");
  kiosk_usb_guard_set_situation (self->guard, NULL, KIOSK_MOMENT_LOCKED);
  expect (self, "refused 1-5 device-unlisted"); /* it is closed already */
  expect (self, "withdrawn 1-7 device-unlisted");
  expect_value (self, "1-7", "authorized", "0");
}

static void
test_keyboard_locked (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  usb_machine_plug (self->machine, "1-2", BOARD, "Board", "1");
  expect (self, "allowed 1-2 1");
  situate (self, KIOSK_MOMENT_UNLOCKED);
  situate (self, KIOSK_MOMENT_LOCKED);
  usb_machine_unplug (self->machine, "1-2");
  expect (self, "removed 1-2 that worked");
  /* Another serial number, another port, another model; then the same. */
  usb_machine_plug (self->machine, "1-2", BOARD, "Board", "2");
  expect (self, "refused 1-2 device-locked");
  usb_machine_plug (self->machine, "1-3", BOARD, "Board", "1");
  expect (self, "refused 1-3 device-locked");
  usb_machine_unplug (self->machine, "1-2");
  expect (self, "removed 1-2");
  usb_machine_unplug (self->machine, "1-3");
  expect (self, "removed 1-3");
  usb_machine_plug (self->machine, "1-3", SECOND, NULL, NULL);
  expect (self, "refused 1-3 device-locked");
  usb_machine_plug (self->machine, "1-2", BOARD, "Board", "1");
  expect (self, "allowed 1-2 1");
  /* Nobody is there any more. */
  situate (self, KIOSK_MOMENT_LOGGED_OUT);
  expect (self, "allowed 1-3 1");
  expect_nothing (self);
}

static void
test_keyboard_unlocked (Fixture *self, gconstpointer data)
{
  g_autofree char *path = usb_machine_syspath ("1-2");
  g_autofree char *other = usb_machine_syspath ("1-3");

  start (self, KIOSK_MOMENT_UNLOCKED);
  usb_machine_plug (self->machine, "1-2", BOARD, NULL, NULL);
  expect (self, "found 1-2");
  expect_value (self, "1-2:1.0", "authorized", "1");
  usb_machine_add_input (self->machine, "1-2:1.0", "event7", TRUE);
  expect (self, "ready 1-2 event7");
  kiosk_usb_guard_settle_keyboard (self->guard, path, TRUE);
  expect (self, "allowed 1-2 1");
  /* The same once more is a new one. */
  situate (self, KIOSK_MOMENT_UNLOCKED);
  usb_machine_unplug (self->machine, "1-2");
  expect (self, "removed 1-2 that worked");
  usb_machine_plug (self->machine, "1-2", BOARD, NULL, NULL);
  expect (self, "found 1-2");
  /* While that one is checked, another one must wait. */
  usb_machine_plug (self->machine, "1-3", SECOND, NULL, NULL);
  expect (self, "refused 1-3 device-locked");
  expect_value (self, "1-2:1.0", "authorized", "1");
  usb_machine_add_input (self->machine, "1-2:1.0", "event8", TRUE);
  expect (self, "ready 1-2 event8");
  kiosk_usb_guard_settle_keyboard (self->guard, other, TRUE); /* not asked for */
  kiosk_usb_guard_settle_keyboard (self->guard, path, FALSE);
  expect (self, "refused 1-2 device-unconfirmed");
  expect_value (self, "1-2", "authorized", "0");
  situate (self, KIOSK_MOMENT_UNLOCKED);
  expect (self, "found 1-3");
  /* Whoever was to type the number has gone. */
  situate (self, KIOSK_MOMENT_LOGGED_OUT);
  expect (self, "allowed 1-3 1");
  expect_value (self, "1-2", "authorized", "0");
  expect_nothing (self);
}

static void
test_types (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  usb_machine_plug (self->machine, "1-7", MOUSE, NULL, NULL);
  expect (self, "allowed 1-7 1");
  usb_machine_add_input (self->machine, "1-7:1.0", "event4", FALSE);
  expect_nothing (self);
  usb_machine_add_input (self->machine, "1-7:1.0", "event5", TRUE);
  expect (self, "withdrawn 1-7 device-part");
  expect_value (self, "1-7", "authorized", "0");
}

static void
test_unreadable (Fixture *self, gconstpointer data)
{
  static const char *const attributes[] = { "descriptors", "devnum", "product", "serial" };

  start (self, KIOSK_MOMENT_LOCKED);
  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    {
      usb_machine_plug (self->machine, "1-2", BOARD, "Board", "1");
      expect (self, "refused 1-2 device-locked");
      usb_machine_break (self->machine, "1-2", attributes[i]);
      situate (self, KIOSK_MOMENT_LOGGED_OUT);
      expect (self, "refused 1-2 device-unreadable");
      expect_value (self, "1-2", "authorized", "0");
      situate (self, KIOSK_MOMENT_LOCKED);
      usb_machine_unplug (self->machine, "1-2");
      expect (self, "removed 1-2");
    }
  /* From the start; then nobody knows either whether it is closed, until it is. */
  kiosk_usb_guard_free (g_steal_pointer (&self->guard));
  usb_machine_plug (self->machine, "1-2", BOARD, NULL, NULL);
  usb_machine_break (self->machine, "1-2", "descriptors");
  usb_machine_plug (self->machine, "1-3", SECOND, NULL, NULL);
  usb_machine_break (self->machine, "1-3", "authorized");
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  while (self->told->len < self->read + 2)
    turn (self);
  g_assert_true (g_ptr_array_find_with_equal_func (self->told, "refused 1-2 device-unreadable",
                                                   g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (
      self->told, "refused 1-3 device-state open stays", g_str_equal, NULL));
  g_assert_false (kiosk_usb_guard_do_devices_obey (self->guard));
  self->read += 2;
  usb_machine_unplug (self->machine, "1-3");
  expect (self, "removed 1-3");
  g_assert_true (kiosk_usb_guard_do_devices_obey (self->guard));
}

static void
test_buses (Fixture *self, gconstpointer data)
{
  usb_machine_set (self->machine, "usb1", "authorized_default", "1");
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  expect (self, "unguarded usb1: authorized_default=1");
  expect_value (self, "usb1", "authorized_default", "0");
  g_assert_true (kiosk_usb_guard_are_buses_closed (self->guard));
  usb_machine_numb (self->machine, "usb1", "interface_authorized_default");
  kiosk_usb_guard_look (self->guard);
  g_assert_false (kiosk_usb_guard_are_buses_closed (self->guard));
  expect (self, "unguarded usb1: interface_authorized_default= (interface_authorized_default: "
                "written \"0\", read back \"\") stays");
  usb_machine_set (self->machine, "usb1", "interface_authorized_default", "0");
  kiosk_usb_guard_look (self->guard);
  g_assert_true (kiosk_usb_guard_are_buses_closed (self->guard));
  usb_machine_break (self->machine, "usb1", "authorized_default");
  kiosk_usb_guard_look (self->guard);
  g_assert_false (kiosk_usb_guard_are_buses_closed (self->guard));
}

/* By somebody else, between two looks. */
static void
test_looks (Fixture *self, gconstpointer data)
{
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  usb_machine_plug (self->machine, "1-5", STICK, NULL, NULL);
  expect (self, "refused 1-5 device-class");
  usb_machine_plug (self->machine, "1-2", BOARD_AND_STICK, NULL, NULL);
  expect (self, "allowed 1-2 3");
  usb_machine_set (self->machine, "1-5", "authorized", "1");
  kiosk_usb_guard_look (self->guard);
  expect (self, "unguarded 1-5: authorized=1");
  expect_value (self, "1-5", "authorized", "0");
  usb_machine_set (self->machine, "1-2:1.2", "authorized", "1");
  kiosk_usb_guard_look (self->guard);
  expect (self, "unguarded 1-2: 1-2:1.2 authorized=1");
  expect_value (self, "1-2:1.0", "authorized", "1");
  expect_value (self, "1-2:1.2", "authorized", "0");
  expect_nothing (self);
  /* What works no more is opened again; by a later look when this one comes while it is being opened. */
  usb_machine_set (self->machine, "1-2:1.0", "authorized", "0");
  for (gint64 deadline = g_get_monotonic_time () + PATIENCE;;)
    {
      g_autofree char *value = usb_machine_get (self->machine, "1-2:1.0", "authorized");

      if (g_str_equal (value, "1"))
        break;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      kiosk_usb_guard_look (self->guard);
      turn (self);
    }
  expect_nothing (self);
}

/* At the start: what is open and not allowed is closed, what is open and allowed goes on. */
static void
test_open_before (Fixture *self, gconstpointer data)
{
  usb_machine_plug (self->machine, "1-2", BOARD_AND_STICK, NULL, NULL);
  usb_machine_set (self->machine, "1-2", "authorized", "1");
  usb_machine_set (self->machine, "1-2", "bConfigurationValue", "1");
  usb_machine_turn (self->machine);
  usb_machine_set (self->machine, "1-2:1.2", "authorized", "1");
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  expect (self, "allowed 1-2 3");
  expect_value (self, "1-2:1.2", "authorized", "0");
  kiosk_usb_guard_free (g_steal_pointer (&self->guard));
  usb_machine_plug (self->machine, "1-5", STICK, NULL, NULL);
  usb_machine_set (self->machine, "1-5", "authorized", "1");
  start (self, KIOSK_MOMENT_LOGGED_OUT);
  while (self->told->len < self->read + 2)
    turn (self);
  g_assert_true (g_ptr_array_find_with_equal_func (self->told, "refused 1-5 device-class open",
                                                   g_str_equal, NULL));
  expect_value (self, "1-5", "authorized", "0");
}

static const char *program;

/* A guard in a process of its own; it is there to be killed. */
G_NORETURN static void
run_guard (void)
{
  Fixture self = { .told = g_ptr_array_new () };
  const KioskPolicySource source
      = { .name = "policy.conf", .data = POLICY, .length = strlen (POLICY) };
  g_autoptr (GPtrArray) problems = NULL;

  self.policy = kiosk_policy_parse (&source, 1, &problems);
  start (&self, KIOSK_MOMENT_LOGGED_OUT);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

/* Killed in the middle: the kernel keeps what it was told, and the next guard begins from there. */
static void
test_killed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) guard = NULL;

  usb_machine_set (self->machine, "usb1", "authorized_default", "1");
  guard = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, program, "--guard", NULL);
  g_assert_no_error (error);
  usb_machine_set_slow (self->machine, TRUE);
  expect_value (self, "usb1", "authorized_default", "0"); /* it has begun */
  usb_machine_plug (self->machine, "1-5", STICK, NULL, NULL);
  usb_machine_plug (self->machine, "1-2", BOARD, NULL, NULL);
  expect_value (self, "1-2", "authorized", "1");
  g_subprocess_send_signal (guard, SIGKILL);
  g_assert_true (g_subprocess_wait (guard, NULL, &error));
  g_assert_true (g_subprocess_get_if_signaled (guard));
  expect_value (self, "usb1", "authorized_default", "0");
  expect_value (self, "usb1", "interface_authorized_default", "0");
  expect_value (self, "1-5", "authorized", "0");
  expect_value (self, "1-2", "authorized", "1"); /* without interfaces: no driver */
  g_assert_false (usb_machine_has (self->machine, "1-2:1.0"));
  start (self, KIOSK_MOMENT_LOCKED);
  while (self->told->len < 2)
    turn (self);
  g_assert_true (g_ptr_array_find_with_equal_func (self->told, "refused 1-2 device-locked open",
                                                   g_str_equal, NULL));
  expect_value (self, "1-2", "authorized", "0");
}

static guint
count_records (const char *path, const char *action)
{
  g_autofree char *text = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (const char *p = strstr (text, action); p != NULL; p = strstr (p + 1, action))
    n++;
  return n;
}

/* Where the file system can, only what is appended to can be written, and it cannot be deleted. */
static void
remove_log (const char *folder)
{
  g_autofree char *command
      = g_strdup_printf ("sh -c 'chattr -f -R -a %s || true; rm -r %s'", folder, folder);
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_spawn_command_line_sync (command, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

#define FLOOD 1000

/* No record is lost, and the main loop is never held up for longer than a look at one device takes. */
static void
test_flood (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("kiosk-guard-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "audit.log", NULL);
  gint64 deadline = g_get_monotonic_time () + PATIENCE;
  g_autoptr (GError) error = NULL;
  guint refused = 0;

  self->recorder = kiosk_recorder_new ();
  g_assert_true (kiosk_recorder_open (self->recorder, folder, NULL, NULL, &error));
  start (self, KIOSK_MOMENT_UNLOCKED);
  for (guint i = 0; i < FLOOD; i++)
    {
      g_autofree char *serial = g_strdup_printf ("flood-%u.", i);

      usb_machine_plug (self->machine, "1-5", STICK, "Stick", serial);
      if (i % 2 == 0) /* every second one is gone before it can be looked at */
        turn (self);
      usb_machine_unplug (self->machine, "1-5");
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  while (self->told->len < 2 * FLOOD && g_get_monotonic_time () < deadline)
    turn (self);
  for (guint i = 0; i < self->told->len; i++)
    refused += g_str_has_prefix (self->told->pdata[i], "refused 1-5 ") ? 1 : 0;
  g_assert_cmpuint (refused, ==, FLOOD);
  g_assert_cmpuint (self->told->len, ==, 2 * FLOOD);
  kiosk_recorder_free (g_steal_pointer (&self->recorder));
  g_assert_cmpuint (count_records (path, KIOSK_ACTION_DEVICE_REFUSED), ==, FLOOD);
  remove_log (folder);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  usb_machine_require ();
  if (argc == 2 && g_str_equal (argv[1], "--guard"))
    run_guard ();
  g_test_init (&argc, &argv, NULL);
  program = argv[0];
  add ("/usb-guard/cold", test_cold);
  add ("/usb-guard/hot", test_hot);
  add ("/usb-guard/interfaces", test_interfaces);
  add ("/usb-guard/slow-kernel", test_slow_kernel);
  add ("/usb-guard/disobeys", test_disobeys);
  add ("/usb-guard/disobeys-opening", test_disobeys_opening);
  add ("/usb-guard/changes", test_changes);
  add ("/usb-guard/lost", test_lost);
  add ("/usb-guard/unheard", test_unheard);
  add ("/usb-guard/hubs", test_hubs);
  add ("/usb-guard/count", test_count);
  add ("/usb-guard/moments", test_moments);
  add ("/usb-guard/keyboard-locked", test_keyboard_locked);
  add ("/usb-guard/keyboard-unlocked", test_keyboard_unlocked);
  add ("/usb-guard/types", test_types);
  add ("/usb-guard/unreadable", test_unreadable);
  add ("/usb-guard/buses", test_buses);
  add ("/usb-guard/looks", test_looks);
  add ("/usb-guard/open-before", test_open_before);
  add ("/usb-guard/killed", test_killed);
  add ("/usb-guard/flood", test_flood);
  return g_test_run ();
}
