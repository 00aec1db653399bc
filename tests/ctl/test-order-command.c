/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

/* kioskctl order as people call it: keys, signatures, verdicts and exit statuses. $KIOSKCTL is the program. */

#define PASSPHRASE "correct horse battery\n"
#define ORDER                                                                                      \
  "[order]\nformat=1\nid=W-1\npersons=sato;ito\nservers=juki\nfrom=2026-11-27T09:00:00+09:00\n"    \
  "until=2026-11-27T17:30:00+09:00\npurpose=点検\napprover=takahashi\n"
#define PIN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static char *folder;

/* Runs kioskctl order with @arguments (separated by '|') in the folder. @input comes from a file: a program that ends
 * without reading would break a pipe. */
static int
run (const char *input, const char *arguments, char **out)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autofree char *stdin_path = g_build_filename (folder, "stdin", NULL);
  g_auto (GStrv) words = g_strsplit (arguments, "|", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) command = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_strv_builder_add_many (builder, g_getenv ("KIOSKCTL"), "order", NULL);
  g_strv_builder_addv (builder, (const char **) words);
  command = g_strv_builder_end (builder);
  g_subprocess_launcher_setenv (launcher, "TZ", "Asia/Tokyo", TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "en_GB.UTF-8", TRUE);
  g_subprocess_launcher_set_cwd (launcher, folder);
  g_assert_true (g_file_set_contents (stdin_path, input, -1, NULL));
  g_subprocess_launcher_set_stdin_file_path (launcher, stdin_path);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) command, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_test_message ("%s", text);
  if (out != NULL)
    *out = g_steal_pointer (&text);
  return g_subprocess_get_exit_status (process);
}

