/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "sheet-sign.h"

#include "banner.h"
#include "key-box.h"
#include "ledger-box.h"
#include "matters.h"
#include "proof-words.h"
#include "sheet.h"
#include "texts.h"
#include "widgets.h"

/* The one act of the whole program that says "I have seen it". */

typedef struct {
  KioskSheet *sheet; /* whose data this is */
  KioskStore *store;
  KioskReviewer *reviewer;
  KioskLogVerdict verdict;
  KioskMatters matters;
  GtkWidget *checks, *findings, *needed, *confirm, *key_box;
} Sign;

static void
sign_free (gpointer data)
{
  Sign *self = data;

  g_signal_handlers_disconnect_by_data (self->key_box, self); /* it may wait for its key */
  g_object_unref (self->key_box);
  g_object_unref (self->store);
  g_object_unref (self->reviewer);
  g_free (self);
}

static gboolean
needs_findings (const Sign *self)
{
  return kiosk_matters_count_open (&self->matters) > 0 || self->verdict == KIOSK_LOG_BROKEN;
}

static void fill_checks (Sign *self);

static void
update (Sign *self)
{
  g_autofree char *findings = kiosk_sheet_get_text (self->findings);
  gboolean missing = needs_findings (self) && *findings == '\0';

  gtk_widget_set_visible (self->needed, missing);
  kiosk_sheet_set_accept (self->sheet,
                          kiosk_say (self->verdict == KIOSK_LOG_BROKEN ? KIOSK_SAY_SIGN_BROKEN
                                     : *findings != '\0' || needs_findings (self)
                                         ? KIOSK_SAY_SIGN_WITH_FINDINGS
                                         : KIOSK_SAY_SIGN),
                          !missing && gtk_check_button_get_active (GTK_CHECK_BUTTON (self->confirm))
                              && kiosk_key_box_is_complete (KIOSK_KEY_BOX (self->key_box)));
}

static void
on_opened (KioskKeyBox *box, Sign *self)
{
  g_autofree char *findings = kiosk_sheet_get_text (self->findings);
  g_autoptr (GError) error = NULL;
  gint64 first, last;
  g_autoptr (KioskStore) store = g_object_ref (self->store);
  KioskReviewEntry entry = { .kind = self->verdict == KIOSK_LOG_BROKEN ? KIOSK_REVIEW_SIGNED_BROKEN
                                                                       : KIOSK_REVIEW_SIGNED };

  kiosk_store_get_span (self->store, &entry.from, &entry.to);
  kiosk_store_get_extent (self->store, &first, &last);
  entry.to = MIN (entry.to, last + 1); /* nobody has seen what comes later */
  entry.host = (char *) kiosk_store_get_host (self->store);
  entry.text = findings;
  if (!kiosk_reviewer_write (self->reviewer, &entry, &error))
    {
      g_warning ("%s", error->message);
      kiosk_key_box_say (box, kiosk_say (KIOSK_SAY_JOURNAL_FAILED));
      return;
    }
  kiosk_sheet_close (self->sheet); /* and this with it */
  kiosk_store_go (store, "journal");
}

static void
on_accept (GtkWidget *widget, Sign *self)
{
  if (gtk_widget_get_sensitive (kiosk_sheet_get_accept (self->sheet)))
    kiosk_key_box_open (KIOSK_KEY_BOX (self->key_box));
}

static void
on_open_first (GtkButton *button, Sign *self)
{
  g_autoptr (KioskStore) store = g_object_ref (self->store);
  KioskView view = { .key = self->matters.first_open };

  kiosk_sheet_close (self->sheet);
  kiosk_store_show (store, &view);
}

/* A code of the ledger was compared: that may change what can be signed. */
static void
on_proofs (KioskProofs *proofs, GtkWidget *sheet)
{
  Sign *self = g_object_get_data (G_OBJECT (sheet), "kiosk-sign");

  if (kiosk_store_get_state (self->store) != KIOSK_STORE_READY)
    return;
  fill_checks (self);
  update (self);
}

static void
on_changed (gpointer object, Sign *self)
{
  update (self);
}

/* ---- Building ---- */

static void
add_check (GtkWidget *list, gboolean good, const char *what, const char *value)
{
  GtkWidget *row = kiosk_hbox (15, "check-row");
  GtkWidget *name = kiosk_label (what, NULL);
  GtkWidget *text = kiosk_label (value, good ? "dim-label small" : "warn-text small");

  gtk_widget_set_hexpand (name, TRUE);
  gtk_box_append (GTK_BOX (row),
                  kiosk_icon (good ? "object-select-symbolic" : "dialog-warning-symbolic", 16,
                              good ? "ok-text" : "warn-text"));
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), text);
  gtk_box_append (GTK_BOX (list), row);
}

static void
add_matter (GtkWidget *list, KioskSay name, guint all, guint open)
{
  g_autofree char *n = kiosk_say_number (all);
  g_autofree char *m = kiosk_say_number (open);
  g_autofree char *what = kiosk_say_format (name, "n", n, NULL);
  g_autofree char *value
      = open > 0 ? kiosk_say_format (KIOSK_SAY_OPEN_N, "n", m, NULL)
                 : g_strdup (kiosk_say (all > 0 ? KIOSK_SAY_WRITTEN : KIOSK_SAY_NONE));

  add_check (list, open == 0, what, value);
}

