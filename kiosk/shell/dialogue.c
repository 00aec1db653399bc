/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "dialogue.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"

#include <glib-unix.h>
#include <sys/socket.h>

/* The shell's end of a PAM conversation. Answers go out from one locked buffer to one message that is
 * wiped at once. Nothing here may decide whether an answer was right. */

#define MAX_PROMPTS 16

/* Prompts of a change, which come again with every refusal. */
#define MAX_CHANGES 400

enum { CURRENT, NEW, AGAIN, N_CHANGE };

struct _KioskDialogue {
  GObject parent_instance;
  KioskPurpose purpose;
  gboolean running;
  int socket;
  guint watch;
  char *id;
  KioskPrompt prompt;
  gboolean secret;
  char *prompt_text, *message;
  KioskPamTopic message_topic;
  gboolean changing;
  guint n_changes;
  KioskSecret *change[N_CHANGE]; /* what the person wants, until it was asked for */
  KioskPrompt answered[MAX_PROMPTS];
  guint n_answered;
  KioskSecret *held;     /* typed before the prompt came */
  KioskSecret *password; /* the last answer to a password prompt */
};

G_DEFINE_FINAL_TYPE (KioskDialogue, kiosk_dialogue, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_BROKEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
close_socket (KioskDialogue *self)
{
  g_clear_handle_id (&self->watch, g_source_remove);
  kiosk_fd_clear (&self->socket);
}

static void
forget_message (KioskDialogue *self)
{
  g_clear_pointer (&self->message, g_free);
  self->message_topic = KIOSK_PAM_TOPIC_NONE;
}

static void
forget_change (KioskDialogue *self)
{
  for (guint i = 0; i < N_CHANGE; i++)
    g_clear_pointer (&self->change[i], kiosk_secret_free);
}

static void
forget (KioskDialogue *self)
{
  close_socket (self);
  self->purpose = KIOSK_PURPOSE_NONE;
  self->running = FALSE;
  self->prompt = KIOSK_PROMPT_NONE;
  self->n_answered = 0;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->prompt_text, g_free);
  g_clear_pointer (&self->held, kiosk_secret_free);
  g_clear_pointer (&self->password, kiosk_secret_free);
  forget_message (self);
  forget_change (self);
  self->changing = FALSE;
  self->n_changes = 0;
}

static void
break_off (KioskDialogue *self, const char *why)
{
  g_warning ("Conversation broken off: %s", why);
  forget (self);
  g_signal_emit (self, signals[SIGNAL_BROKEN], 0);
}

static gboolean
send_message (KioskDialogue *self, KioskAuthMessageKind kind, const char *text)
{
  KioskAuthMessage message = { .kind = kind };
  g_autoptr (GError) error = NULL;
  gboolean sent = kiosk_channel_text_set (message.text, sizeof message.text, text)
                  && kiosk_channel_send (self->socket, &message, sizeof message, NULL, 0, &error);

  kiosk_wipe (&message, sizeof message);
  if (!sent)
    break_off (self, error != NULL ? error->message : "the answer is too long");
  return sent;
}

/* kiosk-auth knows best what it asks; the words are for questions that it only passes on. */
static KioskPrompt
prompt_of (const KioskAuthMessage *message)
{
  switch ((int) message->topic)
    {
    case KIOSK_PAM_TOPIC_CURRENT:
      return KIOSK_PROMPT_CURRENT;
    case KIOSK_PAM_TOPIC_NEW:
      return KIOSK_PROMPT_NEW;
    case KIOSK_PAM_TOPIC_AGAIN:
      return KIOSK_PROMPT_AGAIN;
    case KIOSK_PAM_TOPIC_CODE:
      return KIOSK_PROMPT_CODE;
    default:
      return kiosk_prompt_classify (message->text);
    }
}

