/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "../lib/audit-log.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/collect.h"

#include <string.h>

/* The lines of a terminal in every order, twice, damaged, forged: what a collector makes of them. */

#define RECORDS 40
#define KEEP (1 << 20)

typedef struct {
  GPtrArray *lines; /* GBytes: records 1 to RECORDS, of which 1, 10, 20, 30, 40 are checkpoints */
  GPtrArray *other; /* the same log until record 12; from there on another past */
  guint8 key[KIOSK_AUDIT_KEY_SIZE];
  KioskCollectStream *stream;
  GString *stored;
  guint verdicts[KIOSK_COLLECT_BAD + 1];
  guint outcasts, bad_outcasts, pushed_out;
} Fixture;

static GPtrArray *
make_log (guint split, guint8 *key)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  AuditLog log;

  audit_log_begin (&log, 7);
  memcpy (key, log.state.log_key, KIOSK_AUDIT_KEY_SIZE);
  for (guint n = 1; n <= RECORDS; n++)
    {
      KioskAuditRecord record = {
        .action = n == 1         ? KIOSK_ACTION_LOG_BEGUN
                  : n == RECORDS ? KIOSK_ACTION_LOG_CLOSED
                  : n % 10 == 0  ? KIOSK_ACTION_CHECKPOINT
                                 : KIOSK_ACTION_LOGIN,
        .outcome = KIOSK_OUTCOME_SUCCESS,
        .realtime = n * G_USEC_PER_SEC + (n >= split),
        .boottime = n,
        .boot = "b",
        .host_id = "A-03",
      };

      g_ptr_array_add (lines, audit_log_encode (&log, &record));
    }
  return lines;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->lines = make_log (G_MAXUINT, self->key);
  self->other = make_log (12, self->key);
  self->stream = kiosk_collect_stream_new (self->key, KEEP);
  self->stored = g_string_new (NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->other);
  kiosk_collect_stream_free (self->stream);
  g_string_free (self->stored, TRUE);
}

static KioskCollectVerdict
take_bytes (Fixture *self, GBytes *line, gint64 now)
{
  g_auto (KioskCollectResult) result = { 0 };

  kiosk_collect_stream_take (self->stream, line, now, &result);
  self->verdicts[result.verdict]++;
  for (guint i = 0; i < result.proved->len; i++)
    g_string_append_len (self->stored, g_bytes_get_data (result.proved->pdata[i], NULL),
                         (gssize) g_bytes_get_size (result.proved->pdata[i]));
  for (guint i = 0; i < result.outcasts->len; i++)
    {
      const KioskCollectOutcast *outcast = result.outcasts->pdata[i];

      self->outcasts++;
      self->bad_outcasts += outcast->fault != KIOSK_AUDIT_OK;
    }
  self->pushed_out += result.pushed_out;
  return result.verdict;
}

/* Record @n of the true log. */
static KioskCollectVerdict
take (Fixture *self, guint n)
{
  return take_bytes (self, self->lines->pdata[n - 1], n);
}

/* Exactly the first @n records are stored. */
static void
assert_stored (Fixture *self, guint n)
{
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_len (expected, g_bytes_get_data (self->lines->pdata[i], NULL),
                         (gssize) g_bytes_get_size (self->lines->pdata[i]));
  g_assert_cmpmem (self->stored->str, self->stored->len, expected->str, expected->len);
  g_assert_cmpuint (kiosk_collect_stream_get_proved (self->stream)->sequence, ==, n);
}

static void
test_in_order (Fixture *self, gconstpointer data)
{
  for (guint n = 1; n <= RECORDS; n++)
    {
      g_assert_cmpint (take (self, n), ==, KIOSK_COLLECT_KEPT);
      assert_stored (self, n < 10 ? 1 : n - n % 10);
      g_assert_cmpint (kiosk_collect_stream_is_resting (self->stream), ==, n == RECORDS);
    }
  g_assert_cmpuint (self->outcasts, ==, 0);
}

static void
test_any_order_and_twice (Fixture *self, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  guint order[2 * RECORDS];

  for (guint round = 0; round < 200; round++)
    {
      kiosk_collect_stream_free (self->stream);
      self->stream = kiosk_collect_stream_new (self->key, KEEP);
      g_string_truncate (self->stored, 0);
      for (guint i = 0; i < G_N_ELEMENTS (order); i++)
        order[i] = i % RECORDS + 1;
      for (guint i = 0; i < G_N_ELEMENTS (order); i++)
        {
          guint k = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (order)), n = order[i];

          order[i] = order[k];
          order[k] = n;
        }
      for (guint i = 0; i < G_N_ELEMENTS (order); i++)
        take (self, order[i]);
      assert_stored (self, RECORDS);
    }
  g_assert_cmpuint (self->verdicts[KIOSK_COLLECT_KEPT], ==, 200 * RECORDS);
  g_assert_cmpuint (self->verdicts[KIOSK_COLLECT_OLD] + self->verdicts[KIOSK_COLLECT_DUPLICATE], ==,
                    200 * RECORDS);
  g_assert_cmpuint (self->outcasts, ==, 0);
}

