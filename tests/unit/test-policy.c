/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/device-rule.h"
#include "kiosk/model/policy.h"

#include <string.h>
#include <sys/socket.h>

/* What a good policy says: values, defaults, merging, places, decisions, work numbers. */

#define PIN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char minimal[]
    = "[policy]\nformat=1\n[terminal]\nid=t1\nsite[ja]=北\nsite[en]=North\n";

static const char people[] = "[person tanaka]\nname[ja]=田中\nname[en]=Tanaka\n"
                             "[person sato]\nname[ja]=佐藤\nname[en]=Sato\n"
                             "[person suzuki]\nname[ja]=鈴木\nname[en]=Suzuki\n"
                             "[role engineer]\npersons=tanaka; sato;\n"
                             "[role auditor]\npersons=suzuki\n"
                             "[group night]\npersons=sato;suzuki\n";

/* A server with more keys behind. */
#define SERVER(id)                                                                                  \
  "[server " id "]\nlabel[ja]=台帳\nlabel[en]=Register\npurpose[ja]=保守\npurpose[en]=Upkeep\n" \
  "address=192.0.2.10\ncertificate-sha256=" PIN "\n"

static KioskPolicy *
parse_sources (const char *const *texts)
{
  static const char *const names[] = { "policy.conf", "a.conf", "b.conf" };
  KioskPolicySource sources[G_N_ELEMENTS (names)];
  g_autoptr (GPtrArray) problems = NULL;
  KioskPolicy *policy;
  guint n = 0;

  for (; texts[n] != NULL; n++)
    sources[n] = (KioskPolicySource){ names[n], texts[n], strlen (texts[n]) };
  policy = kiosk_policy_parse (sources, n, &problems);
  for (guint i = 0; i < problems->len; i++)
    {
      const KioskPolicyProblem *problem = problems->pdata[i];

      g_test_message ("%s:%u: %s", problem->source, problem->line, problem->reason.en);
    }
  g_assert_cmpuint (problems->len, ==, 0);
  g_assert_nonnull (policy);
  return policy;
}

static KioskPolicy *
parse (const char *more)
{
  g_autofree char *text = g_strconcat (minimal, people, more, NULL);

  return parse_sources ((const char *const[]){ text, NULL });
}

