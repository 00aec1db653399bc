/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd, and what a session needs beside the right to it (R29): orders signed by the real
 * kioskctl, an approver under the real PAM, and accounts that are closed while their persons work (R06).
 * In a world of its own, with a worker that connects and then does nothing (tests/rdp/hostile-worker.c). */

#include "terminal.h"

#include "../lib/world.h"

#include "config.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"

#include <signal.h>
#include <string.h>

#define APPROVER "t-approver"
#define BOTH "t-both" /* an engineer who may approve the work of others */
#define MORE "/etc/maintenance-kiosk/policy.d/50-orders.conf"
#define PIN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PASSPHRASE "correct horse battery"
#define STATE_ORDERS "/var/lib/maintenance-kiosk/orders"
#define POLICY_ORDERS "/etc/maintenance-kiosk/orders"

#define SERVER_ORDER "with-order"
#define SERVER_SECOND "with-second"
#define SERVER_NEVER "order-hours" /* needs an order, and is never open today */

static GSubprocess *server;
static int session[2] = { -1, -1 };

static void
check_text (const char *key, const char *value)
{
  g_autofree char *now = terminal_get (key);

  g_assert_cmpstr (now, ==, value);
}

/* ---- The terminal ---- */

static char *
make_key (const char *path)
{
  g_autofree char *command = g_strdup_printf ("rm -f %s; echo '" PASSPHRASE
                                              "' | kioskctl order key --out %s 2>/dev/null "
                                              "| sed -n 's/^public-key=//p' | tr -d '\\n'",
                                              path, path);

  return world_run (command);
}

static void
write_more (const char *key)
{
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  const char *never = days[(g_date_time_get_day_of_week (now) - 1 + 3) % 7];
  g_autoptr (GString) more = g_string_new (NULL);
  const struct {
    const char *id, *more;
  } servers[] = {
    { SERVER_ORDER, "approval=order" },
    { SERVER_SECOND, "approval=person" },
    { SERVER_NEVER, "approval=order" },
  };

  g_string_append_printf (more,
                          "[person " APPROVER "]\nname[ja]=高橋\nname[en]=Takahashi\n"
                          "[person " BOTH "]\nname[ja]=伊藤\nname[en]=Ito\n"
                          "[role approver]\npersons=" APPROVER ";" BOTH "\n"
                          "[role engineer]\npersons=" ENGINEER ";" SECOND ";" BOTH "\n"
                          "[approver takahashi]\nperson=" APPROVER "\npublic-key=%s\n",
                          key);
  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      g_string_append_printf (
          more,
          "[server %s]\nlabel[ja]=%s\nlabel[en]=%s\npurpose[ja]=保守\npurpose[en]=Work\n"
          "address=10.99.0.11\ncertificate-sha256=" PIN "\npersons=" ENGINEER ";" BOTH "\n%s\n",
          servers[i].id, servers[i].id, servers[i].id, servers[i].more);
      if (g_str_equal (servers[i].id, SERVER_NEVER))
        g_string_append_printf (more, "hours=%s 08:00-20:00\n", never);
    }
  g_free (world_run ("install -d -m 0755 /etc/maintenance-kiosk/policy.d"));
  g_assert_true (g_file_set_contents (MORE, more->str, -1, NULL));
  g_free (world_run ("chmod 0644 " MORE));
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
  kiosk_fd_clear (&session[0]);
  kiosk_fd_clear (&session[1]);
  g_free (world_run ("rm -rf " STATE_ORDERS "/* " POLICY_ORDERS));
  world_wait_none ("kiosk-auth");
  world_wait_none ("kiosk-rdp");
  g_assert_cmpuint (terminal_count_holes (), ==, 0);
  log_verify ();
}

/* ---- Orders ---- */

/* A passphrase takes a second or, on a busy machine, many; a shell must not be silent for ten. */
static void
run_beside (const char *command)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "/bin/bash",
                                                      "-euo", "pipefail", "-c", command, NULL);

  g_assert_no_error (error);
  while (g_subprocess_get_identifier (process) != NULL)
    terminal_turn ();
  g_assert_true (g_subprocess_get_successful (process));
}

