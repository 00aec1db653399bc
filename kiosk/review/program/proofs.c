/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "proofs.h"

#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/model/order.h"

#include <string.h>

/* Holds results; how they are made is decided in kiosk/review/evidence.h. The auditors' secret lives only as long as the thread that uses it. */

struct _KioskProofs {
  GObject parent_instance;
  KioskKnownKeys *known;
  char *copy;
  KioskEvidence *evidence;
  GPtrArray *comparisons;
  guint opening;       /* number of the logs that are open */
  gint done_thousands; /* atomic; of the thread that checks codes */
};

G_DEFINE_FINAL_TYPE (KioskProofs, kiosk_proofs, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

const KioskKnownKeys *
kiosk_proofs_get_known (KioskProofs *self)
{
  return self->known;
}

const char *
kiosk_proofs_get_copy (KioskProofs *self)
{
  return self->copy;
}

void
kiosk_proofs_set_copy (KioskProofs *self, const char *path)
{
  g_free (self->copy);
  self->copy = g_strdup (path);
}

void
kiosk_proofs_take (KioskProofs *self, KioskEvidence *evidence)
{
  g_clear_pointer (&self->evidence, kiosk_evidence_free);
  self->evidence = evidence;
  self->opening++;
  g_ptr_array_set_size (self->comparisons, 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

const KioskEvidence *
kiosk_proofs_get (KioskProofs *self)
{
  return self->evidence;
}

/* ---- The paper ledger ---- */

static void
comparison_free (gpointer data)
{
  g_free (((KioskComparison *) data)->host);
  g_free (data);
}

gboolean
kiosk_proofs_compare (KioskProofs *self, const char *host, const KioskDaySeal *seal,
                      const char *written)
{
  gboolean right = kiosk_audit_seal_code_equal (written, seal->code);
  KioskComparison *found = NULL;

  for (guint i = 0; i < self->comparisons->len && found == NULL; i++)
    {
      KioskComparison *one = self->comparisons->pdata[i];

      if (one->sequence == seal->sequence && g_str_equal (one->host, host))
        found = one;
    }
  if (found == NULL)
    {
      found = g_new0 (KioskComparison, 1);
      found->host = g_strdup (host);
      found->day = seal->time;
      found->sequence = seal->sequence;
      g_ptr_array_add (self->comparisons, found);
    }
  found->right = right;
  g_signal_emit (self, signals[CHANGED], 0);
  return right;
}

GPtrArray *
kiosk_proofs_get_comparisons (KioskProofs *self)
{
  return self->comparisons;
}

/* ---- Codes ---- */

typedef struct {
  gint64 log;
  KioskCodesState state;
  KioskAuditReport report;
} Result;

typedef struct {
  KioskProofs *proofs;
  GPtrArray *logs;
  char *key_file;
  KioskSecret *passphrase;
  GArray *results; /* of Result */
  guint opening;
  guint64 done, total;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_ptr_array_unref (check->logs);
  g_free (check->key_file);
  g_clear_pointer (&check->passphrase, kiosk_secret_free);
  g_array_unref (check->results);
  g_free (check);
}

static void
on_progress (guint64 done, guint64 total, guint64 records, gpointer user_data)
{
  Check *check = user_data;

  g_atomic_int_set (&check->proofs->done_thousands,
                    (gint) ((check->done + done) * 1000 / MAX (check->total, 1)));
}

static KioskAuditorKey *
open_key (Check *check, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  KioskAuditorKey *key;

  if (check->key_file == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "no key file");
      return NULL;
    }
  bytes = kiosk_file_read_trusted (check->key_file, KIOSK_ORDER_MAX_BYTES, error);
  if (bytes == NULL)
    return NULL;
  key = kiosk_auditor_key_open (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                kiosk_secret_peek (check->passphrase), error);
  g_clear_pointer (&check->passphrase, kiosk_secret_free);
  return key;
}

static void
run_check (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Check *check = data;
  GError *error = NULL;
  g_autoptr (KioskAuditorKey) key = open_key (check, &error);

  for (guint i = 0; key != NULL && error == NULL && i < check->logs->len; i++)
    {
      const KioskIndexLog *log = check->logs->pdata[i];
      Result result = { .log = log->id };

      result.state = kiosk_evidence_check_codes (log, key, on_progress, check, cancellable,
                                                 &result.report, &error);
      check->done += log->size;
      g_array_append_val (check->results, result);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
kiosk_proofs_check_codes (KioskProofs *self, GPtrArray *logs, const char *key_file,
                          KioskSecret *passphrase, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Check *check = g_new0 (Check, 1);

  check->proofs = self; /* the task holds it */
  check->logs = g_ptr_array_ref (logs);
  check->key_file = g_strdup (key_file);
  check->passphrase = passphrase;
  check->results = g_array_new (FALSE, FALSE, sizeof (Result));
  check->opening = self->opening;
  for (guint i = 0; i < logs->len; i++)
    check->total += ((const KioskIndexLog *) logs->pdata[i])->size;
  g_atomic_int_set (&self->done_thousands, 0);
  g_task_set_task_data (task, check, check_free);
  g_task_run_in_thread (task, run_check);
}

gboolean
kiosk_proofs_check_codes_finish (KioskProofs *self, GAsyncResult *result, GError **error)
{
  const Check *check = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  for (guint i = 0; check->opening == self->opening && i < check->results->len; i++)
    {
      const Result *one = &g_array_index (check->results, Result, i);
      KioskLogEvidence *log = kiosk_evidence_find (self->evidence, one->log);

      if (log == NULL)
        continue;
      log->codes = one->state;
      log->codes_report = one->report;
    }
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}

double
kiosk_proofs_get_progress (KioskProofs *self)
{
  return g_atomic_int_get (&self->done_thousands) / 1000.0;
}

/* ---- For the journal ---- */

static void append (GString *text, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append (GString *text, const char *format, ...)
{
  va_list values;

  if (text->len > 0)
    g_string_append_c (text, ' ');
  va_start (values, format);
  g_string_append_vprintf (text, format, values);
  va_end (values);
}

/* The witness that contradicts, else the one that speaks. */
static const KioskWitness *
choose_witness (const KioskLogEvidence *one)
{
  if (kiosk_witness_contradicts (&one->receipts) || one->copy.finding == KIOSK_WITNESS_NONE)
    return &one->receipts;
  return &one->copy;
}

char *
kiosk_proofs_describe_collector (KioskProofs *self, GPtrArray *logs, const char *host)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = logs->pdata[i];
      const KioskLogEvidence *one = kiosk_evidence_find (self->evidence, log->id);

      if (one != NULL && (host == NULL || g_str_equal (host, log->host)))
        append (text, "%s:%" G_GUINT64_FORMAT ":%s", log->host, choose_witness (one)->sequence,
                kiosk_witness_word (choose_witness (one)));
    }
  return g_string_free (text, FALSE);
}

char *
kiosk_proofs_describe_ledger (KioskProofs *self, const char *host)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->comparisons->len; i++)
    {
      const KioskComparison *one = self->comparisons->pdata[i];
      g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (one->day / G_USEC_PER_SEC);
      g_autofree char *day = g_date_time_format (when, "%Y-%m-%d");

      if (host == NULL || g_str_equal (host, one->host))
        append (text, "%s:%s:%" G_GUINT64_FORMAT ":%s", one->host, day, one->sequence,
                one->right ? "right" : "wrong");
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : g_strdup ("none");
}

char *
kiosk_proofs_describe_codes (KioskProofs *self, GPtrArray *logs, const char *host)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = logs->pdata[i];
      const KioskLogEvidence *one = kiosk_evidence_find (self->evidence, log->id);

      if (one != NULL && (host == NULL || g_str_equal (host, log->host)))
        append (text, "%s:%s", log->host,
                one->codes == KIOSK_CODES_RIGHT   ? "right"
                : one->codes == KIOSK_CODES_WRONG ? "wrong"
                                                  : "unchecked");
    }
  return g_string_free (text, FALSE);
}

/* ---- Object ---- */

static void
kiosk_proofs_finalize (GObject *object)
{
  KioskProofs *self = KIOSK_PROOFS (object);

  kiosk_known_keys_free (self->known);
  g_free (self->copy);
  kiosk_evidence_free (self->evidence);
  g_ptr_array_unref (self->comparisons);
  G_OBJECT_CLASS (kiosk_proofs_parent_class)->finalize (object);
}

static void
kiosk_proofs_class_init (KioskProofsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = kiosk_proofs_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_proofs_init (KioskProofs *self)
{
  self->comparisons = g_ptr_array_new_with_free_func (comparison_free);
}

KioskProofs *
kiosk_proofs_new (KioskKnownKeys *known, const char *copy)
{
  KioskProofs *self = g_object_new (KIOSK_TYPE_PROOFS, NULL);

  self->known = known;
  self->copy = g_strdup (copy);
  return self;
}
