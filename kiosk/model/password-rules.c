/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/password-rules.h"

#include <string.h>

/* Works on the bytes where they are: a copy would have to be wiped. Texts that are no UTF-8 are compared
 * by nobody: such a password is refused for its characters. */

/* Shortest part of an ID or name that counts as one of them; a whole ID or name counts from 2 on.
 * Japanese names are short: two of their characters say as much as three letters. */
#define SHORTEST_PART 3
#define SHORTEST_WHOLE 2

static gboolean
is_good (const char *text)
{
  return g_utf8_validate (text, -1, NULL);
}

static gunichar
fold (const char *at)
{
  return g_unichar_tolower (g_utf8_get_char (at));
}

/* Whether the @n characters at @part stand at @at, forwards or backwards. */
static gboolean
stands_at (const char *at, const char *part, guint n)
{
  const char *forwards = part;
  const char *backwards = g_utf8_offset_to_pointer (part, (glong) n);
  gboolean same = TRUE, mirrored = TRUE;

  for (guint i = 0; i < n && (same || mirrored); i++)
    {
      if (*at == '\0')
        return FALSE;
      backwards = g_utf8_prev_char (backwards);
      same = same && fold (at) == fold (forwards);
      mirrored = mirrored && fold (at) == fold (backwards);
      at = g_utf8_next_char (at);
      forwards = g_utf8_next_char (forwards);
    }
  return same || mirrored;
}

static gboolean
contains (const char *text, const char *part, guint n)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (stands_at (at, part, n))
      return TRUE;
  return FALSE;
}

static gboolean
is_letter (const char *at)
{
  return g_unichar_isalpha (g_utf8_get_char (at));
}

/* Parts are runs of letters: "k-sato01" has "k" and "sato". */
static gboolean
contains_name (const char *password, const char *name)
{
  guint whole = (guint) g_utf8_strlen (name, -1);

  if (whole >= SHORTEST_WHOLE && contains (password, name, whole))
    return TRUE;
  for (const char *at = name; *at != '\0';)
    {
      const char *begin = at;
      gboolean ascii = TRUE;
      guint n = 0;

      for (; *at != '\0' && is_letter (at); at = g_utf8_next_char (at), n++)
        ascii = ascii && (guchar) *at < 0x80;
      if (n >= (ascii ? SHORTEST_PART : SHORTEST_WHOLE) && contains (password, begin, n))
        return TRUE;
      if (*at != '\0')
        at = g_utf8_next_char (at);
    }
  return FALSE;
}

static gboolean
is_other (const char *old, const char *password)
{
  guint n = old != NULL && is_good (old) ? (guint) g_utf8_strlen (old, -1) : 0;

  return n == 0 || !contains (password, old, n);
}

static gboolean
can_be_typed (const char *password)
{
  if (strlen (password) > KIOSK_PASSWORD_MAX_BYTES || !is_good (password))
    return FALSE;
  for (const char *at = password; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isgraph (g_utf8_get_char (at)) && *at != ' ')
      return FALSE;
  return TRUE;
}

guint
kiosk_password_length (const char *password)
{
  return (guint) (is_good (password) ? (gsize) g_utf8_strlen (password, -1) : strlen (password));
}

guint
kiosk_password_classes (const char *password)
{
  gboolean capital = FALSE, small = FALSE, digit = FALSE, sign = FALSE;

  for (; *password != '\0'; password++)
    {
      if (g_ascii_isupper (*password))
        capital = TRUE;
      else if (g_ascii_islower (*password))
        small = TRUE;
      else if (g_ascii_isdigit (*password))
        digit = TRUE;
      else
        sign = TRUE;
    }
  return (guint) (capital + small + digit + sign);
}

KioskPasswordRules
kiosk_password_rules_check (const KioskIdentityRules *rules, const char *const *names,
                            const char *old, const char *password)
{
  KioskPasswordRules met = 0;
  gboolean named = FALSE;

  if (kiosk_password_length (password) >= rules->min_length)
    met |= KIOSK_PASSWORD_LENGTH;
  if (kiosk_password_classes (password) >= rules->classes)
    met |= KIOSK_PASSWORD_CLASSES;
  if (!can_be_typed (password))
    return met;
  met |= KIOSK_PASSWORD_CHARACTERS;
  for (guint i = 0; names[i] != NULL; i++)
    named = named || (is_good (names[i]) && contains_name (password, names[i]));
  if (!named)
    met |= KIOSK_PASSWORD_PERSON;
  if (is_other (old, password))
    met |= KIOSK_PASSWORD_OTHER;
  return met;
}
