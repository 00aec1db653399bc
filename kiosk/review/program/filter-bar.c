/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "filter-bar.h"

#include "texts.h"
#include "widgets.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Conditions in, the store's view out. */

struct _KioskFilterBar {
  GtkBox parent_instance;
  KioskStore *store;
  gboolean loading;
  GtkWidget *search, *period, *period_label, *from, *until, *period_error;
  GtkWidget *person, *server, *kind, *troubles, *seals, *session, *session_label;
  GStrv persons, servers, actions; /* NULL-terminated; without "all" */
};

G_DEFINE_FINAL_TYPE (KioskFilterBar, kiosk_filter_bar, GTK_TYPE_BOX)

enum { FILTERED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- Times ---- */

gboolean
kiosk_filter_parse_time (const char *text, gboolean end, gint64 *time)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_autofree char *iso = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) when = NULL;
  g_autoptr (GDateTime) bound = NULL;

  if (*trimmed == '\0')
    {
      *time = 0;
      return TRUE;
    }
  if (!g_regex_match_simple ("^\\d{4}-\\d\\d-\\d\\d( \\d\\d:\\d\\d)?$", trimmed,
                             G_REGEX_DOLLAR_ENDONLY, 0))
    return FALSE;
  iso = g_strdup_printf ("%.10sT%s:00", trimmed, strlen (trimmed) > 10 ? trimmed + 11 : "00:00");
  when = g_date_time_new_from_iso8601 (iso, zone);
  if (when == NULL)
    return FALSE;
  bound = end && strlen (trimmed) == 10 ? g_date_time_add_days (when, 1) : g_date_time_ref (when);
  *time = g_date_time_to_unix (bound) * G_USEC_PER_SEC;
  return TRUE;
}

/* ---- Out ---- */

static void
tell (KioskFilterBar *self)
{
  if (!self->loading)
    g_signal_emit (self, signals[FILTERED], 0);
}

static void
set_text (char **field, const char *text)
{
  g_free (*field);
  *field = text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static void
on_search_changed (GtkSearchEntry *entry, KioskFilterBar *self)
{
  g_autofree char *text = NULL;

  if (self->loading)
    return;
  text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  set_text (&kiosk_store_get_view (self->store)->text, text);
  tell (self);
}

/* The string of the list that is chosen in @dropdown, whose first row is "all". */
static const char *
chosen (GtkWidget *dropdown, GStrv list)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (dropdown));

  return selected == 0 || selected == GTK_INVALID_LIST_POSITION ? NULL : list[selected - 1];
}

static void
on_chosen (GtkDropDown *dropdown, GParamSpec *pspec, KioskFilterBar *self)
{
  KioskView *view = kiosk_store_get_view (self->store);

  if (self->loading)
    return;
  set_text (&view->person, chosen (self->person, self->persons));
  set_text (&view->server, chosen (self->server, self->servers));
  set_text (&view->action, chosen (self->kind, self->actions));
  view->refusals = view->identity = FALSE;
  tell (self);
}

static void
on_ticked (GtkCheckButton *button, KioskFilterBar *self)
{
  if (self->loading)
    return;
  kiosk_store_get_view (self->store)->troubles
      = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->troubles));
  kiosk_store_get_view (self->store)->seals
      = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->seals));
  tell (self);
}

static void
on_session_cleared (GtkButton *button, KioskFilterBar *self)
{
  KioskView *view = kiosk_store_get_view (self->store);

  set_text (&view->session, NULL);
  view->refusals = view->identity = FALSE;
  kiosk_filter_bar_load (self);
  tell (self);
}

static void
show_period (KioskFilterBar *self)
{
  const KioskView *view = kiosk_store_get_view (self->store);
  g_autofree char *from = view->from != 0 ? kiosk_say_stamp (view->from) : g_strdup ("");
  g_autofree char *until = view->to != 0 ? kiosk_say_stamp (view->to) : g_strdup ("");
  g_autofree char *text = NULL;

  from[MIN (strlen (from), 16)] = '\0';
  until[MIN (strlen (until), 16)] = '\0';
  text = view->from == 0 && view->to == 0
             ? g_strdup (kiosk_say (KIOSK_SAY_PERIOD_ALL))
             : g_strdup_printf ("%s–%s", from + 5 * (*from != '\0'), until + 5 * (*until != '\0'));
  gtk_label_set_text (GTK_LABEL (self->period_label), text);
  gtk_editable_set_text (GTK_EDITABLE (self->from), from);
  gtk_editable_set_text (GTK_EDITABLE (self->until), until);
  gtk_widget_set_visible (self->period_error, FALSE);
}

static void
on_period_applied (GtkWidget *widget, KioskFilterBar *self)
{
  KioskView *view = kiosk_store_get_view (self->store);
  gint64 from, to;

  if (!kiosk_filter_parse_time (gtk_editable_get_text (GTK_EDITABLE (self->from)), FALSE, &from)
      || !kiosk_filter_parse_time (gtk_editable_get_text (GTK_EDITABLE (self->until)), TRUE, &to))
    {
      gtk_widget_set_visible (self->period_error, TRUE);
      return;
    }
  view->from = from;
  view->to = to;
  show_period (self);
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->period));
  tell (self);
}

