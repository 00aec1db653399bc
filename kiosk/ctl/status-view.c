/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "status-view.h"

#include "columns.h"

#include "kiosk/base/error.h"

#include <string.h>

/* What every status has, and of which type; the rest is for machines alone. */
static const struct {
  const char *object; /* NULL: at the top */
  const char *member;
  GType type;
} members[] = {
  { NULL, "format", G_TYPE_INT64 },
  { NULL, "written_unix", G_TYPE_INT64 },
  { NULL, "written_boottime_us", G_TYPE_INT64 },
  { NULL, "terminal", G_TYPE_STRING },
  { NULL, "ok", G_TYPE_BOOLEAN },
  { NULL, "state", G_TYPE_STRING },
  { NULL, "stop_code", G_TYPE_STRING },
  { "image", "version", G_TYPE_STRING },
  { "image", "age_days", G_TYPE_INT64 },
  { "line", "state", G_TYPE_STRING },
  { "line", "interface", G_TYPE_STRING },
  { "line", "outage", G_TYPE_BOOLEAN },
  { "line", "outage_since", G_TYPE_INT64 },
  { "gateway", "state", G_TYPE_STRING },
  { "gateway", "address", G_TYPE_STRING },
  { "gateway", "outage", G_TYPE_BOOLEAN },
  { "gateway", "outage_since", G_TYPE_INT64 },
  { "servers", "interval", G_TYPE_INT64 },
  { "servers", "total", G_TYPE_INT64 },
  { "log", "ok", G_TYPE_BOOLEAN },
  { "firewall", "ok", G_TYPE_BOOLEAN },
  { "clock", "synchronised", G_TYPE_BOOLEAN },
  { "clock", "source", G_TYPE_STRING },
  { "clock", "last_step", G_TYPE_INT64 },
  { "clock", "last_step_us", G_TYPE_INT64 },
};

#define FORMAT 1

typedef struct {
  const char *word;
  const char *ja;
  const char *en;
} Word;

static const Word states[] = {
  { "stopped", "使用停止", "out of service" },
  { "logged-out", "待機中（ログインなし）", "ready, nobody is logged in" },
  { "authenticating", "ログインの途中", "somebody is logging in" },
  { "choosing", "使用中（サーバーに未接続）", "in use, not connected" },
  { "approving", "使用中（承認の途中）", "in use, being approved" },
  { "changing", "使用中（パスワードの変更）", "in use, changing the password" },
  { "connecting", "使用中（サーバーに接続の途中）", "in use, connecting" },
  { "connected", "使用中（サーバーに接続中）", "in use, connected" },
  { "locked", "ロック中", "locked" },
  { "unlocking", "ロック解除の途中", "being unlocked" },
};

static const Word line_states[] = {
  { "ok", "正常", "ok" },
  { "no-carrier", "切断（ケーブルまたは接続先の機器）", "down: no link on the cable" },
  { "no-address", "アドレスなし", "down: no address" },
};

static const Word gateway_states[] = {
  { "none", "使用しない", "not used" },
  { "unknown", "確認中", "not known yet" },
  { "ok", "正常", "ok" },
  { "silent", "応答なし", "no answer" },
};

static const Word server_states[] = {
  { "answering", "正常", "answers" },
  { "silent", "応答なし", "no answer" },
  { "unknown", "確認していない", "not asked" },
};

/* ---- Reading ---- */

static gboolean
has (JsonObject *object, const char *member, GType type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static JsonObject *
get_object (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
get_servers (JsonObject *status)
{
  JsonNode *node = json_object_get_member (get_object (status, "servers"), "list");

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
check (JsonObject *status, GError **error)
{
  JsonArray *servers;

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      JsonObject *object
          = members[i].object != NULL ? get_object (status, members[i].object) : status;

      if (!has (object, members[i].member, members[i].type))
        {
          g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "%s%s%s",
                       members[i].object != NULL ? members[i].object : "",
                       members[i].object != NULL ? "." : "", members[i].member);
          return FALSE;
        }
    }
  servers = get_servers (status);
  for (guint i = 0; servers != NULL && i < json_array_get_length (servers); i++)
    {
      JsonNode *node = json_array_get_element (servers, i);
      JsonObject *server = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (!has (server, "id", G_TYPE_STRING) || !has (server, "state", G_TYPE_STRING)
          || !has (server, "since", G_TYPE_INT64) || !has (server, "outage", G_TYPE_BOOLEAN)
          || !has (server, "outage_since", G_TYPE_INT64))
        servers = NULL;
    }
  if (servers == NULL)
    g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "servers.list");
  else if (json_object_get_int_member (status, "format") != FORMAT)
    g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "format");
  else
    return TRUE;
  return FALSE;
}

JsonObject *
kiosk_status_view_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;

  if (!g_utf8_validate_len (text, length, NULL))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "UTF-8");
      return NULL;
    }
  if (!json_parser_load_from_data (parser, text, (gssize) length, error))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "JSON");
      return NULL;
    }
  return check (json_node_get_object (root), error) ? json_object_ref (json_node_get_object (root))
                                                    : NULL;
}

