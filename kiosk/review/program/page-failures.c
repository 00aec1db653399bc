/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "page-failures.h"

#include "chart-failures.h"
#include "page.h"
#include "table.h"
#include "widgets.h"

#include "kiosk/review/queries.h"

/* Chart, breakdown of the chosen day, next steps. The same numbers stand in the chart's accessible description. */

#define HOURS_MAX (3 * 24 * G_TIME_SPAN_HOUR)

struct _KioskPageFailures {
  GtkBox parent_instance;
  KioskStore *store;
  GArray *buckets;
  KioskRiseStep step;
  int chosen;
  GtkWidget *range, *chart, *rule, *breakdown_title, *table, *steps, *records, *switches[3];
  guint span; /* 0 day, 1 week, 2 month */
};

G_DEFINE_FINAL_TYPE (KioskPageFailures, kiosk_page_failures, GTK_TYPE_BOX)

enum { NOTE, N_SIGNALS };
static guint signals[N_SIGNALS];

static const KioskTableColumn columns[] = {
  { KIOSK_SAY_WHEN, 116, FALSE }, { KIOSK_SAY_WHERE, 64, FALSE }, { KIOSK_SAY_WHO, 124, FALSE },
  { KIOSK_SAY_NUMBER, 58, TRUE }, { KIOSK_SAY_NOTE, 0, FALSE },
};

static const KioskRise *
get_chosen (KioskPageFailures *self)
{
  return self->buckets != NULL && self->chosen >= 0 && (guint) self->chosen < self->buckets->len
             ? &g_array_index (self->buckets, KioskRise, self->chosen)
             : NULL;
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  KioskPageFailures *self = data;
  KioskChartColours colours;

  kiosk_chart_colours (GTK_WIDGET (area), &colours);
  if (self->buckets != NULL)
    kiosk_chart_failures_draw (cr, width, height, (const KioskRise *) self->buckets->data,
                               self->buckets->len, self->step, self->chosen, &colours);
}

static void
draw_on_paper (cairo_t *cr, double width, double height, gpointer data)
{
  KioskPageFailures *self = data;
  KioskChartColours colours;

  kiosk_chart_paper (&colours);
  if (self->buckets != NULL)
    kiosk_chart_failures_draw (cr, width, height, (const KioskRise *) self->buckets->data,
                               self->buckets->len, self->step, -1, &colours);
}

/* ---- The chosen day ---- */

static void
add_group (KioskPageFailures *self, const KioskFailureGroup *group)
{
  g_autofree char *first = kiosk_say_clock (group->first);
  g_autofree char *last = kiosk_say_clock (group->last);
  g_autofree char *when = g_strdup_printf ("%s–%s", first, last);
  g_autofree char *who = kiosk_say_person (group->person, group->person_name);
  g_autofree char *count = kiosk_say_number (group->count);
  g_autofree char *reason = kiosk_say_reason (group->reason);
  g_autofree char *note
      = group->is_new ? g_strdup_printf (
            kiosk_say_is_japanese () ? "%s（この端末では初めて）" : "%s (first time here)", reason)
                      : g_strdup (reason);
  char *cells[] = { when, group->host, who, count, note };

  kiosk_table_add (KIOSK_TABLE (self->table), 0, group->is_new ? "warn-text" : NULL, cells);
}

static void
add_step (KioskPageFailures *self, guint number, const char *text)
{
  g_autofree char *digit = g_strdup_printf ("%u", number);
  GtkWidget *line = kiosk_hbox (12, NULL);
  GtkWidget *mark = gtk_label_new (digit);

  gtk_widget_add_css_class (mark, "number");
  gtk_widget_set_valign (mark, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (line), mark);
  gtk_box_append (GTK_BOX (line), kiosk_paragraph (text, NULL));
  gtk_box_append (GTK_BOX (self->steps), line);
}

static void
show_steps (KioskPageFailures *self, GPtrArray *groups)
{
  guint number = 0;

  kiosk_clear_box (self->steps);
  if (groups->len == 0)
    return;
  {
    const KioskFailureGroup *most = groups->pdata[0];
    g_autofree char *present
        = kiosk_say_format (KIOSK_SAY_CHECK_PRESENT, "where", most->host, NULL);

    add_step (self, ++number, present);
  }
  for (guint i = 0; i < groups->len; i++)
    {
      const KioskFailureGroup *group = groups->pdata[i];

      if (*group->person != '\0' && !g_str_equal (group->person, "unlisted"))
        {
          g_autofree char *who = kiosk_say_person (group->person, group->person_name);
          g_autofree char *self_text = kiosk_say_format (KIOSK_SAY_CHECK_SELF, "who", who, NULL);

          add_step (self, ++number, self_text);
          break;
        }
    }
  add_step (self, ++number, kiosk_say (KIOSK_SAY_CHECK_REPORT));
}

