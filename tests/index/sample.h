/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "audit-log.h"

#include <glib.h>

/* A log of 41 days (2026-10-01 to 2026-11-10, Asia/Tokyo) in which everything happens that reports speak of; what exactly is in
 * sample.c, and the tests count on it. */

/* Microseconds of @hour:@minute on day @day (0 = 2026-10-01) in Asia/Tokyo. */
gint64 sample_time (guint day, guint hour, guint minute);

/* The log of terminal @host; @number: its keys. */
GString *sample_log (const char *host, guint64 number);

/* The same in a new folder @parent/@host. */
void sample_write (const char *parent, const char *host, guint64 number);

/* @parent/actions.log: a record of every action, as full as records can be. */
void sample_write_actions (const char *parent);

#define SAMPLE_DAYS 41
#define SAMPLE_STAYS 42    /* one a day, and one at night */
#define SAMPLE_RISE_DAY 39 /* 2026-11-09 with 14 failures */
#define SAMPLE_FAILURES 28 /* one on every third day, and those */
