/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-auth"

/* Passes PAM's prompts to the shell and its answers back. May not decide anything but that a new password
 * is too weak, and keeps no copy of an answer: one message buffer, wiped before the next use, and the
 * copy that PAM demands.
 *
 * Threat: a shell that was taken over tries passwords and hangs up before a failure is counted. So from the
 * first answer on, until the stack has said what it is worth, hanging up ends nothing. */

#include "conversation.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/error.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/model/password-rules.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How often a new password may be refused here in one go. */
#define MAX_REFUSALS 30

/* What is asked for a code: in these words for every ID, also for one that does not exist. */
#define CODE_PROMPT "One-time password:"

static gboolean
receive (KioskConversation *self, KioskAuthMessageKind kind, KioskAuthMessage *message,
         GError **error)
{
  if (!kiosk_channel_receive_exact (self->socket, message, sizeof *message, NULL, 0, error))
    return FALSE;
  if (message->kind == (guint32) kind && message->topic == KIOSK_PAM_TOPIC_NONE
      && kiosk_auth_message_valid (message))
    return TRUE;
  kiosk_wipe (message, sizeof *message);
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "unexpected message of the shell");
  return FALSE;
}

static gboolean
send_text (KioskConversation *self, KioskAuthMessageKind kind, KioskPamTopic topic,
           const char *text, GError **error)
{
  KioskAuthMessage message = { .kind = kind, .topic = topic };
  g_autofree char *clean = kiosk_text_clean (text, 120);

  /* 120 characters of at most 4 bytes always fit. */
  return kiosk_channel_text_set (message.text, sizeof message.text, clean)
         && kiosk_channel_send (self->socket, &message, sizeof message, NULL, 0, error);
}

gboolean
kiosk_conversation_begin (KioskConversation *self, char user[KIOSK_AUTH_USER_MAX], GError **error)
{
  KioskAuthMessage message;
  gboolean fits;

  if (!receive (self, KIOSK_AUTH_MESSAGE_START, &message, error))
    return FALSE;
  fits = kiosk_channel_text_set (user, KIOSK_AUTH_USER_MAX, message.text);
  kiosk_wipe (&message, sizeof message); /* people type passwords into the wrong field */
  /* Longer than any ID, a beginning that pam_unix refuses before it asks for anything, or nothing, in whose place
   * pam_permit puts "nobody": asked and refused like every other ID that does not exist. */
  if (!fits || user[0] == '-' || user[0] == '+' || user[0] == '\0')
    kiosk_channel_text_set (user, KIOSK_AUTH_USER_MAX, "?");
  self->answered = kiosk_clock_boottime ();
  return TRUE;
}

void
kiosk_conversation_hang_up (KioskConversation *self)
{
  if (!g_atomic_int_get (&self->proving))
    _exit (EXIT_FAILURE);
  g_atomic_int_set (&self->gone, TRUE);
  shutdown (self->socket, SHUT_RDWR); /* wakes who waits for an answer */
}

/* The shell is gone or broke the protocol. An error lets the stack go on, and faillock count a failure: right
 * after an answer, wrong for somebody who only cancelled. */
static void
leave (KioskConversation *self, const GError *error)
{
  if (!g_atomic_int_get (&self->gone))
    g_printerr ("kiosk-auth: %s\n", error->message);
  kiosk_conversation_hang_up (self);
}

static void
tell (KioskConversation *self, KioskAuthMessageKind kind, KioskPamTopic topic, const char *text)
{
  g_autoptr (GError) error = NULL;

  if (!g_atomic_int_get (&self->gone) && !send_text (self, kind, topic, text, &error))
    leave (self, error);
}

void
kiosk_conversation_tell (KioskConversation *self, KioskPamTopic topic)
{
  self->refused = TRUE;
  tell (self, KIOSK_AUTH_MESSAGE_ERROR, topic, kiosk_pam_topic_label (topic)->en);
}

/* FALSE: nobody answers. */
static gboolean
ask (KioskConversation *self, KioskAuthMessageKind kind, KioskPamTopic topic, const char *text,
     KioskAuthMessage *reply)
{
  g_autoptr (GError) error = NULL;

  if (g_atomic_int_get (&self->gone))
    return FALSE;
  if (!send_text (self, kind, topic, text, &error)
      || !receive (self, KIOSK_AUTH_MESSAGE_ANSWER, reply, &error))
    {
      leave (self, error);
      return FALSE;
    }
  if (!self->changing)
    g_atomic_int_set (&self->proving, TRUE);
  self->answered = kiosk_clock_boottime ();
  return TRUE;
}

