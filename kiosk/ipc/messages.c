/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ipc"

/* Whether the bytes of a message can mean what the protocol headers say. Pure: what they lead to is for
 * the program that got them. */

#include "kiosk/base/text.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/drill-protocol.h"
#include "kiosk/ipc/keyboard-protocol.h"
#include "kiosk/ipc/presence-protocol.h"
#include "kiosk/ipc/rdp-protocol.h"
#include "kiosk/ipc/receipts-protocol.h"

#include <string.h>
#include <sys/socket.h>

gboolean
kiosk_auth_task_valid (const KioskAuthTask *task)
{
  return kiosk_channel_text_valid (task->user, sizeof task->user)
         && task->purpose >= KIOSK_AUTH_LOGIN && task->purpose <= KIOSK_AUTH_PURPOSE_LAST
         && (task->purpose == KIOSK_AUTH_UNLOCK || task->purpose == KIOSK_AUTH_CHANGE)
                == (task->user[0] != '\0')
         && task->rules.min_length <= 64 && task->rules.classes <= 4 && task->rules.max_days <= 999
         && task->rules.second_factor < KIOSK_N_SECOND_FACTORS;
}

gboolean
kiosk_auth_message_valid (const KioskAuthMessage *message)
{
  return message->kind >= KIOSK_AUTH_MESSAGE_START && message->kind <= KIOSK_AUTH_MESSAGE_ANSWER
         && message->topic <= KIOSK_PAM_TOPIC_LAST
         && kiosk_channel_text_valid (message->text, sizeof message->text);
}

gboolean
kiosk_auth_verdict_valid (const KioskAuthVerdict *verdict)
{
  if (!kiosk_channel_text_valid (verdict->user, sizeof verdict->user)
      || verdict->reason > KIOSK_AUTH_REASON_LAST || verdict->stage < KIOSK_AUTH_STAGE_START
      || verdict->stage > KIOSK_AUTH_STAGE_DONE || verdict->days_left < -1 || verdict->changed > 1
      || verdict->reserved != 0 || (verdict->changed != 0 && verdict->user[0] == '\0'))
    return FALSE;
  return verdict->reason != KIOSK_AUTH_REASON_NONE
         || (verdict->stage == KIOSK_AUTH_STAGE_DONE && verdict->pam_code == 0
             && verdict->user[0] != '\0');
}

gboolean
kiosk_keyboard_task_valid (const KioskKeyboardTask *task)
{
  const char *number;

  if (!kiosk_channel_text_valid (task->node, sizeof task->node)
      || !kiosk_channel_text_valid (task->number, sizeof task->number)
      || !g_str_has_prefix (task->node, "event"))
    return FALSE;
  number = task->node + strlen ("event");
  return *number != '\0' && number[strspn (number, "0123456789")] == '\0'
         && strlen (task->number) == KIOSK_KEYBOARD_DIGITS
         && strspn (task->number, "0123456789") == KIOSK_KEYBOARD_DIGITS && task->tries >= 1
         && task->tries <= 9;
}

gboolean
kiosk_keyboard_report_valid (const KioskKeyboardReport *report, guint tries)
{
  switch (report->kind)
    {
    case KIOSK_KEYBOARD_READY:
      return report->typed == 0 && report->tries == tries;
    case KIOSK_KEYBOARD_TYPED:
      return report->typed < KIOSK_KEYBOARD_DIGITS && report->tries >= 1 && report->tries <= tries;
    case KIOSK_KEYBOARD_WRONG:
      return report->typed == 0 && report->tries >= 1 && report->tries < tries;
    case KIOSK_KEYBOARD_RIGHT:
      return report->typed == KIOSK_KEYBOARD_DIGITS && report->tries >= 1 && report->tries <= tries;
    case KIOSK_KEYBOARD_REFUSED:
      return report->typed == 0 && report->tries == 0;
    default:
      return FALSE;
    }
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

static gboolean
is_zero (const guint8 *bytes, gsize size)
{
  guint8 all = 0;

  for (gsize i = 0; i < size; i++)
    all |= bytes[i];
  return all == 0;
}

gboolean
kiosk_drill_order_valid (const KioskDrillOrder *order)
{
  if (order->magic != KIOSK_DRILL_ORDER)
    return FALSE;
  switch (order->family)
    {
    case 0:
      return order->port == 0 && is_zero (order->address, sizeof order->address);
    case AF_INET:
      return order->port >= 1 && order->port <= 65535 && is_zero (order->address + 4, 12);
    case AF_INET6:
      return order->port >= 1 && order->port <= 65535;
    default:
      return FALSE;
    }
}

gboolean
kiosk_drill_report_valid (const KioskDrillReport *report)
{
  if (report->magic != KIOSK_DRILL_REPORT)
    return FALSE;
  for (guint i = 0; i < KIOSK_N_DRILL_KINDS; i++)
    {
      const KioskDrillFinding *finding = &report->findings[i];

      if (finding->refused > KIOSK_DRILL_MAX_ATTEMPTS || finding->no_way > KIOSK_DRILL_MAX_ATTEMPTS
          || finding->through > KIOSK_DRILL_MAX_ATTEMPTS
          || !kiosk_channel_text_valid (finding->what, sizeof finding->what)
          || (finding->through == 0) != (finding->what[0] == '\0'))
        return FALSE;
    }
  return TRUE;
}

gboolean
kiosk_drill_receipt_valid (const KioskDrillReceipt *receipt)
{
  return receipt->magic == KIOSK_DRILL_RECEIPT && receipt->answer >= KIOSK_DRILL_ANSWER_PASSED
         && receipt->answer <= KIOSK_DRILL_ANSWER_NOT_RECORDED;
}

gboolean
kiosk_presence_task_valid (const KioskPresenceTask *task)
{
  return kiosk_channel_text_valid (task->argument, sizeof task->argument)
         && kiosk_text_is_id (task->argument);
}

gboolean
kiosk_presence_report_valid (const KioskPresenceReport *report, gboolean first)
{
  return report->kind >= KIOSK_PRESENCE_PRESENT
         && report->kind <= (first ? KIOSK_PRESENCE_ABSENT : KIOSK_PRESENCE_ALIVE);
}

gboolean
kiosk_receipts_task_valid (const KioskReceiptsTask *task)
{
  return (task->family == AF_INET || task->family == AF_INET6) && task->port >= 1
         && task->port <= 65535;
}

gboolean
kiosk_receipts_result_valid (const KioskReceiptsResult *result)
{
  return result->kind == KIOSK_RECEIPTS_FETCHED
             ? result->length <= KIOSK_RECEIPTS_MAX
             : result->kind == KIOSK_RECEIPTS_FAILED && result->length == 0;
}
