/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* kiosk-rdp from start to end. What it says comes from a process that a hostile server may have taken
 * over: fixed messages, checked to the byte, and never a word that opens anything. The worst that it
 * can claim is success of its own session. */

#include "worker.h"

#include "child.h"
#include "worker-contract.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/text.h"
#include "kiosk/ipc/channel.h"

#include <glib-unix.h>

#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* rdp-protocol.h: ALIVE comes every 2 s. Until the first picture a slow machine may be busy for longer; what
 * takes even longer then ends with the time-out of the connection. */
#define SILENCE_SECONDS 10
#define STARTING_SILENCE_SECONDS 30
#define SUSPEND_MILLISECONDS 500
/* From a closed socket to the end of the process. */
#define CLOSED_MILLISECONDS 1000

struct _KioskWorker {
  KioskChild *child;
  int socket;          /* -1 until the child has started */
  guint socket_source; /* 0: it is closed, or nothing more is to be heard */
  guint silence_source;
  int shell; /* its end to the shell once more, never read: to see the shell close */
  guint shell_source;
  gboolean active; /* the first picture has come */
  gboolean ending; /* must be gone when the silence is over, whatever it says */
  KioskWorkerContract contract;
  gboolean told;
  KioskWorkerEvents events;
  gpointer data;
};

static void
stop_listening (KioskWorker *self)
{
  g_clear_handle_id (&self->socket_source, g_source_remove);
  g_clear_handle_id (&self->silence_source, g_source_remove);
  g_clear_handle_id (&self->shell_source, g_source_remove);
}

/* @self may be freed by the callback: nothing of it is touched afterwards. */
static void
tell_end (KioskWorker *self, KioskRdpEnd end, const char *cause, const char *detail)
{
  stop_listening (self);
  if (self->told)
    return;
  self->told = TRUE;
  self->events.ended (end, cause, detail, self->data);
}

static gboolean
on_silence (gpointer data)
{
  KioskWorker *self = data;

  self->silence_source = 0;
  tell_end (self, KIOSK_RDP_END_INTERNAL, "timeout",
            self->ending ? "kiosk-rdp: does not end" : "kiosk-rdp: silent");
  return G_SOURCE_REMOVE;
}

static void
rearm_silence (KioskWorker *self)
{
  if (self->ending)
    return;
  g_clear_handle_id (&self->silence_source, g_source_remove);
  self->silence_source = g_timeout_add_seconds (
      self->active ? SILENCE_SECONDS : STARTING_SILENCE_SECONDS, on_silence, self);
}

/* An honest worker ends by itself now and tells how. */
static void
expect_end (KioskWorker *self)
{
  if (self->ending)
    return;
  g_clear_handle_id (&self->silence_source, g_source_remove);
  self->ending = TRUE;
  self->silence_source = g_timeout_add (CLOSED_MILLISECONDS, on_silence, self);
}

/* The shell has closed, perhaps because it was sent something wrong: nobody sees this session. */
static gboolean
on_shell_closed (int fd, GIOCondition condition, gpointer data)
{
  KioskWorker *self = data;

  self->shell_source = 0;
  expect_end (self);
  return G_SOURCE_REMOVE;
}

static void
pass_on (KioskWorker *self, const KioskRdpReport *report)
{
  g_autofree char *text = kiosk_text_clean (report->text, sizeof report->text);

  self->events.report (report, text, self->data);
}

/* Returns FALSE when @self may be gone. */
static gboolean
take_report (KioskWorker *self, const KioskRdpReport *report)
{
  g_autofree char *detail = NULL;

  switch (kiosk_worker_contract_judge (&self->contract, report, kiosk_clock_boottime ()))
    {
    case KIOSK_WORKER_NEWS:
      break;
    case KIOSK_WORKER_KNOWN:
      rearm_silence (self);
      return TRUE;
    case KIOSK_WORKER_BROKEN:
    default:
      tell_end (self, KIOSK_RDP_END_PROTOCOL, "protocol", "kiosk-rdp: wrong report");
      return FALSE;
    }
  if (report->kind == KIOSK_RDP_REPORT_ENDED)
    {
      detail = g_strdup_printf ("code 0x%08x", report->detail);
      tell_end (self, (KioskRdpEnd) report->value, NULL, detail);
      return FALSE;
    }
  if (report->kind == KIOSK_RDP_REPORT_STEP && report->value == KIOSK_RDP_STEP_ACTIVE)
    self->active = TRUE;
  rearm_silence (self);
  pass_on (self, report);
  return TRUE;
}

