/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "ledger-box.h"

#include "texts.h"
#include "widgets.h"

#include <string.h>

/* Three choices and a word. The right code is never shown before one was typed: it is to come from the paper. */

struct _KioskLedgerBox {
  GtkBox parent_instance;
  KioskStore *store;
  GPtrArray *hosts; /* KioskIndexLog of the store, which outlive a sheet */
  GArray *seals;    /* KioskDaySeal of the terminal that is chosen, newest first */
  GtkWidget *terminal, *day, *code, *compare, *result;
  gboolean loading;
};

G_DEFINE_FINAL_TYPE (KioskLedgerBox, kiosk_ledger_box, GTK_TYPE_BOX)

static const KioskIndexLog *
get_log (KioskLedgerBox *self)
{
  guint chosen = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->terminal));

  return chosen < self->hosts->len ? self->hosts->pdata[chosen] : NULL;
}

static void
say (KioskLedgerBox *self, const char *text, const char *class)
{
  gtk_label_set_text (GTK_LABEL (self->result), text != NULL ? text : "");
  gtk_widget_set_visible (self->result, text != NULL);
  kiosk_set_class (self->result, "ok-text", g_strcmp0 (class, "ok-text") == 0);
  kiosk_set_class (self->result, "err-text", g_strcmp0 (class, "err-text") == 0);
}

static void
load_days (KioskLedgerBox *self)
{
  const KioskIndexLog *log = get_log (self);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr (GArray) seals = NULL;
  gint64 from, to;

  kiosk_store_get_span (self->store, &from, &to);
  g_array_set_size (self->seals, 0);
  if (log != NULL && kiosk_store_get_index (self->store) != NULL)
    seals = kiosk_ledger_list (kiosk_store_get_index (self->store), log, from, to, zone, NULL);
  for (guint i = seals != NULL ? seals->len : 0; i > 0; i--)
    {
      const KioskDaySeal *seal = &g_array_index (seals, KioskDaySeal, i - 1);
      g_autofree char *date = kiosk_say_stamp (seal->time);

      date[strlen ("2026-11-21")] = '\0';
      gtk_string_list_append (names, date);
      g_array_append_val (self->seals, *seal);
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->day), G_LIST_MODEL (names));
  gtk_widget_set_sensitive (self->day, self->seals->len > 0);
  gtk_widget_set_sensitive (self->code, self->seals->len > 0);
  if (self->seals->len == 0 && log != NULL)
    {
      g_autofree char *text = kiosk_say_format (KIOSK_SAY_LEDGER_NO_DAY, "name", log->host, NULL);

      say (self, text, NULL);
    }
  else
    say (self, NULL, NULL);
}

static void
on_chosen (GtkDropDown *dropdown, GParamSpec *pspec, KioskLedgerBox *self)
{
  if (self->loading)
    return;
  if (GTK_WIDGET (dropdown) == self->terminal)
    load_days (self);
  else
    say (self, NULL, NULL);
}

static void
on_typed (GtkEditable *editable, KioskLedgerBox *self)
{
  gtk_widget_set_sensitive (self->compare,
                            *gtk_editable_get_text (editable) != '\0' && self->seals->len > 0);
}

static void
on_compare (GtkWidget *widget, KioskLedgerBox *self)
{
  const KioskIndexLog *log = get_log (self);
  guint chosen = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->day));
  const char *written = gtk_editable_get_text (GTK_EDITABLE (self->code));
  g_autofree char *date = NULL;
  g_autofree char *n = NULL;
  g_autofree char *text = NULL;
  KioskDaySeal seal;
  gboolean right;

  if (log == NULL || chosen >= self->seals->len || *written == '\0')
    return;
  seal = g_array_index (self->seals, KioskDaySeal, chosen);
  date = kiosk_say_stamp (seal.time);
  date[strlen ("2026-11-21")] = '\0';
  n = kiosk_say_number (seal.sequence);
  right = kiosk_proofs_compare (kiosk_store_get_proofs (self->store), log->host, &seal, written);
  text = kiosk_say_format (right ? KIOSK_SAY_LEDGER_RIGHT : KIOSK_SAY_LEDGER_WRONG, "name",
                           log->host, "date", date, "n", n, NULL);
  say (self, text, right ? "ok-text" : "err-text");
  if (right)
    gtk_editable_set_text (GTK_EDITABLE (self->code), "");
  gtk_widget_grab_focus (self->code);
}

