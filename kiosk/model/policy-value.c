/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include <string.h>

/* Values of the plain kinds: texts, numbers, words, lists, paths. Values of servers alone stand in
 * policy-endpoint.c and policy-hours.c. */

#define PROBLEM(value, en, ja, ...)                                                                \
  kiosk_policy_index_problem ((value).index, (value).entry->place, en, ja, __VA_ARGS__)

gboolean
kiosk_policy_value_text (KioskPolicyValue value, guint max_chars, char **text)
{
  const char *raw = value.entry->value;
  g_autofree char *clean = NULL;

  if (g_utf8_strlen (raw, -1) > max_chars)
    {
      PROBLEM (value, "“%s” is longer than %u characters", "「%s」が %u 文字を超えています",
               value.entry->key, max_chars);
      return FALSE;
    }
  /* The index has looked at the line; an escape like \n makes its character only now. */
  clean = kiosk_text_clean (raw, max_chars);
  if (strcmp (clean, raw) != 0)
    {
      PROBLEM (value, "“%s” must be one line without tabs and invisible characters",
               "「%s」は、タブや見えない文字を含まない 1 行にしてください", value.entry->key);
      return FALSE;
    }
  g_free (*text);
  *text = g_steal_pointer (&clean);
  return TRUE;
}

gboolean
kiosk_policy_value_number (KioskPolicyValue value, guint min, guint max, guint *number)
{
  guint64 parsed;

  if (!g_ascii_string_to_unsigned (value.entry->value, 10, min, max, &parsed, NULL))
    {
      PROBLEM (value, "“%s” is “%s”: expected a whole number from %u to %u",
               "「%s」が「%s」です。%u から %u までの整数を書いてください", value.entry->key,
               value.entry->value, min, max);
      return FALSE;
    }
  *number = (guint) parsed;
  return TRUE;
}

gboolean
kiosk_policy_value_choice (KioskPolicyValue value, const char *const *choices, guint *choice)
{
  g_autofree char *known = NULL;

  for (guint i = 0; choices[i] != NULL; i++)
    if (strcmp (choices[i], value.entry->value) == 0)
      {
        *choice = i;
        return TRUE;
      }
  known = g_strjoinv (", ", (GStrv) choices);
  PROBLEM (value, "“%s” is “%s”: expected one of: %s",
           "「%s」が「%s」です。次のどれかを書いてください: %s", value.entry->key,
           value.entry->value, known);
  return FALSE;
}

gboolean
kiosk_policy_value_ids (KioskPolicyValue value, GStrv *ids)
{
  g_auto (GStrv) words = g_strsplit (value.entry->value, ";", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = g_strv_length (words);

  for (guint i = 0; i < n; i++)
    {
      g_strstrip (words[i]);
      if (words[i][0] == '\0' && i > 0 && i == n - 1)
        {
          /* GKeyFile itself ends lists with the separator. */
          g_clear_pointer (&words[i], g_free);
          break;
        }
      if (!kiosk_text_is_id (words[i]))
        {
          PROBLEM (
              value,
              "“%s” holds “%s”: expected names separated by ';', of a-z, 0-9, '-', '_' and '.'",
              "「%s」に「%s」があります。a-z、0-9、「-」「_」「.」の名前を「;」で区切って書いてください",
              value.entry->key, words[i]);
          return FALSE;
        }
      if (!g_hash_table_add (seen, words[i]))
        {
          PROBLEM (value, "“%s” names “%s” twice", "「%s」に「%s」が 2 回あります",
                   value.entry->key, words[i]);
          return FALSE;
        }
    }
  g_strfreev (*ids);
  *ids = g_steal_pointer (&words);
  return TRUE;
}

gboolean
kiosk_policy_value_path (KioskPolicyValue value, char **path)
{
  const char *raw = value.entry->value;
  g_auto (GStrv) parts = g_strsplit (raw, "/", -1);
  g_autofree char *clean = kiosk_text_clean (raw, 512);
  gboolean good = raw[0] == '/' && raw[1] != '\0' && strcmp (clean, raw) == 0;

  for (guint i = 1; good && parts[i] != NULL; i++)
    good = parts[i][0] != '\0' && strcmp (parts[i], ".") != 0 && strcmp (parts[i], "..") != 0;
  if (!good)
    {
      PROBLEM (value,
               "“%s” is “%s”: expected an absolute path like /var/log/example, without “.”, “..”, "
               "doubled or final slashes",
               "「%s」が「%s」です。/var/log/example のような絶対パスを書いてください"
               "（「.」「..」、連続や末尾の「/」は使えません）",
               value.entry->key, raw);
      return FALSE;
    }
  g_free (*path);
  *path = g_steal_pointer (&clean);
  return TRUE;
}
