/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "page-notice.h"

#include "widgets.h"

/* One table of words, one layout. There is no "continue anyway". */

#define MAX_TODO 4

struct _KioskNoticePage {
  KioskPageWidget parent_instance;
  GtkWidget *circle, *icon, *title, *what, *why;
  GtkWidget *todo_title;
  struct {
    GtkWidget *box, *text;
  } todo[MAX_TODO];
  GtkWidget *details_title, *expected_name, *expected, *received_name, *received;
  GtkWidget *reference_name, *reference, *time_name, *time, *recorded_box, *recorded;
  GtkWidget *note, *back, *again, *only_back;
  gboolean may_retry;
  KioskTold told;
};

G_DEFINE_FINAL_TYPE (KioskNoticePage, kiosk_notice_page, KIOSK_TYPE_PAGE_WIDGET)

typedef enum { GRAVE, TROUBLE, CALM } Weight;

#define NO_TEXT KIOSK_N_TEXTS
#define CALL_OFFICE KIOSK_TEXT_DO_CALL, KIOSK_TEXT_DO_REFERENCE
#define CALL_IF KIOSK_TEXT_DO_CALL_IF, KIOSK_TEXT_DO_REFERENCE
#define CERTIFICATE_TODO                                                                           \
  {                                                                                                \
    KIOSK_TEXT_DO_STOP_WORK, CALL_OFFICE, KIOSK_TEXT_DO_WAIT                                       \
  }

