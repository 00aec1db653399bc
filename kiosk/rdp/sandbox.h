/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Locks this process in for good, in two steps, since FreeRDP 3.32 starts a thread with its context:
 * Landlock holds for threads that are started later, not for those that exist.
 *
 * First, in a process of one thread with everything open that it needs: resource limits,
 * no_new_privs, not dumpable, Landlock (nothing of the file system, no TCP, no signals to and no
 * abstract sockets of others, as far as the kernel knows these).
 *
 * FALSE with @error when any part could not be had; the process must then end. A kernel without
 * Landlock is no error: the list of system calls forbids the same. */
gboolean kiosk_rdp_sandbox_begin (GError **error);

/* Second, for all threads, before the first byte of a stranger is read: a list of system calls.
 * Whatever is not on it kills the process; what libraries are known to try and get along without
 * fails with EACCES or ENOSYS. FALSE as above. */
gboolean kiosk_rdp_sandbox_complete (GError **error);
