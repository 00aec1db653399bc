/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "given-policy.h"

#include "config.h"

#include "kiosk/base/file.h"
#include "kiosk/ipc/policy-file.h"

/* One way to a policy for all sub-commands. */

static GStrv
list_paths (GStrv given)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  if (given == NULL)
    return kiosk_file_list_policy (KIOSK_POLICY_DIR);
  for (guint i = 0; given[i] != NULL; i++)
    {
      g_auto (GStrv) inside = NULL;

      if (!g_file_test (given[i], G_FILE_TEST_IS_DIR))
        {
          g_strv_builder_add (paths, given[i]);
          continue;
        }
      inside = kiosk_file_list_policy (given[i]);
      g_strv_builder_addv (paths, (const char **) inside);
    }
  return g_strv_builder_end (paths);
}

KioskPolicy *
kiosk_ctl_load_policy (GStrv given, KioskLanguage language, FILE *stream)
{
  g_auto (GStrv) paths = list_paths (given);
  g_autoptr (GPtrArray) problems = NULL;
  KioskPolicy *policy = kiosk_policy_load ((const char *const *) paths, &problems);

  for (guint i = 0; i < problems->len; i++)
    {
      g_autofree char *line = kiosk_policy_problem_to_string (problems->pdata[i], language);

      fprintf (stream, "%s\n", line);
    }
  return policy;
}
