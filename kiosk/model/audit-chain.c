/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit-format.h"
#include "kiosk/model/audit.h"

#include <sodium.h>
#include <string.h>

/* The chain of the audit log and its verification. The hashes cover the stored bytes; a line is
 * never parsed and written again to be compared. No file, no clock.
 *
 * What stands in a record tells what happened to it:
 *   its hash does not fit its bytes and the "previous" beside them    this record was changed
 *   the hash fits, the number is too high                             some before it are missing,
 *                                                 or moved, if the missing one turns up further
 * down the hash fits, the number was here already                        doubled the hash and the
 * number fit, "previous" is not the one before     the one before was rewritten
 *
 * None of this needs a secret: who can write the file can compute it all anew from any record on,
 * and a file cut at the end of a line is a shorter good log. The document says so too. */

/* First value of the chain; the name keeps it apart from any other use of the hash. */
#define DOMAIN "maintenance-kiosk audit log 1"

static const char sequence_name[] = ",\"event.sequence\":";

/* A line taken apart; the pointers lead into it. */
typedef struct {
  gsize body_length;
  guint8 previous[KIOSK_AUDIT_HASH_SIZE];
  guint8 chain[KIOSK_AUDIT_HASH_SIZE];
  guint64 sequence; /* 0 when it can not be read */
} Line;

struct _KioskAuditVerifier {
  KioskAuditChain chain;
  KioskAuditReport report;
  gboolean certain; /* the fault of the report stands */
  guint64 line;     /* number of the line that is being read */
  gsize fill;
  char buffer[KIOSK_AUDIT_LINE_MAX]; /* of a line that came in pieces */
};

void
kiosk_audit_link (guint8 next[KIOSK_AUDIT_HASH_SIZE], const guint8 previous[KIOSK_AUDIT_HASH_SIZE],
                  const char *body, gsize length)
{
  guint64 size = GUINT64_TO_LE ((guint64) length);
  crypto_generichash_state state;

  crypto_generichash_init (&state, NULL, 0, KIOSK_AUDIT_HASH_SIZE);
  crypto_generichash_update (&state, previous, KIOSK_AUDIT_HASH_SIZE);
  crypto_generichash_update (&state, (const guint8 *) &size, sizeof size);
  crypto_generichash_update (&state, (const guint8 *) body, length);
  crypto_generichash_final (&state, next, KIOSK_AUDIT_HASH_SIZE);
}

void
kiosk_audit_chain_init (KioskAuditChain *chain)
{
  if (sodium_init () < 0)
    g_error ("libsodium can not be used"); /* a kernel without getrandom(2) */

  chain->sequence = 0;
  crypto_generichash (chain->hash, sizeof chain->hash, (const guint8 *) DOMAIN, sizeof DOMAIN - 1,
                      NULL, 0);
}

/* ---- The grammar of a body: names in ascending order, strings and integers ---- */

typedef struct {
  const char *at;
  const char *end;
} Cursor;

static gboolean
take (Cursor *cursor, char c)
{
  if (cursor->at == cursor->end || *cursor->at != c)
    return FALSE;
  cursor->at++;
  return TRUE;
}

static gboolean
take_string (Cursor *cursor)
{
  if (!take (cursor, '"'))
    return FALSE;
  while (cursor->at < cursor->end)
    {
      guchar c = (guchar) *cursor->at++;

      if (c == '"')
        return TRUE;
      /* only the two escapes that the encoder writes: one text has one spelling */
      if (c < 0x20 || c == 0x7f || (c == '\\' && !take (cursor, '"') && !take (cursor, '\\')))
        return FALSE;
    }
  return FALSE;
}

/* No sign, no leading zero, at most G_MAXINT64. */
static gboolean
take_integer (Cursor *cursor, guint64 *value)
{
  const char *begin = cursor->at;
  guint64 number = 0;

  while (cursor->at < cursor->end && g_ascii_isdigit (*cursor->at))
    {
      guint64 digit = (guint64) (*cursor->at++ - '0');

      if (number > (G_MAXINT64 - digit) / 10)
        return FALSE;
      number = 10 * number + digit;
    }
  *value = number;
  return cursor->at - begin == 1 || (cursor->at > begin && *begin != '0');
}

static gboolean
take_name (Cursor *cursor, const char **name, gsize *length)
{
  if (!take (cursor, '"'))
    return FALSE;
  *name = cursor->at;
  while (cursor->at < cursor->end
         && (g_ascii_islower (*cursor->at) || g_ascii_isdigit (*cursor->at) || *cursor->at == '@'
             || *cursor->at == '.' || *cursor->at == '_'))
    cursor->at++;
  *length = (gsize) (cursor->at - *name);
  return *length > 0 && take (cursor, '"') && take (cursor, ':');
}

