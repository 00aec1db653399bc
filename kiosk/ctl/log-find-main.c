/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-find.h"

#include <glib.h>
#include <locale.h>

/* kiosk-log-find, which `kioskctl log find` becomes: like kiosk-log-report it has no place on a terminal, and what that one needs for drawing would be most
 * of the time that a question takes. */
int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_set_prgname ("kioskctl log find");
  return kiosk_ctl_log_find (argc, argv);
}
