/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "session-card.h"

#include "texts.h"
#include "widgets.h"

/* Words about a stay. */

struct _KioskSessionCard {
  GtkBox parent_instance;
  GtkWidget *number, *title, *purpose, *button, *grid, *body, *none;
};

G_DEFINE_FINAL_TYPE (KioskSessionCard, kiosk_session_card, GTK_TYPE_BOX)

enum { RECORDS, N_SIGNALS };
static guint signals[N_SIGNALS];

static char *
describe_span (gint64 begin, gint64 end)
{
  g_autofree char *from = kiosk_say_clock (begin);
  g_autofree char *to = end != 0 ? kiosk_say_clock (end) : g_strdup ("");

  return g_strdup_printf ("%s–%s", from, to);
}

char *
kiosk_stay_describe_time (const KioskStay *stay)
{
  return describe_span (stay->begin, stay->end);
}

char *
kiosk_stay_describe_servers (const KioskStay *stay)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < stay->connections->len; i++)
    {
      const KioskStayConnection *connection = stay->connections->pdata[i];

      if (strstr (text->str, connection->server) == NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", connection->server);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
kiosk_stay_describe_locks (const KioskStay *stay)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < stay->locks->len; i++)
    {
      const KioskStaySpan *lock = &g_array_index (stay->locks, KioskStaySpan, i);
      g_autofree char *span = describe_span (lock->begin, lock->end);

      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", span);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
kiosk_stay_describe_end (const KioskStay *stay)
{
  return stay->end == 0 ? g_strdup (kiosk_say (KIOSK_SAY_STILL_OPEN))
                        : kiosk_say_reason (stay->ended);
}

static void
add (KioskSessionCard *self, int column, int row, KioskSay name, const char *value,
     const char *classes)
{
  GtkWidget *key, *text;

  if (value == NULL || *value == '\0')
    return;
  key = kiosk_label (kiosk_say (name), "field-key");
  text = kiosk_paragraph (value, classes);
  gtk_widget_set_valign (key, GTK_ALIGN_START);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 26);
  gtk_grid_attach (GTK_GRID (self->grid), key, 2 * column, row, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), text, 2 * column + 1, row, 1, 1);
}

static void
show_facts (KioskSessionCard *self, const KioskStay *stay)
{
  const KioskStayConnection *first
      = stay->connections->len > 0 ? stay->connections->pdata[0] : NULL;
  g_autofree char *host = g_strdup_printf ("%s　%s", stay->host, stay->site);
  g_autofree char *time = kiosk_stay_describe_time (stay);
  g_autofree char *locks = kiosk_stay_describe_locks (stay);
  g_autofree char *end = kiosk_stay_describe_end (stay);
  g_autofree char *n = kiosk_say_number (stay->troubles);
  g_autofree char *events
      = stay->troubles > 0 ? kiosk_say_format (KIOSK_SAY_NEEDS_LOOK_N, "n", n, NULL) : NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_grid_remove (GTK_GRID (self->grid), child);
  add (self, 0, 0, KIOSK_SAY_TERMINAL, host, NULL);
  add (self, 0, 1, KIOSK_SAY_TIME, time, "numeric");
  add (self, 0, 2, KIOSK_SAY_LOCK, locks, "numeric");
  if (first != NULL)
    add (self, 0, 3, KIOSK_SAY_TICKET, first->ticket, NULL);
  if (first != NULL)
    add (self, 1, 0, KIOSK_SAY_APPROVED_BY,
         *first->approver != '\0' ? first->approver : first->order, NULL);
  add (self, 1, 1, KIOSK_SAY_ENDED_BY, end, NULL);
  add (self, 1, 2, KIOSK_SAY_EVENTS, events, "err-text bold");
}

void
kiosk_session_card_show (KioskSessionCard *self, const KioskStay *stay)
{
  g_autofree char *person = NULL;
  g_autofree char *servers = NULL;
  g_autofree char *title = NULL;
  const KioskStayConnection *first;

  gtk_widget_set_visible (self->body, stay != NULL);
  gtk_widget_set_visible (self->none, stay == NULL);
  if (stay == NULL)
    return;
  person = kiosk_say_person (stay->person, stay->person_name);
  servers = kiosk_stay_describe_servers (stay);
  title = *servers != '\0' ? g_strdup_printf ("%s → %s", person, servers) : g_strdup (person);
  first = stay->connections->len > 0 ? stay->connections->pdata[0] : NULL;
  gtk_label_set_text (GTK_LABEL (self->number), stay->session);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->purpose), first != NULL ? first->purpose : "");
  gtk_widget_set_visible (self->purpose, first != NULL && *first->purpose != '\0');
  show_facts (self, stay);
}

static void
on_records (GtkButton *button, KioskSessionCard *self)
{
  g_signal_emit (self, signals[RECORDS], 0);
}

static void
kiosk_session_card_class_init (KioskSessionCardClass *class)
{
  signals[RECORDS] = g_signal_new ("records", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_session_card_init (KioskSessionCard *self)
{
  GtkWidget *left = kiosk_vbox (6, NULL);

  kiosk_classes (GTK_WIDGET (self), "card inner");
  self->body = kiosk_hbox (36, NULL);
  self->none = kiosk_label (kiosk_say (KIOSK_SAY_NO_SESSIONS), "dim-label");
  self->number = kiosk_label (NULL, "dim-label small");
  self->title = kiosk_paragraph (NULL, "detail-title");
  gtk_label_set_width_chars (GTK_LABEL (self->title), 26);
  self->purpose = kiosk_paragraph (NULL, NULL);
  self->button = kiosk_button ("view-list-symbolic", kiosk_say (KIOSK_SAY_SESSION_RECORDS), "soft");
  gtk_widget_set_halign (self->button, GTK_ALIGN_START);
  g_signal_connect (self->button, "clicked", G_CALLBACK (on_records), self);
  gtk_box_append (GTK_BOX (left), self->number);
  gtk_box_append (GTK_BOX (left), self->title);
  gtk_box_append (GTK_BOX (left), self->purpose);
  gtk_box_append (GTK_BOX (left), self->button);
  gtk_widget_set_size_request (left, 300, -1);
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 6);
  gtk_box_append (GTK_BOX (self->body), left);
  gtk_box_append (GTK_BOX (self->body), self->grid);
  gtk_box_append (GTK_BOX (self), self->body);
  gtk_box_append (GTK_BOX (self), self->none);
}

GtkWidget *
kiosk_session_card_new (void)
{
  return g_object_new (KIOSK_TYPE_SESSION_CARD, NULL);
}