/* Answers the open prompt of a change with what the person has decided, if that is still there. */
static void
answer_change (KioskDialogue *self)
{
  g_autoptr (KioskSecret) answer = NULL;

  if (self->prompt == KIOSK_PROMPT_CURRENT)
    answer = g_steal_pointer (&self->change[CURRENT]);
  else if (self->prompt == KIOSK_PROMPT_NEW)
    answer = g_steal_pointer (&self->change[NEW]);
  else if (self->prompt == KIOSK_PROMPT_AGAIN)
    answer = g_steal_pointer (&self->change[AGAIN]);
  if (answer != NULL)
    kiosk_dialogue_answer (self, answer);
  else
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
take_text (KioskDialogue *self, const KioskAuthMessage *message)
{
  /* The page itself says that a password has expired. */
  if (message->topic == KIOSK_PAM_TOPIC_EXPIRED || message->topic == KIOSK_PAM_TOPIC_EXPIRES)
    return;
  if (message->kind == KIOSK_AUTH_MESSAGE_ERROR)
    forget_change (self);
  forget_message (self);
  self->message = kiosk_text_clean (message->text, 200);
  self->message_topic = message->topic;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
take_prompt (KioskDialogue *self, const KioskAuthMessage *message)
{
  g_free (self->prompt_text);
  self->prompt_text = kiosk_text_clean (message->text, 120);
  g_strstrip (self->prompt_text);
  self->prompt = prompt_of (message);
  self->secret = message->kind == KIOSK_AUTH_MESSAGE_SECRET;
  self->changing
      = self->changing || self->prompt == KIOSK_PROMPT_CURRENT || self->prompt == KIOSK_PROMPT_NEW;
  if (self->changing)
    {
      answer_change (self);
      return;
    }

  if (self->held != NULL)
    {
      g_autoptr (KioskSecret) held = g_steal_pointer (&self->held);

      /* Typed as "password": it may answer exactly this question and no other. */
      if (self->secret && self->prompt == KIOSK_PROMPT_PASSWORD)
        {
          kiosk_dialogue_answer (self, held);
          return;
        }
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer data)
{
  KioskDialogue *self = data;
  KioskAuthMessage message;
  gsize size = 0;
  g_autoptr (GError) error = NULL;

  if (!kiosk_channel_receive (fd, &message, sizeof message, &size, NULL, 0, &error))
    {
      self->watch = 0;
      if (g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED))
        {
          /* The stack is through; kioskd has the verdict and says it by its status. */
          kiosk_fd_clear (&self->socket);
          self->prompt = KIOSK_PROMPT_NONE;
          g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
        }
      else
        break_off (self, error->message);
      return G_SOURCE_REMOVE;
    }
  if (size == 0)
    return G_SOURCE_CONTINUE;
  if (size != sizeof message || !kiosk_auth_message_valid (&message))
    {
      self->watch = 0;
      break_off (self, "a message of kiosk-auth is malformed");
      return G_SOURCE_REMOVE;
    }
  switch (message.kind)
    {
    case KIOSK_AUTH_MESSAGE_SECRET:
    case KIOSK_AUTH_MESSAGE_VISIBLE:
      if (self->prompt != KIOSK_PROMPT_NONE || self->n_answered == MAX_PROMPTS
          || self->n_changes == MAX_CHANGES)
        break;
      take_prompt (self, &message);
      return self->watch != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
    case KIOSK_AUTH_MESSAGE_INFO:
    case KIOSK_AUTH_MESSAGE_ERROR:
      take_text (self, &message);
      return G_SOURCE_CONTINUE;
    default:
      break;
    }
  self->watch = 0;
  break_off (self, "kiosk-auth spoke out of turn");
  return G_SOURCE_REMOVE;
}

static void
kiosk_dialogue_finalize (GObject *object)
{
  forget (KIOSK_DIALOGUE (object));
  G_OBJECT_CLASS (kiosk_dialogue_parent_class)->finalize (object);
}

static void
kiosk_dialogue_class_init (KioskDialogueClass *class)
{
  G_OBJECT_CLASS (class)->finalize = kiosk_dialogue_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", KIOSK_TYPE_DIALOGUE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_BROKEN] = g_signal_new ("broken", KIOSK_TYPE_DIALOGUE, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_dialogue_init (KioskDialogue *self)
{
  self->socket = -1;
}

KioskDialogue *
kiosk_dialogue_new (void)
{
  return g_object_new (KIOSK_TYPE_DIALOGUE, NULL);
}

void
kiosk_dialogue_prepare (KioskDialogue *self, KioskPurpose purpose, const char *id)
{
  g_autofree char *copy = g_strdup (id != NULL ? id : "");

  forget (self);
  self->purpose = purpose;
  self->running = TRUE;
  self->id = g_steal_pointer (&copy);
}

void
kiosk_dialogue_hold_answer (KioskDialogue *self, KioskSecret *secret)
{
  g_clear_pointer (&self->held, kiosk_secret_free);
  self->held = secret;
}

void
kiosk_dialogue_start (KioskDialogue *self, int socket)
{
  g_autoptr (GError) error = NULL;

  close_socket (self);
  self->socket = socket;
  if (!self->running || !kiosk_fd_check_socket (socket, AF_UNIX, SOCK_SEQPACKET, &error))
    {
      break_off (self, error != NULL ? error->message : "nobody asked for it");
      return;
    }
  self->watch = g_unix_fd_add (socket, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
  send_message (self, KIOSK_AUTH_MESSAGE_START, self->id);
}

gboolean
kiosk_dialogue_answer (KioskDialogue *self, const KioskSecret *secret)
{
  KioskPrompt prompt = self->prompt;

  if (prompt == KIOSK_PROMPT_NONE || self->socket < 0)
    return FALSE;
  self->prompt = KIOSK_PROMPT_NONE;
  if (!self->changing || prompt == KIOSK_PROMPT_CURRENT)
    forget_message (self);
  if (!send_message (self, KIOSK_AUTH_MESSAGE_ANSWER, kiosk_secret_peek (secret)))
    return FALSE;
  if (self->changing)
    self->n_changes++;
  else
    self->answered[self->n_answered++] = prompt;

  /* For servers that take the log-in's own password. Never an auditor's or approver's. */
  if (self->purpose != KIOSK_PURPOSE_END && self->purpose != KIOSK_PURPOSE_APPROVE && self->secret
      && (prompt == KIOSK_PROMPT_PASSWORD || prompt == KIOSK_PROMPT_NEW))
    {
      if (self->password == NULL)
        self->password = kiosk_secret_new ();
      kiosk_secret_set (self->password, kiosk_secret_peek (secret), kiosk_secret_length (secret));
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return TRUE;
}

void
kiosk_dialogue_change (KioskDialogue *self, KioskSecret *current, KioskSecret *new,
                       KioskSecret *again)
{
  forget_change (self);
  forget_message (self);
  self->change[CURRENT] = current;
  self->change[NEW] = new;
  self->change[AGAIN] = again;
  if (self->prompt != KIOSK_PROMPT_NONE)
    answer_change (self);
}

void
kiosk_dialogue_end (KioskDialogue *self)
{
  forget (self);
}

KioskSecret *
kiosk_dialogue_take_password (KioskDialogue *self)
{
  return g_steal_pointer (&self->password);
}

KioskPurpose
kiosk_dialogue_get_purpose (const KioskDialogue *self)
{
  return self->purpose;
}

gboolean
kiosk_dialogue_is_running (const KioskDialogue *self)
{
  return self->running;
}

KioskPrompt
kiosk_dialogue_get_prompt (const KioskDialogue *self, gboolean *secret)
{
  if (secret != NULL)
    *secret = self->secret;
  return self->prompt;
}

const char *
kiosk_dialogue_get_prompt_text (const KioskDialogue *self)
{
  return self->prompt_text != NULL ? self->prompt_text : "";
}

const char *
kiosk_dialogue_get_message (const KioskDialogue *self)
{
  return self->message != NULL ? self->message : "";
}

KioskPamTopic
kiosk_dialogue_get_message_topic (const KioskDialogue *self)
{
  return self->message_topic;
}

gboolean
kiosk_dialogue_is_changing (const KioskDialogue *self)
{
  return self->changing;
}

gboolean
kiosk_dialogue_is_asking_change (const KioskDialogue *self)
{
  return self->changing && self->prompt != KIOSK_PROMPT_NONE;
}

const char *
kiosk_dialogue_get_id (const KioskDialogue *self)
{
  return self->id != NULL ? self->id : "";
}

guint
kiosk_dialogue_get_n_answered (const KioskDialogue *self)
{
  return self->n_answered;
}

KioskPrompt
kiosk_dialogue_get_answered (const KioskDialogue *self, guint index)
{
  g_return_val_if_fail (index < self->n_answered, KIOSK_PROMPT_NONE);
  return self->answered[index];
}
