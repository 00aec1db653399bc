/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-day.h"

#include "kiosk/log/log-set.h"

#include <string.h>

/* A start must not take long with years of logs: a file is 64 MiB, of which so many are read. */
#define FILES_MAX 2

typedef struct {
  KioskAuditDaySeal *seal;
  gboolean found;
} Search;

static gboolean
on_line (const char *line, gsize length, const KioskLogPlace *place, gpointer data)
{
  Search *search = data;

  if (line != NULL && place->good && kiosk_audit_stored_read_seal (line, length, search->seal))
    search->found = TRUE;
  return TRUE;
}

gboolean
kiosk_audit_day_find (const char *directory, const guint8 *log_key, KioskAuditDaySeal *seal)
{
  g_autoptr (KioskLogSet) set = kiosk_log_set_open (directory, NULL);
  const KioskAuditKeys keys = { .key = log_key };
  const char *const *names = set != NULL ? kiosk_log_set_get_files (set) : NULL;
  guint n = names != NULL ? g_strv_length ((char **) names) : 0;
  Search search = { seal, FALSE };

  for (guint i = n; i > 0 && n - i <= FILES_MAX && !search.found; i--)
    {
      g_autofree char *path = g_build_filename (directory, names[i - 1], NULL);
      g_autoptr (KioskLogSet) file = NULL;
      KioskAuditReport report;

      if (strcmp (names[i - 1], KIOSK_LOG_CURRENT_NAME) == 0)
        continue;
      file = kiosk_log_set_open (path, NULL);
      if (file == NULL
          || !kiosk_log_set_read (file, &keys, on_line, NULL, &search, NULL, &report, NULL))
        return FALSE;
    }
  return search.found;
}
