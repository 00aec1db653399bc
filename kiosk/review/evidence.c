/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/evidence.h"

#include "witness.h"

#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"

#include <gio/gio.h>
#include <string.h>

/* Gathers what stands beside logs. Words for people are made elsewhere. */

static void
log_evidence_free (gpointer data)
{
  KioskLogEvidence *self = data;

  kiosk_witness_clear (&self->receipts);
  kiosk_witness_clear (&self->copy);
  g_free (self);
}

void
kiosk_evidence_free (KioskEvidence *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_clear_pointer (&self->bundle, kiosk_bundle_free);
  g_free (self->signer);
  g_ptr_array_unref (self->logs);
  g_clear_pointer (&self->alarms, g_ptr_array_unref);
  g_free (self->copy);
  g_free (self);
}

/* ---- What was opened ---- */

static gboolean
has_bundle (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, KIOSK_BUNDLE_NAME, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
find_kind (KioskEvidence *self, GPtrArray *logs, const KioskKnownKeys *known, GError **error)
{
  const KioskIndexLog *first = logs->len > 0 ? logs->pdata[0] : NULL;
  g_autofree char *shown = g_filename_display_name (self->path);

  if (!g_file_test (self->path, G_FILE_TEST_IS_DIR))
    self->kind = KIOSK_SOURCE_FILE;
  else if (has_bundle (self->path))
    {
      self->kind = KIOSK_SOURCE_BUNDLE;
      self->bundle = kiosk_bundle_check (self->path, error);
      if (self->bundle == NULL)
        return FALSE;
      self->signer
          = g_strdup (kiosk_known_keys_find (known, KIOSK_KNOWN_SIGNER, self->bundle->signer));
    }
  else
    self->kind = logs->len == 1 && g_str_equal (first->path, shown) ? KIOSK_SOURCE_TERMINAL
                                                                    : KIOSK_SOURCE_COLLECTOR;
  return TRUE;
}

static KioskLogKeyState
judge_key (const KioskIndexLog *log, const char *folder, gboolean given,
           const KioskKnownKeys *known)
{
  g_autofree char *beside = g_build_filename (folder, KIOSK_ENROLMENT_NAME, NULL);
  const char *name = log->report.has_key
                         ? kiosk_known_keys_find (known, KIOSK_KNOWN_LOG, log->report.key)
                         : NULL;

  if (given || (name != NULL && g_str_equal (name, log->host)))
    return KIOSK_LOG_KEY_KNOWN;
  if (name != NULL || kiosk_known_keys_has (known, KIOSK_KNOWN_LOG, log->host))
    return KIOSK_LOG_KEY_WRONG;
  return g_file_test (beside, G_FILE_TEST_EXISTS) ? KIOSK_LOG_KEY_BESIDE : KIOSK_LOG_KEY_OWN;
}

/* ---- All of it ---- */

static gboolean
gather_log (KioskEvidence *self, KioskIndex *index, const KioskIndexLog *log, gboolean given,
            const KioskKnownKeys *known, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = g_filename_from_utf8 (log->path, -1, NULL, NULL, NULL);
  g_autofree char *folder = path == NULL || g_file_test (path, G_FILE_TEST_IS_DIR)
                                ? g_strdup (path != NULL ? path : log->path)
                                : g_path_get_dirname (path);
  KioskLogEvidence *one = g_new0 (KioskLogEvidence, 1);

  g_ptr_array_add (self->logs, one);
  one->log = log->id;
  one->key = judge_key (log, folder, given, known);
  self->files += g_strv_length (log->files);
  return kiosk_witness_read_receipts (index, log, folder, known, &one->receipts, error)
         && (self->copy == NULL
             || kiosk_witness_read_copy (index, log, folder, self->copy, cancellable, &one->copy,
                                         error));
}

KioskEvidence *
kiosk_evidence_gather (KioskIndex *index, GPtrArray *logs, const char *path, gboolean given,
                       const KioskKnownKeys *known, const char *copy, GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (KioskEvidence) self = g_new0 (KioskEvidence, 1);

  self->path = g_strdup (path);
  self->copy = g_strdup (copy);
  self->logs = g_ptr_array_new_with_free_func (log_evidence_free);
  if (!find_kind (self, logs, known, error))
    return NULL;
  for (guint i = 0; i < logs->len; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !gather_log (self, index, logs->pdata[i], given, known, cancellable, error))
      return NULL;
  self->alarms
      = kiosk_alarm_list_read (self->kind == KIOSK_SOURCE_COLLECTOR || copy == NULL ? path : copy,
                               &self->unreadable_alarms, error);
  return self->alarms != NULL ? g_steal_pointer (&self) : NULL;
}

KioskLogEvidence *
kiosk_evidence_find (const KioskEvidence *self, gint64 log)
{
  for (guint i = 0; self != NULL && i < self->logs->len; i++)
    if (((KioskLogEvidence *) self->logs->pdata[i])->log == log)
      return self->logs->pdata[i];
  return NULL;
}

const KioskLogEvidence *
kiosk_evidence_find_doubt (const KioskEvidence *self)
{
  for (guint i = 0; self != NULL && i < self->logs->len; i++)
    {
      const KioskLogEvidence *one = self->logs->pdata[i];

      if (one->key == KIOSK_LOG_KEY_WRONG || one->codes == KIOSK_CODES_WRONG
          || kiosk_witness_contradicts (&one->receipts) || kiosk_witness_contradicts (&one->copy))
        return one;
    }
  return NULL;
}

/* ---- Codes ---- */

typedef struct {
  KioskIndexProgress progress;
  gpointer user_data;
} Progress;

static void
on_progress (guint64 done, guint64 total, gpointer user_data)
{
  const Progress *self = user_data;

  if (self->progress != NULL)
    self->progress (done, total, 0, self->user_data);
}

static KioskEnrolment *
read_enrolment (const char *path, GError **error)
{
  g_autofree char *folder
      = g_file_test (path, G_FILE_TEST_IS_DIR) ? g_strdup (path) : g_path_get_dirname (path);
  g_autofree char *file = g_build_filename (folder, KIOSK_ENROLMENT_NAME, NULL);
  g_autofree char *text = NULL;
  gsize length;

  return g_file_get_contents (file, &text, &length, error)
             ? kiosk_enrolment_parse (text, length, error)
             : NULL;
}

KioskCodesState
kiosk_evidence_check_codes (const KioskIndexLog *log, const KioskAuditorKey *key,
                            KioskIndexProgress progress, gpointer user_data,
                            GCancellable *cancellable, KioskAuditReport *codes_report,
                            GError **error)
{
  g_autofree char *path = g_filename_from_utf8 (log->path, -1, NULL, NULL, error);
  g_autoptr (KioskLogSet) set = path != NULL ? kiosk_log_set_open (path, error) : NULL;
  g_autoptr (KioskEnrolment) enrolment = set != NULL ? read_enrolment (path, error) : NULL;
  Progress told = { progress, user_data };
  KioskAuditKeys keys = { .key = log->report.has_key ? log->report.key : NULL };
  guint8 *secret;
  gboolean read;

  *codes_report = (KioskAuditReport){ 0 };
  if (enrolment == NULL)
    return KIOSK_CODES_UNCHECKED;
  secret = kiosk_auditor_key_unseal (key, enrolment);
  if (secret == NULL)
    return KIOSK_CODES_NOT_FOR_KEY;
  keys.secret = secret;
  read
      = kiosk_log_set_read (set, &keys, NULL, on_progress, &told, cancellable, codes_report, error);
  kiosk_auditor_secret_free (secret);
  if (!read)
    return KIOSK_CODES_UNCHECKED;
  /* of a log that is at fault elsewhere the records before that place are right */
  return codes_report->fault == KIOSK_AUDIT_BAD_CODE || codes_report->records < log->report.records
             ? KIOSK_CODES_WRONG
             : KIOSK_CODES_RIGHT;
}
