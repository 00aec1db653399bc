/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dialogue.h"
#include "terminal-status.h"
#include "texts.h"
#include "view-state.h"

/* Everything that a page may show, as it is at this moment. Pages draw it and keep nothing of it, so
 * that a new language or status needs no restart and nothing old stays on the screen. */
typedef struct {
  KioskLanguage language;
  KioskPage page;
  KioskPanelKind panel;
  gboolean card; /* refused devices are told of */
  KioskViewFacts facts;
  const KioskTerminal *terminal; /* NULL before kioskd has answered */
  const KioskStatus *status;     /* NULL before kioskd has answered */
  const GPtrArray *servers;      /* KioskServer; NULL when unknown */
  const KioskServer *chosen;     /* whose credentials are asked; NULL for none */
  const char *work;              /* work number that was typed for it; NULL for none */
  gboolean again;                /* the credentials are asked for a connection that was lost */
  gboolean busy;                 /* a request is under way */
  const KioskDialogue *dialogue;
  int seconds_left;          /* until the conversation is given up; -1 for none */
  gint64 unreachable_since;  /* realtime */
  gint64 realtime, boottime; /* now, microseconds */
  int width;                 /* of the window, logical pixels */
} KioskView;

const char *kiosk_view_text (const KioskView *view, KioskText text);
const char *kiosk_view_label (const KioskView *view, const KioskLabel *label);

/* "情報政策課（内線 2345）", or words for it when nobody is named. Owned by the caller. */
char *kiosk_view_contact (const KioskView *view);

/* "14:32", or with its day when that is not today. Owned by the caller. */
char *kiosk_view_moment (const KioskView *view, gint64 realtime);

/* How the line is, in a few words; @with_time: since when it is not there. Owned by the caller. */
char *kiosk_view_line (const KioskView *view, gboolean with_time);

/* Names of who is logged in and of the running or last server, the IDs where there is no name. */
const char *kiosk_view_person (const KioskView *view);
const char *kiosk_view_server (const KioskView *view);

/* Whether somebody is logged in. */
gboolean kiosk_view_logged_in (const KioskView *view);

/* Days since the image was made, by the local calendar; -1 when it is unknown or the clock is before
 * that day. */
int kiosk_view_image_days (const KioskView *view);
