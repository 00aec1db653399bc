/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "picture-link.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"

#include <gdk/gdk.h>
#include <glib-unix.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

/* One connection to the worker. Judges and forwards; knows no widget and no surface. */

/* Below painting: a worker that floods us must not be able to hold back the lock page. */
#define PRIORITY (GDK_PRIORITY_REDRAW + 10)
#define MESSAGES_AT_ONCE 16
#define MOTION_INTERVAL_MS 8
#define QUEUE_LENGTH 256

#define POINTER_FLAG_MOVE 0x0800u /* PTRFLAGS_MOVE, [MS-RDPBCGR] 2.2.8.1.1.3.1.1.3 */

struct _KioskPictureLink {
  grefcount references;
  int socket; /* -1 once closed */
  KioskPictureLinkEvents events;
  gpointer data;
  GSource *readable;
  GSource *writable; /* while the queue is not empty */
  gboolean broken;   /* the next turn of the loop ends the link */

  KioskRdpInput queue[QUEUE_LENGTH];
  guint first, n_queued;

  gboolean move_waits;
  guint move_x, move_y;
  gint64 moved_at; /* monotonic, microseconds */
  guint move_timer;

  guint width, height; /* of the server's desktop; 0 before the first SIZE */
  gboolean in_flight;  /* a frame came and SHOWN did not go out yet */
  gboolean held[KIOSK_RDP_BUFFERS];

  union {
    guint32 kind;
    KioskRdpSize size;
    KioskRdpFrame frame;
    KioskRdpCursor cursor;
  } message;
};

static void
link_unref (KioskPictureLink *self)
{
  if (g_ref_count_dec (&self->references))
    g_free (self);
}

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* Ends the link from the main loop, not from here: the caller may be in the middle of a key press. */
static void
break_link (KioskPictureLink *self, const char *why)
{
  if (self->broken)
    return;
  g_message ("connection to the worker ends: %s", why);
  self->broken = TRUE;
  shutdown (self->socket, SHUT_RDWR); /* makes the socket readable */
}

/* ---- out ---- */

/* FALSE when the socket is full. */
static gboolean
transmit (KioskPictureLink *self, const KioskRdpInput *message)
{
  ssize_t sent;

  do
    sent = send (self->socket, message, sizeof *message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);

  if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return FALSE;
  if (sent != (ssize_t) sizeof *message)
    break_link (self, sent < 0 ? g_strerror (errno) : "short message");
  return TRUE;
}

static gboolean
on_writable (int socket, GIOCondition condition, gpointer data)
{
  KioskPictureLink *self = data;

  while (self->n_queued > 0 && !self->broken && transmit (self, &self->queue[self->first]))
    {
      self->first = (self->first + 1) % QUEUE_LENGTH;
      self->n_queued--;
    }
  if (self->n_queued > 0 && !self->broken)
    return G_SOURCE_CONTINUE;
  clear_source (&self->writable);
  return G_SOURCE_REMOVE;
}

static void
put (KioskPictureLink *self, const KioskRdpInput *message)
{
  if (self->broken || (self->n_queued == 0 && transmit (self, message)))
    return;
  if (self->n_queued == QUEUE_LENGTH)
    {
      break_link (self, "it does not read");
      return;
    }
  self->queue[(self->first + self->n_queued) % QUEUE_LENGTH] = *message;
  self->n_queued++;
  if (self->writable == NULL)
    {
      self->writable = g_unix_fd_source_new (self->socket, G_IO_OUT);
      g_source_set_callback (self->writable, G_SOURCE_FUNC (on_writable), self, NULL);
      g_source_attach (self->writable, NULL);
    }
}

static void
put_move (KioskPictureLink *self)
{
  KioskRdpInput message
      = { KIOSK_RDP_INPUT_POINTER, POINTER_FLAG_MOVE, self->move_x, self->move_y };

  if (!self->move_waits)
    return;
  self->move_waits = FALSE;
  self->moved_at = g_get_monotonic_time ();
  put (self, &message);
}

