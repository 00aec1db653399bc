/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "collect-alarm.h"

#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Alarms are few and matter: each is on the disk before anything else is done. */

#define BURST 20
#define BURST_TIME (10 * 60 * G_USEC_PER_SEC)

struct _KioskAlarms {
  char *path;
  GHashTable *told;   /* "kind host digest" of lines */
  GHashTable *open;   /* "kind host" of gaps and silences */
  GHashTable *bursts; /* "kind host" -> Burst */
};

typedef struct {
  gint64 begun;
  guint told, held_back;
} Burst;

static const struct {
  const char *name;
  KioskLabel label;
} kinds[KIOSK_N_ALARMS] = {
  [KIOSK_ALARM_UNKNOWN] = { "unknown",
                            { (char *) "登録されていない端末から記録が届きました",
                              (char *) "records of a terminal that is not enrolled" } },
  [KIOSK_ALARM_MALFORMED] = { "malformed",
                              { (char *) "どの端末のものか分からない行が届きました",
                                (char *) "a line that names no terminal" } },
  [KIOSK_ALARM_FORK]
  = { "fork",
      { (char *) "同じ番号の、内容の違う記録があります。どちらかは偽物か、"
                 "端末の記録が古い控えに戻されています",
        (char
             *) "two different records with the same number: one is forged, or an older copy of the "
                "log was put back on the terminal" } },
  [KIOSK_ALARM_BAD_CHAIN] = { "bad-chain",
                              { (char *) "この端末の記録として正しくない行が届きました",
                                (char *) "a line that is no right record of this terminal" } },
  [KIOSK_ALARM_GAP]
  = { "gap",
      { (char *) "途中の記録が届いていません", (char *) "records in between have not arrived" } },
  [KIOSK_ALARM_GAP_CLOSED] = { "gap-closed",
                               { (char *) "届いていなかった記録が届きました",
                                 (char *) "the records that were missing have arrived" } },
  [KIOSK_ALARM_SILENCE] = { "silence",
                            { (char *) "動いているはずの端末から記録が届きません",
                              (char *) "nothing from a terminal that should be running" } },
  [KIOSK_ALARM_SILENCE_ENDED]
  = { "silence-ended",
      { (char *) "端末からまた記録が届きました", (char *) "the terminal is heard again" } },
  [KIOSK_ALARM_FULL]
  = { "full",
      { (char *) "別に取っておく場所がいっぱいです。新しく届いた分は端末にだけ残ります",
        (char *) "there is no more room for what is put aside: what comes now remains on the "
                 "terminal alone" } },
};

const char *
kiosk_alarm_name (KioskAlarmKind kind)
{
  return kinds[kind].name;
}

const KioskLabel *
kiosk_alarm_label (KioskAlarmKind kind)
{
  return &kinds[kind].label;
}

static char *
key_of (const char *kind, const char *host)
{
  return g_strconcat (kind, " ", host != NULL ? host : "", NULL);
}

/* What is open, and what was told. */
static void
note (KioskAlarms *self, const char *kind, const char *host, const char *digest)
{
  if (digest != NULL)
    g_hash_table_add (self->told,
                      g_strconcat (kind, " ", host != NULL ? host : "", " ", digest, NULL));
  for (KioskAlarmKind opens = KIOSK_ALARM_GAP; opens <= KIOSK_ALARM_SILENCE; opens += 2)
    if (g_str_equal (kind, kinds[opens].name))
      g_hash_table_add (self->open, key_of (kind, host));
    else if (g_str_equal (kind, kinds[opens + 1].name))
      {
        g_autofree char *key = key_of (kinds[opens].name, host);

        g_hash_table_remove (self->open, key);
      }
}

static void
read_line (KioskAlarms *self, const char *line)
{
  g_autoptr (JsonNode) root = json_from_string (line, NULL);
  JsonObject *object
      = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;

  if (object != NULL && json_object_has_member (object, "alarm"))
    note (self, json_object_get_string_member (object, "alarm"),
          json_object_get_string_member_with_default (object, "host", NULL),
          json_object_get_string_member_with_default (object, "digest", NULL));
}

KioskAlarms *
kiosk_alarms_open (const char *folder, GError **error)
{
  g_autoptr (KioskAlarms) self = g_new0 (KioskAlarms, 1);
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  self->path = g_build_filename (folder, KIOSK_COLLECT_ALARMS_NAME, NULL);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->bursts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!g_file_get_contents (self->path, &text, NULL, &local)
      && !g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    read_line (self, lines[i]);
  return g_steal_pointer (&self);
}

void
kiosk_alarms_free (KioskAlarms *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_hash_table_unref (self->told);
  g_hash_table_unref (self->open);
  g_hash_table_unref (self->bursts);
  g_free (self);
}

gboolean
kiosk_alarms_is_open (const KioskAlarms *self, KioskAlarmKind kind, const char *host)
{
  g_autofree char *key = key_of (kinds[kind].name, host);

  return g_hash_table_contains (self->open, key);
}

