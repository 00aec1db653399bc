/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "shell.h"

#include "client.h"
#include "keep.h"
#include "page-form.h"
#include "page-servers.h"
#include "style.h"
#include "window.h"

#include "kiosk/base/clock.h"

#include <string.h>
#include <unistd.h>

/* The rules of this file: kioskd's status decides the page (view-state.c); whatever hides the picture
 * or drops a secret comes first, then the request, then the page. */

struct _KioskShell {
  KioskClient *client;
  KioskDialogue *dialogue;
  KioskWindow *window;
  KioskKeep keep;
  KioskViewFacts facts;
  KioskState state; /* of the last status */
  KioskLanguage language;
  gboolean language_chosen; /* by a person, until the next log-out */
  gboolean busy, again;
  gboolean conversation_seen; /* kioskd's status has shown the one that runs */
  gboolean suspended;
  gint64 unreachable_since;
};

static void
update (KioskShell *self)
{
  const KioskTerminal *terminal = kiosk_client_get_terminal (self->client);
  const KioskStatus *status = kiosk_client_get_status (self->client);
  gboolean patient = kiosk_dialogue_is_running (self->dialogue) || self->facts.ending;
  KioskView view;

  self->facts.reachable = kiosk_client_is_reachable (self->client);
  if (!self->language_chosen && terminal != NULL)
    self->language = terminal->language;
  view = (KioskView) {
    .language = self->language,
    .page = kiosk_view_page (status, &self->facts),
    .panel = kiosk_view_panel (status, &self->facts),
    .facts = self->facts,
    .terminal = terminal,
    .status = status,
    .servers = kiosk_client_get_servers (self->client),
    .chosen = kiosk_client_find_server (self->client, self->keep.server),
    .again = self->again,
    .busy = self->busy,
    .dialogue = self->dialogue,
    .seconds_left
    = patient ? MAX (0, KIOSK_DIALOGUE_PATIENCE - (int) (kiosk_client_input_age (self->client) / 1000)) : -1,
    .unreachable_since = self->unreachable_since,
    .realtime = kiosk_clock_realtime (),
    .boottime = kiosk_clock_boottime (),
    .width = gtk_widget_get_width (GTK_WIDGET (self->window)),
  };
  kiosk_window_update (self->window, &view);
}

/* ---- Picture and secrets ---- */

static void
suspend (KioskShell *self, gboolean suspended)
{
  if (self->suspended != suspended)
    kiosk_picture_set_suspended (kiosk_window_get_picture (self->window), suspended);
  self->suspended = suspended;
}

static void
end_picture (KioskShell *self)
{
  kiosk_picture_stop (kiosk_window_get_picture (self->window));
  self->suspended = FALSE; /* ends with the session */
}

static void
forget_person (KioskShell *self)
{
  kiosk_keep_forget_all (&self->keep);
  kiosk_servers_page_forget (
      KIOSK_SERVERS_PAGE (kiosk_window_get_page (self->window, KIOSK_PAGE_SERVERS)));
  self->facts = (KioskViewFacts) { .reachable = self->facts.reachable };
  self->busy = self->again = FALSE;
}

static void
update_watermark (KioskShell *self)
{
  const KioskTerminal *terminal = kiosk_client_get_terminal (self->client);
  const KioskStatus *status = kiosk_client_get_status (self->client);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%d %H:%M");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (terminal == NULL || status == NULL || !terminal->watermark)
    return;
  first = g_strdup_printf ("%s %s %s", terminal->id, kiosk_label_get (&status->person_name, self->language),
                           status->person);
  second = g_strdup_printf ("%s %s", time, status->server);
  kiosk_picture_set_watermark (kiosk_window_get_picture (self->window), first, second);
}

/* ---- Sessions ---- */

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
      update (self);
      return;
    }
  update_watermark (self);
  if (!kiosk_keep_fill (&self->keep, &credentials))
    {
      close (worker);
      close (frames);
      kiosk_client_disconnect (self->client);
    }
  else if (!kiosk_picture_start (kiosk_window_get_picture (self->window), worker, frames, &credentials,
                                 &error))
    {
      g_warning ("No picture: %s", error->message);
      kiosk_client_disconnect (self->client);
    }
  kiosk_wipe (&credentials, sizeof credentials);
  update (self);
}

