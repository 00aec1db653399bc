/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "keep.h"

#include "kiosk/ipc/channel.h"

/* When each thing is forgotten is decided in shell.c; that it is wiped, here. */

void
kiosk_keep_choose (KioskKeep *self, const char *server, const char *ticket, const char *purpose)
{
  g_autofree char *new_server = g_strdup (server);
  g_autofree char *new_ticket = g_strdup (ticket);
  g_autofree char *new_purpose = g_strdup (purpose);

  kiosk_keep_forget_password (self);
  g_free (self->server);
  g_free (self->ticket);
  g_free (self->purpose);
  self->server = g_steal_pointer (&new_server);
  self->ticket = g_steal_pointer (&new_ticket);
  self->purpose = g_steal_pointer (&new_purpose);
}

void
kiosk_keep_set_credentials (KioskKeep *self, const char *user, const char *domain,
                            KioskSecret *password)
{
  kiosk_keep_forget_password (self);
  self->user = g_strdup (user);
  self->domain = g_strdup (domain);
  self->password = password;
}

gboolean
kiosk_keep_use_login (KioskKeep *self, const char *user, const char *domain)
{
  KioskSecret *copy;

  if (self->login == NULL)
    return FALSE;
  copy = kiosk_secret_new ();
  kiosk_secret_set (copy, kiosk_secret_peek (self->login), kiosk_secret_length (self->login));
  kiosk_keep_set_credentials (self, user, domain, copy);
  return TRUE;
}

gboolean
kiosk_keep_is_complete (const KioskKeep *self)
{
  return self->server != NULL && self->user != NULL && self->password != NULL;
}

gboolean
kiosk_keep_fill (const KioskKeep *self, KioskRdpCredentials *credentials)
{
  *credentials = (KioskRdpCredentials){ .kind = KIOSK_RDP_CREDENTIALS };
  return kiosk_channel_text_set (credentials->user, sizeof credentials->user, self->user)
         && kiosk_channel_text_set (credentials->domain, sizeof credentials->domain, self->domain)
         && kiosk_channel_text_set (credentials->password, sizeof credentials->password,
                                    kiosk_secret_peek (self->password));
}

void
kiosk_keep_forget_password (KioskKeep *self)
{
  g_clear_pointer (&self->password, kiosk_secret_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->domain, g_free);
}

void
kiosk_keep_forget_secrets (KioskKeep *self)
{
  kiosk_keep_forget_password (self);
  g_clear_pointer (&self->login, kiosk_secret_free);
}

void
kiosk_keep_forget_all (KioskKeep *self)
{
  kiosk_keep_forget_secrets (self);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->ticket, g_free);
  g_clear_pointer (&self->purpose, g_free);
}