static void
show_chosen (KioskPageFailures *self)
{
  const KioskRise *bucket = get_chosen (self);
  KioskIndex *index = kiosk_store_get_index (self->store);
  g_autoptr (GPtrArray) groups = NULL;
  g_autofree char *day = NULL;
  g_autofree char *title = NULL;
  g_autofree char *rule = NULL;
  g_autofree char *n = NULL;
  g_autofree char *records = NULL;

  kiosk_table_clear (KIOSK_TABLE (self->table));
  gtk_widget_queue_draw (self->chart);
  if (bucket == NULL || index == NULL)
    return;
  groups = kiosk_index_get_failure_groups (index, kiosk_store_get_host (self->store), bucket->from,
                                           bucket->to, NULL);
  for (guint i = 0; groups != NULL && i < groups->len; i++)
    add_group (self, groups->pdata[i]);
  day = kiosk_say_day (bucket->from);
  title = kiosk_say_format (KIOSK_SAY_BREAKDOWN, "date", day, NULL);
  gtk_label_set_text (GTK_LABEL (self->breakdown_title), title);
  rule = kiosk_rise_text (bucket, kiosk_say_is_japanese ());
  gtk_label_set_text (GTK_LABEL (self->rule), rule);
  n = kiosk_say_number (bucket->count);
  records = kiosk_say_format (KIOSK_SAY_SHOW_RECORDS, "n", n, NULL);
  gtk_button_set_label (GTK_BUTTON (self->records), records);
  gtk_widget_set_sensitive (self->records, bucket->count > 0);
  if (groups != NULL)
    show_steps (self, groups);
}

/* ---- Refreshing ---- */

/* The span that ends where the period (or the log) ends. */
static void
find_span (KioskPageFailures *self, gint64 *from, gint64 *to)
{
  static const int days[] = { 1, 7, 0 };
  gint64 begin, end, first, last;
  g_autoptr (GDateTime) until = NULL;
  g_autoptr (GDateTime) midnight = NULL;

  kiosk_store_get_span (self->store, &begin, &end);
  kiosk_store_get_extent (self->store, &first, &last);
  *from = begin;
  *to = end;
  if (days[self->span] > 0)
    {
      until = g_date_time_new_from_unix_local (MIN (end - 1, last) / G_USEC_PER_SEC);
      midnight = g_date_time_new_local (g_date_time_get_year (until), g_date_time_get_month (until),
                                        g_date_time_get_day_of_month (until), 0, 0, 0);
      g_clear_pointer (&until, g_date_time_unref);
      until = g_date_time_add_days (midnight, 1);
      *to = g_date_time_to_unix (until) * G_USEC_PER_SEC;
      *from = *to - days[self->span] * G_TIME_SPAN_DAY;
    }
}

static void
describe_chart (KioskPageFailures *self)
{
  guint64 all = 0;
  const KioskRise *most = NULL;
  g_autofree char *n = NULL;
  g_autofree char *m = NULL;
  g_autofree char *day = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->buckets->len; i++)
    {
      const KioskRise *bucket = &g_array_index (self->buckets, KioskRise, i);

      all += bucket->count;
      if (most == NULL || bucket->count > most->count)
        most = bucket;
    }
  n = kiosk_say_number (all);
  m = kiosk_say_number (most != NULL ? most->count : 0);
  day = most != NULL ? kiosk_say_day (most->from) : g_strdup ("");
  text = kiosk_say_format (KIOSK_SAY_FAILURE_CHART, "n", n, "m", m, "date", day, NULL);
  kiosk_name (self->chart, text);
}

/* The greatest rise is what is looked at first, else the greatest bar. */
static void
choose_worst (KioskPageFailures *self)
{
  guint64 best = 0;

  self->chosen = self->buckets->len > 0 ? 0 : -1;
  for (guint i = 0; i < self->buckets->len; i++)
    {
      const KioskRise *bucket = &g_array_index (self->buckets, KioskRise, i);
      guint64 weight = bucket->count + (bucket->rise ? (guint64) 1 << 40 : 0);

      if (weight > best)
        {
          best = weight;
          self->chosen = (int) i;
        }
    }
}

