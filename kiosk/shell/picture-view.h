/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Where the picture lies. Pure arithmetic between three kinds of coordinates: pixels of the server,
 * pixels of the screen (the same size: nothing is scaled, so that text stays sharp), and logical
 * units of the window, @scale pixels each. */
typedef struct {
  int area_x, area_y, area_width, area_height; /* of the widget in its window, logical */
  int scale;                                   /* pixels per logical unit */
  guint width, height;                         /* of the server's desktop, pixels */
  guint pan_x, pan_y; /* top left pixel that is seen when the desktop is larger than the area */
  int cover;          /* logical units hidden at the top of the area */
  int cover_left;     /* what of them is hidden begins there; 0: from side to side */
} KioskPictureView;

/* A part of the desktop and its place. */
typedef struct {
  guint x, y;          /* its top left pixel on the desktop */
  guint width, height; /* pixels, multiples of the scale; 0 when nothing is to be seen */
  int left, top;       /* in the window, logical */
} KioskPictureCut;

/* What is seen of the desktop without (@covered FALSE) and with regard to the cover: a desktop that
 * is smaller than the area lies in its middle, and the cover moves nothing. */
KioskPictureCut kiosk_picture_view_cut (const KioskPictureView *self, gboolean covered);

/* What is seen of the hidden part's rows at the left of it, where cover_left leaves room: together with the
 * covered cut this is all that is seen. */
KioskPictureCut kiosk_picture_view_beside (const KioskPictureView *self);

/* The pixel of the desktop under @x, @y of the widget (logical), the nearest one outside of it.
 * Only with a size of at least 1 x 1. */
void kiosk_picture_view_locate (const KioskPictureView *self, double x, double y, guint *server_x,
                                guint *server_y);

/* Moves a desktop that is larger than the area under the pointer at @x, @y of the widget: at the
 * left edge its left is seen, at the right edge its right. TRUE when something moved. */
gboolean kiosk_picture_view_pan (KioskPictureView *self, double x, double y);
