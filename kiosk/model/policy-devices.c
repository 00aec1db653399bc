/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include "device-private.h"

#include <string.h>

/* Which devices may work (R15, R16): sections [devices], [device] and [port]. A rule that could never let anything work,
 * or that asks for what no rule can give, is a mistake of whoever wrote it, and told at once. */

#define MAX_LIST 16 /* ports, digests, interfaces of one rule */

#define PROBLEM(value, en, ja, ...)                                                                \
  kiosk_policy_index_problem ((value).index, (value).entry->place, en, ja, __VA_ARGS__)

/* ---- Values ---- */

/* The words of @value between ';', without blanks; a final ';' is GKeyFile's own habit. NULL with a problem when there
 * are too many, one is empty or stands twice. */
static GStrv
split_list (KioskPolicyValue value)
{
  g_auto (GStrv) words = g_strsplit (value.entry->value, ";", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = g_strv_length (words);

  for (guint i = 0; i < n; i++)
    {
      g_strstrip (words[i]);
      if (words[i][0] == '\0' && i > 0 && i == n - 1)
        {
          g_clear_pointer (&words[i], g_free);
          break;
        }
      if (words[i][0] == '\0' || i == MAX_LIST)
        {
          PROBLEM (value, "“%s” must hold 1 to %d values separated by ';'",
                   "「%s」には、1 個から %d 個までの値を「;」で区切って書いてください",
                   value.entry->key, MAX_LIST);
          return NULL;
        }
      if (!g_hash_table_add (seen, words[i]))
        {
          PROBLEM (value, "“%s” names “%s” twice", "「%s」に「%s」が 2 回あります",
                   value.entry->key, words[i]);
          return NULL;
        }
    }
  return g_steal_pointer (&words);
}

/* @n hex digits at @text, nothing else looked at. */
static gboolean
parse_hex (const char *text, guint n, guint *number)
{
  *number = 0;
  for (guint i = 0; i < n; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return FALSE;
      *number = *number << 4 | (guint) g_ascii_xdigit_value (text[i]);
    }
  return TRUE;
}

/* "046d:c31c"; "046d:*" in deny rules. */
static void
read_id (const KioskPolicyBuilder *builder, KioskDeviceRule *rule)
{
  KioskPolicyValue value;
  const char *text;
  guint vendor, product = 0;
  gboolean any;

  if (!kiosk_policy_builder_get (builder, "id", &value))
    return;
  text = value.entry->value;
  any = rule->deny && strlen (text) == 6 && text[5] == '*';
  if (!parse_hex (text, 4, &vendor) || text[4] != ':'
      || (!any && (!parse_hex (text + 5, 4, &product) || text[9] != '\0')))
    {
      PROBLEM (
          value,
          "“id” is “%s”: expected vendor and product like 046d:c31c (with rule=deny also 046d:*)",
          "「id」が「%s」です。046d:c31c のように、ベンダー ID と製品 ID を書いてください"
          "（rule=deny では 046d:* も使えます）",
          text);
      return;
    }
  rule->vendor = (gint32) vendor;
  rule->product = any ? -1 : (gint32) product;
}

/* A device's name in sysfs, or its controller's place and the ports (device-rule.h). */
static gboolean
is_port (const char *text)
{
  return g_regex_match_simple ("^(?:[1-9][0-9]{0,2}-|[A-Za-z0-9][A-Za-z0-9:._-]{0,62}/)"
                               "[1-9][0-9]{0,2}(?:\\.[1-9][0-9]{0,2}){0,5}$",
                               text, G_REGEX_DOLLAR_ENDONLY, 0);
}

static gboolean
check_port (KioskPolicyValue value, const char *text)
{
  if (is_port (text))
    return TRUE;
  PROBLEM (
      value,
      "“%s” holds “%s”: expected a port like 0000:00:14.0/2.3 or 1-2.3 (kioskctl devices lists them)",
      "「%s」に「%s」があります。0000:00:14.0/2.3 や 1-2.3 のような接続口を書いてください"
      "（kioskctl devices で調べられます）",
      value.entry->key, text);
  return FALSE;
}

static void
read_ports (const KioskPolicyBuilder *builder, KioskDeviceRule *rule)
{
  g_auto (GStrv) words = NULL;
  KioskPolicyValue value;

  if (!kiosk_policy_builder_get (builder, "port", &value))
    return;
  words = split_list (value);
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    if (!check_port (value, words[i]))
      return;
  rule->ports = g_steal_pointer (&words);
}

static void
read_digests (const KioskPolicyBuilder *builder, KioskDeviceRule *rule)
{
  g_auto (GStrv) words = NULL;
  KioskPolicyValue value;

  if (!kiosk_policy_builder_get (builder, "descriptors", &value))
    return;
  words = split_list (value);
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      guint8 digest[32];
      gboolean good = strlen (words[i]) == 64;

      for (guint j = 0; good && j < sizeof digest; j++)
        {
          guint byte;

          good = parse_hex (words[i] + (gsize) j * 2, 2, &byte);
          digest[j] = (guint8) byte;
        }
      if (!good)
        {
          PROBLEM (
              value, "“%s” holds “%s”: expected SHA-256 digests of 64 hex digits, separated by ';'",
              "「%s」に「%s」があります。16 進数 64 桁の SHA-256 を「;」で区切って書いてください",
              value.entry->key, words[i]);
          return;
        }
      g_array_append_val (rule->digests, digest);
    }
}

