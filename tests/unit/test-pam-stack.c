/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/base/error.h"
#include "kiosk/model/pam-stack.h"

#include <string.h>

/* PAM's service files for a policy: what is replaced, what stays, what is refused, and that the files of pam/ are
 * such files, made of modules that there are. */

static const KioskIdentityRules rules = {
  .min_length = 16,
  .classes = 3,
  .history = 5,
  .attempts = 7,
  .lockout = 600,
};

static char *
render (const char *text, GPtrArray **includes)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  char *rendered = kiosk_pam_stack_render (text, &rules, "/x/y", found, &error);

  g_assert_no_error (error);
  if (includes != NULL)
    *includes = g_steal_pointer (&found);
  return rendered;
}

static const struct {
  const char *text, *expected;
} replaced[] = {
  { "", "" },
  { "# a comment\n\n \t\n", "" },
  { "auth required pam_unix.so\n", "auth required pam_unix.so\n" },
  { "  auth\trequired   pam_unix.so  nullok # why\n", "auth required pam_unix.so nullok\n" },
  { "-auth optional pam_sss.so\n", "-auth optional pam_sss.so\n" },
  { "AUTH Required pam_unix.so\n", "AUTH Required pam_unix.so\n" },
  { "auth [success=1 default=ignore] pam_unix.so\n",
    "auth [success=1 default=ignore] pam_unix.so\n" },
  { "auth required /lib/security/pam_unix.so\n", "auth required /lib/security/pam_unix.so\n" },
  { "auth required pam_exec.so [a b \\] c] d\n", "auth required pam_exec.so [a b \\] c] d\n" },
  /* the numbers of the policy, in place of others or added */
  { "password requisite pam_pwquality.so retry=1 minlen=8 minclass=2 enforce_for_root\n",
    "password requisite pam_pwquality.so retry=1 enforce_for_root minlen=16 minclass=3\n" },
  { "password requisite pam_pwquality.so\n",
    "password requisite pam_pwquality.so minlen=16 minclass=3\n" },
  { "password requisite /usr/lib/security/pam_pwquality.so minlen=8\n",
    "password requisite /usr/lib/security/pam_pwquality.so minlen=16 minclass=3\n" },
  { "password requisite pam_pwquality.so minlen=8 minlen=99\n",
    "password requisite pam_pwquality.so minlen=16 minclass=3\n" },
  { "password requisite pam_pwquality.so minlength=8 minclassy\n",
    "password requisite pam_pwquality.so minlength=8 minclassy minlen=16 minclass=3\n" },
  { "password requisite pam_pwhistory.so remember=400 use_authtok\n",
    "password requisite pam_pwhistory.so use_authtok remember=5\n" },
  { "auth required pam_faillock.so preauth deny=3 unlock_time=never fail_interval=1 silent\n",
    "auth required pam_faillock.so preauth silent deny=7 unlock_time=600 fail_interval=600\n" },
  { "auth [default=die] pam_faillock.so authfail unlock_time=1\n",
    "auth [default=die] pam_faillock.so authfail deny=7 unlock_time=600 fail_interval=600\n" },
  /* other modules with such options keep them */
  { "password required pam_unix.so minlen=8 remember=3\n",
    "password required pam_unix.so minlen=8 remember=3\n" },
  { "auth required pam_tally2.so deny=3\n", "auth required pam_tally2.so deny=3\n" },
  /* lines that go on */
  { "auth \\\n required \\\n pam_unix.so\n", "auth required pam_unix.so\n" },
  { "# comment \\\nauth required pam_unix.so\n", "auth required pam_unix.so\n" },
};

static void
test_replaced (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (replaced); i++)
    {
      g_autofree char *rendered = render (replaced[i].text, NULL);
      g_autofree char *again = render (rendered, NULL);

      g_assert_cmpstr (rendered, ==, replaced[i].expected);
      g_assert_cmpstr (again, ==, rendered);
    }
}

static void
test_includes (void)
{
  g_autoptr (GPtrArray) includes = NULL;
  g_autofree char *rendered = render ("@include common-auth\n"
                                      "auth include site-auth\n"
                                      "account substack site.account\n"
                                      "password include site-auth\n",
                                      &includes);

  g_assert_cmpstr (rendered, ==,
                   "@include /x/y/common-auth\nauth include /x/y/site-auth\n"
                   "account substack /x/y/site.account\npassword include /x/y/site-auth\n");
  g_assert_cmpuint (includes->len, ==, 3);
  g_assert_cmpstr (includes->pdata[0], ==, "common-auth");
  g_assert_cmpstr (includes->pdata[1], ==, "site-auth");
  g_assert_cmpstr (includes->pdata[2], ==, "site.account");
}

