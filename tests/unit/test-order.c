/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/order.h"

#include "kiosk/base/error.h"

#include <sodium.h>
#include <string.h>

/* Work orders: what is read, what is refused and where, what a signature covers, and the verdicts. */

#define PASSPHRASE "correct horse battery"
#define FROM "2026-11-27T09:00:00+09:00"
#define UNTIL "2026-11-27T17:30:00+09:00"
#define FROM_UNIX ((gint64) 1795737600)
#define UNTIL_UNIX (FROM_UNIX + 8 * 3600 + 1800)

#define BODY(persons, from, until, more)                                                           \
  "[order]\nformat=1\nid=W-2026-0042\npersons=" persons "\nservers=juki;zei\nfrom=" from           \
  "\nuntil=" until "\npurpose=証明書の更新\napprover=tanaka-key\n" more

#define GOOD BODY ("sato;suzuki", FROM, UNTIL, "")
#define ZEROS                                                                                       \
  "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" \
  "0000000000000000000000000000000000000"

static char *key_file, *public_key;

static KioskOrder *
parse (const char *text, GPtrArray **problems)
{
  return kiosk_order_parse ("o", text, strlen (text), problems);
}

static KioskOrder *
parse_good (const char *text)
{
  g_autoptr (GPtrArray) problems = NULL;
  KioskOrder *order = parse (text, &problems);

  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", ((KioskPolicyProblem *) problems->pdata[i])->reason.en);
  g_assert_nonnull (order);
  g_assert_cmpuint (problems->len, ==, 0);
  return order;
}

/* A policy in which @person is behind the key @key. */
static KioskPolicy *
make_policy (const char *person, const char *key)
{
  g_autofree char *text = g_strdup_printf (
      "[policy]\nformat=1\n[terminal]\nid=t1\nsite[ja]=北\nsite[en]=North\n"
      "[person tanaka]\nname[ja]=田中\nname[en]=Tanaka\n[person sato]\nname[ja]=佐藤\nname[en]=Sato\n"
      "[role engineer]\npersons=sato\n[role approver]\npersons=tanaka;sato\n"
      "[approver tanaka-key]\nperson=%s\npublic-key=%s\n",
      person, key);
  KioskPolicySource source = { "policy.conf", text, strlen (text) };
  g_autoptr (GPtrArray) problems = NULL;
  KioskPolicy *policy = kiosk_policy_parse (&source, 1, &problems);

  g_assert_nonnull (policy);
  return policy;
}

static char *
sign (const char *text)
{
  g_autoptr (KioskOrder) order = parse_good (text);
  g_autoptr (GError) error = NULL;
  char *signed_text = kiosk_order_sign (order, key_file, strlen (key_file), PASSPHRASE, &error);

  g_assert_no_error (error);
  return signed_text;
}

static KioskOrderVerdict
judge (const char *text, const KioskPolicy *policy, const char *person, const char *server,
       gint64 moment)
{
  g_autoptr (KioskOrder) order = parse_good (text);

  return kiosk_order_judge (order, policy, person, server, moment);
}

static void
test_good (void)
{
  g_autoptr (KioskOrder) order = parse_good (GOOD);

  g_assert_cmpstr (order->id, ==, "W-2026-0042");
  g_assert_cmpstr (order->persons[0], ==, "sato");
  g_assert_cmpstr (order->persons[1], ==, "suzuki");
  g_assert_null (order->persons[2]);
  g_assert_cmpstr (order->servers[1], ==, "zei");
  g_assert_cmpint (order->from, ==, FROM_UNIX);
  g_assert_cmpint (order->until, ==, UNTIL_UNIX);
  g_assert_cmpstr (order->purpose, ==, "証明書の更新");
  g_assert_cmpstr (order->approver, ==, "tanaka-key");
  g_assert_false (order->has_signature);
  g_assert_cmpuint (g_bytes_get_size (order->signed_bytes), ==, strlen (GOOD));
  g_assert_cmpuint (strlen (order->digest), ==, 64);
}

