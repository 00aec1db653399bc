/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "fuzz.h"

#include "kiosk/model/account.h"
#include "kiosk/model/order.h"
#include "kiosk/model/tally.h"

#include <sodium.h>
#include <string.h>

/* The parser of work orders under any bytes; the same bytes as key file, shadow file and tally. What must
 * hold: no crash, either an order or problems, an order that is whole, and none that is valid: nobody has
 * the secret half of the key in this policy. */

static KioskPolicy *
make_policy (void)
{
  static const char text[]
      = "[policy]\nformat=1\n[terminal]\nid=t1\nsite[ja]=a\nsite[en]=a\n"
        "[person tanaka]\nname[ja]=a\nname[en]=a\n[role approver]\npersons=tanaka\n"
        "[approver tanaka]\nperson=tanaka\n"
        "public-key=d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n";
  const KioskPolicySource source = { "p", text, sizeof text - 1 };
  g_autoptr (GPtrArray) problems = NULL;

  g_assert_cmpint (sodium_init (), >=, 0);
  return kiosk_policy_parse (&source, 1, &problems);
}

static void
check_order (const KioskOrder *order, const KioskPolicy *policy, gsize size)
{
  g_assert_cmpuint (strlen (order->id), >, 0);
  g_assert_nonnull (order->persons[0]);
  g_assert_nonnull (order->servers[0]);
  g_assert_cmpint (order->from, <, order->until);
  g_assert_cmpint (order->until - order->from, <=, KIOSK_ORDER_MAX_SECONDS);
  g_assert_cmpuint (strlen (order->purpose), >, 0);
  g_assert_nonnull (order->approver);
  g_assert_cmpuint (strlen (order->digest), ==, 64);
  g_assert_cmpuint (g_bytes_get_size (order->signed_bytes), <=, size);
  g_assert_true (order->has_signature == (g_bytes_get_size (order->signed_bytes) < size));
  g_assert_cmpint (kiosk_order_judge (order, policy, NULL, NULL, -1), !=, KIOSK_ORDER_VALID);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const KioskTallyRule rule = { 10, 1800, 1800 };
  static KioskPolicy *policy;
  const char *text = (const char *) data;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (KioskOrder) order = NULL;
  g_autofree char *public_key = NULL;
  KioskAccountEntry entry;
  guint failures;

  if (policy == NULL)
    policy = make_policy ();
  order = kiosk_order_parse ("o", text, size, &problems);
  g_assert_true ((order != NULL) == (problems->len == 0));
  for (guint i = 0; i < problems->len; i++)
    {
      const KioskPolicyProblem *problem = problems->pdata[i];

      g_assert_true (g_utf8_validate (problem->reason.ja, -1, NULL));
      g_assert_true (g_utf8_validate (problem->reason.en, -1, NULL));
      g_assert_cmpuint (strlen (problem->reason.en), >, 0);
    }
  if (order != NULL)
    check_order (order, policy, size);

  public_key = kiosk_order_key_get_public (text, size, NULL);
  g_assert_true (public_key == NULL || strlen (public_key) == 64);
  if (kiosk_account_find (text, size, "sato", &entry))
    kiosk_account_judge (&entry, 20000);
  kiosk_tally_count (data, size, &rule, 2000000000, &failures);
  g_assert_cmpuint (failures, <=, size / 64);
  return 0;
}
