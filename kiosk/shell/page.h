/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "view.h"

#include <gtk/gtk.h>

/* What all pages have in common. Requests without a secret leave a page as actions of the group
 * "kiosk" (shell.c); secrets are fetched from its fields by the shell after a signal. */
#define KIOSK_TYPE_PAGE_WIDGET (kiosk_page_widget_get_type ())
G_DECLARE_DERIVABLE_TYPE (KioskPageWidget, kiosk_page_widget, KIOSK, PAGE_WIDGET, GtkBox)

struct _KioskPageWidgetClass {
  GtkBoxClass parent_class;
  /* Shows @view; called with every change and once a second while the page is shown. */
  void (*update) (KioskPageWidget *self, const KioskView *view);
  /* The page was just shown and updated: takes the focus. */
  void (*enter) (KioskPageWidget *self);
  /* The page is left: drops what was typed. */
  void (*leave) (KioskPageWidget *self);
  /* A key before the focused widget gets it; TRUE when it was for the page. */
  gboolean (*key) (KioskPageWidget *self, guint keyval, GdkModifierType modifiers);
};

void kiosk_page_widget_update (KioskPageWidget *self, const KioskView *view);
void kiosk_page_widget_enter (KioskPageWidget *self);
void kiosk_page_widget_leave (KioskPageWidget *self);
gboolean kiosk_page_widget_key (KioskPageWidget *self, guint keyval, GdkModifierType modifiers);
