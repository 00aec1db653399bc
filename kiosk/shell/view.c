/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "view.h"

#include "kiosk/model/image.h"

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
  g_autofree char *whole = kiosk_text_keep_whole (phone);

  if (*who == '\0')
    who = kiosk_view_text (view, KIOSK_TEXT_CONTACT_UNKNOWN);
  if (*phone == '\0')
    return g_strdup (who);
  return kiosk_text_format (view->language, KIOSK_TEXT_CONTACT, "who", who, "phone", whole, NULL);
}

char *
kiosk_view_moment (const KioskView *view, gint64 realtime)
{
  g_autofree char *today = kiosk_text_date (view->language, view->realtime);
  g_autofree char *day = kiosk_text_date (view->language, realtime);

  return g_str_equal (day, today) ? kiosk_text_time (realtime)
                                  : kiosk_text_date_time (view->language, realtime);
}

char *
kiosk_view_line (const KioskView *view, gboolean with_time)
{
  static const KioskText lines[] = { [KIOSK_LINE_OK] = KIOSK_TEXT_LINE_OK,
                                     [KIOSK_LINE_UNSTEADY] = KIOSK_TEXT_LINE_UNSTEADY,
                                     [KIOSK_LINE_DOWN] = KIOSK_TEXT_LINE_DOWN,
                                     [KIOSK_LINE_GATEWAY] = KIOSK_TEXT_LINE_GATEWAY };
  KioskLine line = view->status != NULL ? view->status->line : KIOSK_LINE_OK;
  const char *word = kiosk_view_text (view, lines[line]);
  g_autofree char *time = NULL;

  if (!with_time || line == KIOSK_LINE_OK || line == KIOSK_LINE_UNSTEADY
      || view->status->line_since == 0)
    return g_strdup (word);
  time = kiosk_view_moment (view, view->status->line_since);
  return kiosk_text_format (view->language, KIOSK_TEXT_LINE_SINCE, "line", word, "time", time,
                            NULL);
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
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (view->realtime / G_USEC_PER_SEC);

  if (view->terminal == NULL || now == NULL)
    return -1;
  return kiosk_image_age (view->terminal->image_date, g_date_time_get_year (now),
                          g_date_time_get_month (now), g_date_time_get_day_of_month (now));
}
