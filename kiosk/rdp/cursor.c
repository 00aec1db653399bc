/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "cursor.h"

#include "session.h"

#include "kiosk/ipc/channel.h"

#include <freerdp/gdi/gdi.h>
#include <freerdp/graphics.h>
#include <stdlib.h>

/* Pointer shapes of the server. The position is not followed: a server does not move the pointer of
 * this terminal. */

#define SHAPE_MAX 384 /* large pointers, [MS-RDPBCGR] 2.2.7.2.7 */

typedef struct {
  rdpPointer pointer; /* first: FreeRDP allocates and casts */
  guint8 *pixels;     /* BGRA, straight alpha */
} Shape;

void
kiosk_rdp_cursor_set_shape (KioskRdpCursor *message, const guint8 *pixels, guint32 width,
                            guint32 height, guint32 hot_x, guint32 hot_y)
{
  guint32 side = MAX (width, height);
  guint32 w = width, h = height;

  if (side > KIOSK_RDP_CURSOR_MAX)
    {
      w = MAX (width * KIOSK_RDP_CURSOR_MAX / side, 1);
      h = MAX (height * KIOSK_RDP_CURSOR_MAX / side, 1);
    }

  *message = (KioskRdpCursor){
    .kind = KIOSK_RDP_OUTPUT_CURSOR,
    .width = w,
    .height = h,
    .hot_x = MIN (hot_x * w / width, w - 1),
    .hot_y = MIN (hot_y * h / height, h - 1),
  };

  /* Mean of the source pixels under each target pixel; one to one where nothing is scaled. Colours
   * are weighted by alpha, which is what premultiplied means. */
  for (guint32 y = 0; y < h; y++)
    {
      guint32 top = y * height / h, bottom = MAX ((y + 1) * height / h, top + 1);

      for (guint32 x = 0; x < w; x++)
        {
          guint32 left = x * width / w, right = MAX ((x + 1) * width / w, left + 1);
          guint32 n = (bottom - top) * (right - left);
          guint32 sum[4] = { 0 };
          guint8 *out = message->pixels + ((gsize) y * w + x) * 4;

          for (guint32 v = top; v < bottom; v++)
            {
              for (guint32 u = left; u < right; u++)
                {
                  const guint8 *in = pixels + ((gsize) v * width + u) * 4;

                  for (guint i = 0; i < 3; i++)
                    sum[i] += (in[i] * in[3] + 127) / 255;
                  sum[3] += in[3];
                }
            }
          for (guint i = 0; i < 4; i++)
            out[i] = sum[i] / n;
        }
    }
}

static BOOL
on_pointer_new (rdpContext *context, rdpPointer *pointer)
{
  Shape *shape = (Shape *) pointer;
  guint32 w = pointer->width, h = pointer->height;

  if (w < 1 || h < 1 || w > SHAPE_MAX || h > SHAPE_MAX)
    return FALSE;

  shape->pixels = calloc ((gsize) w * h, 4);
  if (shape->pixels == NULL)
    return FALSE;

  if (!freerdp_image_copy_from_pointer_data (shape->pixels, PIXEL_FORMAT_BGRA32, w * 4, 0, 0, w, h,
                                             pointer->xorMaskData, pointer->lengthXorMask,
                                             pointer->andMaskData, pointer->lengthAndMask,
                                             pointer->xorBpp, &context->gdi->palette))
    {
      free (shape->pixels);
      shape->pixels = NULL;
      return FALSE;
    }
  return TRUE;
}

static void
on_pointer_free (rdpContext *context, rdpPointer *pointer)
{
  Shape *shape = (Shape *) pointer;

  free (shape->pixels);
  shape->pixels = NULL;
}

static BOOL
on_pointer_set (rdpContext *context, rdpPointer *pointer)
{
  KioskRdpCursorState *self = &KIOSK_RDP_SESSION (context)->cursor;
  const Shape *shape = (const Shape *) pointer;

  if (shape->pixels == NULL)
    return FALSE;
  kiosk_rdp_cursor_set_shape (&self->message, shape->pixels, pointer->width, pointer->height,
                              pointer->xPos, pointer->yPos);
  self->due = TRUE;
  return TRUE;
}

static BOOL
on_pointer_set_null (rdpContext *context)
{
  KioskRdpCursorState *self = &KIOSK_RDP_SESSION (context)->cursor;

  self->message = (KioskRdpCursor){ .kind = KIOSK_RDP_OUTPUT_CURSOR };
  self->due = TRUE;
  return TRUE;
}

static BOOL
on_pointer_set_default (rdpContext *context)
{
  KioskRdpCursorState *self = &KIOSK_RDP_SESSION (context)->cursor;

  self->message = (KioskRdpCursor){ .kind = KIOSK_RDP_OUTPUT_CURSOR, .standard = 1 };
  self->due = TRUE;
  return TRUE;
}

static BOOL
on_pointer_set_position (rdpContext *context, UINT32 x, UINT32 y)
{
  return TRUE;
}

void
kiosk_rdp_cursor_register (rdpContext *context)
{
  rdpPointer pointer = {
    .size = sizeof (Shape),
    .New = on_pointer_new,
    .Free = on_pointer_free,
    .Set = on_pointer_set,
    .SetNull = on_pointer_set_null,
    .SetDefault = on_pointer_set_default,
    .SetPosition = on_pointer_set_position,
  };

  graphics_register_pointer (context->graphics, &pointer);
}

gboolean
kiosk_rdp_cursor_publish (KioskRdpCursorState *self, int shell, GError **error)
{
  if (!self->due)
    return TRUE;
  if (!kiosk_channel_send (shell, &self->message, sizeof self->message, NULL, 0, error))
    return FALSE;
  self->due = FALSE;
  return TRUE;
}
