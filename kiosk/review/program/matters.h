/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "reviewer.h"
#include "store.h"

/* What has to be looked at before a period is signed, and whether somebody wrote down what it was. */

typedef enum {
  KIOSK_MATTER_RISE,   /* a day on which failed log-ins rose suddenly */
  KIOSK_MATTER_DEVICE, /* a device that was refused */
  KIOSK_MATTER_WORK,   /* outside hours or orders */
  KIOSK_N_MATTERS
} KioskMatterKind;

typedef struct {
  guint all[KIOSK_N_MATTERS];
  guint open[KIOSK_N_MATTERS];
  gint64 first_open; /* key of the record of the first one that is open; 0 without one */
  guint64 bad_line;  /* of the journal: the notes behind it do not count */
} KioskMatters;

/* In the period and of the terminal that @store looks at. A note counts when it is about the record; for a rise, about a failed
 * log-in of that day. */
void kiosk_matters_find (KioskStore *store, KioskReviewer *reviewer, KioskMatters *matters);

guint kiosk_matters_count_open (const KioskMatters *matters);
