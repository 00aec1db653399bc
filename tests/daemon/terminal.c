/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "terminal.h"

#include "../lib/world.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/log/log-set.h"

#include <gio/gunixfdlist.h>

#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOCKET "/run/maintenance-kiosk/shell.sock"
#define POLICY "/etc/maintenance-kiosk/policy.conf"
#define UNITS "/mnt/repo/kiosk/demo/units.sh"
#define INTERFACE "org.maintenancekiosk.Terminal"

static GSubprocess *kioskd;
static GDBusConnection *bus;
static gint64 last_heartbeat;
static guint server_changes;

/* ---- The terminal ---- */

void
terminal_make_people (void)
{
  world_add_person (ENGINEER, PASSWORD_OF (ENGINEER));
  world_add_person (SECOND, PASSWORD_OF (SECOND));
  world_add_person (AUDITOR, PASSWORD_OF (AUDITOR));
  world_add_person (OUTSIDE, PASSWORD_OF (OUTSIDE));
  g_free (world_run ("chattr -f -R -a " LOG_FOLDER
                     " || true; rm -rf /etc/maintenance-kiosk " LOG_FOLDER "; "
                     "install -d -m 0755 /etc/maintenance-kiosk; install -d -m 0700 " LOG_FOLDER));
}

static void
write_policy_file (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (POLICY, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &error);
  g_assert_no_error (error);
  g_free (world_run ("chmod 0644 " POLICY));
}

static void
add_server (GString *policy, const char *id, const char *address, const char *more)
{
  g_string_append_printf (
      policy,
      "[server %s]\nlabel[ja]=%s\nlabel[en]=%s\npurpose[ja]=保守\npurpose[en]=Work\n"
      "address=%s\ncertificate-sha256=0123456789abcdef0123456789abcdef"
      "0123456789abcdef0123456789abcdef\n%s\n",
      id, id, id, address, more);
}

void
terminal_write_policy (const char *notice)
{
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  /* three days from today: also when midnight passes during the test */
  const char *never = days[(g_date_time_get_day_of_week (now) - 1 + 3) % 7];
  g_autofree char *hours = g_strdup_printf ("persons=" ENGINEER "\nhours=%s 08:00-20:00", never);
  g_autoptr (GString) policy = g_string_new (
      "[policy]\nformat=1\n[terminal]\nid=t-01\nsite[ja]=試験\nsite[en]=Test\n"
      "location[ja]=試験\nlocation[en]=Test\ncontact[ja]=係\ncontact[en]=Desk\nphone=1\n"
      "language=ja\nkeyboard=jp\n");

  g_string_append_printf (policy, "notice[ja]=%s\nnotice[en]=%s\n", notice, notice);
  g_string_append (policy,
                   "[lock]\nidle=600\nlogoff=1800\nwarning=30\n[log]\ndirectory=" LOG_FOLDER "\n"
                   "[role engineer]\npersons=" ENGINEER ";" SECOND "\n"
                   "[role auditor]\npersons=" AUDITOR "\n");
  g_string_append (policy, "[person " ENGINEER "]\nname[ja]=佐藤\nname[en]=Sato\n"
                           "[person " SECOND "]\nname[ja]=鈴木\nname[en]=Suzuki\n"
                           "[person " AUDITOR "]\nname[ja]=田中\nname[en]=Tanaka\n");
  add_server (policy, SERVER_SILENT, "10.99.0.11", "persons=" ENGINEER);
  add_server (policy, SERVER_DOWN, "10.99.0.14", "persons=" ENGINEER);
  add_server (policy, SERVER_HOURS, "10.99.0.12", hours);
  add_server (policy, SERVER_TICKET, "10.99.0.13", "persons=" ENGINEER "\nticket=required");
  add_server (policy, SERVER_OTHERS, "10.99.0.15", "persons=" SECOND);
  write_policy_file (policy->str);
}

void
terminal_break_policy (void)
{
  write_policy_file ("[policy]\nformat=1\n[terminal]\nid=t-01\nunknown=1\n");
}

void
terminal_start (void)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  static gboolean listening;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  struct stat status = { 0 };

  g_assert_null (kioskd);
  if (!listening)
    g_free (world_run (UNITS " listen /tmp/helpers.log"));
  listening = TRUE;
  unlink (SOCKET);
  /* Warnings are fatal in tests, not in what they test. */
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  kioskd = g_subprocess_launcher_spawn (launcher, &error, UNITS, "kioskd", NULL);
  g_assert_no_error (error);
  /* its mode is the last that it gets */
  while ((stat (SOCKET, &status) != 0 || (status.st_mode & 0777) != 0660)
         && g_get_monotonic_time () < deadline)
    g_usleep (5000);
  g_assert_cmphex (status.st_mode & 0777, ==, 0660);
}

void
terminal_signal (int number)
{
  g_subprocess_send_signal (kioskd, number);
}

void
terminal_wait_end (void)
{
  world_wait_end (kioskd);
  g_clear_object (&kioskd);
}

void
terminal_end_helpers (void)
{
  g_free (world_run (UNITS " end"));
}

