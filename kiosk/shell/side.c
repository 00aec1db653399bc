/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "side.h"

#include "widgets.h"

#include <string.h>

/* Facts about the terminal, and a card. */

struct _KioskSide {
  GtkBox parent_instance;
  GtkWidget *kind, *name;
  GtkWidget *place_name, *place, *image_name, *image, *seal_name, *seal;
  GtkWidget *card, *bulb, *card_title, *card_first, *card_second, *card_line, *card_own, *end;
};

G_DEFINE_FINAL_TYPE (KioskSide, kiosk_side, GTK_TYPE_BOX)

static void
kiosk_side_class_init (KioskSideClass *class)
{
}

static void
add_card (KioskSide *self)
{
  GtkWidget *head = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, NULL);

  self->card = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 6, "card side-card");
  self->bulb = kiosk_icon_new ("kiosk-bulb-symbolic", 16, "accent");
  self->card_title = kiosk_paragraph_new ("bold");
  self->card_first = kiosk_paragraph_new ("small");
  self->card_second = kiosk_paragraph_new ("small");
  self->card_line = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
  self->card_own = kiosk_paragraph_new ("small");
  self->end = kiosk_button_new ("kiosk-leave-symbolic", "F9", "middle");
  gtk_widget_set_halign (self->end, GTK_ALIGN_START);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->end), "kiosk.end");
  gtk_box_append (GTK_BOX (head), self->bulb);
  gtk_box_append (GTK_BOX (head), self->card_title);
  gtk_box_append (GTK_BOX (self->card), head);
  gtk_box_append (GTK_BOX (self->card), self->card_first);
  gtk_box_append (GTK_BOX (self->card), self->card_second);
  gtk_box_append (GTK_BOX (self->card), self->card_line);
  gtk_box_append (GTK_BOX (self->card), self->card_own);
  gtk_box_append (GTK_BOX (self->card), self->end);
  gtk_box_append (GTK_BOX (self), self->card);
}

static void
kiosk_side_init (KioskSide *self)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *space = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, NULL);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "side");
  gtk_widget_set_size_request (GTK_WIDGET (self), 452, -1);
  self->kind = kiosk_paragraph_new ("dim-label");
  self->name = kiosk_label_new ("terminal-name");
  gtk_box_append (GTK_BOX (self), self->kind);
  gtk_box_append (GTK_BOX (self), self->name);

  self->place_name = kiosk_label_new ("dim-label small");
  self->place = kiosk_paragraph_new (NULL);
  self->image_name = kiosk_label_new ("dim-label small");
  self->image = kiosk_paragraph_new ("numeric");
  self->seal_name = kiosk_label_new ("dim-label small");
  self->seal = kiosk_paragraph_new ("numeric small");
  gtk_widget_set_valign (self->place_name, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->place_name, 2);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 9);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_widget_add_css_class (grid, "side-facts");
  gtk_grid_attach (GTK_GRID (grid), self->place_name, 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), self->place, 1, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), self->image_name, 0, 1, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), self->image, 1, 1, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), self->seal_name, 0, 2, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), self->seal, 1, 2, 1, 1);
  gtk_box_append (GTK_BOX (self), grid);

  gtk_widget_set_vexpand (space, TRUE);
  gtk_box_append (GTK_BOX (self), space);
  add_card (self);
}

GtkWidget *
kiosk_side_new (void)
{
  return g_object_new (KIOSK_TYPE_SIDE, NULL);
}

static void
update_facts (KioskSide *self, const KioskView *view)
{
  const KioskTerminal *terminal = view->terminal;
  const char *site = terminal != NULL ? kiosk_view_label (view, &terminal->site) : "";
  const char *location = terminal != NULL ? kiosk_view_label (view, &terminal->location) : "";
  g_autofree char *place = g_strstrip (g_strjoin (" ", site, location, NULL));
  g_autofree char *image = NULL;
  int days = kiosk_view_image_days (view);

  kiosk_label_set (self->kind, kiosk_view_text (view, KIOSK_TEXT_REMOTE_TERMINAL));
  kiosk_label_set (self->name, terminal != NULL ? terminal->id : "");
  kiosk_label_set (self->place_name,
                   *place != '\0' ? kiosk_view_text (view, KIOSK_TEXT_LOCATION) : "");
  kiosk_label_set (self->place, place);
  if (terminal != NULL && *terminal->image_version != '\0')
    {
      g_autofree char *number = g_strdup_printf ("%d", days);

      if (days < 0)
        image = g_strdup (terminal->image_version);
      else
        image = kiosk_text_format (view->language,
                                   days == 0 ? KIOSK_TEXT_UPDATED_TODAY : KIOSK_TEXT_UPDATED_AGO,
                                   "version", terminal->image_version, "days", number, NULL);
    }
  kiosk_label_set (self->image_name, image != NULL ? kiosk_view_text (view, KIOSK_TEXT_IMAGE) : "");
  kiosk_label_set (self->image, image);
}

/* "18,422", in both languages. */
static char *
group_digits (gint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  gsize length = strlen (digits);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append_c (text, ',');
      g_string_append_c (text, digits[i]);
    }
  return g_string_free (text, FALSE);
}

/* A person copies it into a ledger: what was recorded until then cannot be made anew without that showing. */
static void
update_seal (KioskSide *self, const KioskView *view)
{
  const KioskStatus *status = view->status;
  gboolean sealed = status != NULL && *status->seal != '\0' && status->seal_time > 0;
  g_autofree char *value = NULL;

  if (sealed)
    {
      g_autofree char *date = kiosk_text_date (view->language, status->seal_time);
      g_autofree char *number = group_digits (status->seal_sequence);

      value = kiosk_text_format (view->language, KIOSK_TEXT_SEAL_VALUE, "date", date, "number",
                                 number, "code", status->seal, NULL);
    }
  kiosk_label_set (self->seal_name, sealed ? kiosk_view_text (view, KIOSK_TEXT_SEAL) : "");
  kiosk_label_set (self->seal, value);
}

void
kiosk_side_update (KioskSide *self, const KioskView *view)
{
  gboolean locked = view->page == KIOSK_PAGE_LOCKED;
  gboolean may_end = locked && view->status != NULL && view->status->state == KIOSK_STATE_LOCKED;
  const char *own = view->terminal != NULL ? kiosk_view_label (view, &view->terminal->notice) : "";

  update_facts (self, view);
  update_seal (self, view);
  gtk_widget_set_visible (self->bulb, !locked);
  gtk_widget_set_visible (self->end, locked);
  gtk_widget_set_sensitive (self->end, may_end);
  kiosk_label_set (self->card_title,
                   kiosk_view_text (view, locked ? KIOSK_TEXT_FOR_AUDITORS : KIOSK_TEXT_NOTICE));
  kiosk_label_set (self->card_first, kiosk_view_text (view, locked ? KIOSK_TEXT_FOR_AUDITORS_HELP
                                                                   : KIOSK_TEXT_NOTICE_RECORDED));
  kiosk_label_set (self->card_second,
                   locked ? "" : kiosk_view_text (view, KIOSK_TEXT_NOTICE_DEVICES));
  kiosk_label_set (self->card_own, locked ? "" : own);
  gtk_widget_set_visible (self->card_line, !locked && *own != '\0');
  kiosk_button_set (self->end, kiosk_view_text (view, KIOSK_TEXT_END_SESSION));
}
