/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/account-lines.h"
#include "kiosk/model/account.h"
#include "kiosk/model/tally.h"

#include <string.h>

/* Accounts: lines of shadow, tallies, names. */

#define TODAY 20000
#define HASH "$y$j9T$abc$def"

static const char shadow[] = "root:*:19000:0:99999:7:::\n"
                             "sato:" HASH ":19950:0:90:7:30::\n"
                             "sato2:" HASH ":19950:0:90:7::20100:\n"
                             "old:" HASH ":19000:0:90:7:30::\n"
                             "barred:!" HASH ":19950:0:90:7:::\n"
                             "fresh:!:19950:0:90:7:::\n"
                             "empty::19950:0:90:7:::\n"
                             "over:" HASH ":19950:0:90:7::20000:\n"
                             "must:" HASH ":0:0:90:7:::\n"
                             "plain:" HASH ":::::::\n"
                             "short:" HASH ":19950\n"
                             "long:" HASH ":19950:0:90:7::::x\n"
                             "odd:" HASH ":x:0:-5:7::99999999999:\n"
                             "last:" HASH ":19990:0:99999:7:::";

static void
test_shadow (void)
{
  static const struct {
    const char *id;
    KioskAccountState state;
    gint64 age, left;
  } rows[] = {
    { "root", KIOSK_ACCOUNT_DISABLED, 1000, G_MAXINT64 },
    { "sato", KIOSK_ACCOUNT_ACTIVE, 50, 40 },
    { "sato2", KIOSK_ACCOUNT_ACTIVE, 50, 40 },
    { "old", KIOSK_ACCOUNT_EXPIRED, 1000, -910 },
    { "barred", KIOSK_ACCOUNT_DISABLED, 50, 40 },
    { "fresh", KIOSK_ACCOUNT_DISABLED, 50, 40 },
    { "empty", KIOSK_ACCOUNT_DISABLED, 50, 40 },
    { "over", KIOSK_ACCOUNT_EXPIRED, 50, 40 },
    { "must", KIOSK_ACCOUNT_ACTIVE, -1, 0 },
    { "plain", KIOSK_ACCOUNT_ACTIVE, -1, G_MAXINT64 },
    { "short", KIOSK_ACCOUNT_ABSENT, -1, G_MAXINT64 },
    { "long", KIOSK_ACCOUNT_ABSENT, -1, G_MAXINT64 },
    { "odd", KIOSK_ACCOUNT_ACTIVE, -1, G_MAXINT64 },
    { "last", KIOSK_ACCOUNT_ACTIVE, 10, G_MAXINT64 },
    { "sat", KIOSK_ACCOUNT_ABSENT, -1, G_MAXINT64 },
    { "", KIOSK_ACCOUNT_ABSENT, -1, G_MAXINT64 },
    { HASH, KIOSK_ACCOUNT_ABSENT, -1, G_MAXINT64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      /* no NUL behind it: a read too far is one that the sanitizer sees */
      g_autofree char *bytes = g_memdup2 (shadow, sizeof shadow - 1);
      KioskAccountEntry entry;

      g_test_message ("%s", rows[i].id);
      g_assert_cmpint (kiosk_account_find (bytes, sizeof shadow - 1, rows[i].id, &entry), ==,
                       rows[i].state != KIOSK_ACCOUNT_ABSENT);
      g_assert_cmpint (kiosk_account_judge (&entry, TODAY), ==, rows[i].state);
      g_assert_cmpint (kiosk_account_password_age (&entry, TODAY), ==, rows[i].age);
      g_assert_cmpint (kiosk_account_password_left (&entry, TODAY), ==, rows[i].left);
    }
}

/* The days on which it changes. */
static void
test_days (void)
{
  static const char line[] = "a:" HASH ":100:0:90:7:30:500:\n";
  KioskAccountEntry entry;

  g_assert_true (kiosk_account_find (line, strlen (line), "a", &entry));
  g_assert_cmpint (kiosk_account_judge (&entry, 220), ==, KIOSK_ACCOUNT_ACTIVE);
  g_assert_cmpint (kiosk_account_judge (&entry, 221), ==, KIOSK_ACCOUNT_EXPIRED);
  entry.inactive = -1;
  g_assert_cmpint (kiosk_account_judge (&entry, 499), ==, KIOSK_ACCOUNT_ACTIVE);
  g_assert_cmpint (kiosk_account_judge (&entry, 500), ==, KIOSK_ACCOUNT_EXPIRED);
  entry.expires = 0; /* usermod -e 0 and 1: closed since 1970 */
  g_assert_cmpint (kiosk_account_judge (&entry, 100), ==, KIOSK_ACCOUNT_EXPIRED);
}

static void
test_must_end (void)
{
  for (KioskAccountState before = 0; before <= KIOSK_ACCOUNT_ABSENT; before++)
    for (KioskAccountState after = 0; after <= KIOSK_ACCOUNT_ABSENT; after++)
      g_assert_cmpint (kiosk_account_must_end (before, after), ==,
                       before == KIOSK_ACCOUNT_ACTIVE && after != KIOSK_ACCOUNT_ACTIVE
                           && after != KIOSK_ACCOUNT_LOCKED_OUT);
}

/* ---- Tally ---- */

static void
add_failure (GByteArray *tally, guint16 status, guint64 time)
{
  guint8 record[64] = { 0 };

  memcpy (record + 54, &status, sizeof status);
  memcpy (record + 56, &time, sizeof time);
  g_byte_array_append (tally, record, sizeof record);
}

static void
test_tally (void)
{
  static const KioskTallyRule rule = { .attempts = 3, .lockout = 600, .interval = 900 };
  static const KioskTallyRule endless = { .attempts = 0, .lockout = 600, .interval = 900 };
  g_autoptr (GByteArray) tally = g_byte_array_new ();
  guint n = 7;

  g_assert_false (kiosk_tally_count (NULL, 0, &rule, 10000, &n));
  g_assert_cmpuint (n, ==, 0);
  add_failure (tally, 0x1, 9000);
  add_failure (tally, 0x5, 9100);
  add_failure (tally, 0x0, 9200); /* not valid */
  g_assert_false (kiosk_tally_count (tally->data, tally->len, &rule, 9300, &n));
  g_assert_cmpuint (n, ==, 2);
  add_failure (tally, 0x1, 9899); /* the first is 899 s before */
  g_assert_true (kiosk_tally_count (tally->data, tally->len, &rule, 9900, &n));
  g_assert_cmpuint (n, ==, 3);
  g_assert_true (kiosk_tally_count (tally->data, tally->len, &rule, 9899 + 600, &n));
  g_assert_false (kiosk_tally_count (tally->data, tally->len, &rule, 9899 + 601, &n));
  g_assert_cmpuint (n, ==, 0);
  g_assert_false (kiosk_tally_count (tally->data, tally->len, &endless, 9900, &n));
  /* a last record that is not whole does not count */
  g_assert_false (kiosk_tally_count (tally->data, tally->len - 1, &rule, 9650, &n));
  g_assert_cmpuint (n, ==, 2);
  add_failure (tally, 0x1, 9900); /* the first is too long ago now */
  g_assert_true (kiosk_tally_count (tally->data, tally->len, &rule, 9901, &n));
  g_assert_cmpuint (n, ==, 3);
}

static void
test_names (void)
{
  static const struct {
    const char *id;
    KioskNameKind kind;
  } rows[] = {
    { "sato", KIOSK_NAME_PERSONAL },
    { "t.sato", KIOSK_NAME_PERSONAL },
    { "administratora", KIOSK_NAME_PERSONAL },
    { "contest", KIOSK_NAME_PERSONAL },
    { "a12345", KIOSK_NAME_PERSONAL },
    { "12", KIOSK_NAME_PERSONAL },
    { "admin", KIOSK_NAME_SHARED },
    { "test", KIOSK_NAME_SHARED },
    { "user1", KIOSK_NAME_SHARED },
    { "user0001", KIOSK_NAME_SHARED },
    { "guest", KIOSK_NAME_SHARED },
    { "root", KIOSK_NAME_SHARED },
    { "maint", KIOSK_NAME_SHARED },
    { "operator", KIOSK_NAME_SHARED },
    { "shared", KIOSK_NAME_SHARED },
    { "kyoyu", KIOSK_NAME_SHARED },
    { "hoshu-01", KIOSK_NAME_SHARED },
    { "city_admin", KIOSK_NAME_SHARED },
    { "sato2", KIOSK_NAME_NUMBERED },
    { "sato-02", KIOSK_NAME_NUMBERED },
    { "sato100", KIOSK_NAME_PERSONAL },
    { "", KIOSK_NAME_PERSONAL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].id);
      g_assert_cmpint (kiosk_account_name_kind (rows[i].id), ==, rows[i].kind);
    }
}

