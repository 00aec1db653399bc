/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "page-keyboard.h"

#include "widgets.h"

#include <string.h>

/* Shows how far kioskd says the number has been typed; what was typed is not known here. */

/* Tries of a check (terminal-bus.xml): fewer are left after a wrong digit. */
#define TRIES 3

struct _KioskKeyboardPage {
  KioskPageWidget parent_instance;
  GtkWidget *title, *help;
  GtkWidget *check_title, *left;
  GtkWidget *number, *digits[KIOSK_MAX_CHECK_DIGITS], *note;
  GtkWidget *device_name, *device;
  GtkWidget *not_mine;
};

G_DEFINE_FINAL_TYPE (KioskKeyboardPage, kiosk_keyboard_page, KIOSK_TYPE_PAGE_WIDGET)

static void
update_digits (KioskKeyboardPage *self, const KioskView *view)
{
  const KioskKeyboardCheck *check = &view->status->check;
  guint n = (guint) strlen (check->number);
  g_autoptr (GString) spoken = g_string_new (NULL);
  g_autofree char *name = NULL;

  for (guint i = 0; i < KIOSK_MAX_CHECK_DIGITS; i++)
    {
      char digit[2] = { i < n ? check->number[i] : '\0', '\0' };

      kiosk_label_set (self->digits[i], digit);
      kiosk_style_toggle (self->digits[i], "done", i < check->typed);
      kiosk_style_toggle (self->digits[i], "next", i == check->typed);
      /* In two groups, as one reads it. */
      gtk_widget_set_margin_start (self->digits[i], i == n / 2 && n > 4 ? 26 : 0);
      g_string_append_printf (spoken, "%s%s", i > 0 && i < n ? " " : "", digit);
    }
  name = kiosk_text_format (view->language, KIOSK_TEXT_CHECK_SPOKEN, "number", spoken->str, NULL);
  kiosk_accessible_name (self->number, name);
}

static void
update_note (KioskKeyboardPage *self, const KioskView *view)
{
  const KioskKeyboardCheck *check = &view->status->check;
  gboolean last = check->tries == 1;
  gboolean wrong = check->tries > 0 && check->tries < TRIES && check->typed == 0;
  g_autofree char *typed = g_strdup_printf ("%u", check->typed);
  g_autofree char *all = g_strdup_printf ("%u", (guint) strlen (check->number));
  g_autofree char *note = kiosk_text_format (view->language,
                                             wrong  ? KIOSK_TEXT_CHECK_WRONG
                                             : last ? KIOSK_TEXT_CHECK_LAST
                                                    : KIOSK_TEXT_CHECK_TYPED,
                                             "m", typed, "n", all, NULL);

  kiosk_label_set (self->note, note);
  kiosk_style_toggle (self->note, "dim-label", !wrong);
  kiosk_style_toggle (self->note, "err-text", wrong);
  kiosk_style_toggle (self->note, "bold", wrong);
}

static void
kiosk_keyboard_page_update (KioskPageWidget *page, const KioskView *view)
{
  KioskKeyboardPage *self = KIOSK_KEYBOARD_PAGE (page);
  const KioskKeyboardCheck *check = &view->status->check;
  gint64 left = MAX (0, check->until - view->boottime);
  g_autofree char *seconds
      = g_strdup_printf ("%d", (int) MIN (999, (left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC));
  g_autofree char *time
      = kiosk_text_format (view->language, KIOSK_TEXT_SECONDS_LEFT, "n", seconds, NULL);
  g_autofree char *contact = kiosk_view_contact (view);
  g_autofree char *not_mine
      = kiosk_text_format (view->language, KIOSK_TEXT_NOT_MINE, "contact", contact, NULL);
  const char *kind = kiosk_view_text (view, KIOSK_TEXT_KEYBOARD);
  g_autofree char *claim = kiosk_text_format (view->language, KIOSK_TEXT_DEVICE_CLAIM, "kind", kind,
                                              "name", check->name, NULL);

  kiosk_label_set (self->title, kiosk_view_text (view, KIOSK_TEXT_NEW_KEYBOARD));
  kiosk_label_set (self->help, kiosk_view_text (view, KIOSK_TEXT_NEW_KEYBOARD_HELP));
  kiosk_label_set (self->check_title, kiosk_view_text (view, KIOSK_TEXT_CHECK_TITLE));
  kiosk_label_set (self->left, time);
  update_digits (self, view);
  update_note (self, view);
  kiosk_label_set (self->device_name, kiosk_view_text (view, KIOSK_TEXT_DEVICE));
  kiosk_label_set (self->device, *check->name != '\0' ? claim : kind);
  kiosk_label_set (self->not_mine, not_mine);
}

/* Nothing is typed here: and no key of before may press a button of another page. */
static void
kiosk_keyboard_page_enter (KioskPageWidget *page)
{
  gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (page)), NULL);
}

