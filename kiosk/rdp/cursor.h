/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

#include <freerdp/freerdp.h>

/* The shape of the pointer. Only the last one counts: shapes that the shell had no time for are
 * skipped. */
typedef struct {
  KioskRdpCursor message;
  gboolean due;
} KioskRdpCursorState;

/* Registers the pointer callbacks of @context; after gdi_init(), which registers its own. */
void kiosk_rdp_cursor_register (rdpContext *context);

/* Writes the shape @pixels (BGRA, straight alpha, rows of @width x 4; 1 to 384 a side) into @message:
 * premultiplied, scaled down to KIOSK_RDP_CURSOR_MAX a side where it is larger. Pure. */
void kiosk_rdp_cursor_set_shape (KioskRdpCursor *message, const guint8 *pixels, guint32 width,
                                 guint32 height, guint32 hot_x, guint32 hot_y);

/* Sends the shape to @shell when it changed. */
gboolean kiosk_rdp_cursor_publish (KioskRdpCursorState *self, int shell, GError **error);
