/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "overhang.h"

/* Measured as nothing, allocated as what it is. */

struct _KioskOverhang {
  GtkWidget parent_instance;
  GtkWidget *child;
};

G_DEFINE_FINAL_TYPE (KioskOverhang, kiosk_overhang, GTK_TYPE_WIDGET)

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
         int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    gtk_widget_measure (KIOSK_OVERHANG (widget)->child, orientation, -1, minimum, natural, NULL,
                        NULL);
}

static void
allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *child = KIOSK_OVERHANG (widget)->child;
  int least, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
  gtk_widget_allocate (child, MAX (width, natural), height, -1, NULL);
}

static void
kiosk_overhang_dispose (GObject *object)
{
  g_clear_pointer (&KIOSK_OVERHANG (object)->child, gtk_widget_unparent);
  G_OBJECT_CLASS (kiosk_overhang_parent_class)->dispose (object);
}

static void
kiosk_overhang_class_init (KioskOverhangClass *class)
{
  GTK_WIDGET_CLASS (class)->measure = measure;
  GTK_WIDGET_CLASS (class)->size_allocate = allocate;
  G_OBJECT_CLASS (class)->dispose = kiosk_overhang_dispose;
}

static void
kiosk_overhang_init (KioskOverhang *self)
{
}

GtkWidget *
kiosk_overhang_new (GtkWidget *child)
{
  KioskOverhang *self = g_object_new (KIOSK_TYPE_OVERHANG, NULL);

  self->child = child;
  gtk_widget_set_parent (child, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
