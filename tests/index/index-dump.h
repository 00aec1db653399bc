/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/review/queries.h"

/* All that an index says, as text: logs, records with their stored lines, stays, outages, lists, counts, searches. Numbers that only mean something inside of one
 * index (of logs, keys of records) are replaced by what they stand for, so two indexes of the same logs have the same text, however they were built. */
char *index_dump (KioskIndex *index);
