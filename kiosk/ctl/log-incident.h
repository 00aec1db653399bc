/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl log export --incident`: one folder with everything about a span of time, listed and signed, for the report of an
 * incident (A12, A13). Returns the exit status. */
int kiosk_ctl_log_incident (int argc, char **argv);
