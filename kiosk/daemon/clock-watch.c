/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* The kernel's word that the clock was set, and samples of both clocks; model/clock-step judges. */

#include "clock-watch.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"

#include <glib-unix.h>

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* The time in which drawing in and setting cannot be told apart by their amount. */
#define SAMPLE_SECONDS 2

/* The shortest sleep that is one, microseconds: the clocks cannot be read at the same moment. */
#define SHORTEST_SLEEP (G_USEC_PER_SEC / 2)

/* The timer is never to fire, only to be cancelled: the year 2200. */
#define NEVER 7258118400

struct _KioskClockWatch {
  KioskClockSteps steps;
  gint64 limit;
  int timer; /* -1: the samples alone have to do */
  guint timer_source, sample_source;
  gint64 asleep; /* since the start of the machine */
  const KioskClockWatchEvents *events;
  gpointer data;
};

/* TFD_TIMER_CANCEL_ON_SET: read(2) fails once with ECANCELED after the clock was set. */
static gboolean
was_set (KioskClockWatch *self)
{
  guint64 ignored;

  return self->timer >= 0 && read (self->timer, &ignored, sizeof ignored) < 0 && errno == ECANCELED;
}

/* How long the machine has slept since its start, give or take the time between the readings; that is short but for who is
 * put aside in between, and then it is read again. */
static gint64
read_asleep (void)
{
  gint64 before = 0, boot = 0, after = 0;

  for (guint i = 0; i == 0 || (i < 10 && after - before > SHORTEST_SLEEP / 4); i++)
    {
      before = g_get_monotonic_time ();
      boot = kiosk_clock_boottime ();
      after = g_get_monotonic_time ();
    }
  return boot - after;
}

static void
look_for_sleep (KioskClockWatch *self)
{
  gint64 asleep = read_asleep ();
  gint64 slept = asleep - self->asleep;

  if (slept < SHORTEST_SLEEP)
    return;
  self->asleep = asleep;
  self->events->slept (slept, self->data);
}

/* A setting between the kernel's word and the sample must not pass for drift, nor one after it be
 * announced before it is seen: whoever sets the clock meanwhile makes us look again. */
static void
take_sample (KioskClockWatch *self)
{
  gboolean set = was_set (self);
  gboolean again = TRUE;
  KioskClockSample sample = { 0 };
  KioskClockStep step;

  look_for_sleep (self);
  for (guint i = 0; again && i < 10; i++)
    {
      sample.boot = kiosk_clock_boottime ();
      sample.real = kiosk_clock_realtime ();
      again = was_set (self);
      set = set || again;
    }
  if (kiosk_clock_steps_take (&self->steps, sample, set, self->limit, &step))
    self->events->stepped (&step, self->data);
}

static gboolean
on_timer (int fd, GIOCondition condition, gpointer data)
{
  take_sample (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_sample (gpointer data)
{
  take_sample (data);
  return G_SOURCE_CONTINUE;
}

static int
open_timer (void)
{
  const struct itimerspec never = { .it_value = { .tv_sec = NEVER } };
  kiosk_autofd int timer = timerfd_create (CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

  if (timer >= 0
      && timerfd_settime (timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) == 0)
    return kiosk_fd_steal (&timer);
  g_warning ("timerfd: %s, ignoring", g_strerror (errno));
  return -1;
}

KioskClockWatch *
kiosk_clock_watch_new (guint limit, const KioskClockWatchEvents *events, gpointer data)
{
  KioskClockWatch *self = g_new0 (KioskClockWatch, 1);

  kiosk_clock_watch_set_limit (self, limit);
  self->asleep = read_asleep ();
  self->events = events;
  self->data = data;
  self->timer = open_timer ();
  if (self->timer >= 0)
    self->timer_source = g_unix_fd_add (self->timer, G_IO_IN, on_timer, self);
  self->sample_source = g_timeout_add_seconds (SAMPLE_SECONDS, on_sample, self);
  take_sample (self);
  return self;
}

void
kiosk_clock_watch_free (KioskClockWatch *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->timer_source, g_source_remove);
  g_clear_handle_id (&self->sample_source, g_source_remove);
  kiosk_fd_clear (&self->timer);
  g_free (self);
}

void
kiosk_clock_watch_set_limit (KioskClockWatch *self, guint limit)
{
  self->limit = (gint64) limit * G_USEC_PER_SEC;
}
