/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Locking, whatever the cause (R18; A93, C50). The sources say that something has happened; whether it locks, the policy
 * says; what that does to the session, the table of states. */

#include "daemon-private.h"

#include "kiosk/base/clock.h"

static gboolean
is_locked (KioskDaemon *self)
{
  return self->status.state == KIOSK_STATE_LOCKED || self->status.state == KIOSK_STATE_UNLOCKING;
}

/* Locked already: it stays as it was told. An unlock that runs ends, and what runs behind the lock when it is not to be
 * trusted. */
static void
lock_again (KioskDaemon *self, KioskEvent event)
{
  /* Nothing is left to be ended: who sends causes without end makes no work for others. */
  if (self->status.state == KIOSK_STATE_LOCKED && event != KIOSK_EVENT_CUT_CAUSE)
    return;
  if (self->status.state == KIOSK_STATE_UNLOCKING)
    kiosk_daemon_record_given_up (self, kiosk_lock_cause_name (self->lock_cause));
  kiosk_daemon_step (self, event);
  kiosk_daemon_publish (self);
}

void
kiosk_daemon_lock (KioskDaemon *self, KioskLockCause cause, const char *detail)
{
  KioskEvent event = kiosk_session_lock_event (cause);
  const char *name = kiosk_lock_cause_name (cause);
  /* Before anything is ended, which takes its time. */
  gint64 absence = kiosk_presence_get_absence (self->presence);

  if (self->status.person == NULL || !self->policy->locks[cause])
    return;
  self->lock_cause = cause;
  if (is_locked (self))
    {
      lock_again (self, event);
      return;
    }
  self->status.logoff_at = kiosk_clock_boottime () + (gint64) self->policy->logoff * G_USEC_PER_SEC;
  self->status.locked_since = kiosk_clock_realtime ();
  self->status.lock_cause = name;
  if (self->status.state == KIOSK_STATE_APPROVING || self->status.state == KIOSK_STATE_CHANGING)
    kiosk_daemon_record_given_up (self, name);
  if (!kiosk_daemon_step (self, event) || !is_locked (self))
    return;
  /* The worker is quiet already when this is written: the record says what holds. */
  kiosk_daemon_record (
      self,
      &(KioskEntry){ .action = KIOSK_ACTION_LOCK,
                     .outcome = KIOSK_OUTCOME_SUCCESS,
                     .reason = name,
                     .detail = detail,
                     .absence = absence,
                     .server = self->connection != NULL ? self->status.server : NULL },
      NULL);
  kiosk_daemon_begin_disconnect (self);
  kiosk_daemon_publish (self);
}

/* ---- Screens ---- */

static void
on_screen_gone (const char *name, gpointer data)
{
  kiosk_daemon_lock (data, KIOSK_LOCK_SCREEN_OFF, name);
}

const char *
kiosk_daemon_ready_screens (KioskDaemon *self)
{
  g_autoptr (GError) error = NULL;

  if (self->screens == NULL)
    self->screens = kiosk_screen_watch_new (on_screen_gone, self, &error);
  if (self->screens != NULL)
    return NULL;
  g_warning ("Screens: %s", error->message);
  return "D-01"; /* udev cannot be heard */
}
