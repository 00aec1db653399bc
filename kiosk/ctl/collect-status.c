/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "collect-status.h"

#include "collect-alarm.h"
#include "log-options.h"
#include "kiosk/base/text.h"
#include "kiosk/log/enrolment.h"
#include "kiosk/log/log-set.h"
#include "kiosk/log/receipt.h"
#include "kiosk/model/collect.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

/* What the files of a collector say. */

/* Heartbeats come every minute. */
#define LATE (5 * 60)
#define DAY (24 * 60 * 60)
#define SHOWN_ALARMS 20

typedef struct {
  char *host;
  guint64 record; /* that is stored and receipted; 0: none */
  gint64 age;     /* seconds since then; -1: none */
  gboolean gap, silent;
  gboolean late; /* nothing for so long that the collector itself may stand */
  guint alarms;  /* within a day */
} Row;

typedef struct {
  GPtrArray *rows;   /* Row */
  GPtrArray *alarms; /* JsonObject, in their order */
  guint recent;      /* other than gaps and silences that are over, within a day */
  gboolean japanese, json;
} Status;

static void
row_free (gpointer data)
{
  Row *self = data;

  g_free (self->host);
  g_free (self);
}

static gint64
seconds_since (const char *time)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_iso8601 (time, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  return then != NULL ? g_date_time_difference (now, then) / G_TIME_SPAN_SECOND : -1;
}

static const char *
last_line (const char *text, gsize length)
{
  const char *before = length > 1 ? memrchr (text, '\n', length - 1) : NULL;

  return before != NULL ? before + 1 : text;
}

/* Whether the last stored record is one after which nothing is awaited. */
static gboolean
has_ended (const char *folder, const char *host)
{
  g_autofree char *path = g_build_filename (folder, host, KIOSK_LOG_CURRENT_NAME, NULL);
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);
  gsize length = file != NULL ? g_mapped_file_get_length (file) : 0;
  const char *text = length > 0 ? g_mapped_file_get_contents (file) : NULL;
  const char *last = text != NULL ? last_line (text, length) : NULL;

  return last != NULL && kiosk_collect_line_ends (last, length - (gsize) (last - text));
}

static void
read_terminal (Status *self, const char *folder, const char *host)
{
  g_autofree char *enrolment = g_build_filename (folder, host, KIOSK_ENROLMENT_NAME, NULL);
  g_autofree char *path = g_build_filename (folder, host, KIOSK_RECEIPTS_NAME, NULL);
  g_auto (KioskCollectReceipt) receipt = { 0 };
  g_autofree char *text = NULL;
  gsize length;
  Row *row;

  if (!kiosk_collect_is_host (host) || g_access (enrolment, F_OK) != 0)
    return;
  row = g_new0 (Row, 1);
  row->host = g_strdup (host);
  row->age = -1;
  if (g_file_get_contents (path, &text, &length, NULL)
      && kiosk_collect_receipt_parse (last_line (text, length), strlen (last_line (text, length)),
                                      &receipt, NULL))
    {
      row->record = receipt.sequence;
      row->age = seconds_since (receipt.time);
      row->late = row->age > LATE && !has_ended (folder, host);
    }
  g_ptr_array_add (self->rows, row);
}

static Row *
find_row (const Status *self, const char *host)
{
  for (guint i = 0; host != NULL && i < self->rows->len; i++)
    if (g_str_equal (((Row *) self->rows->pdata[i])->host, host))
      return self->rows->pdata[i];
  return NULL;
}

static void
count_alarm (Status *self, JsonObject *alarm)
{
  const char *kind = json_object_get_string_member_with_default (alarm, "alarm", "");
  Row *row = find_row (self, json_object_get_string_member_with_default (alarm, "host", NULL));
  gint64 age = seconds_since (json_object_get_string_member_with_default (alarm, "time", ""));
  gboolean gap = g_str_equal (kind, kiosk_alarm_name (KIOSK_ALARM_GAP));
  gboolean silent = g_str_equal (kind, kiosk_alarm_name (KIOSK_ALARM_SILENCE));
  gboolean over = g_str_equal (kind, kiosk_alarm_name (KIOSK_ALARM_GAP_CLOSED))
                  || g_str_equal (kind, kiosk_alarm_name (KIOSK_ALARM_SILENCE_ENDED));

  if (row != NULL)
    {
      if (gap || g_str_equal (kind, kiosk_alarm_name (KIOSK_ALARM_GAP_CLOSED)))
        row->gap = gap;
      if (silent || g_str_equal (kind, kiosk_alarm_name (KIOSK_ALARM_SILENCE_ENDED)))
        row->silent = silent;
      row->alarms += age <= DAY && !over;
    }
  self->recent += age <= DAY && !over && !gap && !silent;
}

