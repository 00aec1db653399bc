/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Stored lines looked up by their number, in a folder of a log. What is asked for in ascending order is found without reading anything
 * twice: so come the lines of a terminal that sends its file again. One thread. */
typedef struct _KioskCollectOld KioskCollectOld;

KioskCollectOld *kiosk_collect_old_new (const char *folder);
void kiosk_collect_old_free (KioskCollectOld *self);

/* The line with this number, valid until the next call; NULL when it is not there. */
const GString *kiosk_collect_old_find (KioskCollectOld *self, guint64 sequence);

/* The files were renamed. */
void kiosk_collect_old_forget (KioskCollectOld *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCollectOld, kiosk_collect_old_free)
