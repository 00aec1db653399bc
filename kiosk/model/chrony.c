/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/chrony.h"

#include "kiosk/base/error.h"

#include <string.h>

/* Writes text that another program obeys. Every value is looked at again before it is written, whoever has looked
 * before: one line feed would be one directive more. */

/* A word that chronyd reads as one, whatever comes before it. */
static gboolean
is_word (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("./:-_@+,", *p) == NULL)
      return FALSE;
  return *text != '\0';
}

static gboolean
check_word (const KioskTimeSource *source, const char *text, GError **error)
{
  if (is_word (text))
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
               "[time %s]: a name or path with other characters than letters, digits and ./:-_@+, "
               "cannot be given to chronyd",
               source->id);
  return FALSE;
}

/* chronyd takes each address once, and hosts(5) has one address for a name. */
static gboolean
check_unique (const KioskPolicy *policy, guint i, GError **error)
{
  const KioskTimeSource *source = policy->time_sources->pdata[i];

  for (guint k = 0; k < i; k++)
    {
      const KioskTimeSource *other = policy->time_sources->pdata[k];

      if (strcmp (source->endpoint.address, other->endpoint.address) == 0
          || (source->nts != NULL && other->nts != NULL
              && g_ascii_strcasecmp (source->nts, other->nts) == 0))
        {
          g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                       "[time %s] and [time %s] have the same address or the same name", other->id,
                       source->id);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check (const KioskPolicy *policy, GError **error)
{
  for (guint i = 0; i < policy->time_sources->len; i++)
    {
      const KioskTimeSource *source = policy->time_sources->pdata[i];

      if (!check_word (source, source->endpoint.address, error)
          || (source->nts != NULL
              && (!check_word (source, source->nts, error)
                  || !check_word (source, source->authority, error)))
          || !check_unique (policy, i, error))
        return FALSE;
    }
  return TRUE;
}

/* iburst: at the start the clock is right within seconds. */
static void
append_source (GString *text, const KioskTimeSource *source, guint set)
{
  g_string_append_printf (text, "server %s port %u iburst",
                          source->nts != NULL ? source->nts : source->endpoint.address,
                          source->endpoint.port);
  if (source->key != 0)
    g_string_append_printf (text, " key %u", source->key);
  if (source->nts != NULL)
    g_string_append_printf (text, " nts certset %u\nntstrustedcerts %u %s", set, set,
                            source->authority);
  g_string_append_c (text, '\n');
}

char *
kiosk_chrony_render (const KioskPolicy *policy, const char *keys, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = policy->time_sources->len;
  gboolean all_proved = TRUE, some_key = FALSE, some_nts = FALSE;

  if (!check (policy, error))
    return NULL;
  if (n == 0)
    return g_strdup ("");
  g_string_append (text, "# Made from the policy by \"kioskctl policy chrony\".\n");
  for (guint i = 0; i < n; i++)
    {
      const KioskTimeSource *source = policy->time_sources->pdata[i];

      /* Set 0 is what every source without one uses. */
      append_source (text, source, i + 1);
      some_key = some_key || source->key != 0;
      some_nts = some_nts || source->nts != NULL;
      all_proved = all_proved && (source->key != 0 || source->nts != NULL);
    }
  if (some_key)
    g_string_append_printf (text, "keyfile %s\n", keys);
  if (some_nts)
    g_string_append (text, "nosystemcert\n");
  if (all_proved)
    g_string_append (text, "authselectmode require\n");
  /* One of three that is wrong cannot lead the clock astray by itself. */
  if (n >= 3)
    g_string_append (text, "minsources 2\n");
  g_string_append (text, "port 0\n"
                         "cmdport 0\n"
                         "bindcmdaddress /\n"
                         "pidfile /run/chrony/chronyd.pid\n"
                         "driftfile /var/lib/chrony/drift\n"
                         /* Only at the start may the clock jump; later it is drawn. */
                         "makestep 1 3\n"
                         "maxupdateskew 100\n"
                         "rtcsync\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
kiosk_chrony_render_hosts (const KioskPolicy *policy, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!check (policy, error))
    return NULL;
  for (guint i = 0; i < policy->time_sources->len; i++)
    {
      const KioskTimeSource *source = policy->time_sources->pdata[i];

      if (source->nts != NULL)
        g_string_append_printf (text, "%s %s\n", source->endpoint.address, source->nts);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
