/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "terminal-status.h"

/* Which page and which panel is shown: a function of what kioskd said and of a few facts that only
 * the shell knows. Pure; the table of it stands in tests/shell/test-view-state.c. */

typedef enum {
  KIOSK_PAGE_STOPPED,
  KIOSK_PAGE_WAIT,     /* it starts, or switches itself off */
  KIOSK_PAGE_LOGIN,    /* the ID, or a prompt of the log-in */
  KIOSK_PAGE_PASSWORD, /* a password is changed: it has expired, or the person wants to */
  KIOSK_PAGE_SERVERS,
  KIOSK_PAGE_APPROVE,     /* an approver beside the person */
  KIOSK_PAGE_PROVE,       /* what else is asked before a password is changed */
  KIOSK_PAGE_CREDENTIALS, /* user and password of a server */
  KIOSK_PAGE_CONNECTING,
  KIOSK_PAGE_SESSION,
  KIOSK_PAGE_NOTICE, /* a session that ended or could not begin */
  KIOSK_PAGE_LOCKED,
  KIOSK_PAGE_KEYBOARD, /* locked, and a number to be typed on a new keyboard */
  KIOSK_PAGE_END,      /* an auditor ends somebody's session */
  KIOSK_N_PAGES
} KioskPage;

typedef enum {
  KIOSK_PANEL_NONE,
  KIOSK_PANEL_COUNTDOWN,
  KIOSK_PANEL_MENU,
} KioskPanelKind;

typedef struct {
  gboolean reachable;     /* kioskd answers */
  gboolean locking;       /* a lock was requested, kioskd has not said so yet */
  gboolean asking;        /* a server was chosen that needs its own credentials */
  gboolean approving;     /* a server was chosen that needs an approver */
  gboolean ending;        /* an auditor pressed F9 on the locked page */
  gboolean changing;      /* the conversation has come to a new password */
  gboolean menu;          /* the menu of the session was opened */
  gboolean starting;      /* kioskd has never answered, and has had little time for it */
  gboolean switching_off; /* kioskd has told process 1 */
  gboolean renewing;      /* the person wants to change their password */
  gboolean proving;       /* and is asked for something else first, a code or the like */
  gboolean renewed;       /* it was changed; nothing else has happened since */
} KioskViewFacts;

/* @status NULL: nothing heard yet. */
KioskPage kiosk_view_page (const KioskStatus *status, const KioskViewFacts *facts);
KioskPanelKind kiosk_view_panel (const KioskStatus *status, const KioskViewFacts *facts);

/* Whether refused devices are told of: on every page, but not over a panel, and not where a new keyboard
 * waits for its number. */
gboolean kiosk_view_card (const KioskStatus *status, const KioskViewFacts *facts);

/* Whether somebody is logged in and the terminal can be locked. */
gboolean kiosk_view_lockable (const KioskStatus *status, const KioskViewFacts *facts);
