/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "page-password.h"

#include "field.h"
#include "widgets.h"

#include "kiosk/model/password-rules.h"

/* Reads passwords where they are typed, for as long as it takes to judge them. */

#define WIDTH 1088 /* and the padding of both sides */
#define FIELD_WIDTH 456

typedef enum { CURRENT, NEW, AGAIN, N_FIELDS } FieldKind;

typedef enum { LENGTH, CLASSES, PERSON, SAME, COMMON, HISTORY, N_RULES } RuleKind;

typedef enum { OPEN, MET, LATER } RuleState;

typedef struct {
  GtkWidget *box, *icon, *name, *trail;
} Row;

struct _KioskPasswordPage {
  KioskPageWidget parent_instance;
  GtkWidget *title, *subtitle, *message_box, *message;
  GtkWidget *fields[N_FIELDS];
  GtkWidget *back, *submit;
  GtkWidget *rules_title, *count, *note;
  Row rows[N_RULES];
  KioskIdentityRules rules;
  char *names[4];
  KioskLanguage language;
  gboolean asked; /* an answer is waited for */
};

G_DEFINE_FINAL_TYPE (KioskPasswordPage, kiosk_password_page, KIOSK_TYPE_PAGE_WIDGET)

enum { SIGNAL_SUBMIT, SIGNAL_BACK, N_SIGNALS };
static guint signals[N_SIGNALS];

static const char *
say (KioskPasswordPage *self, KioskText text)
{
  return kiosk_text_get (self->language, text);
}

static const char *
peek (KioskPasswordPage *self, FieldKind kind)
{
  return kiosk_field_peek (KIOSK_FIELD (self->fields[kind]));
}

/* ---- Rules ---- */

static KioskPasswordRules
find_met (KioskPasswordPage *self)
{
  return kiosk_password_rules_check (&self->rules, (const char *const *) self->names,
                                     peek (self, CURRENT), peek (self, NEW));
}

static RuleState
judge (KioskPasswordPage *self, RuleKind kind, KioskPasswordRules met)
{
  gboolean empty = kiosk_field_is_empty (KIOSK_FIELD (self->fields[NEW]));

  switch (kind)
    {
    case LENGTH:
      return (met & KIOSK_PASSWORD_LENGTH) != 0 ? MET : OPEN;
    case CLASSES:
      return (met & KIOSK_PASSWORD_CLASSES) != 0 ? MET : OPEN;
    case PERSON:
      return !empty && (met & KIOSK_PASSWORD_PERSON) != 0 ? MET : OPEN;
    case SAME:
      return !empty && g_str_equal (peek (self, NEW), peek (self, AGAIN)) ? MET : OPEN;
    case COMMON:
      return LATER;
    case HISTORY:
      /* the current one is the last of them */
      return (met & KIOSK_PASSWORD_OTHER) != 0 ? LATER : OPEN;
    case N_RULES:
    default:
      g_assert_not_reached ();
    }
}

static gboolean
may_submit (KioskPasswordPage *self, KioskPasswordRules met)
{
  return self->asked && met == KIOSK_PASSWORD_ALL && judge (self, SAME, met) == MET
         && !kiosk_field_is_empty (KIOSK_FIELD (self->fields[CURRENT]));
}

static char *
rule_name (KioskPasswordPage *self, RuleKind kind)
{
  static const KioskText texts[N_RULES] = {
    [LENGTH] = KIOSK_TEXT_RULE_LENGTH, [CLASSES] = KIOSK_TEXT_RULE_CLASSES,
    [PERSON] = KIOSK_TEXT_RULE_PERSON, [SAME] = KIOSK_TEXT_RULE_SAME,
    [COMMON] = KIOSK_TEXT_RULE_COMMON, [HISTORY] = KIOSK_TEXT_RULE_HISTORY,
  };
  guint n = kind == LENGTH    ? self->rules.min_length
            : kind == CLASSES ? self->rules.classes
                              : self->rules.history;
  g_autofree char *number = g_strdup_printf ("%u", n);

  return kiosk_text_format (self->language, texts[kind], "n", number, NULL);
}

static char *
rule_trail (KioskPasswordPage *self, RuleKind kind, RuleState state)
{
  g_autofree char *number = g_strdup_printf ("%u", kiosk_password_length (peek (self, NEW)));

  if (state == LATER)
    return g_strdup (say (self, KIOSK_TEXT_RULE_LATER));
  if (kind == LENGTH)
    return kiosk_text_format (self->language, KIOSK_TEXT_RULE_NOW, "n", number, NULL);
  if (kind == SAME && kiosk_field_is_empty (KIOSK_FIELD (self->fields[AGAIN])))
    return g_strdup (say (self, KIOSK_TEXT_RULE_NOT_ENTERED));
  return g_strdup ("");
}

