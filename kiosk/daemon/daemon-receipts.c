/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* What the collector has of the log (R21, R22): its receipt is fetched every few minutes, held against our own log, and kept.
 *
 * Threat: an older copy of the log and of its keys is put back, together; or both are made anew. Nothing on the terminal shows it, but the collector has signed
 * what is gone. Then the terminal is out of service until a person has looked at it. A receipt opens nothing, ever: not even one that is
 * right takes that back. Who keeps receipts away, or sends nonsense, gains that old files are kept. */

#include "daemon-private.h"
#include "receipt-fetch.h"

#include "kiosk/base/clock.h"
#include "kiosk/log/find-record.h"

#include <gio/gio.h>
#include <sodium.h>
#include <string.h>

#define CODE "L-05"

/* Seconds. */
#define LOOK 5
#define INTERVAL 300
#define AFTER_ROTATION 20 /* until the collector has had it, and has answered */
#define REFUSALS 3600
#define SILENCE 86400

struct _KioskReceipts {
  gint64 heard; /* CLOCK_BOOTTIME microseconds: the last that was good, else the begin */
  KioskReceiptFetch *fetch; /* one at a time, with */
  GCancellable *search;     /* what follows from it */
  guint look_source, done_source;
  gint64 asked;                          /* CLOCK_BOOTTIME microseconds; 0: never */
  guint64 file;                          /* of the log, when it was asked */
  gint64 rotated;                        /* when another one was seen; 0: it was not */
  gboolean soon;                         /* to be asked as soon as possible */
  gboolean silent;                       /* that there is no answer stands in the journal */
  gint64 told[KIOSK_N_RECEIPT_VERDICTS]; /* when it was recorded last; 0: never */
};

/* A receipt on its way through the judge. */
typedef struct {
  KioskDaemon *daemon;
  char *folder;
  char *line;
  gsize length;
  gboolean anew; /* it is kept already */
  KioskReceipt receipt;
  KioskAuditChain own;
} Search;

static void
search_free (gpointer data)
{
  Search *self = data;

  g_free (self->folder);
  g_free (self->line);
  g_free (self);
}

/* ---- What follows ---- */

static gboolean
is_due (gint64 *told, gint64 now)
{
  if (*told != 0 && now - *told < (gint64) REFUSALS * G_USEC_PER_SEC)
    return FALSE;
  *told = now;
  return TRUE;
}

static void
record (KioskDaemon *self, const char *action, KioskReceiptVerdict verdict,
        const KioskReceipt *receipt)
{
  const char *reason = kiosk_receipt_verdict_reason (verdict);
  char key[2 * KIOSK_AUDIT_KEY_SIZE + 1];
  g_autofree char *detail = NULL;

  if (receipt != NULL)
    detail = g_strdup_printf (
        "of %s, signed %s by %s", receipt->host, receipt->time,
        sodium_bin2hex (key, sizeof key, receipt->collector, sizeof receipt->collector));
  kiosk_daemon_record (
      self,
      &(KioskEntry){ .action = action,
                     .outcome = reason == NULL ? KIOSK_OUTCOME_SUCCESS : KIOSK_OUTCOME_FAILURE,
                     .reason = reason,
                     .detail = detail,
                     .last = receipt != NULL ? receipt->sequence : 0 },
      NULL);
}

static void
keep (KioskDaemon *self, const char *line, gsize length, const KioskReceipt *receipt)
{
  KioskAuditWriter *writer;
  g_autoptr (GError) error = NULL;

  self->receipts->heard = kiosk_clock_boottime ();
  record (self, KIOSK_ACTION_LOG_RECEIPTED, KIOSK_RECEIPT_GOOD, receipt);
  writer = kiosk_recorder_get_writer (self->recorder);
  if (writer != NULL && !kiosk_audit_writer_keep_receipt (writer, line, length, &error))
    g_warning ("Receipt: %s, ignoring", error->message);
  kiosk_daemon_monitor_touch (self);
}

