/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "sheet-ledger.h"

#include "ledger-box.h"
#include "sheet.h"
#include "texts.h"
#include "widgets.h"

#include <string.h>

/* The box that compares, and what it said so far. */

#define ROWS 6

static void
fill (KioskProofs *proofs, GtkWidget *list)
{
  GPtrArray *done = kiosk_proofs_get_comparisons (proofs);

  kiosk_clear_box (list);
  gtk_widget_set_visible (list, done->len > 0);
  for (guint i = done->len; i > 0 && i + ROWS > done->len; i--)
    {
      const KioskComparison *one = done->pdata[i - 1];
      g_autofree char *date = kiosk_say_stamp (one->day);
      g_autofree char *n = kiosk_say_number (one->sequence);
      g_autofree char *record = kiosk_say_format (KIOSK_SAY_RECORD_N, "n", n, NULL);
      g_autofree char *text = NULL;
      GtkWidget *row = kiosk_hbox (15, "check-row");
      GtkWidget *name;

      date[strlen ("2026-11-21")] = '\0';
      text = g_strdup_printf ("%s　%s　%s", one->host, date, record);
      name = kiosk_label (text, "numeric");
      gtk_widget_set_hexpand (name, TRUE);
      gtk_box_append (GTK_BOX (row),
                      kiosk_icon (one->right ? "object-select-symbolic" : "dialog-warning-symbolic",
                                  16, one->right ? "ok-text" : "err-text"));
      gtk_box_append (GTK_BOX (row), name);
      gtk_box_append (GTK_BOX (row),
                      kiosk_label (kiosk_say (one->right ? KIOSK_SAY_CHECK_COLLECTOR_GOOD
                                                         : KIOSK_SAY_LEDGER_MISMATCH),
                                   one->right ? "ok-text small" : "err-text small"));
      gtk_box_append (GTK_BOX (list), row);
    }
}

static void
on_accept (GtkWidget *button, KioskSheet *sheet)
{
  kiosk_sheet_close (sheet);
}

GtkWidget *
kiosk_sheet_ledger_new (KioskStore *store)
{
  KioskProofs *proofs = kiosk_store_get_proofs (store);
  KioskSheet *sheet
      = kiosk_sheet_new (kiosk_say (KIOSK_SAY_LEDGER), kiosk_say (KIOSK_SAY_LEDGER_HELP), NULL,
                         kiosk_say (KIOSK_SAY_CLOSE));
  GtkWidget *list = kiosk_vbox (0, "card");

  gtk_box_append (kiosk_sheet_get_body (sheet), kiosk_ledger_box_new (store));
  gtk_box_append (kiosk_sheet_get_body (sheet), list);
  kiosk_sheet_drop_cancel (sheet);
  g_signal_connect_object (proofs, "changed", G_CALLBACK (fill), list, 0);
  g_signal_connect (kiosk_sheet_get_accept (sheet), "clicked", G_CALLBACK (on_accept), sheet);
  fill (proofs, list);
  return GTK_WIDGET (sheet);
}
