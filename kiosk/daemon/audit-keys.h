/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

#include <glib.h>

/* The secrets with which the log goes on, in the two slots of the folder "keys" ("Key state" in kiosk/docs/AUDIT-FORMAT.md): the newer whole
 * one counts, the other is written next, so a power cut in the middle of a write leaves the one before.
 * In memory they lie on locked pages that are left out of core dumps (sodium_malloc(3)), and are wiped when they go. Main thread only. */
typedef struct _KioskAuditKeyring KioskAuditKeyring;

/* The slots' folder in the folder of the log. */
#define KIOSK_AUDIT_KEYS_FOLDER "keys"

typedef enum {
  KIOSK_AUDIT_KEYS_ABSENT, /* there is no folder */
  KIOSK_AUDIT_KEYS_BROKEN, /* no slot is whole */
  KIOSK_AUDIT_KEYS_FOUND,
} KioskAuditKeysFound;

/* Reads the slots. *@found tells what is there; only then there is a keyring. NULL with @error set when they could not be read or are not ours
 * alone (KIOSK_ERROR_IO, KIOSK_ERROR_UNTRUSTED). */
KioskAuditKeyring *kiosk_audit_keyring_open (int folder, KioskAuditKeysFound *found,
                                             GError **error);

/* Draws the secrets of a new log and writes both slots. They and their folder are on the disk when this returns: a log whose
 * keys are lost in a power cut could not go on. What stood in the slots is gone. NULL with @error. */
KioskAuditKeyring *kiosk_audit_keyring_create (int folder, GError **error);

/* Wipes. NULL is allowed. */
void kiosk_audit_keyring_free (KioskAuditKeyring *self);

/* The state in memory, which the encoder moves on. Owned by @self. */
KioskAuditState *kiosk_audit_keyring_get_state (KioskAuditKeyring *self);

/* Where audit.log ended, and with which record it begins, as of the last commit. */
guint64 kiosk_audit_keyring_get_file_length (const KioskAuditKeyring *self);
guint64 kiosk_audit_keyring_get_file_first (const KioskAuditKeyring *self);

/* Writes the state to the other slot; it is on the disk (fdatasync(2)) when this returns TRUE. The records up to it must be
 * there already. FALSE: no more commits, a sync that failed says nothing about the next one. */
gboolean kiosk_audit_keyring_commit (KioskAuditKeyring *self, guint64 file_first,
                                     guint64 file_length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAuditKeyring, kiosk_audit_keyring_free)
