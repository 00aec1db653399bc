/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* What is plugged in (R13, R15, R16): the guard's word for the log and for the person, and out of service while a bus
 * or a device does not do as it was told. A new keyboard is daemon-keyboard.c's. */

#include "daemon-private.h"

#include "config.h"

#include "kiosk/base/clock.h"

#include <errno.h>
#include <glib/gstdio.h>

/* While it is there udev's rules leave USB to the guard, so that neither undoes what the other has written. It goes with
 * kioskd, however that ends (systemd.exec(5), RuntimeDirectory=). */
#define MARK KIOSK_GUARD_DIR "/usb"

#define CODE_BUS "D-01"
#define CODE_DEVICE "D-02"

/* Seconds from one look at the buses to the next. */
#define LOOK_SECONDS 3

/* An alarm about typing is recorded that seldom, seconds; the next record tells of those between. */
#define TYPING_PACE 10

/* What has come together in so many milliseconds is told to the shell at once. */
#define PUBLISH_DELAY 100

/* ---- For the person ---- */

static gboolean
on_publish_due (gpointer data)
{
  KioskDaemon *self = data;

  self->devices_source = 0;
  kiosk_daemon_publish (self);
  return G_SOURCE_REMOVE;
}

static void
publish_soon (KioskDaemon *self)
{
  if (self->devices_source == 0)
    self->devices_source = g_timeout_add (PUBLISH_DELAY, on_publish_due, self);
}

void
kiosk_daemon_drop_card (KioskDaemon *self, const char *id)
{
  GPtrArray *devices = self->status.devices;

  for (guint i = 0; devices != NULL && i < devices->len; i++)
    if (g_str_equal (((KioskRefusedDevice *) devices->pdata[i])->id, id))
      {
        g_ptr_array_remove_index (devices, i);
        publish_soon (self);
        return;
      }
}

void
kiosk_daemon_add_card (KioskDaemon *self, KioskRefusedDevice *card)
{
  kiosk_daemon_drop_card (self, card->id);
  if (self->status.devices == NULL)
    self->status.devices
        = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_refused_device_free);
  card->time = kiosk_clock_realtime ();
  g_ptr_array_insert (self->status.devices, 0, card);
  publish_soon (self);
}

/* The policy's name for the port, or what the kernel calls it. */
static KioskLabel
find_port (KioskDaemon *self, const KioskUsbFacts *facts)
{
  const char *place = facts->path != NULL && *facts->path != '\0' ? facts->path : facts->name;

  for (guint i = 0; self->policy != NULL && i < self->policy->device_ports->len; i++)
    {
      const KioskDevicePort *port = self->policy->device_ports->pdata[i];

      if (g_strcmp0 (port->path, facts->path) == 0 || g_strcmp0 (port->path, facts->name) == 0)
        return (KioskLabel){ .ja = g_strdup (port->label.ja), .en = g_strdup (port->label.en) };
    }
  return (KioskLabel){ .ja = g_strdup (place), .en = g_strdup (place) };
}

/* Takes @reference over. */
static void
show_card (KioskDaemon *self, const KioskUsbNews *news, char *reference)
{
  KioskRefusedDevice *card = g_new0 (KioskRefusedDevice, 1);

  card->id = g_strdup (news->syspath);
  card->kind = kiosk_device_kind_name (news->verdict->kind);
  card->name = kiosk_usb_facts_claim (news->facts);
  card->port = find_port (self, news->facts);
  card->reason = news->verdict->reason;
  card->reference = reference;
  kiosk_daemon_add_card (self, card);
}

void
kiosk_daemon_dismiss_devices (KioskDaemon *self)
{
  g_clear_pointer (&self->status.devices, g_ptr_array_unref);
}

/* ---- For the log ---- */

static KioskDeviceMoment
get_moment (KioskDaemon *self)
{
  switch (self->status.state)
    {
    case KIOSK_STATE_CHOOSING:
    case KIOSK_STATE_APPROVING:
    case KIOSK_STATE_CHANGING:
    case KIOSK_STATE_CONNECTING:
    case KIOSK_STATE_CONNECTED:
      return KIOSK_MOMENT_UNLOCKED;
    case KIOSK_STATE_LOCKED:
    case KIOSK_STATE_UNLOCKING:
      return KIOSK_MOMENT_LOCKED;
    case KIOSK_STATE_STOPPED:
    case KIOSK_STATE_LOGGED_OUT:
    case KIOSK_STATE_AUTHENTICATING:
    case KIOSK_N_STATES:
    default:
      return KIOSK_MOMENT_LOGGED_OUT;
    }
}

