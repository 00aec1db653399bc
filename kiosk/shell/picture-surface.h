/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "picture-view.h"

#include "kiosk/ipc/rdp-protocol.h"

#include <gdk/gdk.h>

/* The picture on the screen: a wl_subsurface above the window's surface, past GTK, and the watermark
 * in a second one above it. The compositor reads the frame memory itself (wl_shm); it is not mapped
 * here. Exists only while the picture may be seen; freeing it is how the picture leaves. */
typedef struct _KioskPictureSurface KioskPictureSurface;

typedef struct {
  void (*shown) (gpointer data);                  /* what was presented last is on the screen */
  void (*released) (guint buffer, gpointer data); /* the compositor does not read it any more */
} KioskPictureSurfaceEvents;

/* Prepares both surfaces above @window, a mapped surface of a Wayland display, with nothing in them.
 * @frames: checked memory of KIOSK_RDP_MEMORY_SIZE, stays the caller's. Fails where there is no
 * Wayland or no subsurface. */
KioskPictureSurface *kiosk_picture_surface_new (GdkSurface *window, int frames,
                                                const KioskPictureSurfaceEvents *events,
                                                gpointer data, GError **error);

/* Removes the picture: when this returns, the compositor has been told so (NULL buffers committed
 * and flushed) and no reference to the frame memory is left. NULL is allowed. */
void kiosk_picture_surface_free (KioskPictureSurface *self);

/* Place and size. Moving takes effect together with all that the window has committed so far: call
 * it after the window was painted. */
void kiosk_picture_surface_set_view (KioskPictureSurface *self, const KioskPictureView *view);

/* Two lines, or NULL and NULL for none. Never seen without the picture. */
void kiosk_picture_surface_set_watermark (KioskPictureSurface *self, const char *first,
                                          const char *second);

/* Shows @buffer, a picture of the size of the view. @rects: what differs from the one before; none
 * means all. */
void kiosk_picture_surface_present (KioskPictureSurface *self, guint buffer,
                                    const KioskRdpRect *rects, guint n_rects);

/* Whether the compositor may still read @buffer; "released" follows. */
gboolean kiosk_picture_surface_is_busy (const KioskPictureSurface *self, guint buffer);