/* As merging and then finding: whatever image, copy and what it was made of say. */
static void
test_kept (void)
{
  static const char *const lines[] = {
    NULL,
    "sato:$y$a:20000:0:90:7:::\n",
    "sato:$y$b:20400:0:90:7:::\n",
    "sato:!$y$a:20000:0:90:7:::\n",
    "sato:$y$a:20000:0:90:7::1:\n",
    "sato:broken\n",
    "abe:$y$c:1:0:9:7:::\nsato:$y$a:20000:0:90:7:::\nsato:!:1::::::\n",
    "sato2:$y$a:20000:0:90:7:::\n",
  };
  guint n = G_N_ELEMENTS (lines), kept_counts = 0;

  for (guint i = 0; i < n * n * n; i++)
    {
      const char *image = lines[i % n] != NULL ? lines[i % n] : "";
      const char *base = lines[i / n % n], *kept = lines[i / n / n];
      g_autofree char *merged = kiosk_account_lines_merge (KIOSK_ACCOUNT_SHADOW, image, base, kept);
      KioskAccountEntry wanted, found;
      gboolean known = kiosk_account_find (merged, strlen (merged), "sato", &wanted);

      g_assert_cmpint (
          kiosk_account_find_kept ((KioskAccountText){ image, strlen (image) },
                                   (KioskAccountText){ base, base != NULL ? strlen (base) : 0 },
                                   (KioskAccountText){ kept, kept != NULL ? strlen (kept) : 0 },
                                   "sato", &found),
          ==, known);
      g_assert_cmpint (found.known, ==, wanted.known);
      g_assert_cmpint (found.barred, ==, wanted.barred);
      g_assert_cmpint (found.no_password, ==, wanted.no_password);
      g_assert_cmpint (found.changed, ==, wanted.changed);
      g_assert_cmpint (found.max_days, ==, wanted.max_days);
      g_assert_cmpint (found.inactive, ==, wanted.inactive);
      g_assert_cmpint (found.expires, ==, wanted.expires);
      kept_counts += known && wanted.changed == 20400 && i % n != 2;
    }
  g_assert_cmpuint (kept_counts, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/account/shadow", test_shadow);
  g_test_add_func ("/account/kept", test_kept);
  g_test_add_func ("/account/days", test_days);
  g_test_add_func ("/account/must-end", test_must_end);
  g_test_add_func ("/account/tally", test_tally);
  g_test_add_func ("/account/names", test_names);
  return g_test_run ();
}
