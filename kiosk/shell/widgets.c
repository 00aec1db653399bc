/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "widgets.h"

#include "texts.h"

#include <adwaita.h>

/* Construction of common widgets. No behaviour of their own. */

static void
set_classes (GtkWidget *widget, const char *classes)
{
  g_auto (GStrv) list = g_strsplit (classes != NULL ? classes : "", " ", -1);

  for (char **class = list; *class != NULL; class ++)
    if (**class != '\0')
      gtk_widget_add_css_class (widget, *class);
}

GtkWidget *
kiosk_label_new (const char *classes)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  set_classes (label, classes);
  gtk_widget_set_visible (label, FALSE);
  return label;
}

GtkWidget *
kiosk_paragraph_new (const char *classes)
{
  GtkWidget *label = kiosk_label_new (classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_WORD);
  return label;
}

void
kiosk_label_set (GtkWidget *label, const char *text)
{
  g_autofree char *kept = NULL;

  if (text == NULL)
    text = "";
  gtk_widget_set_visible (label, *text != '\0');
  if (gtk_label_get_wrap (GTK_LABEL (label)))
    text = kept = kiosk_text_keep_end (text);
  if (!g_str_equal (gtk_label_get_text (GTK_LABEL (label)), text))
    gtk_label_set_text (GTK_LABEL (label), text);
}

GtkWidget *
kiosk_icon_new (const char *icon, int size, const char *classes)
{
  GtkWidget *image
      = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                      "icon-name", icon, "pixel-size", size, NULL);

  set_classes (image, classes);
  return image;
}

GtkWidget *
kiosk_circle_new (GtkWidget *icon, const char *classes)
{
  GtkWidget *circle = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 0, classes);

  gtk_widget_add_css_class (circle, "circle");
  gtk_widget_set_hexpand (icon, TRUE);
  gtk_widget_set_hexpand (circle, FALSE); /* expanding ends here: it would be no circle */
  gtk_widget_set_valign (circle, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (circle), icon);
  return circle;
}

GtkWidget *
kiosk_middle_new (GtkWidget *child, int width)
{
  GtkWidget *clamp = adw_clamp_new ();

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), width);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), width);
  adw_clamp_set_child (ADW_CLAMP (clamp), child);
  gtk_widget_set_valign (child, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (clamp, TRUE);
  return clamp;
}

GtkWidget *
kiosk_key_new (const char *key)
{
  GtkWidget *label = gtk_label_new (key);

  gtk_widget_add_css_class (label, "key");
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  return label;
}

GtkWidget *
kiosk_box_new (GtkOrientation orientation, int spacing, const char *classes)
{
  GtkWidget *box = gtk_box_new (orientation, spacing);

  set_classes (box, classes);
  return box;
}

GtkWidget *
kiosk_button_new (const char *icon, const char *key, const char *classes)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 9, NULL);
  GtkWidget *label = gtk_label_new (NULL);

  if (icon != NULL)
    gtk_box_append (GTK_BOX (box), kiosk_icon_new (icon, 16, NULL));
  gtk_box_append (GTK_BOX (box), label);
  if (key != NULL)
    gtk_box_append (GTK_BOX (box), kiosk_key_new (key));
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (button), box);
  g_object_set_data (G_OBJECT (button), "kiosk-label", label);
  set_classes (button, classes);
  return button;
}

void
kiosk_button_set (GtkWidget *button, const char *text)
{
  kiosk_label_set (g_object_get_data (G_OBJECT (button), "kiosk-label"), text);
  kiosk_accessible_name (button, text != NULL ? text : "");
}

void
kiosk_style_toggle (GtkWidget *widget, const char *class, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, class);
  else
    gtk_widget_remove_css_class (widget, class);
}

void
kiosk_accessible_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
