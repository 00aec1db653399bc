/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "loop.h"

#include "orders.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"

#include <errno.h>
#include <freerdp/gdi/gdi.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <winpr/synch.h>

/* The main loop: two sockets of ours, the library's handles, two deadlines. Messages from the shell
 * are as hostile as the person at it: size, kind and every field are checked before anything is done,
 * and the first wrong one ends the session. */

#define ALIVE_INTERVAL (2 * G_USEC_PER_SEC)
#define SIZE_DELAY (200 * 1000) /* a window that is being dragged asks once */
#define SIZE_RETRY (500 * 1000) /* Display Control comes up a little after the session */
#define SIZE_RETRIES 20
#define ABORT_PATIENCE (3 * G_USEC_PER_SEC)
#define MESSAGES_PER_TURN 64 /* of the shell, so that it cannot keep the server's picture away */
#define MAX_HANDLES 32

typedef struct {
  KioskRdpSession *session;
  int done; /* eventfd */
  gboolean connected;
} Connecting;

static int
timeout_until (gint64 deadline)
{
  gint64 left = deadline - kiosk_clock_boottime ();

  return left <= 0 ? 0 : (int) ((left + 999) / 1000);
}

static void
keep_alive (KioskRdpSession *self, gint64 *deadline)
{
  gint64 now = kiosk_clock_boottime ();

  if (now < *deadline)
    return;
  kiosk_rdp_session_report (self, KIOSK_RDP_REPORT_ALIVE, 0, 0, NULL, NULL);
  *deadline = now + ALIVE_INTERVAL;
}

/* ---- messages of the shell ---- */

static void
apply_message (KioskRdpSession *self, const KioskRdpInput *message)
{
  switch ((KioskRdpInputKind) message->kind)
    {
    case KIOSK_RDP_INPUT_SHOWN:
      kiosk_rdp_frames_shown (&self->frames);
      return;
    case KIOSK_RDP_INPUT_FREE:
      if (!kiosk_rdp_frames_free (&self->frames, message->a))
        kiosk_rdp_session_end (self, KIOSK_RDP_END_PROTOCOL);
      return;
    case KIOSK_RDP_INPUT_SIZE:
      self->size = *message;
      self->size_retries = SIZE_RETRIES;
      self->size_deadline = kiosk_clock_boottime () + SIZE_DELAY;
      return;
    case KIOSK_RDP_INPUT_KEY:
    case KIOSK_RDP_INPUT_UNICODE:
    case KIOSK_RDP_INPUT_POINTER:
    case KIOSK_RDP_INPUT_POINTER_EXTENDED:
    case KIOSK_RDP_INPUT_FOCUS:
      break;
    }

  if (self->suspended) /* read, checked, forgotten */
    return;
  /* A server that is gone shows on its own handle, with a better reason than this. */
  if (!kiosk_rdp_input_send (&self->input, self->context.input, message, self->frames.width,
                             self->frames.height))
    g_info ("the connection does not take input");
}

/* Takes what the shell sent, at most @limit messages. FALSE when the session is to end. */
static gboolean
receive_messages (KioskRdpSession *self, guint limit)
{
  for (guint i = 0; i < limit; i++)
    {
      KioskRdpInput message = { 0 };
      g_autoptr (GError) error = NULL;
      gsize size = 0;

      if (!kiosk_channel_receive (self->shell, &message, sizeof message, &size, NULL, 0, &error))
        {
          g_message ("shell: %s", error->message);
          kiosk_rdp_session_end (self, g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED)
                                           ? KIOSK_RDP_END_DISCONNECTED
                                           : KIOSK_RDP_END_PROTOCOL);
          return FALSE;
        }
      if (size == 0)
        return TRUE;
      if (size != sizeof message || !kiosk_rdp_input_valid (&message))
        {
          kiosk_rdp_session_end (self, KIOSK_RDP_END_PROTOCOL);
          return FALSE;
        }
      apply_message (self, &message);
    }
  return TRUE;
}

static gboolean
handle_order (KioskRdpSession *self)
{
  KioskRdpOrderKind kind;

  if (!kiosk_rdp_order_receive (self, &kind))
    return FALSE;

  if (kind == KIOSK_RDP_ORDER_SUSPEND)
    {
      kiosk_rdp_order_suspend (self);
      return TRUE;
    }
  if (self->suspended)
    {
      /* Keys that were pressed on the lock page and still wait in the socket: dropped, all of them,
     * before the first that counts. */
      if (!receive_messages (self, G_MAXUINT))
        return FALSE;
      kiosk_rdp_order_resume (self);
    }
  return TRUE;
}

