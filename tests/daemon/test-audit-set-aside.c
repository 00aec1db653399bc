/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "audit-fixture.h"

#include "set-aside.h"

#include "kiosk/log/log-set.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/forerunner.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A log with an alarm is set aside by the code of `kioskctl log set-aside`, killed and failed at each of its calls, and the writer of kioskd begins the next one. */

#define BREAK_OFF "--break-off"
#define DAMAGED 3 /* record that somebody changed */

G_GNUC_PRINTF (1, 2) static void sh (const char *format, ...)
{
  g_autofree char *command = NULL;
  g_autoptr (GError) error = NULL;
  int status;
  va_list arguments;

  va_start (arguments, format);
  command = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_assert_true (g_spawn_sync (NULL, (char *[]){ (char *) "sh", (char *) "-ec", command, NULL },
                               NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error));
  g_assert_cmpint (status, ==, 0);
}

static char *
target_of (const AuditFixture *fixture)
{
  return g_build_filename (fixture->root, "aside", NULL);
}

/* Of a terminal that was in use for a while, with a record that somebody changed, and all else that can lie there. */
static void
make_log (AuditFixture *fixture)
{
  KioskAuditWriter *writer = audit_open (fixture);

  for (guint i = 0; i < 5; i++)
    g_assert_true (audit_append (fixture, writer, TRUE, NULL, NULL));
  kiosk_audit_writer_close (writer);
  sh ("cd %s && { chattr -a audit.log 2>/dev/null || :; } && sed -i '%ds/idle/idol/' audit.log && truncate -s 4096 ballast"
      " && echo receipt >receipts.jsonl && echo torn >audit.torn-4 && echo older >audit-000000000001.log"
      " && mkdir -p foreign/deep state lost+found && echo x >foreign/deep/file && echo kept >state/tally && : >empty"
      " && cp -a . %s/kept",
      fixture->folder, DAMAGED, fixture->root);
}

static void
tear_down (AuditFixture *fixture, gconstpointer data)
{
  sh ("chattr -R -a %s 2>/dev/null || :; rm -rf %s/*", fixture->root, fixture->root);
  audit_tear_down (fixture, data);
}

static KioskSetAsideNote *
run (const AuditFixture *fixture, const char *target, GError **error)
{
  const KioskSetAside what
      = { .log = fixture->folder, .target = target, .by = "sato", .reason = "L-01, \"looked at\"" };

  return kiosk_set_aside_run (&what, error);
}

static void
assert_refused (const AuditFixture *fixture, const char *target, int code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (run (fixture, target, &error));
  g_assert_error (error, KIOSK_ERROR, code);
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" is not in \"%s\"", words, error->message);
}

/* Files of make_log(). */
static const char *const names[] = {
  "audit-000000000001.log", "audit.log",         "audit.torn-4", "ballast",      "empty",
  "enrolment.json",         "foreign/deep/file", "keys/state-0", "keys/state-1", "receipts.jsonl"
};

/* Whether it is there as it was. */
static gboolean
is_whole (const AuditFixture *fixture, const char *folder, const char *name)
{
  g_autofree char *kept = g_build_filename (fixture->root, "kept", name, NULL);
  g_autofree char *path = g_build_filename (fixture->root, folder, name, NULL);
  g_autofree char *wanted = NULL, *bytes = NULL;
  gsize wanted_length, length;

  g_assert_true (g_file_get_contents (kept, &wanted, &wanted_length, NULL));
  return g_file_get_contents (path, &bytes, &length, NULL) && length == wanted_length
         && memcmp (bytes, wanted, length) == 0;
}

/* Each file of the log is in the log or in the copy, as it was. */
static void
assert_nothing_lost (const AuditFixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (!is_whole (fixture, "log", names[i]) && !is_whole (fixture, "aside/log", names[i]))
      g_error ("lost: %s", names[i]);
  g_assert_true (is_whole (fixture, "log", "state/tally"));
}

static guint
count_below (const AuditFixture *fixture, const char *folder)
{
  g_autofree char *path = g_build_filename (fixture->root, folder, NULL);
  g_autoptr (GDir) there = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (there != NULL && g_dir_read_name (there) != NULL)
    n++;
  return n;
}

