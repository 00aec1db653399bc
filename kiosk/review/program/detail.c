/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "detail.h"

#include "detail-fields.h"
#include "texts.h"
#include "widgets.h"

/* The panel. What is stored is asked of the index when it is shown. */

struct _KioskDetail {
  GtkBox parent_instance;
  KioskStore *store;
  gint64 key;
  GtkWidget *stack, *circle, *icon, *title, *number, *grid, *proofs, *raw, *buttons;
};

G_DEFINE_FINAL_TYPE (KioskDetail, kiosk_detail, GTK_TYPE_BOX)

enum { NOTE, CONTEXT, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
add_field (KioskDetail *self, int *row, const char *name, const char *value, const char *classes)
{
  GtkWidget *key, *text;

  if (value == NULL || *value == '\0')
    return;
  key = kiosk_label (name, "field-key");
  text = kiosk_paragraph (value, classes);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_set_can_focus (text, FALSE); /* it can be marked with the pointer; the keys walk on */
  gtk_widget_set_valign (key, GTK_ALIGN_START);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (key), 16);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 20);
  gtk_grid_attach (GTK_GRID (self->grid), key, 0, *row, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), text, 1, *row, 1, 1);
  (*row)++;
}

static void
add_proof (KioskDetail *self, gboolean good, const char *text)
{
  GtkWidget *line = kiosk_hbox (12, NULL);

  gtk_box_append (
      GTK_BOX (line),
      kiosk_icon (good ? "object-select-symbolic" : "dialog-warning-symbolic", 15, NULL));
  gtk_box_append (GTK_BOX (line), kiosk_paragraph (text, NULL));
  gtk_box_append (GTK_BOX (self->proofs), line);
}

static void
show_proofs (KioskDetail *self, const KioskIndexRecord *record)
{
  const KioskIndexLog *log = kiosk_store_find_log (self->store, record->log);

  kiosk_clear_box (self->proofs);
  kiosk_set_class (self->proofs, "ok", record->good);
  kiosk_set_class (self->proofs, "err", !record->good);
  if (!record->good)
    {
      add_proof (self, FALSE, kiosk_say (KIOSK_SAY_NOT_PROVED));
      return;
    }
  add_proof (self, TRUE, kiosk_say (KIOSK_SAY_LINKED));
  if (log != NULL && record->sequence <= log->report.sealed)
    add_proof (self, TRUE, kiosk_say (KIOSK_SAY_COVERED));
  else
    add_proof (self, FALSE, kiosk_say (KIOSK_SAY_NOT_COVERED));
}

static void
show_fields (KioskDetail *self, const KioskIndexRecord *record, GBytes *line)
{
  g_autofree char *when = kiosk_say_stamp (record->time);
  g_autofree char *where = g_strdup_printf ("%s　%s", record->host, record->site);
  g_autofree char *person = kiosk_say_person (record->person, record->person_name);
  g_autofree char *who = *record->person_name != '\0'
                             ? g_strdup_printf (kiosk_say_is_japanese () ? "%s（%s）" : "%s (%s)",
                                                person, record->person)
                             : g_strdup (person);
  g_autofree char *what = kiosk_record_describe_action (record);
  g_autofree char *outcome = kiosk_record_describe_outcome (record);
  GtkWidget *child;
  int row = 0;
  gsize length = 0;
  const char *bytes = line != NULL ? g_bytes_get_data (line, &length) : NULL;

  while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_grid_remove (GTK_GRID (self->grid), child);
  add_field (self, &row, kiosk_say (KIOSK_SAY_WHEN), when, "numeric");
  add_field (self, &row, kiosk_say (KIOSK_SAY_WHERE), where, NULL);
  add_field (self, &row, kiosk_say (KIOSK_SAY_WHO), who, NULL);
  add_field (self, &row, kiosk_say (KIOSK_SAY_WHAT), what, NULL);
  add_field (self, &row, kiosk_say (KIOSK_SAY_OUTCOME), outcome,
             record->trouble ? "err-text bold" : NULL);
  if (bytes != NULL)
    {
      g_autoptr (GPtrArray) fields = kiosk_detail_fields (bytes, length);

      for (guint i = 0; i < fields->len; i++)
        {
          const KioskDetailField *field = fields->pdata[i];

          add_field (self, &row, field->name, field->value, NULL);
        }
    }
}

static void
show_raw (KioskDetail *self, GBytes *line)
{
  gsize length = 0;
  const char *bytes = line != NULL ? g_bytes_get_data (line, &length) : NULL;
  g_autofree char *text = g_strndup (bytes != NULL ? bytes : "", length);
  g_autofree char *clean = kiosk_text_clean (text, KIOSK_AUDIT_LINE_MAX);

  gtk_label_set_text (GTK_LABEL (self->raw), clean);
}

