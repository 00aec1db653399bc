/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "terminal-status.h"

#include <glib-object.h>

/* The way to kioskd (terminal-bus.xml): keeps its status, sends requests and heartbeats, and finds
 * kioskd again when it was gone. When to send a heartbeat is the pulse's word (pulse.h): here is
 * nothing that goes on by itself. Main thread.
 *
 * Signals:
 *   "changed" ()  status, terminal or servers are different
 *   "gone"    ()  kioskd no longer answers; emitted before anything else happens
 *   "hurry"   ()  kioskd should hear of the person now: a beat is wanted sooner than it would come
 *
 * An answer that is not as documented ends the process: shell and daemon do not fit together, and
 * guessing is worse than starting again. */
#define KIOSK_TYPE_CLIENT (kiosk_client_get_type ())
G_DECLARE_FINAL_TYPE (KioskClient, kiosk_client, KIOSK, CLIENT, GObject)

KioskClient *kiosk_client_new (void);
void kiosk_client_start (KioskClient *self);

gboolean kiosk_client_is_reachable (KioskClient *self);
/* NULL before kioskd has answered. */
const KioskStatus *kiosk_client_get_status (KioskClient *self);
const KioskTerminal *kiosk_client_get_terminal (KioskClient *self);
/* NULL when nobody is logged in, or not known yet. */
const GPtrArray *kiosk_client_get_servers (KioskClient *self);
const KioskServer *kiosk_client_find_server (KioskClient *self, const char *id);

/* Screen and shell are alive: sends the heartbeat, if kioskd is there. */
void kiosk_client_beat (KioskClient *self);

/* The person pressed a key or button or moved the pointer. */
void kiosk_client_note_input (KioskClient *self);
/* Milliseconds since then. */
guint kiosk_client_input_age (KioskClient *self);

/* Descriptors of an answer, the receiver's; -1 both when kioskd refused. */
typedef void (*KioskClientAnswer) (int first, int second, gpointer data);

void kiosk_client_begin (KioskClient *self, KioskPurpose purpose, KioskClientAnswer answer,
                         gpointer data);
/* The conversation of an approver for a session with @server. */
void kiosk_client_begin_approval (KioskClient *self, const char *server, KioskClientAnswer answer,
                                  gpointer data);
void kiosk_client_connect (KioskClient *self, const char *server, const char *ticket,
                           const char *purpose, guint width, guint height, KioskClientAnswer answer,
                           gpointer data);
void kiosk_client_cancel (KioskClient *self);
void kiosk_client_disconnect (KioskClient *self);
void kiosk_client_lock (KioskClient *self, gboolean button);
void kiosk_client_logout (KioskClient *self);
void kiosk_client_dismiss (KioskClient *self);
/* The person has read about the refused devices. */
void kiosk_client_dismiss_devices (KioskClient *self);
/* @presses of keys came within @milliseconds: no person does that. */
void kiosk_client_report_typing (KioskClient *self, guint presses, guint milliseconds);

/* Asks for the machine to be switched off; @told is called when kioskd has told it so. */
void kiosk_client_power_off (KioskClient *self, void (*told) (gpointer data), gpointer data);
