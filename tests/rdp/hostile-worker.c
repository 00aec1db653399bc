/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* A kiosk-rdp that a server has taken over, and with more freedom than it would have: no seccomp filter
 * and no Landlock keep it from anything. It starts as the real one does, says "hello" to its server,
 * waits for a byte of it and then does what the file HOSTILE_ORDERS names. Only ever put in the place of kiosk-rdp inside
 * kiosk/demo/world.sh. */

#include "config.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/privileges.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/rdp-protocol.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOSTILE_ORDERS "/run/hostile"
#define FLOOD 100000

static KioskRdpTask task;
static int fds[KIOSK_RDP_TASK_N_FDS];

/* ---- Words ---- */

/* To kioskd, as bytes. TRUE while it listens. */
static gboolean
say_bytes (const void *bytes, gsize size, guint n_fds)
{
  int extra[253]; /* SCM_MAX_FD of the kernel */
  char control[CMSG_SPACE (sizeof extra)] = { 0 };
  struct iovec part = { .iov_base = (void *) bytes, .iov_len = size };
  struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };

  if (n_fds > 0)
    {
      struct cmsghdr *ancillary;

      header.msg_control = control;
      header.msg_controllen = CMSG_SPACE (sizeof (int) * n_fds);
      ancillary = CMSG_FIRSTHDR (&header);
      ancillary->cmsg_level = SOL_SOCKET;
      ancillary->cmsg_type = SCM_RIGHTS;
      ancillary->cmsg_len = CMSG_LEN (sizeof (int) * n_fds);
      for (guint i = 0; i < n_fds; i++)
        extra[i] = fds[KIOSK_RDP_TASK_SOCKET];
      memcpy (CMSG_DATA (ancillary), extra, sizeof (int) * n_fds);
    }
  return sendmsg (KIOSK_RDP_FD_DAEMON, &header, MSG_NOSIGNAL) == (ssize_t) size;
}

static gboolean
say (KioskRdpReportKind kind, guint32 value, const char *text)
{
  KioskRdpReport report = { .kind = kind, .value = value };

  g_strlcpy (report.text, text, sizeof report.text);
  return say_bytes (&report, sizeof report, 0);
}

static gboolean
say_alive (void)
{
  return say (KIOSK_RDP_REPORT_ALIVE, 0, "");
}

static void
say_step (guint32 step)
{
  say (KIOSK_RDP_REPORT_STEP, step, "");
}

static void
say_certificate (guint32 verdict)
{
  say (KIOSK_RDP_REPORT_CERTIFICATE, verdict, "");
}

static void
say_ended (guint32 end)
{
  say (KIOSK_RDP_REPORT_ENDED, end, "");
}

/* A connection as it should be. */
static void
become_active (void)
{
  say_step (KIOSK_RDP_STEP_CERTIFICATE);
  say_certificate (KIOSK_RDP_END_NONE);
  say_step (KIOSK_RDP_STEP_LOGON);
  say_step (KIOSK_RDP_STEP_PICTURE);
  say_step (KIOSK_RDP_STEP_ACTIVE);
}

static KioskRdpOrderKind
await_order (void)
{
  KioskRdpOrder order = { 0 };

  if (!kiosk_channel_receive_exact (KIOSK_RDP_FD_DAEMON, &order, sizeof order, NULL, 0, NULL))
    pause ();
  return (KioskRdpOrderKind) order.kind;
}

/* An honest worker from here on, up to an order that it does not follow. */
static void
await_suspend (void)
{
  become_active ();
  while (await_order () != KIOSK_RDP_ORDER_SUSPEND)
    ;
}

/* ---- Deeds, by the argument of the table ---- */

static void
send_kind (guint32 kind)
{
  become_active ();
  say ((KioskRdpReportKind) kind, 0, "");
}

static void
send_size (guint32 size)
{
  g_autofree char *bytes = g_malloc0 (size);
  KioskRdpReport alive = { .kind = KIOSK_RDP_REPORT_ALIVE };

  become_active ();
  memcpy (bytes, &alive, MIN (size, sizeof alive));
  say_bytes (bytes, size, 0);
}

static void
send_step (guint32 step)
{
  become_active ();
  say_step (step);
}

static void
send_first_step (guint32 step)
{
  say_step (step);
}

static void
send_certificate_first (guint32 verdict)
{
  say_certificate (verdict);
}

static void
send_certificate (guint32 verdict)
{
  say_step (KIOSK_RDP_STEP_CERTIFICATE);
  say_certificate (verdict);
}

