/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* What a taken-over worker could do with messages that are each well-formed: fill the log, keep kioskd
 * busy, claim a log-on that no certificate allowed. Judged here, where it is a table for tests. */

#include "worker-contract.h"

#include <string.h>

#define INTERVAL (G_USEC_PER_SEC / KIOSK_WORKER_REPORT_RATE)

/* Every report takes its share of time, and there is no more than BURST of them in stock. */
static gboolean
is_flood (KioskWorkerContract *self, gint64 now)
{
  self->paid_until = MAX (self->paid_until, now - KIOSK_WORKER_REPORT_BURST * INTERVAL) + INTERVAL;
  return self->paid_until > now;
}

static KioskWorkerJudgement
judge_channel (KioskWorkerContract *self, const char *name)
{
  for (guint i = 0; i < self->n_channels; i++)
    if (strcmp (self->channels[i], name) == 0)
      return KIOSK_WORKER_KNOWN;
  if (self->n_channels == KIOSK_WORKER_MAX_CHANNELS)
    return KIOSK_WORKER_BROKEN;
  g_strlcpy (self->channels[self->n_channels++], name, sizeof self->channels[0]);
  return KIOSK_WORKER_NEWS;
}

/* One after the other, and no credentials before a certificate was accepted. */
static KioskWorkerJudgement
judge_step (KioskWorkerContract *self, guint32 step)
{
  if (step != self->step + 1 || (step >= KIOSK_RDP_STEP_LOGON && (!self->judged || self->refused)))
    return KIOSK_WORKER_BROKEN;
  self->step = step;
  return KIOSK_WORKER_NEWS;
}

/* Accepted, refused for one of its four reasons, shown by a server that is none of ours, or not to be
 * judged at all. */
static gboolean
is_certificate_verdict (KioskRdpEnd verdict)
{
  return verdict == KIOSK_RDP_END_NONE || verdict == KIOSK_RDP_END_REDIRECTED
         || verdict == KIOSK_RDP_END_INTERNAL
         || (verdict >= KIOSK_RDP_END_CERTIFICATE_CHANGED
             && verdict <= KIOSK_RDP_END_CERTIFICATE_WEAK);
}

static KioskWorkerJudgement
judge_certificate (KioskWorkerContract *self, KioskRdpEnd verdict)
{
  if (self->judged || self->step != KIOSK_RDP_STEP_CERTIFICATE || !is_certificate_verdict (verdict))
    return KIOSK_WORKER_BROKEN;
  self->judged = TRUE;
  self->refused = verdict != KIOSK_RDP_END_NONE;
  return KIOSK_WORKER_NEWS;
}

KioskWorkerJudgement
kiosk_worker_contract_judge (KioskWorkerContract *self, const KioskRdpReport *report, gint64 now)
{
  if (!kiosk_rdp_report_valid (report) || is_flood (self, now))
    return KIOSK_WORKER_BROKEN;
  switch (report->kind)
    {
    case KIOSK_RDP_REPORT_ALIVE:
      return KIOSK_WORKER_KNOWN;
    case KIOSK_RDP_REPORT_STEP:
      return judge_step (self, report->value);
    case KIOSK_RDP_REPORT_CERTIFICATE:
      return judge_certificate (self, (KioskRdpEnd) report->value);
    case KIOSK_RDP_REPORT_CHANNEL:
      return judge_channel (self, report->text);
    case KIOSK_RDP_REPORT_SUSPENDED:
      if (!self->suspend_ordered)
        return KIOSK_WORKER_BROKEN;
      self->suspend_ordered = FALSE;
      return KIOSK_WORKER_NEWS;
    case KIOSK_RDP_REPORT_ENDED:
      return KIOSK_WORKER_NEWS;
    default:
      return KIOSK_WORKER_BROKEN;
    }
}
