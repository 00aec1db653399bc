/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "view.h"

#include <stdio.h>

/* Phrases that several pages need. */

const char *
kiosk_view_text (const KioskView *view, KioskText text)
{
  return kiosk_text_get (view->language, text);
}

const char *
kiosk_view_label (const KioskView *view, const KioskLabel *label)
{
  const char *text = view->language == KIOSK_LANGUAGE_JA ? label->ja : label->en;
  const char *other = view->language == KIOSK_LANGUAGE_JA ? label->en : label->ja;

  if (text != NULL && *text != '\0')
    return text;
  return other != NULL ? other : "";
}

char *
kiosk_view_contact (const KioskView *view)
{
  const char *who = view->terminal != NULL ? kiosk_view_label (view, &view->terminal->contact) : "";
  const char *phone = view->terminal != NULL ? view->terminal->phone : "";

  if (*who == '\0')
    who = kiosk_view_text (view, KIOSK_TEXT_CONTACT_UNKNOWN);
  if (*phone == '\0')
    return g_strdup (who);
  return kiosk_text_format (view->language, KIOSK_TEXT_CONTACT, "who", who, "phone", phone, NULL);
}

const char *
kiosk_view_person (const KioskView *view)
{
  const char *name
      = view->status != NULL ? kiosk_view_label (view, &view->status->person_name) : "";

  return *name != '\0' || view->status == NULL ? name : view->status->person;
}

const char *
kiosk_view_server (const KioskView *view)
{
  const char *name
      = view->status != NULL ? kiosk_view_label (view, &view->status->server_label) : "";

  return *name != '\0' || view->status == NULL ? name : view->status->server;
}

gboolean
kiosk_view_logged_in (const KioskView *view)
{
  return view->facts.reachable && view->status != NULL && *view->status->person != '\0'
         && view->status->state != KIOSK_STATE_STOPPED
         && view->status->state != KIOSK_STATE_LOGGED_OUT
         && view->status->state != KIOSK_STATE_AUTHENTICATING;
}

int
kiosk_view_image_days (const KioskView *view)
{
  int year, month, day;
  GDate made, today;
  g_autoptr (GDateTime) now = NULL;

  if (view->terminal == NULL
      || sscanf (view->terminal->image_date, "%4d-%2d-%2d", &year, &month, &day) != 3 || year < 1
      || month < 1 || day < 1 || !g_date_valid_dmy (day, month, year))
    return -1;
  now = g_date_time_new_from_unix_local (view->realtime / G_USEC_PER_SEC);
  if (now == NULL)
    return -1;
  g_date_clear (&made, 1);
  g_date_clear (&today, 1);
  g_date_set_dmy (&made, day, month, year);
  g_date_set_dmy (&today, g_date_time_get_day_of_month (now), g_date_time_get_month (now),
                  g_date_time_get_year (now));
  return MAX (0, g_date_days_between (&made, &today));
}
