/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl devices judge`: the verdict on descriptors in a file. argv[0] is "judge". Returns the exit status. */
int kiosk_ctl_devices_judge (int argc, char **argv);