/* Every key about devices, and what holds where it is left out. */
static void
test_devices (void)
{
  g_autoptr (KioskPolicy) plain = parse_sources ((const char *const[]){ minimal, NULL });
  g_autoptr (KioskPolicy) policy
      = parse ("[devices]\ndefault=deny\nhub-depth=3\n"
               "[device kb]\npurpose=keyboard\nid=046D:c31c\nport=0000:00:14.0/2.3; 1-4;\n"
               "serial=A 1\ndescriptors=" PIN ";\ninterfaces=03/01/01; 03/00/*;\nrest=off\n"
               "when=unlocked\n"
               "[device ms]\nrule=allow\npurpose=pointer\nid=046d:c05a\n"
               "[device no]\nrule=deny\nid=0781:*\n"
               "[port front]\npath=1-4\nlabel[ja]=前面\nlabel[en]=Front\n");
  const KioskDeviceRule *rule;
  const KioskDevicePort *port;
  const KioskUsbPattern *pattern;

  g_assert_cmpuint (plain->hub_depth, ==, 1);
  g_assert_cmpuint (plain->device_rules->len, ==, 0);
  g_assert_cmpuint (plain->device_ports->len, ==, 0);
  g_assert_cmpuint (policy->hub_depth, ==, 3);
  g_assert_cmpuint (policy->device_rules->len, ==, 3);

  rule = policy->device_rules->pdata[0];
  g_assert_cmpstr (rule->id, ==, "kb");
  g_assert_false (rule->deny);
  g_assert_cmpint (rule->purpose, ==, KIOSK_PURPOSE_KEYBOARD);
  g_assert_cmpint (rule->when, ==, KIOSK_WHEN_UNLOCKED);
  g_assert_cmpint (rule->vendor, ==, 0x046d);
  g_assert_cmpint (rule->product, ==, 0xc31c);
  g_assert_cmpstr (rule->serial, ==, "A 1");
  g_assert_cmpuint (g_strv_length (rule->ports), ==, 2);
  g_assert_cmpstr (rule->ports[0], ==, "0000:00:14.0/2.3");
  g_assert_cmpstr (rule->ports[1], ==, "1-4");
  g_assert_cmpuint (rule->digests->len, ==, 1);
  g_assert_cmpmem (rule->digests->data, 4, "\x01\x23\x45\x67", 4);
  g_assert_cmpuint (rule->interfaces->len, ==, 2);
  pattern = &g_array_index (rule->interfaces, KioskUsbPattern, 1);
  g_assert_cmpint (pattern->class, ==, 3);
  g_assert_cmpint (pattern->subclass, ==, 0);
  g_assert_cmpint (pattern->protocol, ==, -1);
  g_assert_true (rule->rest_off);

  rule = policy->device_rules->pdata[1];
  g_assert_cmpint (rule->purpose, ==, KIOSK_PURPOSE_POINTER);
  g_assert_cmpint (rule->when, ==, KIOSK_WHEN_ALWAYS);
  g_assert_null (rule->serial);
  g_assert_true (rule->ports == NULL || rule->ports[0] == NULL);
  g_assert_cmpuint (rule->digests->len, ==, 0);
  g_assert_cmpuint (rule->interfaces->len, ==, 0);
  g_assert_false (rule->rest_off);

  rule = policy->device_rules->pdata[2];
  g_assert_true (rule->deny);
  g_assert_cmpint (rule->vendor, ==, 0x0781);
  g_assert_cmpint (rule->product, ==, -1);

  g_assert_cmpuint (policy->device_ports->len, ==, 1);
  port = policy->device_ports->pdata[0];
  g_assert_cmpstr (port->id, ==, "front");
  g_assert_cmpstr (port->path, ==, "1-4");
  g_assert_cmpstr (port->label.ja, ==, "前面");
  g_assert_cmpstr (port->label.en, ==, "Front");
}

static void
test_defaults (void)
{
  g_autoptr (KioskPolicy) policy = parse_sources ((const char *const[]){ minimal, NULL });

  g_assert_cmpstr (policy->id, ==, "t1");
  g_assert_cmpstr (policy->site.ja, ==, "北");
  g_assert_cmpstr (policy->site.en, ==, "North");
  g_assert_cmpstr (policy->location.ja, ==, "");
  g_assert_cmpstr (policy->notice.en, ==, "");
  g_assert_cmpstr (policy->phone, ==, "");
  g_assert_cmpint (policy->language, ==, KIOSK_LANGUAGE_JA);
  g_assert_cmpuint (policy->keyboard_layout, ==, 0x411);
  g_assert_true (policy->watermark);
  g_assert_cmpuint (policy->idle, ==, 300);
  g_assert_cmpuint (policy->logoff, ==, 1800);
  g_assert_cmpuint (policy->warning, ==, 30);
  g_assert_cmpstr (policy->log_directory, ==, KIOSK_POLICY_LOG_DIRECTORY);
  g_assert_cmpuint (policy->servers->len, ==, 0);
  g_assert_cmpuint (policy->persons->len, ==, 0);
}

