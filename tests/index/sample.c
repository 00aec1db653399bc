/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "sample.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

#define BEGIN G_GINT64_CONSTANT (1790780400) /* 2026-10-01 00:00 in Asia/Tokyo */

typedef struct {
  AuditLog log;
  GString *text;
  KioskAuditRecord base;
} Sample;

gint64
sample_time (guint day, guint hour, guint minute)
{
  return (BEGIN + ((gint64) day * 24 + hour) * 3600 + (gint64) minute * 60) * G_USEC_PER_SEC;
}

static void
add (Sample *self, gint64 time, KioskAuditRecord record)
{
  record.realtime = time;
  record.boottime = time - sample_time (0, 0, 0);
  record.boot = "b0c1d2e3-0000-4000-8000-000000000001";
  record.host_id = self->base.host_id;
  record.host_site = "本庁舎3階";
  audit_log_append (&self->log, &record, self->text);
}

#define ADD(time, ...) add (self, (time), (KioskAuditRecord){ __VA_ARGS__ })
#define SUCCESS .outcome = KIOSK_OUTCOME_SUCCESS
#define FAILURE .outcome = KIOSK_OUTCOME_FAILURE
#define PERSON .user_id = person, .user_name = name, .session = session

static void
add_stay (Sample *self, guint day, guint hour, gboolean ends)
{
  static const char *const persons[][2]
      = { { "k-sato", "佐藤 健一" }, { "r-suzuki", "鈴木 亮" }, { "h-ito", "伊藤 光" } };
  const char *person = persons[day % 3][0], *name = persons[day % 3][1];
  g_autofree char *session = g_strdup_printf ("S-%s-%02u-%02u", self->base.host_id, day, hour);
  g_autofree char *ticket = g_strdup_printf ("W-2026-%04u", 1100 + day);

  ADD (sample_time (day, hour, 0), .action = KIOSK_ACTION_LOGIN_BEGUN, .user_id = person);
  ADD (sample_time (day, hour, 1), .action = KIOSK_ACTION_LOGIN, SUCCESS, PERSON);
  ADD (sample_time (day, hour, 5), .action = KIOSK_ACTION_CONNECT_BEGUN, PERSON,
       .server = "zeimu-ap02", .ticket = ticket, .purpose = "定例パッチの適用と動作確認",
       .order = day % 2 == 0 ? "O-17" : NULL);
  ADD (sample_time (day, hour, 6), .action = KIOSK_ACTION_CONNECT, SUCCESS, PERSON,
       .server = "zeimu-ap02", .ip = "10.99.0.12", .port = 3389);
  ADD (sample_time (day, hour, 20), .action = KIOSK_ACTION_LOCK, SUCCESS, .reason = "idle", PERSON);
  ADD (sample_time (day, hour, 30), .action = KIOSK_ACTION_UNLOCK, SUCCESS, PERSON);
  if (!ends)
    return;
  ADD (sample_time (day, hour, 40), .action = KIOSK_ACTION_DISCONNECT, SUCCESS, .reason = "person",
       PERSON, .server = "zeimu-ap02");
  ADD (sample_time (day, hour, 50), .action = KIOSK_ACTION_LOGOUT, SUCCESS, .reason = "person",
       PERSON);
}

static void
add_day (Sample *self, guint day)
{
  add_stay (self, day, 10, day != 20);
  if (day == 20)
    ADD (sample_time (day, 11, 30), .action = KIOSK_ACTION_DAEMON_STARTED, SUCCESS);
  if (day % 3 == 0)
    ADD (sample_time (day, 13, 0), .action = KIOSK_ACTION_LOGIN, FAILURE, .reason = "password",
         .user_id = "k-sato");
  if (day == 13 || day == 36)
    ADD (sample_time (day, 14, 22), .action = KIOSK_ACTION_DEVICE_REFUSED, SUCCESS,
         .reason = "device-unlisted", .reference = "K-1042",
         .detail = "port=1-2 ids=0781:5581 names=\"USB DISK 3.0\"");
  if (day == 18)
    {
      ADD (sample_time (day, 13, 6), .action = KIOSK_ACTION_OUTAGE_BEGUN, FAILURE,
           .outage = "server", .server = "bunsho-db01", .reason = "no-answer",
           .start = sample_time (day, 13, 5));
      ADD (sample_time (day, 13, 53), .action = KIOSK_ACTION_OUTAGE_ENDED, SUCCESS,
           .outage = "server", .server = "bunsho-db01", .reason = "no-answer",
           .start = sample_time (day, 13, 5), .end = sample_time (day, 13, 52),
           .duration = G_GINT64_CONSTANT (47) * 60 * G_USEC_PER_SEC, .count = 2);
    }
  if (day == 33)
    add_stay (self, day, 20, TRUE);
  if (day == 35)
    ADD (sample_time (day, 19, 0), .action = KIOSK_ACTION_CONNECT, FAILURE, .reason = "hours",
         .user_id = "h-ito", .server = "zeimu-ap02");
  for (guint i = 0; day == SAMPLE_RISE_DAY && i < 13; i++)
    ADD (sample_time (day, 22, 4 + i), .action = KIOSK_ACTION_LOGIN, FAILURE, .reason = "unlisted",
         .user_id = "unlisted");
  ADD (sample_time (day, 23, 59), .action = KIOSK_ACTION_CHECKPOINT, SUCCESS, .reason = "day",
       .file = 1);
}

GString *
sample_log (const char *host, guint64 number)
{
  Sample sample = { .text = g_string_new (NULL), .base = { .host_id = host } };
  Sample *self = &sample;

  audit_log_begin (&self->log, number);
  ADD (sample_time (0, 0, 0), .action = KIOSK_ACTION_LOG_BEGUN, SUCCESS, .reason = "begin",
       .file = 1);
  for (guint day = 0; day < SAMPLE_DAYS; day++)
    add_day (self, day);
  return self->text;
}

void
sample_write (const char *parent, const char *host, guint64 number)
{
  g_autofree char *folder = g_build_filename (parent, host, NULL);
  g_autofree char *path = g_build_filename (folder, "audit.log", NULL);
  GString *text = sample_log (host, number);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
  g_string_free (text, TRUE);
}

void
sample_write_actions (const char *parent)
{
  g_autofree char *path = g_build_filename (parent, "actions.log", NULL);
  Sample sample = { .text = g_string_new (NULL), .base = { .host_id = "A-05" } };
  Sample *self = &sample;

  audit_log_begin (&self->log, 5);
  ADD (sample_time (0, 0, 0), .action = KIOSK_ACTION_LOG_BEGUN, SUCCESS, .reason = "begin",
       .file = 1);
  for (guint i = 0; kiosk_audit_action_nth (i) != NULL; i++)
    {
      const char *action = kiosk_audit_action_nth (i)->action;

      if (g_str_equal (action, KIOSK_ACTION_LOG_BEGUN))
        continue;
      ADD (sample_time (1, 0, i), .action = action, .outcome = (KioskOutcome) (i % 3));
      ADD (sample_time (1, 0, i), .action = action, SUCCESS, .reason = "idle",
           .detail = "a \"b\" \\c", .user_id = "k-sato", .user_name = "佐藤 健一", .session = "S-1",
           .server = "x", .ip = "10.99.0.11", .port = 3389, .source_ip = "10.99.0.1",
           .source_port = 40000, .policy = "f00d", .reference = "K-1");
    }
  g_assert_true (g_file_set_contents (path, self->text->str, (gssize) self->text->len, NULL));
  g_string_free (self->text, TRUE);
}
