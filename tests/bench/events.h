/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* What a terminal's days are made of: the events of sessions, over and over, for whoever makes logs or measures their writer. */
typedef struct {
  KioskAuditRecord record; /* but for its times; borrows from what follows */
  char session[32], server[32], ip[32], ticket[32];
} BenchEvent;

/* The @n-th, 0 = first. @event stays where it is as long as it is used. */
void bench_event_make (BenchEvent *event, guint64 n);