/* Recorded first: while the file that blocks cannot be written the terminal goes out of service all the same. */
static void
contradict (KioskDaemon *self, const char *line, gsize length, const KioskReceipt *receipt,
            KioskReceiptVerdict verdict)
{
  KioskAuditWriter *writer = kiosk_recorder_get_writer (self->recorder);
  g_autofree char *there = kiosk_audit_writer_find_contradicted (writer);
  g_autoptr (GError) error = NULL;

  if (is_due (&self->receipts->told[verdict], kiosk_clock_boottime ()) || there == NULL)
    {
      g_warning ("The collector has another log: %s", kiosk_receipt_verdict_reason (verdict));
      record (self, KIOSK_ACTION_LOG_CONTRADICTED, verdict, receipt);
    }
  writer = kiosk_recorder_get_writer (self->recorder);
  if (writer != NULL
      && !kiosk_audit_writer_contradict (writer, receipt->sequence, line, length, &error))
    g_warning ("Receipt: %s, ignoring", error->message);
  kiosk_daemon_stop_later (self, CODE);
}

static void
follow (KioskDaemon *self, const char *line, gsize length, gboolean anew,
        KioskReceiptVerdict verdict, const KioskReceipt *receipt)
{
  if (kiosk_receipt_contradicts (verdict))
    contradict (self, line, length, receipt, verdict);
  else if (verdict == KIOSK_RECEIPT_GOOD && !anew)
    keep (self, line, length, receipt);
  else if (kiosk_receipt_verdict_reason (verdict) != NULL && !anew
           && is_due (&self->receipts->told[verdict], kiosk_clock_boottime ()))
    record (self, KIOSK_ACTION_RECEIPT_REFUSED, verdict,
            verdict == KIOSK_RECEIPT_MALFORMED || verdict == KIOSK_RECEIPT_FORGED ? NULL : receipt);
}

/* ---- Our own record ---- */

