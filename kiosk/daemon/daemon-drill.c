/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* What the drill leads to (drill-protocol.h): every kind of attempt is on record with what became of it, and
 * anything that got through takes the terminal out of service until a later drill finds nothing. */

#include "daemon-private.h"

#include <string.h>
#include <sys/socket.h>

#define CODE "N-03"

static void
record (KioskDaemon *self, const char *action, KioskOutcome outcome, const char *reason,
        const char *detail)
{
  kiosk_daemon_record (
      self,
      &(KioskEntry){ .action = action, .outcome = outcome, .reason = reason, .detail = detail },
      NULL);
}

static gboolean
on_begun (KioskDrillOrder *order, gpointer data)
{
  KioskDaemon *self = data;
  const KioskEndpoint *session = self->connection != NULL ? &self->status.server->endpoint : NULL;

  if (!kiosk_recorder_is_open (self->recorder))
    return FALSE;
  record (self, KIOSK_ACTION_DRILL_BEGUN, KIOSK_OUTCOME_UNKNOWN, NULL, NULL);
  self->drill_disturbed = self->leaving != NULL;
  /* Each question to a server is a hole. */
  if (self->watch != NULL)
    kiosk_server_watch_interrupt (self->watch);
  if (session != NULL)
    {
      order->family = (guint32) session->family;
      order->port = session->port;
      memcpy (order->address, session->address_bytes, session->family == AF_INET6 ? 16 : 4);
    }
  return TRUE;
}

static void
record_finding (KioskDaemon *self, KioskDrillKind kind, const KioskDrillFinding *finding)
{
  const char *reason = kiosk_drill_kind_name (kind);
  g_autofree char *what = kiosk_text_clean (finding->what, sizeof finding->what);
  g_autofree char *detail = g_strdup_printf (
      "refused=%u no-way=%u through=%u%s%s", finding->refused, finding->no_way, finding->through,
      finding->through > 0 ? ": " : "", finding->through > 0 ? what : "");

  if (finding->through > 0)
    record (self, KIOSK_ACTION_DRILL_FAILED, KIOSK_OUTCOME_FAILURE, reason, detail);
  else if (finding->refused > 0)
    record (self, KIOSK_ACTION_DRILL_PASSED, KIOSK_OUTCOME_SUCCESS, reason, detail);
  else
    record (self, KIOSK_ACTION_DRILL_UNPROVED, KIOSK_OUTCOME_UNKNOWN, reason, detail);
}

static KioskDrillAnswer
on_reported (const KioskDrillReport *report, gpointer data)
{
  KioskDaemon *self = data;
  gboolean failed = FALSE;

  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    failed = failed || report->findings[kind].through > 0;
  /* A session that began or ended meanwhile was another one than the drill was told: what got through
   * may have been that. */
  if (failed && self->drill_disturbed)
    {
      record (self, KIOSK_ACTION_DRILL_UNFINISHED, KIOSK_OUTCOME_FAILURE, KIOSK_REASON_DISTURBED,
              NULL);
      return KIOSK_DRILL_ANSWER_AGAIN;
    }
  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    record_finding (self, kind, &report->findings[kind]);
  self->drill_failed = failed;
  if (failed)
    {
      kiosk_daemon_stop_later (self, CODE);
      return KIOSK_DRILL_ANSWER_FAILED;
    }
  return kiosk_recorder_is_open (self->recorder) ? KIOSK_DRILL_ANSWER_PASSED
                                                 : KIOSK_DRILL_ANSWER_NOT_RECORDED;
}

static void
on_unfinished (const char *reason, gpointer data)
{
  record (data, KIOSK_ACTION_DRILL_UNFINISHED, KIOSK_OUTCOME_FAILURE, reason, NULL);
}

static void
on_over (gpointer data)
{
  KioskDaemon *self = data;

  if (self->status.state == KIOSK_STATE_STOPPED)
    kiosk_daemon_reload (self); /* in service again, if it was for the drill that it is not */
  kiosk_daemon_watch_servers (self);
}

static const KioskDrillServiceEvents events = {
  .begun = on_begun,
  .reported = on_reported,
  .unfinished = on_unfinished,
  .over = on_over,
};

void
kiosk_daemon_begin_drills (KioskDaemon *self)
{
  g_autoptr (GError) error = NULL;

  self->drill = kiosk_drill_service_new (KIOSK_DRILL_SOCKET, &events, self, &error);
  if (self->drill == NULL)
    g_warning ("No drill can be reported: %s", error->message);
}

void
kiosk_daemon_disturb_drill (KioskDaemon *self)
{
  self->drill_disturbed = TRUE;
}

gboolean
kiosk_daemon_is_in_drill (KioskDaemon *self)
{
  return kiosk_drill_service_is_busy (self->drill);
}

const char *
kiosk_daemon_ready_drill (KioskDaemon *self)
{
  return self->drill_failed ? CODE : NULL;
}