static const struct {
  const char *text, *reason;
} refused[] = {
  { "auth required pam_unix.so", "" }, /* good, for comparison */
  { "authh required pam_unix.so\n", "line 1: expected auth" },
  { "auth required\n", "line 1: expected a control" },
  { "\nauth\n", "line 2: expected a control" },
  { "auth needed pam_unix.so\n", "line 1: expected required" },
  { "auth required unix\n", "line 1: expected the name of a module" },
  { "auth required ../pam_unix.so\n", "line 1: expected the name of a module" },
  { "auth required /lib/../tmp/pam_unix.so\n", "line 1: expected the name of a module" },
  { "auth required pam_.unix\n", "line 1: expected the name of a module" },
  { "auth [success=1 pam_unix.so\n", "line 1: a bracket" },
  { "auth required pam_unix.so [open\n", "line 1: a bracket" },
  { "auth [success=sometimes] pam_unix.so\n", "line 1: expected required" },
  { "auth [succes=1] pam_unix.so\n", "line 1: expected required" },
  { "auth [] pam_unix.so\n", "line 1: expected required" },
  /* at the end of what is written it would take the next line in */
  { "auth required pam_unix.so x\\# y\nauth required pam_faillock.so authfail\n",
    "line 1: a backslash" },
  { "auth required pam_unix.so x\\\\\n\nauth required pam_faillock.so authfail\n",
    "line 2: a backslash" },
  { "@include /etc/pam.d/common-auth\n", "line 1: only files of the same folder" },
  { "@include\n", "line 1: expected the name of a file" },
  { "auth include ../x\n", "line 1: only files of the same folder" },
  { "auth include .x\n", "line 1: only files of the same folder" },
  { "auth include a b\n", "line 1: expected the name of a file" },
  { "auth required pam_unix.so\r\n", "line 1: a control character" },
  { "auth required pam_unix.so \\", "does not end" },
  { "\377\n", "line 0: too long, or not UTF-8" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GPtrArray) includes = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GError) error = NULL;
      g_autofree char *rendered
          = kiosk_pam_stack_render (refused[i].text, &rules, "/x/y", includes, &error);

      g_test_message ("%u: %s", i, refused[i].reason);
      if (refused[i].reason[0] == '\0')
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_null (rendered);
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, refused[i].reason));
    }
}

static void
test_too_long (void)
{
  g_autoptr (GPtrArray) includes = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *blanks = g_strnfill (KIOSK_PAM_MAX_LINE, ' ');
  g_autofree char *line = g_strconcat ("auth required pam_unix.so", blanks, "\n", NULL);
  g_autofree char *pieces = g_strconcat ("auth\\\n", blanks, "\\\nrequired pam_unix.so\n", NULL);
  g_autofree char *lines = g_strnfill (KIOSK_PAM_MAX_BYTES + 1, '\n');
  g_autofree char *rendered = NULL;

  g_assert_null (kiosk_pam_stack_render (line, &rules, "/x/y", includes, NULL));
  g_assert_null (kiosk_pam_stack_render (pieces, &rules, "/x/y", includes, NULL));
  g_assert_null (kiosk_pam_stack_render (lines, &rules, "/x/y", includes, NULL));
  lines[KIOSK_PAM_MAX_BYTES] = '\0';
  rendered = kiosk_pam_stack_render (lines, &rules, "/x/y", includes, NULL);
  g_assert_cmpstr (rendered, ==, "");
}

static void
test_source (void)
{
  static const char *const sources[] = {
    [KIOSK_SECOND_FACTOR_NONE] = "maintenance-kiosk-auth",
    [KIOSK_SECOND_FACTOR_TOTP] = "maintenance-kiosk-auth-totp",
    [KIOSK_SECOND_FACTOR_FIDO2] = "maintenance-kiosk-auth-fido2",
    [KIOSK_SECOND_FACTOR_SMARTCARD] = "maintenance-kiosk-auth-smartcard",
  };

  for (guint i = 0; i < KIOSK_N_SECOND_FACTORS; i++)
    {
      KioskIdentityRules with = { .second_factor = i };
      g_autofree char *source = kiosk_pam_stack_source ("maintenance-kiosk-auth", &with);
      g_autofree char *other = kiosk_pam_stack_source ("common-auth", &with);

      g_assert_cmpstr (source, ==, sources[i]);
      g_assert_cmpstr (other, ==, "common-auth");
    }
}

/* ---- The files of pam/ ---- */

/* Each module that they name, and the package of Debian that has it. */
static const struct {
  const char *module, *package;
} modules[] = {
  { "pam_deny.so", "libpam-modules" },   { "pam_faillock.so", "libpam-modules" },
  { "pam_permit.so", "libpam-modules" }, { "pam_pwhistory.so", "libpam-modules" },
  { "pam_unix.so", "libpam-modules" },   { "pam_pwquality.so", "libpam-pwquality" },
  { "pam_oath.so", "libpam-oath" },      { "pam_u2f.so", "libpam-u2f" },
  { "pam_pkcs11.so", "libpam-pkcs11" },
};

