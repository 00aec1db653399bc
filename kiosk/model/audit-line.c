/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit-format.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Takes stored lines apart. Nothing is parsed and written again to be compared: the hashes cover the stored bytes. */

static const char sequence_name[] = ",\"event.sequence\":";

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

/* What bytes are good for, in a table, because most of a verification is looking at them one by one. */
enum { IN_STRING = 1, IN_NAME = 2, IN_BOTH = 3 };
static const guint8 classes[256] = {
  [0x20 ... 0x21] = IN_STRING,
  [0x23 ... 0x2d] = IN_STRING,
  ['.'] = IN_BOTH,
  ['/'] = IN_STRING,
  ['0' ... '9'] = IN_BOTH,
  [0x3a ... 0x3f] = IN_STRING,
  ['@'] = IN_BOTH,
  [0x41 ... 0x5b] = IN_STRING,
  [0x5d ... 0x5e] = IN_STRING,
  ['_'] = IN_BOTH,
  ['`'] = IN_STRING,
  ['a' ... 'z'] = IN_BOTH,
  [0x7b ... 0x7e] = IN_STRING,
  [0x80 ... 0xff] = IN_STRING,
};

static void
take_all (Cursor *cursor, guint8 class)
{
  const char *at = cursor->at, *end = cursor->end;

  while (at < end && (classes[(guchar) *at] & class) != 0)
    at++;
  cursor->at = at;
}

static gboolean
take_string (Cursor *cursor)
{
  if (!take (cursor, '"'))
    return FALSE;
  while (TRUE)
    {
      take_all (cursor, IN_STRING);
      if (take (cursor, '"'))
        return TRUE;
      /* only the two escapes that the encoder writes: one text has one spelling */
      if (!take (cursor, '\\') || (!take (cursor, '"') && !take (cursor, '\\')))
        return FALSE;
    }
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
  take_all (cursor, IN_NAME);
  *length = (gsize) (cursor->at - *name);
  return *length > 0 && take (cursor, '"') && take (cursor, ':');
}

/* The value of a string member between its quotation marks. */
typedef struct {
  const char *at;
  gsize length;
} Value;

static gboolean
is (const char *bytes, gsize length, const char *text)
{
  return strlen (text) == length && memcmp (bytes, text, length) == 0;
}

/* Most members are none of these, and most differ in their length. */
static void
note_member (KioskAuditBody *body, Value *action, const char *name, gsize length, const Value *text,
             guint64 number)
{
  if (is (name, length, "@timestamp"))
    {
      body->time = text->at;
      body->time_length = text->length;
    }
  else if (is (name, length, "event.action"))
    *action = *text;
  else if (is (name, length, "kiosk.boot"))
    {
      body->boot = text->at;
      body->boot_length = text->length;
    }
  else if (is (name, length, "kiosk.monotonic"))
    body->monotonic = number;
  else if (is (name, length, "kiosk.last"))
    body->deleted = number;
}

/* Ascending in byte order. */
static gboolean
follows (const char *last, gsize last_length, const char *name, gsize length)
{
  int order = memcmp (last, name, MIN (last_length, length));

  return order < 0 || (order == 0 && last_length < length);
}

static gboolean
read_members (Cursor *cursor, KioskAuditBody *body, Value *action)
{
  const char *last = "";
  gsize last_length = 0;
  gboolean has_sequence = FALSE;

  do
    {
      Value text = { NULL, 0 };
      const char *name;
      gsize length;
      guint64 number = 0;

      if (!take_name (cursor, &name, &length) || !follows (last, last_length, name, length))
        return FALSE;
      last = name;
      last_length = length;

      if (cursor->at < cursor->end && *cursor->at == '"')
        {
          text.at = cursor->at + 1;
          if (!take_string (cursor))
            return FALSE;
          text.length = (gsize) (cursor->at - 1 - text.at);
        }
      else if (!take_integer (cursor, &number))
        return FALSE;
      else
        has_sequence |= is (name, length, "event.sequence");
      note_member (body, action, name, length, &text, number);
    }
  while (take (cursor, ','));
  return has_sequence && cursor->at == cursor->end;
}