void
terminal_stop (void)
{
  terminal_signal (SIGTERM);
  world_wait_end (kioskd);
  g_assert_true (g_subprocess_get_successful (kioskd));
  g_clear_object (&kioskd);
  terminal_end_helpers ();
}

static GSubprocess *
serve (const char *script)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "ip", "netns",
                                          "exec", "servers", "python3", "-c", script, NULL);
  char line[6];

  g_assert_no_error (error);
  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stdout_pipe (server), line, sizeof line, NULL, NULL), >,
      0);
  return server;
}

GSubprocess *
terminal_serve_silently (void)
{
  return serve ("import socket\ns = socket.create_server(('10.99.0.11', 3389))\n"
                "print('ready', flush=True)\nheld = []\nwhile True: held.append(s.accept())\n");
}

GSubprocess *
terminal_serve_answering (void)
{
  return serve ("import selectors, socket\n"
                "s = selectors.DefaultSelector()\n"
                "s.register(socket.create_server(('10.99.0.11', 3389)), 1, True)\n"
                "print('ready', flush=True)\n"
                "while True:\n"
                "  for key, _ in s.select():\n"
                "    if key.data: s.register(key.fileobj.accept()[0], 1)\n"
                "    else:\n"
                "      try: heard = key.fileobj.recv(4096)\n"
                "      except OSError: heard = b''\n"
                "      if heard: key.fileobj.send(b'!')\n"
                "      else: s.unregister(key.fileobj); key.fileobj.close()\n");
}

void
terminal_end_server (GSubprocess *server)
{
  g_subprocess_force_exit (server);
  world_wait_end (server);
}

guint
terminal_count_holes (void)
{
  g_autofree char *text
      = world_run ("nft list set inet kiosk sessions; nft list set inet kiosk sessions6");
  guint n = 0;

  for (const char *p = text; (p = strstr (p, " expires ")) != NULL; p++)
    n++;
  return n;
}

void
terminal_wait_no_hole (void)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS / 2 * G_USEC_PER_SEC;

  /* Asked once a turn: questions of the server watch open one now and then. */
  while (terminal_count_holes () > 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      terminal_turn ();
    }
}

/* ---- The shell ---- */

GDBusConnection *
terminal_open_bus (GError **error)
{
  return g_dbus_connection_new_for_address_sync (
      "unix:path=" SOCKET, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL, error);
}

static void
on_servers_changed (GDBusConnection *connection, const char *sender, const char *path,
                    const char *interface, const char *signal, GVariant *arguments, gpointer data)
{
  server_changes++;
}

guint
terminal_count_server_changes (void)
{
  return server_changes;
}

void
terminal_connect (void)
{
  const struct passwd *user = getpwnam ("kiosk");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (user);
  g_assert_null (bus);
  if (geteuid () == 0)
    {
      g_assert_cmpint (setegid (user->pw_gid) | seteuid (user->pw_uid), ==, 0);
      bus = terminal_open_bus (&error);
      g_assert_cmpint (seteuid (0) | setegid (0), ==, 0);
    }
  else
    bus = terminal_open_bus (&error);
  g_assert_no_error (error);
  server_changes = 0;
  g_dbus_connection_signal_subscribe (bus, NULL, INTERFACE, "ServersChanged", NULL, NULL,
                                      G_DBUS_SIGNAL_FLAGS_NONE, on_servers_changed, NULL, NULL);
}

void
terminal_disconnect (void)
{
  g_dbus_connection_close_sync (bus, NULL, NULL);
  g_clear_object (&bus);
}

GVariant *
terminal_call (const char *method, GVariant *arguments, int fds[2], GError **error)
{
  g_autoptr (GUnixFDList) list = NULL;
  GVariant *answer = g_dbus_connection_call_with_unix_fd_list_sync (
      bus, NULL, "/terminal", INTERFACE, method, arguments, NULL, G_DBUS_CALL_FLAGS_NONE,
      WORLD_PATIENCE_SECONDS * 1000, NULL, &list, NULL, error);

  for (int i = 0; answer != NULL && fds != NULL && i < 2; i++)
    fds[i] = list != NULL && i < g_unix_fd_list_get_length (list)
                 ? g_unix_fd_list_get (list, i, NULL)
                 : -1;
  return answer;
}

void
terminal_request (const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = terminal_call (method, arguments, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_type_string (answer), ==, "()");
}

char *
terminal_get (const char *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = terminal_call ("GetStatus", NULL, NULL, &error);
  g_autoptr (GVariant) status = NULL;
  char *value = NULL;

  g_assert_no_error (error);
  status = g_variant_get_child_value (answer, 0);
  g_assert_true (g_variant_lookup (status, key, "s", &value));
  return value;
}

void
terminal_turn (void)
{
  gint64 now = g_get_monotonic_time ();

  if (bus != NULL && now - last_heartbeat > G_USEC_PER_SEC)
    {
      last_heartbeat = now;
      terminal_request ("Heartbeat", g_variant_new ("(u)", 0));
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_usleep (10000);
}

void
terminal_wait (const char *key, const char *value)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  g_autofree char *now = terminal_get (key);

  while (!g_str_equal (now, value) && g_get_monotonic_time () < deadline)
    {
      terminal_turn ();
      g_free (now);
      now = terminal_get (key);
    }
  g_assert_cmpstr (now, ==, value);
}

