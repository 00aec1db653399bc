/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "page-servers.h"

#include "field.h"
#include "server-row.h"
#include "widgets.h"

#include <adwaita.h>

/* Choosing a server. Whether it may be opened is kioskd's decision; what is greyed out here only saves
 * a refused attempt. */

struct _KioskServersPage {
  KioskPageWidget parent_instance;
  GtkWidget *title, *change, *subtitle, *list, *empty;
  GtkWidget *card, *card_head, *card_name, *card_about, *card_approval, *ticket, *purpose, *missing,
      *connect;
  GtkWidget *mark_note, *mark_text;
  GtkWidget *keys[4];
  char *chosen; /* id */
  GPtrArray *ids;
  KioskTicketRule rule;
  gboolean may_connect, incomplete;
};

G_DEFINE_FINAL_TYPE (KioskServersPage, kiosk_servers_page, KIOSK_TYPE_PAGE_WIDGET)

static gboolean
is_blank (GtkWidget *field)
{
  g_autofree char *copy = g_strdup (kiosk_field_get_text (KIOSK_FIELD (field)));

  return *g_strstrip (copy) == '\0';
}

static void
connect_chosen (KioskServersPage *self)
{
  const char *ticket = "", *purpose = "";

  if (self->chosen == NULL || !self->may_connect)
    return;
  if (self->rule != KIOSK_TICKET_NONE)
    {
      self->incomplete = self->rule == KIOSK_TICKET_REQUIRED
                         && (is_blank (self->ticket) || is_blank (self->purpose));
      if (self->incomplete)
        {
          gtk_widget_set_visible (self->missing, TRUE);
          gtk_widget_grab_focus (is_blank (self->ticket) ? self->ticket : self->purpose);
          return;
        }
      ticket = kiosk_field_get_text (KIOSK_FIELD (self->ticket));
      purpose = kiosk_field_get_text (KIOSK_FIELD (self->purpose));
    }
  gtk_widget_activate_action (GTK_WIDGET (self), "kiosk.connect", "(sss)", self->chosen, ticket,
                              purpose);
}

static void
on_connect (GtkButton *button, KioskServersPage *self)
{
  connect_chosen (self);
}

static void
on_ticket (KioskField *field, KioskServersPage *self)
{
  gtk_widget_grab_focus (self->purpose);
}

static void
on_purpose (KioskField *field, KioskServersPage *self)
{
  connect_chosen (self);
}

static void
on_typed (KioskField *field, KioskServersPage *self)
{
  self->incomplete = FALSE;
  gtk_widget_set_visible (self->missing, FALSE);
}

static void
on_selected (GtkListBox *list, GtkListBoxRow *row, KioskServersPage *self)
{
  guint index = row != NULL ? (guint) gtk_list_box_row_get_index (row) : G_MAXUINT;

  if (index >= self->ids->len || g_strcmp0 (self->chosen, self->ids->pdata[index]) == 0)
    return;
  g_free (self->chosen);
  self->chosen = g_strdup (self->ids->pdata[index]);
  self->incomplete = FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self), "kiosk.refresh", NULL);
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, KioskServersPage *self)
{
  if (!self->may_connect)
    return;
  if (self->rule != KIOSK_TICKET_NONE)
    gtk_widget_grab_focus (self->ticket);
  else
    connect_chosen (self);
}

static void
choose (KioskServersPage *self, guint index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), index);

  if (row == NULL)
    return;
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
  gtk_widget_grab_focus (GTK_WIDGET (row));
}

