/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ipc"

/* Whether the bytes of a message can mean what the protocol headers say. Pure: what they lead to is for
 * the program that got them. */

#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/rdp-protocol.h"

gboolean
kiosk_auth_task_valid (const KioskAuthTask *task)
{
  return kiosk_channel_text_valid (task->user, sizeof task->user)
         && task->purpose >= KIOSK_AUTH_LOGIN && task->purpose <= KIOSK_AUTH_END
         && (task->purpose == KIOSK_AUTH_UNLOCK) == (task->user[0] != '\0');
}

gboolean
kiosk_auth_message_valid (const KioskAuthMessage *message)
{
  return message->kind >= KIOSK_AUTH_MESSAGE_START && message->kind <= KIOSK_AUTH_MESSAGE_ANSWER
         && kiosk_channel_text_valid (message->text, sizeof message->text);
}

gboolean
kiosk_auth_verdict_valid (const KioskAuthVerdict *verdict)
{
  if (!kiosk_channel_text_valid (verdict->user, sizeof verdict->user)
      || verdict->reason > KIOSK_AUTH_REASON_LAST || verdict->stage < KIOSK_AUTH_STAGE_START
      || verdict->stage > KIOSK_AUTH_STAGE_DONE)
    return FALSE;
  return verdict->reason != KIOSK_AUTH_REASON_NONE
         || (verdict->stage == KIOSK_AUTH_STAGE_DONE && verdict->pam_code == 0
             && verdict->user[0] != '\0');
}

gboolean
kiosk_rdp_report_valid (const KioskRdpReport *report)
{
  if (!kiosk_channel_text_valid (report->text, sizeof report->text))
    return FALSE;
  switch (report->kind)
    {
    case KIOSK_RDP_REPORT_ALIVE:
    case KIOSK_RDP_REPORT_CHANNEL:
    case KIOSK_RDP_REPORT_SUSPENDED:
      return TRUE;
    case KIOSK_RDP_REPORT_STEP:
      return report->value >= KIOSK_RDP_STEP_CERTIFICATE && report->value <= KIOSK_RDP_STEP_ACTIVE;
    case KIOSK_RDP_REPORT_CERTIFICATE:
      return report->value <= KIOSK_RDP_END_LAST;
    case KIOSK_RDP_REPORT_ENDED:
      return report->value > KIOSK_RDP_END_NONE && report->value <= KIOSK_RDP_END_LAST;
    default:
      return FALSE;
    }
}
