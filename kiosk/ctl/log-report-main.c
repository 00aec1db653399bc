/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-report.h"

#include <glib.h>
#include <locale.h>

/* kiosk-log-report, which `kioskctl log report` becomes: a program of its own, because drawing pages and asking databases needs
 * libraries that have no place on a terminal. */
int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_set_prgname ("kioskctl log report");
  return kiosk_ctl_log_report (argc, argv);
}