static void
send_certificate_late (guint32 verdict)
{
  become_active ();
  say_certificate (verdict);
}

static void
send_certificate_and_go_on (guint32 verdict)
{
  send_certificate (verdict);
  say_step (KIOSK_RDP_STEP_LOGON);
}

static void
send_ended (guint32 end)
{
  become_active ();
  say_ended (end);
}

static void
end_and_go_on (guint32 end)
{
  send_ended (end);
  for (guint i = 0; i < FLOOD; i++)
    {
      g_autofree char *name = g_strdup_printf ("after%u", i);

      if (!say (KIOSK_RDP_REPORT_CHANNEL, 0, name))
        return;
    }
}

static void
send_text (const char *bytes, gsize size, char rest)
{
  KioskRdpReport report = { .kind = KIOSK_RDP_REPORT_CHANNEL };

  memset (report.text, rest, sizeof report.text);
  memcpy (report.text, bytes, size);
  become_active ();
  say_bytes (&report, sizeof report, 0);
}

static void
send_text_unterminated (guint32 unused)
{
  send_text ("", 0, 'x');
}

static void
send_text_with_more (guint32 unused)
{
  send_text ("name\0more", 9, '\0');
}

static void
send_text_no_utf8 (guint32 unused)
{
  send_text ("\xff\xfe", 2, '\0');
}

/* Well-formed, and nothing that may stand in a log as it is. */
static void
send_text_harmful (guint32 unused)
{
  static const char bytes[] = "a\033[2J\n\"}\342\200\256b"; /* U+202E turns the line around */

  send_text (bytes, sizeof bytes, '\0');
}

static void
send_descriptors (guint32 n)
{
  KioskRdpReport alive = { .kind = KIOSK_RDP_REPORT_ALIVE };

  become_active ();
  say_bytes (&alive, sizeof alive, n);
}

static void
send_only_descriptors (guint32 n)
{
  become_active ();
  say_bytes ("", 0, n);
}

static void
flood (guint32 kind)
{
  become_active ();
  for (guint i = 0; i < FLOOD; i++)
    if (!say ((KioskRdpReportKind) kind, KIOSK_RDP_STEP_ACTIVE, "same"))
      return;
}

/* Each with a name of its own. */
static void
send_channels (guint32 n)
{
  become_active ();
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("channel%u", i);

      if (!say (KIOSK_RDP_REPORT_CHANNEL, 0, name))
        return;
    }
}

static void
repeat_channel (guint32 n)
{
  become_active ();
  for (guint i = 0; i < n; i++)
    say (KIOSK_RDP_REPORT_CHANNEL, 0, "rdpdr");
}

static void
be_silent (guint32 unused)
{
  become_active ();
}

static void
end_with_exit (guint32 status)
{
  become_active ();
  _exit ((int) status);
}

static void
end_by_signal (guint32 number)
{
  const struct rlimit none = { 0, 0 };

  become_active ();
  setrlimit (RLIMIT_CORE, &none);
  signal ((int) number, SIG_DFL);
  raise ((int) number);
}

static void
close_socket (guint32 unused)
{
  become_active ();
  close (KIOSK_RDP_FD_DAEMON);
}

static void
shut_socket (guint32 how)
{
  become_active ();
  shutdown (KIOSK_RDP_FD_DAEMON, (int) how);
}

/* The descendant waits until its parent is gone (which never lets go of the pipe by itself), and then
 * tries to go on with the connection. */
static void
leave_descendant (guint32 unused)
{
  const char word[] = "ghost";
  int parent[2];
  char none;

  if (pipe (parent) != 0)
    abort ();
  if (fork () == 0)
    {
      setsid ();
      close (parent[1]);
      while (read (parent[0], &none, 1) > 0)
        ;
      for (guint i = 0; i < 20; i++)
        {
          send (fds[KIOSK_RDP_TASK_SOCKET], word, strlen (word), MSG_NOSIGNAL | MSG_DONTWAIT);
          g_usleep (50000);
        }
      _exit (0);
    }
  become_active ();
  say_ended (KIOSK_RDP_END_LOST);
  pause ();
}

static void
ignore_suspend (guint32 unused)
{
  await_suspend ();
}

static void
answer_suspend_with (guint32 kind)
{
  await_suspend ();
  say ((KioskRdpReportKind) kind, KIOSK_RDP_END_LOST, "");
}

