/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "matters.h"

#include "kiosk/review/queries.h"

/* Queries of the index against notes of the journal. */

typedef struct {
  KioskIndex *index;
  const char *host;
  gint64 from, to;
  GPtrArray *notes;
  KioskMatters *matters;
} Search;

static void
count (const Search *search, KioskMatterKind kind, gboolean checked, gint64 key)
{
  search->matters->all[kind]++;
  if (checked)
    return;
  search->matters->open[kind]++;
  if (search->matters->first_open == 0)
    search->matters->first_open = key;
}

static gboolean
is_identity_action (const char *action)
{
  return action != NULL && g_strv_contains (kiosk_review_identity_actions, action);
}

static gboolean
has_note_between (const Search *search, gint64 from, gint64 to)
{
  for (guint i = 0; search->notes != NULL && i < search->notes->len; i++)
    {
      const KioskReviewEntry *entry = search->notes->pdata[i];

      if (entry->kind == KIOSK_REVIEW_NOTE && entry->at >= from && entry->at < to
          && is_identity_action (entry->action)
          && (search->host == NULL || g_strcmp0 (entry->host, search->host) == 0))
        return TRUE;
    }
  return FALSE;
}

static void
find_rises (const Search *search)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GArray) buckets = kiosk_index_get_failures (search->index, search->host, search->from,
                                                         search->to, KIOSK_RISE_DAY, zone, NULL);

  for (guint i = 0; buckets != NULL && i < buckets->len; i++)
    {
      const KioskRise *bucket = &g_array_index (buckets, KioskRise, i);
      const KioskIndexFilter filter = { .host = search->host,
                                        .actions = kiosk_review_identity_actions,
                                        .outcome = "failure",
                                        .from = bucket->from,
                                        .to = bucket->to };
      g_autoptr (GPtrArray) first = NULL;

      if (!bucket->rise)
        continue;
      first = kiosk_index_get_page (search->index, &filter, KIOSK_INDEX_OLDEST_FIRST, 0, 1, NULL);
      count (search, KIOSK_MATTER_RISE, has_note_between (search, bucket->from, bucket->to),
             first != NULL && first->len > 0 ? ((const KioskIndexRecord *) first->pdata[0])->key
                                             : 0);
    }
}

static void
find_devices (const Search *search)
{
  const KioskIndexFilter filter = { .host = search->host,
                                    .actions = kiosk_review_device_actions,
                                    .from = search->from,
                                    .to = search->to };
  gint64 after = 0;

  for (;;)
    {
      g_autoptr (GPtrArray) page = kiosk_index_get_page (
          search->index, &filter, KIOSK_INDEX_OLDEST_FIRST, after, 500, NULL);

      if (page == NULL || page->len == 0)
        return;
      for (guint i = 0; i < page->len; i++)
        {
          const KioskIndexRecord *record = page->pdata[i];

          count (search, KIOSK_MATTER_DEVICE,
                 kiosk_reviewer_has_note (search->notes, record->host, record->sequence),
                 record->key);
          after = record->key;
        }
    }
}

static void
find_work (const Search *search)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GPtrArray) irregulars
      = kiosk_index_get_irregulars (search->index, search->host, search->from, search->to,
                                    &kiosk_stay_office_hours, TRUE, zone, NULL);

  for (guint i = 0; irregulars != NULL && i < irregulars->len; i++)
    {
      const KioskIrregular *irregular = irregulars->pdata[i];
      g_autoptr (KioskIndexRecord) record
          = kiosk_index_get_record (search->index, irregular->key, NULL, NULL);

      count (search, KIOSK_MATTER_WORK,
             record != NULL
                 && kiosk_reviewer_has_note (search->notes, record->host, record->sequence),
             irregular->key);
    }
}

void
kiosk_matters_find (KioskStore *store, KioskReviewer *reviewer, KioskMatters *matters)
{
  g_autoptr (GPtrArray) notes = kiosk_reviewer_read (reviewer, &matters->bad_line);
  Search search = { .index = kiosk_store_get_index (store),
                    .host = kiosk_store_get_host (store),
                    .notes = notes,
                    .matters = matters };
  guint64 bad_line = matters->bad_line;

  *matters = (KioskMatters){ .bad_line = bad_line };
  if (search.index == NULL)
    return;
  kiosk_store_get_span (store, &search.from, &search.to);
  find_rises (&search);
  find_devices (&search);
  find_work (&search);
}

guint
kiosk_matters_count_open (const KioskMatters *matters)
{
  guint open = 0;

  for (guint i = 0; i < KIOSK_N_MATTERS; i++)
    open += matters->open[i];
  return open;
}
