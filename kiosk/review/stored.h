/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "index-private.h"

/* The stored lines of one log in an index, one after the other. */
typedef struct _KioskStored KioskStored;

/* From @place on. */
KioskStored *kiosk_stored_new (KioskDb *db, gint64 log, gint64 place);
void kiosk_stored_free (KioskStored *self);

/* Whether the next one is @line, byte for byte: 1; 0: it is another one, or there is none; -1: @error. */
int kiosk_stored_follow (KioskStored *self, const char *line, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskStored, kiosk_stored_free)
