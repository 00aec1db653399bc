/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "picture-link.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The test is the worker, also a hostile one. */

typedef struct {
  KioskPictureLink *link;
  int worker;
  guint sizes, frames, cursors, ended;
} Fixture;

static void
on_size (guint width, guint height, gboolean anew, gpointer data)
{
  ((Fixture *) data)->sizes++;
}

static void
on_frame (const KioskRdpFrame *frame, gpointer data)
{
  ((Fixture *) data)->frames++;
}

static void
on_cursor (const KioskRdpCursor *cursor, gpointer data)
{
  ((Fixture *) data)->cursors++;
}

static void
on_ended (gpointer data)
{
  Fixture *f = data;

  f->ended++;
  g_clear_pointer (&f->link, kiosk_picture_link_close);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const KioskPictureLinkEvents events = { on_size, on_frame, on_cursor, on_ended };
  KioskRdpCredentials credentials = { .kind = KIOSK_RDP_CREDENTIALS, .user = "u" };
  KioskRdpCredentials got;
  g_autoptr (GError) error = NULL;
  int shell, buffer = 1; /* the kernel makes its minimum of it: some ten messages */

  g_assert_true (kiosk_fd_socket_pair (&shell, &f->worker, &error));
  if (g_strcmp0 (data, "small") == 0)
    g_assert_cmpint (setsockopt (shell, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer), ==, 0);
  f->link = kiosk_picture_link_new (shell, &credentials, &events, f, &error);
  g_assert_no_error (error);
  g_assert_nonnull (f->link);
  g_assert_true (kiosk_channel_receive_exact (f->worker, &got, sizeof got, NULL, 0, &error));
  g_assert_cmpmem (&got, sizeof got, &credentials, sizeof credentials);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  kiosk_picture_link_close (f->link);
  kiosk_fd_clear (&f->worker);
}