static gboolean
body_is_valid (const char *body, gsize length)
{
  Cursor cursor = { body, body + length };
  const char *last = "";
  gsize last_length = 0;
  gboolean has_sequence = FALSE;
  guint64 number;

  if (!g_utf8_validate_len (body, length, NULL) || !take (&cursor, '{'))
    return FALSE;
  do
    {
      const char *name;
      gsize name_length;
      int order;

      if (!take_name (&cursor, &name, &name_length))
        return FALSE;
      order = memcmp (last, name, MIN (last_length, name_length));
      if (order > 0 || (order == 0 && last_length >= name_length))
        return FALSE;
      last = name;
      last_length = name_length;

      if (cursor.at < cursor.end && *cursor.at == '"')
        {
          if (!take_string (&cursor))
            return FALSE;
        }
      else if (!take_integer (&cursor, &number))
        return FALSE;
      else
        has_sequence |= name_length == 14 && memcmp (name, "event.sequence", 14) == 0;
    }
  while (take (&cursor, ','));
  return has_sequence && cursor.at == cursor.end;
}

/* ---- One line ---- */

static gboolean
take_bytes (Cursor *cursor, const char *bytes, gsize length)
{
  if ((gsize) (cursor->end - cursor->at) < length || memcmp (cursor->at, bytes, length) != 0)
    return FALSE;
  cursor->at += length;
  return TRUE;
}

/* Value + 1 of a lower-case hexadecimal digit; 0 for anything else: one hash has one spelling. A
 * table, because branches on random digits are mispredicted and cost a fifth of a verification. */
