/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

#include <gtk/gtk.h>

/* The server's picture and the way of keys and pointer to the worker (architecture, step 5). The
 * picture lies in a wl_subsurface over this widget's area, below the trusted bar; the frame memory
 * goes to the compositor as wl_shm and is never mapped here. Main thread only.
 *
 * Signals:
 *   "active"  ()  the first picture of this session is on the screen, or would be if this widget
 *                 were mapped: a page that waits for it need not be shown before
 *   "ended"   ()  the worker closed its socket or sent something wrong; the picture is gone already
 *   "input"   ()  the person pressed a key or button or moved the pointer, forwarded or not
 */
#define KIOSK_TYPE_PICTURE (kiosk_picture_get_type ())
G_DECLARE_FINAL_TYPE (KioskPicture, kiosk_picture, KIOSK, PICTURE, GtkWidget)

GtkWidget *kiosk_picture_new (void);

/* Begins a session: takes over both descriptors (also on failure), checks them, sends @credentials,
 * which the caller wipes. Shows nothing before the first frame. */
gboolean kiosk_picture_start (KioskPicture *self, int worker, int frames,
                              const KioskRdpCredentials *credentials, GError **error);

/* Ends it: the picture leaves the screen with this call (NULL buffer committed and flushed), then
 * the socket is closed. Harmless when nothing runs. */
void kiosk_picture_stop (KioskPicture *self);

/* Lock and unlock. TRUE: nothing is forwarded from this call on, the picture leaves the screen at
 * once and every reference to its buffers is dropped; frames that still arrive are not shown.
 * FALSE: the next frame is shown, and input passes from then on. Ends with the session. */
void kiosk_picture_set_suspended (KioskPicture *self, gboolean suspended);

/* Hides the topmost @height logical pixels of this widget's area, where a panel hangs from the bar, or only
 * what of them lies beyond @left, where a card does; the rest stays where it is. 0 and 0 show all. */
void kiosk_picture_set_cover (KioskPicture *self, int height, int left);

/* While TRUE, input is reported by "input" but not forwarded (countdown, open menu); held keys and
 * buttons are released at the server first. */
void kiosk_picture_set_hold (KioskPicture *self, gboolean hold);

/* A key (hardware code of GDK) went down or up that the window kept for itself or another page: its
 * repeats are not forwarded before it was released, wherever the focus goes. */
void kiosk_picture_note_key (KioskPicture *self, guint keycode, gboolean down);

/* Two lines drawn as a watermark over the whole picture in a surface of its own, which neither
 * worker nor server can leave out (R31); NULL for none. */
void kiosk_picture_set_watermark (KioskPicture *self, const char *first, const char *second);

/* Presses and releases Ctrl+Alt+Delete at the server. */
void kiosk_picture_send_secure_attention (KioskPicture *self);

/* Size of the area in device pixels, as Connect() wants it: rounded down to even numbers and within
 * the limits of rdp-protocol.h. Before this widget was ever shown: of what contains it. A desktop
 * that is smaller all the same lies in the middle; a larger one follows the pointer. */
void kiosk_picture_get_pixels (KioskPicture *self, guint *width, guint *height);
