/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "shell-private.h"

#include "style.h"

#include "kiosk/base/clock.h"

/* The action group "kiosk": what keys and buttons ask for. Each drops what must go before it sends its
 * request. */

static void
lock (KioskShell *self, gboolean button)
{
  if (!kiosk_view_lockable (kiosk_client_get_status (self->client), &self->facts))
    return;
  kiosk_shell_suspend (self, TRUE);
  kiosk_keep_forget_secrets (&self->keep);
  self->facts.locking = TRUE;
  self->facts.asking = self->facts.menu = self->facts.renewing = FALSE;
  kiosk_client_lock (self->client, button);
  kiosk_shell_update (self);
}

static void
on_lock (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lock (data, TRUE);
}

static void
on_lock_by_key (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  lock (data, FALSE);
}

static void
on_logout (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  kiosk_keep_forget_all (&self->keep);
  kiosk_client_logout (self->client);
}

static void
on_connect (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;
  const char *server, *ticket, *purpose;

  if (self->busy)
    return;
  g_variant_get (parameter, "(&s&s&s)", &server, &ticket, &purpose);
  kiosk_keep_choose (&self->keep, server, ticket, purpose);
  self->again = FALSE;
  kiosk_shell_choose (self);
}

static void
on_reconnect (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  const KioskServer *server = kiosk_client_find_server (self->client, self->keep.server);

  if (self->busy || self->keep.server == NULL)
    return;
  /* Each session is approved by itself. */
  if (server != NULL && server->approval == KIOSK_APPROVAL_PERSON)
    {
      kiosk_client_dismiss (self->client);
      kiosk_shell_choose (self);
      return;
    }
  if (kiosk_keep_is_complete (&self->keep))
    {
      kiosk_shell_open_session (self);
      return;
    }
  /* The password went with a lock. */
  self->again = TRUE;
  kiosk_client_dismiss (self->client);
  kiosk_shell_choose_credentials (self);
}

static void
on_dismiss (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  kiosk_keep_forget_password (&self->keep);
  self->facts.asking = self->again = FALSE;
  kiosk_client_dismiss (self->client);
}

static void
on_dismiss_devices (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  if (kiosk_view_card (kiosk_client_get_status (self->client), &self->facts))
    kiosk_client_dismiss_devices (self->client);
}

/* From the servers only: everything else is finished or given up first. */
static void
on_change_password (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;
  const KioskStatus *status = kiosk_client_get_status (self->client);

  if (self->busy || status == NULL || kiosk_view_page (status, &self->facts) != KIOSK_PAGE_SERVERS)
    return;
  self->facts.renewing = TRUE;
  self->facts.renewed = FALSE;
  kiosk_shell_update (self);
}

static void
on_disconnect (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  self->facts.menu = FALSE;
  kiosk_keep_forget_password (&self->keep);
  /* Only kioskd ends it, and its word ends the picture: a worker that finds its picture's end closed before
   * the request arrives would report a lost connection. */
  kiosk_shell_suspend (self, TRUE);
  kiosk_client_disconnect (self->client);
  kiosk_shell_update (self);
}

static void
on_end (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  if (self->state != KIOSK_STATE_LOCKED)
    return;
  self->facts.ending = TRUE;
  kiosk_shell_update (self);
}

static void
on_menu (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  self->facts.menu = !self->facts.menu && self->state == KIOSK_STATE_CONNECTED;
  kiosk_shell_update (self);
}

static void
on_secure_attention (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  self->facts.menu = FALSE;
  kiosk_shell_update (self);
  kiosk_picture_send_secure_attention (kiosk_window_get_picture (self->window));
}

static void
set_language (KioskShell *self, KioskLanguage language)
{
  self->language = language;
  self->language_chosen = TRUE;
  kiosk_shell_update (self);
}

static void
on_language (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  set_language (data, g_str_equal (g_variant_get_string (parameter, NULL), "en")
                          ? KIOSK_LANGUAGE_EN
                          : KIOSK_LANGUAGE_JA);
}

static void
on_toggle_language (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  set_language (self, self->language == KIOSK_LANGUAGE_JA ? KIOSK_LANGUAGE_EN : KIOSK_LANGUAGE_JA);
}

static void
on_told_off (gpointer data)
{
  KioskShell *self = data;

  self->facts.switching_off = TRUE;
  self->waiting_since = kiosk_clock_boottime ();
  kiosk_shell_update (self);
}

/* A request in another state would break the contract, so nothing may be on its way that leads to one. */
static void
on_power_off (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  if ((self->state == KIOSK_STATE_LOGGED_OUT || self->state == KIOSK_STATE_STOPPED)
      && self->facts.reachable && !self->facts.switching_off && !self->busy
      && !kiosk_dialogue_is_running (self->dialogue))
    kiosk_client_power_off (self->client, on_told_off, self);
}

static void
on_appearance (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  kiosk_style_cycle ();
}

static void
on_refresh (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  kiosk_shell_update (data);
}

void
kiosk_shell_add_actions (KioskShell *self)
{
  static const GActionEntry entries[] = {
    { "lock", on_lock },
    { "lock-by-key", on_lock_by_key },
    { "logout", on_logout },
    { "connect", on_connect, "(sss)" },
    { "reconnect", on_reconnect },
    { "dismiss", on_dismiss },
    { "dismiss-devices", on_dismiss_devices },
    { "change-password", on_change_password },
    { "disconnect", on_disconnect },
    { "end", on_end },
    { "menu", on_menu },
    { "secure-attention", on_secure_attention },
    { "language", on_language, "s" },
    { "toggle-language", on_toggle_language },
    { "power-off", on_power_off },
    { "appearance", on_appearance },
    { "refresh", on_refresh },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self->window), "kiosk", G_ACTION_GROUP (group));
}
