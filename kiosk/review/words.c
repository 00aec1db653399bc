/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "words.h"

#include <string.h>

/* Dictionaries of an import. Most records say what the one before said, so that is looked at first. A word must have one number
 * (filters go by it), a phrase may have several (it only costs space), so phrases can be forgotten. */

/* So many are known after a few hundred thousand records already: the memory of an import does not depend on how many there are. */
#define WORDS_MAX 50000
#define PHRASES_MAX 80000

typedef struct {
  char *bytes;
  gsize length;
  gint64 id;
} Entry;

struct _KioskWords {
  KioskDb *db;
  GHashTable *words, *phrases; /* sets of Entry */
  Entry last[N_FIELDS];
  gint64 next_word, next_phrase;
  gboolean forgot;  /* a word that is not in memory can be in the database */
  gboolean unclean; /* and also on its way there */
  GString *key;
};

/* What people search in, and what a page of records shows beside the words; in the order of the table's columns. */
static const KioskImportField phrase_fields[]
    = { FIELD_NAME,   FIELD_ADDRESS,   FIELD_TICKET, FIELD_PURPOSE,
        FIELD_DETAIL, FIELD_REFERENCE, FIELD_ORDER,  FIELD_APPROVER };
/* Words that are searched, too. */
static const KioskImportField hay_fields[] = { FIELD_PERSON, FIELD_SERVER, FIELD_REASON };

static guint
hash_entry (gconstpointer data)
{
  const Entry *entry = data;
  guint64 hash = 14695981039346656037u;

  for (gsize i = 0; i < entry->length; i++)
    hash = (hash ^ (guint8) entry->bytes[i]) * 1099511628211u;
  return (guint) (hash ^ (hash >> 32));
}

static gboolean
equal_entries (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  return x->length == y->length && memcmp (x->bytes, y->bytes, x->length) == 0;
}

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  g_free (entry->bytes);
  g_free (entry);
}

static void
remember (GHashTable *set, const char *bytes, gsize length, gint64 id)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->bytes = g_memdup2 (bytes, length);
  entry->length = length;
  entry->id = id;
  g_hash_table_add (set, entry);
}

KioskWords *
kiosk_words_new (KioskDb *db, GError **error)
{
  g_autoptr (KioskWords) self = g_new0 (KioskWords, 1);

  self->db = db;
  self->words = g_hash_table_new_full (hash_entry, equal_entries, free_entry, NULL);
  self->phrases = g_hash_table_new_full (hash_entry, equal_entries, free_entry, NULL);
  self->key = g_string_new (NULL);
  if (!kiosk_db_number (db, "SELECT max (id) FROM word", &self->next_word, error)
      || !kiosk_db_number (db, "SELECT max (id) FROM phrase", &self->next_phrase, error))
    return NULL;
  self->forgot = self->next_word > 0;
  self->next_word++;
  self->next_phrase++;
  return g_steal_pointer (&self);
}

void
kiosk_words_free (KioskWords *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < N_FIELDS; i++)
    g_free (self->last[i].bytes);
  g_hash_table_unref (self->words);
  g_hash_table_unref (self->phrases);
  g_string_free (self->key, TRUE);
  g_free (self);
}

/* ---- Words ---- */

/* In the database, or put there. */
static gboolean
find_or_put (KioskWords *self, const char *word, gint64 *id, GError **error)
{
  KioskDbValue values[2] = { KIOSK_DB_NUMBER (self->next_word), KIOSK_DB_STRING (word) };

  *id = 0;
  if (self->forgot)
    {
      g_autoptr (KioskDbQuery) query = kiosk_db_query_new ("SELECT id FROM word WHERE word = ");

      kiosk_db_query_add_text (query, "", word, "");
      if ((self->unclean && !self->db->class->flush (self->db, error))
          || !kiosk_db_query_number (self->db, query, id, error))
        return FALSE;
      if (*id != 0)
        return TRUE;
    }
  *id = self->next_word++;
  return self->db->class->put (self->db, KIOSK_TABLE_WORD, values, error);
}