static void
test_gap (Fixture *self, gconstpointer data)
{
  guint64 first = 0, last = 0;
  gint64 since = 0;

  for (guint n = 1; n <= 25; n++)
    if (n != 13 && n != 14)
      take (self, n);
  assert_stored (self, 10);
  g_assert_true (kiosk_collect_stream_find_gap (self->stream, &first, &last, &since));
  g_assert_cmpuint (first, ==, 13);
  g_assert_cmpuint (last, ==, 14);
  g_assert_cmpint (since, ==, 15);
  take (self, 14);
  g_assert_true (kiosk_collect_stream_find_gap (self->stream, &first, &last, &since));
  g_assert_cmpuint (last, ==, 13);
  take (self, 13);
  g_assert_false (kiosk_collect_stream_find_gap (self->stream, &first, &last, &since));
  assert_stored (self, 20);
}

/* Somebody who knows the chain slips in a record before the true one comes. */
static void
test_forged_first (Fixture *self, gconstpointer data)
{
  for (guint n = 1; n <= 11; n++)
    take (self, n);
  for (guint n = 12; n <= 15; n++)
    g_assert_cmpint (take_bytes (self, self->other->pdata[n - 1], n), ==, KIOSK_COLLECT_KEPT);
  for (guint n = 12; n <= 15; n++)
    g_assert_cmpint (take (self, n), ==, KIOSK_COLLECT_FORK);
  for (guint n = 16; n <= RECORDS; n++)
    take (self, n);
  assert_stored (self, RECORDS);
  g_assert_cmpuint (self->outcasts, ==, 4);
  g_assert_cmpuint (self->bad_outcasts, ==, 0);
}

/* A terminal of which an older copy was put back. */
static void
test_older_copy (Fixture *self, gconstpointer data)
{
  guint64 first = 0, last = 0;
  gint64 since = 0;

  for (guint n = 1; n <= 20; n++)
    take (self, n);
  for (guint n = 12; n <= 25; n++)
    {
      KioskCollectVerdict verdict = take_bytes (self, self->other->pdata[n - 1], n);

      g_assert_cmpint (verdict, ==, n <= 20 ? KIOSK_COLLECT_OLD : KIOSK_COLLECT_KEPT);
    }
  assert_stored (self, 20);
  /* nothing is missing, and it does not hang together */
  g_assert_true (kiosk_collect_stream_find_gap (self->stream, &first, &last, &since));
  g_assert_cmpuint (first, ==, 21);
  g_assert_cmpuint (last, ==, 20);
}

/* A checkpoint with another signature, before the true one. */
static void
test_forged_signature (Fixture *self, gconstpointer data)
{
  gsize length;
  const char *bytes = g_bytes_get_data (self->lines->pdata[9], &length);
  g_autofree char *copy = g_memdup2 (bytes, length);
  g_autoptr (GBytes) forged = NULL;
  char *digit = copy + length - 5; /* in the signature */

  *digit = *digit == '0' ? '1' : '0';
  forged = g_bytes_new (copy, length);
  for (guint n = 1; n < 10; n++)
    take (self, n);
  take_bytes (self, forged, 10);
  assert_stored (self, 1);
  g_assert_cmpuint (self->bad_outcasts, ==, 1);
  for (guint n = 10; n <= 12; n++)
    take (self, n);
  assert_stored (self, 10);
}

/* The code of a record is in no signature: the first that came counts, and the other is told. */
static void
test_other_code (Fixture *self, gconstpointer data)
{
  gsize length;
  const char *bytes = g_bytes_get_data (self->lines->pdata[4], &length);
  g_autofree char *copy = g_memdup2 (bytes, length);
  g_autoptr (GBytes) other = NULL;
  char *digit = copy + length - 5; /* in the code */

  *digit = *digit == '0' ? '1' : '0';
  other = g_bytes_new (copy, length);
  for (guint n = 1; n <= 5; n++)
    take (self, n);
  g_assert_cmpint (take_bytes (self, other, 5), ==, KIOSK_COLLECT_FORK);
  for (guint n = 6; n <= 10; n++)
    take (self, n);
  assert_stored (self, 10);
  g_assert_cmpuint (self->outcasts, ==, 1);
}