static gboolean
read_alarms (Status *self, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, KIOSK_COLLECT_ALARMS_NAME, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);

      if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
        continue;
      g_ptr_array_add (self->alarms, json_node_dup_object (node));
      count_alarm (self, json_node_get_object (node));
    }
  return TRUE;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(Row *const *) a)->host, (*(Row *const *) b)->host);
}

static gboolean
is_well (const Status *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = self->rows->pdata[i];

      if (row->gap || row->silent || row->late)
        return FALSE;
    }
  return self->recent == 0;
}

/* ---- Shown ---- */

static const char *
state_of (const Row *row, gboolean japanese)
{
  if (row->silent || row->late)
    return japanese ? "無音" : "silent";
  if (row->gap)
    return japanese ? "抜けあり" : "gap";
  if (row->record == 0)
    return japanese ? "未着" : "nothing yet";
  return row->alarms > 0 ? japanese ? "警報あり" : "alarms" : japanese ? "正常" : "good";
}

static void
print_text (const Status *self)
{
  gboolean japanese = self->japanese;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = self->rows->pdata[i];

      printf (japanese ? "%-24s 記録 %" G_GUINT64_FORMAT "、%" G_GINT64_FORMAT
                         " 秒前、警報 %u 件（24 時間）: %s\n"
                       : "%-24s record %" G_GUINT64_FORMAT ", %" G_GINT64_FORMAT
                         " s ago, %u alarms within a day: %s\n",
              row->host, row->record, row->age, row->alarms, state_of (row, japanese));
    }
  for (guint i = self->alarms->len > SHOWN_ALARMS ? self->alarms->len - SHOWN_ALARMS : 0;
       i < self->alarms->len; i++)
    {
      JsonObject *alarm = self->alarms->pdata[i];

      printf ("%s %s\n", json_object_get_string_member_with_default (alarm, "time", "-"),
              json_object_get_string_member_with_default (alarm, japanese ? "ja" : "en", "-"));
    }
}

static void
print_json (const Status *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "good");
  json_builder_add_boolean_value (builder, is_well (self));
  json_builder_set_member_name (builder, "terminals");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = self->rows->pdata[i];

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "host");
      json_builder_add_string_value (builder, row->host);
      json_builder_set_member_name (builder, "record");
      json_builder_add_int_value (builder, (gint64) row->record);
      json_builder_set_member_name (builder, "age");
      json_builder_add_int_value (builder, row->age);
      json_builder_set_member_name (builder, "gap");
      json_builder_add_boolean_value (builder, row->gap);
      json_builder_set_member_name (builder, "silent");
      json_builder_add_boolean_value (builder, row->silent);
      json_builder_set_member_name (builder, "late");
      json_builder_add_boolean_value (builder, row->late);
      json_builder_set_member_name (builder, "alarms");
      json_builder_add_int_value (builder, row->alarms);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "alarms");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->alarms->len; i++)
    {
      JsonNode *node = json_node_init_object (json_node_alloc (), self->alarms->pdata[i]);

      json_builder_add_value (builder, node);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  printf ("%s\n", text);
}

static int
show (Status *self, const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  if (dir == NULL)
    return kiosk_ctl_log_unreadable (error, self->japanese);
  while ((name = g_dir_read_name (dir)) != NULL)
    read_terminal (self, folder, name);
  g_ptr_array_sort (self->rows, compare_rows);
  read_alarms (self, folder);
  if (self->json)
    print_json (self);
  else
    print_text (self);
  return is_well (self) ? EXIT_GOOD : EXIT_FAULT;
}

int
kiosk_ctl_collect_status (int argc, char **argv)
{
  g_autofree char *lang = NULL, *format = NULL;
  g_auto (GStrv) folders = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "形式 / format", "text|json" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "表示言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &folders, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context
      = kiosk_ctl_log_context ("DIR",
                               "収集した端末ごとの状態と、警報を表示します。\n"
                               "Shows every terminal that is collected, and alarms.",
                               entries);
  g_autoptr (GError) error = NULL;
  Status self = { 0 };
  int status;

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_log_language (lang, &self.japanese))
    return kiosk_ctl_log_wrong_option ("--lang", "ja, en");
  self.json = g_strcmp0 (format, "json") == 0;
  if (format != NULL && !self.json && !g_str_equal (format, "text"))
    return kiosk_ctl_log_wrong_option ("--format", "text, json");
  if (folders == NULL || g_strv_length (folders) != 1)
    return kiosk_ctl_log_wrong_option ("DIR", "1");
  self.rows = g_ptr_array_new_with_free_func (row_free);
  self.alarms = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  status = show (&self, folders[0]);
  g_ptr_array_unref (self.rows);
  g_ptr_array_unref (self.alarms);
  return status;
}
