/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/review/queries.h"

/* Outages of one log, put together from the records of their begin and end. Pure. */

/* What is needed of a record; texts may be NULL. */
typedef struct {
  gint64 key, time;
  const char *action, *reason, *host, *what, *server, *address, *detail;
  gint64 start, end; /* event.start, event.end */
  gint64 duration;   /* microseconds */
  guint64 count;
} KioskOutageEvent;

typedef struct _KioskOutages KioskOutages;

/* @on_outage gets each one when it is over, or nobody watches any more; @seen: until when it is known to have gone on,
 * G_MAXINT64 when it goes on as far as the log goes. It owns @span. @address: of the server, "" without one. */
typedef void (*KioskOnOutage) (KioskOutageSpan *span, gint64 seen, const char *address,
                               gpointer user_data);

KioskOutages *kiosk_outages_new (KioskOnOutage on_outage, gpointer user_data);

/* The next record of the log, in the order of the log. */
void kiosk_outages_add (KioskOutages *self, const KioskOutageEvent *event);

/* The same for a record that can not matter. */
void kiosk_outages_pass (KioskOutages *self, gint64 time);

/* All that @self knows, to go on elsewhere: floating, of the type below; and into a new one. */
#define KIOSK_OUTAGES_TYPE "(xa(xxssssss))"
GVariant *kiosk_outages_save (const KioskOutages *self);
void kiosk_outages_restore (KioskOutages *self, GVariant *saved);

/* The log ends: hands out what goes on, and frees @self. */
void kiosk_outages_finish (KioskOutages *self);
