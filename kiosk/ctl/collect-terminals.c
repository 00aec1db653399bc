/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "collect-terminals.h"

#include "collect-alarm.h"
#include "collect-store.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/log/enrolment.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Between the judge and the files. */

/* Of lines that wait for others, in memory and in kept.jsonl, for each terminal. */
#define KEEP_BYTES (16 << 20)

typedef struct {
  char *folder;
  KioskCollectStore *store;
  KioskCollectStream *stream;
  GPtrArray *unsaved; /* proved lines that could not be written yet */
  gboolean dirty;     /* what is kept has changed since it was written */
  gint64 heard;       /* when its last checkpoint came */
  guint64 published;  /* record of the last receipt that was */
} Terminal;

struct _KioskTerminals {
  KioskTerminalsOptions options;
  char *folder, *unknown;
  KioskAlarms *alarms;
  GHashTable *terminals; /* host -> Terminal */
  KioskTerminalsCounts counts;
  gboolean publish_failed; /* and was told */
};

static void
terminal_free (gpointer data)
{
  Terminal *self = data;

  kiosk_collect_store_free (self->store);
  kiosk_collect_stream_free (self->stream);
  g_ptr_array_unref (self->unsaved);
  g_free (self->folder);
  g_free (self);
}

static gpointer
copy_line (gconstpointer line, gpointer data)
{
  return g_bytes_ref ((GBytes *) line);
}

static const char *
host_of (const Terminal *terminal)
{
  return kiosk_collect_store_get_host (terminal->store);
}

static void
raise_alarm (KioskTerminals *self, KioskAlarmKind kind, const Terminal *terminal, guint64 record,
             guint64 last, gint64 now)
{
  KioskAlarm alarm = { .kind = kind, .host = host_of (terminal), .record = record, .last = last };

  kiosk_alarms_raise (self->alarms, &alarm, now);
}

/* Tells of @alarm->line and puts it aside: once, however often it comes. */
static void
put_aside (KioskTerminals *self, const KioskAlarm *alarm, const char *path, gint64 now)
{
  if (!kiosk_alarms_raise (self->alarms, alarm, now))
    return;
  self->counts.aside++;
  if (!kiosk_collect_append_aside (path, alarm->line, KIOSK_COLLECT_ASIDE_MAX))
    {
      KioskAlarm full = { .kind = KIOSK_ALARM_FULL, .host = alarm->host };

      kiosk_alarms_raise (self->alarms, &full, now);
    }
}

static void
put_aside_of (KioskTerminals *self, const Terminal *terminal, KioskAlarm *alarm, gint64 now)
{
  g_autofree char *path = g_build_filename (terminal->folder, KIOSK_COLLECT_ASIDE_NAME, NULL);

  alarm->host = host_of (terminal);
  put_aside (self, alarm, path, now);
}

/* ---- Storing ---- */

static gboolean
write_receipt (KioskTerminals *self, Terminal *terminal, GError **error)
{
  const KioskAuditChain *proved = kiosk_collect_stream_get_proved (terminal->stream);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S.%fZ");
  KioskCollectReceipt receipt
      = { .host = (char *) host_of (terminal), .sequence = proved->sequence, .time = time };
  g_autofree char *line = NULL;

  if (self->options.seed == NULL || proved->sequence == 0
      || kiosk_collect_store_get_receipted (terminal->store) >= proved->sequence)
    return TRUE;
  memcpy (receipt.log, kiosk_collect_store_get_key (terminal->store), sizeof receipt.log);
  memcpy (receipt.chain, proved->hash, sizeof receipt.chain);
  line = kiosk_collect_receipt_sign (&receipt, self->options.seed);
  return line == NULL || kiosk_collect_store_add_receipt (terminal->store, line, error);
}