static void
on_period_cleared (GtkButton *button, KioskFilterBar *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->from), "");
  gtk_editable_set_text (GTK_EDITABLE (self->until), "");
  on_period_applied (GTK_WIDGET (button), self);
}

/* ---- In ---- */

/* Fills @dropdown with "all" and @list, in the words of @describe, and chooses @value. */
static void
fill (GtkWidget *dropdown, GStrv list, const char *value, char *(*describe) (const char *word))
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (model, kiosk_say (KIOSK_SAY_ALL));
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    {
      g_autofree char *text = describe (list[i]);

      gtk_string_list_append (model, text);
      if (g_strcmp0 (list[i], value) == 0)
        selected = i + 1;
    }
  gtk_drop_down_set_model (GTK_DROP_DOWN (dropdown), G_LIST_MODEL (model));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (dropdown), selected);
}

static char *
describe_person (const char *id)
{
  return kiosk_say_person (id, NULL);
}

static char *
describe_plain (const char *word)
{
  return g_strdup (word);
}

static void
show_session (KioskFilterBar *self)
{
  const KioskView *view = kiosk_store_get_view (self->store);
  g_autofree char *text = NULL;

  if (view->session != NULL)
    text = kiosk_say_format (KIOSK_SAY_ONLY_SESSION, "id", view->session, NULL);
  else if (view->refusals || view->identity)
    text = g_strdup (kiosk_say (view->refusals ? KIOSK_SAY_PAGE_DEVICES : KIOSK_SAY_PAGE_FAILURES));
  gtk_widget_set_visible (self->session, text != NULL);
  gtk_label_set_text (GTK_LABEL (self->session_label), text != NULL ? text : "");
}

void
kiosk_filter_bar_load (KioskFilterBar *self)
{
  KioskIndex *index = kiosk_store_get_index (self->store);
  const KioskView *view = kiosk_store_get_view (self->store);

  if (index == NULL)
    return;
  self->loading = TRUE;
  g_clear_pointer (&self->persons, g_strfreev);
  g_clear_pointer (&self->servers, g_strfreev);
  g_clear_pointer (&self->actions, g_strfreev);
  self->persons = kiosk_index_list (index, KIOSK_INDEX_PERSONS, NULL);
  self->servers = kiosk_index_list (index, KIOSK_INDEX_SERVERS, NULL);
  self->actions = kiosk_index_list (index, KIOSK_INDEX_ACTIONS, NULL);
  fill (self->person, self->persons, view->person, describe_person);
  fill (self->server, self->servers, view->server, describe_plain);
  fill (self->kind, self->actions, view->action, kiosk_say_action);
  gtk_editable_set_text (GTK_EDITABLE (self->search), view->text != NULL ? view->text : "");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->troubles), view->troubles);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->seals), view->seals);
  show_period (self);
  show_session (self);
  self->loading = FALSE;
}

void
kiosk_filter_bar_search (KioskFilterBar *self)
{
  gtk_widget_grab_focus (self->search);
}

/* ---- Building ---- */

static GtkWidget *
add_choice (KioskFilterBar *self, GtkWidget *line, KioskSay name)
{
  GtkWidget *box = kiosk_hbox (6, NULL);
  GtkWidget *dropdown = gtk_drop_down_new (NULL, NULL);
  g_autoptr (GtkExpression) expression
      = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

  gtk_drop_down_set_expression (GTK_DROP_DOWN (dropdown), expression);
  gtk_drop_down_set_enable_search (GTK_DROP_DOWN (dropdown), TRUE);
  kiosk_name (dropdown, kiosk_say (name));
  g_signal_connect (dropdown, "notify::selected", G_CALLBACK (on_chosen), self);
  gtk_box_append (GTK_BOX (box), kiosk_label (kiosk_say (name), "caption"));
  gtk_box_append (GTK_BOX (box), dropdown);
  gtk_box_append (GTK_BOX (line), box);
  return dropdown;
}

