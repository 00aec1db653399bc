/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd with a worker that a server has taken over (tests/rdp/hostile-worker.c). One kioskd
 * lives through all of it. After each deed the session is over or, where the deed was merely useless,
 * goes on; and when it is over nothing of it is left: no process, no hole in the firewall, no
 * connection at the server, no descriptor in kioskd. */

#include "terminal.h"

#include "../lib/world.h"

#include "config.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/rdp-protocol.h"

#include <glib-unix.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ORDERS "/run/hostile"

/* More records than one hostile session may leave. */
#define RECORDS_MAX (32 + 16)

/* ---- The server: takes every connection, notes what it hears, and answers ---- */

static GString *heard;
static guint
    n_connections; /* on which something was said: who only asks whether the server is there says nothing */

static gboolean
on_connection_readable (int fd, GIOCondition condition, gpointer data)
{
  gboolean *spoken = data;
  char bytes[4096];
  ssize_t size = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (size > 0)
    {
      n_connections += !*spoken;
      *spoken = TRUE;
      g_string_append_len (heard, bytes, size);
      send (fd, "!", 1, MSG_NOSIGNAL);
      return G_SOURCE_CONTINUE;
    }
  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  close (fd);
  n_connections -= *spoken;
  return G_SOURCE_REMOVE;
}

static gboolean
on_listener_readable (int fd, GIOCondition condition, gpointer data)
{
  int connection = accept4 (fd, NULL, NULL, SOCK_CLOEXEC);

  if (connection >= 0)
    {
      g_unix_fd_add_full (G_PRIORITY_DEFAULT, connection, G_IO_IN | G_IO_HUP,
                          on_connection_readable, g_new0 (gboolean, 1), g_free);
    }
  return G_SOURCE_CONTINUE;
}

static void
serve (void)
{
  kiosk_autofd int here = open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  kiosk_autofd int there = open ("/run/netns/servers", O_RDONLY | O_CLOEXEC);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (3389) };
  int listener;

  g_assert_cmpint (inet_pton (AF_INET, "10.99.0.11", &address.sin_addr), ==, 1);
  g_assert_cmpint (setns (there, CLONE_NEWNET), ==, 0);
  listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (setns (here, CLONE_NEWNET), ==, 0);
  g_assert_cmpint (bind (listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (listener, 16), ==, 0);
  heard = g_string_new (NULL);
  g_unix_fd_add (listener, G_IO_IN, on_listener_readable, NULL);
}

/* ---- What is left ---- */

static char *
get_kioskd (void)
{
  return g_strstrip (world_run ("pgrep -x kioskd"));
}

static guint
count (const char *command)
{
  g_autofree char *text = world_run (command);

  return (guint) strtoul (text, NULL, 10);
}

static guint
count_descriptors (void)
{
  return count ("ls /proc/$(pgrep -x kioskd)/fd | wc -l");
}

/* kioskd starts no process, ever. */
static guint
count_children (void)
{
  return count ("ps -o stat= --ppid $(pgrep -x kioskd) | wc -l || true");
}

static void
wait_count (guint (*counter) (void), guint value)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  guint now;

  while ((now = counter ()) != value && g_get_monotonic_time () < deadline)
    terminal_turn ();
  if (now != value)
    {
      g_autofree char *what
          = world_run ("ss -tano; ip netns exec servers ss -tano; ps -eo pid,stat,comm; "
                       "nft list set inet kiosk sessions");

      g_printerr ("%s\n", what);
    }
  g_assert_cmpuint (now, ==, value);
}

static guint
get_connections (void)
{
  return n_connections;
}

static guint
count_workers (void)
{
  return world_count_processes ("kiosk-rdp");
}

static void
check_nothing_left (void)
{
  wait_count (count_workers, 0);
  wait_count (get_connections, 0);
  g_assert_cmpuint (count_children (), ==, 0);
  terminal_wait_no_hole ();
  g_assert_nonnull (strstr (heard->str, "hello"));
  g_assert_null (strstr (heard->str, "ghost"));
}

