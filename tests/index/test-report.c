/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "sample.h"

#include "kiosk/log/receipt.h"

#include <glib/gstdio.h>
#include <string.h>

/* kioskctl log report and export, on logs on a disk; what they wrote is read by other programs. */

static char *folder;

/* Runs @argv in the folder; *@output; returns the exit status. */
static int
run (const char *const *argv, char **output)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *errors = NULL;
  int status = -1;

  g_spawn_sync (folder, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, output, &errors,
                &status, &error);
  g_assert_no_error (error);
  if (!WIFEXITED (status) || WEXITSTATUS (status) > 1)
    g_test_message ("%s", errors);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

#define RUN(output, ...) run ((const char *const[]){ __VA_ARGS__, NULL }, output)
#define KIOSKCTL g_getenv ("KIOSKCTL"), "log"

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *p = text; (p = strstr (p, part)) != NULL; p += strlen (part))
    n++;
  return n;
}

static void
assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("\"%s\" is not in: %s", part, text);
}

static void
test_pdf (void)
{
  g_autofree char *nothing = NULL, *text = NULL, *info = NULL;

  g_assert_cmpint (RUN (&nothing, KIOSKCTL, "report", "--month", "2026-11", "--pdf", "m.pdf",
                        "--lang", "ja", "--orders", "--document", "情政第 1103 号", "."),
                   ==, 0);
  g_assert_cmpint (RUN (&info, "pdfinfo", "m.pdf"), ==, 0);
  assert_contains (info, "595.28 x 841.89 pts (A4)");
  g_assert_cmpint (RUN (&text, "pdftotext", "-layout", "m.pdf", "-"), ==, 0);
  assert_contains (text, "月次点検報告書");
  assert_contains (text, "令和8年11月分（2026年11月1日〜30日）");
  assert_contains (text, "記録の改ざん・抜けは見つかりませんでした");
  assert_contains (text, "情政第 1103 号");
  assert_contains (text, "9日 28件（急増）");
  assert_contains (text, "USB DISK 3.0");
  assert_contains (text, "時間外の利用 0:49");
  assert_contains (info, "Pages:           2\n");
  g_assert_true (g_regex_match_simple ("1 ?/ ?2\n", text, 0, 0));
  g_assert_true (g_regex_match_simple ("2 ?/ ?2\n", text, 0, 0));
}

static void
test_pdf_english (void)
{
  g_autofree char *nothing = NULL, *text = NULL;

  g_assert_cmpint (RUN (&nothing, KIOSKCTL, "report", "--year", "2026", "--pdf", "y.pdf", "--lang",
                        "en", "A-03"),
                   ==, 0);
  g_assert_cmpint (RUN (&text, "pdftotext", "-layout", "y.pdf", "-"), ==, 0);
  assert_contains (text, "yearly review");
  assert_contains (text, "2026 (2026-01-01 to 2026-12-31)");
  assert_contains (text, "bunsho-db01 (A-03): 2026-10-19 13:05 to 2026-10-19 13:52, 0:47");
  assert_contains (text, "Last record A-03");
  g_assert_null (strstr (text, "報告書"));
}

static void
test_csv (void)
{
  g_autofree char *nothing = NULL, *text = NULL, *path = g_build_filename (folder, "m.csv", NULL);
  GStatBuf status;

  g_assert_cmpint (RUN (&nothing, KIOSKCTL, "report", "--month", "2026-11", "--csv", "m.csv",
                        "--lang", "ja", "A-03"),
                   ==, 0);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "\xef\xbb\xbf\"区分\",\"いつ\","));
  g_assert_cmpuint (count (text, "\r\n"), ==, count (text, "\n"));
  assert_contains (text, "\"2026-11-09\",\"\",\"\",\"\",\"急増\",\"14\"");
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_json (void)
{
  g_autofree char *text = NULL, *result = NULL;

  g_assert_cmpint (RUN (&text, KIOSKCTL, "report", "--month", "2026-11", "."), ==, 0);
  g_assert_cmpint (RUN (&result, "python3", "-c",
                        "import json, sys\n"
                        "r = json.loads(sys.argv[1])\n"
                        "assert r['from'] == '2026-10-31T15:00:00.000000Z', r['from']\n"
                        "assert [l['terminal'] for l in r['logs']] == ['A-03', 'B-01']\n"
                        "assert r['faults'] == 0 and r['rises'] == 1 and r['refusal-count'] == 2\n"
                        "assert [d['count'] for d in r['failed-log-ins'] if d['rise']] == [28]\n"
                        "assert len(r['failed-log-ins']) == 10\n",
                        text),
                   ==, 0);
}