static const struct {
  Weight weight;
  const char *icon;
  KioskText title, what, why;
  KioskText todo[MAX_TODO]; /* ends with NO_TEXT or after the fourth */
} words[KIOSK_N_TOLD] = {
  [KIOSK_TOLD_CERTIFICATE_CHANGED]
  = { GRAVE, "application-certificate-symbolic", KIOSK_TEXT_STOPPED_CONNECTION,
      KIOSK_TEXT_CERTIFICATE_CHANGED, KIOSK_TEXT_CERTIFICATE_POSING, CERTIFICATE_TODO },
  [KIOSK_TOLD_CERTIFICATE_EXPIRED]
  = { GRAVE, "application-certificate-symbolic", KIOSK_TEXT_STOPPED_CONNECTION,
      KIOSK_TEXT_CERTIFICATE_EXPIRED, KIOSK_TEXT_CERTIFICATE_EXPIRED_WHY, CERTIFICATE_TODO },
  [KIOSK_TOLD_CERTIFICATE_UNTRUSTED]
  = { GRAVE, "application-certificate-symbolic", KIOSK_TEXT_STOPPED_CONNECTION,
      KIOSK_TEXT_CERTIFICATE_UNTRUSTED, KIOSK_TEXT_CERTIFICATE_POSING, CERTIFICATE_TODO },
  [KIOSK_TOLD_CERTIFICATE_WEAK]
  = { GRAVE, "application-certificate-symbolic", KIOSK_TEXT_STOPPED_CONNECTION,
      KIOSK_TEXT_CERTIFICATE_WEAK, KIOSK_TEXT_CERTIFICATE_WEAK_WHY, CERTIFICATE_TODO },
  [KIOSK_TOLD_UNREACHABLE] = { TROUBLE,
                               "network-wired-symbolic",
                               KIOSK_TEXT_UNREACHABLE,
                               KIOSK_TEXT_UNREACHABLE_WHAT,
                               KIOSK_TEXT_UNREACHABLE_WHY,
                               { KIOSK_TEXT_DO_RETRY_LATER, CALL_IF, NO_TEXT } },
  [KIOSK_TOLD_SECURITY] = { GRAVE, "security-high-symbolic", KIOSK_TEXT_STOPPED_CONNECTION,
                            KIOSK_TEXT_SECURITY_WHAT, KIOSK_TEXT_SECURITY_WHY, CERTIFICATE_TODO },
  [KIOSK_TOLD_CREDENTIALS] = { TROUBLE,
                               "dialog-password-symbolic",
                               KIOSK_TEXT_CREDENTIALS_FAILED,
                               KIOSK_TEXT_CREDENTIALS_WHAT,
                               KIOSK_TEXT_CREDENTIALS_WHY,
                               { KIOSK_TEXT_DO_CREDENTIALS, CALL_IF, NO_TEXT } },
  [KIOSK_TOLD_PASSWORD_EXPIRED] = { TROUBLE,
                                    "dialog-password-symbolic",
                                    KIOSK_TEXT_CREDENTIALS_FAILED,
                                    KIOSK_TEXT_PASSWORD_EXPIRED_WHAT,
                                    KIOSK_TEXT_PASSWORD_EXPIRED_WHY,
                                    { CALL_OFFICE, KIOSK_TEXT_DO_NEW_PASSWORD, NO_TEXT } },
  [KIOSK_TOLD_ACCOUNT] = { TROUBLE,
                           "avatar-default-symbolic",
                           KIOSK_TEXT_CREDENTIALS_FAILED,
                           KIOSK_TEXT_ACCOUNT_WHAT,
                           KIOSK_TEXT_ACCOUNT_WHY,
                           { CALL_OFFICE, NO_TEXT } },
  [KIOSK_TOLD_DENIED] = { TROUBLE,
                          "avatar-default-symbolic",
                          KIOSK_TEXT_CREDENTIALS_FAILED,
                          KIOSK_TEXT_DENIED_WHAT,
                          KIOSK_TEXT_DENIED_WHY,
                          { CALL_OFFICE, NO_TEXT } },
  [KIOSK_TOLD_REDIRECTED] = { GRAVE,
                              "network-server-symbolic",
                              KIOSK_TEXT_STOPPED_CONNECTION,
                              KIOSK_TEXT_REDIRECTED_WHAT,
                              KIOSK_TEXT_REDIRECTED_WHY,
                              { CALL_OFFICE, NO_TEXT } },
  [KIOSK_TOLD_LOST] = { TROUBLE,
                        "network-wired-symbolic",
                        KIOSK_TEXT_LOST,
                        KIOSK_TEXT_LOST_WHAT,
                        KIOSK_TEXT_LOST_WHY,
                        { KIOSK_TEXT_DO_RETRY, CALL_IF, NO_TEXT } },
  [KIOSK_TOLD_LOGGED_OFF_BY_SERVER] = { CALM,
                                        "network-server-symbolic",
                                        KIOSK_TEXT_SERVER_LOGGED_OFF,
                                        KIOSK_TEXT_SERVER_LOGGED_OFF_WHAT,
                                        KIOSK_TEXT_SERVER_LOGGED_OFF_WHY,
                                        { KIOSK_TEXT_DO_CONTINUE, NO_TEXT } },
  [KIOSK_TOLD_PROTOCOL] = { GRAVE,
                            "network-server-symbolic",
                            KIOSK_TEXT_STOPPED_CONNECTION,
                            KIOSK_TEXT_PROTOCOL_WHAT,
                            KIOSK_TEXT_PROTOCOL_WHY,
                            { CALL_OFFICE, NO_TEXT } },
  [KIOSK_TOLD_INTERNAL] = { TROUBLE,
                            "applications-engineering-symbolic",
                            KIOSK_TEXT_STOPPED_CONNECTION,
                            KIOSK_TEXT_INTERNAL_WHAT,
                            KIOSK_TEXT_INTERNAL_WHY,
                            { KIOSK_TEXT_DO_RETRY, CALL_IF, NO_TEXT } },
  [KIOSK_TOLD_HOURS] = { CALM,
                         "kiosk-clock-symbolic",
                         KIOSK_TEXT_NOT_NOW,
                         KIOSK_TEXT_HOURS_WHAT,
                         KIOSK_TEXT_HOURS_WHY,
                         { KIOSK_TEXT_DO_HOURS, CALL_IF, NO_TEXT } },
  [KIOSK_TOLD_TICKET] = { TROUBLE,
                          "dialog-warning-symbolic",
                          KIOSK_TEXT_NOT_NOW,
                          KIOSK_TEXT_TICKET_WHAT,
                          KIOSK_TEXT_TICKET_WHY,
                          { KIOSK_TEXT_DO_TICKET, CALL_IF, NO_TEXT } },
  [KIOSK_TOLD_NOT_RECORDED] = { GRAVE,
                                "dialog-warning-symbolic",
                                KIOSK_TEXT_STOPPED_CONNECTION,
                                KIOSK_TEXT_NOT_RECORDED_WHAT,
                                KIOSK_TEXT_WORK_MUST_BE_RECORDED,
                                { CALL_OFFICE, NO_TEXT } },
  [KIOSK_TOLD_LOCKED] = { CALM,
                          "kiosk-clock-symbolic",
                          KIOSK_TEXT_LOST,
                          KIOSK_TEXT_LOCKED_WHAT,
                          KIOSK_TEXT_LOST_WHY,
                          { KIOSK_TEXT_DO_CONTINUE, NO_TEXT } },
  [KIOSK_TOLD_ORDER] = { CALM,
                         "kiosk-clock-symbolic",
                         KIOSK_TEXT_NOT_NOW,
                         KIOSK_TEXT_ORDER_WHAT,
                         KIOSK_TEXT_ORDER_WHY,
                         { KIOSK_TEXT_DO_ORDER, CALL_IF, NO_TEXT } },
  [KIOSK_TOLD_ORDER_ENDED] = { CALM,
                               "kiosk-clock-symbolic",
                               KIOSK_TEXT_ORDER_ENDED,
                               KIOSK_TEXT_ORDER_ENDED_WHAT,
                               KIOSK_TEXT_ORDER_WHY,
                               { KIOSK_TEXT_DO_ORDER_ENDED, CALL_IF, NO_TEXT } },
  [KIOSK_TOLD_APPROVAL] = { TROUBLE,
                            "avatar-default-symbolic",
                            KIOSK_TEXT_NOT_NOW,
                            KIOSK_TEXT_APPROVAL_WHAT,
                            KIOSK_TEXT_APPROVAL_WHY,
                            { KIOSK_TEXT_DO_APPROVAL, CALL_IF, NO_TEXT } },
  [KIOSK_TOLD_FIREWALL] = { GRAVE, "security-high-symbolic", KIOSK_TEXT_STOPPED_CONNECTION,
                            KIOSK_TEXT_FIREWALL_WHAT, KIOSK_TEXT_FIREWALL_WHY, CERTIFICATE_TODO },
};