/* ---- connecting ---- */

static gboolean
receive_credentials (KioskRdpSession *self)
{
  KioskRdpCredentials *credentials = self->credentials;
  g_autoptr (GError) error = NULL;

  if (!kiosk_channel_receive_exact (self->shell, credentials, sizeof *credentials, NULL, 0, &error))
    {
      kiosk_rdp_session_end (self, g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED)
                                       ? KIOSK_RDP_END_DISCONNECTED
                                       : KIOSK_RDP_END_PROTOCOL);
      return FALSE;
    }
  if (credentials->kind == KIOSK_RDP_CREDENTIALS && credentials->user[0] != '\0'
      && kiosk_channel_text_valid (credentials->user, sizeof credentials->user)
      && kiosk_channel_text_valid (credentials->domain, sizeof credentials->domain)
      && kiosk_channel_text_valid (credentials->password, sizeof credentials->password))
    return TRUE;
  kiosk_rdp_session_end (self, KIOSK_RDP_END_PROTOCOL);
  return FALSE;
}

static void *
connect_thread (void *data)
{
  Connecting *connecting = data;
  const guint64 one = 1;

  connecting->connected = freerdp_connect (connecting->session->context.instance);
  if (write (connecting->done, &one, sizeof one) != sizeof one)
    _exit (1); /* an eventfd takes this; without it nobody would ever look */
  return NULL;
}

gboolean
kiosk_rdp_loop_connect (KioskRdpSession *self, gboolean *connected)
{
  /* Outlives this function when the thread does. */
  static Connecting connecting;
  pthread_t thread;
  gboolean started = FALSE, suspend_due = FALSE, ending = FALSE;
  gint64 alive = 0, give_up = G_MAXINT64;

  connecting = (Connecting){ .session = self, .done = eventfd (0, EFD_CLOEXEC) };
  if (connecting.done < 0)
    {
      kiosk_rdp_session_end (self, KIOSK_RDP_END_INTERNAL);
      return TRUE;
    }

  for (;;)
    {
      struct pollfd fds[] = {
        { .fd = connecting.done, .events = POLLIN },
        { .fd = ending ? -1 : self->daemon, .events = POLLIN },
        /* Until the session stands nothing is read after the credentials; only the end is seen. */
        { .fd = ending ? -1 : self->shell, .events = started ? 0 : POLLIN },
      };

      keep_alive (self, &alive);
      if (poll (fds, G_N_ELEMENTS (fds), timeout_until (MIN (alive, give_up))) < 0
          && errno != EINTR)
        {
          kiosk_rdp_session_end (self, KIOSK_RDP_END_INTERNAL);
          ending = TRUE;
        }

      if (fds[0].revents != 0)
        {
          pthread_join (thread, NULL);
          break;
        }
      if (kiosk_clock_boottime () >= give_up)
        return FALSE;

      if (fds[1].revents != 0)
        {
          KioskRdpOrderKind kind;

          if (!kiosk_rdp_order_receive (self, &kind))
            {
              ending = TRUE;
            }
          else
            {
              suspend_due = kind == KIOSK_RDP_ORDER_SUSPEND;
              if (suspend_due) /* nothing was shown or sent yet, and nothing will be */
                kiosk_rdp_session_report (self, KIOSK_RDP_REPORT_SUSPENDED, 0, 0, NULL, NULL);
            }
        }

      if (!ending && fds[2].revents != 0)
        {
          if (started)
            {
              kiosk_rdp_session_end (self, KIOSK_RDP_END_DISCONNECTED);
              ending = TRUE;
            }
          else if (!receive_credentials (self))
            {
              ending = TRUE;
            }
          else
            {
              kiosk_rdp_session_step (self, KIOSK_RDP_STEP_CERTIFICATE);
              started = pthread_create (&thread, NULL, connect_thread, &connecting) == 0;
              if (!started)
                {
                  kiosk_rdp_session_end (self, KIOSK_RDP_END_INTERNAL);
                  ending = TRUE;
                }
            }
        }

      if (ending && !started)
        return TRUE;
      if (ending && give_up == G_MAXINT64)
        give_up = kiosk_clock_boottime () + ABORT_PATIENCE;
    }

  *connected = connecting.connected && self->end == KIOSK_RDP_END_NONE;
  if (*connected && suspend_due)
    {
      self->suspended = TRUE;
      kiosk_rdp_frames_suspend (&self->frames);
      (void) kiosk_rdp_order_suppress (self, TRUE);
    }
  return TRUE;
}