static void
say (Fixture *f, const void *message, gsize size)
{
  g_assert_cmpint (send (f->worker, message, size, MSG_NOSIGNAL), ==, (gssize) size);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* The next message that is there, or FALSE. */
static gboolean
hear (Fixture *f, KioskRdpInput *message)
{
  return recv (f->worker, message, sizeof *message, MSG_DONTWAIT) == sizeof *message;
}

static void
assert_heard (Fixture *f, guint32 kind, guint32 a, guint32 b, guint32 c)
{
  KioskRdpInput message;

  g_assert_true (hear (f, &message));
  g_assert_cmpuint (message.kind, ==, kind);
  g_assert_cmpuint (message.a, ==, a);
  g_assert_cmpuint (message.b, ==, b);
  g_assert_cmpuint (message.c, ==, c);
}

#define SIZE(w, h) .size = { KIOSK_RDP_OUTPUT_SIZE, w, h }
#define FRAME(b, n, ...) .frame = { KIOSK_RDP_OUTPUT_FRAME, b, n, { __VA_ARGS__ } }
#define CURSOR(w, h, x, y, s) .cursor = { KIOSK_RDP_OUTPUT_CURSOR, w, h, x, y, s, { 0 } }

typedef union {
  guint32 raw[4];
  KioskRdpSize size;
  KioskRdpFrame frame;
  KioskRdpCursor cursor;
} Message;

/* Each is sent to a link that knows a desktop of 640 x 480. */
static const struct {
  const char *label;
  gboolean good;
  gsize size; /* of the packet */
  Message message;
} messages[] = {
  { "size", TRUE, sizeof (KioskRdpSize), { SIZE (1, 1) } },
  { "largest size", TRUE, sizeof (KioskRdpSize), { SIZE (3840, 2160) } },
  { "size anew", TRUE, sizeof (KioskRdpSize), { .size = { KIOSK_RDP_OUTPUT_SIZE_ANEW, 1, 1 } } },
  { "frame", TRUE, sizeof (KioskRdpFrame), { FRAME (1, 1, { 0, 0, 640, 480 }) } },
  { "last pixel", TRUE, sizeof (KioskRdpFrame), { FRAME (0, 1, { 639, 479, 1, 1 }) } },
  { "sixteen rectangles",
    TRUE,
    sizeof (KioskRdpFrame),
    { FRAME (0, 16, { 0, 0, 1, 1 }, { 1, 0, 1, 1 }, { 2, 0, 1, 1 }, { 3, 0, 1, 1 }, { 4, 0, 1, 1 },
             { 5, 0, 1, 1 }, { 6, 0, 1, 1 }, { 7, 0, 1, 1 }, { 8, 0, 1, 1 }, { 9, 0, 1, 1 },
             { 10, 0, 1, 1 }, { 11, 0, 1, 1 }, { 12, 0, 1, 1 }, { 13, 0, 1, 1 }, { 14, 0, 1, 1 },
             { 15, 0, 1, 1 }) } },
  { "cursor", TRUE, sizeof (KioskRdpCursor), { CURSOR (96, 96, 95, 95, 0) } },
  { "no cursor", TRUE, sizeof (KioskRdpCursor), { CURSOR (0, 0, 0, 0, 0) } },
  { "standard cursor", TRUE, sizeof (KioskRdpCursor), { CURSOR (0, 0, 0, 0, 1) } },

  { "empty packet", FALSE, 0, { .raw = { 0 } } },
  { "one byte", FALSE, 1, { SIZE (640, 480) } },
  { "three bytes", FALSE, 3, { SIZE (640, 480) } },
  { "kind 0", FALSE, sizeof (KioskRdpSize), { .raw = { 0, 640, 480 } } },
  { "kind 5", FALSE, sizeof (KioskRdpSize), { .raw = { 5, 640, 480 } } },
  { "kind 0xffffffff", FALSE, sizeof (KioskRdpSize), { .raw = { 0xffffffff, 640, 480 } } },
  { "an input message",
    FALSE,
    sizeof (KioskRdpInput),
    { .raw = { KIOSK_RDP_INPUT_KEY, 1, 1, 0 } } },
  { "size of 4 bytes", FALSE, 4, { SIZE (640, 480) } },
  { "size one short", FALSE, sizeof (KioskRdpSize) - 1, { SIZE (640, 480) } },
  { "size one long", FALSE, sizeof (KioskRdpSize) + 1, { SIZE (640, 480) } },
  { "size 0 wide", FALSE, sizeof (KioskRdpSize), { SIZE (0, 480) } },
  { "size 0 high", FALSE, sizeof (KioskRdpSize), { SIZE (640, 0) } },
  { "size too wide", FALSE, sizeof (KioskRdpSize), { SIZE (3841, 480) } },
  { "size too high", FALSE, sizeof (KioskRdpSize), { SIZE (640, 2161) } },
  { "size anew 0 wide",
    FALSE,
    sizeof (KioskRdpSize),
    { .size = { KIOSK_RDP_OUTPUT_SIZE_ANEW, 0, 1 } } },
  { "size turned", FALSE, sizeof (KioskRdpSize), { SIZE (2160, 3840) } },
  { "size negative", FALSE, sizeof (KioskRdpSize), { SIZE (0x80000000, 0xffffffff) } },
  { "frame as long as a size", FALSE, sizeof (KioskRdpSize), { FRAME (0, 1, { 0, 0, 1, 1 }) } },
  { "frame one short", FALSE, sizeof (KioskRdpFrame) - 1, { FRAME (0, 1, { 0, 0, 1, 1 }) } },
  { "frame one long", FALSE, sizeof (KioskRdpFrame) + 1, { FRAME (0, 1, { 0, 0, 1, 1 }) } },
  { "frame cut to its rectangles",
    FALSE,
    12 + sizeof (KioskRdpRect),
    { FRAME (0, 1, { 0, 0, 1, 1 }) } },
  { "buffer 2", FALSE, sizeof (KioskRdpFrame), { FRAME (2, 1, { 0, 0, 1, 1 }) } },
  { "buffer -1", FALSE, sizeof (KioskRdpFrame), { FRAME (0xffffffff, 1, { 0, 0, 1, 1 }) } },
  { "no rectangle", FALSE, sizeof (KioskRdpFrame), { FRAME (0, 0, { 0, 0, 1, 1 }) } },
  { "17 rectangles", FALSE, sizeof (KioskRdpFrame), { FRAME (0, 17, { 0, 0, 1, 1 }) } },
  { "2^32-1 rectangles", FALSE, sizeof (KioskRdpFrame), { FRAME (0, 0xffffffff, { 0, 0, 1, 1 }) } },
  { "rectangle 0 wide", FALSE, sizeof (KioskRdpFrame), { FRAME (0, 1, { 0, 0, 0, 1 }) } },
  { "rectangle 0 high", FALSE, sizeof (KioskRdpFrame), { FRAME (0, 1, { 0, 0, 1, 0 }) } },
  { "rectangle right of it", FALSE, sizeof (KioskRdpFrame), { FRAME (0, 1, { 640, 0, 1, 1 }) } },
  { "rectangle below it", FALSE, sizeof (KioskRdpFrame), { FRAME (0, 1, { 0, 480, 1, 1 }) } },
  { "rectangle too wide", FALSE, sizeof (KioskRdpFrame), { FRAME (0, 1, { 1, 0, 640, 1 }) } },
  { "rectangle too high", FALSE, sizeof (KioskRdpFrame), { FRAME (0, 1, { 0, 1, 1, 480 }) } },
  { "rectangle that wraps",
    FALSE,
    sizeof (KioskRdpFrame),
    { FRAME (0, 1, { 1, 1, 0xffffffff, 0xffffffff }) } },
  { "second rectangle wrong",
    FALSE,
    sizeof (KioskRdpFrame),
    { FRAME (0, 2, { 0, 0, 1, 1 }, { 0, 0, 641, 1 }) } },
  { "cursor one short", FALSE, sizeof (KioskRdpCursor) - 1, { CURSOR (32, 32, 0, 0, 0) } },
  { "cursor one long", FALSE, sizeof (KioskRdpCursor) + 1, { CURSOR (32, 32, 0, 0, 0) } },
  { "cursor cut to its pixels", FALSE, 24 + 32 * 32 * 4, { CURSOR (32, 32, 0, 0, 0) } },
  { "cursor 97 wide", FALSE, sizeof (KioskRdpCursor), { CURSOR (97, 32, 0, 0, 0) } },
  { "cursor 97 high", FALSE, sizeof (KioskRdpCursor), { CURSOR (32, 97, 0, 0, 0) } },
  { "cursor 0 wide", FALSE, sizeof (KioskRdpCursor), { CURSOR (0, 32, 0, 0, 0) } },
  { "cursor 0 high", FALSE, sizeof (KioskRdpCursor), { CURSOR (32, 0, 0, 0, 0) } },
  { "cursor that wraps", FALSE, sizeof (KioskRdpCursor), { CURSOR (0x40000001, 1, 0, 0, 0) } },
  { "hot spot outside", FALSE, sizeof (KioskRdpCursor), { CURSOR (32, 32, 32, 0, 0) } },
  { "hot spot below", FALSE, sizeof (KioskRdpCursor), { CURSOR (32, 32, 0, 32, 0) } },
  { "hot spot of nothing", FALSE, sizeof (KioskRdpCursor), { CURSOR (0, 0, 1, 0, 0) } },
  { "standard with a shape", FALSE, sizeof (KioskRdpCursor), { CURSOR (32, 32, 0, 0, 1) } },
  { "standard 2", FALSE, sizeof (KioskRdpCursor), { CURSOR (0, 0, 0, 0, 2) } },
};

static void
test_messages (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autofree guint8 *packet = g_malloc0 (sizeof (Message) + 8);
      KioskRdpSize desktop = { KIOSK_RDP_OUTPUT_SIZE, 640, 480 };
      Fixture f = { 0 };
      guint before;

      g_test_message ("%s", messages[i].label);
      memcpy (packet, &messages[i].message, sizeof (Message));
      set_up (&f, NULL);
      say (&f, &desktop, sizeof desktop);
      settle ();
      g_assert_cmpuint (f.sizes, ==, 1);

      before = f.sizes + f.frames + f.cursors;
      say (&f, packet, messages[i].size);
      settle ();
      g_assert_cmpuint (f.ended, ==, messages[i].good ? 0 : 1);
      g_assert_cmpuint (f.sizes + f.frames + f.cursors, ==, before + (messages[i].good ? 1 : 0));
      tear_down (&f, NULL);
    }
}

