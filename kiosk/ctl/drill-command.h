/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl network drill [--json] [--lang ja|en]`; @argv[0] is "drill".
 *
 * Returns the exit status: 0 nothing got out and that is on record, 1 something got out, 2 the command line is wrong, the
 * drill could not be carried out, or kioskd did not record it. */
int kiosk_ctl_drill_command (int argc, char **argv);