static void
test_terminal (void)
{
  static const char text[] = "# comment\n\n[policy]\nformat = 1\n"
                             "[terminal]\nid=t1\nsite[ja]=北\nsite[en]=North\nlocation[ja]=2階\n"
                             "location[en]=2F\ncontact[ja]=情報\ncontact[en]=IT\nphone=内線 1234\n"
                             "language=en\nkeyboard=us\nwatermark=false\nnotice[ja]=記録します\n"
                             "notice[en]=Recorded \\\\ kept\nspare[ja]=t2\nspare[en]=t2\n"
                             "[lock]\nidle=60\nlogoff=120\nwarning=5\nlid=false\ntoken=true\n"
                             "[log]\ndirectory=/srv/log\n[devices]\ndefault=deny\n";
  g_autoptr (KioskPolicy) policy = parse_sources ((const char *const[]){ text, NULL });

  g_assert_cmpstr (policy->location.ja, ==, "2階");
  g_assert_cmpstr (policy->contact.en, ==, "IT");
  g_assert_cmpstr (policy->phone, ==, "内線 1234");
  g_assert_cmpint (policy->language, ==, KIOSK_LANGUAGE_EN);
  g_assert_cmpuint (policy->keyboard_layout, ==, 0x409);
  g_assert_false (policy->watermark);
  g_assert_cmpstr (policy->notice.en, ==, "Recorded \\ kept");
  g_assert_cmpstr (policy->spare.ja, ==, "t2");
  g_assert_cmpuint (policy->idle, ==, 60);
  g_assert_cmpuint (policy->logoff, ==, 120);
  g_assert_cmpuint (policy->warning, ==, 5);
  for (KioskLockCause cause = 0; cause < KIOSK_N_LOCK_CAUSES; cause++)
    g_assert_cmpint (policy->locks[cause], ==, cause != KIOSK_LOCK_LID);
  g_assert_cmpstr (policy->log_directory, ==, "/srv/log");
}

static void
test_presence (void)
{
  static const char text[] = "[presence desk]\nsensor=badge\n"
                             "[presence chair]\nsensor=camera\nwho=second-person\nfault=ignore\n"
                             "[presence seal]\ntoken=key\nwho=second-person\n"
                             "[devices]\ndefault=deny\n[device key]\npurpose=token\nid=1050:0120\n";
  static const struct {
    const char *id, *sensor, *token;
    gboolean second_person, fault_locks;
  } wanted[] = {
    { "desk", "badge", NULL, FALSE, TRUE },
    { "chair", "camera", NULL, TRUE, FALSE },
    { "seal", NULL, "key", TRUE, TRUE },
  };
  g_autoptr (KioskPolicy) policy = parse_sources ((const char *const[]){ minimal, text, NULL });

  g_assert_cmpuint (policy->presences->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      const KioskPolicyPresence *presence = policy->presences->pdata[i];

      g_assert_cmpstr (presence->id, ==, wanted[i].id);
      g_assert_cmpstr (presence->sensor, ==, wanted[i].sensor);
      g_assert_cmpstr (presence->token, ==, wanted[i].token);
      g_assert_true (presence->second_person == wanted[i].second_person);
      g_assert_true (presence->fault_locks == wanted[i].fault_locks);
    }
}

static void
test_persons (void)
{
  g_autoptr (KioskPolicy) policy = parse ("[role administrator]\npersons=tanaka\n");
  const KioskPolicyPerson *tanaka = kiosk_policy_find_person (policy, "tanaka");

  g_assert_cmpuint (policy->persons->len, ==, 3);
  g_assert_true (policy->persons->pdata[0] == tanaka);
  g_assert_cmpstr (tanaka->name.ja, ==, "田中");
  g_assert_cmpuint (tanaka->roles, ==, KIOSK_ROLE_ENGINEER | KIOSK_ROLE_ADMINISTRATOR);
  g_assert_cmpuint (kiosk_policy_find_person (policy, "suzuki")->roles, ==, KIOSK_ROLE_AUDITOR);
  g_assert_null (kiosk_policy_find_person (policy, "Tanaka"));
  g_assert_null (kiosk_policy_find_person (policy, ""));
}

