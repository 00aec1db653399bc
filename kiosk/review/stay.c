/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/stay.h"

#include "stay-private.h"

/* What a stay is, and how much of one lies outside of given hours. Pure. */

#define DAY_SECONDS (24 * 3600)

const KioskStayHours kiosk_stay_office_hours = { 0x1f, 8 * 60 + 30, 17 * 60 + 30 };

static void
free_connection (gpointer data)
{
  KioskStayConnection *self = data;

  g_free (self->server);
  g_free (self->ticket);
  g_free (self->purpose);
  g_free (self->order);
  g_free (self->approver);
  g_free (self->ended);
  g_free (self);
}

KioskStay *
kiosk_stay_new (void)
{
  KioskStay *self = g_new0 (KioskStay, 1);

  self->locks = g_array_new (FALSE, TRUE, sizeof (KioskStaySpan));
  self->connections = g_ptr_array_new_with_free_func (free_connection);
  return self;
}

void
kiosk_stay_free (KioskStay *self)
{
  if (self == NULL)
    return;
  g_free (self->session);
  g_free (self->host);
  g_free (self->site);
  g_free (self->person);
  g_free (self->person_name);
  g_free (self->ended);
  g_array_unref (self->locks);
  g_ptr_array_unref (self->connections);
  g_free (self);
}

/* Seconds from 1970 to @minute o'clock of the day of @date; a time that the clocks of @zone skip counts as the one after. */
static gint64
at_minute (GDateTime *date, guint minute, GTimeZone *zone)
{
  g_autoptr (GDateTime) day
      = g_date_time_new (zone, g_date_time_get_year (date), g_date_time_get_month (date),
                         g_date_time_get_day_of_month (date), 0, 0, 0);
  g_autoptr (GDateTime) time = NULL;

  if (minute >= 24 * 60)
    {
      g_autoptr (GDateTime) next = g_date_time_add_days (day, 1);

      return g_date_time_to_unix (next);
    }
  time = g_date_time_new (zone, g_date_time_get_year (date), g_date_time_get_month (date),
                          g_date_time_get_day_of_month (date), (int) minute / 60, (int) minute % 60,
                          0);
  return g_date_time_to_unix (time != NULL ? time : day);
}

gint64
kiosk_stay_outside (gint64 begin, gint64 end, const KioskStayHours *hours, GTimeZone *zone)
{
  gint64 inside = 0;
  g_autoptr (GDateTime) first = g_date_time_new_from_unix_utc (begin / G_USEC_PER_SEC);
  g_autoptr (GDateTime) date = first != NULL ? g_date_time_to_timezone (first, zone) : NULL;

  if (date == NULL || end <= begin)
    return 0;
  while (g_date_time_to_unix (date) * G_USEC_PER_SEC < end + (gint64) DAY_SECONDS * G_USEC_PER_SEC)
    {
      g_autoptr (GDateTime) next = NULL;

      if (hours->days & (1u << (g_date_time_get_day_of_week (date) - 1)))
        {
          gint64 from = at_minute (date, hours->from, zone) * G_USEC_PER_SEC;
          gint64 to = at_minute (date, hours->to, zone) * G_USEC_PER_SEC;

          from = MAX (from, begin);
          to = MIN (to, end);
          inside += to > from ? to - from : 0;
        }
      next = g_date_time_add_days (date, 1);
      if (next == NULL)
        break;
      g_clear_pointer (&date, g_date_time_unref);
      date = g_steal_pointer (&next);
    }
  return end - begin - inside;
}
