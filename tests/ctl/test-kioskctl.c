/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include <string.h>

/* kioskctl as people call it: the program itself, its output and exit status. $KIOSKCTL is the program,
 * $KIOSK_SAMPLE the sample policy that we ship. */

static char *folder;
static char *sample; /* a copy that belongs to us: a checkout may belong to anybody */
static char *bad;

/* Runs kioskctl with @arguments (separated by '|') in the locale @locale. */
static int
run (const char *locale, const char *arguments, char **out, char **err)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_auto (GStrv) words = g_strsplit (arguments, "|", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) command = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *out_text = NULL;
  g_autofree char *err_text = NULL;

  g_strv_builder_add (builder, g_getenv ("KIOSKCTL"));
  g_strv_builder_addv (builder, (const char **) words);
  command = g_strv_builder_end (builder);
  g_subprocess_launcher_unsetenv (launcher, "LC_ALL");
  g_subprocess_launcher_unsetenv (launcher, "LC_MESSAGES");
  g_subprocess_launcher_setenv (launcher, "LANG", locale, TRUE);
  g_subprocess_launcher_setenv (launcher, "TZ", "Asia/Tokyo", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) command, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out_text, &err_text, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  if (out != NULL)
    *out = g_steal_pointer (&out_text);
  if (err != NULL)
    *err = g_steal_pointer (&err_text);
  return g_subprocess_get_exit_status (process);
}

static void
assert_has (const char *text, const char *piece)
{
  if (strstr (text, piece) == NULL)
    g_error ("“%s” is not in: %s", piece, text);
}

static char *
with_policy (const char *arguments, const char *path)
{
  return g_strdup_printf ("%s|--policy|%s", arguments, path);
}

