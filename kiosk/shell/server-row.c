/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "server-row.h"

#include "widgets.h"

/* A row shows no address: who needs it is not at this terminal. */

struct _KioskServerRow {
  GtkListBoxRow parent_instance;
  GtkWidget *number, *label, *other, *about, *state, *state_icon, *state_text, *last;
};

G_DEFINE_FINAL_TYPE (KioskServerRow, kiosk_server_row, GTK_TYPE_LIST_BOX_ROW)

static void
kiosk_server_row_class_init (KioskServerRowClass *class)
{
}

static void
kiosk_server_row_init (KioskServerRow *self)
{
  GtkWidget *box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 18, NULL);
  GtkWidget *words = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 5, NULL);
  GtkWidget *names = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, NULL);
  GtkWidget *end = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 5, NULL);

  gtk_widget_add_css_class (GTK_WIDGET (self), "server");
  self->number = kiosk_key_new ("");
  self->label = kiosk_label_new ("server-name");
  self->other = kiosk_label_new ("dim-label small");
  self->about = kiosk_label_new ("small");
  gtk_widget_set_valign (self->other, GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (self->other, 1);
  gtk_box_append (GTK_BOX (names), self->label);
  gtk_box_append (GTK_BOX (names), self->other);
  gtk_box_append (GTK_BOX (words), names);
  gtk_box_append (GTK_BOX (words), self->about);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);

  self->state = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 6, "state");
  self->state_icon = kiosk_icon_new (NULL, 14, NULL);
  self->state_text = kiosk_label_new (NULL);
  gtk_box_append (GTK_BOX (self->state), self->state_icon);
  gtk_box_append (GTK_BOX (self->state), self->state_text);
  gtk_widget_set_halign (self->state, GTK_ALIGN_END);
  self->last = kiosk_label_new ("dim-label small numeric");
  gtk_label_set_xalign (GTK_LABEL (self->last), 1);
  gtk_box_append (GTK_BOX (end), self->state);
  gtk_box_append (GTK_BOX (end), self->last);
  gtk_widget_set_valign (end, GTK_ALIGN_CENTER);

  gtk_box_append (GTK_BOX (box), self->number);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), end);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
}

GtkWidget *
kiosk_server_row_new (void)
{
  return g_object_new (KIOSK_TYPE_SERVER_ROW, NULL);
}

static const struct {
  KioskText text;
  const char *icon;
  const char *class;
} states[] = {
  [KIOSK_SERVER_READY] = { KIOSK_TEXT_READY, "object-select-symbolic", "ok" },
  [KIOSK_SERVER_HOURS] = { KIOSK_TEXT_HOURS, "kiosk-clock-symbolic", "neutral" },
  [KIOSK_SERVER_DOWN] = { KIOSK_TEXT_DOWN, "action-unavailable-symbolic", "err" },
  [KIOSK_SERVER_UNKNOWN] = { KIOSK_TEXT_UNKNOWN, "kiosk-working-symbolic", "neutral" },
};

/* That there is no order counts more than that the server answers; nothing else is told twice. */
static gboolean
lacks_order (const KioskServer *server)
{
  return server->approval == KIOSK_APPROVAL_ORDER && server->order_until == 0
         && (server->state == KIOSK_SERVER_READY || server->state == KIOSK_SERVER_UNKNOWN);
}

static char *
about (const KioskView *view, const KioskServer *server)
{
  if (server->state == KIOSK_SERVER_HOURS && *server->hours != '\0')
    {
      g_autofree char *hours = kiosk_text_hours (view->language, server->hours);

      return kiosk_text_format (view->language, KIOSK_TEXT_OPEN_AT, "hours", hours, NULL);
    }
  if (server->state == KIOSK_SERVER_DOWN && server->down_since != 0)
    {
      g_autofree char *time = kiosk_view_moment (view, server->down_since);

      return kiosk_text_format (view->language, KIOSK_TEXT_DOWN_SINCE, "time", time, NULL);
    }
  return g_strdup (kiosk_view_label (view, &server->purpose));
}

void
kiosk_server_row_update (KioskServerRow *self, const KioskView *view, const KioskServer *server,
                         guint number)
{
  const char *label = kiosk_view_label (view, &server->label);
  const char *other = view->language == KIOSK_LANGUAGE_JA ? server->label.en : server->label.ja;
  gboolean lacks = lacks_order (server);
  const char *state
      = kiosk_view_text (view, lacks ? KIOSK_TEXT_NO_ORDER : states[server->state].text);
  g_autofree char *key = g_strdup_printf ("%u", number);
  g_autofree char *words = about (view, server);
  g_autofree char *last = NULL;
  g_autofree char *spoken = NULL;

  kiosk_label_set (self->number, number <= 9 ? key : " ");
  kiosk_label_set (self->label, label);
  kiosk_label_set (self->other, g_strcmp0 (label, other) == 0 ? "" : other);
  kiosk_label_set (self->about, words);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->state_icon),
                                lacks ? "dialog-warning-symbolic" : states[server->state].icon);
  kiosk_label_set (self->state_text, state);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    gtk_widget_remove_css_class (self->state, states[i].class);
  gtk_widget_remove_css_class (self->state, "warn");
  gtk_widget_add_css_class (self->state, lacks ? "warn" : states[server->state].class);
  if (server->last == 0)
    last = g_strdup (kiosk_view_text (view, KIOSK_TEXT_LAST_NONE));
  else
    {
      g_autofree char *date = kiosk_text_date (view->language, server->last);

      last = kiosk_text_format (view->language, KIOSK_TEXT_LAST, "date", date, NULL);
    }
  kiosk_label_set (self->last, last);
  spoken = kiosk_text_format (view->language, KIOSK_TEXT_ROW_SPOKEN, "n", key, "label", label,
                              "purpose", words, "state", state, NULL);
  kiosk_accessible_name (GTK_WIDGET (self), spoken);
}
