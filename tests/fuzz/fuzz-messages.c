/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "fuzz.h"

#include "kiosk/base/text.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/drill-protocol.h"
#include "kiosk/ipc/keyboard-protocol.h"
#include "kiosk/ipc/receipts-protocol.h"
#include "kiosk/ipc/presence-protocol.h"
#include "kiosk/ipc/rdp-protocol.h"

#include <string.h>

/* The checks that stand between a message and its meaning, under any bytes. What must hold: no crash;
 * what passes is a text with nothing behind it and has numbers that exist, so that whoever reads it
 * can index tables and print; and only a whole success is a success. The bytes are taken as each
 * message in turn. */

/* @size bytes of the input, the rest zero: short inputs are messages too. */
#define TAKE(message, data, size)                                                                  \
  do                                                                                               \
    {                                                                                              \
      memset (&(message), 0, sizeof (message));                                                    \
      if ((size) > 0)                                                                              \
        memcpy (&(message), data, MIN (size, sizeof (message)));                                   \
    }                                                                                              \
  while (0)

static void
check_text (const char *field, gsize capacity)
{
  gsize length = strnlen (field, capacity);

  g_assert_cmpuint (length, <, capacity);
  g_assert_true (g_utf8_validate (field, -1, NULL));
  for (gsize i = length; i < capacity; i++)
    g_assert_cmpint (field[i], ==, 0);
}

static void
check_verdict (const uint8_t *data, size_t size)
{
  KioskAuthVerdict verdict;

  TAKE (verdict, data, size);
  if (!kiosk_auth_verdict_valid (&verdict))
    return;
  check_text (verdict.user, sizeof verdict.user);
  g_assert_cmpuint (verdict.reason, <=, KIOSK_AUTH_REASON_LAST);
  g_assert_true (verdict.changed == 0 || verdict.user[0] != '\0');
  g_assert_true (verdict.stage >= 1 && verdict.stage <= KIOSK_AUTH_STAGE_DONE);
  if (verdict.reason == KIOSK_AUTH_REASON_NONE)
    g_assert_true (verdict.stage == KIOSK_AUTH_STAGE_DONE && verdict.pam_code == 0
                   && verdict.user[0] != '\0');
}

static void
check_report (const uint8_t *data, size_t size)
{
  KioskRdpReport report;
  g_autofree char *clean = NULL;

  TAKE (report, data, size);
  if (!kiosk_rdp_report_valid (&report))
    return;
  check_text (report.text, sizeof report.text);
  g_assert_true (report.kind >= 1 && report.kind <= KIOSK_RDP_REPORT_ENDED);
  if (report.kind == KIOSK_RDP_REPORT_STEP)
    g_assert_true (report.value >= 1 && report.value <= KIOSK_RDP_STEP_ACTIVE);
  if (report.kind == KIOSK_RDP_REPORT_ENDED || report.kind == KIOSK_RDP_REPORT_CERTIFICATE)
    g_assert_cmpuint (report.value, <=, KIOSK_RDP_END_LAST);
  /* as kioskd puts it back: 15 characters always fit */
  clean = kiosk_text_clean (report.text, 15);
  g_assert_true (kiosk_channel_text_set (report.text, sizeof report.text, clean));
  check_text (report.text, sizeof report.text);
}

static void
check_drill (const uint8_t *data, size_t size)
{
  KioskDrillOrder order;
  KioskDrillReport report;
  KioskDrillReceipt receipt;

  TAKE (order, data, size);
  if (kiosk_drill_order_valid (&order))
    g_assert_true (order.port <= 65535 && (order.family == 0) == (order.port == 0));
  TAKE (receipt, data, size);
  if (kiosk_drill_receipt_valid (&receipt))
    g_assert_true (receipt.answer >= 1 && receipt.answer <= KIOSK_DRILL_ANSWER_NOT_RECORDED);
  TAKE (report, data, size);
  if (!kiosk_drill_report_valid (&report))
    return;
  for (guint i = 0; i < KIOSK_N_DRILL_KINDS; i++)
    {
      const KioskDrillFinding *finding = &report.findings[i];

      check_text (finding->what, sizeof finding->what);
      g_assert_cmpuint (finding->refused + finding->no_way + finding->through, <=,
                        3 * KIOSK_DRILL_MAX_ATTEMPTS);
      g_assert_true ((finding->through > 0) == (finding->what[0] != '\0'));
    }
}

