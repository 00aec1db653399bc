/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit-log.h"

#include "kiosk/base/file.h"
#include "kiosk/log/alarm-list.h"
#include "kiosk/log/enrolment.h"
#include "kiosk/log/receipt.h"
#include "kiosk/model/audit-actions.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Logs for the tests of kiosk-review, by the product's own encoder: five weeks of three terminals, with what security staff look
 * for in them, always the same.
 *
 * usage: make-log FOLDER [KEY]        a folder for each terminal, as a collector has it; the secrets are sealed to the auditor's public KEY. Prints lines
 *                                     for a list of keys: of the collector and of each log
 *        make-log FOLDER many COUNT   one terminal with COUNT records */

#define DAY G_TIME_SPAN_DAY
#define HOUR G_TIME_SPAN_HOUR
#define MINUTE G_TIME_SPAN_MINUTE
#define FIRST_DAY                                                                                  \
  (G_GINT64_CONSTANT (1791903600) * G_USEC_PER_SEC) /* Wed 2026-10-14 00:00 in Tokyo */
#define DAYS 38                                     /* to Fri 2026-11-20 */

typedef struct {
  const char *id, *name;
} Person;

static const Person persons[] = {
  { "k-sato", "佐藤 健一" }, { "r-suzuki", "鈴木 亮" },   { "h-ito", "伊藤 光" },
  { "a-kimura", "木村 葵" }, { "y-nakamura", "中村 優" },
};

static const struct {
  const char *id, *ip, *purpose;
} servers[] = {
  { "residents-ap01", "192.0.2.21", "11月定例パッチの適用と動作確認" },
  { "tax-ap02", "192.0.2.22", "収納データの取込結果の確認" },
  { "documents-db01", "192.0.2.23", "文書管理の索引の再作成" },
};

typedef struct {
  AuditLog log;
  GString *text;
  const char *host, *site;
  gint64 now, begun;
  guint since_checkpoint, stays;
} Terminal;

static void
write_record (Terminal *self, KioskAuditRecord *record)
{
  record->host_id = self->host;
  record->host_site = self->site;
  record->realtime = self->now;
  record->boottime = self->now - self->begun;
  record->boot = "5b1f9c1e-0d1b-4b7e-9c1e-0d1b4b7e9c1e";
  record->clock = "synchronised";
  audit_log_append (&self->log, record, self->text);
  self->since_checkpoint++;
}

static void
write_checkpoint (Terminal *self, const char *reason)
{
  KioskAuditRecord record
      = { .action = KIOSK_ACTION_CHECKPOINT, .outcome = KIOSK_OUTCOME_SUCCESS, .reason = reason };

  write_record (self, &record);
  self->since_checkpoint = 0;
}

static void
add (Terminal *self, KioskAuditRecord record)
{
  write_record (self, &record);
  if (self->since_checkpoint >= 200)
    write_checkpoint (self, "count");
}

static Terminal *
terminal_new (guint64 number, const char *host, const char *site)
{
  Terminal *self = g_new0 (Terminal, 1);
  KioskAuditRecord record
      = { .action = KIOSK_ACTION_LOG_BEGUN, .outcome = KIOSK_OUTCOME_SUCCESS, .reason = "begin" };

  self->host = host;
  self->site = site;
  self->text = g_string_new (NULL);
  self->now = self->begun = FIRST_DAY + 8 * HOUR;
  audit_log_begin (&self->log, number);
  write_record (self, &record);
  add (self, (KioskAuditRecord){ .action = KIOSK_ACTION_DAEMON_STARTED,
                                 .outcome = KIOSK_OUTCOME_SUCCESS,
                                 .detail = "maintenance-kiosk 0.1.0" });
  return self;
}

static void
terminal_free (Terminal *self)
{
  g_string_free (self->text, TRUE);
  g_free (self);
}

/* ---- What happens ---- */