static gboolean
on_move_timer (gpointer data)
{
  KioskPictureLink *self = data;

  if (self->n_queued > 0 && !self->broken)
    return G_SOURCE_CONTINUE;
  self->move_timer = 0;
  put_move (self);
  return G_SOURCE_REMOVE;
}

/* ---- in ---- */

static gboolean
check_size (const KioskRdpSize *size)
{
  return size->width >= 1 && size->width <= KIOSK_RDP_MAX_WIDTH && size->height >= 1
         && size->height <= KIOSK_RDP_MAX_HEIGHT;
}

static gboolean
check_frame (const KioskPictureLink *self, const KioskRdpFrame *frame)
{
  if (self->width == 0 || self->in_flight || frame->buffer >= KIOSK_RDP_BUFFERS
      || self->held[frame->buffer] || frame->n_rects < 1 || frame->n_rects > KIOSK_RDP_MAX_RECTS)
    return FALSE;
  for (guint i = 0; i < frame->n_rects; i++)
    {
      const KioskRdpRect *rect = &frame->rects[i];

      /* Differences, since sums of two 32-bit numbers can wrap. */
      if (rect->width == 0 || rect->height == 0 || rect->x >= self->width || rect->y >= self->height
          || rect->width > self->width - rect->x || rect->height > self->height - rect->y)
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_cursor (const KioskRdpCursor *cursor)
{
  gboolean empty = cursor->width == 0 && cursor->height == 0;

  if (cursor->standard > 1 || (cursor->standard == 1 && !empty))
    return FALSE;
  if (empty)
    return cursor->hot_x == 0 && cursor->hot_y == 0;
  return cursor->width >= 1 && cursor->width <= KIOSK_RDP_CURSOR_MAX && cursor->height >= 1
         && cursor->height <= KIOSK_RDP_CURSOR_MAX && cursor->hot_x < cursor->width
         && cursor->hot_y < cursor->height;
}

/* Judges the @size bytes of the message and hands them on. FALSE when anything is wrong. */
static gboolean
receive (KioskPictureLink *self, gsize size)
{
  if (size < sizeof self->message.kind)
    return FALSE;

  switch (self->message.kind)
    {
    case KIOSK_RDP_OUTPUT_SIZE:
    case KIOSK_RDP_OUTPUT_SIZE_ANEW:
      if (size != sizeof self->message.size || !check_size (&self->message.size))
        return FALSE;
      self->width = self->message.size.width;
      self->height = self->message.size.height;
      if (self->message.kind == KIOSK_RDP_OUTPUT_SIZE_ANEW)
        {
          self->in_flight = FALSE;
          memset (self->held, 0, sizeof self->held);
        }
      self->events.size (self->width, self->height,
                         self->message.kind == KIOSK_RDP_OUTPUT_SIZE_ANEW, self->data);
      return TRUE;

    case KIOSK_RDP_OUTPUT_FRAME:
      if (size != sizeof self->message.frame || !check_frame (self, &self->message.frame))
        return FALSE;
      self->in_flight = TRUE;
      self->held[self->message.frame.buffer] = TRUE;
      self->events.frame (&self->message.frame, self->data);
      return TRUE;

    case KIOSK_RDP_OUTPUT_CURSOR:
      if (size != sizeof self->message.cursor || !check_cursor (&self->message.cursor))
        return FALSE;
      self->events.cursor (&self->message.cursor, self->data);
      return TRUE;

    default:
      return FALSE;
    }
}

static void
close_socket (KioskPictureLink *self)
{
  clear_source (&self->readable);
  clear_source (&self->writable);
  g_clear_handle_id (&self->move_timer, g_source_remove);
  kiosk_fd_clear (&self->socket);
}

static gboolean
on_readable (int socket, GIOCondition condition, gpointer data)
{
  KioskPictureLink *self = data;
  gboolean ended = self->broken;

  g_ref_count_inc (&self->references); /* any of the calls below may close the link */
  for (guint i = 0; i < MESSAGES_AT_ONCE && !ended && self->socket >= 0; i++)
    {
      g_autoptr (GError) error = NULL;
      gsize size = 0;

      if (!kiosk_channel_receive (self->socket, &self->message, sizeof self->message, &size, NULL,
                                  0, &error))
        {
          if (!g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED))
            g_message ("worker: %s", error->message);
          ended = TRUE;
        }
      else if (size == 0)
        break;
      else if (!receive (self, size))
        {
          g_message ("worker sent a wrong message (kind %u, %" G_GSIZE_FORMAT " bytes)",
                     size >= sizeof self->message.kind ? self->message.kind : 0, size);
          ended = TRUE;
        }
      else
        ended = self->broken;
    }

  if (ended && self->socket >= 0)
    {
      close_socket (self);
      self->events.ended (self->data);
    }
  link_unref (self);
  return G_SOURCE_CONTINUE; /* close_socket() destroys the source where it has to end */
}

/* ---- public ---- */

KioskPictureLink *
kiosk_picture_link_new (int socket, const KioskRdpCredentials *credentials,
                        const KioskPictureLinkEvents *events, gpointer data, GError **error)
{
  kiosk_autofd int owned = socket;
  int flags = fcntl (owned, F_GETFL);
  KioskPictureLink *self;

  if (flags < 0 || fcntl (owned, F_SETFL, flags | O_NONBLOCK) < 0)
    {
      kiosk_error_set_errno (error, errno, "fcntl");
      return NULL;
    }
  if (!kiosk_channel_send (owned, credentials, sizeof *credentials, NULL, 0, error))
    return NULL;

  self = g_new0 (KioskPictureLink, 1);
  g_ref_count_init (&self->references);
  self->socket = kiosk_fd_steal (&owned);
  self->events = *events;
  self->data = data;
  self->readable = g_unix_fd_source_new (self->socket, G_IO_IN);
  g_source_set_priority (self->readable, PRIORITY);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->readable, NULL);
  return self;
}