/* ---- Object ---- */

static void
kiosk_ledger_box_dispose (GObject *object)
{
  KioskLedgerBox *self = KIOSK_LEDGER_BOX (object);

  g_clear_object (&self->store);
  g_clear_pointer (&self->hosts, g_ptr_array_unref);
  g_clear_pointer (&self->seals, g_array_unref);
  G_OBJECT_CLASS (kiosk_ledger_box_parent_class)->dispose (object);
}

static void
kiosk_ledger_box_class_init (KioskLedgerBoxClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_ledger_box_dispose;
}

static GtkWidget *
new_choice (KioskLedgerBox *self, KioskSay name)
{
  GtkWidget *choice = gtk_drop_down_new (NULL, NULL);

  kiosk_name (choice, kiosk_say (name));
  gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
  g_signal_connect (choice, "notify::selected", G_CALLBACK (on_chosen), self);
  return choice;
}

static void
kiosk_ledger_box_init (KioskLedgerBox *self)
{
  GtkWidget *fields = kiosk_hbox (12, NULL);
  GtkWidget *code;

  self->hosts = g_ptr_array_new ();
  self->seals = g_array_new (FALSE, FALSE, sizeof (KioskDaySeal));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->terminal = new_choice (self, KIOSK_SAY_TERMINAL);
  self->day = new_choice (self, KIOSK_SAY_LEDGER_DAY);
  self->code = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->code), kiosk_say (KIOSK_SAY_LEDGER_HINT));
  gtk_entry_set_max_length (GTK_ENTRY (self->code), 40);
  kiosk_name (self->code, kiosk_say (KIOSK_SAY_LEDGER_CODE));
  code = kiosk_text_box (kiosk_say (KIOSK_SAY_LEDGER_CODE), self->code);
  gtk_widget_set_hexpand (code, TRUE);
  self->compare = kiosk_button (NULL, kiosk_say (KIOSK_SAY_LEDGER_COMPARE), NULL);
  gtk_widget_set_valign (self->compare, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (self->compare, FALSE);
  g_signal_connect (self->code, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect (self->code, "activate", G_CALLBACK (on_compare), self);
  g_signal_connect (self->compare, "clicked", G_CALLBACK (on_compare), self);
  gtk_box_append (GTK_BOX (fields), self->terminal);
  gtk_box_append (GTK_BOX (fields), self->day);
  gtk_box_append (GTK_BOX (fields), code);
  gtk_box_append (GTK_BOX (fields), self->compare);
  self->result = kiosk_paragraph (NULL, "small");
  gtk_widget_set_visible (self->result, FALSE);
  gtk_box_append (GTK_BOX (self), fields);
  gtk_box_append (GTK_BOX (self), self->result);
}

GtkWidget *
kiosk_ledger_box_new (KioskStore *store)
{
  KioskLedgerBox *self = g_object_new (KIOSK_TYPE_LEDGER_BOX, NULL);
  GPtrArray *logs = kiosk_store_get_logs (store);
  const char *host = kiosk_store_get_host (store);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  self->store = g_object_ref (store);
  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = logs->pdata[i];

      if (host != NULL && !g_str_equal (host, log->host))
        continue;
      g_ptr_array_add (self->hosts, (gpointer) log);
      gtk_string_list_append (names, log->host);
    }
  self->loading = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->terminal), G_LIST_MODEL (names));
  self->loading = FALSE;
  load_days (self);
  return GTK_WIDGET (self);
}