/* What is not in memory is in the database, and not only on its way there. */
static gboolean
forget_words (KioskWords *self, GError **error)
{
  g_hash_table_remove_all (self->words);
  self->forgot = TRUE;
  return self->db->class->flush (self->db, error);
}

static void
keep_last (Entry *last, const KioskAuditField *field, gint64 id)
{
  last->bytes = g_realloc (last->bytes, field->value_length + 1);
  memcpy (last->bytes, field->value, field->value_length);
  last->length = field->value_length;
  last->id = id;
}

gboolean
kiosk_words_get (KioskWords *self, const KioskImportLine *line, KioskImportField field, gint64 *id,
                 GError **error)
{
  const KioskAuditField *value = &line->fields[field];
  Entry *last = &self->last[field];
  Entry wanted = { (char *) value->value, value->value_length, 0 };
  const Entry *known;

  *id = 0;
  if (value->value == NULL || value->value_length == 0)
    return TRUE;
  if (last->bytes != NULL && equal_entries (last, &wanted))
    {
      *id = last->id;
      return TRUE;
    }
  known = g_hash_table_lookup (self->words, &wanted);
  if (known != NULL)
    *id = known->id;
  else
    {
      g_autofree char *word = kiosk_import_text (line, field);

      if (strlen (word) != wanted.length || memcmp (word, wanted.bytes, wanted.length) != 0)
        self->forgot = self->unclean = TRUE; /* two stored words can be one when they are clean */
      if (!find_or_put (self, word, id, error)
          || (g_hash_table_size (self->words) >= WORDS_MAX && !forget_words (self, error)))
        return FALSE;
      remember (self->words, wanted.bytes, wanted.length, *id);
    }
  keep_last (last, value, *id);
  return TRUE;
}

/* ---- Phrases ---- */

static void
append_value (GString *key, const KioskImportLine *line, KioskImportField field)
{
  const KioskAuditField *value = &line->fields[field];

  if (value->value != NULL)
    g_string_append_len (key, value->value, (gssize) value->value_length);
  g_string_append_c (key, '\n');
}

static gboolean
put_phrase (KioskWords *self, const KioskImportLine *line, gint64 id, GError **error)
{
  g_autoptr (GString) hay = g_string_new (NULL);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  KioskDbValue values[10] = { KIOSK_DB_NUMBER (id) };

  for (guint i = 0; i < G_N_ELEMENTS (hay_fields); i++)
    {
      g_autofree char *text = kiosk_import_text (line, hay_fields[i]);

      g_string_append_printf (hay, "%s\n", text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (phrase_fields); i++)
    {
      char *text = kiosk_import_text (line, phrase_fields[i]);

      g_ptr_array_add (texts, text);
      if (*text != '\0')
        g_string_append_printf (hay, "%s\n", text);
      values[i + 2] = KIOSK_DB_STRING (text);
    }
  values[1] = KIOSK_DB_STRING (hay->str);
  return self->db->class->put (self->db, KIOSK_TABLE_PHRASE, values, error);
}

gboolean
kiosk_words_get_phrase (KioskWords *self, const KioskImportLine *line, gint64 *id, GError **error)
{
  gsize empty = G_N_ELEMENTS (phrase_fields) + G_N_ELEMENTS (hay_fields);
  Entry wanted = { 0 };
  const Entry *known;

  *id = 0;
  g_string_truncate (self->key, 0);
  for (guint i = 0; i < G_N_ELEMENTS (phrase_fields); i++)
    append_value (self->key, line, phrase_fields[i]);
  for (guint i = 0; i < G_N_ELEMENTS (hay_fields); i++)
    append_value (self->key, line, hay_fields[i]);
  if (self->key->len == empty)
    return TRUE;

  wanted.bytes = self->key->str;
  wanted.length = self->key->len;
  known = g_hash_table_lookup (self->phrases, &wanted);
  if (known != NULL)
    {
      *id = known->id;
      return TRUE;
    }
  *id = self->next_phrase++;
  if (g_hash_table_size (self->phrases) >= PHRASES_MAX)
    g_hash_table_remove_all (self->phrases);
  remember (self->phrases, wanted.bytes, wanted.length, *id);
  return put_phrase (self, line, *id, error);
}
