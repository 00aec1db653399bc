/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

#include <glib.h>

/* Whether the reports of one kiosk-rdp come as those of an honest one do: in their order, each as often
 * as it can have a reason, and not in a flood. Pure. */

/* So many names of channels that a server wanted are worth a record in one session. */
#define KIOSK_WORKER_MAX_CHANNELS 32

/* So many reports may come at once, and so many a second for ever (an honest worker sends one every
 * two seconds, and a handful while it connects). */
#define KIOSK_WORKER_REPORT_BURST 64
#define KIOSK_WORKER_REPORT_RATE 8

typedef enum {
  KIOSK_WORKER_BROKEN, /* no honest worker says this now: the session is to be ended */
  KIOSK_WORKER_KNOWN,  /* in order, and nothing new */
  KIOSK_WORKER_NEWS,
} KioskWorkerJudgement;

/* Begins as zeroes, with its worker. */
typedef struct {
  guint32 step;             /* the last that began */
  gboolean judged;          /* CERTIFICATE has come ... */
  gboolean refused;         /* ... and said no */
  gboolean suspend_ordered; /* set by the caller; an answer is due */
  guint n_channels;
  char channels[KIOSK_WORKER_MAX_CHANNELS][sizeof ((KioskRdpReport *) NULL)->text];
  gint64 paid_until; /* moves on with each report; never beyond the present */
} KioskWorkerContract;

/* Judges the next @report, which came at @now (CLOCK_BOOTTIME, microseconds). */
KioskWorkerJudgement kiosk_worker_contract_judge (KioskWorkerContract *self,
                                                  const KioskRdpReport *report, gint64 now);