/* A frame that was under way when the worker was suspended: after the resumption it counts no more. */
static void
test_anew (Fixture *f, gconstpointer data)
{
  KioskRdpSize desktop = { KIOSK_RDP_OUTPUT_SIZE, 640, 480 };
  const KioskRdpFrame frame = { KIOSK_RDP_OUTPUT_FRAME, 0, 1, { { 0, 0, 640, 480 } } };

  say (f, &desktop, sizeof desktop);
  say (f, &frame, sizeof frame);
  desktop.kind = KIOSK_RDP_OUTPUT_SIZE_ANEW;
  say (f, &desktop, sizeof desktop);
  say (f, &frame, sizeof frame);
  settle ();
  g_assert_cmpuint (f->frames, ==, 2);
  g_assert_cmpuint (f->ended, ==, 0);
  g_assert_false (hear (f, &(KioskRdpInput){ 0 }));
}

/* Wrong by their order only. */
static void
test_order (Fixture *f, gconstpointer data)
{
  const KioskRdpSize desktop = { KIOSK_RDP_OUTPUT_SIZE, 640, 480 };
  KioskRdpFrame frame = { KIOSK_RDP_OUTPUT_FRAME, 0, 1, { { 0, 0, 640, 480 } } };

  say (f, &desktop, sizeof desktop);
  say (f, &frame, sizeof frame);
  settle ();
  g_assert_cmpuint (f->frames, ==, 1);

  kiosk_picture_link_shown (f->link);
  assert_heard (f, KIOSK_RDP_INPUT_SHOWN, 0, 0, 0);
  kiosk_picture_link_shown (f->link); /* said already */
  g_assert_false (hear (f, &(KioskRdpInput){ 0 }));

  frame.buffer = 1;
  say (f, &frame, sizeof frame);
  settle ();
  g_assert_cmpuint (f->frames, ==, 2);
  kiosk_picture_link_shown (f->link);
  kiosk_picture_link_free_buffer (f->link, 0);
  assert_heard (f, KIOSK_RDP_INPUT_SHOWN, 0, 0, 0);
  assert_heard (f, KIOSK_RDP_INPUT_FREE, 0, 0, 0);

  if (g_str_equal (data, "held")) /* buffer 1 was not given back */
    say (f, &frame, sizeof frame);
  else /* two frames in flight */
    {
      frame.buffer = 0;
      say (f, &frame, sizeof frame);
      settle ();
      g_assert_cmpuint (f->ended, ==, 0);
      kiosk_picture_link_free_buffer (f->link, 1);
      frame.buffer = 1;
      say (f, &frame, sizeof frame);
    }
  settle ();
  g_assert_cmpuint (f->ended, ==, 1);
}

