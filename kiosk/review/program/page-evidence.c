/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "page-evidence.h"

#include "page.h"
#include "proof-words.h"
#include "table.h"
#include "texts.h"
#include "widgets.h"

/* Facts, one row for each log and for each alarm. */

struct _KioskPageEvidence {
  GtkBox parent_instance;
  KioskStore *store;
  GtkWidget *source, *files, *copy, *table, *alarms, *alarm_card, *alarm_note;
};

G_DEFINE_FINAL_TYPE (KioskPageEvidence, kiosk_page_evidence, GTK_TYPE_BOX)

static const KioskTableColumn columns[] = {
  { KIOSK_SAY_TERMINAL, 76, FALSE },  { KIOSK_SAY_COL_LAST, 90, TRUE },
  { KIOSK_SAY_COL_KEY, 160, FALSE },  { KIOSK_SAY_COL_RECEIPT, 0, FALSE },
  { KIOSK_SAY_COL_COPY, 116, FALSE }, { KIOSK_SAY_COL_CODES, 142, FALSE },
  { KIOSK_SAY_RESULT, 112, FALSE },
};
static const KioskTableColumn alarm_columns[] = {
  { KIOSK_SAY_WHEN, 170, FALSE },
  { KIOSK_SAY_TERMINAL, 84, FALSE },
  { KIOSK_SAY_ALARM, 0, FALSE },
  { KIOSK_SAY_STATE, 120, FALSE },
};

static void
add_log (KioskPageEvidence *self, const KioskEvidence *evidence, const KioskIndexLog *log)
{
  const KioskLogEvidence *one = kiosk_evidence_find (evidence, log->id);
  guint64 last = log->report.records > 0 ? log->report.first + log->report.records - 1 : 0;
  g_autofree char *number = kiosk_say_number (last);
  g_autofree char *key = kiosk_say_log_key (one);
  g_autofree char *receipt = kiosk_say_receipt (&one->receipts);
  g_autofree char *copy = kiosk_say_copy (&one->copy, evidence->copy != NULL);
  g_autofree char *codes = kiosk_say_codes (one);
  gboolean agrees
      = one->receipts.finding == KIOSK_WITNESS_AGREES || one->copy.finding == KIOSK_WITNESS_AGREES;
  gboolean bad = kiosk_witness_contradicts (&one->receipts)
                 || kiosk_witness_contradicts (&one->copy) || one->key == KIOSK_LOG_KEY_WRONG
                 || one->codes == KIOSK_CODES_WRONG;
  char *cells[] = { log->host,
                    number,
                    key,
                    receipt,
                    copy,
                    codes,
                    (char *) kiosk_say (bad      ? KIOSK_SAY_CHECK_COLLECTOR_BAD
                                        : agrees ? KIOSK_SAY_CHECK_COLLECTOR_GOOD
                                                 : KIOSK_SAY_CHECK_COLLECTOR_NOT) };

  kiosk_table_add (KIOSK_TABLE (self->table), log->id, bad ? "err-text" : NULL, cells);
}

static void
show_alarms (KioskPageEvidence *self, const KioskEvidence *evidence)
{
  const char *host = kiosk_store_get_host (self->store);
  g_autofree char *n = kiosk_say_number (evidence->unreadable_alarms);
  g_autofree char *bad = kiosk_say_format (KIOSK_SAY_ALARMS_BAD, "n", n, NULL);

  kiosk_table_clear (KIOSK_TABLE (self->alarms));
  for (guint i = evidence->alarms->len; i > 0; i--)
    {
      const KioskStoredAlarm *alarm = evidence->alarms->pdata[i - 1];
      g_autofree char *when = alarm->time != 0 ? kiosk_say_stamp (alarm->time) : g_strdup ("");
      const char *words = kiosk_say_is_japanese () ? alarm->ja : alarm->en;
      char *cells[] = { when, alarm->host, (char *) (*words != '\0' ? words : alarm->kind),
                        (char *) (alarm->lasts ? kiosk_say (KIOSK_SAY_ALARM_LASTS) : "") };

      if (host == NULL || *alarm->host == '\0' || g_str_equal (host, alarm->host))
        kiosk_table_add (KIOSK_TABLE (self->alarms), (gint64) i, alarm->lasts ? "err-text" : NULL,
                         cells);
    }
  gtk_widget_set_visible (self->alarm_card, evidence->alarms->len > 0);
  gtk_label_set_text (GTK_LABEL (self->alarm_note),
                      evidence->unreadable_alarms > 0 ? bad : kiosk_say (KIOSK_SAY_ALARMS_NONE));
  gtk_widget_set_visible (self->alarm_note,
                          evidence->unreadable_alarms > 0 || evidence->alarms->len == 0);
}

/* "A-03: audit-000000000001.log.zst – audit.log"; of many only how many there are, which the line above says. */
static char *
list_files (GPtrArray *logs)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < logs->len && i < 4; i++)
    {
      const KioskIndexLog *log = logs->pdata[i];
      guint n = g_strv_length (log->files);

      g_string_append_printf (text, "%s%s: %s", i > 0 ? "　" : "", log->host,
                              n > 0 ? log->files[0] : "");
      if (n > 1)
        g_string_append_printf (text, " – %s", log->files[n - 1]);
    }
  g_string_append (text, logs->len > 4 ? "　…" : "");
  return g_string_free (text, FALSE);
}

