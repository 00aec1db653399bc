/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"
#include "kiosk/model/policy.h"

#include <glib.h>

/* One kiosk-rdp process (rdp-protocol.h). Main thread only. */
typedef struct _KioskWorker KioskWorker;

typedef struct {
  /* STEP and CERTIFICATE reports, and CHANNEL reports with a new name: @text, cleaned. Judged by
   * worker-contract.h; @self must not be freed from in here. */
  void (*report) (const KioskRdpReport *report, const char *text, gpointer data);
  /* Once: the worker is over, and @self may be freed. @end tells how, @cause and @detail are for the
   * record ("ended" when the process died, "timeout" when it was silent for too long). */
  void (*ended) (KioskRdpEnd end, const char *cause, const char *detail, gpointer data);
} KioskWorkerEvents;

/* Starts kiosk-rdp on the connected socket *@connection, which is taken over. @authority: PEM of the
 * pinned authority, or NULL. *@shell and *@frames get what goes to the shell, owned by the caller. */
KioskWorker *kiosk_worker_new (const KioskPolicyServer *server, guint32 keyboard_layout,
                               GBytes *authority, guint width, guint height, int *connection,
                               int *shell, int *frames, const KioskWorkerEvents *events,
                               gpointer data, GError **error);

/* Lock: returns when the worker has confirmed that no key and no frame passes any more. FALSE when it
 * did not within half a second; then it has been killed, which is just as quiet. */
gboolean kiosk_worker_suspend (KioskWorker *self);

/* Unlock. */
void kiosk_worker_resume (KioskWorker *self);

/* Asks for a clean disconnect. No event comes any more; the process runs until it ends by itself or
 * @self is freed. */
void kiosk_worker_say_goodbye (KioskWorker *self);

/* Kills the process and frees @self; NULL is allowed. */
void kiosk_worker_free (KioskWorker *self);