static void
answer_suspend_with_flood (guint32 kind)
{
  await_suspend ();
  while (say ((KioskRdpReportKind) kind, 0, "same"))
    ;
}

/* Slow enough not to be a flood, long enough to hold kioskd up if it let itself. */
static void
answer_suspend_with_trickle (guint32 kind)
{
  await_suspend ();
  while (say ((KioskRdpReportKind) kind, 0, ""))
    g_usleep (150000);
}

static void
answer_suspend_with_exit (guint32 status)
{
  await_suspend ();
  _exit ((int) status);
}

static void
answer_suspend_twice (guint32 unused)
{
  await_suspend ();
  say (KIOSK_RDP_REPORT_SUSPENDED, 0, "");
  say (KIOSK_RDP_REPORT_SUSPENDED, 0, "");
}

/* What must not reach the screen; that it does not is for the shell to see to. */
static void
answer_suspend_and_draw (guint32 unused)
{
  KioskRdpSize size = { KIOSK_RDP_OUTPUT_SIZE, task.width, task.height };
  KioskRdpFrame frame = { .kind = KIOSK_RDP_OUTPUT_FRAME,
                          .n_rects = 1,
                          .rects = { { 0, 0, task.width, task.height } } };

  await_suspend ();
  say (KIOSK_RDP_REPORT_SUSPENDED, 0, "");
  kiosk_channel_send (fds[KIOSK_RDP_TASK_SHELL], &size, sizeof size, NULL, 0, NULL);
  for (guint i = 0; i < 10; i++)
    {
      frame.buffer = i % 2;
      kiosk_channel_send (fds[KIOSK_RDP_TASK_SHELL], &frame, sizeof frame, NULL, 0, NULL);
    }
  while (await_order () != KIOSK_RDP_ORDER_STOP)
    say_alive ();
}

/* For tests that need a session that goes on: does what an honest worker does between pictures. */
static void
work_quietly (guint32 unused)
{
  struct pollfd orders = { .fd = KIOSK_RDP_FD_DAEMON, .events = POLLIN };

  become_active ();
  for (;;)
    if (poll (&orders, 1, 1000) == 0)
      say_alive ();
    else
      switch (await_order ())
        {
        case KIOSK_RDP_ORDER_SUSPEND:
          say (KIOSK_RDP_REPORT_SUSPENDED, 0, "");
          break;
        case KIOSK_RDP_ORDER_STOP:
          return;
        case KIOSK_RDP_ORDER_RESUME:
        default:
          break;
        }
}

/* ---- Deeds against the shell ---- */

#define WIDTH 640
#define HEIGHT 480

static void
show_bytes (const void *bytes, gsize size)
{
  send (fds[KIOSK_RDP_TASK_SHELL], bytes, size, MSG_NOSIGNAL);
}

static void
show_size (guint32 width, guint32 height)
{
  KioskRdpSize size = { KIOSK_RDP_OUTPUT_SIZE, width, height };

  show_bytes (&size, sizeof size);
}

/* Connected, with a picture of WIDTH x HEIGHT to come. */
static void
become_visible (void)
{
  become_active ();
  show_size (WIDTH, HEIGHT);
}

static void
show_frame (guint32 buffer, guint32 n_rects, KioskRdpRect rect)
{
  KioskRdpFrame frame = { KIOSK_RDP_OUTPUT_FRAME, buffer, n_rects, { rect } };

  show_bytes (&frame, sizeof frame);
}

static void
show_kind (guint32 kind)
{
  KioskRdpSize size = { kind, WIDTH, HEIGHT };

  become_visible ();
  show_bytes (&size, sizeof size);
}

static void
show_length (guint32 length)
{
  g_autofree guint32 *bytes = g_malloc0 (length + sizeof (guint32));

  become_visible ();
  bytes[0] = KIOSK_RDP_OUTPUT_FRAME;
  show_bytes (bytes, length);
}

static void
show_width (guint32 width)
{
  become_active ();
  show_size (width, HEIGHT);
}

static void
show_frame_first (guint32 unused)
{
  become_active ();
  show_frame (0, 1, (KioskRdpRect){ 0, 0, 1, 1 });
}

static void
show_buffer (guint32 buffer)
{
  become_visible ();
  show_frame (buffer, 1, (KioskRdpRect){ 0, 0, WIDTH, HEIGHT });
}

static void
show_rects (guint32 n)
{
  become_visible ();
  show_frame (0, n, (KioskRdpRect){ 0, 0, WIDTH, HEIGHT });
}

