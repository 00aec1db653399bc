/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl order`; argv[0] is "order". Exit status: 0 good or done, 1 the order is not valid or malformed,
 * 2 usage, or something cannot be read or written. */
int kiosk_ctl_order_command (int argc, char **argv);
