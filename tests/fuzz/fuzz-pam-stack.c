/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "fuzz.h"

#include "kiosk/base/error.h"
#include "kiosk/model/pam-stack.h"
#include "kiosk/model/pam-words.h"

#include <string.h>

/* A site's PAM service files under any bytes, and the same bytes as a module's words. What must hold: no crash, a text
 * or an error, a text that PAM reads line by line as it was judged, includes that are names and are found in our
 * folder only, and a second rendering that changes nothing. */

#define FOLDER "/run/f"

/* Where @line is one of @module, @option stands in it once, with the policy's @value. */
static void
check_option (const char *line, const char *module, const char *option, guint value)
{
  g_autofree char *wanted = g_strdup_printf ("%s=%u", option, value);
  g_autofree char *any = g_strconcat (option, "=", NULL);
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  g_autofree char *name = NULL;
  guint n = 0;

  /* a file that is included may be called like a module */
  if (g_strv_length (words) < 3 || g_ascii_strcasecmp (words[1], "include") == 0
      || g_ascii_strcasecmp (words[1], "substack") == 0)
    return;
  name = g_path_get_basename (words[2]);
  if (!g_str_equal (name, module))
    return;
  for (guint i = 3; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], any))
      {
        g_assert_cmpstr (words[i], ==, wanted);
        n++;
      }
  g_assert_cmpuint (n, ==, 1);
}

static void
check_text (const char *text, const KioskIdentityRules *rules)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      for (const char *p = lines[i]; *p != '\0'; p++)
        g_assert_true (*p == '\t' || (guchar) *p >= 0x20);
      if (strchr (lines[i], '[') != NULL) /* words with blanks in them */
        continue;
      check_option (lines[i], "pam_faillock.so", "deny", rules->attempts);
      check_option (lines[i], "pam_faillock.so", "unlock_time", rules->lockout);
      check_option (lines[i], "pam_pwquality.so", "minlen", rules->min_length);
      check_option (lines[i], "pam_pwhistory.so", "remember", rules->history);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GPtrArray) includes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *rendered
      = kiosk_pam_stack_render (text, &kiosk_identity_defaults, FOLDER, includes, &error);

  kiosk_pam_prompt_topic (text);
  kiosk_pam_message_topic (text);
  g_assert_true ((rendered != NULL) == (error == NULL));
  if (rendered == NULL)
    {
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
      return 0;
    }
  check_text (rendered, &kiosk_identity_defaults);
  for (guint i = 0; i < includes->len; i++)
    {
      g_autofree char *path = g_build_filename (FOLDER, includes->pdata[i], NULL);

      g_assert_null (strchr (includes->pdata[i], '/'));
      g_assert_cmpuint (strlen (includes->pdata[i]), >, 0);
      g_assert_nonnull (strstr (rendered, path));
    }
  if (includes->len == 0)
    {
      g_autofree char *again
          = kiosk_pam_stack_render (rendered, &kiosk_identity_defaults, FOLDER, includes, NULL);

      /* A line may have grown beyond what is read. */
      if (again != NULL)
        g_assert_cmpstr (again, ==, rendered);
    }
  return 0;
}
