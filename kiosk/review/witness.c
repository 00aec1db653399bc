/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "witness.h"

#include "kiosk/base/error.h"
#include "kiosk/log/receipt.h"
#include "kiosk/model/audit-actions.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* A witness speaks of checkpoints, so it is held against the checkpoints of the index, the newest first: that is where it speaks. */

#define PAGE 200
#define RECEIPTS_MAX (16 * 1024 * 1024)

static const char *const checkpoint_actions[]
    = { KIOSK_ACTION_CHECKPOINT, KIOSK_ACTION_LOG_BEGUN, KIOSK_ACTION_LOG_CLOSED, NULL };

void
kiosk_witness_clear (KioskWitness *self)
{
  g_clear_pointer (&self->name, g_free);
}

gboolean
kiosk_witness_contradicts (const KioskWitness *self)
{
  return self->finding == KIOSK_WITNESS_CUT || self->finding == KIOSK_WITNESS_DIFFERS
         || self->finding == KIOSK_WITNESS_FOREIGN;
}

const char *
kiosk_witness_word (const KioskWitness *self)
{
  static const char *const words[] = {
    [KIOSK_WITNESS_NONE] = "none",       [KIOSK_WITNESS_AGREES] = "confirmed",
    [KIOSK_WITNESS_CUT] = "cut",         [KIOSK_WITNESS_DIFFERS] = "differs",
    [KIOSK_WITNESS_FOREIGN] = "foreign", [KIOSK_WITNESS_BEFORE] = "none",
    [KIOSK_WITNESS_BAD] = "bad",
  };

  return words[self->finding];
}

/* ---- Checkpoints of the index ---- */

static guint64
last_good (const KioskIndexLog *log)
{
  return log->report.records > 0 ? log->report.first + log->report.records - 1 : 0;
}

typedef struct {
  gint64 log;
  KioskSealFunc on_seal;
  gpointer user_data;
} Walk;

static gboolean
on_line (const KioskIndexRecord *record, const char *line, gsize length, gpointer user_data)
{
  Walk *walk = user_data;
  KioskSeal seal;

  return record->log != walk->log || !record->good || !kiosk_seal_read (line, length, &seal)
         || walk->on_seal (&seal, walk->user_data);
}

gboolean
kiosk_index_foreach_seal (KioskIndex *index, const KioskIndexLog *log, const char *reason,
                          gint64 from, gint64 to, KioskSealFunc on_seal, gpointer user_data,
                          GError **error)
{
  const KioskIndexFilter filter
      = { .actions = checkpoint_actions, .reason = reason, .from = from, .to = to };
  Walk walk = { log->id, on_seal, user_data };

  return kiosk_index_foreach_line (index, &filter, on_line, &walk, error);
}

/* The chain value of checkpoint @sequence of @log. *@found: whether it has such a checkpoint. */
static gboolean
find_chain (KioskIndex *index, const KioskIndexLog *log, guint64 sequence, KioskSeal *seal,
            gboolean *found, GError **error)
{
  KioskIndexFilter filter = { .host = log->host, .actions = checkpoint_actions };
  gint64 after = 0;

  *found = FALSE;
  for (;;)
    {
      g_autoptr (GPtrArray) page
          = kiosk_index_get_page (index, &filter, KIOSK_INDEX_NEWEST_FIRST, after, PAGE, error);

      if (page == NULL)
        return FALSE;
      for (guint i = 0; i < page->len; i++)
        {
          const KioskIndexRecord *record = page->pdata[i];
          g_autoptr (KioskIndexRecord) whole = NULL;
          g_autoptr (GBytes) line = NULL;
          const char *text;
          gsize length;

          after = record->key;
          if (record->log != log->id || record->sequence != sequence || !record->good)
            continue;
          whole = kiosk_index_get_record (index, record->key, &line, error);
          if (whole == NULL)
            return FALSE;
          text = g_bytes_get_data (line, &length);
          *found = kiosk_seal_read (text, length, seal);
          return TRUE;
        }
      if (page->len > 0)
        continue;
      if (filter.host == NULL)
        return TRUE;
      /* a log whose enrolment is another terminal's: its records have another name */
      filter.host = NULL;
      after = 0;
    }
}

/* ---- Receipts ---- */

static void
receipt_free (gpointer data)
{
  kiosk_collect_receipt_clear (data);
  g_free (data);
}

static int
compare_receipts (gconstpointer a, gconstpointer b)
{
  const KioskCollectReceipt *x = *(const KioskCollectReceipt *const *) a;
  const KioskCollectReceipt *y = *(const KioskCollectReceipt *const *) b;

  return x->sequence < y->sequence ? 1 : x->sequence > y->sequence ? -1 : 0;
}

