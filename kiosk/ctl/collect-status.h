/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl collect status`: 0 all is well, 1 a gap or silence lasts, or there was another alarm within a day, 2 it cannot be read. Only reads; the
 * collector may be at work. */
int kiosk_ctl_collect_status (int argc, char **argv);
