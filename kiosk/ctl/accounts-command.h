/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl accounts`; argv[0] is "accounts". Exit status: 0 nothing to point out, 1 something, 2 usage, or
 * something cannot be read. */
int kiosk_ctl_accounts_command (int argc, char **argv);
