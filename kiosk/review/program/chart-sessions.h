/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chart.h"

#include "kiosk/review/stay.h"

/* The sessions of one day as bars: a row for each terminal or person; logged in outlined, connected filled, locked hatched, outside
 * of the hours shaded, a mark where something needs a look. */

typedef struct {
  char *name, *place; /* what stands at the row's begin */
  GPtrArray *stays;   /* KioskStay of others, by begin */
} KioskSessionRow;

typedef struct {
  gint64 from, to;        /* the day, unix microseconds */
  gint64 shown, shown_to; /* what the axis covers of it */
  KioskStayHours hours;
  gboolean by_person;
  GPtrArray *rows; /* KioskSessionRow */
} KioskSessionChart;

/* @stays (KioskStay) stay theirs who made them, and live longer. @hosts: rows that are there without a stay, too
 * (NULL-terminated; NULL with @by_person). */
KioskSessionChart *kiosk_session_chart_new (GPtrArray *stays, const char *const *hosts,
                                            gboolean by_person, gint64 from, gint64 to);
void kiosk_session_chart_free (KioskSessionChart *self);

/* Height that its rows need. */
int kiosk_session_chart_get_height (const KioskSessionChart *self);

/* Draws it, @width wide. @chosen (may be NULL) gets a frame. */
void kiosk_session_chart_draw (const KioskSessionChart *self, cairo_t *cr, double width,
                               const KioskStay *chosen, const KioskChartColours *colours);

/* The stay at a place of the chart, or NULL. */
const KioskStay *kiosk_session_chart_find (const KioskSessionChart *self, double width, double x,
                                           double y);

/* Until when @stay is drawn: the end of the day where it goes on. */
gint64 kiosk_session_chart_end (const KioskSessionChart *self, const KioskStaySpan *span);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSessionChart, kiosk_session_chart_free)