/* ---- Sessions ---- */

/* The shell's ends of the running session. */
static int session[2] = { -1, -1 };

static void
close_session (void)
{
  kiosk_fd_clear (&session[0]);
  kiosk_fd_clear (&session[1]);
}

static void
begin (const char *deed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  close_session ();
  g_string_truncate (heard, 0);
  g_assert_true (g_file_set_contents (ORDERS, deed, -1, NULL));
  answer = terminal_call ("Connect", g_variant_new ("(sssuu)", SERVER_SILENT, "", "", 1280, 752),
                          session, &error);
  g_assert_no_error (error);
}

static void
check_text (const char *key, const char *value)
{
  g_autofree char *now = terminal_get (key);

  g_assert_cmpstr (now, ==, value);
}

static void
check_records (guint mark, const char *action, const char *reason, const char *detail)
{
  g_autoptr (JsonObject) record = log_wait (mark, action, 0);

  g_assert_cmpstr (log_get (record, "event.reason"), ==, reason);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
  if (detail != NULL)
    g_assert_nonnull (strstr (log_get (record, "message"), detail));
  log_check_order (mark, "connect-begun firewall-opened");
  g_assert_cmpuint (log_mark () - mark, <, RECORDS_MAX);
  log_verify ();
}

/* A deed that ends the session. */
typedef struct {
  const char *deed;
  const char *error;  /* of the status, and the reason on record */
  const char *action; /* of the record */
  const char *detail; /* in its message */
} Ending;

#define WRONG_REPORT "wrong report"
#define WRONG_MESSAGE "wrong message"
#define DOES_NOT_END "does not end"
#define ENDED "kiosk-rdp: ended"

static const Ending endings[] = {
  { "kind-0", "protocol", "session-lost", WRONG_REPORT },
  { "kind-7", "protocol", "session-lost", WRONG_REPORT },
  { "kind-max", "protocol", "session-lost", WRONG_REPORT },
  { "size-1", "protocol", "session-lost", WRONG_MESSAGE },
  { "size-short", "protocol", "session-lost", WRONG_MESSAGE },
  { "size-long", "protocol", "session-lost", WRONG_MESSAGE },
  { "size-huge", "protocol", "session-lost", WRONG_MESSAGE },
  { "size-empty", "lost", "session-lost", DOES_NOT_END },
  { "step-0", "protocol", "session-lost", WRONG_REPORT },
  { "step-5", "protocol", "session-lost", WRONG_REPORT },
  { "step-back", "protocol", "session-lost", WRONG_REPORT },
  { "step-again", "protocol", "session-lost", WRONG_REPORT },
  { "active-first", "protocol", "connect", WRONG_REPORT },
  { "logon-first", "protocol", "connect", WRONG_REPORT },
  { "certificate-first", "protocol", "connect", WRONG_REPORT },
  { "certificate-value", "protocol", "connect", WRONG_REPORT },
  { "certificate-odd", "protocol", "connect", WRONG_REPORT },
  { "certificate-late", "protocol", "session-lost", WRONG_REPORT },
  { "certificate-ignored", "certificate-changed", "certificate-refused", WRONG_REPORT },
  { "ended-0", "protocol", "session-lost", WRONG_REPORT },
  { "ended-value", "protocol", "session-lost", WRONG_REPORT },
  { "ended-and-goes-on", "lost", "session-lost", NULL },
  { "text-unterminated", "protocol", "session-lost", WRONG_REPORT },
  { "text-with-more", "protocol", "session-lost", WRONG_REPORT },
  { "text-no-utf8", "protocol", "session-lost", WRONG_REPORT },
  { "descriptors-1", "protocol", "session-lost", WRONG_MESSAGE },
  { "descriptors-5", "protocol", "session-lost", WRONG_MESSAGE },
  { "descriptors-253", "protocol", "session-lost", WRONG_MESSAGE },
  { "descriptors-only", "lost", "session-lost", DOES_NOT_END },
  { "flood-alive", "protocol", "session-lost", WRONG_REPORT },
  { "flood-channel", "protocol", "session-lost", WRONG_REPORT },
  { "flood-step", "protocol", "session-lost", WRONG_REPORT },
  { "many-channels", "protocol", "session-lost", WRONG_REPORT },
  { "suspended-unasked", "protocol", "session-lost", WRONG_REPORT },
  { "silent", "lost", "session-lost", "silent" },
  { "exit-0", "lost", "session-lost", ENDED },
  { "exit-1", "lost", "session-lost", ENDED },
  { "signal-segv", "lost", "session-lost", ENDED },
  { "signal-abrt", "lost", "session-lost", ENDED },
  { "signal-sys", "lost", "session-lost", ENDED },
  { "closes-socket", "lost", "session-lost", DOES_NOT_END },
  { "shuts-writing", "lost", "session-lost", DOES_NOT_END },
  { "shuts-both", "lost", "session-lost", DOES_NOT_END },
  { "leaves-descendant", "lost", "session-lost", NULL },
};

