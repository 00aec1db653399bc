/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include <string.h>

/* Which sections and keys exist. A key that a reader of the policy can misspell without being told is
 * a key that does not protect anything, so whatever is not in this table is a problem. The table and
 * kiosk/docs/policy.md say the same. */

typedef enum {
  PLAIN,     /* key */
  LOCALIZED, /* key[ja] and key[en], both or neither */
} KeyShape;

typedef struct {
  const char *key;
  KeyShape shape;
  gboolean required;
} KeyRule;

typedef struct {
  const char *kind;
  gboolean named;    /* [kind name], any number; otherwise [kind], once */
  gboolean required; /* must stand somewhere */
  KeyRule keys[20];  /* ends with a NULL key */
} SectionRule;

static const SectionRule rules[] = {
  { "policy", FALSE, TRUE, { { "format", PLAIN, TRUE } } },
  { "terminal",
    FALSE,
    TRUE,
    { { "id", PLAIN, TRUE },
      { "site", LOCALIZED, TRUE },
      { "location", LOCALIZED, FALSE },
      { "contact", LOCALIZED, FALSE },
      { "phone", PLAIN, FALSE },
      { "language", PLAIN, FALSE },
      { "keyboard", PLAIN, FALSE },
      { "watermark", PLAIN, FALSE },
      { "notice", LOCALIZED, FALSE },
      { "spare", LOCALIZED, FALSE } } },
  { "lock",
    FALSE,
    FALSE,
    { { "idle", PLAIN, FALSE },
      { "logoff", PLAIN, FALSE },
      { "warning", PLAIN, FALSE },
      { "disconnect", PLAIN, FALSE },
      { "token", PLAIN, FALSE },
      { "lid", PLAIN, FALSE },
      { "suspend", PLAIN, FALSE },
      { "screen-off", PLAIN, FALSE },
      { "clock-step", PLAIN, FALSE },
      { "second-person", PLAIN, FALSE } } },
  { "log",
    FALSE,
    FALSE,
    { { "directory", PLAIN, TRUE },
      { "rotate-size", PLAIN, FALSE },
      { "rotate-hours", PLAIN, FALSE },
      { "keep", PLAIN, FALSE },
      { "floor", PLAIN, FALSE },
      { "hold", PLAIN, FALSE } } },
  { "auditor", TRUE, FALSE, { { "key", PLAIN, TRUE } } },
  { "collector", FALSE, FALSE, { { "key", PLAIN, TRUE } } },
  { "devices", FALSE, FALSE, { { "default", PLAIN, TRUE }, { "hub-depth", PLAIN, FALSE } } },
  /* What an allow rule needs besides, policy-devices.c says. */
  { "device",
    TRUE,
    FALSE,
    { { "rule", PLAIN, FALSE },
      { "purpose", PLAIN, FALSE },
      { "id", PLAIN, FALSE },
      { "serial", PLAIN, FALSE },
      { "port", PLAIN, FALSE },
      { "descriptors", PLAIN, FALSE },
      { "interfaces", PLAIN, FALSE },
      { "rest", PLAIN, FALSE },
      { "when", PLAIN, FALSE } } },
  { "port", TRUE, FALSE, { { "path", PLAIN, TRUE }, { "label", LOCALIZED, TRUE } } },
  { "service",
    TRUE,
    FALSE,
    { { "address", PLAIN, TRUE }, { "port", PLAIN, TRUE }, { "receipts-port", PLAIN, FALSE } } },
  { "time",
    TRUE,
    FALSE,
    { { "address", PLAIN, TRUE },
      { "port", PLAIN, FALSE },
      { "nts", PLAIN, FALSE },
      { "certificate-authority", PLAIN, FALSE },
      { "key", PLAIN, FALSE } } },
  { "tunnel",
    FALSE,
    FALSE,
    { { "kind", PLAIN, TRUE },
      { "interface", PLAIN, TRUE },
      { "peer", PLAIN, TRUE },
      { "port", PLAIN, FALSE } } },
  { "watch", FALSE, FALSE, { { "interval", PLAIN, FALSE }, { "clock-step", PLAIN, FALSE } } },
  { "password",
    FALSE,
    FALSE,
    { { "min-length", PLAIN, FALSE },
      { "classes", PLAIN, FALSE },
      { "history", PLAIN, FALSE },
      { "max-days", PLAIN, FALSE },
      { "notice-days", PLAIN, FALSE } } },
  { "login",
    FALSE,
    FALSE,
    { { "second-factor", PLAIN, FALSE },
      { "attempts", PLAIN, FALSE },
      { "lockout", PLAIN, FALSE },
      { "unused-days", PLAIN, FALSE },
      { "unused", PLAIN, FALSE } } },
  { "role", TRUE, FALSE, { { "persons", PLAIN, TRUE } } },
  { "person", TRUE, FALSE, { { "name", LOCALIZED, TRUE }, { "active-since", PLAIN, FALSE } } },
  { "group", TRUE, FALSE, { { "persons", PLAIN, TRUE } } },
  { "approver", TRUE, FALSE, { { "person", PLAIN, TRUE }, { "public-key", PLAIN, TRUE } } },
  { "presence",
    TRUE,
    FALSE,
    { { "sensor", PLAIN, FALSE },
      { "token", PLAIN, FALSE },
      { "who", PLAIN, FALSE },
      { "fault", PLAIN, FALSE } } },
  { "server",
    TRUE,
    FALSE,
    { { "label", LOCALIZED, TRUE },
      { "purpose", LOCALIZED, TRUE },
      { "address", PLAIN, TRUE },
      { "port", PLAIN, FALSE },
      { "security", PLAIN, FALSE },
      { "certificate-sha256", PLAIN, FALSE },
      { "certificate-authority", PLAIN, FALSE },
      { "certificate-name", PLAIN, FALSE },
      { "persons", PLAIN, FALSE },
      { "groups", PLAIN, FALSE },
      { "hours", PLAIN, FALSE },
      { "ticket", PLAIN, FALSE },
      { "credentials", PLAIN, FALSE },
      { "approval", PLAIN, FALSE },
      { "user", PLAIN, FALSE },
      { "domain", PLAIN, FALSE } } },
};

