/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "field.h"
#include "texts.h"

/* The column in the middle of log-in, prompt, credentials, lock and end pages: title, message, what
 * is known already, at most two fields, buttons, a note. It is told its whole content at once.
 *
 * Signals:
 *   "submit" ()  Enter in the last field, or the button; no shown field is empty
 *   "back"   ()  the second button */
#define KIOSK_TYPE_FORM (kiosk_form_get_type ())
G_DECLARE_FINAL_TYPE (KioskForm, kiosk_form, KIOSK, FORM, GtkBox)

#define KIOSK_FORM_MAX_ROWS 6

typedef struct {
  gboolean tick;
  const char *name, *value, *trail;
  gboolean strong;
} KioskFormRow;

/* All strings may be NULL for nothing; they are read during kiosk_form_update() only. */
typedef struct {
  const char *icon; /* in a circle beside the title */
  const char *title, *subtitle;
  gboolean alert; /* the message is a failure, not an information */
  const char *message_title, *message, *message_more;
  guint n_rows;
  KioskFormRow rows[KIOSK_FORM_MAX_ROWS];
  const char *text_name;   /* shown when set */
  const char *secret_name; /* shown when set */
  gboolean code;           /* the text field is for digits */
  const char *caps;
  gboolean hint; /* Enter */
  const char *hint_text;
  const char *back; /* Esc */
  const char *primary;
  gboolean busy; /* nothing can be typed now */
  const char *footer_title, *footer;
} KioskFormContent;

GtkWidget *kiosk_form_new (void);
void kiosk_form_update (KioskForm *self, const KioskFormContent *content);

KioskField *kiosk_form_get_text (KioskForm *self);
KioskField *kiosk_form_get_secret (KioskForm *self);

/* Empties both fields and puts the focus on the first one that is shown and empty. */
void kiosk_form_reset (KioskForm *self);
void kiosk_form_focus (KioskForm *self);