static void
test_ending (gconstpointer data)
{
  const Ending *ending = data;
  guint mark = log_mark ();
  g_autofree char *reference = NULL;
  g_autofree char *reason = NULL;

  begin (ending->deed);
  terminal_wait ("error", ending->error);
  check_text ("state", "choosing");
  reference = terminal_get ("error-reference");
  g_assert_cmpstr (reference, !=, "");
  check_nothing_left ();
  check_records (mark, ending->action, ending->error, ending->detail);
  log_check_order (mark, "firewall-opened firewall-closed");
  terminal_request ("Dismiss", NULL);
  check_text ("error", "");
}

/* Deeds that hurt nobody: the session goes on, and the person can end it. */
static void
test_useless (gconstpointer data)
{
  const char *deed = data;
  guint mark = log_mark ();
  g_autoptr (JsonObject) record = NULL;

  begin (deed);
  record = log_wait (mark, "channel-refused", 0);
  check_text ("state", "connected");
  g_assert_null (strpbrk (log_get (record, "message"), "\033\n"));
  g_assert_null (strstr (log_get (record, "message"), "\342\200\256"));
  terminal_request ("Disconnect", NULL);
  terminal_wait ("state", "choosing");
  check_text ("error", "");
  check_nothing_left ();
  log_check_order (mark, "connect channel-refused firewall-closed disconnect");
  g_assert_cmpuint (log_mark () - mark, <, 10);
}

/* The person wants to go; the worker does not. */
static void
test_ignores_orders (void)
{
  guint mark = log_mark ();

  begin ("ignores-orders");
  terminal_wait ("state", "connected");
  terminal_request ("Disconnect", NULL);
  check_text ("state", "choosing");
  check_nothing_left ();
  log_check_order (mark, "connect firewall-closed disconnect");

  begin ("ignores-orders");
  terminal_wait ("state", "connected");
  terminal_request ("Logout", NULL);
  check_text ("state", "logged-out");
  check_nothing_left ();
  terminal_log_in ();
}

/* The shell has seen something wrong and has closed; the worker acts as if nothing had happened. */
static void
test_shell_closed (void)
{
  guint mark = log_mark ();

  begin ("ignores-orders");
  terminal_wait ("state", "connected");
  close_session ();
  terminal_wait ("error", "lost");
  check_text ("state", "choosing");
  check_nothing_left ();
  check_records (mark, "session-lost", "lost", DOES_NOT_END);
  terminal_request ("Dismiss", NULL);
}

/* Locked before the answer to the request, whatever the worker does about it, and without it then. */
static void
test_lock (gconstpointer data)
{
  const char *deed = data;
  guint mark = log_mark ();

  begin (deed);
  terminal_wait ("state", "connected");
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  check_text ("state", "locked");
  check_nothing_left ();
  check_records (mark, "session-lost", "lost", "lock not confirmed");
  log_check_order (mark, "connect session-lost firewall-closed lock");

  terminal_authenticate ("unlock", ENGINEER, PASSWORD_OF (ENGINEER), "choosing");
  check_text ("error", "lost");
  terminal_request ("Dismiss", NULL);
}

