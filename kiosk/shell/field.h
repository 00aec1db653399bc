/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/secret.h"

#include <gtk/gtk.h>

/* One line to type in, with its name above it inside the frame. A secret field shows dots and keeps
 * its text in GTK's locked buffer. There is no context menu, clipboard, emoji chooser, drag or drop,
 * undo or peek icon.
 *
 * Signals: "activate" (Enter), "changed". */
#define KIOSK_TYPE_FIELD (kiosk_field_get_type ())
G_DECLARE_FINAL_TYPE (KioskField, kiosk_field, KIOSK, FIELD, GtkBox)

GtkWidget *kiosk_field_new (gboolean secret);

void kiosk_field_set_name (KioskField *self, const char *name);
/* Shown at the right while Caps Lock is on; secret fields only. */
void kiosk_field_set_caps_text (KioskField *self, const char *text);
/* Large digits, for codes. */
void kiosk_field_set_code (KioskField *self, gboolean code);
/* In characters. */
void kiosk_field_set_max_length (KioskField *self, int max);

gboolean kiosk_field_is_empty (KioskField *self);
void kiosk_field_clear (KioskField *self);

/* Of a field that is not secret. */
const char *kiosk_field_get_text (KioskField *self);
void kiosk_field_set_text (KioskField *self, const char *text);

/* The text of a field where it is: owned by it, valid until it changes, and not to be copied but into a secret. */
const char *kiosk_field_peek (KioskField *self);

/* Moves the text into a new secret and empties the field; for both kinds. NULL, field emptied, when
 * it is too long. */
KioskSecret *kiosk_field_take (KioskField *self);
