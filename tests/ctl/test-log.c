/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "log-view.h"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit.h"

#include <string.h>
#include <sys/wait.h>

/* kioskctl log: what one line becomes, as a table; and the real program on the samples of
 * tests/data/audit. KIOSKCTL names the program. */

static const KioskLogFilter all = { 0 };

static char *
view (const char *line, const KioskLogFilter *filter, KioskLogFormat format, gboolean japanese)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (9 * 3600);

  return kiosk_log_view_line (line, strlen (line), filter, format, zone, japanese);
}

#define LINE                                                                                       \
  "{\"@timestamp\":\"2026-11-21T15:30:15.000123Z\",\"destination.address\":\"juki-01\","           \
  "\"event.action\":\"connect\",\"event.outcome\":\"failure\",\"event.reason\":\"unreachable\","   \
  "\"event.sequence\":12,\"host.id\":\"kiosk-01\",\"message\":\"no answer\","                      \
  "\"user.full_name\":\"佐藤 花子\",\"user.id\":\"sato\"}"

static void
test_rows (void)
{
  g_autofree char *ja = view (LINE, &all, KIOSK_LOG_TABLE, TRUE);
  g_autofree char *en = view (LINE, &all, KIOSK_LOG_TABLE, FALSE);
  g_autofree char *csv = view (LINE, &all, KIOSK_LOG_CSV, TRUE);
  g_autofree char *json = view (LINE, &all, KIOSK_LOG_JSON, TRUE);

  g_assert_cmpstr (ja, ==,
                   "2026-11-22 00:30:15  kiosk-01 → juki-01            sato 佐藤 花子        "
                   "サーバー接続              失敗：サーバーに届かない／no answer\n");
  g_assert_cmpstr (en, ==,
                   "2026-11-22 00:30:15  kiosk-01 → juki-01            sato 佐藤 花子        "
                   "Connection                failure: server unreachable / no answer\n");
  g_assert_cmpstr (csv, ==,
                   "\"2026-11-22 00:30:15.000123\",\"12\",\"サーバー接続\",\"失敗\","
                   "\"サーバーに届かない\",\"no answer\",\"kiosk-01\",\"\",\"sato\","
                   "\"佐藤 花子\",\"juki-01\",\"\",\"\",\"\",\"\",\"\",\"\",\"connect\","
                   "\"unreachable\"\r\n");
  g_assert_cmpstr (json, ==, LINE "\n");
}

static void
test_headers (void)
{
  g_autofree char *ja = kiosk_log_view_header (KIOSK_LOG_TABLE, TRUE);
  g_autofree char *csv = kiosk_log_view_header (KIOSK_LOG_CSV, FALSE);
  g_autofree char *json = kiosk_log_view_header (KIOSK_LOG_JSON, TRUE);

  g_assert_cmpstr (
      ja, ==,
      "いつ                 どこで                        だれが                何を      "
      "                どうした\n");
  g_assert_true (g_str_has_prefix (csv, "\xef\xbb\xbf\"time\",\"sequence\",\"what\","));
  g_assert_true (g_str_has_suffix (csv, "\"reason code\"\r\n"));
  g_assert_cmpstr (json, ==, "");
}

/* Columns on a terminal up to the fourth column's end, whatever stands in the cells. */
static void
test_alignment (void)
{
  static const char *const names[] = { "a",
                                       "記録",
                                       "とても長い名前とても長い名前とても長い名前",
                                       "e\xcc\x81",
                                       "abcdefghijklmnopqrstuvwxyz",
                                       "ｶﾅ半角" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *line = g_strdup_printf ("{\"host.id\":\"%s\",\"user.id\":\"%s\","
                                               "\"event.action\":\"%s\",\"event.outcome\":\"|\"}",
                                               names[i], names[i], names[i]);
      g_autofree char *row = view (line, &all, KIOSK_LOG_TABLE, TRUE);
      guint columns = 0;

      for (const char *p = row; *p != '|'; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);

          columns += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
        }
      g_assert_cmpuint (columns, ==, 19 + 28 + 20 + 24 + 4 * 2);
    }
}

