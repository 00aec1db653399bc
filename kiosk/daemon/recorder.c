/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* From what happened to a record. */

#include "recorder.h"

#include "kiosk/base/clock.h"

#include <string.h>

struct _KioskRecorder {
  KioskAuditWriter *writer;
  const KioskRecorderEvents *events;
  gpointer data;
  char *directory; /* of the writer */
  KioskPolicy *policy;
  char *boot;
  char *person_id;
  char *person_name;
  char *session;
  GArray *counts; /* Count, by the row of the action */
};

typedef struct {
  guint64 by_outcome[3];
} Count;

KioskRecorder *
kiosk_recorder_new (void)
{
  KioskRecorder *self = g_new0 (KioskRecorder, 1);

  self->counts = g_array_new (FALSE, TRUE, sizeof (Count));
  if (g_file_get_contents ("/proc/sys/kernel/random/boot_id", &self->boot, NULL, NULL))
    g_strchomp (self->boot);
  return self;
}

void
kiosk_recorder_free (KioskRecorder *self)
{
  if (self == NULL)
    return;
  kiosk_audit_writer_close (self->writer);
  g_clear_pointer (&self->policy, kiosk_policy_unref);
  g_array_unref (self->counts);
  g_free (self->directory);
  g_free (self->boot);
  g_free (self->person_id);
  g_free (self->person_name);
  g_free (self->session);
  g_free (self);
}

static void
fill_common (KioskRecorder *self, KioskAuditRecord *record)
{
  record->realtime = kiosk_clock_realtime ();
  record->boottime = kiosk_clock_boottime ();
  record->clock = kiosk_clock_is_synchronised () ? "synchronised" : "unsynchronised";
  record->boot = self->boot;
  record->host_id = self->policy != NULL ? self->policy->id : "unknown";
  record->host_site = self->policy != NULL ? self->policy->site.ja : NULL;
  record->policy = self->policy != NULL ? self->policy->digest : NULL;
}

static void
on_fill (KioskAuditRecord *record, gpointer data)
{
  fill_common (data, record);
}

static void
on_failed (KioskAuditWriter *writer, const GError *error, gpointer data)
{
  KioskRecorder *self = data;

  self->events->failed (error, self->data);
}

static void
on_sealed (KioskAuditWriter *writer, gpointer data)
{
  KioskRecorder *self = data;

  self->events->sealed (self->data);
}

static void
on_full (KioskAuditWriter *writer, gpointer data)
{
  KioskRecorder *self = data;

  self->events->full (self->data);
}

static KioskAuditSettings
settings_of (const KioskPolicy *policy)
{
  if (policy == NULL)
    return (KioskAuditSettings){ 0 };
  return (KioskAuditSettings){
    .auditors = policy->auditors,
    .rotate_size = (guint64) policy->log.rotate_size << 20,
    .rotate_hours = policy->log.rotate_hours,
    .floor = (guint64) policy->log.floor << 20,
    .keep_days = policy->log.keep,
    .hold = policy->log.hold,
    .collector = policy->has_collector_key ? policy->collector_key : NULL,
  };
}

gboolean
kiosk_recorder_open (KioskRecorder *self, const char *directory, const KioskRecorderEvents *events,
                     gpointer data, GError **error)
{
  static const KioskAuditWriterEvents writer_events
      = { .fill = on_fill, .failed = on_failed, .sealed = on_sealed, .full = on_full };
  KioskAuditSettings settings = settings_of (self->policy);

  g_clear_pointer (&self->writer, kiosk_audit_writer_close);
  self->events = events;
  self->data = data;
  g_free (self->directory);
  self->directory = g_strdup (directory);
  self->writer = kiosk_audit_writer_open (directory, &settings, &writer_events, self, error);
  return self->writer != NULL;
}

gboolean
kiosk_recorder_is_in (const KioskRecorder *self, const char *directory)
{
  return g_strcmp0 (self->directory, directory) == 0;
}

gboolean
kiosk_recorder_is_open (const KioskRecorder *self)
{
  return self->writer != NULL && !kiosk_audit_writer_get_failed (self->writer);
}

void
kiosk_recorder_set_policy (KioskRecorder *self, KioskPolicy *policy)
{
  g_clear_pointer (&self->policy, kiosk_policy_unref);
  self->policy = policy != NULL ? kiosk_policy_ref (policy) : NULL;
  if (self->writer != NULL && self->policy != NULL)
    {
      KioskAuditSettings settings = settings_of (self->policy);

      kiosk_audit_writer_set_settings (self->writer, &settings);
    }
}

void
kiosk_recorder_set_person (KioskRecorder *self, const KioskPolicyPerson *person,
                           const char *session)
{
  g_free (self->person_id);
  g_free (self->person_name);
  g_free (self->session);
  self->person_id = g_strdup (person != NULL ? person->id : NULL);
  self->person_name = g_strdup (person != NULL ? person->name.ja : NULL);
  self->session = g_strdup (session);
}

