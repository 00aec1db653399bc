/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/secret.h"

/* Asks for a passphrase with the words @prompt: on the terminal of the caller without showing it
 * (termios(3)), or, when standard input is no terminal, its next line. NULL when there is none. */
KioskSecret *kiosk_ctl_ask_passphrase (const char *prompt);
