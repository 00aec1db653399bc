/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `kioskctl network drill` tells kioskd what it found. KIOSK_RUN_DIR/drill.sock is a SOCK_SEQPACKET socket of kioskd
 * for root alone (SO_PEERCRED); one conversation at a time, messages of exact size (channel.h):
 *
 *   kioskd -> drill   KioskDrillOrder: the drill may begin, and this is open meanwhile
 *   drill -> kioskd   KioskDrillReport, within KIOSK_DRILL_SECONDS
 *   kioskd -> drill   KioskDrillReceipt: it is on record, with what follows
 *
 * While the conversation lasts kioskd asks no server whether it is there: each question is a hole. Anything else ends
 * the conversation and is recorded as a drill without a result. */

#include "kiosk/model/drill.h"

#include <glib.h>

#define KIOSK_DRILL_SOCKET "/run/maintenance-kiosk/drill.sock"
#define KIOSK_DRILL_SECONDS 120

/* "KDo1", "KDr1", "KDa1" */
#define KIOSK_DRILL_ORDER 0x4b446f31u
#define KIOSK_DRILL_REPORT 0x4b447231u
#define KIOSK_DRILL_RECEIPT 0x4b446131u

typedef struct {
  guint32 magic;
  guint32 family;     /* AF_INET or AF_INET6; 0: no session is open */
  guint32 port;       /* 1-65535, host byte order; 0 without a session */
  guint8 address[16]; /* of the session's server; AF_INET uses the first four; 0 without */
} KioskDrillOrder;

/* More attempts of one kind than any policy leads to. */
#define KIOSK_DRILL_MAX_ATTEMPTS 100000

typedef struct {
  guint32 refused;
  guint32 no_way;
  guint32 through;
  char what[244]; /* what got through, as far as there is room; empty when nothing did */
} KioskDrillFinding;

typedef struct {
  guint32 magic;
  KioskDrillFinding findings[KIOSK_N_DRILL_KINDS];
} KioskDrillReport;

typedef enum {
  KIOSK_DRILL_ANSWER_PASSED = 1,
  KIOSK_DRILL_ANSWER_FAILED, /* the terminal is out of service */
  KIOSK_DRILL_ANSWER_AGAIN, /* something was opened meanwhile that the drill did not know of: nothing is recorded but
                             * that; to be tried anew */
  KIOSK_DRILL_ANSWER_NOT_RECORDED,
} KioskDrillAnswer;

typedef struct {
  guint32 magic;
  guint32 answer;
} KioskDrillReceipt;

/* Whether the bytes mean what stands above. */
gboolean kiosk_drill_order_valid (const KioskDrillOrder *order);
gboolean kiosk_drill_report_valid (const KioskDrillReport *report);
gboolean kiosk_drill_receipt_valid (const KioskDrillReceipt *receipt);
