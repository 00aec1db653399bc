/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* kiosk-keyboard from start to result. */

#include "keyboard-check.h"

#include "child.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/model/audit-actions.h"

#include <glib-unix.h>

struct _KioskKeyboardCheck {
  const KioskKeyboardCheckEvents *events;
  gpointer data;
  KioskChild *child;
  int socket; /* -1 until the child has started */
  guint socket_source, timeout_source;
  guint tries;
  gboolean ready, over;
};

/* @self may be freed by the callback: nothing of it is touched afterwards. */
static void
tell (KioskKeyboardCheck *self, const char *cause, const char *detail)
{
  g_clear_handle_id (&self->socket_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  if (self->over)
    return;
  self->over = TRUE;
  self->events->ended (cause, detail, self->data);
}

static gboolean
on_timeout (gpointer data)
{
  KioskKeyboardCheck *self = data;

  self->timeout_source = 0;
  tell (self, KIOSK_REASON_TIMEOUT, "the number was not typed");
  return G_SOURCE_REMOVE;
}

/* FALSE when it was told how it ended, and @self may be gone. */
static gboolean
take_report (KioskKeyboardCheck *self, const KioskKeyboardReport *report)
{
  if (!kiosk_keyboard_report_valid (report, self->tries)
      || self->ready == (report->kind == KIOSK_KEYBOARD_READY))
    {
      tell (self, KIOSK_REASON_PROTOCOL, "kiosk-keyboard");
      return FALSE;
    }
  self->tries = report->tries;
  if (report->kind == KIOSK_KEYBOARD_READY)
    {
      self->ready = TRUE;
      self->timeout_source = g_timeout_add (KIOSK_KEYBOARD_CHECK_TIMEOUT, on_timeout, self);
    }
  if (report->kind == KIOSK_KEYBOARD_RIGHT || report->kind == KIOSK_KEYBOARD_REFUSED)
    {
      tell (self, report->kind == KIOSK_KEYBOARD_RIGHT ? NULL : KIOSK_REASON_REFUSED,
            "another number was typed");
      return FALSE;
    }
  self->events->progress (report, self->data);
  return TRUE;
}

static gboolean
on_socket_readable (int fd, GIOCondition condition, gpointer data)
{
  KioskKeyboardCheck *self = data;
  g_autoptr (GError) error = NULL;
  KioskKeyboardReport report;
  gsize size = 0;

  if (kiosk_channel_receive (fd, &report, sizeof report, &size, NULL, 0, &error))
    {
      if (size == 0)
        return G_SOURCE_CONTINUE;
      if (size == sizeof report)
        return take_report (self, &report);
      tell (self, KIOSK_REASON_PROTOCOL, "kiosk-keyboard");
      return G_SOURCE_REMOVE;
    }
  self->socket_source = 0;
  /* Closed without a result: the end of the process tells why. */
  if (!g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED))
    tell (self, KIOSK_REASON_PROTOCOL, "kiosk-keyboard");
  return G_SOURCE_REMOVE;
}

static void
on_child_started (KioskChild *child, int socket, gpointer data)
{
  KioskKeyboardCheck *self = data;

  self->socket = socket;
  self->socket_source = g_unix_fd_add (socket, G_IO_IN | G_IO_HUP, on_socket_readable, self);
}

/* Its last words may still be in the socket. */
static void
on_child_ended (KioskChild *child, const char *cause, const char *detail, gpointer data)
{
  KioskKeyboardCheck *self = data;
  g_autofree char *kept = g_strdup (detail);
  KioskKeyboardReport report;
  gsize size = 0;

  g_clear_pointer (&self->child, kiosk_child_free);
  while (self->socket_source != 0
         && kiosk_channel_receive (self->socket, &report, sizeof report, &size, NULL, 0, NULL)
         && size == sizeof report)
    if (!take_report (self, &report))
      return;
  tell (self, cause, kept);
}

static const KioskChildEvents child_events = {
  .started = on_child_started,
  .ended = on_child_ended,
};

KioskKeyboardCheck *
kiosk_keyboard_check_new (const char *node, const char *number,
                          const KioskKeyboardCheckEvents *events, gpointer data, GError **error)
{
  KioskKeyboardTask task = { .tries = KIOSK_KEYBOARD_CHECK_TRIES };
  KioskKeyboardCheck *self;

  if (!kiosk_channel_text_set (task.node, sizeof task.node, node)
      || !kiosk_channel_text_set (task.number, sizeof task.number, number)
      || !kiosk_keyboard_task_valid (&task))
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "%s is no event node", node);
      return NULL;
    }
  self = g_new0 (KioskKeyboardCheck, 1);
  self->events = events;
  self->data = data;
  self->socket = -1;
  self->tries = task.tries;
  self->child = kiosk_child_start ("kiosk-keyboard", &task, sizeof task, NULL, 0, &child_events,
                                   self, error);
  if (self->child == NULL)
    {
      g_free (self);
      return NULL;
    }
  return self;
}

void
kiosk_keyboard_check_free (KioskKeyboardCheck *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->socket_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  kiosk_child_free (self->child);
  kiosk_fd_clear (&self->socket);
  g_free (self);
}
