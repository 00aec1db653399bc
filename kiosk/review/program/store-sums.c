/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "store.h"

#include "texts.h"

#include <string.h>

/* What follows from the logs of a store. */

gboolean
kiosk_store_knows_key (KioskStore *self, const KioskIndexLog *log)
{
  const KioskLogEvidence *one
      = kiosk_evidence_find (kiosk_proofs_get (kiosk_store_get_proofs (self)), log->id);

  return one != NULL && one->key != KIOSK_LOG_KEY_OWN;
}

gboolean
kiosk_store_has_fault (KioskStore *self)
{
  GPtrArray *logs = kiosk_store_get_logs (self);

  for (guint i = 0; i < logs->len; i++)
    if (((const KioskIndexLog *) logs->pdata[i])->report.fault != KIOSK_AUDIT_OK)
      return TRUE;
  return FALSE;
}

guint64
kiosk_store_get_records (KioskStore *self)
{
  GPtrArray *logs = kiosk_store_get_logs (self);
  guint64 records = 0;

  for (guint i = 0; i < logs->len; i++)
    records += ((const KioskIndexLog *) logs->pdata[i])->records;
  return records;
}

void
kiosk_store_get_extent (KioskStore *self, gint64 *first, gint64 *last)
{
  GPtrArray *logs = kiosk_store_get_logs (self);

  *first = *last = 0;
  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = logs->pdata[i];

      if (log->first > 0 && (*first == 0 || log->first < *first))
        *first = log->first;
      *last = MAX (*last, log->last);
    }
}

void
kiosk_view_clear (KioskView *view)
{
  g_free (view->person);
  g_free (view->server);
  g_free (view->action);
  g_free (view->session);
  g_free (view->text);
  memset (view, 0, sizeof *view);
}

char *
kiosk_store_describe_period (KioskStore *self)
{
  gint64 from, to;

  kiosk_store_get_period (self, &from, &to);
  return from != 0 ? kiosk_say_month (from) : g_strdup (kiosk_say (KIOSK_SAY_ALL_TIME));
}
