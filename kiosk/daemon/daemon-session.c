/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* The connection to a server: intent on record, connection, result on record (R08, R09, R20, R29). */

#include "daemon-private.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"

#include <string.h>

/* How often a running session is held against the hours of the policy. */
#define HOURS_SECONDS 20

static void on_ended (const char *error, const char *cause, const char *detail, gpointer data);

/* First 8 bytes of a digest in groups of four: what two people can compare on the telephone. */
static char *
short_digest (const char *hex)
{
  g_autofree char *upper = g_ascii_strup (hex, -1);

  if (strlen (upper) < 16)
    return g_strdup ("");
  return g_strdup_printf ("%.4s %.4s %.4s %.4s", upper, upper + 4, upper + 8, upper + 12);
}

static char *
pin_digest (const KioskPolicyServer *server)
{
  GString *hex = g_string_new (NULL);

  for (guint i = 0; server->n_pins > 0 && i < 8; i++)
    g_string_append_printf (hex, "%02X%s", server->pins[0][i], i % 2 == 1 && i < 7 ? " " : "");
  return g_string_free (hex, FALSE);
}

static KioskEntry
entry_for_session (KioskDaemon *self, const char *action, KioskOutcome outcome)
{
  KioskEntry entry = {
    .action = action,
    .outcome = outcome,
    .server = self->status.server,
    .ticket = self->status.ticket,
    .purpose = self->purpose,
  };

  kiosk_daemon_fill_approval (self, &entry);
  return entry;
}

static void
record_firewall (KioskDaemon *self, const char *action)
{
  KioskEntry entry = entry_for_session (self, action, KIOSK_OUTCOME_SUCCESS);

  kiosk_daemon_disturb_drill (self);
  kiosk_daemon_record (self, &entry, NULL);
}

static void
answer_connect (KioskDaemon *self, int shell, int frames, const char *message)
{
  GDBusMethodInvocation *asked = g_steal_pointer (&self->asked);

  if (asked != NULL)
    {
      kiosk_shell_service_return_connect (asked, shell, frames, message);
      return;
    }
  kiosk_fd_clear (&shell);
  kiosk_fd_clear (&frames);
}

static void
on_started (int shell, int frames, gpointer data)
{
  answer_connect (data, shell, frames, NULL);
}

/* The hours of the policy end a session that runs, too (R29). */
static gboolean
on_hours_check (gpointer data)
{
  KioskDaemon *self = data;
  KioskLocalTime now = kiosk_daemon_local_time ();

  if (kiosk_policy_decide (self->policy, self->status.person->id, self->status.server->id, &now,
                           NULL)
      == KIOSK_VERDICT_ALLOWED)
    return G_SOURCE_CONTINUE;
  self->hours_source = 0;
  on_ended (KIOSK_REASON_HOURS, NULL, NULL, self);
  return G_SOURCE_REMOVE;
}

static void
on_active (KioskDaemon *self)
{
  KioskEntry entry = entry_for_session (self, KIOSK_ACTION_CONNECT, KIOSK_OUTCOME_SUCCESS);

  entry.certificate = self->certificate;
  self->status.connected_since = kiosk_clock_realtime ();
  if (!kiosk_daemon_record (self, &entry, NULL))
    return;
  kiosk_history_add_session (self->history, self->status.person->id, self->status.server->id,
                             self->status.connected_since);
  self->hours_source = g_timeout_add_seconds (HOURS_SECONDS, on_hours_check, self);
  kiosk_daemon_step (self, KIOSK_EVENT_WORKER_ACTIVE);
}

static void
on_step (KioskConnectionStep step, gpointer data)
{
  KioskDaemon *self = data;

  /* A worker that was taken over could send steps in any order; they only ever go on. */
  if (self->status.state != KIOSK_STATE_CONNECTING || (guint) step <= self->status.step)
    return;
  if (step == KIOSK_CONNECTION_ACTIVE)
    on_active (self);
  else
    while (self->status.step < (guint) step)
      self->status.step_times[self->status.step++] = kiosk_clock_boottime ();
  kiosk_daemon_publish (self);
}

static void
on_certificate (const char *digest, gboolean accepted, gpointer data)
{
  KioskDaemon *self = data;

  g_free (self->certificate);
  self->certificate = g_strdup (digest);
}

