/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Which records are exported. NULL lets all pass; times are as in a record (UTC, six digits), so that they compare as text. */
typedef struct {
  const char *user, *server, *terminal, *action, *category, *outcome, *reason, *session, *ticket;
  const char *text;          /* part of any value, byte for byte */
  const char *since, *until; /* since <= @timestamp < until */
} KioskExportFilter;

/* Whether the stored @line passes; *@broken: it is no record. Pure. */
gboolean kiosk_export_filter_passes (const KioskExportFilter *filter, const char *line,
                                     gsize length, gboolean *broken);
