/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include <string.h>

/* The strict reader in front of GKeyFile. GKeyFile merges doubled sections, lets the last of two equal
 * keys win and knows no line numbers, so a line that somebody overlooked could silently widen what a
 * terminal allows. This reader walks the same lines first, refuses all of that, and remembers where
 * everything stands. GKeyFile then only unescapes values. It knows nothing of what keys mean. */

static void
entry_free (gpointer data)
{
  KioskPolicyEntry *self = data;

  g_free (self->key);
  g_free (self->value);
  g_free (self);
}

static void
section_free (gpointer data)
{
  KioskPolicySection *self = data;

  g_ptr_array_unref (self->order);
  g_hash_table_unref (self->entries);
  g_free (self->name);
  g_free (self->kind);
  g_free (self->id);
  g_free (self);
}

const KioskPolicySection *
kiosk_policy_index_find (const KioskPolicyIndex *self, const char *name)
{
  return g_hash_table_lookup (self->by_name, name);
}

const KioskPolicyEntry *
kiosk_policy_section_find (const KioskPolicySection *section, const char *key)
{
  return g_hash_table_lookup (section->entries, key);
}

/* ---- One source ---- */

/* What reading one source needs to remember between lines. */
typedef struct {
  KioskPolicyIndex *index;
  KioskPolicyPlace place;      /* of the current line */
  KioskPolicySection *section; /* NULL before the first header and after a refused one */
  gboolean header_seen;
  GHashTable *headers; /* name -> line, of this source */
  GHashTable *keys;    /* "section\nkey" -> line, of this source */
  GString *accepted;   /* the lines that passed, for GKeyFile */
} Reader;

/* A word of lower-case letters, digits and hyphens: the kinds of sections and the keys. */
static gboolean
is_word (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_islower (text[i]) && !g_ascii_isdigit (text[i]) && text[i] != '-')
      return FALSE;
  return length > 0;
}

static gboolean
is_key (const char *key)
{
  gsize length = strlen (key);

  if (g_str_has_suffix (key, "[ja]") || g_str_has_suffix (key, "[en]"))
    length -= strlen ("[ja]");
  return is_word (key, length);
}

/* The line on which @name was seen first in this source, or 0 when @line is that first one. */
static guint
first_line (GHashTable *seen, char *name, guint line)
{
  guint first = GPOINTER_TO_UINT (g_hash_table_lookup (seen, name));

  if (first == 0)
    g_hash_table_insert (seen, name, GUINT_TO_POINTER (line));
  else
    g_free (name);
  return first;
}

static void
read_header (Reader *reader, const char *line)
{
  KioskPolicyIndex *index = reader->index;
  gsize length = strlen (line);
  g_autofree char *name = NULL;
  const char *space;
  gsize kind_length;
  guint first;

  reader->header_seen = TRUE;
  reader->section = NULL; /* what follows a refused header must not land in the section before it */

  if (length < 3 || line[length - 1] != ']')
    {
      kiosk_policy_index_problem (
          index, reader->place,
          "this section header is not closed: expected a line like [server name]",
          "セクションの見出しが閉じられていません。[server 名前] のような行を書いてください");
      return;
    }
  name = g_strndup (line + 1, length - 2);
  space = strchr (name, ' ');
  kind_length = space != NULL ? (gsize) (space - name) : strlen (name);
  if (!is_word (name, kind_length) || (space != NULL && !kiosk_text_is_id (space + 1)))
    {
      kiosk_policy_index_problem (
          index, reader->place,
          "“%s” is not the name of a section: expected [kind] or [kind name] with one space, the name "
          "made of a-z, 0-9, '-', '_' and '.' (at most 63)",
          "「%s」はセクション名ではありません。[種類] または [種類 名前]"
          "（空白は 1 つ、名前は a-z、0-9、「-」「_」「.」で 63 文字まで）と書いてください",
          name);
      return;
    }
  first = first_line (reader->headers, g_strdup (name), reader->place.line);
  if (first != 0)
    {
      kiosk_policy_index_problem (
          index, reader->place,
          "section [%s] stands twice in this file, first on line %u: keep one",
          "セクション [%s] がこのファイルに 2 回あります（最初は %u 行目）。1 つにしてください",
          name, first);
      return;
    }

  reader->section = g_hash_table_lookup (index->by_name, name);
  if (reader->section == NULL)
    {
      KioskPolicySection *section = g_new0 (KioskPolicySection, 1);

      section->name = g_strdup (name);
      section->kind = g_strndup (name, kind_length);
      section->id = g_strdup (space != NULL ? space + 1 : "");
      section->place = reader->place;
      section->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
      section->order = g_ptr_array_new ();
      g_hash_table_insert (index->by_name, section->name, section);
      g_ptr_array_add (index->sections, section);
      reader->section = section;
    }
  g_string_append_printf (reader->accepted, "%s\n", line);
}

