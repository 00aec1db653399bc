/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include <string.h>

/* From the index to the content: every section becomes its struct, and what one section says of another
 * is checked. */

#define TEXT_SHORT 60 /* fits the bar and the cards of the shell */
#define TEXT_LONG 200
#define TEXT_NOTICE 600

/* ---- Keys of the section in hand ---- */

gboolean
kiosk_policy_builder_get (const KioskPolicyBuilder *builder, const char *key,
                          KioskPolicyValue *value)
{
  const KioskPolicyEntry *entry = kiosk_policy_section_find (builder->section, key);

  value->index = builder->index;
  value->entry = entry;
  return entry != NULL && entry->value != NULL;
}

void
kiosk_policy_builder_text (const KioskPolicyBuilder *builder, const char *key, guint max_chars,
                           char **text)
{
  KioskPolicyValue value;

  if (kiosk_policy_builder_get (builder, key, &value))
    kiosk_policy_value_text (value, max_chars, text);
  if (*text == NULL)
    *text = g_strdup ("");
}

void
kiosk_policy_builder_label (const KioskPolicyBuilder *builder, const char *key, guint max_chars,
                            KioskLabel *label)
{
  g_autofree char *ja = g_strdup_printf ("%s[ja]", key);
  g_autofree char *en = g_strdup_printf ("%s[en]", key);

  kiosk_policy_builder_text (builder, ja, max_chars, &label->ja);
  kiosk_policy_builder_text (builder, en, max_chars, &label->en);
}

void
kiosk_policy_builder_number (const KioskPolicyBuilder *builder, const char *key, guint min,
                             guint max, guint *number)
{
  KioskPolicyValue value;

  if (kiosk_policy_builder_get (builder, key, &value))
    kiosk_policy_value_number (value, min, max, number);
}

guint
kiosk_policy_builder_choice (const KioskPolicyBuilder *builder, const char *key,
                             const char *const *choices)
{
  KioskPolicyValue value;
  guint choice = 0; /* the first word is the default */

  if (kiosk_policy_builder_get (builder, key, &value))
    kiosk_policy_value_choice (value, choices, &choice);
  return choice;
}

static void
read_ids (const KioskPolicyBuilder *builder, const char *key, GStrv *ids)
{
  KioskPolicyValue value;

  if (kiosk_policy_builder_get (builder, key, &value))
    kiosk_policy_value_ids (value, ids);
  if (*ids == NULL)
    *ids = g_new0 (char *, 1);
}

/* Every name in @key must be a section [@kind name]. */
static void
check_references (const KioskPolicyBuilder *builder, const char *key, const char *kind, GStrv names)
{
  const KioskPolicyEntry *entry = kiosk_policy_section_find (builder->section, key);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *section = g_strdup_printf ("%s %s", kind, names[i]);

      if (kiosk_policy_index_find (builder->index, section) == NULL)
        kiosk_policy_index_problem (builder->index, entry->place,
                                    "“%s” of [%s] names “%s”, but there is no [%s]",
                                    "キー「%s」（[%s]）の「%s」に対応する [%s] がありません", key,
                                    builder->section->name, names[i], section);
    }
}

/* ---- Sections ---- */

static void
build_policy (KioskPolicyBuilder *builder)
{
  static const char *const formats[] = { "1", NULL };

  kiosk_policy_builder_choice (builder, "format", formats);
}

static void
build_terminal (KioskPolicyBuilder *builder)
{
  static const char *const languages[] = { "ja", "en", NULL };
  static const char *const keyboards[] = { "jp", "us", NULL };
  static const char *const truths[] = { "true", "false", NULL };
  KioskPolicy *policy = &builder->policy->public;
  g_autofree char *lower = NULL;

  kiosk_policy_builder_text (builder, "id", 63, &policy->id);
  /* People read this name from the other side of the room: capitals are allowed, unlike in other ids. */
  lower = g_ascii_strdown (policy->id, -1);
  if (policy->id[0] != '\0' && !kiosk_text_is_id (lower))
    kiosk_policy_index_problem (
        builder->index, kiosk_policy_section_find (builder->section, "id")->place,
        "“id” is “%s”: expected A-Z, a-z, 0-9, '-', '_' and '.', beginning with a "
        "letter or digit",
        "「id」が「%s」です。A-Z、a-z、0-9、「-」「_」「.」を使い、英字か数字で始めてください",
        policy->id);
  kiosk_policy_builder_label (builder, "site", TEXT_SHORT, &policy->site);
  kiosk_policy_builder_label (builder, "location", TEXT_SHORT, &policy->location);
  kiosk_policy_builder_label (builder, "contact", TEXT_SHORT, &policy->contact);
  kiosk_policy_builder_label (builder, "spare", TEXT_LONG, &policy->spare);
  kiosk_policy_builder_label (builder, "notice", TEXT_NOTICE, &policy->notice);
  kiosk_policy_builder_text (builder, "phone", TEXT_SHORT, &policy->phone);
  policy->language = kiosk_policy_builder_choice (builder, "language", languages) == 0
                         ? KIOSK_LANGUAGE_JA
                         : KIOSK_LANGUAGE_EN;
  policy->keyboard_layout
      = kiosk_policy_builder_choice (builder, "keyboard", keyboards) == 0 ? 0x411 : 0x409;
  policy->watermark = kiosk_policy_builder_choice (builder, "watermark", truths) == 0;
}

