/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

#include <gtk/gtk.h>

/* Compares a seal code of the paper ledger: terminal, day, what is written there; says whether it is right. The last day of the period is offered
 * first. Results are kept by the proofs of the store. */
#define KIOSK_TYPE_LEDGER_BOX (kiosk_ledger_box_get_type ())
G_DECLARE_FINAL_TYPE (KioskLedgerBox, kiosk_ledger_box, KIOSK, LEDGER_BOX, GtkBox)

GtkWidget *kiosk_ledger_box_new (KioskStore *store);
