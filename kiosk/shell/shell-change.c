/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "shell-private.h"

/* A password that is changed before it expires (R02). All three entries are made on one page first; then the
 * conversation begins, and each prompt gets what was typed for it: the current password when it is
 * asked for as proof, and once more when it is to be replaced. What else is asked (a code) has its own page. */

void
kiosk_shell_begin_change (KioskShell *self, KioskSecret *current, KioskSecret *new,
                          KioskSecret *again)
{
  self->facts.renewing = TRUE;
  kiosk_dialogue_prepare (self->dialogue, KIOSK_PURPOSE_CHANGE, NULL);
  kiosk_dialogue_hold_answer (self->dialogue, kiosk_secret_new_from (kiosk_secret_peek (current)));
  kiosk_dialogue_change (self->dialogue, current, new, again);
  self->conversation_seen = FALSE;
  self->busy = TRUE;
  kiosk_client_begin (self->client, KIOSK_PURPOSE_CHANGE, kiosk_shell_on_conversation, self);
  kiosk_shell_update (self);
}

void
kiosk_shell_end_change (KioskShell *self, gboolean passed)
{
  if (!self->facts.renewing)
    return;
  self->facts.renewing = !passed;
  self->facts.renewed = passed;
  if (!passed) /* what was typed was not right: nothing of it stays */
    kiosk_page_widget_leave (kiosk_window_get_page (self->window, KIOSK_PAGE_PASSWORD));
}

void
kiosk_shell_leave_change (KioskShell *self)
{
  const KioskStatus *status = kiosk_client_get_status (self->client);

  self->facts.renewing = FALSE;
  if (status != NULL && status->told == KIOSK_TOLD_CHANGE_FAILED)
    kiosk_client_dismiss (self->client);
}