static void
test_usage (void)
{
  static const struct {
    const char *arguments;
    int status;
    gboolean to_error;
    const char *piece;
  } rows[] = {
    { "--version", 0, FALSE, "kioskctl (maintenance-kiosk) " },
    { "--help", 0, FALSE, "kioskctl COMMAND" },
    { "nonsense", 2, TRUE, "nonsense" },
    { "policy", 2, TRUE, "policy explain" },
    { "policy|--help", 0, FALSE, "policy explain" },
    { "policy|nonsense", 2, TRUE, "policy explain" },
    { "policy|check|--lang|fr", 2, TRUE, "--lang" },
    { "policy|check|--nonsense", 2, TRUE, "--nonsense" },
    { "policy|check|--help", 0, FALSE, "kioskctl policy check" },
    { "policy|explain|--user|sato", 2, TRUE, "--server" },
    { "policy|explain|--user|sato|--server|s|--at|tomorrow", 2, TRUE, "--at" },
    { "policy|explain|--user|sato|--server|s|--at|2026-02-30 10:00", 2, TRUE, "--at" },
    { "policy|explain|--user|sato|--server|s|--at|2026-02-03 25:00", 2, TRUE, "--at" },
    { "policy|show|--format|xml", 2, TRUE, "--format" },
    { "policy|show|surplus", 2, TRUE, "--format" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;

      g_test_message ("%s", rows[i].arguments);
      g_assert_cmpint (run ("en_US.UTF-8", rows[i].arguments, &out, &err), ==, rows[i].status);
      assert_has (rows[i].to_error ? err : out, rows[i].piece);
    }
}

static void
test_check (void)
{
  g_autofree char *good_arguments = g_strdup_printf ("policy|check|%s", sample);
  g_autofree char *bad_arguments = g_strdup_printf ("policy|check|%s", bad);
  g_autofree char *both_arguments = g_strdup_printf ("policy|check|%s|%s", sample, bad);
  g_autofree char *missing_arguments = g_strdup_printf ("policy|check|%s.missing", sample);
  g_autofree char *expected = g_strdup_printf ("%s:2: “idle” is “x”: expected a whole number", bad);
  g_autofree char *good = NULL;
  g_autofree char *en = NULL;
  g_autofree char *ja = NULL;
  g_autofree char *both = NULL;
  g_autofree char *missing = NULL;

  g_assert_cmpint (run ("en_US.UTF-8", good_arguments, &good, NULL), ==, 0);
  assert_has (good, "The policy is good (4 persons, 2 servers");
  g_assert_cmpint (run ("en_US.UTF-8", bad_arguments, &en, NULL), ==, 1);
  assert_has (en, expected);
  assert_has (en, "section [terminal] is missing");
  g_assert_cmpint (run ("ja_JP.UTF-8", bad_arguments, &ja, NULL), ==, 1);
  assert_has (ja, ":2: 「idle」が「x」です。");
  g_assert_cmpint (run ("en_US.UTF-8", both_arguments, &both, NULL), ==, 1);
  assert_has (both, expected);
  g_assert_null (strstr (both, "missing"));
  g_assert_cmpint (run ("en_US.UTF-8", missing_arguments, &missing, NULL), ==, 1);
  assert_has (missing, "cannot be read");
}

/* A folder stands for the files in it; what is not trusted is refused with its reason. */
static void
test_check_folder (void)
{
  g_autofree char *arguments = g_strdup_printf ("policy|check|%s", folder);
  g_autofree char *out = NULL;
  g_autofree char *untrusted = NULL;

  g_assert_cmpint (run ("en_US.UTF-8", arguments, &out, NULL), ==, 0);
  g_assert_cmpint (g_chmod (sample, 0666), ==, 0);
  g_assert_cmpint (run ("en_US.UTF-8", arguments, &untrusted, NULL), ==, 1);
  g_assert_cmpint (g_chmod (sample, 0644), ==, 0);
  assert_has (untrusted, "not trusted");
}

static void
test_explain (void)
{
  static const struct {
    const char *arguments;
    int status;
    const char *pieces[5];
  } rows[] = {
    { "policy|explain|--user|tanaka|--server|juki-01|--at|2026-11-20 10:00",
      0,
      { "2026-11-20 10:00 (Fri)", "Allowed.", ": [person tanaka]", ": groups=residents",
        ": ticket=required" } },
    { "policy|explain|--user|tanaka|--server|juki-01|--at|2026-11-22 10:00",
      1,
      { "(Sun)", "may not be used at this time", ": hours=Mon-Fri 08:00-20:00; Sat 09:00-12:00" } },
    { "policy|explain|--lang|ja|--user|tanaka|--server|zaimu-01|--at|2026-11-20 10:00",
      1,
      { "(金)", "この人の担当ではありません。", ": persons=sato" } },
    { "policy|explain|--user|sato|--server|zaimu-01|--at|2026-11-21 03:59", 0, { "Allowed." } },
    { "policy|explain|--user|suzuki|--server|juki-01",
      1,
      { "role engineer", ": [person suzuki]" } },
    { "policy|explain|--user|nobody|--server|juki-01", 1, { "not in the policy", "No line" } },
    { "policy|explain|--user|sato|--server|nothing", 1, { "server is not in the policy" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *arguments = with_policy (rows[i].arguments, sample);
      g_autofree char *out = NULL;

      g_test_message ("%s", arguments);
      g_assert_cmpint (run ("en_US.UTF-8", arguments, &out, NULL), ==, rows[i].status);
      for (guint j = 0; j < G_N_ELEMENTS (rows[i].pieces) && rows[i].pieces[j] != NULL; j++)
        assert_has (out, rows[i].pieces[j]);
    }
}

/* Nothing is explained or shown by a policy that the terminal would refuse. */
static void
test_refused (void)
{
  static const char *const verbs[] = { "policy|explain|--user|sato|--server|juki-01", "policy|show",
                                       "policy|show|--format|json" };

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autofree char *arguments = with_policy (verbs[i], bad);
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;

      g_assert_cmpint (run ("en_US.UTF-8", arguments, &out, &err), ==, 2);
      assert_has (err, "expected a whole number");
      g_assert_cmpstr (out, ==, "");
    }
}

static void
test_show (void)
{
  g_autofree char *arguments = with_policy ("policy|show", sample);
  g_autofree char *en = NULL;
  g_autofree char *ja = NULL;

  g_assert_cmpint (run ("en_US.UTF-8", arguments, &en, NULL), ==, 0);
  assert_has (en, "sato    Hanako Sato    engineer       juki-01, zaimu-01\n");
  assert_has (en, "suzuki  Jiro Suzuki    auditor        -\n");
  assert_has (en, "192.0.2.10:3389");
  assert_has (en, "[2001:db8::20]:3389");
  g_assert_cmpint (run ("C", arguments, &ja, NULL), ==, 0); /* Japanese also without its locale */
  assert_has (ja, "田中 一郎");
}

static void
test_json (void)
{
  g_autofree char *arguments = with_policy ("policy|show|--format|json", sample);
  g_autofree char *out = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *root;
  JsonObject *sato;
  JsonObject *server;

  g_assert_cmpint (run ("C", arguments, &out, NULL), ==, 0);
  json_parser_load_from_data (parser, out, -1, &error);
  g_assert_no_error (error);
  root = json_node_get_object (json_parser_get_root (parser));
  sato = json_array_get_object_element (json_object_get_array_member (root, "persons"), 1);
  g_assert_cmpstr (json_object_get_string_member (sato, "id"), ==, "sato");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (sato, "servers")), ==, 2);
  server = json_array_get_object_element (json_object_get_array_member (root, "servers"), 0);
  g_assert_cmpint (json_object_get_int_member (server, "port"), ==, 3389);
  g_assert_cmpuint (strlen (json_array_get_string_element (
                        json_object_get_array_member (server, "certificate-sha256"), 0)),
                    ==, 64);
}

int
main (int argc, char **argv)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (g_getenv ("KIOSKCTL"));
  folder = g_dir_make_tmp ("kioskctl-XXXXXX", &error);
  g_assert_no_error (error);
  sample = g_build_filename (folder, "policy.conf", NULL);
  bad = g_build_filename (folder, "bad.conf", NULL);
  g_file_get_contents (g_getenv ("KIOSK_SAMPLE"), &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (sample, text, -1, NULL));
  g_assert_true (g_file_set_contents (bad, "[lock]\nidle=x\n", -1, NULL));
  g_assert_cmpint (g_chmod (sample, 0644), ==, 0);
  g_assert_cmpint (g_chmod (bad, 0644), ==, 0);

  g_test_add_func ("/kioskctl/usage", test_usage);
  g_test_add_func ("/kioskctl/policy/check", test_check);
  g_test_add_func ("/kioskctl/policy/check-folder", test_check_folder);
  g_test_add_func ("/kioskctl/policy/explain", test_explain);
  g_test_add_func ("/kioskctl/policy/refused", test_refused);
  g_test_add_func ("/kioskctl/policy/show", test_show);
  g_test_add_func ("/kioskctl/policy/json", test_json);
  status = g_test_run ();

  g_unlink (sample);
  g_unlink (bad);
  g_rmdir (folder);
  g_free (sample);
  g_free (bad);
  g_free (folder);
  return status;
}
