/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "sheet-codes.h"

#include "key-file.h"
#include "sheet.h"
#include "texts.h"
#include "widgets.h"

#include "kiosk/base/error.h"

/* Key file and passphrase go to the thread that reads; nothing of them stays here. */

typedef struct {
  KioskSheet *sheet; /* whose data this is */
  KioskStore *store;
  GtkWidget *file, *passphrase, *bar, *result;
  guint ticker;
  gboolean busy;
} Codes;

static void
codes_free (gpointer data)
{
  Codes *self = data;

  g_clear_handle_id (&self->ticker, g_source_remove);
  g_object_unref (self->store);
  g_free (self);
}

static const char *
get_path (Codes *self)
{
  return kiosk_key_file_get_path (KIOSK_KEY_FILE (self->file));
}

static void
update (Codes *self)
{
  kiosk_sheet_set_accept (self->sheet, kiosk_say (KIOSK_SAY_COMPARE_CODES),
                          !self->busy && get_path (self) != NULL
                              && *gtk_editable_get_text (GTK_EDITABLE (self->passphrase)) != '\0');
}

/* ---- The work ---- */

static gboolean
on_tick (gpointer data)
{
  Codes *self = data;
  double done = kiosk_proofs_get_progress (kiosk_store_get_proofs (self->store));
  g_autofree char *n = g_strdup_printf ("%d", (int) (100 * done));
  g_autofree char *text = kiosk_say_format (KIOSK_SAY_CODES_BUSY, "n", n, NULL);

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), done);
  gtk_label_set_text (GTK_LABEL (self->result), text);
  return G_SOURCE_CONTINUE;
}

static void
say (Codes *self, const char *text, const char *class)
{
  gtk_label_set_text (GTK_LABEL (self->result), text);
  kiosk_set_class (self->result, "ok-text", g_strcmp0 (class, "ok-text") == 0);
  kiosk_set_class (self->result, "err-text", g_strcmp0 (class, "err-text") == 0);
}

static void
say_results (Codes *self)
{
  const KioskEvidence *evidence = kiosk_proofs_get (kiosk_store_get_proofs (self->store));
  guint counts[4] = { 0 };
  g_autofree char *n = NULL;
  g_autofree char *text = NULL;
  KioskSay what = KIOSK_SAY_CODES_DONE;
  guint count;

  for (guint i = 0; evidence != NULL && i < evidence->logs->len; i++)
    counts[((const KioskLogEvidence *) evidence->logs->pdata[i])->codes]++;
  count = counts[KIOSK_CODES_RIGHT];
  if (counts[KIOSK_CODES_WRONG] > 0)
    {
      what = KIOSK_SAY_CODES_DONE_WRONG;
      count = counts[KIOSK_CODES_WRONG];
    }
  else if (counts[KIOSK_CODES_NOT_FOR_KEY] > 0)
    {
      what = KIOSK_SAY_CODES_DONE_NOT;
      count = counts[KIOSK_CODES_NOT_FOR_KEY];
    }
  n = kiosk_say_number (count);
  text = kiosk_say_format (what, "n", n, NULL);
  say (self, text, what == KIOSK_SAY_CODES_DONE ? "ok-text" : "err-text");
  kiosk_sheet_set_done (self->sheet);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KioskSheet) sheet = user_data;
  Codes *self = g_object_get_data (G_OBJECT (sheet), "kiosk-codes");
  g_autoptr (GError) error = NULL;

  self->busy = FALSE;
  g_clear_handle_id (&self->ticker, g_source_remove);
  gtk_widget_set_visible (self->bar, FALSE);
  if (kiosk_proofs_check_codes_finish (KIOSK_PROOFS (source), result, &error))
    say_results (self);
  else
    say (self,
         kiosk_say (g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED)
                        ? KIOSK_SAY_KEY_WRONG
                        : KIOSK_SAY_KEY_UNREADABLE),
         "err-text");
  update (self);
}

static void
on_accept (GtkWidget *widget, Codes *self)
{
  KioskSecret *passphrase;

  if (!gtk_widget_get_sensitive (kiosk_sheet_get_accept (self->sheet)))
    return;
  passphrase = kiosk_secret_new_from (gtk_editable_get_text (GTK_EDITABLE (self->passphrase)));
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase), "");
  if (passphrase == NULL) /* longer than any */
    {
      say (self, kiosk_say (KIOSK_SAY_KEY_WRONG), "err-text");
      return;
    }
  self->busy = TRUE;
  gtk_widget_set_visible (self->bar, TRUE);
  say (self, "", NULL);
  self->ticker = g_timeout_add (100, on_tick, self);
  kiosk_proofs_check_codes (kiosk_store_get_proofs (self->store),
                            kiosk_store_get_logs (self->store), get_path (self), passphrase,
                            on_ready, g_object_ref (self->sheet));
  update (self);
}

/* ---- Fields ---- */

static void
on_chosen (KioskKeyFile *file, Codes *self)
{
  update (self);
}

static void
on_typed (GtkEditable *editable, Codes *self)
{
  update (self);
}

GtkWidget *
kiosk_sheet_codes_new (KioskStore *store, KioskReviewer *reviewer)
{
  KioskSheet *sheet
      = kiosk_sheet_new (kiosk_say (KIOSK_SAY_CODES_TITLE), kiosk_say (KIOSK_SAY_CODES_HELP),
                         "dialog-password-symbolic", kiosk_say (KIOSK_SAY_COMPARE_CODES));
  GtkBox *body = kiosk_sheet_get_body (sheet);
  GtkWidget *fields = kiosk_hbox (12, NULL);
  Codes *self = g_new0 (Codes, 1);

  self->sheet = sheet;
  self->store = g_object_ref (store);
  self->file = kiosk_key_file_new (kiosk_say (KIOSK_SAY_CODES_KEY),
                                   kiosk_reviewer_get_key_file (reviewer));
  self->passphrase = gtk_password_entry_new ();
  gtk_box_set_homogeneous (GTK_BOX (fields), TRUE);
  gtk_box_append (GTK_BOX (fields), kiosk_text_box (kiosk_say (KIOSK_SAY_CODES_KEY), self->file));
  gtk_box_append (GTK_BOX (fields),
                  kiosk_text_box (kiosk_say (KIOSK_SAY_CODES_PASSPHRASE), self->passphrase));
  self->bar = gtk_progress_bar_new ();
  gtk_widget_set_visible (self->bar, FALSE);
  self->result = kiosk_paragraph ("", "bold");
  gtk_box_append (body, fields);
  gtk_box_append (body, self->bar);
  gtk_box_append (body, self->result);
  g_signal_connect (self->file, "chosen", G_CALLBACK (on_chosen), self);
  g_signal_connect (self->passphrase, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect (self->passphrase, "activate", G_CALLBACK (on_accept), self);
  g_signal_connect (kiosk_sheet_get_accept (sheet), "clicked", G_CALLBACK (on_accept), self);
  g_object_set_data_full (G_OBJECT (sheet), "kiosk-codes", self, codes_free);
  update (self);
  return GTK_WIDGET (sheet);
}
