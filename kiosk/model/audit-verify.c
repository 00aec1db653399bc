/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit-verifier.h"

#include <sodium.h>
#include <string.h>

/* The verification of the audit log. No file, no clock.
 *
 * What stands in a record tells what happened to it:
 *   its hash does not fit its bytes and the "previous" beside them    this record was changed
 *   the hash fits, the number is too high        some before it are missing, or moved, if the missing one turns up further down
 *   the hash fits, the number was here already   doubled
 *   the hash and the number fit, "previous" is not the one before     the one before was rewritten
 *
 * That needs no secret, so who can write the file can compute it all anew. What such a person cannot make are the signatures of
 * checkpoints of before, and the codes of records, which only those can check who hold the first secret. */

/* A log that begins so late is none that a terminal has written; who made it must not make the reader count for ever. */
#define EVOLVE_MAX (G_GUINT64_CONSTANT (1) << 28)

/* ---- One line ---- */

static gboolean
line_is_untouched (const char *bytes, const KioskAuditLine *line)
{
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];

  kiosk_audit_link (hash, line->previous, bytes, line->body_length);
  return memcmp (hash, line->chain, sizeof hash) == 0;
}

/* Record 1 says itself which log it begins. */
static gboolean
begins_its_log (const KioskAuditLine *line)
{
  guint8 begin[KIOSK_AUDIT_HASH_SIZE];

  kiosk_audit_hash_begin (begin, line->key);
  return line->sealed && memcmp (line->previous, begin, sizeof begin) == 0;
}

static gboolean
signature_is_right (const KioskAuditVerifier *self, const KioskAuditLine *line)
{
  KioskAuditSignature signature;

  kiosk_audit_line_signature (line, self->report.key, &signature);
  return self->check != NULL ? self->check (&signature, self->check_data)
                             : kiosk_audit_signature_is_right (&signature);
}

/* The first line of all: record 1, or a checkpoint from which a shortened log goes on. */
static KioskAuditFault
judge_first (KioskAuditVerifier *self, const KioskAuditLine *line)
{
  if (line->sequence == 1)
    {
      if (self->has_key && memcmp (line->key, self->key, sizeof line->key) != 0)
        return KIOSK_AUDIT_FOREIGN;
      if (!begins_its_log (line))
        return KIOSK_AUDIT_UNLINKED;
      memcpy (self->report.key, line->key, sizeof line->key);
      self->report.has_key = TRUE;
    }
  else if (!line->sealed)
    return KIOSK_AUDIT_MISSING;
  memcpy (self->certified, line->key, sizeof line->key);
  if (self->has_secret && line->sequence > EVOLVE_MAX)
    return KIOSK_AUDIT_BAD_CODE;
  for (guint64 i = 1; self->has_secret && i < line->sequence; i++)
    kiosk_audit_evolve (self->mac_key);
  return KIOSK_AUDIT_OK;
}

static KioskAuditFault
judge_place (const KioskAuditVerifier *self, const KioskAuditLine *line)
{
  gboolean follows = memcmp (line->previous, self->chain.hash, sizeof line->previous) == 0;

  if (line->sequence == self->report.expected)
    return follows ? KIOSK_AUDIT_OK : KIOSK_AUDIT_UNLINKED;
  if (follows)
    return KIOSK_AUDIT_CHANGED; /* renumbered, and its hash computed anew */
  return line->sequence > self->report.expected ? KIOSK_AUDIT_MISSING : KIOSK_AUDIT_DOUBLED;
}

static KioskAuditFault
judge_seal (const KioskAuditVerifier *self, const KioskAuditLine *line)
{
  if (!line->sealed)
    return line->sequence - self->report.sealed > KIOSK_AUDIT_UNSEALED_MAX ? KIOSK_AUDIT_UNSEALED
                                                                           : KIOSK_AUDIT_OK;
  if (memcmp (line->key, self->certified, sizeof line->key) != 0
      || (self->report.has_key && !signature_is_right (self, line)))
    return KIOSK_AUDIT_FORGED;
  return KIOSK_AUDIT_OK;
}

