/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-find.h"
#include "log-report.h"

#include <glib.h>
#include <locale.h>

/* kiosk-log-report, which `kioskctl log report` and `kioskctl log find` become, the verb being its name: a program of its own, because drawing pages and asking databases needs
 * libraries that have no place on a terminal. */
int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  if (argc > 0 && g_str_equal (argv[0], "find"))
    {
      g_set_prgname ("kioskctl log find");
      return kiosk_ctl_log_find (argc, argv);
    }
  g_set_prgname ("kioskctl log report");
  return kiosk_ctl_log_report (argc, argv);
}