static void
open_session (KioskShell *self)
{
  guint width, height;

  kiosk_picture_get_pixels (kiosk_window_get_picture (self->window), &width, &height);
  self->busy = TRUE;
  kiosk_client_connect (self->client, self->keep.server, self->keep.ticket, self->keep.purpose, width, height,
                        on_session, self);
  update (self);
}

/* Asks for the credentials of the chosen server, or opens at once when the log-in's are to be used. */
static void
choose_credentials (KioskShell *self)
{
  const KioskServer *server = kiosk_client_find_server (self->client, self->keep.server);
  const KioskStatus *status = kiosk_client_get_status (self->client);
  KioskForm *form
      = kiosk_form_page_get_form (KIOSK_FORM_PAGE (kiosk_window_get_page (self->window, KIOSK_PAGE_CREDENTIALS)));

  if (server == NULL || status == NULL)
    return;
  if (server->credentials == KIOSK_CREDENTIALS_LOGIN &&
      kiosk_keep_use_login (&self->keep, *server->user != '\0' ? server->user : status->person,
                            server->domain))
    {
      open_session (self);
      return;
    }
  kiosk_field_set_text (kiosk_form_get_text (form), server->user);
  self->facts.asking = TRUE;
  update (self);
}

static void
submit_credentials (KioskShell *self, KioskForm *form)
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
  open_session (self);
}

/* ---- Conversations ---- */

static void
on_conversation (int socket, int none, gpointer data)
{
  KioskShell *self = data;

  self->busy = FALSE;
  if (socket < 0)
    kiosk_dialogue_end (self->dialogue);
  else if (!kiosk_dialogue_is_running (self->dialogue))
    close (socket); /* cancelled meanwhile */
  else
    kiosk_dialogue_start (self->dialogue, socket);
  update (self);
}

static void
begin (KioskShell *self, KioskPurpose purpose, const char *id, KioskSecret *first)
{
  kiosk_dialogue_prepare (self->dialogue, purpose, id);
  if (first != NULL)
    kiosk_dialogue_hold_answer (self->dialogue, first);
  self->conversation_seen = FALSE;
  self->busy = TRUE;
  kiosk_client_begin (self->client, purpose, on_conversation, self);
  update (self);
}

static void
cancel (KioskShell *self)
{
  if (kiosk_dialogue_is_running (self->dialogue))
    kiosk_client_cancel (self->client);
  kiosk_dialogue_end (self->dialogue);
  self->facts.ending = FALSE;
  update (self);
}

static void
on_dialogue_broken (KioskDialogue *dialogue, KioskShell *self)
{
  kiosk_client_cancel (self->client);
  update (self);
}

static void
on_dialogue_changed (KioskDialogue *dialogue, KioskShell *self)
{
  update (self);
}

static void
on_submit (KioskFormPage *page, KioskShell *self)
{
  KioskPage kind = kiosk_form_page_get_kind (page);
  KioskForm *form = kiosk_form_page_get_form (page);
  gboolean secret = FALSE;
  gboolean asked = kiosk_dialogue_get_prompt (self->dialogue, &secret) != KIOSK_PROMPT_NONE;

  if (self->busy)
    return;
  if (kind == KIOSK_PAGE_CREDENTIALS)
    submit_credentials (self, form);
  else if (asked)
    {
      g_autoptr (KioskSecret) answer
          = kiosk_field_take (secret ? kiosk_form_get_secret (form) : kiosk_form_get_text (form));

      if (answer != NULL)
        kiosk_dialogue_answer (self->dialogue, answer);
    }
  else if (kiosk_dialogue_is_running (self->dialogue))
    return;
  else if (kind == KIOSK_PAGE_LOCKED)
    {
      KioskSecret *first = kiosk_field_take (kiosk_form_get_secret (form));

      if (first != NULL && !self->facts.locking)
        begin (self, KIOSK_PURPOSE_UNLOCK, NULL, first);
      else
        kiosk_secret_free (first);
    }
  else
    {
      g_autofree char *id = g_strdup (kiosk_field_get_text (kiosk_form_get_text (form)));

      kiosk_field_clear (kiosk_form_get_text (form));
      begin (self, kind == KIOSK_PAGE_END ? KIOSK_PURPOSE_END : KIOSK_PURPOSE_LOGIN, g_strstrip (id), NULL);
    }
}

