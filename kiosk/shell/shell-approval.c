/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "shell-private.h"

/* A session that somebody else must approve (R29): the approver logs in beside the person, then it goes
 * on as for any server. Whether it was approved is kioskd's word; nothing of the approver's stays here. */

void
kiosk_shell_choose (KioskShell *self)
{
  const KioskServer *server = kiosk_client_find_server (self->client, self->keep.server);

  if (server == NULL || server->approval != KIOSK_APPROVAL_PERSON)
    {
      kiosk_shell_choose_credentials (self);
      return;
    }
  self->facts.asking = FALSE;
  self->facts.approving = TRUE;
  kiosk_shell_update (self);
}

void
kiosk_shell_begin_approval (KioskShell *self, const char *id)
{
  if (self->state != KIOSK_STATE_CHOOSING || self->keep.server == NULL)
    return;
  kiosk_dialogue_prepare (self->dialogue, KIOSK_PURPOSE_APPROVE, id);
  self->conversation_seen = FALSE;
  self->busy = TRUE;
  kiosk_client_begin_approval (self->client, self->keep.server, kiosk_shell_on_conversation, self);
  kiosk_shell_update (self);
}

void
kiosk_shell_end_approval (KioskShell *self, gboolean passed)
{
  if (!self->facts.approving || !passed)
    return;
  self->facts.approving = FALSE;
  if (kiosk_keep_is_complete (&self->keep))
    kiosk_shell_open_session (self);
  else
    kiosk_shell_choose_credentials (self);
}

void
kiosk_shell_leave_approval (KioskShell *self)
{
  const KioskStatus *status = kiosk_client_get_status (self->client);

  if (!self->facts.approving)
    return;
  self->facts.approving = FALSE;
  kiosk_keep_forget_password (&self->keep);
  if (status != NULL && status->told == KIOSK_TOLD_APPROVE_FAILED)
    kiosk_client_dismiss (self->client);
}
