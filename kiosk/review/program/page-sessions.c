/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "page-sessions.h"

#include "chart-sessions.h"
#include "page.h"
#include "session-card.h"
#include "table.h"
#include "widgets.h"

#include "kiosk/review/queries.h"

/* One day at a time. Chart and table show the same stays. */

struct _KioskPageSessions {
  GtkBox parent_instance;
  KioskStore *store;
  gint64 day; /* its midnight; 0: not chosen yet */
  gboolean by_person;
  GPtrArray *stays; /* KioskStay, by begin */
  KioskSessionChart *chart;
  guint chosen; /* index in stays */
  GtkWidget *date, *summary, *stack, *area, *table, *card;
};

G_DEFINE_FINAL_TYPE (KioskPageSessions, kiosk_page_sessions, GTK_TYPE_BOX)

static const KioskTableColumn columns[] = {
  { KIOSK_SAY_TIME, 120, FALSE },   { KIOSK_SAY_TERMINAL, 90, FALSE },
  { KIOSK_SAY_PERSON, 150, FALSE }, { KIOSK_SAY_SERVER, 0, FALSE },
  { KIOSK_SAY_LOCK, 150, FALSE },   { KIOSK_SAY_ENDED_BY, 0, FALSE },
  { KIOSK_SAY_EVENTS, 160, FALSE },
};

static const KioskStay *
get_chosen (KioskPageSessions *self)
{
  return self->stays != NULL && self->chosen < self->stays->len ? self->stays->pdata[self->chosen]
                                                                : NULL;
}

static void
choose (KioskPageSessions *self, guint number)
{
  self->chosen = number;
  kiosk_session_card_show (KIOSK_SESSION_CARD (self->card), get_chosen (self));
  gtk_widget_queue_draw (self->area);
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  KioskPageSessions *self = data;
  KioskChartColours colours;

  kiosk_chart_colours (GTK_WIDGET (area), &colours);
  if (self->chart != NULL)
    kiosk_session_chart_draw (self->chart, cr, width, get_chosen (self), &colours);
}

static void
draw_on_paper (cairo_t *cr, double width, double height, gpointer data)
{
  KioskPageSessions *self = data;
  KioskChartColours colours;

  kiosk_chart_paper (&colours);
  if (self->chart != NULL)
    kiosk_session_chart_draw (self->chart, cr, width, NULL, &colours);
}

/* ---- Refreshing ---- */

static gint64
midnight_of (gint64 time)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) day
      = g_date_time_new_local (g_date_time_get_year (when), g_date_time_get_month (when),
                               g_date_time_get_day_of_month (when), 0, 0, 0);

  return g_date_time_to_unix (day) * G_USEC_PER_SEC;
}

static gint64
add_days (gint64 midnight, int days)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (midnight / G_USEC_PER_SEC);
  g_autoptr (GDateTime) other = g_date_time_add_days (when, days);

  return g_date_time_to_unix (other) * G_USEC_PER_SEC;
}

/* The last day of the period on which somebody was there. */
static void
find_day (KioskPageSessions *self)
{
  g_autoptr (GPtrArray) stays = NULL;
  gint64 from, to, first, last;

  kiosk_store_get_span (self->store, &from, &to);
  kiosk_store_get_extent (self->store, &first, &last);
  stays = kiosk_index_get_stays (kiosk_store_get_index (self->store),
                                 kiosk_store_get_host (self->store), NULL, from, to, NULL);
  if (stays != NULL && stays->len > 0)
    self->day = midnight_of (MAX (((const KioskStay *) stays->pdata[stays->len - 1])->begin, from));
  else
    self->day = midnight_of (MIN (to - 1, MAX (last, from)));
}

