/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Locks this process in for good: resource limits, no_new_privs, not dumpable, Landlock (nothing of
 * the file system, no TCP, no signals to and no abstract sockets of others, as far as the kernel
 * knows these), and a list of system calls. Whatever is not on the list kills the process; what
 * libraries are known to try and get along without fails with EACCES or ENOSYS.
 *
 * For a process of one thread, with everything open that it needs. FALSE with @error when any part
 * could not be had; the process must then end. A kernel without Landlock is no error: the list of
 * system calls forbids the same. */
gboolean kiosk_rdp_sandbox_enter (GError **error);
