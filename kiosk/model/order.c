/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/order.h"

#include "policy-private.h"

#include <sodium.h>
#include <string.h>

/* Work orders: from bytes to an order, from an order and a policy to a verdict. The lines are read by the
 * strict reader of the policy (policy-index.c), so that an order, too, is what it looks like in an editor.
 *
 * What is signed are the bytes of the file up to the header of the signature, not what was understood of
 * them: nothing has to be written down anew the same way, and whatever somebody adds to a line breaks it. */

#define ID_MAX 64
#define PURPOSE_MAX 200

static const char *const order_keys[]
    = { "format", "id", "persons", "servers", "from", "until", "purpose", "approver" };
static const char *const signature_keys[] = { "ed25519" };

/* ---- Reading ---- */

static gboolean
is_known (const char *key, const char *const *known, guint n_known)
{
  for (guint i = 0; i < n_known; i++)
    if (strcmp (known[i], key) == 0)
      return TRUE;
  return FALSE;
}

static void
check_keys (KioskPolicyIndex *index, const KioskPolicySection *section, const char *const *known,
            guint n_known)
{
  for (guint i = 0; i < section->order->len; i++)
    {
      const KioskPolicyEntry *entry = section->order->pdata[i];

      if (!is_known (entry->key, known, n_known))
        kiosk_policy_index_problem (index, entry->place, "unknown key “%s” in [%s]",
                                    "キー「%s」は [%s] にはありません", entry->key, section->name);
    }
  for (guint i = 0; i < n_known; i++)
    if (kiosk_policy_section_find (section, known[i]) == NULL)
      kiosk_policy_index_problem (index, section->place, "[%s] lacks the key “%s”",
                                  "[%s] にキー「%s」がありません", section->name, known[i]);
}

/* [order] first, then at most [signature], and nothing else. */
static void
check_sections (KioskPolicyIndex *index)
{
  KioskPolicyPlace whole = { index->sources->pdata[0], 0 };
  const KioskPolicySection *order = kiosk_policy_index_find (index, "order");
  const KioskPolicySection *signature = kiosk_policy_index_find (index, "signature");

  for (guint i = 0; i < index->sections->len; i++)
    {
      const KioskPolicySection *section = index->sections->pdata[i];

      if (section != order && section != signature)
        kiosk_policy_index_problem (
            index, section->place, "unknown section [%s]; known are: [order], [signature]",
            "[%s] というセクションはありません。使えるセクション: [order], [signature]",
            section->name);
    }
  if (order == NULL)
    kiosk_policy_index_problem (index, whole, "the section [%s] is missing",
                                "セクション [%s] がありません", "order");
  else
    check_keys (index, order, order_keys, G_N_ELEMENTS (order_keys));
  if (signature == NULL)
    return;
  check_keys (index, signature, signature_keys, G_N_ELEMENTS (signature_keys));
  if (order != NULL && order->place.line > signature->place.line)
    kiosk_policy_index_problem (index, order->place,
                                "[%s] stands behind the signature, which does not cover it",
                                "[%s] が署名より後にあり、署名の対象になっていません", "order");
}

/* RFC 3339 with an offset or Z, whole seconds. FALSE with a problem. */
static gboolean
read_time (KioskPolicyValue value, gint64 *time)
{
  const char *text = value.entry->value;
  g_autoptr (GDateTime) parsed = NULL;

  if (g_regex_match_simple ("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)$",
                            text, G_REGEX_DOLLAR_ENDONLY, 0))
    parsed = g_date_time_new_from_iso8601 (text, NULL);
  if (parsed != NULL)
    {
      *time = g_date_time_to_unix (parsed);
      return TRUE;
    }
  kiosk_policy_index_problem (
      value.index, value.entry->place,
      "“%s” is “%s”: expected a time with its offset like 2026-11-27T09:00:00+09:00",
      "「%s」が「%s」です。2026-11-27T09:00:00+09:00 のように、時差を付けて書いてください",
      value.entry->key, text);
  return FALSE;
}

