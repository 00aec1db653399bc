/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "page-open.h"

#include "texts.h"
#include "widgets.h"

#include <adwaita.h>

/* Choosing and waiting. */

struct _KioskPageOpen {
  GtkBox parent_instance;
  KioskStore *store;
  GtkWidget *stack, *bar, *percent, *failure, *folder;
};

G_DEFINE_FINAL_TYPE (KioskPageOpen, kiosk_page_open, GTK_TYPE_BOX)

static void
on_response (GtkNativeDialog *dialog, int response, KioskStore *store)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

      if (path != NULL)
        kiosk_store_open (store, path);
    }
  g_object_unref (dialog);
}

void
kiosk_page_open_ask (GtkWidget *widget, KioskStore *store, gboolean file)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      kiosk_say (file ? KIOSK_SAY_OPEN_FILE : KIOSK_SAY_OPEN_FOLDER),
      GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
      file ? GTK_FILE_CHOOSER_ACTION_OPEN : GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
      kiosk_say (KIOSK_SAY_OPEN_ACCEPT), kiosk_say (KIOSK_SAY_CANCEL));

  g_signal_connect (dialog, "response", G_CALLBACK (on_response), store);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
on_compare_response (GtkNativeDialog *dialog, int response, KioskStore *store)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *copy = file != NULL ? g_file_get_path (file) : NULL;
      g_autofree char *path = g_strdup (kiosk_store_get_path (store));

      kiosk_proofs_set_copy (kiosk_store_get_proofs (store), copy);
      if (path != NULL)
        kiosk_store_open (store, path);
    }
  g_object_unref (dialog);
}

void
kiosk_page_open_compare (GtkWidget *widget, KioskStore *store)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      kiosk_say (KIOSK_SAY_COMPARE_COPY), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
      GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, kiosk_say (KIOSK_SAY_OPEN_ACCEPT),
      kiosk_say (KIOSK_SAY_CANCEL));

  g_signal_connect (dialog, "response", G_CALLBACK (on_compare_response), store);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
on_folder (GtkButton *button, KioskPageOpen *self)
{
  kiosk_page_open_ask (GTK_WIDGET (self), self->store, FALSE);
}

static void
on_file (GtkButton *button, KioskPageOpen *self)
{
  kiosk_page_open_ask (GTK_WIDGET (self), self->store, TRUE);
}

static void
on_cancel (GtkButton *button, KioskPageOpen *self)
{
  kiosk_store_cancel (self->store);
}

static void
on_state (KioskStore *store, KioskPageOpen *self)
{
  KioskStoreState state = kiosk_store_get_state (store);
  double progress = kiosk_store_get_progress (store);
  g_autofree char *n = g_strdup_printf ("%d", (int) (progress * 100));
  g_autofree char *percent = kiosk_say_format (KIOSK_SAY_VERIFYING_PERCENT, "n", n, NULL);
  g_autofree char *shown = g_filename_display_name (
      kiosk_store_get_path (store) != NULL ? kiosk_store_get_path (store) : "");
  g_autofree char *failure = kiosk_say_format (
      kiosk_store_is_untrusted (store) ? KIOSK_SAY_OPEN_UNTRUSTED_HELP : KIOSK_SAY_OPEN_FAILED_HELP,
      "path", shown, NULL);

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    state == KIOSK_STORE_READING ? "reading" : "choose");
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), progress);
  gtk_label_set_text (GTK_LABEL (self->percent), percent);
  gtk_widget_set_visible (self->failure, state == KIOSK_STORE_FAILED);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (self->failure)), failure);
}

/* ---- Building ---- */

static GtkWidget *
build_failure (void)
{
  GtkWidget *failure = kiosk_vbox (3, "message alert");

  gtk_box_append (GTK_BOX (failure),
                  kiosk_label (kiosk_say (KIOSK_SAY_OPEN_FAILED), "message-title"));
  gtk_box_append (GTK_BOX (failure), kiosk_paragraph (NULL, NULL));
  gtk_widget_set_visible (failure, FALSE);
  return failure;
}