static void
kiosk_keyboard_page_class_init (KioskKeyboardPageClass *class)
{
  KIOSK_PAGE_WIDGET_CLASS (class)->update = kiosk_keyboard_page_update;
  KIOSK_PAGE_WIDGET_CLASS (class)->enter = kiosk_keyboard_page_enter;
}

/* ---- Layout ---- */

static GtkWidget *
build_head (KioskKeyboardPage *self)
{
  GtkWidget *head = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 24, "form-head");
  GtkWidget *words = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                   "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 6, NULL);

  self->title = kiosk_paragraph_new ("title-1");
  self->help = kiosk_paragraph_new (NULL);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->help);
  gtk_box_append (GTK_BOX (head),
                  kiosk_circle_new (kiosk_icon_new ("input-keyboard-symbolic", 36, NULL), "warn"));
  gtk_box_append (GTK_BOX (head), words);
  return head;
}

static GtkWidget *
build_card (KioskKeyboardPage *self)
{
  GtkWidget *card = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 18, "card padded");
  GtkWidget *top = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, NULL);
  GtkWidget *row = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 18, NULL);

  self->check_title = kiosk_paragraph_new ("lead bold");
  self->left = kiosk_label_new ("state neutral numeric");
  gtk_widget_set_hexpand (self->check_title, TRUE);
  gtk_widget_set_valign (self->left, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (top), self->check_title);
  gtk_box_append (GTK_BOX (top), self->left);

  self->number = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG, "spacing",
                               12, "halign", GTK_ALIGN_CENTER, NULL);
  for (guint i = 0; i < KIOSK_MAX_CHECK_DIGITS; i++)
    {
      self->digits[i] = kiosk_label_new ("digit numeric");
      gtk_label_set_xalign (GTK_LABEL (self->digits[i]), 0.5f);
      gtk_box_append (GTK_BOX (self->number), self->digits[i]);
    }
  self->note = kiosk_paragraph_new ("small numeric");
  gtk_label_set_justify (GTK_LABEL (self->note), GTK_JUSTIFY_CENTER);
  gtk_label_set_xalign (GTK_LABEL (self->note), 0.5f);

  self->device_name = kiosk_label_new ("dim-label small");
  self->device = kiosk_paragraph_new ("numeric");
  gtk_widget_set_valign (self->device_name, GTK_ALIGN_BASELINE);
  gtk_widget_set_valign (self->device, GTK_ALIGN_BASELINE);
  gtk_widget_set_hexpand (self->device, TRUE);
  gtk_box_append (GTK_BOX (row), self->device_name);
  gtk_box_append (GTK_BOX (row), self->device);

  gtk_box_append (GTK_BOX (card), top);
  gtk_box_append (GTK_BOX (card), self->number);
  gtk_box_append (GTK_BOX (card), self->note);
  gtk_box_append (GTK_BOX (card), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (card), row);
  return card;
}

static void
kiosk_keyboard_page_init (KioskKeyboardPage *self)
{
  GtkWidget *column = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, NULL);
  GtkWidget *warning = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 15, "caution");
  GtkWidget *icon = kiosk_icon_new ("dialog-warning-symbolic", 16, NULL);

  self->not_mine = kiosk_paragraph_new ("numeric");
  gtk_widget_set_hexpand (self->not_mine, TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (warning), icon);
  gtk_box_append (GTK_BOX (warning), self->not_mine);
  gtk_box_append (GTK_BOX (column), build_head (self));
  gtk_box_append (GTK_BOX (column), build_card (self));
  gtk_box_append (GTK_BOX (column), warning);
  gtk_box_append (GTK_BOX (self), kiosk_middle_new (column, 720));
}

GtkWidget *
kiosk_keyboard_page_new (void)
{
  return g_object_new (KIOSK_TYPE_KEYBOARD_PAGE, NULL);
}
