/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "form-content.h"

/* What log-in, end, lock and credentials pages say. Nothing here tells one cause of a failed log-in
 * from another: kioskd does not say it, and the page could not. */

/* As many dots for every password: the length is a hint. */
#define DOTS "●●●●●●●●"

static const char *
keep (GPtrArray *strings, char *text)
{
  g_ptr_array_add (strings, text);
  return text;
}

static const char *
say (const KioskView *view, KioskText text)
{
  return kiosk_text_get (view->language, text);
}

static void
add_row (KioskFormContent *content, KioskFormRow row)
{
  if (content->n_rows < KIOSK_FORM_MAX_ROWS)
    content->rows[content->n_rows++] = row;
}

/* The open prompt as fields, title and help; busy while there is none. */
static void
ask (const KioskView *view, KioskFormContent *content)
{
  gboolean secret = FALSE;
  KioskPrompt prompt = kiosk_dialogue_get_prompt (view->dialogue, &secret);
  const char *name = say (view, kiosk_prompt_title (prompt));

  content->title = name;
  content->subtitle = say (view, kiosk_prompt_help (prompt));
  content->caps = say (view, KIOSK_TEXT_CAPS_LOCK);
  if (prompt == KIOSK_PROMPT_NONE)
    {
      content->busy = TRUE;
      return;
    }
  if (prompt == KIOSK_PROMPT_OTHER)
    {
      name = kiosk_dialogue_get_prompt_text (view->dialogue);
      if (*name == '\0')
        name = say (view, KIOSK_TEXT_ANSWER);
    }
  if (secret)
    content->secret_name = name;
  else
    content->text_name = name;
  content->code = prompt == KIOSK_PROMPT_CODE;
}

static void
add_answers (const KioskView *view, KioskFormContent *content)
{
  const char *entered = say (view, KIOSK_TEXT_ENTERED);
  const char *id = kiosk_dialogue_get_id (view->dialogue);

  if (*id != '\0')
    add_row (content, (KioskFormRow){ TRUE,
                                      say (view, kiosk_dialogue_get_purpose (view->dialogue)
                                                         == KIOSK_PURPOSE_APPROVE
                                                     ? KIOSK_TEXT_APPROVER_ID
                                                     : KIOSK_TEXT_ID),
                                      id, entered });
  for (guint i = 0; i < kiosk_dialogue_get_n_answered (view->dialogue); i++)
    {
      KioskPrompt prompt = kiosk_dialogue_get_answered (view->dialogue, i);

      add_row (content,
               (KioskFormRow){ TRUE, say (view, kiosk_prompt_title (prompt)), DOTS, entered });
    }
}

static void
add_message (const KioskView *view, KioskFormContent *content)
{
  const KioskLabel *label
      = kiosk_pam_topic_label (kiosk_dialogue_get_message_topic (view->dialogue));
  const char *message = label != NULL ? kiosk_view_label (view, label)
                                      : kiosk_dialogue_get_message (view->dialogue);

  if (*message != '\0')
    content->message = message;
}

static void
add_failure (const KioskView *view, KioskFormContent *content, GPtrArray *strings)
{
  const KioskStatus *status = view->status;
  gboolean interrupted = status->told != KIOSK_TOLD_LOGIN_FAILED
                         && status->told != KIOSK_TOLD_END_FAILED
                         && status->told != KIOSK_TOLD_APPROVE_FAILED;
  g_autofree char *contact = kiosk_view_contact (view);

  content->alert = TRUE;
  if (status->told == KIOSK_TOLD_END_FAILED)
    content->message_title = say (view, KIOSK_TEXT_END_FAILED);
  else if (status->told == KIOSK_TOLD_APPROVE_FAILED)
    content->message_title = say (view, KIOSK_TEXT_APPROVE_FAILED);
  else
    {
      content->message_title
          = say (view, interrupted ? KIOSK_TEXT_INTERRUPTED : KIOSK_TEXT_LOGIN_FAILED);
      content->message
          = say (view, interrupted ? KIOSK_TEXT_INTERRUPTED_HELP : KIOSK_TEXT_LOGIN_FAILED_HELP);
    }
  if (*status->reference != '\0')
    content->message_more
        = keep (strings, kiosk_text_format (view->language, KIOSK_TEXT_FAILED_CALL, "contact",
                                            contact, "reference", status->reference, NULL));
}

static void
add_time_left (const KioskView *view, KioskFormContent *content, GPtrArray *strings)
{
  g_autofree char *seconds = g_strdup_printf ("%d", view->seconds_left);

  if (view->seconds_left >= 0 && !content->busy)
    content->footer = keep (strings, kiosk_text_format (view->language,
                                                        view->page == KIOSK_PAGE_APPROVE
                                                                || view->page == KIOSK_PAGE_PROVE
                                                            ? KIOSK_TEXT_TIME_LEFT_SERVERS
                                                            : KIOSK_TEXT_TIME_LEFT,
                                                        "n", seconds, NULL));
}

