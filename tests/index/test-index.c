/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/base/error.h"
#include "kiosk/review/queries.h"
#include "sample.h"
#include "server.h"

#include <glib/gstdio.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Logs on a disk become an index, and the index answers. With KIOSK_INDEX_URL in the environment on that server, else in SQLite. */

typedef struct {
  char *folder;
  KioskIndex *index;
  GTimeZone *zone;
} Fixture;

static void
import (Fixture *self, const char *path)
{
  g_autoptr (GError) error = NULL;

  kiosk_index_import_path (self->index, path, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("index-XXXXXX", &error);
  g_assert_no_error (error);
  self->zone = g_time_zone_new_identifier ("Asia/Tokyo");
  sample_write (self->folder, "A-03", 1);
  sample_write (self->folder, "B-01", 2);
  self->index = server_open_index ();
  import (self, self->folder);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  kiosk_index_free (self->index);
  g_time_zone_unref (self->zone);
  server_remove_tree (self->folder);
  g_free (self->folder);
}

static guint64
count (Fixture *self, KioskIndexFilter filter)
{
  g_autoptr (GError) error = NULL;
  guint64 total = 0;

  kiosk_index_count (self->index, &filter, &total, &error);
  g_assert_no_error (error);
  return total;
}

static GPtrArray *
page (Fixture *self, KioskIndexFilter filter, KioskIndexOrder order, gint64 after, guint limit)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *records = kiosk_index_get_page (self->index, &filter, order, after, limit, &error);

  g_assert_no_error (error);
  return records;
}

/* ---- Logs and records ---- */

static void
test_logs (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) logs = kiosk_index_get_logs (self->index, NULL);

  g_assert_cmpuint (logs->len, ==, 2);
  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (logs, i);

      g_assert_cmpstr (log->host, ==, i == 0 ? "A-03" : "B-01");
      g_assert_cmpstr (log->site, ==, "本庁舎3階");
      g_assert_cmpint (log->report.fault, ==, KIOSK_AUDIT_OK);
      g_assert_cmpuint (log->records, ==, log->report.records);
      g_assert_cmpuint (log->unreadable, ==, 0);
      g_assert_cmpint (log->first, ==, sample_time (0, 0, 0));
      g_assert_cmpint (log->last, ==, sample_time (40, 23, 59));
      g_assert_cmpint (log->fault_key, ==, 0);
      g_assert_cmpuint (strlen (log->seal_code), ==, 14);
      g_assert_cmpuint (strlen (log->chain), ==, 64);
      g_assert_cmpuint (log->report.checkpoints, ==, SAMPLE_DAYS + 1);
    }
}

/* All records of two terminals in the order of time, whichever way and in whatever pages. */
static void
test_pages (Fixture *self, gconstpointer data)
{
  guint64 total = count (self, (KioskIndexFilter){ 0 });

  for (guint order = 0; order < 2; order++)
    {
      gint64 after = 0;
      guint64 n = 0;

      while (TRUE)
        {
          g_autoptr (GPtrArray) records
              = page (self, (KioskIndexFilter){ 0 }, (KioskIndexOrder) order, after, 7);

          for (guint i = 0; i < records->len; i++, n++)
            {
              const KioskIndexRecord *record = g_ptr_array_index (records, i);
              guint64 position = 0;

              g_assert_true (record->good);
              if (after != 0 && order == KIOSK_INDEX_NEWEST_FIRST)
                g_assert_cmpint (record->key, <, after);
              else if (after != 0)
                g_assert_cmpint (record->key, >, after);
              after = record->key;
              if (n % 50 == 0)
                {
                  g_autoptr (KioskIndexRecord) same
                      = kiosk_index_get_nth (self->index, NULL, (KioskIndexOrder) order, n, NULL);

                  g_assert_cmpint (same->key, ==, record->key);
                  g_assert_true (kiosk_index_get_position (
                      self->index, NULL, (KioskIndexOrder) order, record->key, &position, NULL));
                  g_assert_cmpuint (position, ==, n);
                }
            }
          if (records->len < 7)
            break;
        }
      g_assert_cmpuint (n, ==, total);
    }
}

