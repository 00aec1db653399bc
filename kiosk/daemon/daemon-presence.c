/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Who can tell that somebody is there, beside the input (R18): the sensors of the policy, the lid, tokens. What they say
 * locks; it never unlocks, and moves no limit. Sensors run while somebody is logged in. */

#include "daemon-private.h"

#include "lid-node.h"

#define LID "kiosk-sensor-lid"

struct _KioskWatcher {
  KioskDaemon *daemon;
  const KioskPolicyPresence *rule; /* NULL: the lid */
  KioskPresenceSensor *sensor;     /* NULL: a token */
};

/* Of a lid that cannot be watched nobody knows that it was closed. */
static KioskLockCause
cause_of (const KioskWatcher *watcher, KioskSensed sensed)
{
  if (watcher->rule == NULL && sensed == KIOSK_SENSED_ABSENT)
    return KIOSK_LOCK_LID;
  return watcher->rule != NULL && watcher->rule->second_person ? KIOSK_LOCK_SECOND_PERSON
                                                               : KIOSK_LOCK_PRESENCE;
}

/* A session that an approver has opened, and that they are to see. */
static gboolean
needs_second_person (KioskDaemon *self)
{
  return self->connection != NULL && self->approval.approver != NULL
         && self->status.server->approval == KIOSK_APPROVAL_PERSON;
}

static void
lock (KioskDaemon *self, const KioskWatcher *watcher, KioskSensed sensed, const char *what)
{
  KioskLockCause cause = cause_of (watcher, sensed);
  g_autofree char *detail
      = g_strdup_printf ("%s: %s", watcher->rule != NULL ? watcher->rule->id : "lid", what);

  if (cause != KIOSK_LOCK_SECOND_PERSON || needs_second_person (self))
    kiosk_daemon_lock (self, cause, detail);
}

/* ---- Sensors ---- */

static void
on_changed (KioskSensed now, KioskSensed before, const char *cause, const char *detail,
            gpointer data)
{
  const KioskWatcher *watcher = data;
  KioskDaemon *self = watcher->daemon;
  g_autofree char *what = NULL;

  switch (now)
    {
    case KIOSK_SENSED_ABSENT:
      /* Who logs in with the lid closed has another screen. */
      if (watcher->rule != NULL || before == KIOSK_SENSED_PRESENT)
        lock (self, watcher, now, watcher->rule != NULL ? "nobody there" : "closed");
      break;
    case KIOSK_SENSED_FAULT:
      what = g_strdup_printf ("%s: %s", watcher->rule != NULL ? watcher->rule->id : "lid", detail);
      kiosk_daemon_record (self,
                           &(KioskEntry){ .action = KIOSK_ACTION_PRESENCE_FAULT,
                                          .outcome = KIOSK_OUTCOME_FAILURE,
                                          .reason = cause,
                                          .detail = what },
                           NULL);
      if (watcher->rule == NULL || watcher->rule->fault_locks)
        lock (self, watcher, now, "the sensor failed");
      break;
    case KIOSK_SENSED_PRESENT:
    case KIOSK_SENSED_NOTHING:
    default:
      break;
    }
}

static void
on_sees (gpointer data)
{
  const KioskWatcher *watcher = data;

  if (watcher->rule != NULL && !watcher->rule->second_person)
    kiosk_presence_sign (watcher->daemon->presence);
}

static const KioskPresenceSensorEvents sensor_events = {
  .changed = on_changed,
  .sees = on_sees,
};

/* ---- The second person ---- */

static gboolean
is_plugged (KioskDaemon *self, const char *rule)
{
  GHashTableIter iter;
  gpointer name;

  if (self->tokens == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, self->tokens);
  while (g_hash_table_iter_next (&iter, NULL, &name))
    if (g_str_equal (name, rule))
      return TRUE;
  return FALSE;
}

static gboolean
has_left (KioskDaemon *self, const KioskWatcher *watcher)
{
  if (watcher->sensor == NULL)
    return !is_plugged (self, watcher->rule->token);
  switch (kiosk_presence_sensor_get (watcher->sensor))
    {
    case KIOSK_SENSED_ABSENT:
      return TRUE;
    case KIOSK_SENSED_FAULT:
      return watcher->rule->fault_locks;
    case KIOSK_SENSED_NOTHING:
    case KIOSK_SENSED_PRESENT:
    default:
      return FALSE;
    }
}

