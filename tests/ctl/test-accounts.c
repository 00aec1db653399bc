/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* kioskctl accounts on a machine with real accounts, a tally that pam_faillock wrote and an audit log
 * that verifies, in a world of its own. */

#include "../auth/neighbours.h"
#include "../lib/audit-log.h"
#include "../lib/world.h"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit.h"

#include <json-glib/json-glib.h>

#include <string.h>

#define LOG "/var/log/maintenance-kiosk"
#define STATE "/var/lib/maintenance-kiosk"
#define DAY ((gint64) 24 * 60 * 60)

static const char policy[]
    = "[policy]\nformat=1\n[terminal]\nid=t-01\nsite[ja]=北\nsite[en]=North\n"
      "[login]\nunused-days=60\n"
      "[person t-right]\nname[ja]=佐藤\nname[en]=\"=Sato\"\n"
      "[person t-other]\nname[ja]=鈴木\nname[en]=Suzuki\n"
      "[person t-locked]\nname[ja]=高橋\nname[en]=Takahashi\n"
      "[person t-closed]\nname[ja]=田中\nname[en]=Tanaka\n"
      "[person t-aged]\nname[ja]=伊藤\nname[en]=Ito\n"
      "[person t-tally]\nname[ja]=渡辺\nname[en]=Watanabe\n"
      "[person t-gone]\nname[ja]=山本\nname[en]=Yamamoto\n"
      "[person user1]\nname[ja]=中村\nname[en]=Nakamura\n"
      "[role engineer]\npersons=t-right;t-other;t-locked;t-closed;t-aged;t-tally;t-gone;user1\n"
      "[role approver]\npersons=t-right\n";

/* ---- The machine ---- */

static void
append_record (GString *text, AuditLog *log, const char *action, KioskOutcome outcome,
               const char *id, gint64 days_ago)
{
  const KioskAuditRecord record = {
    .action = action,
    .outcome = outcome,
    .user_id = id,
    .realtime = g_get_real_time () - days_ago * DAY * G_USEC_PER_SEC,
    .boot = "b",
    .host_id = "t-01",
  };

  audit_log_append (log, &record, text);
}

static void
write_log (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  AuditLog log;

  audit_log_begin (&log, 0);
  append_record (text, &log, KIOSK_ACTION_LOG_BEGUN, KIOSK_OUTCOME_SUCCESS, NULL, 200);
  append_record (text, &log, KIOSK_ACTION_LOGIN, KIOSK_OUTCOME_SUCCESS, "t-right", 90);
  append_record (text, &log, KIOSK_ACTION_LOGIN, KIOSK_OUTCOME_SUCCESS, "t-other", 90);
  append_record (text, &log, KIOSK_ACTION_LOGIN, KIOSK_OUTCOME_SUCCESS, "user1", 5);
  /* an attempt is no use, a failure neither, an approval is one */
  append_record (text, &log, KIOSK_ACTION_LOGIN_BEGUN, KIOSK_OUTCOME_UNKNOWN, "t-other", 3);
  append_record (text, &log, KIOSK_ACTION_LOGIN, KIOSK_OUTCOME_FAILURE, "t-other", 3);
  append_record (text, &log, KIOSK_ACTION_APPROVE, KIOSK_OUTCOME_SUCCESS, "t-right", 2);
  g_free (world_run ("install -d -m 0700 " LOG));
  g_assert_true (g_file_set_contents (LOG "/audit.log", text->str, (gssize) text->len, NULL));
}

