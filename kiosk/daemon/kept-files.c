/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Copies for kiosk-auth, and the merge of what was changed with what the image brings. Whoever could write here is
 * root already; everything lies in a folder that only root may enter. */

#include "kept-files.h"

#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/model/account-lines.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MAX_BYTES (4 * 1024 * 1024)

/* What PAM and libc look for. Without the first two there is no account at all. */
static const char *const copies[] = { "passwd",
                                      "nsswitch.conf",
                                      "group",
                                      "login.defs",
                                      "localtime",
                                      "ld.so.cache",
                                      "krb5.conf",
                                      "nslcd.conf",
                                      "security/faillock.conf",
                                      "security/pwquality.conf",
                                      "security/pwhistory.conf",
                                      "security/access.conf",
                                      "maintenance-kiosk/u2f.keys" };
#define N_NEEDED 2

static const char *const folders[] = { "", "security", "maintenance-kiosk" };

/* NULL without @error: it is not there. Links are followed: /etc/localtime is one. */
static char *
read_text (const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  char *text = NULL;
  gsize length;

  if (g_file_get_contents (path, &text, &length, &problem))
    {
      if (length <= MAX_BYTES)
        return text;
      g_free (text);
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "%s: too long", path);
      return NULL;
    }
  if (!g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)
      && !g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOTDIR))
    g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_IO, problem->message);
  return NULL;
}

/* On the disk before this returns. */
static gboolean
write_text (const char *path, const char *text, gsize length, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (g_file_set_contents_full (path, text, (gssize) length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &problem))
    return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_IO, problem->message);
  return FALSE;
}

static gboolean
copy (const char *etc, const char *target, const char *name, gboolean needed, GError **error)
{
  g_autofree char *from = g_build_filename (etc, name, NULL);
  g_autofree char *to = g_build_filename (target, name, NULL);
  g_autofree char *wanted = NULL;
  g_autofree char *there = NULL;
  gsize length = 0, length_there = 0;

  if (!g_file_get_contents (from, &wanted, &length, NULL))
    {
      if (needed)
        return kiosk_error_set_errno (error, ENOENT, from);
      return unlink (to) == 0 || errno == ENOENT ? TRUE : kiosk_error_set_errno (error, errno, to);
    }
  if (g_file_get_contents (to, &there, &length_there, NULL) && length == length_there
      && memcmp (wanted, there, length) == 0)
    return TRUE;
  /* Modules that change to the person read them, too. */
  return kiosk_file_replace (to, wanted, length, 0644, error);
}

/* First what counts, then what it was made of: a power cut in between merges once more, with the same result. */
static gboolean
merge (KioskAccountFile file, const char *image_path, const char *base_path, const char *kept_path,
       gboolean needed, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *image = read_text (image_path, &problem);
  g_autofree char *base = problem == NULL ? read_text (base_path, &problem) : NULL;
  g_autofree char *kept = problem == NULL ? read_text (kept_path, &problem) : NULL;
  g_autofree char *merged = NULL;

  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (image == NULL)
    return needed ? kiosk_error_set_errno (error, ENOENT, image_path) : TRUE;
  if (kept != NULL && base != NULL && strcmp (image, base) == 0)
    return TRUE;
  merged = kiosk_account_lines_merge (file, image, base, kept);
  return write_text (kept_path, merged, strlen (merged), error)
         && write_text (base_path, image, strlen (image), error);
}

gboolean
kiosk_kept_files_refresh (const char *etc, const char *state, GError **error)
{
  g_autofree char *target = g_build_filename (state, KIOSK_KEPT_ETC, NULL);
  g_autofree char *oath = g_build_filename (state, "oath", NULL);
  g_autofree char *shadow = g_build_filename (etc, "shadow", NULL);
  g_autofree char *shadow_base = g_build_filename (state, "shadow.image", NULL);
  g_autofree char *shadow_kept = g_build_filename (target, "shadow", NULL);
  g_autofree char *users = g_build_filename (etc, "maintenance-kiosk", "oath.users", NULL);
  g_autofree char *users_base = g_build_filename (state, "oath.image", NULL);
  g_autofree char *users_kept = g_build_filename (oath, "users", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (target, folders[i], NULL);

      if (!kiosk_file_make_folder (folder, 0755, error))
        return FALSE;
    }
  if (!kiosk_file_make_folder (oath, 0700, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    if (!copy (etc, target, copies[i], i < N_NEEDED, error))
      return FALSE;
  return merge (KIOSK_ACCOUNT_SHADOW, shadow, shadow_base, shadow_kept, TRUE, error)
         && merge (KIOSK_ACCOUNT_OATH, users, users_base, users_kept, FALSE, error);
}

gboolean
kiosk_kept_files_are_used (void)
{
  struct statvfs status;

  return statvfs ("/etc", &status) == 0 && (status.f_flag & ST_RDONLY) != 0;
}