/* Writes what is proved, and signs that it is there. */
static gboolean
save (KioskTerminals *self, Terminal *terminal, GError **error)
{
  if (terminal->unsaved->len > 0)
    {
      if (!kiosk_collect_store_append (terminal->store, terminal->unsaved, error))
        return FALSE;
      self->counts.stored += terminal->unsaved->len;
      g_ptr_array_set_size (terminal->unsaved, 0);
    }
  return write_receipt (self, terminal, error);
}

/* ---- Terminals ---- */

static void
take_kept (Terminal *terminal, gint64 now)
{
  g_autoptr (GPtrArray) kept = kiosk_collect_store_read_kept (terminal->store);

  for (guint i = 0; i < kept->len; i++)
    {
      g_auto (KioskCollectResult) result = { 0 };

      kiosk_collect_stream_take (terminal->stream, kept->pdata[i], now, &result);
      g_ptr_array_extend (terminal->unsaved, result.proved, copy_line, NULL);
    }
}

static Terminal *
open_terminal (KioskTerminals *self, const char *host, gint64 now, GError **error)
{
  g_autofree char *folder = g_build_filename (self->folder, host, NULL);
  g_autoptr (KioskCollectStore) store
      = kiosk_collect_store_open (folder, self->options.rotate_bytes, error);
  Terminal *terminal;

  if (store == NULL)
    return NULL;
  if (!g_str_equal (kiosk_collect_store_get_host (store), host))
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "%s: enrolment of another terminal: %s",
                   folder, kiosk_collect_store_get_host (store));
      return NULL;
    }
  terminal = g_new0 (Terminal, 1);
  terminal->folder = g_steal_pointer (&folder);
  terminal->store = g_steal_pointer (&store);
  terminal->stream
      = kiosk_collect_stream_new (kiosk_collect_store_get_key (terminal->store), KEEP_BYTES);
  terminal->unsaved = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  /* who was silent before is so until something comes */
  terminal->heard = kiosk_alarms_is_open (self->alarms, KIOSK_ALARM_SILENCE, host)
                        ? now - self->options.silence_time
                        : now;
  if (kiosk_collect_store_get_last (terminal->store) != NULL)
    kiosk_collect_stream_resume (terminal->stream, kiosk_collect_store_get_last (terminal->store));
  take_kept (terminal, now);
  g_hash_table_insert (self->terminals, g_strdup (host), terminal);
  return terminal;
}

static gboolean
is_enrolled (const KioskTerminals *self, const char *host)
{
  g_autofree char *path = g_build_filename (self->folder, host, KIOSK_ENROLMENT_NAME, NULL);

  return kiosk_collect_is_host (host) && g_access (path, F_OK) == 0;
}

/* One folder that is not what it should be must not keep all other terminals waiting: what comes for it counts as unknown. */
static gboolean
is_damaged (GError **error)
{
  if (!g_error_matches (*error, KIOSK_ERROR, KIOSK_ERROR_INVALID))
    return FALSE;
  g_printerr ("kioskctl: %s\n", (*error)->message);
  g_clear_error (error);
  return TRUE;
}

static gboolean
open_all (KioskTerminals *self, gint64 now, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, error);
  const char *name;

  if (folder == NULL)
    return FALSE;
  while ((name = g_dir_read_name (folder)) != NULL)
    if (is_enrolled (self, name) && open_terminal (self, name, now, error) == NULL
        && !is_damaged (error))
      return FALSE;
  return TRUE;
}

KioskTerminals *
kiosk_terminals_open (const KioskTerminalsOptions *options, gint64 now, GError **error)
{
  g_autoptr (KioskTerminals) self = g_new0 (KioskTerminals, 1);
  g_autofree char *unknown = g_build_filename (options->folder, KIOSK_COLLECT_UNKNOWN_NAME, NULL);

  self->options = *options;
  self->folder = g_strdup (options->folder);
  self->options.folder = self->folder;
  self->unknown = g_build_filename (unknown, "lines.jsonl", NULL);
  self->terminals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, terminal_free);
  self->alarms = kiosk_alarms_open (options->folder, error);
  if (self->alarms == NULL)
    return NULL;
  if (g_mkdir (unknown, 0750) != 0 && errno != EEXIST)
    {
      kiosk_error_set_errno (error, errno, unknown);
      return NULL;
    }
  return open_all (self, now, error) ? g_steal_pointer (&self) : NULL;
}

