/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "shell-private.h"

#include "page-password.h"
#include "page-servers.h"

#include "kiosk/base/clock.h"

#include <unistd.h>

/* The rules of this file: kioskd's status decides the page (view-state.c); whatever hides the picture
 * or drops a secret comes first, then the request, then the page. */

/* How long the quiet page may stand. kioskd is up within a second or two of the shell where both start
 * together; ending everything takes systemd up to its own 90 seconds. */
#define STARTING_SECONDS 15
#define SWITCHING_OFF_SECONDS 100

/* Somebody was asked for something, and is expected to answer. */
static gboolean
is_waiting (KioskShell *self)
{
  return kiosk_dialogue_is_running (self->dialogue) || self->facts.ending || self->facts.approving
         || self->facts.renewing;
}

void
kiosk_shell_update (KioskShell *self)
{
  const KioskTerminal *terminal = kiosk_client_get_terminal (self->client);
  const KioskStatus *status = kiosk_client_get_status (self->client);
  gboolean patient = is_waiting (self);
  KioskView view;

  self->facts.reachable = kiosk_client_is_reachable (self->client);
  self->facts.changing = kiosk_dialogue_is_changing (self->dialogue);
  self->facts.proving = !self->facts.changing
                        && kiosk_dialogue_get_prompt (self->dialogue, NULL) != KIOSK_PROMPT_NONE;
  if (!self->language_chosen && terminal != NULL)
    self->language = terminal->language;
  view = (KioskView){
    .language = self->language,
    .page = kiosk_view_page (status, &self->facts),
    .panel = kiosk_view_panel (status, &self->facts),
    .card = kiosk_view_card (status, &self->facts),
    .facts = self->facts,
    .terminal = terminal,
    .status = status,
    .servers = kiosk_client_get_servers (self->client),
    .chosen = kiosk_client_find_server (self->client, self->keep.server),
    .work = self->keep.ticket,
    .again = self->again,
    .busy = self->busy,
    .dialogue = self->dialogue,
    .seconds_left = patient ? MAX (0, KIOSK_DIALOGUE_PATIENCE
                                          - (int) (kiosk_client_input_age (self->client) / 1000))
                            : -1,
    .unreachable_since = self->unreachable_since,
    .realtime = kiosk_clock_realtime (),
    .boottime = kiosk_clock_boottime (),
    .width = gtk_widget_get_width (GTK_WIDGET (self->window)),
  };
  kiosk_window_update (self->window, &view);
}

/* ---- Conversations ---- */

void
kiosk_shell_on_conversation (int socket, int none, gpointer data)
{
  KioskShell *self = data;

  self->busy = FALSE;
  if (socket < 0)
    kiosk_dialogue_end (self->dialogue);
  else if (!kiosk_dialogue_is_running (self->dialogue))
    close (socket); /* cancelled meanwhile */
  else
    kiosk_dialogue_start (self->dialogue, socket);
  kiosk_shell_update (self);
}

static void
begin (KioskShell *self, KioskPurpose purpose, const char *id, KioskSecret *first)
{
  kiosk_dialogue_prepare (self->dialogue, purpose, id);
  if (first != NULL)
    kiosk_dialogue_hold_answer (self->dialogue, first);
  self->conversation_seen = FALSE;
  self->busy = TRUE;
  kiosk_client_begin (self->client, purpose, kiosk_shell_on_conversation, self);
  kiosk_shell_update (self);
}

static void
cancel (KioskShell *self)
{
  if (kiosk_dialogue_is_running (self->dialogue))
    kiosk_client_cancel (self->client);
  kiosk_dialogue_end (self->dialogue);
  self->facts.ending = FALSE;
  kiosk_shell_leave_approval (self);
  kiosk_shell_leave_change (self);
  kiosk_shell_update (self);
}

static void
on_dialogue_broken (KioskDialogue *dialogue, KioskShell *self)
{
  kiosk_client_cancel (self->client);
  kiosk_shell_update (self);
}

static void
on_dialogue_changed (KioskDialogue *dialogue, KioskShell *self)
{
  kiosk_shell_update (self);
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
    kiosk_shell_submit_credentials (self, form);
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
      if (kind == KIOSK_PAGE_APPROVE)
        {
          kiosk_shell_begin_approval (self, g_strstrip (id));
          return;
        }
      begin (self, kind == KIOSK_PAGE_END ? KIOSK_PURPOSE_END : KIOSK_PURPOSE_LOGIN,
             g_strstrip (id), NULL);
    }
}

