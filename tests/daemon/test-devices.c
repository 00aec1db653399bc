/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* kioskd and what is plugged in: what stands in the log, what the shell is told, and what becomes of a session. The
 * devices are not there (umockdev); kiosk-keyboard is played where its answer counts, because there are no event
 * nodes either. */

#include "terminal.h"
#include "usb-machine.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/keyboard-protocol.h"

#include <glib/gstdio.h>

#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BOARD "046d:c31c 0.0=03/01/01"
#define STICK "0781:5567 0.0=08/06/50*2"
#define TOKEN "1050:0120 0.0=03/00/00*2"

#define HELPER "/run/maintenance-kiosk/kiosk-keyboard.sock"

static UsbMachine *machine;

/* What has to be there for kioskd beside USB: the interfaces of this world. */
static void
share_network (void)
{
  g_autofree char *root = usb_machine_get_root (machine);
  g_autofree char *command = g_strdup_printf (
      "for f in class/net devices/virtual; do mkdir -p %s/sys/$f; mount --bind /sys/$f %s/sys/$f; "
      "done",
      root, root);

  /* A program that is not led astray itself. */
  g_unsetenv ("UMOCKDEV_DIR");
  g_free (world_run (command));
  g_setenv ("UMOCKDEV_DIR", root, TRUE);
}

static void
unshare_network (void)
{
  g_autofree char *root = usb_machine_get_root (machine);
  g_autofree char *command
      = g_strdup_printf ("umount %s/sys/class/net %s/sys/devices/virtual", root, root);

  g_free (world_run (command));
}

static void
set_up (void)
{
  g_autoptr (GError) error = NULL;

  machine = usb_machine_new ();
  share_network ();
  terminal_write_policy ("devices");
  g_assert_cmpint (g_mkdir_with_parents ("/etc/maintenance-kiosk/policy.d", 0755), ==, 0);
  g_file_set_contents_full ("/etc/maintenance-kiosk/policy.d/devices.conf",
                            "[devices]\ndefault=deny\n"
                            "[device board]\npurpose=keyboard\nid=046d:c31c\nport=1-2\n"
                            "[device token]\npurpose=token\nid=1050:0120\n"
                            "[port front]\npath=0000:00:14.0/5\nlabel[ja]=前面左\n"
                            "label[en]=front left\n",
                            -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &error);
  g_assert_no_error (error);
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
}

static void
tear_down (void)
{
  terminal_disconnect ();
  terminal_stop ();
  unshare_network ();
  usb_machine_free (machine);
}

/* One turn of the terminal and of the machine. */
static void
turn (void)
{
  usb_machine_turn (machine);
  terminal_turn ();
}

static JsonObject *
wait_record (guint mark, const char *action, guint nth)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  JsonObject *record;

  while ((record = log_find (mark, action, nth)) == NULL)
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("no record %s", action);
      turn ();
    }
  return record;
}

/* The cards of refused devices; *@more may be NULL. */
static GVariant *
get_cards (guint *more)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = terminal_call ("GetStatus", NULL, NULL, &error);
  g_autoptr (GVariant) status = NULL;

  g_assert_no_error (error);
  status = g_variant_get_child_value (answer, 0);
  if (more != NULL)
    g_assert_true (g_variant_lookup (status, "devices-more", "u", more));
  return g_variant_lookup_value (status, "devices", G_VARIANT_TYPE ("aa{sv}"));
}

static void
wait_cards (guint n)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

  for (;;)
    {
      g_autoptr (GVariant) cards = get_cards (NULL);

      if (g_variant_n_children (cards) == n)
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      turn ();
    }
}

static void
assert_card (GVariant *card, const char *key, const char *wanted)
{
  const char *found = NULL;

  g_assert_true (g_variant_lookup (card, key, "&s", &found));
  g_assert_cmpstr (found, ==, wanted);
}