static void
test_server (void)
{
  g_autoptr (KioskPolicy) policy = parse (
      SERVER ("db") "persons=sato;tanaka\ngroups=night\nport=13389\nsecurity=tls\n"
                    "ticket=optional\nuser=op\ndomain=KITA\n" SERVER ("web") "persons=sato\n");
  const KioskPolicyServer *db = kiosk_policy_find_server (policy, "db");
  const KioskPolicyServer *web = kiosk_policy_find_server (policy, "web");

  g_assert_cmpuint (policy->servers->len, ==, 2);
  g_assert_true (policy->servers->pdata[0] == db && policy->servers->pdata[1] == web);
  g_assert_cmpstr (db->label.ja, ==, "台帳");
  g_assert_cmpstr (db->purpose.en, ==, "Upkeep");
  g_assert_cmpint (db->endpoint.family, ==, AF_INET);
  g_assert_cmpmem (db->endpoint.address_bytes, 4, "\xc0\x00\x02\x0a", 4);
  g_assert_cmpuint (db->endpoint.port, ==, 13389);
  g_assert_cmpint (db->security, ==, KIOSK_SECURITY_TLS);
  g_assert_cmpuint (db->n_pins, ==, 1);
  g_assert_cmpmem (db->pins[0], 8, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
  g_assert_cmpstr (db->persons[0], ==, "sato");
  g_assert_cmpstr (db->persons[1], ==, "tanaka");
  g_assert_null (db->persons[2]);
  g_assert_cmpstr (db->groups[0], ==, "night");
  g_assert_cmpint (db->ticket, ==, KIOSK_TICKET_OPTIONAL);
  g_assert_cmpstr (db->user, ==, "op");
  g_assert_cmpstr (db->domain, ==, "KITA");

  g_assert_cmpuint (web->endpoint.port, ==, 3389);
  g_assert_cmpint (web->security, ==, KIOSK_SECURITY_NLA);
  g_assert_cmpint (web->ticket, ==, KIOSK_TICKET_NONE);
  g_assert_cmpint (web->credentials, ==, KIOSK_CREDENTIALS_ASK);
  g_assert_null (web->groups[0]);
  g_assert_cmpuint (web->hours->len, ==, 0);
  g_assert_cmpstr (web->hours_text, ==, "");
  g_assert_cmpstr (web->user, ==, "");
  g_assert_null (web->authority);
  g_assert_null (kiosk_policy_find_server (policy, "dB"));
}

static void
test_authority (void)
{
  g_autoptr (KioskPolicy) policy
      = parse ("[server ca]\nlabel[ja]=台\nlabel[en]=R\npurpose[ja]=保\npurpose[en]=U\n"
               "address=2001:DB8:0:0::0010\ncertificate-authority=/etc/ca.pem\n"
               "certificate-name=db.example.jp\npersons=sato\ncredentials=login\ndomain=D\n");
  const KioskPolicyServer *server = kiosk_policy_find_server (policy, "ca");

  g_assert_cmpint (server->endpoint.family, ==, AF_INET6);
  g_assert_cmpstr (server->endpoint.address, ==, "2001:db8::10"); /* canonical, however written */
  g_assert_cmpuint (server->n_pins, ==, 0);
  g_assert_cmpstr (server->authority, ==, "/etc/ca.pem");
  g_assert_cmpstr (server->certificate_name, ==, "db.example.jp");
  g_assert_cmpint (server->credentials, ==, KIOSK_CREDENTIALS_LOGIN);
}

static void
test_pins (void)
{
  g_autoptr (KioskPolicy) policy = parse (
      "[server s]\nlabel[ja]=台\nlabel[en]=R\npurpose[ja]=保\npurpose[en]=U\naddress=10.0.0.1\npersons=sato\n"
      "certificate-sha256=" PIN "; "
      "FF:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EE;\n");
  const KioskPolicyServer *server = kiosk_policy_find_server (policy, "s");

  g_assert_cmpuint (server->n_pins, ==, 2);
  g_assert_cmpuint (server->pins[0][31], ==, 0xef);
  g_assert_cmpuint (server->pins[1][0], ==, 0xff);
  g_assert_cmpuint (server->pins[1][31], ==, 0xee);
}

/* ---- Merging and places ---- */

static void
test_merge (void)
{
  g_autofree char *first
      = g_strconcat (minimal, people, SERVER ("db") "groups=night\nport=1\n", NULL);
  g_autoptr (KioskPolicy) policy = parse_sources ((const char *const[]){
      first, "[lock]\nidle=60\n[server db]\nport=2\n" SERVER ("web") "persons=sato\n",
      "\n[server db]\nport=3\n[group night]\npersons=sato\n", NULL });
  g_autoptr (KioskPolicy) other
      = parse_sources ((const char *const[]){ first, "[lock]\nidle=60\n", NULL });
  KioskPolicyPlace place;

  g_assert_cmpuint (kiosk_policy_find_server (policy, "db")->endpoint.port, ==, 3);
  g_assert_cmpuint (policy->idle, ==, 60);
  g_assert_cmpuint (policy->servers->len, ==, 2);
  g_assert_cmpstr (((KioskPolicyServer *) policy->servers->pdata[0])->id, ==, "db");

  place = kiosk_policy_place (policy, "server db", "port");
  g_assert_cmpstr (place.source, ==, "b.conf");
  g_assert_cmpuint (place.line, ==, 3);
  place = kiosk_policy_place (policy, "server web", NULL);
  g_assert_cmpstr (place.source, ==, "a.conf");
  g_assert_cmpuint (place.line, ==, 5);
  place = kiosk_policy_place (policy, "server db", NULL); /* where it was introduced */
  g_assert_cmpstr (place.source, ==, "policy.conf");
  place = kiosk_policy_place (policy, "terminal", "id");
  g_assert_cmpstr (place.source, ==, "policy.conf");
  g_assert_cmpuint (place.line, ==, 4);
  g_assert_cmpuint (kiosk_policy_place (policy, "lock", "warning").line, ==, 0);
  g_assert_cmpuint (kiosk_policy_place (policy, "nothing", NULL).line, ==, 0);

  g_assert_cmpuint (strlen (policy->digest), ==, 64);
  g_assert_cmpstr (policy->digest, !=, other->digest);
}

/* A problem in what an earlier file wrote is reported there, in what a later one wrote, there. */
static void
test_merge_problems (void)
{
  KioskPolicySource sources[]
      = { { "policy.conf", minimal, sizeof minimal - 1 }, { "x.conf", "[terminal]\nid=N!\n", 17 } };
  g_autoptr (GPtrArray) problems = NULL;
  const KioskPolicyProblem *problem;

  g_assert_null (kiosk_policy_parse (sources, 2, &problems));
  g_assert_cmpuint (problems->len, ==, 1);
  problem = problems->pdata[0];
  g_assert_cmpstr (problem->source, ==, "x.conf");
  g_assert_cmpuint (problem->line, ==, 2);
}

/* The same bytes cut elsewhere are another policy. */
static void
test_digest (void)
{
  const char *const one[] = { minimal, "[lock]\nidle=60\n", NULL };
  const char *const two[] = { minimal, "[lock]\nidle=60\n", "", NULL };
  g_autoptr (KioskPolicy) a = parse_sources (one);
  g_autoptr (KioskPolicy) b = parse_sources (one);
  g_autoptr (KioskPolicy) c = parse_sources (two);
  g_autoptr (KioskPolicy) again = kiosk_policy_ref (a);

  g_assert_cmpstr (a->digest, ==, b->digest);
  g_assert_cmpstr (a->digest, !=, c->digest);
  g_assert_true (again == a);
}

/* ---- Decisions ---- */

typedef struct {
  const char *person;
  const char *server;
  KioskLocalTime at;
  KioskVerdict verdict;
  guint lines[8]; /* of the places, in order; ends with 0 */
} Decision;

/* Lines of the policy below: minimal ends at 6, people at 21. */
static const Decision decisions[] = {
  { "tanaka", "db", { 0, 480 }, KIOSK_VERDICT_ALLOWED, { 7, 17, 22, 29, 30 } },
  { "tanaka", "db", { 0, 479 }, KIOSK_VERDICT_HOURS, { 7, 17, 22, 29, 30 } },
  { "tanaka", "db", { 4, 1199 }, KIOSK_VERDICT_ALLOWED, { 7, 17, 22, 29, 30 } },
  { "tanaka", "db", { 4, 1200 }, KIOSK_VERDICT_HOURS, { 7, 17, 22, 29, 30 } },
  { "tanaka", "db", { 5, 600 }, KIOSK_VERDICT_HOURS, { 7, 17, 22, 29, 30 } },
  { "sato", "db", { 0, 600 }, KIOSK_VERDICT_NOT_THEIR_WORK, { 10, 17, 22, 29 } },
  { "sato", "night", { 6, 0 }, KIOSK_VERDICT_ALLOWED, { 10, 17, 31, 38, 21 } },
  { "tanaka", "night", { 6, 0 }, KIOSK_VERDICT_NOT_THEIR_WORK, { 7, 17, 31, 38, 21 } },
  { "suzuki", "night", { 6, 0 }, KIOSK_VERDICT_NO_ROLE, { 13, 17 } },
  { "suzuki", "nowhere", { 6, 0 }, KIOSK_VERDICT_NO_ROLE, { 13, 17 } },
  { "sato", "nowhere", { 6, 0 }, KIOSK_VERDICT_UNKNOWN_SERVER, { 10, 17 } },
  { "ito", "db", { 0, 600 }, KIOSK_VERDICT_UNKNOWN_PERSON, { 0 } },
  { "", "", { 0, 600 }, KIOSK_VERDICT_UNKNOWN_PERSON, { 0 } },
  { "tanaka\n", "db", { 0, 600 }, KIOSK_VERDICT_UNKNOWN_PERSON, { 0 } },
  { "TANAKA", "db", { 0, 600 }, KIOSK_VERDICT_UNKNOWN_PERSON, { 0 } },
  { NULL, "db", { 0, 600 }, KIOSK_VERDICT_UNKNOWN_PERSON, { 0 } },
  { "tanaka", NULL, { 0, 600 }, KIOSK_VERDICT_UNKNOWN_SERVER, { 7, 17 } },
  { "tanaka", "db", { 7, 600 }, KIOSK_VERDICT_HOURS, { 7, 17, 22, 29, 30 } },
};

static void
test_decide (void)
{
  g_autoptr (KioskPolicy) policy = parse (SERVER (
      "db") "persons=tanaka\nhours=Mon-Fri 08:00-20:00\n" SERVER ("night") "groups=night\n");

  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++)
    {
      const Decision *row = &decisions[i];
      g_autoptr (GArray) places = NULL;
      guint n = 0;

      g_test_message ("%s %s", row->person, row->server);
      g_assert_cmpint (kiosk_policy_decide (policy, row->person, row->server, &row->at, &places),
                       ==, row->verdict);
      g_assert_cmpint (kiosk_policy_decide (policy, row->person, row->server, &row->at, NULL), ==,
                       row->verdict);
      for (; row->lines[n] != 0; n++)
        {
          g_assert_cmpuint (n, <, places->len);
          g_assert_cmpuint (g_array_index (places, KioskPolicyPlace, n).line, ==, row->lines[n]);
        }
      g_assert_cmpuint (places->len, ==, n);
    }
}

