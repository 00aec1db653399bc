/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/pam-stack.h"

#include "kiosk/base/error.h"

#include <string.h>

/* libpam takes a line that it does not understand for one that always fails, and says so in a log that
 * nobody reads on a terminal. So whatever is doubtful is refused here, before anybody wants to log in. */

#define AUTH_PART "maintenance-kiosk-auth"

const char *const kiosk_pam_services[]
    = { "maintenance-kiosk",         "maintenance-kiosk-unlock", "maintenance-kiosk-end",
        "maintenance-kiosk-approve", "maintenance-kiosk-change", NULL };

typedef struct {
  const char *key;
  guint value;
} Option;

/* One file in hand. */
typedef struct {
  const KioskIdentityRules *rules;
  const char *folder;
  GPtrArray *includes;
  GError **error;
  GString *to;
  guint line;
} Work;

static gboolean
refuse (GError **error, guint line, const char *why)
{
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "line %u: %s", line, why);
  return FALSE;
}

/* The next word at *@at, which is moved behind it; NULL at the end. "[...]" is one word, in which "\]"
 * stands for a bracket. *@open: the bracket is not closed. */
static char *
take_word (const char **at, gboolean *open)
{
  const char *begin = *at + strspn (*at, " \t");
  const char *end = begin;

  if (*begin == '\0')
    return NULL;
  if (*begin != '[')
    end += strcspn (begin, " \t");
  else
    {
      while (*end != '\0' && *end != ']')
        end += end[0] == '\\' && end[1] != '\0' ? 2 : 1;
      if (*end == ']')
        end++;
      else
        *open = TRUE;
    }
  *at = end;
  return g_strndup (begin, (gsize) (end - begin));
}

static GPtrArray *
split_words (const char *line, gboolean *open)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  char *word;

  while ((word = take_word (&line, open)) != NULL)
    g_ptr_array_add (words, word);
  return words;
}

static gboolean
is_one_of (const char *word, const char *const *list)
{
  for (guint i = 0; list[i] != NULL; i++)
    if (g_ascii_strcasecmp (word, list[i]) == 0)
      return TRUE;
  return FALSE;
}

/* "[value=action ...]" with the words of pam.conf(5). */
static gboolean
is_bracket (const char *control)
{
  static const char *const values[] = { "success",
                                        "open_err",
                                        "symbol_err",
                                        "service_err",
                                        "system_err",
                                        "buf_err",
                                        "perm_denied",
                                        "auth_err",
                                        "cred_insufficient",
                                        "authinfo_unavail",
                                        "user_unknown",
                                        "maxtries",
                                        "new_authtok_reqd",
                                        "acct_expired",
                                        "session_err",
                                        "cred_unavail",
                                        "cred_expired",
                                        "cred_err",
                                        "no_module_data",
                                        "conv_err",
                                        "authtok_err",
                                        "authtok_recover_err",
                                        "authtok_lock_busy",
                                        "authtok_disable_aging",
                                        "try_again",
                                        "ignore",
                                        "abort",
                                        "authtok_expired",
                                        "module_unknown",
                                        "bad_item",
                                        "conv_again",
                                        "incomplete",
                                        "default",
                                        NULL };
  static const char *const actions[] = { "ignore", "bad", "die", "ok", "done", "reset", NULL };
  g_autofree char *inner = g_strndup (control + 1, strlen (control) - 2);
  g_auto (GStrv) pairs = g_strsplit_set (inner, " \t", -1);
  guint n = 0;

  for (guint i = 0; pairs[i] != NULL; i++)
    {
      char *equals = strchr (pairs[i], '=');

      if (pairs[i][0] == '\0')
        continue;
      if (equals == NULL)
        return FALSE;
      *equals = '\0';
      if (!is_one_of (pairs[i], values)
          || !(is_one_of (equals + 1, actions)
               || g_ascii_string_to_unsigned (equals + 1, 10, 1, 99, NULL, NULL)))
        return FALSE;
      n++;
    }
  return n > 0;
}

/* Name of a file in the folder of services. */
static gboolean
is_file_name (const char *name)
{
  return name[0] != '.' && name[0] != '\0'
         && strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
                == strlen (name);
}

/* "pam_unix.so", with or without a folder before it. */
static char *
module_name (const char *module)
{
  g_autofree char *base = g_path_get_basename (module);

  if (!is_file_name (base) || !g_str_has_prefix (base, "pam_") || !g_str_has_suffix (base, ".so"))
    return NULL;
  if (strchr (module, '/') != NULL && (module[0] != '/' || strstr (module, "/../") != NULL))
    return NULL;
  return g_steal_pointer (&base);
}

/* Ends with a NULL key. */
static void
options_of (const char *module, const KioskIdentityRules *rules, Option options[4])
{
  guint n = 0;

  if (strcmp (module, "pam_pwquality.so") == 0)
    {
      options[n++] = (Option){ "minlen", rules->min_length };
      options[n++] = (Option){ "minclass", rules->classes };
    }
  else if (strcmp (module, "pam_pwhistory.so") == 0)
    options[n++] = (Option){ "remember", rules->history };
  else if (strcmp (module, "pam_faillock.so") == 0)
    {
      options[n++] = (Option){ "deny", rules->attempts };
      options[n++] = (Option){ "unlock_time", rules->lockout };
      options[n++] = (Option){ "fail_interval", rules->lockout };
    }
  options[n] = (Option){ 0 };
}

