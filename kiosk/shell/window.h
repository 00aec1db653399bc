/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "page.h"
#include "picture.h"

/* The one window: bar, pages or picture, panel, status bar. It cannot be closed, shrunk or asked for
 * GTK's inspector. It decides which keys are the terminal's own; what they do are the actions of the
 * group "kiosk".
 *
 * Signals:
 *   "input" ()  a key, a button or a motion
 *   "typing" (guint presses, guint milliseconds)  keys go down faster than a person presses them, here or in
 *               the picture (typing-speed.h) */
#define KIOSK_TYPE_WINDOW (kiosk_window_get_type ())
G_DECLARE_FINAL_TYPE (KioskWindow, kiosk_window, KIOSK, WINDOW, GtkWindow)

GtkWidget *kiosk_window_new (void);

/* Shows @view: page, panel, bars, and whether the picture is to be seen. */
void kiosk_window_update (KioskWindow *self, const KioskView *view);

KioskPicture *kiosk_window_get_picture (KioskWindow *self);
/* NULL for the session, which is the picture. */
KioskPageWidget *kiosk_window_get_page (KioskWindow *self, KioskPage page);
