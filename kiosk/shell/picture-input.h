/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "picture-link.h"
#include "picture-view.h"

#include <gtk/gtk.h>

/* Keys and pointer of the picture's widget on their way to the worker. Knows what is held down at
 * the server, and lets go of it whenever the way is closed. */
typedef struct _KioskPictureInput KioskPictureInput;

typedef struct {
  void (*activity) (gpointer data); /* the person did something, forwarded or not */
  void (*pointer) (double x, double y, gpointer data); /* a forwarded position, in the widget */
} KioskPictureInputEvents;

/* Listens on @widget, which outlives it. Forwards nothing yet. */
KioskPictureInput *kiosk_picture_input_new (GtkWidget *widget,
                                            const KioskPictureInputEvents *events, gpointer data);
void kiosk_picture_input_free (KioskPictureInput *self);

/* Opens (a link) or closes (NULL) the way to the worker. Input is forwarded while it is open and the
 * widget has the focus. Closing releases all held keys and buttons at the server first; what is held
 * when it opens stays unknown to the server until it is pressed anew. */
void kiosk_picture_input_set_link (KioskPictureInput *self, KioskPictureLink *link);

/* Forgets the link without a word to it: it is gone. */
void kiosk_picture_input_drop_link (KioskPictureInput *self);

/* Where the picture lies, for the pointer. */
void kiosk_picture_input_set_view (KioskPictureInput *self, const KioskPictureView *view);

/* Presses and releases Ctrl+Alt+Delete at the server, all else released before. */
void kiosk_picture_input_send_secure_attention (KioskPictureInput *self, KioskPictureLink *link);

/* A key went down or up somewhere else in the window. While it stays down its repeats are not the
 * session's, even if the picture gets the focus meanwhile: the Enter that unlocks must not arrive. */
void kiosk_picture_input_note_key (KioskPictureInput *self, guint keycode, gboolean down);
