/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* kiosk-receipts: fetches what the collector answers (kiosk/docs/COLLECTOR.md). Descriptor 3 is a SOCK_SEQPACKET socket to kioskd: the hello out (helper.h), one
 * KioskReceiptsTask in, one KioskReceiptsResult out, exit. The socket closed ends it at once. It judges nothing: what it hands over are bytes of a
 * machine that has a certificate of the collector's name, and no more. */

#include "kiosk/ipc/helper.h"

#include <glib.h>

#define KIOSK_RECEIPTS_FD_DAEMON KIOSK_HELPER_FD_DAEMON

/* Seconds that it may take, from the task to the result. */
#define KIOSK_RECEIPTS_SECONDS 15

/* Bytes of an answer; a receipt has fewer. */
#define KIOSK_RECEIPTS_MAX 4096

typedef struct {
  guint32 family;     /* AF_INET or AF_INET6 */
  guint32 port;       /* 1-65535, host byte order */
  guint8 address[16]; /* network byte order; AF_INET uses the first four */
} KioskReceiptsTask;

typedef enum {
  KIOSK_RECEIPTS_FETCHED = 1, /* @length bytes */
  KIOSK_RECEIPTS_FAILED,      /* no answer, or none with a receipt: standard error says why */
} KioskReceiptsKind;

typedef struct {
  guint32 kind;
  guint32 length;
  char bytes[KIOSK_RECEIPTS_MAX];
} KioskReceiptsResult;

/* Whether the numbers mean what stands above. */
gboolean kiosk_receipts_task_valid (const KioskReceiptsTask *task);
gboolean kiosk_receipts_result_valid (const KioskReceiptsResult *result);
