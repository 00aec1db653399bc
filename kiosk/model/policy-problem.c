/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

/* Problems: one place, one reason in two languages. Everything that checks a policy reports here and
 * goes on, because who mends a file wants the whole list. */

KioskPolicyProblem *
kiosk_policy_problem_new (const char *source, guint line, const char *ja, const char *en)
{
  KioskPolicyProblem *self = g_new0 (KioskPolicyProblem, 1);

  self->source = g_strdup (source);
  self->line = line;
  self->reason.ja = g_strdup (ja);
  self->reason.en = g_strdup (en);
  return self;
}

void
kiosk_policy_problem_free (KioskPolicyProblem *self)
{
  if (self == NULL)
    return;
  g_free (self->source);
  g_free (self->reason.ja);
  g_free (self->reason.en);
  g_free (self);
}

void
kiosk_policy_index_problem (KioskPolicyIndex *self, KioskPolicyPlace place, const char *en,
                            const char *ja, ...)
{
  g_autofree char *text_en = NULL;
  g_autofree char *text_ja = NULL;
  g_autofree char *clean_en = NULL;
  g_autofree char *clean_ja = NULL;
  va_list args;

  if (self->problems->len > KIOSK_POLICY_MAX_PROBLEMS)
    return;
  if (self->problems->len == KIOSK_POLICY_MAX_PROBLEMS)
    {
      en = "more problems follow; they are not listed";
      ja = "これより後の問題は、表示を省略しました";
      text_en = g_strdup (en);
      text_ja = g_strdup (ja);
    }
  else
    {
      va_start (args, ja);
      text_en = g_strdup_vprintf (en, args);
      va_end (args);
      va_start (args, ja);
      text_ja = g_strdup_vprintf (ja, args);
      va_end (args);
    }
  /* A value of a refused file is a stranger's text, and problems end up on terminals and in logs. */
  clean_en = kiosk_text_clean (text_en, 600);
  clean_ja = kiosk_text_clean (text_ja, 600);
  g_ptr_array_add (self->problems,
                   kiosk_policy_problem_new (place.source, place.line, clean_ja, clean_en));
}

/* The position of @source among the sources; a name that is none of them comes first. */
static guint
source_rank (const KioskPolicyIndex *index, const char *source)
{
  for (guint i = 0; i < index->sources->len; i++)
    if (g_strcmp0 (index->sources->pdata[i], source) == 0)
      return i + 1;
  return 0;
}

static int
compare_problems (gconstpointer a, gconstpointer b, gpointer data)
{
  const KioskPolicyProblem *first = *(const KioskPolicyProblem *const *) a;
  const KioskPolicyProblem *second = *(const KioskPolicyProblem *const *) b;
  guint first_rank = source_rank (data, first->source);
  guint second_rank = source_rank (data, second->source);

  if (first_rank != second_rank)
    return first_rank < second_rank ? -1 : 1;
  return (first->line > second->line) - (first->line < second->line);
}

void
kiosk_policy_index_sort_problems (KioskPolicyIndex *self)
{
  g_ptr_array_sort_with_data (self->problems, compare_problems, self);
}
