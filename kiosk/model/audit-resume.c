/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit-verifier.h"

#include <sodium.h>
#include <string.h>

/* What a verifier knows at the begin of a file, as bytes. Numbers are of 64 bits, little-endian; in this order:
 *
 *   16  "kiosk-verifier-1"
 *    8  1 when key_1 was given, 3 when record 1 told it, 0 when nobody knows it
 *    8  each: which file of the log begins (0 = first), number of the last record, number of good records, number of the first record, number of the last checkpoint, number of checkpoints,
 *       how often the clock was set back, number of the first such record, greatest kiosk.last of a deletion, number of the last record that has it,
 *       kiosk.monotonic of the last record
 *   32  each: key_1, key of the next checkpoint, chain value of the last record
 *   28  @timestamp of the last record, filled up with zeroes
 *   64  kiosk.boot of it, likewise
 *    8  length of the last checkpoint, and then its bytes with the line feed
 *   32  BLAKE2b-256 of all that
 *
 * The digest finds damage. It is no seal: who can write where the bytes are kept can write what is believed there. */

#define MAGIC "kiosk-verifier-1"
#define MAGIC_SIZE (sizeof MAGIC - 1)
#define GIVEN 1
#define LEARNT 3
#define N_NUMBERS 11

typedef struct {
  const guint8 *at, *end;
} Cursor;

/* In the order of the bytes. */
static void
list_numbers (KioskAuditVerifier *self, guint64 *file, guint64 *numbers[N_NUMBERS])
{
  guint64 *const list[N_NUMBERS] = { file,
                                     &self->chain.sequence,
                                     &self->report.records,
                                     &self->report.first,
                                     &self->report.sealed,
                                     &self->report.checkpoints,
                                     &self->report.clock_back,
                                     &self->report.clock_back_sequence,
                                     &self->deleted,
                                     &self->deleted_by,
                                     &self->monotonic };

  memcpy (numbers, list, sizeof list);
}

/* ---- Writing ---- */

static void
put_number (GByteArray *bytes, guint64 number)
{
  guint64 stored = GUINT64_TO_LE (number);

  g_byte_array_append (bytes, (const guint8 *) &stored, sizeof stored);
}

static GBytes *
pack (KioskAuditVerifier *self)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 digest[KIOSK_AUDIT_HASH_SIZE];
  guint64 *numbers[N_NUMBERS];
  guint64 file = self->report.file;

  g_byte_array_append (bytes, (const guint8 *) MAGIC, MAGIC_SIZE);
  put_number (bytes, self->has_key ? GIVEN : self->report.has_key ? LEARNT : 0);
  list_numbers (self, &file, numbers);
  for (guint i = 0; i < N_NUMBERS; i++)
    put_number (bytes, *numbers[i]);
  g_byte_array_append (bytes, self->report.key, sizeof self->report.key);
  g_byte_array_append (bytes, self->certified, sizeof self->certified);
  g_byte_array_append (bytes, self->chain.hash, sizeof self->chain.hash);
  g_byte_array_append (bytes, (const guint8 *) self->time, sizeof self->time);
  g_byte_array_append (bytes, (const guint8 *) self->boot, sizeof self->boot);
  put_number (bytes, self->checkpoint_length);
  g_byte_array_append (bytes, (const guint8 *) self->checkpoint, (guint) self->checkpoint_length);
  crypto_generichash (digest, sizeof digest, bytes->data, bytes->len, NULL, 0);
  g_byte_array_append (bytes, digest, sizeof digest);
  return g_byte_array_free_to_bytes (bytes);
}

GBytes *
kiosk_audit_verifier_save (KioskAuditVerifier *self)
{
  if (self->report.fault != KIOSK_AUDIT_OK || self->certain || self->report.first == 0
      || self->file_begun || self->fill > 0 || self->has_secret)
    return NULL;
  return pack (self);
}

/* ---- Reading ---- */

static gboolean
take (Cursor *cursor, void *to, gsize length)
{
  if ((gsize) (cursor->end - cursor->at) < length)
    return FALSE;
  memcpy (to, cursor->at, length);
  cursor->at += length;
  return TRUE;
}

static gboolean
take_number (Cursor *cursor, guint64 *number)
{
  guint64 stored;

  if (!take (cursor, &stored, sizeof stored))
    return FALSE;
  *number = GUINT64_FROM_LE (stored);
  return TRUE;
}

/* The digest at the end fits; *@cursor is what stands before it, behind the name of the form. */
static gboolean
open_bytes (GBytes *state, Cursor *cursor)
{
  guint8 digest[KIOSK_AUDIT_HASH_SIZE];
  gsize length;
  const guint8 *bytes = g_bytes_get_data (state, &length);

  if (length < MAGIC_SIZE + sizeof digest || memcmp (bytes, MAGIC, MAGIC_SIZE) != 0)
    return FALSE;
  length -= sizeof digest;
  crypto_generichash (digest, sizeof digest, bytes, length, NULL, 0);
  *cursor = (Cursor){ bytes + MAGIC_SIZE, bytes + length };
  return memcmp (digest, bytes + length, sizeof digest) == 0;
}