/* What every running conversation looks like that began with an ID. */
static void
follow (const KioskView *view, KioskFormContent *content, GPtrArray *strings)
{
  ask (view, content);
  add_answers (view, content);
  add_message (view, content);
  content->back = say (view, KIOSK_TEXT_START_AGAIN);
  if (!content->busy)
    content->primary = say (view, KIOSK_TEXT_NEXT);
  add_time_left (view, content, strings);
}

void
kiosk_form_content_prove (const KioskView *view, KioskFormContent *content, GPtrArray *strings)
{
  follow (view, content, strings);
  content->back = say (view, KIOSK_TEXT_BACK);
}

void
kiosk_form_content_approve (const KioskView *view, KioskFormContent *content, GPtrArray *strings)
{
  const char *server = view->chosen != NULL ? kiosk_view_label (view, &view->chosen->label) : "";
  const char *person = kiosk_view_person (view);

  if (kiosk_dialogue_is_running (view->dialogue))
    {
      kiosk_form_content_prove (view, content, strings);
      return;
    }
  content->title = say (view, KIOSK_TEXT_APPROVE);
  content->subtitle = keep (strings, kiosk_text_format (view->language, KIOSK_TEXT_APPROVE_HELP,
                                                        "server", server, "who", person, NULL));
  content->text_name = say (view, KIOSK_TEXT_APPROVER_ID);
  content->primary = say (view, KIOSK_TEXT_NEXT);
  content->back = say (view, KIOSK_TEXT_BACK);
  content->busy = view->busy;
  add_row (content,
           (KioskFormRow){ FALSE, say (view, KIOSK_TEXT_APPROVE_FOR), person, NULL, TRUE });
  add_row (content, (KioskFormRow){ FALSE, say (view, KIOSK_TEXT_APPROVE_SERVER), server, NULL });
  if (view->work != NULL && *view->work != '\0')
    add_row (content, (KioskFormRow){ FALSE, say (view, KIOSK_TEXT_WORK), view->work, NULL });
  if (view->status->told == KIOSK_TOLD_APPROVE_FAILED)
    {
      add_failure (view, content, strings);
      content->subtitle = NULL;
    }
  add_time_left (view, content, strings);
}

void
kiosk_form_content_login (const KioskView *view, KioskFormContent *content, GPtrArray *strings)
{
  gboolean end = view->page == KIOSK_PAGE_END;
  g_autofree char *contact = kiosk_view_contact (view);

  if (kiosk_dialogue_is_running (view->dialogue))
    {
      follow (view, content, strings);
      return;
    }
  content->title = say (view, end ? KIOSK_TEXT_END_SESSION : KIOSK_TEXT_LOGIN);
  content->subtitle = say (view, end ? KIOSK_TEXT_END_HELP : KIOSK_TEXT_LOGIN_HELP);
  content->text_name = say (view, KIOSK_TEXT_ID);
  content->primary = say (view, KIOSK_TEXT_NEXT);
  content->busy = view->busy;
  if (view->status != NULL && view->status->told != KIOSK_TOLD_NOTHING
      && view->status->told != KIOSK_TOLD_UNLOCK_FAILED)
    {
      add_failure (view, content, strings);
      if (!end)
        content->subtitle = NULL;
    }
  if (end)
    {
      content->back = say (view, KIOSK_TEXT_BACK);
      add_time_left (view, content, strings);
      return;
    }
  content->hint = TRUE;
  content->hint_text = say (view, KIOSK_TEXT_ENTER_CONTINUES);
  if (content->message_title == NULL)
    {
      content->footer_title = say (view, KIOSK_TEXT_CANNOT_LOG_IN);
      content->footer = keep (strings, kiosk_text_format (view->language, KIOSK_TEXT_PLEASE_CONTACT,
                                                          "contact", contact, NULL));
    }
}

void
kiosk_form_content_credentials (const KioskView *view, KioskFormContent *content,
                                GPtrArray *strings)
{
  const char *server = view->chosen != NULL ? kiosk_view_label (view, &view->chosen->label) : "";

  content->title = keep (
      strings, kiosk_text_format (view->language, KIOSK_TEXT_SERVER_LOGIN, "server", server, NULL));
  content->subtitle
      = say (view, view->again ? KIOSK_TEXT_SERVER_LOGIN_AGAIN : KIOSK_TEXT_SERVER_LOGIN_HELP);
  content->text_name = say (view, KIOSK_TEXT_SERVER_USER);
  content->secret_name = say (view, KIOSK_TEXT_SERVER_PASSWORD);
  content->caps = say (view, KIOSK_TEXT_CAPS_LOCK);
  content->back = say (view, KIOSK_TEXT_BACK);
  content->primary = say (view, KIOSK_TEXT_CONNECT);
  content->footer = say (view, KIOSK_TEXT_SERVER_PASSWORD_NOTE);
  content->busy = view->busy;
}

/* ---- Locked ---- */