int
terminal_begin (const char *purpose, const char *typed)
{
  KioskAuthMessage message = { .kind = KIOSK_AUTH_MESSAGE_START };
  g_autoptr (GError) error = NULL;
  int fds[2] = { -1, -1 };
  g_autoptr (GVariant) answer
      = terminal_call ("BeginConversation", g_variant_new ("(s)", purpose), fds, &error);

  g_assert_no_error (error);
  g_assert_cmpint (fds[0], >=, 0);
  g_assert_cmpint (fds[1], ==, -1);
  world_limit_waiting (fds[0]);
  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, typed));
  g_assert_true (kiosk_channel_send (fds[0], &message, sizeof message, NULL, 0, NULL));
  g_assert_true (kiosk_channel_receive_exact (fds[0], &message, sizeof message, NULL, 0, NULL));
  g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_SECRET);
  return fds[0];
}

void
terminal_answer (int conversation, const char *answer)
{
  KioskAuthMessage message = { .kind = KIOSK_AUTH_MESSAGE_ANSWER };

  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, answer));
  g_assert_true (kiosk_channel_send (conversation, &message, sizeof message, NULL, 0, NULL));
  while (kiosk_channel_receive_exact (conversation, &message, sizeof message, NULL, 0, NULL))
    g_assert_true (message.kind == KIOSK_AUTH_MESSAGE_INFO
                   || message.kind == KIOSK_AUTH_MESSAGE_ERROR);
  kiosk_fd_clear (&conversation);
}

void
terminal_authenticate (const char *purpose, const char *typed, const char *password,
                       const char *state)
{
  terminal_answer (terminal_begin (purpose, typed), password);
  terminal_wait ("state", state);
}

void
terminal_log_in (void)
{
  terminal_authenticate ("login", ENGINEER, PASSWORD_OF (ENGINEER), "choosing");
}

/* ---- The log ---- */

static gboolean
on_log_line (const char *line, gsize length, const KioskLogPlace *place, gpointer data)
{
  if (place->good && !place->repeat)
    {
      g_string_append_len (data, line, (gssize) length);
      g_string_append_c (data, '\n');
    }
  return TRUE;
}

char *
log_read (void)
{
  g_autoptr (KioskLogSet) log = kiosk_log_set_open (LOG_FOLDER, NULL);
  GString *text = g_string_new (NULL);
  KioskAuditReport report;

  if (log != NULL)
    kiosk_log_set_read (log, NULL, on_log_line, NULL, text, NULL, &report, NULL);
  return g_string_free (text, FALSE);
}

/* Every whole line as an object. */
static GPtrArray *
read_records (void)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autofree char *text = log_read ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_lines = g_strv_length (lines);

  for (guint i = 0; i + 1 < n_lines; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = json_from_string (lines[i], &error);

      g_assert_no_error (error);
      g_ptr_array_add (records, json_node_dup_object (node));
    }
  return records;
}

guint
log_mark (void)
{
  g_autoptr (GPtrArray) records = read_records ();

  return records->len;
}

const char *
log_get (JsonObject *record, const char *member)
{
  return json_object_get_string_member_with_default (record, member, NULL);
}

JsonObject *
log_find (guint mark, const char *action, guint nth)
{
  g_autoptr (GPtrArray) records = read_records ();

  for (guint i = mark; i < records->len; i++)
    if (g_str_equal (log_get (records->pdata[i], "event.action"), action) && nth-- == 0)
      return json_object_ref (records->pdata[i]);
  return NULL;
}

JsonObject *
log_wait (guint mark, const char *action, guint nth)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  JsonObject *record = log_find (mark, action, nth);

  while (record == NULL && g_get_monotonic_time () < deadline)
    {
      terminal_turn ();
      record = log_find (mark, action, nth);
    }
  if (record == NULL)
    {
      g_autofree char *text = log_read ();
      g_error ("No record \"%s\" in:\n%s", action, text);
    }
  return record;
}

void
log_check_order (guint mark, const char *actions)
{
  g_autoptr (GPtrArray) records = read_records ();
  g_auto (GStrv) wanted = g_strsplit (actions, " ", -1);
  guint found = 0;

  for (guint i = mark; i < records->len && wanted[found] != NULL; i++)
    if (g_str_equal (log_get (records->pdata[i], "event.action"), wanted[found]))
      found++;
  if (wanted[found] != NULL)
    {
      g_autofree char *text = log_read ();
      g_error ("\"%s\" of \"%s\" does not come in:\n%s", wanted[found], actions, text);
    }
}

void
log_check_none (guint mark, const char *action)
{
  g_assert_null (log_find (mark, action, 0));
}

void
log_verify (void)
{
  g_free (world_run ("kioskctl log verify " LOG_FOLDER));
}