static void
test_filters (Fixture *self, gconstpointer data)
{
  const char *const logins[] = { "login", NULL };

  g_assert_cmpuint (count (self, (KioskIndexFilter){ .host = "B-01" }) * 2, ==,
                    count (self, (KioskIndexFilter){ 0 }));
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .host = "C-99" }), ==, 0);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .actions = logins, .outcome = "failure" }), ==,
                    2 * (SAMPLE_FAILURES - 1));
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .person = "unlisted" }), ==, 26);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .reason = "hours" }), ==, 2);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .ticket = "W-2026-1105" }), ==, 2);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .session = "S-A-03-05-10" }), ==, 7);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .host = "A-03",
                                                     .category = "session",
                                                     .from = sample_time (5, 0, 0),
                                                     .to = sample_time (6, 0, 0) }),
                    ==, 4); /* connect-begun, connect, lock, disconnect */
  g_assert_cmpuint (
      count (self, (KioskIndexFilter){ .server = "zeimu-ap02", .outcome = "failure" }), ==, 2);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .host = "A-03", .troubles = TRUE }), ==,
                    SAMPLE_FAILURES - 1 + 2 + 1 + 1);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .faulty = TRUE }), ==, 0);
  /* the end does not belong to it */
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .host = "A-03",
                                                     .from = sample_time (13, 14, 22),
                                                     .to = sample_time (13, 14, 22) }),
                    ==, 0);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .host = "A-03",
                                                     .from = sample_time (13, 14, 22),
                                                     .to = sample_time (13, 14, 22) + 1 }),
                    ==, 1);
}

static void
test_text (Fixture *self, gconstpointer data)
{
  static const struct {
    const char *text;
    guint64 found; /* of one terminal; 0: none */
  } rows[] = {
    { "佐藤", 14 * 7 + 7 },
    { "USB DISK", 2 },
    { "usb disk", 2 },
    { "0781:5581", 2 },
    { "SB D", 2 },
    { "K-1042", 2 },
    { "W-2026-1105", 1 },
    { "パッチの適用", 42 },
    { "bunsho", 2 },
    { "10.99.0.12", 42 },
    { "100%", 0 },
    { "a_b", 0 },
    { "\\", 0 },
    { "' OR 1=1 --", 0 },
    { "%", 0 },
    { "\"", 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint64 found = count (self, (KioskIndexFilter){ .host = "A-03", .text = rows[i].text });

      if (i == 0)
        g_assert_cmpuint (found, >, 80);
      else if (found != rows[i].found)
        g_error ("%s: %" G_GUINT64_FORMAT " records", rows[i].text, found);
    }
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .text = "S-A-03-05-10" }), ==, 7);
}

/* What is stored in the index is what stands in the log, byte for byte. */
static void
test_lines (Fixture *self, gconstpointer data)
{
  GString *text = sample_log ("A-03", 1);
  g_auto (GStrv) lines = g_strsplit (text->str, "\n", -1);
  g_autoptr (GPtrArray) records
      = page (self, (KioskIndexFilter){ .host = "A-03" }, KIOSK_INDEX_OLDEST_FIRST, 0, 1000);

  g_assert_cmpuint (records->len, ==, g_strv_length (lines) - 1);
  for (guint i = 0; i < records->len; i += 13)
    {
      const KioskIndexRecord *record = g_ptr_array_index (records, i);
      g_autoptr (GBytes) line = NULL;
      g_autoptr (GBytes) wanted
          = g_bytes_new (lines[record->sequence - 1], strlen (lines[record->sequence - 1]));
      g_autoptr (KioskIndexRecord) same
          = kiosk_index_get_record (self->index, record->key, &line, NULL);

      g_assert_nonnull (same);
      g_assert_cmpstr (same->action, ==, record->action);
      g_assert_true (g_bytes_equal (line, wanted));
    }
  g_assert_null (kiosk_index_get_record (self->index, 12345, NULL, NULL));
  g_string_free (text, TRUE);
}

static gboolean
on_line (const KioskIndexRecord *record, const char *line, gsize length, gpointer user_data)
{
  guint *n = user_data;

  g_assert_cmpuint (length, >, 100);
  g_assert_cmpint (line[0], ==, '{');
  return ++*n != 300;
}

static void
test_foreach (Fixture *self, gconstpointer data)
{
  KioskIndexFilter filter = { .host = "B-01" };
  guint n = 0;

  g_assert_true (kiosk_index_foreach_line (self->index, &filter, on_line, &n, NULL));
  g_assert_cmpuint (n, ==, 300);
  n = 400;
  g_assert_true (kiosk_index_foreach_line (self->index, &filter, on_line, &n, NULL));
  g_assert_cmpuint (n, ==, 400 + count (self, filter));
}

