/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ipc"

#include "kiosk/ipc/policy-file.h"

#include "kiosk/base/error.h"
#include "kiosk/base/file.h"

/* From paths to a policy: the one place where policy files are read, for kioskd and kioskctl alike, so
 * that what `kioskctl policy check` accepts is what kioskd accepts. It judges no content. */

static void
add_unreadable (GPtrArray *problems, const char *path, const GError *error)
{
  g_autofree char *ja = NULL;
  g_autofree char *en = NULL;

  if (g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED))
    {
      en = g_strdup_printf (
          "this file is not trusted: %s. It must be a regular file, not a link, owned "
          "by root and writable by nobody else (chown root, chmod 644), its folder "
          "likewise",
          error->message);
      ja = g_strdup_printf (
          "このファイルは信頼できないため使用しません（%s）。リンクではない通常のファイルで、"
          "root が所有し、ほかの人が書き込めないことが必要です"
          "（chown root、chmod 644）。フォルダーも同じです",
          error->message);
    }
  else
    {
      en = g_strdup_printf ("this file cannot be read: %s", error->message);
      ja = g_strdup_printf ("このファイルを読み取れません（%s）", error->message);
    }
  g_ptr_array_add (problems, kiosk_policy_problem_new (path, 0, ja, en));
}

KioskPolicy *
kiosk_policy_load (const char *const *paths, GPtrArray **problems)
{
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) found
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_policy_problem_free);
  g_autoptr (GArray) sources = g_array_new (FALSE, FALSE, sizeof (KioskPolicySource));

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      KioskPolicySource source = { .name = paths[i] };
      GBytes *bytes = kiosk_file_read_trusted (paths[i], KIOSK_POLICY_MAX_BYTES, &error);

      if (bytes == NULL)
        {
          add_unreadable (found, paths[i], error);
          continue;
        }
      g_ptr_array_add (contents, bytes);
      source.data = g_bytes_get_data (bytes, &source.length);
      g_array_append_val (sources, source);
    }

  if (found->len > 0)
    {
      *problems = g_steal_pointer (&found);
      return NULL;
    }
  return kiosk_policy_parse ((const KioskPolicySource *) (gpointer) sources->data, sources->len,
                             problems);
}

char *
kiosk_policy_problem_to_string (const KioskPolicyProblem *problem, KioskLanguage language)
{
  const char *reason = kiosk_label_get (&problem->reason, language);

  if (problem->line == 0)
    return g_strdup_printf ("%s: %s", problem->source, reason);
  return g_strdup_printf ("%s:%u: %s", problem->source, problem->line, reason);
}
