/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "collect-inbox.h"

#include "collect-owner.h"
#include "log-options.h"
#include "kiosk/base/error.h"
#include "kiosk/log/log-set.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define FOLDER "inbox"
#define SUFFIX ".lines"
#define CHUNK (1 << 20)

/* ---- The collector's side ---- */

static gboolean
take_chunk (GString *chunk, KioskJournal *journal, KioskJournalLine on_line, gpointer user_data,
            GError **error)
{
  gboolean done = kiosk_journal_append (journal, chunk, error)
                  && kiosk_journal_each (chunk->str, chunk->len, on_line, user_data, error);

  g_string_truncate (chunk, 0);
  return done;
}

static gboolean
take_file (const char *path, KioskJournal *journal, KioskJournalLine on_line, gpointer user_data,
           GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  g_autoptr (GString) chunk = g_string_new (NULL);
  const char *at, *begin, *end;
  gsize length;

  if (file == NULL)
    return FALSE;
  length = g_mapped_file_get_length (file);
  begin = g_mapped_file_get_contents (file);
  for (at = begin; length > 0 && (end = memchr (at, '\n', length - (gsize) (at - begin))) != NULL;
       at = end + 1)
    {
      g_string_append (chunk, "= inbox ");
      g_string_append_len (chunk, at, end - at + 1);
      if (chunk->len >= CHUNK && !take_chunk (chunk, journal, on_line, user_data, error))
        return FALSE;
    }
  return take_chunk (chunk, journal, on_line, user_data, error);
}

gboolean
kiosk_inbox_take (const char *folder, KioskJournal *journal, KioskJournalLine on_line,
                  gpointer user_data, GError **error)
{
  g_autofree char *inbox = g_build_filename (folder, FOLDER, NULL);
  g_autoptr (GDir) dir = g_dir_open (inbox, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (inbox, name, NULL);

      if (!g_str_has_suffix (name, SUFFIX))
        continue;
      if (!take_file (path, journal, on_line, user_data, error))
        return FALSE;
      if (g_unlink (path) != 0)
        return kiosk_error_set_errno (error, errno, path);
    }
  return TRUE;
}

/* ---- The administrator's side ---- */

typedef struct {
  FILE *file;
  guint64 lines;
} Put;

static gboolean
on_put_line (const char *line, gsize length, const KioskLogPlace *place, gpointer user_data)
{
  Put *put = user_data;

  if (line == NULL || place->repeat)
    return TRUE;
  put->lines++;
  return fwrite (line, 1, length, put->file) == length && fputc ('\n', put->file) != EOF;
}

/* What has a fault is handed over, too: the collector judges every line. */
static gboolean
put_log (Put *put, const char *path, GError **error)
{
  g_autoptr (KioskLogSet) log = kiosk_log_set_open (path, error);
  KioskAuditReport report;

  return log != NULL
         && kiosk_log_set_read (log, NULL, on_put_line, NULL, put, NULL, &report, error);
}

static gboolean
put_all (const char *folder, GStrv paths, guint64 *lines, GError **error)
{
  g_autofree char *inbox = g_build_filename (folder, FOLDER, NULL);
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *ready = g_strconcat (inbox, "/", uuid, SUFFIX, NULL);
  g_autofree char *path = g_strconcat (inbox, "/", uuid, ".new", NULL);
  gboolean done = kiosk_collect_make_folder (folder, inbox, error);
  Put put = { .file = done ? fopen (path, "wxe") : NULL };

  if (put.file == NULL)
    return !done ? FALSE : kiosk_error_set_errno (error, errno, path);
  for (guint i = 0; done && paths[i] != NULL; i++)
    done = put_log (&put, paths[i], error);
  if (done && (fflush (put.file) != 0 || ferror (put.file)))
    done = kiosk_error_set_errno (error, errno, path);
  fclose (put.file);
  done = done && kiosk_collect_give (folder, path, error)
         && (g_rename (path, ready) == 0 || kiosk_error_set_errno (error, errno, ready));
  if (!done)
    g_unlink (path);
  *lines = put.lines;
  return done;
}

int
kiosk_ctl_collect_put (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  guint64 lines = 0;

  if (argc < 3)
    return kiosk_ctl_log_wrong_option ("collect put", "DIR FILE|FOLDER...");
  if (!put_all (argv[1], argv + 2, &lines, &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  g_print ("%" G_GUINT64_FORMAT "\n", lines);
  return EXIT_GOOD;
}