static void
on_back (KioskFormPage *page, KioskShell *self)
{
  if (kiosk_form_page_get_kind (page) == KIOSK_PAGE_CREDENTIALS)
    {
      kiosk_keep_forget_password (&self->keep);
      self->facts.asking = self->again = FALSE;
      update (self);
      return;
    }
  cancel (self);
}

/* ---- Status ---- */

/* The proved password stays for servers of this person that take it, and only for them. */
static void
sort_out_login_password (KioskShell *self)
{
  const GPtrArray *servers = kiosk_client_get_servers (self->client);

  if (self->keep.login == NULL || servers == NULL)
    return;
  for (guint i = 0; i < servers->len; i++)
    if (((const KioskServer *) servers->pdata[i])->credentials == KIOSK_CREDENTIALS_LOGIN)
      return;
  g_clear_pointer (&self->keep.login, kiosk_secret_free);
}

static void
follow_conversation (KioskShell *self, KioskState state)
{
  gboolean now = state == KIOSK_STATE_AUTHENTICATING || state == KIOSK_STATE_UNLOCKING;
  gboolean passed = self->conversation_seen &&
                    (state == KIOSK_STATE_CHOOSING || state == KIOSK_STATE_CONNECTED);

  if (now)
    self->conversation_seen = TRUE;
  else if (self->conversation_seen)
    {
      if (passed)
        {
          g_clear_pointer (&self->keep.login, kiosk_secret_free);
          self->keep.login = kiosk_dialogue_take_password (self->dialogue);
        }
      self->conversation_seen = FALSE;
      kiosk_dialogue_end (self->dialogue);
    }
}

static void
on_changed (KioskClient *client, KioskShell *self)
{
  const KioskStatus *status = kiosk_client_get_status (client);
  KioskState state = status != NULL ? status->state : KIOSK_STATE_STOPPED;
  gboolean locked = state == KIOSK_STATE_LOCKED || state == KIOSK_STATE_UNLOCKING;
  gboolean out = state == KIOSK_STATE_STOPPED || state == KIOSK_STATE_LOGGED_OUT ||
                 state == KIOSK_STATE_AUTHENTICATING;

  if (locked)
    {
      suspend (self, TRUE);
      kiosk_keep_forget_secrets (&self->keep);
      self->facts.locking = self->facts.asking = self->facts.menu = FALSE;
    }
  if (out || state == KIOSK_STATE_CHOOSING)
    end_picture (self);
  follow_conversation (self, state);
  if (out)
    {
      if (self->state >= KIOSK_STATE_CHOOSING)
        self->language_chosen = FALSE;
      forget_person (self);
    }
  if (!locked)
    self->facts.ending = FALSE;
  if (state == KIOSK_STATE_CONNECTING || state == KIOSK_STATE_CONNECTED)
    self->facts.asking = self->again = FALSE;
  if (state != KIOSK_STATE_CONNECTED)
    self->facts.menu = FALSE;
  if (state == KIOSK_STATE_CHOOSING && status->told != KIOSK_TOLD_NOTHING &&
      status->told != KIOSK_TOLD_LOST)
    kiosk_keep_forget_password (&self->keep);
  if (state == KIOSK_STATE_CONNECTED && !self->facts.locking)
    suspend (self, FALSE);
  self->state = state;
  sort_out_login_password (self);
  update (self);
}

static void
on_gone (KioskClient *client, KioskShell *self)
{
  end_picture (self);
  kiosk_dialogue_end (self->dialogue);
  forget_person (self);
  self->facts.reachable = self->conversation_seen = FALSE;
  self->state = KIOSK_STATE_STOPPED;
  self->unreachable_since = kiosk_clock_realtime ();
}

static void
on_input (KioskWindow *window, KioskShell *self)
{
  kiosk_client_note_input (self->client);
}

static gboolean
on_second (gpointer data)
{
  KioskShell *self = data;
  guint age = kiosk_client_input_age (self->client) / 1000;

  if ((kiosk_dialogue_is_running (self->dialogue) || self->facts.ending) && age >= KIOSK_DIALOGUE_PATIENCE)
    cancel (self);
  if (self->state == KIOSK_STATE_CONNECTED)
    update_watermark (self);
  update (self);
  return G_SOURCE_CONTINUE;
}

/* ---- Actions ---- */