static gboolean
kiosk_servers_page_key (KioskPageWidget *page, guint keyval, GdkModifierType modifiers)
{
  KioskServersPage *self = KIOSK_SERVERS_PAGE (page);

  if (modifiers == GDK_ALT_MASK && keyval >= GDK_KEY_1 && keyval <= GDK_KEY_9)
    {
      choose (self, keyval - GDK_KEY_1);
      return TRUE;
    }
  if (modifiers == GDK_CONTROL_MASK && (keyval == GDK_KEY_q || keyval == GDK_KEY_Q))
    return gtk_widget_activate_action (GTK_WIDGET (self), "kiosk.logout", NULL);
  if (modifiers == GDK_CONTROL_MASK && (keyval == GDK_KEY_p || keyval == GDK_KEY_P))
    return gtk_widget_activate_action (GTK_WIDGET (self), "kiosk.change-password", NULL);
  if (modifiers == 0 && keyval == GDK_KEY_Escape)
    {
      GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

      if (row != NULL)
        gtk_widget_grab_focus (GTK_WIDGET (row));
      return TRUE;
    }
  return FALSE;
}

/* ---- Update ---- */

static void
update_list (KioskServersPage *self, const KioskView *view)
{
  guint n = view->servers != NULL ? view->servers->len : 0;
  GtkListBoxRow *row;
  int selected = -1;
  gboolean was_empty = self->ids->len == 0;

  while ((row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), n)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), GTK_WIDGET (row));
  g_ptr_array_set_size (self->ids, 0);
  for (guint i = 0; i < n; i++)
    {
      const KioskServer *server = view->servers->pdata[i];

      row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), i);
      if (row == NULL)
        {
          row = GTK_LIST_BOX_ROW (kiosk_server_row_new ());
          gtk_list_box_append (GTK_LIST_BOX (self->list), GTK_WIDGET (row));
        }
      g_ptr_array_add (self->ids, g_strdup (server->id));
      kiosk_server_row_update (KIOSK_SERVER_ROW (row), view, server, i + 1);
      if (g_strcmp0 (server->id, self->chosen) == 0)
        selected = i;
    }
  if (selected < 0)
    {
      g_clear_pointer (&self->chosen, g_free);
      selected = 0;
    }
  if (n > 0)
    {
      row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), selected);
      if (self->chosen == NULL)
        self->chosen = g_strdup (self->ids->pdata[selected]);
      gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
      /* The list came after the page. */
      if (was_empty && gtk_widget_get_mapped (GTK_WIDGET (self)))
        gtk_widget_grab_focus (GTK_WIDGET (row));
    }
  gtk_widget_set_visible (self->list, n > 0);
}

/* What the session needs beside the right to it (R29). */
static void
update_approval (KioskServersPage *self, const KioskView *view, const KioskServer *server)
{
  gboolean lacks = server->approval == KIOSK_APPROVAL_ORDER && server->order_until == 0;
  g_autofree char *words = NULL;

  if (server->approval == KIOSK_APPROVAL_ORDER && !lacks)
    {
      g_autofree char *time = kiosk_view_moment (view, server->order_until);

      words = kiosk_text_format (view->language, KIOSK_TEXT_HAS_ORDER, "time", time, NULL);
    }
  else if (server->approval != KIOSK_APPROVAL_NONE)
    words = g_strdup (
        kiosk_view_text (view, lacks ? KIOSK_TEXT_NEEDS_ORDER : KIOSK_TEXT_NEEDS_APPROVER));
  kiosk_label_set (self->card_approval, words);
  kiosk_style_toggle (self->card_approval, "warn-text", lacks);
}

