/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit-format.h"
#include "kiosk/model/audit.h"

#include "kiosk/base/error.h"
#include "kiosk/base/text.h"

#include <sodium.h>
#include <string.h>

/* A record becomes a line of the log. The members come in the byte order of their names: that is
 * how they stand below, and the verifier refuses any other order, so a name can not stand twice.
 *
 * Nothing that a person, a server or a device chose may end the line, hide in it or make it too
 * long: then it could not be written, and what can not be written stops the terminal. The limits
 * (characters) are therefore so low that a record of the longest UTF-8 sequences still fits. */
#define CHARS_ID 64
#define CHARS_NAME 100
#define CHARS_ADDRESS 46 /* INET6_ADDRSTRLEN */
#define CHARS_WORD 64
#define CHARS_PURPOSE 200
#define CHARS_DETAIL 400
#define CHARS_HASH 95 /* SHA-256 with colons */

#define ECS_VERSION "8.11.0"

/* @text comes from kiosk_text_clean(), which leaves no control character, line separator or
 * invisible formatting; so only two characters need an escape. */
static void
append_escaped (GString *line, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (line, '\\');
      g_string_append_c (line, *p);
    }
}

static void
append_name (GString *line, const char *name)
{
  g_string_append_printf (line, "%s\"%s\":", line->len == 1 ? "" : ",", name);
}

static void
append_string (GString *line, const char *name, const char *value, guint max_chars)
{
  g_autofree char *clean = NULL;

  if (value == NULL)
    return;

  clean = kiosk_text_clean (value, max_chars);
  append_name (line, name);
  g_string_append_c (line, '"');
  append_escaped (line, clean);
  g_string_append_c (line, '"');
}

static void
append_integer (GString *line, const char *name, guint64 value)
{
  append_name (line, name);
  g_string_append_printf (line, "%" G_GUINT64_FORMAT, value);
}

static void
append_port (GString *line, const char *name, guint port)
{
  if (port != 0)
    append_integer (line, name, port);
}

/* Leaves out what is not positive or too large for the format. */
static void
append_amount (GString *line, const char *name, guint64 value)
{
  if (value > 0 && value <= G_MAXINT64)
    append_integer (line, name, value);
}

static const char *
outcome_name (KioskOutcome outcome)
{
  switch (outcome)
    {
    case KIOSK_OUTCOME_SUCCESS:
      return "success";
    case KIOSK_OUTCOME_FAILURE:
      return "failure";
    case KIOSK_OUTCOME_UNKNOWN:
      return "unknown";
    }
  return "failure"; /* an act is a success only when it says so */
}

/* RFC 3339, UTC, always six digits of a second, so that lines compare by time as text. */
static char *
format_time (gint64 realtime)
{
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *seconds = NULL;

  if (realtime < 0)
    return NULL;
  time = g_date_time_new_from_unix_utc (realtime / G_USEC_PER_SEC);
  if (time == NULL)
    return NULL;

  seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  return g_strdup_printf ("%s.%06dZ", seconds, (int) (realtime % G_USEC_PER_SEC));
}

static void
append_time (GString *line, const char *name, gint64 realtime)
{
  g_autofree char *text = realtime != 0 ? format_time (realtime) : NULL;

  append_string (line, name, text, CHARS_WORD);
}