static void
fail_login (Terminal *self, const Person *person, guint times)
{
  for (guint i = 0; i < times; i++)
    {
      self->now += 40 * G_USEC_PER_SEC;
      add (self, (KioskAuditRecord){ .action = KIOSK_ACTION_LOGIN,
                                     .outcome = KIOSK_OUTCOME_FAILURE,
                                     .user_id = person != NULL ? person->id : "unlisted",
                                     .user_name = person != NULL ? person->name : NULL,
                                     .reason = person != NULL ? KIOSK_REASON_PASSWORD
                                                              : KIOSK_REASON_UNLISTED });
    }
}

static void
refuse_device (Terminal *self, const Person *person, const char *session)
{
  add (self, (KioskAuditRecord){ .action = KIOSK_ACTION_DEVICE_REFUSED,
                                 .outcome = KIOSK_OUTCOME_SUCCESS,
                                 .reason = KIOSK_REASON_DEVICE_CLASS,
                                 .user_id = person->id,
                                 .user_name = person->name,
                                 .session = session,
                                 .reference = "A03-1120-057",
                                 .detail = "port 1-3, 0781:5567, mass storage, \"USB DISK 3.0\"" });
}

/* From log-in to log-out, with a lock in the middle. */
static void
stay (Terminal *self, gint64 begin, gint64 length, const Person *person, guint server,
      gboolean with_order, gboolean with_device)
{
  g_autofree char *session = g_strdup_printf ("S-%s-%03u", self->host, ++self->stays);
  KioskAuditRecord base = { .user_id = person->id,
                            .user_name = person->name,
                            .session = session,
                            .outcome = KIOSK_OUTCOME_SUCCESS };
  KioskAuditRecord record = base;

  self->now = begin;
  record.action = KIOSK_ACTION_LOGIN;
  add (self, record);
  self->now = begin + MINUTE;
  record.server = servers[server].id;
  record.ip = servers[server].ip;
  record.port = 3389;
  record.ticket = with_order ? "W-2026-1184" : NULL;
  record.purpose = servers[server].purpose;
  record.order = with_order ? "W-2026-1184" : NULL;
  record.approver = with_order ? "m-tanaka" : NULL;
  record.action = KIOSK_ACTION_CONNECT_BEGUN;
  record.outcome = KIOSK_OUTCOME_UNKNOWN;
  add (self, record);
  self->now += G_USEC_PER_SEC;
  record.outcome = KIOSK_OUTCOME_SUCCESS;
  record.action = KIOSK_ACTION_CONNECT;
  add (self, record);
  self->now = begin + length / 2;
  if (with_device)
    refuse_device (self, person, session);
  record = base;
  record.action = KIOSK_ACTION_LOCK;
  record.reason = KIOSK_REASON_IDLE;
  add (self, record);
  self->now += length / 8;
  record.action = KIOSK_ACTION_UNLOCK;
  record.reason = NULL;
  add (self, record);
  self->now = begin + length - MINUTE;
  record.action = KIOSK_ACTION_DISCONNECT;
  record.reason = KIOSK_REASON_PERSON;
  record.server = servers[server].id;
  add (self, record);
  self->now = begin + length;
  record = base;
  record.action = KIOSK_ACTION_LOGOUT;
  record.reason = KIOSK_REASON_PERSON;
  add (self, record);
  write_checkpoint (self, "session");
}

static void
outage (Terminal *self, gint64 begin, gint64 length)
{
  KioskAuditRecord record = { .action = KIOSK_ACTION_OUTAGE_BEGUN,
                              .outcome = KIOSK_OUTCOME_FAILURE,
                              .reason = KIOSK_REASON_NO_ANSWER,
                              .outage = "server",
                              .server = servers[2].id,
                              .ip = servers[2].ip,
                              .start = begin };

  self->now = begin + 5 * G_USEC_PER_SEC;
  add (self, record);
  self->now = begin + length;
  record.action = KIOSK_ACTION_OUTAGE_ENDED;
  record.outcome = KIOSK_OUTCOME_SUCCESS;
  record.end = self->now;
  record.duration = length;
  record.count = 1;
  add (self, record);
}

