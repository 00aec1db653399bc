/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* IDs that nobody has used for so long that the policy disables them (R06; C41, C69): [login] unused=disable.
 *
 * Threat: an ID that nobody misses is taken over and nobody notices. What counts is kept in a file of root's beside the
 * log, so that neither a restart nor a new image begins anew. It is judged at each proof and never remembered:
 * a clock that is wrong for a day disables nobody for longer. The way back is a line of the policy, which only an
 * administrator can write: [person ID] active-since. */

#include "daemon-private.h"

#include "config.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"

#define USES KIOSK_STATE_DIR "/" KIOSK_USES_NAME
#define MAX_BYTES (1024 * 1024)

static gint64
now_seconds (void)
{
  return kiosk_clock_realtime () / G_USEC_PER_SEC;
}

/* Where nothing could put the clock right, it is what the site says it is. */
static gboolean
is_vouched (KioskDaemon *self)
{
  return self->policy->time_sources->len == 0 || kiosk_clock_is_synchronised ();
}

static void
save (KioskDaemon *self)
{
  g_autofree char *text = kiosk_uses_format (self->uses);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (USES, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &error))
    g_warning (USES ": %s, ignoring", error->message);
}

static void
load (KioskDaemon *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (g_file_test (USES, G_FILE_TEST_EXISTS))
    {
      bytes = kiosk_file_read_trusted (USES, MAX_BYTES, &error);
      if (bytes == NULL)
        g_warning (USES ": %s, all IDs count from now on", error->message);
    }
  self->uses = kiosk_uses_parse (bytes != NULL ? g_bytes_get_data (bytes, NULL) : "",
                                 bytes != NULL ? g_bytes_get_size (bytes) : 0);
}

void
kiosk_daemon_know_persons (KioskDaemon *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (self->uses == NULL)
    load (self);
  for (guint i = 0; i < self->policy->persons->len; i++)
    g_ptr_array_add (ids, ((KioskPolicyPerson *) self->policy->persons->pdata[i])->id);
  g_ptr_array_add (ids, NULL);
  if (kiosk_uses_know (self->uses, (const char *const *) ids->pdata, now_seconds (),
                       is_vouched (self)))
    save (self);
}

void
kiosk_daemon_note_use (KioskDaemon *self, const KioskPolicyPerson *person)
{
  kiosk_uses_add (self->uses, person->id, now_seconds (), is_vouched (self));
  save (self);
}

char *
kiosk_daemon_find_unused (KioskDaemon *self, const KioskPolicyPerson *person)
{
  gint64 used, days;
  g_autoptr (GDateTime) day = NULL;
  g_autofree char *date = NULL;

  kiosk_daemon_know_persons (self); /* the clock may have come into step since */
  used = kiosk_uses_get (self->uses, person->id);
  days = kiosk_uses_days (used, person->active_since, now_seconds ());
  if (!self->policy->disable_unused || days < (gint64) self->policy->identity.unused_days)
    return NULL;
  day = g_date_time_new_from_unix_utc (MAX (used, person->active_since));
  date = g_date_time_format (day, "%Y-%m-%d");
  return g_strdup_printf ("not used since %s, %" G_GINT64_FORMAT " days", date, days);
}
