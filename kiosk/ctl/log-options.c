/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-options.h"

#include "language.h"
#include "log-view.h"

#include <stdio.h>

gboolean
kiosk_ctl_log_language (const char *option, gboolean *japanese)
{
  KioskLanguage language;

  if (!kiosk_ctl_language (option, &language))
    return FALSE;
  *japanese = language == KIOSK_LANGUAGE_JA;
  return TRUE;
}

GOptionContext *
kiosk_ctl_log_context (const char *parameters, const char *summary, const GOptionEntry *entries)
{
  GOptionContext *context = g_option_context_new (parameters);

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  return context;
}

int
kiosk_ctl_log_wrong_option (const char *option, const char *allowed)
{
  fprintf (stderr, "kioskctl: %s: %s\n", option, allowed);
  return EXIT_USAGE;
}

int
kiosk_ctl_log_unreadable (const GError *error, gboolean japanese)
{
  fprintf (stderr, japanese ? "kioskctl: 読み取れません: %s\n" : "kioskctl: cannot read: %s\n",
           error->message);
  return EXIT_USAGE;
}

gboolean
kiosk_ctl_log_bound (const char *text, gboolean end, GTimeZone *zone, char **bound)
{
  if (text == NULL)
    return TRUE;
  *bound = kiosk_log_view_time (text, end, zone);
  return *bound != NULL;
}

char *
kiosk_ctl_log_describe_fault (const KioskLogSet *log, const KioskAuditReport *report,
                              gboolean japanese)
{
  const char *const *files = kiosk_log_set_get_files (log);
  g_autofree char *own = report->sequence > 0
                             ? g_strdup_printf ("%" G_GUINT64_FORMAT, report->sequence)
                             : g_strdup (japanese ? "不明" : "unknown");
  g_autofree char *file = g_filename_display_name (files[report->file]);

  if (japanese)
    return g_strdup_printf ("%s の %" G_GUINT64_FORMAT
                            " 行目（記録番号 %s、ここにあるべき番号 %" G_GUINT64_FORMAT "）: %s",
                            file, report->line, own, report->expected,
                            kiosk_audit_fault_text (report->fault, TRUE));
  return g_strdup_printf (
      "%s, line %" G_GUINT64_FORMAT " (record %s where %" G_GUINT64_FORMAT " should be): %s", file,
      report->line, own, report->expected, kiosk_audit_fault_text (report->fault, FALSE));
}
