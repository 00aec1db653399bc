/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <glib.h>

/* What the firewall must let out (R11, R12), and what the kernel says that it lets out. Pure: policy and
 * what runs in, a list of set elements out; listings of nft(8) in, differences in words out.
 *
 * The rules themselves never vary, they stand in kiosk/data/firewall.nft. What varies are the elements of
 * the sets that the rules ask, and each element is one sentence: who may send what where. */

/* ---- Elements ---- */

/* Users by whom packets are told apart (meta skuid, nft(8)). */
typedef enum {
  KIOSK_FIREWALL_USER_COLLECTOR, /* the first three in the order of KioskService */
  KIOSK_FIREWALL_USER_UPDATE,
  KIOSK_FIREWALL_USER_SCANNER,
  KIOSK_FIREWALL_USER_TIME,
  KIOSK_FIREWALL_USER_DHCP,
  KIOSK_FIREWALL_USER_ROOT,     /* the key exchange of IPsec */
  KIOSK_FIREWALL_USER_RECEIPTS, /* of the collector */
  KIOSK_FIREWALL_N_USERS,
} KioskFirewallUser;

/* Name of the account. Static. */
const char *kiosk_firewall_user_name (KioskFirewallUser user);

/* Numbers of these users on this machine; -1: there is no such user. */
typedef struct {
  gint64 ids[KIOSK_FIREWALL_N_USERS];
} KioskFirewallUsers;

typedef enum {
  KIOSK_FIREWALL_FOR_LINE,    /* an interface */
  KIOSK_FIREWALL_FOR_SESSION, /* kiosk-connect to a server */
  KIOSK_FIREWALL_FOR_SERVICE, /* a service of the policy, DHCP */
  KIOSK_FIREWALL_FOR_TIME,
  KIOSK_FIREWALL_FOR_TUNNEL,
  KIOSK_FIREWALL_FOR_ANSWER, /* the way back of one of the others: lets nothing out */
} KioskFirewallPurpose;

/* One element of one set of the table inet kiosk. */
typedef struct {
  const char *set; /* static */
  char *key;       /* as nft writes it: "901 . 6 . 10.0.0.1 . 514" */
  guint timeout;   /* seconds; 0: none */
  guint expires;   /* seconds left; only when read from the kernel */
  KioskFirewallPurpose purpose;
  char *section; /* of the policy, "time ntp-1"; NULL where there is none */
} KioskFirewallElement;

void kiosk_firewall_element_free (KioskFirewallElement *self);

/* Seconds that a session's element lives without being renewed. A test is built with fewer. */
#ifndef KIOSK_FIREWALL_TIMEOUT
#define KIOSK_FIREWALL_TIMEOUT 60
#endif

/* What the plan depends on. */
typedef struct {
  const KioskPolicy *policy; /* NULL: none, only lines */
  const KioskFirewallUsers *users;
  const char *const *lines;  /* wired interfaces that may be used; NULL-terminated; NULL: none */
  const KioskEndpoint *dhcp; /* the one DHCP server that may be asked; NULL: none */
  const KioskEndpoint *const *sessions; /* that are open now */
  guint n_sessions;
} KioskFirewallWants;

/* The elements that must stand, each once. *@left_out (may be NULL) gets the sections whose user does not
 * exist on this machine, "service update": they are not let out. Both owned by the caller. */
GPtrArray *kiosk_firewall_plan (const KioskFirewallWants *wants, GPtrArray **left_out);

/* The element of one session. */
KioskFirewallElement *kiosk_firewall_session_element (const KioskEndpoint *endpoint);

/* Whether @name can be the name of an interface and nothing else: nft reads "*" at the end as "whatever
 * follows", and "@" at the beginning as the name of a set. */
gboolean kiosk_firewall_line_is_valid (const char *name);

/* ---- What the kernel has ---- */

typedef enum {
  KIOSK_FIREWALL_OUT,
  KIOSK_FIREWALL_IN,
} KioskFirewallDirection;

/* Packets that were refused, all with the same sender and destination. */
typedef struct {
  KioskFirewallDirection direction;
  gint64 uid;      /* of the sender; -1: not known */
  guint8 protocol; /* IANA number */
  char *address;   /* of the other machine */
  guint16 port;    /* where to, here or there; 0: the protocol has none */
  guint64 packets; /* since the element exists */
} KioskFirewallTry;

typedef struct {
  GPtrArray *elements; /* KioskFirewallElement, of all sets that kioskd fills */
  GPtrArray *tries;    /* KioskFirewallTry */
  guint64 refused_out, refused_in, refused_forward; /* packets, all of them */
  guint64 ignored_in; /* broadcasts of others, which were meant for nobody here */
} KioskFirewallState;

/* Reads what libnftables-json(5) lists of the table inet kiosk. NULL with @error when it is no such
 * listing; what is unknown in it is ignored. */
KioskFirewallState *kiosk_firewall_state_parse (const char *json, GError **error);
void kiosk_firewall_state_free (KioskFirewallState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskFirewallState, kiosk_firewall_state_free)

/* "TCP", "UDP", "ICMP" ..., or the number. Owned by the caller. */
char *kiosk_firewall_protocol_name (guint8 protocol);

/* ---- Differences ---- */

/* Compares two listings of the whole ruleset by nft(8), without elements and counters (options -s, -t). A
 * list of KioskLabel, empty when they are equal; owned by the caller. */
GPtrArray *kiosk_firewall_compare_rules (const char *expected, const char *found);

/* The same for elements. */
GPtrArray *kiosk_firewall_compare_elements (const GPtrArray *planned, const GPtrArray *found);

/* ---- Refused traffic ---- */

/* What to record of refused packets, and when. */
typedef struct _KioskFirewallTally KioskFirewallTally;

KioskFirewallTally *kiosk_firewall_tally_new (void);
void kiosk_firewall_tally_free (KioskFirewallTally *self);

/* Takes over the kernel's counts. The table is new when @fresh: its counters began at zero. */
void kiosk_firewall_tally_update (KioskFirewallTally *self, const KioskFirewallState *state,
                                  gboolean fresh);

/* What is to be told now, at most once a minute for each sender and destination, later ones less often,
 * and KIOSK_FIREWALL_TALLY_PACE a minute in all. @now: microseconds, never going back. *@try is owned by
 * @self; its packets are those since it was told last. NULL in *@try: *@others packets that belong to
 * nobody who could be named or that there is no room for. FALSE: nothing is to be told.
 *
 * Nothing is lost: what was not told stays in the counts until it is. */
gboolean kiosk_firewall_tally_next (KioskFirewallTally *self, gint64 now,
                                    const KioskFirewallTry **try, guint64 *others);

#define KIOSK_FIREWALL_TALLY_PACE 10
