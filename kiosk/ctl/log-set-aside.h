/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl log set-aside`: keeps the log of a terminal as evidence, and lets the next start begin a new one. Returns the exit status. */
int kiosk_ctl_log_set_aside (int argc, char **argv);
