/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "audit-log.h"

#include "kiosk/model/audit-actions.h"

#include <sodium.h>
#include <string.h>

static void
make_seed (guint8 seed[KIOSK_AUDIT_KEY_SIZE], guint64 log, guint64 n)
{
  guint8 text[11 + 16] = "sample seed";

  log = GUINT64_TO_LE (log);
  n = GUINT64_TO_LE (n);
  memcpy (text + 11, &log, 8);
  memcpy (text + 19, &n, 8);
  crypto_generichash (seed, KIOSK_AUDIT_KEY_SIZE, text, sizeof text, NULL, 0);
}

const guint8 *
audit_log_secret (void)
{
  static guint8 secret[KIOSK_AUDIT_KEY_SIZE];

  g_assert_cmpint (sodium_init (), >=, 0);
  crypto_generichash (secret, sizeof secret, (const guint8 *) "sample secret", 13, NULL, 0);
  return secret;
}

void
audit_log_begin (AuditLog *self, guint64 log)
{
  guint8 seeds[2][KIOSK_AUDIT_KEY_SIZE];

  self->log = log;
  self->checkpoints = 0;
  make_seed (seeds[0], log, 1);
  make_seed (seeds[1], log, 2);
  kiosk_audit_state_begin (&self->state, audit_log_secret (), seeds[0], seeds[1]);
}

GBytes *
audit_log_encode (AuditLog *self, const KioskAuditRecord *record)
{
  g_autoptr (GError) error = NULL;
  guint8 seed[KIOSK_AUDIT_KEY_SIZE];
  GBytes *line;

  make_seed (seed, self->log, self->checkpoints + 3);
  line = kiosk_audit_encode (record, &self->state, seed, &error);
  g_assert_no_error (error);
  if (kiosk_audit_is_checkpoint (record->action))
    self->checkpoints++;
  return line;
}

void
audit_log_append (AuditLog *self, const KioskAuditRecord *record, GString *text)
{
  g_autoptr (GBytes) line = audit_log_encode (self, record);

  g_string_append_len (text, g_bytes_get_data (line, NULL), (gssize) g_bytes_get_size (line));
}

void
audit_log_append_begin (AuditLog *self, const char *host, GString *text)
{
  KioskAuditRecord record = {
    .action = KIOSK_ACTION_LOG_BEGUN,
    .outcome = KIOSK_OUTCOME_SUCCESS,
    .reason = KIOSK_REASON_CHECKPOINT_BEGIN,
    .host_id = host,
    .file = 1,
  };

  audit_log_append (self, &record, text);
}
