/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/policy.h"

#include <string.h>

/* The documents name every section and key that the parser knows. What it knows is asked from the
 * parser itself: it lists the known keys when it meets an unknown one. */

/* What stands behind "known are: " in the problem that @text causes, split. */
static GStrv
ask_known (const char *text)
{
  static const char marker[] = "known are: ";
  KioskPolicySource source = { "x", text, strlen (text) };
  g_autoptr (GPtrArray) problems = NULL;

  g_assert_null (kiosk_policy_parse (&source, 1, &problems));
  for (guint i = 0; i < problems->len; i++)
    {
      const KioskPolicyProblem *problem = problems->pdata[i];
      const char *list = strstr (problem->reason.en, marker);

      if (list != NULL && g_str_has_prefix (problem->reason.en, "unknown "))
        return g_strsplit (list + strlen (marker), ", ", -1);
    }
  g_assert_not_reached ();
}

static char *
read_document (const char *name)
{
  g_autofree char *path
      = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "kiosk", "docs", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
test_document (gconstpointer data)
{
  g_autofree char *document = read_document (data);
  g_auto (GStrv) sections = ask_known ("[zzz]\n");

  g_assert_cmpuint (g_strv_length (sections), ==, 21);
  for (guint i = 0; sections[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (sections[i], "[] ", -1); /* "", kind, NAME or "" */
      gboolean named = g_str_equal (words[2], "NAME");
      g_autofree char *question = g_strdup_printf ("[%s%s]\nzzz=1\n", words[1], named ? " a" : "");
      g_autofree char *heading = g_strdup_printf ("[%s%s", words[1], named ? " " : "]");
      g_auto (GStrv) keys = ask_known (question);

      g_test_message ("%s", heading);
      g_assert_nonnull (strstr (document, heading));
      for (guint j = 0; keys[j] != NULL; j++)
        {
          g_autofree char *pattern = NULL;

          keys[j][strcspn (keys[j], "[")] = '\0';
          pattern = g_strdup_printf ("[|、] \\**%s|\\*\\*%s|、%s", keys[j], keys[j], keys[j]);
          g_test_message ("%s", keys[j]);
          g_assert_true (g_regex_match_simple (pattern, document, 0, 0));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/policy/document/en", "policy.md", test_document);
  g_test_add_data_func ("/policy/document/ja", "policy.ja.md", test_document);
  return g_test_run ();
}