static void
test_every_action_and_reason (void)
{
#define WORD(word, ja, en) word,
  static const char *const words[] = { KIOSK_AUDIT_REASONS (WORD) };
#undef WORD
  const KioskAuditAction *row;

  for (guint i = 0; (row = kiosk_audit_action_nth (i)) != NULL; i++)
    {
      g_autofree char *line = g_strdup_printf ("{\"event.action\":\"%s\"}", row->action);
      g_autofree char *ja = view (line, &all, KIOSK_LOG_CSV, TRUE);
      g_autofree char *en = view (line, &all, KIOSK_LOG_CSV, FALSE);

      g_assert_nonnull (strstr (ja, row->ja));
      g_assert_nonnull (strstr (en, row->en));
    }
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *line = g_strdup_printf ("{\"event.reason\":\"%s\"}", words[i]);
      g_autofree char *ja = view (line, &all, KIOSK_LOG_TABLE, TRUE);
      g_autofree char *en = view (line, &all, KIOSK_LOG_TABLE, FALSE);

      g_assert_nonnull (strstr (ja, kiosk_audit_reason_text (words[i], TRUE)));
      g_assert_nonnull (strstr (en, kiosk_audit_reason_text (words[i], FALSE)));
    }
}

static void
test_hostile_lines (void)
{
  static const char *const refused[] = {
    "",
    "hello",
    "[]",
    "12",
    "null",
    "{",
    "{\"a\":1",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":[[[[[[]]]]]]}",
    "\xff\xfe",
    "{\"a\":\"\xff\"}",
  };
  static const struct {
    const char *value; /* of "message" */
    const char *csv;
  } cells[] = {
    { "=1+1", "\"'=1+1\"" },
    { "+1", "\"'+1\"" },
    { "-1", "\"'-1\"" },
    { "@SUM(A1)", "\"'@SUM(A1)\"" },
    { "a=1", "\"a=1\"" },
    { "\\\"a\\\",b", "\"\"\"a\"\",b\"" },
    { "\\u001b[31m", "\"\xef\xbf\xbd[31m\"" },
    { "a\\nb\\r", "\"a\xef\xbf\xbd"
                  "b\xef\xbf\xbd\"" },
    { "\\u202etxt", "\"\xef\xbf\xbdtxt\"" },
    { "\\t=1", "\"\xef\xbf\xbd=1\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      for (guint format = KIOSK_LOG_TABLE; format <= KIOSK_LOG_CSV; format++)
        g_assert_null (view (refused[i], &all, (KioskLogFormat) format, TRUE));
    }
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      g_autofree char *line = g_strdup_printf ("{\"message\":\"%s\"}", cells[i].value);
      g_autofree char *wanted = g_strdup_printf (",%s,", cells[i].csv);
      g_autofree char *csv = view (line, &all, KIOSK_LOG_CSV, TRUE);

      g_assert_nonnull (strstr (csv, wanted));
    }
  /* as it is stored it would reverse the line on a terminal */
  g_assert_null (view ("{\"a\":\"\xe2\x80\xae\"}", &all, KIOSK_LOG_JSON, TRUE));
}

static void
test_filters (void)
{
  static const struct {
    KioskLogFilter filter;
    gboolean passes;
  } rows[] = {
    { { .user = "sato" }, TRUE },
    { { .user = "sat" }, FALSE },
    { { .server = "juki-01" }, TRUE },
    { { .server = "juki-02" }, FALSE },
    { { .action = "connect" }, TRUE },
    { { .action = "login" }, FALSE },
    { { .since = "2026-11-21T15:30:15.000123Z" }, TRUE },
    { { .since = "2026-11-21T15:30:15.000124Z" }, FALSE },
    { { .until = "2026-11-21T15:30:15.000124Z" }, TRUE },
    { { .until = "2026-11-21T15:30:15.000123Z" }, FALSE },
    { { .user = "sato", .server = "juki-01", .action = "login" }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *row = view (LINE, &rows[i].filter, KIOSK_LOG_JSON, TRUE);

      g_assert_cmpstr (row, ==, rows[i].passes ? LINE "\n" : "");
    }
}

static void
test_times (void)
{
  static const struct {
    const char *typed;
    gboolean end;
    const char *bound;
  } rows[] = {
    { "2026-11-21", FALSE, "2026-11-20T15:00:00.000000Z" },
    { "2026-11-21", TRUE, "2026-11-21T15:00:00.000000Z" },
    { "2026-11-21 10:30", FALSE, "2026-11-21T01:30:00.000000Z" },
    { "2026-11-21T10:30", TRUE, "2026-11-21T01:30:00.000000Z" },
    { "2026-11-21 10:30:15", FALSE, "2026-11-21T01:30:15.000000Z" },
    { "2026-11-21T10:30:15Z", FALSE, "2026-11-21T10:30:15.000000Z" },
    { "2026-11-21T10:30:15.5+09:00", FALSE, "2026-11-21T01:30:15.500000Z" },
    { "9999-12-31", TRUE, NULL },
    { "2026-13-01", FALSE, NULL },
    { "2026-02-30", FALSE, NULL },
    { "yesterday", FALSE, NULL },
    { "", FALSE, NULL },
    { "2026-11-21 25:00", FALSE, NULL },
  };
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (9 * 3600);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *bound = kiosk_log_view_time (rows[i].typed, rows[i].end, zone);

      g_assert_cmpstr (bound, ==, rows[i].bound);
    }
}