/* Ready for each second factor: all files that a service leads to, without one that is missing. */
static void
check_service (const char *name, const KioskIdentityRules *with, GHashTable *seen, GString *stack)
{
  g_autoptr (GPtrArray) includes = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *source = kiosk_pam_stack_source (name, with);
  g_autofree char *path = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "pam", source, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *rendered = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_hash_table_add (seen, g_strdup (source));
  rendered = kiosk_pam_stack_render (text, with, "/x/y", includes, &error);
  g_assert_no_error (error);
  g_string_append (stack, rendered);
  for (guint i = 0; i < includes->len; i++)
    check_service (includes->pdata[i], with, seen, stack);
}

static void
check_modules (const char *stack)
{
  g_auto (GStrv) words = g_strsplit_set (stack, " \n", -1);
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_suffix (words[i], ".so"))
      {
        gboolean known = FALSE;

        for (guint j = 0; j < G_N_ELEMENTS (modules); j++)
          known = known || g_str_equal (words[i], modules[j].module);
        if (!known)
          g_error ("%s is not a module of Debian's packages that is known here", words[i]);
        n++;
      }
  g_assert_cmpuint (n, >=, 8);
}

static void
test_files (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *folder = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "pam", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  for (guint factor = 0; factor < KIOSK_N_SECOND_FACTORS; factor++)
    for (guint i = 0; kiosk_pam_services[i] != NULL; i++)
      {
        KioskIdentityRules with = kiosk_identity_defaults;
        g_autoptr (GString) stack = g_string_new (NULL);

        with.second_factor = factor;
        check_service (kiosk_pam_services[i], &with, seen, stack);
        check_modules (stack->str);
        /* counted before and after the proof, cleared in the account part */
        g_assert_nonnull (strstr (stack->str, "pam_faillock.so preauth silent"));
        g_assert_nonnull (strstr (stack->str, "pam_faillock.so authfail silent"));
        g_assert_nonnull (strstr (stack->str, "account required pam_faillock.so"));
        g_assert_nonnull (strstr (stack->str, "yescrypt"));
        g_assert_null (strstr (stack->str, "nullok"));
      }
  /* nothing lies there that nobody uses */
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_true (g_hash_table_contains (seen, name));
}

/* What stands in the files is what holds without a policy. */
static void
test_files_are_the_defaults (void)
{
  static const struct {
    const char *file, *word;
  } cases[] = {
    { "maintenance-kiosk-password", " minlen=12 minclass=4 " },
    { "maintenance-kiosk-password", " remember=10 " },
    { "maintenance-kiosk-auth", " deny=10 unlock_time=1800 fail_interval=1800" },
    { "maintenance-kiosk-auth-totp", " deny=10 unlock_time=1800 fail_interval=1800" },
    { "maintenance-kiosk-auth-fido2", " deny=10 unlock_time=1800 fail_interval=1800" },
    { "maintenance-kiosk-auth-smartcard", " deny=10 unlock_time=1800 fail_interval=1800" },
    { "maintenance-kiosk-account", " deny=10 unlock_time=1800 fail_interval=1800" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path
          = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "pam", cases[i].file, NULL);
      g_autofree char *text = NULL;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_nonnull (strstr (text, cases[i].word));
    }
}

/* Modules that are not built into every system come by the list of packages, but those of variants of which
 * PAM.md says how to get them. */
static void
test_packages (void)
{
  g_autofree char *path
      = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "kiosk", "demo", "packages.txt", NULL);
  g_autofree char *document
      = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "kiosk", "docs", "PAM.md", NULL);
  g_autofree char *packages = NULL;
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &packages, NULL, NULL));
  g_assert_true (g_file_get_contents (document, &text, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (modules); i++)
    {
      g_autofree char *line = g_strdup_printf ("\n%s ", modules[i].package);
      g_autofree char *word = g_strdup_printf ("`%s`", modules[i].package);

      g_assert_true (strstr (packages, line) != NULL || strstr (text, word) != NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pam-stack/replaced", test_replaced);
  g_test_add_func ("/pam-stack/includes", test_includes);
  g_test_add_func ("/pam-stack/refused", test_refused);
  g_test_add_func ("/pam-stack/too-long", test_too_long);
  g_test_add_func ("/pam-stack/source", test_source);
  g_test_add_func ("/pam-stack/files", test_files);
  g_test_add_func ("/pam-stack/files-are-the-defaults", test_files_are_the_defaults);
  g_test_add_func ("/pam-stack/packages", test_packages);
  return g_test_run ();
}