static void
test_verdict_labels (void)
{
  for (guint v = KIOSK_VERDICT_ALLOWED; v <= KIOSK_VERDICT_HOURS; v++)
    {
      const KioskLabel *label = kiosk_verdict_label ((KioskVerdict) v);

      g_assert_true (g_str_has_suffix (label->ja, "。"));
      g_assert_true (g_str_has_suffix (label->en, "."));
    }
}

/* ---- Hours ---- */

#define MON 0x01
#define WEEK 0x7f

typedef struct {
  const char *text;
  KioskHours spans[4]; /* ends with days 0 */
} Hours;

static const Hours hours[] = {
  { "always", { { 0 } } },
  { "Mon 08:00-20:00", { { MON, 480, 1200 } } },
  { "Mon-Fri 08:00-20:00; Sat 09:00-12:00", { { 0x1f, 480, 1200 }, { 0x20, 540, 720 } } },
  { "Mon,Wed-Thu,Sun  00:00-00:01", { { 0x4d, 0, 1 } } },
  { "Mon-Sun 00:00-24:00", { { WEEK, 0, 1440 } } },
  { "Sat-Mon 08:00-09:00", { { 0x61, 480, 540 } } },
  { "Fri 22:00-04:00", { { 0x10, 1320, 1440 }, { 0x20, 0, 240 } } },
  { "Sun 23:59-00:01", { { 0x40, 1439, 1440 }, { MON, 0, 1 } } },
  { "Mon-Sun 22:00-04:00", { { WEEK, 1320, 1440 }, { WEEK, 0, 240 } } },
  { "Mon 22:00-00:00", { { MON, 1320, 1440 } } },
  { "Mon 22:00-24:00", { { MON, 1320, 1440 } } },
};

