/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl network`: what may leave right now and why, as the kernel has it. Exit status: 0 all of it is by the
 * policy, 1 something is not, 2 usage, not root, or not to be read. */
int kiosk_ctl_network_command (int argc, char **argv);