/* Signs an order that holds from @from to @until, seconds from when it is signed, and puts it at @path. */
static void
give_order (const char *path, const char *persons, const char *servers, int from, int until,
            const char *key)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) begin = g_date_time_add_seconds (now, from);
  g_autoptr (GDateTime) end = g_date_time_add_seconds (now, until);
  g_autofree char *begin_text = g_date_time_format (begin, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *end_text = g_date_time_format (end, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *text
      = g_strdup_printf ("[order]\nformat=1\nid=W-%s\npersons=%s\nservers=%s\nfrom=%s\nuntil=%s\n"
                         "purpose=証明書の更新\napprover=takahashi\n",
                         persons, persons, servers, begin_text, end_text);
  g_autofree char *command
      = g_strdup_printf ("echo '" PASSPHRASE
                         "' | kioskctl order sign /tmp/work --key %s --out /tmp/signed >/dev/null; "
                         "install -D -m 0644 /tmp/signed %s",
                         key, path);

  g_assert_true (g_file_set_contents ("/tmp/work", text, -1, NULL));
  run_beside (command);
}

static gboolean
connect_to (const char *id, GError **error)
{
  g_autoptr (GVariant) answer = NULL;

  kiosk_fd_clear (&session[0]);
  kiosk_fd_clear (&session[1]);
  answer
      = terminal_call ("Connect", g_variant_new ("(sssuu)", id, "", "", 1280, 752), session, error);
  return answer != NULL;
}

static void
open_session (const char *id)
{
  g_autoptr (GError) error = NULL;

  connect_to (id, &error);
  g_assert_no_error (error);
  terminal_wait ("state", "connected");
  g_assert_cmpuint (terminal_count_holes (), ==, 1);
}

/* Refused with @word; nothing was opened. @words stand in the record's message. */
static void
check_refused (const char *id, const char *word, const char *words)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (connect_to (id, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_FAILED);
  check_text ("state", "choosing");
  check_text ("error", word);
  record = log_wait (mark, "connect", 0);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
  g_assert_cmpstr (log_get (record, "event.reason"), ==, word);
  g_test_message ("%s", log_get (record, "message"));
  g_assert_nonnull (strstr (log_get (record, "message"), words));
  log_check_none (mark, "connect-begun");
  log_check_none (mark, "firewall-opened");
  terminal_request ("Dismiss", NULL);
}

static void
test_no_order (gpointer fixture, gconstpointer data)
{
  terminal_log_in ();
  check_refused (SERVER_ORDER, "order", "there is no order");
  give_order (STATE_ORDERS "/a.order", SECOND, SERVER_ORDER, -60, 3600, "/tmp/key");
  check_refused (SERVER_ORDER, "order", "not for this person");
  give_order (STATE_ORDERS "/a.order", ENGINEER, SERVER_SECOND, -60, 3600, "/tmp/key");
  check_refused (SERVER_ORDER, "order", "not for this server");
  give_order (STATE_ORDERS "/a.order", ENGINEER, SERVER_ORDER, 60, 3600, "/tmp/key");
  check_refused (SERVER_ORDER, "order", "does not hold yet");
  give_order (STATE_ORDERS "/a.order", ENGINEER, SERVER_ORDER, -3600, -1, "/tmp/key");
  check_refused (SERVER_ORDER, "order", "has ended");
  give_order (STATE_ORDERS "/a.order", ENGINEER, SERVER_ORDER, -60, 3600, "/tmp/other-key");
  check_refused (SERVER_ORDER, "order", "signature is wrong");
  give_order (STATE_ORDERS "/a.order", ENGINEER ";" APPROVER, SERVER_ORDER, -60, 3600, "/tmp/key");
  check_refused (SERVER_ORDER, "order", "approver is one of the persons");
  /* one that would do, but for what somebody did to it */
  give_order (STATE_ORDERS "/a.order", ENGINEER, SERVER_ORDER, -60, 3600, "/tmp/key");
  g_free (world_run ("sed -i 's/証明書の更新/点検/' " STATE_ORDERS "/a.order"));
  check_refused (SERVER_ORDER, "order", "signature is wrong");
  give_order (STATE_ORDERS "/a.order", ENGINEER, SERVER_ORDER, -60, 3600, "/tmp/key");
  g_free (world_run ("chown " ENGINEER " " STATE_ORDERS "/a.order"));
  check_refused (SERVER_ORDER, "order", "belongs to user");
  g_free (world_run ("chown root " STATE_ORDERS "/a.order; chmod 0666 " STATE_ORDERS "/a.order"));
  check_refused (SERVER_ORDER, "order", "may write");
  g_free (world_run ("chmod 0644 " STATE_ORDERS "/a.order; cd " STATE_ORDERS
                     "; mv a.order b; ln -s b a.order"));
  check_refused (SERVER_ORDER, "order", "symbolic link");
  g_free (world_run ("cd " STATE_ORDERS "; rm a.order; (cat b; head -c 17000 /dev/zero) >a.order"));
  check_refused (SERVER_ORDER, "order", "longer than");
  g_free (world_run ("cd " STATE_ORDERS "; rm a.order; mv b .hidden.order; "
                     "cp .hidden.order a.txt; grep -v id= .hidden.order >c.order"));
  check_refused (SERVER_ORDER, "order", "lacks the key");
  g_free (world_run ("cd " STATE_ORDERS "; rm c.order; mkdir c.order"));
  check_refused (SERVER_ORDER, "order", "not a regular file");
}

static void
test_order (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) begun = NULL;
  g_autoptr (JsonObject) end = NULL;
  g_autofree char *digest = NULL;

  /* among others that do not help */
  give_order (POLICY_ORDERS "/1.order", SECOND, SERVER_ORDER, -60, 3600, "/tmp/key");
  give_order (POLICY_ORDERS "/2.order", ENGINEER, SERVER_ORDER ";" SERVER_NEVER, -60, 3600,
              "/tmp/key");
  g_free (world_run ("echo nonsense >" POLICY_ORDERS "/0.order"));
  digest = world_run ("sha256sum " POLICY_ORDERS "/2.order | cut -c 1-64 | tr -d '\\n'");
  terminal_log_in ();
  /* hours hold as well */
  g_assert_false (connect_to (SERVER_NEVER, NULL));
  check_text ("error", "hours");
  open_session (SERVER_ORDER);
  check_text ("ticket", "W-" ENGINEER);
  check_text ("warning", "");
  begun = log_wait (mark, "connect-begun", 0);
  g_assert_cmpstr (log_get (begun, "kiosk.approval.order"), ==, "W-" ENGINEER);
  g_assert_cmpstr (log_get (begun, "kiosk.approval.sha256"), ==, digest);
  g_assert_cmpstr (log_get (begun, "kiosk.approval.by"), ==, APPROVER);
  g_assert_cmpstr (log_get (begun, "kiosk.purpose"), ==, "証明書の更新");
  g_assert_cmpstr (log_get (begun, "user.id"), ==, ENGINEER);
  log_check_none (mark, "order-warning");
  terminal_request ("Disconnect", NULL);
  terminal_wait ("state", "choosing");
  end = log_wait (mark, "disconnect", 0);
  g_assert_cmpstr (log_get (end, "kiosk.approval.sha256"), ==, digest);
}