static gboolean
on_check_due (gpointer data)
{
  KioskDaemon *self = data;

  self->presence_source = 0;
  for (guint i = 0; self->watchers != NULL && i < self->watchers->len; i++)
    {
      const KioskWatcher *watcher = self->watchers->pdata[i];

      if (self->status.state == KIOSK_STATE_CONNECTED && watcher->rule != NULL
          && watcher->rule->second_person && has_left (self, watcher))
        lock (self, watcher, KIOSK_SENSED_ABSENT, "not there");
    }
  return G_SOURCE_REMOVE;
}

/* What leads to the picture is on record before it is taken away again: not from within the step that shows it. */
void
kiosk_daemon_check_second_person (KioskDaemon *self)
{
  if (self->presence_source == 0)
    self->presence_source = g_idle_add_full (G_PRIORITY_HIGH, on_check_due, self, NULL);
}

/* ---- Tokens ---- */

void
kiosk_daemon_token_added (KioskDaemon *self, const KioskUsbNews *news)
{
  if (news->verdict->purpose != KIOSK_PURPOSE_TOKEN || news->verdict->rule == NULL)
    return;
  if (self->tokens == NULL)
    self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_replace (self->tokens, g_strdup (news->syspath), g_strdup (news->verdict->rule));
}

/* NULL, or the watcher for whom a token of @rule is the second person. */
static const KioskWatcher *
find_watcher (KioskDaemon *self, const char *rule)
{
  for (guint i = 0; self->watchers != NULL && i < self->watchers->len; i++)
    {
      const KioskWatcher *watcher = self->watchers->pdata[i];

      if (watcher->sensor == NULL && g_str_equal (watcher->rule->token, rule))
        return watcher;
    }
  return NULL;
}

void
kiosk_daemon_token_removed (KioskDaemon *self, const KioskUsbNews *news)
{
  g_autofree char *what = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *rule = NULL;
  g_autofree gpointer key = NULL;
  const KioskWatcher *watcher;

  if (self->tokens == NULL
      || !g_hash_table_steal_extended (self->tokens, news->syspath, &key, (gpointer *) &rule))
    return;
  watcher = find_watcher (self, rule);
  what = kiosk_usb_facts_describe (news->facts);
  detail = g_strdup_printf ("%s rule=%s", what, rule);
  if (watcher == NULL)
    kiosk_daemon_lock (self, KIOSK_LOCK_TOKEN, detail);
  else if (!is_plugged (self, rule))
    lock (self, watcher, KIOSK_SENSED_ABSENT, detail);
}

/* ---- All of them ---- */

static void
watcher_free (gpointer data)
{
  KioskWatcher *watcher = data;

  kiosk_presence_sensor_free (watcher->sensor);
  g_free (watcher);
}

static void
add_watcher (KioskDaemon *self, const KioskPolicyPresence *rule, const char *program,
             const char *argument)
{
  KioskWatcher *watcher = g_new0 (KioskWatcher, 1);

  watcher->daemon = self;
  watcher->rule = rule;
  if (program != NULL)
    watcher->sensor = kiosk_presence_sensor_new (program, argument, &sensor_events, watcher);
  g_ptr_array_add (self->watchers, watcher);
}

void
kiosk_daemon_begin_presence (KioskDaemon *self)
{
  g_autofree char *lid = self->policy->locks[KIOSK_LOCK_LID] ? kiosk_lid_node_find () : NULL;

  kiosk_daemon_end_presence (self);
  self->watchers = g_ptr_array_new_with_free_func (watcher_free);
  if (lid != NULL)
    add_watcher (self, NULL, LID, lid);
  for (guint i = 0; i < self->policy->presences->len; i++)
    {
      const KioskPolicyPresence *rule = self->policy->presences->pdata[i];
      g_autofree char *program
          = rule->sensor != NULL ? g_strconcat ("kiosk-sensor-", rule->sensor, NULL) : NULL;

      if (self->policy->locks[rule->second_person ? KIOSK_LOCK_SECOND_PERSON : KIOSK_LOCK_PRESENCE])
        add_watcher (self, rule, program, rule->id);
    }
}

void
kiosk_daemon_end_presence (KioskDaemon *self)
{
  g_clear_handle_id (&self->presence_source, g_source_remove);
  g_clear_pointer (&self->watchers, g_ptr_array_unref);
}

void
kiosk_daemon_free_presence (KioskDaemon *self)
{
  kiosk_daemon_end_presence (self);
  g_clear_pointer (&self->tokens, g_hash_table_unref);
}
