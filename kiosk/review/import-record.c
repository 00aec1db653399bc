/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "import.h"
#include "import-fields.h"
#include "import-spans.h"
#include "words.h"

#include "kiosk/model/audit-actions.h"
#include "kiosk/review/queries.h"

#include <sodium.h>
#include <string.h>

/* One line of a log becomes one row of records, its stored bytes a part of a block. */

#define ACTIONS_MAX 1000 /* that are remembered: who made up a log could have more */
#define TAIL ",\"kiosk.integrity\":{"
#define CHAIN "\"chain\":\""
#define SEAL "\"signature\":\"" /* the last member of a checkpoint's tail */
#define SEAL_SIZE (sizeof SEAL + 2 * KIOSK_AUDIT_SIGNATURE_SIZE + sizeof "\"}}")

struct _KioskImport {
  KioskIndex *index;
  gint64 log;
  KioskWords *words;
  KioskBlocks *blocks;
  KioskImportSpans *spans;
  KioskImportSum sum;
  gint64 greatest;            /* key in the index */
  gint64 last_time, last_key; /* of the record before */
  GString *good, *seal;       /* the last good record, the last good checkpoint */
  GHashTable *troubles;       /* number of an action to 1 or 2: it is one to look at */
};

KioskImport *
kiosk_import_new (KioskIndex *index, gint64 log, GError **error)
{
  g_autoptr (KioskImport) self = g_new0 (KioskImport, 1);
  gint64 block = 0;

  self->index = index;
  self->log = log;
  self->good = g_string_new (NULL);
  self->seal = g_string_new (NULL);
  self->sum.host = g_strdup ("");
  self->sum.site = g_strdup ("");
  self->sum.chain = g_strdup ("");
  self->sum.seal_code = g_strdup ("");
  self->troubles = g_hash_table_new (NULL, NULL);
  if (!kiosk_db_number (index->db, "SELECT max (key) FROM record", &self->greatest, error)
      || !kiosk_db_number (index->db, "SELECT max (id) FROM block", &block, error))
    return NULL;
  self->words = kiosk_words_new (index->db, error);
  self->spans = self->words != NULL ? kiosk_import_spans_new (index->db, log, error) : NULL;
  if (self->spans == NULL)
    return NULL;
  self->blocks = kiosk_blocks_new (index->db, log, block + 1);
  return g_steal_pointer (&self);
}

void
kiosk_import_free (KioskImport *self)
{
  if (self == NULL)
    return;
  if (self->blocks != NULL)
    kiosk_blocks_finish (self->blocks, TRUE, NULL);
  kiosk_import_spans_free (self->spans);
  kiosk_words_free (self->words);
  g_hash_table_unref (self->troubles);
  g_string_free (self->good, TRUE);
  g_string_free (self->seal, TRUE);
  g_free (self->sum.host);
  g_free (self->sum.site);
  g_free (self->sum.chain);
  g_free (self->sum.seal_code);
  g_free (self);
}

/* ---- The key ---- */

/* A key for @time that no record has. One moment of many records, and a clock that was set back, are what others have. */
static gboolean
choose_key (KioskImport *self, gint64 time, gint64 *key, GError **error)
{
  gint64 step = 1;
  int taken = 1;

  *key = self->last_key != 0 && time == self->last_time ? self->last_key + 1
                                                        : kiosk_index_key_of (time);
  *key = MAX (*key, 1);
  while (*key <= self->greatest
         && (taken = self->index->db->class->has_key (self->index->db, *key, error)) > 0)
    {
      *key = *key > G_MAXINT64 - step ? 1 : *key + step;
      step = step < G_MAXINT32 ? step * 2 : step;
    }
  if (taken < 0)
    return FALSE;
  self->greatest = MAX (self->greatest, *key);
  self->last_key = *key;
  self->last_time = time;
  return TRUE;
}

/* ---- What is kept of the whole log ---- */

static void
replace (char **text, const KioskImportLine *parsed, KioskImportField field)
{
  const KioskAuditField *value = &parsed->fields[field];

  if (value->value == NULL
      || (strncmp (*text, value->value, value->value_length) == 0
          && (*text)[value->value_length] == '\0'))
    return;
  g_free (*text);
  *text = kiosk_import_text (parsed, field);
}

/* The chain value in the tail of a good line. */
static gboolean
read_chain (const GString *line, guint8 *hash)
{
  const char *tail = strstr (line->str, TAIL);
  const char *at = tail != NULL ? strstr (tail, CHAIN) : NULL;
  gsize length = 0;

  return at != NULL
         && sodium_hex2bin (hash, KIOSK_AUDIT_HASH_SIZE, at + sizeof CHAIN - 1,
                            MIN (strlen (at + sizeof CHAIN - 1), 2 * KIOSK_AUDIT_HASH_SIZE), NULL,
                            &length, NULL)
                == 0
         && length == KIOSK_AUDIT_HASH_SIZE;
}

/* The chain value of the last record, and the code of the last checkpoint, in the log whose first key is that of @report. */
static void
sum_up (KioskImport *self, const KioskAuditReport *report)
{
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];
  char hex[2 * KIOSK_AUDIT_HASH_SIZE + 1], code[KIOSK_AUDIT_SEAL_SIZE];

  if (read_chain (self->good, hash))
    {
      g_free (self->sum.chain);
      self->sum.chain = g_strdup (sodium_bin2hex (hex, sizeof hex, hash, sizeof hash));
    }
  if (report->has_key && read_chain (self->seal, hash))
    {
      kiosk_audit_seal_code (report->key, hash, code);
      g_free (self->sum.seal_code);
      self->sum.seal_code = g_strdup (code);
    }
}

