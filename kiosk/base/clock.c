/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-base"

#include "kiosk/base/clock.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  GSource source;
  int timer;
} ClockSource;

static gint64
read_clock (clockid_t clock)
{
  struct timespec now;

  if (clock_gettime (clock, &now) != 0)
    g_error ("clock_gettime: %s", g_strerror (errno));
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

gint64
kiosk_clock_boottime (void)
{
  return read_clock (CLOCK_BOOTTIME);
}

gint64
kiosk_clock_realtime (void)
{
  return read_clock (CLOCK_REALTIME);
}

gboolean
kiosk_clock_is_synchronised (void)
{
  struct timex state = { 0 }; /* modes 0: only asks */
  int answer = adjtimex (&state);

  /* No answer is not a good one. */
  return answer >= 0 && answer != TIME_ERROR;
}

static gboolean
clock_source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  if (callback != NULL)
    callback (data);
  return G_SOURCE_REMOVE;
}

static void
clock_source_finalize (GSource *source)
{
  close (((ClockSource *) source)->timer);
}

static GSourceFuncs clock_source_funcs = {
  .dispatch = clock_source_dispatch,
  .finalize = clock_source_finalize,
};

GSource *
kiosk_clock_source_new (gint64 deadline)
{
  GSource *source = g_source_new (&clock_source_funcs, sizeof (ClockSource));
  ClockSource *self = (ClockSource *) source;
  gint64 when = MAX (deadline, 1); /* 0 would disarm the timer */
  struct itimerspec spec = {
    .it_value = { .tv_sec = when / G_USEC_PER_SEC, .tv_nsec = (when % G_USEC_PER_SEC) * 1000 },
  };

  self->timer = timerfd_create (CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (self->timer < 0 || timerfd_settime (self->timer, TFD_TIMER_ABSTIME, &spec, NULL) != 0)
    g_error ("timerfd: %s", g_strerror (errno));
  g_source_add_unix_fd (source, self->timer, G_IO_IN);
  return source;
}