static char *
in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static void
write_file (const char *name, const char *text)
{
  g_autofree char *path = in_folder (name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
}

static char *
read_file (const char *name)
{
  g_autofree char *path = in_folder (name);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
write_policy (const char *public_key)
{
  g_autofree char *text = g_strdup_printf (
      "[policy]\nformat=1\n[terminal]\nid=t1\nsite[ja]=北\nsite[en]=North\n"
      "[person takahashi]\nname[ja]=高橋\nname[en]=Takahashi\n"
      "[person sato]\nname[ja]=佐藤\nname[en]=Sato\n"
      "[role engineer]\npersons=sato\n[role approver]\npersons=takahashi\n"
      "[approver takahashi]\nperson=takahashi\npublic-key=%s\n"
      "[server juki]\nlabel[ja]=a\nlabel[en]=a\npurpose[ja]=a\npurpose[en]=a\naddress=192.0.2.1\n"
      "certificate-sha256=" PIN "\npersons=sato\napproval=order\n",
      public_key);

  write_file ("policy.conf", text);
}

static void
test_key (void)
{
  g_autofree char *out = NULL;
  g_autofree char *key = NULL;
  g_autofree char *again = NULL;
  g_autofree char *path = in_folder ("key");
  g_autofree char *public_key = NULL;
  struct stat status;

  g_assert_cmpint (run (PASSPHRASE, "key", NULL), ==, 2);
  g_assert_cmpint (run ("short\n", "key|--out|key", NULL), ==, 2);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpint (run (PASSPHRASE, "key|--out|key", &out), ==, 0);
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  public_key = g_strndup (strstr (out, "public-key=") + strlen ("public-key="), 64);
  key = read_file ("key");
  g_assert_nonnull (strstr (key, public_key));
  write_policy (public_key);
  /* a key that is there is never written over */
  g_assert_cmpint (run (PASSPHRASE, "key|--out|key", NULL), ==, 2);
  again = read_file ("key");
  g_assert_cmpstr (again, ==, key);
}

static void
test_sign (void)
{
  g_autofree char *signed_text = NULL;
  g_autofree char *untouched = NULL;

  write_file ("w.order", ORDER);
  g_assert_cmpint (run ("not the passphrase\n", "sign|w.order|--key|key", NULL), ==, 2);
  g_assert_cmpint (run ("", "sign|w.order|--key|key", NULL), ==, 2);
  g_assert_cmpint (run (PASSPHRASE, "sign|w.order|--key|w.order", NULL), ==, 2);
  g_assert_cmpint (run (PASSPHRASE, "sign|none.order|--key|key", NULL), ==, 2);
  g_assert_cmpint (run (PASSPHRASE, "sign|w.order", NULL), ==, 2);
  untouched = read_file ("w.order");
  g_assert_cmpstr (untouched, ==, ORDER);
  g_assert_cmpint (run (PASSPHRASE, "sign|w.order|--key|key", NULL), ==, 0);
  signed_text = read_file ("w.order");
  g_assert_true (g_str_has_prefix (signed_text, ORDER "[signature]\ned25519="));
  g_assert_cmpuint (strlen (signed_text), ==, strlen (ORDER "[signature]\ned25519=") + 129);
  g_assert_cmpint (run (PASSPHRASE, "sign|w.order|--key|key", NULL), ==, 1);
  write_file ("bad.order", "[order]\nformat=1\n");
  g_assert_cmpint (run (PASSPHRASE, "sign|bad.order|--key|key", NULL), ==, 1);
}

static void
test_check (void)
{
  static const struct {
    const char *more;
    int status;
    const char *words;
  } rows[] = {
    { "|--person|sato|--server|juki|--at|2026-11-27 09:00", 0, "w.order:11: The order is valid." },
    { "|--at|2026-11-27 17:29", 0, "w.order:4: ito: not a person of the policy." },
    { "|--at|2026-11-27 17:30", 1, "w.order:7: The order has ended." },
    { "|--at|2026-11-27 08:59", 1, "w.order:6: The order does not hold yet." },
    { "|--person|kato|--at|2026-11-27 12:00", 1, "w.order:4: The order is not for this person." },
    { "|--server|zei|--at|2026-11-27 12:00", 1, "w.order:5: The order is not for this server." },
    { "|--at|noon", 2, "YYYY-MM-DD HH:MM" },
    { "|--at|2026-11-27 12:00|--policy|w.order", 2, "unknown section" },
    { "|--at|2026-11-27 12:00|--lang|ja", 0, "有効な指示書です。" },
  };
  g_autofree char *unsigned_out = NULL;
  g_autofree char *altered = read_file ("w.order");
  g_autofree char *altered_out = NULL;
  g_autofree char *bad_out = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *arguments = g_strconcat (
          "check|w.order", strstr (rows[i].more, "--policy") == NULL ? "|--policy|policy.conf" : "",
          rows[i].more, NULL);
      g_autofree char *out = NULL;

      g_assert_cmpint (run ("", arguments, &out), ==, rows[i].status);
      g_assert_nonnull (strstr (out, rows[i].words));
    }
  write_file ("u.order", ORDER);
  g_assert_cmpint (run ("", "check|u.order|--policy|policy.conf", &unsigned_out), ==, 1);
  g_assert_nonnull (strstr (unsigned_out, "u.order: The order is not signed."));
  *strstr (altered, "W-1") = 'V';
  write_file ("a.order", altered);
  g_assert_cmpint (run ("", "check|a.order|--policy|policy.conf", &altered_out), ==, 1);
  g_assert_nonnull (strstr (altered_out, "a.order:11: The signature is wrong"));
  g_assert_cmpint (run ("", "check|bad.order|--policy|policy.conf", &bad_out), ==, 1);
  g_assert_nonnull (strstr (bad_out, "bad.order:1: [order] lacks the key"));
  g_assert_cmpint (run ("", "check|none.order|--policy|policy.conf", NULL), ==, 2);
  g_assert_cmpint (run ("", "frobnicate", NULL), ==, 2);
  g_assert_cmpint (run ("", "--help", NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autofree char *remove = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (g_getenv ("KIOSKCTL"));
  folder = g_dir_make_tmp ("kiosk-order-XXXXXX", NULL);
  g_assert_nonnull (folder);
  g_test_add_func ("/order/key", test_key);
  g_test_add_func ("/order/sign", test_sign);
  g_test_add_func ("/order/check", test_check);
  result = g_test_run ();
  remove = g_strdup_printf ("rm -r %s", folder);
  g_assert_true (g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL));
  g_free (folder);
  return result;
}
