/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reviewer.h"

/* 18: what the report of the month says, and the report itself as PDF or CSV. It holds the findings and the signature that stand in the
 * journal for this period; that it was exported is in the journal before the file is. */
#define KIOSK_TYPE_PAGE_REPORT (kiosk_page_report_get_type ())
G_DECLARE_FINAL_TYPE (KioskPageReport, kiosk_page_report, KIOSK, PAGE_REPORT, GtkBox)

GtkWidget *kiosk_page_report_new (KioskStore *store, KioskReviewer *reviewer);

/* Writes the report into @path; FALSE: it is said on the page. */
gboolean kiosk_page_report_save (KioskPageReport *self, const char *path, gboolean csv);

/* Its pages for paper (see kiosk_report_pages()); NULL when the period has none. Owned by the caller. */
GPtrArray *kiosk_page_report_get_pages (KioskPageReport *self);
