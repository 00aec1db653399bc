/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "store.h"

#include "kiosk/base/error.h"
#include "kiosk/log/bundle.h"
#include "kiosk/log/log-set.h"

#include <string.h>

/* One job at a time: a job that was cancelled or is of an earlier path ends without anybody listening. */

typedef struct {
  char *path;
  KioskAuditKeys keys;
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  KioskIndex *index;
  GPtrArray *logs;
  const KioskKnownKeys *known; /* of the proofs, which live longer */
  char *copy;
  KioskEvidence *evidence;
  gint done_thousands; /* atomic */
} Job;

struct _KioskStore {
  GObject parent_instance;

  KioskStoreState state;
  gboolean has_key;
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  char *path, *failure;
  gboolean untrusted;
  KioskHeldIndex *held;
  GPtrArray *logs;
  KioskProofs *proofs;
  GCancellable *cancellable;
  Job *job; /* of the task that runs; only its progress is read here */
  guint ticker;
  double progress;

  char *host;
  gint64 from, to;
  KioskView view;
};

G_DEFINE_FINAL_TYPE (KioskStore, kiosk_store, G_TYPE_OBJECT)

enum { STATE, CHANGED, GO, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- The thread ---- */

static void
job_free (Job *job)
{
  g_free (job->path);
  g_clear_pointer (&job->index, kiosk_index_free);
  g_clear_pointer (&job->logs, g_ptr_array_unref);
  g_free (job->copy);
  g_clear_pointer (&job->evidence, kiosk_evidence_free);
  g_free (job);
}

static void
on_progress (guint64 done, guint64 total, guint64 records, gpointer user_data)
{
  Job *job = user_data;

  g_atomic_int_set (&job->done_thousands, total > 0 ? (gint) (done * 1000 / total) : 0);
}

/* A bundle that is not what was signed looks like a folder without a log. */
static void
say_bundle (const Job *job, GError **error)
{
  g_autofree char *list = g_build_filename (job->path, KIOSK_BUNDLE_NAME, NULL);
  g_autoptr (GError) reason = NULL;
  g_autoptr (KioskBundle) bundle = NULL;

  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || !g_file_test (list, G_FILE_TEST_EXISTS))
    return;
  bundle = kiosk_bundle_check (job->path, &reason);
  if (bundle != NULL)
    return;
  g_clear_error (error);
  g_propagate_error (error, g_steal_pointer (&reason));
}

static void
run_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  job->index = kiosk_index_open (NULL, &error);
  if (job->index == NULL
      || !kiosk_index_import_path (job->index, job->path, job->keys.key != NULL ? &job->keys : NULL,
                                   on_progress, job, cancellable, &error)
      || (job->logs = kiosk_index_get_logs (job->index, &error)) == NULL
      || (job->evidence
          = kiosk_evidence_gather (job->index, job->logs, job->path, job->keys.key != NULL,
                                   job->known, job->copy, cancellable, &error))
             == NULL)
    {
      say_bundle (job, &error);
      g_task_return_error (task, error);
      return;
    }
  g_task_return_boolean (task, TRUE);
}

/* ---- Around it ---- */

static void
let_go (KioskStore *self)
{
  self->state = KIOSK_STORE_EMPTY;
  g_clear_pointer (&self->held, kiosk_held_index_release);
  g_ptr_array_set_size (self->logs, 0);
  kiosk_proofs_take (self->proofs, NULL);
  g_clear_pointer (&self->failure, g_free);
}

static void
set_state (KioskStore *self, KioskStoreState state)
{
  self->state = state;
  g_signal_emit (self, signals[STATE], 0);
}

static gboolean
on_tick (gpointer data)
{
  KioskStore *self = data;

  if (self->job != NULL)
    self->progress = g_atomic_int_get (&self->job->done_thousands) / 1000.0;
  g_signal_emit (self, signals[STATE], 0);
  return G_SOURCE_CONTINUE;
}

/* The month of the last record: what is reviewed first. */
static void
look_at_last_month (KioskStore *self)
{
  g_autoptr (GDateTime) when = NULL;
  g_autoptr (GDateTime) from = NULL;
  g_autoptr (GDateTime) to = NULL;
  gint64 first, last;

  self->from = self->to = 0;
  kiosk_store_get_extent (self, &first, &last);
  when = last > 0 ? g_date_time_new_from_unix_local (last / G_USEC_PER_SEC) : NULL;
  if (when == NULL)
    return;
  from = g_date_time_new_local (g_date_time_get_year (when), g_date_time_get_month (when), 1, 0, 0,
                                0);
  to = g_date_time_add_months (from, 1);
  self->from = g_date_time_to_unix (from) * G_USEC_PER_SEC;
  self->to = g_date_time_to_unix (to) * G_USEC_PER_SEC;
}

static void
on_job_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KioskStore *self = KIOSK_STORE (source);
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean good = g_task_propagate_boolean (G_TASK (result), &error);

  if (job != self->job)
    return; /* another one was begun */
  self->job = NULL;
  g_clear_handle_id (&self->ticker, g_source_remove);
  if (good)
    {
      self->held = g_atomic_rc_box_new0 (KioskHeldIndex);
      self->held->index = g_steal_pointer (&job->index);
      g_ptr_array_unref (self->logs);
      self->logs = g_steal_pointer (&job->logs);
      kiosk_proofs_take (self->proofs, g_steal_pointer (&job->evidence));
      look_at_last_month (self);
      set_state (self, KIOSK_STORE_READY);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_state (self, KIOSK_STORE_EMPTY);
  else
    {
      self->failure = g_strdup (error->message);
      self->untrusted = g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED);
      set_state (self, KIOSK_STORE_FAILED);
    }
}

