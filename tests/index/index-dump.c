/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "index-dump.h"

#include <stdarg.h>
#include <string.h>

typedef struct {
  GHashTable *names; /* key to "host sequence" */
  GPtrArray *lines;
} Dump;

/* Stored without a line feed in it. */
static void G_GNUC_PRINTF (2, 3) add (Dump *self, const char *format, ...)
{
  va_list arguments;
  char *line;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (self->lines, line);
}

static const char *
name_of (const Dump *self, gint64 key)
{
  const char *name = key != 0 ? g_hash_table_lookup (self->names, &key) : "-";

  g_assert_nonnull (name); /* a key of a record that is not there */
  return name;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

#define TIME "%" G_GINT64_FORMAT
#define NUMBER "%" G_GUINT64_FORMAT

/* ---- Parts ---- */

static gboolean
on_line (const KioskIndexRecord *r, const char *line, gsize length, gpointer user_data)
{
  Dump *self = user_data;
  gint64 *key = g_new (gint64, 1);

  *key = r->key;
  g_hash_table_insert (self->names, key, g_strdup_printf ("%s/" NUMBER, r->host, r->sequence));
  add (self, "record " TIME " %s " NUMBER " %d%d %s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s %.*s",
       r->time, r->host, r->sequence, r->good, r->trouble, r->site, r->person, r->person_name,
       r->server, r->address, r->action, r->outcome, r->reason, r->session, r->ticket, r->purpose,
       r->detail, r->order, (int) length, line);
  return TRUE;
}

static void
dump_logs (Dump *self, KioskIndex *index)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) logs = kiosk_index_get_logs (index, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = g_ptr_array_index (logs, i);
      const KioskAuditReport *r = &log->report;
      g_autofree char *files = g_strjoinv ("/", log->files);
      g_autofree char *base = g_path_get_basename (log->path);
      g_autofree char *key = g_compute_checksum_for_data (G_CHECKSUM_SHA256, r->key, sizeof r->key);

      add (self,
           "log %s %s %s %s size " NUMBER " records " NUMBER " unreadable " NUMBER " first " TIME
           " last " TIME " fault at %s seal %s chain %s",
           base, log->host, log->site, files, log->size, log->records, log->unreadable, log->first,
           log->last, name_of (self, log->fault_key), log->seal_code, log->chain);
      add (self,
           "report %s %s file %u line " NUMBER " number " NUMBER " expected " NUMBER
           " records " NUMBER " bytes " NUMBER " first " NUMBER " sealed " NUMBER
           " checkpoints " NUMBER " back " NUMBER " at " NUMBER " key %d %s",
           base, kiosk_audit_fault_name (r->fault), r->file, r->line, r->sequence, r->expected,
           r->records, r->bytes, r->first, r->sealed, r->checkpoints, r->clock_back,
           r->clock_back_sequence, r->has_key, key);
    }
}

static void
dump_stay (Dump *self, const KioskStay *stay)
{
  g_autoptr (GString) parts = g_string_new (NULL);

  for (guint i = 0; i < stay->locks->len; i++)
    {
      const KioskStaySpan *lock = &g_array_index (stay->locks, KioskStaySpan, i);

      g_string_append_printf (parts, " locked " TIME ".." TIME, lock->begin, lock->end);
    }
  for (guint i = 0; i < stay->connections->len; i++)
    {
      const KioskStayConnection *c = g_ptr_array_index (stay->connections, i);

      g_string_append_printf (parts, " at %s " TIME ".." TIME " %s|%s|%s|%s|%s|%s",
                              name_of (self, c->key), c->span.begin, c->span.end, c->server,
                              c->ticket, c->purpose, c->order, c->approver, c->ended);
    }
  add (self, "stay %s %s..%s " TIME ".." TIME " %s|%s|%s|%s|%s " NUMBER " " NUMBER "%s", stay->host,
       name_of (self, stay->begin_key), name_of (self, stay->end_key), stay->begin, stay->end,
       stay->site, stay->person, stay->person_name, stay->session, stay->ended, stay->records,
       stay->troubles, parts->str);
}

static void
dump_spans (Dump *self, KioskIndex *index)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) stays = kiosk_index_get_stays (index, NULL, NULL, 0, 0, &error);
  g_autoptr (GPtrArray) outages = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < stays->len; i++)
    dump_stay (self, g_ptr_array_index (stays, i));
  outages = kiosk_index_get_outages (index, NULL, 0, 0, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < outages->len; i++)
    {
      const KioskOutageSpan *o = g_ptr_array_index (outages, i);

      add (self, "outage %s..%s %s %s %s %s %s " TIME ".." TIME " " TIME " " NUMBER,
           name_of (self, o->begin_key), name_of (self, o->end_key), o->host, o->what, o->server,
           o->reason, o->detail, o->begin, o->end, o->duration, o->interruptions);
    }
}

static void
dump_searches (Dump *self, KioskIndex *index)
{
  static const char *const texts[]
      = { "佐藤", "W-2026-01", "bunsho", "usb", "\" \\ 3", "S-A-03-0007", "定例パッチ", "nowhere" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) counts = kiosk_index_get_counts (index, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < counts->len; i++)
    {
      const KioskActionCount *count = g_ptr_array_index (counts, i);

      add (self, "count %s %s " NUMBER, count->action, count->outcome, count->count);
    }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      KioskIndexFilter filter = { .text = texts[i] };
      guint64 n = 0;

      g_assert_true (kiosk_index_count (index, &filter, &n, NULL));
      add (self, "text %s " NUMBER, texts[i], n);
    }
  for (guint kind = KIOSK_INDEX_HOSTS; kind <= KIOSK_INDEX_REASONS; kind++)
    {
      g_auto (GStrv) list = kiosk_index_list (index, (KioskIndexKind) kind, &error);
      g_autofree char *all = NULL;

      g_assert_no_error (error);
      all = g_strjoinv (" ", list);
      add (self, "list %u %s", kind, all);
    }
}

char *
index_dump (KioskIndex *index)
{
  Dump self = { .names = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free),
                .lines = g_ptr_array_new_with_free_func (g_free) };
  g_autoptr (GError) error = NULL;
  guint64 total = 0;
  char *text;

  kiosk_index_foreach_line (index, NULL, on_line, &self, &error);
  g_assert_no_error (error);
  g_assert_true (kiosk_index_count (index, NULL, &total, NULL));
  g_assert_cmpuint (total, ==, self.lines->len);
  dump_logs (&self, index);
  dump_spans (&self, index);
  dump_searches (&self, index);
  g_ptr_array_sort (self.lines, compare);
  g_ptr_array_add (self.lines, NULL);
  text = g_strjoinv ("\n", (GStrv) self.lines->pdata);
  g_ptr_array_set_size (self.lines, (int) self.lines->len - 1);
  g_ptr_array_unref (self.lines);
  g_hash_table_unref (self.names);
  return text;
}
