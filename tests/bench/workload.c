/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The desktop that a benchmark looks at through RDP: covers its X display, rests, and plays the same
 * pictures each time it is told to.
 *
 * Standard input: a line "play". Standard output: "ready", and "played" after each time. Any key
 * changes the probe, a square at the top left, between black and white. What is played goes by the
 * clock, not by the frames that anybody sees, so that a slow client gets no less to do than a quick
 * one. A counter of steps stands in the middle, where all that moves passes: black and white
 * squares in Gray code, so that a picture half drawn counts as one of two neighbours.
 *
 * All is painted with a pad byte of 255: the shadow server takes pixels with 0 there for changed. */

enum {
  STEP_MS = 33,
  SCROLL_STEPS = 66,
  MOVE_STEPS = 66,
  FULL_STEPS = 66,
  FULL_EVERY = 8, /* steps */
  N_STEPS = SCROLL_STEPS + MOVE_STEPS + FULL_STEPS,

  BITS = 8,
  BIT_SIZE = 16, /* a macroblock of H.264: survives compression */
  PROBE_SIZE = 64,
  MOVING_WIDTH = 400,
  MOVING_HEIGHT = 300,
  LINE_HEIGHT = 13,
  N_PAGES = 2,
};

static const unsigned long BLACK = 0xff000000, WHITE = 0xffffffff;

typedef struct {
  Display *display;
  Window window;
  GC gc;
  Pixmap pages[N_PAGES]; /* the first is the picture at rest */
  Pixmap moving;
  int width, height;
  bool probe;
  uint32_t random;
} Workload;

static uint32_t
next_random (Workload *self)
{
  self->random = self->random * 1664525u + 1013904223u;
  return self->random >> 8;
}

static void
fill (Workload *self, Drawable target, unsigned long colour, int x, int y, int width, int height)
{
  XSetForeground (self->display, self->gc, colour);
  XFillRectangle (self->display, target, self->gc, x, y, (unsigned) width, (unsigned) height);
}

static void
draw_line (Workload *self, Drawable target, int x, int y, int width)
{
  static const char words[]
      = "batch transfer of resident records completed 0x4f2a WARN retry 17 ok ";
  char text[400];
  int n = width / 6 < (int) sizeof text ? width / 6 : (int) sizeof text;

  for (int i = 0, at = (int) (next_random (self) % (sizeof words - 1)); i < n; i++)
    text[i] = words[(at + i) % (int) (sizeof words - 1)];
  XSetForeground (self->display, self->gc, 0xffd8f0d0);
  XSetBackground (self->display, self->gc, 0xff10161c);
  XDrawImageString (self->display, target, self->gc, x, y + LINE_HEIGHT - 3, text, n);
}

/* A screen of text beside coloured areas, another one for each page. */
static void
draw_page (Workload *self, Drawable target, int page)
{
  const int columns = 8, rows = 6;

  fill (self, target, page == 0 ? 0xff10161c : 0xffe8ecef, 0, 0, self->width, self->height);
  for (int row = 0; row < rows; row++)
    {
      for (int column = 0; column < columns; column++)
        {
          int x = column * self->width / columns, y = row * self->height / rows;
          int width = (column + 1) * self->width / columns - x,
              height = (row + 1) * self->height / rows - y;

          if ((row + column + page) % 2 == 0)
            {
              for (int line = 0; line + LINE_HEIGHT <= height; line += LINE_HEIGHT)
                draw_line (self, target, x, y + line, width);
            }
          else
            {
              fill (self, target, 0xff000000 | (next_random (self) & 0xffffff), x, y, width,
                    height);
            }
        }
    }
}

static void
draw_moving (Workload *self)
{
  fill (self, self->moving, 0xffe8ecef, 0, 0, MOVING_WIDTH, MOVING_HEIGHT);
  fill (self, self->moving, 0xff17507f, 0, 0, MOVING_WIDTH, 28);
  for (int y = 40; y + LINE_HEIGHT < MOVING_HEIGHT; y += LINE_HEIGHT)
    draw_line (self, self->moving, 10, y, MOVING_WIDTH - 20);
}

static void
draw_counter (Workload *self, unsigned value)
{
  unsigned gray = value ^ (value >> 1);
  int x = (self->width / 2 - BITS * BIT_SIZE / 2) & ~(BIT_SIZE - 1);
  int y = (self->height / 2) & ~(BIT_SIZE - 1);

  for (int i = 0; i < BITS; i++)
    fill (self, self->window, gray >> i & 1 ? WHITE : BLACK, x + i * BIT_SIZE, y, BIT_SIZE,
          BIT_SIZE);
}

static void
draw_probe (Workload *self)
{
  fill (self, self->window, self->probe ? WHITE : BLACK, 0, 0, PROBE_SIZE, PROBE_SIZE);
}

static void
show_page (Workload *self, int page)
{
  XCopyArea (self->display, self->pages[page], self->window, self->gc, 0, 0, (unsigned) self->width,
             (unsigned) self->height, 0, 0);
}

static void
draw_rest (Workload *self)
{
  show_page (self, 0);
  draw_probe (self);
  draw_counter (self, 0);
  XFlush (self->display);
}

/* Two lines of text up, in the middle two thirds of the screen. */
static void
step_scroll (Workload *self)
{
  int x = self->width / 6, width = self->width * 2 / 3;
  int y = self->height / 12, height = self->height * 5 / 6, by = 2 * LINE_HEIGHT;

  XCopyArea (self->display, self->window, self->window, self->gc, x, y + by, (unsigned) width,
             (unsigned) (height - by), x, y);
  fill (self, self->window, 0xff10161c, x, y + height - by, width, by);
  draw_line (self, self->window, x, y + height - by, width);
  draw_line (self, self->window, x, y + height - LINE_HEIGHT, width);
}