static void
on_channel (const char *name, gpointer data)
{
  KioskDaemon *self = data;
  KioskEntry entry = entry_for_session (self, KIOSK_ACTION_CHANNEL_REFUSED, KIOSK_OUTCOME_SUCCESS);

  entry.detail = name;
  kiosk_daemon_record (self, &entry, NULL);
}

/* What kind of end a record tells, by the state in which it came. */
static const char *
action_of_end (KioskState state, const char *error)
{
  if (g_str_has_prefix (error, "certificate-"))
    return KIOSK_ACTION_CERTIFICATE_REFUSED;
  if (g_str_equal (error, "redirected"))
    return KIOSK_ACTION_REDIRECT_REFUSED;
  if (state == KIOSK_STATE_CONNECTING)
    return KIOSK_ACTION_CONNECT;
  if (g_str_equal (error, "logged-off-by-server") || g_str_equal (error, "hours")
      || g_str_equal (error, KIOSK_REASON_ORDER_ENDED))
    return KIOSK_ACTION_DISCONNECT;
  return KIOSK_ACTION_SESSION_LOST;
}

static void
on_ended (const char *error, const char *cause, const char *detail, gpointer data)
{
  KioskDaemon *self = data;
  gboolean locked
      = self->status.state == KIOSK_STATE_LOCKED || self->status.state == KIOSK_STATE_UNLOCKING;
  KioskNotice *notice = locked ? &self->lost : &self->status.notice;
  const char *action = action_of_end (self->status.state, error);
  KioskEntry entry
      = entry_for_session (self, action,
                           g_str_equal (action, KIOSK_ACTION_DISCONNECT) ? KIOSK_OUTCOME_SUCCESS
                                                                         : KIOSK_OUTCOME_FAILURE);
  g_autofree char *reference = NULL;

  if (g_strcmp0 (cause, KIOSK_REASON_ENDED) == 0)
    kiosk_daemon_record (self,
                         &(KioskEntry){ .action = KIOSK_ACTION_PROGRAM_DIED,
                                        .outcome = KIOSK_OUTCOME_FAILURE,
                                        .reason = cause,
                                        .detail = detail },
                         NULL);
  entry.reason = error;
  entry.detail = detail;
  entry.certificate = self->certificate;
  entry.with_reference = TRUE;
  kiosk_daemon_record (self, &entry, &reference);
  /* Where the refused certificate has an action of its own, the try itself still ends with one. */
  if (self->status.state == KIOSK_STATE_CONNECTING && !g_str_equal (action, KIOSK_ACTION_CONNECT))
    {
      KioskEntry end = entry_for_session (self, KIOSK_ACTION_CONNECT, KIOSK_OUTCOME_FAILURE);

      end.reason = error;
      kiosk_daemon_record (self, &end, NULL);
    }
  kiosk_daemon_set_notice (notice, error, g_steal_pointer (&reference));
  if (g_str_has_prefix (error, "certificate-"))
    {
      notice->expected = pin_digest (self->status.server);
      notice->received = short_digest (self->certificate != NULL ? self->certificate : "");
    }
  kiosk_daemon_step (self, KIOSK_EVENT_WORKER_ENDED);
  kiosk_daemon_publish (self);
}

void
kiosk_daemon_end_session (KioskDaemon *self, const char *reason, const char *detail)
{
  on_ended (reason, NULL, detail, self);
}

static const KioskConnectionEvents connection_events = {
  .started = on_started,
  .step = on_step,
  .certificate = on_certificate,
  .channel = on_channel,
  .ended = on_ended,
};

/* A request that was allowed by the state but is refused for what it asks. */
static void
refuse_connect (KioskDaemon *self, const KioskPolicyServer *server, const char *ticket,
                const char *notice, const char *reason, const char *detail)
{
  char *reference = NULL;

  kiosk_daemon_record (self,
                       &(KioskEntry){ .action = KIOSK_ACTION_CONNECT,
                                      .outcome = KIOSK_OUTCOME_FAILURE,
                                      .reason = reason,
                                      .detail = detail,
                                      .server = server,
                                      .ticket = ticket,
                                      .with_reference = TRUE },
                       &reference);
  kiosk_daemon_set_notice (&self->status.notice, notice, reference);
  answer_connect (self, -1, -1, notice);
  kiosk_daemon_publish (self);
}

/* Remembers what the session is about. Where a work order says it, nobody has to type it. */
static void
set_work (KioskDaemon *self, const char *ticket, const char *purpose)
{
  const KioskOrder *order = self->approval.order;

  g_free (self->status.ticket);
  self->status.ticket = g_strdup (order != NULL && *ticket == '\0' ? order->id : ticket);
  g_free (self->purpose);
  self->purpose = g_strdup (order != NULL && *purpose == '\0' ? order->purpose : purpose);
}

