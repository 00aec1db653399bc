/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "damage.h"

/* The two display buffers and who may touch which when.
 *
 * FreeRDP decodes into a buffer of its own, which nobody else can see. What changed there is copied
 * into a display buffer that the compositor does not hold, and that buffer is announced by one FRAME.
 * One frame is under way at a time; whatever changes meanwhile adds up. So the compositor never
 * reads a picture that is being drawn, and a slow screen slows nothing but itself. */
typedef struct {
  guint8 *memory;         /* KIOSK_RDP_MEMORY_SIZE bytes, shared with the compositor */
  guint32 width, height;  /* of the picture as the shell sees it; 0 before the first size */
  KioskRdpDamage changed; /* since the last FRAME */
  KioskRdpDamage stale[KIOSK_RDP_BUFFERS]; /* what each display buffer lacks */
  gboolean held[KIOSK_RDP_BUFFERS];        /* by the compositor, until FREE */
  gboolean under_way;                      /* FRAME sent, SHOWN not yet received */
  gboolean drawn;    /* something was drawn since the last size: there is a picture to show */
  gboolean size_due; /* SIZE has to go out before the next FRAME */
  gboolean anew;     /* as SIZE_ANEW */
  gboolean suspended;
} KioskRdpFrames;

/* @memory stays the caller's and outlives @self. */
void kiosk_rdp_frames_init (KioskRdpFrames *self, guint8 *memory);

/* The server's desktop has another size; larger than the maximum is cut at the right and bottom. */
void kiosk_rdp_frames_resize (KioskRdpFrames *self, guint32 width, guint32 height);

/* The server drew here. Parts outside the picture are ignored. */
void kiosk_rdp_frames_add (KioskRdpFrames *self, gint32 x, gint32 y, gint32 width, gint32 height);

/* Everything may have changed: the next frame is a full one. */
void kiosk_rdp_frames_add_all (KioskRdpFrames *self);

/* Whether kiosk_rdp_frames_publish() has anything to send now. */
gboolean kiosk_rdp_frames_due (const KioskRdpFrames *self);

/* Copies the changes from @source (rows of @stride bytes, at least as large as the picture) and sends
 * SIZE and FRAME to @shell, as far as due. *@frame_sent tells whether a FRAME went out. */
gboolean kiosk_rdp_frames_publish (KioskRdpFrames *self, const guint8 *source, gsize stride,
                                   int shell, gboolean *frame_sent, GError **error);

/* SHOWN and FREE of the shell. FALSE when there is no such buffer. */
void kiosk_rdp_frames_shown (KioskRdpFrames *self);
gboolean kiosk_rdp_frames_free (KioskRdpFrames *self, guint32 buffer);

/* Lock: overwrites both buffers, the compositor's too, and publishes nothing until
 * kiosk_rdp_frames_resume(), after which the first frame is a full one. */
void kiosk_rdp_frames_suspend (KioskRdpFrames *self);
void kiosk_rdp_frames_resume (KioskRdpFrames *self);
