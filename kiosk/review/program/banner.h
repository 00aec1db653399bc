/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* The one line that says whether the log holds: good, good but by a key that nobody confirmed, or at fault and where.
 * Signal "show-place": the place of the fault is to be shown. */
#define KIOSK_TYPE_BANNER (kiosk_banner_get_type ())
G_DECLARE_FINAL_TYPE (KioskBanner, kiosk_banner, KIOSK, BANNER, GtkBox)

GtkWidget *kiosk_banner_new (KioskStore *store);

/* What it says, title and detail; for the sign-off and paper too. Owned by the caller. */
typedef enum { KIOSK_LOG_GOOD, KIOSK_LOG_NO_KEY, KIOSK_LOG_BROKEN } KioskLogVerdict;
KioskLogVerdict kiosk_log_verdict (KioskStore *store, char **title, char **detail);
