/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "page-form.h"

#include "form-content.h"
#include "side.h"
#include "widgets.h"

#include <adwaita.h>

/* One class for six pages that differ only in their words (form-content.c). */

/* 456 and the padding of both sides. */
#define FORM_WIDTH 504
#define SIDE_WIDTH 452

struct _KioskFormPage {
  KioskPageWidget parent_instance;
  KioskPage kind;
  GtkWidget *side, *form;
  guint asked; /* which question the form shows; another one takes the focus */
};

G_DEFINE_FINAL_TYPE (KioskFormPage, kiosk_form_page, KIOSK_TYPE_PAGE_WIDGET)

enum { SIGNAL_SUBMIT, SIGNAL_BACK, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
on_submit (KioskForm *form, KioskFormPage *self)
{
  g_signal_emit (self, signals[SIGNAL_SUBMIT], 0);
}

static void
on_back (KioskForm *form, KioskFormPage *self)
{
  g_signal_emit (self, signals[SIGNAL_BACK], 0);
}

static void
kiosk_form_page_update (KioskPageWidget *page, const KioskView *view)
{
  KioskFormPage *self = KIOSK_FORM_PAGE (page);
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  KioskFormContent content = { 0 };
  guint asked;

  switch (self->kind)
    {
    case KIOSK_PAGE_LOCKED:
      kiosk_form_content_locked (view, &content, strings);
      break;
    case KIOSK_PAGE_CREDENTIALS:
      kiosk_form_content_credentials (view, &content, strings);
      break;
    case KIOSK_PAGE_APPROVE:
      kiosk_form_content_approve (view, &content, strings);
      break;
    case KIOSK_PAGE_PROVE:
      kiosk_form_content_prove (view, &content, strings);
      break;
    case KIOSK_PAGE_END:
    case KIOSK_PAGE_LOGIN:
    case KIOSK_PAGE_STOPPED:
    case KIOSK_PAGE_WAIT:
    case KIOSK_PAGE_PASSWORD:
    case KIOSK_PAGE_SERVERS:
    case KIOSK_PAGE_CONNECTING:
    case KIOSK_PAGE_SESSION:
    case KIOSK_PAGE_NOTICE:
    case KIOSK_PAGE_KEYBOARD:
    case KIOSK_N_PAGES:
    default:
      kiosk_form_content_login (view, &content, strings);
      break;
    }
  kiosk_side_update (KIOSK_SIDE (self->side), view);
  kiosk_form_update (KIOSK_FORM (self->form), &content);

  /* A new question: what was typed for the last one must not answer it. */
  asked = (content.busy ? 1 : 0) | (content.text_name != NULL ? 2 : 0)
          | (content.secret_name != NULL ? 4 : 0)
          | kiosk_dialogue_get_n_answered (view->dialogue) << 3
          | (guint) kiosk_dialogue_is_running (view->dialogue) << 16 | (guint) content.alert << 17;
  if (asked != self->asked)
    {
      self->asked = asked;
      if (!content.busy && self->kind != KIOSK_PAGE_CREDENTIALS)
        kiosk_form_reset (KIOSK_FORM (self->form));
      else
        kiosk_form_focus (KIOSK_FORM (self->form));
    }
}

static void
kiosk_form_page_enter (KioskPageWidget *page)
{
  kiosk_form_focus (KIOSK_FORM (KIOSK_FORM_PAGE (page)->form));
}

static void
kiosk_form_page_leave (KioskPageWidget *page)
{
  KioskFormPage *self = KIOSK_FORM_PAGE (page);

  kiosk_field_clear (kiosk_form_get_text (KIOSK_FORM (self->form)));
  kiosk_field_clear (kiosk_form_get_secret (KIOSK_FORM (self->form)));
  self->asked = 0;
}

static gboolean
kiosk_form_page_key (KioskPageWidget *page, guint keyval, GdkModifierType modifiers)
{
  KioskFormPage *self = KIOSK_FORM_PAGE (page);

  if (keyval == GDK_KEY_Escape && modifiers == 0)
    {
      g_signal_emit (self, signals[SIGNAL_BACK], 0);
      return TRUE;
    }
  if (keyval == GDK_KEY_F9 && modifiers == 0 && self->kind == KIOSK_PAGE_LOCKED)
    return gtk_widget_activate_action (GTK_WIDGET (self), "kiosk.end", NULL);
  return FALSE;
}

static void
kiosk_form_page_class_init (KioskFormPageClass *class)
{
  KioskPageWidgetClass *page_class = KIOSK_PAGE_WIDGET_CLASS (class);

  page_class->update = kiosk_form_page_update;
  page_class->enter = kiosk_form_page_enter;
  page_class->leave = kiosk_form_page_leave;
  page_class->key = kiosk_form_page_key;
  signals[SIGNAL_SUBMIT] = g_signal_new ("submit", KIOSK_TYPE_FORM_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_BACK] = g_signal_new ("back", KIOSK_TYPE_FORM_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_form_page_init (KioskFormPage *self)
{
  GtkWidget *side = adw_clamp_new ();

  self->side = kiosk_side_new ();
  self->form = kiosk_form_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (side), SIDE_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (side), SIDE_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (side), self->side);
  gtk_widget_set_hexpand (side, FALSE);
  gtk_box_append (GTK_BOX (self), side);
  gtk_box_append (GTK_BOX (self), kiosk_middle_new (self->form, FORM_WIDTH));
  g_signal_connect (self->form, "submit", G_CALLBACK (on_submit), self);
  g_signal_connect (self->form, "back", G_CALLBACK (on_back), self);
}

GtkWidget *
kiosk_form_page_new (KioskPage kind)
{
  KioskFormPage *self = g_object_new (KIOSK_TYPE_FORM_PAGE, NULL);

  self->kind = kind;
  if (kind == KIOSK_PAGE_CREDENTIALS)
    kiosk_field_set_max_length (kiosk_form_get_text (KIOSK_FORM (self->form)), 127);
  return GTK_WIDGET (self);
}

KioskPage
kiosk_form_page_get_kind (KioskFormPage *self)
{
  return self->kind;
}

KioskForm *
kiosk_form_page_get_form (KioskFormPage *self)
{
  return KIOSK_FORM (self->form);
}
