/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "page.h"

/* Dispatch to the pages; nothing else. */

G_DEFINE_ABSTRACT_TYPE (KioskPageWidget, kiosk_page_widget, GTK_TYPE_BOX)

static void
kiosk_page_widget_class_init (KioskPageWidgetClass *class)
{
}

static void
kiosk_page_widget_init (KioskPageWidget *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "page");
}

void
kiosk_page_widget_update (KioskPageWidget *self, const KioskView *view)
{
  KIOSK_PAGE_WIDGET_GET_CLASS (self)->update (self, view);
}

void
kiosk_page_widget_enter (KioskPageWidget *self)
{
  if (KIOSK_PAGE_WIDGET_GET_CLASS (self)->enter != NULL)
    KIOSK_PAGE_WIDGET_GET_CLASS (self)->enter (self);
}

void
kiosk_page_widget_leave (KioskPageWidget *self)
{
  if (KIOSK_PAGE_WIDGET_GET_CLASS (self)->leave != NULL)
    KIOSK_PAGE_WIDGET_GET_CLASS (self)->leave (self);
}

gboolean
kiosk_page_widget_key (KioskPageWidget *self, guint keyval, GdkModifierType modifiers)
{
  return KIOSK_PAGE_WIDGET_GET_CLASS (self)->key != NULL
         && KIOSK_PAGE_WIDGET_GET_CLASS (self)->key (self, keyval, modifiers);
}
