/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl devices`: what is plugged in and what the policy says of it. argv[0] is "devices". Returns the exit status. */
int kiosk_ctl_devices_command (int argc, char **argv);
