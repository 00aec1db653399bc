/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reviewer.h"

/* A note about the record @key (a KioskSheet); with @key 0 only the key is asked for. */
GtkWidget *kiosk_sheet_note_new (KioskStore *store, KioskReviewer *reviewer, gint64 key);
