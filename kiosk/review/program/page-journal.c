/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "page-journal.h"

#include "page.h"
#include "table.h"
#include "widgets.h"

/* Entries, newest first. */

struct _KioskPageJournal {
  GtkBox parent_instance;
  KioskReviewer *reviewer;
  GtkWidget *line, *icon, *verdict, *table;
};

G_DEFINE_FINAL_TYPE (KioskPageJournal, kiosk_page_journal, GTK_TYPE_BOX)

static const KioskTableColumn columns[] = {
  { KIOSK_SAY_WHEN, 196, FALSE },  { KIOSK_SAY_WHO, 120, FALSE },    { KIOSK_SAY_WHAT, 160, FALSE },
  { KIOSK_SAY_ABOUT, 230, FALSE }, { KIOSK_SAY_FINDINGS, 0, FALSE },
};

static char *
describe_about (const KioskReviewEntry *entry)
{
  g_autofree char *number = kiosk_say_number (entry->record);
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  if (entry->record != 0)
    {
      g_autofree char *record = kiosk_say_format (KIOSK_SAY_RECORD_N, "n", number, NULL);

      return g_strdup_printf ("%s　%s", entry->host != NULL ? entry->host : "", record);
    }
  if (entry->from == 0)
    return g_strdup ("");
  from = kiosk_say_stamp (entry->from);
  to = kiosk_say_stamp (entry->to - 1);
  from[10] = to[10] = '\0';
  return g_strdup_printf ("%s–%s", from, to);
}

static void
add_entry (KioskPageJournal *self, const KioskReviewEntry *entry)
{
  static const KioskSay kinds[] = {
    [KIOSK_REVIEW_OPENED] = KIOSK_SAY_ENTRY_OPENED,
    [KIOSK_REVIEW_NOTE] = KIOSK_SAY_ENTRY_NOTE,
    [KIOSK_REVIEW_SIGNED] = KIOSK_SAY_ENTRY_SIGNED,
    [KIOSK_REVIEW_SIGNED_BROKEN] = KIOSK_SAY_ENTRY_SIGNED_BROKEN,
    [KIOSK_REVIEW_EXPORTED] = KIOSK_SAY_ENTRY_EXPORTED,
    [KIOSK_REVIEW_PRINTED] = KIOSK_SAY_ENTRY_PRINTED,
  };
  g_autofree char *when = kiosk_say_stamp (entry->time);
  g_autofree char *about = describe_about (entry);
  g_autofree char *text
      = g_strdelimit (g_strdup (entry->text != NULL ? entry->text : ""), "\n", ' ');
  char *cells[] = { when, entry->reviewer != NULL ? entry->reviewer : entry->key,
                    (char *) kiosk_say (kinds[entry->kind]), about, text };

  kiosk_table_add (KIOSK_TABLE (self->table), (gint64) entry->number,
                   entry->kind == KIOSK_REVIEW_SIGNED_BROKEN ? "err-text" : NULL, cells);
}

static void
refresh (GtkWidget *page)
{
  KioskPageJournal *self = KIOSK_PAGE_JOURNAL (page);
  guint64 bad_line;
  g_autoptr (GPtrArray) entries = kiosk_reviewer_read (self->reviewer, &bad_line);
  guint n = entries != NULL ? entries->len : 0;
  g_autofree char *number = kiosk_say_number (bad_line != 0 ? bad_line : n);
  g_autofree char *text
      = bad_line == 0 && n == 0
            ? g_strdup (kiosk_say (KIOSK_SAY_JOURNAL_NONE))
            : kiosk_say_format (bad_line != 0 ? KIOSK_SAY_JOURNAL_BAD : KIOSK_SAY_JOURNAL_GOOD, "n",
                                number, NULL);

  kiosk_table_clear (KIOSK_TABLE (self->table));
  for (guint i = n; i > 0; i--)
    add_entry (self, entries->pdata[i - 1]);
  kiosk_set_class (self->line, "ok", bad_line == 0);
  kiosk_set_class (self->line, "err", bad_line != 0);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon),
                                bad_line != 0 ? "kiosk-refused-symbolic" : "kiosk-shield-symbolic");
  gtk_label_set_text (GTK_LABEL (self->verdict), text);
}

static void
on_changed (KioskReviewer *reviewer, KioskPageJournal *self)
{
  kiosk_page_renew (GTK_WIDGET (self));
}

static void
kiosk_page_journal_dispose (GObject *object)
{
  g_clear_object (&KIOSK_PAGE_JOURNAL (object)->reviewer);
  G_OBJECT_CLASS (kiosk_page_journal_parent_class)->dispose (object);
}

static void
kiosk_page_journal_class_init (KioskPageJournalClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_page_journal_dispose;
}

static void
kiosk_page_journal_init (KioskPageJournal *self)
{
  GtkWidget *card = kiosk_vbox (0, "card table-card");

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "page");
  self->line = kiosk_hbox (12, "proof");
  self->icon = kiosk_icon (NULL, 18, NULL);
  self->verdict = kiosk_paragraph (NULL, "bold");
  gtk_box_append (GTK_BOX (self->line), self->icon);
  gtk_box_append (GTK_BOX (self->line), self->verdict);
  self->table
      = kiosk_table_new (columns, G_N_ELEMENTS (columns), kiosk_say (KIOSK_SAY_PAGE_JOURNAL));
  gtk_widget_set_vexpand (self->table, TRUE);
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  gtk_box_append (GTK_BOX (card), self->table);
  gtk_box_append (GTK_BOX (self), kiosk_label (kiosk_say (KIOSK_SAY_PAGE_JOURNAL), "page-title"));
  gtk_box_append (GTK_BOX (self),
                  kiosk_paragraph (kiosk_say (KIOSK_SAY_JOURNAL_HELP), "dim-label"));
  gtk_box_append (GTK_BOX (self), self->line);
  gtk_box_append (GTK_BOX (self), card);
}

GtkWidget *
kiosk_page_journal_new (KioskStore *store, KioskReviewer *reviewer)
{
  KioskPageJournal *self = g_object_new (KIOSK_TYPE_PAGE_JOURNAL, NULL);

  self->reviewer = g_object_ref (reviewer);
  g_signal_connect_object (reviewer, "changed", G_CALLBACK (on_changed), self, 0);
  kiosk_page_watch (GTK_WIDGET (self), store, refresh);
  return GTK_WIDGET (self);
}