/* Until when there is an order for @id, by the list of servers; -1 where it says nothing of orders. */
static gint64
get_until (const char *id)
{
  g_autoptr (GVariant) answer = terminal_call ("ListServers", NULL, NULL, NULL);
  g_autoptr (GVariant) list = g_variant_get_child_value (answer, 0);
  gint64 until = -1;

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (list, i);
      const char *name = NULL;

      if (g_variant_lookup (one, "id", "&s", &name) && g_str_equal (name, id))
        g_variant_lookup (one, "order-until", "x", &until);
    }
  return until;
}

/* The list from which a server is chosen knows beforehand, and follows. */
static void
test_list (gpointer fixture, gconstpointer data)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  gint64 now;

  terminal_log_in ();
  g_assert_cmpint (get_until (SERVER_ORDER), ==, 0);
  g_assert_cmpint (get_until (SERVER_SECOND), ==, -1);
  g_assert_cmpint (get_until (SERVER_SILENT), ==, -1);
  give_order (STATE_ORDERS "/0.order", SECOND, SERVER_ORDER, -60, 3600, "/tmp/key");
  give_order (STATE_ORDERS "/1.order", ENGINEER, SERVER_ORDER, -60, 3600, "/tmp/other-key");
  g_assert_cmpint (get_until (SERVER_ORDER), ==, 0);
  give_order (STATE_ORDERS "/2.order", ENGINEER, SERVER_ORDER, -60, 3600, "/tmp/key");
  now = g_get_real_time ();
  while (terminal_count_server_changes () == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      terminal_turn ();
    }
  g_assert_cmpint (get_until (SERVER_ORDER), >, now);
  g_assert_cmpint (get_until (SERVER_ORDER), <=, now + 3601 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpint (get_until (SERVER_NEVER), ==, 0);
}