static void
test_frame_first (Fixture *f, gconstpointer data)
{
  KioskRdpFrame frame = { KIOSK_RDP_OUTPUT_FRAME, 0, 1, { { 0, 0, 1, 1 } } };

  say (f, &frame, sizeof frame);
  settle ();
  g_assert_cmpuint (f->frames, ==, 0);
  g_assert_cmpuint (f->ended, ==, 1);
}

/* A frame that fitted the old size only. */
static void
test_smaller (Fixture *f, gconstpointer data)
{
  KioskRdpSize desktop = { KIOSK_RDP_OUTPUT_SIZE, 640, 480 };
  KioskRdpFrame frame = { KIOSK_RDP_OUTPUT_FRAME, 0, 1, { { 0, 0, 640, 480 } } };

  say (f, &desktop, sizeof desktop);
  desktop.width = 639;
  say (f, &desktop, sizeof desktop);
  say (f, &frame, sizeof frame);
  settle ();
  g_assert_cmpuint (f->sizes, ==, 2);
  g_assert_cmpuint (f->ended, ==, 1);
}

static void
test_descriptor (Fixture *f, gconstpointer data)
{
  const KioskRdpSize desktop = { KIOSK_RDP_OUTPUT_SIZE, 640, 480 };
  int smuggled = STDIN_FILENO;

  g_assert_true (kiosk_channel_send (f->worker, &desktop, sizeof desktop, &smuggled, 1, NULL));
  settle ();
  g_assert_cmpuint (f->sizes, ==, 0);
  g_assert_cmpuint (f->ended, ==, 1);
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  kiosk_fd_clear (&f->worker);
  kiosk_picture_link_send (f->link, KIOSK_RDP_INPUT_KEY, 0x1e, 1, 0);
  kiosk_picture_link_send (f->link, KIOSK_RDP_INPUT_KEY, 0x1e, 0, 0);
  g_assert_cmpuint (f->ended, ==, 0); /* never from inside a call */
  settle ();
  g_assert_cmpuint (f->ended, ==, 1);
}