void
kiosk_detail_show (KioskDetail *self, KioskRow *row)
{
  const KioskIndexRecord *record = row != NULL ? kiosk_row_get_record (row) : NULL;
  KioskIndex *index = kiosk_store_get_index (self->store);
  g_autoptr (KioskIndexRecord) stored = NULL;
  g_autoptr (GBytes) line = NULL;
  g_autofree char *title = NULL;
  g_autofree char *number = NULL;
  g_autofree char *number_text = NULL;
  const char *colour;

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), record != NULL ? "record" : "none");
  gtk_widget_set_visible (self->buttons, record != NULL);
  self->key = record != NULL ? record->key : 0;
  if (record == NULL || index == NULL)
    return;
  stored = kiosk_index_get_record (index, record->key, &line, NULL);
  title = kiosk_say_action (record->action);
  number = kiosk_say_number (record->sequence);
  number_text = kiosk_say_format (KIOSK_SAY_RECORD_N, "n", number, NULL);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->number), number_text);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), kiosk_record_get_icon (record, &colour));
  kiosk_set_class (self->circle, "err", g_str_equal (colour, "err-text"));
  kiosk_set_class (self->circle, "warn", g_str_equal (colour, "warn-text"));
  show_fields (self, record, line);
  show_proofs (self, record);
  show_raw (self, line);
}

/* ---- Building ---- */

static GtkWidget *
build_head (KioskDetail *self)
{
  GtkWidget *head = kiosk_hbox (12, NULL);
  GtkWidget *words = kiosk_vbox (2, NULL);

  self->circle = kiosk_hbox (0, "circle");
  self->icon = kiosk_icon (NULL, 22, NULL);
  gtk_widget_set_hexpand (self->icon, TRUE);
  gtk_widget_set_hexpand (self->circle, FALSE);
  gtk_widget_set_valign (self->circle, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->circle), self->icon);
  self->title = kiosk_paragraph (NULL, "detail-title");
  self->number = kiosk_label (NULL, "dim-label small");
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->number);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), self->circle);
  gtk_box_append (GTK_BOX (head), words);
  return head;
}

static GtkWidget *
build_raw (KioskDetail *self)
{
  GtkWidget *expander = gtk_expander_new (kiosk_say (KIOSK_SAY_RAW));

  self->raw = kiosk_paragraph (NULL, "raw");
  gtk_label_set_wrap_mode (GTK_LABEL (self->raw), PANGO_WRAP_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->raw), TRUE);
  gtk_widget_set_can_focus (self->raw, FALSE);
  gtk_widget_set_margin_top (self->raw, 6);
  gtk_expander_set_child (GTK_EXPANDER (expander), self->raw);
  gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
  return expander;
}

static void
on_note (GtkButton *button, KioskDetail *self)
{
  g_signal_emit (self, signals[NOTE], 0, self->key);
}

static void
on_context (GtkButton *button, KioskDetail *self)
{
  g_signal_emit (self, signals[CONTEXT], 0, self->key);
}

static GtkWidget *
build_buttons (KioskDetail *self)
{
  GtkWidget *buttons = kiosk_hbox (12, "detail-buttons");
  GtkWidget *note = kiosk_button (NULL, kiosk_say (KIOSK_SAY_ADD_NOTE), "soft");
  GtkWidget *context = kiosk_button (NULL, kiosk_say (KIOSK_SAY_CONTEXT), "soft");

  g_signal_connect (note, "clicked", G_CALLBACK (on_note), self);
  g_signal_connect (context, "clicked", G_CALLBACK (on_context), self);
  gtk_box_append (GTK_BOX (buttons), note);
  gtk_box_append (GTK_BOX (buttons), context);
  return buttons;
}

static void
kiosk_detail_dispose (GObject *object)
{
  g_clear_object (&KIOSK_DETAIL (object)->store);
  G_OBJECT_CLASS (kiosk_detail_parent_class)->dispose (object);
}

static void
kiosk_detail_class_init (KioskDetailClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = kiosk_detail_dispose;
  signals[NOTE] = g_signal_new ("note", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_INT64);
  signals[CONTEXT] = g_signal_new ("context", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
kiosk_detail_init (KioskDetail *self)
{
  GtkWidget *body = kiosk_vbox (15, "detail-body");
  GtkWidget *none = kiosk_paragraph (kiosk_say (KIOSK_SAY_SELECT_RECORD), "nothing");

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "detail");
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 15);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 9);
  self->proofs = kiosk_vbox (6, "proof");
  gtk_box_append (GTK_BOX (body), build_head (self));
  gtk_box_append (GTK_BOX (body), self->grid);
  gtk_box_append (GTK_BOX (body), self->proofs);
  gtk_box_append (GTK_BOX (body), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (body), build_raw (self));
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_label_set_justify (GTK_LABEL (none), GTK_JUSTIFY_CENTER);
  gtk_label_set_xalign (GTK_LABEL (none), 0.5);
  gtk_label_set_max_width_chars (GTK_LABEL (none), 20);
  gtk_stack_add_named (GTK_STACK (self->stack), none, "none");
  gtk_stack_add_named (GTK_STACK (self->stack), kiosk_scrolled (body), "record");
  gtk_label_set_max_width_chars (GTK_LABEL (self->raw), 30);
  gtk_box_append (GTK_BOX (self), self->stack);
  self->buttons = build_buttons (self);
  gtk_box_append (GTK_BOX (self), self->buttons);
}

GtkWidget *
kiosk_detail_new (KioskStore *store)
{
  KioskDetail *self = g_object_new (KIOSK_TYPE_DETAIL, NULL);

  self->store = g_object_ref (store);
  kiosk_detail_show (self, NULL);
  return GTK_WIDGET (self);
}