/* What the index finds is what a look at all records finds; it stays, and goes with its log. */
static void
test_find (void)
{
  g_autofree char *shown = NULL, *found = NULL, *newest = NULL, *later = NULL, *nothing = NULL;
  g_autofree char *again = NULL;
  g_autofree char *index = g_build_filename (folder, "index", NULL);
  g_autofree char *path = g_build_filename (folder, "grows.log", NULL);
  GString *log = sample_log ("A-03", 1);
  const char *end = log->str;
  GStatBuf status;

  g_assert_cmpint (RUN (&shown, KIOSKCTL, "show", "--user", "k-sato", "--since", "2026-10-06",
                        "--until", "2026-10-07", "--format", "json", "A-03"),
                   ==, 0);
  g_assert_cmpint (RUN (&found, KIOSKCTL, "find", "--index", "index", "--user", "k-sato", "--since",
                        "2026-10-06", "--until", "2026-10-07", "--format", "json", "--limit", "0",
                        "--oldest", "A-03"),
                   ==, 0);
  g_assert_cmpstr (found, ==, shown);
  g_assert_cmpuint (count (found, "\n"), >, 5);
  g_assert_cmpint (g_stat (index, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  /* nothing is read: there is no such log any more in the question, and the newest two come first */
  g_assert_cmpint (RUN (&newest, KIOSKCTL, "find", "--index", "index", "--user", "k-sato",
                        "--limit", "2", "--format", "json"),
                   ==, 0);
  g_assert_cmpuint (count (newest, "\n"), ==, 2);
  assert_contains (newest, "\"event.action\":\"logout\"");

  for (guint i = 0; i < 100; i++)
    end = strchr (end, '\n') + 1;
  g_assert_true (g_file_set_contents (path, log->str, end - log->str, NULL));
  g_assert_cmpint (RUN (&later, KIOSKCTL, "find", "--index", "grown", "--limit", "0", "--format",
                        "json", "grows.log"),
                   ==, 0);
  g_assert_cmpuint (count (later, "\n"), ==, 100);
  g_assert_true (g_file_set_contents (path, log->str, (gssize) log->len, NULL));
  g_clear_pointer (&later, g_free);
  g_assert_cmpint (RUN (&later, KIOSKCTL, "find", "--index", "grown", "--limit", "0", "--format",
                        "json", "grows.log"),
                   ==, 0);
  g_assert_cmpuint (count (later, "\n"), ==, count (log->str, "\n"));
  /* all of it once more: the same */
  g_assert_cmpint (RUN (&again, KIOSKCTL, "find", "--index", "grown", "--limit", "0", "--format",
                        "json", "--anew", "grows.log"),
                   ==, 0);
  g_assert_cmpstr (again, ==, later);

  /* a fault is told also by whoever finds nothing */
  *strstr (log->str + 20000, "A-03") = 'B';
  g_assert_true (g_file_set_contents (path, log->str, (gssize) log->len, NULL));
  g_assert_cmpint (RUN (&nothing, KIOSKCTL, "find", "--index", "grown", "--user", "nobody",
                        "--format", "json", "grows.log"),
                   ==, 1);
  g_assert_cmpstr (nothing, ==, "");
  g_clear_pointer (&nothing, g_free);
  g_assert_cmpint (RUN (&nothing, KIOSKCTL, "find", "--index", "grows.log", "A-03"), ==, 2);
  g_clear_pointer (&nothing, g_free);
  g_assert_cmpint (RUN (&nothing, KIOSKCTL, "find", "A-03"), ==, 2);
  g_remove (path);
  g_string_free (log, TRUE);
}

/* A log with a gap is reported, and nobody can overlook it. */
static void
test_fault (void)
{
  g_autofree char *path = g_build_filename (folder, "gap.log", NULL);
  g_autofree char *nothing = NULL, *text = NULL;
  GString *log = sample_log ("A-03", 1);
  char *line = log->str;

  for (guint i = 1; i < 201; i++)
    line = strchr (line, '\n') + 1;
  g_string_erase (log, line - log->str, strchr (line, '\n') + 1 - line);
  g_assert_true (g_file_set_contents (path, log->str, (gssize) log->len, NULL));
  g_assert_cmpint (RUN (&nothing, KIOSKCTL, "report", "--month", "2026-11", "--pdf", "f.pdf",
                        "--lang", "ja", "gap.log"),
                   ==, 1);
  g_assert_cmpint (RUN (&text, "pdftotext", "-layout", "f.pdf", "-"), ==, 0);
  assert_contains (text, "結論: 1 台の端末の記録に改ざんまたは抜けがあります");
  assert_contains (text, "gap.log");
  assert_contains (text, "検証できない記録も以下の数に含めています");
  g_remove (path);
  g_string_free (log, TRUE);
}

/* A log that was cut at the end of a record is without fault; the receipt beside it is not silent. */
static void
test_doubt (void)
{
  static const guint8 seed[KIOSK_AUDIT_KEY_SIZE] = { 3 };
  g_autofree char *cut = g_build_filename (folder, "cut", NULL);
  g_autofree char *path = g_build_filename (cut, "audit.log", NULL);
  g_autofree char *receipts = g_build_filename (cut, KIOSK_RECEIPTS_NAME, NULL);
  g_autofree char *nothing = NULL, *text = NULL, *line = NULL;
  KioskCollectReceipt receipt = { .host = (char *) "A-03",
                                  .sequence = 99999999,
                                  .time = (char *) "2026-11-21T10:30:15.123456Z" };
  GString *log = sample_log ("A-03", 1);

  g_assert_true (kiosk_audit_first_key (log->str, (gsize) (strchr (log->str, '\n') + 1 - log->str),
                                        receipt.log));
  line = kiosk_collect_receipt_sign (&receipt, seed);
  g_assert_cmpint (g_mkdir (cut, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, log->str, (gssize) log->len, NULL));
  g_assert_true (g_file_set_contents (receipts, line, -1, NULL));
  g_assert_cmpint (RUN (&nothing, KIOSKCTL, "report", "--month", "2026-11", "--pdf", "d.pdf",
                        "--lang", "ja", "cut"),
                   ==, 1);
  g_assert_cmpint (RUN (&text, "pdftotext", "-layout", "d.pdf", "-"), ==, 0);
  assert_contains (text,
                   "結論: 端末 A-03 の記録が、収集サーバーの受領書（記録 99999999）と食い違います");
  g_assert_null (strstr (text, "見つかりませんでした"));
  g_string_free (log, TRUE);
}

static void
test_wrong (void)
{
  static const char *const wrong[][2]
      = { { "--month", "2026-13" }, { "--month", "2026" }, { "--year", "26" },
          { "--year", "2026-01" },  { "--lang", "fr" },    { "--month", "2026-011" } };
  g_autofree char *other = NULL, *twice = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *text = NULL;

      g_assert_cmpint (RUN (&text, KIOSKCTL, "report", wrong[i][0], wrong[i][1], "."), ==, 2);
    }
  g_assert_cmpint (
      RUN (&other, KIOSKCTL, "report", "--month", "2026-11", "--terminal", "C-99", "."), ==, 2);
  /* the file in the folder is what the folder says already */
  g_assert_cmpint (RUN (&twice, KIOSKCTL, "report", "--month", "2026-11", "A-03", "A-03/audit.log"),
                   ==, 2);
}

/* ---- Export ---- */

static void
test_export (void)
{
  g_autofree char *json = NULL, *csv = NULL, *some = NULL;

  g_assert_cmpint (RUN (&json, KIOSKCTL, "export", "--format", "json", "A-03"), ==, 0);
  {
    g_autofree char *path = g_build_filename (folder, "A-03", "audit.log", NULL);
    g_autofree char *stored = NULL;

    g_assert_true (g_file_get_contents (path, &stored, NULL, NULL));
    g_assert_cmpstr (json, ==, stored);
  }
  g_assert_cmpint (RUN (&csv, KIOSKCTL, "export", "--format", "csv", "--lang", "ja", "A-03"), ==,
                   0);
  g_assert_true (g_str_has_prefix (csv, "\xef\xbb\xbf\"日時\""));
  g_assert_cmpuint (count (csv, "\r\n"), ==, count (json, "\n") + 1);
  g_assert_cmpint (RUN (&some, KIOSKCTL, "export", "--format", "json", "--user", "unlisted",
                        "--outcome", "failure", "--since", "2026-11-09 22:10", "--until",
                        "2026-11-09", "--text", "unlis", "A-03", "B-01"),
                   ==, 0);
  g_assert_cmpuint (count (some, "\n"), ==, 2 * 7);
}

static void
test_export_fault (void)
{
  g_autofree char *path = g_build_filename (folder, "broken.log", NULL);
  g_autofree char *text = NULL;
  GString *log = sample_log ("A-03", 1);

  *strstr (log->str, "佐藤") = 'x';
  g_assert_true (g_file_set_contents (path, log->str, (gssize) log->len, NULL));
  g_assert_cmpint (RUN (&text, KIOSKCTL, "export", "--format", "json", "broken.log"), ==, 1);
  g_clear_pointer (&text, g_free);
  g_assert_cmpint (RUN (&text, KIOSKCTL, "export", "--format", "xml", "A-03"), ==, 2);
  g_remove (path);
  g_string_free (log, TRUE);
}

/* Every event of every action follows the schema. */
static void
test_ocsf (void)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "lib", "check-ocsf.py", NULL);
  g_autofree char *schema
      = g_test_build_filename (G_TEST_DIST, "data", "ocsf", "ocsf-1.3.0.schema.json", NULL);
  g_autofree char *text = NULL;

  g_assert_cmpint (RUN (&text, KIOSKCTL, "export", "--format", "ocsf", "--output", "o.json",
                        "actions.log", "A-03"),
                   ==, 0);
  g_clear_pointer (&text, g_free);
  g_assert_cmpint (RUN (&text, "python3", script, schema, "o.json"), ==, 0);
  g_test_message ("%s", text);
  assert_contains (text, "classes: 1008 2004 3001 3002 3004 4001 4005 5019 6002");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("report-XXXXXX", NULL);
  sample_write (folder, "A-03", 1);
  sample_write (folder, "B-01", 2);
  sample_write_actions (folder);
  g_test_add_func ("/report/pdf", test_pdf);
  g_test_add_func ("/report/pdf/english", test_pdf_english);
  g_test_add_func ("/report/csv", test_csv);
  g_test_add_func ("/report/json", test_json);
  g_test_add_func ("/report/find", test_find);
  g_test_add_func ("/report/fault", test_fault);
  g_test_add_func ("/report/doubt", test_doubt);
  g_test_add_func ("/report/wrong", test_wrong);
  g_test_add_func ("/export", test_export);
  g_test_add_func ("/export/fault", test_export_fault);
  g_test_add_func ("/export/ocsf", test_ocsf);
  status = g_test_run ();
  {
    const char *const remove[] = { "rm", "-rf", folder, NULL };

    g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                  NULL);
  }
  return status;
}
