/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-receipts"

/* Fetches the collector's receipt for kioskd, which may open no connection and reads nothing of a network (R22). Its packets are known by its
 * user: the firewall lets them to the collector's port of receipts and nowhere else. */

#include "config.h"

#include "fetch.h"

#include "kiosk/base/error.h"
#include "kiosk/base/privileges.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/receipts-protocol.h"

#include <stdlib.h>
#include <unistd.h>

#define FOLDER KIOSK_POLICY_DIR "/collector"

static int
fail (const GError *error)
{
  g_printerr ("kiosk-receipts: %s\n", error->message);
  return EXIT_FAILURE;
}

int
main (int argc, char **argv)
{
  const int keep[] = { KIOSK_RECEIPTS_FD_DAEMON };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) no_answer = NULL;
  g_autoptr (KioskFetch) fetch = NULL;
  KioskReceiptsTask task;
  KioskReceiptsResult result = { 0 };

  if (!kiosk_privileges_clean (keep, G_N_ELEMENTS (keep), &error) || !kiosk_helper_begin (&error)
      || (fetch = kiosk_fetch_new (argc > 1 ? argv[1] : FOLDER, &error)) == NULL
      || !kiosk_privileges_become (KIOSK_RECEIPTS_USER, &error) || !kiosk_privileges_settle (&error)
      || !kiosk_channel_receive_exact (KIOSK_RECEIPTS_FD_DAEMON, &task, sizeof task, NULL, 0,
                                       &error))
    return fail (error);
  if (!kiosk_receipts_task_valid (&task))
    {
      g_printerr ("kiosk-receipts: not a task\n");
      return EXIT_FAILURE;
    }
  /* Whatever libcrypto waits for: kioskd waits no longer. */
  alarm (KIOSK_RECEIPTS_SECONDS);
  if (!kiosk_fetch_receipt (fetch, &task, KIOSK_RECEIPTS_SECONDS - 5, &result, &no_answer))
    {
      g_printerr ("kiosk-receipts: %s\n", no_answer->message);
      result = (KioskReceiptsResult){ .kind = KIOSK_RECEIPTS_FAILED };
    }
  if (!kiosk_channel_send (KIOSK_RECEIPTS_FD_DAEMON, &result, sizeof result, NULL, 0, &error))
    return fail (error);
  return EXIT_SUCCESS;
}
