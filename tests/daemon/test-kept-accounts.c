/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd and kiosk-auth where /etc cannot be written to: what counts is the image's accounts with what
 * persons have changed, kept beside the log. Closing an account ends the session, in whichever of them it is
 * done (R06). */

#include "terminal.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"

#define STATE "/var/lib/maintenance-kiosk"
#define KEPT STATE "/etc/shadow"
#define IMAGE "/run/image/shadow" /* as whoever makes the next image sees it */
#define FRESH "Kaede-2027-fresh"

static const char *password = PASSWORD_OF (ENGINEER);

/* As the image has it, and kiosk-auth as its unit starts it. */
static void
confine (void)
{
  g_free (world_run ("mkdir /run/image; mount --bind /etc /run/image; "
                     "mount -o bind,ro /etc /etc; ! touch /etc/x 2>/dev/null; "
                     "cd /usr/libexec/maintenance-kiosk; mv kiosk-auth kiosk-auth.real; "
                     "printf '#!/bin/sh\\nexec unshare --mount --propagation private -- sh -c "
                     "\"mount --bind " STATE "/etc /etc && "
                     "exec /usr/libexec/maintenance-kiosk/kiosk-auth.real\"\\n' >kiosk-auth; "
                     "chmod 0755 kiosk-auth"));
}

static void
set_up (gpointer fixture, gconstpointer data)
{
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
}

static void
tear_down (gpointer fixture, gconstpointer data)
{
  terminal_disconnect ();
  terminal_stop ();
  log_verify ();
}

static void
log_in (void)
{
  terminal_authenticate ("login", ENGINEER, password, "choosing");
}

/* Puts what @script (sed) makes of @path in its place, as usermod(8) does. */
static void
edit (const char *path, const char *script)
{
  g_autofree char *command
      = g_strdup_printf ("umask 077; sed '%s' %s >%s.new; ! cmp -s %s %s.new; mv %s.new %s", script,
                         path, path, path, path, path, path);

  g_free (world_run (command));
}

static void
close_account (const char *path, const char *script)
{
  g_autofree char *save = g_strdup_printf ("cp -p %s /tmp/saved", path);
  g_autofree char *restore
      = g_strdup_printf ("cp -p /tmp/saved %s.new; mv %s.new %s", path, path, path);
  guint mark = log_mark ();
  g_autoptr (JsonObject) logout = NULL;
  gint64 began;

  log_in ();
  g_free (world_run (save));
  edit (path, "s/^" OUTSIDE ":/" OUTSIDE ":!/");
  for (guint i = 0; i < 50; i++)
    terminal_turn ();
  log_check_none (mark, "logout");
  edit (path, script);
  began = g_get_monotonic_time ();
  terminal_wait ("state", "logged-out");
  g_test_message ("%s, %s: ended after %.2f s", path, script,
                  (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
  logout = log_wait (mark, "logout", 0);
  g_assert_cmpstr (log_get (logout, "event.reason"), ==, "account");
  g_assert_cmpstr (log_get (logout, "user.id"), ==, ENGINEER);
  terminal_authenticate ("login", ENGINEER, password, "logged-out");
  terminal_request ("Dismiss", NULL);
  g_free (world_run (restore));
  log_in ();
}

static void
test_kept_locked (gpointer fixture, gconstpointer data)
{
  close_account (KEPT, "s/^" ENGINEER ":/" ENGINEER ":!/");
}

static void
test_kept_expired (gpointer fixture, gconstpointer data)
{
  close_account (KEPT, "s/^\\(" ENGINEER ":.*\\):[^:]*:\\([^:]*\\)$/\\1:1:\\2/");
}

static void
test_image_locked (gpointer fixture, gconstpointer data)
{
  close_account (IMAGE, "s/^" ENGINEER ":/" ENGINEER ":!/");
}

static void
say (int conversation, const char *answer)
{
  KioskAuthMessage message = { .kind = KIOSK_AUTH_MESSAGE_ANSWER };

  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, answer));
  g_assert_true (kiosk_channel_send (conversation, &message, sizeof message, NULL, 0, NULL));
}

static void
hear_question (int conversation)
{
  KioskAuthMessage message;

  do
    g_assert_true (
        kiosk_channel_receive_exact (conversation, &message, sizeof message, NULL, 0, NULL));
  while (message.kind != KIOSK_AUTH_MESSAGE_SECRET);
}

/* A change of the person's own ends nothing, and is the one that counts: for the watch, too, which must not
 * go by the age that the image knows. */
static void
test_changed (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  int conversation;

  log_in ();
  conversation = terminal_begin ("change", "");
  say (conversation, password);
  hear_question (conversation);
  say (conversation, password);
  hear_question (conversation);
  say (conversation, FRESH);
  hear_question (conversation);
  say (conversation, FRESH);
  terminal_wait ("state", "choosing");
  kiosk_fd_clear (&conversation);
  g_free (world_run ("! cmp -s " KEPT " " IMAGE));
  password = FRESH;
  for (guint i = 0; i < 400; i++)
    terminal_turn ();
  log_check_none (mark, "logout");
  terminal_request ("Logout", NULL);
  terminal_wait ("state", "logged-out");
  close_account (KEPT, "s/^" ENGINEER ":/" ENGINEER ":!/");
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (gpointer fixture, gconstpointer data);
  } tests[] = {
    { "/kept-accounts/locked", test_kept_locked },
    { "/kept-accounts/expired", test_kept_expired },
    { "/kept-accounts/image-locked", test_image_locked },
    { "/kept-accounts/changed", test_changed },
  };

  g_test_init (&argc, &argv, NULL);
  world_require ();
  terminal_make_people ();
  terminal_write_policy ("notice");
  confine ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
