/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A screen without hardware for tests of the shell: Xvfb, and cage in it. What a program draws goes
 * through the real compositor, what the test injects (XTEST) comes in as from real keys, with their
 * real codes. */

#define TEST_SCREEN_WIDTH 1024 /* of the output that wlroots opens on X */
#define TEST_SCREEN_HEIGHT 768

/* Starts both, with the key map @layout, and sets WAYLAND_DISPLAY and XDG_RUNTIME_DIR. Runs as root
 * or as anybody else. Ends the test program when it can not. */
void test_display_start (const char *layout);

/* Ends both and removes what they left. */
void test_display_stop (void);

/* TRUE: the compositor stands still (SIGSTOP) with the last picture on the screen; FALSE: goes on. */
void test_display_stop_compositor (gboolean stopped);

/* The screen as it is now: 0x00rrggbb, rows of TEST_SCREEN_WIDTH. Owned by the caller. */
guint32 *test_display_shot (void);

/* Writes @shot as PNG into the folder that TEST_SHOTS names, if it is set: for the eyes. */
void test_display_save (const guint32 *shot, const char *name);

void test_display_key (guint evdev, gboolean down);
void test_display_button (guint button, gboolean down);
void test_display_move (int x, int y);