/* ---- The program ---- */

/* The first key of the samples. */
#define OWN_KEY "c90057326a7e85124d727a4974036f65c1ea1705fd04a216459c2b2a0d89c474"

typedef struct {
  int status;
  char *out;
  char *err;
} Result;

/* `kioskctl log @words...`; words that begin with "%" are samples. */
static void
run (Result *result, const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  int wait_status;

  g_free (result->out);
  g_free (result->err);
  environment = g_environ_setenv (environment, "TZ", "Asia/Tokyo", TRUE);
  g_ptr_array_add (arguments, g_strdup (g_getenv ("KIOSKCTL")));
  g_ptr_array_add (arguments, g_strdup ("log"));
  for (guint i = 0; parts[i] != NULL; i++)
    g_ptr_array_add (arguments, parts[i][0] == '%' ? g_test_build_filename (
                                    G_TEST_DIST, "data", "audit", parts[i] + 1, NULL)
                                                   : g_strdup (parts[i]));
  g_ptr_array_add (arguments, NULL);

  g_spawn_sync (NULL, (char **) arguments->pdata, environment, G_SPAWN_DEFAULT, NULL, NULL,
                &result->out, &result->err, &wait_status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (wait_status));
  result->status = WEXITSTATUS (wait_status);
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';
  return n;
}

static void
test_verify (void)
{
  Result result = { 0 };

  run (&result, "verify --lang en %good.log");
  g_assert_cmpint (result.status, ==, 0);
  g_assert_nonnull (strstr (result.out, "no fault found"));
  g_assert_nonnull (strstr (result.out, "12 linked records (1 to 12, from 2026-11-21 10:02:00 to "
                                        "2026-11-21 10:02:11)"));
  g_assert_nonnull (strstr (result.out, "3 signatures: checked with the log's own key"));
  g_assert_nonnull (strstr (result.out, "The last is record 10; 2 records behind it"));
  g_assert_nonnull (strstr (result.out, "authentication codes: not checked"));
  g_assert_nonnull (strstr (result.out, "A cut tail, or an older copy put back, cannot be seen"));
  g_assert_cmpstr (result.err, ==, "");

  run (&result, "verify --lang ja %missing-three.log");
  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.out,
                            "missing-three.log の 3 行目（記録番号 6、ここにあるべき番号 3）: "
                            "この記録より前の記録が抜けています"));

  run (&result, "verify --lang en %good.log %changed-event-outcome.log");
  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.out, "line 4 (record 4 where 4 should be): "
                                        "this record was changed"));
  g_assert_nonnull (strstr (result.out, "3 linked records (1 to 3, from 2026-11-21 10:02:00 to "
                                        "2026-11-21 10:02:02)"));

  run (&result, "verify --lang en %changed-event-outcome.log %no-such-file");
  g_assert_cmpint (result.status, ==, 2);
  g_assert_nonnull (strstr (result.err, "cannot read"));
  run (&result, "verify --lang en --key " OWN_KEY " %good.log");
  g_assert_cmpint (result.status, ==, 0);
  g_assert_nonnull (strstr (result.out, "checked with the key that was given"));
  run (&result, "verify --lang ja --key " OWN_KEY " %other-log.log");
  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.out, "登録された鍵で始まっていません"));
  run (&result, "verify --key 00 %good.log");
  g_assert_cmpint (result.status, ==, 2);
  run (&result, "verify --secret %no-such-file %good.log");
  g_assert_cmpint (result.status, ==, 2);
  run (&result, "verify --format json %forged-checkpoint.log");
  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.out,
                            "\"fault\":\"forged\",\"file\":\"forged-checkpoint.log\","
                            "\"line\":13,\"record\":13,\"expected\":13,\"records\":12,"));
  g_assert_nonnull (strstr (result.out, "\"key\":\"" OWN_KEY "\",\"key_source\":\"own\""));
  run (&result, "verify %"); /* a directory without audit.log */
  g_assert_cmpint (result.status, ==, 2);
  run (&result, "verify --lang fr %good.log");
  g_assert_cmpint (result.status, ==, 2);
  run (&result, "--help");
  g_assert_cmpint (result.status, ==, 0);
  g_assert_nonnull (strstr (result.out, "kioskctl log show"));
  run (&result, "prove %good.log");
  g_assert_cmpint (result.status, ==, 2);
  g_free (result.out);
  g_free (result.err);
}