/* It said that it was quiet, and then something else. */
static void
test_lock_twice (void)
{
  guint mark = log_mark ();

  begin ("lock-twice");
  terminal_wait ("state", "connected");
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  check_text ("state", "locked");
  check_nothing_left ();
  check_text ("state", "locked");
  check_records (mark, "session-lost", "protocol", WRONG_REPORT);
  terminal_authenticate ("unlock", ENGINEER, PASSWORD_OF (ENGINEER), "choosing");
  check_text ("error", "protocol");
  terminal_request ("Dismiss", NULL);
}

/* Frames are none of kioskd's business: locked, and back. */
static void
test_lock_draws (void)
{
  begin ("lock-draws");
  terminal_wait ("state", "connected");
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  check_text ("state", "locked");
  terminal_authenticate ("unlock", ENGINEER, PASSWORD_OF (ENGINEER), "connected");
  terminal_request ("Disconnect", NULL);
  check_nothing_left ();
}

/* Sessions of every kind of end leave no descriptor behind. */
static void
test_leaks (void)
{
  static const char *const deeds[]
      = { "exit-1", "descriptors-253", "kind-0", "ended-and-goes-on", "many-channels" };
  g_autofree char *kioskd = get_kioskd ();
  g_autofree char *after = NULL;
  guint before = count_descriptors ();

  for (guint i = 0; i < 50; i++)
    {
      begin (deeds[i % G_N_ELEMENTS (deeds)]);
      terminal_wait ("state", "choosing");
    }
  check_nothing_left ();
  wait_count (count_descriptors, before);
  after = get_kioskd ();
  g_assert_cmpstr (kioskd, ==, after);
  log_verify ();
}

static void
install (const char *hostile)
{
  g_autofree char *command
      = g_strdup_printf ("install -m 0755 '%s' " KIOSK_LIBEXEC_DIR "/kiosk-rdp", hostile);

  world_require ();
  g_free (world_run (command));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  install (argv[1]);
  serve ();
  terminal_make_people ();
  terminal_write_policy ("notice");
  terminal_start ();
  terminal_connect ();
  terminal_log_in ();

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/hostile-worker/ends/%s", endings[i].deed);

      g_test_add_data_func (path, &endings[i], test_ending);
    }
  g_test_add_data_func ("/hostile-worker/useless/text-harmful", "text-harmful", test_useless);
  g_test_add_data_func ("/hostile-worker/useless/same-channel", "same-channel", test_useless);
  g_test_add_func ("/hostile-worker/ignores-orders", test_ignores_orders);
  g_test_add_func ("/hostile-worker/shell-closed", test_shell_closed);
  g_test_add_data_func ("/hostile-worker/lock/ignored", "lock-ignored", test_lock);
  g_test_add_data_func ("/hostile-worker/lock/ended", "lock-ended", test_lock);
  g_test_add_data_func ("/hostile-worker/lock/wrong", "lock-wrong", test_lock);
  g_test_add_data_func ("/hostile-worker/lock/flood-alive", "lock-flood-alive", test_lock);
  g_test_add_data_func ("/hostile-worker/lock/flood-channel", "lock-flood-channel", test_lock);
  g_test_add_data_func ("/hostile-worker/lock/trickle", "lock-trickle", test_lock);
  g_test_add_data_func ("/hostile-worker/lock/exit", "lock-exit", test_lock);
  g_test_add_func ("/hostile-worker/lock/twice", test_lock_twice);
  g_test_add_func ("/hostile-worker/lock/draws", test_lock_draws);
  g_test_add_func ("/hostile-worker/leaks", test_leaks);
  status = g_test_run ();

  terminal_disconnect ();
  terminal_stop ();
  log_verify ();
  return status;
}