static void
lock (KioskShell *self, gboolean button)
{
  if (!kiosk_view_lockable (kiosk_client_get_status (self->client), &self->facts))
    return;
  suspend (self, TRUE);
  kiosk_keep_forget_secrets (&self->keep);
  self->facts.locking = TRUE;
  self->facts.asking = self->facts.menu = FALSE;
  kiosk_client_lock (self->client, button);
  update (self);
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
  choose_credentials (self);
}

static void
on_reconnect (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  if (self->busy || self->keep.server == NULL)
    return;
  if (kiosk_keep_is_complete (&self->keep))
    {
      open_session (self);
      return;
    }
  /* The password went with a lock. */
  self->again = TRUE;
  kiosk_client_dismiss (self->client);
  choose_credentials (self);
}

static void
on_dismiss (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  kiosk_keep_forget_password (&self->keep);
  kiosk_client_dismiss (self->client);
}

static void
on_disconnect (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  self->facts.menu = FALSE;
  kiosk_keep_forget_password (&self->keep);
  end_picture (self);
  kiosk_client_disconnect (self->client);
  update (self);
}

static void
on_end (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  if (self->state != KIOSK_STATE_LOCKED)
    return;
  self->facts.ending = TRUE;
  update (self);
}

static void
on_menu (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  self->facts.menu = !self->facts.menu && self->state == KIOSK_STATE_CONNECTED;
  update (self);
}

static void
on_secure_attention (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  self->facts.menu = FALSE;
  update (self);
  kiosk_picture_send_secure_attention (kiosk_window_get_picture (self->window));
}

static void
set_language (KioskShell *self, KioskLanguage language)
{
  self->language = language;
  self->language_chosen = TRUE;
  update (self);
}

static void
on_language (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  set_language (data, g_str_equal (g_variant_get_string (parameter, NULL), "en") ? KIOSK_LANGUAGE_EN
                                                                                  : KIOSK_LANGUAGE_JA);
}

static void
on_toggle_language (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  KioskShell *self = data;

  set_language (self, self->language == KIOSK_LANGUAGE_JA ? KIOSK_LANGUAGE_EN : KIOSK_LANGUAGE_JA);
}

static void
on_appearance (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  kiosk_style_cycle ();
}

static void
on_refresh (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  update (data);
}

static void
add_actions (KioskShell *self)
{
  static const GActionEntry entries[] = {
    { "lock", on_lock },
    { "lock-by-key", on_lock_by_key },
    { "logout", on_logout },
    { "connect", on_connect, "(sss)" },
    { "reconnect", on_reconnect },
    { "dismiss", on_dismiss },
    { "disconnect", on_disconnect },
    { "end", on_end },
    { "menu", on_menu },
    { "secure-attention", on_secure_attention },
    { "language", on_language, "s" },
    { "toggle-language", on_toggle_language },
    { "appearance", on_appearance },
    { "refresh", on_refresh },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self->window), "kiosk", G_ACTION_GROUP (group));
}

KioskShell *
kiosk_shell_start (void)
{
  static const KioskPage forms[]
      = { KIOSK_PAGE_LOGIN, KIOSK_PAGE_CREDENTIALS, KIOSK_PAGE_LOCKED, KIOSK_PAGE_END };
  KioskShell *self = g_new0 (KioskShell, 1);

  self->client = kiosk_client_new ();
  self->dialogue = kiosk_dialogue_new ();
  self->window = KIOSK_WINDOW (kiosk_window_new ());
  self->unreachable_since = kiosk_clock_realtime ();
  add_actions (self);
  g_signal_connect (self->client, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect (self->client, "gone", G_CALLBACK (on_gone), self);
  g_signal_connect (self->dialogue, "changed", G_CALLBACK (on_dialogue_changed), self);
  g_signal_connect (self->dialogue, "broken", G_CALLBACK (on_dialogue_broken), self);
  g_signal_connect (self->window, "input", G_CALLBACK (on_input), self);
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      KioskPageWidget *page = kiosk_window_get_page (self->window, forms[i]);

      g_signal_connect (page, "submit", G_CALLBACK (on_submit), self);
      g_signal_connect (page, "back", G_CALLBACK (on_back), self);
    }
  update (self);
  gtk_window_present (GTK_WINDOW (self->window));
  g_timeout_add_seconds (1, on_second, self);
  kiosk_client_start (self->client);
  return self;
}
