/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/base/clock.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* kioskctl status on good files, old ones and all that are none. What kioskd itself writes, test-monitor
 * looks at. $KIOSKCTL is the program. */

static char *folder;
static char *path;

static const char good[]
    = "{\"format\":1,\"written\":\"2026-11-21T01:30:15Z\",\"written_unix\":1795224615,"
      "\"written_boottime_us\":@BOOT@,\"terminal\":\"A-03\",\"program\":\"0.1.0\","
      "\"image\":{\"version\":\"2026.11.2\",\"date\":\"2026-11-20\",\"age_days\":6},\"problems\":[],"
      "\"ok\":true,\"state\":\"choosing\",\"locked\":false,\"stop_code\":\"\",\"stop_since\":0,"
      "\"line\":{\"state\":\"ok\",\"interface\":\"enp1s0\",\"outage\":false,\"outage_since\":0},"
      "\"gateway\":{\"state\":\"ok\",\"address\":\"10.99.0.254\",\"outage\":false,\"outage_since\":0},"
      "\"servers\":{\"interval\":60,\"total\":2,\"silent\":0,\"list\":["
      "{\"id\":\"juki-01\",\"state\":\"answering\",\"since\":1795224000,\"outage\":false,"
      "\"outage_since\":0},"
      "{\"id\":\"zaimu-01\",\"state\":\"silent\",\"since\":1795224000,\"outage\":true,"
      "\"outage_since\":1795223990}]},"
      "\"log\":{\"ok\":true,\"receipt_sequence\":18422,\"receipt_unix\":1795224600},\"firewall\":{\"ok\":true},"
      "\"clock\":{\"synchronised\":true,\"source\":\"ntp-1\",\"last_step\":1795224000,"
      "\"last_step_us\":-7200500000},\"records\":{},\"later\":[1,{}]}";

