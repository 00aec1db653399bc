/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/review/stay.h"

#include <gtk/gtk.h>

/* One session in words. Signal "records": its records are to be shown. */
#define KIOSK_TYPE_SESSION_CARD (kiosk_session_card_get_type ())
G_DECLARE_FINAL_TYPE (KioskSessionCard, kiosk_session_card, KIOSK, SESSION_CARD, GtkBox)

GtkWidget *kiosk_session_card_new (void);

/* @stay NULL: none. */
void kiosk_session_card_show (KioskSessionCard *self, const KioskStay *stay);

/* Words for table and card; owned by the caller. */
char *kiosk_stay_describe_time (const KioskStay *stay);
char *kiosk_stay_describe_servers (const KioskStay *stay);
char *kiosk_stay_describe_locks (const KioskStay *stay);
char *kiosk_stay_describe_end (const KioskStay *stay);