static const SectionRule *
find_rule (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (strcmp (rules[i].kind, kind) == 0)
      return &rules[i];
  return NULL;
}

static const KeyRule *
find_key (const SectionRule *rule, const char *name)
{
  for (guint i = 0; rule->keys[i].key != NULL; i++)
    if (strcmp (rule->keys[i].key, name) == 0)
      return &rule->keys[i];
  return NULL;
}

/* "[policy], [terminal], [role name] ..." */
static char *
known_sections (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    g_string_append_printf (text, "%s[%s%s]", i > 0 ? ", " : "", rules[i].kind,
                            rules[i].named ? " NAME" : "");
  return g_string_free (text, FALSE);
}

static char *
known_keys (const SectionRule *rule)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; rule->keys[i].key != NULL; i++)
    g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "", rule->keys[i].key,
                            rule->keys[i].shape == LOCALIZED ? "[ja|en]" : "");
  return g_string_free (text, FALSE);
}

static void
check_key (KioskPolicyIndex *index, const SectionRule *rule, const KioskPolicySection *section,
           const KioskPolicyEntry *entry)
{
  const char *bracket = strchr (entry->key, '[');
  g_autofree char *name
      = bracket != NULL ? g_strndup (entry->key, bracket - entry->key) : g_strdup (entry->key);
  const KeyRule *key = find_key (rule, name);

  if (key == NULL)
    {
      g_autofree char *known = known_keys (rule);

      kiosk_policy_index_problem (index, entry->place, "unknown key “%s” in [%s]; known are: %s",
                                  "キー「%s」は [%s] にはありません。使えるキー: %s", name,
                                  section->name, known);
    }
  else if (key->shape == LOCALIZED && bracket == NULL)
    kiosk_policy_index_problem (
        index, entry->place, "“%s” needs a language: write %s[ja] and %s[en]",
        "「%s」には言語が必要です。%s[ja] と %s[en] を書いてください", name, name, name);
  else if (key->shape == PLAIN && bracket != NULL)
    kiosk_policy_index_problem (index, entry->place, "“%s” has no language: write %s=",
                                "「%s」に言語は付きません。%s= と書いてください", name, name);
}

static void
check_missing (KioskPolicyIndex *index, const KeyRule *key, const KioskPolicySection *section)
{
  static const char *const languages[] = { "ja", "en" };
  char *keys[2];
  const KioskPolicyEntry *entries[2];

  if (key->shape == PLAIN)
    {
      if (key->required && kiosk_policy_section_find (section, key->key) == NULL)
        kiosk_policy_index_problem (index, section->place, "[%s] lacks the key “%s”",
                                    "[%s] にキー「%s」がありません", section->name, key->key);
      return;
    }
  for (guint i = 0; i < 2; i++)
    {
      keys[i] = g_strdup_printf ("%s[%s]", key->key, languages[i]);
      entries[i] = kiosk_policy_section_find (section, keys[i]);
    }
  for (guint i = 0; i < 2; i++)
    if (entries[i] == NULL && (key->required || entries[1 - i] != NULL))
      kiosk_policy_index_problem (index,
                                  entries[1 - i] != NULL ? entries[1 - i]->place : section->place,
                                  "[%s] lacks the key “%s”: every text is needed in both languages",
                                  "[%s] にキー「%s」がありません。文は日本語と英語の両方が必要です",
                                  section->name, keys[i]);
  g_free (keys[0]);
  g_free (keys[1]);
}

static void
check_section (KioskPolicyIndex *index, const KioskPolicySection *section)
{
  const SectionRule *rule = find_rule (section->kind);

  if (rule == NULL)
    {
      g_autofree char *known = known_sections ();

      kiosk_policy_index_problem (index, section->place, "unknown section [%s]; known are: %s",
                                  "[%s] というセクションはありません。使えるセクション: %s",
                                  section->name, known);
      return;
    }
  if (rule->named && section->id[0] == '\0')
    {
      kiosk_policy_index_problem (index, section->place, "[%s] needs a name: write [%s NAME]",
                                  "[%s] には名前が必要です。[%s 名前] と書いてください", rule->kind,
                                  rule->kind);
      return;
    }
  if (!rule->named && section->id[0] != '\0')
    {
      kiosk_policy_index_problem (index, section->place, "[%s] has no name: write [%s]",
                                  "[%s] に名前は付きません。[%s] と書いてください", section->name,
                                  rule->kind);
      return;
    }
  for (guint i = 0; i < section->order->len; i++)
    check_key (index, rule, section, section->order->pdata[i]);
  for (guint i = 0; rule->keys[i].key != NULL; i++)
    check_missing (index, &rule->keys[i], section);
}

void
kiosk_policy_schema_check (KioskPolicyIndex *index)
{
  for (guint i = 0; i < index->sections->len; i++)
    check_section (index, index->sections->pdata[i]);

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (rules[i].required && kiosk_policy_index_find (index, rules[i].kind) == NULL)
      {
        KioskPolicyPlace whole
            = { index->sources->len > 0 ? index->sources->pdata[0] : "policy", 0 };

        kiosk_policy_index_problem (index, whole, "the section [%s] is missing",
                                    "セクション [%s] がありません", rules[i].kind);
      }
}
