/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "log-view.h"

#include "kiosk/base/text.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit.h"
#include "kiosk/model/csv.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* From a stored line to text. No file, no output of its own, and no judgement whether the line is
 * genuine. */

#define DEPTH_MAX 4
#define FIELD_CHARS 512

/* Columns of a terminal for いつ, どこで, だれが, 何を; どうした has the rest of the line. */
static const guint widths[] = { 19, 28, 20, 24 };

static const struct {
  const char *field; /* NULL: made here */
  const char *ja;
  const char *en;
} csv_columns[] = {
  { NULL, "日時", "time" },
  { "event.sequence", "記録番号", "sequence" },
  { NULL, "操作", "what" },
  { NULL, "結果", "outcome" },
  { NULL, "理由", "reason" },
  { "message", "詳細", "detail" },
  { "host.id", "端末", "terminal" },
  { "host.geo.name", "設置場所", "site" },
  { "user.id", "利用者ID", "user id" },
  { "user.full_name", "氏名", "name" },
  { "destination.address", "サーバー", "server" },
  { "destination.ip", "サーバーIP", "server ip" },
  { "destination.port", "ポート", "port" },
  { "kiosk.session", "セッション", "session" },
  { "kiosk.ticket", "作業番号", "ticket" },
  { "kiosk.purpose", "作業目的", "purpose" },
  { "kiosk.reference", "お問い合わせ番号", "reference" },
  { "event.action", "操作コード", "action" },
  { "event.reason", "理由コード", "reason code" },
};

/* ---- Reading ---- */

/* json-glib of Debian 12 has no limit of its own, and its parser is recursive. */
static gboolean
is_deep (const char *line, gsize length)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      char c = line[i];

      if (in_string && c == '\\')
        i++;
      else if (c == '"')
        in_string = !in_string;
      else if (!in_string && (c == '{' || c == '[') && ++depth > DEPTH_MAX)
        return TRUE;
      else if (!in_string && (c == '}' || c == ']') && depth > 0)
        depth--;
    }
  return FALSE;
}

/* Whether it can be printed as it stands: UTF-8, and nothing that cleaning would replace. */
static gboolean
is_clean (const char *text)
{
  g_autofree char *clean = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  clean = kiosk_text_clean (text, KIOSK_AUDIT_LINE_MAX);
  return g_str_equal (clean, text);
}

/* The member as cleaned text, "" when it is missing or neither string nor integer. */
static char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return g_strdup ("");
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return g_strdup ("");
  return kiosk_text_clean (json_node_get_string (node), FIELD_CHARS);
}

static gboolean
matches (JsonObject *object, const char *name, const char *wanted)
{
  g_autofree char *value = NULL;

  if (wanted == NULL)
    return TRUE;
  value = get_text (object, name);
  return g_str_equal (value, wanted);
}

static gboolean
passes (JsonObject *object, const KioskLogFilter *filter)
{
  g_autofree char *time = get_text (object, "@timestamp");

  return matches (object, "user.id", filter->user)
         && matches (object, "destination.address", filter->server)
         && matches (object, "event.action", filter->action)
         && (filter->since == NULL || strcmp (time, filter->since) >= 0)
         && (filter->until == NULL || strcmp (time, filter->until) < 0);
}

/* ---- Words ---- */

static char *
local_time (JsonObject *object, GTimeZone *zone, const char *format)
{
  g_autofree char *text = get_text (object, "@timestamp");
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, utc);
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_timezone (time, zone) : NULL;

  return local != NULL ? g_date_time_format (local, format) : g_steal_pointer (&text);
}

static char *
action_text (JsonObject *object, gboolean japanese)
{
  g_autofree char *name = get_text (object, "event.action");
  const KioskAuditAction *action = kiosk_audit_action_find (name);

  if (action == NULL)
    return g_steal_pointer (&name); /* of a later version: its name says more than nothing */
  return g_strdup (japanese ? action->ja : action->en);
}

static char *
outcome_text (JsonObject *object, gboolean japanese)
{
  g_autofree char *name = get_text (object, "event.outcome");

  if (g_str_equal (name, "success"))
    return g_strdup (japanese ? "成功" : "success");
  if (g_str_equal (name, "failure"))
    return g_strdup (japanese ? "失敗" : "failure");
  if (g_str_equal (name, "unknown"))
    return g_strdup (japanese ? "実行前" : "not done yet");
  return g_steal_pointer (&name);
}

static char *
reason_text (JsonObject *object, gboolean japanese)
{
  g_autofree char *word = get_text (object, "event.reason");
  const char *text = kiosk_audit_reason_text (word, japanese);

  return text != NULL ? g_strdup (text) : g_steal_pointer (&word);
}

/* ---- Table ---- */

static guint
columns_of (gunichar c)
{
  return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

/* @text in exactly @width columns: cut with an ellipsis, or filled with spaces. */
static void
append_cell (GString *row, const char *text, guint width)
{
  guint used = 0, total = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    total += columns_of (g_utf8_get_char (p));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (total > width && used + columns_of (c) > width - 1)
        {
          g_string_append (row, "…");
          used++;
          break;
        }
      g_string_append_unichar (row, c);
      used += columns_of (c);
    }
  g_string_append_printf (row, "%*s", (int) (width - used) + 2, "");
}

static void
append_part (GString *text, const char *separator, const char *part)
{
  if (*part != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? separator : "", part);
}

