/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

/* The shell's end of the socket to kiosk-rdp: judges every message that comes in, and sends input
 * without ever waiting. The worker has parsed what a hostile server sent and may be hostile itself:
 * the first message that is wrong in any way ends the connection. Main thread only. */
typedef struct _KioskPictureLink KioskPictureLink;

/* What arrives has been checked against rdp-protocol.h: sizes, rectangles, order, flow. Each call
 * may close the link. */
typedef struct {
  void (*size) (guint width, guint height, gboolean anew, gpointer data);
  void (*frame) (const KioskRdpFrame *frame, gpointer data);
  void (*cursor) (const KioskRdpCursor *cursor, gpointer data);
  void (*ended) (gpointer data); /* at most once; then nothing more is called */
} KioskPictureLinkEvents;

/* Takes over @socket, a checked Unix socket, and sends @credentials, which stay the caller's. NULL,
 * with the socket closed, when that fails. */
KioskPictureLink *kiosk_picture_link_new (int socket, const KioskRdpCredentials *credentials,
                                          const KioskPictureLinkEvents *events, gpointer data,
                                          GError **error);

/* Closes the socket and frees; nothing is called any more. NULL is allowed. */
void kiosk_picture_link_close (KioskPictureLink *self);

/* Sends one message, in order with all others. When the worker does not read, messages wait in a
 * short queue; when that is full, the link ends: a lost release of a key is worse. */
void kiosk_picture_link_send (KioskPictureLink *self, KioskRdpInputKind kind, guint32 a, guint32 b,
                              guint32 c);

/* The pointer is at @x, @y. At most one such message in 8 ms, and none while the queue waits: only
 * the last position counts. A position that waits goes out before the next message of another kind,
 * unless the queue waits. */
void kiosk_picture_link_move (KioskPictureLink *self, guint x, guint y);

/* The frame that came last is on the screen, or will never be. Nothing when that was said already. */
void kiosk_picture_link_shown (KioskPictureLink *self);

/* Nobody reads @buffer any more. Nothing when the worker has it already. */
void kiosk_picture_link_free_buffer (KioskPictureLink *self, guint buffer);
