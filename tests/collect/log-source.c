/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "../lib/audit-log.h"
#include "kiosk/log/enrolment.h"
#include "kiosk/model/audit-actions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* log-source FOLDER HOST NUMBER: a terminal's log in FOLDER, written by the encoder of the product, that grows by what is said on standard input, one word a
 * line: a number of records, "checkpoint", "close", "open", "rotate", "fork" (back to where "mark" was said). Answers each with the number of
 * the last record. */

typedef struct {
  AuditLog log, marked;
  char *folder;
  const char *host;
  FILE *file;
  gint64 time;
  guint64 file_first;
  guint unsealed;
  GBytes *last;
} Source;

static char *
path_of (const Source *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
open_file (Source *self)
{
  g_autofree char *path = path_of (self, "audit.log");

  self->file = fopen (path, "ae");
  g_assert_nonnull (self->file);
}

static void
append (Source *self, const char *action)
{
  KioskAuditRecord record = {
    .action = action,
    .outcome = KIOSK_OUTCOME_SUCCESS,
    .reason = NULL,
    .detail = "言葉 \"quoted\" back\\slash %s $1 #012 <34>",
    .realtime = self->time,
    .boottime = self->time,
    .boot = "b",
    .host_id = self->host,
    .user_id = "sato",
  };
  GBytes *line = audit_log_encode (&self->log, &record);
  gsize length;
  const char *bytes = g_bytes_get_data (line, &length);

  self->time += 1000;
  self->unsealed = kiosk_audit_is_checkpoint (action) ? 0 : self->unsealed + 1;
  g_assert_cmpuint (fwrite (bytes, 1, length, self->file), ==, length);
  g_clear_pointer (&self->last, g_bytes_unref);
  self->last = line;
}

static void
append_many (Source *self, guint n)
{
  for (guint i = 0; i < n; i++)
    append (self, self->unsealed == 255 ? KIOSK_ACTION_CHECKPOINT : KIOSK_ACTION_LOGIN);
}

static void
enrol (Source *self)
{
  g_autoptr (KioskEnrolment) enrolment = kiosk_enrolment_new ();
  g_autofree char *path = path_of (self, KIOSK_ENROLMENT_NAME);
  g_autofree char *text = NULL;

  enrolment->host = g_strdup (self->host);
  enrolment->begun = g_strdup ("2026-11-21T10:30:15.123456Z");
  memcpy (enrolment->key, self->log.state.log_key, sizeof enrolment->key);
  text = kiosk_enrolment_print (enrolment);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* As the writer does it: the new file is ready before the old one gets its other name. */
static void
rotate (Source *self)
{
  g_autofree char *current = path_of (self, "audit.log");
  g_autofree char *name
      = g_strdup_printf ("audit-%012" G_GUINT64_FORMAT ".log", self->log.state.chain.sequence);
  g_autofree char *older = path_of (self, name);

  append (self, KIOSK_ACTION_CHECKPOINT);
  self->file_first = self->log.state.chain.sequence;
  fclose (self->file);
  g_assert_cmpint (rename (current, older), ==, 0);
  open_file (self);
  g_assert_cmpuint (
      fwrite (g_bytes_get_data (self->last, NULL), 1, g_bytes_get_size (self->last), self->file),
      ==, g_bytes_get_size (self->last));
}

static void
obey (Source *self, const char *word)
{
  if (g_ascii_isdigit (*word))
    append_many (self, (guint) atoi (word));
  else if (g_str_equal (word, "checkpoint"))
    append (self, KIOSK_ACTION_CHECKPOINT);
  else if (g_str_equal (word, "close"))
    append (self, KIOSK_ACTION_LOG_CLOSED);
  else if (g_str_equal (word, "open"))
    append (self, KIOSK_ACTION_LOG_OPENED);
  else if (g_str_equal (word, "mark"))
    self->marked = self->log;
  else if (g_str_equal (word, "fork"))
    self->log = self->marked;
  else if (g_str_equal (word, "rotate"))
    rotate (self);
  else
    g_error ("%s?", word);
}

int
main (int argc, char **argv)
{
  Source self = { 0 };
  char word[64];

  g_assert_cmpint (argc, ==, 4);
  self.folder = argv[1];
  self.host = argv[2];
  self.time = G_USEC_PER_SEC;
  self.file_first = 1;
  audit_log_begin (&self.log, g_ascii_strtoull (argv[3], NULL, 10));
  self.marked = self.log;
  enrol (&self);
  open_file (&self);
  append (&self, KIOSK_ACTION_LOG_BEGUN);
  fflush (self.file);
  while (fgets (word, sizeof word, stdin) != NULL)
    {
      obey (&self, g_strstrip (word));
      if (fflush (self.file) != 0)
        {
          printf ("%s\n", g_strerror (errno));
          clearerr (self.file);
        }
      printf ("%" G_GUINT64_FORMAT "\n", self.log.state.chain.sequence);
      fflush (stdout);
    }
  return 0;
}
