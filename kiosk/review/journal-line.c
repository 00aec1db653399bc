/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "journal-private.h"

#include "kiosk/base/text.h"

#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

/* One line of the journal. Signature and hash cover the stored bytes: nothing is parsed and written anew to judge them. */

#define DOMAIN "maintenance-kiosk review 1"
#define VERSION 2
#define SIGNATURE ",\"signature\":\""
#define NAME_CHARS 100
#define LOGS_CHARS 6000
#define PROOF_CHARS                                                                                \
  2000 /* of a fleet that does not fit, a text ends in "…": what is missing there was not compared */

static const char *const words[] = {
  [KIOSK_REVIEW_OPENED] = "opened",     [KIOSK_REVIEW_NOTE] = "note",
  [KIOSK_REVIEW_SIGNED] = "signed",     [KIOSK_REVIEW_SIGNED_BROKEN] = "signed-broken",
  [KIOSK_REVIEW_EXPORTED] = "exported", [KIOSK_REVIEW_PRINTED] = "printed",
};

const char *
kiosk_review_kind_word (KioskReviewKind kind)
{
  return words[kind];
}

void
kiosk_review_entry_free (KioskReviewEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->reviewer);
  g_free (entry->key);
  g_free (entry->host);
  g_free (entry->action);
  g_free (entry->logs);
  g_free (entry->collector);
  g_free (entry->ledger);
  g_free (entry->codes);
  g_free (entry->text);
  g_free (entry);
}

void
kiosk_review_hash_begin (guint8 hash[KIOSK_REVIEW_HASH_SIZE])
{
  crypto_generichash (hash, KIOSK_REVIEW_HASH_SIZE, (const guint8 *) DOMAIN, strlen (DOMAIN), NULL,
                      0);
}

static void
hash_line (guint8 hash[KIOSK_REVIEW_HASH_SIZE], const char *line, gsize length)
{
  crypto_generichash (hash, KIOSK_REVIEW_HASH_SIZE, (const guint8 *) line, length, NULL, 0);
}

/* What is signed: the words that say what it is, then the line up to its signature. */
static GBytes *
signed_bytes (const char *line, gsize length)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) DOMAIN, strlen (DOMAIN));
  g_byte_array_append (bytes, (const guint8 *) line, (guint) length);
  return g_byte_array_free_to_bytes (bytes);
}

/* ---- Writing ---- */

static void
append_escaped (GString *line, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (line, '\\');
      if (*p == '\n')
        g_string_append (line, "\\n");
      else
        g_string_append_c (line, *p);
    }
}

/* Lines stay lines, everything else is cleaned. */
static char *
clean_lines (const char *text, guint max)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *joined = NULL;

  for (char **line = lines; *line != NULL; line++)
    {
      char *clean = kiosk_text_clean (*line, max);

      g_free (*line);
      *line = clean;
    }
  joined = g_strjoinv ("\n", lines);
  return g_utf8_strlen (joined, -1) <= max ? g_steal_pointer (&joined)
                                           : g_utf8_substring (joined, 0, max);
}

static void
append_string (GString *line, const char *name, const char *value, guint max)
{
  g_autofree char *clean = NULL;

  if (value == NULL || *value == '\0')
    return;
  clean = clean_lines (value, max);
  g_string_append_printf (line, ",\"%s\":\"", name);
  append_escaped (line, clean);
  g_string_append_c (line, '"');
}

static void
append_time (GString *line, const char *name, gint64 time)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autofree char *text = when != NULL ? g_date_time_format (when, "%Y-%m-%dT%H:%M:%S") : NULL;

  if (time != 0 && text != NULL)
    g_string_append_printf (line, ",\"%s\":\"%s.%06dZ\"", name, text,
                            (int) (time % G_USEC_PER_SEC));
}

static void
append_hex (GString *line, const char *name, const guint8 *bytes, gsize size)
{
  char hex[2 * KIOSK_ORDER_SIGNATURE_SIZE + 1];

  sodium_bin2hex (hex, sizeof hex, bytes, size);
  g_string_append_printf (line, ",\"%s\":\"%s\"", name, hex);
}

char *
kiosk_review_encode (const KioskReviewEntry *entry, guint64 number, const KioskReviewSigner *signer,
                     guint8 previous[KIOSK_REVIEW_HASH_SIZE])
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GBytes) covered = NULL;
  guint8 signature[KIOSK_ORDER_SIGNATURE_SIZE];
  gsize size;
  const guint8 *bytes;

  g_string_append_printf (
      line, "{\"version\":" G_STRINGIFY (VERSION) ",\"number\":%" G_GUINT64_FORMAT, number);
  append_time (line, "time", entry->time);
  append_string (line, "kind", words[entry->kind], NAME_CHARS);
  append_string (line, "reviewer", entry->reviewer, NAME_CHARS);
  append_hex (line, "key", signer->public_key, sizeof signer->public_key);
  append_string (line, "host", entry->host, NAME_CHARS);
  if (entry->record != 0)
    g_string_append_printf (line, ",\"record\":%" G_GUINT64_FORMAT, entry->record);
  append_string (line, "action", entry->action, NAME_CHARS);
  append_time (line, "at", entry->at);
  append_time (line, "from", entry->from);
  append_time (line, "to", entry->to);
  append_string (line, "logs", entry->logs, LOGS_CHARS);
  append_string (line, "collector", entry->collector, PROOF_CHARS);
  append_string (line, "ledger", entry->ledger, PROOF_CHARS);
  append_string (line, "codes", entry->codes, PROOF_CHARS);
  append_string (line, "text", entry->text, KIOSK_REVIEW_TEXT_MAX);
  append_hex (line, "previous", previous, KIOSK_REVIEW_HASH_SIZE);
  covered = signed_bytes (line->str, line->len);
  bytes = g_bytes_get_data (covered, &size);
  crypto_sign_detached (signature, NULL, bytes, size, signer->secret_key);
  append_hex (line, "signature", signature, sizeof signature);
  g_string_append_c (line, '}');
  hash_line (previous, line->str, line->len);
  g_string_append_c (line, '\n');
  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* ---- Reading ---- */

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static guint64
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 value = node != NULL && JSON_NODE_HOLDS_VALUE (node)
                         && json_node_get_value_type (node) == G_TYPE_INT64
                     ? json_node_get_int (node)
                     : 0;

  return value > 0 ? (guint64) value : 0;
}

