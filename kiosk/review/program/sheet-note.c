/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "sheet-note.h"

#include "key-box.h"
#include "row.h"
#include "sheet.h"
#include "texts.h"
#include "widgets.h"

/* One note, signed and kept. */

typedef struct {
  KioskSheet *sheet; /* whose data this is */
  KioskReviewer *reviewer;
  KioskIndexRecord *record; /* NULL: no note, the key alone */
  GtkWidget *text, *key_box;
} Note;

static void
note_free (gpointer data)
{
  Note *self = data;

  g_signal_handlers_disconnect_by_data (self->key_box, self); /* it may wait for its key */
  g_object_unref (self->key_box);
  g_object_unref (self->reviewer);
  g_clear_pointer (&self->record, kiosk_index_record_free);
  g_free (self);
}

static void
update (Note *self)
{
  g_autofree char *text = self->text != NULL ? kiosk_sheet_get_text (self->text) : g_strdup ("-");

  kiosk_sheet_set_accept (
      self->sheet, kiosk_say (self->text != NULL ? KIOSK_SAY_SAVE : KIOSK_SAY_APPLY),
      *text != '\0'
          && (kiosk_key_box_is_complete (KIOSK_KEY_BOX (self->key_box))
              || (self->text != NULL && kiosk_reviewer_is_open (self->reviewer))));
}

static void
save (Note *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  KioskReviewEntry entry = { .kind = KIOSK_REVIEW_NOTE };

  if (self->record != NULL)
    {
      text = kiosk_sheet_get_text (self->text);
      entry.host = self->record->host;
      entry.record = self->record->sequence;
      entry.action = self->record->action;
      entry.at = self->record->time;
      entry.text = text;
      if (!kiosk_reviewer_write (self->reviewer, &entry, &error))
        {
          g_warning ("%s", error->message);
          gtk_widget_set_visible (self->key_box, TRUE);
          kiosk_key_box_say (KIOSK_KEY_BOX (self->key_box), kiosk_say (KIOSK_SAY_JOURNAL_FAILED));
          return;
        }
    }
  kiosk_sheet_close (self->sheet);
}

static void
on_accept (GtkWidget *widget, Note *self)
{
  if (!gtk_widget_get_sensitive (kiosk_sheet_get_accept (self->sheet)))
    return;
  if (kiosk_key_box_is_complete (KIOSK_KEY_BOX (self->key_box)))
    kiosk_key_box_open (KIOSK_KEY_BOX (self->key_box));
  else
    save (self);
}

static void
on_opened (KioskKeyBox *box, Note *self)
{
  save (self);
}

static void
on_changed (gpointer object, Note *self)
{
  update (self);
}

GtkWidget *
kiosk_sheet_note_new (KioskStore *store, KioskReviewer *reviewer, gint64 key)
{
  KioskIndex *index = kiosk_store_get_index (store);
  KioskSheet *sheet
      = kiosk_sheet_new (kiosk_say (key != 0 ? KIOSK_SAY_NOTE_TITLE : KIOSK_SAY_KEY_FILE),
                         key != 0 ? kiosk_say (KIOSK_SAY_NOTE_HELP) : "", "document-edit-symbolic",
                         kiosk_say (KIOSK_SAY_SAVE));
  Note *self = g_new0 (Note, 1);

  self->sheet = sheet;
  self->reviewer = g_object_ref (reviewer);
  if (key != 0 && index != NULL)
    self->record = kiosk_index_get_record (index, key, NULL, NULL);
  if (self->record != NULL)
    {
      g_autofree char *when = kiosk_say_stamp (self->record->time);
      g_autofree char *what = kiosk_record_describe_action (self->record);
      g_autofree char *outcome = kiosk_record_describe_outcome (self->record);
      g_autofree char *about
          = g_strdup_printf ("%s　%s　%s　%s", when, self->record->host, what, outcome);
      GtkWidget *box = kiosk_sheet_text (kiosk_say (KIOSK_SAY_NOTE_TEXT), &self->text);

      gtk_box_append (kiosk_sheet_get_body (sheet), kiosk_paragraph (about, "bold"));
      gtk_box_append (kiosk_sheet_get_body (sheet), box);
      g_signal_connect (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->text)), "changed",
                        G_CALLBACK (on_changed), self);
    }
  self->key_box = g_object_ref_sink (kiosk_key_box_new (reviewer));
  gtk_widget_set_visible (self->key_box, self->text == NULL || !kiosk_reviewer_is_open (reviewer));
  g_signal_connect (self->key_box, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect (self->key_box, "opened", G_CALLBACK (on_opened), self);
  g_signal_connect (self->key_box, "activate", G_CALLBACK (on_accept), self);
  g_signal_connect (kiosk_sheet_get_accept (sheet), "clicked", G_CALLBACK (on_accept), self);
  gtk_box_append (kiosk_sheet_get_body (sheet), self->key_box);
  g_object_set_data_full (G_OBJECT (sheet), "kiosk-note", self, note_free);
  update (self);
  return GTK_WIDGET (sheet);
}
