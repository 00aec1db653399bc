/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Ways into the machine beside USB and the network (R13, R15): what is refused there is recorded and shown, and while a
 * way for data cannot be shut the terminal is out of service. */

#include "daemon-private.h"

#include "config.h"

#include <sys/stat.h>

/* The way in cannot be watched; something that must be refused stays. */
#define CODE_UNGUARDED "D-01"
#define CODE_OPEN "D-02"

#define MEMORY KIOSK_RUN_DIR "/buses"

static void
show_card (KioskDaemon *self, KioskDeviceKind kind, const char *name, const char *where,
           const KioskBusNews *news, char *reference)
{
  const KioskLabel *port = kiosk_bus_label (news->bus);
  KioskRefusedDevice *card = g_new0 (KioskRefusedDevice, 1);

  card->id = g_strdup (where);
  card->kind = kiosk_device_kind_name (kind);
  card->name = g_strdup (name);
  card->port = (KioskLabel){ g_strdup (port->ja), g_strdup (port->en) };
  card->reason = news->reason;
  card->reference = reference;
  kiosk_daemon_add_card (self, card);
}

static gboolean
on_refused (KioskDeviceKind kind, const char *name, const char *where, const KioskBusNews *news,
            gpointer data)
{
  KioskDaemon *self = data;
  g_autofree char *detail = g_strdup_printf ("kind=%s %s shut=%u %s", kiosk_device_kind_name (kind),
                                             news->what, news->times,
                                             news->shut   ? "state=shut"
                                             : news->data ? "state=open"
                                                          : "state=stays");
  char *reference = NULL;

  /* Also while the terminal is out of service for it. */
  if (!kiosk_recorder_is_open (self->recorder))
    return FALSE;
  g_message ("Device refused (%s): %s", news->reason, detail);
  if (!kiosk_daemon_record (self,
                            &(KioskEntry){ .action = KIOSK_ACTION_DEVICE_REFUSED,
                                           .outcome = news->shut || !news->data
                                                          ? KIOSK_OUTCOME_SUCCESS
                                                          : KIOSK_OUTCOME_FAILURE,
                                           .reason = news->reason,
                                           .detail = detail,
                                           .grouped = TRUE,
                                           .with_reference = TRUE },
                            &reference))
    return FALSE;
  show_card (self, kind, name, where, news, reference);
  return TRUE;
}

static void
on_gone (const char *where, gpointer data)
{
  kiosk_daemon_drop_card (data, where);
}

static void
on_rescanned (guint n, gpointer data)
{
  g_autofree char *detail = g_strdup_printf ("buses: devices=%u", n);

  kiosk_daemon_record (
      data,
      &(KioskEntry){ .action = KIOSK_ACTION_DEVICES_RESCANNED,
                     .outcome = n > 0 ? KIOSK_OUTCOME_SUCCESS : KIOSK_OUTCOME_FAILURE,
                     .detail = detail },
      NULL);
}

static void
on_changed (gpointer data)
{
  KioskDaemon *self = data;

  /* Well again: daemon-ready.c finds out with its next try. */
  if (self->buses != NULL && !kiosk_bus_watch_is_well (self->buses))
    kiosk_daemon_stop_later (self, CODE_OPEN);
}

static const KioskBusWatchEvents events = {
  .refused = on_refused,
  .gone = on_gone,
  .rescanned = on_rescanned,
  .changed = on_changed,
};

/* Numbers of the file systems that the terminal needs: its root, its log, what it keeps. */
static gsize
find_system (KioskDaemon *self, dev_t numbers[3])
{
  const char *const paths[] = {
    "/",
    self->policy != NULL ? self->policy->log_directory : KIOSK_POLICY_LOG_DIRECTORY,
    KIOSK_STATE_DIR,
  };
  struct stat status;
  gsize n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    if (stat (paths[i], &status) == 0)
      numbers[n++] = status.st_dev;
  return n;
}

static void
record_unguarded (KioskDaemon *self, const char *detail)
{
  if (self->buses_told || !kiosk_recorder_is_open (self->recorder))
    return;
  self->buses_told = kiosk_recorder_write (self->recorder,
                                           &(KioskEntry){ .action = KIOSK_ACTION_DEVICES_UNGUARDED,
                                                          .outcome = KIOSK_OUTCOME_FAILURE,
                                                          .detail = detail },
                                           NULL);
}

const char *
kiosk_daemon_ready_buses (KioskDaemon *self)
{
  g_autoptr (GError) error = NULL;
  dev_t system[3];
  gsize n = find_system (self, system);

  if (self->buses == NULL)
    self->buses = kiosk_bus_watch_new (MEMORY, system, n, &events, self, &error);
  else
    kiosk_bus_watch_set_system (self->buses, system, n);
  if (self->buses == NULL)
    {
      g_warning ("%s", error->message);
      record_unguarded (self, error->message);
      return CODE_UNGUARDED;
    }
  self->buses_told = FALSE;
  kiosk_bus_watch_tell (self->buses);
  return kiosk_bus_watch_is_well (self->buses) ? NULL : CODE_OPEN;
}
