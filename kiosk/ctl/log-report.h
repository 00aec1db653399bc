/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl log report`: the report of a month or a year. Returns the exit status. */
int kiosk_ctl_log_report (int argc, char **argv);
