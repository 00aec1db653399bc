/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit-fields.h"
#include "kiosk/model/csv.h"
#include "kiosk/model/ocsf.h"
#include "kiosk/review/queries.h"
#include "outages.h"

#include <string.h>

/* The pure parts of a review: tables. */

/* ---- Members of a line ---- */

static void
test_fields (void)
{
  static const char line[]
      = "{\"@timestamp\":\"2026-11-21T10:30:15.123456Z\",\"a.b\":\"x \\\"y\\\" \\\\\","
        "\"n\":9223372036854775807,\"kiosk.integrity\":{\"version\":2}}";
  KioskAuditCursor cursor;
  KioskAuditField field;
  gint64 time;
  guint64 number;
  g_autofree char *text = NULL;

  kiosk_audit_cursor_init (&cursor, line, sizeof line - 1);
  g_assert_true (kiosk_audit_cursor_next (&cursor, &field));
  g_assert_true (kiosk_audit_field_is (&field, "@timestamp"));
  g_assert_false (kiosk_audit_field_is (&field, "@timestam"));
  g_assert_true (kiosk_audit_field_time (&field, &time));
  g_assert_cmpint (time, ==, G_GINT64_CONSTANT (1795257015123456));
  g_assert_true (kiosk_audit_cursor_next (&cursor, &field));
  g_assert_true (field.is_escaped);
  text = kiosk_audit_field_copy (&field);
  g_assert_cmpstr (text, ==, "x \"y\" \\");
  g_assert_false (kiosk_audit_field_number (&field, &number));
  g_assert_true (kiosk_audit_cursor_next (&cursor, &field));
  g_assert_true (kiosk_audit_field_number (&field, &number));
  g_assert_cmpuint (number, ==, G_MAXINT64);
  g_assert_false (kiosk_audit_field_time (&field, &time));
  g_assert_false (kiosk_audit_cursor_next (&cursor, &field));
  g_assert_false (cursor.broken);
}

static void
test_fields_broken (void)
{
  static const char *const lines[]
      = { "",           "{",         "x",         "{\"a",         "{\"a\"",
          "{\"a\":",    "{\"a\":}",  "{\"a\":\"", "{\"a\":\"\\",  "{\"a\":\"\\\"",
          "{\"a\":1",   "{\"a\":1,", "{\"a\":1]", "{\"a\":null}", "{\"a\":{}}",
          "{\"a\":1}x", "{a:1}",     "{\"a\":-1}" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      /* a copy of exactly that length: who reads behind it is found out */
      g_autofree char *line = g_memdup2 (lines[i], strlen (lines[i]));
      KioskAuditCursor cursor;
      KioskAuditField field;

      kiosk_audit_cursor_init (&cursor, line, strlen (lines[i]));
      while (kiosk_audit_cursor_next (&cursor, &field))
        ;
      if (!cursor.broken)
        g_error ("not refused: %s", lines[i]);
    }
}

