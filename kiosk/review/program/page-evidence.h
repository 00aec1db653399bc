/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* What was opened, and what each log was compared with: keys, receipts, a copy, codes; alarms of the collector. */
#define KIOSK_TYPE_PAGE_EVIDENCE (kiosk_page_evidence_get_type ())
G_DECLARE_FINAL_TYPE (KioskPageEvidence, kiosk_page_evidence, KIOSK, PAGE_EVIDENCE, GtkBox)

GtkWidget *kiosk_page_evidence_new (KioskStore *store);
