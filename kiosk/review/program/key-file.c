/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "key-file.h"

#include "texts.h"
#include "widgets.h"

/* The name of the file on the button, and GTK's dialog behind it. */

struct _KioskKeyFile {
  GtkButton parent_instance;
  char *title, *path;
  GtkWidget *name;
};

G_DEFINE_FINAL_TYPE (KioskKeyFile, kiosk_key_file, GTK_TYPE_BUTTON)

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
show (KioskKeyFile *self)
{
  g_autofree char *name = self->path != NULL ? g_path_get_basename (self->path) : NULL;
  g_autofree char *shown = name != NULL ? g_filename_display_name (name) : NULL;

  gtk_label_set_text (GTK_LABEL (self->name),
                      shown != NULL ? shown : kiosk_say (KIOSK_SAY_KEY_CHOOSE));
}

static void
on_response (GtkNativeDialog *dialog, int response, KioskKeyFile *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

      if (path != NULL)
        {
          g_free (self->path);
          self->path = g_steal_pointer (&path);
        }
      show (self);
      g_signal_emit (self, signals[CHOSEN], 0);
    }
  g_object_unref (dialog);
}

static void
kiosk_key_file_clicked (GtkButton *button)
{
  KioskKeyFile *self = KIOSK_KEY_FILE (button);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      self->title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, GTK_FILE_CHOOSER_ACTION_OPEN,
      kiosk_say (KIOSK_SAY_OPEN_ACCEPT), kiosk_say (KIOSK_SAY_CANCEL));

  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
kiosk_key_file_finalize (GObject *object)
{
  KioskKeyFile *self = KIOSK_KEY_FILE (object);

  g_free (self->title);
  g_free (self->path);
  G_OBJECT_CLASS (kiosk_key_file_parent_class)->finalize (object);
}

static void
kiosk_key_file_class_init (KioskKeyFileClass *class)
{
  G_OBJECT_CLASS (class)->finalize = kiosk_key_file_finalize;
  GTK_BUTTON_CLASS (class)->clicked = kiosk_key_file_clicked;
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_key_file_init (KioskKeyFile *self)
{
  self->name = kiosk_label (NULL, NULL);
  gtk_button_set_child (GTK_BUTTON (self), self->name);
  gtk_widget_add_css_class (GTK_WIDGET (self), "flat");
}

GtkWidget *
kiosk_key_file_new (const char *title, const char *path)
{
  KioskKeyFile *self = g_object_new (KIOSK_TYPE_KEY_FILE, NULL);

  self->title = g_strdup (title);
  self->path = g_strdup (path);
  show (self);
  return GTK_WIDGET (self);
}

const char *
kiosk_key_file_get_path (KioskKeyFile *self)
{
  return self->path;
}
