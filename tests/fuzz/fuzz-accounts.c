/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "fuzz.h"

#include "kiosk/model/account-lines.h"
#include "kiosk/model/account.h"
#include "kiosk/model/tally.h"
#include "kiosk/model/uses.h"

#include <string.h>

/* Files about accounts under any bytes: up to three of them, with NUL bytes between, as image, what it was, and copy;
 * the whole as tally and as uses. What must hold: no crash; looking a line up in three files is the same as merging
 * them first; a tally counts no more than it has, and moved times are none in the future; what is read of uses is
 * read the same from what is written. */

static void
check_accounts (const char *image, const char *base, const char *kept)
{
  g_autofree char *merged = kiosk_account_lines_merge (KIOSK_ACCOUNT_SHADOW, image, base, kept);
  g_autofree char *oath = kiosk_account_lines_merge (KIOSK_ACCOUNT_OATH, image, base, kept);
  KioskAccountEntry wanted, found;
  gboolean known = kiosk_account_find (merged, strlen (merged), "sato", &wanted);

  g_assert_nonnull (oath);
  g_assert_cmpint (
      kiosk_account_find_kept ((KioskAccountText){ image, strlen (image) },
                               (KioskAccountText){ base, base != NULL ? strlen (base) : 0 },
                               (KioskAccountText){ kept, kept != NULL ? strlen (kept) : 0 }, "sato",
                               &found),
      ==, known);
  g_assert_cmpint (found.known, ==, wanted.known);
  g_assert_cmpint (found.barred, ==, wanted.barred);
  g_assert_cmpint (found.no_password, ==, wanted.no_password);
  g_assert_cmpint (found.changed, ==, wanted.changed);
  g_assert_cmpint (found.max_days, ==, wanted.max_days);
  g_assert_cmpint (found.inactive, ==, wanted.inactive);
  g_assert_cmpint (found.expires, ==, wanted.expires);
  kiosk_account_judge (&found, 20000);
}

static void
check_tally (const uint8_t *data, size_t size)
{
  static const KioskTallyRule rule = { 10, 1800, 1800 };
  g_autofree guint8 *copy = g_memdup2 (data, size);
  guint failures;

  kiosk_tally_count (data, size, &rule, 2000000000, &failures);
  g_assert_cmpuint (failures, <=, size / KIOSK_TALLY_RECORD);
  kiosk_tally_move (copy, size, -3600, 2000000000);
  g_assert_false (kiosk_tally_move (copy, size, 0, 2000000000));
}

static void
check_uses (const uint8_t *data, size_t size)
{
  static const char *const ids[] = { "sato", "abe", NULL };
  g_autoptr (KioskUses) uses = kiosk_uses_parse ((const char *) data, size);
  g_autofree char *text = kiosk_uses_format (uses);
  g_autoptr (KioskUses) again = kiosk_uses_parse (text, strlen (text));
  g_autofree char *same = kiosk_uses_format (again);

  g_assert_cmpstr (text, ==, same);
  kiosk_uses_know (uses, ids, 2000000000, TRUE);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_assert_cmpint (kiosk_uses_get (uses, ids[i]), >, 0);
      g_assert_cmpint (kiosk_uses_get (uses, ids[i]), <=, 2000000000);
      g_assert_cmpint (kiosk_uses_days (kiosk_uses_get (uses, ids[i]), 0, 2000000000), >=, 0);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  gsize first = size > 0 ? strnlen (text, size) : 0;
  gsize second = first < size ? strnlen (text + first + 1, size - first - 1) : 0;
  gsize from = MIN (first + 1 + second + 1, size);
  g_autofree char *image = g_strndup (text, first);
  g_autofree char *base = first < size ? g_strndup (text + first + 1, second) : NULL;
  g_autofree char *kept
      = from < size ? g_strndup (text + from, strnlen (text + from, size - from)) : NULL;

  check_accounts (image, base, kept);
  check_tally (data, size);
  check_uses (data, size);
  return 0;
}
