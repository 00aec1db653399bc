/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* One of our programs, started by kioskd with descriptors and nothing else: no arguments, an empty
 * environment, standard input closed, messages to the journal. Main thread only. */
typedef struct _KioskChild KioskChild;

/* Called once when the program has ended by itself or by a signal that @self did not send; @cause is
 * "signal" or "exit", @detail says which ("kiosk-rdp: signal 11"). Not after kiosk_child_free(). */
typedef void (*KioskChildEnded) (KioskChild *self, const char *cause, const char *detail,
                                 gpointer data);

/* Starts KIOSK_LIBEXEC_DIR/@program with the @n_fds descriptors of @fds as 3, 4 ... They are taken
 * over and closed here, also on failure. */
KioskChild *kiosk_child_start (const char *program, int *fds, guint n_fds, KioskChildEnded ended,
                               gpointer data, GError **error);

/* Whether it stands still (SIGSTOP and its like; proc_pid_stat(5)): a cause for the record, when it
 * has to be ended for not answering. */
gboolean kiosk_child_is_stopped (const KioskChild *self);

/* Ends it with SIGKILL, reaps it and frees @self; the callback does not come any more. Our programs
 * hold nothing that would need a gentler end. NULL is allowed. */
void kiosk_child_free (KioskChild *self);
