/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

#include <openssl/x509.h>

/* The judgement over a server's certificate: the one place where a server becomes trusted. There is
 * no "trust on first use", no list of known hosts and nobody to ask. */

#define KIOSK_RDP_AUTHORITY_MAX 65536 /* bytes of PEM */

/* A store that trusts the certificates of @pem and nothing else. NULL when there is none in it, or
 * anything else. */
X509_STORE *kiosk_rdp_certificate_read_authority (const char *pem, gsize length, GError **error);

/* Judges the chain @pem (the server's certificate first) at @when (seconds since 1970).
 *
 * With pins, the certificate must be one of them; without, it must come from @authority, for server
 * use, and carry @task's certificate_name as a DNS name or IP address among its subject alternative
 * names. Both times it must be valid at @when and no key or signature of it weaker than RSA 2048 /
 * SHA-256. @digest gets the SHA-256 of its DER form as soon as it could be read, all zero
 * otherwise. Returns KIOSK_RDP_END_NONE when it is good. Pure. */
KioskRdpEnd kiosk_rdp_certificate_judge (const KioskRdpTask *task, X509_STORE *authority,
                                         const char *pem, gsize length, gint64 when,
                                         guint8 digest[32]);
