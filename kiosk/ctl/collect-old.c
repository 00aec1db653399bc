/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "collect-old.h"

#include "kiosk/log/file-reader.h"
#include "kiosk/log/log-set.h"
#include "kiosk/model/collect.h"

#include <string.h>

/* A finger in the files of a log that moves forward, and begins anew where it must go back. */

struct _KioskCollectOld {
  char *folder;
  KioskFileReader *reader;
  const char *bytes; /* of the reader, not looked at yet */
  gsize n_bytes;
  GString *line;    /* the last that was read */
  guint64 sequence; /* its number; 0: none */
};

KioskCollectOld *
kiosk_collect_old_new (const char *folder)
{
  KioskCollectOld *self = g_new0 (KioskCollectOld, 1);

  self->folder = g_strdup (folder);
  self->line = g_string_new (NULL);
  return self;
}

void
kiosk_collect_old_forget (KioskCollectOld *self)
{
  g_clear_pointer (&self->reader, kiosk_file_reader_free);
  self->n_bytes = 0;
  self->sequence = 0;
}

void
kiosk_collect_old_free (KioskCollectOld *self)
{
  if (self == NULL)
    return;
  kiosk_collect_old_forget (self);
  g_string_free (self->line, TRUE);
  g_free (self->folder);
  g_free (self);
}

/* The next line of the open file. FALSE at its end. */
static gboolean
read_line (KioskCollectOld *self)
{
  g_string_truncate (self->line, 0);
  for (;;)
    {
      const char *end = self->n_bytes > 0 ? memchr (self->bytes, '\n', self->n_bytes) : NULL;
      gsize part = end != NULL ? (gsize) (end - self->bytes) + 1 : self->n_bytes;
      gssize got;

      if (self->line->len + part <= KIOSK_AUDIT_LINE_MAX)
        g_string_append_len (self->line, self->bytes, (gssize) part);
      self->bytes += part;
      self->n_bytes -= part;
      if (end != NULL)
        {
          self->sequence = kiosk_collect_line_sequence (self->line->str, self->line->len);
          return TRUE;
        }
      got = kiosk_file_reader_next (self->reader, &self->bytes, NULL);
      if (got <= 0)
        return FALSE;
      self->n_bytes = (gsize) got;
    }
}

/* The older file in which the number stands: the last one that does not begin behind it. */
static char *
choose_file (const KioskCollectOld *self, guint64 sequence)
{
  g_autoptr (KioskLogSet) set = kiosk_log_set_open (self->folder, NULL);
  const char *const *names = set != NULL ? kiosk_log_set_get_files (set) : NULL;
  const char *chosen = NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (g_str_has_prefix (names[i], KIOSK_LOG_OLDER_PREFIX)
        && g_ascii_strtoull (names[i] + strlen (KIOSK_LOG_OLDER_PREFIX), NULL, 10) <= sequence)
      chosen = names[i];
  return chosen != NULL ? g_build_filename (self->folder, chosen, NULL) : NULL;
}

static gboolean
open_file (KioskCollectOld *self, const char *path)
{
  kiosk_collect_old_forget (self);
  self->reader = kiosk_file_reader_open (path, NULL);
  return self->reader != NULL;
}

/* Moves on to the number; FALSE when the file ends before it or begins behind it. */
static gboolean
seek (KioskCollectOld *self, guint64 sequence)
{
  while (self->reader != NULL && self->sequence < sequence)
    if (!read_line (self))
      return FALSE;
  return self->reader != NULL && self->sequence == sequence;
}

const GString *
kiosk_collect_old_find (KioskCollectOld *self, guint64 sequence)
{
  g_autofree char *current = g_build_filename (self->folder, KIOSK_LOG_CURRENT_NAME, NULL);
  g_autofree char *older = NULL;

  if (self->sequence > 0 && self->sequence <= sequence && seek (self, sequence))
    return self->line;
  if (open_file (self, current) && read_line (self) && self->sequence <= sequence
      && seek (self, sequence))
    return self->line;
  older = choose_file (self, sequence);
  if (older != NULL && open_file (self, older) && seek (self, sequence))
    return self->line;
  kiosk_collect_old_forget (self);
  return NULL;
}