static void
test_refused (void)
{
  static const char *const facts[]
      = { "1-5 at 0000:00:14.0/5", "0781:5567",         "0.0=08/06/50",
          "kind=storage",          "screen=logged-out", "product \"Cruzer \\\"Blade\\\"\"",
          "serial \"4C53\"" };
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (GVariant) cards = NULL;
  g_autoptr (GVariant) card = NULL;
  guint mark = log_mark ();

  usb_machine_plug (machine, "1-5", STICK, "Cruzer \"Blade\"", "4C53");
  record = wait_record (mark, "device-refused", 0);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "success");
  g_assert_cmpstr (log_get (record, "event.reason"), ==, "device-class");
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    if (strstr (log_get (record, "message"), facts[i]) == NULL)
      g_error ("%s does not stand in: %s", facts[i], log_get (record, "message"));
  wait_cards (1);
  cards = get_cards (NULL);
  card = g_variant_get_child_value (cards, 0);
  assert_card (card, "kind", "storage");
  assert_card (card, "name", "Cruzer \"Blade\"");
  assert_card (card, "port-ja", "前面左");
  assert_card (card, "port-en", "front left");
  assert_card (card, "reason", "device-class");
  assert_card (card, "reference", log_get (record, "kiosk.reference"));
  terminal_request ("DismissDevices", NULL);
  wait_cards (0);
  usb_machine_unplug (machine, "1-5");
  usb_machine_plug (machine, "1-6", STICK, NULL, NULL);
  wait_cards (1);
  usb_machine_unplug (machine, "1-6");
  wait_cards (0);
  log_check_none (mark, "device-removed");
  log_verify ();
}

static void
test_typing (void)
{
  g_autoptr (JsonObject) record = NULL;
  guint mark = log_mark ();

  for (guint i = 0; i < 50; i++)
    terminal_request ("ReportTyping", g_variant_new ("(uu)", 30, 40));
  record = wait_record (mark, "typing-alarm", 0);
  g_assert_cmpstr (log_get (record, "message"), ==, "presses=30 milliseconds=40");
  g_assert_null (log_find (mark, "typing-alarm", 1));
}

static void
test_token (void)
{
  g_autoptr (JsonObject) allowed = NULL;
  g_autoptr (JsonObject) removed = NULL;
  guint mark = log_mark ();

  usb_machine_plug (machine, "1-7", TOKEN, "Key", NULL);
  allowed = wait_record (mark, "device-allowed", 0);
  g_assert_nonnull (strstr (log_get (allowed, "message"), "rule=token"));
  usb_machine_unplug (machine, "1-7");
  removed = wait_record (mark, "device-removed", 0);
  g_assert_nonnull (strstr (log_get (removed, "message"), "1050:0120"));
}

static void
plug_board (void)
{
  usb_machine_plug (machine, "1-2", BOARD, "Board", NULL);
  terminal_wait ("state", "locked");
}

static void
wait_authorized (void)
{
  for (;;)
    {
      g_autofree char *value = usb_machine_get (machine, "1-2:1.0", "authorized");

      if (g_str_equal (value, "1"))
        return;
      turn ();
    }
}

/* The real kiosk-keyboard, which finds no such event node: what cannot be checked is refused. */
static void
test_unchecked_keyboard (void)
{
  g_autoptr (JsonObject) lock = NULL;
  g_autoptr (JsonObject) check = NULL;
  g_autoptr (JsonObject) refused = NULL;
  g_autofree char *cause = NULL;
  guint mark = log_mark ();

  plug_board ();
  cause = terminal_get ("lock-cause");
  g_assert_cmpstr (cause, ==, "keyboard");
  wait_authorized ();
  usb_machine_add_input (machine, "1-2:1.0", "event9999", TRUE);
  check = wait_record (mark, "keyboard-check", 0);
  g_assert_cmpstr (log_get (check, "event.outcome"), ==, "failure");
  g_assert_cmpstr (log_get (check, "event.reason"), ==, "ended");
  refused = wait_record (mark, "device-refused", 0);
  g_assert_cmpstr (log_get (refused, "event.reason"), ==, "device-unconfirmed");
  g_assert_cmpstr (log_get (refused, "user.id"), ==, ENGINEER);
  lock = wait_record (mark, "lock", 0);
  g_assert_cmpstr (log_get (lock, "event.reason"), ==, "keyboard");
  log_check_order (mark, "lock keyboard-check-begun keyboard-check device-refused");
  usb_machine_unplug (machine, "1-2");
}

/* ---- kiosk-keyboard, played ---- */

static int
listen_as_helper (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = HELPER };
  int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

  unlink (HELPER);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  return fd;
}

static int
begin_as_helper (int listener, pid_t process, KioskKeyboardTask *task)
{
  const KioskHelperHello hello = { .kind = KIOSK_HELPER_HELLO };
  kiosk_autofd int pidfd = pidfd_open (process, 0);
  int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  world_limit_waiting (fd);
  g_assert_true (kiosk_channel_send (fd, &hello, sizeof hello, &pidfd, 1, NULL));
  g_assert_true (kiosk_channel_receive_exact (fd, task, sizeof *task, NULL, 0, NULL));
  return fd;
}