static void
refresh (GtkWidget *page)
{
  KioskPageEvidence *self = KIOSK_PAGE_EVIDENCE (page);
  const KioskEvidence *evidence = kiosk_proofs_get (kiosk_store_get_proofs (self->store));
  GPtrArray *logs = kiosk_store_get_logs (self->store);
  const char *host = kiosk_store_get_host (self->store);
  g_autofree char *source = kiosk_say_source (self->store);
  g_autofree char *files = list_files (logs);
  g_autofree char *path = NULL;
  g_autofree char *copy = NULL;

  gtk_label_set_text (GTK_LABEL (self->source), source);
  gtk_label_set_text (GTK_LABEL (self->files), files);
  kiosk_table_clear (KIOSK_TABLE (self->table));
  if (evidence == NULL)
    return;
  path = g_filename_display_name (evidence->copy != NULL ? evidence->copy : "");
  copy = kiosk_say_format (KIOSK_SAY_COMPARED_WITH, "path", path, NULL);
  gtk_label_set_text (GTK_LABEL (self->copy), copy);
  gtk_widget_set_visible (self->copy, evidence->copy != NULL);
  for (guint i = 0; i < logs->len; i++)
    if (host == NULL || g_str_equal (host, ((const KioskIndexLog *) logs->pdata[i])->host))
      add_log (self, evidence, logs->pdata[i]);
  show_alarms (self, evidence);
}

/* ---- Object ---- */

static void
kiosk_page_evidence_dispose (GObject *object)
{
  g_clear_object (&KIOSK_PAGE_EVIDENCE (object)->store);
  G_OBJECT_CLASS (kiosk_page_evidence_parent_class)->dispose (object);
}

static void
kiosk_page_evidence_class_init (KioskPageEvidenceClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_page_evidence_dispose;
}

static GtkWidget *
add_action (GtkWidget *box, KioskSay word, const char *action)
{
  GtkWidget *button = kiosk_button (NULL, kiosk_say (word), "soft");

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static GtkWidget *
add_card (KioskPageEvidence *self, GtkWidget *table)
{
  GtkWidget *card = kiosk_vbox (0, "card table-card");

  gtk_widget_set_vexpand (table, TRUE);
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  gtk_box_append (GTK_BOX (card), table);
  gtk_box_append (GTK_BOX (self), card);
  return card;
}

static void
kiosk_page_evidence_init (KioskPageEvidence *self)
{
  GtkWidget *actions = kiosk_hbox (12, NULL);
  GtkWidget *opened = kiosk_vbox (3, "card inner");

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "page");
  self->source = kiosk_paragraph (NULL, "bold");
  self->files = kiosk_paragraph (NULL, "dim-label small");
  self->copy = kiosk_paragraph (NULL, "dim-label small");
  gtk_box_append (GTK_BOX (opened), kiosk_label (kiosk_say (KIOSK_SAY_OPENED), "dim-label small"));
  gtk_box_append (GTK_BOX (opened), self->source);
  gtk_box_append (GTK_BOX (opened), self->files);
  gtk_box_append (GTK_BOX (opened), self->copy);
  add_action (actions, KIOSK_SAY_COMPARE_LEDGER, "win.ledger");
  add_action (actions, KIOSK_SAY_COMPARE_COPY, "win.compare");
  add_action (actions, KIOSK_SAY_COMPARE_CODES, "win.codes");
  gtk_box_append (GTK_BOX (self), kiosk_label (kiosk_say (KIOSK_SAY_PAGE_EVIDENCE), "page-title"));
  gtk_box_append (GTK_BOX (self),
                  kiosk_paragraph (kiosk_say (KIOSK_SAY_EVIDENCE_HELP), "dim-label"));
  gtk_box_append (GTK_BOX (self), opened);
  gtk_box_append (GTK_BOX (self), actions);
  self->table
      = kiosk_table_new (columns, G_N_ELEMENTS (columns), kiosk_say (KIOSK_SAY_PAGE_EVIDENCE));
  add_card (self, self->table);
  self->alarm_note = kiosk_paragraph (NULL, "dim-label");
  gtk_box_append (GTK_BOX (self), self->alarm_note);
  self->alarms
      = kiosk_table_new (alarm_columns, G_N_ELEMENTS (alarm_columns), kiosk_say (KIOSK_SAY_ALARM));
  self->alarm_card = add_card (self, self->alarms);
}

GtkWidget *
kiosk_page_evidence_new (KioskStore *store)
{
  KioskPageEvidence *self = g_object_new (KIOSK_TYPE_PAGE_EVIDENCE, NULL);

  self->store = g_object_ref (store);
  kiosk_page_watch (GTK_WIDGET (self), store, refresh);
  return GTK_WIDGET (self);
}