/* NONE when @password may go to the modules. */
static KioskPamTopic
find_fault (KioskConversation *self, const char *password)
{
  static const struct {
    KioskPasswordRules rule;
    KioskPamTopic topic;
  } faults[] = {
    { KIOSK_PASSWORD_CHARACTERS, KIOSK_PAM_TOPIC_CHARACTERS },
    { KIOSK_PASSWORD_LENGTH, KIOSK_PAM_TOPIC_SHORT },
    { KIOSK_PASSWORD_CLASSES, KIOSK_PAM_TOPIC_CLASSES },
    { KIOSK_PASSWORD_PERSON, KIOSK_PAM_TOPIC_PERSON },
  };
  KioskPasswordRules met = kiosk_password_rules_check (self->rules, self->names, NULL, password);

  if (*password == '\0')
    return KIOSK_PAM_TOPIC_EMPTY;
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if ((met & faults[i].rule) == 0)
      return faults[i].topic;
  return KIOSK_PAM_TOPIC_NONE;
}

static gboolean
ask_new (KioskConversation *self, const char *text, KioskAuthMessage *reply)
{
  for (guint i = 0; i < MAX_REFUSALS; i++)
    {
      KioskPamTopic fault;

      if (!ask (self, KIOSK_AUTH_MESSAGE_SECRET, KIOSK_PAM_TOPIC_NEW, text, reply))
        return FALSE;
      fault = find_fault (self, reply->text);
      if (fault == KIOSK_PAM_TOPIC_NONE)
        return TRUE;
      kiosk_wipe (reply, sizeof *reply);
      kiosk_conversation_tell (self, fault);
    }
  return FALSE;
}

static gboolean
ask_prompt (KioskConversation *self, KioskAuthMessageKind kind, const char *text,
            KioskAuthMessage *reply)
{
  KioskPamTopic topic = kiosk_pam_prompt_topic (text);

  if (topic == KIOSK_PAM_TOPIC_CODE)
    {
      /* What was said of the code before it was asked for would differ between IDs. */
      self->code_asked = TRUE;
      return ask (self, KIOSK_AUTH_MESSAGE_SECRET, topic, CODE_PROMPT, reply);
    }
  if (self->changing && topic == KIOSK_PAM_TOPIC_NEW && kind == KIOSK_AUTH_MESSAGE_SECRET)
    return ask_new (self, text, reply);
  return ask (self, kind, self->changing ? topic : KIOSK_PAM_TOPIC_NONE, text, reply);
}

void
kiosk_conversation_ask_in_vain (KioskConversation *self)
{
  KioskAuthMessage reply;

  if (ask (self, KIOSK_AUTH_MESSAGE_SECRET, KIOSK_PAM_TOPIC_CODE, CODE_PROMPT, &reply))
    kiosk_wipe (&reply, sizeof reply);
}

/* One message of the module. An answer goes to *@answer as the malloc()ed string that PAM wants. FALSE: the
 * module wants something that nobody here can do, or nobody is there. */
static gboolean
take_message (KioskConversation *self, const struct pam_message *message, char **answer)
{
  KioskAuthMessage reply;

  switch (message->msg_style)
    {
    case PAM_TEXT_INFO:
      tell (self, KIOSK_AUTH_MESSAGE_INFO, kiosk_pam_message_topic (message->msg), message->msg);
      return TRUE;
    case PAM_ERROR_MSG:
      self->refused = TRUE;
      tell (self, KIOSK_AUTH_MESSAGE_ERROR, kiosk_pam_message_topic (message->msg), message->msg);
      return TRUE;
    case PAM_PROMPT_ECHO_OFF:
    case PAM_PROMPT_ECHO_ON:
      if (!ask_prompt (self,
                       message->msg_style == PAM_PROMPT_ECHO_OFF ? KIOSK_AUTH_MESSAGE_SECRET
                                                                 : KIOSK_AUTH_MESSAGE_VISIBLE,
                       message->msg, &reply))
        return FALSE;
      *answer = strdup (reply.text);
      kiosk_wipe (&reply, sizeof reply);
      return *answer != NULL;
    default:
      return FALSE;
    }
}

int
kiosk_conversation_ask (int n_messages, const struct pam_message **messages,
                        struct pam_response **responses, void *appdata_ptr)
{
  KioskConversation *self = appdata_ptr;
  struct pam_response *answers;

  if (n_messages <= 0 || n_messages > PAM_MAX_NUM_MSG)
    return PAM_CONV_ERR;
  answers = calloc ((size_t) n_messages, sizeof *answers);
  if (answers == NULL)
    return PAM_BUF_ERR;
  for (int i = 0; i < n_messages; i++)
    if (!take_message (self, messages[i], &answers[i].resp))
      {
        for (int j = 0; j < i; j++)
          if (answers[j].resp != NULL)
            {
              kiosk_wipe (answers[j].resp, strlen (answers[j].resp));
              free (answers[j].resp);
            }
        free (answers);
        return PAM_CONV_ERR;
      }
  *responses = answers;
  return PAM_SUCCESS;
}
