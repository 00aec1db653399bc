/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "page-report.h"

#include "banner.h"
#include "page-list.h"
#include "page.h"
#include "preview.h"
#include "proof-words.h"
#include "table.h"
#include "widgets.h"

#include "kiosk/review/report.h"

#include <string.h>

/* The figures of the report on the screen, and the report in a file. */

struct _KioskPageReport {
  GtkBox parent_instance;
  KioskStore *store;
  KioskReviewer *reviewer;
  KioskReport *report; /* NULL: the period has none */
  gboolean saves_csv;
  GtkWidget *title, *conclusion, *figures, *table, *message, *pdf, *csv;
  GtkWidget *stack, *preview, *look;
};

G_DEFINE_FINAL_TYPE (KioskPageReport, kiosk_page_report, GTK_TYPE_BOX)

static const KioskTableColumn columns[] = {
  { KIOSK_SAY_TERMINAL, 110, FALSE },     { KIOSK_SAY_WHERE, 0, FALSE },
  { KIOSK_SAY_PAGE_SESSIONS, 120, TRUE }, { KIOSK_SAY_PEOPLE, 100, TRUE },
  { KIOSK_SAY_DURATION, 150, TRUE },      { KIOSK_SAY_AFTER_HOURS, 120, TRUE },
};

/* ---- The report ---- */

/* What was written down about the period: notes on its records, findings of its last signature. */
static void
gather_findings (KioskPageReport *self, gint64 from, gint64 to, GPtrArray *findings, char **signer)
{
  guint64 bad_line;
  g_autoptr (GPtrArray) entries = kiosk_reviewer_read (self->reviewer, &bad_line);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const KioskReviewEntry *entry = entries->pdata[i];
      gboolean is_note = entry->kind == KIOSK_REVIEW_NOTE && entry->at >= from && entry->at < to;
      gboolean is_signature
          = (entry->kind == KIOSK_REVIEW_SIGNED || entry->kind == KIOSK_REVIEW_SIGNED_BROKEN)
            && entry->from < to && entry->to > from;

      if ((is_note || is_signature) && entry->text != NULL)
        g_ptr_array_add (findings, g_strdelimit (g_strdup (entry->text), "\n", ' '));
      if (is_signature)
        {
          g_autofree char *when = kiosk_say_stamp (entry->time);

          g_free (*signer);
          *signer = g_strdup_printf ("%s %s", entry->reviewer, when);
        }
    }
  g_ptr_array_add (findings, NULL);
}

/* What the logs were compared with, for section 1. */
static GPtrArray *
gather_proofs (KioskPageReport *self)
{
  KioskProofs *proofs = kiosk_store_get_proofs (self->store);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  guint wrong, compared = kiosk_count_ledger (self->store, &wrong);
  g_autofree char *n = kiosk_say_number (wrong > 0 ? wrong : compared);
  g_autofree char *source = kiosk_say_source (self->store);
  g_autofree char *backing = kiosk_say_backing (self->store);
  g_autofree char *ledger = compared == 0 ? g_strdup (kiosk_say (KIOSK_SAY_LEDGER_NOT))
                                          : kiosk_say_format (wrong > 0 ? KIOSK_SAY_LEDGER_DIFFERS
                                                                        : KIOSK_SAY_LEDGER_DONE,
                                                              "n", n, NULL);
  g_autofree char *codes = kiosk_proofs_describe_codes (proofs, kiosk_store_get_logs (self->store),
                                                        kiosk_store_get_host (self->store));
  gboolean unchecked = strstr (codes, ":unchecked") != NULL;
  gboolean bad = strstr (codes, ":wrong") != NULL;
  gboolean ja = kiosk_say_is_japanese ();

  g_ptr_array_add (lines, g_strdup_printf (ja ? "%s。%s。" : "%s. %s.", source, backing));
  g_ptr_array_add (lines, g_strdup_printf (ja ? "%s: %s。%s: %s。" : "%s: %s. %s: %s.",
                                           kiosk_say (KIOSK_SAY_LEDGER), ledger,
                                           kiosk_say (KIOSK_SAY_COL_CODES),
                                           kiosk_say (bad         ? KIOSK_SAY_LEDGER_MISMATCH
                                                      : unchecked ? KIOSK_SAY_CODES_UNCHECKED
                                                                  : KIOSK_SAY_CODES_RIGHT)));
  g_ptr_array_add (lines, NULL);
  return lines;
}

