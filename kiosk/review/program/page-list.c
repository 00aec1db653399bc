/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "page-list.h"

#include "page.h"
#include "row.h"
#include "table.h"
#include "widgets.h"

#include "kiosk/review/queries.h"

/* Four queries, four sets of columns. */

#define ROWS_MAX 2000

struct _KioskPageList {
  GtkBox parent_instance;
  KioskStore *store;
  KioskListKind kind;
  GPtrArray *persons; /* IDs by row: what the table's keys count */
  GtkWidget *count, *table, *stack;
};

G_DEFINE_FINAL_TYPE (KioskPageList, kiosk_page_list, GTK_TYPE_BOX)

static const KioskTableColumn device_columns[] = {
  { KIOSK_SAY_WHEN, 196, FALSE }, { KIOSK_SAY_WHERE, 84, FALSE },   { KIOSK_SAY_WHO, 136, FALSE },
  { KIOSK_SAY_WHAT, 0, FALSE },   { KIOSK_SAY_REASON, 260, FALSE },
};
static const KioskTableColumn outage_columns[] = {
  { KIOSK_SAY_FROM, 196, FALSE },    { KIOSK_SAY_UNTIL, 196, FALSE },
  { KIOSK_SAY_DURATION, 100, TRUE }, { KIOSK_SAY_WHERE, 84, FALSE },
  { KIOSK_SAY_OUTAGE_OF, 0, FALSE }, { KIOSK_SAY_REASON, 0, FALSE },
};
static const KioskTableColumn work_columns[] = {
  { KIOSK_SAY_WHEN, 196, FALSE }, { KIOSK_SAY_WHERE, 84, FALSE }, { KIOSK_SAY_WHO, 136, FALSE },
  { KIOSK_SAY_SERVER, 0, FALSE }, { KIOSK_SAY_REASON, 0, FALSE },
};
static const KioskTableColumn person_columns[] = {
  { KIOSK_SAY_PERSON, 0, FALSE },         { KIOSK_SAY_LAST_USE, 196, FALSE },
  { KIOSK_SAY_WHERE, 84, FALSE },         { KIOSK_SAY_LOGINS, 110, TRUE },
  { KIOSK_SAY_PAGE_FAILURES, 130, TRUE }, { KIOSK_SAY_NOTE, 0, FALSE },
};

static const struct {
  KioskSay title, help;
  const KioskTableColumn *columns;
  guint n_columns;
} kinds[] = {
  [KIOSK_LIST_DEVICES] = { KIOSK_SAY_PAGE_DEVICES, KIOSK_SAY_DEVICES_HELP, device_columns,
                           G_N_ELEMENTS (device_columns) },
  [KIOSK_LIST_OUTAGES] = { KIOSK_SAY_PAGE_OUTAGES, KIOSK_SAY_OUTAGES_HELP, outage_columns,
                           G_N_ELEMENTS (outage_columns) },
  [KIOSK_LIST_WORK]
  = { KIOSK_SAY_PAGE_WORK, KIOSK_SAY_WORK_HELP, work_columns, G_N_ELEMENTS (work_columns) },
  [KIOSK_LIST_PERSONS] = { KIOSK_SAY_PAGE_PERSONS, KIOSK_SAY_PERSONS_HELP, person_columns,
                           G_N_ELEMENTS (person_columns) },
};

/* ---- Rows ---- */

static void
fill_devices (KioskPageList *self, KioskIndex *index, const char *host, gint64 from, gint64 to)
{
  const KioskIndexFilter filter
      = { .host = host, .actions = kiosk_review_device_actions, .from = from, .to = to };
  g_autoptr (GPtrArray) records
      = kiosk_index_get_page (index, &filter, KIOSK_INDEX_NEWEST_FIRST, 0, ROWS_MAX, NULL);

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      const KioskIndexRecord *record = records->pdata[i];
      g_autofree char *when = kiosk_say_stamp (record->time);
      g_autofree char *who = kiosk_say_person (record->person, record->person_name);
      g_autofree char *reason = kiosk_say_reason (record->reason);
      g_autofree char *action = kiosk_say_action (record->action);
      char *cells[]
          = { when, record->host, who, *record->detail != '\0' ? record->detail : action, reason };

      kiosk_table_add (KIOSK_TABLE (self->table), record->key, "err-text", cells);
    }
}

