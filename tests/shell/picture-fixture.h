/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "display.h"
#include "picture.h"

/* The real widget under the real compositor, and the test in the worker's place: it paints into the
 * frame memory, hears what the worker would hear, and looks at what comes out on the screen. */

#define BAR 48
#define WIDTH TEST_SCREEN_WIDTH
#define HEIGHT (TEST_SCREEN_HEIGHT - BAR)
#define PAGE 0xf5f7f7 /* what is there without a picture */

extern GtkWindow *window;
extern GtkWidget *bar, *stack, *other;
extern KioskPicture *picture;

typedef struct {
  int worker;
  guint32 *frames;
  guint width, height;
  guint n_active, n_ended, n_input;
  gboolean busy[KIOSK_RDP_BUFFERS];
  gboolean in_flight;
  GQueue heard; /* KioskRdpInput *, without SHOWN and FREE */
} Fixture;

typedef struct {
  guint seed;
  int top;            /* first row of the screen that shows the picture */
  guint pan_x, pan_y; /* the desktop's pixel at the top left of the area */
} Expected;

typedef gboolean (*FixtureCondition) (Fixture *f, gpointer data);

/* Starts the display and a window with a bar, the picture and another page; runs the tests; ends
 * all of it. For main(), after g_test_init() and before any test is added by FIXTURE_ADD(). */
void fixture_open (void);
int fixture_run (void);

#define FIXTURE_ADD(path, data, before, function)                                                  \
  g_test_add ("/picture/" path, Fixture, data, before, function, fixture_tear_down)

/* A session without a size or frame; one with the pattern of seed 1 on the screen, the focus told
 * and forgotten. */
void fixture_set_up (Fixture *f, gconstpointer data);
void fixture_set_up_shown (Fixture *f, gconstpointer data);
void fixture_tear_down (Fixture *f, gconstpointer data);

/* Runs the loop until @condition holds. Looks at least every 10 ms, since the screen tells nobody
 * that it changed. */
void fixture_wait_until (Fixture *f, FixtureCondition condition, gpointer data);
gboolean fixture_is_shown (Fixture *f, gpointer data);     /* the last frame */
gboolean fixture_has_room (Fixture *f, gpointer data);     /* for the next one */
gboolean fixture_screen_shows (Fixture *f, gpointer data); /* Expected */

/* Takes in what came; keeps the accounts of the buffers as a worker does. */
void fixture_hear (Fixture *f);
void fixture_forget_heard (Fixture *f);
void fixture_assert_heard (Fixture *f, guint32 kind, guint32 a, guint32 b, guint32 c);

void fixture_say (Fixture *f, const void *message, gsize size);
void fixture_say_size (Fixture *f, guint width, guint height);
void fixture_begin_anew (Fixture *f);

/* A different colour for every pixel and @seed: what is moved by one pixel is seen. */
guint32 fixture_pattern (guint seed, guint x, guint y);

/* Publishes a picture as soon as the flow allows it. @colour < 0: the pattern of @seed. */
void fixture_publish (Fixture *f, guint seed, gint64 colour);

/* Whether @shot has the picture at its place and nothing else there; how many pixels of the rows
 * @from to @to have @colour. */
gboolean fixture_shows (const guint32 *shot, const Expected *e);
guint fixture_count (const guint32 *shot, guint32 colour, int from, int to);

/* All that was sent to the compositor before this is on the screen after it. */
void fixture_barrier (Fixture *f);
gboolean fixture_bar_is (Fixture *f, gpointer data); /* of the colour @data */
