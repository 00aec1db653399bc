/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What a person is told about before: the last log-in, failures since, the last session with each
 * server. A convenience beside the audit log, never evidence and never a ground for a decision; a file
 * that is lost or damaged begins anew. Main thread only. */
typedef struct _KioskHistory KioskHistory;

KioskHistory *kiosk_history_new (const char *path);
void kiosk_history_free (KioskHistory *self);

/* Unix microseconds of the last log-in of @person (0: none) and how many tries failed since then. */
void kiosk_history_get_login (KioskHistory *self, const char *person, gint64 *last,
                              guint *failures);

/* A log-in passed at @when, or a try failed. */
void kiosk_history_add_login (KioskHistory *self, const char *person, gint64 when);
void kiosk_history_add_failure (KioskHistory *self, const char *person);

/* Unix microseconds of the last session of @person with @server; 0: none. */
gint64 kiosk_history_get_session (KioskHistory *self, const char *person, const char *server);
void kiosk_history_add_session (KioskHistory *self, const char *person, const char *server,
                                gint64 when);