/* Three parts, each two hex digits or a star. */
static gboolean
parse_pattern (const char *text, KioskUsbPattern *pattern)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);
  gint16 *numbers[] = { &pattern->class, &pattern->subclass, &pattern->protocol };

  if (g_strv_length (parts) != G_N_ELEMENTS (numbers))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      guint number;

      if (strcmp (parts[i], "*") == 0)
        *numbers[i] = -1;
      else if (strlen (parts[i]) == 2 && parse_hex (parts[i], 2, &number))
        *numbers[i] = (gint16) number;
      else
        return FALSE;
    }
  return TRUE;
}

/* Whether a rule for @purpose can let anything work that @pattern names. */
static gboolean
pattern_is_of_use (KioskDevicePurpose purpose, KioskUsbPattern pattern)
{
  KioskUsbClass class = { (guint8) pattern.class, (guint8) MAX (pattern.subclass, 0),
                          (guint8) MAX (pattern.protocol, 0) };

  return pattern.class >= 0 && kiosk_device_purpose_admits (purpose, class);
}

static void
read_interfaces (const KioskPolicyBuilder *builder, KioskDeviceRule *rule)
{
  g_auto (GStrv) words = NULL;
  KioskPolicyValue value;

  if (!kiosk_policy_builder_get (builder, "interfaces", &value))
    return;
  words = split_list (value);
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      KioskUsbPattern pattern;

      if (!parse_pattern (words[i], &pattern))
        {
          PROBLEM (
              value,
              "“%s” holds “%s”: expected class/subclass/protocol like 03/01/01 or 03/*/*, "
              "separated by ';'",
              "「%s」に「%s」があります。03/01/01 や 03/*/* のように、クラス/サブクラス/プロトコルを"
              "「;」で区切って書いてください",
              value.entry->key, words[i]);
          return;
        }
      if (!rule->deny && !pattern_is_of_use (rule->purpose, pattern))
        {
          PROBLEM (
              value,
              "“%s” names “%s”, which this purpose never lets work: keyboard has 03, pointer 03 but "
              "keyboards (03/*/01), token the same and 0b, hub 09",
              "「%s」の「%s」は、この purpose では使えません。keyboard は 03、pointer は 03"
              "（03/*/01 を除く）、token はそれと 0b、hub は 09 です",
              value.entry->key, words[i]);
          return;
        }
      g_array_append_val (rule->interfaces, pattern);
    }
}

/* ---- Sections ---- */

void
kiosk_policy_build_devices (KioskPolicyBuilder *builder)
{
  static const char *const defaults[] = { "deny", NULL };

  kiosk_policy_builder_choice (builder, "default", defaults);
  kiosk_policy_builder_number (builder, "hub-depth", 0, KIOSK_DEVICES_MAX_DEPTH,
                               &builder->policy->public.hub_depth);
}

static void
check_deny (KioskPolicyBuilder *builder, const KioskDeviceRule *rule)
{
  static const char *const allow_only[] = { "purpose", "rest", "when" };
  static const char *const criteria[] = { "id", "serial", "port", "descriptors", "interfaces" };
  gboolean names = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (allow_only); i++)
    {
      const KioskPolicyEntry *entry = kiosk_policy_section_find (builder->section, allow_only[i]);

      if (entry != NULL)
        kiosk_policy_index_problem (
            builder->index, entry->place, "“%s” of [%s] has no meaning with rule=deny: remove it",
            "「%s」（[%s]）は rule=deny と一緒には使えません。削除してください", allow_only[i],
            builder->section->name);
    }
  for (guint i = 0; i < G_N_ELEMENTS (criteria); i++)
    names |= kiosk_policy_section_find (builder->section, criteria[i]) != NULL;
  if (!names)
    kiosk_policy_index_problem (
        builder->index, builder->section->place,
        "[%s] names nothing that it denies: write id, serial, port, descriptors or interfaces",
        "[%s] に、禁止するものがありません。id、serial、port、descriptors、interfaces のどれかを書いてください",
        builder->section->name);
}