void
kiosk_picture_link_close (KioskPictureLink *self)
{
  if (self == NULL)
    return;
  close_socket (self);
  link_unref (self);
}

void
kiosk_picture_link_send (KioskPictureLink *self, KioskRdpInputKind kind, guint32 a, guint32 b,
                         guint32 c)
{
  KioskRdpInput message = { kind, a, b, c };

  /* While the queue waits, it is kept for what must not be lost. A click carries its own position. */
  if (self->n_queued == 0)
    put_move (self);
  else if (kind == KIOSK_RDP_INPUT_POINTER || kind == KIOSK_RDP_INPUT_POINTER_EXTENDED)
    self->move_waits = FALSE;
  put (self, &message);
}

void
kiosk_picture_link_move (KioskPictureLink *self, guint x, guint y)
{
  gint64 since = (g_get_monotonic_time () - self->moved_at) / 1000;

  if (self->moved_at != 0 && x == self->move_x && y == self->move_y)
    return; /* known already, or about to be */
  self->move_waits = TRUE;
  self->move_x = x;
  self->move_y = y;
  if (self->n_queued == 0 && since >= MOTION_INTERVAL_MS)
    put_move (self);
  else if (self->move_timer == 0)
    self->move_timer = g_timeout_add (
        (guint) CLAMP (MOTION_INTERVAL_MS - since, 1, MOTION_INTERVAL_MS), on_move_timer, self);
}

void
kiosk_picture_link_shown (KioskPictureLink *self)
{
  if (!self->in_flight)
    return;
  self->in_flight = FALSE;
  kiosk_picture_link_send (self, KIOSK_RDP_INPUT_SHOWN, 0, 0, 0);
}

void
kiosk_picture_link_free_buffer (KioskPictureLink *self, guint buffer)
{
  if (!self->held[buffer])
    return;
  self->held[buffer] = FALSE;
  kiosk_picture_link_send (self, KIOSK_RDP_INPUT_FREE, buffer, 0, 0);
}