static void
add_row (KioskPageSessions *self, guint number)
{
  const KioskStay *stay = self->stays->pdata[number];
  g_autofree char *time = kiosk_stay_describe_time (stay);
  g_autofree char *person = kiosk_say_person (stay->person, stay->person_name);
  g_autofree char *servers = kiosk_stay_describe_servers (stay);
  g_autofree char *locks = kiosk_stay_describe_locks (stay);
  g_autofree char *end = kiosk_stay_describe_end (stay);
  g_autofree char *n = kiosk_say_number (stay->troubles);
  g_autofree char *events = stay->troubles > 0
                                ? kiosk_say_format (KIOSK_SAY_NEEDS_LOOK_N, "n", n, NULL)
                                : g_strdup ("");
  char *cells[] = { time, stay->host, person, servers, locks, end, events };

  kiosk_table_add (KIOSK_TABLE (self->table), number + 1, stay->troubles > 0 ? "err-text" : NULL,
                   cells);
}

static void
show_summary (KioskPageSessions *self)
{
  g_autoptr (GHashTable) persons = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *date = kiosk_say_day (self->day);
  g_autofree char *n = kiosk_say_number (self->stays->len);
  g_autofree char *m = NULL;
  g_autofree char *h = NULL;
  g_autofree char *text = NULL;
  g_autofree char *chart = kiosk_say_format (KIOSK_SAY_SESSION_CHART, "date", date, NULL);
  gint64 total = 0, to = add_days (self->day, 1);

  for (guint i = 0; i < self->stays->len; i++)
    {
      const KioskStay *stay = self->stays->pdata[i];

      g_hash_table_add (persons, stay->person);
      total += MIN (stay->end != 0 ? stay->end : to, to) - MAX (stay->begin, self->day);
    }
  m = kiosk_say_number (g_hash_table_size (persons));
  h = kiosk_say_span (total);
  text = kiosk_say_format (KIOSK_SAY_SESSIONS_SUMMARY, "n", n, "m", m, "h", h, NULL);
  gtk_label_set_text (GTK_LABEL (self->date), date);
  gtk_label_set_text (GTK_LABEL (self->summary), text);
  kiosk_name (self->area, chart);
}

static void
refresh_day (KioskPageSessions *self)
{
  KioskIndex *index = kiosk_store_get_index (self->store);
  const char *host = kiosk_store_get_host (self->store);
  gint64 to = add_days (self->day, 1);
  g_auto (GStrv) hosts = kiosk_index_list (index, KIOSK_INDEX_HOSTS, NULL);
  const char *const one[] = { host, NULL };
  g_autoptr (GPtrArray) stays = kiosk_index_get_stays (index, host, NULL, self->day, to, NULL);

  g_clear_pointer (&self->chart, kiosk_session_chart_free);
  g_clear_pointer (&self->stays, g_ptr_array_unref);
  self->stays = stays != NULL ? g_steal_pointer (&stays) : g_ptr_array_new ();
  self->chart = kiosk_session_chart_new (self->stays,
                                         self->by_person ? NULL
                                         : host != NULL  ? one
                                                         : (const char *const *) hosts,
                                         self->by_person, self->day, to);
  gtk_widget_set_size_request (self->area, -1, kiosk_session_chart_get_height (self->chart));
  kiosk_chart_set_paper (self->area, draw_on_paper, kiosk_session_chart_get_height (self->chart),
                         self);
  kiosk_table_clear (KIOSK_TABLE (self->table));
  for (guint i = 0; i < self->stays->len; i++)
    add_row (self, i);
  show_summary (self);
  choose (self, 0);
}

static void
refresh (GtkWidget *page)
{
  KioskPageSessions *self = KIOSK_PAGE_SESSIONS (page);

  find_day (self);
  refresh_day (self);
}

/* ---- Driving ---- */

static void
on_before (GtkButton *button, KioskPageSessions *self)
{
  self->day = add_days (self->day, -1);
  refresh_day (self);
}

static void
on_after (GtkButton *button, KioskPageSessions *self)
{
  self->day = add_days (self->day, 1);
  refresh_day (self);
}

static void
on_by_person (GtkToggleButton *button, KioskPageSessions *self)
{
  self->by_person = gtk_toggle_button_get_active (button);
  if (self->chart != NULL)
    refresh_day (self);
}

static void
on_as_table (GtkToggleButton *button, KioskPageSessions *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    gtk_toggle_button_get_active (button) ? "table" : "chart");
}

static void
on_table_selected (KioskTable *table, gint64 key, KioskPageSessions *self)
{
  if (key > 0)
    choose (self, (guint) key - 1);
}