/* Those that count, the furthest first. */
static GPtrArray *
parse_receipts (const char *text, const KioskIndexLog *log, const KioskKnownKeys *known, guint *bad)
{
  GPtrArray *receipts = g_ptr_array_new_with_free_func (receipt_free);
  gboolean listed = kiosk_known_keys_has (known, KIOSK_KNOWN_COLLECTOR, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      KioskCollectReceipt *receipt = g_new0 (KioskCollectReceipt, 1);

      if (*lines[i] != '\0'
          && kiosk_collect_receipt_parse (lines[i], strlen (lines[i]), receipt, NULL)
          && g_str_equal (receipt->host, log->host)
          && (!listed
              || kiosk_known_keys_find (known, KIOSK_KNOWN_COLLECTOR, receipt->collector) != NULL))
        {
          g_ptr_array_add (receipts, receipt);
          continue;
        }
      /* the last line may still be being written */
      *bad += *lines[i] != '\0' && lines[i + 1] != NULL;
      receipt_free (receipt);
    }
  g_ptr_array_sort (receipts, compare_receipts);
  return receipts;
}

static gboolean
judge_receipt (KioskIndex *index, const KioskIndexLog *log, const KioskCollectReceipt *receipt,
               KioskWitnessFinding *finding, GError **error)
{
  KioskSeal seal;
  gboolean found;

  if (!log->report.has_key || memcmp (receipt->log, log->report.key, sizeof receipt->log) != 0)
    *finding = KIOSK_WITNESS_FOREIGN;
  else if (receipt->sequence > last_good (log))
    *finding = KIOSK_WITNESS_CUT;
  else if (receipt->sequence < log->report.first)
    *finding = KIOSK_WITNESS_BEFORE;
  else if (!find_chain (index, log, receipt->sequence, &seal, &found, error))
    return FALSE;
  else
    *finding = found && memcmp (seal.chain, receipt->chain, sizeof seal.chain) == 0
                   ? KIOSK_WITNESS_AGREES
                   : KIOSK_WITNESS_DIFFERS;
  return TRUE;
}

static gint64
read_time (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return time != NULL
             ? g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time)
             : 0;
}

/* Whether records behind the last one are to be expected elsewhere: an older file alone, or a bundle of older files, is no log that was cut;
 * and a collector goes on writing while it is read, so its receipts can be ahead of what was read before. */
static gboolean
goes_on (const KioskIndexLog *log, const char *folder)
{
  guint n = g_strv_length (log->files);
  guint64 size = 0;

  if (n == 0 || !g_str_equal (log->files[n - 1], KIOSK_LOG_CURRENT_NAME))
    return TRUE;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_build_filename (folder, log->files[i], NULL);
      GStatBuf status;

      size += g_stat (path, &status) == 0 ? (guint64) status.st_size : 0;
    }
  return size != log->size;
}

/* The furthest one is the finding; when it contradicts, one that does not says how far the log is what it was. */
static gboolean
judge_receipts (KioskIndex *index, const KioskIndexLog *log, const GPtrArray *receipts,
                gboolean open_end, const KioskKnownKeys *known, KioskWitness *self, GError **error)
{
  for (guint i = 0; i < receipts->len && self->common == 0; i++)
    {
      const KioskCollectReceipt *receipt = receipts->pdata[i];
      KioskWitnessFinding finding;

      if (!judge_receipt (index, log, receipt, &finding, error))
        return FALSE;
      if (finding == KIOSK_WITNESS_AGREES)
        self->common = receipt->sequence;
      if (self->finding != KIOSK_WITNESS_NONE || (finding == KIOSK_WITNESS_CUT && open_end))
        continue;
      self->finding = finding;
      self->sequence = receipt->sequence;
      self->time = read_time (receipt->time);
      memcpy (self->collector, receipt->collector, sizeof self->collector);
      self->name
          = g_strdup (kiosk_known_keys_find (known, KIOSK_KNOWN_COLLECTOR, receipt->collector));
    }
  return TRUE;
}