static void
build_lock_causes (KioskPolicyBuilder *builder)
{
  static const char *const truths[] = { "true", "false", NULL };

  for (KioskLockCause cause = 0; cause < KIOSK_N_LOCK_CAUSES; cause++)
    if (kiosk_lock_cause_is_optional (cause))
      builder->policy->public.locks[cause]
          = kiosk_policy_builder_choice (builder, kiosk_lock_cause_name (cause), truths) == 0;
}

static void
build_lock (KioskPolicyBuilder *builder)
{
  KioskPolicy *policy = &builder->policy->public;
  KioskPolicyPlace place = builder->section->place;
  const KioskPolicyEntry *entry = kiosk_policy_section_find (builder->section, "warning");

  kiosk_policy_builder_number (builder, "idle", 30, 3600, &policy->idle);
  kiosk_policy_builder_number (builder, "logoff", 60, 86400, &policy->logoff);
  kiosk_policy_builder_number (builder, "warning", 5, 120, &policy->warning);
  build_lock_causes (builder);
  policy->disconnect = policy->logoff;
  kiosk_policy_builder_number (builder, "disconnect", 0, policy->logoff, &policy->disconnect);
  if (policy->warning >= policy->idle || policy->warning >= policy->logoff)
    kiosk_policy_index_problem (
        builder->index, entry != NULL ? entry->place : place,
        "“warning” (%u s) must be shorter than “idle” (%u s) and “logoff” (%u s)",
        "「warning」（%u 秒）は「idle」（%u 秒）と「logoff」（%u 秒）より短くしてください",
        policy->warning, policy->idle, policy->logoff);
}

static void
build_person (KioskPolicyBuilder *builder)
{
  KioskPolicyReal *policy = builder->policy;
  KioskPolicyPerson *person = g_new0 (KioskPolicyPerson, 1);

  person->id = g_strdup (builder->section->id);
  kiosk_policy_builder_label (builder, "name", TEXT_SHORT, &person->name);
  person->active_since = kiosk_policy_build_active_since (builder);
  g_ptr_array_add (policy->public.persons, person);
  g_hash_table_insert (policy->persons, person->id, person);

  /* R01: "root" is nobody's own ID; "unlisted" is what records say when there is none. */
  if (strcmp (person->id, "root") == 0 || strcmp (person->id, "unlisted") == 0)
    kiosk_policy_index_problem (builder->index, builder->section->place,
                                "“%s” cannot be the ID of a person",
                                "「%s」は個人の ID にできません", person->id);
}

static void
build_role (KioskPolicyBuilder *builder)
{
  static const struct {
    const char *name;
    KioskRoles role;
  } roles[] = {
    { "engineer", KIOSK_ROLE_ENGINEER },
    { "auditor", KIOSK_ROLE_AUDITOR },
    { "administrator", KIOSK_ROLE_ADMINISTRATOR },
    { "approver", KIOSK_ROLE_APPROVER },
  };
  g_auto (GStrv) persons = NULL;
  KioskRoles role = 0;

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (strcmp (roles[i].name, builder->section->id) == 0)
      role = roles[i].role;
  if (role == 0)
    kiosk_policy_index_problem (
        builder->index, builder->section->place,
        "“%s” is not a role; known are: engineer, auditor, administrator, approver",
        "「%s」という役割はありません。使える役割: engineer, auditor, administrator, approver",
        builder->section->id);

  read_ids (builder, "persons", &persons);
  check_references (builder, "persons", "person", persons);
  for (guint i = 0; persons[i] != NULL; i++)
    {
      KioskPolicyPerson *person = g_hash_table_lookup (builder->policy->persons, persons[i]);

      if (person != NULL)
        person->roles |= role;
    }
}

static void
build_group (KioskPolicyBuilder *builder)
{
  GStrv persons = NULL;

  read_ids (builder, "persons", &persons);
  check_references (builder, "persons", "person", persons);
  g_hash_table_insert (builder->policy->groups, g_strdup (builder->section->id), persons);
}

