/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "timeline-model.h"

#include "kiosk/model/audit-actions.h"

/* Pages of records behind a GListModel. A page is asked for by the key of the last record before it; that key is remembered
 * for the pages that were seen, and counted out by the index for a jump. */

#define PAGE 200
#define PAGES_MAX 24 /* more than any window shows at once */

typedef struct {
  guint number;
  guint64 used; /* when it was last asked for: the oldest goes */
  GPtrArray *rows;
} Page;

typedef struct {
  guint position; /* row in the list, faults before it counted */
  KioskRow *row;
} Fault;

struct _KioskTimelineModel {
  GObject parent_instance;
  KioskHeldIndex *held;
  KioskIndexFilter filter;
  char *host, *person, *server, *session, *text;
  GStrv actions;     /* NULL: those of a static list, or all */
  GHashTable *pages; /* number: Page */
  GHashTable *ends;  /* number: key of the last record of that page, gint64* */
  GArray *faults;    /* Fault, by position */
  GCancellable *counting;
  guint64 clock, total;
  gboolean final;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KioskTimelineModel, kiosk_timeline_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum { COUNTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
page_free (Page *page)
{
  g_ptr_array_unref (page->rows);
  g_free (page);
}

static void
fault_clear (gpointer data)
{
  g_clear_object (&((Fault *) data)->row);
}

/* ---- Pages ---- */

static void
drop_oldest (KioskTimelineModel *self)
{
  GHashTableIter iter;
  gpointer value;
  Page *oldest = NULL;

  g_hash_table_iter_init (&iter, self->pages);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (oldest == NULL || ((Page *) value)->used < oldest->used)
      oldest = value;
  if (oldest != NULL)
    g_hash_table_remove (self->pages, GUINT_TO_POINTER (oldest->number));
}

/* The key behind which page @number begins; FALSE when there is no such page. */
static gboolean
find_begin (KioskTimelineModel *self, guint number, gint64 *after)
{
  gint64 *end;
  g_autoptr (KioskIndexRecord) record = NULL;

  *after = 0;
  if (number == 0)
    return TRUE;
  end = g_hash_table_lookup (self->ends, GUINT_TO_POINTER (number - 1));
  if (end != NULL)
    {
      *after = *end;
      return TRUE;
    }
  record = kiosk_index_get_nth (self->held->index, &self->filter, KIOSK_INDEX_NEWEST_FIRST,
                                (guint64) number * PAGE - 1, NULL);
  if (record == NULL)
    return FALSE;
  *after = record->key;
  return TRUE;
}

static Page *
get_page (KioskTimelineModel *self, guint number)
{
  Page *page = g_hash_table_lookup (self->pages, GUINT_TO_POINTER (number));
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GError) error = NULL;
  gint64 after;

  if (page == NULL)
    {
      if (!find_begin (self, number, &after))
        return NULL;
      records = kiosk_index_get_page (self->held->index, &self->filter, KIOSK_INDEX_NEWEST_FIRST,
                                      after, PAGE, &error);
      if (records == NULL)
        {
          g_warning ("a page of the index: %s, ignoring", error->message);
          return NULL;
        }
      if (g_hash_table_size (self->pages) >= PAGES_MAX)
        drop_oldest (self);
      page = g_new0 (Page, 1);
      page->number = number;
      page->rows = g_ptr_array_new_with_free_func (g_object_unref);
      if (records->len > 0)
        {
          const KioskIndexRecord *last = records->pdata[records->len - 1];

          g_hash_table_insert (self->ends, GUINT_TO_POINTER (number),
                               g_memdup2 (&last->key, sizeof last->key));
        }
      g_ptr_array_set_free_func (records, NULL);
      for (guint i = 0; i < records->len; i++)
        g_ptr_array_add (page->rows, kiosk_row_new (records->pdata[i]));
      g_hash_table_insert (self->pages, GUINT_TO_POINTER (number), page);
    }
  page->used = ++self->clock;
  return page;
}

/* ---- The list ---- */

static GType
get_item_type (GListModel *model)
{
  return KIOSK_TYPE_ROW;
}

static guint
get_n_items (GListModel *model)
{
  KioskTimelineModel *self = KIOSK_TIMELINE_MODEL (model);

  return (guint) MIN (self->total + self->faults->len, G_MAXUINT / 2);
}

static gpointer
get_item (GListModel *model, guint position)
{
  KioskTimelineModel *self = KIOSK_TIMELINE_MODEL (model);
  guint before = 0;
  Page *page;

  if (position >= get_n_items (model))
    return NULL;
  for (; before < self->faults->len; before++)
    {
      const Fault *fault = &g_array_index (self->faults, Fault, before);

      if (fault->position == position)
        return g_object_ref (fault->row);
      if (fault->position > position)
        break;
    }
  position -= before;
  page = get_page (self, position / PAGE);
  return page != NULL && position % PAGE < page->rows->len
             ? g_object_ref (page->rows->pdata[position % PAGE])
             : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* ---- Counting ---- */

typedef struct {
  KioskIndex *index; /* held by the model, which the task holds */
  KioskIndexFilter filter;
  guint64 total;
} Count;

static void
run_count (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Count *count = data;
  GError *error = NULL;

  if (kiosk_index_count (count->index, &count->filter, &count->total, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_count_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KioskTimelineModel *self = KIOSK_TIMELINE_MODEL (source);
  const Count *count = g_task_get_task_data (G_TASK (result));
  guint before = get_n_items (G_LIST_MODEL (self));

  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  self->final = TRUE;
  if (count->total > self->total)
    {
      self->total = count->total;
      g_list_model_items_changed (G_LIST_MODEL (self), before, 0,
                                  get_n_items (G_LIST_MODEL (self)) - before);
    }
  g_signal_emit (self, signals[COUNTED], 0);
}

static void
begin_count (KioskTimelineModel *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->counting, on_count_ready, NULL);
  Count *count = g_new0 (Count, 1);

  count->index = self->held->index;
  count->filter = self->filter;
  g_task_set_task_data (task, count, g_free);
  g_task_run_in_thread (task, run_count);
}

/* ---- Faults ---- */

static int
compare_faults (gconstpointer a, gconstpointer b)
{
  const Fault *first = a, *second = b;

  return first->position < second->position ? -1 : first->position > second->position;
}

/* Where a log is at fault, however it is filtered: the place must not vanish. */
static void
add_faults (KioskTimelineModel *self, GPtrArray *logs)
{

  for (guint i = 0; i < logs->len; i++)
    {
      const KioskIndexLog *log = logs->pdata[i];
      Fault fault = { 0 };
      guint64 position = 0;

      if (log->report.fault == KIOSK_AUDIT_OK
          || (self->host != NULL && !g_str_equal (self->host, log->host)))
        continue;
      /* Newest first: what is not proved stands above the place, so the first of it counts as well. */
      if (log->fault_key != 0
          && kiosk_index_get_position (self->held->index, &self->filter, KIOSK_INDEX_NEWEST_FIRST,
                                       log->fault_key, &position, NULL))
        {
          g_autoptr (KioskIndexRecord) there = kiosk_index_get_nth (
              self->held->index, &self->filter, KIOSK_INDEX_NEWEST_FIRST, position, NULL);

          position += there != NULL && there->key == log->fault_key;
        }
      fault.position = (guint) position;
      fault.row = kiosk_row_new_fault (log);
      g_array_append_val (self->faults, fault);
    }
  g_array_sort (self->faults, compare_faults);
  for (guint i = 0; i < self->faults->len; i++)
    g_array_index (self->faults, Fault, i).position += i;
}

gboolean
kiosk_timeline_model_find_fault (KioskTimelineModel *self, guint *position)
{
  if (self->faults->len == 0)
    return FALSE;
  *position = g_array_index (self->faults, Fault, 0).position;
  return TRUE;
}

gboolean
kiosk_timeline_model_find (KioskTimelineModel *self, gint64 key, guint *position)
{
  guint64 place;
  g_autoptr (KioskIndexRecord) record = NULL;

  if (!kiosk_index_get_position (self->held->index, &self->filter, KIOSK_INDEX_NEWEST_FIRST, key,
                                 &place, NULL))
    return FALSE;
  record = kiosk_index_get_nth (self->held->index, &self->filter, KIOSK_INDEX_NEWEST_FIRST, place,
                                NULL);
  if (record == NULL || record->key != key)
    return FALSE;
  *position = (guint) place;
  for (guint i = 0; i < self->faults->len; i++)
    if (g_array_index (self->faults, Fault, i).position <= *position)
      (*position)++;
  return TRUE;
}

guint64
kiosk_timeline_model_get_total (KioskTimelineModel *self, gboolean *final)
{
  *final = self->final;
  return self->total;
}

/* ---- Object ---- */

static void
kiosk_timeline_model_dispose (GObject *object)
{
  KioskTimelineModel *self = KIOSK_TIMELINE_MODEL (object);

  g_cancellable_cancel (self->counting);
  G_OBJECT_CLASS (kiosk_timeline_model_parent_class)->dispose (object);
}

static void
kiosk_timeline_model_finalize (GObject *object)
{
  KioskTimelineModel *self = KIOSK_TIMELINE_MODEL (object);

  g_clear_object (&self->counting);
  g_clear_pointer (&self->held, kiosk_held_index_release);
  g_hash_table_unref (self->pages);
  g_hash_table_unref (self->ends);
  g_array_unref (self->faults);
  g_free (self->host);
  g_free (self->person);
  g_free (self->server);
  g_free (self->session);
  g_free (self->text);
  g_strfreev (self->actions);
  G_OBJECT_CLASS (kiosk_timeline_model_parent_class)->finalize (object);
}

static void
kiosk_timeline_model_class_init (KioskTimelineModelClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_timeline_model_dispose;
  G_OBJECT_CLASS (class)->finalize = kiosk_timeline_model_finalize;
  signals[COUNTED] = g_signal_new ("counted", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_timeline_model_init (KioskTimelineModel *self)
{
  self->pages = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) page_free);
  self->ends = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->faults = g_array_new (FALSE, TRUE, sizeof (Fault));
  g_array_set_clear_func (self->faults, fault_clear);
  self->counting = g_cancellable_new ();
}

/* All that stand in the index but the signatures that the log makes of itself, which would be most of it. */
static GStrv
list_actions (KioskIndex *index)
{
  g_auto (GStrv) all = kiosk_index_list (index, KIOSK_INDEX_ACTIONS, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; all != NULL && all[i] != NULL; i++)
    if (!g_str_equal (all[i], KIOSK_ACTION_CHECKPOINT))
      g_strv_builder_add (builder, all[i]);
  return g_strv_builder_end (builder);
}

static void
fill_filter (KioskTimelineModel *self, KioskStore *store)
{
  const KioskView *view = kiosk_store_get_view (store);
  KioskIndexFilter *filter = &self->filter;
  gint64 from, to;

  kiosk_store_get_period (store, &from, &to);
  /* Copies: the view changes while the list is still asked. */
  filter->host = self->host = g_strdup (kiosk_store_get_host (store));
  filter->person = self->person = g_strdup (view->person);
  filter->server = self->server = g_strdup (view->server);
  filter->session = self->session = g_strdup (view->session);
  filter->text = self->text = g_strdup (view->text);
  filter->troubles = view->troubles;
  filter->from = MAX (from, view->from);
  filter->to = view->to != 0 && (to == 0 || view->to < to) ? view->to : to;
  if (view->refusals)
    filter->actions = kiosk_review_device_actions;
  else if (view->identity)
    filter->actions = kiosk_review_identity_actions;
  else if (view->action != NULL)
    self->actions = g_strdupv ((char *[]){ view->action, NULL });
  else if (!view->seals)
    self->actions = list_actions (self->held->index);
  if (self->actions != NULL)
    filter->actions = (const char *const *) self->actions;
}

KioskTimelineModel *
kiosk_timeline_model_new (KioskStore *store)
{
  KioskTimelineModel *self = g_object_new (KIOSK_TYPE_TIMELINE_MODEL, NULL);
  Page *page;

  self->held = kiosk_store_hold_index (store);
  fill_filter (self, store);
  page = get_page (self, 0);
  self->total = page != NULL ? page->rows->len : 0;
  self->final = self->total < PAGE;
  add_faults (self, kiosk_store_get_logs (store));
  if (!self->final)
    begin_count (self);
  return self;
}