/* ---- serving ---- */

static void
apply_size (KioskRdpSession *self)
{
  guint32 width = self->size.a & ~1u;

  self->size_deadline = 0;
  if (self->suspended || self->size.kind == 0)
    return;
  if (width == self->frames.width && self->size.b == self->frames.height)
    return;
  if (!kiosk_rdp_channels_resize (&self->channels, width, self->size.b, self->size.c)
      && self->size_retries > 0)
    {
      self->size_retries--;
      self->size_deadline = kiosk_clock_boottime () + SIZE_RETRY;
    }
}

/* Sends what is due and what the shell has room for. */
static gboolean
publish (KioskRdpSession *self)
{
  const rdpGdi *gdi = self->context.gdi;
  struct pollfd room = { .fd = self->shell, .events = POLLOUT };
  g_autoptr (GError) error = NULL;
  gboolean frame_sent = FALSE;

  if (self->suspended || !(kiosk_rdp_frames_due (&self->frames) || self->cursor.due))
    return TRUE;
  if (poll (&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0)
    return TRUE;

  if (!kiosk_rdp_frames_publish (&self->frames, gdi->primary_buffer, gdi->stride, self->shell,
                                 &frame_sent, &error)
      || !kiosk_rdp_cursor_publish (&self->cursor, self->shell, &error))
    {
      g_message ("shell: %s", error->message);
      kiosk_rdp_session_end (self, g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED)
                                       ? KIOSK_RDP_END_DISCONNECTED
                                       : KIOSK_RDP_END_INTERNAL);
      return FALSE;
    }
  if (frame_sent && self->step != KIOSK_RDP_STEP_ACTIVE)
    kiosk_rdp_session_step (self, KIOSK_RDP_STEP_ACTIVE);
  return TRUE;
}

/* The library's handles are descriptors on this platform. Returns how many, 0 on failure. */
static guint
collect_handles (KioskRdpSession *self, struct pollfd *fds)
{
  HANDLE handles[MAX_HANDLES];
  DWORD n = freerdp_get_event_handles (&self->context, handles, MAX_HANDLES);

  for (DWORD i = 0; i < n; i++)
    {
      int fd = GetEventFileDescriptor (handles[i]);

      if (fd < 0)
        return 0;
      fds[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
    }
  return n;
}

void
kiosk_rdp_loop_serve (KioskRdpSession *self)
{
  gint64 alive = 0;

  while (self->end == KIOSK_RDP_END_NONE && !freerdp_shall_disconnect_context (&self->context))
    {
      struct pollfd fds[2 + MAX_HANDLES] = {
        { .fd = self->daemon, .events = POLLIN },
        { .fd = self->shell, .events = POLLIN },
      };
      guint n = collect_handles (self, fds + 2);
      gint64 deadline;

      if (n == 0)
        return; /* the connection is gone; the library knows why */
      keep_alive (self, &alive);
      deadline = self->size_deadline != 0 ? MIN (alive, self->size_deadline) : alive;

      /* Something to send and no room: wake when there is. */
      if (!self->suspended && (kiosk_rdp_frames_due (&self->frames) || self->cursor.due))
        fds[1].events |= POLLOUT;

      if (poll (fds, 2 + n, timeout_until (deadline)) < 0)
        {
          if (errno == EINTR)
            continue;
          kiosk_rdp_session_end (self, KIOSK_RDP_END_INTERNAL);
          return;
        }

      /* Orders first: after SUSPEND not one key more. */
      if (fds[0].revents != 0 && !handle_order (self))
        return;
      if ((fds[1].revents & ~POLLOUT) != 0 && !receive_messages (self, MESSAGES_PER_TURN))
        return;
      if (self->size_deadline != 0 && kiosk_clock_boottime () >= self->size_deadline)
        apply_size (self);

      for (guint i = 0; i < n; i++)
        {
          if (fds[2 + i].revents == 0)
            continue;
          if (!freerdp_check_event_handles (&self->context))
            return;
          break;
        }
      if (!publish (self))
        return;
    }
}
