/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What an administrator makes in the collector's folder belongs to whom the folder belongs. */

/* Makes @path in @folder unless it is there. */
gboolean kiosk_collect_make_folder (const char *folder, const char *path, GError **error);

/* Gives the file or folder @path to the owner of @folder. */
gboolean kiosk_collect_give (const char *folder, const char *path, GError **error);
