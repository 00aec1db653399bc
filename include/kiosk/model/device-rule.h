/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"
#include "kiosk/model/usb-descriptors.h"

#include <glib.h>

/* Which USB devices may work, and which of their interfaces (R15, R16). Sections [device NAME] of the policy; everything
 * that no section allows is refused, whatever it is. Deny beats allow. Pure: facts go in, a verdict with the line that
 * made it comes out. Any thread. kiosk/docs/policy.md documents the keys. */

/* ---- Rules (part of KioskPolicy) ---- */

typedef enum {
  KIOSK_PURPOSE_KEYBOARD,
  KIOSK_PURPOSE_POINTER,
  KIOSK_PURPOSE_TOKEN, /* FIDO2, smart card */
  KIOSK_PURPOSE_HUB,
} KioskDevicePurpose;

/* When a device may work. */
typedef enum {
  KIOSK_WHEN_ALWAYS,
  KIOSK_WHEN_UNLOCKED,   /* only while somebody is logged in and the screen is not locked */
  KIOSK_WHEN_LOGGED_OUT, /* only while nobody is logged in */
} KioskDeviceWhen;

/* How things stand on the terminal. */
typedef enum {
  KIOSK_MOMENT_LOGGED_OUT,
  KIOSK_MOMENT_UNLOCKED,
  KIOSK_MOMENT_LOCKED,
} KioskDeviceMoment;

/* A class, or -1 for any. */
typedef struct {
  gint16 class, subclass, protocol;
} KioskUsbPattern;

typedef struct {
  char *id; /* NAME of the section */
  gboolean deny;
  KioskDevicePurpose purpose; /* of an allow rule */
  KioskDeviceWhen when;       /* of an allow rule */
  gint32 vendor, product;     /* -1: any (only in deny rules) */
  char *serial;               /* exact; NULL: any */
  GStrv ports;                /* KioskUsbFacts.path or .name; empty: any */
  GArray *digests;            /* guint8[32]: SHA-256 of the descriptor bytes; empty: any */
  /* KioskUsbPattern. Allow: these may work; empty: the usual ones of the purpose (keyboard: HID; pointer: 03/01/02;
   * token: 03/00/00; hub: 09). Deny: one of these refuses the device; empty: any. */
  GArray *interfaces;
  gboolean
      rest_off; /* interfaces that are not named stay dead; FALSE: a device that has one is refused as a whole */
} KioskDeviceRule;

/* A name for people for one physical port, [port NAME]. */
typedef struct {
  char *id;
  char *path; /* KioskUsbFacts.path or .name */
  KioskLabel label;
} KioskDevicePort;

/* Where hubs may stand: how many, one behind the other, beyond the machine's own (USB 2.0, 4.1.1: at most 5), and how
 * many devices there may be in all. */
#define KIOSK_DEVICES_MAX_DEPTH 5
#define KIOSK_DEVICES_MAX_COUNT 64

/* ---- Facts ---- */

/* What the kernel says about a device before any driver sees it. Strings are the device's own bytes. */
typedef struct {
  char *name; /* in sysfs, "1-2.3": bus and ports */
  char *
      path; /* "0000:00:14.0/2.3": the controller's place in the machine and the ports; "" when unknown */
  guint8 *bytes; /* descriptors */
  gsize length;
  char *manufacturer, *product, *serial; /* NULL where it has none */
  guint depth; /* hubs between it and the machine's own: 0 is a port of the machine */
} KioskUsbFacts;

void kiosk_usb_facts_clear (KioskUsbFacts *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskUsbFacts, kiosk_usb_facts_clear)

/* ---- Verdict ---- */

/* What it looks like to a person; from the classes it claims, the most dangerous first. */
typedef enum {
  KIOSK_DEVICE_STORAGE,
  KIOSK_DEVICE_PHONE, /* MTP, Android debug, tethering beside it */
  KIOSK_DEVICE_CAMERA,
  KIOSK_DEVICE_NETWORK,
  KIOSK_DEVICE_WIRELESS,
  KIOSK_DEVICE_PRINTER,
  KIOSK_DEVICE_SOUND,
  KIOSK_DEVICE_SERIAL,
  KIOSK_DEVICE_CARD_READER, /* smart card */
  KIOSK_DEVICE_TOKEN,
  KIOSK_DEVICE_KEYBOARD,
  KIOSK_DEVICE_POINTER,
  KIOSK_DEVICE_HUB,
  KIOSK_DEVICE_OTHER,
  KIOSK_DEVICE_DISC, /* the rest are on other buses than USB */
  KIOSK_N_DEVICE_KINDS
} KioskDeviceKind;

/* Word for D-Bus and records ("storage" ...), and what a person is told. Static. */
const char *kiosk_device_kind_name (KioskDeviceKind kind);
const KioskLabel *kiosk_device_kind_label (KioskDeviceKind kind);

typedef struct {
  gboolean allowed;
  KioskDevicePurpose purpose; /* when allowed */
  KioskDeviceKind kind;
  guint8 configuration;   /* bConfigurationValue that must be active; when allowed */
  guint32 interfaces;     /* bit N: interface number N of it may work; when allowed */
  const char *reason;     /* when refused: KIOSK_REASON_DEVICE_... (audit-actions.h); static */
  char *rule;             /* NAME of the rule that decided; NULL: built in, or none matched */
  KioskPolicyPlace place; /* its line; line 0 without a rule. Points into the policy */
  char *detail;           /* words for the log, printable ASCII: what exactly; never NULL */
} KioskUsbVerdict;

void kiosk_usb_verdict_clear (KioskUsbVerdict *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskUsbVerdict, kiosk_usb_verdict_clear)

/* Whether no rule can let an interface of this class work: every class but HID 03, hub 09 and smart card 0b. Such a part
 * refuses a device that a rule names as well, unless rest=off keeps it dead. */
gboolean kiosk_usb_class_is_never_allowed (guint8 class);

/* Judges a device from its full descriptor set. @policy NULL: everything is refused. Every configuration and every
 * alternate setting counts: an interface may work when the rule admits each of its settings. By purpose: keyboard: HID;
 * pointer: HID but keyboards (protocol 1); token: HID but keyboards, and smart cards when the rule names them; hub: hubs,
 * not deeper than [devices] hub-depth. A device class other than 0, ef/02/01 (see the interfaces) and, for hubs, 09
 * refuses the device. A device may look like a mouse here and type all the same, for what its reports are is not known
 * before a driver asks: look at its event nodes once they are there. */
void kiosk_usb_judge (const KioskPolicy *policy, const KioskUsbFacts *facts,
                      KioskDeviceMoment moment, KioskUsbVerdict *verdict);

/* SHA-256 of the descriptor bytes. */
void kiosk_usb_facts_digest (const KioskUsbFacts *facts, guint8 digest[32]);

/* Whether @a and @b are the same device on the same port: descriptors, serial and path are equal. */
gboolean kiosk_usb_facts_equal (const KioskUsbFacts *a, const KioskUsbFacts *b);

/* One line for the log, printable ASCII only: name, path, ids, every class, strings escaped and cut.
 * Owned by the caller. */
char *kiosk_usb_facts_describe (const KioskUsbFacts *facts);

/* The device's own name for a person: cleaned (kiosk_text_clean()), at most 32 characters; "" when it has none.
 * Owned by the caller. */
char *kiosk_usb_facts_claim (const KioskUsbFacts *facts);
