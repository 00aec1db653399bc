/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "pulse.h"

#include "kiosk/base/notify.h"

#include <gdk/wayland/gdkwayland.h>
#include <wayland-client.h>

/* Who listens, and how long they wait. kioskd ends session and shell after 10 seconds without a beat
 * (KIOSK_SHELL_SILENCE); the unit's watchdog ends compositor and shell after its WatchdogSec, which is
 * longer, so that kioskd closes the connection first. WATCHDOG_PID names the compositor, whose child
 * this is: the watchdog is petted whenever there is a NOTIFY_SOCKET, and how often is fixed here.
 *
 * The limit that holds: shell and compositor may each be busy with one thing, together for 10 - 2
 * seconds, before anybody takes them for dead. One thing is at most one page painted by the processor
 * (a tenth of a second on a slow PC, one to two seconds where a machine is emulated). Work in many
 * pieces does not count: a storm of input comes in the same queue as the answer, is read as a whole
 * whenever GDK reads at all, and its events are handled between the turns of this timer, at the same
 * priority. The first page takes longest, with its fonts to be found; it comes before the first
 * question, where only the unit's time to start counts, and kioskd does not know of the shell yet.
 *
 * The question stands in the default queue: GDK reads and flushes that one, in every turn of the main
 * loop. It depends on frames that are drawn as little as GDK's input does, so a screen that is
 * switched off, for which the compositor wants no frames, has a pulse. */

struct _KioskPulse {
  struct wl_display *display;
  struct wl_callback *question; /* NULL: answered */
  guint source;
  gboolean ready;  /* was told */
  gboolean silent; /* an answer is overdue */
  KioskPulseBeat beat;
  gpointer data;
};

static void
on_answer (void *data, struct wl_callback *question, uint32_t serial)
{
  KioskPulse *self = data;

  g_clear_pointer (&self->question, wl_callback_destroy);
  if (self->silent)
    g_message ("The compositor answers again");
  self->silent = FALSE;
  if (kiosk_notify (self->ready ? "WATCHDOG=1" : "READY=1\nWATCHDOG=1"))
    self->ready = TRUE;
  self->beat (self->data);
}

static void
ask (KioskPulse *self)
{
  static const struct wl_callback_listener listener = { on_answer };

  /* Written by GDK before it next waits for events. */
  self->question = wl_display_sync (self->display);
  wl_callback_add_listener (self->question, &listener, self);
}

static gboolean
on_turn (gpointer data)
{
  KioskPulse *self = data;

  if (self->question == NULL)
    ask (self);
  else if (!self->silent)
    {
      self->silent = TRUE;
      g_message ("The compositor does not answer");
    }
  return G_SOURCE_CONTINUE;
}

KioskPulse *
kiosk_pulse_new (GdkDisplay *display, KioskPulseBeat beat, gpointer data)
{
  KioskPulse *self = g_new0 (KioskPulse, 1);

  self->display = gdk_wayland_display_get_wl_display (display);
  self->beat = beat;
  self->data = data;
  self->source = g_timeout_add (KIOSK_PULSE_MS, on_turn, self);
  ask (self);
  return self;
}

void
kiosk_pulse_free (KioskPulse *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->question, wl_callback_destroy);
  g_free (self);
}

void
kiosk_pulse_hurry (KioskPulse *self)
{
  if (self->question == NULL)
    ask (self);
}
