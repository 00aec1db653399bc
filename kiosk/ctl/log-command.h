/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl log verify|show`, for auditors and administrators: @argv[0] is "log", @argv[1] the
 * verb. Prints in the language of --lang, else of the locale (Japanese unless that says another).
 *
 * Returns the exit status: 0 the log verifies, 1 it has a fault (show shows it all the same), 2 it
 * can not be read or the command line is wrong. */
int kiosk_ctl_log_command (int argc, char **argv);
