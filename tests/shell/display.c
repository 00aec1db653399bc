/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "display.h"

#include "kiosk/base/descriptor.h"

#include <glib/gstdio.h>

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <cairo.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_US (60 * G_USEC_PER_SEC)
#define NOBODY 65534

static GPid xvfb, cage;
static int cage_input = -1; /* its program ends when this does, however we end */
static char *folder;
static Display *display;

/* Our children must not outlive us, whatever ends us. cage refuses to run as root. */
static void
in_child (gpointer as_nobody)
{
  if (as_nobody != NULL && getuid () == 0 && (setgid (NOBODY) != 0 || setuid (NOBODY) != 0))
    _exit (126);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GPid
spawn (const char *const *argv, const char *const *extra_environment, gboolean as_nobody,
       int *input, int *output)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (GError) error = NULL;
  GPid pid = 0;

  for (gsize i = 0; extra_environment != NULL && extra_environment[i] != NULL; i += 2)
    environment
        = g_environ_setenv (environment, extra_environment[i], extra_environment[i + 1], TRUE);
  environment = g_environ_unsetenv (environment, "G_DEBUG");
  g_spawn_async_with_pipes (
      NULL, (char **) argv, environment,
      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL
          | (output == NULL ? G_SPAWN_STDOUT_TO_DEV_NULL : G_SPAWN_DEFAULT),
      in_child, as_nobody ? &folder : NULL, &pid, input, output, NULL, &error);
  g_assert_no_error (error);
  return pid;
}

static gboolean
is_alive (GPid pid)
{
  return waitpid (pid, NULL, WNOHANG) == 0;
}

static void
end (GPid *pid)
{
  if (*pid == 0)
    return;
  kill (*pid, SIGTERM);
  waitpid (*pid, NULL, 0);
  *pid = 0;
}

/* Two that look for a free number at the same time can take the same one, or the lock of one that has just ended: so one
 * that nobody else thinks of. Xvfb says it on its standard output when it is ready. */
static void
start_xvfb (void)
{
  g_autofree char *screen = g_strdup_printf ("%dx%dx24", TEST_SCREEN_WIDTH, TEST_SCREEN_HEIGHT);
  g_autofree char *name = g_strdup_printf (":%d", g_random_int_range (1000, 50000));
  const char *argv[] = { "Xvfb", name,        "-displayfd", "1",   "-screen",  "0",
                         screen, "-nolisten", "tcp",        "-ac", "-noreset", NULL };
  char number[16] = "";
  int output = -1;
  FILE *stream;

  xvfb = spawn (argv, NULL, FALSE, NULL, &output);
  stream = fdopen (output, "r");
  g_assert_nonnull (fgets (number, sizeof number, stream)); /* nothing, if it ends */
  fclose (stream);
  g_assert_cmpstr (g_strchomp (number), ==, name + 1);
  display = XOpenDisplay (name);
  g_assert_nonnull (display);
}

static void
start_cage (const char *layout)
{
  /* cage ends only after its program: one that ends by itself, not by losing a display. */
  const char *argv[] = { "cage", "--", "cat", NULL };
  const char *environment[] = {
    "WLR_BACKENDS",    "x11",  "WLR_RENDERER",       "pixman", "DISPLAY", DisplayString (display),
    "XDG_RUNTIME_DIR", folder, "XKB_DEFAULT_LAYOUT", layout,   NULL
  };
  g_autofree char *socket = g_build_filename (folder, "wayland-0", NULL);
  gint64 until = g_get_monotonic_time () + PATIENCE_US;

  cage = spawn (argv, environment, TRUE, &cage_input, NULL);
  while (!g_file_test (socket, G_FILE_TEST_EXISTS))
    {
      g_assert_true (is_alive (cage));
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (20000);
    }
}

void
test_display_start (const char *layout)
{
  g_autoptr (GError) error = NULL;

  folder = g_dir_make_tmp ("kiosk-display-XXXXXX", &error);
  g_assert_no_error (error);
  if (getuid () == 0)
    g_assert_cmpint (chown (folder, NOBODY, NOBODY), ==, 0);
  start_xvfb ();
  start_cage (layout);
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  g_setenv ("WAYLAND_DISPLAY", "wayland-0", TRUE);
  g_setenv ("GDK_BACKEND", "wayland", TRUE);
}

void
test_display_stop (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  kiosk_fd_clear (&cage_input);
  end (&cage);
  g_clear_pointer (&display, XCloseDisplay);
  end (&xvfb);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

void
test_display_stop_compositor (gboolean stopped)
{
  g_assert_cmpint (kill (cage, stopped ? SIGSTOP : SIGCONT), ==, 0);
}

guint32 *
test_display_shot (void)
{
  XImage *image = XGetImage (display, DefaultRootWindow (display), 0, 0, TEST_SCREEN_WIDTH,
                             TEST_SCREEN_HEIGHT, AllPlanes, ZPixmap);
  guint32 *pixels = g_new (guint32, TEST_SCREEN_WIDTH * TEST_SCREEN_HEIGHT);

  g_assert_nonnull (image);
  g_assert_cmpint (image->bits_per_pixel, ==, 32);
  for (int y = 0; y < TEST_SCREEN_HEIGHT; y++)
    for (int x = 0; x < TEST_SCREEN_WIDTH; x++)
      pixels[y * TEST_SCREEN_WIDTH + x]
          = *(guint32 *) (gpointer) (image->data + y * image->bytes_per_line + x * 4) & 0xffffff;
  XDestroyImage (image);
  return pixels;
}

void
test_display_save (const guint32 *shot, const char *name)
{
  const char *where = g_getenv ("TEST_SHOTS");
  g_autofree char *path = NULL;
  cairo_surface_t *surface;

  if (where == NULL)
    return;
  path = g_strdup_printf ("%s/%s.png", where, name);
  surface
      = cairo_image_surface_create_for_data ((guchar *) shot, CAIRO_FORMAT_RGB24, TEST_SCREEN_WIDTH,
                                             TEST_SCREEN_HEIGHT, TEST_SCREEN_WIDTH * 4);
  cairo_surface_write_to_png (surface, path);
  cairo_surface_destroy (surface);
}

void
test_display_key (guint evdev, gboolean down)
{
  XTestFakeKeyEvent (display, evdev + 8, down, CurrentTime);
  XSync (display, False);
}

void
test_display_button (guint button, gboolean down)
{
  XTestFakeButtonEvent (display, button, down, CurrentTime);
  XSync (display, False);
}

void
test_display_move (int x, int y)
{
  XTestFakeMotionEvent (display, 0, x, y, CurrentTime);
  XSync (display, False);
}