static void
test_hours (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hours); i++)
    {
      g_autofree char *text
          = g_strdup_printf (SERVER ("s") "persons=sato\nhours=%s\n", hours[i].text);
      g_autoptr (KioskPolicy) policy = parse (text);
      const KioskPolicyServer *server = kiosk_policy_find_server (policy, "s");
      guint n = 0;

      for (; hours[i].spans[n].days != 0; n++)
        {
          const KioskHours *span = &g_array_index (server->hours, KioskHours, n);

          g_assert_cmpuint (n, <, server->hours->len);
          g_assert_cmpuint (span->days, ==, hours[i].spans[n].days);
          g_assert_cmpuint (span->from, ==, hours[i].spans[n].from);
          g_assert_cmpuint (span->until, ==, hours[i].spans[n].until);
        }
      g_assert_cmpuint (server->hours->len, ==, n);
      g_assert_cmpstr (server->hours_text, ==, n > 0 ? hours[i].text : "");
    }
}

/* The minutes around midnight of a night that begins on Sunday. */
static void
test_midnight (void)
{
  static const struct {
    KioskLocalTime at;
    KioskVerdict verdict;
  } rows[] = {
    { { 6, 1319 }, KIOSK_VERDICT_HOURS },   { { 6, 1320 }, KIOSK_VERDICT_ALLOWED },
    { { 6, 1439 }, KIOSK_VERDICT_ALLOWED }, { { 0, 0 }, KIOSK_VERDICT_ALLOWED },
    { { 0, 239 }, KIOSK_VERDICT_ALLOWED },  { { 0, 240 }, KIOSK_VERDICT_HOURS },
    { { 6, 0 }, KIOSK_VERDICT_HOURS },      { { 0, 1320 }, KIOSK_VERDICT_HOURS },
  };
  g_autoptr (KioskPolicy) policy = parse (SERVER ("s") "persons=sato\nhours=Sun 22:00-04:00\n");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (kiosk_policy_decide (policy, "sato", "s", &rows[i].at, NULL), ==,
                     rows[i].verdict);
}