static void
test_lists (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) persons = kiosk_index_list (self->index, KIOSK_INDEX_PERSONS, NULL);
  g_auto (GStrv) hosts = kiosk_index_list (self->index, KIOSK_INDEX_HOSTS, NULL);
  g_auto (GStrv) reasons = kiosk_index_list (self->index, KIOSK_INDEX_REASONS, NULL);
  g_autofree char *all = g_strjoinv (" ", persons);

  g_assert_cmpstr (all, ==, "h-ito k-sato r-suzuki unlisted");
  g_assert_cmpuint (g_strv_length (hosts), ==, 2);
  g_assert_true (g_strv_contains ((const char *const *) reasons, "device-unlisted"));
}

/* ---- Questions ---- */

static void
test_stays (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) all = kiosk_index_get_stays (self->index, "A-03", NULL, 0, 0, NULL);
  g_autoptr (GPtrArray) one = kiosk_index_get_stays (
      self->index, "A-03", "k-sato", sample_time (33, 20, 30), sample_time (33, 20, 31), NULL);
  const KioskStay *stay = g_ptr_array_index (all, 20);
  const KioskStayConnection *connection;

  g_assert_cmpuint (all->len, ==, SAMPLE_STAYS);
  g_assert_cmpstr (stay->ended, ==, "lost");
  g_assert_cmpint (stay->end, ==, sample_time (20, 10, 30));
  g_assert_cmpuint (one->len, ==, 1);
  stay = g_ptr_array_index (one, 0);
  g_assert_cmpstr (stay->person_name, ==, "佐藤 健一");
  g_assert_cmpint (stay->begin, ==, sample_time (33, 20, 1));
  g_assert_cmpint (stay->end, ==, sample_time (33, 20, 50));
  g_assert_cmpstr (stay->ended, ==, "person");
  g_assert_cmpuint (stay->locks->len, ==, 1);
  g_assert_cmpuint (stay->connections->len, ==, 1);
  connection = g_ptr_array_index (stay->connections, 0);
  g_assert_cmpstr (connection->server, ==, "zeimu-ap02");
  g_assert_cmpstr (connection->ticket, ==, "W-2026-1133");
  g_assert_cmpint (connection->span.end, ==, sample_time (33, 20, 40));
}

static void
test_failures (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) days
      = kiosk_index_get_failures (self->index, "A-03", sample_time (0, 0, 0),
                                  sample_time (60, 0, 0), KIOSK_RISE_DAY, self->zone, NULL);
  g_autoptr (GArray) hours = kiosk_index_get_failures (
      self->index, NULL, sample_time (SAMPLE_RISE_DAY, 0, 0),
      sample_time (SAMPLE_RISE_DAY + 1, 0, 0), KIOSK_RISE_HOUR, self->zone, NULL);
  g_autoptr (GPtrArray) groups
      = kiosk_index_get_failure_groups (self->index, "A-03", sample_time (SAMPLE_RISE_DAY, 0, 0),
                                        sample_time (SAMPLE_RISE_DAY + 1, 0, 0), NULL);
  const KioskFailureGroup *group = g_ptr_array_index (groups, 0);

  /* the log ends before the span does */
  g_assert_cmpuint (days->len, ==, SAMPLE_DAYS);
  for (guint i = 0; i < days->len; i++)
    {
      const KioskRise *day = &g_array_index (days, KioskRise, i);

      g_assert_cmpint (day->from, ==, sample_time (i, 0, 0));
      g_assert_cmpuint (day->days, ==, MIN (i, 28));
      g_assert_cmpint (day->rise, ==, i == SAMPLE_RISE_DAY);
      g_assert_cmpuint (day->count, ==, (i % 3 == 0 ? 1 : 0) + (i == SAMPLE_RISE_DAY ? 13 : 0));
    }
  g_assert_cmpuint (hours->len, ==, 24);
  g_assert_cmpuint (g_array_index (hours, KioskRise, 22).count, ==, 26);
  g_assert_true (g_array_index (hours, KioskRise, 22).rise);
  g_assert_cmpuint (g_array_index (hours, KioskRise, 13).count, ==, 2);
  g_assert_false (g_array_index (hours, KioskRise, 13).rise);
  g_assert_cmpuint (groups->len, ==, 2);
  g_assert_cmpstr (group->person, ==, "unlisted");
  g_assert_cmpuint (group->count, ==, 13);
  g_assert_true (group->is_new);
  group = g_ptr_array_index (groups, 1);
  g_assert_cmpstr (group->person, ==, "k-sato");
  g_assert_false (group->is_new);
}