void
kiosk_terminals_free (KioskTerminals *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->terminals);
  kiosk_alarms_free (self->alarms);
  g_free (self->folder);
  g_free (self->unknown);
  g_free (self);
}

const KioskTerminalsCounts *
kiosk_terminals_get_counts (const KioskTerminals *self)
{
  return &self->counts;
}

/* ---- Lines ---- */

static void
judge_outcasts (KioskTerminals *self, const Terminal *terminal, const char *from,
                const KioskCollectResult *result, gint64 now)
{
  for (guint i = 0; i < result->outcasts->len; i++)
    {
      const KioskCollectOutcast *outcast = result->outcasts->pdata[i];
      KioskAlarm alarm = { .kind = outcast->fault != KIOSK_AUDIT_OK ? KIOSK_ALARM_BAD_CHAIN
                                   : result->pushed_out             ? KIOSK_ALARM_FULL
                                                                    : KIOSK_ALARM_FORK,
                           .from = from,
                           .record = outcast->sequence,
                           .fault = outcast->fault,
                           .line = outcast->line };

      put_aside_of (self, terminal, &alarm, now);
    }
}

static gboolean
take_line (KioskTerminals *self, Terminal *terminal, const char *from, GBytes *line, gint64 now,
           GError **error)
{
  g_auto (KioskCollectResult) result = { 0 };
  KioskAlarm alarm = { .from = from, .line = line };

  kiosk_collect_stream_take (terminal->stream, line, now, &result);
  alarm.record = result.sequence;
  switch (result.verdict)
    {
    case KIOSK_COLLECT_BAD:
      alarm.kind = KIOSK_ALARM_BAD_CHAIN;
      alarm.fault = result.fault;
      put_aside_of (self, terminal, &alarm, now);
      return TRUE;
    case KIOSK_COLLECT_OLD:
      alarm.kind = KIOSK_ALARM_FORK;
      if (kiosk_collect_store_contains (terminal->store, line))
        self->counts.duplicates++;
      else
        put_aside_of (self, terminal, &alarm, now);
      return save (self, terminal, error);
    case KIOSK_COLLECT_DUPLICATE:
      self->counts.duplicates++;
      return save (self, terminal, error);
    case KIOSK_COLLECT_FORK:
      alarm.kind = KIOSK_ALARM_FORK;
      put_aside_of (self, terminal, &alarm, now);
      break;
    case KIOSK_COLLECT_KEPT:
      break;
    }
  terminal->dirty = TRUE;
  judge_outcasts (self, terminal, from, &result, now);
  if (result.proved->len > 0)
    {
      terminal->heard = now;
      g_ptr_array_extend (terminal->unsaved, result.proved, copy_line, NULL);
    }
  return save (self, terminal, error);
}

gboolean
kiosk_terminals_take (KioskTerminals *self, const char *from, const char *line, gsize length,
                      gint64 now, GError **error)
{
  g_autofree char *host = kiosk_collect_line_host (line, length);
  g_autoptr (GBytes) bytes = g_bytes_new (line, length);
  Terminal *terminal = host != NULL ? g_hash_table_lookup (self->terminals, host) : NULL;
  KioskAlarm alarm = { .kind = host != NULL ? KIOSK_ALARM_UNKNOWN : KIOSK_ALARM_MALFORMED,
                       .host = host,
                       .from = from,
                       .line = bytes };

  self->counts.lines++;
  if (terminal == NULL && host != NULL && is_enrolled (self, host))
    {
      terminal = open_terminal (self, host, now, error);
      if (terminal == NULL && !is_damaged (error))
        return FALSE;
    }
  if (terminal != NULL)
    return take_line (self, terminal, from, bytes, now, error);
  put_aside (self, &alarm, self->unknown, now);
  return TRUE;
}