/* Takes what is there, or FALSE when @self may be gone. *@more tells whether there was anything. */
static gboolean
receive_report (KioskWorker *self, gboolean *more)
{
  KioskRdpReport report;
  gsize size = 0;
  g_autoptr (GError) error = NULL;

  *more = FALSE;
  if (!kiosk_channel_receive (self->socket, &report, sizeof report, &size, NULL, 0, &error)
      && g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED))
    {
      g_clear_handle_id (&self->socket_source, g_source_remove);
      expect_end (self);
      return TRUE;
    }
  /* Nothing there: kiosk_worker_suspend() has taken it since poll(2) reported it. */
  if (error == NULL && size == 0)
    return TRUE;
  if (error != NULL || size != sizeof report)
    {
      tell_end (self, KIOSK_RDP_END_PROTOCOL, "protocol", "kiosk-rdp: wrong message");
      return FALSE;
    }
  *more = TRUE;
  return take_report (self, &report);
}

static gboolean
on_socket_readable (int fd, GIOCondition condition, gpointer data)
{
  gboolean more;

  /* Where this was the last call the source has been removed already. */
  receive_report (data, &more);
  return G_SOURCE_CONTINUE;
}

static void
on_child_ended (KioskChild *child, const char *cause, const char *detail, gpointer data)
{
  KioskWorker *self = data;
  g_autofree char *kept = g_strdup (detail);
  gboolean more = TRUE;

  g_clear_pointer (&self->child, kiosk_child_free);
  /* Its last words may still wait in the socket. */
  while (more && self->socket_source != 0)
    if (!receive_report (self, &more))
      return;
  tell_end (self, KIOSK_RDP_END_INTERNAL, cause, kept);
}

static void
on_child_started (KioskChild *child, int socket, gpointer data)
{
  KioskWorker *self = data;

  self->socket = socket;
  if (!self->told)
    self->socket_source = g_unix_fd_add (socket, G_IO_IN | G_IO_HUP, on_socket_readable, self);
}

static const KioskChildEvents child_events = {
  .started = on_child_started,
  .ended = on_child_ended,
};

static int
new_authority_memory (GBytes *authority, GError **error)
{
  gsize size = authority != NULL ? g_bytes_get_size (authority) : 0;
  kiosk_autofd int fd = kiosk_fd_new_memory ("authority", size, error);

  if (fd >= 0 && size > 0
      && pwrite (fd, g_bytes_get_data (authority, NULL), size, 0) != (ssize_t) size)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_IO,
                           "authority could not be handed over");
      return -1;
    }
  return kiosk_fd_steal (&fd);
}

static gboolean
fill_task (KioskRdpTask *task, const KioskPolicyServer *server, guint32 keyboard_layout,
           guint width, guint height, GError **error)
{
  *task = (KioskRdpTask){
    .width = width,
    .height = height,
    .security
    = server->security == KIOSK_SECURITY_TLS ? KIOSK_RDP_SECURITY_TLS : KIOSK_RDP_SECURITY_NLA,
    .keyboard_layout = keyboard_layout,
    .port = server->endpoint.port,
    .n_pins = server->n_pins,
  };
  G_STATIC_ASSERT (sizeof task->pins == sizeof server->pins);
  memcpy (task->pins, server->pins, sizeof task->pins);
  if (kiosk_channel_text_set (task->address, sizeof task->address, server->endpoint.address)
      && kiosk_channel_text_set (task->certificate_name, sizeof task->certificate_name,
                                 server->certificate_name != NULL ? server->certificate_name : ""))
    return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "server entry too long");
  return FALSE;
}