static void
show_rect_at (guint32 x)
{
  become_visible ();
  show_frame (0, 1, (KioskRdpRect){ x, 0, 2, 2 });
}

static void
show_frames_at_once (guint32 n)
{
  become_visible ();
  for (guint i = 0; i < n; i++)
    show_frame (i % 2, 1, (KioskRdpRect){ 0, 0, WIDTH, HEIGHT });
}

static void
show_cursor (guint32 width)
{
  static KioskRdpCursor cursor;

  become_visible ();
  cursor = (KioskRdpCursor){ .kind = KIOSK_RDP_OUTPUT_CURSOR, .width = width, .height = 1 };
  show_bytes (&cursor, sizeof cursor);
}

static void
show_hot_spot (guint32 x)
{
  static KioskRdpCursor cursor;

  become_visible ();
  cursor = (KioskRdpCursor){ KIOSK_RDP_OUTPUT_CURSOR, .width = 8, .height = 8, .hot_x = x };
  show_bytes (&cursor, sizeof cursor);
}

/* The TCP connection, for a shell that may be its next owner. */
static void
show_descriptor (guint32 unused)
{
  KioskRdpSize size = { KIOSK_RDP_OUTPUT_SIZE, WIDTH, HEIGHT };

  become_visible ();
  kiosk_channel_send (fds[KIOSK_RDP_TASK_SHELL], &size, sizeof size, &fds[KIOSK_RDP_TASK_SOCKET], 1,
                      NULL);
}

/* Alive for good, whatever it is asked. */
static void
ignore_orders (guint32 unused)
{
  become_active ();
  while (say_alive ())
    g_usleep (2 * G_USEC_PER_SEC);
}

/* What follows from each stands in tests/daemon/test-hostile-worker.c, unless said otherwise. */
static const struct {
  const char *name;
  void (*act) (guint32 argument);
  guint32 argument;
} deeds[] = {
  { "kind-0", send_kind, 0 },
  { "kind-7", send_kind, 7 },
  { "kind-max", send_kind, G_MAXUINT32 },
  { "size-1", send_size, 1 },
  { "size-short", send_size, sizeof (KioskRdpReport) - 1 },
  { "size-long", send_size, sizeof (KioskRdpReport) + 1 },
  { "size-huge", send_size, 65536 },
  { "size-empty", send_size, 0 },
  { "step-0", send_step, 0 },
  { "step-5", send_step, KIOSK_RDP_STEP_ACTIVE + 1 },
  { "step-back", send_step, KIOSK_RDP_STEP_LOGON },
  { "step-again", send_step, KIOSK_RDP_STEP_ACTIVE },
  { "active-first", send_first_step, KIOSK_RDP_STEP_ACTIVE },
  { "logon-first", send_first_step, KIOSK_RDP_STEP_LOGON },
  { "certificate-first", send_certificate_first, KIOSK_RDP_END_NONE },
  { "certificate-value", send_certificate, KIOSK_RDP_END_LAST + 1 },
  { "certificate-odd", send_certificate, KIOSK_RDP_END_LOGGED_OFF },
  { "certificate-late", send_certificate_late, KIOSK_RDP_END_NONE },
  { "certificate-ignored", send_certificate_and_go_on, KIOSK_RDP_END_CERTIFICATE_CHANGED },
  { "ended-0", send_ended, KIOSK_RDP_END_NONE },
  { "ended-value", send_ended, KIOSK_RDP_END_LAST + 1 },
  { "ended-and-goes-on", end_and_go_on, KIOSK_RDP_END_LOST },
  { "text-unterminated", send_text_unterminated, 0 },
  { "text-with-more", send_text_with_more, 0 },
  { "text-no-utf8", send_text_no_utf8, 0 },
  { "text-harmful", send_text_harmful, 0 },
  { "descriptors-1", send_descriptors, 1 },
  { "descriptors-5", send_descriptors, 5 },
  { "descriptors-253", send_descriptors, 253 },
  { "descriptors-only", send_only_descriptors, 4 },
  { "flood-alive", flood, KIOSK_RDP_REPORT_ALIVE },
  { "flood-channel", flood, KIOSK_RDP_REPORT_CHANNEL },
  { "flood-step", flood, KIOSK_RDP_REPORT_STEP },
  { "many-channels", send_channels, FLOOD },
  { "same-channel", repeat_channel, 20 },
  { "suspended-unasked", send_kind, KIOSK_RDP_REPORT_SUSPENDED },
  { "silent", be_silent, 0 },
  { "exit-0", end_with_exit, 0 },
  { "exit-1", end_with_exit, 1 },
  { "signal-segv", end_by_signal, SIGSEGV },
  { "signal-abrt", end_by_signal, SIGABRT },
  { "signal-sys", end_by_signal, SIGSYS },
  { "closes-socket", close_socket, 0 },
  { "shuts-writing", shut_socket, SHUT_WR },
  { "shuts-both", shut_socket, SHUT_RDWR },
  { "leaves-descendant", leave_descendant, 0 },
  { "lock-ignored", ignore_suspend, 0 },
  { "lock-ended", answer_suspend_with, KIOSK_RDP_REPORT_ENDED },
  { "lock-wrong", answer_suspend_with, 99 },
  { "lock-flood-alive", answer_suspend_with_flood, KIOSK_RDP_REPORT_ALIVE },
  { "lock-flood-channel", answer_suspend_with_flood, KIOSK_RDP_REPORT_CHANNEL },
  { "lock-trickle", answer_suspend_with_trickle, KIOSK_RDP_REPORT_ALIVE },
  { "lock-exit", answer_suspend_with_exit, 0 },
  { "lock-twice", answer_suspend_twice, 0 },
  { "works", work_quietly, 0 },
  { "lock-draws", answer_suspend_and_draw, 0 },
  { "ignores-orders", ignore_orders, 0 },
  /* tests/e2e/hostile-worker.py */
  { "shows-kind-0", show_kind, 0 },
  { "shows-kind-max", show_kind, G_MAXUINT32 },
  { "shows-length-1", show_length, 1 },
  { "shows-length-short", show_length, sizeof (KioskRdpFrame) - 4 },
  { "shows-length-long", show_length, sizeof (KioskRdpFrame) + 4 },
  { "shows-width-0", show_width, 0 },
  { "shows-width-max", show_width, G_MAXUINT32 },
  { "shows-frame-first", show_frame_first, 0 },
  { "shows-buffer-2", show_buffer, KIOSK_RDP_BUFFERS },
  { "shows-rects-0", show_rects, 0 },
  { "shows-rects-17", show_rects, KIOSK_RDP_MAX_RECTS + 1 },
  { "shows-rect-outside", show_rect_at, WIDTH - 1 },
  { "shows-rect-wrapping", show_rect_at, G_MAXUINT32 - 1 },
  { "shows-frames-at-once", show_frames_at_once, 3 },
  { "shows-cursor-large", show_cursor, KIOSK_RDP_CURSOR_MAX + 1 },
  { "shows-hot-spot-outside", show_hot_spot, 8 },
  { "shows-descriptor", show_descriptor, 0 },
};

