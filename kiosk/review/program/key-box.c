/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "key-box.h"

#include "key-file.h"
#include "texts.h"
#include "widgets.h"

#include "kiosk/base/error.h"

/* Three fields, and the opening of the key. */

struct _KioskKeyBox {
  GtkBox parent_instance;
  KioskReviewer *reviewer;
  GtkWidget *name, *passphrase, *error;
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (KioskKeyBox, kiosk_key_box, GTK_TYPE_BOX)

enum { CHANGED, OPENED, ACTIVATE, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *
get_text (GtkWidget *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

gboolean
kiosk_key_box_is_complete (KioskKeyBox *self)
{
  return *get_text (self->name) != '\0' && *get_text (self->passphrase) != '\0'
         && kiosk_reviewer_get_key_file (self->reviewer) != NULL && !self->busy;
}

void
kiosk_key_box_say (KioskKeyBox *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->error), text != NULL ? text : "");
  gtk_widget_set_visible (self->error, text != NULL);
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (KioskKeyBox) self = user_data;
  g_autoptr (GError) error = NULL;

  self->busy = FALSE;
  if (kiosk_reviewer_open_finish (KIOSK_REVIEWER (source), result, &error))
    {
      kiosk_key_box_say (self, NULL);
      g_signal_emit (self, signals[OPENED], 0);
    }
  else
    {
      kiosk_key_box_say (self,
                         kiosk_say (g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED)
                                        ? KIOSK_SAY_KEY_WRONG
                                        : KIOSK_SAY_KEY_UNREADABLE));
      gtk_widget_grab_focus (self->passphrase);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

void
kiosk_key_box_open (KioskKeyBox *self)
{
  KioskSecret *passphrase;

  if (!kiosk_key_box_is_complete (self))
    return;
  passphrase = kiosk_secret_new_from (get_text (self->passphrase));
  gtk_editable_set_text (GTK_EDITABLE (self->passphrase), "");
  if (passphrase == NULL) /* longer than any */
    {
      kiosk_key_box_say (self, kiosk_say (KIOSK_SAY_KEY_WRONG));
      return;
    }
  self->busy = TRUE;
  kiosk_reviewer_open (self->reviewer, get_text (self->name), passphrase, on_open_ready,
                       g_object_ref (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

/* ---- Fields ---- */

static void
on_chosen (KioskKeyFile *file, KioskKeyBox *self)
{
  kiosk_reviewer_set_key_file (self->reviewer, kiosk_key_file_get_path (file));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_typed (GtkEditable *editable, KioskKeyBox *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_activate (GtkWidget *entry, KioskKeyBox *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0);
}

/* ---- Object ---- */

static void
kiosk_key_box_dispose (GObject *object)
{
  g_clear_object (&KIOSK_KEY_BOX (object)->reviewer);
  G_OBJECT_CLASS (kiosk_key_box_parent_class)->dispose (object);
}

static void
kiosk_key_box_class_init (KioskKeyBoxClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = kiosk_key_box_dispose;
  signals[CHANGED]
      = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[OPENED]
      = g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATE]
      = g_signal_new ("activate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_key_box_init (KioskKeyBox *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 9);
}

GtkWidget *
kiosk_key_box_new (KioskReviewer *reviewer)
{
  KioskKeyBox *self = g_object_new (KIOSK_TYPE_KEY_BOX, NULL);
  const char *name = kiosk_reviewer_get_name (reviewer);
  GtkWidget *file = kiosk_key_file_new (kiosk_say (KIOSK_SAY_KEY_CHOOSE),
                                        kiosk_reviewer_get_key_file (reviewer));
  GtkWidget *fields = kiosk_hbox (12, NULL);

  self->reviewer = g_object_ref (reviewer);
  self->name = gtk_entry_new ();
  self->passphrase = gtk_password_entry_new ();
  self->error = kiosk_paragraph (NULL, "err-text");
  gtk_editable_set_text (GTK_EDITABLE (self->name), name != NULL ? name : "");
  gtk_widget_set_visible (self->error, FALSE);
  gtk_box_set_homogeneous (GTK_BOX (fields), TRUE);
  gtk_box_append (GTK_BOX (fields), kiosk_text_box (kiosk_say (KIOSK_SAY_SIGNED_BY), self->name));
  gtk_box_append (GTK_BOX (fields), kiosk_text_box (kiosk_say (KIOSK_SAY_KEY_FILE), file));
  gtk_box_append (GTK_BOX (fields),
                  kiosk_text_box (kiosk_say (KIOSK_SAY_PASSPHRASE), self->passphrase));
  gtk_box_append (GTK_BOX (self), fields);
  gtk_box_append (GTK_BOX (self), self->error);
  g_signal_connect (self->name, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect (self->passphrase, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect (self->passphrase, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect (file, "chosen", G_CALLBACK (on_chosen), self);
  return GTK_WIDGET (self);
}