static void
refresh (GtkWidget *page)
{
  KioskPageFailures *self = KIOSK_PAGE_FAILURES (page);
  KioskIndex *index = kiosk_store_get_index (self->store);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;
  g_autofree char *range = NULL;
  gint64 from, to;

  find_span (self, &from, &to);
  self->step = to - from <= HOURS_MAX ? KIOSK_RISE_HOUR : KIOSK_RISE_DAY;
  g_clear_pointer (&self->buckets, g_array_unref);
  self->buckets = kiosk_index_get_failures (index, kiosk_store_get_host (self->store), from, to,
                                            self->step, zone, NULL);
  first = kiosk_say_day (from);
  last = kiosk_say_day (to - 1);
  range = kiosk_say_format (KIOSK_SAY_LAST_DAYS, "from", first, "to", last, NULL);
  gtk_label_set_text (GTK_LABEL (self->range), range);
  if (self->buckets == NULL)
    return;
  choose_worst (self);
  describe_chart (self);
  show_chosen (self);
}

/* ---- Driving ---- */

static void
on_switch (GtkToggleButton *button, KioskPageFailures *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (self->switches); i++)
    if (self->switches[i] == GTK_WIDGET (button))
      self->span = i;
  kiosk_page_renew (GTK_WIDGET (self));
}

static void
choose (KioskPageFailures *self, int bucket)
{
  if (self->buckets == NULL || bucket < 0 || (guint) bucket >= self->buckets->len)
    return;
  self->chosen = bucket;
  show_chosen (self);
}

static void
on_click (GtkGestureClick *gesture, int n, double x, double y, KioskPageFailures *self)
{
  gtk_widget_grab_focus (self->chart);
  choose (self, self->buckets == NULL
                    ? -1
                    : kiosk_chart_failures_find (x, gtk_widget_get_width (self->chart),
                                                 self->buckets->len));
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        KioskPageFailures *self)
{
  if (key != GDK_KEY_Left && key != GDK_KEY_Right)
    return GDK_EVENT_PROPAGATE;
  choose (self, self->chosen + (key == GDK_KEY_Right ? 1 : -1));
  return GDK_EVENT_STOP;
}

static void
on_records (GtkButton *button, KioskPageFailures *self)
{
  const KioskRise *bucket = get_chosen (self);
  KioskView view = { .identity = TRUE, .troubles = TRUE };

  if (bucket == NULL)
    return;
  view.from = bucket->from;
  view.to = bucket->to;
  kiosk_store_show (self->store, &view);
}

/* A result is written on the first of the records that it is about. */
static void
on_result (GtkButton *button, KioskPageFailures *self)
{
  const KioskRise *bucket = get_chosen (self);
  KioskIndexFilter filter = { .outcome = "failure", .actions = kiosk_review_identity_actions };
  g_autoptr (GPtrArray) page = NULL;

  if (bucket == NULL)
    return;
  filter.host = kiosk_store_get_host (self->store);
  filter.from = bucket->from;
  filter.to = bucket->to;
  page = kiosk_index_get_page (kiosk_store_get_index (self->store), &filter,
                               KIOSK_INDEX_OLDEST_FIRST, 0, 1, NULL);
  if (page != NULL && page->len > 0)
    g_signal_emit (self, signals[NOTE], 0, ((const KioskIndexRecord *) page->pdata[0])->key);
}

/* ---- Building ---- */

static GtkWidget *
build_head (KioskPageFailures *self)
{
  static const KioskSay names[] = { KIOSK_SAY_SPAN_DAY, KIOSK_SAY_SPAN_WEEK, KIOSK_SAY_SPAN_MONTH };
  GtkWidget *head = kiosk_hbox (12, NULL);
  GtkWidget *group = kiosk_hbox (0, "switch");

  self->range = kiosk_label (NULL, "dim-label");
  gtk_widget_set_hexpand (self->range, TRUE);
  gtk_box_append (GTK_BOX (head), kiosk_label (kiosk_say (KIOSK_SAY_PAGE_FAILURES), "page-title"));
  gtk_box_append (GTK_BOX (head), self->range);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      self->switches[i] = gtk_toggle_button_new_with_label (kiosk_say (names[i]));
      if (i > 0)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->switches[i]),
                                     GTK_TOGGLE_BUTTON (self->switches[0]));
      gtk_box_append (GTK_BOX (group), self->switches[i]);
    }
  self->span = 2;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->switches[2]), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_connect (self->switches[i], "toggled", G_CALLBACK (on_switch), self);
  gtk_box_append (GTK_BOX (head), group);
  return head;
}

