/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl log enrolment`, `unseal` and `seal`, and their exit status. */
int kiosk_ctl_log_enrolment (int argc, char **argv);
int kiosk_ctl_log_unseal (int argc, char **argv);
int kiosk_ctl_log_seal (int argc, char **argv);