static KioskAuditFault
judge_code (const KioskAuditVerifier *self, const KioskAuditLine *line)
{
  guint8 mac[KIOSK_AUDIT_MAC_SIZE];

  if (!self->has_secret)
    return KIOSK_AUDIT_OK;
  kiosk_audit_mac (mac, self->mac_key, line->chain);
  return memcmp (mac, line->mac, sizeof mac) == 0 ? KIOSK_AUDIT_OK : KIOSK_AUDIT_BAD_CODE;
}

static KioskAuditFault
judge_clock (const KioskAuditVerifier *self, const KioskAuditBody *body)
{
  gboolean same_boot = strlen (self->boot) == body->boot_length
                       && memcmp (self->boot, body->boot, body->boot_length) == 0;

  return same_boot && body->monotonic < self->monotonic ? KIOSK_AUDIT_BACKWARDS : KIOSK_AUDIT_OK;
}

/* The rows of the table in the format document, from "malformed" on. */
static KioskAuditFault
judge_line (KioskAuditVerifier *self, const char *bytes, gsize length, KioskAuditLine *line,
            KioskAuditBody *body)
{
  gboolean first = self->report.first == 0;
  KioskAuditFault fault;

  if (!kiosk_audit_line_split (bytes, length, line))
    return KIOSK_AUDIT_MALFORMED;
  if (!line_is_untouched (bytes, line))
    return KIOSK_AUDIT_CHANGED;
  if (line->sequence == 0 || !kiosk_audit_body_read (bytes, line->body_length, body)
      || body->checkpoint != line->sealed || body->begins != (line->sequence == 1))
    return KIOSK_AUDIT_MALFORMED;

  fault = first ? judge_first (self, line) : judge_place (self, line);
  if (fault == KIOSK_AUDIT_OK)
    fault = judge_seal (self, line);
  if (fault == KIOSK_AUDIT_OK)
    fault = judge_code (self, line);
  if (fault == KIOSK_AUDIT_OK)
    fault = judge_clock (self, body);
  return fault;
}

/* ---- All lines ---- */

/* Behind a gap: is this the record that should have stood there? */
static gboolean
is_missing_record (const KioskAuditVerifier *self, const char *bytes, gsize length)
{
  KioskAuditLine line;

  if (!kiosk_audit_line_split (bytes, length, &line) || line.sequence != self->report.expected
      || !line_is_untouched (bytes, &line))
    return FALSE;
  return self->report.first == 0
             ? begins_its_log (&line)
             : memcmp (line.previous, self->chain.hash, sizeof line.previous) == 0;
}

static void
set_fault (KioskAuditVerifier *self, KioskAuditFault fault, guint64 sequence)
{
  self->report.fault = fault;
  self->report.sequence = sequence;
  self->certain = fault != KIOSK_AUDIT_MISSING;
}

static void
remember (KioskAuditVerifier *self, const KioskAuditBody *body)
{
  if (body->time_length < sizeof self->time)
    {
      char time[sizeof self->time] = { 0 };

      memcpy (time, body->time, body->time_length);
      if (strcmp (time, self->time) < 0 && self->report.clock_back++ == 0)
        self->report.clock_back_sequence = self->chain.sequence;
      memcpy (self->time, time, sizeof time);
    }
  self->boot[0] = '\0';
  if (body->boot_length < sizeof self->boot)
    {
      memcpy (self->boot, body->boot, body->boot_length);
      self->boot[body->boot_length] = '\0';
    }
  self->monotonic = body->monotonic;
  if (body->deleted != 0 && body->deleted >= self->deleted)
    self->deleted_by = self->chain.sequence;
  self->deleted = MAX (self->deleted, body->deleted);
}