/* ---- Receipts ---- */

static gboolean
publish (const KioskTerminals *self, Terminal *terminal, GError **error)
{
  g_autofree char *name = g_strconcat (host_of (terminal), ".json", NULL);
  g_autofree char *path = g_build_filename (self->options.publish, name, NULL);
  const char *receipt = kiosk_collect_store_get_receipt (terminal->store);

  if (!kiosk_file_replace (path, receipt, strlen (receipt), 0644, error))
    return FALSE;
  terminal->published = kiosk_collect_store_get_receipted (terminal->store);
  return TRUE;
}

void
kiosk_terminals_publish (KioskTerminals *self)
{
  GHashTableIter iter;
  gpointer value;

  if (self->options.publish == NULL)
    return;
  g_hash_table_iter_init (&iter, self->terminals);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Terminal *terminal = value;
      g_autoptr (GError) error = NULL;

      if (terminal->published == kiosk_collect_store_get_receipted (terminal->store)
          || publish (self, terminal, &error))
        continue;
      if (!self->publish_failed)
        g_printerr ("kioskctl: %s: %s\n", self->options.publish, error->message);
      self->publish_failed = TRUE;
      return;
    }
  self->publish_failed = FALSE;
}

/* ---- What takes too long ---- */

static void
look_for_gap (KioskTerminals *self, const Terminal *terminal, gint64 now)
{
  gboolean open = kiosk_alarms_is_open (self->alarms, KIOSK_ALARM_GAP, host_of (terminal));
  guint64 first = 0, last = 0;
  gint64 since = now;
  gboolean gap = kiosk_collect_stream_find_gap (terminal->stream, &first, &last, &since);

  if (open && !gap)
    raise_alarm (self, KIOSK_ALARM_GAP_CLOSED, terminal, first - 1, 0, now);
  else if (!open && gap && now - since >= self->options.gap_time)
    /* nothing missing and yet not linked: who wrote the next record had another past */
    raise_alarm (self, KIOSK_ALARM_GAP, terminal, first, last >= first ? last : 0, now);
}

static void
look_for_silence (KioskTerminals *self, const Terminal *terminal, gint64 now)
{
  gboolean open = kiosk_alarms_is_open (self->alarms, KIOSK_ALARM_SILENCE, host_of (terminal));
  guint64 last = kiosk_collect_stream_get_proved (terminal->stream)->sequence;
  gboolean silent = last > 0 && !kiosk_collect_stream_is_resting (terminal->stream)
                    && now - terminal->heard >= self->options.silence_time;

  if (silent && !open)
    raise_alarm (self, KIOSK_ALARM_SILENCE, terminal, last, 0, now);
  else if (open && !silent)
    raise_alarm (self, KIOSK_ALARM_SILENCE_ENDED, terminal, last, 0, now);
}

void
kiosk_terminals_look (KioskTerminals *self, gint64 now)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->terminals);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      look_for_gap (self, value, now);
      look_for_silence (self, value, now);
    }
}

gboolean
kiosk_terminals_sync (KioskTerminals *self, GError **error)
{
  GHashTableIter iter;
  gpointer value;
  int folder;
  gboolean synced;

  g_hash_table_iter_init (&iter, self->terminals);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Terminal *terminal = value;
      g_autoptr (GPtrArray) kept = NULL;

      if (!save (self, terminal, error))
        return FALSE;
      if (!terminal->dirty)
        continue;
      kept = kiosk_collect_stream_list_kept (terminal->stream);
      if (!kiosk_collect_store_write_kept (terminal->store, kept, error))
        return FALSE;
      terminal->dirty = FALSE;
    }
  folder = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  synced = folder >= 0 && syncfs (folder) == 0;
  if (!synced)
    kiosk_error_set_errno (error, errno, self->folder);
  if (folder >= 0)
    close (folder);
  return synced;
}
