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
  while (*text != '\0')
    {
      gsize plain = strcspn (text, "\"\\");

      g_string_append_len (line, text, (gssize) plain);
      text += plain;
      if (*text != '\0')
        {
          g_string_append_c (line, '\\');
          g_string_append_c (line, *text++);
        }
    }
}

static void
append_name (GString *line, const char *name)
{
  g_string_append (line, line->len == 1 ? "\"" : ",\"");
  g_string_append (line, name);
  g_string_append (line, "\":");
}

/* Nearly all texts are such: they stand in the line as they are. */
static gboolean
is_plain (const char *text, guint max_chars)
{
  gsize n = 0;

  while (n < max_chars && g_ascii_isprint (text[n]) && text[n] != '"' && text[n] != '\\')
    n++;
  return text[n] == '\0';
}

static void
append_string (GString *line, const char *name, const char *value, guint max_chars)
{
  g_autofree char *clean = NULL;

  if (value == NULL)
    return;

  append_name (line, name);
  g_string_append_c (line, '"');
  if (is_plain (value, max_chars))
    g_string_append (line, value);
  else
    {
      clean = kiosk_text_clean (value, max_chars);
      append_escaped (line, clean);
    }
  g_string_append_c (line, '"');
}

/* What programs make: words, numbers, addresses, digests. One byte a character keeps the longest record short enough. */
static void
append_word (GString *line, const char *name, const char *value, guint max_chars)
{
  g_autofree char *ascii = value != NULL && !is_plain (value, max_chars) ? g_strdup (value) : NULL;

  for (char *p = ascii; p != NULL && *p != '\0'; p++)
    if (!g_ascii_isprint (*p))
      *p = '?';
  append_string (line, name, ascii != NULL ? ascii : value, max_chars);
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
  append_word (line, "destination.ip", record->ip, CHARS_ADDRESS);
  append_port (line, "destination.port", record->port);
  append_string (line, "ecs.version", ECS_VERSION, CHARS_WORD);
  append_string (line, "event.action", action->action, CHARS_WORD);
  append_string (line, "event.category", action->category, CHARS_WORD);
  append_amount (line, "event.duration",
                 (guint64) CLAMP (record->duration, 0, G_MAXINT64 / 1000) * 1000);
  append_time (line, "event.end", record->end);
  append_string (line, "event.kind", "event", CHARS_WORD);
  append_string (line, "event.outcome", outcome_name (record->outcome), CHARS_WORD);
  append_word (line, "event.reason", record->reason, CHARS_WORD);
  append_integer (line, "event.sequence", sequence);
  append_time (line, "event.start", record->start);
  append_string (line, "event.type", action->type, CHARS_WORD);
  append_word (line, "file.hash.sha256", record->file_digest, CHARS_HASH);
  append_string (line, "host.geo.name", record->host_site, CHARS_NAME);
  append_string (line, "host.id", record->host_id, CHARS_ID);
  append_string (line, "host.name", record->host_id, CHARS_ID);
  append_amount (line, "kiosk.absence", (guint64) MAX (record->absence, 0));
  append_string (line, "kiosk.approval.by", record->approver, CHARS_ID);
  append_string (line, "kiosk.approval.order", record->order, CHARS_ID);
  append_word (line, "kiosk.approval.sha256", record->order_digest, CHARS_HASH);
  append_word (line, "kiosk.boot", record->boot, CHARS_WORD);
  append_word (line, "kiosk.clock", record->clock, CHARS_WORD);
  append_amount (line, "kiosk.count", record->count);
  append_amount (line, "kiosk.file", record->file);
  append_amount (line, "kiosk.last", record->last);
  append_integer (line, "kiosk.monotonic", (guint64) record->boottime);
  append_word (line, "kiosk.outage", record->outage, CHARS_WORD);
  append_word (line, "kiosk.policy", record->policy, CHARS_WORD);
  append_string (line, "kiosk.purpose", record->purpose, CHARS_PURPOSE);
  append_word (line, "kiosk.reference", record->reference, CHARS_WORD);
  append_word (line, "kiosk.session", record->session, CHARS_WORD);
  append_amount (line, "kiosk.step",
                 record->step < 0 ? -(guint64) record->step : (guint64) record->step);
  append_string (line, "kiosk.ticket", record->ticket, CHARS_WORD);
  append_string (line, "message", record->detail, CHARS_DETAIL);
  append_word (line, "source.ip", record->source_ip, CHARS_ADDRESS);
  append_port (line, "source.port", record->source_port);
  append_word (line, "tls.server.hash.sha256", record->certificate, CHARS_HASH);
  append_string (line, "user.full_name", record->user_name, CHARS_NAME);
  append_string (line, "user.id", record->user_id, CHARS_ID);
  append_string (line, "user.name", record->user_id, CHARS_ID);
}

