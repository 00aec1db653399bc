/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "style.h"

#include <adwaita.h>

/* Sheets come from the program's own resource. The bar's colours are the same in all of them. */

#define RESOURCE "/org/maintenancekiosk/shell"

typedef enum { LIGHT, DARK, CONTRAST, N_LOOKS } Look;

static Look look;
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
  set_sheet (contrast_sheet, look == CONTRAST || adw_style_manager_get_high_contrast (manager),
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

  g_object_set (gtk_settings_get_for_display (display), "gtk-enable-animations", FALSE,
                "gtk-enable-primary-paste", FALSE, "gtk-entry-select-on-focus", FALSE,
                "gtk-cursor-blink", FALSE, "gtk-enable-event-sounds", FALSE,
                "gtk-dialogs-use-header", FALSE, "gtk-icon-theme-name", "Adwaita", NULL);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display), RESOURCE "/icons");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (sheet),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  dark_sheet = load (RESOURCE "/kiosk-dark.css");
  contrast_sheet = load (RESOURCE "/kiosk-contrast.css");
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
  g_signal_connect (manager, "notify::dark", G_CALLBACK (on_manager_changed), NULL);
  g_signal_connect (manager, "notify::high-contrast", G_CALLBACK (on_manager_changed), NULL);
  apply ();
}

void
kiosk_style_cycle (void)
{
  look = (look + 1) % N_LOOKS;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      look == DARK ? ADW_COLOR_SCHEME_FORCE_DARK
                                                   : ADW_COLOR_SCHEME_FORCE_LIGHT);
  apply ();
}