static const char *
get_moment_name (KioskDaemon *self)
{
  static const char *const names[] = {
    [KIOSK_MOMENT_LOGGED_OUT] = "logged-out",
    [KIOSK_MOMENT_UNLOCKED] = "unlocked",
    [KIOSK_MOMENT_LOCKED] = "locked",
  };

  return names[get_moment (self)];
}

char *
kiosk_daemon_describe_device (KioskDaemon *self, const KioskUsbNews *news)
{
  const KioskUsbVerdict *verdict = news->verdict;
  g_autofree char *what = kiosk_usb_facts_describe (news->facts);
  GString *line = g_string_new (what);

  if (news->facts->bytes == NULL && news->claim != NULL)
    {
      g_autofree char *claim = g_strescape (news->claim, NULL);

      g_string_append_printf (line, " claims %s", claim);
    }
  g_string_append_printf (line, " kind=%s screen=%s", kiosk_device_kind_name (verdict->kind),
                          get_moment_name (self));
  if (verdict->rule != NULL)
    g_string_append_printf (line, " rule=%s (%s:%u)", verdict->rule,
                            verdict->place.source != NULL ? verdict->place.source : "?",
                            verdict->place.line);
  if (verdict->allowed)
    g_string_append_printf (line, " configuration=%u interfaces=%x", verdict->configuration,
                            verdict->interfaces);
  if (news->was_open)
    g_string_append (line, " was=authorized");
  if (!news->obeys)
    g_string_append (line, " state=stays");
  if (verdict->detail != NULL && *verdict->detail != '\0')
    g_string_append_printf (line, ": %s", verdict->detail);
  return g_string_free (line, FALSE);
}

static void
record (KioskDaemon *self, const char *action, const KioskUsbNews *news, const char *reason,
        char **reference)
{
  g_autofree char *detail = kiosk_daemon_describe_device (self, news);

  g_message ("%s%s%s: %s", action, reason != NULL ? " " : "", reason != NULL ? reason : "", detail);
  kiosk_daemon_record (
      self,
      &(KioskEntry){ .action = action,
                     .outcome = news->obeys ? KIOSK_OUTCOME_SUCCESS : KIOSK_OUTCOME_FAILURE,
                     .reason = reason,
                     .detail = detail,
                     .grouped = TRUE,
                     .with_reference = reference != NULL },
      reference);
}

/* ---- What the guard tells ---- */

static void
on_allowed (const KioskUsbNews *news, gpointer data)
{
  KioskDaemon *self = data;

  record (self, KIOSK_ACTION_DEVICE_ALLOWED, news, NULL, NULL);
  kiosk_daemon_token_added (self, news);
  kiosk_daemon_drop_card (self, news->syspath);
}

static void
on_refused (const KioskUsbNews *news, gpointer data)
{
  KioskDaemon *self = data;
  char *reference = NULL;

  record (self, KIOSK_ACTION_DEVICE_REFUSED, news, news->verdict->reason, &reference);
  show_card (self, news, reference);
}

static void
on_withdrawn (const KioskUsbNews *news, gpointer data)
{
  KioskDaemon *self = data;
  char *reference = NULL;

  record (self, KIOSK_ACTION_DEVICE_WITHDRAWN, news, news->verdict->reason, &reference);
  /* What the policy has planned for the moment is no news to anybody. */
  if (g_strcmp0 (news->verdict->reason, KIOSK_REASON_DEVICE_MOMENT) == 0)
    g_free (reference);
  else
    show_card (self, news, reference);
}

static void
on_removed (const KioskUsbNews *news, gpointer data)
{
  KioskDaemon *self = data;

  kiosk_daemon_drop_card (self, news->syspath);
  kiosk_daemon_keyboard_removed (self, news->syspath);
  kiosk_daemon_token_removed (self, news);
  if (news->had_worked)
    record (self, KIOSK_ACTION_DEVICE_REMOVED, news, NULL, NULL);
}

static void
on_unguarded (const char *detail, gboolean closed, gpointer data)
{
  KioskDaemon *self = data;
  char *news = g_strdup_printf ("%s%s", detail, closed ? "" : " state=open");

  /* What stays as it is is told once, and once more when it was well in between. */
  if (!closed && g_strcmp0 (news, self->unguarded) == 0)
    {
      g_free (news);
      return;
    }
  g_warning ("The device guard was not as it must be: %s", news);
  kiosk_daemon_record (
      self,
      &(KioskEntry){ .action = KIOSK_ACTION_DEVICES_UNGUARDED,
                     .outcome = closed ? KIOSK_OUTCOME_SUCCESS : KIOSK_OUTCOME_FAILURE,
                     .detail = news },
      NULL);
  g_free (self->unguarded);
  self->unguarded = news;
}