gboolean
kiosk_audit_body_read (const char *bytes, gsize length, KioskAuditBody *body)
{
  Cursor cursor = { bytes, bytes + length };
  Value action = { "", 0 };

  *body = (KioskAuditBody){ .time = "", .boot = "" };
  if (!g_utf8_validate_len (bytes, length, NULL) || !take (&cursor, '{')
      || !read_members (&cursor, body, &action))
    return FALSE;
  body->begins = is (action.at, action.length, KIOSK_ACTION_LOG_BEGUN);
  body->checkpoint = body->begins || is (action.at, action.length, KIOSK_ACTION_CHECKPOINT)
                     || is (action.at, action.length, KIOSK_ACTION_LOG_CLOSED);
  if (!is (action.at, action.length, KIOSK_ACTION_LOG_DELETED))
    body->deleted = 0;
  return TRUE;
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
take_hex (Cursor *cursor, guint8 *bytes, gsize size)
{
  gboolean valid = TRUE;

  if ((gsize) (cursor->end - cursor->at) < 2 * size)
    return FALSE;
  for (gsize i = 0; i < size; i++, cursor->at += 2)
    {
      guint high = digit_values[(guchar) cursor->at[0]];
      guint low = digit_values[(guchar) cursor->at[1]];

      valid &= (high != 0) & (low != 0);
      bytes[i] = (guint8) ((high - 1) << 4 | (low - 1));
    }
  return valid;
}

/* A quotation mark inside of a string is escaped, so that the first place where these bytes stand
 * is the member itself. */
guint64
kiosk_audit_line_sequence (const char *bytes, gsize length)
{
  const char *found = memmem (bytes, length, sequence_name, sizeof sequence_name - 1);
  Cursor cursor = { NULL, bytes + length };
  guint64 sequence = 0;

  if (found == NULL)
    return 0;
  cursor.at = found + sizeof sequence_name - 1;
  return take_integer (&cursor, &sequence) ? sequence : 0;
}

#define TAKE_TEXT(cursor, text) take_bytes ((cursor), (text), KIOSK_AUDIT_TEXT_SIZE (text))
#define TAKE_HEX(cursor, field) take_hex ((cursor), (field), sizeof (field))

/* A tail of @size bytes, if there is one. */
static gboolean
take_tail (const char *bytes, gsize length, gsize size, KioskAuditLine *line)
{
  Cursor cursor = { bytes, bytes + length };

  if (length <= size)
    return FALSE;
  line->body_length = length - size;
  cursor.at += line->body_length;
  return TAKE_TEXT (&cursor, KIOSK_AUDIT_TAIL_PREVIOUS) && TAKE_HEX (&cursor, line->previous)
         && TAKE_TEXT (&cursor, KIOSK_AUDIT_TAIL_CHAIN) && TAKE_HEX (&cursor, line->chain)
         && TAKE_TEXT (&cursor, KIOSK_AUDIT_TAIL_MAC) && TAKE_HEX (&cursor, line->mac)
         && (!line->sealed
             || (TAKE_TEXT (&cursor, KIOSK_AUDIT_TAIL_KEY) && TAKE_HEX (&cursor, line->key)
                 && TAKE_TEXT (&cursor, KIOSK_AUDIT_TAIL_NEXT) && TAKE_HEX (&cursor, line->next)
                 && TAKE_TEXT (&cursor, KIOSK_AUDIT_TAIL_SIGNATURE)
                 && TAKE_HEX (&cursor, line->signature)))
         && TAKE_TEXT (&cursor, KIOSK_AUDIT_TAIL_END);
}

gboolean
kiosk_audit_line_split (const char *bytes, gsize length, KioskAuditLine *line)
{
  line->sequence = kiosk_audit_line_sequence (bytes, length);
  line->sealed = kiosk_audit_line_has_seal (bytes, length);
  return take_tail (bytes, length,
                    line->sealed ? KIOSK_AUDIT_SEALED_TAIL_SIZE : KIOSK_AUDIT_TAIL_SIZE, line);
}

gboolean
kiosk_audit_line_has_seal (const char *bytes, gsize length)
{
  gsize from_end = KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_TAIL_END) + 2 * KIOSK_AUDIT_SIGNATURE_SIZE
                   + KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_TAIL_SIGNATURE);

  return length > KIOSK_AUDIT_SEALED_TAIL_SIZE
         && memcmp (bytes + length - from_end, KIOSK_AUDIT_TAIL_SIGNATURE,
                    KIOSK_AUDIT_TEXT_SIZE (KIOSK_AUDIT_TAIL_SIGNATURE))
                == 0;
}