static void
update_card (KioskServersPage *self, const KioskView *view)
{
  const KioskServer *server = NULL;
  gboolean optional;

  for (guint i = 0; view->servers != NULL && i < view->servers->len; i++)
    if (g_strcmp0 (((KioskServer *) view->servers->pdata[i])->id, self->chosen) == 0)
      server = view->servers->pdata[i];
  gtk_widget_set_visible (self->card, server != NULL);
  self->may_connect = server != NULL && server->state != KIOSK_SERVER_HOURS && !view->busy;
  if (server == NULL)
    return;

  self->rule = server->ticket;
  optional = server->ticket == KIOSK_TICKET_OPTIONAL;
  kiosk_label_set (self->card_head, kiosk_view_text (view, KIOSK_TEXT_SELECTED_SERVER));
  kiosk_label_set (self->card_name, kiosk_view_label (view, &server->label));
  kiosk_label_set (self->card_about, server->state == KIOSK_SERVER_DOWN
                                         ? kiosk_view_text (view, KIOSK_TEXT_DOWN_MAY_TRY)
                                         : kiosk_view_label (view, &server->purpose));
  update_approval (self, view, server);
  gtk_widget_set_visible (self->ticket, server->ticket != KIOSK_TICKET_NONE);
  gtk_widget_set_visible (self->purpose, server->ticket != KIOSK_TICKET_NONE);
  gtk_widget_set_sensitive (self->ticket, self->may_connect);
  gtk_widget_set_sensitive (self->purpose, self->may_connect);
  kiosk_field_set_name (
      KIOSK_FIELD (self->ticket),
      kiosk_view_text (view, optional ? KIOSK_TEXT_WORK_NUMBER_OPTIONAL : KIOSK_TEXT_WORK_NUMBER));
  kiosk_field_set_name (
      KIOSK_FIELD (self->purpose),
      kiosk_view_text (view, optional ? KIOSK_TEXT_PURPOSE_OPTIONAL : KIOSK_TEXT_PURPOSE));
  kiosk_label_set (self->missing, kiosk_view_text (view, KIOSK_TEXT_WORK_MISSING));
  gtk_widget_set_visible (self->missing, self->incomplete);
  kiosk_button_set (self->connect, kiosk_view_text (view, server->state == KIOSK_SERVER_HOURS
                                                              ? KIOSK_TEXT_CANNOT_CONNECT_NOW
                                                              : KIOSK_TEXT_CONNECT));
  gtk_widget_set_sensitive (self->connect, self->may_connect);
}

static void
kiosk_servers_page_update (KioskPageWidget *page, const KioskView *view)
{
  KioskServersPage *self = KIOSK_SERVERS_PAGE (page);
  const KioskStatus *status = view->status;
  gboolean empty = view->servers != NULL && view->servers->len == 0;
  g_autofree char *contact = kiosk_view_contact (view);
  g_autofree char *last = NULL;
  g_autofree char *help = NULL;
  g_autofree char *mark = NULL;

  kiosk_label_set (self->title, kiosk_view_text (view, empty ? KIOSK_TEXT_NO_SERVERS
                                                             : KIOSK_TEXT_CHOOSE_SERVER));
  if (status->last_login == 0)
    last = g_strdup (kiosk_view_text (view, KIOSK_TEXT_FIRST_LOGIN));
  else
    {
      g_autofree char *when = kiosk_text_date_time (view->language, status->last_login);
      g_autofree char *failures = g_strdup_printf ("%u", status->failures_since);

      last = kiosk_text_format (view->language, KIOSK_TEXT_LAST_LOGIN, "when", when, "n", failures,
                                NULL);
    }
  if (status->password_days >= 0 || view->facts.renewed)
    {
      g_autofree char *days = g_strdup_printf ("%d", status->password_days);
      g_autofree char *words
          = kiosk_text_format (view->language,
                               status->password_days < 0   ? KIOSK_TEXT_PASSWORD_CHANGED
                               : status->password_days > 0 ? KIOSK_TEXT_PASSWORD_DAYS
                                                           : KIOSK_TEXT_PASSWORD_LAST_DAY,
                               "n", days, NULL);
      char *both
          = g_strconcat (last, view->language == KIOSK_LANGUAGE_JA ? "　" : " · ", words, NULL);

      g_free (last);
      last = both;
    }
  kiosk_label_set (self->subtitle, last);
  kiosk_style_toggle (self->subtitle, "warn-text",
                      status->failures_since > 0 || status->password_days >= 0);
  kiosk_button_set (self->change, kiosk_view_text (view, KIOSK_TEXT_CHANGE_PASSWORD));
  kiosk_style_toggle (self->change, "flat", status->password_days < 0);
  help = kiosk_text_format (view->language, KIOSK_TEXT_NO_SERVERS_HELP, "contact", contact, NULL);
  kiosk_label_set (self->empty, empty ? help : "");
  update_list (self, view);
  update_card (self, view);
  mark = kiosk_text_format (view->language, KIOSK_TEXT_MARK_NOTE, "mark",
                            kiosk_view_label (view, &status->mark), NULL);
  kiosk_label_set (self->mark_text, mark);
  kiosk_label_set (self->keys[0], kiosk_view_text (view, KIOSK_TEXT_KEY_CHOOSE));
  kiosk_label_set (self->keys[1], kiosk_view_text (view, KIOSK_TEXT_KEY_NUMBER));
  kiosk_label_set (self->keys[2],
                   kiosk_view_text (view, self->rule == KIOSK_TICKET_NONE ? KIOSK_TEXT_KEY_CONNECT
                                                                          : KIOSK_TEXT_KEY_WORK));
  kiosk_label_set (self->keys[3], kiosk_view_text (view, KIOSK_TEXT_KEY_LOGOUT));
}

