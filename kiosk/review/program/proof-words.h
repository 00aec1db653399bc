/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

/* Words for what the open logs are and what they were compared with. Texts are owned by the caller. */

/* What was opened, in a line; "" when nothing is open. */
char *kiosk_say_source (KioskStore *store);

/* What the collector says, in a line: receipts, copy, alarms. */
char *kiosk_say_backing (KioskStore *store);

/* The first contradiction, of the ledger too; FALSE, nothing set, without one. */
gboolean kiosk_say_doubt (KioskStore *store, char **title, char **detail);

/* Cells of a table. */
char *kiosk_say_log_key (const KioskLogEvidence *one);
char *kiosk_say_receipt (const KioskWitness *witness);
char *kiosk_say_copy (const KioskWitness *witness, gboolean compared);
char *kiosk_say_codes (const KioskLogEvidence *one);

/* Logs of the store that a receipt or copy confirms; alarms that go on. */
guint kiosk_count_confirmed (KioskStore *store);
guint kiosk_count_lasting (const KioskEvidence *evidence);

/* Compared days of the ledger, of the terminal that is looked at; how many of them are wrong. */
guint kiosk_count_ledger (KioskStore *store, guint *wrong);
