/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "test-rdp"

#include "harness.h"

#include "../lib/helper.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

KioskRdpTask
harness_task (Server *server, KioskRdpSecurity security)
{
  KioskRdpTask task = {
    .width = 800,
    .height = 600,
    .security = security,
    .keyboard_layout = 0x409,
    .port = server->port,
    .n_pins = 1,
    .address = "127.0.0.1",
  };

  memcpy (task.pins[0], server->pin, sizeof server->pin);
  return task;
}

static int
connect_to (guint port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

Worker *
harness_worker_start (const KioskRdpTask *task, guint port, const char *authority)
{
  Worker *worker = g_new0 (Worker, 1);
  const char *program = g_getenv ("KIOSK_RDP");
  const char *argv[] = { program, NULL };
  int daemon[2], shell[2], fds[KIOSK_RDP_TASK_N_FDS];
  gsize length = authority != NULL ? strlen (authority) : 0;
  const int target[] = { KIOSK_RDP_FD_DAEMON };
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (program);
  g_assert_true (kiosk_fd_socket_pair (&daemon[0], &daemon[1], &error));
  g_assert_true (kiosk_fd_socket_pair (&shell[0], &shell[1], &error));
  fds[KIOSK_RDP_TASK_SOCKET] = connect_to (port);
  fds[KIOSK_RDP_TASK_FRAMES] = kiosk_fd_new_memory ("frames", KIOSK_RDP_MEMORY_SIZE, &error);
  g_assert_no_error (error);
  fds[KIOSK_RDP_TASK_SHELL] = shell[1];
  fds[KIOSK_RDP_TASK_AUTHORITY] = kiosk_fd_new_memory ("authority", length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pwrite (fds[KIOSK_RDP_TASK_AUTHORITY], authority, length, 0), ==,
                   (gssize) length);

  g_spawn_async_with_pipes_and_fds (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, -1, -1,
                                    -1, &daemon[1], target, 1, &worker->pid, NULL, NULL, NULL,
                                    &error);
  g_assert_no_error (error);
  close (daemon[1]);

  worker->daemon = daemon[0];
  helper_expect_hello (worker->daemon, worker->pid);
  worker->shell = shell[0];
  worker->memory
      = mmap (NULL, KIOSK_RDP_MEMORY_SIZE, PROT_READ, MAP_SHARED, fds[KIOSK_RDP_TASK_FRAMES], 0);
  g_assert_true (worker->memory != MAP_FAILED);
  worker->reports = g_array_new (FALSE, FALSE, sizeof (KioskRdpReport));
  g_assert_true (
      kiosk_channel_send (worker->daemon, task, sizeof *task, fds, G_N_ELEMENTS (fds), &error));
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  return worker;
}

int
harness_worker_reap (Worker *worker)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  int status = 0;

  while (waitpid (worker->pid, &status, WNOHANG) == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (5000);
    }
  worker->pid = 0;
  return status;
}

void
harness_worker_free (Worker *worker)
{
  if (worker->pid > 0)
    {
      kill (worker->pid, SIGKILL);
      waitpid (worker->pid, NULL, 0);
    }
  kiosk_fd_clear (&worker->daemon);
  kiosk_fd_clear (&worker->shell);
  munmap (worker->memory, KIOSK_RDP_MEMORY_SIZE);
  g_array_unref (worker->reports);
  g_free (worker->picture);
  g_free (worker);
}

void
harness_worker_credentials (Worker *worker, const char *user, const char *password)
{
  KioskRdpCredentials credentials = { .kind = KIOSK_RDP_CREDENTIALS };

  g_assert_true (kiosk_channel_text_set (credentials.user, sizeof credentials.user, user));
  g_assert_true (
      kiosk_channel_text_set (credentials.password, sizeof credentials.password, password));
  g_assert_true (
      kiosk_channel_send (worker->shell, &credentials, sizeof credentials, NULL, 0, NULL));
}

void
harness_worker_order (Worker *worker, guint32 kind)
{
  KioskRdpOrder order = { kind };

  g_assert_true (kiosk_channel_send (worker->daemon, &order, sizeof order, NULL, 0, NULL));
}

void
harness_worker_input (Worker *worker, guint32 kind, guint32 a, guint32 b, guint32 c)
{
  KioskRdpInput message = { kind, a, b, c };

  g_assert_true (kiosk_channel_send (worker->shell, &message, sizeof message, NULL, 0, NULL));
}

