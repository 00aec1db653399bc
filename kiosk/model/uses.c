/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/uses.h"

#include "kiosk/model/account.h"
#include "kiosk/model/policy.h"

#include <string.h>

struct _KioskUses {
  GHashTable *times; /* ID -> gint64 */
};

static void
set (KioskUses *self, const char *id, gint64 time)
{
  g_hash_table_replace (self->times, g_strdup (id), g_memdup2 (&time, sizeof time));
}

static void
read_line (KioskUses *self, const char *line)
{
  char *end = NULL;
  gint64 time = g_ascii_strtoll (line, &end, 10);

  /* As it is written: no sign, no blanks before it. */
  if (g_ascii_isdigit (line[0]) && time > 0 && time < G_MAXINT64 / G_USEC_PER_SEC && *end == ' '
      && kiosk_text_is_id (end + 1))
    set (self, end + 1, time);
}

KioskUses *
kiosk_uses_parse (const char *text, gsize length)
{
  KioskUses *self = g_new0 (KioskUses, 1);
  g_autofree char *copy = g_strndup (text, length);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);

  self->times = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; lines[i] != NULL; i++)
    read_line (self, lines[i]);
  return self;
}

void
kiosk_uses_free (KioskUses *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->times);
  g_free (self);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
kiosk_uses_format (const KioskUses *self)
{
  GString *text = g_string_new (NULL);
  guint n = 0;
  g_autofree gpointer *ids = g_hash_table_get_keys_as_array (self->times, &n);

  qsort (ids, n, sizeof *ids, compare_ids);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%" G_GINT64_FORMAT " %s\n", kiosk_uses_get (self, ids[i]),
                            (const char *) ids[i]);
  return g_string_free (text, FALSE);
}

gboolean
kiosk_uses_know (KioskUses *self, const char *const *ids, gint64 now, gboolean vouched)
{
  GHashTableIter iter;
  gpointer id, time;
  gboolean changed = FALSE;

  g_hash_table_iter_init (&iter, self->times);
  while (g_hash_table_iter_next (&iter, &id, &time))
    {
      gint64 *used = time;

      if (!g_strv_contains (ids, id))
        {
          g_hash_table_iter_remove (&iter);
          changed = TRUE;
        }
      else if (vouched && *used > now)
        {
          *used = now;
          changed = TRUE;
        }
    }
  for (guint i = 0; vouched && ids[i] != NULL; i++)
    if (!g_hash_table_contains (self->times, ids[i]))
      {
        set (self, ids[i], now);
        changed = TRUE;
      }
  return changed;
}

void
kiosk_uses_add (KioskUses *self, const char *id, gint64 now, gboolean vouched)
{
  gint64 before = kiosk_uses_get (self, id);

  if (vouched || (before != 0 && now > before))
    set (self, id, now);
}

gint64
kiosk_uses_get (const KioskUses *self, const char *id)
{
  const gint64 *time = g_hash_table_lookup (self->times, id);

  return time != NULL ? *time : 0;
}

gint64
kiosk_uses_days (gint64 used, gint64 since, gint64 now)
{
  gint64 from = MAX (used, since);

  return from == 0 || from > now ? 0 : (now - from) / KIOSK_DAY_SECONDS;
}
