/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* The fixed bytes of the format, shared by the writer and the verifier of this folder and by nobody
 * else. kiosk/docs/AUDIT-FORMAT.md, "Integrity". */

/* A line is: body, then these with two values in lower-case hexadecimal between them. */
#define KIOSK_AUDIT_TAIL_PREVIOUS ",\"kiosk.integrity\":{\"version\":1,\"previous\":\""
#define KIOSK_AUDIT_TAIL_CHAIN "\",\"chain\":\""
#define KIOSK_AUDIT_TAIL_END "\"}}\n"

#define KIOSK_AUDIT_HEX_SIZE (2 * KIOSK_AUDIT_HASH_SIZE)
#define KIOSK_AUDIT_TAIL_SIZE                                                                      \
  (sizeof KIOSK_AUDIT_TAIL_PREVIOUS - 1 + sizeof KIOSK_AUDIT_TAIL_CHAIN - 1                        \
   + sizeof KIOSK_AUDIT_TAIL_END - 1 + 2 * KIOSK_AUDIT_HEX_SIZE)

/* @next = BLAKE2b-256 (@previous || @length as 64 bits, little-endian || @body). @next may be
 * @previous. */
void kiosk_audit_link (guint8 next[KIOSK_AUDIT_HASH_SIZE],
                       const guint8 previous[KIOSK_AUDIT_HASH_SIZE], const char *body,
                       gsize length);