/* Told at once, because less than ten minutes are left; closed at the end. */
static void
test_order_ends (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) end = NULL;
  gint64 began;

  terminal_log_in ();
  began = g_get_real_time ();
  give_order (STATE_ORDERS "/a.order", ENGINEER, SERVER_ORDER, -60, 20, "/tmp/key");
  open_session (SERVER_ORDER);
  check_text ("warning", "order");
  log_check_order (mark, "connect-begun order-warning connect");
  terminal_wait ("state", "choosing");
  g_test_message ("closed %.2f s after the order was written for 20 s",
                  (double) (g_get_real_time () - began) / G_USEC_PER_SEC);
  check_text ("error", "order-ended");
  check_text ("warning", "");
  end = log_wait (mark, "disconnect", 0);
  g_assert_cmpstr (log_get (end, "event.reason"), ==, "order-ended");
  g_assert_cmpstr (log_get (end, "kiosk.approval.order"), ==, "W-" ENGINEER);
  terminal_wait_no_hole ();
  terminal_request ("Dismiss", NULL);
  check_refused (SERVER_ORDER, "order", "has ended");
}

/* Also behind the lock, and when the order is taken back. */
static void
test_order_withdrawn (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) end = NULL;

  terminal_log_in ();
  give_order (STATE_ORDERS "/a.order", ENGINEER, SERVER_ORDER, -60, 3600, "/tmp/key");
  open_session (SERVER_ORDER);
  terminal_request ("Lock", g_variant_new ("(s)", "person"));
  terminal_wait ("state", "locked");
  g_assert_cmpuint (terminal_count_holes (), ==, 1);
  g_free (world_run ("rm " STATE_ORDERS "/a.order"));
  end = log_wait (mark, "disconnect", 0);
  g_assert_cmpstr (log_get (end, "event.reason"), ==, "order-ended");
  check_text ("state", "locked");
  terminal_wait_no_hole ();
  terminal_authenticate ("unlock", "", PASSWORD_OF (ENGINEER), "choosing");
  check_text ("error", "order-ended");
}

/* ---- The second person ---- */

/* As terminal_begin(), for an approver. */
static int
begin_approval (const char *id, const char *typed)
{
  KioskAuthMessage message = { .kind = KIOSK_AUTH_MESSAGE_START };
  g_autoptr (GError) error = NULL;
  int fds[2] = { -1, -1 };
  g_autoptr (GVariant) answer
      = terminal_call ("BeginApproval", g_variant_new ("(s)", id), fds, &error);

  g_assert_no_error (error);
  world_limit_waiting (fds[0]);
  check_text ("state", "approving");
  check_text ("conversation", "approve");
  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, typed));
  g_assert_true (kiosk_channel_send (fds[0], &message, sizeof message, NULL, 0, NULL));
  g_assert_true (kiosk_channel_receive_exact (fds[0], &message, sizeof message, NULL, 0, NULL));
  g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_SECRET);
  return fds[0];
}

static void
approve (const char *id, const char *typed, const char *password)
{
  terminal_answer (begin_approval (id, typed), password);
  terminal_wait ("state", "choosing");
}

static void
test_second_person (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) approval = NULL;
  g_autoptr (JsonObject) begun = NULL;

  terminal_log_in ();
  check_refused (SERVER_SECOND, "approval", "nobody has approved");
  approve (SERVER_SECOND, APPROVER, PASSWORD_OF (APPROVER));
  check_text ("error", "");
  check_text ("person", ENGINEER);
  approval = log_wait (mark, "approve", 0);
  g_assert_cmpstr (log_get (approval, "event.outcome"), ==, "success");
  g_assert_cmpstr (log_get (approval, "user.id"), ==, APPROVER);
  g_assert_cmpstr (log_get (approval, "message"), ==, ENGINEER);
  g_assert_cmpstr (log_get (approval, "destination.address"), ==, SERVER_SECOND);
  open_session (SERVER_SECOND);
  begun = log_wait (mark, "connect-begun", 0);
  g_assert_cmpstr (log_get (begun, "user.id"), ==, ENGINEER);
  g_assert_cmpstr (log_get (begun, "kiosk.approval.by"), ==, APPROVER);
  log_check_order (mark, "approve-begun approve connect-begun firewall-opened connect");
  /* for one session */
  terminal_request ("Disconnect", NULL);
  terminal_wait ("state", "choosing");
  check_refused (SERVER_SECOND, "approval", "nobody has approved");
}

