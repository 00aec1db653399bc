/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl log verify`, and its exit status. */
int kiosk_ctl_log_verify (int argc, char **argv);