static void
assert_set_aside (const AuditFixture *fixture)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (is_whole (fixture, "aside/log", names[i]));
  g_assert_cmpuint (count_below (fixture, "aside/log"), ==, G_N_ELEMENTS (names) - 1);
  g_assert_cmpuint (count_below (fixture, "aside/log/keys"), ==, 2);
  g_assert_cmpuint (count_below (fixture, "aside"), ==, 2); /* log, set-aside.json */
  g_assert_cmpuint (count_below (fixture, "log"), ==, 3);   /* forerunner.json, lost+found, state */
  g_assert_true (is_whole (fixture, "log", "state/tally"));
}

/* What kioskd makes of it: a good log, whose second record tells. */
static void
assert_begins_anew (AuditFixture *fixture, const KioskSetAsideNote *note)
{
  g_autofree char *last
      = g_strdup_printf ("\"kiosk.last\":%" G_GUINT64_FORMAT, note->last.sequence);
  g_autofree char *log = NULL;
  gsize length;

  kiosk_audit_writer_close (audit_open (fixture));
  g_assert_cmpuint (audit_assert_good (fixture), ==, 4); /* begun, begun anew, opened, closed */
  g_assert_cmpuint (audit_count (fixture, "\"event.action\":\"log-begun-anew\""), ==, 1);
  g_assert_cmpuint (audit_count (fixture, last), ==, 1);
  log = audit_read (fixture, "audit.log", &length);
  g_assert_nonnull (strstr (strchr (log, '\n'), "\"event.action\":\"log-begun-anew\""));
  g_assert_nonnull (strstr (log, "; by sato: L-01, \\\"looked at\\\"\""));
  g_assert_nonnull (strstr (log, "\"event.reason\":\"set-aside\""));
  sh ("test ! -e %s/log/forerunner.json", fixture->root);
}

static void
test_whole (AuditFixture *fixture, gconstpointer data)
{
  g_autofree char *target = target_of (fixture);
  g_autofree char *copy = g_build_filename (target, "log", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskSetAsideNote) note = NULL, again = NULL;
  g_autoptr (KioskLogSet) log = NULL;
  KioskAuditReport report;

  make_log (fixture);
  audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "does not verify");
  note = run (fixture, target, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (note->files->len, ==, G_N_ELEMENTS (names));
  g_assert_cmpuint (note->last.sequence, ==, 8);
  g_assert_cmpstr (note->terminal, ==, "kiosk-01");
  g_assert_cmpuint (strlen (note->key), ==, 64);
  assert_set_aside (fixture);

  /* once more is as good */
  again = run (fixture, target, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->made, ==, note->made);
  assert_set_aside (fixture);

  log = kiosk_log_set_open (copy, &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_log_set_read (log, NULL, NULL, NULL, NULL, NULL, &report, &error));
  g_assert_cmpint (report.fault, !=, KIOSK_AUDIT_OK);

  assert_begins_anew (fixture, note);
  assert_refused (fixture, target, KIOSK_ERROR_NOT_ALLOWED, "name another target");
  g_assert_cmpuint (audit_assert_good (fixture), ==, 4);
}

/* ---- Broken off ---- */

/* In a program of its own, because a fork of this one lacks its threads. Exit status 1: the call was met. */
static int
break_off_here (char **arguments)
{
  const KioskSetAside what = {
    .log = arguments[0], .target = arguments[1], .by = "sato", .reason = "L-01, \"looked at\""
  };
  g_autoptr (KioskSetAsideNote) note = NULL;

  audit_calls_arrange ((AuditCalls) atoi (arguments[2]), (guint) atoi (arguments[3]),
                       atoi (arguments[4]));
  note = kiosk_set_aside_run (&what, NULL);
  return audit_calls_met () ? 1 : note != NULL ? 0 : 2;
}