static const KioskText lock_texts[KIOSK_N_LOCK_CAUSES] = {
  [KIOSK_LOCK_PERSON] = KIOSK_TEXT_LOCK_PERSON,
  [KIOSK_LOCK_BUTTON] = KIOSK_TEXT_LOCK_PERSON,
  [KIOSK_LOCK_IDLE] = KIOSK_TEXT_LOCK_IDLE,
  [KIOSK_LOCK_FIREWALL] = KIOSK_TEXT_LOCK_FIREWALL,
  [KIOSK_LOCK_KEYBOARD] = KIOSK_TEXT_LOCK_KEYBOARD,
  [KIOSK_LOCK_TOKEN] = KIOSK_TEXT_LOCK_TOKEN,
  [KIOSK_LOCK_LID] = KIOSK_TEXT_LOCK_LID,
  [KIOSK_LOCK_SUSPEND] = KIOSK_TEXT_LOCK_SUSPEND,
  [KIOSK_LOCK_SCREEN_OFF] = KIOSK_TEXT_LOCK_SCREEN_OFF,
  [KIOSK_LOCK_CLOCK_STEP] = KIOSK_TEXT_LOCK_CLOCK_STEP,
  [KIOSK_LOCK_SECOND_PERSON] = KIOSK_TEXT_LOCK_SECOND_PERSON,
  [KIOSK_LOCK_PRESENCE] = KIOSK_TEXT_LOCK_PRESENCE,
};

static const char *
lock_reason (const KioskView *view)
{
  if (view->facts.locking)
    return say (view, KIOSK_TEXT_LOCKING);
  return say (view, lock_texts[view->status->lock_cause]);
}

static char *
since (const KioskView *view)
{
  g_autofree char *time = kiosk_text_time (view->status->locked_since);
  gint64 minutes = (view->realtime - view->status->locked_since) / (60 * G_USEC_PER_SEC);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, MAX (minutes, 0));

  return kiosk_text_format (view->language, minutes < 1 ? KIOSK_TEXT_JUST_NOW : KIOSK_TEXT_AGO,
                            "time", time, "n", number, NULL);
}

static char *
logoff (const KioskView *view)
{
  gint64 left = view->status->logoff_at - view->boottime;
  g_autofree char *time = kiosk_text_time (view->realtime + left);
  gint64 seconds = MAX (0, left / G_USEC_PER_SEC);
  gboolean soon = seconds < 120;
  g_autofree char *number
      = g_strdup_printf ("%" G_GINT64_FORMAT, soon ? seconds : (seconds + 59) / 60);

  if (view->status->logoff_at == 0)
    return g_strdup (say (view, KIOSK_TEXT_NEVER));
  return kiosk_text_format (view->language, soon ? KIOSK_TEXT_IN_SECONDS : KIOSK_TEXT_IN_MINUTES,
                            "time", time, "n", number, NULL);
}

void
kiosk_form_content_locked (const KioskView *view, KioskFormContent *content, GPtrArray *strings)
{
  const KioskStatus *status = view->status;
  const char *person = kiosk_view_person (view);
  KioskPrompt prompt = kiosk_dialogue_get_prompt (view->dialogue, NULL);

  add_message (view, content);
  if (kiosk_dialogue_is_running (view->dialogue))
    ask (view, content);
  if (prompt == KIOSK_PROMPT_NONE || prompt == KIOSK_PROMPT_PASSWORD)
    {
      content->text_name = NULL;
      content->secret_name = keep (
          strings, kiosk_text_format (view->language, KIOSK_TEXT_PASSWORD_OF, "who", person, NULL));
      content->caps = say (view, KIOSK_TEXT_CAPS_LOCK);
    }
  content->icon = "system-lock-screen-symbolic";
  content->title = say (view, KIOSK_TEXT_LOCKED);
  content->subtitle = lock_reason (view);
  add_row (content, (KioskFormRow){ FALSE, say (view, KIOSK_TEXT_IN_USE_BY), person, NULL, TRUE });
  if (!view->facts.locking)
    {
      add_row (content, (KioskFormRow){ FALSE, say (view, KIOSK_TEXT_LOCKED_AT),
                                        keep (strings, since (view)), NULL });
      add_row (content, (KioskFormRow){ FALSE, say (view, KIOSK_TEXT_AUTO_LOGOUT),
                                        keep (strings, logoff (view)), NULL });
    }
  if (status->told == KIOSK_TOLD_UNLOCK_FAILED && !kiosk_dialogue_is_running (view->dialogue))
    {
      content->alert = TRUE;
      content->message_title = say (view, KIOSK_TEXT_UNLOCK_FAILED);
      if (*status->reference != '\0')
        content->message_more
            = keep (strings, kiosk_text_format (view->language, KIOSK_TEXT_REFERENCE_SHORT,
                                                "reference", status->reference, NULL));
    }
  if (content->busy)
    content->hint_text = say (view, KIOSK_TEXT_CHECKING);
  else
    content->hint_text = say (view, status->connected_since != 0 ? KIOSK_TEXT_STILL_CONNECTED
                                                                 : KIOSK_TEXT_NOT_CONNECTED);
  content->primary = say (view, KIOSK_TEXT_UNLOCK);
  content->busy = content->busy || view->facts.locking || view->busy;
}