static void
report (int fd, KioskKeyboardReportKind kind, guint typed, guint tries)
{
  const KioskKeyboardReport message = { .kind = kind, .typed = typed, .tries = tries };

  g_assert_true (kiosk_channel_send (fd, &message, sizeof message, NULL, 0, NULL));
}

static guint
get_number (const char *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = terminal_call ("GetStatus", NULL, NULL, &error);
  g_autoptr (GVariant) status = NULL;
  guint value = 0;

  g_assert_no_error (error);
  status = g_variant_get_child_value (answer, 0);
  g_assert_true (g_variant_lookup (status, key, "u", &value));
  return value;
}

/* @kind: how it ends; the record of it and of the device. */
static void
check_keyboard (KioskKeyboardReportKind kind, const char *outcome, const char *reason,
                const char *action)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "sleep", "600", NULL);
  pid_t pid = (pid_t) g_ascii_strtoll (g_subprocess_get_identifier (process), NULL, 10);
  kiosk_autofd int listener = listen_as_helper ();
  kiosk_autofd int fd = -1;
  g_autoptr (JsonObject) check = NULL;
  g_autoptr (JsonObject) device = NULL;
  g_autofree char *number = NULL;
  g_autofree char *name = NULL;
  KioskKeyboardTask task;
  guint mark = log_mark ();

  plug_board ();
  wait_authorized ();
  usb_machine_add_input (machine, "1-2:1.0", "event5", TRUE);
  fd = begin_as_helper (listener, pid, &task);
  g_assert_true (kiosk_keyboard_task_valid (&task));
  g_assert_cmpstr (task.node, ==, "event5");
  terminal_wait ("check-number", ""); /* not before it is read */
  report (fd, KIOSK_KEYBOARD_READY, 0, task.tries);
  terminal_wait ("check-number", task.number);
  name = terminal_get ("check-name");
  g_assert_cmpstr (name, ==, "Board");
  report (fd, KIOSK_KEYBOARD_TYPED, 1, task.tries);
  while (get_number ("check-typed") != 1)
    turn ();
  report (fd, KIOSK_KEYBOARD_WRONG, 0, task.tries - 1);
  while (get_number ("check-tries") != task.tries - 1)
    turn ();
  report (fd, kind, kind == KIOSK_KEYBOARD_RIGHT ? KIOSK_KEYBOARD_DIGITS : 0,
          kind == KIOSK_KEYBOARD_RIGHT ? task.tries - 1 : 0);
  check = wait_record (mark, "keyboard-check", 0);
  g_assert_cmpstr (log_get (check, "event.outcome"), ==, outcome);
  g_assert_cmpstr (log_get (check, "event.reason"), ==, reason);
  device = wait_record (mark, action, 0);
  terminal_wait ("check-number", "");
  terminal_wait ("state", "locked");       /* whoever was there proves it */
  g_subprocess_wait (process, NULL, NULL); /* ended by kioskd */
  g_assert_true (g_subprocess_get_if_signaled (process));
}

static void
test_checked_keyboard (void)
{
  terminal_authenticate ("unlock", "", PASSWORD_OF (ENGINEER), "choosing");
  check_keyboard (KIOSK_KEYBOARD_REFUSED, "failure", "refused", "device-refused");
  usb_machine_unplug (machine, "1-2");
  terminal_authenticate ("unlock", "", PASSWORD_OF (ENGINEER), "choosing");
  check_keyboard (KIOSK_KEYBOARD_RIGHT, "success", NULL, "device-allowed");
  terminal_authenticate ("unlock", "", PASSWORD_OF (ENGINEER), "choosing");
}

/* A second one while the screen is locked; it works when nobody is there any more. */
static void
test_locked_keyboard (void)
{
  g_autoptr (JsonObject) refused = NULL;
  g_autoptr (JsonObject) allowed = NULL;
  guint mark = log_mark ();

  usb_machine_unplug (machine, "1-2");
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  terminal_wait ("state", "locked");
  usb_machine_plug (machine, "1-2", BOARD, "Board", "another");
  refused = wait_record (mark, "device-refused", 0);
  g_assert_cmpstr (log_get (refused, "event.reason"), ==, "device-locked");
  g_assert_nonnull (strstr (log_get (refused, "message"), "screen=locked"));
  usb_machine_unplug (machine, "1-2");
  usb_machine_plug (machine, "1-2", BOARD, "Board", NULL); /* the one that was proved */
  allowed = wait_record (mark, "device-allowed", 0);
  usb_machine_unplug (machine, "1-2");
}

#define FLOOD 1000

