/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import-spans.h"
#include "import.h"
#include "words.h"

/* An import on its way; for import-record.c, which fills the index, and import-point.c, which goes on where an earlier one was. */
struct _KioskImport {
  KioskIndex *index;
  gint64 log;
  KioskWords *words;
  KioskBlocks *blocks;
  KioskImportSpans *spans;
  KioskImportSum sum;
  gint64 greatest;               /* key in the index */
  gint64 last_time, last_key;    /* of the record before */
  gint64 last_place, site_place; /* of that record, and of the last one that names a site */
  GString *good, *seal; /* the last good record, the last good checkpoint; "" before the first */
  char *chain, *sealed; /* their chain values in hexadecimal, where an earlier import read them */
  GBytes *tail;         /* where the first record stood that is not good */
  GHashTable *troubles; /* number of an action to 1 or 2: it is one to look at */
};

/* import-record.c: the chain value in @line in hexadecimal; a copy of @before when it is empty. */
char *kiosk_import_chain_of (const GString *line, const char *before);