/* Every byte of a record changed, one after the other. */
static void
test_changed (Fixture *self, gconstpointer data)
{
  gsize length;
  const char *bytes = g_bytes_get_data (self->lines->pdata[1], &length);

  take (self, 1);
  for (gsize i = 0; i + 1 < length; i++)
    {
      g_autofree char *copy = g_memdup2 (bytes, length);
      g_autoptr (GBytes) changed = NULL;

      copy[i] ^= 1;
      changed = g_bytes_new (copy, length);
      take_bytes (self, changed, 2);
    }
  /* a code that was changed cannot be told from a right one */
  g_assert_cmpuint (self->verdicts[KIOSK_COLLECT_BAD], >=, length - 1 - 2 * KIOSK_AUDIT_MAC_SIZE);
  for (guint n = 2; n <= 10; n++)
    take (self, n);
  g_assert_cmpuint (kiosk_collect_stream_get_proved (self->stream)->sequence, ==, 10);
}

static void
test_no_record (Fixture *self, gconstpointer data)
{
  static const char *const texts[]
      = { "\n", "{}\n", "COMMIT TRANSACTION\n", "{\"event.sequence\":1}\n" };
  g_autofree char *endless = g_strnfill (2 * KIOSK_AUDIT_LINE_MAX, 'a');
  g_autoptr (GBytes) overlong = g_bytes_new (endless, 2 * KIOSK_AUDIT_LINE_MAX);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) line = g_bytes_new (texts[i], strlen (texts[i]));

      g_assert_cmpint (take_bytes (self, line, 0), ==, KIOSK_COLLECT_BAD);
    }
  g_assert_cmpint (take_bytes (self, overlong, 0), ==, KIOSK_COLLECT_BAD);
}

/* Of what waits too much comes: what is furthest ahead goes, and the rest is proved when the gap closes. */
static void
test_room (Fixture *self, gconstpointer data)
{
  kiosk_collect_stream_free (self->stream);
  self->stream
      = kiosk_collect_stream_new (self->key, 15 * g_bytes_get_size (self->lines->pdata[1]));
  take (self, 1);
  for (guint n = 3; n <= RECORDS; n++)
    take (self, n);
  g_assert_cmpuint (self->pushed_out, >, 0);
  take (self, 2);
  assert_stored (self, 10);
  for (guint n = 11; n <= RECORDS; n++)
    take (self, n);
  assert_stored (self, RECORDS);
}

static void
test_goes_on (Fixture *self, gconstpointer data)
{
  for (guint n = 1; n <= 20; n++)
    take (self, n);
  kiosk_collect_stream_free (self->stream);
  self->stream = kiosk_collect_stream_new (self->key, KEEP);
  g_assert_false (kiosk_collect_stream_resume (self->stream, self->lines->pdata[18]));
  g_assert_true (kiosk_collect_stream_resume (self->stream, self->lines->pdata[19]));
  for (guint n = 15; n <= RECORDS; n++)
    g_assert_cmpint (take (self, n), ==, n <= 20 ? KIOSK_COLLECT_OLD : KIOSK_COLLECT_KEPT);
  assert_stored (self, RECORDS);
}

static void
test_hosts (void)
{
  static const struct {
    const char *line, *host;
  } rows[] = {
    { "{\"event.action\":\"login\",\"host.id\":\"A-03\"}", "A-03" },
    { "{\"host.id\":\"kiosk_1.b\",\"message\":\"\\\"host.id\\\":\\\"B\\\"\"}", "kiosk_1.b" },
    { "{\"host.id\":\"unknown\"}", NULL },
    { "{\"host.id\":\"..\"}", NULL },
    { "{\"host.id\":\"a/b\"}", NULL },
    { "{\"host.id\":\"\"}", NULL },
    { "{\"host.id\":\"端末\"}", NULL },
    { "{\"message\":\"x\"}", NULL },
    { "COMMIT TRANSACTION", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *host = kiosk_collect_line_host (rows[i].line, strlen (rows[i].line));

      g_assert_cmpstr (host, ==, rows[i].host);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/collect/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("in-order", test_in_order);
  ADD ("any-order-and-twice", test_any_order_and_twice);
  ADD ("gap", test_gap);
  ADD ("forged-first", test_forged_first);
  ADD ("older-copy", test_older_copy);
  ADD ("forged-signature", test_forged_signature);
  ADD ("other-code", test_other_code);
  ADD ("changed", test_changed);
  ADD ("no-record", test_no_record);
  ADD ("room", test_room);
  ADD ("goes-on", test_goes_on);
#undef ADD
  g_test_add_func ("/collect/hosts", test_hosts);
  return g_test_run ();
}