static void
on_rescanned (guint found, gpointer data)
{
  KioskDaemon *self = data;
  g_autofree char *detail = g_strdup_printf ("unheard=%u", found);

  kiosk_daemon_record (self,
                       &(KioskEntry){ .action = KIOSK_ACTION_DEVICES_RESCANNED,
                                      .outcome = KIOSK_OUTCOME_SUCCESS,
                                      .detail = detail,
                                      .grouped = TRUE },
                       NULL);
}

/* NULL, or why nobody may work here. */
static const char *
find_fault (KioskDaemon *self)
{
  if (self->usb == NULL || !kiosk_usb_guard_are_buses_closed (self->usb))
    return CODE_BUS;
  return kiosk_usb_guard_do_devices_obey (self->usb) ? NULL : CODE_DEVICE;
}

static void
on_changed (gpointer data)
{
  KioskDaemon *self = data;
  const char *code = find_fault (self);

  if (code != NULL && self->status.state != KIOSK_STATE_STOPPED)
    kiosk_daemon_stop_later (self, code);
}

static const KioskUsbGuardEvents events = {
  .allowed = on_allowed,
  .refused = on_refused,
  .withdrawn = on_withdrawn,
  .removed = on_removed,
  .keyboard_found = kiosk_daemon_keyboard_found,
  .keyboard_ready = kiosk_daemon_keyboard_ready,
  .unguarded = on_unguarded,
  .rescanned = on_rescanned,
  .changed = on_changed,
};

/* ---- The guard ---- */

static gboolean
on_look (gpointer data)
{
  KioskDaemon *self = data;

  kiosk_usb_guard_look (self->usb);
  if (find_fault (self) == NULL)
    g_clear_pointer (&self->unguarded, g_free);
  return G_SOURCE_CONTINUE;
}

void
kiosk_daemon_follow_devices (KioskDaemon *self)
{
  KioskDeviceMoment moment = get_moment (self);

  if (self->usb != NULL)
    kiosk_usb_guard_set_situation (self->usb, self->policy, moment);
  if (moment != KIOSK_MOMENT_LOCKED)
    kiosk_daemon_cancel_keyboard (self);
}

/* Without it devices of the policy are closed by udev and opened again by the next look. */
static void
set_mark (void)
{
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (KIOSK_GUARD_DIR, 0755) != 0)
    g_warning ("%s: %s", KIOSK_GUARD_DIR, g_strerror (errno));
  else if (!g_file_set_contents (MARK, "", 0, &error))
    g_warning ("%s", error->message);
}

const char *
kiosk_daemon_ready_devices (KioskDaemon *self)
{
  g_autoptr (GError) error = NULL;

  if (self->usb == NULL)
    {
      self->usb = kiosk_usb_guard_new (&events, self, &error);
      if (self->usb == NULL)
        {
          g_warning ("%s", error->message);
          return CODE_BUS;
        }
      set_mark ();
      self->look_source = g_timeout_add_seconds (LOOK_SECONDS, on_look, self);
    }
  kiosk_daemon_follow_devices (self);
  kiosk_usb_guard_look (self->usb);
  return find_fault (self);
}

void
kiosk_daemon_free_devices (KioskDaemon *self)
{
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_handle_id (&self->devices_source, g_source_remove);
  kiosk_daemon_cancel_keyboard (self);
  if (self->usb != NULL)
    g_unlink (MARK);
  g_clear_pointer (&self->usb, kiosk_usb_guard_free);
  g_clear_pointer (&self->status.devices, g_ptr_array_unref);
  g_clear_pointer (&self->unguarded, g_free);
}

/* ---- Typing ---- */

void
kiosk_daemon_report_typing (guint presses, guint milliseconds, gpointer data)
{
  KioskDaemon *self = data;
  gint64 now = g_get_monotonic_time ();
  g_autofree char *detail = NULL;

  self->typing_alarms++;
  if (self->typing_told != 0 && now - self->typing_told < TYPING_PACE * (gint64) G_USEC_PER_SEC)
    return;
  self->typing_told = now;
  detail = g_strdup_printf ("presses=%u milliseconds=%u", presses, milliseconds);
  kiosk_daemon_record (self,
                       &(KioskEntry){ .action = KIOSK_ACTION_TYPING_ALARM,
                                      .outcome = KIOSK_OUTCOME_SUCCESS,
                                      .detail = detail,
                                      .count = self->typing_alarms },
                       NULL);
  self->typing_alarms = 0;
}
