/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include <string.h>

/* Who may open which server when (R01, R07, R08, R29), and the lines of the policy that say so. The
 * same function judges for kioskd and explains for kioskctl: an explanation that is computed apart
 * from the judgement is a second judgement. */

#define TICKET_MAX 64
#define PURPOSE_MAX 200

/* Adds where @key of [@kind @id] stands, when somebody wants to know and it stands somewhere. */
static void
note (const KioskPolicy *self, GArray *places, const char *kind, const char *id, const char *key)
{
  g_autofree char *section = NULL;
  KioskPolicyPlace place;

  if (places == NULL)
    return;
  section = g_strdup_printf ("%s %s", kind, id);
  place = kiosk_policy_place (self, section, key);
  if (place.line > 0)
    g_array_append_val (places, place);
}

static gboolean
is_their_work (const KioskPolicy *self, const char *person, const KioskPolicyServer *server,
               GArray *places)
{
  const KioskPolicyReal *real = (const KioskPolicyReal *) self;

  if (g_strv_contains ((const char *const *) server->persons, person))
    {
      note (self, places, "server", server->id, "persons");
      return TRUE;
    }
  for (guint i = 0; server->groups[i] != NULL; i++)
    {
      GStrv members = g_hash_table_lookup (real->groups, server->groups[i]);

      if (g_strv_contains ((const char *const *) members, person))
        {
          note (self, places, "server", server->id, "groups");
          note (self, places, "group", server->groups[i], "persons");
          return TRUE;
        }
    }

  /* Refused: every line that could have named them. */
  note (self, places, "server", server->id, "persons");
  note (self, places, "server", server->id, "groups");
  for (guint i = 0; server->groups[i] != NULL; i++)
    note (self, places, "group", server->groups[i], "persons");
  return FALSE;
}

static gboolean
is_open (const KioskPolicyServer *server, const KioskLocalTime *at)
{
  if (server->hours->len == 0)
    return TRUE;
  if (at->weekday > 6)
    return FALSE;
  for (guint i = 0; i < server->hours->len; i++)
    {
      const KioskHours *span = &g_array_index (server->hours, KioskHours, i);

      if ((span->days & (1u << at->weekday)) && at->minute >= span->from
          && at->minute < span->until)
        return TRUE;
    }
  return FALSE;
}

static KioskVerdict
decide (const KioskPolicy *self, const char *person_id, const char *server_id,
        const KioskLocalTime *at, GArray *places)
{
  const KioskPolicyPerson *person
      = person_id != NULL ? kiosk_policy_find_person (self, person_id) : NULL;
  const KioskPolicyServer *server
      = server_id != NULL ? kiosk_policy_find_server (self, server_id) : NULL;

  if (person == NULL)
    return KIOSK_VERDICT_UNKNOWN_PERSON;
  note (self, places, "person", person->id, NULL);
  note (self, places, "role", "engineer", "persons");
  if (!(person->roles & KIOSK_ROLE_ENGINEER))
    return KIOSK_VERDICT_NO_ROLE;

  if (server == NULL)
    return KIOSK_VERDICT_UNKNOWN_SERVER;
  note (self, places, "server", server->id, NULL);
  if (!is_their_work (self, person->id, server, places))
    return KIOSK_VERDICT_NOT_THEIR_WORK;

  note (self, places, "server", server->id, "hours");
  return is_open (server, at) ? KIOSK_VERDICT_ALLOWED : KIOSK_VERDICT_HOURS;
}

KioskVerdict
kiosk_policy_decide (const KioskPolicy *self, const char *person, const char *server,
                     const KioskLocalTime *at, GArray **places)
{
  GArray *found = places != NULL ? g_array_new (FALSE, FALSE, sizeof (KioskPolicyPlace)) : NULL;
  KioskVerdict verdict = decide (self, person, server, at, found);

  if (places != NULL)
    *places = found;
  return verdict;
}

/* @text within @max_chars, UTF-8, nothing invisible, and something to see when @needed. */
static gboolean
is_entry (const char *text, guint max_chars, gboolean needed)
{
  g_autofree char *clean = NULL;
  gboolean blank = TRUE;

  if (text == NULL)
    return !needed;
  if (!g_utf8_validate (text, -1, NULL) || g_utf8_strlen (text, -1) > max_chars)
    return FALSE;
  clean = kiosk_text_clean (text, max_chars);
  if (strcmp (clean, text) != 0)
    return FALSE;
  for (const char *p = text; *p != '\0' && blank; p = g_utf8_next_char (p))
    blank = g_unichar_isspace (g_utf8_get_char (p)); /* U+3000, too */
  return !(needed && blank);
}

gboolean
kiosk_policy_ticket_valid (const KioskPolicyServer *server, const char *ticket, const char *purpose)
{
  gboolean needed = server->ticket == KIOSK_TICKET_REQUIRED;

  return is_entry (ticket, TICKET_MAX, needed) && is_entry (purpose, PURPOSE_MAX, needed);
}

const KioskLabel *
kiosk_verdict_label (KioskVerdict verdict)
{
  static const KioskLabel labels[] = {
    [KIOSK_VERDICT_ALLOWED] = { (char *) "接続できます。", (char *) "Allowed." },
    [KIOSK_VERDICT_UNKNOWN_PERSON]
    = { (char *) "この ID は設定に登録されていません。", (char *) "This ID is not in the policy." },
    [KIOSK_VERDICT_NO_ROLE] = { (char *) "この人には保守作業者（engineer）の役割がありません。",
                                (char *) "This person does not have the role engineer." },
    [KIOSK_VERDICT_UNKNOWN_SERVER] = { (char *) "このサーバーは設定に登録されていません。",
                                       (char *) "This server is not in the policy." },
    [KIOSK_VERDICT_NOT_THEIR_WORK] = { (char *) "このサーバーは、この人の担当ではありません。",
                                       (char *) "This server is not part of this person's work." },
    [KIOSK_VERDICT_HOURS] = { (char *) "このサーバーに接続できる時間帯ではありません。",
                              (char *) "This server may not be used at this time." },
  };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (labels), &labels[KIOSK_VERDICT_UNKNOWN_PERSON]);
  return &labels[verdict];
}
