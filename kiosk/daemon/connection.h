/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "firewall.h"
#include "worker.h"

#include "kiosk/model/policy.h"

#include <glib.h>

/* One session with one server, from the hole in the firewall to its closing: firewall, kiosk-connect,
 * kiosk-rdp, in this order, and back (architecture, steps 3 to 6). Main thread only. */
typedef struct _KioskConnection KioskConnection;

/* From asking to the first picture, milliseconds. */
#define KIOSK_CONNECTION_TIMEOUT 30000

typedef enum {
  KIOSK_CONNECTION_LINE = 2, /* hole open, TCP being connected */
  KIOSK_CONNECTION_CERTIFICATE,
  KIOSK_CONNECTION_LOGON,
  KIOSK_CONNECTION_PICTURE,
  KIOSK_CONNECTION_ACTIVE,
} KioskConnectionStep;

typedef struct {
  /* The worker holds its connection; the descriptors are the shell's and taken over by the callback. */
  void (*started) (int shell, int frames, gpointer data);
  void (*step) (KioskConnectionStep step, gpointer data);
  /* What the server showed, as 64 hex digits, before any credential went out. */
  void (*certificate) (const char *digest, gboolean accepted, gpointer data);
  /* The server wanted a channel that it does not get. */
  void (*channel) (const char *name, gpointer data);
  /* Once, when it ends by itself. @error is the word of the D-Bus status ("unreachable", "lost" ...),
   * @cause ("ended" ...) and @detail are for the record and may be NULL. The connection is still there
   * and is to be freed. */
  void (*ended) (const char *error, const char *cause, const char *detail, gpointer data);
} KioskConnectionEvents;

/* Opens the hole and begins. @policy is kept, and with it @server. NULL when the hole
 * could not be opened or a program not be started; nothing is open then. */
KioskConnection *kiosk_connection_new (KioskFirewall *firewall, KioskPolicy *policy,
                                       const KioskPolicyServer *server, guint width, guint height,
                                       const KioskConnectionEvents *events, gpointer data,
                                       GError **error);

/* Lock and unlock: as kiosk_worker_suspend(). FALSE when there is no quiet worker afterwards. */
gboolean kiosk_connection_suspend (KioskConnection *self);
void kiosk_connection_resume (KioskConnection *self);

/* The TCP connection, for questions to the kernel about it; -1 before it stands. Owned by @self. */
int kiosk_connection_get_line (const KioskConnection *self);

/* Whose session it is; owned by the policy, which @self keeps. */
const KioskPolicyServer *kiosk_connection_get_server (const KioskConnection *self);

/* Asks the worker to say good-bye to the server. No event comes any more; hole and worker stay until
 * @self is freed, which should be after KIOSK_CONNECTION_GOODBYE milliseconds. */
void kiosk_connection_say_goodbye (KioskConnection *self);

#define KIOSK_CONNECTION_GOODBYE 400

/* Closes the hole, kills what runs, frees @self, all at once; NULL is allowed. */
void kiosk_connection_free (KioskConnection *self);
