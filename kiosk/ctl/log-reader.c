/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-reader.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Reads a log for verify and show. It judges nothing: that is done in kiosk/model. */

#define CHUNK (1 << 16)
#define PROGRESS_STEP ((guint64) 64 << 20)

typedef struct {
  KioskAuditVerifier *verifier;
  KioskLogLine on_line;
  gpointer user_data;
  gsize fill;
  gboolean overlong; /* the line that is being read does not fit */
  char line[KIOSK_AUDIT_LINE_MAX];
} Reader;

/* @line with its line feed, if it has one (the last line of a file may have none). */
static void
hand_out (Reader *self, const char *line, gsize length)
{
  guint64 before = kiosk_audit_verifier_get_records (self->verifier);
  gboolean has_end = line[length - 1] == '\n';

  kiosk_audit_verifier_feed (self->verifier, line, length);
  if (self->on_line != NULL)
    self->on_line (line, has_end ? length - 1 : length,
                   kiosk_audit_verifier_get_records (self->verifier) > before, self->user_data);
}

static void
end_line (Reader *self)
{
  if (!self->overlong)
    hand_out (self, self->line, self->fill);
  else if (self->on_line != NULL)
    self->on_line (NULL, 0, FALSE, self->user_data);
  self->fill = 0;
  self->overlong = FALSE;
}

static void
take_bytes (Reader *self, const char *bytes, gsize length)
{
  while (length > 0)
    {
      const char *feed = memchr (bytes, '\n', length);
      gsize part = feed != NULL ? (gsize) (feed - bytes) + 1 : length;

      if (feed != NULL && self->fill == 0 && part <= sizeof self->line && !self->overlong)
        hand_out (self, bytes, part);
      else
        {
          if (!self->overlong && part > sizeof self->line - self->fill)
            {
              /* the verifier has to see that it is too long */
              kiosk_audit_verifier_feed (self->verifier, self->line, self->fill);
              kiosk_audit_verifier_feed (self->verifier, bytes, part);
              self->overlong = TRUE;
            }
          if (!self->overlong)
            {
              memcpy (self->line + self->fill, bytes, part);
              self->fill += part;
            }
          if (feed != NULL)
            end_line (self);
        }
      bytes += part;
      length -= part;
    }
}

gboolean
kiosk_log_read (const char *path, gboolean progress, KioskLogLine on_line, gpointer user_data,
                KioskAuditReport *report, GError **error)
{
  g_autoptr (KioskAuditVerifier) verifier = kiosk_audit_verifier_new ();
  Reader reader = { .verifier = verifier, .on_line = on_line, .user_data = user_data };
  g_autofree char *chunk = g_malloc (CHUNK);
  kiosk_autofd int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  guint64 total = 0;
  ssize_t n = 0;

  if (fd < 0)
    return kiosk_error_set_errno (error, errno, path);

  do
    {
      n = read (fd, chunk, CHUNK);
      if (n < 0 && errno != EINTR)
        return kiosk_error_set_errno (error, errno, path);
      if (n <= 0)
        continue;
      take_bytes (&reader, chunk, (gsize) n);
      if (progress && (total + (guint64) n) / PROGRESS_STEP > total / PROGRESS_STEP)
        fprintf (stderr, "\r%" G_GUINT64_FORMAT " MiB", (total + (guint64) n) >> 20);
      total += (guint64) n;
    }
  while (n != 0);
  if (progress && total >= PROGRESS_STEP)
    fprintf (stderr, "\r              \r");

  if (reader.fill > 0 || reader.overlong)
    end_line (&reader);
  kiosk_audit_verifier_finish (verifier, report, NULL);
  return TRUE;
}