/* Log-in errors belong to other pages; should one come here, it is "internal". */
static KioskTold
row_of (KioskTold told)
{
  return words[told].icon != NULL ? told : KIOSK_TOLD_INTERNAL;
}

static void
update_details (KioskNoticePage *self, const KioskView *view)
{
  const KioskStatus *status = view->status;
  gboolean digests = kiosk_told_is_certificate (status->told) && *status->received != '\0';
  g_autofree char *date = kiosk_text_timestamp (status->told_time);

  kiosk_label_set (self->details_title, kiosk_view_text (view, KIOSK_TEXT_DETAILS));
  kiosk_label_set (self->reference_name, kiosk_view_text (view, KIOSK_TEXT_REFERENCE));
  kiosk_label_set (self->reference, *status->reference != '\0' ? status->reference : "—");
  kiosk_label_set (self->expected_name,
                   digests ? kiosk_view_text (view, KIOSK_TEXT_REGISTERED) : "");
  kiosk_label_set (self->expected, !digests ? ""
                                   : *status->expected != '\0'
                                       ? status->expected
                                       : kiosk_view_text (view, KIOSK_TEXT_NONE_REGISTERED));
  kiosk_label_set (self->received_name, digests ? kiosk_view_text (view, KIOSK_TEXT_RECEIVED) : "");
  kiosk_label_set (self->received, digests ? status->received : "");
  kiosk_label_set (self->time_name, kiosk_view_text (view, KIOSK_TEXT_TIME));
  kiosk_label_set (self->time, date);
  kiosk_label_set (self->recorded, kiosk_view_text (view, KIOSK_TEXT_RECORDED));
  gtk_widget_set_visible (self->recorded_box, status->told != KIOSK_TOLD_NOT_RECORDED);
}

