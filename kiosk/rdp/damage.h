/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

/* A few rectangles that cover everything that changed, perhaps more, never less. They may overlap.
 * Bounded: a server that changes a thousand spots makes no list longer than one message. */
typedef struct {
  guint n;
  KioskRdpRect rects[KIOSK_RDP_MAX_RECTS];
} KioskRdpDamage;

/* Adds @rect; an empty one adds nothing. Coordinates stay below 2^16, so that no sum here can
 * overflow. */
void kiosk_rdp_damage_add (KioskRdpDamage *self, const KioskRdpRect *rect);

/* Forgets everything. */
void kiosk_rdp_damage_clear (KioskRdpDamage *self);