static void
test_field_times (void)
{
  static const struct {
    const char *text;
    gint64 time; /* -1: none */
  } rows[] = {
    { "1970-01-01T00:00:00.000001Z", 1 },
    { "2024-02-29T23:59:59.999999Z", G_GINT64_CONSTANT (1709251199999999) },
    { "9999-12-31T23:59:59.000000Z", G_GINT64_CONSTANT (253402300799000000) },
    { "2024-13-01T00:00:00.000000Z", -1 },
    { "2024-02-29T24:00:00.000000Z", -1 },
    { "2024-02-29 23:59:59.999999Z", -1 },
    { "2024-02-29T23:59:59.99999Z", -1 },
    { "2024-02-29T23:59:59.99999xZ", -1 },
    { "", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      KioskAuditField field
          = { .value = rows[i].text, .value_length = strlen (rows[i].text), .is_string = TRUE };
      gint64 time = -1;

      g_assert_cmpint (kiosk_audit_field_time (&field, &time), ==, rows[i].time != -1);
      g_assert_cmpint (time, ==, rows[i].time);
    }
}

/* ---- Rises ---- */

static void
test_rises (void)
{
  static const struct {
    const char *before;
    guint64 count;
    gboolean judged, rise;
    double threshold;
  } rows[] = {
    { "", 100, FALSE, FALSE, 0 },
    { "000000", 100, FALSE, FALSE, 0 },
    { "0000000", 5, TRUE, FALSE, 5 },
    { "0000000", 6, TRUE, TRUE, 5 },
    { "1122334455", 8, TRUE, FALSE, 8 },
    { "1144447799", 17, TRUE, FALSE, 4 + 3 * 1.4826 * 3 },
    { "1144447799", 18, TRUE, TRUE, 4 + 3 * 1.4826 * 3 },
    { "0000009", 6, TRUE, TRUE, 5 }, /* one bad day does not hide the next */
    { "99999999", 14, TRUE, FALSE, 14 },
    { "99999999", 15, TRUE, TRUE, 14 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint64 before[KIOSK_RISE_DAYS];
      guint n = (guint) strlen (rows[i].before);
      KioskRise rise = { .count = rows[i].count };
      g_autofree char *ja = NULL, *en = NULL;

      for (guint j = 0; j < n; j++)
        before[j] = (guint64) (rows[i].before[j] - '0');
      kiosk_rise_judge (&rise, before, n);
      g_assert_cmpint (rise.judged, ==, rows[i].judged);
      g_assert_cmpint (rise.rise, ==, rows[i].rise);
      g_assert_cmpfloat_with_epsilon (rise.threshold, rows[i].threshold, 1e-9);
      ja = kiosk_rise_text (&rise, TRUE);
      en = kiosk_rise_text (&rise, FALSE);
      g_assert_cmpuint (strlen (ja), >, 20);
      g_assert_cmpuint (strlen (en), >, 20);
    }
}

/* ---- Stays ---- */

static void
on_stay (KioskStay *stay, gpointer user_data)
{
  g_ptr_array_add (user_data, stay);
}

static GPtrArray *
build (const KioskStayEvent *events, guint n)
{
  GPtrArray *stays = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_stay_free);
  KioskStayBuilder *builder = kiosk_stay_builder_new (on_stay, stays);

  for (guint i = 0; i < n; i++)
    kiosk_stay_builder_add (builder, &events[i]);
  kiosk_stay_builder_finish (builder);
  return stays;
}

/* A success of person p in session s. */
#define EVENT(t, a, ...)                                                                           \
  {                                                                                                \
    .key = (t), .time = (t), .action = (a), .session = "s", .person = "p", __VA_ARGS__             \
  }
#define SUCCESS .outcome = "success"
#define FAILURE .outcome = "failure"

static void
test_stay (void)
{
  const KioskStayEvent events[] = {
    EVENT (10, "login", SUCCESS),
    EVENT (20, "connect-begun", .server = "x", .ticket = "T", .outcome = "unknown"),
    EVENT (25, "connect", .server = "x", FAILURE, .trouble = TRUE),
    EVENT (30, "connect", .server = "x", SUCCESS),
    EVENT (40, "lock", .reason = "idle", SUCCESS),
    EVENT (45, "unlock", FAILURE, .trouble = TRUE),
    EVENT (50, "unlock", SUCCESS),
    EVENT (60, "session-lost", .reason = "lost", SUCCESS),
    EVENT (70, "lock", .reason = "idle", SUCCESS),
    EVENT (80, "logout", .reason = "logoff-time", SUCCESS),
  };
  g_autoptr (GPtrArray) stays = build (events, G_N_ELEMENTS (events));
  const KioskStay *stay;
  const KioskStayConnection *connection;

  g_assert_cmpuint (stays->len, ==, 1);
  stay = g_ptr_array_index (stays, 0);
  g_assert_cmpint (stay->begin, ==, 10);
  g_assert_cmpint (stay->end, ==, 80);
  g_assert_cmpint (stay->end_key, ==, 80);
  g_assert_cmpstr (stay->ended, ==, "logoff-time");
  g_assert_cmpuint (stay->records, ==, G_N_ELEMENTS (events));
  g_assert_cmpuint (stay->troubles, ==, 2);
  g_assert_cmpuint (stay->locks->len, ==, 2);
  g_assert_cmpint (g_array_index (stay->locks, KioskStaySpan, 0).begin, ==, 40);
  g_assert_cmpint (g_array_index (stay->locks, KioskStaySpan, 0).end, ==, 50);
  g_assert_cmpint (g_array_index (stay->locks, KioskStaySpan, 1).end, ==, 80);
  g_assert_cmpuint (stay->connections->len, ==, 1);
  connection = g_ptr_array_index (stay->connections, 0);
  g_assert_cmpint (connection->span.begin, ==, 30);
  g_assert_cmpint (connection->span.end, ==, 60);
  g_assert_cmpstr (connection->ticket, ==, "T");
  g_assert_cmpstr (connection->ended, ==, "lost");
}

static void
test_stay_without_end (void)
{
  const KioskStayEvent lost[] = {
    EVENT (10, "login", SUCCESS),
    EVENT (20, "connect", .server = "x", SUCCESS),
    { .key = 90, .time = 90, .action = "daemon-started", SUCCESS },
    EVENT (95, "login", SUCCESS),
  };
  g_autoptr (GPtrArray) stays = build (lost, G_N_ELEMENTS (lost));
  const KioskStay *stay;

  g_assert_cmpuint (stays->len, ==, 2);
  stay = g_ptr_array_index (stays, 0);
  g_assert_cmpstr (stay->ended, ==, "lost");
  g_assert_cmpint (stay->end, ==, 20); /* the last that is known of it */
  g_assert_cmpint (stay->end_key, ==, 0);
  stay = g_ptr_array_index (stays, 1);
  g_assert_cmpint (stay->end, ==, 0);
  g_assert_cmpstr (stay->ended, ==, "");
}

static void
test_hours (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Asia/Tokyo");
  /* 2026-11-20 is a Friday */
  static const struct {
    const char *from, *to;
    gint64 minutes;
  } rows[] = {
    { "2026-11-20T08:30:00+09", "2026-11-20T17:30:00+09", 0 },
    { "2026-11-20T08:00:00+09", "2026-11-20T09:00:00+09", 30 },
    { "2026-11-20T17:00:00+09", "2026-11-20T18:00:00+09", 30 },
    { "2026-11-20T20:00:00+09", "2026-11-20T21:00:00+09", 60 },
    { "2026-11-21T10:00:00+09", "2026-11-21T11:00:00+09", 60 },
    { "2026-11-20T17:00:00+09", "2026-11-23T09:00:00+09", 64 * 60 - 60 },
    { "2026-11-20T10:00:00+09", "2026-11-20T10:00:00+09", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GDateTime) from = g_date_time_new_from_iso8601 (rows[i].from, NULL);
      g_autoptr (GDateTime) to = g_date_time_new_from_iso8601 (rows[i].to, NULL);
      gint64 outside = kiosk_stay_outside (g_date_time_to_unix (from) * G_USEC_PER_SEC,
                                           g_date_time_to_unix (to) * G_USEC_PER_SEC,
                                           &kiosk_stay_office_hours, zone);

      g_assert_cmpint (outside, ==, rows[i].minutes * 60 * G_USEC_PER_SEC);
    }
}

/* ---- Outages ---- */

static void
on_outage (KioskOutageSpan *span, gint64 seen, const char *address, gpointer user_data)
{
  GString *text = user_data;

  g_string_append_printf (text, "%s%s %d-%d seen %d x%d;", span->what, span->server,
                          (int) span->begin, (int) span->end, seen == G_MAXINT64 ? -1 : (int) seen,
                          (int) span->interruptions);
  kiosk_outage_span_free (span);
}

static void
test_outages (void)
{
  const KioskOutageEvent events[] = {
    { .key = 1, .time = 11, .action = "outage-begun", .what = "line", .start = 10 },
    { .key = 2, .time = 12, .action = "outage-begun", .what = "server", .server = "x", .start = 9 },
    { .key = 3,
      .time = 21,
      .action = "outage-ended",
      .what = "line",
      .start = 10,
      .end = 20,
      .count = 3 },
    { .key = 4, .time = 30, .action = "outage-ended", .what = "gateway", .start = 5, .end = 29 },
    { .key = 5, .time = 40, .action = "daemon-started" },
    { .key = 6, .time = 50, .action = "outage-begun", .what = "line", .start = 49 },
    { .key = 7,
      .time = 55,
      .action = "outage-ended",
      .what = "line",
      .reason = "stopped",
      .end = 55 },
    { .key = 8, .time = 60, .action = "outage-begun", .what = "line", .start = 59 },
  };
  g_autoptr (GString) text = g_string_new (NULL);
  KioskOutages *outages = kiosk_outages_new (on_outage, text);

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    kiosk_outages_add (outages, &events[i]);
  kiosk_outages_finish (outages);
  g_assert_cmpstr (text->str, ==,
                   "line 10-20 seen 20 x3;gateway 5-29 seen 29 x0;serverx 9-0 seen 30 x0;"
                   "line 49-0 seen 55 x0;line 59-0 seen -1 x0;");
}

/* ---- Cells ---- */

static void
test_csv (void)
{
  static const char *const rows[][2] = {
    { "", "\"\"" },          { "a", "\"a\"" },      { "a,b\"c", "\"a,b\"\"c\"" },
    { "=1+1", "\"'=1+1\"" }, { "+81", "\"'+81\"" }, { "-1", "\"'-1\"" },
    { "@SUM", "\"'@SUM\"" }, { "＝1", "\"'＝1\"" }, { "a=1", "\"a=1\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) row = g_string_new (NULL);
      g_autofree char *twice = g_strconcat (rows[i][1], ",", rows[i][1], "\r\n", NULL);

      kiosk_csv_append (row, rows[i][0]);
      kiosk_csv_append (row, rows[i][0]);
      kiosk_csv_end (row);
      g_assert_cmpstr (row->str, ==, twice);
    }
}

/* ---- Actions ---- */

/* Nothing is forgotten when an action is added. */
static void
test_actions (void)
{
  guint n = 0;

  for (; kiosk_audit_action_nth (n) != NULL; n++)
    {
      const char *action = kiosk_audit_action_nth (n)->action;

      if (kiosk_ocsf_find (action) == NULL)
        g_error ("no OCSF class: %s", action);
      g_assert_true (kiosk_review_is_trouble (action, "failure"));
    }
  g_assert_cmpuint (n, >, 60);
  g_assert_null (kiosk_ocsf_find ("of-tomorrow"));
  g_assert_true (kiosk_review_is_trouble ("device-refused", "success"));
  g_assert_false (kiosk_review_is_trouble ("login", "success"));
  for (guint i = 0; kiosk_review_refusal_actions[i] != NULL; i++)
    g_assert_nonnull (kiosk_audit_action_find (kiosk_review_refusal_actions[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/review/fields", test_fields);
  g_test_add_func ("/review/fields/broken", test_fields_broken);
  g_test_add_func ("/review/fields/times", test_field_times);
  g_test_add_func ("/review/rises", test_rises);
  g_test_add_func ("/review/stay", test_stay);
  g_test_add_func ("/review/stay/without-end", test_stay_without_end);
  g_test_add_func ("/review/hours", test_hours);
  g_test_add_func ("/review/outages", test_outages);
  g_test_add_func ("/review/csv", test_csv);
  g_test_add_func ("/review/actions", test_actions);
  return g_test_run ();
}
