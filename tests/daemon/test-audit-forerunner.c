/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "audit-fixture.h"

#include "kiosk/model/forerunner.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The note about the log that was set aside: read once, never twice, and never in the way. */

#define GOOD                                                                                       \
  "{\"version\":1,\"sequence\":18422,\"chain\":"                                                   \
  "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\",\"by\":\"佐藤\","        \
  "\"reason\":\"L-05 \\\"older copy\\\"\"}\n"

static void
put (AuditFixture *fixture, const char *text, gsize length)
{
  g_autofree char *path = audit_path (fixture, KIOSK_FORERUNNER_NAME);

  g_mkdir_with_parents (fixture->folder, 0700);
  audit_write (fixture, KIOSK_FORERUNNER_NAME, text, length);
  g_assert_cmpint (chmod (path, 0600), ==, 0);
}

static gboolean
is_there (AuditFixture *fixture, const char *name)
{
  g_autofree char *path = audit_path (fixture, name);

  return g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

static guint
anew (AuditFixture *fixture, const char *outcome)
{
  g_autofree char *text = g_strdup_printf (
      "\"event.action\":\"log-begun-anew\",\"event.category\":\"file\",\"event.kind\":\"event\","
      "\"event.outcome\":\"%s\"",
      outcome);

  return audit_count (fixture, text);
}

static void
test_form (void)
{
  static const char *const bad[] = {
    "", "{}\n", "[1]\n", "{\"version\":1}\n", "nonsense",
  };
  g_auto (KioskForerunner) read = { 0 };
  g_autofree char *text = NULL, *told = NULL, *longest = g_strnfill (10000, '"');
  g_autoptr (GError) error = NULL;
  KioskForerunner large = { .by = longest, .reason = longest };
  gsize length = strlen (GOOD);

  g_assert_true (kiosk_forerunner_parse (GOOD, length, &read, &error));
  g_assert_cmpuint (read.last.sequence, ==, 18422);
  g_assert_cmpint (read.last.hash[1], ==, 0x11);
  g_assert_cmpstr (read.by, ==, "佐藤");
  g_assert_cmpstr (read.reason, ==, "L-05 \"older copy\"");
  text = kiosk_forerunner_print (&read);
  g_assert_cmpstr (text, ==, GOOD);
  told = kiosk_forerunner_describe (&read);
  g_assert_cmpstr (told, ==,
                   "the log before was set aside; its last record has chain "
                   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff; by 佐藤: "
                   "L-05 \"older copy\"");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kiosk_forerunner_parse (bad[i], strlen (bad[i]), &large, NULL));
  /* one byte less, one more, or another in any place: it is not the form, or another text */
  for (gsize at = 0; at < length; at++)
    {
      g_autofree char *changed = g_strdup (GOOD);
      g_auto (KioskForerunner) other = { 0 };

      g_assert_false (kiosk_forerunner_parse (GOOD, at, &other, NULL));
      changed[at] = '\n';
      g_assert_cmpint (kiosk_forerunner_parse (changed, length, &other, NULL), ==,
                       at == length - 1);
    }
  g_clear_pointer (&text, g_free);
  text = kiosk_forerunner_print (&large);
  g_assert_cmpuint (strlen (text), <=, KIOSK_FORERUNNER_MAX);
  g_clear_pointer (&told, g_free);
  told = kiosk_forerunner_describe (
      &(KioskForerunner){ .last.sequence = 1, .by = read.by, .reason = read.reason });
  g_assert_cmpuint (g_utf8_strlen (told, -1), <, 400 - KIOSK_FORERUNNER_REASON_MAX);
}

static void
test_good (AuditFixture *fixture, gconstpointer data)
{
  put (fixture, GOOD, strlen (GOOD));
  kiosk_audit_writer_close (audit_open (fixture));
  g_assert_cmpuint (audit_assert_good (fixture), ==, 4);
  g_assert_cmpuint (anew (fixture, "success"), ==, 1);
  g_assert_cmpuint (audit_count (fixture, "\"event.sequence\":2,"), ==, 1);
  g_assert_cmpuint (audit_count (fixture, "\"kiosk.last\":18422,"), ==, 1);
  g_assert_false (is_there (fixture, KIOSK_FORERUNNER_NAME));

  /* in a log that has gone on it means nothing */
  put (fixture, GOOD, strlen (GOOD));
  kiosk_audit_writer_close (audit_open (fixture));
  g_assert_cmpuint (audit_assert_good (fixture), ==, 6);
  g_assert_cmpuint (anew (fixture, "success"), ==, 1);
  g_assert_false (is_there (fixture, KIOSK_FORERUNNER_NAME));
}

