/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-again.h"

#include "log-options.h"
#include "kiosk/base/error.h"
#include "kiosk/log/file-reader.h"
#include "kiosk/log/log-set.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* rsyslogd follows audit.log alone. A file that was ended and compressed while it stood, or while the line was cut, it never sees. So each older file is
 * sent once more as a whole; the collector drops what it has. Nobody has to know what was missed. */

/* Files of 64 MiB, one a day: what a collector may be away for. Who is away for longer is brought the log by hand. */
#define FILES 8

static gboolean
write_all (int file, const char *bytes, gsize length)
{
  while (length > 0)
    {
      ssize_t done = write (file, bytes, length);

      if (done < 0 && errno == EINTR)
        continue;
      if (done < 0)
        return FALSE;
      bytes += done;
      length -= (gsize) done;
    }
  return TRUE;
}

static gboolean
copy_file (const char *from, const char *to, GError **error)
{
  g_autoptr (KioskFileReader) reader = kiosk_file_reader_open (from, error);
  g_autofree char *fresh = g_strconcat (to, ".new", NULL);
  const char *bytes;
  gssize length = 0;
  gboolean done;
  int file;

  if (reader == NULL)
    return FALSE;
  file = open (fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0)
    return kiosk_error_set_errno (error, errno, fresh);
  done = TRUE;
  while (done && (length = kiosk_file_reader_next (reader, &bytes, error)) > 0)
    done = write_all (file, bytes, (gsize) length) || kiosk_error_set_errno (error, errno, fresh);
  close (file);
  done = done && length == 0
         && (g_rename (fresh, to) == 0 || kiosk_error_set_errno (error, errno, to));
  if (!done)
    g_unlink (fresh);
  return done;
}

/* "audit-000000018422.log": whether the file is compressed already makes no difference. */
static char *
spool_path (const char *spool, const char *name)
{
  g_autofree char *plain
      = g_str_has_suffix (name, ".zst") ? g_strndup (name, strlen (name) - 4) : g_strdup (name);

  return g_build_filename (spool, plain, NULL);
}

/* What lies there and is not among @wanted any more. */
static void
remove_others (const char *spool, GPtrArray *wanted)
{
  g_autoptr (GDir) folder = g_dir_open (spool, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (spool, name, NULL);

      if (!g_ptr_array_find_with_equal_func (wanted, path, g_str_equal, NULL))
        g_unlink (path);
    }
}

static gboolean
lay_out (const char *folder, const char *spool, GError **error)
{
  g_autoptr (KioskLogSet) log = kiosk_log_set_open (folder, error);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_free);
  const char *const *names;
  guint older = 0;

  if (log == NULL)
    return FALSE;
  names = kiosk_log_set_get_files (log);
  while (names[older] != NULL && g_str_has_prefix (names[older], KIOSK_LOG_OLDER_PREFIX))
    older++;
  if (g_mkdir (spool, 0700) != 0 && errno != EEXIST)
    return kiosk_error_set_errno (error, errno, spool);
  for (guint i = older > FILES ? older - FILES : 0; i < older; i++)
    {
      char *path = spool_path (spool, names[i]);
      g_autofree char *from = g_build_filename (folder, names[i], NULL);

      g_ptr_array_add (wanted, path);
      if (g_access (path, F_OK) != 0 && !copy_file (from, path, error))
        return FALSE;
    }
  remove_others (spool, wanted);
  return TRUE;
}

int
kiosk_ctl_log_again (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    return kiosk_ctl_log_wrong_option ("log again", "FOLDER SPOOL");
  if (lay_out (argv[1], argv[2], &error))
    return EXIT_GOOD;
  g_printerr ("kioskctl: %s\n", error->message);
  return EXIT_USAGE;
}
