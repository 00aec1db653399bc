/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-auth"

/* How old a password is (A85, C5). Only looks; what follows from it is the stack's matter. */

#include "age.h"

#include "kiosk/base/clock.h"

#include <shadow.h>

#define DAY (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

gboolean
kiosk_age_days_left (const char *user, guint max_days, gint64 *days)
{
  const struct spwd *shadow = getspnam (user);
  gint64 today = kiosk_clock_realtime () / DAY;
  gint64 limit = G_MAXINT64;

  if (shadow == NULL)
    return FALSE;
  if (shadow->sp_max >= 0 && shadow->sp_max < 99999) /* shadow's own word for never */
    limit = shadow->sp_max;
  if (max_days > 0)
    limit = MIN (limit, max_days);
  if (limit == G_MAXINT64)
    return FALSE;
  /* 0: to be changed at once; nobody knows since when: it has to prove its age. */
  *days = shadow->sp_lstchg > 0 ? shadow->sp_lstchg + limit - today : -1;
  return TRUE;
}