static void
read_key (Reader *reader, const char *line)
{
  const char *equals = strchr (line, '=');
  g_autofree char *key = NULL;
  KioskPolicyEntry *entry;
  guint first;

  if (equals == NULL)
    {
      kiosk_policy_index_problem (
          reader->index, reader->place,
          "“%s” is neither a [section], nor key=value, nor a comment that begins with #",
          "「%s」は、[セクション]、キー=値、# で始まるコメントのどれでもありません", line);
      return;
    }
  key = g_strchomp (g_strndup (line, equals - line));
  if (!is_key (key))
    {
      kiosk_policy_index_problem (
          reader->index, reader->place,
          "“%s” is not a key: expected a-z, 0-9 and '-', then [ja] or [en] where a text has a language",
          "「%s」はキーではありません。a-z、0-9、「-」を使い、言語のある文には [ja] か [en] を付けてください",
          key);
      return;
    }
  if (!reader->header_seen)
    {
      kiosk_policy_index_problem (
          reader->index, reader->place,
          "key “%s” stands before the first section: put a [section] above it",
          "キー「%s」が最初のセクションより前にあります。上に [セクション] を書いてください", key);
      return;
    }
  if (reader->section == NULL)
    return; /* its header is a problem already */

  first = first_line (reader->keys, g_strdup_printf ("%s\n%s", reader->section->name, key),
                      reader->place.line);
  if (first != 0)
    {
      kiosk_policy_index_problem (
          reader->index, reader->place,
          "key “%s” stands twice in [%s] of this file, first on line %u: keep one",
          "キー「%s」が、このファイルの [%s] に 2 回あります（最初は %u 行目）。1 つにしてください",
          key, reader->section->name, first);
      return;
    }

  entry = g_hash_table_lookup (reader->section->entries, key);
  if (entry == NULL)
    {
      entry = g_new0 (KioskPolicyEntry, 1);
      entry->key = g_steal_pointer (&key);
      g_hash_table_insert (reader->section->entries, entry->key, entry);
      g_ptr_array_add (reader->section->order, entry);
    }
  g_clear_pointer (&entry->value, g_free);
  entry->place = reader->place;
  g_string_append_printf (reader->accepted, "%s\n", line);
}

/* Characters that make a line look like something else than it is: control characters (a carriage
 * return among them), bidirectional controls, invisible ones. In comments, too: a comment that an
 * editor shows as a setting would mislead whoever reviews the file. */
static gboolean
check_characters (Reader *reader, const char *line)
{
  g_autofree char *plain = g_strdelimit (g_strdup (line), "\t", ' ');
  g_autofree char *clean = kiosk_text_clean (plain, KIOSK_POLICY_MAX_LINE + 1);
  const char *a = plain;
  const char *b = clean;

  while (*a != '\0' && g_utf8_get_char (a) == g_utf8_get_char (b))
    {
      a = g_utf8_next_char (a);
      b = g_utf8_next_char (b);
    }
  if (*a == '\0')
    return TRUE;
  if (*a == '\r')
    kiosk_policy_index_problem (
        reader->index, reader->place,
        "this line ends in a carriage return: save the file with Unix line ends (LF)",
        "この行の終わりに CR があります。改行コードを LF にして保存してください");
  else
    kiosk_policy_index_problem (
        reader->index, reader->place,
        "this line holds the invisible or special character U+%04X: remove it",
        "この行に、見えない文字または特殊な文字 U+%04X があります。削除してください",
        g_utf8_get_char (a));
  return FALSE;
}

static void
read_line (Reader *reader, const char *bytes, gsize length)
{
  g_autofree char *line = NULL;

  if (length > KIOSK_POLICY_MAX_LINE)
    {
      kiosk_policy_index_problem (
          reader->index, reader->place, "this line is longer than %d bytes: split lists by groups",
          "この行は %d バイトを超えています。グループを使って分けてください",
          KIOSK_POLICY_MAX_LINE);
      return;
    }
  line = g_strndup (bytes, length);
  if (!check_characters (reader, line))
    return;
  g_strchomp (line);
  if (line[0] == '\0' || line[0] == '#')
    return;
  if (g_ascii_isspace (line[0]))
    kiosk_policy_index_problem (
        reader->index, reader->place,
        "this line begins with a blank: begin sections, keys and comments at "
        "the left edge",
        "この行は空白で始まっています。セクション、キー、コメントは左端から書いてください");
  else if (line[0] == '[')
    read_header (reader, line);
  else
    read_key (reader, line);
}

/* Fetches what GKeyFile makes of one key that this source set. */
static void
read_value (Reader *reader, GKeyFile *file, const KioskPolicySection *section,
            KioskPolicyEntry *entry)
{
  g_autoptr (GError) error = NULL;

  /* With a bad escape GKeyFile returns a value and an error. */
  entry->value = g_key_file_get_string (file, section->name, entry->key, &error);
  if (error != NULL || entry->value == NULL)
    {
      g_clear_pointer (&entry->value, g_free);
      kiosk_policy_index_problem (
          reader->index, entry->place,
          "the value of “%s” holds a backslash that means nothing: write \\\\ for a backslash",
          "「%s」の値に、意味のない「\\」があります。「\\」そのものは \\\\ と書いてください",
          entry->key);
      return;
    }
  g_strstrip (entry->value);
  if (entry->value[0] == '\0')
    {
      g_clear_pointer (&entry->value, g_free);
      kiosk_policy_index_problem (
          reader->index, entry->place, "“%s” has no value: write one, or remove the line",
          "「%s」に値がありません。値を書くか、行を削除してください", entry->key);
    }
}

