/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <glib.h>

/* The drill (R08, R12): what must not get out of a terminal, tried for real as each of its users, and what the
 * answers of the kernel mean. Pure: policy in, attempts out; what was seen in, a verdict out. Any thread.
 *
 * Targets are machines that the policy names, the gateway, and addresses that belong to nobody (RFC 5737, RFC 3849).
 * If the firewall had a hole, they would get a few packets without content. */

/* ---- What is tried ---- */

typedef enum {
  KIOSK_DRILL_DNS,
  KIOSK_DRILL_WEB,
  KIOSK_DRILL_MAIL,
  KIOSK_DRILL_ICMP,
  KIOSK_DRILL_IPV6,
  KIOSK_DRILL_OTHER_SERVER,  /* of nobody's policy, on the port of RDP */
  KIOSK_DRILL_OTHER_PORT,    /* of a server of the policy */
  KIOSK_DRILL_CLOSED_SERVER, /* the right server and port, but no session */
  KIOSK_DRILL_SERVICE,       /* collector, time source ... as somebody else */
  KIOSK_DRILL_GATEWAY,
  KIOSK_DRILL_BROADCAST, /* and multicast */
  KIOSK_N_DRILL_KINDS,
} KioskDrillKind;

/* The word for records (KIOSK_REASON_DRILL_...), NULL when there is no such kind. */
const char *kiosk_drill_kind_name (KioskDrillKind kind);

/* Whom a user's packets may reach. */
typedef enum {
  KIOSK_DRILL_NOBODY,
  KIOSK_DRILL_SESSION, /* kiosk-connect: the server of the running session */
  KIOSK_DRILL_TIME,
  KIOSK_DRILL_COLLECTOR,
  KIOSK_DRILL_UPDATE,
  KIOSK_DRILL_SCANNER,
  KIOSK_DRILL_RECEIPTS, /* the collector, at another port */
} KioskDrillRight;

typedef struct {
  const char *name;
  KioskDrillRight right;
} KioskDrillUser;

/* Every user of a terminal that runs programs, by name; ends with a NULL name. */
extern const KioskDrillUser kiosk_drill_users[];

typedef enum {
  KIOSK_DRILL_TCP,
  KIOSK_DRILL_UDP,
  KIOSK_DRILL_ECHO, /* ICMP or ICMPv6 */
} KioskDrillProtocol;

typedef struct {
  KioskDrillKind kind;
  guint user; /* of kiosk_drill_users */
  KioskDrillProtocol protocol;
  int family; /* AF_INET or AF_INET6 */
  guint8 address[16];
  guint16 port; /* 0 for ECHO */
} KioskDrillAttempt;

typedef struct {
  const KioskPolicy *policy;
  const gboolean *present;       /* for each of kiosk_drill_users: there is such a user */
  const KioskEndpoint *gateways; /* addresses alone count */
  guint n_gateways;
  const KioskEndpoint *broadcasts; /* of the terminal's own networks; addresses alone count */
  guint n_broadcasts;
  const KioskEndpoint *session; /* open while the drill runs; NULL: none */
} KioskDrillScene;

/* All attempts, in the order of their kinds: KioskDrillAttempt, owned by the caller. What the policy lets out for a
 * user is not among that user's. */
GArray *kiosk_drill_plan (const KioskDrillScene *scene);

/* "kiosk-connect TCP 192.0.2.1 port 443". Owned by the caller. */
char *kiosk_drill_describe (const KioskDrillAttempt *attempt);

/* ---- What it means ---- */

typedef enum {
  KIOSK_DRILL_REFUSED, /* by this machine; nothing left it */
  KIOSK_DRILL_NO_WAY,  /* there was no route or no address: says nothing about the firewall */
  KIOSK_DRILL_THROUGH, /* it left, or nobody refused it */
} KioskDrillResult;

/* What was seen of one attempt. Numbers are errno's, 0 for none. */
typedef struct {
  int start_error;   /* of socket(2), connect(2): the route is looked up there */
  int send_error;    /* of send(2) */
  int later_error;   /* SO_ERROR, afterwards */
  gboolean answered; /* a connection stands, or something came back */
  gboolean left;     /* its packet was seen leaving the machine (packet(7), PACKET_OUTGOING) */
} KioskDrillSight;

/* Errs towards THROUGH. An error alone proves nothing: "connection refused" comes from our own table as well as from a
 * machine that was reached, so a packet that left counts whatever came back. A silence counts as well: our table
 * refuses aloud, and what passed it may wait for the answer of a neighbour who is not there. */
KioskDrillResult kiosk_drill_judge (const KioskDrillSight *sight);
