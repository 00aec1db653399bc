/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "kiosk/log/log-set.h"

#include "log-set-private.h"
#include "kiosk/base/error.h"
#include "kiosk/log/bundle.h"
#include "kiosk/log/enrolment.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Finds the files of a log. log-read.c reads them. */

#define NUMBER_DIGITS 12

/* ---- Which files ---- */

/* "audit-000000018422.log", with ".zst" or without. */
static gboolean
is_older_file (const char *name)
{
  const char *at = name;

  if (!g_str_has_prefix (name, KIOSK_LOG_OLDER_PREFIX))
    return FALSE;
  at += strlen (KIOSK_LOG_OLDER_PREFIX);
  for (guint i = 0; i < NUMBER_DIGITS; i++)
    if (!g_ascii_isdigit (*at++))
      return FALSE;
  return g_str_equal (at, ".log") || g_str_equal (at, ".log.zst");
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* While a file is being compressed it is there twice: the whole one counts. */
static void
drop_twins (GPtrArray *names)
{
  for (guint i = 0; i + 1 < names->len;)
    {
      g_autofree char *compressed = g_strconcat (names->pdata[i], ".zst", NULL);

      if (g_str_equal (names->pdata[i + 1], compressed))
        g_ptr_array_remove_index (names, i + 1);
      else
        i++;
    }
}

static gboolean
find_files (KioskLogSet *self, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, error);
  const char *name;
  gboolean current = FALSE;

  if (folder == NULL)
    return FALSE;
  while ((name = g_dir_read_name (folder)) != NULL)
    if (is_older_file (name))
      g_ptr_array_add (self->names, g_strdup (name));
    else
      current |= g_str_equal (name, KIOSK_LOG_CURRENT_NAME);
  g_ptr_array_sort (self->names, compare_names);
  drop_twins (self->names);
  if (!current && self->names->len == 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "%s: no audit log is there",
                   self->folder);
      return FALSE;
    }
  /* also when it is not there: then its absence is the fault, but not of an excerpt */
  if (current || self->excerpt == 0)
    g_ptr_array_add (self->names, g_strdup (KIOSK_LOG_CURRENT_NAME));
  return TRUE;
}

char *
kiosk_log_set_path_of (const KioskLogSet *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
add_sizes (KioskLogSet *self)
{
  for (guint i = 0; i < self->names->len; i++)
    {
      g_autofree char *path = kiosk_log_set_path_of (self, self->names->pdata[i]);
      GStatBuf status;
      guint64 size = g_stat (path, &status) == 0 ? (guint64) status.st_size : 0;

      self->size += size;
      g_array_append_val (self->sizes, size);
    }
  g_ptr_array_add (self->names, NULL);
}

/* A bundle says where its log may begin, so it must be what was signed: else anybody could excuse missing files with one. */
static gboolean
read_bundle (KioskLogSet *self, GError **error)
{
  g_autofree char *path = kiosk_log_set_path_of (self, KIOSK_BUNDLE_NAME);
  g_autoptr (KioskBundle) bundle = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  bundle = kiosk_bundle_check (self->folder, error);
  if (bundle != NULL)
    self->excerpt = bundle->first;
  return bundle != NULL;
}

static gboolean
read_enrolment (KioskLogSet *self, GError **error)
{
  g_autofree char *path = kiosk_log_set_path_of (self, KIOSK_ENROLMENT_NAME);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  self->enrolment = kiosk_enrolment_parse (text, length, error);
  return self->enrolment != NULL;
}

KioskLogSet *
kiosk_log_set_open (const char *path, GError **error)
{
  g_autoptr (KioskLogSet) self = g_new0 (KioskLogSet, 1);
  gboolean found = TRUE;

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->sizes = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      self->folder = g_strdup (path);
      found = read_bundle (self, error) && find_files (self, error);
    }
  else
    {
      self->folder = g_path_get_dirname (path);
      g_ptr_array_add (self->names, g_path_get_basename (path));
    }
  if (!found || !read_enrolment (self, error))
    return NULL;
  add_sizes (self);
  return g_steal_pointer (&self);
}

void
kiosk_log_set_free (KioskLogSet *self)
{
  if (self == NULL)
    return;
  g_free (self->folder);
  g_ptr_array_unref (self->names);
  g_array_unref (self->sizes);
  kiosk_enrolment_free (self->enrolment);
  g_free (self);
}

const char *const *
kiosk_log_set_get_files (const KioskLogSet *self)
{
  return (const char *const *) self->names->pdata;
}

guint64
kiosk_log_set_get_size (const KioskLogSet *self)
{
  return self->size;
}

guint64
kiosk_log_set_get_size_before (const KioskLogSet *self, guint file)
{
  guint64 size = 0;

  for (guint i = 0; i < file && i < self->sizes->len; i++)
    size += g_array_index (self->sizes, guint64, i);
  return size;
}

const char *
kiosk_log_set_get_host (const KioskLogSet *self)
{
  return self->enrolment != NULL ? self->enrolment->host : NULL;
}

const guint8 *
kiosk_log_set_get_key (const KioskLogSet *self)
{
  return self->enrolment != NULL ? self->enrolment->key : NULL;
}

/* ---- Whether they are still the same ---- */

/* File systems take the time of the last tick of the kernel's clock, every 4 or 10 ms. */
#define TICK_MAX (G_USEC_PER_SEC / 10)

/* Appends to @text; FALSE: nothing can be said. */
static gboolean
add_to_stamp (const KioskLogSet *self, const char *name, gint64 now, GString *text)
{
  g_autofree char *path = kiosk_log_set_path_of (self, name);
  struct stat status;

  if (stat (path, &status) < 0)
    {
      g_string_append_printf (text, "%s -\n", name);
      return errno == ENOENT;
    }
  g_string_append_printf (text,
                          "%s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
                          " %" G_GINT64_FORMAT ".%09ld\n",
                          name, (guint64) status.st_dev, (guint64) status.st_ino,
                          (guint64) status.st_size, (gint64) status.st_ctim.tv_sec,
                          status.st_ctim.tv_nsec);
  return (gint64) status.st_ctim.tv_sec * G_USEC_PER_SEC + status.st_ctim.tv_nsec / 1000 + TICK_MAX
         < now;
}

static char *
make_stamp (const KioskLogSet *self, const char *const *names, gint64 now)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    if (!add_to_stamp (self, names[i], now, text))
      return g_strdup ("");
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, (gssize) text->len);
}

GStrv
kiosk_log_set_get_stamps (const KioskLogSet *self, gint64 now)
{
  static const char *const beside[] = { KIOSK_ENROLMENT_NAME, KIOSK_BUNDLE_NAME, NULL };
  const char *const *names = kiosk_log_set_get_files (self);
  g_autoptr (GPtrArray) stamps = g_ptr_array_new ();

  g_ptr_array_add (stamps, make_stamp (self, beside, now));
  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *const name[] = { names[i], NULL };

      g_ptr_array_add (stamps, make_stamp (self, name, now));
    }
  g_ptr_array_add (stamps, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&stamps), FALSE);
}
