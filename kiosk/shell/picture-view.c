/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "picture-view.h"

/* Geometry of the picture. No widget, no surface. */

/* One axis: how many of the desktop's @length pixels fit into @area, in whole logical units. A
 * buffer whose size is not a multiple of its scale is an error of the protocol, which would end the
 * whole program (wl_surface, error invalid_size). */
static guint
seen (guint length, int area, int scale)
{
  guint room = (guint) MAX (area, 0) * (guint) scale;

  return MIN (length, room) / (guint) scale * (guint) scale;
}

static guint
locate (double at, int margin, int scale, guint pan, guint length)
{
  /* Wayland counts in steps of 1/256 and rounds down what an absolute pointer says: 300 comes as
   * 299.996. */
  double pixel = (at - margin + 1.0 / 256) * scale + pan;

  return pixel <= 0 ? 0 : pixel >= length ? length - 1 : (guint) pixel;
}

static guint
pan (double at, int area, guint hidden)
{
  double part = area > 1 ? CLAMP (at / (area - 1), 0, 1) : 0;

  return (guint) (part * hidden + 0.5);
}

KioskPictureCut
kiosk_picture_view_cut (const KioskPictureView *self, gboolean covered)
{
  guint scale = (guint) self->scale;
  guint width = seen (self->width, self->area_width, self->scale);
  guint height = seen (self->height, self->area_height, self->scale);
  int margin_x = (self->area_width - (int) (width / scale)) / 2;
  int margin_y = (self->area_height - (int) (height / scale)) / 2;
  guint hidden = 0;

  if (width == 0 || height == 0)
    return (KioskPictureCut){ 0 };
  if (covered && self->cover > margin_y)
    hidden = MIN ((guint) (self->cover - margin_y) * scale, height);
  if (hidden == height)
    return (KioskPictureCut){ 0 };

  return (KioskPictureCut){
    .x = MIN (self->pan_x, self->width - width),
    .y = MIN (self->pan_y, self->height - height) + hidden,
    .width = width,
    .height = height - hidden,
    .left = self->area_x + margin_x,
    .top = self->area_y + margin_y + (int) (hidden / scale),
  };
}

KioskPictureCut
kiosk_picture_view_beside (const KioskPictureView *self)
{
  KioskPictureCut whole = kiosk_picture_view_cut (self, FALSE);
  KioskPictureCut below = kiosk_picture_view_cut (self, TRUE);
  int room = self->cover_left - (whole.left - self->area_x);
  guint width = room > 0 ? MIN ((guint) room * (guint) self->scale, whole.width) : 0;

  if (width == 0 || whole.height == below.height)
    return (KioskPictureCut){ 0 };
  return (KioskPictureCut){
    .x = whole.x,
    .y = whole.y,
    .width = width,
    .height = whole.height - below.height,
    .left = whole.left,
    .top = whole.top,
  };
}

void
kiosk_picture_view_locate (const KioskPictureView *self, double x, double y, guint *server_x,
                           guint *server_y)
{
  KioskPictureCut cut = kiosk_picture_view_cut (self, FALSE);

  *server_x = locate (x, cut.left - self->area_x, self->scale, cut.x, self->width);
  *server_y = locate (y, cut.top - self->area_y, self->scale, cut.y, self->height);
}

gboolean
kiosk_picture_view_pan (KioskPictureView *self, double x, double y)
{
  KioskPictureCut cut = kiosk_picture_view_cut (self, FALSE);
  guint pan_x = pan (x, self->area_width, self->width - cut.width);
  guint pan_y = pan (y, self->area_height, self->height - cut.height);

  /* What does not even fill the area has nothing to pan, up to the pixels lost to whole units. */
  if (self->width - cut.width < (guint) self->scale)
    pan_x = 0;
  if (self->height - cut.height < (guint) self->scale)
    pan_y = 0;
  if (cut.width == 0 || (pan_x == self->pan_x && pan_y == self->pan_y))
    return FALSE;
  self->pan_x = pan_x;
  self->pan_y = pan_y;
  return TRUE;
}