/* A worker that stops reading for a while: motion is dropped, no key is, and the last position
 * arrives. */
static void
test_full (Fixture *f, gconstpointer data)
{
  KioskRdpInput message = { 0 };
  guint32 next = 0;
  guint n_moves = 0;

  for (guint i = 0; i < 200; i++)
    {
      kiosk_picture_link_send (f->link, KIOSK_RDP_INPUT_KEY, i, 1, 0);
      if (i > 100)
        kiosk_picture_link_move (f->link, i, i);
    }
  for (guint i = 0; i <= 1000; i++)
    kiosk_picture_link_move (f->link, i, i);
  g_assert_cmpuint (f->ended, ==, 0);

  while (next < 200 || message.b != 1000)
    {
      if (!hear (f, &message))
        g_main_context_iteration (NULL, TRUE);
      else if (message.kind == KIOSK_RDP_INPUT_KEY)
        g_assert_cmpuint (message.a, ==, next++);
      else
        n_moves++;
    }
  g_assert_cmpuint (n_moves, <, 20);
  g_assert_cmpuint (f->ended, ==, 0);
}

static void
test_overflow (Fixture *f, gconstpointer data)
{
  KioskRdpInput message;
  guint32 next = 0;

  /* Far more than any socket takes. */
  for (guint i = 0; i < 100000 && f->link != NULL; i++)
    kiosk_picture_link_send (f->link, KIOSK_RDP_INPUT_KEY, i, 1, 0);
  settle ();
  g_assert_cmpuint (f->ended, ==, 1);
  while (hear (f, &message)) /* what went out is in order and without a gap */
    g_assert_cmpuint (message.a, ==, next++);
  g_assert_cmpuint (next, >, 0);
}

/* Motion: the first goes at once, then one at a time, the last position wins, and none comes late
 * for a click. */
static void
test_motion (Fixture *f, gconstpointer data)
{
  KioskRdpInput message;

  kiosk_picture_link_move (f->link, 1, 2);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x0800, 1, 2);
  for (guint i = 0; i <= 500; i++)
    kiosk_picture_link_move (f->link, i, i);
  kiosk_picture_link_send (f->link, KIOSK_RDP_INPUT_POINTER, 0x9000, 500, 500);

  do
    g_assert_true (hear (f, &message));
  while (message.a == 0x0800 && message.b < 500);
  g_assert_cmphex (message.a, ==, 0x0800);
  assert_heard (f, KIOSK_RDP_INPUT_POINTER, 0x9000, 500, 500);
  g_assert_false (hear (f, &message));

  kiosk_picture_link_move (f->link, 7, 8);
  while (!hear (f, &message))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (message.b, ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, data, function) g_test_add (path, Fixture, data, set_up, function, tear_down)
  g_test_add_func ("/picture-link/messages", test_messages);
  ADD ("/picture-link/anew", NULL, test_anew);
  ADD ("/picture-link/order/held", "held", test_order);
  ADD ("/picture-link/order/in-flight", "in-flight", test_order);
  ADD ("/picture-link/order/frame-first", NULL, test_frame_first);
  ADD ("/picture-link/order/smaller", NULL, test_smaller);
  ADD ("/picture-link/descriptor", NULL, test_descriptor);
  ADD ("/picture-link/gone", NULL, test_gone);
  ADD ("/picture-link/full", "small", test_full);
  ADD ("/picture-link/overflow", "small", test_overflow);
  ADD ("/picture-link/motion", NULL, test_motion);
  return g_test_run ();
}
