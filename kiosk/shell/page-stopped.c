/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "page-stopped.h"

#include "widgets.h"

/* The page that is also right when nothing is known. No path, no errno. */

#define ROWS 5

struct _KioskStoppedPage {
  KioskPageWidget parent_instance;
  GtkWidget *title, *help, *note;
  struct {
    GtkWidget *box, *name, *value;
  } rows[ROWS];
};

G_DEFINE_FINAL_TYPE (KioskStoppedPage, kiosk_stopped_page, KIOSK_TYPE_PAGE_WIDGET)

/* By the beginning of the code; the longer one comes first. */
typedef struct {
  const char *code;
  KioskText what, why, to_do, note;
} Cause;

static const Cause causes[] = {
  { "A", KIOSK_TEXT_IDENTITY_BROKEN, KIOSK_TEXT_ONLY_VERIFIED, KIOSK_TEXT_LEAVE_ON,
    KIOSK_TEXT_STOPPED_AT },
  { "L", KIOSK_TEXT_LOG_STOPPED, KIOSK_TEXT_WORK_MUST_BE_RECORDED, KIOSK_TEXT_LEAVE_ON,
    KIOSK_TEXT_STOPPED_AT },
  { "P", KIOSK_TEXT_POLICY_REFUSED, KIOSK_TEXT_ONLY_VERIFIED, KIOSK_TEXT_LEAVE_ON,
    KIOSK_TEXT_STOPPED_AT },
  { "N-02", KIOSK_TEXT_INTERFACE_FOREIGN, KIOSK_TEXT_ONLY_CABLE, KIOSK_TEXT_LEAVE_ON,
    KIOSK_TEXT_STOPPED_AT },
  /* comes back when a drill finds nothing, which somebody has to look into first */
  { "N-03", KIOSK_TEXT_DRILL_FAILED, KIOSK_TEXT_ONLY_APPROVED, KIOSK_TEXT_DO_NOT_USE,
    KIOSK_TEXT_STOPPED_SINCE },
  { "N", KIOSK_TEXT_FIREWALL_WRONG, KIOSK_TEXT_ONLY_APPROVED, KIOSK_TEXT_LEAVE_ON,
    KIOSK_TEXT_STOPPED_AT },
  { "D-02", KIOSK_TEXT_DEVICE_STAYS, KIOSK_TEXT_ONLY_DEVICES, KIOSK_TEXT_UNPLUG_AND_CALL,
    KIOSK_TEXT_STOPPED_AT },
  { "D", KIOSK_TEXT_BUS_OPEN, KIOSK_TEXT_ONLY_DEVICES, KIOSK_TEXT_DO_NOT_USE,
    KIOSK_TEXT_STOPPED_AT },
  /* does not come back by itself: how a machine was started stays as it was */
  { "B", KIOSK_TEXT_BOOT_REFUSED, KIOSK_TEXT_ONLY_UNCHANGED, KIOSK_TEXT_DO_NOT_USE,
    KIOSK_TEXT_STOPPED_SINCE },
  { "K", KIOSK_TEXT_NO_ANSWER, KIOSK_TEXT_ONLY_CONTROLLED, KIOSK_TEXT_LEAVE_ON,
    KIOSK_TEXT_STOPPED_AT },
};

static const Cause *
find_cause (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    if (g_str_has_prefix (code, causes[i].code))
      return &causes[i];
  return &causes[G_N_ELEMENTS (causes) - 1];
}

static void
set_row (KioskStoppedPage *self, const KioskView *view, guint row, KioskText name,
         const char *value)
{
  kiosk_label_set (self->rows[row].name, kiosk_view_text (view, name));
  kiosk_label_set (self->rows[row].value, value);
  gtk_widget_set_visible (self->rows[row].box, *value != '\0');
}

