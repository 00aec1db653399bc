/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl log find`: records out of an index that is kept. Returns the exit status. */
int kiosk_ctl_log_find (int argc, char **argv);