gboolean
kiosk_status_view_is_ok (JsonObject *status)
{
  return json_object_get_boolean_member (status, "ok");
}

gint64
kiosk_status_view_age (JsonObject *status, gint64 boottime)
{
  gint64 written = json_object_get_int_member (status, "written_boottime_us");

  if (written < 0 || written > boottime)
    return -1;
  return (boottime - written) / G_USEC_PER_SEC;
}

/* ---- Words ---- */

static const char *
choose (KioskLanguage language, const char *ja, const char *en)
{
  return language == KIOSK_LANGUAGE_JA ? ja : en;
}

/* A word of a later version says more than nothing. */
static char *
word_text (const Word *words, gsize n, JsonObject *object, KioskLanguage language)
{
  const char *word = json_object_get_string_member (object, "state");

  for (gsize i = 0; i < n; i++)
    if (g_str_equal (words[i].word, word))
      return g_strdup (choose (language, words[i].ja, words[i].en));
  return kiosk_text_clean (word, 40);
}

#define WORD_TEXT(words, object, language) word_text (words, G_N_ELEMENTS (words), object, language)

static char *
time_text (gint64 unix_seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (unix_seconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup ("-");
}

/* "、障害 10:30 から" while an outage is on record that is not over yet. */
static void
append_outage (GString *text, JsonObject *object, KioskLanguage language)
{
  g_autofree char *since = NULL;

  if (!json_object_get_boolean_member (object, "outage"))
    return;
  since = time_text (json_object_get_int_member (object, "outage_since"));
  g_string_append_printf (
      text, language == KIOSK_LANGUAGE_JA ? "、%s から障害" : ", outage since %s", since);
}

static void
append_row (GString *out, const char *name, const char *value)
{
  guint columns = kiosk_ctl_columns (name);

  g_string_append_printf (out, "%s%*s%s\n", name, (int) (columns < 14 ? 14 - columns : 1), "",
                          value);
}

static void
append_state (GString *out, JsonObject *status, KioskLanguage language)
{
  g_autofree char *id = kiosk_text_clean (json_object_get_string_member (status, "terminal"), 64);
  g_autofree char *state = WORD_TEXT (states, status, language);
  g_autofree char *code
      = kiosk_text_clean (json_object_get_string_member (status, "stop_code"), 16);
  g_autoptr (GString) value = g_string_new (state);

  if (*code != '\0')
    g_string_append_printf (value, " %s", code);
  append_row (out, choose (language, "端末", "Terminal"), *id != '\0' ? id : "-");
  append_row (out, choose (language, "状態", "State"), value->str);
}

static void
append_line (GString *out, JsonObject *status, KioskLanguage language)
{
  JsonObject *line = get_object (status, "line");
  JsonObject *gateway = get_object (status, "gateway");
  g_autofree char *line_state = WORD_TEXT (line_states, line, language);
  g_autofree char *gateway_state = WORD_TEXT (gateway_states, gateway, language);
  g_autofree char *interface = kiosk_text_clean (json_object_get_string_member (line, "interface"),
                                                 16);
  g_autofree char *address
      = kiosk_text_clean (json_object_get_string_member (gateway, "address"), 46);
  g_autoptr (GString) first = g_string_new (line_state);
  g_autoptr (GString) second = g_string_new (gateway_state);

  append_outage (first, line, language);
  append_outage (second, gateway, language);
  if (*interface != '\0')
    g_string_append_printf (first, language == KIOSK_LANGUAGE_JA ? "（%s）" : " (%s)", interface);
  if (*address != '\0')
    g_string_append_printf (second, language == KIOSK_LANGUAGE_JA ? "（%s）" : " (%s)", address);
  append_row (out, choose (language, "回線", "Line"), first->str);
  append_row (out, choose (language, "ルーター", "Router"), second->str);
}

static void
append_servers (GString *out, JsonObject *status, KioskLanguage language)
{
  JsonObject *servers = get_object (status, "servers");
  JsonArray *list = get_servers (status);
  gint64 interval = json_object_get_int_member (servers, "interval");
  g_autoptr (GString) head = g_string_new (NULL);

  if (interval > 0)
    g_string_printf (head,
                     language == KIOSK_LANGUAGE_JA ? "%u 台（%" G_GINT64_FORMAT " 秒ごとに確認）"
                                                   : "%u, each asked every %" G_GINT64_FORMAT " s",
                     json_array_get_length (list), interval);
  else
    g_string_printf (head,
                     language == KIOSK_LANGUAGE_JA
                         ? "%u 台（利用者が一覧を見ている間だけ確認）"
                         : "%u, asked only while somebody looks at the list",
                     json_array_get_length (list));
  append_row (out, choose (language, "サーバー", "Servers"), head->str);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *server = json_array_get_object_element (list, i);
      g_autofree char *id = kiosk_text_clean (json_object_get_string_member (server, "id"), 64);
      g_autofree char *state = WORD_TEXT (server_states, server, language);
      g_autofree char *since = time_text (json_object_get_int_member (server, "since"));
      g_autoptr (GString) row = g_string_new (NULL);

      g_string_printf (row, "%s  %s", id, state);
      if (json_object_get_boolean_member (server, "outage"))
        append_outage (row, server, language);
      else if (g_str_equal (json_object_get_string_member (server, "state"), "silent"))
        g_string_append_printf (row, language == KIOSK_LANGUAGE_JA ? "（%s から）" : " (since %s)",
                                since);
      append_row (out, "", row->str);
    }
}

