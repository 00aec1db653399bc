/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/outage.h"

/* See the header; nothing here reads a clock. */

static void
begin_trouble (KioskOutage *self, gint64 now)
{
  self->trouble = TRUE;
  self->start = now;
  self->interruptions = 0;
  self->down = 0;
}

static gboolean
is_outage (const KioskOutage *self, const KioskOutageRule *rule, gint64 now)
{
  return self->interruptions >= KIOSK_OUTAGE_FLAPS || now - self->since >= rule->begin;
}

static KioskOutageChange
begin (KioskOutage *self, const KioskOutageRule *rule, gint64 now, KioskOutageReport *report)
{
  gboolean again = self->had && now - self->ended < KIOSK_OUTAGE_MEMORY;

  self->running = TRUE;
  self->total_outages++;
  self->hold = again ? MIN (self->hold * 2, KIOSK_OUTAGE_MAX_HOLD) : rule->hold;
  *report = kiosk_outage_report (self, now);
  return KIOSK_OUTAGE_BEGUN;
}

static KioskOutageChange
see_bad (KioskOutage *self, const KioskOutageRule *rule, gint64 now, KioskOutageReport *report)
{
  if (!self->known || !self->bad)
    {
      if (!self->trouble)
        begin_trouble (self, now);
      self->since = now;
      self->interruptions++;
      self->total_interruptions++;
    }
  self->known = TRUE;
  self->bad = TRUE;
  return !self->running && is_outage (self, rule, now) ? begin (self, rule, now, report)
                                                       : KIOSK_OUTAGE_NOTHING;
}

static KioskOutageChange
see_good (KioskOutage *self, const KioskOutageRule *rule, gint64 now, KioskOutageReport *report)
{
  gint64 hold = self->running ? self->hold : rule->hold;

  if (!self->known || self->bad)
    {
      if (self->trouble)
        self->down += now - self->since;
      self->since = now;
    }
  self->known = TRUE;
  self->bad = FALSE;
  if (!self->trouble || now - self->since < hold)
    return KIOSK_OUTAGE_NOTHING;
  self->trouble = FALSE;
  if (!self->running)
    return KIOSK_OUTAGE_NOTHING;
  *report = kiosk_outage_report (self, now);
  self->running = FALSE;
  self->had = TRUE;
  self->ended = now;
  return KIOSK_OUTAGE_ENDED;
}

KioskOutageChange
kiosk_outage_see (KioskOutage *self, const KioskOutageRule *rule, gboolean bad, gint64 now,
                  KioskOutageReport *report)
{
  return bad ? see_bad (self, rule, now, report) : see_good (self, rule, now, report);
}

KioskOutageReport
kiosk_outage_report (const KioskOutage *self, gint64 now)
{
  return (KioskOutageReport){
    .start = self->start,
    .end = self->bad ? now : self->since,
    .interruptions = self->interruptions,
    .down = self->down + (self->bad ? now - self->since : 0),
  };
}

void
kiosk_outage_forget (KioskOutage *self, gint64 now)
{
  if (self->running)
    {
      self->had = TRUE;
      self->ended = now;
    }
  self->known = self->bad = self->running = self->trouble = FALSE;
}

gboolean
kiosk_outage_is_open (const KioskOutage *self)
{
  return self->trouble && !(self->running && self->bad);
}
