/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "widgets.h"

/* Construction of common widgets. No behaviour of their own. */

void
kiosk_classes (GtkWidget *widget, const char *classes)
{
  g_auto (GStrv) list = g_strsplit (classes != NULL ? classes : "", " ", -1);

  for (char **class = list; *class != NULL; class ++)
    if (**class != '\0')
      gtk_widget_add_css_class (widget, *class);
}

void
kiosk_set_class (GtkWidget *widget, const char *class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, class);
  else
    gtk_widget_remove_css_class (widget, class);
}

void
kiosk_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

GtkWidget *
kiosk_label (const char *text, const char *classes)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  kiosk_classes (label, classes);
  return label;
}

GtkWidget *
kiosk_paragraph (const char *text, const char *classes)
{
  GtkWidget *label = kiosk_label (text, classes);
  PangoAttrList *attributes = pango_attr_list_new ();

  /* A hyphen that does not stand in a record must not stand on the screen either. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
  pango_attr_list_unref (attributes);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_WORD);
  /* What it asks for at least is counted at its narrowest. */
  gtk_label_set_width_chars (GTK_LABEL (label), 14);
  return label;
}

GtkWidget *
kiosk_icon (const char *icon, int size, const char *classes)
{
  GtkWidget *image
      = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                      "icon-name", icon, "pixel-size", size, NULL);

  kiosk_classes (image, classes);
  return image;
}

GtkWidget *
kiosk_hbox (int spacing, const char *classes)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, spacing);

  kiosk_classes (box, classes);
  return box;
}

GtkWidget *
kiosk_vbox (int spacing, const char *classes)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, spacing);

  kiosk_classes (box, classes);
  return box;
}

GtkWidget *
kiosk_button (const char *icon, const char *text, const char *classes)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = kiosk_hbox (9, NULL);

  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  if (icon != NULL)
    gtk_box_append (GTK_BOX (box), kiosk_icon (icon, 16, NULL));
  if (text != NULL)
    {
      gtk_box_append (GTK_BOX (box), gtk_label_new (text));
      kiosk_name (button, text);
    }
  gtk_button_set_child (GTK_BUTTON (button), box);
  kiosk_classes (button, classes);
  return button;
}

GtkWidget *
kiosk_key (const char *key)
{
  GtkWidget *label = gtk_label_new (key);

  gtk_widget_add_css_class (label, "key");
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  return label;
}

GtkWidget *
kiosk_scrolled (GtkWidget *child)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), child);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_widget_set_hexpand (scrolled, TRUE);
  return scrolled;
}

GtkWidget *
kiosk_text_box (const char *name, GtkWidget *child)
{
  GtkWidget *box = kiosk_vbox (3, "text-box");

  gtk_box_append (GTK_BOX (box), kiosk_label (name, "field-name"));
  gtk_box_append (GTK_BOX (box), child);
  kiosk_name (child, name);
  return box;
}

void
kiosk_clear_box (GtkWidget *box)
{
  for (GtkWidget *child; (child = gtk_widget_get_first_child (box)) != NULL;)
    gtk_box_remove (GTK_BOX (box), child);
}

void
kiosk_focus_next (GtkWidget *focus, GtkWidget *const *areas, guint n)
{
  guint at = 0;

  for (guint i = 0; i < n; i++)
    if (focus != NULL && (focus == areas[i] || gtk_widget_is_ancestor (focus, areas[i])))
      at = i + 1;
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *next = areas[(at + i) % n];

      if (gtk_widget_get_focusable (next) ? gtk_widget_grab_focus (next)
                                          : gtk_widget_child_focus (next, GTK_DIR_TAB_FORWARD))
        return;
    }
}
