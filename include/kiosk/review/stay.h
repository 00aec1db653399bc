/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A person's stay at a terminal, from log-in to log-out, put together from records. Pure. */

typedef struct {
  gint64 begin, end; /* Unix microseconds; end 0: goes on as far as the log goes */
} KioskStaySpan;

typedef struct {
  KioskStaySpan span; /* from when its picture was there */
  char *server, *ticket, *purpose, *order, *approver;
  char *ended; /* "" goes on; reason of the end, or its action where that has none */
  gint64 key;  /* of the record `connect` */
} KioskStayConnection;

typedef struct {
  gint64 log, begin_key, end_key; /* index.h; end_key 0: there is no record of its end */
  char *session, *host, *site, *person, *person_name;
  gint64 begin, end; /* end 0: goes on as far as the log goes */
  char *ended;   /* "" goes on; reason of the log-out; "lost": the terminal stopped without one */
  GArray *locks; /* KioskStaySpan */
  GPtrArray *connections; /* KioskStayConnection */
  guint64 records;        /* that bear the session's number */
  guint64 troubles;       /* kiosk_review_is_trouble() among them */
} KioskStay;

void kiosk_stay_free (KioskStay *self);

/* ---- Putting them together ---- */

/* What is needed of a record; texts may be NULL. */
typedef struct {
  gint64 key, time;
  const char *action, *outcome, *reason, *session, *host, *site, *person, *person_name, *server,
      *ticket, *purpose, *order, *approver;
  gboolean trouble;
} KioskStayEvent;

typedef struct _KioskStayBuilder KioskStayBuilder;

/* For one log. @on_stay gets each stay as it ends, and owns it. */
KioskStayBuilder *kiosk_stay_builder_new (void (*on_stay) (KioskStay *stay, gpointer user_data),
                                          gpointer user_data);

/* The next record of the log, in the order of the log. */
void kiosk_stay_builder_add (KioskStayBuilder *self, const KioskStayEvent *event);

/* The same for a record that can not matter: neither of a session nor a start of the terminal. Only its time counts. */
void kiosk_stay_builder_pass (KioskStayBuilder *self, gint64 time);

/* All that @self knows, to go on elsewhere: floating, of the type below; and into a new one. */
#define KIOSK_STAY_BUILDER_TYPE "(xssssa(xxssssstta(xx)a(xxxssssss)))"
GVariant *kiosk_stay_builder_save (const KioskStayBuilder *self);
void kiosk_stay_builder_restore (KioskStayBuilder *self, GVariant *saved);

/* The log ends: hands out what goes on, and frees @self. */
void kiosk_stay_builder_finish (KioskStayBuilder *self);

/* ---- Hours ---- */

/* Office hours, by which stays are looked at (the policy's own hours stop people at the terminal itself). */
typedef struct {
  guint days;     /* bit 0 Monday ... bit 6 Sunday */
  guint from, to; /* minutes of the day, from < to <= 1440 */
} KioskStayHours;

/* Monday to Friday, 8:30 to 17:30. */
extern const KioskStayHours kiosk_stay_office_hours;

/* Microseconds of @begin..@end outside of @hours, by the clocks of @zone. */
gint64 kiosk_stay_outside (gint64 begin, gint64 end, const KioskStayHours *hours, GTimeZone *zone);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskStay, kiosk_stay_free)