static void
accept (KioskAuditVerifier *self, const char *bytes, gsize length, const KioskAuditLine *line,
        const KioskAuditBody *body)
{
  self->chain.sequence = line->sequence;
  memcpy (self->chain.hash, line->chain, sizeof line->chain);
  if (self->has_secret)
    kiosk_audit_evolve (self->mac_key);
  if (self->report.first == 0)
    self->report.first = line->sequence;
  self->report.expected = line->sequence + 1;
  self->report.records++;
  self->report.bytes += length;
  remember (self, body);
  if (!line->sealed)
    return;
  self->report.sealed = line->sequence;
  self->report.checkpoints++;
  memcpy (self->certified, line->next, sizeof line->next);
  memcpy (self->checkpoint, bytes, length);
  self->checkpoint_length = length;
}

static gboolean
repeats_last (const KioskAuditVerifier *self, const char *bytes, gsize length)
{
  return self->report.sealed == self->chain.sequence && length == self->checkpoint_length
         && memcmp (bytes, self->checkpoint, length) == 0;
}

/* The line at which a later file begins, and which is not the one at which the file before ends. */
static KioskAuditFault
judge_join (KioskAuditFault fault)
{
  switch (fault)
    {
    case KIOSK_AUDIT_MALFORMED:
    case KIOSK_AUDIT_CHANGED:
    case KIOSK_AUDIT_MISSING:
      return fault;
    case KIOSK_AUDIT_OK:
    case KIOSK_AUDIT_UNLINKED:
    case KIOSK_AUDIT_MOVED:
    case KIOSK_AUDIT_DOUBLED:
    case KIOSK_AUDIT_TORN:
    case KIOSK_AUDIT_FORGED:
    case KIOSK_AUDIT_FOREIGN:
    case KIOSK_AUDIT_BAD_CODE:
    case KIOSK_AUDIT_UNSEALED:
    case KIOSK_AUDIT_BACKWARDS:
    case KIOSK_AUDIT_HEADLESS:
    case KIOSK_AUDIT_UNJOINED:
      break;
    }
  return KIOSK_AUDIT_UNJOINED;
}

static void
take_line (KioskAuditVerifier *self, const char *bytes, gsize length)
{
  gboolean joins = !self->file_begun && self->report.first != 0;
  KioskAuditLine line;
  KioskAuditBody body;
  KioskAuditFault fault;

  if (self->report.fault == KIOSK_AUDIT_MISSING)
    {
      if (is_missing_record (self, bytes, length))
        {
          self->report.fault = KIOSK_AUDIT_MOVED;
          self->certain = TRUE;
        }
      return;
    }

  self->report.line++;
  self->file_begun = TRUE;
  if (joins && repeats_last (self, bytes, length))
    {
      self->report.bytes += length;
      return;
    }
  fault = judge_line (self, bytes, length, &line, &body);
  if (joins)
    fault = judge_join (fault);
  if (fault == KIOSK_AUDIT_OK)
    accept (self, bytes, length, &line, &body);
  else
    set_fault (self, fault, line.sequence);
}

KioskAuditVerifier *
kiosk_audit_verifier_new (const KioskAuditKeys *keys)
{
  KioskAuditVerifier *self = g_new0 (KioskAuditVerifier, 1);

  if (sodium_init () < 0)
    g_error ("libsodium can not be used"); /* a kernel without getrandom(2) */
  self->report.expected = 1;
  if (keys != NULL && keys->key != NULL)
    {
      self->has_key = self->report.has_key = TRUE;
      memcpy (self->key, keys->key, sizeof self->key);
      memcpy (self->report.key, keys->key, sizeof self->key);
    }
  self->excerpt = keys != NULL ? keys->first : 0;
  if (keys != NULL && keys->secret != NULL)
    {
      self->has_secret = TRUE;
      sodium_mlock (self->mac_key, sizeof self->mac_key); /* best effort: it is wiped in any case */
      memcpy (self->mac_key, keys->secret, sizeof self->mac_key);
    }
  return self;
}

