/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

/* What is not as it must be, in words. The rules are compared as nft(8) writes them: whatever it can tell of
 * a ruleset stands in that text, also what its JSON leaves out (a sleeping table), and a person who reads the
 * record knows the language. */

#include "kiosk/model/firewall.h"

#include <string.h>

static void difference (GPtrArray *list, const char *ja, const char *en, ...) G_GNUC_PRINTF (2, 4)
    __attribute__ ((format (printf, 3, 4)));

static void
label_free (KioskLabel *label)
{
  g_free (label->ja);
  g_free (label->en);
  g_free (label);
}

static void
difference (GPtrArray *list, const char *ja, const char *en, ...)
{
  KioskLabel *label = g_new0 (KioskLabel, 1);
  g_autofree char *raw_ja = NULL;
  g_autofree char *raw_en = NULL;
  va_list arguments, again;

  va_start (arguments, en);
  va_copy (again, arguments);
  raw_ja = g_strdup_vprintf (ja, arguments);
  raw_en = g_strdup_vprintf (en, again);
  va_end (again);
  va_end (arguments);
  label->ja = kiosk_text_clean (raw_ja, 200);
  label->en = kiosk_text_clean (raw_en, 200);
  g_ptr_array_add (list, label);
}

/* ---- Rules ---- */

/* A listing as tables: what follows "table" on its first line -> its lines as a GStrv, each with the chain or
 * set that it stands in before it. */
typedef struct {
  char *name; /* "inet kiosk" */
  GPtrArray *lines;
} Table;

static void
table_free (Table *table)
{
  g_free (table->name);
  g_ptr_array_unref (table->lines);
  g_free (table);
}

static void
read_line (Table *table, char **place, const char *line)
{
  g_autofree char *text = g_strstrip (g_strdup (line));
  gsize length = strlen (text);

  if (length == 0 || g_str_equal (text, "}"))
    return;
  if (text[length - 1] == '{')
    {
      text[length - 1] = '\0';
      g_free (*place);
      *place = g_strdup (g_strchomp (text));
      g_ptr_array_add (table->lines, g_strdup (*place));
      return;
    }
  g_ptr_array_add (table->lines, g_strdup_printf ("%s: %s", *place, text));
}

static GPtrArray *
read_tables (const char *listing)
{
  GPtrArray *tables = g_ptr_array_new_with_free_func ((GDestroyNotify) table_free);
  g_auto (GStrv) lines = g_strsplit (listing, "\n", -1);
  g_autofree char *place = g_strdup ("table");
  Table *table = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "table "))
      {
        /* Behind the bracket may be a remark about the process whose table it is. */
        const char *bracket = strstr (lines[i], " {");

        table = g_new0 (Table, 1);
        table->name = g_strndup (lines[i] + 6, bracket != NULL ? (gsize) (bracket - lines[i]) - 6
                                                               : strlen (lines[i]) - 6);
        table->lines = g_ptr_array_new_with_free_func (g_free);
        g_ptr_array_add (tables, table);
        g_free (place);
        place = g_strdup ("table");
      }
    else if (table != NULL)
      read_line (table, &place, lines[i]);
  return tables;
}

static const Table *
find_table (const GPtrArray *tables, const char *name)
{
  for (guint i = 0; i < tables->len; i++)
    if (g_str_equal (((const Table *) tables->pdata[i])->name, name))
      return tables->pdata[i];
  return NULL;
}

/* How often each line stands there. */
static GHashTable *
count_lines (const GPtrArray *lines)
{
  GHashTable *counts = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < lines->len; i++)
    g_hash_table_insert (
        counts, lines->pdata[i],
        GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, lines->pdata[i])) + 1));
  return counts;
}

/* Lines of @from that @in does not have, or not as often. */
static void
tell_surplus (GPtrArray *list, const Table *from, const Table *in, gboolean added)
{
  g_autoptr (GHashTable) counts = count_lines (in->lines);

  for (guint i = 0; i < from->lines->len; i++)
    {
      const char *line = from->lines->pdata[i];
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, line));

      if (n > 0)
        g_hash_table_insert (counts, (gpointer) line, GUINT_TO_POINTER (n - 1));
      else if (added)
        difference (list, "表 %s に追加: %s", "added in table %s: %s", from->name, line);
      else
        difference (list, "表 %s で不足: %s", "missing in table %s: %s", from->name, line);
    }
}

GPtrArray *
kiosk_firewall_compare_rules (const char *expected, const char *found)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) label_free);
  g_autoptr (GPtrArray) ours = NULL;
  g_autoptr (GPtrArray) theirs = NULL;

  if (g_str_equal (expected, found))
    return list;
  ours = read_tables (expected);
  theirs = read_tables (found);
  for (guint i = 0; i < theirs->len; i++)
    {
      const Table *table = theirs->pdata[i];
      const Table *own = find_table (ours, table->name);

      if (own == NULL)
        difference (list, "端末のものではない表: %s", "foreign table: %s", table->name);
      else
        tell_surplus (list, table, own, TRUE);
    }
  for (guint i = 0; i < ours->len; i++)
    {
      const Table *own = ours->pdata[i];
      const Table *table = find_table (theirs, own->name);

      if (table == NULL)
        difference (list, "表がありません: %s", "missing table: %s", own->name);
      else
        tell_surplus (list, own, table, FALSE);
    }
  /* The same lines and yet not the same text. */
  if (list->len == 0)
    difference (list, "規則の順序が違います", "the rules stand in another order");
  return list;
}

/* ---- Elements ---- */

static const KioskFirewallElement *
find_element (const GPtrArray *elements, const KioskFirewallElement *wanted)
{
  for (guint i = 0; i < elements->len; i++)
    {
      const KioskFirewallElement *element = elements->pdata[i];

      if (g_str_equal (element->set, wanted->set) && g_str_equal (element->key, wanted->key))
        return element;
    }
  return NULL;
}

GPtrArray *
kiosk_firewall_compare_elements (const GPtrArray *planned, const GPtrArray *found)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) label_free);

  for (guint i = 0; i < found->len; i++)
    {
      const KioskFirewallElement *element = found->pdata[i];
      const KioskFirewallElement *wanted = find_element (planned, element);

      if (wanted == NULL)
        difference (list, "集合 %s に追加: %s", "added in set %s: %s", element->set, element->key);
      else if (wanted->timeout != element->timeout)
        difference (list, "集合 %s の期限が違います: %s（%u 秒、正しくは %u 秒）",
                    "time-out in set %s altered: %s (%u s instead of %u s)", element->set,
                    element->key, element->timeout, wanted->timeout);
    }
  for (guint i = 0; i < planned->len; i++)
    {
      const KioskFirewallElement *element = planned->pdata[i];

      if (find_element (found, element) == NULL)
        difference (list, "集合 %s で不足: %s", "missing in set %s: %s", element->set,
                    element->key);
    }
  return list;
}