static void
read_times (KioskPolicyBuilder *builder, KioskOrder *order)
{
  KioskPolicyValue from, until;

  if (!kiosk_policy_builder_get (builder, "from", &from) || !read_time (from, &order->from)
      || !kiosk_policy_builder_get (builder, "until", &until) || !read_time (until, &order->until))
    return;
  if (order->until <= order->from)
    kiosk_policy_index_problem (
        builder->index, until.entry->place, "“%s” is not after “%s”: the order would never hold",
        "「%s」が「%s」より後ではありません。この指示書は一度も有効になりません", "until", "from");
  else if (order->until - order->from > KIOSK_ORDER_MAX_SECONDS)
    kiosk_policy_index_problem (builder->index, until.entry->place,
                                "an order covers at most %d days: write several",
                                "1 つの指示書の期間は %d 日までです。分けて作成してください",
                                KIOSK_ORDER_MAX_SECONDS / 86400);
}

static void
read_ids (KioskPolicyBuilder *builder, const char *key, GStrv *ids)
{
  KioskPolicyValue value;

  if (kiosk_policy_builder_get (builder, key, &value) && kiosk_policy_value_ids (value, ids)
      && (*ids)[0] == NULL)
    kiosk_policy_index_problem (builder->index, value.entry->place, "“%s” names nobody and nothing",
                                "「%s」に何も書かれていません", key);
}

/* A text that shows something: blanks alone (U+3000, too) are none. */
static void
read_text (KioskPolicyBuilder *builder, const char *key, guint max_chars, char **text)
{
  KioskPolicyValue value;
  gboolean blank = TRUE;

  if (!kiosk_policy_builder_get (builder, key, &value)
      || !kiosk_policy_value_text (value, max_chars, text))
    return;
  for (const char *p = *text; *p != '\0' && blank; p = g_utf8_next_char (p))
    blank = g_unichar_isspace (g_utf8_get_char (p));
  if (blank)
    kiosk_policy_index_problem (builder->index, value.entry->place, "“%s” is blank",
                                "「%s」が空白です", key);
}

static void
read_signature (KioskPolicyBuilder *builder, KioskOrder *order)
{
  KioskPolicyValue value;
  const char *end = NULL;
  gsize length = 0;

  builder->section = kiosk_policy_index_find (builder->index, "signature");
  if (builder->section == NULL || !kiosk_policy_builder_get (builder, "ed25519", &value))
    return;
  order->has_signature
      = strlen (value.entry->value) == 2 * KIOSK_ORDER_SIGNATURE_SIZE
        && sodium_hex2bin (order->signature, sizeof order->signature, value.entry->value,
                           strlen (value.entry->value), NULL, &length, &end)
               == 0
        && length == sizeof order->signature && *end == '\0';
  if (!order->has_signature)
    kiosk_policy_index_problem (builder->index, value.entry->place,
                                "“%s” is no signature: expected %d hex digits",
                                "「%s」が署名ではありません。16 進数 %d 桁が必要です", "ed25519",
                                2 * KIOSK_ORDER_SIGNATURE_SIZE);
}

