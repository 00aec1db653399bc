/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The event node ("event3") of the lid's switch, or NULL when this machine has no lid; owned by the caller. Of several the
 * first: SW_LID in the capabilities of an input device (sysfs; input-event-codes.h of the kernel). */
char *kiosk_lid_node_find (void);
