/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/review/stay.h"

/* An empty one; its texts are NULL and have to be set. */
KioskStay *kiosk_stay_new (void);
