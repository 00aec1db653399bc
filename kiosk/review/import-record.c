/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "import-private.h"

#include "import-point.h"

#include "kiosk/base/error.h"
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

/* ---- Begin and end ---- */

/* Sums and what goes on; the blocks are begun, too. */
static gboolean
take_point (KioskImport *self, const KioskImportPoint *point, GBytes *lines)
{
  g_free (self->sum.host);
  g_free (self->sum.site);
  self->sum.records = point->records;
  self->sum.unreadable = point->unreadable;
  self->sum.first = point->first;
  self->sum.last = point->last;
  self->sum.host = g_strdup (point->host);
  self->sum.site = g_strdup (point->site);
  self->last_time = point->last_time;
  self->last_key = point->last_key;
  self->last_place = point->last_place;
  self->site_place = point->site_place;
  self->chain = g_strdup (point->chain);
  self->sealed = g_strdup (point->sealed);
  kiosk_import_spans_restore (self->spans, point);
  return lines == NULL || kiosk_blocks_reopen (self->blocks, lines, point->place);
}

/* What the index has of @log behind @point; *@lines: the block in which it lies. */
static gboolean
delete_behind (KioskDb *db, gint64 log, const KioskImportPoint *point, gboolean records,
               GBytes **lines, GError **error)
{
  KioskDbValue place[] = { KIOSK_DB_NUMBER (log), KIOSK_DB_NUMBER (point->place) };
  KioskDbValue block[]
      = { KIOSK_DB_NUMBER (log), KIOSK_DB_NUMBER (point->place / KIOSK_BLOCK_LINES) };
  KioskDbValue stay[] = { KIOSK_DB_NUMBER (log), KIOSK_DB_NUMBER (point->stay) };
  KioskDbValue outage[] = { KIOSK_DB_NUMBER (log), KIOSK_DB_NUMBER (point->outage) };

  if (point->place % KIOSK_BLOCK_LINES != 0
      && (*lines = kiosk_blocks_read (db, point->place / KIOSK_BLOCK_LINES, error)) == NULL)
    return FALSE;
  db->class->forget_keys (db);
  return (!records
          || kiosk_db_do (db, "DELETE FROM record WHERE log = $1 AND block >= $2", place, 2, error))
         && kiosk_db_do (db, "DELETE FROM block WHERE log = $1 AND id >= $2", block, 2, error)
         && kiosk_db_do (db, "DELETE FROM stay_part WHERE log = $1 AND stay >= $2", stay, 2, error)
         && kiosk_db_do (db, "DELETE FROM stay WHERE log = $1 AND id >= $2", stay, 2, error)
         && kiosk_db_do (db, "DELETE FROM outage WHERE log = $1 AND id >= $2", outage, 2, error);
}

KioskImport *
kiosk_import_new (KioskIndex *index, gint64 log, const KioskImportPoint *point, gboolean records,
                  GError **error)
{
  g_autoptr (KioskImport) self = g_new0 (KioskImport, 1);
  g_autoptr (GBytes) lines = NULL;
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
  if ((point != NULL && !delete_behind (index->db, log, point, records, &lines, error))
      || !kiosk_db_number (index->db, "SELECT max (key) FROM record", &self->greatest, error)
      || !kiosk_db_number (index->db, "SELECT max (id) FROM block", &block, error))
    return NULL;
  self->words = kiosk_words_new (index->db, error);
  self->spans = self->words != NULL ? kiosk_import_spans_new (index->db, log, error) : NULL;
  if (self->spans == NULL)
    return NULL;
  if (point != NULL)
    block = MAX (block, point->place / KIOSK_BLOCK_LINES - 1); /* the same for blocks */
  self->blocks = kiosk_blocks_new (index->db, log, block + 1);
  if (point != NULL && !take_point (self, point, lines))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                           "index: stored lines are damaged");
      return NULL;
    }
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
  g_free (self->chain);
  g_free (self->sealed);
  g_clear_pointer (&self->tail, g_bytes_unref);
  g_free (self);
}

GBytes *
kiosk_import_save (const KioskImport *self)
{
  g_autofree char *chain = kiosk_import_chain_of (self->good, self->chain);
  g_autofree char *sealed = kiosk_import_chain_of (self->seal, self->sealed);
  KioskImportPoint point = { .records = self->sum.records,
                             .unreadable = self->sum.unreadable,
                             .first = self->sum.first,
                             .last = self->sum.last,
                             .last_time = self->last_time,
                             .last_key = self->last_key,
                             .host = self->sum.host,
                             .site = self->sum.site,
                             .chain = chain,
                             .sealed = sealed,
                             .place = kiosk_blocks_get_place (self->blocks),
                             .last_place = self->last_place,
                             .site_place = self->site_place };
  GBytes *bytes;

  kiosk_import_spans_save (self->spans, &point);
  bytes = kiosk_import_point_pack (&point);
  g_variant_unref (point.stays);
  g_variant_unref (point.outages);
  return bytes;
}

GBytes *
kiosk_import_get_tail (const KioskImport *self)
{
  return self->tail;
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

char *
kiosk_import_chain_of (const GString *line, const char *before)
{
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];
  char hex[2 * KIOSK_AUDIT_HASH_SIZE + 1];

  if (line->len > 0 && read_chain (line, hash))
    return g_strdup (sodium_bin2hex (hex, sizeof hex, hash, sizeof hash));
  return g_strdup (before != NULL ? before : "");
}

/* The chain value of the last record, and the code of the last checkpoint, in the log whose first key is that of @report. */
static void
sum_up (KioskImport *self, const KioskAuditReport *report)
{
  g_autofree char *sealed = kiosk_import_chain_of (self->seal, self->sealed);
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];
  char code[KIOSK_AUDIT_SEAL_SIZE];

  g_free (self->sum.chain);
  self->sum.chain = kiosk_import_chain_of (self->good, self->chain);
  if (report->has_key && strlen (sealed) == 2 * sizeof hash
      && sodium_hex2bin (hash, sizeof hash, sealed, strlen (sealed), NULL, NULL, NULL) == 0)
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
  if (!place->good && self->tail == NULL)
    self->tail = kiosk_import_save (self);
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
  self->last_place = stored;
  if (parsed.fields[FIELD_SITE].value != NULL)
    self->site_place = stored;
  return put_record (self, &parsed, key, stored, flags, outcome, error)
         && kiosk_import_spans_add (self->spans, &parsed, key, time,
                                    (flags & KIOSK_RECORD_TROUBLE) != 0, error);
}

gboolean
kiosk_import_finish (KioskImport *self, const KioskAuditReport *report, GError **error)
{
  sum_up (self, report);
  if (self->tail == NULL)
    self->tail = kiosk_import_save (self);
  return kiosk_blocks_finish (g_steal_pointer (&self->blocks), FALSE, error)
         && kiosk_import_spans_finish (self->spans, error)
         && self->index->db->class->flush (self->index->db, error);
}

const KioskImportSum *
kiosk_import_get_sum (const KioskImport *self)
{
  return &self->sum;
}
