/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl collect run`, and its exit status: 0 the input ended, 2 it cannot work (says why). */
int kiosk_ctl_collect_run (int argc, char **argv);