/* The worker may have ended meanwhile. */
static void
answer (Worker *worker, guint32 kind, guint32 a)
{
  KioskRdpInput message = { kind, a, 0, 0 };

  (void) kiosk_channel_send (worker->shell, &message, sizeof message, NULL, 0, NULL);
}

void
harness_worker_type (Worker *worker, const char *text)
{
  static const struct {
    char character;
    guint32 code;
  } keys[] = {
    { 'a', 0x1e }, { 'e', 0x12 }, { 'i', 0x17 }, { 'k', 0x25 }, { 'n', 0x31 },
    { 'o', 0x18 }, { 's', 0x1f }, { 't', 0x14 }, { 'u', 0x16 }, { '\n', 0x1c },
  };

  /* No window manager: the keys go where the pointer is. */
  harness_worker_input (worker, KIOSK_RDP_INPUT_POINTER, 0x0800, 100, 100);
  for (; *text != '\0'; text++)
    {
      guint32 code = 0;

      for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
        {
          if (keys[i].character == *text)
            code = keys[i].code;
        }
      g_assert_cmpuint (code, !=, 0);
      harness_worker_input (worker, KIOSK_RDP_INPUT_KEY, code, 1, 0);
      harness_worker_input (worker, KIOSK_RDP_INPUT_KEY, code, 0, 0);
    }
}

static void
on_report (Worker *worker, const KioskRdpReport *report)
{
  g_array_append_vals (worker->reports, report, 1);
  switch ((KioskRdpReportKind) report->kind)
    {
    case KIOSK_RDP_REPORT_ALIVE:
      worker->alive++;
      break;
    case KIOSK_RDP_REPORT_STEP:
      worker->step = report->value;
      break;
    case KIOSK_RDP_REPORT_SUSPENDED:
      worker->suspended = TRUE;
      break;
    case KIOSK_RDP_REPORT_ENDED:
      worker->ended = TRUE;
      worker->end = *report;
      break;
    case KIOSK_RDP_REPORT_CERTIFICATE:
    case KIOSK_RDP_REPORT_CHANNEL:
      break;
    }
}

static void
on_frame (Worker *worker, const KioskRdpFrame *frame)
{
  const guint8 *source = worker->memory + frame->buffer * KIOSK_RDP_BUFFER_SIZE;
  gsize row = (gsize) worker->width * 4;

  g_assert_cmpuint (frame->buffer, <, KIOSK_RDP_BUFFERS);
  g_assert_cmpuint (frame->n_rects, >=, 1);
  g_assert_cmpuint (frame->n_rects, <=, KIOSK_RDP_MAX_RECTS);
  g_assert_false (worker->under_way);
  g_assert_false (worker->held[frame->buffer]);

  for (guint i = 0; i < frame->n_rects; i++)
    {
      const KioskRdpRect *r = &frame->rects[i];

      g_assert_cmpuint (r->width, >, 0);
      g_assert_cmpuint (r->height, >, 0);
      g_assert_cmpuint (r->x + r->width, <=, worker->width);
      g_assert_cmpuint (r->y + r->height, <=, worker->height);
      for (guint32 y = r->y; y < r->y + r->height; y++)
        memcpy (worker->picture + y * row + r->x * 4, source + y * row + r->x * 4, r->width * 4);
    }
  /* Every announced buffer is a complete picture, not only its rectangles - or is being wiped at
   * this moment, because the session ended. */
  for (gsize i = 0; i < row * worker->height; i++)
    g_assert_true (worker->picture[i] == source[i] || source[i] == 0);

  worker->frames++;
  worker->under_way = TRUE;
  worker->held[frame->buffer] = TRUE;
  worker->last = frame->buffer;
  if (!worker->hold)
    harness_worker_show (worker);
}

void
harness_worker_show (Worker *worker)
{
  /* A compositor releases the buffer before the one that it shows. */
  for (guint i = 0; i < KIOSK_RDP_BUFFERS; i++)
    {
      if (i != worker->last && worker->held[i])
        {
          worker->held[i] = FALSE;
          answer (worker, KIOSK_RDP_INPUT_FREE, i);
        }
    }
  worker->under_way = FALSE;
  answer (worker, KIOSK_RDP_INPUT_SHOWN, 0);
}