static char *
table_row (JsonObject *object, GTimeZone *zone, gboolean japanese)
{
  g_autofree char *when = local_time (object, zone, "%Y-%m-%d %H:%M:%S");
  g_autofree char *host = get_text (object, "host.id");
  g_autofree char *server = get_text (object, "destination.address");
  g_autofree char *user = get_text (object, "user.id");
  g_autofree char *name = get_text (object, "user.full_name");
  g_autofree char *what = action_text (object, japanese);
  g_autofree char *outcome = outcome_text (object, japanese);
  g_autofree char *reason = reason_text (object, japanese);
  g_autofree char *ticket = get_text (object, "kiosk.ticket");
  g_autofree char *purpose = get_text (object, "kiosk.purpose");
  g_autofree char *detail = get_text (object, "message");
  g_autoptr (GString) where = g_string_new (host);
  g_autoptr (GString) who = g_string_new (user);
  g_autoptr (GString) how = g_string_new (outcome);
  GString *row = g_string_new (NULL);

  append_part (where, " → ", server);
  append_part (who, " ", name);
  append_part (how, japanese ? "：" : ": ", reason);
  append_part (how, japanese ? "／" : " / ", ticket);
  append_part (how, japanese ? "／" : " / ", purpose);
  append_part (how, japanese ? "／" : " / ", detail);

  append_cell (row, when, widths[0]);
  append_cell (row, where->str, widths[1]);
  append_cell (row, who->str, widths[2]);
  append_cell (row, what, widths[3]);
  g_string_append_printf (row, "%s\n", how->str);
  return g_string_free (row, FALSE);
}

/* ---- CSV ---- */

static char *
csv_row (JsonObject *object, GTimeZone *zone, gboolean japanese)
{
  char *made[] = {
    local_time (object, zone, "%Y-%m-%d %H:%M:%S.%f"),
    NULL,
    action_text (object, japanese),
    outcome_text (object, japanese),
    reason_text (object, japanese),
  };
  GString *row = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (csv_columns); i++)
    {
      g_autofree char *value = csv_columns[i].field != NULL
                                   ? get_text (object, csv_columns[i].field)
                                   : g_steal_pointer (&made[i]);

      kiosk_csv_append (row, value);
    }
  g_string_append (row, "\r\n");
  return g_string_free (row, FALSE);
}

/* ---- Public ---- */

gboolean
kiosk_log_view_format (const char *name, KioskLogFormat *format)
{
  static const char *const names[]
      = { [KIOSK_LOG_TABLE] = "table", [KIOSK_LOG_JSON] = "json", [KIOSK_LOG_CSV] = "csv" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_str_equal (names[i], name != NULL ? name : "table"))
        {
          *format = (KioskLogFormat) i;
          return TRUE;
        }
    }
  return FALSE;
}

char *
kiosk_log_view_header (KioskLogFormat format, gboolean japanese)
{
  static const char *const heads[][2] = {
    { "いつ", "When" },
    { "どこで", "Where" },
    { "だれが", "Who" },
    { "何を", "What" },
  };
  g_autoptr (GString) row = g_string_new (NULL);

  switch (format)
    {
    case KIOSK_LOG_JSON:
      return g_strdup ("");
    case KIOSK_LOG_CSV:
      for (guint i = 0; i < G_N_ELEMENTS (csv_columns); i++)
        kiosk_csv_append (row, japanese ? csv_columns[i].ja : csv_columns[i].en);
      g_string_prepend (row, KIOSK_CSV_MARK);
      g_string_append (row, "\r\n");
      break;
    case KIOSK_LOG_TABLE:
      for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
        append_cell (row, heads[i][japanese ? 0 : 1], widths[i]);
      g_string_append (row, japanese ? "どうした\n" : "Outcome\n");
      break;
    }
  return g_string_free (g_steal_pointer (&row), FALSE);
}

char *
kiosk_log_view_line (const char *line, gsize length, const KioskLogFilter *filter,
                     KioskLogFormat format, GTimeZone *zone, gboolean japanese)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonParser) parser = NULL;
  JsonNode *root;
  JsonObject *object;

  if (line == NULL || length == 0 || length > KIOSK_AUDIT_LINE_MAX || is_deep (line, length)
      || memchr (line, '\0', length) != NULL)
    return NULL;
  text = g_strndup (line, length);
  if (!g_utf8_validate (text, -1, NULL))
    return NULL;
  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, text, (gssize) length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;

  object = json_node_get_object (root);
  if (!passes (object, filter))
    return g_strdup ("");
  switch (format)
    {
    case KIOSK_LOG_JSON:
      return is_clean (text) ? g_strconcat (text, "\n", NULL) : NULL;
    case KIOSK_LOG_CSV:
      return csv_row (object, zone, japanese);
    case KIOSK_LOG_TABLE:
      return table_row (object, zone, japanese);
    }
  return NULL;
}

char *
kiosk_log_view_time (const char *text, gboolean end, GTimeZone *zone)
{
  gboolean day = strlen (text) == 10;
  g_autofree char *full = NULL;
  g_autoptr (GDateTime) time = NULL;
  g_autoptr (GDateTime) bound = NULL;
  g_autoptr (GDateTime) utc = NULL;

  full = g_strconcat (text, day ? "T00:00:00" : strlen (text) == 16 ? ":00" : "", NULL);
  if (strlen (full) > 10 && full[10] == ' ')
    full[10] = 'T';
  time = g_date_time_new_from_iso8601 (full, zone);
  if (time == NULL)
    return NULL;

  bound = day && end ? g_date_time_add_days (time, 1) : g_date_time_ref (time);
  utc = bound != NULL ? g_date_time_to_utc (bound) : NULL;
  return utc != NULL ? g_date_time_format (utc, "%Y-%m-%dT%H:%M:%S.%fZ") : NULL;
}
