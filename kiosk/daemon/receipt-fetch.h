/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/receipts-protocol.h"
#include "kiosk/model/policy.h"

#include <glib.h>

/* One question to the collector, by a kiosk-receipts process. Main thread only. */
typedef struct _KioskReceiptFetch KioskReceiptFetch;

/* Called once: with what it said, valid, or with NULL and words of the cause. May free the fetch. Not after kiosk_receipt_fetch_free(). */
typedef void (*KioskReceiptFetchDone) (const KioskReceiptsResult *result, const char *detail,
                                       gpointer data);

/* Starts. NULL with @error when the program cannot be had. */
KioskReceiptFetch *kiosk_receipt_fetch_new (const KioskEndpoint *endpoint,
                                            KioskReceiptFetchDone done, gpointer data,
                                            GError **error);

/* Ends it if it still runs; NULL is allowed. */
void kiosk_receipt_fetch_free (KioskReceiptFetch *self);
