/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "shell-private.h"

#include <string.h>
#include <unistd.h>

/* From a chosen server to its picture. Credentials leave the keep for one message only. */

void
kiosk_shell_suspend (KioskShell *self, gboolean suspended)
{
  if (self->suspended != suspended)
    kiosk_picture_set_suspended (kiosk_window_get_picture (self->window), suspended);
  self->suspended = suspended;
}

void
kiosk_shell_end_picture (KioskShell *self)
{
  kiosk_picture_stop (kiosk_window_get_picture (self->window));
  /* The suspension ends with the session; also one that came when there was no session, or none any more, of
   * which the picture has heard no end. */
  kiosk_shell_suspend (self, FALSE);
}

void
kiosk_shell_update_watermark (KioskShell *self)
{
  const KioskTerminal *terminal = kiosk_client_get_terminal (self->client);
  const KioskStatus *status = kiosk_client_get_status (self->client);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%d %H:%M");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (terminal == NULL || status == NULL || !terminal->watermark)
    return;
  first = g_strdup_printf ("%s %s %s", terminal->id,
                           kiosk_label_get (&status->person_name, self->language), status->person);
  second = g_strdup_printf ("%s %s", time, status->session);
  kiosk_picture_set_watermark (kiosk_window_get_picture (self->window), first, second);
}

static void
on_session (int worker, int frames, gpointer data)
{
  KioskShell *self = data;
  KioskRdpCredentials credentials;
  g_autoptr (GError) error = NULL;

  self->busy = FALSE;
  if (worker < 0 || frames < 0 || !kiosk_keep_is_complete (&self->keep) || self->facts.locking)
    {
      /* Refused, and the status says why; or locked meanwhile, and the secret is gone. */
      if (worker >= 0)
        close (worker);
      if (frames >= 0)
        close (frames);
      kiosk_keep_forget_password (&self->keep);
      kiosk_client_disconnect (self->client);
      kiosk_shell_update (self);
      return;
    }
  kiosk_shell_update_watermark (self);
  if (!kiosk_keep_fill (&self->keep, &credentials))
    {
      close (worker);
      close (frames);
      kiosk_client_disconnect (self->client);
    }
  else if (!kiosk_picture_start (kiosk_window_get_picture (self->window), worker, frames,
                                 &credentials, &error))
    {
      g_warning ("No picture: %s", error->message);
      kiosk_client_disconnect (self->client);
    }
  kiosk_wipe (&credentials, sizeof credentials);
  kiosk_shell_update (self);
}

void
kiosk_shell_open_session (KioskShell *self)
{
  guint width, height;

  kiosk_picture_get_pixels (kiosk_window_get_picture (self->window), &width, &height);
  self->busy = TRUE;
  kiosk_client_connect (self->client, self->keep.server, self->keep.ticket, self->keep.purpose,
                        width, height, on_session, self);
  kiosk_shell_update (self);
}

void
kiosk_shell_choose_credentials (KioskShell *self)
{
  const KioskServer *server = kiosk_client_find_server (self->client, self->keep.server);
  const KioskStatus *status = kiosk_client_get_status (self->client);
  KioskForm *form = kiosk_form_page_get_form (
      KIOSK_FORM_PAGE (kiosk_window_get_page (self->window, KIOSK_PAGE_CREDENTIALS)));

  if (server == NULL || status == NULL)
    return;
  if (server->credentials == KIOSK_CREDENTIALS_LOGIN
      && kiosk_keep_use_login (&self->keep, *server->user != '\0' ? server->user : status->person,
                               server->domain))
    {
      kiosk_shell_open_session (self);
      return;
    }
  kiosk_field_set_text (kiosk_form_get_text (form), server->user);
  self->facts.asking = TRUE;
  kiosk_shell_update (self);
}

void
kiosk_shell_submit_credentials (KioskShell *self, KioskForm *form)
{
  const KioskServer *server = kiosk_client_find_server (self->client, self->keep.server);
  const char *typed = kiosk_field_get_text (kiosk_form_get_text (form));
  const char *backslash = strchr (typed, '\\');
  g_autofree char *user = g_strdup (backslash != NULL ? backslash + 1 : typed);
  g_autofree char *domain = backslash != NULL ? g_strndup (typed, backslash - typed)
                                              : g_strdup (server != NULL ? server->domain : "");
  KioskSecret *password = kiosk_field_take (kiosk_form_get_secret (form));

  if (password == NULL)
    return;
  kiosk_keep_set_credentials (&self->keep, user, domain, password);
  kiosk_shell_open_session (self);
}
