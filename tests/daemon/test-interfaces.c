/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* Interfaces that must not be there, made while kioskd runs and before, with the real kernel: put down at once,
 * each time, and recorded. */

#include "interface-watch.h"
#include "terminal.h"

#include "../lib/world.h"

#include <string.h>
#include <unistd.h>

static gboolean
is_up (const char *name)
{
  g_autofree char *command = g_strdup_printf ("ip -o link show dev %s up", name);
  g_autofree char *text = world_run (command);

  return *text != '\0';
}

static void
wait_down (const char *name)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

  while (is_up (name))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      terminal_turn ();
    }
}

/* Number of records about the interface @name behind @mark. */
static guint
count_refusals (guint mark, const char *name)
{
  g_autofree char *start = g_strdup_printf ("interface=%s ", name);
  guint n = 0;

  for (guint i = 0;; i++)
    {
      g_autoptr (JsonObject) record = log_find (mark, "interface-refused", i);

      if (record == NULL)
        return n;
      if (g_str_has_prefix (log_get (record, "message"), start))
        n++;
    }
}

static void
wait_refusal (guint mark, const char *name)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

  while (count_refusals (mark, name) == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      terminal_turn ();
    }
}

static void
test_daemon (void)
{
  static const char *const names[] = { "tun0", "tap0", "veth0", "veth1", "macvlan0", "br0" };
  g_autoptr (JsonObject) record = NULL;
  guint mark = log_mark ();

  terminal_write_policy ("interfaces");
  g_free (world_run ("ip tuntap add before0 mode tap && ip link set before0 up"));
  g_assert_true (is_up ("before0"));
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  wait_down ("before0");
  record = log_wait (mark, "interface-refused", 0);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "success");
  g_assert_cmpstr (log_get (record, "event.reason"), ==, "virtual");
  g_assert_nonnull (strstr (log_get (record, "message"), "interface=before0 kind=tun"));
  g_assert_true (is_up ("terminal0"));
  g_assert_true (is_up ("lo"));

  mark = log_mark ();
  g_free (world_run ("ip tuntap add tun0 mode tun; ip tuntap add tap0 mode tap; "
                     "ip link add veth0 type veth peer name veth1; "
                     "ip link add link terminal0 name macvlan0 type macvlan; "
                     "ip link add br0 type bridge"));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    wait_refusal (mark, names[i]);
  /* Again and again; told once. */
  for (guint round = 0; round < 5; round++)
    {
      g_free (
          world_run ("for i in tun0 tap0 veth0 veth1 macvlan0 br0; do ip link set $i up; done"));
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        wait_down (names[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpuint (count_refusals (mark, names[i]), ==, 1);
  /* Under another name it is news. */
  g_free (
      world_run ("ip link set tap0 down; ip link set tap0 name enp0s25; ip link set enp0s25 up"));
  wait_down ("enp0s25");
  wait_refusal (mark, "enp0s25");
  g_assert_true (is_up ("terminal0"));
  terminal_wait ("state", "logged-out");
  terminal_disconnect ();
  terminal_stop ();
  log_verify ();
  g_free (
      world_run ("for i in before0 tun0 enp0s25 veth0 macvlan0 br0; do ip link delete $i; done"));
}

/* Also while the terminal is out of service for another reason. */
static void
test_stopped (void)
{
  guint mark = log_mark ();

  terminal_break_policy ();
  g_free (world_run ("ip tuntap add early0 mode tap && ip link set early0 up"));
  terminal_start ();
  terminal_connect ();
  terminal_wait ("stop-code", "P-01");
  wait_refusal (mark, "early0");
  g_assert_false (is_up ("early0"));
  g_free (world_run ("ip tuntap add late0 mode tap && ip link set late0 up"));
  wait_refusal (mark, "late0");
  wait_down ("late0");
  terminal_wait ("stop-code", "P-01");
  g_assert_true (is_up ("terminal0"));
  terminal_disconnect ();
  terminal_stop ();
  g_free (world_run ("ip link delete early0; ip link delete late0"));
}

/* ---- The watch by itself ---- */

typedef struct {
  guint n_refused, n_changed;
  gboolean down;
  char name[KIOSK_INTERFACE_NAME_SIZE];
} Told;

static void
on_refused (const KioskInterfaceFacts *facts, const char *reason, gboolean down, guint times,
            gpointer data)
{
  Told *told = data;

  told->n_refused++;
  told->down = down;
  g_strlcpy (told->name, facts->name, sizeof told->name);
}

static void
on_changed (gpointer data)
{
  ((Told *) data)->n_changed++;
}

static const KioskInterfaceWatchEvents events = { .refused = on_refused, .changed = on_changed };

static void
wait_changed (const Told *told, guint n)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;

  while (told->n_changed < n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (1000);
    }
}

static void
test_lines (void)
{
  g_autoptr (GError) error = NULL;
  Told told = { 0 };
  KioskInterfaceWatch *watch = kiosk_interface_watch_new (&events, &told, &error);

  g_assert_no_error (error);
  g_assert_true (kiosk_interface_watch_examine (watch, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (kiosk_interface_watch_are_well (watch));
  g_assert_cmpstr (kiosk_interface_watch_get_lines (watch)[0], ==, "terminal0");
  g_assert_null (kiosk_interface_watch_get_lines (watch)[1]);
  g_assert_cmpuint (told.n_refused, ==, 0);

  /* The cable goes and comes back. */
  g_free (world_run ("ip link set terminal0 down; ip link set terminal0 name elsewhere0"));
  wait_changed (&told, 1);
  g_assert_null (kiosk_interface_watch_get_lines (watch)[0]);
  g_assert_cmpstr (told.name, ==, "elsewhere0");
  g_free (world_run ("ip link set elsewhere0 down; ip link set elsewhere0 name terminal0; "
                     "ip link set terminal0 up"));
  wait_changed (&told, 2);
  g_assert_cmpstr (kiosk_interface_watch_get_lines (watch)[0], ==, "terminal0");
  g_assert_true (is_up ("terminal0"));
  kiosk_interface_watch_free (watch);
}

/* Without the right to put it down: nobody may say that all is well. */
static void
test_stuck (void)
{
  g_autoptr (GError) error = NULL;
  Told told = { 0 };
  KioskInterfaceWatch *watch = kiosk_interface_watch_new (&events, &told, &error);

  g_assert_no_error (error);
  g_free (world_run ("ip tuntap add stuck0 mode tap && ip link set stuck0 up"));
  g_assert_cmpint (seteuid (65534), ==, 0);
  g_test_expect_message ("kioskd", G_LOG_LEVEL_WARNING, "stuck0 cannot be put down*");
  g_assert_false (kiosk_interface_watch_examine (watch, NULL, &error));
  g_test_assert_expected_messages ();
  g_assert_nonnull (error);
  g_assert_false (kiosk_interface_watch_are_well (watch));
  g_assert_cmpuint (told.n_refused, ==, 1);
  g_assert_false (told.down);
  g_assert_cmpint (seteuid (0), ==, 0);
  g_clear_error (&error);
  g_assert_true (kiosk_interface_watch_examine (watch, NULL, &error));
  g_assert_true (kiosk_interface_watch_are_well (watch));
  g_assert_false (is_up ("stuck0"));
  kiosk_interface_watch_free (watch);
  g_free (world_run ("ip link delete stuck0"));
}

/* A terminal's image has no list: then nothing without hardware is a cable. */
static void
test_no_stand_ins (void)
{
  g_autoptr (GError) error = NULL;
  Told told = { 0 };
  KioskInterfaceWatch *watch;

  g_free (world_run ("mv /usr/share/maintenance-kiosk/stand-ins /tmp/"));
  watch = kiosk_interface_watch_new (&events, &told, &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_interface_watch_examine (watch, NULL, &error));
  g_assert_null (kiosk_interface_watch_get_lines (watch)[0]);
  g_assert_cmpstr (told.name, ==, "terminal0");
  g_assert_false (is_up ("terminal0"));
  kiosk_interface_watch_free (watch);
  g_free (world_run ("mv /tmp/stand-ins /usr/share/maintenance-kiosk/; ip link set terminal0 up"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  terminal_make_people ();
  g_test_add_func ("/interfaces/daemon", test_daemon);
  g_test_add_func ("/interfaces/stopped", test_stopped);
  g_test_add_func ("/interfaces/lines", test_lines);
  g_test_add_func ("/interfaces/stuck", test_stuck);
  g_test_add_func ("/interfaces/no-stand-ins", test_no_stand_ins);
  return g_test_run ();
}
