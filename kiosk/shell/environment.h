/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Starts this program again with a fixed environment, unless it has it already, and makes it
 * untraceable. First thing in main(), before any other library reads a variable: GTK_DEBUG,
 * GTK_PATH, GTK_THEME, GTK_MODULES, XDG_*, GSETTINGS_BACKEND, LD_PRELOAD and their kin could each
 * load code or open the inspector. Exits when it can not be done. */
void kiosk_environment_fix (void);