/* ---- Telling ---- */

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const char *name, guint64 value)
{
  if (value == 0)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

static char *
describe (const KioskAlarm *alarm, KioskLanguage language)
{
  gboolean japanese = language == KIOSK_LANGUAGE_JA;
  GString *text = g_string_new (NULL);

  if (alarm->host != NULL)
    g_string_append_printf (text, japanese ? "端末 %s: " : "terminal %s: ", alarm->host);
  g_string_append (text, kiosk_label_get (&kinds[alarm->kind].label, language));
  if (alarm->last > 0)
    g_string_append_printf (text,
                            japanese ? "（記録 %" G_GUINT64_FORMAT "～%" G_GUINT64_FORMAT "）"
                                     : " (records %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ")",
                            alarm->record, alarm->last);
  else if (alarm->record > 0)
    g_string_append_printf (
        text, japanese ? "（記録 %" G_GUINT64_FORMAT "）" : " (record %" G_GUINT64_FORMAT ")",
        alarm->record);
  if (alarm->kind == KIOSK_ALARM_BAD_CHAIN && alarm->fault != KIOSK_AUDIT_OK)
    g_string_append_printf (text, japanese ? "。%s" : ": %s",
                            kiosk_audit_fault_text (alarm->fault, japanese));
  return g_string_free (text, FALSE);
}

static char *
print (const KioskAlarm *alarm, const char *digest, guint count, const char *en)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S.%fZ");
  g_autofree char *ja = describe (alarm, KIOSK_LANGUAGE_JA);
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  add_text (builder, "time", time);
  add_text (builder, "alarm", kinds[alarm->kind].name);
  add_text (builder, "host", alarm->host);
  add_text (builder, "from", alarm->from);
  add_number (builder, "record", alarm->record);
  add_number (builder, "last", alarm->last);
  if (alarm->kind == KIOSK_ALARM_BAD_CHAIN)
    add_text (builder, "fault", kiosk_audit_fault_name (alarm->fault));
  add_text (builder, "digest", digest);
  add_number (builder, "held-back", count);
  add_text (builder, "en", en);
  add_text (builder, "ja", ja);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_strconcat (text, "\n", NULL);
}

static void
tell_journal (const char *text)
{
  const GLogField fields[] = {
    { "MESSAGE", text, -1 },
    { "PRIORITY", "1", -1 },
    { "SYSLOG_IDENTIFIER", "kioskctl-collect", -1 },
  };

  g_log_writer_journald (G_LOG_LEVEL_CRITICAL, fields, G_N_ELEMENTS (fields), NULL);
}

static void
store (const KioskAlarms *self, const char *line)
{
  int file = open (self->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
  gsize length = strlen (line);

  /* with a full disk there are still standard error and the journal */
  if (file < 0 || write (file, line, length) != (ssize_t) length || fdatasync (file) != 0)
    g_printerr ("kioskctl: %s: %s, ignoring\n", self->path, g_strerror (errno));
  if (file >= 0)
    close (file);
}

/* FALSE when it is one too many. */
static gboolean
count_burst (KioskAlarms *self, const KioskAlarm *alarm, gint64 now, guint *held_back)
{
  /* names of terminals that nobody enrolled are made up as one likes */
  gboolean known = alarm->kind != KIOSK_ALARM_UNKNOWN;
  g_autofree char *key = key_of (kinds[alarm->kind].name, known ? alarm->host : NULL);
  Burst *burst = g_hash_table_lookup (self->bursts, key);

  if (burst == NULL || now - burst->begun > BURST_TIME)
    {
      *held_back = burst != NULL ? burst->held_back : 0;
      burst = g_new0 (Burst, 1);
      burst->begun = now;
      g_hash_table_replace (self->bursts, g_steal_pointer (&key), burst);
    }
  if (burst->told >= BURST)
    {
      burst->held_back++;
      return FALSE;
    }
  burst->told++;
  return TRUE;
}

gboolean
kiosk_alarms_raise (KioskAlarms *self, const KioskAlarm *alarm, gint64 now)
{
  g_autofree char *digest = NULL, *key = NULL, *en = NULL, *line = NULL;
  const char *host = alarm->host != NULL ? alarm->host : "";
  guint8 bytes[16];
  guint held_back = 0;

  if (alarm->line != NULL)
    {
      char hex[2 * sizeof bytes + 1];

      crypto_generichash (bytes, sizeof bytes, g_bytes_get_data (alarm->line, NULL),
                          g_bytes_get_size (alarm->line), NULL, 0);
      digest = g_strdup (sodium_bin2hex (hex, sizeof hex, bytes, sizeof bytes));
      key = g_strconcat (kinds[alarm->kind].name, " ", host, " ", digest, NULL);
      if (g_hash_table_contains (self->told, key))
        return FALSE;
    }
  if (!count_burst (self, alarm, now, &held_back))
    return TRUE;
  note (self, kinds[alarm->kind].name, alarm->host, digest);
  en = describe (alarm, KIOSK_LANGUAGE_EN);
  line = print (alarm, digest, held_back, en);
  store (self, line);
  g_printerr ("kioskctl: %s\n", en);
  tell_journal (en);
  return TRUE;
}