static void
append_hex (GString *line, const char *before, const guint8 *bytes, gsize size)
{
  char hex[2 * KIOSK_AUDIT_SIGNATURE_SIZE + 1];

  g_string_append (line, before);
  g_string_append (line, sodium_bin2hex (hex, sizeof hex, bytes, size));
}

void
kiosk_audit_line_append_tail (GString *text, const KioskAuditLine *line)
{
  append_hex (text, KIOSK_AUDIT_TAIL_PREVIOUS, line->previous, sizeof line->previous);
  append_hex (text, KIOSK_AUDIT_TAIL_CHAIN, line->chain, sizeof line->chain);
  append_hex (text, KIOSK_AUDIT_TAIL_MAC, line->mac, sizeof line->mac);
  if (line->sealed)
    {
      append_hex (text, KIOSK_AUDIT_TAIL_KEY, line->key, sizeof line->key);
      append_hex (text, KIOSK_AUDIT_TAIL_NEXT, line->next, sizeof line->next);
      append_hex (text, KIOSK_AUDIT_TAIL_SIGNATURE, line->signature, sizeof line->signature);
    }
  g_string_append (text, KIOSK_AUDIT_TAIL_END);
}

static const KioskAuditAction *
find_action (const KioskAuditRecord *record, const KioskAuditState *state, GError **error)
{
  const KioskAuditAction *action = kiosk_audit_action_find (record->action);

  if (action == NULL)
    g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "audit record: no such action \"%s\"",
                 record->action != NULL ? record->action : "");
  else if (g_str_equal (record->action, KIOSK_ACTION_LOG_BEGUN) != (state->chain.sequence == 0))
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                   "audit record: \"%s\" can not be record %" G_GUINT64_FORMAT, record->action,
                   state->chain.sequence + 1);
      return NULL;
    }
  return action;
}

GBytes *
kiosk_audit_encode (const KioskAuditRecord *record, KioskAuditState *state, const guint8 *seed,
                    GError **error)
{
  const KioskAuditAction *action = find_action (record, state, error);
  g_autofree char *timestamp = NULL;
  g_autoptr (GString) text = NULL;
  KioskAuditLine line = { .sequence = state->chain.sequence + 1 };

  if (action == NULL)
    return NULL;
  timestamp = format_time (record->realtime);
  if (timestamp == NULL || record->boottime < 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                   "audit record: time %" G_GINT64_FORMAT " is out of range", record->realtime);
      return NULL;
    }

  text = g_string_sized_new (1024);
  append_body (text, record, action, timestamp, line.sequence);
  memcpy (line.previous, state->chain.hash, sizeof line.previous);
  kiosk_audit_link (line.chain, line.previous, text->str, text->len);
  kiosk_audit_mac (line.mac, state->mac_key, line.chain);
  line.sealed = kiosk_audit_is_checkpoint (action->action);
  if (line.sealed)
    kiosk_audit_state_seal (state, &line);
  kiosk_audit_line_append_tail (text, &line);
  if (text->len > KIOSK_AUDIT_LINE_MAX)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                   "audit record: line of %" G_GSIZE_FORMAT " bytes is too long", text->len);
      return NULL;
    }
  kiosk_audit_state_advance (state, &line, seed);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}