static void
check_allow (KioskPolicyBuilder *builder, const KioskDeviceRule *rule)
{
  static const char *const needed[] = { "id", "purpose" };
  const KioskPolicyEntry *purpose = kiosk_policy_section_find (builder->section, "purpose");

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if (kiosk_policy_section_find (builder->section, needed[i]) == NULL)
      kiosk_policy_index_problem (builder->index, builder->section->place,
                                  "[%s] lacks the key “%s”", "[%s] にキー「%s」がありません",
                                  builder->section->name, needed[i]);
  if (purpose == NULL)
    return;
  if (rule->purpose == KIOSK_PURPOSE_KEYBOARD
      && kiosk_policy_section_find (builder->section, "port") == NULL)
    kiosk_policy_index_problem (
        builder->index, purpose->place,
        "[%s] lacks “port”: a keyboard is bound to the port that it is meant for",
        "[%s] に「port」が必要です。キーボードは、使用する接続口を決めて許可します",
        builder->section->name);
  if (rule->purpose == KIOSK_PURPOSE_HUB && builder->policy->public.hub_depth == 0)
    kiosk_policy_index_problem (
        builder->index, purpose->place,
        "[%s] allows a hub, but [devices] says hub-depth=0: change one of them",
        "[%s] は USB ハブを許可していますが、[devices] は hub-depth=0 です。どちらかを変えてください",
        builder->section->name);
}

void
kiosk_policy_build_device (KioskPolicyBuilder *builder)
{
  static const char *const rules[] = { "allow", "deny", NULL };
  static const char *const purposes[] = { "keyboard", "pointer", "token", "hub", NULL };
  static const char *const rests[] = { "refuse", "off", NULL };
  static const char *const whens[] = { "always", "unlocked", "logged-out", NULL };
  KioskDeviceRule *rule = g_new0 (KioskDeviceRule, 1);
  KioskPolicyValue value;

  rule->id = g_strdup (builder->section->id);
  rule->vendor = rule->product = -1;
  rule->digests = g_array_new (FALSE, FALSE, 32);
  rule->interfaces = g_array_new (FALSE, FALSE, sizeof (KioskUsbPattern));
  rule->deny = kiosk_policy_builder_choice (builder, "rule", rules) == 1;
  rule->purpose = (KioskDevicePurpose) kiosk_policy_builder_choice (builder, "purpose", purposes);
  rule->rest_off = kiosk_policy_builder_choice (builder, "rest", rests) == 1;
  rule->when = (KioskDeviceWhen) kiosk_policy_builder_choice (builder, "when", whens);
  read_id (builder, rule);
  if (kiosk_policy_builder_get (builder, "serial", &value))
    kiosk_policy_value_text (value, 126, &rule->serial); /* USB 2.0, 9.6.7: 253 bytes of UTF-16 */
  read_ports (builder, rule);
  read_digests (builder, rule);
  read_interfaces (builder, rule);
  if (rule->deny)
    check_deny (builder, rule);
  else
    check_allow (builder, rule);
  g_ptr_array_add (builder->policy->public.device_rules, rule);
}

void
kiosk_policy_build_port (KioskPolicyBuilder *builder)
{
  GPtrArray *ports = builder->policy->public.device_ports;
  KioskDevicePort *port = g_new0 (KioskDevicePort, 1);
  KioskPolicyValue value;

  port->id = g_strdup (builder->section->id);
  kiosk_policy_builder_label (builder, "label", 40, &port->label);
  kiosk_policy_builder_text (builder, "path", 100, &port->path);
  if (port->path[0] != '\0' && kiosk_policy_builder_get (builder, "path", &value)
      && check_port (value, port->path))
    for (guint i = 0; i < ports->len; i++)
      {
        const KioskDevicePort *other = ports->pdata[i];

        if (strcmp (other->path, port->path) == 0)
          PROBLEM (value, "[%s] and [port %s] name the same port: keep one of them",
                   "[%s] と [port %s] が同じ接続口を指しています。どちらか 1 つにしてください",
                   builder->section->name, other->id);
      }
  g_ptr_array_add (ports, port);
}
