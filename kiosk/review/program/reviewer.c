/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "reviewer.h"

#include "kiosk/base/error.h"
#include "kiosk/base/file.h"

#include <string.h>

/* The key, and what is written with it. */

struct _KioskReviewer {
  GObject parent_instance;
  char *name, *key_file, *fixed_journal, *journal;
  KioskReviewSigner *signer;
  KioskStore *store; /* whose logs are looked at; NULL before */
  gboolean told;     /* that they are */
};

G_DEFINE_FINAL_TYPE (KioskReviewer, kiosk_reviewer, G_TYPE_OBJECT)

enum { CHANGED, ASK, N_SIGNALS };
static guint signals[N_SIGNALS];

const char *
kiosk_reviewer_get_name (KioskReviewer *self)
{
  return self->name;
}

const char *
kiosk_reviewer_get_key_file (KioskReviewer *self)
{
  return self->key_file;
}

void
kiosk_reviewer_set_key_file (KioskReviewer *self, const char *path)
{
  g_free (self->key_file);
  self->key_file = g_strdup (path);
  g_clear_pointer (&self->signer, kiosk_review_signer_free);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
kiosk_reviewer_is_open (KioskReviewer *self)
{
  return self->signer != NULL;
}

void
kiosk_reviewer_ask (KioskReviewer *self)
{
  g_signal_emit (self, signals[ASK], 0);
}

/* ---- Opening the key ---- */

typedef struct {
  char *name, *path;
  KioskSecret *passphrase;
} Opening;

static void
opening_free (Opening *opening)
{
  g_free (opening->name);
  g_free (opening->path);
  kiosk_secret_free (opening->passphrase);
  g_free (opening);
}

static void
run_open (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *opening = data;
  GError *error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  KioskReviewSigner *signer;

  bytes = opening->path != NULL
              ? kiosk_file_read_trusted (opening->path, KIOSK_ORDER_MAX_BYTES, &error)
              : NULL;
  if (opening->path == NULL)
    g_set_error_literal (&error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "no key file");
  signer = bytes != NULL
               ? kiosk_review_signer_open (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                           kiosk_secret_peek (opening->passphrase), &error)
               : NULL;
  if (signer == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, signer, (GDestroyNotify) kiosk_review_signer_free);
}

void
kiosk_reviewer_open (KioskReviewer *self, const char *name, KioskSecret *passphrase,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Opening *opening = g_new0 (Opening, 1);

  opening->name = g_strdup (name);
  opening->path = g_strdup (self->key_file);
  opening->passphrase = passphrase;
  g_task_set_task_data (task, opening, (GDestroyNotify) opening_free);
  g_task_run_in_thread (task, run_open);
}

/* That somebody looks at these logs stands in their journal, once the key says who. */
static void
tell_opened (KioskReviewer *self)
{
  KioskReviewEntry entry = { .kind = KIOSK_REVIEW_OPENED };
  g_autoptr (GError) error = NULL;

  if (self->told || self->store == NULL || self->signer == NULL)
    return;
  if (kiosk_reviewer_write (self, &entry, &error))
    self->told = TRUE;
  else
    g_warning ("%s: %s, ignoring", self->journal, error->message);
}

gboolean
kiosk_reviewer_open_finish (KioskReviewer *self, GAsyncResult *result, GError **error)
{
  const Opening *opening = g_task_get_task_data (G_TASK (result));
  KioskReviewSigner *signer = g_task_propagate_pointer (G_TASK (result), error);

  if (signer == NULL)
    return FALSE;
  g_clear_pointer (&self->signer, kiosk_review_signer_free);
  self->signer = signer;
  g_free (self->name);
  self->name = g_strdup (opening->name);
  tell_opened (self);
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}

/* ---- The journal ---- */

void
kiosk_reviewer_begin (KioskReviewer *self, KioskStore *store)
{
  g_set_object (&self->store, store);
  g_free (self->journal);
  self->journal = self->fixed_journal != NULL
                      ? g_strdup (self->fixed_journal)
                      : kiosk_review_journal_path (kiosk_store_get_path (store));
  self->told = FALSE;
  tell_opened (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* How far each log went: host, number and chain value of its last good record. */
static char *
describe_logs (KioskStore *store)
{
  GPtrArray *logs = kiosk_store_get_logs (store);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = logs->pdata[i];

      g_string_append_printf (
          text, "%s%s:%" G_GUINT64_FORMAT ":%s", i > 0 ? " " : "", log->host,
          log->report.records > 0 ? log->report.first + log->report.records - 1 : 0, log->chain);
    }
  return g_string_free (text, FALSE);
}

gboolean
kiosk_reviewer_write (KioskReviewer *self, KioskReviewEntry *entry, GError **error)
{
  g_autofree char *logs = NULL, *collector = NULL, *ledger = NULL, *codes = NULL;
  KioskReviewEntry whole = *entry;

  if (self->signer == NULL || self->store == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED, "no key");
      return FALSE;
    }
  logs = describe_logs (self->store);
  whole.time = g_get_real_time ();
  whole.reviewer = self->name;
  whole.logs = logs;
  if (entry->kind == KIOSK_REVIEW_SIGNED || entry->kind == KIOSK_REVIEW_SIGNED_BROKEN)
    {
      KioskProofs *proofs = kiosk_store_get_proofs (self->store);
      GPtrArray *all = kiosk_store_get_logs (self->store);

      whole.collector = collector = kiosk_proofs_describe_collector (proofs, all, entry->host);
      whole.ledger = ledger = kiosk_proofs_describe_ledger (proofs, entry->host);
      whole.codes = codes = kiosk_proofs_describe_codes (proofs, all, entry->host);
    }
  if (!kiosk_review_journal_append (self->journal, &whole, self->signer, error))
    return FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}

GPtrArray *
kiosk_reviewer_read (KioskReviewer *self, guint64 *bad_line)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *entries;

  *bad_line = 0;
  if (self->journal == NULL)
    return g_ptr_array_new ();
  entries = kiosk_review_journal_read (self->journal, bad_line, &error);
  if (entries == NULL)
    g_warning ("%s: %s", self->journal, error->message);
  return entries;
}

gboolean
kiosk_reviewer_has_note (GPtrArray *entries, const char *host, guint64 sequence)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const KioskReviewEntry *entry = entries->pdata[i];

      if (entry->kind == KIOSK_REVIEW_NOTE && entry->record == sequence
          && g_strcmp0 (entry->host, host) == 0)
        return TRUE;
    }
  return FALSE;
}

/* ---- Object ---- */

static void
kiosk_reviewer_finalize (GObject *object)
{
  KioskReviewer *self = KIOSK_REVIEWER (object);

  g_free (self->name);
  g_free (self->key_file);
  g_free (self->fixed_journal);
  g_free (self->journal);
  g_clear_pointer (&self->signer, kiosk_review_signer_free);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kiosk_reviewer_parent_class)->finalize (object);
}

static void
kiosk_reviewer_class_init (KioskReviewerClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = kiosk_reviewer_finalize;
  signals[CHANGED]
      = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ASK] = g_signal_new ("ask", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_reviewer_init (KioskReviewer *self)
{
}

KioskReviewer *
kiosk_reviewer_new (const char *name, const char *key_file, const char *journal)
{
  KioskReviewer *self = g_object_new (KIOSK_TYPE_REVIEWER, NULL);

  self->name = g_strdup (name);
  self->key_file = g_strdup (key_file);
  self->fixed_journal = g_strdup (journal);
  return self;
}