static void
make_report (KioskPageReport *self)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) proofs = gather_proofs (self);
  g_autofree char *signer = NULL;
  g_autofree char *doubt = NULL;
  g_autofree char *detail = NULL;
  g_autoptr (GDateTime) month = NULL;
  g_autoptr (GError) error = NULL;
  KioskReportOptions options = { .host = kiosk_store_get_host (self->store),
                                 .zone = zone,
                                 .hours = kiosk_stay_office_hours,
                                 .orders = TRUE,
                                 .unused_days = KIOSK_UNUSED_DAYS,
                                 .made = g_get_real_time () };
  gint64 from, to, open;

  g_clear_pointer (&self->report, kiosk_report_free);
  kiosk_store_get_period (self->store, &open, &to);
  kiosk_store_get_span (self->store, &from, &to);
  if (from == 0)
    return;
  month = g_date_time_new_from_unix_local ((open != 0 ? from : to - 1) / G_USEC_PER_SEC);
  options.year = (guint) g_date_time_get_year (month);
  options.month = open != 0 ? (guint) g_date_time_get_month (month) : 0;
  gather_findings (self, from, to, findings, &signer);
  options.findings = (const char *const *) findings->pdata;
  options.signer = signer;
  options.proofs = (const char *const *) proofs->pdata;
  if (kiosk_say_doubt (self->store, &doubt, &detail))
    options.doubt = doubt;
  self->report = kiosk_report_new (kiosk_store_get_index (self->store), &options, &error);
  if (self->report == NULL)
    g_warning ("no report: %s", error->message);
}

/* ---- Showing it ---- */

static void
add_figure (KioskPageReport *self, int number, KioskSay name, guint64 value, gboolean needs_look)
{
  g_autofree char *text = kiosk_say_number (value);
  GtkWidget *box = kiosk_vbox (3, "card inner");

  gtk_box_append (GTK_BOX (box), kiosk_label (kiosk_say (name), "dim-label small"));
  gtk_box_append (
      GTK_BOX (box),
      kiosk_label (text, needs_look && value > 0 ? "title-2 numeric err-text" : "title-2 numeric"));
  gtk_widget_set_hexpand (box, TRUE);
  gtk_grid_attach (GTK_GRID (self->figures), box, number % 4, number / 4, 1, 1);
}

static void
show_figures (KioskPageReport *self)
{
  const KioskReport *report = self->report;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->figures)) != NULL)
    gtk_grid_remove (GTK_GRID (self->figures), child);
  add_figure (self, 0, KIOSK_SAY_RECORDS_VERIFIED, report->verified, FALSE);
  add_figure (self, 1, KIOSK_SAY_SIGNATURES_RIGHT, report->checkpoints, FALSE);
  add_figure (self, 2, KIOSK_SAY_FAULTS, report->faults, TRUE);
  add_figure (self, 3, KIOSK_SAY_NEEDS_LOOK, report->matters, TRUE);
  add_figure (self, 4, KIOSK_SAY_PAGE_FAILURES, report->failure_count, FALSE);
  add_figure (self, 5, KIOSK_SAY_STOPPED, report->refusal_count, TRUE);
  add_figure (self, 6, KIOSK_SAY_PAGE_OUTAGES, report->outages->len, FALSE);
  add_figure (self, 7, KIOSK_SAY_PAGE_WORK, report->irregulars->len, TRUE);
}

static void
show_uses (KioskPageReport *self)
{
  kiosk_table_clear (KIOSK_TABLE (self->table));
  for (guint i = 0; i < self->report->uses->len; i++)
    {
      const KioskHostUse *use = self->report->uses->pdata[i];
      g_autofree char *stays = kiosk_say_number (use->stays);
      g_autofree char *persons = kiosk_say_number (use->persons);
      g_autofree char *total = kiosk_say_span (use->total);
      g_autofree char *outside = kiosk_say_number (use->outside);
      char *cells[] = { use->host, use->site, stays, persons, total, outside };

      kiosk_table_add (KIOSK_TABLE (self->table), (gint64) i + 1, NULL, cells);
    }
}

