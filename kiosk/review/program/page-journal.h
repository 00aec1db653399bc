/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reviewer.h"

/* The journal of reviews as a table, and whether it verifies. */
#define KIOSK_TYPE_PAGE_JOURNAL (kiosk_page_journal_get_type ())
G_DECLARE_FINAL_TYPE (KioskPageJournal, kiosk_page_journal, KIOSK, PAGE_JOURNAL, GtkBox)

GtkWidget *kiosk_page_journal_new (KioskStore *store, KioskReviewer *reviewer);