/* A window on a square way round the middle. */
static void
step_move (Workload *self, int step, int *last_x, int *last_y)
{
  const int way = 160, side = 16;
  int at = step % (4 * side), along = at % side * way / side;
  int left = (self->width - MOVING_WIDTH - way) / 2, top = (self->height - MOVING_HEIGHT - way) / 2;
  int x = left + (at < side ? along : at < 2 * side ? way : at < 3 * side ? way - along : 0);
  int y = top + (at < side ? 0 : at < 2 * side ? along : at < 3 * side ? way : way - along);

  if (*last_x >= 0)
    XCopyArea (self->display, self->pages[0], self->window, self->gc, *last_x, *last_y,
               MOVING_WIDTH, MOVING_HEIGHT, *last_x, *last_y);
  XCopyArea (self->display, self->moving, self->window, self->gc, 0, 0, MOVING_WIDTH, MOVING_HEIGHT,
             x, y);
  *last_x = x;
  *last_y = y;
}

static void
sleep_until (const struct timespec *begun, int ms)
{
  struct timespec until = *begun;

  until.tv_sec += ms / 1000;
  until.tv_nsec += ms % 1000 * 1000000L;
  if (until.tv_nsec >= 1000000000L)
    {
      until.tv_sec++;
      until.tv_nsec -= 1000000000L;
    }
  while (clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
    continue;
}

static void
play (Workload *self)
{
  int last_x = -1, last_y = -1;
  struct timespec begun;

  clock_gettime (CLOCK_MONOTONIC, &begun);
  self->random = 1;
  for (int step = 0; step < N_STEPS; step++)
    {
      int full = step - SCROLL_STEPS - MOVE_STEPS;

      if (step < SCROLL_STEPS)
        {
          step_scroll (self);
        }
      else if (step < SCROLL_STEPS + MOVE_STEPS)
        {
          if (step == SCROLL_STEPS)
            show_page (self, 0);
          step_move (self, step - SCROLL_STEPS, &last_x, &last_y);
        }
      else if (full % FULL_EVERY == 0)
        {
          show_page (self, full / FULL_EVERY % N_PAGES);
        }
      if (full < 0 || full % FULL_EVERY == 0)
        draw_counter (self, (unsigned) step + 1);
      XSync (self->display, False);
      sleep_until (&begun, (step + 1) * STEP_MS);
    }
  draw_rest (self);
}

static void
handle_events (Workload *self)
{
  while (XPending (self->display) > 0)
    {
      XEvent event;

      XNextEvent (self->display, &event);
      if (event.type == KeyPress)
        {
          self->probe = !self->probe;
          draw_probe (self);
        }
      else if (event.type == Expose && event.xexpose.count == 0)
        {
          draw_rest (self);
        }
    }
  XFlush (self->display);
}

static bool
init (Workload *self)
{
  XSetWindowAttributes attributes
      = { .override_redirect = True, .event_mask = KeyPressMask | ExposureMask };
  int screen;

  self->display = XOpenDisplay (NULL);
  if (self->display == NULL)
    return false;
  screen = DefaultScreen (self->display);
  self->width = DisplayWidth (self->display, screen);
  self->height = DisplayHeight (self->display, screen);
  if (DefaultDepth (self->display, screen) != 24 || self->width < 800 || self->height < 500)
    return false;

  self->window
      = XCreateWindow (self->display, DefaultRootWindow (self->display), 0, 0,
                       (unsigned) self->width, (unsigned) self->height, 0, CopyFromParent,
                       InputOutput, CopyFromParent, CWOverrideRedirect | CWEventMask, &attributes);
  self->gc = XCreateGC (self->display, self->window, 0, NULL);
  XSetGraphicsExposures (self->display, self->gc, False);
  for (int i = 0; i < N_PAGES; i++)
    {
      self->random = (uint32_t) i + 1;
      self->pages[i] = XCreatePixmap (self->display, self->window, (unsigned) self->width,
                                      (unsigned) self->height, 24);
      draw_page (self, self->pages[i], i);
    }
  self->moving = XCreatePixmap (self->display, self->window, MOVING_WIDTH, MOVING_HEIGHT, 24);
  draw_moving (self);

  XMapRaised (self->display, self->window);
  XSync (self->display, False);
  XSetInputFocus (self->display, self->window, RevertToParent, CurrentTime);
  draw_rest (self);
  return true;
}

int
main (void)
{
  Workload self = { 0 };

  setvbuf (stdin, NULL, _IONBF, 0);
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (!init (&self))
    {
      fputs ("workload: needs an X display of depth 24 and at least 800x500\n", stderr);
      return 1;
    }
  puts ("ready");

  for (;;)
    {
      struct pollfd fds[] = {
        { .fd = ConnectionNumber (self.display), .events = POLLIN },
        { .fd = STDIN_FILENO, .events = POLLIN },
      };
      char line[16];

      handle_events (&self);
      if (poll (fds, 2, -1) < 0 && errno != EINTR)
        return 1;
      if (fds[1].revents == 0)
        continue;
      if (fgets (line, sizeof line, stdin) == NULL)
        return 0;
      if (strcmp (line, "play\n") == 0)
        {
          play (&self);
          puts ("played");
        }
    }
}