/* The good file with @from in it replaced by @to (NULL: as it is), written @age seconds ago. */
static char *
make (const char *from, const char *to, gint64 age)
{
  g_autoptr (GString) text = g_string_new (good);
  g_autofree char *boot
      = g_strdup_printf ("%" G_GINT64_FORMAT, kiosk_clock_boottime () - age * G_USEC_PER_SEC);

  if (from != NULL)
    g_assert_cmpuint (g_string_replace (text, from, to, 1), ==, 1);
  g_string_replace (text, "@BOOT@", boot, 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static int
run (const char *option, char **out, char **err)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "TZ", "Asia/Tokyo", TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "en_US.UTF-8", TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("KIOSKCTL"), "status", path,
                                         option, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, out, err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

/* Exit status for a file with @text; nobody hears of a status that is none. */
static int
judge (const char *text)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autofree char *json = NULL;
  g_autofree char *json_err = NULL;
  int status;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  status = run (NULL, &out, &err);
  g_assert_cmpint (run ("--json", &json, &json_err), ==, status);
  g_assert_cmpstr (json, ==, status == 2 ? "" : text);
  if (status == 2)
    {
      g_assert_cmpstr (out, ==, "");
      g_assert_nonnull (strstr (err, "Cannot tell: "));
    }
  else
    g_assert_cmpstr (err, ==, "");
  return status;
}

static void
assert_lines (const char *text, const char *const *lines)
{
  for (; *lines != NULL; lines++)
    if (strstr (text, *lines) == NULL)
      g_error ("“%s” is not in: %s", *lines, text);
}

static void
test_words (void)
{
  static const char *const en[] = {
    "Terminal      A-03\n",
    "State         in use, not connected\n",
    "Line          ok (enp1s0)\n",
    "Router        ok (10.99.0.254)\n",
    "Servers       2, each asked every 60 s\n",
    "              juki-01  answers\n",
    "              zaimu-01  no answer, outage since 2026-11-21 10:19:50\n",
    "Audit log     ok\n",
    "Collector     up to record 18422 (2026-11-21 10:30:00)\n",
    "Firewall      ok\n",
    "Clock         in step (ntp-1), at 2026-11-21 10:20:00 set by -7200.5 s\n",
    "Image         2026.11.2 (6 days old)\n",
    "As of         2026-11-21 10:30:15\n",
    "\nAll is well.\n",
    NULL,
  };
  static const char *const ja[] = {
    "端末          A-03\n",
    "状態          使用中（サーバーに未接続）\n",
    "回線          正常（enp1s0）\n",
    "ルーター      正常（10.99.0.254）\n",
    "サーバー      2 台（60 秒ごとに確認）\n",
    "              zaimu-01  応答なし、2026-11-21 10:19:50 から障害\n",
    "収集サーバー  記録 18422 まで（2026-11-21 10:30:00）\n",
    "時刻          同期（ntp-1）、2026-11-21 10:20:00 に -7200.5 秒の変更\n",
    "\n問題はありません。\n",
    NULL,
  };
  g_autofree char *text = make (NULL, NULL, 0);
  g_autofree char *english = NULL;
  g_autofree char *japanese = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (run ("--lang=en", &english, NULL), ==, 0);
  assert_lines (english, en);
  g_assert_cmpint (run ("--lang=ja", &japanese, NULL), ==, 0);
  assert_lines (japanese, ja);
}

static void
test_exit (void)
{
  static const struct {
    const char *from, *to;
    gint64 age;
    int status;
  } rows[] = {
    { NULL, NULL, 0, 0 },
    { NULL, NULL, 50, 0 },
    { "\"ok\":true,\"state\"", "\"ok\":false,\"state\"", 0, 1 },
    { "\"choosing\"", "\"a-later-word\"", 0, 0 },
    /* not of now */
    { NULL, NULL, 75, 2 },
    { NULL, NULL, -30, 2 },
    { "@BOOT@", "-1", 0, 2 },
    /* not as documented */
    { "\"format\":1", "\"format\":2", 0, 2 },
    { "\"format\":1", "\"format\":\"1\"", 0, 2 },
    { "\"terminal\"", "\"terminals\"", 0, 2 },
    { "\"A-03\"", "null", 0, 2 },
    { "\"A-03\"", "[\"A-03\"]", 0, 2 },
    { "\"ok\":true,\"state\"", "\"ok\":1,\"state\"", 0, 2 },
    { "\"line\":{", "\"line\":[{}],\"x\":{", 0, 2 },
    { "\"age_days\":6", "\"age_days\":6.5", 0, 2 },
    { "\"list\":[", "\"list\":[null,", 0, 2 },
    { "\"list\":[", "\"lists\":[", 0, 2 },
    { "\"id\":\"juki-01\"", "\"id\":7", 0, 2 },
    { "\"since\":1795224000", "\"since\":\"now\"", 0, 2 },
    { "\"clock\":{", "\"clock\":7,\"x\":{", 0, 2 },
    { "{\"format\"", "[{\"format\"", 0, 2 },
    { "A-03", "A\xff-03", 0, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = make (rows[i].from, rows[i].to, rows[i].age);

      g_test_message ("%s -> %s, %" G_GINT64_FORMAT, rows[i].from, rows[i].to, rows[i].age);
      g_assert_cmpint (judge (text), ==, rows[i].status);
    }
  g_assert_cmpint (judge (""), ==, 2);
  g_assert_cmpint (judge ("{}"), ==, 2);
  g_assert_cmpint (judge ("null"), ==, 2);
}

/* Words that would change the terminal of who reads them. */
static void
test_hostile_words (void)
{
  g_autofree char *text = make ("\"choosing\"", "\"\\u001b[2J\\u202eok\"", 0);
  g_autofree char *out = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (run (NULL, &out, NULL), ==, 0);
  g_assert_null (strchr (out, '\x1b'));
  g_assert_null (strstr (out, "\xe2\x80\xae"));
}

/* A status that somebody else may have written is none. */
static void
test_untrusted (void)
{
  g_autofree char *text = make (NULL, NULL, 0);
  g_autofree char *target = g_strconcat (path, ".target", NULL);
  g_autofree char *err = NULL;

  g_assert_cmpint (judge (text), ==, 0);
  g_assert_cmpint (g_chmod (path, 0666), ==, 0);
  g_assert_cmpint (run (NULL, NULL, NULL), ==, 2);
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  g_assert_cmpint (run (NULL, NULL, NULL), ==, 0);
  g_assert_cmpint (g_rename (path, target), ==, 0);
  g_assert_cmpint (run (NULL, NULL, &err), ==, 2);
  g_assert_nonnull (strstr (err, "Is kioskd running?"));
  g_assert_cmpint (symlink (target, path), ==, 0);
  g_assert_cmpint (run (NULL, NULL, NULL), ==, 2);
  g_unlink (path);
  g_unlink (target);
}

static void
test_usage (void)
{
  g_autofree char *err = NULL;

  g_assert_cmpint (run ("--lang=fr", NULL, &err), ==, 2);
  g_assert_nonnull (strstr (err, "kioskctl status [--json]"));
  g_assert_cmpint (run ("--nonsense", NULL, NULL), ==, 2);
  g_assert_cmpint (run ("another", NULL, NULL), ==, 2);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("kiosk-status-XXXXXX", NULL);
  g_assert_nonnull (folder);
  path = g_build_filename (folder, "status.json", NULL);
  g_test_add_func ("/status/words", test_words);
  g_test_add_func ("/status/exit", test_exit);
  g_test_add_func ("/status/hostile-words", test_hostile_words);
  g_test_add_func ("/status/untrusted", test_untrusted);
  g_test_add_func ("/status/usage", test_usage);
  result = g_test_run ();
  g_unlink (path);
  g_rmdir (folder);
  return result;
}
