/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl status`: how the terminal is, from the file that kioskd keeps. Exit status 0 fine, 1 something
 * is wrong, 2 cannot tell. argv[0] is "status". */
int kiosk_ctl_status_command (int argc, char **argv);