static void
kiosk_notice_page_update (KioskPageWidget *page, const KioskView *view)
{
  KioskNoticePage *self = KIOSK_NOTICE_PAGE (page);
  const KioskStatus *status = view->status;
  KioskTold told = row_of (status->told);
  const char *server = kiosk_view_server (view);
  g_autofree char *contact = kiosk_view_contact (view);
  g_autofree char *what
      = kiosk_text_format (view->language, words[told].what, "server", server, NULL);
  guint number = 0;

  self->may_retry = told == KIOSK_TOLD_LOST;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), words[told].icon);
  kiosk_style_toggle (self->circle, "err", words[told].weight == GRAVE);
  kiosk_style_toggle (self->circle, "warn", words[told].weight == TROUBLE);
  kiosk_label_set (self->title, kiosk_view_text (view, words[told].title));
  kiosk_label_set (self->what, what);
  kiosk_label_set (self->why, kiosk_view_text (view, words[told].why));
  kiosk_label_set (self->todo_title, kiosk_view_text (view, KIOSK_TEXT_TO_DO));
  for (guint i = 0; i < MAX_TODO && words[told].todo[i] != NO_TEXT; i++)
    {
      g_autofree char *text = NULL;

      if (words[told].todo[i] == KIOSK_TEXT_DO_REFERENCE && *status->reference == '\0')
        continue;
      text = kiosk_text_format (view->language, words[told].todo[i], "contact", contact,
                                "reference", status->reference, NULL);
      kiosk_label_set (self->todo[number].text, text);
      gtk_widget_set_visible (self->todo[number++].box, TRUE);
    }
  for (; number < MAX_TODO; number++)
    gtk_widget_set_visible (self->todo[number].box, FALSE);
  update_details (self, view);
  kiosk_label_set (self->note, kiosk_told_is_certificate (told) || told == KIOSK_TOLD_SECURITY
                                   ? kiosk_view_text (view, KIOSK_TEXT_NOTHING_SENT)
                                   : "");
  gtk_widget_set_visible (self->note, TRUE); /* keeps the buttons at the right */
  kiosk_button_set (self->only_back, kiosk_view_text (view, KIOSK_TEXT_BACK_TO_SERVERS));
  kiosk_button_set (self->back, kiosk_view_text (view, KIOSK_TEXT_BACK_TO_SERVERS));
  kiosk_button_set (self->again, kiosk_view_text (view, KIOSK_TEXT_CONNECT_AGAIN));
  gtk_widget_set_visible (self->only_back, !self->may_retry);
  gtk_widget_set_visible (self->back, self->may_retry);
  gtk_widget_set_visible (self->again, self->may_retry);
  gtk_widget_set_sensitive (self->again, !view->busy);
  if (told != self->told && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (self->may_retry ? self->again : self->only_back);
  self->told = told;
}

static void
kiosk_notice_page_enter (KioskPageWidget *page)
{
  KioskNoticePage *self = KIOSK_NOTICE_PAGE (page);

  gtk_widget_grab_focus (self->may_retry ? self->again : self->only_back);
}

static gboolean
kiosk_notice_page_key (KioskPageWidget *page, guint keyval, GdkModifierType modifiers)
{
  if (keyval == GDK_KEY_Escape && modifiers == 0)
    return gtk_widget_activate_action (GTK_WIDGET (page), "kiosk.dismiss", NULL);
  return FALSE;
}

static void
kiosk_notice_page_class_init (KioskNoticePageClass *class)
{
  KIOSK_PAGE_WIDGET_CLASS (class)->update = kiosk_notice_page_update;
  KIOSK_PAGE_WIDGET_CLASS (class)->enter = kiosk_notice_page_enter;
  KIOSK_PAGE_WIDGET_CLASS (class)->key = kiosk_notice_page_key;
}

/* ---- Layout ---- */

static GtkWidget *
build_head (KioskNoticePage *self)
{
  GtkWidget *head = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 24, "form-head");
  GtkWidget *text = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                  "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 3, NULL);

  self->icon = kiosk_icon_new (NULL, 36, NULL);
  self->circle = kiosk_circle_new (self->icon, NULL);
  gtk_widget_set_valign (self->circle, GTK_ALIGN_START);
  self->title = kiosk_paragraph_new ("title-1");
  self->what = kiosk_paragraph_new ("lead");
  self->why = kiosk_paragraph_new ("lead");
  gtk_box_append (GTK_BOX (text), self->title);
  gtk_box_append (GTK_BOX (text), self->what);
  gtk_box_append (GTK_BOX (text), self->why);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (head), self->circle);
  gtk_box_append (GTK_BOX (head), text);
  return head;
}