static void
work_day (Terminal *self, guint terminal, guint day)
{
  gint64 midnight = FIRST_DAY + day * DAY;
  const Person *first = &persons[(terminal + day) % 3];
  const Person *second = &persons[(terminal + 2 * day + 1) % 4];
  gboolean last = day == DAYS - 1;

  if (day > 0)
    {
      self->now = midnight + MINUTE;
      write_checkpoint (self, KIOSK_REASON_CHECKPOINT_DAY);
    }
  self->now = MAX (self->now, midnight + 8 * HOUR + 20 * MINUTE);
  fail_login (self, first, (day + terminal) % 5 == 0 ? 1 : 0);
  stay (self, midnight + (9 + terminal) * HOUR + 5 * MINUTE, 90 * MINUTE, first,
        (terminal + day) % 3, TRUE, FALSE);
  if (terminal == 1 && day % 9 == 5)
    outage (self, midnight + 13 * HOUR + 5 * MINUTE, 47 * MINUTE);
  stay (self, midnight + (14 + terminal) * HOUR, 110 * MINUTE, second, day % 3,
        !(last && terminal == 1), last && terminal == 1);
  if (terminal == 2 && day == DAYS - 2)
    {
      self->now = midnight + 22 * HOUR + 4 * MINUTE;
      fail_login (self, NULL, 31);
      fail_login (self, &persons[1], 6);
    }
  if (terminal == 2 && last)
    stay (self, midnight + 17 * HOUR + 50 * MINUTE, 45 * MINUTE, &persons[3], 1, TRUE, FALSE);
}

/* ---- Files ---- */

static void
write_file (const char *folder, const char *name, const char *text, gsize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, text, (gssize) length, &error))
    g_error ("%s", error->message);
}

/* What the collector confirmed: everything, the log ends in a checkpoint. */
static void
write_receipts (const Terminal *self, const char *folder)
{
  static const guint8 seed[KIOSK_AUDIT_KEY_SIZE] = { 5 };
  g_autofree char *line = NULL;
  KioskCollectReceipt receipt = { .host = (char *) self->host,
                                  .sequence = self->log.state.chain.sequence,
                                  .time = (char *) "2026-11-20T11:00:00.000000Z" };

  memcpy (receipt.log, self->log.state.log_key, sizeof receipt.log);
  memcpy (receipt.chain, self->log.state.chain.hash, sizeof receipt.chain);
  line = kiosk_collect_receipt_sign (&receipt, seed);
  write_file (folder, KIOSK_RECEIPTS_NAME, line, strlen (line));
}

static void
print_key (const char *kind, const guint8 *key, const char *name)
{
  char hex[2 * KIOSK_AUDIT_KEY_SIZE + 1];

  printf ("%s %s %s\n", kind, sodium_bin2hex (hex, sizeof hex, key, KIOSK_AUDIT_KEY_SIZE), name);
}

static void
write_alarms (const char *root)
{
  static const char alarms[]
      = "{\"time\":\"2026-11-17T04:03:10.000000Z\",\"alarm\":\"silence\",\"host\":\"A-03\","
        "\"en\":\"terminal A-03: nothing from a terminal that should be running\","
        "\"ja\":\"端末 A-03: 動いているはずの端末から記録が届きません\"}\n"
        "{\"time\":\"2026-11-17T04:51:00.000000Z\",\"alarm\":\"silence-ended\",\"host\":"
        "\"A-03\"}\n"
        "{\"time\":\"2026-11-19T02:00:00.000000Z\",\"alarm\":\"fork\",\"host\":\"B-01\","
        "\"record\":412,\"en\":\"terminal B-01: two different records with the same number: one is "
        "forged, or an older copy of the log was put back on the terminal (record 412)\","
        "\"ja\":\"端末 B-01: 同じ番号の、内容の違う記録があります。どちらかは偽物か、"
        "端末の記録が古い控えに戻されています（記録 412）\"}\n"
        "{\"time\":\"2026-11-20T10:30:00.000000Z\",\"alarm\":\"silence\",\"host\":\"A-01\","
        "\"en\":\"terminal A-01: nothing from a terminal that should be running\","
        "\"ja\":\"端末 A-01: 動いているはずの端末から記録が届きません\"}\n";

  write_file (root, KIOSK_ALARMS_NAME, alarms, strlen (alarms));
}

