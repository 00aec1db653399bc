/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* kiosk-auth from start to verdict. Sees no prompt and no answer: those pass between the shell and
 * kiosk-auth on a socket whose both ends are handed on here. */

#include "authentication.h"

#include "child.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"

#include <glib-unix.h>

struct _KioskAuthentication {
  KioskAuthPurpose purpose;
  KioskChild *child;
  int socket; /* -1 until the child has started */
  guint socket_source;
  guint timeout_source;
  gboolean told;
  KioskAuthenticationEnded ended;
  void (*departed) (KioskAuthentication *self, gpointer data);
  gpointer data;
};

/* @self may be freed by the callback: nothing of it is touched afterwards. */
static void
tell (KioskAuthentication *self, const KioskAuthVerdict *verdict, const char *cause,
      const char *detail)
{
  if (self->told)
    return;
  self->told = TRUE;
  self->ended (verdict, cause, detail, self->data);
}

static void
on_child_ended (KioskChild *child, const char *cause, const char *detail, gpointer data)
{
  KioskAuthentication *self = data;

  g_clear_pointer (&self->child, kiosk_child_free);
  if (self->departed != NULL)
    {
      self->departed (self, self->data);
      return;
    }
  /* The verdict may have been sent in its last moment and still wait in the socket. */
  if (self->socket_source == 0 || self->told)
    tell (self, NULL, cause, detail);
  else
    {
      KioskAuthVerdict verdict;
      gboolean good
          = kiosk_channel_receive_exact (self->socket, &verdict, sizeof verdict, NULL, 0, NULL)
            && kiosk_auth_verdict_valid (&verdict);
      tell (self, good ? &verdict : NULL, cause, detail);
    }
}

static gboolean
on_socket_readable (int fd, GIOCondition condition, gpointer data)
{
  KioskAuthentication *self = data;
  KioskAuthVerdict verdict;
  g_autoptr (GError) error = NULL;

  if (kiosk_channel_receive_exact (fd, &verdict, sizeof verdict, NULL, 0, &error)
      && kiosk_auth_verdict_valid (&verdict))
    {
      self->socket_source = 0;
      tell (self, &verdict, NULL, NULL);
      return G_SOURCE_REMOVE;
    }
  self->socket_source = 0;
  /* Closed without a verdict: the end of the process tells why. */
  if (!g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED))
    tell (self, NULL, "protocol", "kiosk-auth");
  return G_SOURCE_REMOVE;
}

static void
on_child_started (KioskChild *child, int socket, gpointer data)
{
  KioskAuthentication *self = data;

  self->socket = socket;
  if (!self->told)
    self->socket_source = g_unix_fd_add (socket, G_IO_IN | G_IO_HUP, on_socket_readable, self);
}

static const KioskChildEvents child_events = {
  .started = on_child_started,
  .ended = on_child_ended,
};

static gboolean
on_timeout (gpointer data)
{
  KioskAuthentication *self = data;

  self->timeout_source = 0;
  if (self->departed != NULL)
    self->departed (self, self->data);
  else
    tell (self, NULL, "timeout", "kiosk-auth");
  return G_SOURCE_REMOVE;
}

KioskAuthentication *
kiosk_authentication_new (KioskAuthPurpose purpose, const char *user,
                          const KioskIdentityRules *rules, int *shell,
                          KioskAuthenticationEnded ended, gpointer data, GError **error)
{
  kiosk_autofd int shell_end = -1;
  kiosk_autofd int auth_end = -1;
  KioskAuthTask task = { .purpose = purpose, .rules = *rules };
  KioskAuthentication *self;

  if (!kiosk_channel_text_set (task.user, sizeof task.user, user != NULL ? user : ""))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "ID too long");
      return NULL;
    }
  if (!kiosk_fd_socket_pair (&shell_end, &auth_end, error))
    return NULL;
  self = g_new0 (KioskAuthentication, 1);
  self->purpose = purpose;
  self->ended = ended;
  self->data = data;
  self->socket = -1;
  self->child = kiosk_child_start ("kiosk-auth", &task, sizeof task, &auth_end, 1, &child_events,
                                   self, error);
  if (self->child == NULL)
    {
      g_free (self);
      return NULL;
    }
  self->timeout_source = g_timeout_add (KIOSK_AUTHENTICATION_TIMEOUT, on_timeout, self);
  *shell = kiosk_fd_steal (&shell_end);
  return self;
}

gboolean
kiosk_authentication_abandon (KioskAuthentication *self,
                              void (*departed) (KioskAuthentication *self, gpointer data),
                              gpointer data)
{
  if (self->told || self->child == NULL || self->socket < 0 || kiosk_child_is_stopped (self->child))
    return FALSE;
  self->told = TRUE;
  self->departed = departed;
  self->data = data;
  g_clear_handle_id (&self->socket_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  kiosk_fd_clear (&self->socket);
  self->timeout_source = g_timeout_add (KIOSK_AUTHENTICATION_LAST_TIME, on_timeout, self);
  return TRUE;
}

void
kiosk_authentication_free (KioskAuthentication *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->socket_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  kiosk_child_free (self->child);
  kiosk_fd_clear (&self->socket);
  g_free (self);
}

KioskAuthPurpose
kiosk_authentication_get_purpose (const KioskAuthentication *self)
{
  return self->purpose;
}

gboolean
kiosk_authentication_is_stopped (const KioskAuthentication *self)
{
  return self->child != NULL && kiosk_child_is_stopped (self->child);
}
