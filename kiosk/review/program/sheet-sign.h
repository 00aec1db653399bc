/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reviewer.h"

/* 17: what was found in the period, findings, signature (a KioskSheet). While a matter is open, findings are needed; a broken log
 * can be signed only as broken, with findings. */
GtkWidget *kiosk_sheet_sign_new (KioskStore *store, KioskReviewer *reviewer);