static GtkWidget *
build_chart (KioskPageFailures *self)
{
  GtkWidget *card = kiosk_vbox (0, "card");
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->chart = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG,
                              "focusable", TRUE, NULL);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->chart), draw, self, NULL);
  kiosk_chart_set_paper (self->chart, draw_on_paper, 300, self);
  gtk_widget_set_size_request (self->chart, -1, 250);
  gtk_widget_set_vexpand (self->chart, TRUE);
  g_signal_connect (click, "pressed", G_CALLBACK (on_click), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (self->chart, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (self->chart, keys);
  self->rule = kiosk_paragraph (NULL, "card-text small");
  gtk_label_set_width_chars (GTK_LABEL (self->rule), 60);
  gtk_box_append (GTK_BOX (card), self->chart);
  gtk_box_append (GTK_BOX (card), self->rule);
  return card;
}

static GtkWidget *
build_breakdown (KioskPageFailures *self)
{
  GtkWidget *card = kiosk_vbox (0, "card table-card");
  GtkWidget *help = kiosk_paragraph (kiosk_say (KIOSK_SAY_NOT_RECORDED), "card-text small");

  gtk_label_set_width_chars (GTK_LABEL (help), 40);
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  self->breakdown_title = kiosk_label (NULL, "card-title");
  self->table
      = kiosk_table_new (columns, G_N_ELEMENTS (columns), kiosk_say (KIOSK_SAY_PAGE_FAILURES));
  gtk_box_append (GTK_BOX (card), self->breakdown_title);
  gtk_box_append (GTK_BOX (card), self->table);
  gtk_box_append (GTK_BOX (card), help);
  gtk_widget_set_hexpand (card, TRUE);
  return card;
}

static GtkWidget *
build_steps (KioskPageFailures *self)
{
  GtkWidget *card = kiosk_vbox (12, "card inner");
  GtkWidget *head = kiosk_hbox (12, NULL);
  GtkWidget *buttons = kiosk_hbox (12, NULL);
  GtkWidget *result = kiosk_button (NULL, kiosk_say (KIOSK_SAY_WRITE_RESULT), "soft");

  gtk_box_append (GTK_BOX (head), kiosk_icon ("dialog-warning-symbolic", 18, "warn-text"));
  gtk_box_append (GTK_BOX (head), kiosk_label (kiosk_say (KIOSK_SAY_PLEASE_CHECK), "bold"));
  self->steps = kiosk_vbox (9, NULL);
  gtk_widget_set_vexpand (self->steps, TRUE);
  self->records = gtk_button_new_with_label ("");
  kiosk_classes (self->records, "suggested-action soft");
  g_signal_connect (self->records, "clicked", G_CALLBACK (on_records), self);
  g_signal_connect (result, "clicked", G_CALLBACK (on_result), self);
  gtk_box_append (GTK_BOX (buttons), self->records);
  gtk_box_append (GTK_BOX (buttons), result);
  gtk_box_append (GTK_BOX (card), head);
  gtk_box_append (GTK_BOX (card), self->steps);
  gtk_box_append (GTK_BOX (card), buttons);
  gtk_widget_set_size_request (card, 328, -1);
  gtk_widget_set_hexpand (card, FALSE);
  return card;
}

static void
kiosk_page_failures_dispose (GObject *object)
{
  KioskPageFailures *self = KIOSK_PAGE_FAILURES (object);

  g_clear_pointer (&self->buckets, g_array_unref);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kiosk_page_failures_parent_class)->dispose (object);
}

static void
kiosk_page_failures_class_init (KioskPageFailuresClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_page_failures_dispose;
  signals[NOTE] = g_signal_new ("note", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
kiosk_page_failures_init (KioskPageFailures *self)
{
  GtkWidget *below = kiosk_hbox (15, NULL);

  self->chosen = -1;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 15);
  gtk_widget_add_css_class (GTK_WIDGET (self), "page");
  gtk_box_append (GTK_BOX (self), build_head (self));
  gtk_box_append (GTK_BOX (self), build_chart (self));
  gtk_box_append (GTK_BOX (below), build_breakdown (self));
  gtk_box_append (GTK_BOX (below), build_steps (self));
  gtk_widget_set_size_request (below, -1, 236);
  gtk_box_append (GTK_BOX (self), below);
}

GtkWidget *
kiosk_page_failures_new (KioskStore *store)
{
  KioskPageFailures *self = g_object_new (KIOSK_TYPE_PAGE_FAILURES, NULL);

  self->store = g_object_ref (store);
  kiosk_page_watch (GTK_WIDGET (self), store, refresh);
  return GTK_WIDGET (self);
}
