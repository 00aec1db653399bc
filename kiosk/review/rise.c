/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/rise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The rule by which a count of failed log-ins is called a rise. No clock, no file. */

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* Sorts @values. */
static double
median_of (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

void
kiosk_rise_judge (KioskRise *rise, const guint64 *before, guint n)
{
  double values[KIOSK_RISE_DAYS];

  n = MIN (n, KIOSK_RISE_DAYS);
  rise->days = n;
  rise->judged = n >= KIOSK_RISE_DAYS_LEAST;
  rise->median = rise->deviation = rise->threshold = 0;
  rise->rise = FALSE;
  if (!rise->judged)
    return;

  for (guint i = 0; i < n; i++)
    values[i] = (double) before[i];
  rise->median = median_of (values, n);
  for (guint i = 0; i < n; i++)
    values[i] = fabs ((double) before[i] - rise->median);
  rise->deviation = median_of (values, n);
  rise->threshold
      = rise->median
        + MAX (KIOSK_RISE_DEVIATIONS * KIOSK_RISE_SCALE * rise->deviation, KIOSK_RISE_LEAST);
  rise->rise = (double) rise->count > rise->threshold;
}

char *
kiosk_rise_text (const KioskRise *rise, gboolean japanese)
{
  if (!rise->judged && japanese)
    return g_strdup_printf (
        "直前の記録が %u 日分しかないため、判定していません（%d 日分から判定します）", rise->days,
        KIOSK_RISE_DAYS_LEAST);
  if (!rise->judged)
    return g_strdup_printf ("not judged: only %u days before are on record (%d are needed)",
                            rise->days, KIOSK_RISE_DAYS_LEAST);
  if (japanese)
    return g_strdup_printf (
        "直前 %u 日の中央値 %.1f に、3×1.4826×MAD（%.1f）と 5 の大きいほうを足した %.1f を超えると急増",
        rise->days, rise->median, rise->deviation, rise->threshold);
  return g_strdup_printf ("a rise is more than %.1f: the median %.1f of %u days before, plus the "
                          "greater of 3 × 1.4826 × MAD (%.1f) and 5",
                          rise->threshold, rise->median, rise->days, rise->deviation);
}