static void
append_clock (GString *out, JsonObject *status, KioskLanguage language)
{
  JsonObject *clock = get_object (status, "clock");
  gboolean good = json_object_get_boolean_member (clock, "synchronised");
  g_autofree char *source = kiosk_text_clean (json_object_get_string_member (clock, "source"), 64);
  gint64 step = json_object_get_int_member (clock, "last_step");
  g_autoptr (GString) value = g_string_new (good ? choose (language, "同期", "in step")
                                                 : choose (language, "未同期", "not in step"));

  if (*source != '\0')
    g_string_append_printf (value, language == KIOSK_LANGUAGE_JA ? "（%s）" : " (%s)", source);
  if (step != 0)
    {
      g_autofree char *when = time_text (step);

      g_string_append_printf (
          value,
          language == KIOSK_LANGUAGE_JA ? "、%s に %+.1f 秒の変更" : ", at %s set by %+.1f s", when,
          (double) json_object_get_int_member (clock, "last_step_us") / G_USEC_PER_SEC);
    }
  append_row (out, choose (language, "時刻", "Clock"), value->str);
}

static void
append_image (GString *out, JsonObject *status, KioskLanguage language)
{
  JsonObject *image = get_object (status, "image");
  g_autofree char *version
      = kiosk_text_clean (json_object_get_string_member (image, "version"), 64);
  gint64 days = json_object_get_int_member (image, "age_days");
  g_autoptr (GString) value = g_string_new (version);

  if (*version == '\0')
    return; /* not started from an image */
  if (days >= 0)
    g_string_append_printf (value,
                            language == KIOSK_LANGUAGE_JA ? "（%" G_GINT64_FORMAT " 日前）"
                                                          : " (%" G_GINT64_FORMAT " days old)",
                            days);
  append_row (out, choose (language, "イメージ", "Image"), value->str);
}

/* For the ledger; a kioskd without a log has none. */
static void
append_seal (GString *out, JsonObject *log, KioskLanguage language)
{
  gint64 unix_time = json_object_get_int_member_with_default (log, "seal_unix", -1);
  gint64 sequence = json_object_get_int_member_with_default (log, "seal_sequence", 0);
  const char *code = json_object_get_string_member_with_default (log, "seal", "");
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (unix_time);
  g_autofree char *day = NULL;
  g_autofree char *value = NULL;

  if (unix_time < 0 || sequence <= 0 || time == NULL || *code == '\0')
    return;
  day = g_date_time_format (time, "%Y-%m-%d");
  value = g_strdup_printf ("%s  %" G_GINT64_FORMAT "  %s", day, sequence, code);
  append_row (out, choose (language, "封印コード", "Seal code"), value);
}

/* Up to where the collector has signed that it has the log; without a collector there is nothing. */
static void
append_receipt (GString *out, JsonObject *log, KioskLanguage language)
{
  gint64 sequence = json_object_get_int_member_with_default (log, "receipt_sequence", 0);
  g_autofree char *time = NULL;
  g_autofree char *value = NULL;

  if (sequence <= 0)
    return;
  time = time_text (json_object_get_int_member_with_default (log, "receipt_unix", 0));
  value = language == KIOSK_LANGUAGE_JA
              ? g_strdup_printf ("記録 %" G_GINT64_FORMAT " まで（%s）", sequence, time)
              : g_strdup_printf ("up to record %" G_GINT64_FORMAT " (%s)", sequence, time);
  append_row (out, choose (language, "収集サーバー", "Collector"), value);
}

char *
kiosk_status_view_text (JsonObject *status, KioskLanguage language)
{
  GString *out = g_string_new (NULL);
  const char *good = choose (language, "正常", "ok");
  g_autofree char *written = time_text (json_object_get_int_member (status, "written_unix"));

  append_state (out, status, language);
  append_line (out, status, language);
  append_servers (out, status, language);
  append_row (out, choose (language, "記録", "Audit log"),
              json_object_get_boolean_member (get_object (status, "log"), "ok")
                  ? good
                  : choose (language, "書き込めません", "cannot be written"));
  append_seal (out, get_object (status, "log"), language);
  append_receipt (out, get_object (status, "log"), language);
  append_row (out, choose (language, "通信制御", "Firewall"),
              json_object_get_boolean_member (get_object (status, "firewall"), "ok")
                  ? good
                  : choose (language, "正しくありません", "not as it must be"));
  append_clock (out, status, language);
  append_image (out, status, language);
  append_row (out, choose (language, "確認した時刻", "As of"), written);
  g_string_append_printf (out, "\n%s\n",
                          kiosk_status_view_is_ok (status)
                              ? choose (language, "問題はありません。", "All is well.")
                              : choose (language, "問題があります。", "Something is wrong."));
  return g_string_free (out, FALSE);
}