/* GKeyFile gets the accepted lines only, so it cannot see anything that we did not, and one bad line
 * does not hide what is wrong with the others. */
static void
read_values (Reader *reader)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  KioskPolicyPlace whole = { reader->place.source, 0 };

  /* Keeping translations is what makes "label[ja]" a key of its own. */
  if (!g_key_file_load_from_data (file, reader->accepted->str, reader->accepted->len,
                                  G_KEY_FILE_KEEP_TRANSLATIONS, &error))
    {
      kiosk_policy_index_problem (reader->index, whole, "not a key file: %s",
                                  "キーファイルとして読み取れません（%s）", error->message);
      return;
    }
  for (guint i = 0; i < reader->index->sections->len; i++)
    {
      const KioskPolicySection *section = reader->index->sections->pdata[i];

      for (guint j = 0; j < section->order->len; j++)
        {
          KioskPolicyEntry *entry = section->order->pdata[j];

          if (entry->place.source == reader->place.source)
            read_value (reader, file, section, entry);
        }
    }
}

/* What is wrong with the source as bytes; no line of such a source can be trusted to be read as an
 * editor shows it. */
static gboolean
check_bytes (KioskPolicyIndex *index, KioskPolicyPlace place, const KioskPolicySource *source)
{
  const char *invalid = NULL;

  if (source->length > KIOSK_POLICY_MAX_BYTES)
    {
      kiosk_policy_index_problem (index, place, "this file is longer than %d bytes",
                                  "このファイルは %d バイトを超えています", KIOSK_POLICY_MAX_BYTES);
      return FALSE;
    }
  if (source->length == 0)
    return TRUE;
  if (!g_utf8_validate_len (source->data, source->length, &invalid))
    {
      place.line = 1;
      for (const char *p = source->data; p < invalid; p++)
        place.line += *p == '\n';
      if (*invalid == '\0')
        kiosk_policy_index_problem (
            index, place, "this line holds a NUL byte: save the file as plain text",
            "この行に NUL 文字があります。普通のテキストとして保存してください");
      else
        kiosk_policy_index_problem (
            index, place, "this line is not valid UTF-8: save the file as UTF-8",
            "この行は UTF-8 として正しくありません。UTF-8 で保存してください");
      return FALSE;
    }
  if (source->length >= 3 && memcmp (source->data, "\xef\xbb\xbf", 3) == 0)
    {
      place.line = 1;
      kiosk_policy_index_problem (
          index, place, "this file begins with a byte order mark: save it as UTF-8 without BOM",
          "このファイルは BOM で始まっています。BOM なしの UTF-8 で保存してください");
      return FALSE;
    }
  return TRUE;
}

static void
read_source (KioskPolicyIndex *index, const KioskPolicySource *source)
{
  g_autoptr (GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) accepted = g_string_new (NULL);
  Reader reader = { .index = index, .headers = headers, .keys = keys, .accepted = accepted };
  const char *position = source->data;
  const char *end = source->data + source->length;

  reader.place.source = index->sources->pdata[index->sources->len - 1];
  if (!check_bytes (index, reader.place, source))
    return;
  while (position < end)
    {
      const char *feed = memchr (position, '\n', end - position);
      const char *stop = feed != NULL ? feed : end;

      reader.place.line++;
      read_line (&reader, position, stop - position);
      position = feed != NULL ? feed + 1 : end;
    }
  read_values (&reader);
}

KioskPolicyIndex *
kiosk_policy_index_new (const KioskPolicySource *sources, guint n_sources)
{
  KioskPolicyIndex *self = g_new0 (KioskPolicyIndex, 1);

  self->sources = g_ptr_array_new_with_free_func (g_free);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, section_free);
  self->sections = g_ptr_array_new ();
  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_policy_problem_free);

  for (guint i = 0; i < n_sources && i < KIOSK_POLICY_MAX_SOURCES; i++)
    {
      g_ptr_array_add (self->sources, g_strdup (sources[i].name));
      read_source (self, &sources[i]);
    }
  if (n_sources == 0 || n_sources > KIOSK_POLICY_MAX_SOURCES)
    {
      KioskPolicyPlace place = { n_sources > 0 ? sources[0].name : "policy", 0 };

      kiosk_policy_index_problem (self, place, "a policy is made of 1 to %d files, not %u",
                                  "設定ファイルの数は 1 から %d までです（今は %u）",
                                  KIOSK_POLICY_MAX_SOURCES, n_sources);
    }
  return self;
}

void
kiosk_policy_index_free (KioskPolicyIndex *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->sections);
  g_hash_table_unref (self->by_name);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
  g_ptr_array_unref (self->sources);
  g_free (self);
}
