/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/receipts-protocol.h"

#include <glib.h>

/* One answer of the collector, by HTTP within TLS 1.3 (RFC 9110, RFC 8446; OSSL_HTTP_transfer(3ssl)). One thread. */

typedef struct _KioskFetch KioskFetch;

/* Reads ca.pem, terminal.pem and terminal.key in @folder: to be done before the rights to do so are given up. NULL with
 * @error. */
KioskFetch *kiosk_fetch_new (const char *folder, GError **error);
void kiosk_fetch_free (KioskFetch *self);

/* GET /receipt from the machine of @task, which is valid. Its certificate has to be of the authority in ca.pem, and its name is the address, as
 * rsyslogd has it. Waits at most @seconds. Fills *@result in. FALSE with @error when there is no answer, or not one with status 200; no other address is
 * asked, whatever the answer says. */
gboolean kiosk_fetch_receipt (KioskFetch *self, const KioskReceiptsTask *task, guint seconds,
                              KioskReceiptsResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskFetch, kiosk_fetch_free)
