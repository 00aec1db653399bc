/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* One of our programs at work for kioskd, and the connection to it (kiosk/ipc/helper.h). kioskd starts
 * no process: it connects to the program's socket, and the service manager starts one for this
 * connection. Main thread only. */
typedef struct _KioskChild KioskChild;

typedef struct {
  /* Once: the program has said hello and has been given its task. @socket, non-blocking, is the
   * callback's from now on. @child must not be freed in here. */
  void (*started) (KioskChild *child, int socket, gpointer data);
  /* Once: the program has ended, and not by kiosk_child_free(); or it did not start: then nothing was
   * given to it. @cause is a reason for the record ("ended", "timeout", "protocol"), @detail says it
   * ("kiosk-rdp: ended"). How a process ended only its service manager learns; it stands in the
   * journal. May free @child. */
  void (*ended) (KioskChild *child, const char *cause, const char *detail, gpointer data);
} KioskChildEvents;

/* How long a program may take to say hello, milliseconds: a slow terminal that is busy needs seconds to set up
 * the confinement of a unit. */
#define KIOSK_CHILD_START_TIMEOUT 20000

/* Connects to KIOSK_RUN_DIR/@program.sock. @task (@size bytes) is sent with the @n_fds descriptors of
 * @fds when the program has said hello; both are copied, the originals stay the caller's. Fails when
 * there is no such socket, nobody listens, or it is not root's. */
KioskChild *kiosk_child_start (const char *program, const void *task, gsize size, const int *fds,
                               guint n_fds, const KioskChildEvents *events, gpointer data,
                               GError **error);

/* Waits for the hello until @deadline (kiosk_clock_boottime()); the started event comes from in here.
 * TRUE at once when it has come before. When FALSE, the program is of no use and no event came. */
gboolean kiosk_child_wait_started (KioskChild *self, gint64 deadline);

/* Whether it stands still (SIGSTOP and its like; proc_pid_stat(5)): a cause for the record, when it
 * has to be ended for not answering. */
gboolean kiosk_child_is_stopped (const KioskChild *self);

/* Ends it with SIGKILL, or by closing the connection as long as it has not said hello, and frees @self;
 * no event comes any more. Our programs hold nothing that would need a gentler end. NULL is allowed. */
void kiosk_child_free (KioskChild *self);