/* R09: exactly one way to know the server, complete. */
static void
build_certificate (KioskPolicyBuilder *builder, KioskPolicyServer *server)
{
  const char *id = builder->section->name;
  const KioskPolicyEntry *pins = kiosk_policy_section_find (builder->section, "certificate-sha256");
  const KioskPolicyEntry *authority
      = kiosk_policy_section_find (builder->section, "certificate-authority");
  const KioskPolicyEntry *name = kiosk_policy_section_find (builder->section, "certificate-name");
  KioskPolicyValue value;

  if (kiosk_policy_builder_get (builder, "certificate-sha256", &value))
    kiosk_policy_value_pins (value, server);
  if (kiosk_policy_builder_get (builder, "certificate-authority", &value))
    kiosk_policy_value_path (value, &server->authority);
  if (kiosk_policy_builder_get (builder, "certificate-name", &value))
    kiosk_policy_value_host_name (value, &server->certificate_name);

  if (pins == NULL && authority == NULL)
    kiosk_policy_index_problem (
        builder->index, builder->section->place,
        "[%s] lacks “certificate-sha256”, or “certificate-authority” with “certificate-name”: without "
        "it nobody can tell whether the server is the right one",
        "[%s] に「certificate-sha256」、または「certificate-authority」と「certificate-name」が必要です。"
        "これがないと、接続先が本物かどうかを確かめられません",
        id);
  else if (pins != NULL && authority != NULL)
    kiosk_policy_index_problem (
        builder->index, authority->place,
        "[%s] has both “certificate-sha256” and “certificate-authority”: keep one of them",
        "[%s] に「certificate-sha256」と「certificate-authority」の両方があります。どちらか 1 つにしてください",
        id);
  else if (authority != NULL && name == NULL)
    kiosk_policy_index_problem (
        builder->index, authority->place,
        "[%s] lacks “certificate-name”: without it any server of that authority would do",
        "[%s] に「certificate-name」が必要です。これがないと、同じ認証局のどのサーバーにも接続できてしまいます",
        id);
  else if (pins != NULL && name != NULL)
    kiosk_policy_index_problem (
        builder->index, name->place,
        "“certificate-name” of [%s] has no meaning with “certificate-sha256”: remove it",
        "「certificate-name」（[%s]）は「certificate-sha256」と一緒には使えません。削除してください",
        id);
}

static void
build_server (KioskPolicyBuilder *builder)
{
  static const char *const tickets[] = { "none", "optional", "required", NULL };
  static const char *const credentials[] = { "ask", "login", NULL };
  KioskPolicyReal *policy = builder->policy;
  KioskPolicyServer *server = g_new0 (KioskPolicyServer, 1);
  const KioskPolicyEntry *user = kiosk_policy_section_find (builder->section, "user");
  KioskPolicyValue value;
  guint port = 3389;

  server->id = g_strdup (builder->section->id);
  server->hours = g_array_new (FALSE, FALSE, sizeof (KioskHours));
  server->hours_text = g_strdup ("");
  kiosk_policy_builder_label (builder, "label", TEXT_SHORT, &server->label);
  kiosk_policy_builder_label (builder, "purpose", TEXT_LONG, &server->purpose);
  if (kiosk_policy_builder_get (builder, "address", &value))
    kiosk_policy_value_address (value, &server->endpoint);
  kiosk_policy_builder_number (builder, "port", 1, 65535, &port);
  server->endpoint.port = (guint16) port;
  if (kiosk_policy_builder_get (builder, "security", &value))
    kiosk_policy_value_security (value, &server->security);
  build_certificate (builder, server);
  read_ids (builder, "persons", &server->persons);
  check_references (builder, "persons", "person", server->persons);
  read_ids (builder, "groups", &server->groups);
  check_references (builder, "groups", "group", server->groups);
  if (kiosk_policy_builder_get (builder, "hours", &value))
    kiosk_policy_value_hours (value, server->hours, &server->hours_text);
  server->ticket = (KioskTicketRule) kiosk_policy_builder_choice (builder, "ticket", tickets);
  server->credentials
      = (KioskCredentialRule) kiosk_policy_builder_choice (builder, "credentials", credentials);
  server->approval = kiosk_policy_build_approval (builder);
  kiosk_policy_builder_text (builder, "user", 80, &server->user);
  kiosk_policy_builder_text (builder, "domain", 80, &server->domain);
  g_ptr_array_add (policy->public.servers, server);
  g_hash_table_insert (policy->servers, server->id, server);

  if (kiosk_policy_section_find (builder->section, "persons") == NULL
      && kiosk_policy_section_find (builder->section, "groups") == NULL)
    kiosk_policy_index_problem (
        builder->index, builder->section->place,
        "[%s] lacks “persons” or “groups”: nobody could open it",
        "[%s] に「persons」または「groups」が必要です。今は誰も接続できません",
        builder->section->name);
  if (user != NULL && server->credentials == KIOSK_CREDENTIALS_LOGIN)
    kiosk_policy_index_problem (
        builder->index, user->place,
        "“user” of [%s] has no meaning with credentials=login: the ID of the log-in is used",
        "「user」（[%s]）は credentials=login と一緒には使えません。ログインした ID が使われます",
        builder->section->name);
}

