/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/base/file.h"
#include "kiosk/ipc/policy-file.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Which files may be a policy at all: real files with real owners and modes. */

static const char text[] = "[policy]\nformat=1\n[terminal]\nid=t1\nsite[ja]=北\nsite[en]=North\n";

typedef struct {
  char *folder;
  char *path; /* a good policy in it */
} Fixture;

static void
write_file (const char *path, const char *content)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, content, -1, G_FILE_SET_CONTENTS_NONE, 0644, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("kiosk-policy-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "policy.conf", NULL);
  write_file (fixture->path, text);
}

static void
remove_tree (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        remove_tree (path);
      else
        g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

/* @path alone must be refused with line 0 and @reason. */
static void
assert_refused (const char *path, const char *reason)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GPtrArray) problems = NULL;
  const KioskPolicyProblem *problem;
  g_autofree char *line = NULL;

  g_assert_null (kiosk_policy_load (paths, &problems));
  g_assert_cmpuint (problems->len, ==, 1);
  problem = problems->pdata[0];
  g_assert_cmpstr (problem->source, ==, path);
  g_assert_cmpuint (problem->line, ==, 0);
  g_assert_nonnull (strstr (problem->reason.en, reason));
  g_assert_cmpuint (strlen (problem->reason.ja), >, 0);
  line = kiosk_policy_problem_to_string (problem, KIOSK_LANGUAGE_EN);
  g_assert_true (g_str_has_prefix (line, path));
  g_assert_true (g_str_has_prefix (line + strlen (path), ": this file"));
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  const char *paths[] = { fixture->path, NULL };
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (KioskPolicy) policy = kiosk_policy_load (paths, &problems);

  g_assert_nonnull (policy);
  g_assert_cmpuint (problems->len, ==, 0);
  g_assert_cmpstr (policy->id, ==, "t1");
}

static void
test_modes (Fixture *fixture, gconstpointer data)
{
  static const struct {
    mode_t mode;
    gboolean good;
  } rows[] = { { 0600, TRUE },  { 0644, TRUE },  { 0664, FALSE },
               { 0666, FALSE }, { 0646, FALSE }, { 0620, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpint (g_chmod (fixture->path, rows[i].mode), ==, 0);
      if (rows[i].good)
        test_good (fixture, data);
      else
        assert_refused (fixture->path, "write the file");
    }
}

static void
test_folder (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_chmod (fixture->folder, 0777), ==, 0);
  assert_refused (fixture->path, "write the folder");
  g_assert_cmpint (g_chmod (fixture->folder, 0700), ==, 0);
  test_good (fixture, data);
}

static void
test_owner (Fixture *fixture, gconstpointer data)
{
  if (geteuid () != 0)
    return; /* only root can give a file away */
  g_assert_cmpint (chown (fixture->path, 65534, 65534), ==, 0);
  assert_refused (fixture->path, "belongs to user 65534");
}

static void
test_kinds (Fixture *fixture, gconstpointer data)
{
  g_autofree char *link = g_build_filename (fixture->folder, "link.conf", NULL);
  g_autofree char *fifo = g_build_filename (fixture->folder, "fifo.conf", NULL);
  g_autofree char *missing = g_build_filename (fixture->folder, "missing.conf", NULL);

  g_assert_cmpint (symlink (fixture->path, link), ==, 0);
  assert_refused (link, "symbolic link");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_refused (fifo, "not a regular file");
  assert_refused (fixture->folder, "not a regular file");
  assert_refused (missing, "cannot be read");
  assert_refused ("/dev/null", "not trusted");
}

static void
test_size (Fixture *fixture, gconstpointer data)
{
  g_autofree char *filler = g_strnfill (KIOSK_POLICY_MAX_BYTES, '#');
  g_autofree char *content = g_strconcat (text, filler, NULL);

  write_file (fixture->path, content);
  assert_refused (fixture->path, "longer than");
}

/* The folder as kioskd reads it: policy.conf, then policy.d by name; one bad file refuses all. */
static void
test_list (Fixture *fixture, gconstpointer data)
{
  g_autofree char *parts = g_build_filename (fixture->folder, "policy.d", NULL);
  g_autofree char *second = g_build_filename (parts, "20-b.conf", NULL);
  g_autofree char *first = g_build_filename (parts, "10-a.conf", NULL);
  g_autofree char *backup = g_build_filename (parts, "10-a.conf~", NULL);
  g_auto (GStrv) paths = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GPtrArray) problems_after = NULL;
  g_autoptr (KioskPolicy) policy = NULL;

  g_assert_cmpint (g_mkdir (parts, 0755), ==, 0);
  write_file (second, "[lock]\nidle=90\n");
  write_file (first, "[lock]\nidle=60\n");
  write_file (backup, "nonsense\n");
  paths = kiosk_file_list_policy (fixture->folder);
  g_assert_cmpuint (g_strv_length (paths), ==, 3);
  policy = kiosk_policy_load ((const char *const *) paths, &problems);
  g_assert_nonnull (policy);
  g_assert_cmpuint (policy->idle, ==, 90);

  g_assert_cmpint (g_chmod (first, 0666), ==, 0);
  g_assert_null (kiosk_policy_load ((const char *const *) paths, &problems_after));
  g_assert_cmpuint (problems_after->len, ==, 1);
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  const char *paths[] = { NULL };
  g_autoptr (GPtrArray) problems = NULL;

  g_assert_null (kiosk_policy_load (paths, &problems));
  g_assert_cmpuint (problems->len, >, 0);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/policy-file/good", test_good },     { "/policy-file/modes", test_modes },
    { "/policy-file/folder", test_folder }, { "/policy-file/owner", test_owner },
    { "/policy-file/kinds", test_kinds },   { "/policy-file/size", test_size },
    { "/policy-file/list", test_list },     { "/policy-file/none", test_none },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