static GtkWidget *
build_todo (KioskNoticePage *self)
{
  GtkWidget *card = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 10, "card padded");

  self->todo_title = kiosk_label_new ("bold");
  gtk_box_append (GTK_BOX (card), self->todo_title);
  for (guint i = 0; i < MAX_TODO; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i + 1);
      GtkWidget *dot = gtk_label_new (number);

      self->todo[i].box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, NULL);
      self->todo[i].text = kiosk_paragraph_new ("numeric");
      gtk_widget_add_css_class (dot, "number");
      gtk_widget_set_valign (dot, GTK_ALIGN_START);
      gtk_widget_set_hexpand (self->todo[i].text, TRUE);
      gtk_box_append (GTK_BOX (self->todo[i].box), dot);
      gtk_box_append (GTK_BOX (self->todo[i].box), self->todo[i].text);
      gtk_box_append (GTK_BOX (card), self->todo[i].box);
    }
  gtk_widget_set_hexpand (card, TRUE);
  return card;
}

static GtkWidget *
add_detail (GtkWidget *card, const char *classes, GtkWidget **name)
{
  GtkWidget *value = kiosk_paragraph_new (classes);

  *name = kiosk_label_new ("dim-label small detail-name");
  gtk_box_append (GTK_BOX (card), *name);
  gtk_box_append (GTK_BOX (card), value);
  return value;
}

static GtkWidget *
build_details (KioskNoticePage *self)
{
  GtkWidget *card = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 1, "card padded");

  self->details_title = kiosk_label_new ("bold");
  gtk_box_append (GTK_BOX (card), self->details_title);
  self->reference = add_detail (card, "lead numeric", &self->reference_name);
  self->expected = add_detail (card, "lead numeric digest", &self->expected_name);
  self->received = add_detail (card, "lead numeric digest err-text bold", &self->received_name);
  self->time = add_detail (card, "numeric", &self->time_name);
  self->recorded_box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, "ok-text recorded");
  self->recorded = kiosk_label_new ("small");
  gtk_box_append (GTK_BOX (self->recorded_box),
                  kiosk_icon_new ("object-select-symbolic", 16, NULL));
  gtk_box_append (GTK_BOX (self->recorded_box), self->recorded);
  gtk_box_append (GTK_BOX (card), self->recorded_box);
  gtk_widget_set_size_request (card, 390, -1);
  return card;
}

static void
kiosk_notice_page_init (KioskNoticePage *self)
{
  GtkWidget *column = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, NULL);
  GtkWidget *cards = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 18, NULL);
  GtkWidget *foot = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, "form-buttons");

  gtk_box_append (GTK_BOX (cards), build_todo (self));
  gtk_box_append (GTK_BOX (cards), build_details (self));
  self->note = kiosk_paragraph_new ("dim-label small");
  gtk_widget_set_hexpand (self->note, TRUE);
  gtk_widget_set_halign (foot, GTK_ALIGN_FILL);
  self->back = kiosk_button_new (NULL, "Esc", "big");
  self->again = kiosk_button_new (NULL, "Enter", "suggested-action big");
  self->only_back = kiosk_button_new (NULL, "Enter", "suggested-action big");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->back), "kiosk.dismiss");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->only_back), "kiosk.dismiss");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->again), "kiosk.reconnect");
  gtk_box_append (GTK_BOX (foot), self->note);
  gtk_box_append (GTK_BOX (foot), self->back);
  gtk_box_append (GTK_BOX (foot), self->again);
  gtk_box_append (GTK_BOX (foot), self->only_back);

  gtk_box_append (GTK_BOX (column), build_head (self));
  gtk_box_append (GTK_BOX (column), cards);
  gtk_box_append (GTK_BOX (column), foot);
  gtk_box_append (GTK_BOX (self), kiosk_middle_new (column, 860));
}

GtkWidget *
kiosk_notice_page_new (void)
{
  return g_object_new (KIOSK_TYPE_NOTICE_PAGE, NULL);
}