static const guint8 digit_values[256] = {
  ['0'] = 1, ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
  ['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

static gboolean
take_hash (Cursor *cursor, guint8 hash[KIOSK_AUDIT_HASH_SIZE])
{
  gboolean valid = TRUE;

  if (cursor->end - cursor->at < KIOSK_AUDIT_HEX_SIZE)
    return FALSE;
  for (guint i = 0; i < KIOSK_AUDIT_HASH_SIZE; i++, cursor->at += 2)
    {
      guint high = digit_values[(guchar) cursor->at[0]];
      guint low = digit_values[(guchar) cursor->at[1]];

      valid &= (high != 0) & (low != 0);
      hash[i] = (guint8) ((high - 1) << 4 | (low - 1));
    }
  return valid;
}

/* A quotation mark inside of a string is escaped, so that the first place where these bytes stand
 * is the member itself. */
static guint64
read_sequence (const char *line, gsize length)
{
  const char *found = memmem (line, length, sequence_name, sizeof sequence_name - 1);
  Cursor cursor = { NULL, line + length };
  guint64 sequence = 0;

  if (found == NULL)
    return 0;
  cursor.at = found + sizeof sequence_name - 1;
  return take_integer (&cursor, &sequence) ? sequence : 0;
}

static gboolean
split_line (const char *bytes, gsize length, Line *line)
{
  Cursor cursor = { bytes, bytes + length };

  line->sequence = read_sequence (bytes, length);
  if (length <= KIOSK_AUDIT_TAIL_SIZE)
    return FALSE;
  line->body_length = length - KIOSK_AUDIT_TAIL_SIZE;
  cursor.at += line->body_length;
  return take_bytes (&cursor, KIOSK_AUDIT_TAIL_PREVIOUS, sizeof KIOSK_AUDIT_TAIL_PREVIOUS - 1)
         && take_hash (&cursor, line->previous)
         && take_bytes (&cursor, KIOSK_AUDIT_TAIL_CHAIN, sizeof KIOSK_AUDIT_TAIL_CHAIN - 1)
         && take_hash (&cursor, line->chain)
         && take_bytes (&cursor, KIOSK_AUDIT_TAIL_END, sizeof KIOSK_AUDIT_TAIL_END - 1);
}

static gboolean
line_is_untouched (const char *bytes, const Line *line)
{
  guint8 hash[KIOSK_AUDIT_HASH_SIZE];

  kiosk_audit_link (hash, line->previous, bytes, line->body_length);
  return memcmp (hash, line->chain, sizeof hash) == 0;
}

static KioskAuditFault
judge_line (const KioskAuditChain *chain, const char *bytes, gsize length, Line *line)
{
  guint64 expected = chain->sequence + 1;
  gboolean follows;

  if (!split_line (bytes, length, line))
    return KIOSK_AUDIT_MALFORMED;
  if (!line_is_untouched (bytes, line))
    return KIOSK_AUDIT_CHANGED;
  if (line->sequence == 0 || !body_is_valid (bytes, line->body_length))
    return KIOSK_AUDIT_MALFORMED;

  follows = memcmp (line->previous, chain->hash, sizeof chain->hash) == 0;
  if (line->sequence == expected)
    return follows ? KIOSK_AUDIT_OK : KIOSK_AUDIT_UNLINKED;
  if (follows)
    return KIOSK_AUDIT_CHANGED; /* renumbered, and its hash computed anew */
  return line->sequence > expected ? KIOSK_AUDIT_MISSING : KIOSK_AUDIT_DOUBLED;
}

/* ---- All lines ---- */

/* Behind a gap: is this the record that should have stood there? */
static gboolean
is_missing_record (const KioskAuditVerifier *self, const char *bytes, gsize length)
{
  Line line;

  return split_line (bytes, length, &line) && line.sequence == self->report.expected
         && memcmp (line.previous, self->chain.hash, sizeof line.previous) == 0
         && line_is_untouched (bytes, &line);
}

static void
set_fault (KioskAuditVerifier *self, KioskAuditFault fault, guint64 sequence)
{
  self->report.fault = fault;
  self->report.line = self->line;
  self->report.sequence = sequence;
  self->certain = fault != KIOSK_AUDIT_MISSING;
}

static void
take_line (KioskAuditVerifier *self, const char *bytes, gsize length)
{
  KioskAuditFault fault;
  Line line;

  self->line++;
  if (self->report.fault == KIOSK_AUDIT_MISSING)
    {
      if (is_missing_record (self, bytes, length))
        {
          self->report.fault = KIOSK_AUDIT_MOVED;
          self->certain = TRUE;
        }
      return;
    }

  fault = judge_line (&self->chain, bytes, length, &line);
  if (fault != KIOSK_AUDIT_OK)
    {
      set_fault (self, fault, line.sequence);
      return;
    }
  self->chain.sequence = line.sequence;
  memcpy (self->chain.hash, line.chain, sizeof line.chain);
  self->report.expected = line.sequence + 1;
  self->report.records++;
  self->report.bytes += length;
}

KioskAuditVerifier *
kiosk_audit_verifier_new (void)
{
  KioskAuditVerifier *self = g_new0 (KioskAuditVerifier, 1);

  kiosk_audit_chain_init (&self->chain);
  self->report.expected = 1;
  return self;
}

void
kiosk_audit_verifier_free (KioskAuditVerifier *self)
{
  g_free (self);
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
          self->line++;
          self->fill = 0;
          self->certain = TRUE;
          if (self->report.fault == KIOSK_AUDIT_OK)
            set_fault (self, KIOSK_AUDIT_MALFORMED, 0);
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

guint64
kiosk_audit_verifier_get_records (const KioskAuditVerifier *self)
{
  return self->report.records;
}

gboolean
kiosk_audit_verifier_finish (KioskAuditVerifier *self, KioskAuditReport *report,
                             KioskAuditChain *chain)
{
  if (self->fill > 0 && self->report.fault == KIOSK_AUDIT_OK)
    {
      self->line++;
      set_fault (self, KIOSK_AUDIT_TORN, read_sequence (self->buffer, self->fill));
      self->fill = 0;
    }
  self->certain = TRUE;

  *report = self->report;
  if (chain != NULL)
    *chain = self->chain;
  return self->report.fault == KIOSK_AUDIT_OK;
}

const char *
kiosk_audit_fault_text (KioskAuditFault fault, gboolean japanese)
{
  switch (fault)
    {
    case KIOSK_AUDIT_OK:
      return japanese ? "異常は見つかりませんでした" : "no fault found";
    case KIOSK_AUDIT_CHANGED:
      return japanese ? "この記録の内容が書き換えられています" : "this record was changed";
    case KIOSK_AUDIT_UNLINKED:
      return japanese ? "直前の記録とつながりません。直前までの記録が作り直されたか、この記録が別の"
                        "ログのものです"
                      : "this record does not follow the one before it: that one was rewritten, or "
                        "this one comes from another log";
    case KIOSK_AUDIT_MISSING:
      return japanese ? "この記録より前の記録が抜けています"
                      : "records before this one are missing";
    case KIOSK_AUDIT_MOVED:
      return japanese ? "記録の順序が入れ替えられています。ここにあるべき記録が後ろにあります"
                      : "the order was changed: the record that belongs here stands further down";
    case KIOSK_AUDIT_DOUBLED:
      return japanese
                 ? "同じ番号の記録が前にもあります。二重になっているか、別のログのものです"
                 : "a record with this number stands further up already: this one is a copy, or "
                   "comes from another log";
    case KIOSK_AUDIT_MALFORMED:
      return japanese ? "記録の形式ではありません" : "this line is not a record";
    case KIOSK_AUDIT_TORN:
      return japanese ? "最後の行が途中で終わっています。書き込み中に停止したか、切り取られています"
                      : "the last line has no end: the machine stopped while writing it, or it was "
                        "cut";
    }
  return japanese ? "不明" : "unknown";
}