static gboolean
is_preview (KioskPageReport *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), "pages") == 0;
}

/* Pages are laid out only for who looks at them. */
static void
show_pages (KioskPageReport *self)
{
  kiosk_preview_set_pages (self->preview,
                           is_preview (self) && self->report != NULL
                               ? kiosk_report_pages (self->report, kiosk_say_is_japanese ())
                               : NULL);
}

static void
on_look (GtkButton *button, KioskPageReport *self)
{
  gboolean pages = !is_preview (self);

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), pages ? "pages" : "figures");
  gtk_label_set_text (
      GTK_LABEL (gtk_widget_get_last_child (gtk_button_get_child (GTK_BUTTON (self->look)))),
      kiosk_say (pages ? KIOSK_SAY_REPORT_FIGURES : KIOSK_SAY_REPORT_PREVIEW));
  show_pages (self);
}

GPtrArray *
kiosk_page_report_get_pages (KioskPageReport *self)
{
  return self->report != NULL ? kiosk_report_pages (self->report, kiosk_say_is_japanese ()) : NULL;
}

static void
refresh (GtkWidget *page)
{
  KioskPageReport *self = KIOSK_PAGE_REPORT (page);
  g_autofree char *period = kiosk_store_describe_period (self->store);
  g_autofree char *title = kiosk_say_format (KIOSK_SAY_REPORT_HELP, "period", period, NULL);
  g_autofree char *verdict = NULL;
  g_autofree char *detail = NULL;

  make_report (self);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  kiosk_log_verdict (self->store, &verdict, &detail);
  gtk_label_set_text (GTK_LABEL (self->conclusion), verdict);
  gtk_widget_set_sensitive (self->pdf, self->report != NULL);
  gtk_widget_set_sensitive (self->csv, self->report != NULL);
  show_pages (self);
  if (self->report == NULL)
    return;
  show_figures (self);
  show_uses (self);
}

/* ---- Saving it ---- */

static void
say (KioskPageReport *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->message), text);
}

gboolean
kiosk_page_report_save (KioskPageReport *self, const char *path, gboolean csv)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *done = kiosk_say_format (KIOSK_SAY_SAVED, "file", shown, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  KioskReviewEntry entry = { .kind = KIOSK_REVIEW_EXPORTED };
  gboolean good;

  if (self->report == NULL)
    return FALSE;
  entry.from = self->report->from;
  entry.to = self->report->to;
  entry.text = shown;
  good = kiosk_reviewer_write (self->reviewer, &entry, &error);
  good = good && self->report != NULL;
  if (good && csv)
    {
      text = kiosk_report_csv (self->report, kiosk_say_is_japanese ());
      good = g_file_set_contents (path, text, -1, &error);
    }
  else if (good)
    good = kiosk_report_pdf (self->report, kiosk_say_is_japanese (), path, &error);
  if (!good)
    g_warning ("%s: %s", path, error != NULL ? error->message : "there is no report");
  say (self, good ? done : kiosk_say (KIOSK_SAY_SAVE_FAILED));
  return good;
}

static void
on_response (GtkNativeDialog *dialog, int response, KioskPageReport *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

      if (path != NULL)
        kiosk_page_report_save (self, path, self->saves_csv);
    }
  g_object_unref (dialog);
}

