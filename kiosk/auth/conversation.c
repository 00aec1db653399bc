/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-auth"

/* Passes PAM's prompts to the shell and its answers back. May not decide anything, and keeps no copy
 * of an answer: one message buffer, wiped before the next use, and the copy that PAM demands. */

#include "conversation.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/error.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/ipc/channel.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static gboolean
receive (KioskConversation *self, KioskAuthMessageKind kind, KioskAuthMessage *message,
         GError **error)
{
  if (!kiosk_channel_receive_exact (self->socket, message, sizeof *message, NULL, 0, error))
    return FALSE;
  if (message->kind == (guint32) kind && kiosk_auth_message_valid (message))
    return TRUE;
  kiosk_wipe (message, sizeof *message);
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "unexpected message of the shell");
  return FALSE;
}

static gboolean
send_text (KioskConversation *self, KioskAuthMessageKind kind, const char *text, GError **error)
{
  KioskAuthMessage message = { .kind = kind };
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
  /* Longer than any ID, or a beginning that pam_unix refuses before it asks for anything: asked and
   * refused like every other ID that does not exist. */
  if (!fits || user[0] == '-' || user[0] == '+')
    kiosk_channel_text_set (user, KIOSK_AUTH_USER_MAX, "?");
  self->answered = kiosk_clock_boottime ();
  return TRUE;
}

/* One message of the module. An answer goes to *@answer as the malloc()ed string that PAM wants. FALSE
 * without @error: the module wants something that nobody here can do. */
static gboolean
ask_one (KioskConversation *self, const struct pam_message *message, char **answer, GError **error)
{
  KioskAuthMessage reply;

  switch (message->msg_style)
    {
    case PAM_TEXT_INFO:
      return send_text (self, KIOSK_AUTH_MESSAGE_INFO, message->msg, error);
    case PAM_ERROR_MSG:
      return send_text (self, KIOSK_AUTH_MESSAGE_ERROR, message->msg, error);
    case PAM_PROMPT_ECHO_OFF:
    case PAM_PROMPT_ECHO_ON:
      if (!send_text (self,
                      message->msg_style == PAM_PROMPT_ECHO_OFF ? KIOSK_AUTH_MESSAGE_SECRET
                                                                : KIOSK_AUTH_MESSAGE_VISIBLE,
                      message->msg, error)
          || !receive (self, KIOSK_AUTH_MESSAGE_ANSWER, &reply, error))
        return FALSE;
      self->answered = kiosk_clock_boottime ();
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
  g_autoptr (GError) error = NULL;
  struct pam_response *answers;

  if (n_messages <= 0 || n_messages > PAM_MAX_NUM_MSG)
    return PAM_CONV_ERR;
  answers = calloc ((size_t) n_messages, sizeof *answers);
  if (answers == NULL)
    return PAM_BUF_ERR;
  for (int i = 0; i < n_messages; i++)
    if (!ask_one (self, messages[i], &answers[i].resp, &error))
      {
        for (int j = 0; j < i; j++)
          if (answers[j].resp != NULL)
            {
              kiosk_wipe (answers[j].resp, strlen (answers[j].resp));
              free (answers[j].resp);
            }
        free (answers);
        /* The shell is gone or broke the protocol. An error would let the stack go on, and faillock
         * count a failure for somebody who only cancelled; now and then, because it would race with
         * the watch over the sockets. */
        if (error != NULL)
          {
            g_printerr ("kiosk-auth: %s\n", error->message);
            _exit (EXIT_FAILURE);
          }
        return PAM_CONV_ERR;
      }
  *responses = answers;
  return PAM_SUCCESS;
}