static void
on_records (GtkWidget *widget, KioskPageSessions *self)
{
  const KioskStay *stay = get_chosen (self);
  KioskView view = { 0 };

  if (stay == NULL)
    return;
  view.session = g_strdup (stay->session);
  kiosk_store_show (self->store, &view);
}

static void
on_table_activated (KioskTable *table, gint64 key, KioskPageSessions *self)
{
  on_table_selected (table, key, self);
  on_records (NULL, self);
}

static void
on_click (GtkGestureClick *gesture, int n, double x, double y, KioskPageSessions *self)
{
  const KioskStay *stay
      = self->chart != NULL
            ? kiosk_session_chart_find (self->chart, gtk_widget_get_width (self->area), x, y)
            : NULL;
  guint number;

  gtk_widget_grab_focus (self->area);
  if (stay != NULL && g_ptr_array_find (self->stays, stay, &number))
    choose (self, number);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        KioskPageSessions *self)
{
  if (self->stays == NULL || self->stays->len == 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)
    on_records (NULL, self);
  else if (key == GDK_KEY_Right && self->chosen + 1 < self->stays->len)
    choose (self, self->chosen + 1);
  else if (key == GDK_KEY_Left && self->chosen > 0)
    choose (self, self->chosen - 1);
  else
    return key == GDK_KEY_Left || key == GDK_KEY_Right;
  return GDK_EVENT_STOP;
}

/* ---- Building ---- */

static GtkWidget *
new_switch (GtkWidget *head, KioskSay first, KioskSay second)
{
  GtkWidget *group = kiosk_hbox (0, "switch");
  GtkWidget *one = gtk_toggle_button_new_with_label (kiosk_say (first));
  GtkWidget *two = gtk_toggle_button_new_with_label (kiosk_say (second));

  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (two), GTK_TOGGLE_BUTTON (one));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (one), TRUE);
  gtk_box_append (GTK_BOX (group), one);
  gtk_box_append (GTK_BOX (group), two);
  gtk_box_append (GTK_BOX (head), group);
  return two;
}

static GtkWidget *
build_head (KioskPageSessions *self)
{
  GtkWidget *head = kiosk_hbox (12, NULL);
  GtkWidget *before = kiosk_button ("go-previous-symbolic", NULL, "soft");
  GtkWidget *after = kiosk_button ("go-next-symbolic", NULL, "soft");

  kiosk_name (before, kiosk_say (KIOSK_SAY_DAY_BEFORE));
  kiosk_name (after, kiosk_say (KIOSK_SAY_DAY_AFTER));
  g_signal_connect (before, "clicked", G_CALLBACK (on_before), self);
  g_signal_connect (after, "clicked", G_CALLBACK (on_after), self);
  self->date = kiosk_label (NULL, "page-title");
  self->summary = kiosk_label (NULL, "dim-label");
  gtk_widget_set_hexpand (self->summary, TRUE);
  gtk_box_append (GTK_BOX (head), self->date);
  gtk_box_append (GTK_BOX (head), before);
  gtk_box_append (GTK_BOX (head), after);
  gtk_box_append (GTK_BOX (head), self->summary);
  g_signal_connect (new_switch (head, KIOSK_SAY_AS_CHART, KIOSK_SAY_AS_TABLE), "toggled",
                    G_CALLBACK (on_as_table), self);
  g_signal_connect (new_switch (head, KIOSK_SAY_ROWS_TERMINAL, KIOSK_SAY_ROWS_PERSON), "toggled",
                    G_CALLBACK (on_by_person), self);
  return head;
}