void
kiosk_daemon_connect (const char *id, const char *ticket, const char *purpose, guint width,
                      guint height, GDBusMethodInvocation *invocation, gpointer data)
{
  KioskDaemon *self = data;
  const KioskPolicyServer *server = kiosk_policy_find_server (self->policy, id);
  KioskLocalTime now = kiosk_daemon_local_time ();
  KioskVerdict verdict
      = kiosk_policy_decide (self->policy, self->status.person->id, id, &now, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *detail = NULL;
  const char *refusal;
  KioskEntry intent;

  answer_connect (self, -1, -1, "superseded");
  self->asked = invocation;
  if (verdict != KIOSK_VERDICT_ALLOWED)
    {
      gboolean hours = verdict == KIOSK_VERDICT_HOURS;

      refuse_connect (self, server, NULL, hours ? "hours" : "denied",
                      hours ? KIOSK_REASON_HOURS : KIOSK_REASON_DENIED,
                      kiosk_verdict_label (verdict)->en);
      return;
    }
  if (!kiosk_policy_ticket_valid (server, ticket, purpose))
    {
      refuse_connect (self, server, NULL, "ticket", KIOSK_REASON_TICKET, NULL);
      return;
    }
  if (!kiosk_daemon_check_log (self))
    {
      refuse_connect (self, server, ticket, "not-recorded", KIOSK_REASON_LOG, NULL);
      return;
    }
  refusal = kiosk_daemon_take_approval (self, server, &detail);
  if (refusal != NULL)
    {
      refuse_connect (self, server, ticket, refusal, refusal, detail);
      return;
    }
  set_work (self, ticket, purpose);
  g_clear_pointer (&self->certificate, g_free);
  self->status.server = server;
  self->status.step = 0;
  self->status.step_times[self->status.step++] = kiosk_clock_boottime ();
  intent = entry_for_session (self, KIOSK_ACTION_CONNECT_BEGUN, KIOSK_OUTCOME_UNKNOWN);
  if (!kiosk_daemon_record (self, &intent, NULL))
    {
      answer_connect (self, -1, -1, "not-recorded");
      return;
    }
  kiosk_daemon_end_leaving (self);
  kiosk_server_watch_interrupt (self->watch);
  self->status.step_times[self->status.step++] = kiosk_clock_boottime ();
  kiosk_daemon_step (self, KIOSK_EVENT_CONNECT);
  self->connection = kiosk_connection_new (
      self->firewall, self->policy, server, CLAMP (width, KIOSK_RDP_MIN_WIDTH, KIOSK_RDP_MAX_WIDTH),
      CLAMP (height, KIOSK_RDP_MIN_HEIGHT, KIOSK_RDP_MAX_HEIGHT), &connection_events, self, &error);
  if (self->connection == NULL)
    {
      on_ended (KIOSK_REASON_INTERNAL, NULL, error->message, self);
      return;
    }
  record_firewall (self, KIOSK_ACTION_FIREWALL_OPENED);
  kiosk_daemon_begin_approved (self);
  kiosk_daemon_publish (self);
}

static gboolean
on_leaving_over (gpointer data)
{
  KioskDaemon *self = data;

  self->leaving_source = 0;
  kiosk_daemon_end_leaving (self);
  kiosk_daemon_watch_servers (self);
  return G_SOURCE_REMOVE;
}

void
kiosk_daemon_end_leaving (KioskDaemon *self)
{
  g_clear_handle_id (&self->leaving_source, g_source_remove);
  g_clear_pointer (&self->leaving, kiosk_connection_free);
}

void
kiosk_daemon_end_connection (KioskDaemon *self, const char *reason, gboolean politely)
{
  gboolean was_active = self->status.connected_since != 0;

  answer_connect (self, -1, -1, "ended");
  g_clear_handle_id (&self->hours_source, g_source_remove);
  self->status.connected_since = 0;
  self->status.step = 0;
  if (self->connection == NULL)
    {
      kiosk_daemon_release_approval (self);
      return;
    }
  kiosk_daemon_end_leaving (self);
  if (politely)
    {
      self->leaving = g_steal_pointer (&self->connection);
      kiosk_connection_say_goodbye (self->leaving);
      self->leaving_source = g_timeout_add (KIOSK_CONNECTION_GOODBYE, on_leaving_over, self);
    }
  else
    g_clear_pointer (&self->connection, kiosk_connection_free);
  /* While the good-bye is said the hole is open for a moment longer, and by the kernel's time-out at
   * most a minute; what is recorded is that nobody uses it any more. */
  record_firewall (self, KIOSK_ACTION_FIREWALL_CLOSED);
  if (reason != NULL)
    {
      KioskEntry entry
          = entry_for_session (self, was_active ? KIOSK_ACTION_DISCONNECT : KIOSK_ACTION_CONNECT,
                               was_active ? KIOSK_OUTCOME_SUCCESS : KIOSK_OUTCOME_FAILURE);

      entry.reason = reason;
      kiosk_daemon_record (self, &entry, NULL);
    }
  kiosk_daemon_release_approval (self);
}

void
kiosk_daemon_lose_connection (KioskDaemon *self, const char *detail)
{
  KioskEntry entry = entry_for_session (self, KIOSK_ACTION_SESSION_LOST, KIOSK_OUTCOME_FAILURE);
  char *reference = NULL;

  entry.reason = KIOSK_REASON_LOST;
  entry.detail = detail;
  entry.with_reference = TRUE;
  kiosk_daemon_record (self, &entry, &reference);
  kiosk_daemon_set_notice (&self->lost, KIOSK_REASON_LOST, reference);
  kiosk_daemon_end_connection (self, NULL, FALSE);
}

static void
add_text (GVariantDict *dict, const char *key, const char *value)
{
  g_variant_dict_insert (dict, key, "s", value);
}

static const char *
state_word (KioskDaemon *self, const KioskPolicyServer *server, gint64 *since)
{
  KioskLocalTime now = kiosk_daemon_local_time ();
  const KioskServerKnown *known = kiosk_server_watch_get (self->watch, server->id);

  *since = 0;
  if (kiosk_policy_decide (self->policy, self->status.person->id, server->id, &now, NULL)
      != KIOSK_VERDICT_ALLOWED)
    return "hours";
  switch (known->state)
    {
    case KIOSK_SERVER_READY:
      return "ready";
    case KIOSK_SERVER_DOWN:
      *since = known->since;
      return "down";
    case KIOSK_SERVER_UNKNOWN:
    default:
      return "unknown";
    }
}

static GVariant *
server_to_variant (KioskDaemon *self, const KioskPolicyServer *server, gint64 order_until)
{
  static const char *const tickets[] = { "none", "optional", "required" };
  static const char *const approvals[] = { "none", "order", "person" };
  GVariantDict dict;
  gint64 since;
  const char *state = state_word (self, server, &since);

  g_variant_dict_init (&dict, NULL);
  add_text (&dict, "id", server->id);
  add_text (&dict, "label-ja", server->label.ja);
  add_text (&dict, "label-en", server->label.en);
  add_text (&dict, "purpose-ja", server->purpose.ja);
  add_text (&dict, "purpose-en", server->purpose.en);
  add_text (&dict, "state", state);
  add_text (&dict, "hours", server->hours_text);
  g_variant_dict_insert (&dict, "down-since", "x", since);
  g_variant_dict_insert (
      &dict, "last", "x",
      kiosk_history_get_session (self->history, self->status.person->id, server->id));
  add_text (&dict, "ticket", tickets[server->ticket]);
  add_text (&dict, "credentials", server->credentials == KIOSK_CREDENTIALS_LOGIN ? "login" : "ask");
  add_text (&dict, "approval", approvals[server->approval]);
  if (server->approval == KIOSK_APPROVAL_ORDER)
    g_variant_dict_insert (&dict, "order-until", "x", order_until * G_USEC_PER_SEC);
  add_text (&dict, "user", server->user);
  add_text (&dict, "domain", server->domain);
  return g_variant_dict_end (&dict);
}

GVariant *
kiosk_daemon_list_servers (gpointer data)
{
  KioskDaemon *self = data;
  g_autoptr (GPtrArray) servers = kiosk_daemon_list_own_servers (self);
  const GArray *orders = kiosk_daemon_tell_orders (self);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < servers->len; i++)
    g_variant_builder_add_value (
        &builder, server_to_variant (self, servers->pdata[i],
                                     orders != NULL ? g_array_index (orders, gint64, i) : 0));
  return g_variant_builder_end (&builder);
}