static const char *
outage_word (const KioskOutageSpan *outage)
{
  if (g_str_equal (outage->what, "line"))
    return kiosk_say (KIOSK_SAY_LINE);
  if (g_str_equal (outage->what, "gateway"))
    return kiosk_say (KIOSK_SAY_GATEWAY);
  return g_str_equal (outage->what, "server") ? kiosk_say (KIOSK_SAY_SERVER) : outage->what;
}

static void
fill_outages (KioskPageList *self, KioskIndex *index, const char *host, gint64 from, gint64 to)
{
  g_autoptr (GPtrArray) outages = kiosk_index_get_outages (index, host, from, to, NULL);

  for (guint i = 0; outages != NULL && i < outages->len; i++)
    {
      const KioskOutageSpan *outage = outages->pdata[i];
      g_autofree char *begin = kiosk_say_stamp (outage->begin);
      g_autofree char *end = outage->end != 0 ? kiosk_say_stamp (outage->end)
                                              : g_strdup (kiosk_say (KIOSK_SAY_STILL_OPEN));
      g_autofree char *duration
          = outage->duration > 0 ? kiosk_say_span (outage->duration) : g_strdup ("");
      g_autofree char *what = *outage->server != '\0'
                                  ? g_strdup_printf ("%s　%s", outage_word (outage), outage->server)
                                  : g_strdup (outage_word (outage));
      g_autofree char *reason = kiosk_say_reason (outage->reason);
      char *cells[] = { begin, end, duration, outage->host, what, reason };

      kiosk_table_add (KIOSK_TABLE (self->table),
                       outage->begin_key != 0 ? outage->begin_key : outage->end_key, NULL, cells);
    }
}

static void
fill_work (KioskPageList *self, KioskIndex *index, const char *host, gint64 from, gint64 to)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GPtrArray) irregulars = kiosk_index_get_irregulars (
      index, host, from, to, &kiosk_stay_office_hours, TRUE, zone, NULL);

  for (guint i = 0; irregulars != NULL && i < irregulars->len; i++)
    {
      const KioskIrregular *irregular = irregulars->pdata[i];
      g_autofree char *when = kiosk_say_stamp (irregular->time);
      g_autofree char *who = kiosk_say_person (irregular->person, irregular->person_name);
      g_autofree char *reason = NULL;
      char *cells[] = { when, irregular->host, who, irregular->server, NULL };

      if (irregular->kind == KIOSK_IRREGULAR_HOURS)
        {
          g_autofree char *span = kiosk_say_span (irregular->outside);

          reason = g_strdup_printf (kiosk_say_is_japanese () ? "%s（%s）" : "%s (%s)",
                                    kiosk_say (KIOSK_SAY_OUTSIDE_HOURS), span);
        }
      else if (irregular->kind == KIOSK_IRREGULAR_ORDER)
        reason = g_strdup (kiosk_say (KIOSK_SAY_WITHOUT_ORDER));
      else
        reason = kiosk_say_reason (irregular->reason);
      cells[4] = reason;
      kiosk_table_add (KIOSK_TABLE (self->table), irregular->key, "warn-text", cells);
    }
}

static void
fill_persons (KioskPageList *self, KioskIndex *index, gint64 to)
{
  g_autoptr (GPtrArray) uses = kiosk_index_get_persons (index, to, 0, NULL);
  gint64 limit = to - KIOSK_UNUSED_DAYS * G_TIME_SPAN_DAY;

  g_ptr_array_set_size (self->persons, 0);
  for (guint i = 0; uses != NULL && i < uses->len; i++)
    {
      const KioskPersonUse *use = uses->pdata[i];
      g_autofree char *name = kiosk_say_person (use->person, use->person_name);
      g_autofree char *who
          = *use->person_name != '\0' ? g_strdup_printf (
                kiosk_say_is_japanese () ? "%s（%s）" : "%s (%s)", name, use->person)
                                      : g_strdup (name);
      g_autofree char *last = use->last_use != 0 ? kiosk_say_stamp (use->last_use) : g_strdup ("");
      g_autofree char *uses_text = kiosk_say_number (use->uses);
      g_autofree char *failures = kiosk_say_number (use->failures);
      gboolean unused = use->last_use < limit;
      g_autofree char *days
          = g_strdup_printf ("%" G_GINT64_FORMAT, (to - use->last_use) / G_TIME_SPAN_DAY);
      g_autofree char *note = unused && use->last_use != 0
                                  ? kiosk_say_format (KIOSK_SAY_UNUSED_DAYS, "n", days, NULL)
                                  : g_strdup (unused ? "" : kiosk_say (KIOSK_SAY_IN_USE));
      char *cells[] = { who, last, use->last_host, uses_text, failures, note };

      g_ptr_array_add (self->persons, g_strdup (use->person));
      kiosk_table_add (KIOSK_TABLE (self->table), (gint64) self->persons->len,
                       unused ? "warn-text" : "ok-text", cells);
    }
}