static void
on_output (Worker *worker, const guint32 *message, gsize size)
{
  switch ((KioskRdpOutputKind) message[0])
    {
    case KIOSK_RDP_OUTPUT_SIZE:
    case KIOSK_RDP_OUTPUT_SIZE_ANEW:
      g_assert_cmpuint (size, ==, sizeof (KioskRdpSize));
      worker->width = message[1];
      worker->height = message[2];
      g_assert_cmpuint (worker->width, <=, KIOSK_RDP_MAX_WIDTH);
      g_assert_cmpuint (worker->height, <=, KIOSK_RDP_MAX_HEIGHT);
      g_free (worker->picture);
      worker->picture = g_malloc0 ((gsize) worker->width * worker->height * 4);
      break;
    case KIOSK_RDP_OUTPUT_FRAME:
      g_assert_cmpuint (size, ==, sizeof (KioskRdpFrame));
      on_frame (worker, (const KioskRdpFrame *) message);
      break;
    case KIOSK_RDP_OUTPUT_CURSOR:
      {
        const KioskRdpCursor *cursor = (const KioskRdpCursor *) message;

        g_assert_cmpuint (size, ==, sizeof (KioskRdpCursor));
        g_assert_cmpuint (cursor->width, <=, KIOSK_RDP_CURSOR_MAX);
        g_assert_cmpuint (cursor->height, <=, KIOSK_RDP_CURSOR_MAX);
        worker->cursors++;
        break;
      }
    default:
      g_assert_not_reached ();
    }
}

void
harness_worker_turn (Worker *worker, int milliseconds)
{
  static union {
    guint32 words[1];
    KioskRdpCursor largest;
    KioskRdpReport report;
  } message;
  struct pollfd fds[] = {
    { .fd = worker->daemon, .events = POLLIN },
    { .fd = worker->shell, .events = POLLIN },
  };
  gsize size;

  poll (fds, G_N_ELEMENTS (fds), milliseconds);
  if (fds[0].revents & POLLIN)
    {
      worker->gone
          = !kiosk_channel_receive (worker->daemon, &message, sizeof message, &size, NULL, 0, NULL);
      if (!worker->gone)
        {
          g_assert_cmpuint (size, ==, sizeof (KioskRdpReport));
          on_report (worker, &message.report);
          return;
        }
    }
  if (fds[0].revents != 0 && (fds[0].revents & POLLIN) == 0)
    worker->gone = TRUE;
  if (fds[1].revents & POLLIN)
    {
      if (kiosk_channel_receive (worker->shell, &message, sizeof message, &size, NULL, 0, NULL))
        on_output (worker, message.words, size);
    }
}

const KioskRdpReport *
harness_worker_report (Worker *worker, KioskRdpReportKind kind)
{
  for (guint i = 0; i < worker->reports->len; i++)
    {
      const KioskRdpReport *report = &g_array_index (worker->reports, KioskRdpReport, i);

      if (report->kind == (guint32) kind)
        return report;
    }
  return NULL;
}

void
harness_worker_expect_end (Worker *worker, KioskRdpEnd end)
{
  int status;

  harness_wait (worker, worker->ended);
  g_test_message ("ended with %u, detail 0x%x", worker->end.value, worker->end.detail);
  g_assert_cmpuint (worker->end.value, ==, end);
  status = harness_worker_reap (worker);
  g_assert_true (WIFEXITED (status));
}

double
harness_worker_difference (Worker *worker, const guint8 *other)
{
  gsize n = (gsize) worker->width * worker->height, different = 0;

  for (gsize i = 0; i < n; i++)
    {
      gboolean same = TRUE;

      for (gsize c = 0; c < 3; c++)
        same = same && ABS (worker->picture[i * 4 + c] - other[i * 4 + c]) <= 40;
      different += !same;
    }
  return (double) different / n;
}

Worker *
harness_session_start (Server *server, KioskRdpSecurity security)
{
  KioskRdpTask task = harness_task (server, security);
  Worker *worker = harness_worker_start (&task, server->port, NULL);

  harness_worker_credentials (worker, "tester", "Saku-2026");
  harness_wait (worker, worker->step == KIOSK_RDP_STEP_ACTIVE);
  return worker;
}

void
harness_session_stop (Worker *worker)
{
  int status;

  harness_worker_order (worker, KIOSK_RDP_ORDER_STOP);
  harness_wait (worker, worker->ended);
  g_assert_cmpuint (worker->end.value, ==, KIOSK_RDP_END_DISCONNECTED);
  status = harness_worker_reap (worker);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
}