static void
check_conversation (const uint8_t *data, size_t size)
{
  KioskAuthMessage message;
  KioskAuthTask task;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *clean = kiosk_text_clean (text, 120);

  TAKE (message, data, size);
  if (kiosk_auth_message_valid (&message))
    {
      check_text (message.text, sizeof message.text);
      g_assert_true (message.kind >= 1 && message.kind <= KIOSK_AUTH_MESSAGE_ANSWER);
    }
  TAKE (task, data, size);
  if (kiosk_auth_task_valid (&task))
    {
      gboolean of_a_person = task.purpose == KIOSK_AUTH_UNLOCK || task.purpose == KIOSK_AUTH_CHANGE;

      check_text (task.user, sizeof task.user);
      g_assert_true (of_a_person == (task.user[0] != '\0'));
      g_assert_cmpuint (task.purpose, <=, KIOSK_AUTH_PURPOSE_LAST);
      g_assert_cmpuint (task.rules.second_factor, <, KIOSK_N_SECOND_FACTORS);
    }
  /* a prompt of any module fits into a message */
  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, clean));
  check_text (message.text, sizeof message.text);
}

static void
check_receipts (const uint8_t *data, size_t size)
{
  KioskReceiptsTask task;
  KioskReceiptsResult result;

  TAKE (task, data, size);
  if (kiosk_receipts_task_valid (&task))
    g_assert_true (task.port >= 1 && task.port <= 65535);
  TAKE (result, data, size);
  if (kiosk_receipts_result_valid (&result))
    g_assert_true (
        result.length == 0
        || (result.kind == KIOSK_RECEIPTS_FETCHED && result.length <= sizeof result.bytes));
}

static void
check_keyboard (const uint8_t *data, size_t size)
{
  KioskKeyboardTask task;
  KioskKeyboardReport report;

  TAKE (task, data, size);
  if (kiosk_keyboard_task_valid (&task))
    {
      check_text (task.node, sizeof task.node);
      check_text (task.number, sizeof task.number);
      /* it becomes the name of a file below one folder */
      g_assert_null (strchr (task.node, '/'));
      g_assert_cmpuint (strlen (task.number), ==, KIOSK_KEYBOARD_DIGITS);
    }
  TAKE (report, data, size);
  if (kiosk_keyboard_report_valid (&report, 3))
    {
      g_assert_cmpuint (report.typed, <=, KIOSK_KEYBOARD_DIGITS);
      g_assert_cmpuint (report.tries, <=, 3);
      g_assert_true (report.kind != KIOSK_KEYBOARD_RIGHT || report.tries > 0);
    }
}

static void
check_presence (const uint8_t *data, size_t size)
{
  KioskPresenceTask task;
  KioskPresenceReport report;

  TAKE (task, data, size);
  if (kiosk_presence_task_valid (&task))
    {
      check_text (task.argument, sizeof task.argument);
      /* it becomes the name of a file below one folder */
      g_assert_true (task.argument[0] != '\0' && task.argument[0] != '.');
      g_assert_null (strchr (task.argument, '/'));
    }
  TAKE (report, data, size);
  if (kiosk_presence_report_valid (&report, TRUE))
    {
      g_assert_true (report.kind == KIOSK_PRESENCE_PRESENT || report.kind == KIOSK_PRESENCE_ABSENT);
      g_assert_true (kiosk_presence_report_valid (&report, FALSE));
    }
  else if (kiosk_presence_report_valid (&report, FALSE))
    g_assert_cmpuint (report.kind, ==, KIOSK_PRESENCE_ALIVE);
}

static void
check_field (const uint8_t *data, size_t size)
{
  if (kiosk_channel_text_valid ((const char *) data, size))
    check_text ((const char *) data, size);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_verdict (data, size);
  check_report (data, size);
  check_drill (data, size);
  check_conversation (data, size);
  check_keyboard (data, size);
  check_presence (data, size);
  check_receipts (data, size);
  check_field (data, size);
  return 0;
}