static void
terminal_save (Terminal *self, const char *root, const char *auditor)
{
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  g_autofree char *folder = g_build_filename (root, self->host, NULL);
  g_autoptr (KioskEnrolment) enrolment = kiosk_enrolment_new ();
  g_autofree char *text = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  enrolment->host = g_strdup (self->host);
  enrolment->begun = g_strdup ("2026-10-13T23:00:00.000000Z");
  memcpy (enrolment->key, self->log.state.log_key, sizeof enrolment->key);
  if (auditor != NULL)
    {
      g_assert_true (kiosk_hex_to_bytes (auditor, key, sizeof key));
      g_assert_true (
          kiosk_enrolment_add_auditor (enrolment, "M. Tanaka", key, audit_log_secret ()));
    }
  text = kiosk_enrolment_print (enrolment);
  write_file (folder, KIOSK_ENROLMENT_NAME, text, strlen (text));
  write_file (folder, "audit.log", self->text->str, self->text->len);
  write_receipts (self, folder);
  print_key ("log", self->log.state.log_key, self->host);
}

static void
make_many (const char *root, guint64 count)
{
  Terminal *self = terminal_new (9, "C-09", "保管庫");

  for (guint64 i = 0; self->log.state.chain.sequence < count; i++)
    stay (self, self->now + MINUTE, 20 * MINUTE, &persons[i % G_N_ELEMENTS (persons)], i % 3, TRUE,
          FALSE);
  terminal_save (self, root, NULL);
  terminal_free (self);
}

int
main (int argc, char **argv)
{
  static const char *const hosts[][2]
      = { { "A-01", "本庁舎2階" }, { "A-03", "本庁舎3階" }, { "B-01", "東支所" } };

  if (argc == 4 && g_str_equal (argv[2], "many"))
    {
      make_many (argv[1], g_ascii_strtoull (argv[3], NULL, 10));
      return EXIT_SUCCESS;
    }
  if (argc < 2 || argc > 3)
    return EXIT_FAILURE;
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      Terminal *terminal = terminal_new (i + 1, hosts[i][0], hosts[i][1]);

      for (guint day = 0; day < DAYS; day++)
        if (day % 7 != 3 && day % 7 != 4) /* Saturday, Sunday */
          work_day (terminal, i, day);
      if (i == 0)
        {
          /* Somebody who has not come for long. */
          terminal->now += HOUR;
          add (terminal, (KioskAuditRecord){ .action = KIOSK_ACTION_INTERFACE_REFUSED,
                                             .outcome = KIOSK_OUTCOME_SUCCESS,
                                             .reason = KIOSK_REASON_WIRELESS,
                                             .detail = "wlan0 wifi pci iwlwifi 8086:2723" });
        }
      write_checkpoint (terminal, "heartbeat");
      terminal_save (terminal, argv[1], argv[2]); /* NULL behind the last */
      terminal_free (terminal);
    }
  write_alarms (argv[1]);
  {
    static const guint8 seed[KIOSK_AUDIT_KEY_SIZE] = { 5 };
    guint8 key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];

    crypto_sign_seed_keypair (key, secret, seed);
    print_key ("collector", key, "collector 1");
  }
  return EXIT_SUCCESS;
}