static void
test_flood (void)
{
  g_autoptr (JsonObject) last = NULL;
  guint mark = log_mark ();
  gint64 begun = g_get_monotonic_time (), slowest = 0;

  for (guint i = 0; i < FLOOD; i++)
    {
      g_autofree char *serial = g_strdup_printf ("%u", i);
      gint64 asked;

      usb_machine_plug (machine, "1-5", STICK, "Stick", serial);
      usb_machine_unplug (machine, "1-5");
      asked = g_get_monotonic_time ();
      terminal_request ("Heartbeat", g_variant_new ("(u)", 0));
      slowest = MAX (slowest, g_get_monotonic_time () - asked);
    }
  last = wait_record (mark, "device-refused", FLOOD - 1);
  g_test_message ("%u plugged in within %" G_GINT64_FORMAT " ms; slowest answer %" G_GINT64_FORMAT
                  " us",
                  FLOOD, (g_get_monotonic_time () - begun) / 1000, slowest);
  g_assert_null (log_find (mark, "device-refused", FLOOD));
  wait_cards (0);
  log_verify ();
}

static void
test_buses (void)
{
  g_autoptr (JsonObject) closed = NULL;
  g_autoptr (JsonObject) open = NULL;
  guint mark = log_mark ();

  usb_machine_set (machine, "usb1", "authorized_default", "1");
  closed = wait_record (mark, "devices-unguarded", 0);
  g_assert_cmpstr (log_get (closed, "event.outcome"), ==, "success");
  usb_machine_numb (machine, "usb1", "authorized_default");
  terminal_wait ("stop-code", "D-01");
  open = wait_record (mark, "devices-unguarded", 1);
  g_assert_cmpstr (log_get (open, "event.outcome"), ==, "failure");
  usb_machine_set (machine, "usb1", "authorized_default", "0");
  terminal_wait ("stop-code", "");
  terminal_wait ("state", "logged-out");
}

static void
test_stays (void)
{
  g_autoptr (JsonObject) refused = NULL;
  guint mark = log_mark ();

  usb_machine_plug (machine, "1-7", TOKEN, "Key", NULL);
  json_object_unref (wait_record (mark, "device-allowed", 0));
  usb_machine_numb (machine, "1-7", "authorized");
  g_assert_cmpint (g_remove ("/etc/maintenance-kiosk/policy.d/devices.conf"), ==, 0);
  terminal_signal (SIGHUP);
  terminal_wait ("stop-code", "D-02");
  refused = wait_record (mark, "device-withdrawn", 0);
  g_assert_cmpstr (log_get (refused, "event.outcome"), ==, "failure");
  usb_machine_unplug (machine, "1-7");
  terminal_wait ("state", "logged-out");
}

/* Killed with devices there: nothing is opened by that, and the next kioskd finds things as they were. */
static void
test_killed (void)
{
  g_autoptr (JsonObject) refused = NULL;
  g_autofree char *stick = NULL;
  g_autofree char *bus = NULL;
  guint mark = log_mark ();

  usb_machine_plug (machine, "1-5", STICK, "Stick", NULL);
  json_object_unref (wait_record (mark, "device-refused", 0));
  mark = log_mark ();
  terminal_signal (SIGKILL);
  terminal_wait_end ();
  terminal_end_helpers ();
  stick = usb_machine_get (machine, "1-5", "authorized");
  bus = usb_machine_get (machine, "usb1", "authorized_default");
  g_assert_cmpstr (stick, ==, "0");
  g_assert_cmpstr (bus, ==, "0");
  terminal_disconnect ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  refused = wait_record (mark, "device-refused", 0);
  g_assert_cmpstr (log_get (refused, "event.reason"), ==, "device-class");
  usb_machine_unplug (machine, "1-5");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  usb_machine_require ();
  terminal_make_people ();
  set_up ();
  g_test_add_func ("/devices/refused", test_refused);
  g_test_add_func ("/devices/typing", test_typing);
  g_test_add_func ("/devices/token", test_token);
  g_test_add_func ("/devices/flood", test_flood);
  g_test_add_func ("/devices/log-in", terminal_log_in);
  g_test_add_func ("/devices/unchecked-keyboard", test_unchecked_keyboard);
  g_test_add_func ("/devices/checked-keyboard", test_checked_keyboard);
  g_test_add_func ("/devices/locked-keyboard", test_locked_keyboard);
  g_test_add_func ("/devices/killed", test_killed);
  g_test_add_func ("/devices/buses", test_buses);
  g_test_add_func ("/devices/stays", test_stays);
  g_test_add_func ("/devices/end", tear_down);
  return g_test_run ();
}
