/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* From here on no file can be opened (landlock(7)); after kiosk_privileges_become(). A kernel without it is no error: there
 * is nothing either that such a user may open. */
gboolean kiosk_close_files (GError **error);