static void
test_rest (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) outages = kiosk_index_get_outages (
      self->index, "A-03", sample_time (18, 13, 30), sample_time (18, 13, 31), NULL);
  g_autoptr (GPtrArray) none
      = kiosk_index_get_outages (self->index, NULL, sample_time (19, 0, 0), 0, NULL);
  g_autoptr (GPtrArray) persons = kiosk_index_get_persons (self->index, 0, 0, NULL);
  g_autoptr (GPtrArray) unused
      = kiosk_index_get_persons (self->index, 0, sample_time (40, 0, 0), NULL);
  g_autoptr (GPtrArray) irregular = kiosk_index_get_irregulars (
      self->index, "A-03", sample_time (31, 0, 0), sample_time (38, 0, 0), &kiosk_stay_office_hours,
      TRUE, self->zone, NULL);
  g_autoptr (GPtrArray) uses = kiosk_index_get_host_uses (
      self->index, NULL, sample_time (0, 0, 0), 0, &kiosk_stay_office_hours, self->zone, NULL);
  const KioskOutageSpan *outage = g_ptr_array_index (outages, 0);
  const KioskPersonUse *person = g_ptr_array_index (persons, 1);
  const KioskHostUse *use = g_ptr_array_index (uses, 0);
  guint kinds[3] = { 0 };

  g_assert_cmpuint (outages->len, ==, 1);
  g_assert_cmpstr (outage->server, ==, "bunsho-db01");
  g_assert_cmpint (outage->end, ==, sample_time (18, 13, 52));
  g_assert_cmpuint (outage->interruptions, ==, 2);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (persons->len, ==, 3);
  g_assert_cmpstr (person->person, ==, "k-sato");
  g_assert_cmpstr (person->person_name, ==, "佐藤 健一");
  g_assert_cmpint (person->last_use, ==, sample_time (39, 10, 30));
  g_assert_cmpuint (person->failures, ==, 28);
  g_assert_cmpuint (unused->len, ==, 2);
  for (guint i = 0; i < irregular->len; i++)
    kinds[((const KioskIrregular *) g_ptr_array_index (irregular, i))->kind]++;
  /* Sunday 2026-11-01, the night of the 3rd, Saturday the 7th */
  g_assert_cmpuint (kinds[KIOSK_IRREGULAR_HOURS], ==, 3);
  g_assert_cmpuint (kinds[KIOSK_IRREGULAR_REFUSED], ==, 1);
  g_assert_cmpuint (kinds[KIOSK_IRREGULAR_ORDER], ==, 5);
  g_assert_cmpuint (uses->len, ==, 2);
  g_assert_cmpuint (use->stays, ==, SAMPLE_STAYS);
  g_assert_cmpuint (use->persons, ==, 3);
  g_assert_cmpint (use->total, ==, ((gint64) 49 * (SAMPLE_STAYS - 1) + 29) * 60 * G_USEC_PER_SEC);
}

/* ---- Damage, repetition, refusal ---- */

static void
test_fault (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "A-03", "audit.log", NULL);
  g_autoptr (GPtrArray) logs = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autofree char *text = NULL;
  const KioskIndexLog *log;
  gsize length;

  /* somebody's name on line 101 becomes another one */
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  {
    char *line = text;

    for (guint i = 1; i < 101; i++)
      line = strchr (line, '\n') + 1;
    memcpy (strstr (line, "A-03"), "A-04", 4);
  }
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
  import (self, self->folder);
  logs = kiosk_index_get_logs (self->index, NULL);
  g_assert_cmpuint (logs->len, ==, 2); /* replaced, not added */
  log = g_ptr_array_index (logs, 0);
  g_assert_cmpint (log->report.fault, ==, KIOSK_AUDIT_CHANGED);
  g_assert_cmpuint (log->report.line, ==, 101);
  g_assert_cmpuint (log->records, ==, count (self, (KioskIndexFilter){ .host = "B-01" }));
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .faulty = TRUE }), ==, log->records - 100);
  records = page (self, (KioskIndexFilter){ .faulty = TRUE }, KIOSK_INDEX_OLDEST_FIRST, 0, 1);
  g_assert_cmpint (((const KioskIndexRecord *) g_ptr_array_index (records, 0))->key, ==,
                   log->fault_key);
  g_assert_cmpuint (((const KioskIndexRecord *) g_ptr_array_index (records, 0))->sequence, ==, 101);
}

