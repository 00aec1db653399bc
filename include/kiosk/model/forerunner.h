/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* The note with which a new log learns of the one that was set aside before it ("Forerunner" in kiosk/docs/AUDIT-FORMAT.md). `kioskctl log set-aside`
 * writes it, the next start of kioskd reads it. Pure. Any thread. */

#define KIOSK_FORERUNNER_NAME "forerunner.json"

/* Longest file in bytes, line feed included. */
#define KIOSK_FORERUNNER_MAX 2048

/* Longest texts in characters; with them and the rest a record's message is not cut. */
#define KIOSK_FORERUNNER_BY_MAX 64
#define KIOSK_FORERUNNER_REASON_MAX 200

typedef struct {
  KioskAuditChain last; /* last record of the old log that could be read; all zero: none could */
  char *by;             /* who set it aside; "" when nobody was named */
  char *reason;         /* why; not empty */
} KioskForerunner;

void kiosk_forerunner_clear (KioskForerunner *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskForerunner, kiosk_forerunner_clear)

/* The file's bytes, owned by the caller; texts are cleaned and cut. */
char *kiosk_forerunner_print (const KioskForerunner *self);

/* Takes the file apart into @self, to be cleared. FALSE with @error (KIOSK_ERROR_INVALID), *@self undefined, unless it is, byte for byte, what
 * kiosk_forerunner_print() makes. */
gboolean kiosk_forerunner_parse (const char *bytes, gsize length, KioskForerunner *self,
                                 GError **error);

/* For people, in a record: what the old log was and who set it aside why. Owned by the caller. */
char *kiosk_forerunner_describe (const KioskForerunner *self);
