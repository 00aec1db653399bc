/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client.h"
#include "terminal-bus.h"

/* Milliseconds after which kioskd counts as gone. */
#define KIOSK_CLIENT_SILENCE_MS 10000

/* NULL while kioskd is gone; owned by @self. */
KioskBusTerminal *kiosk_client_get_proxy (KioskClient *self);
