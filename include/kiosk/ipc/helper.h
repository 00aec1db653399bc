/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* kioskd and its helpers (kiosk-auth, kiosk-connect, kiosk-keyboard, kiosk-rdp, kiosk-receipts, kiosk-sensor-lid): how a conversation begins.
 *
 * The service manager owns one SOCK_SEQPACKET socket for each program, KIOSK_RUN_DIR/PROGRAM.sock,
 * which only root can connect to. kioskd connects when it wants the program; for each connection one
 * process is started, with the connection as descriptor 3 and nothing else (sd_listen_fds(3)). So
 * kioskd starts no program and needs no right to, and each helper has the sandbox of its own unit.
 *
 *   helper -> kioskd   KioskHelperHello with a pidfd of the helper, before it has read anything
 *   kioskd -> helper   the task, with the descriptors that belong to it (PROGRAM-protocol.h)
 *
 * The pidfd is how kioskd ends a helper for certain, also one that a server has taken over, and how
 * it learns of its end. Nothing is handed to a helper that has not said hello. The connection closed
 * ends a helper at any time. */

#include <glib.h>

#include <sys/types.h>

#define KIOSK_HELPER_FD_DAEMON 3

/* "KHi1" */
#define KIOSK_HELPER_HELLO 0x4b486931u

typedef struct {
  guint32 kind; /* KIOSK_HELPER_HELLO */
} KioskHelperHello;

/* For a helper, first of all: checks that descriptor 3 is a connection of root's, makes it blocking and
 * close-on-exec, and sends the hello. FALSE also when kioskd has closed it again already. */
gboolean kiosk_helper_begin (GError **error);

/* For kioskd: takes the hello from @socket. *@process gets the pidfd, owned by the caller, *@pid the
 * process id that it stands for. On a non-blocking socket without a message: TRUE with *@process -1.
 * KIOSK_ERROR_CLOSED when the helper has ended or let go, KIOSK_ERROR_INVALID or
 * KIOSK_ERROR_UNTRUSTED when it sent something else. */
gboolean kiosk_helper_receive_hello (int socket, int *process, pid_t *pid, GError **error);