static gboolean
is_option (const char *word, const Option *options)
{
  for (guint i = 0; options[i].key != NULL; i++)
    {
      gsize length = strlen (options[i].key);

      if (strncmp (word, options[i].key, length) == 0
          && (word[length] == '=' || word[length] == '\0'))
        return TRUE;
    }
  return FALSE;
}

static void
write_module (GString *to, const GPtrArray *words, const char *module,
              const KioskIdentityRules *rules)
{
  Option options[4];

  options_of (module, rules, options);
  for (guint i = 0; i < words->len; i++)
    if (i < 3 || !is_option (words->pdata[i], options))
      g_string_append_printf (to, "%s%s", i > 0 ? " " : "", (const char *) words->pdata[i]);
  for (guint i = 0; options[i].key != NULL; i++)
    g_string_append_printf (to, " %s=%u", options[i].key, options[i].value);
  g_string_append_c (to, '\n');
}

/* libpam looks for an included file in /etc/pam.d, whatever folder it was started with (1.5.2): there it would be the
 * site's, with other numbers than the policy's. So it is named by its path. */
static gboolean
write_include (Work *work, const GPtrArray *words)
{
  const char *name = words->pdata[words->len - 1];

  if (!is_file_name (name))
    return refuse (work->error, work->line,
                   "only files of the same folder can be included, by their name");
  if (!g_ptr_array_find_with_equal_func (work->includes, name, g_str_equal, NULL))
    g_ptr_array_add (work->includes, g_strdup (name));
  for (guint i = 0; i + 1 < words->len; i++)
    g_string_append_printf (work->to, "%s ", (const char *) words->pdata[i]);
  g_string_append_printf (work->to, "%s/%s\n", work->folder, name);
  return TRUE;
}

static gboolean
render_line (Work *work, const char *line)
{
  static const char *const types[] = { "auth", "account", "password", "session", NULL };
  static const char *const controls[] = { "required", "requisite", "sufficient", "optional", NULL };
  static const char *const splices[] = { "include", "substack", NULL };
  gboolean open = FALSE;
  g_autoptr (GPtrArray) words = split_words (line, &open);
  g_autofree char *module = NULL;
  GError **error = work->error;
  guint number = work->line;
  const char *type, *control;

  if (words->len == 0)
    return TRUE;
  if (open)
    return refuse (error, number, "a bracket is not closed");
  /* Before a comment or another backslash it is a letter; at the end of what is written it would swallow a line. */
  for (guint i = 0; i < words->len; i++)
    if (g_str_has_suffix (words->pdata[i], "\\"))
      return refuse (error, number, "a backslash at the end of a word");
  type = words->pdata[0];
  if (strcmp (type, "@include") == 0)
    return words->len == 2 ? write_include (work, words)
                           : refuse (error, number, "expected the name of a file behind @include");
  if (!is_one_of (type[0] == '-' ? type + 1 : type, types))
    return refuse (error, number, "expected auth, account, password or session");
  if (words->len < 3)
    return refuse (error, number, "expected a control and a module behind the type");
  control = words->pdata[1];
  if (is_one_of (control, splices))
    return words->len == 3 ? write_include (work, words)
                           : refuse (error, number, "expected the name of a file and no more");
  if (control[0] == '[' ? !is_bracket (control) : !is_one_of (control, controls))
    return refuse (error, number, "expected required, requisite, sufficient, optional or [...]");
  module = module_name (words->pdata[2]);
  if (module == NULL)
    return refuse (error, number, "expected the name of a module like pam_unix.so");
  write_module (work->to, words, module, work->rules);
  return TRUE;
}

/* Takes one line of the file into @whole; lines that end with a backslash go on in the next one. */
static gboolean
take_line (Work *work, GString *whole, char *line)
{
  char *comment = strchr (line, '#');
  gboolean goes_on;

  for (const char *c = line; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c) && *c != '\t')
      return refuse (work->error, work->line, "a control character");
  if (comment != NULL)
    *comment = '\0';
  goes_on = comment == NULL && g_str_has_suffix (line, "\\");
  if (goes_on)
    line[strlen (line) - 1] = ' ';
  g_string_append (whole, line);
  if (whole->len > KIOSK_PAM_MAX_LINE)
    return refuse (work->error, work->line, "the line is too long");
  if (goes_on)
    return TRUE;
  if (!render_line (work, whole->str))
    return FALSE;
  g_string_truncate (whole, 0);
  return TRUE;
}

char *
kiosk_pam_stack_render (const char *text, const KioskIdentityRules *rules, const char *folder,
                        GPtrArray *includes, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) rendered = g_string_new (NULL);
  g_autoptr (GString) whole = g_string_new (NULL);
  Work work = { rules, folder, includes, error, rendered, 0 };

  if (strlen (text) > KIOSK_PAM_MAX_BYTES || !g_utf8_validate (text, -1, NULL))
    {
      refuse (error, 0, "too long, or not UTF-8");
      return NULL;
    }
  for (; lines[work.line] != NULL;)
    {
      char *line = lines[work.line++];

      if (!take_line (&work, whole, line))
        return NULL;
    }
  if (whole->len > 0)
    {
      refuse (error, work.line, "the last line does not end");
      return NULL;
    }
  return g_string_free (g_steal_pointer (&rendered), FALSE);
}

char *
kiosk_pam_stack_source (const char *name, const KioskIdentityRules *rules)
{
  if (strcmp (name, AUTH_PART) != 0 || rules->second_factor == KIOSK_SECOND_FACTOR_NONE)
    return g_strdup (name);
  return g_strdup_printf ("%s-%s", name, kiosk_second_factor_name (rules->second_factor));
}