static void
start (void)
{
  const int keep[] = { KIOSK_RDP_FD_DAEMON };
  g_autoptr (GError) error = NULL;

  if (!kiosk_privileges_clean (keep, G_N_ELEMENTS (keep), &error) || !kiosk_helper_begin (&error)
      || !kiosk_privileges_leave_network (&error)
      || !kiosk_privileges_become (KIOSK_RDP_USER, &error) || !kiosk_privileges_settle (&error)
      || !kiosk_channel_receive_exact (KIOSK_RDP_FD_DAEMON, &task, sizeof task, fds,
                                       G_N_ELEMENTS (fds), &error))
    g_error ("hostile worker: %s", error->message);
}

int
main (void)
{
  g_autofree char *wanted = NULL;
  struct pollfd answer = { .events = POLLIN };
  guint i = 0;

  if (!g_file_get_contents (HOSTILE_ORDERS, &wanted, NULL, NULL))
    return EXIT_FAILURE;
  start ();
  for (int number = 1; number < NSIG; number++)
    signal (number, SIG_IGN);
  answer.fd = fds[KIOSK_RDP_TASK_SOCKET];
  if (send (answer.fd, "hello", 5, MSG_NOSIGNAL) != 5)
    return EXIT_FAILURE;
  /* A real RDP server waits for more. */
  if (!g_str_has_prefix (wanted, "shows-") && poll (&answer, 1, -1) != 1)
    return EXIT_FAILURE;
  while (i < G_N_ELEMENTS (deeds) && strcmp (deeds[i].name, wanted) != 0)
    i++;
  if (i == G_N_ELEMENTS (deeds))
    return EXIT_FAILURE;
  deeds[i].act (deeds[i].argument);
  /* Nothing but a KILL gets it out of the way. */
  for (;;)
    pause ();
}