static void
add_collector (Sign *self, GtkWidget *list)
{
  const KioskEvidence *evidence = kiosk_proofs_get (kiosk_store_get_proofs (self->store));
  guint all = kiosk_store_get_logs (self->store)->len, n = kiosk_count_confirmed (self->store);
  g_autofree char *agree = kiosk_say_number (n);
  g_autofree char *of = kiosk_say_number (all);
  g_autofree char *some
      = kiosk_say_format (KIOSK_SAY_CHECK_COLLECTOR_SOME, "n", agree, "m", of, NULL);
  gboolean bad = kiosk_evidence_find_doubt (evidence) != NULL;

  add_check (list, !bad && n == all, kiosk_say (KIOSK_SAY_CHECK_COLLECTOR),
             bad        ? kiosk_say (KIOSK_SAY_CHECK_COLLECTOR_BAD)
             : n == all ? kiosk_say (KIOSK_SAY_CHECK_COLLECTOR_GOOD)
             : n > 0    ? some
                        : kiosk_say (KIOSK_SAY_CHECK_COLLECTOR_NOT));
}

static void
add_ledger (Sign *self, GtkWidget *list)
{
  guint wrong, all = kiosk_count_ledger (self->store, &wrong);
  g_autofree char *n = kiosk_say_number (wrong > 0 ? wrong : all);
  g_autofree char *value
      = all == 0 ? g_strdup (kiosk_say (KIOSK_SAY_LEDGER_NOT))
                 : kiosk_say_format (wrong > 0 ? KIOSK_SAY_LEDGER_DIFFERS : KIOSK_SAY_LEDGER_DONE,
                                     "n", n, NULL);

  add_check (list, all > 0 && wrong == 0, kiosk_say (KIOSK_SAY_LEDGER), value);
}

static void
fill_checks (Sign *self)
{
  GtkWidget *list = self->checks;
  g_autofree char *n = kiosk_say_number (kiosk_store_get_records (self->store));
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *value = NULL;

  self->verdict = kiosk_log_verdict (self->store, &title, &detail);
  value = self->verdict == KIOSK_LOG_GOOD
              ? kiosk_say_format (KIOSK_SAY_CHECK_LOG_GOOD, "n", n, NULL)
              : g_strdup (self->verdict == KIOSK_LOG_BROKEN ? kiosk_say (KIOSK_SAY_CHECK_LOG_BROKEN)
                                                            : title);
  kiosk_clear_box (list);
  add_check (list, self->verdict == KIOSK_LOG_GOOD, kiosk_say (KIOSK_SAY_CHECK_LOG), value);
  add_collector (self, list);
  add_ledger (self, list);
  kiosk_matters_find (self->store, self->reviewer, &self->matters);
  add_matter (list, KIOSK_SAY_CHECK_RISES, self->matters.all[KIOSK_MATTER_RISE],
              self->matters.open[KIOSK_MATTER_RISE]);
  add_matter (list, KIOSK_SAY_CHECK_DEVICES, self->matters.all[KIOSK_MATTER_DEVICE],
              self->matters.open[KIOSK_MATTER_DEVICE]);
  add_matter (list, KIOSK_SAY_CHECK_WORK, self->matters.all[KIOSK_MATTER_WORK],
              self->matters.open[KIOSK_MATTER_WORK]);
}

GtkWidget *
kiosk_sheet_sign_new (KioskStore *store, KioskReviewer *reviewer)
{
  g_autofree char *period = kiosk_store_describe_period (store);
  g_autofree char *title = kiosk_say_format (KIOSK_SAY_SIGN_TITLE, "period", period, NULL);
  KioskSheet *sheet = kiosk_sheet_new (title, kiosk_say (KIOSK_SAY_SIGN_HELP),
                                       "document-edit-symbolic", kiosk_say (KIOSK_SAY_SIGN));
  GtkBox *body = kiosk_sheet_get_body (sheet);
  GtkWidget *first;
  Sign *self = g_new0 (Sign, 1);

  self->sheet = sheet;
  self->store = g_object_ref (store);
  self->reviewer = g_object_ref (reviewer);
  self->checks = kiosk_vbox (0, "card tight");
  fill_checks (self);
  gtk_box_append (body, self->checks);
  gtk_box_append (body, kiosk_ledger_box_new (store));
  gtk_box_append (body, kiosk_sheet_text (kiosk_say (KIOSK_SAY_FINDINGS), &self->findings));
  self->needed = kiosk_paragraph (kiosk_say (KIOSK_SAY_FINDINGS_NEEDED), "warn-text small");
  gtk_box_append (body, self->needed);
  self->confirm = gtk_check_button_new_with_label (kiosk_say (KIOSK_SAY_CONFIRM));
  gtk_box_append (body, self->confirm);
  self->key_box = g_object_ref_sink (kiosk_key_box_new (reviewer));
  gtk_box_append (body, self->key_box);
  if (self->matters.first_open != 0)
    {
      first = kiosk_sheet_add_button (sheet, kiosk_say (KIOSK_SAY_OPEN_FIRST));
      g_signal_connect (first, "clicked", G_CALLBACK (on_open_first), self);
    }
  g_signal_connect (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->findings)), "changed",
                    G_CALLBACK (on_changed), self);
  g_signal_connect (self->confirm, "toggled", G_CALLBACK (on_changed), self);
  g_signal_connect (self->key_box, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect (self->key_box, "opened", G_CALLBACK (on_opened), self);
  g_signal_connect (self->key_box, "activate", G_CALLBACK (on_accept), self);
  g_signal_connect (kiosk_sheet_get_accept (sheet), "clicked", G_CALLBACK (on_accept), self);
  g_object_set_data_full (G_OBJECT (sheet), "kiosk-sign", self, sign_free);
  g_signal_connect_object (kiosk_store_get_proofs (store), "changed", G_CALLBACK (on_proofs), sheet,
                           0);
  update (self);
  return GTK_WIDGET (sheet);
}
