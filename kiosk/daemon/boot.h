/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Whether this machine was started as its image wants it (model/image.h judges).
 *
 * NULL when it was, or when this is no image: KIOSK_DATA_DIR/cmdline is not there. Otherwise the first
 * word of the kernel's command line that is another, or why it could not be compared; harmless
 * characters only, owned by the caller. The answer cannot change while the machine runs. */
char *kiosk_boot_find_difference (void);
