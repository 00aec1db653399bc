/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl collect key|add|run|put|status` (kiosk/docs/COLLECTOR.md); @argv[0] is "collect".
 *
 * Returns the exit status: 0 good, 1 (status) something is to be looked at, 2 the command line is wrong, or it cannot be done. */
int kiosk_ctl_collect_command (int argc, char **argv);
