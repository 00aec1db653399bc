/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl log export`: records for other programs. Returns the exit status. */
int kiosk_ctl_log_export (int argc, char **argv);
