/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "index-private.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

/* From a filter to the conditions of a statement. */

/* With more phrases than this, reading records in the order of time until the page is full beats sorting all that have one. */
#define PHRASES_BY_INDEX 2000

static void
add_word (KioskDbQuery *query, const char *column, const char *word)
{
  g_autofree char *before = NULL;

  if (word == NULL)
    return;
  before = g_strdup_printf (" AND r.%s = (SELECT id FROM word WHERE word = ", column);
  kiosk_db_query_add_text (query, before, word, ")");
}

void
kiosk_index_add_words (KioskDbQuery *query, const char *column, const char *const *words)
{
  g_autofree char *before = NULL;

  if (words == NULL)
    return;
  before = g_strdup_printf (" AND r.%s IN (SELECT id FROM word WHERE word IN (", column);
  kiosk_db_query_append (query, before);
  for (guint i = 0; words[i] != NULL; i++)
    kiosk_db_query_add_text (query, i == 0 ? "" : ",", words[i], "");
  kiosk_db_query_append (query, words[0] != NULL ? "))" : "''))");
}

/* The category of a record is that of its action, by the table. */
static void
add_category (KioskDbQuery *query, const char *category)
{
  g_autoptr (GPtrArray) actions = g_ptr_array_new ();

  if (category == NULL)
    return;
  for (guint i = 0; kiosk_audit_action_nth (i) != NULL; i++)
    if (g_str_equal (kiosk_audit_action_nth (i)->category, category))
      g_ptr_array_add (actions, (gpointer) kiosk_audit_action_nth (i)->action);
  g_ptr_array_add (actions, NULL);
  kiosk_index_add_words (query, "action", (const char *const *) actions->pdata);
}

static void
add_outcome (KioskDbQuery *query, const char *outcome)
{
  /* a number in the statement itself: only then the index of failures can be used */
  if (outcome != NULL)
    kiosk_db_query_append (query, g_str_equal (outcome, "success")   ? " AND r.outcome = 1"
                                  : g_str_equal (outcome, "failure") ? " AND r.outcome = 2"
                                                                     : " AND r.outcome = 0");
}

/* ---- Parts of texts ---- */

/* The numbers of the phrases with @text in them, as a SELECT. */
static void
add_phrases (KioskIndex *self, KioskDbQuery *query, const char *text)
{
  glong chars = g_utf8_strlen (text, -1);

  if (chars >= 3 && strpbrk (text, "%_\\") == NULL)
    {
      g_autofree char *part = g_strconcat ("%", text, "%", NULL);

      kiosk_db_query_add_text_owned (query, self->db->class->phrase_part, g_steal_pointer (&part),
                                     "");
      return;
    }
  /* too short for the index, or with what it takes for a wild card: through all phrases */
  kiosk_db_query_append (query, "SELECT id FROM phrase WHERE hay ");
  kiosk_db_query_append (query, self->db->class->like);
  {
    g_autoptr (GString) part = g_string_new ("%");

    for (const char *p = text; *p != '\0'; p++)
      {
        if (strchr ("%_\\", *p) != NULL)
          g_string_append_c (part, '\\');
        g_string_append_c (part, *p);
      }
    g_string_append_c (part, '%');
    kiosk_db_query_add_text_owned (query, " ", g_string_free (g_steal_pointer (&part), FALSE),
                                   " ESCAPE '\\'");
  }
}

/* Whether so few phrases have @text in them that their index should be used. */
static gboolean
are_few (KioskIndex *self, const char *text, gboolean *few, GError **error)
{
  g_autoptr (KioskDbQuery) query = kiosk_db_query_new ("SELECT count (*) FROM (");
  gint64 n = 0;

  add_phrases (self, query, text);
  kiosk_db_query_add_number (query, " LIMIT ", PHRASES_BY_INDEX);
  kiosk_db_query_append (query, ") few");
  if (!kiosk_db_query_number (self->db, query, &n, error))
    return FALSE;
  *few = n < PHRASES_BY_INDEX;
  return TRUE;
}

static gboolean
add_text (KioskIndex *self, KioskDbQuery *query, const char *text, GError **error)
{
  gboolean few = FALSE;

  if (text == NULL || *text == '\0')
    return TRUE;
  if (!are_few (self, text, &few, error))
    return FALSE;
  /* "+ 0": a database does not use an index for what is computed */
  kiosk_db_query_append (query, few ? " AND (r.phrase IN (" : " AND (r.phrase + 0 IN (");
  add_phrases (self, query, text);
  kiosk_db_query_add_text (query,
                           few ? ") OR r.session = (SELECT id FROM word WHERE word = "
                               : ") OR r.session + 0 = (SELECT id FROM word WHERE word = ",
                           text, ")");
  kiosk_db_query_append (query, ")");
  return TRUE;
}

/* ---- All of it ---- */

gboolean
kiosk_index_add_filter (KioskIndex *self, KioskDbQuery *query, const KioskIndexFilter *filter,
                        GError **error)
{
  if (filter == NULL)
    return TRUE;
  add_word (query, "host", filter->host);
  add_word (query, "person", filter->person);
  add_word (query, "server", filter->server);
  kiosk_index_add_words (query, "action", filter->actions);
  add_category (query, filter->category);
  add_outcome (query, filter->outcome);
  add_word (query, "reason", filter->reason);
  add_word (query, "session", filter->session);
  if (filter->ticket != NULL && *filter->ticket != '\0')
    kiosk_db_query_add_text (query,
                             " AND r.phrase IN (SELECT id FROM phrase WHERE ticket <> ''"
                             " AND ticket = ",
                             filter->ticket, ")");
  if (filter->from != 0)
    kiosk_db_query_add_number (query, " AND r.key >= ", kiosk_index_key_of (filter->from));
  if (filter->to != 0)
    kiosk_db_query_add_number (query, " AND r.key < ", kiosk_index_key_of (filter->to));
  if (filter->troubles)
    kiosk_db_query_append (query, " AND r.flags >= 2");
  if (filter->faulty)
    kiosk_db_query_append (query, " AND r.flags IN (0, 2)");
  return add_text (self, query, filter->text, error);
}