static void
note_lines (const KioskPolicyIndex *index, KioskOrder *order)
{
  static const struct {
    KioskOrderLine line;
    const char *section, *key;
  } rows[] = {
    { KIOSK_ORDER_LINE_PERSONS, "order", "persons" },
    { KIOSK_ORDER_LINE_SERVERS, "order", "servers" },
    { KIOSK_ORDER_LINE_FROM, "order", "from" },
    { KIOSK_ORDER_LINE_UNTIL, "order", "until" },
    { KIOSK_ORDER_LINE_APPROVER, "order", "approver" },
    { KIOSK_ORDER_LINE_SIGNATURE, "signature", "ed25519" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const KioskPolicySection *section = kiosk_policy_index_find (index, rows[i].section);

      if (section != NULL)
        order->lines[rows[i].line] = kiosk_policy_section_find (section, rows[i].key)->place.line;
    }
}

static void
read_order (KioskPolicyBuilder *builder, KioskOrder *order)
{
  static const char *const formats[] = { "1", NULL };
  KioskPolicyValue value;

  builder->section = kiosk_policy_index_find (builder->index, "order");
  if (builder->section == NULL)
    return;
  kiosk_policy_builder_choice (builder, "format", formats);
  read_text (builder, "id", ID_MAX, &order->id);
  read_ids (builder, "persons", &order->persons);
  read_ids (builder, "servers", &order->servers);
  read_times (builder, order);
  read_text (builder, "purpose", PURPOSE_MAX, &order->purpose);
  if (!kiosk_policy_builder_get (builder, "approver", &value))
    return;
  if (kiosk_text_is_id (value.entry->value))
    order->approver = g_strdup (value.entry->value);
  else
    kiosk_policy_index_problem (
        builder->index, value.entry->place,
        "“%s” is “%s”: expected the NAME of an [approver NAME] of the policy",
        "「%s」が「%s」です。設定の [approver 名前] の名前を書いてください", "approver",
        value.entry->value);
}

/* What follows the header is not signed: nothing that people could read may stand there, not even a
 * comment. */
static void
check_tail (KioskPolicyIndex *index, const KioskPolicySection *signature, const char *tail,
            gsize length)
{
  const gsize header = strlen ("[signature]\ned25519=");
  const gsize whole = header + 2 * KIOSK_ORDER_SIGNATURE_SIZE;

  if ((length == whole || (length == whole + 1 && tail[whole] == '\n'))
      && memcmp (tail, "[signature]\ned25519=", header) == 0)
    return;
  kiosk_policy_index_problem (
      index, signature->place,
      "[signature] must be the last two lines of the file: its header and ed25519=",
      "[signature] はファイルの最後の 2 行（見出しと ed25519=）だけにしてください");
}

/* The bytes before line @line (the first is 1); all of them when there are fewer lines. */
static gsize
bytes_before (const char *data, gsize length, guint line)
{
  const char *position = data;

  for (guint i = 1; i < line && position != NULL; i++)
    {
      position = memchr (position, '\n', length - (gsize) (position - data));
      if (position != NULL)
        position++;
    }
  return position != NULL ? (gsize) (position - data) : length;
}

KioskOrder *
kiosk_order_parse (const char *name, const char *data, gsize length, GPtrArray **problems)
{
  const KioskPolicySource source = { name, data, length };
  g_autoptr (KioskPolicyIndex) index = kiosk_policy_index_new (&source, 1);
  KioskPolicyBuilder builder = { .index = index };
  g_autoptr (KioskOrder) order = g_new0 (KioskOrder, 1);
  const KioskPolicySection *signature;
  gsize n_signed = length;

  if (length > KIOSK_ORDER_MAX_BYTES)
    kiosk_policy_index_problem (index, (KioskPolicyPlace){ index->sources->pdata[0], 0 },
                                "this file is longer than %d bytes",
                                "このファイルは %d バイトを超えています", KIOSK_ORDER_MAX_BYTES);
  check_sections (index);
  read_order (&builder, order);
  read_signature (&builder, order);
  signature = kiosk_policy_index_find (index, "signature");
  if (signature != NULL)
    {
      n_signed = bytes_before (data, length, signature->place.line);
      check_tail (index, signature, data + n_signed, length - n_signed);
    }
  kiosk_policy_index_sort_problems (index);

  *problems = g_steal_pointer (&index->problems);
  if ((*problems)->len > 0)
    return NULL;
  note_lines (index, order);
  order->signed_bytes = g_bytes_new (data, n_signed);
  order->digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) data, length);
  return g_steal_pointer (&order);
}

void
kiosk_order_free (KioskOrder *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_strfreev (self->persons);
  g_strfreev (self->servers);
  g_free (self->purpose);
  g_free (self->approver);
  g_clear_pointer (&self->signed_bytes, g_bytes_unref);
  g_free (self->digest);
  g_free (self);
}

/* ---- Verdicts ---- */

