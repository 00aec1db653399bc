/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "kiosk/log/alarm-list.h"

#include "kiosk/base/text.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* A file of lines that anybody with the folder can have written: each is judged by itself, and nothing in it is believed but shown. */

#define LINE_MAX_BYTES 8192
#define TEXT_CHARS 300
#define ENDED "-ended"
#define CLOSED "-closed"

void
kiosk_stored_alarm_free (KioskStoredAlarm *alarm)
{
  if (alarm == NULL)
    return;
  g_free (alarm->kind);
  g_free (alarm->host);
  g_free (alarm->ja);
  g_free (alarm->en);
  g_free (alarm);
}

static char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? kiosk_text_clean (json_node_get_string (node), TEXT_CHARS)
             : g_strdup ("");
}

static guint64
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_INT64
             ? (guint64) MAX (json_node_get_int (node), 0)
             : 0;
}

static gint64
get_time (JsonObject *object, const char *name)
{
  g_autofree char *text = get_text (object, name);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return time != NULL
             ? g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time)
             : 0;
}

/* Lines are flat: the parser is recursive, and older ones have no limit. */
static gboolean
is_flat (const char *line)
{
  gboolean in_string = FALSE;

  if (*line != '{')
    return FALSE;
  for (const char *p = line + 1; *p != '\0'; p++)
    if (in_string && *p == '\\' && p[1] != '\0')
      p++;
    else if (*p == '"')
      in_string = !in_string;
    else if (!in_string && (*p == '{' || *p == '['))
      return FALSE;
  return TRUE;
}

static KioskStoredAlarm *
read_line (const char *line)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  KioskStoredAlarm *alarm;

  if (strlen (line) > LINE_MAX_BYTES || !g_utf8_validate (line, -1, NULL) || !is_flat (line))
    return NULL;
  root = json_from_string (line, NULL);
  object = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  if (object == NULL || !json_object_has_member (object, "alarm"))
    return NULL;
  alarm = g_new0 (KioskStoredAlarm, 1);
  alarm->time = get_time (object, "time");
  alarm->kind = get_text (object, "alarm");
  alarm->host = get_text (object, "host");
  alarm->ja = get_text (object, "ja");
  alarm->en = get_text (object, "en");
  alarm->record = get_number (object, "record");
  alarm->last = get_number (object, "last");
  alarm->lasts = g_str_equal (alarm->kind, "gap") || g_str_equal (alarm->kind, "silence");
  return alarm;
}

/* "gap-closed" and "silence-ended" end all of their kind and terminal. FALSE: @alarm is no end. */
static gboolean
end_others (GPtrArray *alarms, const KioskStoredAlarm *alarm)
{
  g_autofree char *kind = g_strdup (alarm->kind);

  if (g_str_has_suffix (kind, ENDED))
    kind[strlen (kind) - strlen (ENDED)] = '\0';
  else if (g_str_has_suffix (kind, CLOSED))
    kind[strlen (kind) - strlen (CLOSED)] = '\0';
  else
    return FALSE;
  for (guint i = 0; i < alarms->len; i++)
    {
      KioskStoredAlarm *before = alarms->pdata[i];

      if (g_str_equal (before->kind, kind) && g_str_equal (before->host, alarm->host))
        before->lasts = FALSE;
    }
  return TRUE;
}

GPtrArray *
kiosk_alarm_list_read (const char *folder, guint *unreadable, GError **error)
{
  g_autofree char *path = g_build_filename (folder, KIOSK_ALARMS_NAME, NULL);
  g_autoptr (GPtrArray) alarms
      = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_stored_alarm_free);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) local = NULL;
  guint bad = 0;
  char *line;

  if (unreadable != NULL)
    *unreadable = 0;
  stream = g_file_read (file, NULL, &local);
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
      || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY)) /* one file was opened */
    return g_steal_pointer (&alarms);
  lines = stream != NULL ? g_data_input_stream_new (G_INPUT_STREAM (stream)) : NULL;
  while (local == NULL
         && (line = g_data_input_stream_read_line (lines, NULL, NULL, &local)) != NULL)
    {
      g_autofree char *text = line;
      KioskStoredAlarm *alarm = read_line (text);

      if (alarm == NULL)
        bad++;
      else if (end_others (alarms, alarm))
        kiosk_stored_alarm_free (alarm);
      else
        g_ptr_array_add (alarms, alarm);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (unreadable != NULL)
    *unreadable = bad;
  return g_steal_pointer (&alarms);
}