KioskWorker *
kiosk_worker_new (const KioskPolicyServer *server, guint32 keyboard_layout, GBytes *authority,
                  guint width, guint height, int *connection, int *shell, int *frames,
                  const KioskWorkerEvents *events, gpointer data, GError **error)
{
  kiosk_autofd int tcp = kiosk_fd_steal (connection);
  kiosk_autofd int shell_end = -1;
  kiosk_autofd int worker_end = -1;
  kiosk_autofd int memory = kiosk_fd_new_memory ("frames", KIOSK_RDP_MEMORY_SIZE, error);
  kiosk_autofd int authority_memory = memory >= 0 ? new_authority_memory (authority, error) : -1;
  KioskRdpTask task;
  KioskWorker *self;
  int fds[KIOSK_RDP_TASK_N_FDS];

  if (authority_memory < 0 || !fill_task (&task, server, keyboard_layout, width, height, error)
      || !kiosk_fd_socket_pair (&shell_end, &worker_end, error))
    return NULL;
  fds[KIOSK_RDP_TASK_SOCKET] = tcp;
  fds[KIOSK_RDP_TASK_FRAMES] = memory;
  fds[KIOSK_RDP_TASK_SHELL] = worker_end;
  fds[KIOSK_RDP_TASK_AUTHORITY] = authority_memory;
  self = g_new0 (KioskWorker, 1);
  self->events = *events;
  self->data = data;
  self->socket = -1;
  self->child = kiosk_child_start ("kiosk-rdp", &task, sizeof task, fds, G_N_ELEMENTS (fds),
                                   &child_events, self, error);
  if (self->child == NULL)
    {
      g_free (self);
      return NULL;
    }
  self->shell = kiosk_fd_steal (&worker_end);
  self->shell_source = g_unix_fd_add (self->shell, G_IO_HUP, on_shell_closed, self);
  rearm_silence (self);
  *shell = kiosk_fd_steal (&shell_end);
  *frames = kiosk_fd_steal (&memory);
  return self;
}

static gboolean
give_order (KioskWorker *self, KioskRdpOrderKind kind)
{
  KioskRdpOrder order = { .kind = kind };

  return self->child != NULL
         && kiosk_channel_send (self->socket, &order, sizeof order, NULL, 0, NULL);
}

/* Waiting here holds up the main loop for at most half a second, and that is meant: until it is
 * certain that no key passes, nothing else may happen. */
gboolean
kiosk_worker_suspend (KioskWorker *self)
{
  gint64 deadline = kiosk_clock_boottime () + SUSPEND_MILLISECONDS * 1000;
  gboolean working = self->child != NULL && kiosk_child_wait_started (self->child, deadline)
                     && give_order (self, KIOSK_RDP_ORDER_SUSPEND);

  self->contract.suspend_ordered = TRUE;
  while (working && self->contract.suspend_ordered)
    {
      struct pollfd waiting = { .fd = self->socket, .events = POLLIN };
      gint64 left = (deadline - kiosk_clock_boottime ()) / 1000;
      KioskRdpReport report;
      KioskWorkerJudgement judgement = KIOSK_WORKER_BROKEN;

      if (left > 0 && poll (&waiting, 1, (int) left) > 0
          && kiosk_channel_receive_exact (self->socket, &report, sizeof report, NULL, 0, NULL)
          && report.kind != KIOSK_RDP_REPORT_ENDED)
        judgement = kiosk_worker_contract_judge (&self->contract, &report, kiosk_clock_boottime ());
      working = judgement != KIOSK_WORKER_BROKEN;
      if (judgement == KIOSK_WORKER_NEWS && report.kind == KIOSK_RDP_REPORT_CHANNEL)
        pass_on (self, &report);
    }
  if (!working)
    g_clear_pointer (&self->child, kiosk_child_free);
  return working;
}

void
kiosk_worker_resume (KioskWorker *self)
{
  /* A worker that cannot take the order is at its end, which is told by its own event. */
  give_order (self, KIOSK_RDP_ORDER_RESUME);
}

void
kiosk_worker_say_goodbye (KioskWorker *self)
{
  stop_listening (self);
  self->told = TRUE;
  if (self->socket < 0) /* it has begun nothing that it could end */
    g_clear_pointer (&self->child, kiosk_child_free);
  give_order (self, KIOSK_RDP_ORDER_STOP);
}

void
kiosk_worker_free (KioskWorker *self)
{
  if (self == NULL)
    return;
  kiosk_child_free (self->child);
  stop_listening (self);
  kiosk_fd_clear (&self->socket);
  kiosk_fd_clear (&self->shell);
  g_free (self);
}
