/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"

/* The mark (合印): two words drawn anew at each log-in. The terminal shows them in its bar and nowhere
 * else, and no server ever learns them: what stands beside them is the terminal's own. */

/* Draws two different words of 128, in both languages ("富士・鈴", "Fuji · Bell"). The members are owned
 * by the caller. */
KioskLabel kiosk_mark_draw (void);
