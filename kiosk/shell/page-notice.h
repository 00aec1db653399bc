/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "page.h"

/* Why a session ended or could not begin: what happened, why, what to do, whom to ask, the reference.
 * A refused certificate cannot be clicked away; a lost connection can be resumed. */
#define KIOSK_TYPE_NOTICE_PAGE (kiosk_notice_page_get_type ())
G_DECLARE_FINAL_TYPE (KioskNoticePage, kiosk_notice_page, KIOSK, NOTICE_PAGE, KioskPageWidget)

GtkWidget *kiosk_notice_page_new (void);