static void
test_not_approved (gpointer fixture, gconstpointer data)
{
  static const struct {
    const char *typed, *password, *reason, *user;
  } rows[] = {
    { APPROVER, "Wrong-2026-word", "password", APPROVER },
    { "t-nobody", PASSWORD_OF (APPROVER), "unlisted", "unlisted" },
    { ENGINEER, PASSWORD_OF (ENGINEER), "no-role", ENGINEER },
    { AUDITOR, PASSWORD_OF (AUDITOR), "no-role", AUDITOR },
    { OUTSIDE, PASSWORD_OF (OUTSIDE), "no-role", OUTSIDE },
  };
  g_autoptr (JsonObject) same = NULL;
  g_autoptr (GError) error = NULL;
  guint mark;

  terminal_log_in ();
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (JsonObject) record = NULL;

      mark = log_mark ();
      approve (SERVER_SECOND, rows[i].typed, rows[i].password);
      check_text ("error", "approve-failed");
      record = log_wait (mark, "approve", 0);
      g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
      g_assert_cmpstr (log_get (record, "event.reason"), ==, rows[i].reason);
      g_assert_cmpstr (log_get (record, "user.id"), ==, rows[i].user);
      terminal_request ("Dismiss", NULL);
      check_refused (SERVER_SECOND, "approval", "nobody has approved");
    }
  /* what another server was approved for */
  g_assert_null (
      terminal_call ("BeginApproval", g_variant_new ("(s)", SERVER_ORDER), NULL, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_FAILED);
  check_text ("state", "choosing");
  check_text ("error", "denied");
  /* cancelled: nothing is left of it */
  mark = log_mark ();
  {
    int conversation = begin_approval (SERVER_SECOND, APPROVER);

    terminal_request ("CancelConversation", NULL);
    check_text ("state", "choosing");
    kiosk_fd_clear (&conversation);
    log_check_order (mark, "approve-begun conversation-cancelled");
  }
  /* locked meanwhile */
  {
    int conversation = begin_approval (SERVER_SECOND, APPROVER);

    mark = log_mark ();
    terminal_request ("Lock", g_variant_new ("(s)", "person"));
    check_text ("state", "locked");
    kiosk_fd_clear (&conversation);
    world_wait_none ("kiosk-auth");
    log_check_order (mark, "conversation-cancelled lock");
  }
  terminal_authenticate ("unlock", "", PASSWORD_OF (ENGINEER), "choosing");
  terminal_request ("Logout", NULL);
  terminal_wait ("state", "logged-out");
  /* nobody approves their own work, not even who may approve that of others */
  terminal_authenticate ("login", BOTH, PASSWORD_OF (BOTH), "choosing");
  mark = log_mark ();
  approve (SERVER_SECOND, BOTH, PASSWORD_OF (BOTH));
  check_text ("error", "approve-failed");
  same = log_wait (mark, "approve", 0);
  g_assert_cmpstr (log_get (same, "event.reason"), ==, "same-person");
}

/* An approval goes with the log-in for which it was given. */
static void
test_approval_goes (gpointer fixture, gconstpointer data)
{
  terminal_log_in ();
  approve (SERVER_SECOND, APPROVER, PASSWORD_OF (APPROVER));
  terminal_request ("Logout", NULL);
  terminal_wait ("state", "logged-out");
  terminal_authenticate ("login", BOTH, PASSWORD_OF (BOTH), "choosing");
  check_refused (SERVER_SECOND, "approval", "nobody has approved");
}

/* ---- Accounts ---- */