static void
append_body (GString *line, const KioskAuditRecord *record, const KioskAuditAction *action,
             const char *timestamp, guint64 sequence)
{
  g_string_append_c (line, '{');
  append_string (line, "@timestamp", timestamp, CHARS_WORD);
  append_string (line, "destination.address", record->server, CHARS_ID);
  append_string (line, "destination.ip", record->ip, CHARS_ADDRESS);
  append_port (line, "destination.port", record->port);
  append_string (line, "ecs.version", ECS_VERSION, CHARS_WORD);
  append_string (line, "event.action", action->action, CHARS_WORD);
  append_string (line, "event.category", action->category, CHARS_WORD);
  append_amount (line, "event.duration",
                 (guint64) CLAMP (record->duration, 0, G_MAXINT64 / 1000) * 1000);
  append_time (line, "event.end", record->end);
  append_string (line, "event.kind", "event", CHARS_WORD);
  append_string (line, "event.outcome", outcome_name (record->outcome), CHARS_WORD);
  append_string (line, "event.reason", record->reason, CHARS_WORD);
  append_integer (line, "event.sequence", sequence);
  append_time (line, "event.start", record->start);
  append_string (line, "event.type", action->type, CHARS_WORD);
  append_string (line, "host.geo.name", record->host_site, CHARS_NAME);
  append_string (line, "host.id", record->host_id, CHARS_ID);
  append_string (line, "host.name", record->host_id, CHARS_ID);
  append_amount (line, "kiosk.absence", (guint64) MAX (record->absence, 0));
  append_string (line, "kiosk.approval.by", record->approver, CHARS_ID);
  append_string (line, "kiosk.approval.order", record->order, CHARS_ID);
  append_string (line, "kiosk.approval.sha256", record->order_digest, CHARS_HASH);
  append_string (line, "kiosk.boot", record->boot, CHARS_WORD);
  append_string (line, "kiosk.clock", record->clock, CHARS_WORD);
  append_amount (line, "kiosk.count", record->count);
  append_integer (line, "kiosk.monotonic", (guint64) record->boottime);
  append_string (line, "kiosk.outage", record->outage, CHARS_WORD);
  append_string (line, "kiosk.policy", record->policy, CHARS_WORD);
  append_string (line, "kiosk.purpose", record->purpose, CHARS_PURPOSE);
  append_string (line, "kiosk.reference", record->reference, CHARS_WORD);
  append_string (line, "kiosk.session", record->session, CHARS_WORD);
  append_amount (line, "kiosk.step",
                 record->step < 0 ? -(guint64) record->step : (guint64) record->step);
  append_string (line, "kiosk.ticket", record->ticket, CHARS_WORD);
  append_string (line, "message", record->detail, CHARS_DETAIL);
  append_string (line, "source.ip", record->source_ip, CHARS_ADDRESS);
  append_port (line, "source.port", record->source_port);
  append_string (line, "tls.server.hash.sha256", record->certificate, CHARS_HASH);
  append_string (line, "user.full_name", record->user_name, CHARS_NAME);
  append_string (line, "user.id", record->user_id, CHARS_ID);
  append_string (line, "user.name", record->user_id, CHARS_ID);
}

static void
append_tail (GString *line, const guint8 *previous, const guint8 *chain)
{
  char hex[KIOSK_AUDIT_HEX_SIZE + 1];

  g_string_append (line, KIOSK_AUDIT_TAIL_PREVIOUS);
  g_string_append (line, sodium_bin2hex (hex, sizeof hex, previous, KIOSK_AUDIT_HASH_SIZE));
  g_string_append (line, KIOSK_AUDIT_TAIL_CHAIN);
  g_string_append (line, sodium_bin2hex (hex, sizeof hex, chain, KIOSK_AUDIT_HASH_SIZE));
  g_string_append (line, KIOSK_AUDIT_TAIL_END);
}

GBytes *
kiosk_audit_encode (const KioskAuditRecord *record, KioskAuditChain *chain, GError **error)
{
  const KioskAuditAction *action = kiosk_audit_action_find (record->action);
  g_autofree char *timestamp = format_time (record->realtime);
  g_autoptr (GString) line = g_string_sized_new (1024);
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];

  if (action == NULL)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "audit record: no such action \"%s\"",
                   record->action != NULL ? record->action : "");
      return NULL;
    }
  if (timestamp == NULL || record->boottime < 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                   "audit record: time %" G_GINT64_FORMAT " is out of range", record->realtime);
      return NULL;
    }

  append_body (line, record, action, timestamp, chain->sequence + 1);
  kiosk_audit_link (hash, chain->hash, line->str, line->len);
  append_tail (line, chain->hash, hash);
  if (line->len > KIOSK_AUDIT_LINE_MAX)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                   "audit record: line of %" G_GSIZE_FORMAT " bytes is too long", line->len);
      return NULL;
    }

  chain->sequence++;
  memcpy (chain->hash, hash, sizeof hash);
  return g_string_free_to_bytes (g_steal_pointer (&line));
}
