/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Draws the watermark of two lines into @width x @height pixels at @pixels (ARGB32 premultiplied,
 * rows of @width x 4), all of them: each line white and black, 11 % each, one pixel apart, so that
 * it is legible on a photograph of any screen and still lets everything be read; turned by 20
 * degrees, in tiles of 384 x 192 logical units of @scale pixels, so that no part of the picture that
 * makes sense alone goes without it (R31). Texts that are too long for a tile end in an ellipsis. */
void kiosk_picture_watermark_draw (guint8 *pixels, guint width, guint height, int scale,
                                   const char *first, const char *second);