static void
test_show (void)
{
  g_autofree char *stored = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "audit", "good.log", NULL);
  Result result = { 0 };

  g_assert_true (g_file_get_contents (path, &stored, NULL, NULL));
  run (&result, "show --format json %good.log");
  g_assert_cmpint (result.status, ==, 0);
  g_assert_cmpstr (result.out, ==, stored);
  g_assert_cmpstr (result.err, ==, "");

  run (&result, "show --lang ja --user sato %good.log");
  g_assert_cmpuint (count_lines (result.out), ==, 3);
  g_assert_nonnull (strstr (result.out, "2026-11-21 10:02:04  kiosk-01"));

  run (&result, "show --lang en --action login --format csv %good.log");
  g_assert_cmpuint (count_lines (result.out), ==, 3);
  g_assert_nonnull (strstr (result.out, "\"ID not registered\""));

  run (&result, "show --server juki-01 --format json %good.log");
  g_assert_cmpuint (count_lines (result.out), ==, 1);
  run (&result,
       "show --since 2026-11-21T10:02:02 --until 2026-11-21T10:02:05 --format json %good.log");
  g_assert_cmpuint (count_lines (result.out), ==, 3);

  /* damaged: shown all the same, but told */
  run (&result, "show --lang en %changed-event-outcome.log");
  g_assert_cmpint (result.status, ==, 1);
  g_assert_cmpuint (count_lines (result.out), ==, 13);
  g_assert_nonnull (strstr (result.err, "does not verify: changed-event-outcome.log, line 4 "));
  run (&result, "show --lang en --format json %long-line.log");
  g_assert_cmpint (result.status, ==, 1);
  g_assert_cmpuint (count_lines (result.out), ==, 12);
  g_assert_nonnull (strstr (result.err, "1 lines that are not records"));

  run (&result, "show --action nothing %good.log");
  g_assert_cmpint (result.status, ==, 2);
  run (&result, "show --format xml %good.log");
  g_assert_cmpint (result.status, ==, 2);
  run (&result, "show --since soon %good.log");
  g_assert_cmpint (result.status, ==, 2);
  run (&result, "show %good.log %good.log");
  g_assert_cmpint (result.status, ==, 2);
  g_free (result.out);
  g_free (result.err);
}

/* Codes, and one copied by hand that is right, for another record, or wrong. */
static void
test_seal (void)
{
  Result result = { 0 };
  g_auto (GStrv) words = NULL;
  g_autofree char *right = NULL, *other = NULL;

  run (&result, "seal %good.log");
  g_assert_cmpint (result.status, ==, 0);
  g_assert_cmpuint (count_lines (result.out), ==, 1);
  g_assert_true (g_str_has_prefix (result.out, "2026-11-21           1  "));
  words = g_strsplit (g_strchomp (result.out), "  ", -1);
  right = g_strdup_printf ("seal --lang en --record 1 --check %s %%good.log",
                           words[g_strv_length (words) - 1]);
  other = g_strdup_printf ("seal --lang ja --record 8 --check %s %%good.log",
                           words[g_strv_length (words) - 1]);
  run (&result, right);
  g_assert_cmpint (result.status, ==, 0);
  g_assert_nonnull (strstr (result.out, "The code is right: up to record 1 "));
  run (&result, other);
  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.out, "一致しません"));
  run (&result, "seal --record 1 --check AAAA-AAAA-AAAA %good.log");
  g_assert_cmpint (result.status, ==, 1);
  run (&result, "seal --lang en %changed-event-outcome.log");
  g_assert_cmpint (result.status, ==, 1);
  g_assert_nonnull (strstr (result.err, "this record was changed"));
  run (&result, "seal --check AAAA-AAAA-AAAA %good.log");
  g_assert_cmpint (result.status, ==, 2);
  g_free (result.out);
  g_free (result.err);
}