/* Whether the @at-th call was met. */
static gboolean
break_off (AuditFixture *fixture, const char *target, AuditCalls how, guint at, int number)
{
  g_autofree char *which = g_strdup_printf ("%d", (int) how);
  g_autofree char *when = g_strdup_printf ("%u", at);
  g_autofree char *code = g_strdup_printf ("%d", number);
  char *argv[] = { (char *) "/proc/self/exe",
                   (char *) BREAK_OFF,
                   fixture->folder,
                   (char *) target,
                   which,
                   when,
                   code,
                   NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  if (WIFEXITED (status))
    g_assert_cmpint (WEXITSTATUS (status), <=, 1);
  else
    g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  return !WIFEXITED (status) || WEXITSTATUS (status) == 1;
}

/* A terminal that is started in between: it begins nothing before the keys go, which is the end, and the note is there by then. */
static void
assert_still_an_alarm (AuditFixture *fixture)
{
  if (count_below (fixture, "log/keys") == 2)
    audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, NULL);
  else
    g_assert_cmpuint (count_below (fixture, "log"), <=,
                      4); /* forerunner.json, keys, lost+found, state */
}

static void
test_broken_off (AuditFixture *fixture, gconstpointer data)
{
  AuditCalls how = (AuditCalls) GPOINTER_TO_UINT (data);
  g_autofree char *target = target_of (fixture);
  guint at = 1;

  make_log (fixture);
  for (;; at++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskSetAsideNote) note = NULL;
      gboolean met = break_off (fixture, target, how, at, at % 2 == 0 ? EIO : ENOSPC);

      assert_nothing_lost (fixture);
      assert_still_an_alarm (fixture);
      note = run (fixture, target, &error);
      g_assert_no_error (error);
      assert_nothing_lost (fixture);
      assert_set_aside (fixture);
      if (!met)
        {
          assert_begins_anew (fixture, note);
          break;
        }
      sh ("cd %s && rm -rf aside log && cp -a kept log", fixture->root);
    }
  g_test_message ("%u calls", at - 1);
  g_assert_cmpuint (at, >, 60);
}

/* ---- Refused ---- */

static void
test_refused (AuditFixture *fixture, gconstpointer data)
{
  g_autofree char *target = target_of (fixture);
  g_autofree char *inside = g_build_filename (fixture->folder, "foreign", "aside", NULL);
  g_autofree char *at_top = g_build_filename (fixture->folder, "aside", NULL);
  g_autofree char *around = g_strdup (fixture->root);
  KioskAuditWriter *writer = audit_open (fixture);

  assert_refused (fixture, target, KIOSK_ERROR_NOT_ALLOWED, "a kioskd writes this log");
  kiosk_audit_writer_close (writer);
  sh ("chattr -R -a %s 2>/dev/null || :; rm -rf %s", fixture->folder, fixture->folder);
  assert_refused (fixture, target, KIOSK_ERROR_IO, "No such file");
  sh ("mkdir -m 700 %s", fixture->folder);
  assert_refused (fixture, target, KIOSK_ERROR_NOT_ALLOWED, "there is no log");
  sh ("test ! -e %s", target);

  sh ("rmdir %s", fixture->folder);
  make_log (fixture);
  assert_refused (fixture, inside, KIOSK_ERROR_NOT_ALLOWED, "lies in the log");
  assert_refused (fixture, at_top, KIOSK_ERROR_NOT_ALLOWED, "lies in the log");
  assert_refused (fixture, fixture->folder, KIOSK_ERROR_NOT_ALLOWED, "lies in the log");
  assert_refused (fixture, around, KIOSK_ERROR_NOT_ALLOWED, "something else");
  sh ("mkdir %s && mv %s %s/log", target, fixture->folder, target);
  g_free (fixture->folder);
  fixture->folder = g_build_filename (target, "log", NULL);
  assert_refused (fixture, target, KIOSK_ERROR_NOT_ALLOWED, "lies in the log");
  g_free (fixture->folder);
  fixture->folder = g_build_filename (fixture->root, "log", NULL);
  sh ("mv %s/log %s", target, fixture->folder);

  sh ("echo other >%s/notes.txt", target);
  assert_refused (fixture, target, KIOSK_ERROR_NOT_ALLOWED, "notes.txt");
  sh ("rm %s/notes.txt && mkdir %s/log && echo other >%s/log/audit.log", target, target, target);
  assert_refused (fixture, target, KIOSK_ERROR_NOT_ALLOWED, "audit.log is not what is in the log");
  sh ("rm -r %s/log/* && echo other >%s/log/more", target, target);
  assert_refused (fixture, target, KIOSK_ERROR_NOT_ALLOWED, "more is not what is in the log");
  sh ("rm -r %s/log/* && ln %s/audit.log %s/log/", target, fixture->folder, target);
  assert_refused (fixture, target, KIOSK_ERROR_NOT_ALLOWED, "audit.log is not what is in the log");
  sh ("rm -r %s/log && ln -s /etc %s/log", target, target);
  assert_refused (fixture, target, KIOSK_ERROR_UNTRUSTED, "log: a symbolic link");
  sh ("rm %s/log && echo '{}' >%s/set-aside.json", target, target);
  assert_refused (fixture, target, KIOSK_ERROR_INVALID, "set-aside.json");
  sh ("rm -r %s", target);

  sh ("ln -s /etc/passwd %s/foreign/link", fixture->folder);
  assert_refused (fixture, target, KIOSK_ERROR_UNTRUSTED, "foreign/link: a symbolic link");
  sh ("rm %s/foreign/link && mkfifo %s/pipe", fixture->folder, fixture->folder);
  assert_refused (fixture, target, KIOSK_ERROR_UNTRUSTED, "pipe: no regular file");
  sh ("rm %s/pipe && touch \"%s/$(printf 'a\\033b')\"", fixture->folder, fixture->folder);
  assert_refused (fixture, target, KIOSK_ERROR_UNTRUSTED, "cannot be shown");
  sh ("rm %s/a*b && test ! -e %s && diff -r %s %s/kept", fixture->folder, target, fixture->folder,
      fixture->root);
}