static void
on_save (GtkWidget *button, KioskPageReport *self)
{
  GtkRoot *root = gtk_widget_get_root (button);
  GtkFileChooserNative *dialog;
  g_autofree char *name = NULL;

  if (!kiosk_reviewer_is_open (self->reviewer))
    {
      kiosk_reviewer_ask (self->reviewer); /* who exports is on record */
      return;
    }
  self->saves_csv = button == self->csv;
  name = g_strdup_printf ("kiosk-%04u-%02u.%s", self->report->options.year,
                          self->report->options.month, self->saves_csv ? "csv" : "pdf");
  dialog = gtk_file_chooser_native_new (
      kiosk_say (self->saves_csv ? KIOSK_SAY_SAVE_CSV : KIOSK_SAY_SAVE_PDF),
      GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, GTK_FILE_CHOOSER_ACTION_SAVE,
      kiosk_say (KIOSK_SAY_SAVE_ACCEPT), kiosk_say (KIOSK_SAY_CANCEL));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* ---- Object ---- */

static void
kiosk_page_report_dispose (GObject *object)
{
  KioskPageReport *self = KIOSK_PAGE_REPORT (object);

  g_clear_pointer (&self->report, kiosk_report_free);
  g_clear_object (&self->store);
  g_clear_object (&self->reviewer);
  G_OBJECT_CLASS (kiosk_page_report_parent_class)->dispose (object);
}

static void
kiosk_page_report_class_init (KioskPageReportClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_page_report_dispose;
}

static void
kiosk_page_report_init (KioskPageReport *self)
{
  GtkWidget *head = kiosk_hbox (12, NULL);
  GtkWidget *words = kiosk_vbox (3, NULL);
  GtkWidget *card = kiosk_vbox (0, "card table-card");
  GtkWidget *figures;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 15);
  gtk_widget_add_css_class (GTK_WIDGET (self), "page");
  self->title = kiosk_label (NULL, "dim-label");
  self->conclusion = kiosk_paragraph (NULL, "bold");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), kiosk_label (kiosk_say (KIOSK_SAY_PAGE_REPORT), "page-title"));
  gtk_box_append (GTK_BOX (words), self->title);
  self->pdf = kiosk_button ("document-save-symbolic", kiosk_say (KIOSK_SAY_SAVE_PDF),
                            "suggested-action soft");
  self->csv = kiosk_button ("document-save-symbolic", kiosk_say (KIOSK_SAY_SAVE_CSV), "soft");
  gtk_widget_set_valign (self->pdf, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->csv, GTK_ALIGN_CENTER);
  g_signal_connect (self->pdf, "clicked", G_CALLBACK (on_save), self);
  g_signal_connect (self->csv, "clicked", G_CALLBACK (on_save), self);
  self->look
      = kiosk_button ("x-office-document-symbolic", kiosk_say (KIOSK_SAY_REPORT_PREVIEW), "soft");
  gtk_widget_set_valign (self->look, GTK_ALIGN_CENTER);
  g_signal_connect (self->look, "clicked", G_CALLBACK (on_look), self);
  gtk_box_append (GTK_BOX (head), words);
  gtk_box_append (GTK_BOX (head), self->look);
  gtk_box_append (GTK_BOX (head), self->csv);
  gtk_box_append (GTK_BOX (head), self->pdf);
  self->figures = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->figures), 12);
  gtk_grid_set_row_spacing (GTK_GRID (self->figures), 12);
  gtk_grid_set_column_homogeneous (GTK_GRID (self->figures), TRUE);
  self->table
      = kiosk_table_new (columns, G_N_ELEMENTS (columns), kiosk_say (KIOSK_SAY_PAGE_REPORT));
  gtk_widget_set_vexpand (self->table, TRUE);
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  gtk_box_append (GTK_BOX (card), self->table);
  self->message = kiosk_label (NULL, "dim-label");
  gtk_box_append (GTK_BOX (self), head);
  gtk_box_append (GTK_BOX (self), self->conclusion);
  figures = kiosk_vbox (15, NULL);
  gtk_box_append (GTK_BOX (figures), self->figures);
  gtk_box_append (GTK_BOX (figures), card);
  self->preview = kiosk_preview_new ();
  self->stack = gtk_stack_new ();
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), figures, "figures");
  gtk_stack_add_named (GTK_STACK (self->stack), self->preview, "pages");
  gtk_box_append (GTK_BOX (self), self->stack);
  gtk_box_append (GTK_BOX (self), self->message);
}

static void
on_reviewer_changed (KioskReviewer *reviewer, KioskPageReport *self)
{
  kiosk_page_renew (GTK_WIDGET (self));
}

GtkWidget *
kiosk_page_report_new (KioskStore *store, KioskReviewer *reviewer)
{
  KioskPageReport *self = g_object_new (KIOSK_TYPE_PAGE_REPORT, NULL);

  self->store = g_object_ref (store);
  self->reviewer = g_object_ref (reviewer);
  kiosk_page_watch (GTK_WIDGET (self), store, refresh);
  g_signal_connect_object (reviewer, "changed", G_CALLBACK (on_reviewer_changed), self, 0);
  return GTK_WIDGET (self);
}
