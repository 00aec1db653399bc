/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "style.h"

#include <adwaita.h>

/* Sheets come from the program's own resource. */

#define RESOURCE "/org/maintenancekiosk/review"

static GtkCssProvider *dark_sheet, *contrast_sheet;

static GtkCssProvider *
load (const char *path)
{
  GtkCssProvider *provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, path);
  return provider;
}

static void
set_sheet (GtkCssProvider *provider, gboolean on, guint priority)
{
  GdkDisplay *display = gdk_display_get_default ();

  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (provider));
  if (on)
    gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), priority);
}

static void
apply (void)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  set_sheet (dark_sheet, adw_style_manager_get_dark (manager),
             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
  set_sheet (contrast_sheet, adw_style_manager_get_high_contrast (manager),
             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 2);
}

static void
on_manager_changed (AdwStyleManager *manager, GParamSpec *pspec, gpointer data)
{
  apply ();
}

void
kiosk_style_init (GdkDisplay *display)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autoptr (GtkCssProvider) sheet = load (RESOURCE "/kiosk.css");
  g_autoptr (GtkCssProvider) own = load (RESOURCE "/review.css");

  g_object_set (gtk_settings_get_for_display (display), "gtk-enable-animations", FALSE,
                "gtk-icon-theme-name", "Adwaita", NULL);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display), RESOURCE "/icons");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (sheet),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (own),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  dark_sheet = load (RESOURCE "/kiosk-dark.css");
  contrast_sheet = load (RESOURCE "/kiosk-contrast.css");
  g_signal_connect (manager, "notify::dark", G_CALLBACK (on_manager_changed), NULL);
  g_signal_connect (manager, "notify::high-contrast", G_CALLBACK (on_manager_changed), NULL);
  apply ();
}

void
kiosk_style_cycle (void)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  adw_style_manager_set_color_scheme (manager, adw_style_manager_get_dark (manager)
                                                   ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                                   : ADW_COLOR_SCHEME_FORCE_DARK);
}

void
kiosk_style_colour (GtkWidget *widget, const char *name, GdkRGBA *colour)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (!gtk_style_context_lookup_color (context, name, colour))
    gtk_style_context_get_color (context, colour);
}
