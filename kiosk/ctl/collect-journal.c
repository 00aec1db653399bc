/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "collect-journal.h"

#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "= "
#define LOCK_TRIES 100
#define LOCK_PAUSE (G_USEC_PER_SEC / 10)

struct _KioskJournal {
  char *path;
  int file;
  guint64 size;
};

/* The one before may still be ending: its rsyslogd was killed, and the next has started already. */
static gboolean
lock (int file)
{
  for (guint i = 0; i < LOCK_TRIES; i++)
    {
      if (flock (file, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
      g_usleep (LOCK_PAUSE);
    }
  return FALSE;
}

KioskJournal *
kiosk_journal_open (const char *folder, GError **error)
{
  g_autoptr (KioskJournal) self = g_new0 (KioskJournal, 1);
  struct stat status;

  self->path = g_build_filename (folder, KIOSK_JOURNAL_NAME, NULL);
  self->file = open (self->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (self->file < 0)
    {
      kiosk_error_set_errno (error, errno, self->path);
      return NULL;
    }
  if (!lock (self->file))
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED,
                   "%s: another collector is at work here", self->path);
      return NULL;
    }
  if (fstat (self->file, &status) != 0)
    {
      kiosk_error_set_errno (error, errno, self->path);
      return NULL;
    }
  self->size = (guint64) status.st_size;
  return g_steal_pointer (&self);
}

void
kiosk_journal_free (KioskJournal *self)
{
  if (self == NULL)
    return;
  if (self->file >= 0)
    close (self->file);
  g_free (self->path);
  g_free (self);
}

/* The blank behind the address; NULL when it is no line. */
static const char *
find_blank (const char *line, gsize length)
{
  gsize marked = strlen (MARK);

  return length > marked && memcmp (line, MARK, marked) == 0
             ? memchr (line + marked, ' ', length - marked)
             : NULL;
}

gboolean
kiosk_journal_is_line (const char *line, gsize length)
{
  return find_blank (line, length) != NULL;
}

gboolean
kiosk_journal_each (const char *text, gsize length, KioskJournalLine on_line, gpointer user_data,
                    GError **error)
{
  const char *at = text, *end;

  for (; (end = memchr (at, '\n', length - (gsize) (at - text))) != NULL; at = end + 1)
    {
      gsize marked = strlen (MARK);
      const char *blank = find_blank (at, (gsize) (end - at));
      g_autofree char *from = NULL;

      if (blank == NULL)
        continue;
      from = g_strndup (at + marked, (gsize) (blank - at) - marked);
      if (!on_line (from, blank + 1, (gsize) (end - blank), user_data, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
kiosk_journal_replay (KioskJournal *self, KioskJournalLine on_line, gpointer user_data,
                      GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  return g_file_get_contents (self->path, &text, &length, error)
         && kiosk_journal_each (text, length, on_line, user_data, error);
}

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

gboolean
kiosk_journal_append (KioskJournal *self, const GString *text, GError **error)
{
  if (text->len == 0)
    return TRUE;
  if (!write_all (self->file, text->str, text->len) || fdatasync (self->file) != 0)
    {
      kiosk_error_set_errno (error, errno, self->path);
      if (ftruncate (self->file, (off_t) self->size) != 0)
        g_critical ("%s: what could not be written cannot be cut off: %s", self->path,
                    g_strerror (errno));
      return FALSE;
    }
  self->size += text->len;
  return TRUE;
}

guint64
kiosk_journal_get_size (const KioskJournal *self)
{
  return self->size;
}

gboolean
kiosk_journal_empty (KioskJournal *self, GError **error)
{
  if (ftruncate (self->file, 0) != 0 || fdatasync (self->file) != 0)
    return kiosk_error_set_errno (error, errno, self->path);
  self->size = 0;
  return TRUE;
}