static void
kiosk_stopped_page_update (KioskPageWidget *page, const KioskView *view)
{
  KioskStoppedPage *self = KIOSK_STOPPED_PAGE (page);
  gboolean heard = view->facts.reachable && view->status != NULL;
  const char *code = heard && *view->status->stop_code != '\0' ? view->status->stop_code : "K-01";
  const char *reference = heard ? view->status->reference : "";
  const Cause *cause = find_cause (code);
  gint64 since = heard ? view->status->stop_since : view->unreachable_since;
  const char *spare_name
      = view->terminal != NULL ? kiosk_view_label (view, &view->terminal->spare) : "";
  g_autofree char *contact = kiosk_view_contact (view);
  g_autofree char *leave
      = kiosk_text_format (view->language, cause->to_do, "contact", contact, NULL);
  g_autofree char *spare
      = kiosk_text_format (view->language, KIOSK_TEXT_USE_SPARE, "name", spare_name, NULL);
  g_autofree char *number
      = *reference != '\0' ? g_strdup_printf ("%s · %s", code, reference) : g_strdup (code);
  g_autofree char *note = NULL;

  kiosk_label_set (self->title, kiosk_view_text (view, KIOSK_TEXT_OUT_OF_SERVICE));
  kiosk_label_set (self->help, kiosk_view_text (view, KIOSK_TEXT_OUT_OF_SERVICE_HELP));
  set_row (self, view, 0, KIOSK_TEXT_HAPPENED, kiosk_view_text (view, cause->what));
  set_row (self, view, 1, KIOSK_TEXT_STOP_REASON, kiosk_view_text (view, cause->why));
  set_row (self, view, 2, KIOSK_TEXT_TO_DO, leave);
  set_row (self, view, 3, KIOSK_TEXT_CODE_TO_GIVE, number);
  set_row (self, view, 4, KIOSK_TEXT_URGENT, *spare_name != '\0' ? spare : "");
  if (since == 0)
    note = g_strdup (kiosk_view_text (view, KIOSK_TEXT_STOPPED_CHECKING));
  else
    {
      g_autofree char *time = kiosk_text_time (since);

      note = kiosk_text_format (view->language, cause->note, "time", time, NULL);
    }
  kiosk_label_set (self->note, note);
}

static void
kiosk_stopped_page_class_init (KioskStoppedPageClass *class)
{
  KIOSK_PAGE_WIDGET_CLASS (class)->update = kiosk_stopped_page_update;
}

static void
kiosk_stopped_page_init (KioskStoppedPage *self)
{
  GtkWidget *column = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, NULL);
  GtkWidget *head = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 24, "form-head");
  GtkWidget *icon = kiosk_icon_new ("applications-engineering-symbolic", 36, NULL);
  GtkWidget *text = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                  "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 6, NULL);
  GtkWidget *card = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, "card rows stopped");

  self->title = kiosk_paragraph_new ("title-1 larger");
  self->help = kiosk_paragraph_new ("lead");
  gtk_box_append (GTK_BOX (text), self->title);
  gtk_box_append (GTK_BOX (text), self->help);
  gtk_box_append (GTK_BOX (head), kiosk_circle_new (icon, "warn"));
  gtk_box_append (GTK_BOX (head), text);
  gtk_box_append (GTK_BOX (column), head);
  for (guint i = 0; i < ROWS; i++)
    {
      self->rows[i].box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, "row");
      self->rows[i].name = kiosk_paragraph_new ("dim-label small");
      self->rows[i].value = kiosk_paragraph_new (i == 0   ? "bold"
                                                 : i == 3 ? "stop-code numeric"
                                                          : NULL);
      gtk_widget_set_size_request (self->rows[i].name, 138, -1);
      gtk_widget_set_hexpand (self->rows[i].value, TRUE);
      gtk_box_append (GTK_BOX (self->rows[i].box), self->rows[i].name);
      gtk_box_append (GTK_BOX (self->rows[i].box), self->rows[i].value);
      gtk_box_append (GTK_BOX (card), self->rows[i].box);
    }
  gtk_box_append (GTK_BOX (column), card);
  self->note = kiosk_paragraph_new ("dim-label small numeric form-buttons");
  gtk_box_append (GTK_BOX (column), self->note);
  gtk_box_append (GTK_BOX (self), kiosk_middle_new (column, 780));
}

GtkWidget *
kiosk_stopped_page_new (void)
{
  return g_object_new (KIOSK_TYPE_STOPPED_PAGE, NULL);
}