/* Each is refused; the line and a word of the reason. */
static void
test_refused (void)
{
  static const struct {
    const char *text;
    guint line;
    const char *word;
  } rows[] = {
    { "", 0, "[order]" },
    { "[order]\n", 1, "approver" },
    { BODY ("sato", FROM, UNTIL, "colour=red\n"), 10, "colour" },
    { BODY ("sato", FROM, UNTIL, "id=W-2\n"), 10, "twice" },
    { BODY ("sato", FROM, UNTIL, "[extra]\na=b\n"), 10, "extra" },
    { BODY ("sato", FROM, UNTIL, "[order]\n"), 10, "twice" },
    { BODY ("sato", FROM, UNTIL, "[order x]\n"), 10, "order x" },
    { BODY ("", FROM, UNTIL, ""), 4, "persons" },
    { BODY ("sato;sato", FROM, UNTIL, ""), 4, "twice" },
    { BODY ("Sato Taro", FROM, UNTIL, ""), 4, "Sato" },
    { BODY ("sato", "2026-11-27T09:00:00", UNTIL, ""), 6, "offset" },
    { BODY ("sato", "2026-11-27 09:00:00+09:00", UNTIL, ""), 6, "offset" },
    { BODY ("sato", "2026-11-31T09:00:00+09:00", UNTIL, ""), 6, "offset" },
    { BODY ("sato", "2026-11-27T24:00:00+09:00", UNTIL, ""), 6, "offset" },
    { BODY ("sato", "tomorrow", UNTIL, ""), 6, "offset" },
    { BODY ("sato", FROM, FROM, ""), 7, "not after" },
    { BODY ("sato", UNTIL, FROM, ""), 7, "not after" },
    { BODY ("sato", FROM, "2026-12-28T09:00:01+09:00", ""), 7, "31 days" },
    { BODY ("sato", FROM, UNTIL, " x=1\n"), 10, "blank" },
    { BODY ("sato", FROM, UNTIL, "# \xe2\x80\xae\n"), 10, "202E" },
    { BODY ("sato", FROM, UNTIL, "#\r\n"), 10, "carriage" },
    { "[order]\nformat=2\nid=W\npersons=a\nservers=b\nfrom=" FROM "\nuntil=" UNTIL
      "\npurpose=p\napprover=k\n",
      2, "format" },
    { "[order]\nformat=1\nid=W\npersons=a\nservers=b\nfrom=" FROM "\nuntil=" UNTIL
      "\npurpose=\\s\napprover=k\n",
      8, "no value" },
    { "[order]\nformat=1\nid=W\npersons=a\nservers=b\nfrom=" FROM "\nuntil=" UNTIL
      "\npurpose=p\napprover=K\n",
      9, "approver" },
    /* signatures */
    { BODY ("sato", FROM, UNTIL, "[signature]\n"), 10, "ed25519" },
    { BODY ("sato", FROM, UNTIL, "[signature]\ned25519=12\n"), 10, "last two lines" },
    { BODY ("sato", FROM, UNTIL, "[signature]\ned25519=" ZEROS "\nmore=1\n"), 10, "last two" },
    { BODY ("sato", FROM, UNTIL, "[signature]\ned25519=" ZEROS "\n# until 2030\n"), 10,
      "last two" },
    { BODY ("sato", FROM, UNTIL, "[signature]\n# x\ned25519=" ZEROS "\n"), 10, "last two" },
    { BODY ("sato", FROM, UNTIL, "[signature]\ned25519=" ZEROS "\n\n"), 10, "last two" },
    { "[signature]\ned25519=" ZEROS "\n" GOOD, 1, "last two" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) problems = NULL;
      gboolean found = FALSE;

      g_test_message ("row %u", i);
      g_assert_null (parse (rows[i].text, &problems));
      for (guint j = 0; j < problems->len; j++)
        {
          const KioskPolicyProblem *problem = problems->pdata[j];

          g_test_message ("%u: %s", problem->line, problem->reason.en);
          g_assert_cmpstr (problem->source, ==, "o");
          g_assert_cmpuint (strlen (problem->reason.ja), >, 0);
          found
              |= problem->line == rows[i].line && strstr (problem->reason.en, rows[i].word) != NULL;
        }
      g_assert_true (found);
    }
}

static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new (GOOD);
  g_autoptr (GPtrArray) fits = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (KioskOrder) order = NULL;

  while (text->len < KIOSK_ORDER_MAX_BYTES)
    g_string_append_c (text, text->len % 100 == 0 ? '\n' : '#');
  text->str[KIOSK_ORDER_MAX_BYTES - 1] = '\n';
  order = parse (text->str, &fits);
  g_assert_nonnull (order);
  g_string_append_c (text, '#');
  g_assert_null (parse (text->str, &problems));
  g_assert_cmpuint (problems->len, ==, 1);
}