static GtkWidget *
build_period (KioskFilterBar *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *column = kiosk_vbox (9, NULL);
  GtkWidget *buttons = kiosk_hbox (9, NULL);
  GtkWidget *apply = kiosk_button (NULL, kiosk_say (KIOSK_SAY_APPLY), "suggested-action soft");
  GtkWidget *clear = kiosk_button (NULL, kiosk_say (KIOSK_SAY_CLEAR), "soft");
  GtkWidget *face = kiosk_hbox (6, NULL);

  self->from = gtk_entry_new ();
  self->until = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->from), kiosk_say (KIOSK_SAY_PERIOD_HINT));
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->until), kiosk_say (KIOSK_SAY_PERIOD_HINT));
  g_signal_connect (self->from, "activate", G_CALLBACK (on_period_applied), self);
  g_signal_connect (self->until, "activate", G_CALLBACK (on_period_applied), self);
  g_signal_connect (apply, "clicked", G_CALLBACK (on_period_applied), self);
  g_signal_connect (clear, "clicked", G_CALLBACK (on_period_cleared), self);
  self->period_error = kiosk_paragraph (kiosk_say (KIOSK_SAY_PERIOD_WRONG), "err-text small");
  gtk_label_set_max_width_chars (GTK_LABEL (self->period_error), 28);
  gtk_widget_set_visible (self->period_error, FALSE);
  gtk_box_append (GTK_BOX (column), kiosk_text_box (kiosk_say (KIOSK_SAY_PERIOD_FROM), self->from));
  gtk_box_append (GTK_BOX (column),
                  kiosk_text_box (kiosk_say (KIOSK_SAY_PERIOD_UNTIL), self->until));
  gtk_box_append (GTK_BOX (column), self->period_error);
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (buttons), clear);
  gtk_box_append (GTK_BOX (buttons), apply);
  gtk_box_append (GTK_BOX (column), buttons);
  gtk_popover_set_child (GTK_POPOVER (popover), column);

  self->period = gtk_menu_button_new ();
  self->period_label = kiosk_label (NULL, "bold");
  gtk_box_append (GTK_BOX (face), kiosk_label (kiosk_say (KIOSK_SAY_PERIOD), "caption"));
  gtk_box_append (GTK_BOX (face), self->period_label);
  gtk_box_append (GTK_BOX (face), kiosk_icon ("pan-down-symbolic", 16, NULL));
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->period), face);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->period), popover);
  kiosk_name (self->period, kiosk_say (KIOSK_SAY_PERIOD));
  return self->period;
}

static GtkWidget *
build_session (KioskFilterBar *self)
{
  GtkWidget *clear = kiosk_button ("window-close-symbolic", NULL, "flat");

  self->session = kiosk_hbox (3, "chip");
  self->session_label = kiosk_label (NULL, NULL);
  kiosk_name (clear, kiosk_say (KIOSK_SAY_CLEAR));
  g_signal_connect (clear, "clicked", G_CALLBACK (on_session_cleared), self);
  gtk_box_append (GTK_BOX (self->session), self->session_label);
  gtk_box_append (GTK_BOX (self->session), clear);
  gtk_widget_set_halign (self->session, GTK_ALIGN_START);
  gtk_widget_set_visible (self->session, FALSE);
  return self->session;
}

static void
kiosk_filter_bar_dispose (GObject *object)
{
  KioskFilterBar *self = KIOSK_FILTER_BAR (object);

  g_clear_object (&self->store);
  g_clear_pointer (&self->persons, g_strfreev);
  g_clear_pointer (&self->servers, g_strfreev);
  g_clear_pointer (&self->actions, g_strfreev);
  G_OBJECT_CLASS (kiosk_filter_bar_parent_class)->dispose (object);
}

static void
kiosk_filter_bar_class_init (KioskFilterBarClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_filter_bar_dispose;
  signals[FILTERED] = g_signal_new ("filtered", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_filter_bar_init (KioskFilterBar *self)
{
  GtkWidget *first = kiosk_hbox (12, NULL);
  GtkWidget *second = kiosk_hbox (15, NULL);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 9);
  gtk_widget_add_css_class (GTK_WIDGET (self), "toolbar-line");
  self->search = gtk_search_entry_new ();
  g_object_set (self->search, "placeholder-text", kiosk_say (KIOSK_SAY_SEARCH_HINT), NULL);
  gtk_widget_set_hexpand (self->search, TRUE);
  kiosk_name (self->search, kiosk_say (KIOSK_SAY_SEARCH_HINT));
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search_changed), self);
  self->troubles = gtk_check_button_new_with_label (kiosk_say (KIOSK_SAY_ONLY_FAILED));
  gtk_widget_add_css_class (self->troubles, "tick");
  g_signal_connect (self->troubles, "toggled", G_CALLBACK (on_ticked), self);
  self->seals = gtk_check_button_new_with_label (kiosk_say (KIOSK_SAY_SEALS_TOO));
  gtk_widget_set_halign (self->seals, GTK_ALIGN_END);
  gtk_widget_set_hexpand (self->seals, TRUE);
  g_signal_connect (self->seals, "toggled", G_CALLBACK (on_ticked), self);
  gtk_box_append (GTK_BOX (first), self->search);
  gtk_box_append (GTK_BOX (first), build_period (self));
  gtk_box_append (GTK_BOX (first), self->troubles);
  self->person = add_choice (self, second, KIOSK_SAY_PERSON);
  self->server = add_choice (self, second, KIOSK_SAY_SERVER);
  self->kind = add_choice (self, second, KIOSK_SAY_KIND);
  gtk_box_append (GTK_BOX (second), self->seals);
  gtk_box_append (GTK_BOX (self), first);
  gtk_box_append (GTK_BOX (self), second);
  gtk_box_append (GTK_BOX (self), build_session (self));
}

GtkWidget *
kiosk_filter_bar_new (KioskStore *store)
{
  KioskFilterBar *self = g_object_new (KIOSK_TYPE_FILTER_BAR, NULL);

  self->store = g_object_ref (store);
  return GTK_WIDGET (self);
}