/* A bundle is made, verifies, and shows what was changed in it. */
static void
test_incident (void)
{
  static const char *const damages[] = {
    "echo >>$B/audit.log", "echo >>$B/policy/policy.conf", "sed -i s/2026/2027/ $B/bundle.json",
    "rm $B/bundle.sig",    "sed -i s/1/2/ $B/bundle.sig",  "rm $B/software.txt"
  };
  g_autofree char *folder = g_dir_make_tmp ("kiosk-incident-XXXXXX", NULL);
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "data", "audit", NULL);
  g_auto (GStrv) environment = g_get_environ ();
  g_autofree char *out = NULL, *err = NULL;
  int status;
  static const char text[]
      = "set -e; cd $D; B=$D/bundle; mkdir log policy; cp $S/good.log log/audit.log; echo a=1 >policy/policy.conf; echo bash >list; "
        "printf 'correct horse battery\\ncorrect horse battery\\n' | $KIOSKCTL order key --out=key >/dev/null; "
        "echo 'correct horse battery' | $KIOSKCTL log export --incident bundle --key key --since 2026-11-21 --policy policy "
        "--software list --lang en log; $KIOSKCTL log verify --lang en bundle; echo 'correct horse battery' | "
        "$KIOSKCTL log export --incident bundle --key key log && exit 9 || true; echo wrong horse battery | "
        "$KIOSKCTL log export --incident other --key key log && exit 8 || true";
  const char *argv[] = { "/bin/bash", "-c", text, NULL };

  environment = g_environ_setenv (environment, "D", folder, TRUE);
  environment = g_environ_setenv (environment, "S", script, TRUE);
  g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status,
                NULL);
  if (status != 0)
    g_error ("%s%s", out, err);
  g_assert_nonnull (strstr (out, "bundle: 3 files, listed and signed\n"));
  g_assert_nonnull (strstr (out, "bundle: the 3 files of the bundle are what was signed\n"));
  g_assert_nonnull (strstr (out, "bundle: no fault found\n"));
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *command
          = g_strconcat ("B=$D/damaged; rm -rf $B; cp -r $D/bundle $B; ", damages[i],
                         "; $KIOSKCTL log verify --lang en $B", NULL);
      g_autofree char *words = NULL, *wrong = NULL;

      argv[2] = command;
      g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_DEFAULT, NULL, NULL, &words, &wrong,
                    &status, NULL);
      g_test_message ("%s", damages[i]);
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 1);
      g_assert_nonnull (strstr (wrong, "this bundle is not what was signed"));
      /* nor does anything else read it */
      g_free (command);
      g_free (words);
      g_free (wrong);
      words = wrong = NULL;
      command = g_strconcat ("$KIOSKCTL log show --lang en $D/damaged", NULL);
      argv[2] = command;
      g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_DEFAULT, NULL, NULL, &words, &wrong,
                    &status, NULL);
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 2);
      g_assert_nonnull (strstr (wrong, "cannot read"));
    }
  argv[2] = "rm -rf $D";
  g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/view/rows", test_rows);
  g_test_add_func ("/log/view/headers", test_headers);
  g_test_add_func ("/log/view/alignment", test_alignment);
  g_test_add_func ("/log/view/every-action-and-reason", test_every_action_and_reason);
  g_test_add_func ("/log/view/hostile-lines", test_hostile_lines);
  g_test_add_func ("/log/view/filters", test_filters);
  g_test_add_func ("/log/view/times", test_times);
  g_test_add_func ("/log/program/verify", test_verify);
  g_test_add_func ("/log/program/show", test_show);
  g_test_add_func ("/log/program/seal", test_seal);
  g_test_add_func ("/log/program/incident", test_incident);
  return g_test_run ();
}