static void
test_verdicts (void)
{
  g_autofree char *text = sign (GOOD);
  g_autofree char *own = sign (BODY ("sato;tanaka", FROM, UNTIL, ""));
  g_autofree char *without_feed = g_strndup (GOOD, strlen (GOOD) - 1);
  g_autofree char *feed = sign (without_feed);
  g_autoptr (KioskPolicy) policy = make_policy ("tanaka", public_key);
  g_autoptr (KioskPolicy) other_key
      = make_policy ("tanaka", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

  g_assert_cmpint (judge (GOOD, policy, "sato", "juki", FROM_UNIX), ==, KIOSK_ORDER_UNSIGNED);
  g_assert_cmpint (judge (text, other_key, "sato", "juki", FROM_UNIX), ==, KIOSK_ORDER_SIGNATURE);
  g_assert_cmpint (judge (own, policy, "sato", "juki", FROM_UNIX), ==, KIOSK_ORDER_OWN_WORK);
  g_assert_cmpint (judge (text, policy, "tanaka", "juki", FROM_UNIX), ==, KIOSK_ORDER_OTHER_PERSON);
  g_assert_cmpint (judge (text, policy, "sat", "juki", FROM_UNIX), ==, KIOSK_ORDER_OTHER_PERSON);
  g_assert_cmpint (judge (text, policy, "sato", "hoken", FROM_UNIX), ==, KIOSK_ORDER_OTHER_SERVER);
  g_assert_cmpint (judge (text, policy, "sato", "juki", FROM_UNIX - 1), ==, KIOSK_ORDER_EARLY);
  g_assert_cmpint (judge (text, policy, "sato", "juki", FROM_UNIX), ==, KIOSK_ORDER_VALID);
  g_assert_cmpint (judge (text, policy, "suzuki", "zei", UNTIL_UNIX - 1), ==, KIOSK_ORDER_VALID);
  g_assert_cmpint (judge (text, policy, "sato", "juki", UNTIL_UNIX), ==, KIOSK_ORDER_LATE);
  g_assert_cmpint (judge (feed, policy, "sato", "juki", FROM_UNIX), ==, KIOSK_ORDER_VALID);
  g_assert_cmpint (judge (text, policy, NULL, NULL, -1), ==, KIOSK_ORDER_VALID);
}

static void
test_unknown_approver (void)
{
  g_autofree char *body = g_strconcat (GOOD, NULL);
  g_autofree char *text = NULL;
  g_autoptr (KioskPolicy) policy = make_policy ("tanaka", public_key);
  char *name = strstr (body, "tanaka-key");

  memcpy (name, "yamada-key", strlen ("yamada-key"));
  text = sign (body);
  g_assert_cmpint (judge (text, policy, "sato", "juki", FROM_UNIX), ==,
                   KIOSK_ORDER_UNKNOWN_APPROVER);
}

/* No bit of a signed order can be another one. */
static void
test_altered (void)
{
  g_autofree char *text = sign (GOOD);
  g_autoptr (KioskPolicy) policy = make_policy ("tanaka", public_key);
  gsize length = strlen (text);
  guint valid = 0, refused = 0;

  for (gsize at = 0; at < length; at++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autofree char *altered = g_memdup2 (text, length + 1);
        g_autoptr (GPtrArray) problems = NULL;
        g_autoptr (KioskOrder) order = NULL;

        altered[at] ^= (char) (1 << bit);
        order = kiosk_order_parse ("o", altered, length, &problems);
        if (order == NULL)
          refused++;
        /* hex digits of the signature have two cases, which are the same number */
        else if (kiosk_order_verify (order, policy) == KIOSK_ORDER_VALID)
          {
            g_assert_cmpuint (at, >, strlen (GOOD));
            g_assert_cmpint (g_ascii_tolower (altered[at]), ==, text[at]);
            valid++;
          }
      }
  g_assert_cmpuint (refused, >, 0);
  g_assert_cmpuint (valid, <=, 128);
}

static void
test_keys (void)
{
  g_autoptr (KioskOrder) order = parse_good (GOOD);
  g_autoptr (GError) short_one = NULL;
  g_autoptr (GError) wrong = NULL;
  g_autoptr (GError) garbage = NULL;
  g_autoptr (GError) swapped = NULL;
  g_autofree char *other = g_strdup (key_file);
  char *digit = strstr (other, "public-key=") + strlen ("public-key=");

  g_assert_null (kiosk_order_key_new ("too short", &short_one));
  g_assert_error (short_one, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED);
  g_assert_null (
      kiosk_order_sign (order, key_file, strlen (key_file), "another passphrase", &wrong));
  g_assert_error (wrong, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED);
  g_assert_null (kiosk_order_key_get_public (GOOD, strlen (GOOD), &garbage));
  g_assert_error (garbage, KIOSK_ERROR, KIOSK_ERROR_INVALID);
  *digit = *digit == '0' ? '1' : '0';
  g_assert_null (kiosk_order_sign (order, other, strlen (other), PASSPHRASE, &swapped));
  g_assert_error (swapped, KIOSK_ERROR, KIOSK_ERROR_INVALID);
  /* nothing of the secret half in clear, and not even its passphrase */
  g_assert_null (strstr (key_file, PASSPHRASE));
  g_assert_cmpuint (strlen (public_key), ==, 64);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  key_file = kiosk_order_key_new (PASSPHRASE, &error);
  g_assert_no_error (error);
  public_key = kiosk_order_key_get_public (key_file, strlen (key_file), &error);
  g_assert_no_error (error);
  g_test_add_func ("/order/good", test_good);
  g_test_add_func ("/order/refused", test_refused);
  g_test_add_func ("/order/long", test_long);
  g_test_add_func ("/order/verdicts", test_verdicts);
  g_test_add_func ("/order/unknown-approver", test_unknown_approver);
  g_test_add_func ("/order/altered", test_altered);
  g_test_add_func ("/order/keys", test_keys);
  result = g_test_run ();
  g_free (key_file);
  g_free (public_key);
  return result;
}