/* The log goes on between two runs, as with a terminal that is put back too early: then it is another one. */
static void
test_gone_on (AuditFixture *fixture, gconstpointer data)
{
  g_autofree char *target = target_of (fixture);
  g_autofree char *forerunner = audit_path (fixture, KIOSK_FORERUNNER_NAME);
  KioskAuditWriter *writer;

  kiosk_audit_writer_close (audit_open (fixture));
  sh ("cd %s && { chattr -a log/audit.log 2>/dev/null || :; } && truncate -s 0 log/ballast && cp -a log kept",
      fixture->root);
  /* up to the first call behind that which puts the note for the next log there */
  for (guint at = 1; !g_file_test (forerunner, G_FILE_TEST_EXISTS); at++)
    {
      sh ("cd %s && rm -rf aside log && cp -a kept log", fixture->root);
      g_assert_true (break_off (fixture, target, AUDIT_CALLS_KILL, at, 0));
    }
  writer = audit_open (fixture);
  g_assert_true (audit_append (fixture, writer, TRUE, NULL, NULL));
  kiosk_audit_writer_close (writer);
  g_assert_cmpuint (audit_count (fixture, "log-begun-anew"), ==, 0);
  assert_refused (fixture, target, KIOSK_ERROR_NOT_ALLOWED, "name another target");
  g_assert_cmpuint (audit_assert_good (fixture), ==, 6);
}

int
main (int argc, char **argv)
{
  if (argc == 7 && g_str_equal (argv[1], BREAK_OFF))
    return break_off_here (argv + 2);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, test)                                                                      \
  g_test_add ("/audit-set-aside/" path, AuditFixture, data, audit_set_up, test, tear_down)
  ADD ("whole", NULL, test_whole);
  ADD ("killed", GUINT_TO_POINTER (AUDIT_CALLS_KILL), test_broken_off);
  ADD ("failed", GUINT_TO_POINTER (AUDIT_CALLS_FAIL), test_broken_off);
  ADD ("refused", NULL, test_refused);
  ADD ("gone-on", NULL, test_gone_on);
  return g_test_run ();
}