/* ---- Work number and purpose ---- */

static void
test_ticket (void)
{
  g_autofree char *ticket_max = g_strnfill (64, '1');
  g_autofree char *ticket_long = g_strnfill (65, '1');
  g_autofree char *purpose_long = g_strnfill (201, 'a');
  const struct {
    const char *ticket, *purpose;
    gboolean optional, required;
  } rows[] = {
    { "W-1", "月次処理", TRUE, TRUE },
    { ticket_max, "x", TRUE, TRUE },
    { ticket_long, "x", FALSE, FALSE },
    { "W-1", purpose_long, FALSE, FALSE },
    { "", "", TRUE, FALSE },
    { NULL, NULL, TRUE, FALSE },
    { "W-1", "", TRUE, FALSE },
    { "", "月次処理", TRUE, FALSE },
    { "  ", "月次処理", TRUE, FALSE },
    { "W-1", "\xe3\x80\x80", TRUE, FALSE }, /* an ideographic space is blank, too */
    { "W\n1", "x", FALSE, FALSE },
    { "W-1", "x\x1b[0m", FALSE, FALSE },
    { "W-1", "\xe2\x80\xaex", FALSE, FALSE },
    { "W-1", "\xff", FALSE, FALSE },
  };
  g_autoptr (KioskPolicy) policy = parse (SERVER ("o") "persons=sato\nticket=optional\n" SERVER (
      "r") "persons=sato\nticket=required\n");
  const KioskPolicyServer *optional = kiosk_policy_find_server (policy, "o");
  const KioskPolicyServer *required = kiosk_policy_find_server (policy, "r");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpint (kiosk_policy_ticket_valid (optional, rows[i].ticket, rows[i].purpose), ==,
                       rows[i].optional);
      g_assert_cmpint (kiosk_policy_ticket_valid (required, rows[i].ticket, rows[i].purpose), ==,
                       rows[i].required);
    }
}