static gboolean
take_numbers (KioskAuditVerifier *self, Cursor *cursor)
{
  guint64 *numbers[N_NUMBERS];
  guint64 file;

  list_numbers (self, &file, numbers);
  for (guint i = 0; i < N_NUMBERS; i++)
    if (!take_number (cursor, numbers[i]))
      return FALSE;
  self->report.file = (guint) file;
  return file <= G_MAXUINT && self->report.first > 0 && self->chain.sequence >= self->report.first
         && self->chain.sequence < G_MAXINT64 && self->report.sealed <= self->chain.sequence;
}

static gboolean
take_checkpoint (KioskAuditVerifier *self, Cursor *cursor)
{
  guint64 length;

  if (!take_number (cursor, &length) || length > sizeof self->checkpoint
      || (length > 0) != (self->report.sealed > 0)
      || !take (cursor, self->checkpoint, (gsize) length))
    return FALSE;
  self->checkpoint_length = (gsize) length;
  return cursor->at == cursor->end;
}

/* A verifier as it was; NULL when @state is damaged. */
static KioskAuditVerifier *
unpack (GBytes *state)
{
  g_autoptr (KioskAuditVerifier) self = kiosk_audit_verifier_new (NULL);
  Cursor cursor;
  guint64 key;

  if (!open_bytes (state, &cursor) || !take_number (&cursor, &key)
      || (key != 0 && key != GIVEN && key != LEARNT) || !take_numbers (self, &cursor)
      || !take (&cursor, self->report.key, sizeof self->report.key)
      || !take (&cursor, self->certified, sizeof self->certified)
      || !take (&cursor, self->chain.hash, sizeof self->chain.hash)
      || !take (&cursor, self->time, sizeof self->time)
      || !take (&cursor, self->boot, sizeof self->boot) || !take_checkpoint (self, &cursor)
      || self->time[sizeof self->time - 1] != '\0' || self->boot[sizeof self->boot - 1] != '\0')
    return NULL;
  self->has_key = key == GIVEN;
  self->report.has_key = key != 0;
  if (self->has_key)
    memcpy (self->key, self->report.key, sizeof self->key);
  self->report.expected = self->chain.sequence + 1;
  return g_steal_pointer (&self);
}

KioskAuditVerifier *
kiosk_audit_verifier_resume (const KioskAuditKeys *keys, GBytes *state)
{
  g_autoptr (KioskAuditVerifier) self = unpack (state);
  const guint8 *key = keys != NULL ? keys->key : NULL;

  if (self == NULL || (keys != NULL && keys->secret != NULL) || self->has_key != (key != NULL)
      || (key != NULL && memcmp (key, self->key, sizeof self->key) != 0))
    return NULL;
  self->excerpt = keys != NULL ? keys->first : 0;
  return g_steal_pointer (&self);
}

const guint8 *
kiosk_audit_verifier_get_key (const KioskAuditVerifier *self)
{
  return self->report.has_key ? self->report.key : NULL;
}

/* ---- Files that are gone ---- */

GBytes *
kiosk_audit_verifier_behead (GBytes *state, GBytes *begin)
{
  g_autoptr (KioskAuditVerifier) self = unpack (state);
  g_autoptr (KioskAuditVerifier) before = unpack (begin);
  KioskAuditReport *report;

  /* without a key in hand only record 1 tells it; a later file begins with a checkpoint */
  if (self == NULL || before == NULL || !self->has_key || !before->has_key
      || memcmp (self->key, before->key, sizeof self->key) != 0
      || before->report.sealed != before->chain.sequence
      || self->chain.sequence < before->chain.sequence || self->report.file <= before->report.file)
    return NULL;
  report = &self->report;
  /* a clock that was set back there, and here: which record here was the first was not kept */
  if (before->report.clock_back != 0 && report->clock_back != before->report.clock_back)
    return NULL;
  report->file -= before->report.file;
  report->first = before->chain.sequence;
  report->records -= before->report.records - 1;
  report->checkpoints -= before->report.checkpoints - 1;
  report->clock_back -= before->report.clock_back;
  if (report->clock_back == 0)
    report->clock_back_sequence = 0;
  if (self->deleted_by <= before->chain.sequence)
    {
      /* what was said there is not said any more: if it still matters, only reading tells what is said here */
      if (self->deleted >= report->first)
        return NULL;
      self->deleted = self->deleted_by = 0;
    }
  return pack (self);
}
