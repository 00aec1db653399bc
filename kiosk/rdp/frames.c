/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "frames.h"

#include "kiosk/base/secret.h"
#include "kiosk/ipc/channel.h"

#include <string.h>
#include <sys/mman.h>

/* Copies pictures into the shared memory. Knows nothing of RDP. The sizes that a server names come
 * in here and nowhere further: all bounds of the shared memory are kept in this file. */

G_STATIC_ASSERT (KIOSK_RDP_BUFFERS == 2);

void
kiosk_rdp_frames_init (KioskRdpFrames *self, guint8 *memory)
{
  *self = (KioskRdpFrames){ .memory = memory };
}

void
kiosk_rdp_frames_add_all (KioskRdpFrames *self)
{
  KioskRdpRect all = { 0, 0, self->width, self->height };

  kiosk_rdp_damage_add (&self->changed, &all);
  for (guint i = 0; i < KIOSK_RDP_BUFFERS; i++)
    kiosk_rdp_damage_add (&self->stale[i], &all);
}

void
kiosk_rdp_frames_resize (KioskRdpFrames *self, guint32 width, guint32 height)
{
  self->width = MIN (width, KIOSK_RDP_MAX_WIDTH);
  self->height = MIN (height, KIOSK_RDP_MAX_HEIGHT);
  self->drawn = FALSE;
  self->size_due = TRUE;

  /* Rectangles of the old size may lie outside the new one. */
  kiosk_rdp_damage_clear (&self->changed);
  for (guint i = 0; i < KIOSK_RDP_BUFFERS; i++)
    kiosk_rdp_damage_clear (&self->stale[i]);
  kiosk_rdp_frames_add_all (self);
}

void
kiosk_rdp_frames_add (KioskRdpFrames *self, gint32 x, gint32 y, gint32 width, gint32 height)
{
  gint64 left = MAX (x, 0);
  gint64 top = MAX (y, 0);
  gint64 right = MIN ((gint64) x + width, (gint64) self->width);
  gint64 bottom = MIN ((gint64) y + height, (gint64) self->height);
  KioskRdpRect rect;

  if (right <= left || bottom <= top)
    return;

  rect = (KioskRdpRect){ left, top, right - left, bottom - top };
  kiosk_rdp_damage_add (&self->changed, &rect);
  for (guint i = 0; i < KIOSK_RDP_BUFFERS; i++)
    kiosk_rdp_damage_add (&self->stale[i], &rect);
  self->drawn = TRUE;
}

static int
free_buffer (const KioskRdpFrames *self)
{
  for (int i = 0; i < KIOSK_RDP_BUFFERS; i++)
    {
      if (!self->held[i])
        return i;
    }
  return -1;
}

gboolean
kiosk_rdp_frames_due (const KioskRdpFrames *self)
{
  if (self->suspended)
    return FALSE;
  if (self->size_due)
    return TRUE;
  return self->drawn && self->changed.n > 0 && !self->under_way && free_buffer (self) >= 0;
}

gboolean
kiosk_rdp_frames_publish (KioskRdpFrames *self, const guint8 *source, gsize stride, int shell,
                          gboolean *frame_sent, GError **error)
{
  KioskRdpFrame frame = { .kind = KIOSK_RDP_OUTPUT_FRAME };
  gsize row = (gsize) self->width * 4;
  guint8 *target;
  int buffer;

  *frame_sent = FALSE;
  if (self->suspended)
    return TRUE;

  if (self->size_due)
    {
      KioskRdpSize size = { self->anew ? KIOSK_RDP_OUTPUT_SIZE_ANEW : KIOSK_RDP_OUTPUT_SIZE,
                            self->width, self->height };

      if (!kiosk_channel_send (shell, &size, sizeof size, NULL, 0, error))
        return FALSE;
      self->size_due = self->anew = FALSE;
    }

  if (!kiosk_rdp_frames_due (self))
    return TRUE;

  buffer = free_buffer (self);
  target = self->memory + buffer * KIOSK_RDP_BUFFER_SIZE;
  for (guint i = 0; i < self->stale[buffer].n; i++)
    {
      const KioskRdpRect *rect = &self->stale[buffer].rects[i];

      for (guint32 y = rect->y; y < rect->y + rect->height; y++)
        {
          memcpy (target + y * row + (gsize) rect->x * 4, source + y * stride + (gsize) rect->x * 4,
                  (gsize) rect->width * 4);
        }
    }

  frame.buffer = buffer;
  frame.n_rects = self->changed.n;
  memcpy (frame.rects, self->changed.rects, self->changed.n * sizeof *frame.rects);
  if (!kiosk_channel_send (shell, &frame, sizeof frame, NULL, 0, error))
    return FALSE;

  kiosk_rdp_damage_clear (&self->stale[buffer]);
  kiosk_rdp_damage_clear (&self->changed);
  self->held[buffer] = TRUE;
  self->under_way = TRUE;
  *frame_sent = TRUE;
  return TRUE;
}

void
kiosk_rdp_frames_shown (KioskRdpFrames *self)
{
  self->under_way = FALSE;
}

gboolean
kiosk_rdp_frames_free (KioskRdpFrames *self, guint32 buffer)
{
  if (buffer >= KIOSK_RDP_BUFFERS)
    return FALSE;
  self->held[buffer] = FALSE;
  return TRUE;
}

void
kiosk_rdp_frames_suspend (KioskRdpFrames *self)
{
  self->suspended = TRUE;
  /* The pages go back to the kernel, and whoever looks reads zeros (madvise(2)). Writing the zeros would
   * first fetch the pages of the largest picture, most of which no picture ever touched: on a slow
   * machine that alone takes longer than kioskd waits for the lock. */
  if (madvise (self->memory, KIOSK_RDP_MEMORY_SIZE, MADV_REMOVE) != 0)
    kiosk_wipe (self->memory, KIOSK_RDP_MEMORY_SIZE);
}

void
kiosk_rdp_frames_resume (KioskRdpFrames *self)
{
  /* The shell took its buffers off the screen when it locked and may never answer for the last
   * frame. It starts afresh, so do we. */
  self->suspended = FALSE;
  self->under_way = FALSE;
  for (guint i = 0; i < KIOSK_RDP_BUFFERS; i++)
    self->held[i] = FALSE;
  if (self->width > 0)
    {
      self->size_due = self->anew = TRUE;
      kiosk_rdp_frames_add_all (self);
    }
}
