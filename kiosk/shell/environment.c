/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "environment.h"

#include <string.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* The whole environment of the shell is this list. */

static const char *const fixed[] = {
  "PATH=/usr/bin:/bin",
  "HOME=/nonexistent",
  "LANG=C.UTF-8",
  "GDK_BACKEND=wayland",
  "GSK_RENDERER=cairo",       /* still pages; the picture goes past GTK. No GL driver in here */
  "GSETTINGS_BACKEND=memory", /* nobody's dconf */
  "GTK_A11Y=none",            /* no accessibility bus is started */
  "GTK_IM_MODULE=gtk-im-context-simple",
  "GIO_USE_VFS=local",
  "ADW_DISABLE_PORTAL=1",
  "DBUS_SESSION_BUS_ADDRESS=disabled:", /* or GLib would start one */
  "DBUS_SYSTEM_BUS_ADDRESS=disabled:",
  "XDG_DATA_DIRS=/usr/share",
  "XDG_CONFIG_DIRS=/nonexistent",
};

/* Told by the compositor; the values are used as file names by libwayland only. NOTIFY_SOCKET is the
 * service manager's, handed on by the compositor, which this is a child of; datagrams are sent there and
 * nothing is read. Its WATCHDOG_USEC and WATCHDOG_PID are not needed (pulse.c) and stay outside. */
static const char *const inherited[] = { "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "NOTIFY_SOCKET" };

static char **
make (void)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    g_ptr_array_add (list, g_strdup (fixed[i]));
  for (guint i = 0; i < G_N_ELEMENTS (inherited); i++)
    if (getenv (inherited[i]) != NULL)
      g_ptr_array_add (list, g_strdup_printf ("%s=%s", inherited[i], getenv (inherited[i])));
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

void
kiosk_environment_fix (void)
{
  static char name[] = "kiosk-shell";
  char *const arguments[] = { name, NULL };
  struct rlimit none = { 0, 0 };
  g_auto (GStrv) wanted = make ();

  if (setrlimit (RLIMIT_CORE, &none) != 0)
    g_error ("Core files cannot be switched off");
  if (!g_strv_equal ((const char *const *) environ, (const char *const *) wanted))
    {
      execve ("/proc/self/exe", arguments, wanted);
      g_error ("The shell cannot be started with its own environment");
    }
  /* After execve(2), which sets it again. */
  if (prctl (PR_SET_DUMPABLE, 0) != 0)
    g_error ("The shell cannot be protected from being traced");
}
