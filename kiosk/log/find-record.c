/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "kiosk/log/find-record.h"

#include "kiosk/log/log-set.h"
#include "kiosk/model/collect.h"
#include "kiosk/model/receipt.h"

#include "file-reader.h"

#include <string.h>

/* The writer goes on meanwhile: audit.log can become an older file, and that one compressed, between two steps. So what was not found is looked for
 * once more from the begin, a few times. */

#define TRIES 3

typedef enum {
  FOUND,
  BEHIND, /* the file begins behind it */
  NOT_THERE,
  UNREADABLE,
} Outcome;

/* One line, whole or (the last one) still being written. TRUE: look no further. */
static gboolean
take_line (const GString *line, guint64 sequence, KioskAuditChain *found, guint64 *first)
{
  guint64 number = kiosk_collect_line_sequence (line->str, line->len);

  if (*first == 0)
    *first = number;
  if (number == sequence && !kiosk_receipt_read_link (line->str, line->len, found))
    found->sequence = 0;
  return number >= sequence;
}

static Outcome
search (const char *path, guint64 sequence, KioskAuditChain *found, GError **error)
{
  g_autoptr (KioskFileReader) reader = kiosk_file_reader_open (path, error);
  g_autoptr (GString) line = g_string_new (NULL);
  guint64 first = 0;
  const char *bytes;
  gssize length;

  if (reader == NULL)
    return UNREADABLE;
  while ((length = kiosk_file_reader_next (reader, &bytes, error)) > 0)
    while (length > 0)
      {
        const char *end = memchr (bytes, '\n', (gsize) length);
        gssize part = end != NULL ? end - bytes + 1 : length;

        if (line->len + (gsize) part <= KIOSK_AUDIT_LINE_MAX)
          g_string_append_len (line, bytes, part);
        bytes += part;
        length -= part;
        if (end == NULL)
          continue;
        if (take_line (line, sequence, found, &first))
          return found->sequence == sequence ? FOUND : first > sequence ? BEHIND : NOT_THERE;
        g_string_truncate (line, 0);
      }
  return length < 0 ? UNREADABLE : NOT_THERE;
}

/* The older file in which the number stands: the last one that does not begin behind it. */
static char *
choose_file (const char *folder, guint64 sequence, GError **error)
{
  g_autoptr (KioskLogSet) set = kiosk_log_set_open (folder, error);
  const char *const *names = set != NULL ? kiosk_log_set_get_files (set) : NULL;
  const char *chosen = NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (g_str_has_prefix (names[i], KIOSK_LOG_OLDER_PREFIX)
        && g_ascii_strtoull (names[i] + strlen (KIOSK_LOG_OLDER_PREFIX), NULL, 10) <= sequence)
      chosen = names[i];
  return chosen != NULL ? g_build_filename (folder, chosen, NULL) : NULL;
}

static Outcome
look (const char *folder, guint64 sequence, KioskAuditChain *found, GError **error)
{
  g_autofree char *current = g_build_filename (folder, KIOSK_LOG_CURRENT_NAME, NULL);
  g_autoptr (GError) failure = NULL;
  g_autofree char *older = NULL;
  Outcome outcome = search (current, sequence, found, error);

  if (outcome != BEHIND)
    return outcome;
  older = choose_file (folder, sequence, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return UNREADABLE;
    }
  return older != NULL ? search (older, sequence, found, error) : NOT_THERE;
}

gboolean
kiosk_log_find_record (const char *folder, guint64 sequence, KioskAuditChain *found, GError **error)
{
  for (guint i = 0;; i++)
    {
      g_autoptr (GError) failure = NULL;
      Outcome outcome;

      *found = (KioskAuditChain){ 0 };
      outcome = look (folder, sequence, found, &failure);
      if (outcome == FOUND)
        return TRUE;
      found->sequence = 0;
      if (i + 1 < TRIES)
        continue;
      if (failure == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
}