/* ---- The same log once more ---- */

typedef struct {
  gint64 id; /* another one each time that it is read */
  guint64 records;
  KioskAuditFault fault;
  guint files;
} Seen;

static Seen
see (Fixture *self, guint number)
{
  g_autoptr (GPtrArray) logs = kiosk_index_get_logs (self->index, NULL);
  const KioskIndexLog *log = g_ptr_array_index (logs, number);

  return (Seen){ log->id, log->records, log->report.fault, g_strv_length (log->files) };
}

/* Until the last change of a file lies so far back that another one would be seen: then it is not read any more. */
static void
settle (Fixture *self)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  for (gint64 id = 0; id != see (self, 0).id;)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      id = see (self, 0).id;
      g_usleep (20000);
      import (self, self->folder);
    }
}

static void
rewrite (Fixture *self, const char *path, const char *text, gsize length)
{
  FILE *file;

  settle (self);
  file = fopen (path, "r+"); /* the same file, not another of its name */
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (text, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
  g_assert_cmpint (truncate (path, (off_t) length), ==, 0);
}

static void
test_again (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "A-03", "audit.log", NULL);
  g_autofree char *older = g_build_filename (self->folder, "A-03", "audit-000000000001.log", NULL);
  g_autofree char *text = NULL;
  g_autofree char *changed = NULL;
  const char *last;
  gsize length, part = 0;
  GStatBuf status;
  Seen whole, seen, other;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  for (guint i = 0; i < 100; i++)
    part = (gsize) (strchr (text + part, '\n') + 1 - text);

  settle (self);
  whole = see (self, 0);
  other = see (self, 1);
  import (self, self->folder);
  g_assert_cmpint (see (self, 0).id, ==, whole.id);
  g_assert_cmpint (see (self, 1).id, ==, other.id);

  /* an older copy, and what has come since */
  rewrite (self, path, text, part);
  import (self, self->folder);
  seen = see (self, 0);
  g_assert_cmpuint (seen.records, ==, 100);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .host = "A-03" }), ==, 100);
  g_assert_cmpint (see (self, 1).id, ==, other.id);
  rewrite (self, path, text, length);
  import (self, self->folder);
  seen = see (self, 0);
  g_assert_cmpuint (seen.records, ==, whole.records);
  g_assert_cmpint (seen.fault, ==, KIOSK_AUDIT_OK);

  /* changed at its begin, as long as before, and with its old time */
  changed = g_memdup2 (text, length);
  memcpy (g_strstr_len (changed, (gssize) length, "A-03"), "A-04", 4);
  settle (self);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  rewrite (self, path, changed, length);
  g_assert_cmpint (
      utimensat (AT_FDCWD, path, (struct timespec[]){ status.st_atim, status.st_mtim }, 0), ==, 0);
  import (self, self->folder);
  g_assert_cmpint (see (self, 0).fault, ==, KIOSK_AUDIT_CHANGED);

  /* another terminal's in its place */
  {
    GString *strange = sample_log ("B-01", 2);

    rewrite (self, path, strange->str, strange->len);
    import (self, self->folder);
    g_string_free (strange, TRUE);
  }
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .host = "A-03" }), ==, 0);

  /* ended, and begun again with its last line */
  rewrite (self, path, text, length);
  import (self, self->folder);
  settle (self);
  text[length - 1] = '\0';
  last = strrchr (text, '\n') + 1;
  text[length - 1] = '\n';
  g_assert_cmpint (g_rename (path, older), ==, 0);
  g_assert_true (g_file_set_contents (path, last, (gssize) (text + length - last), NULL));
  import (self, self->folder);
  seen = see (self, 0);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .host = "A-03" }), ==, whole.records);
  g_assert_cmpuint (seen.files, ==, 2);
  g_assert_cmpuint (seen.records, ==, whole.records);
  g_assert_cmpint (seen.fault, ==, KIOSK_AUDIT_OK);
}