static void
update_rules (KioskPasswordPage *self)
{
  static const char *const icons[] = {
    [OPEN] = "kiosk-ring-symbolic",
    [MET] = "object-select-symbolic",
    [LATER] = "view-more-horizontal-symbolic",
  };
  KioskPasswordRules met = find_met (self);
  guint n_met = 0, n = 0;
  g_autofree char *count = NULL;
  g_autofree char *total = NULL;
  g_autofree char *sentence = NULL;

  for (guint i = 0; i < N_RULES; i++)
    {
      Row *row = &self->rows[i];
      RuleState state = judge (self, i, met);
      g_autofree char *name = rule_name (self, i);
      g_autofree char *trail = rule_trail (self, i, state);
      gboolean shown = i != HISTORY || self->rules.history > 0 || state == OPEN;

      gtk_widget_set_visible (row->box, shown);
      n += shown;
      n_met += state == MET;
      gtk_image_set_from_icon_name (GTK_IMAGE (row->icon), icons[state]);
      kiosk_style_toggle (row->icon, "ok-text", state == MET);
      kiosk_style_toggle (row->icon, "faint", state == OPEN);
      kiosk_style_toggle (row->name, "bold", state == MET);
      kiosk_label_set (row->name, name);
      kiosk_label_set (row->trail, trail);
    }
  count = g_strdup_printf ("%u", n_met);
  total = g_strdup_printf ("%u", n);
  sentence = kiosk_text_format (self->language, KIOSK_TEXT_RULES_MET, "n", total, "m", count, NULL);
  kiosk_label_set (self->count, sentence);
  gtk_widget_set_sensitive (self->submit, may_submit (self, met));
}

/* ---- Events ---- */

static void
on_typed (KioskField *field, KioskPasswordPage *self)
{
  update_rules (self);
}

static void
submit (KioskPasswordPage *self)
{
  if (may_submit (self, find_met (self)))
    g_signal_emit (self, signals[SIGNAL_SUBMIT], 0);
}

/* Enter goes to the next field, and behind the last to the button. */
static void
on_enter (KioskField *field, KioskPasswordPage *self)
{
  for (guint i = 0; i + 1 < N_FIELDS; i++)
    if (self->fields[i] == GTK_WIDGET (field))
      {
        gtk_widget_grab_focus (self->fields[i + 1]);
        return;
      }
  submit (self);
}

static void
on_submit (GtkButton *button, KioskPasswordPage *self)
{
  submit (self);
}

static void
on_back (GtkButton *button, KioskPasswordPage *self)
{
  g_signal_emit (self, signals[SIGNAL_BACK], 0);
}

/* ---- Page ---- */

static void
focus (KioskPasswordPage *self)
{
  for (guint i = 0; i < N_FIELDS; i++)
    if (kiosk_field_is_empty (KIOSK_FIELD (self->fields[i])))
      {
        gtk_widget_grab_focus (self->fields[i]);
        return;
      }
  gtk_widget_grab_focus (self->fields[NEW]);
}

static void
take_names (KioskPasswordPage *self, const KioskView *view)
{
  const char *id = kiosk_dialogue_get_id (view->dialogue);
  /* Who approves or ends is somebody else than who is logged in. */
  gboolean other = *id != '\0';
  const char *names[]
      = { id, other ? "" : view->status->person, other ? "" : kiosk_view_person (view) };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_free (self->names[i]);
      self->names[i] = g_strdup (names[i] != NULL ? names[i] : "");
    }
}

/* Nothing has been asked yet: the person begins it with what they type. */
static gboolean
is_fresh (const KioskView *view)
{
  return view->status->state == KIOSK_STATE_CHOOSING && !kiosk_dialogue_is_running (view->dialogue);
}

static void
update_message (KioskPasswordPage *self, const KioskView *view)
{
  const KioskLabel *label
      = kiosk_pam_topic_label (kiosk_dialogue_get_message_topic (view->dialogue));
  const char *text = label != NULL ? kiosk_view_label (view, label)
                                   : kiosk_dialogue_get_message (view->dialogue);
  g_autofree char *failed = NULL;

  if (is_fresh (view) && view->status->told == KIOSK_TOLD_CHANGE_FAILED)
    {
      g_autofree char *reference = kiosk_text_format (view->language, KIOSK_TEXT_REFERENCE_SHORT,
                                                      "reference", view->status->reference, NULL);

      text = failed = g_strjoin ("\n", say (self, KIOSK_TEXT_CHANGE_FAILED),
                                 *view->status->reference != '\0' ? reference : NULL, NULL);
    }
  kiosk_label_set (self->message, text);
  gtk_widget_set_visible (self->message_box, *text != '\0');
}

