/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-receipt.h"

#include "kiosk/model/collect.h"
#include "kiosk/model/receipt.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

void
kiosk_ctl_log_receipt_clear (KioskLogReceipt *self)
{
  kiosk_collect_receipt_clear (&self->last);
}

void
kiosk_ctl_log_receipt_load (KioskLogReceipt *self, const char *folder, const guint8 *key)
{
  g_autofree char *path = g_build_filename (folder, KIOSK_RECEIPTS_NAME, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  *self = (KioskLogReceipt){ 0 };
  if (key == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  /* from the end: the last is for all before */
  for (guint i = g_strv_length (lines); i > 0; i--)
    {
      g_auto (KioskCollectReceipt) receipt = { 0 };

      if (kiosk_collect_receipt_parse (lines[i - 1], strlen (lines[i - 1]), &receipt, NULL)
          && memcmp (receipt.log, key, sizeof receipt.log) == 0)
        {
          self->last = receipt;
          receipt = (KioskCollectReceipt){ 0 };
          return;
        }
    }
}

void
kiosk_ctl_log_receipt_see (KioskLogReceipt *self, const char *line, gsize length)
{
  g_autofree char *whole = NULL;
  KioskAuditChain chain;

  if (self->last.host == NULL || kiosk_collect_line_sequence (line, length) != self->last.sequence)
    return;
  whole = g_strdup_printf ("%.*s\n", (int) length, line);
  self->seen = TRUE;
  self->same = kiosk_receipt_read_link (whole, length + 1, &chain)
               && memcmp (chain.hash, self->last.chain, sizeof chain.hash) == 0;
}

KioskLogReceiptState
kiosk_ctl_log_receipt_judge (const KioskLogReceipt *self, const KioskAuditReport *report,
                             gboolean excerpt)
{
  if (self->last.host == NULL)
    return KIOSK_LOG_RECEIPT_NONE;
  if (self->seen)
    return self->same ? KIOSK_LOG_RECEIPT_RIGHT : KIOSK_LOG_RECEIPT_CHAIN;
  return excerpt || self->last.sequence < report->first ? KIOSK_LOG_RECEIPT_GONE
                                                        : KIOSK_LOG_RECEIPT_AHEAD;
}

const char *
kiosk_ctl_log_receipt_name (KioskLogReceiptState state)
{
  static const char *const names[] = { [KIOSK_LOG_RECEIPT_NONE] = "",
                                       [KIOSK_LOG_RECEIPT_RIGHT] = "right",
                                       [KIOSK_LOG_RECEIPT_GONE] = "gone",
                                       [KIOSK_LOG_RECEIPT_AHEAD] = "ahead",
                                       [KIOSK_LOG_RECEIPT_CHAIN] = "chain" };

  return names[state];
}

void
kiosk_ctl_log_receipt_print (const KioskLogReceipt *self, KioskLogReceiptState state,
                             gboolean japanese)
{
  g_autoptr (GDateTime) time = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *when = NULL;
  char key[2 * KIOSK_AUDIT_KEY_SIZE + 1];

  if (state == KIOSK_LOG_RECEIPT_NONE)
    return;
  time = g_date_time_new_from_iso8601 (self->last.time, NULL);
  local = time != NULL ? g_date_time_to_local (time) : NULL;
  when = local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M:%S") : g_strdup ("-");
  sodium_bin2hex (key, sizeof key, self->last.collector, sizeof self->last.collector);
  if (japanese)
    printf ("  収集サーバーの受領: 記録 %" G_GUINT64_FORMAT " まで（%s、鍵 %s）\n",
            self->last.sequence, when, key);
  else
    printf ("  collector's receipt: up to record %" G_GUINT64_FORMAT " (%s, key %s)\n",
            self->last.sequence, when, key);
  if (state == KIOSK_LOG_RECEIPT_AHEAD)
    printf ("%s",
            japanese
                ? "  異常: ログは、収集サーバーが受け取った記録より前で終わっています。"
                  "末尾が切り取られたか、古い控えです\n"
                : "  FAULT: the log ends before the record that the collector has had: its end "
                  "was cut off, or it is an older copy\n");
  else if (state == KIOSK_LOG_RECEIPT_CHAIN)
    printf ("%s", japanese ? "  異常: その番号の記録が、収集サーバーが受け取ったものと違います\n"
                           : "  FAULT: the record of that number is not the one that the collector "
                             "has had\n");
}
