/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* A keyboard that is plugged in while somebody works (R16): the screen is locked before its first key, and a number that
 * only who sees the screen can know must be typed on it.
 *
 * Threat: something that looks like the keyboard that the policy allows and types by itself. It cannot see the number, it
 * has three tries of a million, and until then what it types reaches nobody. */

#include "daemon-private.h"

#include "kiosk/base/clock.h"

#include <sodium.h>

/* Seconds that kernel, udev and kiosk-keyboard have in all, before there is a number to be typed. */
#define PATIENCE 30

static void
drop_check (KioskDaemon *self)
{
  g_clear_pointer (&self->check, kiosk_keyboard_check_free);
  g_clear_handle_id (&self->check_source, g_source_remove);
  g_clear_pointer (&self->check_syspath, g_free);
  g_clear_pointer (&self->check_detail, g_free);
  g_free (self->status.check.name);
  self->status.check = (KioskKeyboardStatus){ 0 };
}

/* @reason NULL: the number was typed. */
static void
end_check (KioskDaemon *self, const char *reason, const char *why)
{
  g_autofree char *syspath = g_steal_pointer (&self->check_syspath);
  g_autofree char *what = g_steal_pointer (&self->check_detail);
  g_autofree char *detail
      = g_strdup_printf ("%s%s%s", what, why != NULL ? ": " : "", why != NULL ? why : "");
  gboolean recorded;

  drop_check (self);
  recorded = kiosk_daemon_record (
      self,
      &(KioskEntry){ .action = KIOSK_ACTION_KEYBOARD_CHECK,
                     .outcome = reason == NULL ? KIOSK_OUTCOME_SUCCESS : KIOSK_OUTCOME_FAILURE,
                     .reason = reason,
                     .detail = detail },
      NULL);
  kiosk_usb_guard_settle_keyboard (self->usb, syspath, reason == NULL && recorded);
  kiosk_daemon_publish (self);
}

/* ---- kiosk-keyboard ---- */

static void
on_progress (const KioskKeyboardReport *report, gpointer data)
{
  KioskDaemon *self = data;

  if (report->kind == KIOSK_KEYBOARD_READY)
    {
      g_clear_handle_id (&self->check_source, g_source_remove);
      g_strlcpy (self->status.check.number, self->check_number, sizeof self->status.check.number);
      self->status.check.until
          = kiosk_clock_boottime () + (gint64) KIOSK_KEYBOARD_CHECK_TIMEOUT * 1000;
    }
  self->status.check.typed = report->typed;
  self->status.check.tries = report->tries;
  kiosk_daemon_publish (self);
}

static void
on_ended (const char *cause, const char *detail, gpointer data)
{
  end_check (data, cause, cause != NULL ? detail : NULL);
}

static const KioskKeyboardCheckEvents check_events = {
  .progress = on_progress,
  .ended = on_ended,
};

/* ---- The guard ---- */

static gboolean
on_patience_lost (gpointer data)
{
  KioskDaemon *self = data;

  self->check_source = 0;
  end_check (self, KIOSK_REASON_TIMEOUT, "it was never ready to be typed on");
  return G_SOURCE_REMOVE;
}

gboolean
kiosk_daemon_keyboard_found (const KioskUsbNews *news, gpointer data)
{
  KioskDaemon *self = data;

  if (self->check_syspath != NULL)
    return FALSE;
  kiosk_daemon_lock (self, KIOSK_LOCK_KEYBOARD, NULL);
  if (self->status.state != KIOSK_STATE_LOCKED)
    return FALSE;
  self->check_detail = kiosk_daemon_describe_device (self, news);
  if (!kiosk_daemon_record (self,
                            &(KioskEntry){ .action = KIOSK_ACTION_KEYBOARD_CHECK_BEGUN,
                                           .outcome = KIOSK_OUTCOME_UNKNOWN,
                                           .detail = self->check_detail },
                            NULL))
    {
      drop_check (self);
      return FALSE;
    }
  self->check_syspath = g_strdup (news->syspath);
  self->status.check.name = kiosk_usb_facts_claim (news->facts);
  self->check_source = g_timeout_add_seconds (PATIENCE, on_patience_lost, self);
  return TRUE;
}

void
kiosk_daemon_keyboard_ready (const KioskUsbNews *news, const char *node, gpointer data)
{
  KioskDaemon *self = data;
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (self->check_syspath, news->syspath) != 0 || self->check != NULL)
    return;
  g_snprintf (self->check_number, sizeof self->check_number, "%06u", randombytes_uniform (1000000));
  self->check = kiosk_keyboard_check_new (node, self->check_number, &check_events, self, &error);
  if (self->check != NULL)
    return;
  g_warning ("kiosk-keyboard: %s", error->message);
  end_check (self, KIOSK_REASON_INTERNAL, error->message);
}

void
kiosk_daemon_keyboard_removed (KioskDaemon *self, const char *syspath)
{
  if (g_strcmp0 (self->check_syspath, syspath) == 0)
    end_check (self, KIOSK_REASON_CANCELLED, "unplugged");
}

void
kiosk_daemon_cancel_keyboard (KioskDaemon *self)
{
  if (self->check_syspath != NULL)
    end_check (self, KIOSK_REASON_CANCELLED, "the screen is not locked any more");
}