gboolean
kiosk_witness_read_receipts (KioskIndex *index, const KioskIndexLog *log, const char *folder,
                             const KioskKnownKeys *known, KioskWitness *self, GError **error)
{
  g_autofree char *path = g_build_filename (folder, KIOSK_RECEIPTS_NAME, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) receipts = NULL;
  gsize length;

  *self = (KioskWitness){ 0 };
  if (!g_file_get_contents (path, &text, &length, &local))
    {
      if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (length > RECEIPTS_MAX || strlen (text) != length)
    self->bad = 1;
  else
    receipts = parse_receipts (text, log, known, &self->bad);
  if (receipts != NULL
      && !judge_receipts (index, log, receipts, goes_on (log, folder), known, self, error))
    return FALSE;
  if (self->finding == KIOSK_WITNESS_NONE && self->bad > 0)
    self->finding = KIOSK_WITNESS_BAD;
  return TRUE;
}

/* ---- A copy ---- */

typedef struct {
  guint64 wanted;
  KioskSeal last, at; /* the last checkpoint; the one with the wanted number */
  GHashTable *known;  /* KioskSeal of the log by number, for the second reading */
  guint64 common;
} Copy;

static gboolean
on_copy_line (const char *line, gsize length, const KioskLogPlace *place, gpointer user_data)
{
  Copy *copy = user_data;
  KioskSeal seal;

  if (!place->good)
    return FALSE; /* what stands behind proves nothing */
  if (place->repeat || !kiosk_seal_read (line, length, &seal))
    return TRUE;
  copy->last = seal;
  if (seal.sequence == copy->wanted)
    copy->at = seal;
  if (copy->known != NULL)
    {
      const guint8 *ours = g_hash_table_lookup (copy->known, &seal.sequence);

      if (ours != NULL && memcmp (ours, seal.chain, sizeof seal.chain) == 0)
        copy->common = seal.sequence;
    }
  return TRUE;
}

static gboolean
on_seal (const KioskSeal *seal, gpointer user_data)
{
  g_hash_table_insert (user_data, g_memdup2 (&seal->sequence, sizeof seal->sequence),
                       g_memdup2 (seal->chain, sizeof seal->chain));
  return TRUE;
}

static gboolean
read_copy (KioskLogSet *set, const KioskIndexLog *log, Copy *copy, GCancellable *cancellable,
           KioskAuditReport *report, GError **error)
{
  const KioskAuditKeys keys = { .key = log->report.key };

  return kiosk_log_set_read (set, &keys, on_copy_line, NULL, copy, cancellable, report, error);
}

/* The last checkpoint that both have. */
static gboolean
find_common (KioskIndex *index, const KioskIndexLog *log, KioskLogSet *set, Copy *copy,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) known
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  KioskAuditReport report;

  copy->known = known;
  if (!kiosk_index_foreach_seal (index, log, NULL, 0, 0, on_seal, known, error)
      || !read_copy (set, log, copy, cancellable, &report, error))
    return FALSE;
  copy->known = NULL;
  return TRUE;
}

static gboolean
compare_copy (KioskIndex *index, const KioskIndexLog *log, KioskLogSet *set, gboolean open_end,
              KioskWitness *self, GCancellable *cancellable, GError **error)
{
  Copy copy = { .wanted = log->report.sealed };
  KioskAuditReport report;
  KioskSeal ours, *theirs;
  gboolean found;

  if (!read_copy (set, log, &copy, cancellable, &report, error))
    return FALSE;
  self->sequence = copy.last.sequence;
  self->time = copy.last.time;
  if (report.fault == KIOSK_AUDIT_FOREIGN)
    self->finding = KIOSK_WITNESS_FOREIGN;
  else if (copy.last.sequence == 0)
    self->finding = KIOSK_WITNESS_BAD;
  else if (copy.last.sequence < log->report.first)
    self->finding = KIOSK_WITNESS_BEFORE;
  if (self->finding != KIOSK_WITNESS_NONE)
    return TRUE;
  theirs = copy.last.sequence < copy.wanted ? &copy.last : &copy.at;
  if (!find_chain (index, log, theirs->sequence, &ours, &found, error))
    return FALSE;
  if (found && memcmp (ours.chain, theirs->chain, sizeof ours.chain) == 0)
    {
      self->common = theirs->sequence;
      self->finding = copy.last.sequence > last_good (log) && !open_end ? KIOSK_WITNESS_CUT
                                                                        : KIOSK_WITNESS_AGREES;
      return TRUE;
    }
  self->finding = KIOSK_WITNESS_DIFFERS;
  if (!find_common (index, log, set, &copy, cancellable, error))
    return FALSE;
  self->common = copy.common;
  return TRUE;
}

gboolean
kiosk_witness_read_copy (KioskIndex *index, const KioskIndexLog *log, const char *own,
                         const char *folder, GCancellable *cancellable, KioskWitness *self,
                         GError **error)
{
  g_autofree char *below = g_build_filename (folder, log->host, NULL);
  g_autoptr (KioskLogSet) set = NULL;

  *self = (KioskWitness){ 0 };
  if (!log->report.has_key)
    return TRUE;
  /* an ID is a word of the policy; what it says here comes from a file */
  if (*log->host != '\0' && strpbrk (log->host, "/.") == NULL
      && g_file_test (below, G_FILE_TEST_IS_DIR))
    set = kiosk_log_set_open (below, error);
  else
    {
      set = kiosk_log_set_open (folder, NULL);
      if (set == NULL
          || (kiosk_log_set_get_host (set) != NULL
              && !g_str_equal (kiosk_log_set_get_host (set), log->host)))
        return TRUE;
    }
  return set != NULL
         && compare_copy (index, log, set, goes_on (log, own), self, cancellable, error);
}
