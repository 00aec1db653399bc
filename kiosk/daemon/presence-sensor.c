/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Takes the words of one sensor (presence-protocol.h). Silence, a wrong word and its end are one thing: a fault. */

#include "presence-sensor.h"

#include "child.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/model/audit-actions.h"

#include <glib-unix.h>

struct _KioskPresenceSensor {
  char *program;
  KioskPresenceTask task;
  const KioskPresenceSensorEvents *events;
  gpointer data;
  KioskChild *child;
  int socket; /* -1 while there is none */
  guint socket_source, silence_source, start_source;
  gboolean spoke; /* this process */
  KioskSensed sensed;
};

static gboolean on_start (gpointer data);

static void
become (KioskPresenceSensor *self, KioskSensed now, const char *cause, const char *detail)
{
  KioskSensed before = self->sensed;

  self->sensed = now;
  if (now != before)
    self->events->changed (now, before, cause, detail, self->data);
}

static void
drop_process (KioskPresenceSensor *self)
{
  g_clear_handle_id (&self->socket_source, g_source_remove);
  g_clear_handle_id (&self->silence_source, g_source_remove);
  g_clear_pointer (&self->child, kiosk_child_free);
  kiosk_fd_clear (&self->socket);
  self->spoke = FALSE;
}

static void
fail (KioskPresenceSensor *self, const char *cause, const char *what)
{
  g_autofree char *detail = g_strdup_printf ("%s: %s", self->program, what);

  g_message ("%s", detail);
  drop_process (self);
  if (self->start_source == 0)
    self->start_source = g_timeout_add (KIOSK_PRESENCE_RESTART, on_start, self);
  become (self, KIOSK_SENSED_FAULT, cause, detail);
}

static gboolean
on_silence (gpointer data)
{
  KioskPresenceSensor *self = data;

  self->silence_source = 0;
  fail (self, KIOSK_REASON_TIMEOUT, "silent");
  return G_SOURCE_REMOVE;
}

static void
listen (KioskPresenceSensor *self)
{
  g_clear_handle_id (&self->silence_source, g_source_remove);
  self->silence_source = g_timeout_add (KIOSK_PRESENCE_SILENCE, on_silence, self);
}

static void
take_report (KioskPresenceSensor *self, const KioskPresenceReport *report)
{
  self->spoke = TRUE;
  listen (self);
  if (report->kind == KIOSK_PRESENCE_ABSENT)
    become (self, KIOSK_SENSED_ABSENT, NULL, NULL);
  else if (report->kind == KIOSK_PRESENCE_PRESENT)
    become (self, KIOSK_SENSED_PRESENT, NULL, NULL);
  if (self->sensed == KIOSK_SENSED_PRESENT)
    self->events->sees (self->data);
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  KioskPresenceSensor *self = data;
  g_autoptr (GError) error = NULL;
  KioskPresenceReport report;
  gsize size = 0;

  if (kiosk_channel_receive (fd, &report, sizeof report, &size, NULL, 0, &error))
    {
      if (size == 0)
        return G_SOURCE_CONTINUE;
      if (size == sizeof report && kiosk_presence_report_valid (&report, !self->spoke))
        {
          take_report (self, &report);
          return G_SOURCE_CONTINUE;
        }
    }
  self->socket_source = 0;
  /* Closed: the end of the process tells why; one that does not end is silent. */
  if (!g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED))
    fail (self, KIOSK_REASON_PROTOCOL, "not a report");
  return G_SOURCE_REMOVE;
}

static void
on_started (KioskChild *child, int socket, gpointer data)
{
  KioskPresenceSensor *self = data;

  self->socket = socket;
  self->socket_source = g_unix_fd_add (socket, G_IO_IN | G_IO_HUP, on_readable, self);
  listen (self);
}

static void
on_ended (KioskChild *child, const char *cause, const char *detail, gpointer data)
{
  /* @detail is the program and the same word. */
  fail (data, cause, cause);
}

static const KioskChildEvents child_events = {
  .started = on_started,
  .ended = on_ended,
};

static gboolean
on_start (gpointer data)
{
  KioskPresenceSensor *self = data;
  g_autoptr (GError) error = NULL;

  self->start_source = 0;
  self->child = kiosk_child_start (self->program, &self->task, sizeof self->task, NULL, 0,
                                   &child_events, self, &error);
  if (self->child == NULL)
    {
      g_message ("%s", error->message);
      fail (self, KIOSK_REASON_INTERNAL, "does not start");
    }
  return G_SOURCE_REMOVE;
}

KioskPresenceSensor *
kiosk_presence_sensor_new (const char *program, const char *argument,
                           const KioskPresenceSensorEvents *events, gpointer data)
{
  KioskPresenceSensor *self = g_new0 (KioskPresenceSensor, 1);

  self->program = g_strdup (program);
  /* What does not fit is no task for the sensor either, and so a fault. */
  if (!kiosk_channel_text_set (self->task.argument, sizeof self->task.argument, argument))
    g_warning ("%s: %s is too long, ignoring", program, argument);
  self->events = events;
  self->data = data;
  self->socket = -1;
  self->start_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_start, self, NULL);
  return self;
}

void
kiosk_presence_sensor_free (KioskPresenceSensor *self)
{
  if (self == NULL)
    return;
  drop_process (self);
  g_clear_handle_id (&self->start_source, g_source_remove);
  g_free (self->program);
  g_free (self);
}

KioskSensed
kiosk_presence_sensor_get (const KioskPresenceSensor *self)
{
  return self->sensed;
}