KioskOrderVerdict
kiosk_order_verify (const KioskOrder *self, const KioskPolicy *policy)
{
  const KioskPolicyApprover *approver = kiosk_policy_find_approver (policy, self->approver);
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (self->signed_bytes, &length);

  if (!self->has_signature)
    return KIOSK_ORDER_UNSIGNED;
  if (approver == NULL)
    return KIOSK_ORDER_UNKNOWN_APPROVER;
  if (crypto_sign_verify_detached (self->signature, bytes, length, approver->key) != 0)
    return KIOSK_ORDER_SIGNATURE;
  if (g_strv_contains ((const char *const *) self->persons, approver->person->id))
    return KIOSK_ORDER_OWN_WORK;
  return KIOSK_ORDER_VALID;
}

KioskOrderVerdict
kiosk_order_judge (const KioskOrder *self, const KioskPolicy *policy, const char *person,
                   const char *server, gint64 moment)
{
  KioskOrderVerdict verdict = kiosk_order_verify (self, policy);

  if (verdict != KIOSK_ORDER_VALID)
    return verdict;
  if (person != NULL && !g_strv_contains ((const char *const *) self->persons, person))
    return KIOSK_ORDER_OTHER_PERSON;
  if (server != NULL && !g_strv_contains ((const char *const *) self->servers, server))
    return KIOSK_ORDER_OTHER_SERVER;
  if (moment >= 0 && moment < self->from)
    return KIOSK_ORDER_EARLY;
  if (moment >= 0 && moment >= self->until)
    return KIOSK_ORDER_LATE;
  return KIOSK_ORDER_VALID;
}

guint
kiosk_order_verdict_line (const KioskOrder *self, KioskOrderVerdict verdict)
{
  static const KioskOrderLine lines[] = {
    [KIOSK_ORDER_UNSIGNED] = KIOSK_ORDER_LINE_SIGNATURE,
    [KIOSK_ORDER_UNKNOWN_APPROVER] = KIOSK_ORDER_LINE_APPROVER,
    [KIOSK_ORDER_SIGNATURE] = KIOSK_ORDER_LINE_SIGNATURE,
    [KIOSK_ORDER_OWN_WORK] = KIOSK_ORDER_LINE_PERSONS,
    [KIOSK_ORDER_OTHER_PERSON] = KIOSK_ORDER_LINE_PERSONS,
    [KIOSK_ORDER_OTHER_SERVER] = KIOSK_ORDER_LINE_SERVERS,
    [KIOSK_ORDER_EARLY] = KIOSK_ORDER_LINE_FROM,
    [KIOSK_ORDER_LATE] = KIOSK_ORDER_LINE_UNTIL,
    [KIOSK_ORDER_VALID] = KIOSK_ORDER_LINE_SIGNATURE,
  };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (lines), 0);
  return self->lines[lines[verdict]];
}

const KioskLabel *
kiosk_order_verdict_label (KioskOrderVerdict verdict)
{
  static const KioskLabel labels[] = {
    [KIOSK_ORDER_UNSIGNED] = { (char *) "署名がありません。", (char *) "The order is not signed." },
    [KIOSK_ORDER_UNKNOWN_APPROVER] = { (char *) "設定に登録されていない承認者です。",
                                       (char *) "The approver is not in the policy." },
    [KIOSK_ORDER_SIGNATURE]
    = { (char *) "署名が正しくありません。承認者の署名ではないか、署名の後に書き換えられています。",
        (char *) "The signature is wrong: not by this approver, or the order was altered." },
    [KIOSK_ORDER_OWN_WORK] = { (char *) "承認者自身の作業です。承認は別の人が行ってください。",
                               (char *) "The approver is one of the persons of the order." },
    [KIOSK_ORDER_OTHER_PERSON]
    = { (char *) "この人の指示書ではありません。", (char *) "The order is not for this person." },
    [KIOSK_ORDER_OTHER_SERVER] = { (char *) "このサーバーの指示書ではありません。",
                                   (char *) "The order is not for this server." },
    [KIOSK_ORDER_EARLY]
    = { (char *) "指示書の開始前です。", (char *) "The order does not hold yet." },
    [KIOSK_ORDER_LATE]
    = { (char *) "指示書の期限が過ぎています。", (char *) "The order has ended." },
    [KIOSK_ORDER_VALID] = { (char *) "有効な指示書です。", (char *) "The order is valid." },
  };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (labels), &labels[KIOSK_ORDER_UNSIGNED]);
  return &labels[verdict];
}