static void
kiosk_servers_page_enter (KioskPageWidget *page)
{
  KioskServersPage *self = KIOSK_SERVERS_PAGE (page);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
kiosk_servers_page_finalize (GObject *object)
{
  KioskServersPage *self = KIOSK_SERVERS_PAGE (object);

  g_free (self->chosen);
  g_ptr_array_unref (self->ids);
  G_OBJECT_CLASS (kiosk_servers_page_parent_class)->finalize (object);
}

static void
kiosk_servers_page_class_init (KioskServersPageClass *class)
{
  G_OBJECT_CLASS (class)->finalize = kiosk_servers_page_finalize;
  KIOSK_PAGE_WIDGET_CLASS (class)->update = kiosk_servers_page_update;
  KIOSK_PAGE_WIDGET_CLASS (class)->enter = kiosk_servers_page_enter;
  KIOSK_PAGE_WIDGET_CLASS (class)->key = kiosk_servers_page_key;
}

/* ---- Layout ---- */

static GtkWidget *
build_keys (KioskServersPage *self)
{
  static const char *const keys[][2]
      = { { "↑", "↓" }, { "Alt+1", "9" }, { "Enter", NULL }, { "Ctrl+Q", NULL } };
  GtkWidget *row = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 18, "keys");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      GtkWidget *box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 4, NULL);

      gtk_box_append (GTK_BOX (box), kiosk_key_new (keys[i][0]));
      if (i == 1)
        gtk_box_append (GTK_BOX (box), gtk_label_new ("–"));
      if (keys[i][1] != NULL)
        gtk_box_append (GTK_BOX (box), kiosk_key_new (keys[i][1]));
      self->keys[i] = kiosk_label_new ("dim-label small");
      gtk_box_append (GTK_BOX (box), self->keys[i]);
      gtk_box_append (GTK_BOX (row), box);
    }
  gtk_widget_set_valign (row, GTK_ALIGN_END);
  gtk_widget_set_vexpand (row, TRUE);
  return row;
}

static GtkWidget *
build_card (KioskServersPage *self)
{
  self->card = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 12, "card work-card");
  self->card_head = kiosk_label_new ("dim-label small");
  self->card_name = kiosk_paragraph_new ("title-2");
  self->card_about = kiosk_paragraph_new ("dim-label small");
  self->card_approval = kiosk_paragraph_new ("small");
  self->ticket = kiosk_field_new (FALSE);
  self->purpose = kiosk_field_new (FALSE);
  kiosk_field_set_max_length (KIOSK_FIELD (self->ticket), 64);
  kiosk_field_set_max_length (KIOSK_FIELD (self->purpose), 200);
  self->missing = kiosk_paragraph_new ("err-text small");
  self->connect = kiosk_button_new ("network-server-symbolic", "Enter", "suggested-action big");
  gtk_widget_set_margin_top (self->connect, 12);
  gtk_box_append (GTK_BOX (self->card), self->card_head);
  gtk_box_append (GTK_BOX (self->card), self->card_name);
  gtk_box_append (GTK_BOX (self->card), self->card_about);
  gtk_box_append (GTK_BOX (self->card), self->card_approval);
  gtk_box_append (GTK_BOX (self->card), self->ticket);
  gtk_box_append (GTK_BOX (self->card), self->purpose);
  gtk_box_append (GTK_BOX (self->card), self->missing);
  gtk_box_append (GTK_BOX (self->card), self->connect);
  g_signal_connect (self->ticket, "activate", G_CALLBACK (on_ticket), self);
  g_signal_connect (self->purpose, "activate", G_CALLBACK (on_purpose), self);
  g_signal_connect (self->ticket, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect (self->purpose, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect (self->connect, "clicked", G_CALLBACK (on_connect), self);
  return self->card;
}

/* The way to another password is always there, and looks like a button when it is time to take it. */
static GtkWidget *
build_head (KioskServersPage *self)
{
  GtkWidget *head = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, NULL);

  self->title = kiosk_label_new ("title-1 smaller");
  gtk_widget_set_hexpand (self->title, TRUE);
  self->change = kiosk_button_new (NULL, "Ctrl+P", NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->change), "kiosk.change-password");
  gtk_widget_set_valign (self->change, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), self->change);
  return head;
}