static gint64
get_time (JsonObject *object, const char *name)
{
  const char *text = get_string (object, name);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  return time != NULL
             ? g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time)
             : 0;
}

static char *
get_clean (JsonObject *object, const char *name)
{
  const char *text = get_string (object, name);

  return text != NULL ? clean_lines (text, LOGS_CHARS) : NULL;
}

static gboolean
get_hex (JsonObject *object, const char *name, guint8 *bytes, gsize size)
{
  const char *hex = get_string (object, name);
  gsize length = 0;
  const char *end = NULL;

  return hex != NULL && strlen (hex) == 2 * size
         && sodium_hex2bin (bytes, size, hex, strlen (hex), NULL, &length, &end) == 0
         && length == size && *end == '\0';
}

/* A line is flat: json-glib's parser is recursive, and older ones have no limit. */
static gboolean
is_flat (const char *line, gsize length)
{
  gboolean in_string = FALSE;

  for (gsize i = 1; i < length; i++)
    if (in_string && line[i] == '\\')
      i++;
    else if (line[i] == '"')
      in_string = !in_string;
    else if (!in_string && (line[i] == '{' || line[i] == '['))
      return FALSE;
  return TRUE;
}

static JsonObject *
parse (JsonParser *parser, const char *line, gsize length)
{
  JsonNode *root;

  if (length < 2 || length >= KIOSK_REVIEW_LINE_MAX || memchr (line, '\0', length) != NULL
      || line[0] != '{' || !is_flat (line, length) || !g_utf8_validate (line, (gssize) length, NULL)
      || !json_parser_load_from_data (parser, line, (gssize) length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
}

/* Whether the signature is the last member and that of the key in the line. */
static gboolean
is_signed (const char *line, gsize length, const guint8 *key, const guint8 *signature)
{
  gsize tail = strlen (SIGNATURE) + 2 * KIOSK_ORDER_SIGNATURE_SIZE + 2; /* closing "} */
  g_autoptr (GBytes) covered = NULL;
  const guint8 *bytes;
  gsize size;

  if (length <= tail || memcmp (line + length - tail, SIGNATURE, strlen (SIGNATURE)) != 0)
    return FALSE;
  covered = signed_bytes (line, length - tail);
  bytes = g_bytes_get_data (covered, &size);
  return crypto_sign_verify_detached (signature, bytes, size, key) == 0;
}

static gboolean
find_kind (const char *word, KioskReviewKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (word, words[i]) == 0)
      {
        *kind = (KioskReviewKind) i;
        return TRUE;
      }
  return FALSE;
}

KioskReviewEntry *
kiosk_review_decode (const char *line, gsize length, guint64 number,
                     guint8 previous[KIOSK_REVIEW_HASH_SIZE])
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = parse (parser, line, length);
  guint8 key[crypto_sign_PUBLICKEYBYTES], signature[KIOSK_ORDER_SIGNATURE_SIZE];
  guint8 before[KIOSK_REVIEW_HASH_SIZE];
  KioskReviewKind kind;
  KioskReviewEntry *entry;

  if (object == NULL || get_number (object, "version") < 1
      || get_number (object, "version") > VERSION || get_number (object, "number") != number
      || !find_kind (get_string (object, "kind"), &kind)
      || !get_hex (object, "key", key, sizeof key)
      || !get_hex (object, "previous", before, sizeof before)
      || !get_hex (object, "signature", signature, sizeof signature)
      || sodium_memcmp (before, previous, sizeof before) != 0
      || !is_signed (line, length, key, signature))
    return NULL;
  entry = g_new0 (KioskReviewEntry, 1);
  entry->kind = kind;
  entry->number = number;
  entry->time = get_time (object, "time");
  entry->reviewer = get_clean (object, "reviewer");
  entry->key = get_clean (object, "key");
  entry->host = get_clean (object, "host");
  entry->record = get_number (object, "record");
  entry->action = get_clean (object, "action");
  entry->at = get_time (object, "at");
  entry->from = get_time (object, "from");
  entry->to = get_time (object, "to");
  entry->logs = get_clean (object, "logs");
  if (get_number (object, "version") >= 2)
    {
      entry->collector = get_clean (object, "collector");
      entry->ledger = get_clean (object, "ledger");
      entry->codes = get_clean (object, "codes");
    }
  entry->text = get_clean (object, "text");
  hash_line (previous, line, length);
  return entry;
}