/* ---- The whole ---- */

/* Persons before roles and groups, so that references find them; each kind in the order of the files. */
static const struct {
  const char *kind;
  void (*build) (KioskPolicyBuilder *builder);
  guint limit;
} steps[] = {
  { "policy", build_policy, 1 },
  { "terminal", build_terminal, 1 },
  { "lock", build_lock, 1 },
  { "log", kiosk_policy_build_log, 1 },
  { "collector", kiosk_policy_build_collector, 1 },
  { "auditor", kiosk_policy_build_auditor, KIOSK_POLICY_MAX_AUDITORS },
  { "devices", kiosk_policy_build_devices, 1 },
  { "port", kiosk_policy_build_port, KIOSK_POLICY_MAX_PORTS },
  { "device", kiosk_policy_build_device, KIOSK_POLICY_MAX_DEVICES },
  { "service", kiosk_policy_build_service, KIOSK_N_SERVICES },
  { "time", kiosk_policy_build_time, KIOSK_POLICY_MAX_TIME_SOURCES },
  { "tunnel", kiosk_policy_build_tunnel, 1 },
  { "watch", kiosk_policy_build_watch, 1 },
  { "password", kiosk_policy_build_password, 1 },
  { "login", kiosk_policy_build_login, 1 },
  { "person", build_person, KIOSK_POLICY_MAX_PERSONS },
  { "role", build_role, 16 },
  { "group", build_group, KIOSK_POLICY_MAX_GROUPS },
  { "approver", kiosk_policy_build_approver, KIOSK_POLICY_MAX_APPROVERS },
  { "presence", kiosk_policy_build_presence, KIOSK_POLICY_MAX_PRESENCES },
  { "server", build_server, KIOSK_POLICY_MAX_SERVERS },
};

static void
build_kind (KioskPolicyBuilder *builder, guint step)
{
  guint n = 0;

  for (guint i = 0; i < builder->index->sections->len; i++)
    {
      builder->section = builder->index->sections->pdata[i];
      if (strcmp (builder->section->kind, steps[step].kind) != 0)
        continue;
      if ((builder->section->id[0] != '\0') != (steps[step].limit > 1))
        continue; /* a name where there is none, or none where there must be: a problem already */
      if (n++ == steps[step].limit)
        {
          kiosk_policy_index_problem (builder->index, builder->section->place,
                                      "there are too many [%s] sections: at most %u",
                                      "[%s] セクションが多すぎます。%u 個までにしてください",
                                      steps[step].kind, steps[step].limit);
          return;
        }
      steps[step].build (builder);
    }
}

/* R07: who reads the log must not be who it is about, nor who could alter the terminal. */
static void
check_roles (KioskPolicyBuilder *builder)
{
  const GPtrArray *persons = builder->policy->public.persons;

  for (guint i = 0; i < persons->len; i++)
    {
      const KioskPolicyPerson *person = persons->pdata[i];
      g_autofree char *section = g_strdup_printf ("person %s", person->id);
      KioskPolicyPlace place = kiosk_policy_index_find (builder->index, section)->place;

      if (person->roles == 0)
        kiosk_policy_index_problem (
            builder->index, place, "“%s” has no role: name them in a [role NAME] section",
            "「%s」に役割がありません。[role 名前] セクションに書いてください", person->id);
      else if ((person->roles & KIOSK_ROLE_AUDITOR)
               && (person->roles & (KIOSK_ROLE_ENGINEER | KIOSK_ROLE_ADMINISTRATOR)))
        kiosk_policy_index_problem (
            builder->index, place,
            "“%s” is an auditor and also an engineer or administrator: who checks the records must be "
            "somebody else",
            "「%s」が auditor と、engineer または administrator を兼ねています。記録を確認する人は別の人に"
            "してください",
            person->id);
    }
}

void
kiosk_policy_build (KioskPolicyIndex *index, KioskPolicyReal *policy)
{
  KioskPolicyBuilder builder = { .index = index, .policy = policy };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    build_kind (&builder, i);
  check_roles (&builder);
  kiosk_policy_check_approval (&builder);
}
