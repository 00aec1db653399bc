/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chart.h"

#include "kiosk/review/rise.h"

/* Failed log-ins over time as bars, the usual range as a band, sudden rises hatched in red and told in words. */

/* Draws @n buckets (KioskRise of one step) into @width x @height at the origin. @chosen: index of the bar that is chosen, -1 none. */
void kiosk_chart_failures_draw (cairo_t *cr, double width, double height, const KioskRise *buckets,
                                guint n, KioskRiseStep step, int chosen,
                                const KioskChartColours *colours);

/* Which bar stands at @x of a chart of @width; -1 none. */
int kiosk_chart_failures_find (double x, double width, guint n);