static void
make_machine (void)
{
  /* other people of the host are nobody's business here */
  g_free (
      world_run ("for id in $(awk -F: '$3 >= 1000 && $3 <= 60000 { print $1 }' /etc/passwd); do "
                 "userdel \"$id\"; done"));
  auth_make_people ();
  world_add_person ("t-aged", PASSWORD);
  world_add_person ("user1", "Midori-2026-right");
  world_add_person ("t-extra", "Midori-2026-right");
  g_free (world_run (
      "chage -d $(($(date +%s) / 86400 - 30)) -M 90 t-right; "
      "chage -d $(($(date +%s) / 86400 - 100)) -M 90 t-aged; "
      "install -d -m 0755 /etc/maintenance-kiosk; "
      "install -d -m 0700 /var/lib/maintenance-kiosk /var/lib/maintenance-kiosk/faillock "
      "/var/lib/maintenance-kiosk/oath; "
      "echo 'HOTP/T30/6\tt-right\t-\t0011223344' >/var/lib/maintenance-kiosk/oath/users; "
      "echo 't-right:a,b,es256,+presence' >/etc/maintenance-kiosk/u2f.keys; "
      "echo 't-other:a,b,es256,+presence' >>/etc/maintenance-kiosk/u2f.keys; "
      "chmod 0600 /var/lib/maintenance-kiosk/oath/users /etc/maintenance-kiosk/u2f.keys"));
  g_assert_true (
      g_file_set_contents ("/etc/maintenance-kiosk/policy.conf", policy, sizeof policy - 1, NULL));
  write_log ();
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (auth_log_in ("t-tally", "Wrong-2026-word"), ==, KIOSK_AUTH_REASON_PASSWORD);
}

/* ---- kioskctl ---- */