static void
update_help (KioskPasswordPage *self, const KioskView *view)
{
  const char *id = kiosk_dialogue_get_id (view->dialogue);
  g_autofree char *whose = NULL;

  if (view->status->state == KIOSK_STATE_APPROVING || view->status->state == KIOSK_STATE_UNLOCKING)
    whose = kiosk_text_format (view->language, KIOSK_TEXT_CHANGE_HELP_OF, "who",
                               *id != '\0' ? id : kiosk_view_person (view), NULL);
  else
    whose = g_strdup (say (self, view->status->state == KIOSK_STATE_AUTHENTICATING
                                     ? KIOSK_TEXT_NEW_PASSWORD_HELP
                                     : KIOSK_TEXT_CHANGE_HELP));
  kiosk_label_set (self->subtitle, whose);
}

static void
kiosk_password_page_update (KioskPageWidget *page, const KioskView *view)
{
  static const KioskText names[N_FIELDS]
      = { KIOSK_TEXT_CURRENT_PASSWORD, KIOSK_TEXT_NEW_PASSWORD, KIOSK_TEXT_NEW_PASSWORD_AGAIN };
  KioskPasswordPage *self = KIOSK_PASSWORD_PAGE (page);
  gboolean fresh = is_fresh (view);
  gboolean asked = fresh ? !view->busy : kiosk_dialogue_is_asking_change (view->dialogue);
  gboolean again = asked && !self->asked;
  gboolean login = view->status->state == KIOSK_STATE_AUTHENTICATING;

  self->language = view->language;
  self->asked = asked;
  if (view->terminal != NULL)
    self->rules = view->terminal->rules;
  take_names (self, view);
  kiosk_label_set (self->title, say (self, KIOSK_TEXT_CHANGE_PASSWORD));
  update_help (self, view);
  update_message (self, view);
  for (guint i = 0; i < N_FIELDS; i++)
    {
      kiosk_field_set_name (KIOSK_FIELD (self->fields[i]), say (self, names[i]));
      kiosk_field_set_caps_text (KIOSK_FIELD (self->fields[i]), say (self, KIOSK_TEXT_CAPS_LOCK));
      gtk_widget_set_sensitive (self->fields[i], asked);
    }
  kiosk_button_set (self->back, say (self, login ? KIOSK_TEXT_START_AGAIN : KIOSK_TEXT_BACK));
  kiosk_button_set (self->submit, say (self, asked ? KIOSK_TEXT_CHANGE : KIOSK_TEXT_CHECKING));
  kiosk_label_set (self->rules_title, say (self, KIOSK_TEXT_RULES));
  kiosk_label_set (self->note, say (self, KIOSK_TEXT_NEVER_SHOWN));
  update_rules (self);
  if (again && gtk_widget_get_mapped (GTK_WIDGET (self)))
    focus (self);
}

static void
kiosk_password_page_enter (KioskPageWidget *page)
{
  focus (KIOSK_PASSWORD_PAGE (page));
}

static void
kiosk_password_page_leave (KioskPageWidget *page)
{
  KioskPasswordPage *self = KIOSK_PASSWORD_PAGE (page);

  for (guint i = 0; i < N_FIELDS; i++)
    kiosk_field_clear (KIOSK_FIELD (self->fields[i]));
  for (guint i = 0; i < G_N_ELEMENTS (self->names); i++)
    g_clear_pointer (&self->names[i], g_free);
  self->asked = FALSE;
}

static gboolean
kiosk_password_page_key (KioskPageWidget *page, guint keyval, GdkModifierType modifiers)
{
  if (keyval != GDK_KEY_Escape || modifiers != 0)
    return FALSE;
  g_signal_emit (page, signals[SIGNAL_BACK], 0);
  return TRUE;
}

static void
kiosk_password_page_finalize (GObject *object)
{
  KioskPasswordPage *self = KIOSK_PASSWORD_PAGE (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->names); i++)
    g_free (self->names[i]);
  G_OBJECT_CLASS (kiosk_password_page_parent_class)->finalize (object);
}

static void
kiosk_password_page_class_init (KioskPasswordPageClass *class)
{
  KioskPageWidgetClass *page_class = KIOSK_PAGE_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = kiosk_password_page_finalize;
  page_class->update = kiosk_password_page_update;
  page_class->enter = kiosk_password_page_enter;
  page_class->leave = kiosk_password_page_leave;
  page_class->key = kiosk_password_page_key;
  signals[SIGNAL_SUBMIT] = g_signal_new ("submit", KIOSK_TYPE_PASSWORD_PAGE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_BACK] = g_signal_new ("back", KIOSK_TYPE_PASSWORD_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
new_head (KioskPasswordPage *self)
{
  GtkWidget *head = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 12, "form-head");

  self->title = kiosk_paragraph_new ("title-1");
  self->subtitle = kiosk_paragraph_new ("dim-label");
  self->message_box = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                    "spacing", 15, NULL);
  gtk_widget_add_css_class (self->message_box, "message");
  gtk_widget_add_css_class (self->message_box, "alert");
  self->message = kiosk_paragraph_new ("message-title");
  gtk_widget_set_hexpand (self->message, TRUE);
  gtk_box_append (GTK_BOX (self->message_box), kiosk_icon_new ("kiosk-refused-symbolic", 16, NULL));
  gtk_box_append (GTK_BOX (self->message_box), self->message);
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), self->subtitle);
  gtk_box_append (GTK_BOX (head), self->message_box);
  return head;
}