static void
refresh (GtkWidget *page)
{
  KioskPageList *self = KIOSK_PAGE_LIST (page);
  KioskIndex *index = kiosk_store_get_index (self->store);
  const char *host = kiosk_store_get_host (self->store);
  g_autofree char *n = NULL;
  gint64 from, to;

  kiosk_store_get_span (self->store, &from, &to);
  kiosk_table_clear (KIOSK_TABLE (self->table));
  switch (self->kind)
    {
    case KIOSK_LIST_DEVICES:
      fill_devices (self, index, host, from, to);
      break;
    case KIOSK_LIST_OUTAGES:
      fill_outages (self, index, host, from, to);
      break;
    case KIOSK_LIST_WORK:
      fill_work (self, index, host, from, to);
      break;
    case KIOSK_LIST_PERSONS:
      fill_persons (self, index, to);
      break;
    }
  n = g_strdup_printf (kiosk_say_is_japanese () ? "%u 件" : "%u",
                       kiosk_table_get_n_rows (KIOSK_TABLE (self->table)));
  gtk_label_set_text (GTK_LABEL (self->count), n);
  gtk_stack_set_visible_child_name (
      GTK_STACK (self->stack),
      kiosk_table_get_n_rows (KIOSK_TABLE (self->table)) > 0 ? "table" : "nothing");
}

static void
on_activated (KioskTable *table, gint64 key, KioskPageList *self)
{
  KioskView view = { 0 };

  if (self->kind == KIOSK_LIST_PERSONS)
    view.person = g_strdup (self->persons->pdata[key - 1]);
  else
    view.key = key;
  kiosk_store_show (self->store, &view);
}

static void
kiosk_page_list_dispose (GObject *object)
{
  KioskPageList *self = KIOSK_PAGE_LIST (object);

  g_clear_pointer (&self->persons, g_ptr_array_unref);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kiosk_page_list_parent_class)->dispose (object);
}

static void
kiosk_page_list_class_init (KioskPageListClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_page_list_dispose;
}

static void
kiosk_page_list_init (KioskPageList *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "page");
  self->persons = g_ptr_array_new_with_free_func (g_free);
}

GtkWidget *
kiosk_page_list_new (KioskStore *store, KioskListKind kind)
{
  KioskPageList *self = g_object_new (KIOSK_TYPE_PAGE_LIST, NULL);
  GtkWidget *head = kiosk_hbox (12, NULL);
  GtkWidget *card = kiosk_vbox (0, "card table-card");
  g_autofree char *days = g_strdup_printf ("%d", KIOSK_UNUSED_DAYS);
  g_autofree char *help = kiosk_say_format (kinds[kind].help, "n", days, NULL);
  GtkWidget *empty = kiosk_label (kiosk_say (KIOSK_SAY_LIST_EMPTY), "nothing");

  self->store = g_object_ref (store);
  self->kind = kind;
  self->count = kiosk_label (NULL, "dim-label numeric");
  gtk_box_append (GTK_BOX (head), kiosk_label (kiosk_say (kinds[kind].title), "page-title"));
  gtk_box_append (GTK_BOX (head), self->count);
  self->table
      = kiosk_table_new (kinds[kind].columns, kinds[kind].n_columns, kiosk_say (kinds[kind].title));
  g_signal_connect (self->table, "activated", G_CALLBACK (on_activated), self);
  gtk_label_set_xalign (GTK_LABEL (empty), 0.5);
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), self->table, "table");
  gtk_stack_add_named (GTK_STACK (self->stack), empty, "nothing");
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  gtk_box_append (GTK_BOX (card), self->stack);
  gtk_box_append (GTK_BOX (self), head);
  gtk_box_append (GTK_BOX (self), kiosk_paragraph (help, "dim-label"));
  gtk_box_append (GTK_BOX (self), card);
  kiosk_page_watch (GTK_WIDGET (self), store, refresh);
  return GTK_WIDGET (self);
}
