/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* The service files from which kiosk-auth starts PAM. They are ours alone: root, in /run, made anew with each
 * policy; what they say is the site's matter and that of model/pam-stack. */

#include "pam-folder.h"

#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/model/pam-stack.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* One file; what it includes is added to @names. */
static gboolean
write_file (const char *site, const char *target, const char *name, const KioskIdentityRules *rules,
            GPtrArray *names, GError **error)
{
  g_autofree char *source = kiosk_pam_stack_source (name, rules);
  g_autofree char *from = g_build_filename (site, source, NULL);
  g_autofree char *to = g_build_filename (target, name, NULL);
  g_autoptr (GBytes) bytes = kiosk_file_read_trusted (from, KIOSK_PAM_MAX_BYTES, error);
  g_autofree char *text = NULL;
  g_autofree char *rendered = NULL;
  gsize length;
  const char *data;

  if (bytes == NULL)
    {
      g_prefix_error (error, "%s: ", from);
      return FALSE;
    }
  data = g_bytes_get_data (bytes, &length);
  text = g_strndup (data, length);
  if (strlen (text) != length)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "%s: not a text", from);
      return FALSE;
    }
  rendered = kiosk_pam_stack_render (text, rules, target, names, error);
  if (rendered == NULL)
    {
      g_prefix_error (error, "%s: ", from);
      return FALSE;
    }
  return kiosk_file_replace (to, rendered, strlen (rendered), 0600, error);
}

static gboolean
remove_others (const char *target, const GPtrArray *names, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (target, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (!g_ptr_array_find_with_equal_func ((GPtrArray *) names, name, g_str_equal, NULL))
      {
        g_autofree char *path = g_build_filename (target, name, NULL);

        if (unlink (path) != 0)
          return kiosk_error_set_errno (error, errno, path);
      }
  return TRUE;
}

gboolean
kiosk_pam_folder_write (const char *site, const char *target, const KioskIdentityRules *rules,
                        GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  if (!kiosk_file_make_folder (target, 0700, error))
    return FALSE;
  for (guint i = 0; kiosk_pam_services[i] != NULL; i++)
    g_ptr_array_add (names, g_strdup (kiosk_pam_services[i]));
  for (guint i = 0; i < names->len; i++)
    {
      if (i == KIOSK_PAM_MAX_FILES)
        {
          g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                               "too many service files include one another");
          return FALSE;
        }
      if (!write_file (site, target, names->pdata[i], rules, names, error))
        return FALSE;
    }
  return remove_others (target, names, error);
}