static int
run (const char *arguments, char **out)
{
  g_autofree char *command = g_strdup_printf ("TZ=UTC kioskctl accounts %s", arguments);
  const char *const argv[] = { "/bin/sh", "-c", command, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *complaint = NULL;
  int status;

  g_spawn_sync ("/", (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, out, &complaint, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  if (*complaint != '\0')
    g_test_message ("%s", complaint);
  return WEXITSTATUS (status);
}

static char *
join (JsonObject *account, const char *name)
{
  JsonArray *array = json_object_get_array_member (account, name);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            json_array_get_string_element (array, i));
  return g_string_free (text, FALSE);
}

static void
test_json (void)
{
  static const struct {
    const char *id, *state, *roles, *factor, *findings;
    int used; /* days ago; -1: never */
    int age, left;
  } rows[] = {
    { "t-right", "active", "engineer approver", "totp+fido2", "", 2, 30, 60 },
    { "t-other", "active", "engineer", "fido2", "unused", 90, 0, -1 },
    { "t-locked", "disabled", "engineer", "", "disabled unused", -1, 0, -1 },
    { "t-closed", "expired", "engineer", "", "expired unused", -1, 0, -1 },
    { "t-aged", "active", "engineer", "", "unused password-overdue", -1, 100, -10 },
    { "t-tally", "locked-out", "engineer", "", "locked-out unused", -1, 0, -1 },
    { "t-gone", "absent", "engineer", "", "absent unused", -1, -1, -1 },
    { "user1", "active", "engineer", "", "shared-name", 5, 0, -1 },
    { "t-empty", NULL, "", "", "unlisted", -1, -1, -1 },
    { "t-extra", "active", "", "", "unlisted", -1, 0, -1 },
  };
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonArray *accounts;
  gint64 now;

  g_assert_cmpint (run ("--json", &text), ==, 1);
  root = json_from_string (text, NULL);
  g_assert_nonnull (root);
  now = json_object_get_int_member (json_node_get_object (root), "now_unix");
  accounts = json_object_get_array_member (json_node_get_object (root), "accounts");
  g_assert_cmpuint (json_array_get_length (accounts), ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      JsonObject *account = json_array_get_object_element (accounts, i);
      g_autofree char *roles = join (account, "roles");
      g_autofree char *findings = join (account, "findings");

      g_test_message ("%s: %s", json_object_get_string_member (account, "id"), findings);
      g_assert_cmpstr (json_object_get_string_member (account, "id"), ==, rows[i].id);
      if (rows[i].state != NULL)
        g_assert_cmpstr (json_object_get_string_member (account, "state"), ==, rows[i].state);
      g_assert_cmpstr (roles, ==, rows[i].roles);
      g_assert_cmpstr (findings, ==, rows[i].findings);
      g_assert_cmpstr (json_object_get_string_member (account, "second_factor"), ==,
                       rows[i].factor);
      if (rows[i].used < 0)
        g_assert_true (json_object_get_null_member (account, "last_use_unix"));
      else
        g_assert_cmpint ((now - json_object_get_int_member (account, "last_use_unix")) / DAY, ==,
                         rows[i].used);
      if (rows[i].age > 0)
        g_assert_cmpint (json_object_get_int_member (account, "password_age_days"), ==,
                         rows[i].age);
      if (rows[i].left != -1)
        g_assert_cmpint (json_object_get_int_member (account, "password_days_left"), ==,
                         rows[i].left);
    }
  g_assert_cmpint (
      json_object_get_int_member (json_array_get_object_element (accounts, 5), "failures"), ==, 10);
  g_assert_null (strstr (text, "0011223344"));
  g_assert_null (strstr (text, "$y$"));
}

static void
test_csv (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_cmpint (run ("--csv --lang en", &text), ==, 1);
  g_assert_true (g_str_has_prefix (text, "\xef\xbb\xbf\"ID\",\"NAME\",\"ROLES\""));
  lines = g_strsplit (text, "\r\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 12); /* head, ten IDs, nothing behind the last */
  /* no formula for a spreadsheet, a quotation mark doubled */
  g_assert_nonnull (strstr (lines[1], "\"t-right\",\"\"\"=Sato\"\"\",\"engineer, approver\""));
  g_assert_nonnull (strstr (lines[5], ",\"100\",\"-10\","));
}

static void
test_table (void)
{
  g_autofree char *ja = NULL;
  g_autofree char *en = NULL;

  g_assert_cmpint (run ("--lang ja", &ja), ==, 1);
  g_test_message ("%s", ja);
  g_assert_nonnull (strstr (ja, "共用に見えるID"));
  g_assert_nonnull (strstr (ja, "設定にないID"));
  g_assert_nonnull (strstr (ja, "役割ごとにできること"));
  g_assert_nonnull (strstr (ja, "渡辺"));
  g_assert_cmpint (run ("--lang en", &en), ==, 1);
  g_assert_nonnull (strstr (en, "locked out"));
  g_assert_nonnull (strstr (en, "approve the work of others at the terminal: approver"));
}

/* On a terminal whose /etc cannot be written to, a password that was changed there counts, until the image
 * says something else of that ID. */
static void
test_kept (void)
{
  g_autofree char *changed = NULL;
  g_autofree char *renewed = NULL;

  g_free (world_run (
      "cd " STATE "; install -d -m 0755 etc; install -m 0600 /etc/shadow shadow.image; "
      "awk -F: -v OFS=: -v day=$(($(date +%s) / 86400 - 4)) '$1 == \"t-aged\" { $3 = day } { print }' "
      "/etc/shadow >etc/shadow; chmod 0600 etc/shadow"));
  g_assert_cmpint (run ("--csv --lang en", &changed), ==, 1);
  g_assert_nonnull (strstr (changed, ",\"4\",\"86\","));
  g_assert_null (strstr (changed, ",\"100\",\"-10\","));
  g_free (world_run ("chage -d $(($(date +%s) / 86400 - 99)) t-aged"));
  g_assert_cmpint (run ("--csv --lang en", &renewed), ==, 1);
  g_assert_nonnull (strstr (renewed, ",\"99\",\"-9\","));
  g_free (world_run ("rm -r " STATE "/etc " STATE "/shadow.image"));
}

/* What kioskd keeps of uses decides where the policy disables IDs that nobody uses. */
static void
test_disabled (void)
{
  g_autofree char *text = NULL;
  g_autofree char *table = NULL;

  g_free (
      world_run ("mkdir /tmp/d; sed 's/^unused-days=60/unused-days=60\\nunused=disable/' "
                 "/etc/maintenance-kiosk/policy.conf >/tmp/d/policy.conf; umask 077; "
                 "printf '%s t-right\\n%s t-other\\n%s t-aged\\n' $(($(date +%s) - 70 * 86400)) "
                 "$(($(date +%s) - 59 * 86400)) $(($(date +%s) - 70 * 86400)) >" STATE "/uses; "
                 "printf '[person t-aged]\\nactive-since=%s\\n' $(date -u +%F) >>/tmp/d/more; "
                 "mkdir /tmp/d/policy.d; mv /tmp/d/more /tmp/d/policy.d/1.conf"));
  g_assert_cmpint (run ("--json --policy /tmp/d", &text), ==, 1);
  g_free (
      world_run ("{ kioskctl accounts --json --policy /tmp/d || [ $? = 1 ]; } | python3 -c '"
                 "import json, sys; d = json.load(sys.stdin); assert d[\"unused\"] == \"disable\"; "
                 "s = {a[\"id\"]: a for a in d[\"accounts\"]}; "
                 "assert s[\"t-right\"][\"state\"] == \"unused\", s; "
                 "assert \"unused\" in s[\"t-right\"][\"findings\"]; "
                 "assert s[\"t-other\"][\"state\"] == \"active\", s; "
                 "assert s[\"t-aged\"][\"state\"] == \"active\", s; "
                 "assert \"unused\" not in s[\"t-aged\"][\"findings\"], s; "
                 "assert s[\"t-locked\"][\"state\"] == \"disabled\", s'"));
  run ("--lang ja --policy /tmp/d", &table);
  g_assert_nonnull (strstr (table, "無効（長期未使用）"));
  g_assert_nonnull (strstr (table, "unused=disable"));
  g_free (world_run ("rm " STATE "/uses"));
}

static void
test_clean (void)
{
  g_autofree char *text = NULL;

  g_free (
      world_run ("userdel t-extra; userdel t-empty; mkdir /tmp/p; "
                 "sed '/^.person t-[^r]/,+2d; /^.person user1/,+2d; "
                 "s/^persons=.*/persons=t-right/' /etc/maintenance-kiosk/policy.conf "
                 ">/tmp/p/policy.conf; for id in t-other t-locked t-closed t-aged t-tally user1; "
                 "do userdel $id; done"));
  g_assert_cmpint (run ("--policy /tmp/p", &text), ==, 0);
  g_test_message ("%s", text);
}

/* Half a list is none. */
static void
test_unreadable (void)
{
  g_autofree char *refused = NULL;
  g_autofree char *none = NULL;
  g_autofree char *broken = NULL;
  g_autofree char *usage = NULL;

  g_assert_cmpint (run ("--csv --json", &usage), ==, 2);
  g_free (world_run ("echo x >>" LOG "/audit.log"));
  g_assert_cmpint (run ("--policy /tmp/p", &broken), ==, 1);
  g_free (world_run ("mv " LOG "/audit.log " LOG "/elsewhere"));
  g_assert_cmpint (run ("", &none), ==, 2);
  g_assert_cmpstr (none, ==, "");
  g_free (world_run ("mv " LOG "/elsewhere " LOG "/audit.log; chmod 0666 /etc/shadow"));
  g_assert_cmpint (run ("", &refused), ==, 2);
  g_assert_cmpstr (refused, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  make_machine ();
  g_test_add_func ("/accounts/json", test_json);
  g_test_add_func ("/accounts/csv", test_csv);
  g_test_add_func ("/accounts/table", test_table);
  g_test_add_func ("/accounts/kept", test_kept);
  g_test_add_func ("/accounts/disabled", test_disabled);
  g_test_add_func ("/accounts/clean", test_clean);
  g_test_add_func ("/accounts/unreadable", test_unreadable);
  return g_test_run ();
}
