/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "environment.h"
#include "shell.h"
#include "style.h"

#include <adwaita.h>
#include <stdlib.h>

/* kiosk-shell: shows pages and forwards keys. Takes no arguments and reads no settings; who it works
 * for and what it may show is told by kioskd alone. No GtkApplication: nothing may activate, open or
 * list anything in here. */

int
main (void)
{
  g_autoptr (GMainLoop) loop = NULL;

  kiosk_environment_fix ();
  if (!gtk_init_check ())
    {
      g_critical ("No compositor");
      return EXIT_FAILURE;
    }
  adw_init ();
  kiosk_style_init (gdk_display_get_default ());
  kiosk_shell_start ();
  loop = g_main_loop_new (NULL, FALSE);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}
