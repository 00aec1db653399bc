/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/account-lines.h"

#include <string.h>

/* The ID in @line, or NULL; owned by the caller. */
static char *
id_of (KioskAccountFile file, const char *line)
{
  gsize begin = 0;

  if (line[0] == '#' || line[0] == '\0')
    return NULL;
  if (file == KIOSK_ACCOUNT_SHADOW)
    return strchr (line, ':') != NULL ? g_strndup (line, strcspn (line, ":")) : NULL;
  begin += strspn (line, " \t");
  begin += strcspn (line + begin, " \t");
  begin += strspn (line + begin, " \t");
  return line[begin] != '\0' ? g_strndup (line + begin, strcspn (line + begin, " \t")) : NULL;
}

/* ID -> its first line, which is the one that counts for those who read the file. */
static GHashTable *
read_lines (KioskAccountFile file, const char *text)
{
  GHashTable *lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) split = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; split[i] != NULL; i++)
    {
      g_autofree char *id = id_of (file, split[i]);

      if (id != NULL && !g_hash_table_contains (lines, id))
        g_hash_table_insert (lines, g_steal_pointer (&id), g_strdup (split[i]));
    }
  return lines;
}

char *
kiosk_account_lines_merge (KioskAccountFile file, const char *image, const char *base,
                           const char *kept)
{
  g_autoptr (GHashTable) before = read_lines (file, base);
  g_autoptr (GHashTable) changed = read_lines (file, kept);
  g_auto (GStrv) split = g_strsplit (image, "\n", -1);

  for (guint i = 0; split[i] != NULL; i++)
    {
      g_autofree char *id = id_of (file, split[i]);
      const char *was = id != NULL ? g_hash_table_lookup (before, id) : NULL;
      const char *is = id != NULL ? g_hash_table_lookup (changed, id) : NULL;

      if (was != NULL && is != NULL && strcmp (was, split[i]) == 0)
        {
          g_free (split[i]);
          split[i] = g_strdup (is);
        }
    }
  return g_strjoinv ("\n", split);
}