static void
count (KioskRecorder *self, const KioskEntry *entry)
{
  const KioskAuditAction *action;

  for (guint i = 0; (action = kiosk_audit_action_nth (i)) != NULL; i++)
    if (g_str_equal (action->action, entry->action))
      {
        if (self->counts->len <= i)
          g_array_set_size (self->counts, i + 1);
        g_array_index (self->counts, Count, i).by_outcome[entry->outcome]++;
        return;
      }
}

void
kiosk_recorder_each_count (const KioskRecorder *self,
                           void (*each) (const char *action, const guint64 *by_outcome,
                                         gpointer data),
                           gpointer data)
{
  for (guint i = 0; i < self->counts->len; i++)
    {
      const guint64 *n = g_array_index (self->counts, Count, i).by_outcome;

      if (n[KIOSK_OUTCOME_UNKNOWN] + n[KIOSK_OUTCOME_SUCCESS] + n[KIOSK_OUTCOME_FAILURE] > 0)
        each (kiosk_audit_action_nth (i)->action, n, data);
    }
}

/* "A03-1121-061": terminal, day, record. Short enough for the telephone, and it leads to one record. */
static char *
make_reference (const KioskAuditRecord *record, guint64 sequence)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (record->realtime / G_USEC_PER_SEC);
  g_autofree char *day = g_date_time_format (now, "%m%d");
  g_autoptr (GString) id = g_string_new (NULL);

  for (const char *p = record->host_id; *p != '\0'; p++)
    if (*p != '-')
      g_string_append_c (id, g_ascii_toupper (*p));
  return g_strdup_printf ("%s-%s-%03" G_GUINT64_FORMAT, id->str, day, sequence);
}

/* A session at a server, or somebody's stay. */
static gboolean
ends_session (const char *action)
{
  return g_str_equal (action, KIOSK_ACTION_DISCONNECT)
         || g_str_equal (action, KIOSK_ACTION_SESSION_LOST)
         || g_str_equal (action, KIOSK_ACTION_LOGOUT);
}

gboolean
kiosk_recorder_write (KioskRecorder *self, const KioskEntry *entry, char **reference)
{
  g_autofree char *number = NULL;
  g_autoptr (GError) error = NULL;
  KioskAuditRecord record = {
    .action = entry->action,
    .outcome = entry->outcome,
    .reason = entry->reason,
    .detail = entry->detail,
    .user_id = entry->user_id != NULL ? entry->user_id : self->person_id,
    .user_name = entry->user_id != NULL ? entry->user_name : self->person_name,
    .session = self->session,
    .ip = entry->address,
    .port = entry->port,
    .source_ip = entry->source,
    .ticket = entry->ticket,
    .purpose = entry->purpose,
    .certificate = entry->certificate,
    .approver = entry->approver,
    .order = entry->order,
    .order_digest = entry->order_digest,
    .outage = entry->outage,
    .start = entry->start,
    .end = entry->end,
    .duration = entry->duration,
    .count = entry->count,
    .last = entry->last,
    .step = entry->step,
    .absence = entry->absence,
  };

  if (self->writer == NULL)
    return FALSE;
  fill_common (self, &record);
  if (entry->server != NULL)
    {
      record.server = entry->server->id;
      record.ip = entry->server->endpoint.address;
      record.port = entry->server->endpoint.port;
    }
  if (entry->with_reference)
    {
      KioskAuditChain chain;

      kiosk_audit_writer_get_chain (self->writer, &chain);
      number = make_reference (&record, chain.sequence + 1);
      record.reference = number;
    }
  if (!kiosk_audit_writer_append (self->writer, &record, !entry->grouped, NULL, &error))
    {
      g_warning ("Record %s: %s", entry->action, error->message);
      return FALSE;
    }
  if (ends_session (entry->action)
      && !kiosk_audit_writer_checkpoint (self->writer, KIOSK_REASON_CHECKPOINT_SESSION, &error))
    {
      g_warning ("Checkpoint behind %s: %s", entry->action, error->message);
      return FALSE;
    }
  count (self, entry);
  if (reference != NULL)
    *reference = g_steal_pointer (&number);
  return TRUE;
}

const char *
kiosk_recorder_find_obstacle (KioskRecorder *self)
{
  g_autofree char *failed
      = self->writer != NULL ? kiosk_audit_writer_find_failed (self->writer) : NULL;
  g_autofree char *contradicted
      = self->writer != NULL ? kiosk_audit_writer_find_contradicted (self->writer) : NULL;

  if (self->writer == NULL)
    return NULL;
  if (failed != NULL)
    return "L-04";
  if (contradicted != NULL)
    return "L-05";
  return kiosk_audit_writer_has_room (self->writer) ? NULL : "L-03";
}

gboolean
kiosk_recorder_get_seal (const KioskRecorder *self, guint64 *sequence, gint64 *time,
                         char code[KIOSK_AUDIT_SEAL_SIZE])
{
  return self->writer != NULL && kiosk_audit_writer_get_seal (self->writer, sequence, time, code);
}

KioskAuditWriter *
kiosk_recorder_get_writer (KioskRecorder *self)
{
  return kiosk_recorder_is_open (self) ? self->writer : NULL;
}

const char *
kiosk_recorder_get_directory (const KioskRecorder *self)
{
  return self->directory;
}