static GtkWidget *
new_fields (KioskPasswordPage *self)
{
  GtkWidget *column = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 12, NULL);
  GtkWidget *buttons = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, "form-buttons");

  for (guint i = 0; i < N_FIELDS; i++)
    {
      self->fields[i] = kiosk_field_new (TRUE);
      gtk_box_append (GTK_BOX (column), self->fields[i]);
      g_signal_connect (self->fields[i], "changed", G_CALLBACK (on_typed), self);
      g_signal_connect (self->fields[i], "activate", G_CALLBACK (on_enter), self);
    }
  self->back = kiosk_button_new (NULL, "Esc", "big flat");
  self->submit = kiosk_button_new (NULL, NULL, "big wide suggested-action");
  gtk_widget_set_hexpand (self->submit, TRUE);
  gtk_widget_set_halign (self->submit, GTK_ALIGN_END);
  g_signal_connect (self->back, "clicked", G_CALLBACK (on_back), self);
  g_signal_connect (self->submit, "clicked", G_CALLBACK (on_submit), self);
  gtk_box_append (GTK_BOX (buttons), self->back);
  gtk_box_append (GTK_BOX (buttons), self->submit);
  gtk_box_append (GTK_BOX (column), buttons);
  gtk_widget_set_hexpand (column, FALSE);
  gtk_widget_set_size_request (column, FIELD_WIDTH, -1);
  return column;
}

static GtkWidget *
new_rules (KioskPasswordPage *self)
{
  GtkWidget *column = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 12, NULL);
  GtkWidget *card = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, "card rows");
  GtkWidget *head = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, "row");

  self->rules_title = kiosk_label_new ("bold");
  self->count = kiosk_label_new ("dim-label small numeric");
  gtk_widget_set_hexpand (self->rules_title, TRUE);
  gtk_box_append (GTK_BOX (head), self->rules_title);
  gtk_box_append (GTK_BOX (head), self->count);
  gtk_box_append (GTK_BOX (card), head);
  for (guint i = 0; i < N_RULES; i++)
    {
      Row *row = &self->rows[i];

      row->box = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 12, "row");
      row->icon = kiosk_icon_new ("kiosk-ring-symbolic", 16, NULL);
      row->name = kiosk_paragraph_new (NULL);
      row->trail = kiosk_label_new ("dim-label small numeric");
      gtk_widget_set_hexpand (row->name, TRUE);
      gtk_box_append (GTK_BOX (row->box), row->icon);
      gtk_box_append (GTK_BOX (row->box), row->name);
      gtk_box_append (GTK_BOX (row->box), row->trail);
      gtk_box_append (GTK_BOX (card), row->box);
    }
  self->note = kiosk_paragraph_new ("dim-label small");
  gtk_box_append (GTK_BOX (column), card);
  gtk_box_append (GTK_BOX (column), self->note);
  gtk_widget_set_hexpand (column, TRUE);
  return column;
}

static void
kiosk_password_page_init (KioskPasswordPage *self)
{
  GtkWidget *page = kiosk_box_new (GTK_ORIENTATION_VERTICAL, 0, "password-page");
  GtkWidget *columns = kiosk_box_new (GTK_ORIENTATION_HORIZONTAL, 36, NULL);

  self->rules = kiosk_identity_defaults;
  gtk_box_append (GTK_BOX (page), new_head (self));
  gtk_box_append (GTK_BOX (columns), new_fields (self));
  gtk_box_append (GTK_BOX (columns), new_rules (self));
  gtk_box_append (GTK_BOX (page), columns);
  gtk_box_append (GTK_BOX (self), kiosk_middle_new (page, WIDTH));
}

GtkWidget *
kiosk_password_page_new (void)
{
  return g_object_new (KIOSK_TYPE_PASSWORD_PAGE, NULL);
}

void
kiosk_password_page_take (KioskPasswordPage *self, KioskSecret **current, KioskSecret **new,
                          KioskSecret **again)
{
  *current = kiosk_secret_new_from (peek (self, CURRENT));
  *new = kiosk_field_take (KIOSK_FIELD (self->fields[NEW]));
  *again = kiosk_field_take (KIOSK_FIELD (self->fields[AGAIN]));
}