/* Nothing keeps the terminal from starting; it is on record once. */
static void
test_broken (AuditFixture *fixture, gconstpointer data)
{
  g_autofree char *path = audit_path (fixture, KIOSK_FORERUNNER_NAME);
  g_autofree char *huge = g_strnfill (1 << 20, ' ');
  guint broken = 0;

  for (guint i = 0; i < 7; i++)
    {
      g_mkdir_with_parents (fixture->folder, 0700);
      if (i == 0)
        put (fixture, "{}\n", 3);
      else if (i == 1)
        put (fixture, huge, 1 << 20);
      else if (i == 2)
        put (fixture, "", 0);
      else if (i == 3)
        g_assert_cmpint (symlink ("/etc/passwd", path), ==, 0);
      else if (i == 4)
        g_assert_cmpint (mkfifo (path, 0600), ==, 0);
      else if (i == 5)
        {
          put (fixture, GOOD, strlen (GOOD));
          g_assert_cmpint (chmod (path, 0644), ==, 0); /* anybody's */
        }
      else
        {
          unlink (path);
          g_autofree char *refused = audit_path (fixture, "forerunner.refused");

          g_assert_cmpint (unlink (refused), ==, 0);
          g_assert_cmpint (mkdir (path, 0700), ==, 0);
        }
      kiosk_audit_writer_close (audit_open (fixture));
      audit_assert_good (fixture);
      g_assert_cmpuint (anew (fixture, "failure"), ==, ++broken);
      g_assert_cmpuint (anew (fixture, "success"), ==, 0);
      g_assert_false (is_there (fixture, KIOSK_FORERUNNER_NAME));
      g_assert_true (is_there (fixture, "forerunner.refused"));
      kiosk_audit_writer_close (audit_open (fixture));
      g_assert_cmpuint (anew (fixture, "failure"), ==, broken);
    }
  g_assert_cmpuint (audit_count (fixture, "\"event.reason\":\"forerunner\""), ==, broken);
}

/* Killed at any call of the first start: the next one tells of it, once. */
static void
test_killed (AuditFixture *fixture, gconstpointer data)
{
  AuditCalls how = (AuditCalls) GPOINTER_TO_UINT (data);
  gboolean met = TRUE;
  guint at;

  for (at = 1; met; at++)
    {
      pid_t child;
      int status;

      audit_remove (fixture);
      put (fixture, GOOD, strlen (GOOD));
      child = fork ();
      if (child == 0)
        {
          audit_calls_arrange (how, at, 0);
          audit_open (fixture);
          _exit (audit_calls_met () ? 1 : 0);
        }
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      met = !WIFEXITED (status) || WEXITSTATUS (status) == 1;
      kiosk_audit_writer_close (audit_open (fixture));
      audit_assert_good (fixture);
      g_assert_cmpuint (anew (fixture, "success"), ==, 1);
      g_assert_cmpuint (anew (fixture, "failure"), ==, 0);
      g_assert_false (is_there (fixture, KIOSK_FORERUNNER_NAME));
    }
  g_assert_cmpuint (at, >, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit-forerunner/form", test_form);
#define ADD(path, data, test)                                                                      \
  g_test_add ("/audit-forerunner/" path, AuditFixture, data, audit_set_up, test, audit_tear_down)
  ADD ("good", NULL, test_good);
  ADD ("broken", NULL, test_broken);
  ADD ("killed", GUINT_TO_POINTER (AUDIT_CALLS_KILL), test_killed);
  ADD ("power", GUINT_TO_POINTER (AUDIT_CALLS_POWER), test_killed);
  return g_test_run ();
}