static void
test_approval (void)
{
  g_autoptr (KioskPolicy) policy
      = parse ("[role approver]\npersons=tanaka\n[approver a]\nperson=tanaka\npublic-key=" PIN "\n"
               "[login]\nunused-days=60\n" SERVER ("o") "persons=sato\napproval=order\n" SERVER (
                   "p") "persons=sato\napproval=person\n" SERVER ("n") "persons=sato\n");
  const KioskPolicyApprover *approver = kiosk_policy_find_approver (policy, "a");

  g_assert_nonnull (approver);
  g_assert_true (approver->person == kiosk_policy_find_person (policy, "tanaka"));
  g_assert_cmphex (approver->key[0], ==, 0x01);
  g_assert_cmphex (approver->key[31], ==, 0xef);
  g_assert_null (kiosk_policy_find_approver (policy, "tanaka"));
  g_assert_cmpuint (policy->identity.unused_days, ==, 60);
  g_assert_cmpint (kiosk_policy_find_server (policy, "o")->approval, ==, KIOSK_APPROVAL_ORDER);
  g_assert_cmpint (kiosk_policy_find_server (policy, "p")->approval, ==, KIOSK_APPROVAL_PERSON);
  g_assert_cmpint (kiosk_policy_find_server (policy, "n")->approval, ==, KIOSK_APPROVAL_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/defaults", test_defaults);
  g_test_add_func ("/policy/devices", test_devices);
  g_test_add_func ("/policy/terminal", test_terminal);
  g_test_add_func ("/policy/presence", test_presence);
  g_test_add_func ("/policy/persons", test_persons);
  g_test_add_func ("/policy/server", test_server);
  g_test_add_func ("/policy/authority", test_authority);
  g_test_add_func ("/policy/pins", test_pins);
  g_test_add_func ("/policy/merge", test_merge);
  g_test_add_func ("/policy/merge/problems", test_merge_problems);
  g_test_add_func ("/policy/digest", test_digest);
  g_test_add_func ("/policy/decide", test_decide);
  g_test_add_func ("/policy/verdict-labels", test_verdict_labels);
  g_test_add_func ("/policy/hours", test_hours);
  g_test_add_func ("/policy/hours/midnight", test_midnight);
  g_test_add_func ("/policy/ticket", test_ticket);
  g_test_add_func ("/policy/approval", test_approval);
  return g_test_run ();
}