void
kiosk_audit_verifier_free (KioskAuditVerifier *self)
{
  if (self == NULL)
    return;
  if (self->has_secret)
    sodium_munlock (self->mac_key, sizeof self->mac_key); /* overwrites it */
  g_free (self);
}

void
kiosk_audit_verifier_set_check (KioskAuditVerifier *self, KioskAuditCheck check, gpointer user_data)
{
  self->check = check;
  self->check_data = user_data;
}

static void
take_too_long (KioskAuditVerifier *self)
{
  self->fill = 0;
  self->certain = TRUE;
  if (self->report.fault != KIOSK_AUDIT_OK)
    return;
  self->report.line++;
  set_fault (self, KIOSK_AUDIT_MALFORMED, 0);
}

gboolean
kiosk_audit_verifier_feed (KioskAuditVerifier *self, const char *bytes, gsize length)
{
  while (length > 0 && !self->certain)
    {
      const char *feed = memchr (bytes, '\n', length);
      gsize part = feed != NULL ? (gsize) (feed - bytes) + 1 : length;

      if (part > sizeof self->buffer - self->fill
          || (feed == NULL && part == sizeof self->buffer - self->fill))
        {
          take_too_long (self);
          break;
        }
      if (feed != NULL && self->fill == 0)
        take_line (self, bytes, part);
      else
        {
          memcpy (self->buffer + self->fill, bytes, part);
          self->fill += part;
          if (feed != NULL)
            {
              gsize size = self->fill;

              self->fill = 0;
              take_line (self, self->buffer, size);
            }
        }
      bytes += part;
      length -= part;
    }
  return !self->certain;
}

static void
end_file (KioskAuditVerifier *self)
{
  if (self->report.fault == KIOSK_AUDIT_OK && self->fill > 0)
    {
      self->report.line++;
      set_fault (self, KIOSK_AUDIT_TORN, kiosk_audit_line_sequence (self->buffer, self->fill));
    }
  else if (self->report.fault == KIOSK_AUDIT_OK && self->report.file > 0 && !self->file_begun)
    {
      /* no later file was ever empty */
      self->report.line++;
      set_fault (self, KIOSK_AUDIT_UNJOINED, 0);
    }
  self->fill = 0;
}

gboolean
kiosk_audit_verifier_next_file (KioskAuditVerifier *self)
{
  end_file (self);
  if (self->report.fault == KIOSK_AUDIT_OK && self->report.first != 0)
    {
      self->report.file++;
      self->report.line = 0;
      self->report.bytes = 0;
      self->file_begun = FALSE;
    }
  return !self->certain;
}

void
kiosk_audit_verifier_break (KioskAuditVerifier *self)
{
  if (self->report.fault == KIOSK_AUDIT_OK)
    {
      self->report.line++;
      set_fault (self, KIOSK_AUDIT_MALFORMED, 0);
    }
  self->fill = 0;
  self->certain = TRUE;
}

gboolean
kiosk_audit_verifier_is_good (const KioskAuditVerifier *self)
{
  return self->report.fault == KIOSK_AUDIT_OK;
}

guint64
kiosk_audit_verifier_get_records (const KioskAuditVerifier *self)
{
  return self->report.records;
}

gboolean
kiosk_audit_verifier_finish (KioskAuditVerifier *self, KioskAuditReport *report,
                             KioskAuditChain *chain)
{
  end_file (self);
  if (self->report.fault == KIOSK_AUDIT_OK && self->report.first > 1
      && self->deleted < self->report.first && self->excerpt != self->report.first)
    {
      set_fault (self, KIOSK_AUDIT_HEADLESS, self->report.first);
      self->report.file = 0;
      self->report.line = 1;
    }
  self->certain = TRUE;

  *report = self->report;
  if (report->fault == KIOSK_AUDIT_OK)
    {
      report->file = 0;
      report->line = 0;
    }
  if (chain != NULL)
    *chain = self->chain;
  return self->report.fault == KIOSK_AUDIT_OK;
}