static void
on_back (KioskFormPage *page, KioskShell *self)
{
  if (kiosk_form_page_get_kind (page) == KIOSK_PAGE_CREDENTIALS)
    {
      kiosk_keep_forget_password (&self->keep);
      self->facts.asking = self->again = FALSE;
      kiosk_shell_update (self);
      return;
    }
  cancel (self);
}

static void
on_change_password (KioskPasswordPage *page, KioskShell *self)
{
  g_autoptr (KioskSecret) current = NULL;
  g_autoptr (KioskSecret) new = NULL;
  g_autoptr (KioskSecret) again = NULL;

  kiosk_password_page_take (page, &current, &new, &again);
  if (current == NULL || new == NULL || again == NULL || self->busy)
    return;
  if (self->state == KIOSK_STATE_CHOOSING && !kiosk_dialogue_is_running (self->dialogue))
    kiosk_shell_begin_change (self, g_steal_pointer (&current), g_steal_pointer (&new),
                              g_steal_pointer (&again));
  else
    kiosk_dialogue_change (self->dialogue, g_steal_pointer (&current), g_steal_pointer (&new),
                           g_steal_pointer (&again));
}

static void
on_leave_password (KioskPasswordPage *page, KioskShell *self)
{
  cancel (self);
}

/* ---- Status ---- */

static void
forget_person (KioskShell *self)
{
  kiosk_keep_forget_all (&self->keep);
  kiosk_servers_page_forget (
      KIOSK_SERVERS_PAGE (kiosk_window_get_page (self->window, KIOSK_PAGE_SERVERS)));
  self->facts = (KioskViewFacts){ .reachable = self->facts.reachable,
                                  .switching_off = self->facts.switching_off };
  self->busy = self->again = FALSE;
}

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
  gboolean now = state == KIOSK_STATE_AUTHENTICATING || state == KIOSK_STATE_UNLOCKING
                 || state == KIOSK_STATE_APPROVING || state == KIOSK_STATE_CHANGING;
  gboolean change = self->state == KIOSK_STATE_CHANGING;    /* until now */
  gboolean approval = self->state == KIOSK_STATE_APPROVING; /* until now */
  gboolean passed = self->conversation_seen
                    && (state == KIOSK_STATE_CHOOSING || state == KIOSK_STATE_CONNECTED);

  /* The way back from both is the page with the servers: there it must not have failed, nor been given up. */
  if (approval || change)
    passed = passed && kiosk_client_get_status (self->client)->told == KIOSK_TOLD_NOTHING
             && (approval || self->facts.renewing);

  if (now)
    self->conversation_seen = TRUE;
  else if (self->conversation_seen)
    {
      if (passed && !approval)
        {
          g_clear_pointer (&self->keep.login, kiosk_secret_free);
          self->keep.login = kiosk_dialogue_take_password (self->dialogue);
        }
      self->conversation_seen = FALSE;
      kiosk_dialogue_end (self->dialogue);
      if (approval)
        kiosk_shell_end_approval (self, passed);
      if (change)
        kiosk_shell_end_change (self, passed);
    }
}

static void
on_changed (KioskClient *client, KioskShell *self)
{
  const KioskStatus *status = kiosk_client_get_status (client);
  KioskState state = status != NULL ? status->state : KIOSK_STATE_STOPPED;
  gboolean locked = state == KIOSK_STATE_LOCKED || state == KIOSK_STATE_UNLOCKING;
  gboolean out = state == KIOSK_STATE_STOPPED || state == KIOSK_STATE_LOGGED_OUT
                 || state == KIOSK_STATE_AUTHENTICATING;

  if (locked)
    {
      kiosk_shell_suspend (self, TRUE);
      kiosk_keep_forget_secrets (&self->keep);
      self->facts.locking = self->facts.asking = self->facts.menu = FALSE;
      self->facts.approving = self->facts.renewing = FALSE;
    }
  if (out || state == KIOSK_STATE_CHOOSING)
    kiosk_shell_end_picture (self);
  follow_conversation (self, state);
  if (out)
    {
      if (self->state >= KIOSK_STATE_CHOOSING)
        self->language_chosen = FALSE;
      forget_person (self);
    }
  if (!locked)
    self->facts.ending = FALSE;
  if (state != KIOSK_STATE_CHOOSING)
    self->facts.renewed = FALSE;
  if (state == KIOSK_STATE_CONNECTING || state == KIOSK_STATE_CONNECTED)
    self->facts.asking = self->again = FALSE;
  if (state != KIOSK_STATE_CONNECTED)
    self->facts.menu = FALSE;
  if (state == KIOSK_STATE_CHOOSING && status->told != KIOSK_TOLD_NOTHING
      && status->told != KIOSK_TOLD_LOST)
    kiosk_keep_forget_password (&self->keep);
  if (state == KIOSK_STATE_CONNECTED && !self->facts.locking)
    kiosk_shell_suspend (self, FALSE);
  self->state = state;
  sort_out_login_password (self);
  kiosk_shell_update (self);
}

