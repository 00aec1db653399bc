/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* When failed log-ins have risen suddenly (C71). Pure, any thread.
 *
 * The rule: a count is a rise when it is above median + max (3 * 1.4826 * MAD, 5) of the 28 days before. MAD is the median of
 * the distances from the median; times 1.4826 it is the standard deviation of normally distributed counts, but, unlike that, a few bad
 * days do not move it (P. J. Rousseeuw, C. Croux, "Alternatives to the Median Absolute Deviation", 1993). For an hour
 * the same hour of the 28 days before counts: people begin work at the same time. */
#define KIOSK_RISE_DAYS 28
#define KIOSK_RISE_DEVIATIONS 3.0
#define KIOSK_RISE_SCALE 1.4826
#define KIOSK_RISE_LEAST 5.0

/* Days before that must be in the log; with fewer nothing is known of what is usual. */
#define KIOSK_RISE_DAYS_LEAST 7

typedef enum { KIOSK_RISE_DAY, KIOSK_RISE_HOUR } KioskRiseStep;

/* One day or hour. */
typedef struct {
  gint64 from, to; /* Unix microseconds */
  guint64 count;
  guint days;      /* days before that were in the log, at most KIOSK_RISE_DAYS */
  gboolean judged; /* there were enough; else what follows is 0 and FALSE */
  double median;
  double deviation; /* MAD, not scaled */
  double threshold; /* the end of the usual range: counts above it are a rise */
  gboolean rise;
} KioskRise;

/* Fills in @rise from @days on: @before are the counts of the @n days before (any order). */
void kiosk_rise_judge (KioskRise *rise, const guint64 *before, guint n);

/* The rule in words, with its numbers: "2 (median) + 5 = 7 ...". Owned by the caller. */
char *kiosk_rise_text (const KioskRise *rise, gboolean japanese);