/* What the shapes of the chart mean, drawn by the same functions. */
static void
draw_key (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  const struct {
    KioskSay text;
    int shape;
  } keys[] = { { KIOSK_SAY_CONNECTED, 0 },
               { KIOSK_SAY_LOGGED_IN, 1 },
               { KIOSK_SAY_LOCKED, 2 },
               { KIOSK_SAY_AFTER_HOURS, 3 },
               { KIOSK_SAY_NEEDS_LOOK, 4 } };
  KioskChartColours colours;
  double x = 18, y = height / 2.0;

  kiosk_chart_colours (GTK_WIDGET (area), &colours);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (keys[i].shape == 4)
        kiosk_chart_mark (cr, x + 11, y, &colours.warn, &colours.card);
      else if (keys[i].shape == 2)
        kiosk_chart_hatch (cr, x, y - 6, 22, 12, &colours.accent, &colours.card);
      else
        {
          cairo_rectangle (cr, x + 0.5, y - 5.5, 21, 11);
          gdk_cairo_set_source_rgba (cr, keys[i].shape == 0   ? &colours.accent
                                         : keys[i].shape == 1 ? &colours.soft
                                                              : &colours.shade);
          cairo_fill_preserve (cr);
          gdk_cairo_set_source_rgba (cr, keys[i].shape < 2 ? &colours.accent : &colours.line);
          cairo_set_line_width (cr, 1);
          cairo_stroke (cr);
        }
      x += 30
           + kiosk_chart_text (cr, kiosk_say (keys[i].text), x + 30, y, 0, 13, FALSE, &colours.text)
           + 24;
    }
}

static GtkWidget *
build_chart (KioskPageSessions *self)
{
  GtkWidget *column = kiosk_vbox (0, NULL);
  GtkWidget *foot = kiosk_hbox (9, NULL);
  GtkWidget *key = gtk_drawing_area_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->area = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG,
                             "focusable", TRUE, NULL);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->area), draw, self, NULL);
  g_signal_connect (click, "pressed", G_CALLBACK (on_click), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (self->area, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (self->area, keys);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (key), draw_key, NULL, NULL);
  gtk_widget_set_size_request (key, -1, 40);
  gtk_widget_set_hexpand (key, TRUE);
  gtk_box_append (GTK_BOX (foot), key);
  gtk_box_append (GTK_BOX (foot), kiosk_key ("←"));
  gtk_box_append (GTK_BOX (foot), kiosk_key ("→"));
  gtk_box_append (GTK_BOX (foot), kiosk_label (kiosk_say (KIOSK_SAY_OTHER_SESSION), "small"));
  gtk_widget_set_margin_end (foot, 18);
  gtk_box_append (GTK_BOX (column), kiosk_scrolled (self->area));
  gtk_box_append (GTK_BOX (column), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (column), foot);
  return column;
}

static void
kiosk_page_sessions_dispose (GObject *object)
{
  KioskPageSessions *self = KIOSK_PAGE_SESSIONS (object);

  g_clear_pointer (&self->chart, kiosk_session_chart_free);
  g_clear_pointer (&self->stays, g_ptr_array_unref);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (kiosk_page_sessions_parent_class)->dispose (object);
}

static void
kiosk_page_sessions_class_init (KioskPageSessionsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_page_sessions_dispose;
}

static void
kiosk_page_sessions_init (KioskPageSessions *self)
{
  GtkWidget *card = kiosk_vbox (0, "card table-card");

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 15);
  gtk_widget_add_css_class (GTK_WIDGET (self), "page");
  self->table
      = kiosk_table_new (columns, G_N_ELEMENTS (columns), kiosk_say (KIOSK_SAY_PAGE_SESSIONS));
  g_signal_connect (self->table, "selected", G_CALLBACK (on_table_selected), self);
  g_signal_connect (self->table, "activated", G_CALLBACK (on_table_activated), self);
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), build_chart (self), "chart");
  gtk_stack_add_named (GTK_STACK (self->stack), self->table, "table");
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  gtk_box_append (GTK_BOX (card), self->stack);
  self->card = kiosk_session_card_new ();
  g_signal_connect (self->card, "records", G_CALLBACK (on_records), self);
  gtk_box_append (GTK_BOX (self), build_head (self));
  gtk_box_append (GTK_BOX (self), card);
  gtk_box_append (GTK_BOX (self), self->card);
}

GtkWidget *
kiosk_page_sessions_new (KioskStore *store)
{
  KioskPageSessions *self = g_object_new (KIOSK_TYPE_PAGE_SESSIONS, NULL);

  self->store = g_object_ref (store);
  kiosk_page_watch (GTK_WIDGET (self), store, refresh);
  return GTK_WIDGET (self);
}