static void
search_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Search *search = data;
  GError *error = NULL;

  if (kiosk_log_find_record (search->folder, search->receipt.sequence, &search->own, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static KioskReceiptVerdict
judge (KioskDaemon *self, const char *line, gsize length, gboolean anew, const KioskAuditChain *own,
       KioskReceipt *receipt)
{
  return kiosk_audit_writer_judge_receipt (kiosk_recorder_get_writer (self->recorder),
                                           self->policy->id, line, length, anew, own, receipt);
}

/* The daemon is gone when it was cancelled. Policy and log may be others by now: all is judged anew. */
static void
on_searched (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = G_TASK (result);
  Search *search = g_task_get_task_data (task);
  KioskDaemon *self = search->daemon;
  g_autoptr (GError) error = NULL;
  KioskReceipt receipt;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return;
  g_clear_object (&self->receipts->search);
  if (!g_task_propagate_boolean (task, &error))
    {
      g_warning ("Record %" G_GUINT64_FORMAT " of the log: %s, ignoring", search->receipt.sequence,
                 error->message);
      search->own = (KioskAuditChain){ 0 };
    }
  if (self->policy != NULL && kiosk_recorder_get_writer (self->recorder) != NULL)
    follow (self, search->line, search->length, search->anew,
            judge (self, search->line, search->length, search->anew, &search->own, &receipt),
            &receipt);
}

/* @anew: it is the one that is kept. */
static void
consider (KioskDaemon *self, const char *line, gsize length, gboolean anew)
{
  KioskReceipt receipt;
  KioskReceiptVerdict verdict = judge (self, line, length, anew, NULL, &receipt);
  g_autoptr (GTask) task = NULL;
  Search *search;

  if (verdict != KIOSK_RECEIPT_LOOK)
    {
      follow (self, line, length, anew, verdict, &receipt);
      return;
    }
  search = g_new0 (Search, 1);
  search->daemon = self;
  search->folder = g_strdup (kiosk_recorder_get_directory (self->recorder));
  search->line = g_strndup (line, length);
  search->length = length;
  search->anew = anew;
  search->receipt = receipt;
  self->receipts->search = g_cancellable_new ();
  task = g_task_new (NULL, self->receipts->search, on_searched, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, search, search_free);
  g_task_run_in_thread (task, search_in_thread);
}

/* ---- Asking ---- */

/* From the main loop: the fetch must not be freed in its own callback's stack of the child. */
static gboolean
on_done (gpointer data)
{
  KioskDaemon *self = data;

  self->receipts->done_source = 0;
  g_clear_pointer (&self->receipts->fetch, kiosk_receipt_fetch_free);
  return G_SOURCE_REMOVE;
}

static void
on_fetched (const KioskReceiptsResult *result, const char *detail, gpointer data)
{
  KioskDaemon *self = data;
  KioskReceipts *receipts = self->receipts;
  gboolean answer = result != NULL && result->kind != KIOSK_RECEIPTS_FAILED;
  gsize length = answer ? result->length : 0;

  receipts->done_source = g_idle_add (on_done, self);
  if (!answer && !receipts->silent)
    g_message ("No receipt of the collector: %s", detail != NULL ? detail : "see kiosk-receipts");
  receipts->silent = !answer;
  if (!answer || self->policy == NULL || kiosk_recorder_get_writer (self->recorder) == NULL)
    return;
  if (length > 0 && result->bytes[length - 1] == '\n')
    length--;
  consider (self, result->bytes, length, FALSE);
}

static gboolean
is_time (KioskDaemon *self, gint64 now)
{
  KioskReceipts *receipts = self->receipts;
  guint64 file = kiosk_audit_writer_get_file (kiosk_recorder_get_writer (self->recorder));

  if (receipts->rotated == 0 && receipts->asked != 0 && file != receipts->file)
    receipts->rotated = now;
  return receipts->soon || receipts->asked == 0
         || now - receipts->asked >= (gint64) INTERVAL * G_USEC_PER_SEC
         || (receipts->rotated != 0
             && now - receipts->rotated >= (gint64) AFTER_ROTATION * G_USEC_PER_SEC);
}

static gboolean
on_look (gpointer data)
{
  KioskDaemon *self = data;
  KioskReceipts *receipts = self->receipts;
  gint64 now = kiosk_clock_boottime ();
  g_autoptr (GError) error = NULL;
  KioskEndpoint endpoint;

  if (receipts->fetch != NULL || receipts->search != NULL || self->policy == NULL
      || kiosk_recorder_get_writer (self->recorder) == NULL
      || !kiosk_policy_get_receipts (self->policy, &endpoint) || kiosk_daemon_is_in_drill (self)
      || !is_time (self, now))
    return G_SOURCE_CONTINUE;
  receipts->soon = FALSE;
  receipts->asked = now;
  receipts->rotated = 0;
  receipts->file = kiosk_audit_writer_get_file (kiosk_recorder_get_writer (self->recorder));
  receipts->fetch = kiosk_receipt_fetch_new (&endpoint, on_fetched, self, &error);
  if (receipts->fetch == NULL && !receipts->silent)
    {
      receipts->silent = TRUE;
      g_message ("No receipt of the collector: %s", error->message);
    }
  return G_SOURCE_CONTINUE;
}

void
kiosk_daemon_ask_receipts (KioskDaemon *self)
{
  self->receipts->soon = TRUE;
  on_look (self);
}

gboolean
kiosk_daemon_lacks_receipts (KioskDaemon *self)
{
  KioskEndpoint endpoint;

  return self->receipts != NULL && self->policy != NULL
         && kiosk_policy_get_receipts (self->policy, &endpoint)
         && kiosk_clock_boottime () - self->receipts->heard > (gint64) SILENCE * G_USEC_PER_SEC;
}

void
kiosk_daemon_check_receipt (KioskDaemon *self)
{
  KioskAuditWriter *writer = kiosk_recorder_get_writer (self->recorder);
  char line[KIOSK_RECEIPT_MAX + 1];
  KioskReceipt receipt;

  if (writer != NULL && self->policy != NULL && self->receipts->search == NULL
      && kiosk_audit_writer_get_receipt (writer, &receipt, line))
    consider (self, line, strlen (line), TRUE);
}

void
kiosk_daemon_begin_receipts (KioskDaemon *self)
{
  self->receipts = g_new0 (KioskReceipts, 1);
  self->receipts->heard = kiosk_clock_boottime ();
  self->receipts->look_source = g_timeout_add_seconds (LOOK, on_look, self);
}

void
kiosk_daemon_free_receipts (KioskDaemon *self)
{
  KioskReceipts *receipts = self->receipts;

  if (receipts == NULL)
    return;
  g_clear_handle_id (&receipts->look_source, g_source_remove);
  g_clear_handle_id (&receipts->done_source, g_source_remove);
  if (receipts->search != NULL)
    g_cancellable_cancel (receipts->search);
  g_clear_object (&receipts->search);
  kiosk_receipt_fetch_free (receipts->fetch);
  g_clear_pointer (&self->receipts, g_free);
}