/* Who names a key wants to know what it says. */
static void
test_other_key (Fixture *self, gconstpointer data)
{
  const guint8 key[KIOSK_AUDIT_KEY_SIZE] = { 1 };
  const KioskAuditKeys keys = { .key = key };
  g_autofree char *path = g_build_filename (self->folder, "A-03", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) logs = NULL;

  import (self, path);
  settle (self);
  kiosk_index_import_path (self->index, path, &keys, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  logs = kiosk_index_get_logs (self->index, NULL);
  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (logs, i);

      if (g_str_equal (log->path, path))
        g_assert_cmpint (log->report.fault, ==, KIOSK_AUDIT_FOREIGN);
    }
}

/* Lines that are none, a clock that goes back, a thousand records of one moment. */
static void
test_hostile (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "C-01", "audit.log", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GString) text = g_string_new (NULL);
  AuditLog log;

  audit_log_begin (&log, 3);
  audit_log_append_begin (&log, "C-01", text);
  for (guint i = 0; i < 1000; i++)
    {
      KioskAuditRecord record = { .action = "policy-accepted",
                                  .outcome = KIOSK_OUTCOME_SUCCESS,
                                  .realtime = sample_time (i % 2 == 0 ? 5 : 4, 0, 0),
                                  .host_id = "C-01",
                                  .detail = "a\tb\"c\\d" };

      audit_log_append (&log, &record, text);
      if (i % 200 == 199)
        audit_log_append (&log,
                          &(KioskAuditRecord){ .action = "checkpoint",
                                               .reason = "count",
                                               .realtime = sample_time (6, 0, 0),
                                               .host_id = "C-01" },
                          text);
    }
  g_string_append (text, "nonsense\n{\"event.action\":\"login\",\"user.id\":\"\xff\x01\"}\n{}\n");
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
  import (self, folder);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .host = "C-01" }), ==, 1006);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .text = "b\"c\\d" }), ==, 1000);
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .faulty = TRUE }), ==, 1);
}

static void
on_progress (guint64 done, guint64 total, guint64 records, gpointer user_data)
{
  g_assert_cmpuint (done, <=, total);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint64 before = count (self, (KioskIndexFilter){ 0 });

  for (guint i = 0; i < 2; i++)
    {
      g_cancellable_cancel (cancellable);
      g_assert_false (kiosk_index_import_path (self->index, self->folder, NULL, on_progress, NULL,
                                               cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      g_assert_cmpuint (count (self, (KioskIndexFilter){ 0 }), ==, before);
      settle (self); /* and when nothing would have to be read */
    }
  g_assert_cmpuint (count (self, (KioskIndexFilter){ .person = "k-sato" }), >, 0);
}

/* A file is kept for later, but only if it is an index; nobody else can read it. */
static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("index-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "index", NULL);
  g_autofree char *log = g_build_filename (folder, "A-03", NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  sample_write (folder, "A-03", 1);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (KioskIndex) index = kiosk_index_open (path, &error);
      guint64 total = 0;

      g_assert_no_error (error);
      if (i == 0)
        g_assert_true (kiosk_index_import_path (index, log, NULL, NULL, NULL, NULL, &error));
      g_assert_true (kiosk_index_count (index, NULL, &total, NULL));
      g_assert_cmpuint (total, >, 300);
    }
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_set_contents (path, "SQLite format 3 is not what this is", -1, NULL));
  g_assert_null (kiosk_index_open (path, &error));
  g_assert_nonnull (error);
  server_remove_tree (folder);
}

static void
test_no_log (Fixture *self, gconstpointer data)
{
  g_autofree char *empty = g_build_filename (self->folder, "empty", NULL);
  g_autofree char *strange = g_build_filename (self->folder, "strange", NULL);
  g_autofree char *file = g_build_filename (strange, "audit.log.zst", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (empty, 0700), ==, 0);
  g_assert_false (kiosk_index_import_path (self->index, empty, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
  g_clear_error (&error);
  /* what looks like a log and is none must not be passed over among others */
  g_assert_cmpint (g_mkdir (strange, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "nonsense", -1, NULL));
  g_assert_false (
      kiosk_index_import_path (self->index, self->folder, NULL, NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "logs", test_logs },           { "pages", test_pages },         { "filters", test_filters },
    { "text", test_text },           { "lines", test_lines },         { "foreach", test_foreach },
    { "lists", test_lists },         { "stays", test_stays },         { "failures", test_failures },
    { "rest", test_rest },           { "fault", test_fault },         { "hostile", test_hostile },
    { "again", test_again },         { "other-key", test_other_key }, { "no-log", test_no_log },
    { "cancelled", test_cancelled },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/index/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
    }
  g_test_add_func ("/index/file", test_file);
  return g_test_run ();
}
