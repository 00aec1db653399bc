/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "presence.h"

#include "kiosk/base/clock.h"

struct _KioskPresence {
  KioskPresenceEvents events;
  gpointer data;
  gint64 since; /* last input, or the beginning */
  gint64 sign;  /* last sign of a person, whatever is watched */
  gint64 limit; /* microseconds; 0: nothing is watched */
  gint64 warning;
  gboolean extends;
  gboolean warned;
  GSource *timer;
};

static void arm (KioskPresence *self);

static gboolean
on_timer (gpointer data)
{
  KioskPresence *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  arm (self);
  return G_SOURCE_REMOVE;
}

static void
disarm (KioskPresence *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

/* Does what is due now and sets the timer for what is next. */
static void
arm (KioskPresence *self)
{
  gint64 now = kiosk_clock_boottime ();
  gint64 deadline = self->since + self->limit;
  gboolean warn = now >= deadline - self->warning;

  disarm (self);
  if (self->limit == 0)
    return;
  if (now >= deadline)
    {
      kiosk_presence_stop (self);
      self->events.expired (self->data);
      return;
    }
  self->timer = kiosk_clock_source_new (warn ? deadline : deadline - self->warning);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, NULL);
  if (warn != self->warned)
    {
      self->warned = warn;
      self->events.warning (warn ? deadline : 0, self->data);
    }
}

KioskPresence *
kiosk_presence_new (const KioskPresenceEvents *events, gpointer data)
{
  KioskPresence *self = g_new0 (KioskPresence, 1);

  self->events = *events;
  self->data = data;
  return self;
}

void
kiosk_presence_free (KioskPresence *self)
{
  if (self == NULL)
    return;
  disarm (self);
  g_free (self);
}

void
kiosk_presence_watch (KioskPresence *self, gint64 since, guint limit, guint warning,
                      gboolean extends)
{
  self->since = since;
  self->limit = (gint64) limit * G_USEC_PER_SEC;
  self->warning = (gint64) MIN (warning, limit) * G_USEC_PER_SEC;
  self->extends = extends;
  self->warned = FALSE;
  arm (self);
}

void
kiosk_presence_stop (KioskPresence *self)
{
  self->limit = 0;
  self->warned = FALSE;
  disarm (self);
}

void
kiosk_presence_input (KioskPresence *self, gint64 at)
{
  gint64 now = kiosk_clock_boottime ();

  at = MIN (at, now);
  self->sign = MAX (self->sign, at);
  if (self->limit == 0 || !self->extends || at <= self->since)
    return;
  self->since = at;
  arm (self);
}

void
kiosk_presence_sign (KioskPresence *self)
{
  self->sign = kiosk_clock_boottime ();
}

gint64
kiosk_presence_get_absence (const KioskPresence *self)
{
  return MAX (kiosk_clock_boottime () - self->sign, 1);
}

gint64
kiosk_presence_get_deadline (const KioskPresence *self)
{
  return self->limit == 0 ? 0 : self->since + self->limit;
}