static GtkWidget *
build_choose (KioskPageOpen *self)
{
  GtkWidget *column = kiosk_vbox (18, "drop");
  GtkWidget *buttons = kiosk_hbox (12, NULL);
  GtkWidget *safe = kiosk_hbox (9, "dim-label");
  GtkWidget *file
      = kiosk_button ("text-x-generic-symbolic", kiosk_say (KIOSK_SAY_OPEN_FILE), "big");

  self->folder
      = kiosk_button ("folder-symbolic", kiosk_say (KIOSK_SAY_OPEN_FOLDER), "suggested-action big");
  g_signal_connect (self->folder, "clicked", G_CALLBACK (on_folder), self);
  g_signal_connect (file, "clicked", G_CALLBACK (on_file), self);
  gtk_box_append (GTK_BOX (buttons), self->folder);
  gtk_box_append (GTK_BOX (buttons), file);
  gtk_box_append (GTK_BOX (safe), kiosk_icon ("kiosk-shield-symbolic", 16, NULL));
  gtk_box_append (GTK_BOX (safe), kiosk_paragraph (kiosk_say (KIOSK_SAY_OPEN_READ_ONLY), "small"));
  self->failure = build_failure ();
  gtk_box_append (GTK_BOX (column), kiosk_label (kiosk_say (KIOSK_SAY_OPEN_TITLE), "title-1"));
  gtk_box_append (GTK_BOX (column), self->failure);
  gtk_box_append (GTK_BOX (column), kiosk_paragraph (kiosk_say (KIOSK_SAY_OPEN_HELP), NULL));
  gtk_box_append (GTK_BOX (column), buttons);
  gtk_box_append (GTK_BOX (column), safe);
  return column;
}

static GtkWidget *
build_reading (KioskPageOpen *self)
{
  GtkWidget *column = kiosk_vbox (18, "card padded");
  GtkWidget *cancel = kiosk_button (NULL, kiosk_say (KIOSK_SAY_CANCEL), "big");

  self->bar = gtk_progress_bar_new ();
  self->percent = kiosk_label (NULL, "numeric");
  g_signal_connect (cancel, "clicked", G_CALLBACK (on_cancel), self);
  gtk_widget_set_halign (cancel, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (column), kiosk_label (kiosk_say (KIOSK_SAY_VERIFYING), "title-1"));
  gtk_box_append (GTK_BOX (column), kiosk_paragraph (kiosk_say (KIOSK_SAY_VERIFYING_HELP), NULL));
  gtk_box_append (GTK_BOX (column), self->bar);
  gtk_box_append (GTK_BOX (column), self->percent);
  gtk_box_append (GTK_BOX (column), cancel);
  return column;
}

static void
kiosk_page_open_dispose (GObject *object)
{
  g_clear_object (&KIOSK_PAGE_OPEN (object)->store);
  G_OBJECT_CLASS (kiosk_page_open_parent_class)->dispose (object);
}

static void
kiosk_page_open_class_init (KioskPageOpenClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_page_open_dispose;
}

static void
kiosk_page_open_init (KioskPageOpen *self)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->stack = gtk_stack_new ();
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_named (GTK_STACK (self->stack), build_choose (self), "choose");
  gtk_stack_add_named (GTK_STACK (self->stack), build_reading (self), "reading");
  gtk_widget_set_valign (self->stack, GTK_ALIGN_CENTER);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 660);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->stack);
  gtk_widget_set_hexpand (clamp, TRUE);
  gtk_widget_set_vexpand (clamp, TRUE);
  gtk_box_append (GTK_BOX (self), clamp);
}

GtkWidget *
kiosk_page_open_new (KioskStore *store)
{
  KioskPageOpen *self = g_object_new (KIOSK_TYPE_PAGE_OPEN, NULL);

  self->store = g_object_ref (store);
  g_signal_connect_object (store, "state", G_CALLBACK (on_state), self, 0);
  on_state (store, self);
  return GTK_WIDGET (self);
}
