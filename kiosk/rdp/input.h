/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

#include <freerdp/input.h>

/* Keys, buttons and pointer on their way to the server, and what is held down there. Whoever takes
 * the keyboard away (focus, lock, end) releases everything at the server first: a Ctrl that stays
 * down there turns the next person's typing into commands. */
typedef struct {
  gboolean keys[0x200];      /* by RDP scan code, 0x100 = extended */
  guint8 characters[0x2000]; /* one bit for each UTF-16 code unit */
  guint held_characters;
  guint32 buttons;          /* PTR_FLAGS_BUTTON1..3 */
  guint32 extended_buttons; /* PTR_XFLAGS_BUTTON1..2 */
  guint32 x, y;             /* of the last pointer message */
} KioskRdpInputState;

/* Whether every field of @message is in range; unused fields are 0. Pure. */
gboolean kiosk_rdp_input_valid (const KioskRdpInput *message);

/* Passes a valid KEY, UNICODE, POINTER, POINTER_EXTENDED or FOCUS message on. The pointer is kept
 * inside @width x @height: the server may have changed its size after the shell sent it. FALSE when
 * the connection does not take it. */
gboolean kiosk_rdp_input_send (KioskRdpInputState *self, rdpInput *input,
                               const KioskRdpInput *message, guint32 width, guint32 height);

/* Releases every held key and button at the server. */
gboolean kiosk_rdp_input_release (KioskRdpInputState *self, rdpInput *input);
