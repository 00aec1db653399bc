/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "../lib/audit-log.h"
#include "fuzz.h"

#include "kiosk/model/audit-format.h"
#include "kiosk/model/audit.h"
#include "log-view.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* A log of any bytes, verified and shown. The same lines are then taken as bodies and get hashes that
 * fit, as a forger would do, so that what stands behind the hash is reached too. What must hold: no
 * crash; the same verdict however the bytes come in; what verifies is JSON; what is shown is clean. */

static KioskAuditReport
verify (const char *bytes, gsize length, gsize piece)
{
  g_autoptr (KioskAuditVerifier) verifier = kiosk_audit_verifier_new (NULL);
  KioskAuditReport report;
  KioskAuditChain chain;

  for (gsize at = 0; at < length; at += piece)
    kiosk_audit_verifier_feed (verifier, bytes + at, MIN (piece, length - at));
  kiosk_audit_verifier_finish (verifier, &report, &chain);
  g_assert_cmpuint (chain.sequence + 1, ==, report.expected);
  g_assert_cmpuint (report.bytes, <=, length);
  return report;
}

static void
check_verdict (const char *bytes, gsize length)
{
  KioskAuditReport whole = verify (bytes, length, MAX (length, 1));
  KioskAuditReport pieces = verify (bytes, length, 13);

  g_assert_cmpint (whole.fault, ==, pieces.fault);
  g_assert_cmpuint (whole.line, ==, pieces.line);
  g_assert_cmpuint (whole.sequence, ==, pieces.sequence);
  g_assert_cmpuint (whole.records, ==, pieces.records);
  g_assert_true (whole.fault != KIOSK_AUDIT_OK || whole.bytes == length);
}

static void
check_shown (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      GUnicodeType type = g_unichar_type (g_utf8_get_char (p));

      g_assert_true (*p == '\n' || *p == '\r' || type != G_UNICODE_CONTROL);
      g_assert_true (type != G_UNICODE_FORMAT && type != G_UNICODE_LINE_SEPARATOR);
    }
}

static void
show_line (const char *line, gsize length)
{
  static const KioskLogFilter all = { 0 };
  static const KioskLogFilter some = { "sato", NULL, NULL, "2026-01-01T00:00:00.000000Z", "2027" };
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();

  for (guint format = KIOSK_LOG_TABLE; format <= KIOSK_LOG_CSV; format++)
    {
      g_autofree char *text
          = kiosk_log_view_line (line, length, &all, (KioskLogFormat) format, zone, TRUE);
      g_autofree char *filtered
          = kiosk_log_view_line (line, length, &some, (KioskLogFormat) format, zone, FALSE);

      if (text == NULL)
        continue;
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_cmpuint (strlen (text), >, 0);
      g_assert_true (g_str_has_suffix (text, "\n"));
      g_assert_true (strchr (text, '\n') == text + strlen (text) - 1);
      check_shown (text);
      g_assert_nonnull (filtered);
      g_assert_true (*filtered == '\0' || g_str_has_suffix (filtered, "\n"));
    }
}

/* Appends @body to @log as a record that fits behind what is there, in all but what stands in the body. */
static void
forge_line (GString *log, KioskAuditState *state, const char *body, gsize length)
{
  KioskAuditLine line = { .body_length = length, .sequence = state->chain.sequence + 1 };

  memcpy (line.previous, state->chain.hash, sizeof line.previous);
  kiosk_audit_link (line.chain, line.previous, body, length);
  kiosk_audit_mac (line.mac, state->mac_key, line.chain);
  line.sealed = memmem (body, length, "\"checkpoint\"", strlen ("\"checkpoint\"")) != NULL;
  if (line.sealed)
    kiosk_audit_state_seal (state, &line);
  g_string_append_len (log, body, (gssize) length);
  kiosk_audit_line_append_tail (log, &line);
  kiosk_audit_state_advance (state, &line, state->seed);
}

static void
check_good_lines_are_json (const GString *log)
{
  KioskAuditReport report = verify (log->str, log->len, log->len);
  const char *line = log->str;

  for (guint64 n = 0; n < report.records; n++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      const char *end = strchr (line, '\n');
      g_autoptr (GError) error = NULL;

      json_parser_load_from_data (parser, line, end - line, &error);
      g_assert_no_error (error);
      g_assert_true (JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)));
      show_line (line, (gsize) (end - line));
      line = end + 1;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GString) forged = g_string_new (NULL);
  const char *bytes = (const char *) data;
  const char *end = bytes + size;
  AuditLog log;

  audit_log_begin (&log, 0);
  audit_log_append_begin (&log, "A-03", forged);
  check_verdict (bytes, size);
  for (const char *line = bytes; line < end;)
    {
      const char *feed = memchr (line, '\n', (gsize) (end - line));
      gsize length = (gsize) ((feed != NULL ? feed : end) - line);

      show_line (line, length);
      forge_line (forged, &log.state, line, length);
      line += length + 1;
    }
  if (forged->len > 0)
    {
      check_verdict (forged->str, forged->len);
      check_good_lines_are_json (forged);
    }
  return 0;
}
