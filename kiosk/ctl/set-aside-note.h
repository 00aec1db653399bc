/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "set-aside-tree.h"

#include "kiosk/model/audit.h"

/* What is written down of a log that is set aside ("Setting a log aside" in kiosk/docs/AUDIT-FORMAT.md). Pure. Any thread. */

typedef struct {
  char *made;           /* when, as in a record */
  char *machine;        /* on which machine */
  char *by, *reason;    /* who and why, in their words */
  char *log;            /* where the log was */
  char *terminal;       /* its ID, and key_1 in hexadecimal, by the enrolment; "" without one */
  char *key;            /* */
  KioskAuditChain last; /* last record that can be read; all zero: none */
  guint64 proved;       /* up to which record all verify */
  char *verdict, *verdict_ja; /* of the verification, one line */
  GPtrArray *files;           /* KioskSetAsideFile with digests; no folders */
} KioskSetAsideNote;

KioskSetAsideNote *kiosk_set_aside_note_new (void);
void kiosk_set_aside_note_free (KioskSetAsideNote *self);

/* As it is stored, owned by the caller. */
char *kiosk_set_aside_note_print (const KioskSetAsideNote *self);

/* NULL with @error (KIOSK_ERROR_INVALID) when it is none of version 1. */
KioskSetAsideNote *kiosk_set_aside_note_parse (const char *text, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskSetAsideNote, kiosk_set_aside_note_free)