void
kiosk_store_open (KioskStore *self, const char *path)
{
  g_autoptr (GTask) task = NULL;
  Job *job = g_new0 (Job, 1);

  kiosk_store_cancel (self);
  let_go (self);
  g_free (self->path);
  self->path = g_strdup (path);
  g_clear_pointer (&self->host, g_free);
  kiosk_view_clear (&self->view);
  self->progress = 0;

  job->path = g_strdup (path);
  job->known = kiosk_proofs_get_known (self->proofs);
  job->copy = g_strdup (kiosk_proofs_get_copy (self->proofs));
  if (self->has_key)
    {
      memcpy (job->key, self->key, sizeof job->key);
      job->keys.key = job->key;
    }
  self->job = job;
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, on_job_ready, NULL);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_clear_handle_id (&self->ticker, g_source_remove);
  self->ticker = g_timeout_add (100, on_tick, self);
  set_state (self, KIOSK_STORE_READING);
  g_task_run_in_thread (task, run_job);
}

void
kiosk_store_cancel (KioskStore *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

/* ---- What there is ---- */

KioskStoreState
kiosk_store_get_state (KioskStore *self)
{
  return self->state;
}

double
kiosk_store_get_progress (KioskStore *self)
{
  return self->progress;
}

const char *
kiosk_store_get_path (KioskStore *self)
{
  return self->path;
}

const char *
kiosk_store_get_failure (KioskStore *self)
{
  return self->failure;
}

KioskIndex *
kiosk_store_get_index (KioskStore *self)
{
  return self->held != NULL ? self->held->index : NULL;
}

KioskHeldIndex *
kiosk_store_hold_index (KioskStore *self)
{
  return g_atomic_rc_box_acquire (self->held);
}

static void
clear_held (gpointer data)
{
  kiosk_index_free (((KioskHeldIndex *) data)->index);
}

void
kiosk_held_index_release (KioskHeldIndex *held)
{
  g_atomic_rc_box_release_full (held, clear_held);
}

gboolean
kiosk_store_is_untrusted (KioskStore *self)
{
  return self->failure != NULL && self->untrusted;
}

GPtrArray *
kiosk_store_get_logs (KioskStore *self)
{
  return self->logs;
}

KioskProofs *
kiosk_store_get_proofs (KioskStore *self)
{
  return self->proofs;
}

const KioskIndexLog *
kiosk_store_find_log (KioskStore *self, gint64 id)
{
  for (guint i = 0; i < self->logs->len; i++)
    {
      const KioskIndexLog *log = self->logs->pdata[i];

      if (log->id == id)
        return log;
    }
  return NULL;
}

/* ---- Where pages look ---- */

void
kiosk_store_set_host (KioskStore *self, const char *host)
{
  if (g_strcmp0 (host, self->host) == 0)
    return;
  g_free (self->host);
  self->host = g_strdup (host);
  g_signal_emit (self, signals[CHANGED], 0);
}

const char *
kiosk_store_get_host (KioskStore *self)
{
  return self->host;
}

void
kiosk_store_set_period (KioskStore *self, gint64 from, gint64 to)
{
  if (from == self->from && to == self->to)
    return;
  self->from = from;
  self->to = to;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
kiosk_store_get_period (KioskStore *self, gint64 *from, gint64 *to)
{
  *from = self->from;
  *to = self->to;
}

void
kiosk_store_get_span (KioskStore *self, gint64 *from, gint64 *to)
{
  gint64 first, last;

  kiosk_store_get_extent (self, &first, &last);
  *from = self->from != 0 ? self->from : first;
  *to = self->to != 0 ? self->to : last + 1;
}

void
kiosk_store_show (KioskStore *self, KioskView *view)
{
  kiosk_view_clear (&self->view);
  self->view = *view;
  memset (view, 0, sizeof *view);
  kiosk_store_go (self, "timeline");
  g_signal_emit (self, signals[CHANGED], 0);
}

KioskView *
kiosk_store_get_view (KioskStore *self)
{
  return &self->view;
}

void
kiosk_store_go (KioskStore *self, const char *page)
{
  g_signal_emit (self, signals[GO], 0, page);
}

/* ---- Object ---- */

static void
on_proofs_changed (KioskProofs *proofs, KioskStore *self)
{
  if (self->state == KIOSK_STORE_READY)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
kiosk_store_finalize (GObject *object)
{
  KioskStore *self = KIOSK_STORE (object);

  g_clear_handle_id (&self->ticker, g_source_remove);
  g_clear_object (&self->cancellable);
  let_go (self);
  g_clear_object (&self->proofs);
  g_ptr_array_unref (self->logs);
  g_free (self->path);
  g_free (self->host);
  kiosk_view_clear (&self->view);
  G_OBJECT_CLASS (kiosk_store_parent_class)->finalize (object);
}

static void
kiosk_store_class_init (KioskStoreClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = kiosk_store_finalize;
  signals[STATE]
      = g_signal_new ("state", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED]
      = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GO] = g_signal_new ("go", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                              G_TYPE_STRING);
}

static void
kiosk_store_init (KioskStore *self)
{
  self->logs = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_index_log_free);
}

KioskStore *
kiosk_store_new (const guint8 *key, KioskProofs *proofs)
{
  KioskStore *self = g_object_new (KIOSK_TYPE_STORE, NULL);

  self->proofs = g_object_ref (proofs);
  g_signal_connect_object (proofs, "changed", G_CALLBACK (on_proofs_changed), self, 0);

  self->has_key = key != NULL;
  if (key != NULL)
    memcpy (self->key, key, sizeof self->key);
  return self;
}
