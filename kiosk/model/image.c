/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/image.h"

#include <string.h>

/* Judgements about the image: how old it is, and whether it was started as it wants to be. Errs on the
 * side of refusing. */

/* ---- Age ---- */

static gboolean
parse_date (const char *text, GDate *date)
{
  int parts[3] = { 0 };
  guint part = 0;

  if (text == NULL || strlen (text) != 10)
    return FALSE;
  for (guint i = 0; i < 10; i++)
    {
      gboolean dash = i == 4 || i == 7;

      if (dash ? text[i] != '-' : !g_ascii_isdigit (text[i]))
        return FALSE;
      if (dash)
        part++;
      else
        parts[part] = parts[part] * 10 + (text[i] - '0');
    }
  if (!g_date_valid_dmy ((GDateDay) parts[2], parts[1], (GDateYear) parts[0]))
    return FALSE;
  g_date_clear (date, 1);
  g_date_set_dmy (date, (GDateDay) parts[2], parts[1], (GDateYear) parts[0]);
  return TRUE;
}

gboolean
kiosk_image_date_is_valid (const char *text)
{
  GDate date;

  return parse_date (text, &date);
}

int
kiosk_image_age (const char *date, int year, int month, int day)
{
  GDate made, today;

  if (!parse_date (date, &made) || year < 1 || year > G_MAXUINT16 || month < 1 || day < 1
      || !g_date_valid_dmy ((GDateDay) day, month, (GDateYear) year))
    return -1;
  g_date_clear (&today, 1);
  g_date_set_dmy (&today, (GDateDay) day, month, (GDateYear) year);
  return MAX (-1, g_date_days_between (&made, &today));
}

/* ---- The command line ---- */

#define ROOT_HASH "roothash="
#define MAX_WORD_SHOWN 200

typedef struct {
  const char *start;
  gsize length;
} Word;

/* The kernel's isspace(): those of ASCII and, which no locale of ours would say, 0xa0. */
static gboolean
is_blank (char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0';
}

/* The next word from *@at on. FALSE at the end of the line. */
static gboolean
next_word (const char **at, const char *end, Word *word)
{
  gboolean quoted = FALSE;

  while (*at < end && is_blank (**at))
    (*at)++;
  word->start = *at;
  for (; *at < end && (quoted || !is_blank (**at)); (*at)++)
    if (**at == '"')
      quoted = !quoted;
  word->length = (gsize) (*at - word->start);
  return word->length > 0;
}

static gboolean
is_root_hash (const Word *word, gboolean strict)
{
  gsize prefix = strlen (ROOT_HASH);

  if (word->length < prefix || memcmp (word->start, ROOT_HASH, prefix) != 0)
    return FALSE;
  for (gsize i = prefix; strict && i < word->length; i++)
    if (!g_ascii_isxdigit (word->start[i]))
      return FALSE;
  return TRUE;
}

static gboolean
next_word_that_counts (const char **at, const char *end, gboolean strict, Word *word)
{
  while (next_word (at, end, word))
    if (!is_root_hash (word, strict))
      return TRUE;
  return FALSE;
}

static char *
show (const Word *word)
{
  g_autofree char *text = g_strndup (word->start, MIN (word->length, MAX_WORD_SHOWN));

  return g_strescape (text, NULL);
}

static gboolean
is_sane (const char *line, gsize length)
{
  return length <= KIOSK_IMAGE_MAX_COMMAND_LINE
         && (length == 0 || memchr (line, '\0', length) == NULL);
}

gboolean
kiosk_image_boot_matches (const char *made, gsize made_length, const char *booted,
                          gsize booted_length, char **difference)
{
  const char *made_end = made + made_length;
  const char *booted_end = booted + booted_length;

  if (!is_sane (made, made_length) || !is_sane (booted, booted_length))
    {
      *difference = g_strdup ("not a command line");
      return FALSE;
    }
  for (;;)
    {
      Word wanted, found;
      gboolean more = next_word_that_counts (&made, made_end, FALSE, &wanted);
      gboolean has = next_word_that_counts (&booted, booted_end, TRUE, &found);

      if (!more && !has)
        return TRUE;
      if (more && has && wanted.length == found.length
          && memcmp (wanted.start, found.start, wanted.length) == 0)
        continue;
      *difference = show (has ? &found : &wanted);
      return FALSE;
    }
}
