/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Everything between kioskd and the window: takes over status, carries requests, and sees to it that
 * secrets and picture are gone before a page changes. */
typedef struct _KioskShell KioskShell;

/* Shows the window and looks for kioskd. One per process, never freed: the shell ends by exit(). */
KioskShell *kiosk_shell_start (void);