static void
kiosk_servers_page_init (KioskServersPage *self)
{
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *narrow = adw_clamp_new ();
  GtkWidget *shield = kiosk_icon_new ("kiosk-shield-symbolic", 16, "accent");
  GtkWidget *columns = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 27, "servers");
  GtkWidget *left = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, NULL);
  GtkWidget *right = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 15, "servers-right");
  GtkWidget *scroll = gtk_scrolled_window_new ();

  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->subtitle = kiosk_label_new ("dim-label small numeric");
  self->empty = kiosk_paragraph_new (NULL);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_list_box_set_activate_on_single_click (GTK_LIST_BOX (self->list), FALSE);
  gtk_widget_add_css_class (self->list, "card");
  gtk_widget_add_css_class (self->list, "server-list");
  gtk_widget_set_valign (self->list, GTK_ALIGN_START);
  g_signal_connect (self->list, "row-selected", G_CALLBACK (on_selected), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_row_activated), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_widget_add_css_class (scroll, "server-scroll");
  gtk_box_append (GTK_BOX (left), build_head (self));
  gtk_box_append (GTK_BOX (left), self->subtitle);
  gtk_box_append (GTK_BOX (left), self->empty);
  gtk_box_append (GTK_BOX (left), scroll);
  gtk_box_append (GTK_BOX (left), build_keys (self));
  gtk_widget_set_hexpand (left, TRUE);

  self->mark_note = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 13, "mark-note");
  self->mark_text = kiosk_paragraph_new ("small");
  gtk_widget_set_hexpand (self->mark_text, TRUE);
  gtk_widget_set_valign (shield, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (self->mark_note), shield);
  gtk_box_append (GTK_BOX (self->mark_note), self->mark_text);
  gtk_box_append (GTK_BOX (right), build_card (self));
  gtk_box_append (GTK_BOX (right), self->mark_note);
  gtk_widget_set_size_request (right, 372, -1);
  adw_clamp_set_maximum_size (ADW_CLAMP (narrow), 372);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (narrow), 372);
  adw_clamp_set_child (ADW_CLAMP (narrow), right);
  gtk_widget_set_hexpand (narrow, FALSE);
  gtk_box_append (GTK_BOX (columns), left);
  gtk_box_append (GTK_BOX (columns), narrow);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 1340);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), 1340);
  adw_clamp_set_child (ADW_CLAMP (clamp), columns);
  gtk_widget_set_hexpand (clamp, TRUE);
  gtk_box_append (GTK_BOX (self), clamp);
}

GtkWidget *
kiosk_servers_page_new (void)
{
  return g_object_new (KIOSK_TYPE_SERVERS_PAGE, NULL);
}

void
kiosk_servers_page_forget (KioskServersPage *self)
{
  g_clear_pointer (&self->chosen, g_free);
  kiosk_field_clear (KIOSK_FIELD (self->ticket));
  kiosk_field_clear (KIOSK_FIELD (self->purpose));
  self->incomplete = FALSE;
}
