/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "display.h"
#include "pulse.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/notify.h"

#include <gtk/gtk.h>

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The pulse under the real compositor: it beats, stops with the compositor, and goes on with it; and
 * with each beat the service manager hears of it. */

#define HANG_MS 30000 /* only against waiting for ever */

static int manager = -1;
static guint beats, pets, readies;

static void
on_beat (gpointer data)
{
  beats++;
}

static gboolean
on_hang (gpointer data)
{
  g_error ("waited too long");
  return G_SOURCE_REMOVE;
}

static gboolean
on_over (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
hear (void)
{
  char text[256];
  ssize_t n;

  while ((n = recv (manager, text, sizeof text - 1, MSG_DONTWAIT)) > 0)
    {
      text[n] = '\0';
      readies += strstr (text, "READY=1") != NULL;
      pets += strstr (text, "WATCHDOG=1") != NULL;
    }
}

static void
run (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_over, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  hear ();
}

static void
wait_for_beats (guint n)
{
  guint hang = g_timeout_add (HANG_MS, on_hang, NULL);

  while (beats < n)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (hang);
  hear ();
}

static void
begin (void)
{
  hear ();
  beats = pets = readies = 0;
}

static void
test_beats (void)
{
  KioskPulse *pulse;
  gint64 start = g_get_monotonic_time ();

  begin ();
  pulse = kiosk_pulse_new (gdk_display_get_default (), on_beat, NULL);
  wait_for_beats (3);
  /* the first comes at once, two more each after its turn */
  g_assert_cmpint (g_get_monotonic_time () - start, >, 2 * KIOSK_PULSE_MS * 900);
  g_assert_cmpuint (readies, ==, 1);
  g_assert_cmpuint (pets, ==, beats);
  kiosk_pulse_free (pulse);
  begin ();
  run (KIOSK_PULSE_MS + 500);
  g_assert_cmpuint (beats, ==, 0);
}

static void
test_hurry (void)
{
  KioskPulse *pulse = kiosk_pulse_new (gdk_display_get_default (), on_beat, NULL);

  begin ();
  wait_for_beats (1);
  for (guint i = 0; i < 100; i++)
    kiosk_pulse_hurry (pulse); /* one question is enough */
  run (KIOSK_PULSE_MS / 4);
  g_assert_cmpuint (beats, ==, 2);
  kiosk_pulse_free (pulse);
}

/* The compositor stands still: not a beat more, whoever wants one; the main loop goes on all the same. */
static void
test_stopped_compositor (void)
{
  KioskPulse *pulse = kiosk_pulse_new (gdk_display_get_default (), on_beat, NULL);

  begin ();
  wait_for_beats (2);
  test_display_stop_compositor (TRUE);
  run (500); /* an answer may have been on its way */
  begin ();
  for (guint i = 0; i < 8; i++)
    {
      kiosk_pulse_hurry (pulse);
      run (KIOSK_PULSE_MS / 2);
    }
  g_assert_cmpuint (beats, ==, 0);
  g_assert_cmpuint (pets, ==, 0);
  test_display_stop_compositor (FALSE);
  wait_for_beats (3);
  g_assert_cmpuint (pets, ==, beats);
  g_assert_cmpuint (readies, ==, 0);
  kiosk_pulse_free (pulse);
}

/* A manager that does not read: nothing waits for it. */
static void
test_deaf_manager (void)
{
  KioskPulse *pulse;
  guint sent = 0;

  while (kiosk_notify ("STATUS=x"))
    g_assert_cmpuint (sent++, <, 100000);
  g_assert_cmpuint (sent, >, 0);
  beats = 0;
  pulse = kiosk_pulse_new (gdk_display_get_default (), on_beat, NULL);
  wait_for_beats (3);
  /* the word that it is ready was not lost with the others */
  begin ();
  wait_for_beats (2);
  g_assert_cmpuint (readies, ==, 1);
  kiosk_pulse_free (pulse);
}

/* Thousands of events a second: beats as without them. (As many as fit in: a client that does not read
 * them is thrown out by the compositor.) */
static void
test_storm (void)
{
  KioskPulse *pulse;
  gint64 until = g_get_monotonic_time () + 4 * KIOSK_PULSE_MS * 1000;
  int x = 0;

  begin ();
  pulse = kiosk_pulse_new (gdk_display_get_default (), on_beat, NULL);
  while (g_get_monotonic_time () < until)
    {
      for (guint i = 0; i < 20; i++)
        test_display_move (100 + (x++ % 500), 100);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_test_message ("%d motions", x);
  g_assert_cmpuint (beats, >=, 3);
  kiosk_pulse_free (pulse);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  GtkWidget *window;
  int result;

  g_test_init (&argc, &argv, NULL);
  test_display_start ("us");
  g_assert_cmpint (g_snprintf (address.sun_path, sizeof address.sun_path, "%s/notify",
                               g_getenv ("XDG_RUNTIME_DIR")),
                   <, sizeof address.sun_path);
  manager = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (manager, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_setenv ("NOTIFY_SOCKET", address.sun_path, TRUE);
  g_setenv ("GTK_A11Y", "none", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE); /* dconf leaves a folder behind */
  gtk_init ();
  window = gtk_window_new ();
  gtk_window_fullscreen (GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
  g_test_add_func ("/pulse/beats", test_beats);
  g_test_add_func ("/pulse/hurry", test_hurry);
  g_test_add_func ("/pulse/stopped-compositor", test_stopped_compositor);
  g_test_add_func ("/pulse/deaf-manager", test_deaf_manager);
  g_test_add_func ("/pulse/storm", test_storm);
  result = g_test_run ();
  kiosk_fd_clear (&manager);
  gtk_window_destroy (GTK_WINDOW (window));
  test_display_stop ();
  return result;
}
