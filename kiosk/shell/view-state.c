/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "view-state.h"

/* The one place that decides what is on the screen. It errs on the side of showing less: without an
 * answer of kioskd the terminal is out of service, and a lock that was asked for hides at once. */

KioskPage
kiosk_view_page (const KioskStatus *status, const KioskViewFacts *facts)
{
  gboolean heard = facts->reachable && status != NULL;

  /* Programs end in any order then; none of it is news. What somebody still works with stays. */
  if (facts->switching_off
      && (!heard || status->state == KIOSK_STATE_STOPPED
          || status->state == KIOSK_STATE_LOGGED_OUT))
    return KIOSK_PAGE_WAIT;
  if (!heard)
    return facts->starting ? KIOSK_PAGE_WAIT : KIOSK_PAGE_STOPPED;

  switch (status->state)
    {
    case KIOSK_STATE_LOGGED_OUT:
      return KIOSK_PAGE_LOGIN;
    case KIOSK_STATE_AUTHENTICATING:
      return facts->changing ? KIOSK_PAGE_PASSWORD : KIOSK_PAGE_LOGIN;
    case KIOSK_STATE_CHOOSING:
      if (facts->locking)
        return KIOSK_PAGE_LOCKED;
      if (facts->approving
          && (status->told == KIOSK_TOLD_NOTHING || status->told == KIOSK_TOLD_APPROVE_FAILED))
        return KIOSK_PAGE_APPROVE;
      if (status->told == KIOSK_TOLD_CHANGE_FAILED
          || (facts->renewing && status->told == KIOSK_TOLD_NOTHING))
        return KIOSK_PAGE_PASSWORD;
      if (status->told != KIOSK_TOLD_NOTHING)
        return KIOSK_PAGE_NOTICE;
      return facts->asking ? KIOSK_PAGE_CREDENTIALS : KIOSK_PAGE_SERVERS;
    case KIOSK_STATE_APPROVING:
      if (facts->locking)
        return KIOSK_PAGE_LOCKED;
      return facts->changing ? KIOSK_PAGE_PASSWORD : KIOSK_PAGE_APPROVE;
    case KIOSK_STATE_CHANGING:
      if (facts->locking)
        return KIOSK_PAGE_LOCKED;
      return facts->proving ? KIOSK_PAGE_PROVE : KIOSK_PAGE_PASSWORD;
    case KIOSK_STATE_CONNECTING:
      return facts->locking ? KIOSK_PAGE_LOCKED : KIOSK_PAGE_CONNECTING;
    case KIOSK_STATE_CONNECTED:
      return facts->locking ? KIOSK_PAGE_LOCKED : KIOSK_PAGE_SESSION;
    case KIOSK_STATE_LOCKED:
      if (status->check.number != NULL && *status->check.number != '\0')
        return KIOSK_PAGE_KEYBOARD;
      return facts->ending ? KIOSK_PAGE_END : KIOSK_PAGE_LOCKED;
    case KIOSK_STATE_UNLOCKING:
      /* Whoever unlocks or ends it has proved to be there; a new password shows nothing of the session. */
      if (facts->changing)
        return KIOSK_PAGE_PASSWORD;
      return status->conversation == KIOSK_PURPOSE_END ? KIOSK_PAGE_END : KIOSK_PAGE_LOCKED;
    case KIOSK_STATE_STOPPED:
    case KIOSK_N_STATES:
    default:
      return KIOSK_PAGE_STOPPED;
    }
}

gboolean
kiosk_view_lockable (const KioskStatus *status, const KioskViewFacts *facts)
{
  return facts->reachable && !facts->locking && status != NULL
         && (status->state == KIOSK_STATE_CHOOSING || status->state == KIOSK_STATE_APPROVING
             || status->state == KIOSK_STATE_CHANGING || status->state == KIOSK_STATE_CONNECTING
             || status->state == KIOSK_STATE_CONNECTED);
}

KioskPanelKind
kiosk_view_panel (const KioskStatus *status, const KioskViewFacts *facts)
{
  if (!kiosk_view_lockable (status, facts))
    return KIOSK_PANEL_NONE;
  if (status->warning == KIOSK_WARNING_LOCK)
    return KIOSK_PANEL_COUNTDOWN;
  if (facts->menu && status->state == KIOSK_STATE_CONNECTED)
    return KIOSK_PANEL_MENU;
  return KIOSK_PANEL_NONE;
}

gboolean
kiosk_view_card (const KioskStatus *status, const KioskViewFacts *facts)
{
  KioskPage page = kiosk_view_page (status, facts);

  return facts->reachable && status != NULL && status->n_devices > 0 && page != KIOSK_PAGE_WAIT
         && page != KIOSK_PAGE_KEYBOARD && kiosk_view_panel (status, facts) == KIOSK_PANEL_NONE;
}
