/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl log again FOLDER SPOOL`: lays the newest of the older files of the log, decompressed, into SPOOL, each once, for the forwarder to send
 * them once more (kiosk-forward.service). Exit status 0, or 2 when it cannot. */
int kiosk_ctl_log_again (int argc, char **argv);