/* What an administrator does to the account, and that the session of its person has ended after it. */
static void
close_account (const char *command, const char *undo, gboolean connected, gboolean locked)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) logout = NULL;
  gint64 began;

  terminal_log_in ();
  if (connected)
    open_session (SERVER_SILENT);
  if (locked)
    {
      terminal_request ("Lock", g_variant_new ("(s)", "person"));
      terminal_wait ("state", "locked");
    }
  /* what does not concern the person changes nothing */
  g_free (world_run ("usermod -L " OUTSIDE "; usermod -U " OUTSIDE "; chage -M 80 " ENGINEER));
  for (guint i = 0; i < 50; i++)
    terminal_turn ();
  g_assert_null (log_find (mark, "logout", 0));
  g_free (world_run (command));
  began = g_get_monotonic_time ();
  terminal_wait ("state", "logged-out");
  g_test_message ("%s: ended after %.2f s", command,
                  (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
  check_text ("person", "");
  logout = log_wait (mark, "logout", 0);
  g_assert_cmpstr (log_get (logout, "user.id"), ==, ENGINEER);
  g_assert_cmpstr (log_get (logout, "event.reason"), ==, "account");
  if (connected)
    log_check_order (mark, "connect firewall-closed disconnect logout");
  terminal_wait_no_hole ();
  terminal_authenticate ("login", ENGINEER, PASSWORD_OF (ENGINEER), "logged-out");
  check_text ("error", "login-failed");
  g_free (world_run (undo));
}

static void
test_account_locked (gpointer fixture, gconstpointer data)
{
  close_account ("usermod -L " ENGINEER, "usermod -U " ENGINEER, TRUE, FALSE);
}

static void
test_account_expired (gpointer fixture, gconstpointer data)
{
  close_account ("usermod -e 1 " ENGINEER, "usermod -e '' " ENGINEER, TRUE, TRUE);
}

static void
test_account_deleted (gpointer fixture, gconstpointer data)
{
  close_account ("userdel " ENGINEER, "true", FALSE, FALSE);
  world_add_person (ENGINEER, PASSWORD_OF (ENGINEER));
}

/* Taken out of the policy: the reload ends it. */
static void
test_out_of_policy (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) logout = NULL;
  gint64 began;

  terminal_authenticate ("login", BOTH, PASSWORD_OF (BOTH), "choosing");
  g_free (world_run ("cp " MORE " /tmp/more; sed -i 's/;" BOTH "//; /person " BOTH "/,+2d' " MORE));
  terminal_signal (SIGHUP);
  began = g_get_monotonic_time ();
  terminal_wait ("state", "logged-out");
  g_test_message ("ended after %.2f s",
                  (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
  logout = log_wait (mark, "logout", 0);
  g_assert_cmpstr (log_get (logout, "user.id"), ==, BOTH);
  terminal_authenticate ("login", BOTH, PASSWORD_OF (BOTH), "logged-out");
  check_text ("error", "login-failed");
  g_free (world_run ("cp /tmp/more " MORE));
}

/* One live session: a second connection to kioskd is none, and the first goes on. What asks for a second
 * log-in or session over the first connection breaks the contract: test-hostile.c. */
static void
test_one_session (gpointer fixture, gconstpointer data)
{
  guint mark = log_mark ();
  g_autoptr (GError) error = NULL;

  terminal_log_in ();
  open_session (SERVER_SILENT);
  g_assert_null (terminal_open_bus (&error));
  g_assert_nonnull (error);
  check_text ("state", "connected");
  check_text ("person", ENGINEER);
  g_assert_cmpuint (terminal_count_holes (), ==, 1);
  g_assert_cmpuint (world_count_processes ("kiosk-rdp"), ==, 1);
  log_check_none (mark, "logout");
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*run) (gpointer fixture, gconstpointer data);
  } tests[] = {
    { "/orders/none", test_no_order },
    { "/orders/valid", test_order },
    { "/orders/list", test_list },
    { "/orders/end", test_order_ends },
    { "/orders/withdrawn", test_order_withdrawn },
    { "/approval/second-person", test_second_person },
    { "/approval/refused", test_not_approved },
    { "/approval/goes-with-the-login", test_approval_goes },
    { "/accounts/locked", test_account_locked },
    { "/accounts/expired", test_account_expired },
    { "/accounts/deleted", test_account_deleted },
    { "/accounts/out-of-policy", test_out_of_policy },
    { "/accounts/one-session", test_one_session },
  };
  g_autofree char *copy = NULL;
  g_autofree char *key = NULL;
  g_autofree char *other = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  world_require ();
  g_assert_cmpint (argc, ==, 2);
  copy = g_strdup_printf ("install -m 0755 '%s' " KIOSK_LIBEXEC_DIR "/kiosk-rdp", argv[1]);
  g_free (world_run (copy));
  g_assert_true (g_file_set_contents ("/run/hostile", "works", -1, NULL));
  terminal_make_people ();
  world_add_person (APPROVER, PASSWORD_OF (APPROVER));
  world_add_person (BOTH, PASSWORD_OF (BOTH));
  key = make_key ("/tmp/key");
  other = make_key ("/tmp/other-key");
  g_assert_cmpuint (strlen (key), ==, 64);
  terminal_write_policy ("notice");
  write_more (key);
  server = terminal_serve_answering ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, set_up, tests[i].run, tear_down);
  result = g_test_run ();
  g_subprocess_force_exit (server);
  g_object_unref (server);
  return result;
}
