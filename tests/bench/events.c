/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-bench"

#include "events.h"

#include "kiosk/model/audit-actions.h"

static const struct {
  const char *action;
  KioskOutcome outcome;
  const char *reason;
  gboolean server;
} day[] = {
  { KIOSK_ACTION_LOGIN_BEGUN, KIOSK_OUTCOME_UNKNOWN, NULL, FALSE },
  { KIOSK_ACTION_LOGIN, KIOSK_OUTCOME_FAILURE, KIOSK_REASON_PASSWORD, FALSE },
  { KIOSK_ACTION_LOGIN_BEGUN, KIOSK_OUTCOME_UNKNOWN, NULL, FALSE },
  { KIOSK_ACTION_LOGIN, KIOSK_OUTCOME_SUCCESS, NULL, FALSE },
  { KIOSK_ACTION_CONNECT_BEGUN, KIOSK_OUTCOME_UNKNOWN, NULL, TRUE },
  { KIOSK_ACTION_FIREWALL_OPENED, KIOSK_OUTCOME_SUCCESS, NULL, TRUE },
  { KIOSK_ACTION_CONNECT, KIOSK_OUTCOME_SUCCESS, NULL, TRUE },
  { KIOSK_ACTION_LOCK, KIOSK_OUTCOME_SUCCESS, KIOSK_REASON_IDLE, FALSE },
  { KIOSK_ACTION_UNLOCK_BEGUN, KIOSK_OUTCOME_UNKNOWN, NULL, FALSE },
  { KIOSK_ACTION_UNLOCK, KIOSK_OUTCOME_SUCCESS, NULL, FALSE },
  { KIOSK_ACTION_DISCONNECT, KIOSK_OUTCOME_SUCCESS, KIOSK_REASON_PERSON, TRUE },
  { KIOSK_ACTION_FIREWALL_CLOSED, KIOSK_OUTCOME_SUCCESS, NULL, TRUE },
  { KIOSK_ACTION_LOGOUT, KIOSK_OUTCOME_SUCCESS, KIOSK_REASON_PERSON, FALSE },
};

static const char *const persons[] = { "k-sato", "m-suzuki", "t-tanaka", "y-ito", "r-mori" };

void
bench_event_make (BenchEvent *event, guint64 n)
{
  guint step = n % G_N_ELEMENTS (day);
  guint64 stay = n / G_N_ELEMENTS (day);
  const char *person = persons[stay * 3 % G_N_ELEMENTS (persons)];

  g_snprintf (event->session, sizeof event->session, "s-%" G_GUINT64_FORMAT, stay);
  g_snprintf (event->server, sizeof event->server, "server-%02u", (guint) (stay * 7 % 20));
  g_snprintf (event->ip, sizeof event->ip, "192.0.2.%u", (guint) (stay * 7 % 20 + 1));
  g_snprintf (event->ticket, sizeof event->ticket, "W-2026-%04u", (guint) (stay % 10000));
  event->record = (KioskAuditRecord){
    .action = day[step].action,
    .outcome = day[step].outcome,
    .reason = day[step].reason,
    .boot = "0f8b6a52-3c1d-4e7f-9a60-5b2c8d1e4f70",
    .clock = "synchronised",
    .host_id = "A-03",
    .host_site = "みどり野市役所 本庁舎3階",
    .policy = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    .user_id = step > 0 && step != 2 ? person : NULL,
    .user_name = step > 0 && step != 2 ? "佐藤 健一" : NULL,
    .session = step >= 3 ? event->session : NULL,
    .server = day[step].server ? event->server : NULL,
    .ip = day[step].server ? event->ip : NULL,
    .port = day[step].server ? 3389 : 0,
    .ticket = step >= 4 ? event->ticket : NULL,
    .purpose = step == 4 ? "定例保守（バッチの確認と領域の監視）" : NULL,
  };
}
