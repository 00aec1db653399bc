/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Gives up root for good: becomes the user @name with its primary group and no other, clears every
 * capability, sets no_new_privs, and then proves that neither the ids nor the capabilities come
 * back (setresuid(2), capabilities(7), prctl(2) PR_SET_NO_NEW_PRIVS). A process that runs as @name
 * already (User= of its unit) passes; one that is somebody else and not root fails. For single-threaded programs,
 * first thing in main. */
gboolean kiosk_privileges_become (const char *name, GError **error);

/* Moves the process into a network namespace of its own, without any interface (unshare(2)
 * CLONE_NEWNET). Needs CAP_SYS_ADMIN, so it comes before kiosk_privileges_become(). A process that
 * has no interface but the loopback, because its unit has PrivateNetwork=, passes without the right. */
gboolean kiosk_privileges_leave_network (GError **error);

/* Common first steps of a helper (ipc/helper.h): cannot be dumped or traced (PR_SET_DUMPABLE 0; call it
 * after the change of user, which sets that anew), no core file, umask 077. */
gboolean kiosk_privileges_settle (GError **error);

/* Opens /dev/null for standard input, closes every descriptor that is not 0-2 or one of the
 * @n_keep descriptors of @keep (ascending), clears the environment but for PATH, LANG=C.UTF-8. */
gboolean kiosk_privileges_clean (const int *keep, guint n_keep, GError **error);
