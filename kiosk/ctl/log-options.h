/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/log/log-set.h"

#include <glib.h>

/* What the verbs of `kioskctl log` have in common. */

/* The folder of the log when none is named. */
#define KIOSK_CTL_LOG_DEFAULT "/var/log/maintenance-kiosk"

enum { EXIT_GOOD = 0, EXIT_FAULT = 1, EXIT_USAGE = 2 };

/* FALSE when @option is no language. */
gboolean kiosk_ctl_log_language (const char *option, gboolean *japanese);

GOptionContext *kiosk_ctl_log_context (const char *parameters, const char *summary,
                                       const GOptionEntry *entries);

/* Says so; EXIT_USAGE. */
int kiosk_ctl_log_wrong_option (const char *option, const char *allowed);

/* Says that @error kept the log from being read; EXIT_USAGE. */
int kiosk_ctl_log_unreadable (const GError *error, gboolean japanese);

/* *@bound as in a record, when @text is given; FALSE when it is no time. @end: of a day that is given without a time. */
#define KIOSK_CTL_LOG_TIME_HINT "2026-11-21, \"2026-11-21 10:30\", 2026-11-21T10:30:15Z"
gboolean kiosk_ctl_log_bound (const char *text, gboolean end, GTimeZone *zone, char **bound);

/* Words and numbers of the first fault; owned by the caller. */
char *kiosk_ctl_log_describe_fault (const KioskLogSet *log, const KioskAuditReport *report,
                                    gboolean japanese);