static void
keep_line (GString *kept, const char *line, gsize length)
{
  g_string_truncate (kept, 0);
  g_string_append_len (kept, line, (gssize) length);
}

static void
keep (KioskImport *self, const KioskImportLine *parsed, const char *line, gsize length,
      const KioskLogPlace *place, gint64 time)
{
  self->sum.records++;
  if (*self->sum.host == '\0')
    replace (&self->sum.host, parsed, FIELD_HOST);
  replace (&self->sum.site, parsed, FIELD_SITE);
  if (!place->good)
    {
      if (self->sum.fault_key == 0)
        self->sum.fault_key = self->last_key;
      return;
    }
  if (self->sum.first == 0)
    self->sum.first = time;
  self->sum.last = time;
  keep_line (self->good, line, length);
  if (memmem (line + length - MIN (length, SEAL_SIZE), MIN (length, SEAL_SIZE), SEAL,
              sizeof SEAL - 1)
      != NULL)
    keep_line (self->seal, line, length);
}

/* ---- The row ---- */

static gint64
outcome_of (const KioskImportLine *parsed)
{
  return kiosk_import_is (parsed, FIELD_OUTCOME, "success")   ? 1
         : kiosk_import_is (parsed, FIELD_OUTCOME, "failure") ? 2
                                                              : 0;
}

/* *@flags of the record; the answer for each action is remembered. */
static gboolean
judge (KioskImport *self, const KioskImportLine *parsed, const KioskLogPlace *place, gint64 outcome,
       gint64 *flags, GError **error)
{
  gint64 action;
  gpointer key, known;

  if (!kiosk_words_get (self->words, parsed, FIELD_ACTION, &action, error))
    return FALSE;
  key = GSIZE_TO_POINTER ((gsize) action);
  known = g_hash_table_lookup (self->troubles, key);
  if (known == NULL)
    {
      g_autofree char *name = kiosk_import_text (parsed, FIELD_ACTION);

      known = GINT_TO_POINTER (1 + kiosk_review_is_trouble (name, "success"));
      if (g_hash_table_size (self->troubles) < ACTIONS_MAX)
        g_hash_table_insert (self->troubles, key, known);
    }
  *flags = (place->good ? KIOSK_RECORD_GOOD : 0)
           | (outcome == 2 || known == GINT_TO_POINTER (2) ? KIOSK_RECORD_TROUBLE : 0);
  return TRUE;
}

static gboolean
put_record (KioskImport *self, const KioskImportLine *parsed, gint64 key, gint64 place,
            gint64 flags, gint64 outcome, GError **error)
{
  static const KioskImportField fields[]
      = { FIELD_ACTION, FIELD_HOST, FIELD_PERSON, FIELD_SERVER, FIELD_REASON, FIELD_SESSION };
  guint64 sequence = kiosk_import_number (parsed, FIELD_SEQUENCE);
  KioskDbValue values[13] = {
    KIOSK_DB_NUMBER (key),   KIOSK_DB_NUMBER (self->log), KIOSK_DB_NUMBER ((gint64) sequence),
    KIOSK_DB_NUMBER (place), KIOSK_DB_NUMBER (flags),     KIOSK_DB_NUMBER (outcome),
  };
  gint64 id;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      if (!kiosk_words_get (self->words, parsed, fields[i], &id, error))
        return FALSE;
      /* action and host are never NULL, so that all records stand in their indexes */
      values[6 + i] = i < 2 ? KIOSK_DB_NUMBER (id) : KIOSK_DB_OPTIONAL (id);
    }
  if (!kiosk_words_get_phrase (self->words, parsed, &id, error))
    return FALSE;
  values[12] = KIOSK_DB_OPTIONAL (id);
  return self->index->db->class->put (self->index->db, KIOSK_TABLE_RECORD, values, error);
}

gboolean
kiosk_import_add (KioskImport *self, const char *line, gsize length, const KioskLogPlace *place,
                  GError **error)
{
  KioskImportLine parsed;
  gint64 time, key, stored, outcome, flags;

  if (place->repeat)
    return TRUE;
  if (line == NULL || !kiosk_import_parse (line, length, &parsed))
    {
      self->sum.unreadable++;
      return TRUE;
    }
  time = kiosk_import_time (&parsed, FIELD_TIME);
  if (time == 0)
    time = self->last_time; /* of a line that does not verify: it is shown where it stands */
  if (!choose_key (self, time, &key, error)
      || !kiosk_blocks_add (self->blocks, line, length, &stored, error))
    return FALSE;
  outcome = outcome_of (&parsed);
  if (!judge (self, &parsed, place, outcome, &flags, error))
    return FALSE;
  keep (self, &parsed, line, length, place, time);
  return put_record (self, &parsed, key, stored, flags, outcome, error)
         && kiosk_import_spans_add (self->spans, &parsed, key, time,
                                    (flags & KIOSK_RECORD_TROUBLE) != 0, error);
}

gboolean
kiosk_import_finish (KioskImport *self, const KioskAuditReport *report, GError **error)
{
  sum_up (self, report);
  return kiosk_blocks_finish (g_steal_pointer (&self->blocks), FALSE, error)
         && kiosk_import_spans_finish (self->spans, error)
         && self->index->db->class->flush (self->index->db, error);
}

const KioskImportSum *
kiosk_import_get_sum (const KioskImport *self)
{
  return &self->sum;
}