static void
on_gone (KioskClient *client, KioskShell *self)
{
  kiosk_shell_end_picture (self);
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

static void
on_typing (KioskWindow *window, guint presses, guint milliseconds, KioskShell *self)
{
  kiosk_client_report_typing (self->client, presses, milliseconds);
}

/* What was to be over by now and is not: the page tells what is. */
static void
stop_waiting (KioskShell *self)
{
  gint64 seconds = (kiosk_clock_boottime () - self->waiting_since) / G_USEC_PER_SEC;

  if (self->pulse != NULL && seconds >= STARTING_SECONDS)
    self->facts.starting = FALSE;
  if (seconds >= SWITCHING_OFF_SECONDS)
    self->facts.switching_off = FALSE;
}

static gboolean
on_second (gpointer data)
{
  KioskShell *self = data;
  guint age = kiosk_client_input_age (self->client) / 1000;

  if (is_waiting (self) && age >= KIOSK_DIALOGUE_PATIENCE)
    cancel (self);
  if (self->state == KIOSK_STATE_CONNECTED)
    kiosk_shell_update_watermark (self);
  stop_waiting (self);
  kiosk_shell_update (self);
  return G_SOURCE_CONTINUE;
}

/* ---- Start ---- */

static void
on_beat (gpointer data)
{
  kiosk_client_beat (((KioskShell *) data)->client);
}

static void
on_hurry (KioskClient *client, KioskShell *self)
{
  kiosk_pulse_hurry (self->pulse);
}

/* kioskd hears of this shell only now: until the first page stands there may be seconds (fonts are
 * looked for), and it would take a shell for dead that is silent for so long. */
static void
on_first_paint (GdkFrameClock *clock, KioskShell *self)
{
  g_signal_handlers_disconnect_by_func (clock, on_first_paint, self);
  self->waiting_since = kiosk_clock_boottime ();
  self->unreachable_since = kiosk_clock_realtime ();
  self->pulse = kiosk_pulse_new (gtk_widget_get_display (GTK_WIDGET (self->window)), on_beat, self);
  kiosk_client_start (self->client);
}

KioskShell *
kiosk_shell_start (void)
{
  static const KioskPage forms[] = { KIOSK_PAGE_LOGIN,       KIOSK_PAGE_APPROVE, KIOSK_PAGE_PROVE,
                                     KIOSK_PAGE_CREDENTIALS, KIOSK_PAGE_LOCKED,  KIOSK_PAGE_END };
  KioskShell *self = g_new0 (KioskShell, 1);

  self->client = kiosk_client_new ();
  self->dialogue = kiosk_dialogue_new ();
  self->window = KIOSK_WINDOW (kiosk_window_new ());
  self->unreachable_since = kiosk_clock_realtime ();
  self->facts.starting = TRUE;
  kiosk_shell_add_actions (self);
  g_signal_connect (self->client, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect (self->client, "gone", G_CALLBACK (on_gone), self);
  g_signal_connect (self->client, "hurry", G_CALLBACK (on_hurry), self);
  g_signal_connect (self->dialogue, "changed", G_CALLBACK (on_dialogue_changed), self);
  g_signal_connect (self->dialogue, "broken", G_CALLBACK (on_dialogue_broken), self);
  g_signal_connect (self->window, "input", G_CALLBACK (on_input), self);
  g_signal_connect (self->window, "typing", G_CALLBACK (on_typing), self);
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      KioskPageWidget *page = kiosk_window_get_page (self->window, forms[i]);

      g_signal_connect (page, "submit", G_CALLBACK (on_submit), self);
      g_signal_connect (page, "back", G_CALLBACK (on_back), self);
    }
  {
    KioskPageWidget *page = kiosk_window_get_page (self->window, KIOSK_PAGE_PASSWORD);

    g_signal_connect (page, "submit", G_CALLBACK (on_change_password), self);
    g_signal_connect (page, "back", G_CALLBACK (on_leave_password), self);
  }
  kiosk_shell_update (self);
  gtk_window_present (GTK_WINDOW (self->window));
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), "after-paint",
                    G_CALLBACK (on_first_paint), self);
  g_timeout_add_seconds (1, on_second, self);
  return self;
}
