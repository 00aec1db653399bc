/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"
#include "kiosk/model/identity.h"
#include "kiosk/model/lock-cause.h"

#include <glib.h>

/* The policy: what this terminal is, who may use it and which servers exist for whom (R01, R07, R08,
 * R09, R29). One GKeyFile in one or more sources; its grammar and every key stand in
 * kiosk/docs/policy.md. Pure: bytes in, an immutable policy or a list of problems out. Any thread. */

/* ---- Sources ---- */

typedef struct {
  const char *name; /* for messages, e.g. the path */
  const char *data; /* @length bytes; need not be NUL-terminated */
  gsize length;
} KioskPolicySource;

/* Something wrong, at one place. Line 0: the file as a whole. */
typedef struct {
  char *source;
  guint line;
  KioskLabel reason; /* plain words, both languages */
} KioskPolicyProblem;

/* Longest source in bytes that is read at all. */
#define KIOSK_POLICY_MAX_BYTES (256 * 1024)

/* Where the audit log goes when the policy does not say. */
#define KIOSK_POLICY_LOG_DIRECTORY "/var/log/maintenance-kiosk"

/* A problem with copies of everything. For who finds one before the parser can (unreadable file). */
KioskPolicyProblem *kiosk_policy_problem_new (const char *source, guint line, const char *ja,
                                              const char *en);
void kiosk_policy_problem_free (KioskPolicyProblem *self);

/* ---- Content ---- */

#define KIOSK_POLICY_MAX_PINS 4

typedef enum {
  KIOSK_ROLE_ENGINEER = 1 << 0,      /* opens sessions */
  KIOSK_ROLE_AUDITOR = 1 << 1,       /* reads logs; may end an abandoned session */
  KIOSK_ROLE_ADMINISTRATOR = 1 << 2, /* administers; may end an abandoned session */
  KIOSK_ROLE_APPROVER = 1 << 3,      /* second person (R29) */
} KioskRoles;

typedef enum {
  KIOSK_TICKET_NONE,
  KIOSK_TICKET_OPTIONAL,
  KIOSK_TICKET_REQUIRED, /* work number and purpose, neither empty (R29) */
} KioskTicketRule;

typedef enum {
  KIOSK_CREDENTIALS_ASK,   /* asked in the shell for each session */
  KIOSK_CREDENTIALS_LOGIN, /* those of the log-in at the terminal */
} KioskCredentialRule;

/* What must be there beside the right to open a server (R29). */
typedef enum {
  KIOSK_APPROVAL_NONE,
  KIOSK_APPROVAL_ORDER,  /* a signed work order (order.h) that names person, server and time */
  KIOSK_APPROVAL_PERSON, /* an approver proves to be there, before each session */
} KioskApprovalRule;

typedef enum {
  KIOSK_SECURITY_NLA,
  KIOSK_SECURITY_TLS,
} KioskSecurity;

/* Where a decision or value comes from. */
typedef struct {
  const char *source;
  guint line;
} KioskPolicyPlace;

/* Days (bit 0 = Monday ... bit 6 = Sunday) and a span of minutes since midnight, from inclusive, until
 * exclusive, until at most 1440; from < until. A span over midnight is written as two. */
typedef struct {
  guint8 days;
  guint16 from;
  guint16 until;
} KioskHours;

/* One port of one other machine. */
typedef struct {
  char *address; /* canonical literal: inet_ntop() of what was parsed; NULL when there is none */
  int family;    /* AF_INET or AF_INET6 */
  guint8 address_bytes[16];
  guint16 port;
} KioskEndpoint;

typedef struct {
  char *id;
  KioskLabel label;
  KioskLabel purpose;
  KioskEndpoint endpoint;
  KioskSecurity security;
  guint n_pins;
  guint8 pins[KIOSK_POLICY_MAX_PINS][32]; /* SHA-256 of the DER certificate */
  char *authority;                        /* absolute path of a PEM file; NULL with pins */
  char *certificate_name;                 /* name that the certificate must carry; with authority */
  GStrv persons;                          /* IDs; never NULL */
  GStrv groups;                           /* names of [group]; never NULL */
  GArray *hours;                          /* KioskHours; empty means always */
  char *hours_text;                       /* as written; "" for always */
  KioskTicketRule ticket;
  KioskCredentialRule credentials;
  KioskApprovalRule approval;
  char *user;   /* suggested at the server; "" for none */
  char *domain; /* "" for none */
} KioskPolicyServer;

typedef struct {
  char *id; /* the PAM user name */
  KioskLabel name;
  KioskRoles roles;    /* at least one */
  gint64 active_since; /* unix seconds of a day from which on the ID counts as used; 0: none */
} KioskPolicyPerson;

/* Bytes of an Ed25519 public key (RFC 8032). */
#define KIOSK_APPROVER_KEY_SIZE 32

/* Whose signature makes a work order valid (R29). */
typedef struct {
  char *id;                        /* what orders call the approver */
  const KioskPolicyPerson *person; /* has the role approver */
  guint8 key[KIOSK_APPROVER_KEY_SIZE];
} KioskPolicyApprover;

/* How the audit log is kept (R20, R21). */
typedef struct {
  guint rotate_size;  /* MiB after which a file of it ends */
  guint rotate_hours; /* and hours */
  guint keep;         /* days before an old file may be deleted */
  guint floor;        /* MiB that must be free for a session to begin */
  gboolean hold;      /* nothing is deleted */
} KioskPolicyLog;

/* To whom the secret of a new log is sealed: can check the authentication codes of all its records. */
typedef struct {
  char *name;
  guint8 key[32]; /* Ed25519 (RFC 8032), of a key file */
} KioskPolicyAuditor;

/* What else may leave the terminal, each by a user and to an address of its own. */
typedef enum {
  KIOSK_SERVICE_COLLECTOR, /* of logs (R22) */
  KIOSK_SERVICE_UPDATE,
  KIOSK_SERVICE_SCANNER, /* signatures of the malware scanner (R20) */
  KIOSK_N_SERVICES,
} KioskService;

/* Name of the section [service NAME], or NULL. */
const char *kiosk_service_name (KioskService service);

/* Where the time comes from (R23): NTP, RFC 5905; NTS, RFC 8915. */
typedef struct {
  char *id;
  KioskEndpoint endpoint; /* UDP */
  char *nts;              /* name in the source's certificate: with NTS; else NULL */
  char *authority;        /* absolute path of a PEM file; with nts; else NULL */
  guint key;              /* number of a symmetric key, 1-65535; 0 without */
} KioskTimeSource;

typedef enum {
  KIOSK_TUNNEL_NONE,
  KIOSK_TUNNEL_WIREGUARD,
  KIOSK_TUNNEL_IPSEC,
} KioskTunnelKind;

/* Sessions leave through it alone, and nothing but it goes to the peer (R11). */
typedef struct {
  KioskTunnelKind kind;
  char *interface;    /* its name; NULL without a tunnel */
  KioskEndpoint peer; /* UDP port of WireGuard; 0 with IPsec: ESP, and UDP 500 and 4500 */
} KioskTunnel;

/* What can tell that somebody is there, beside the input (R18). Either a sensor or a token. */
typedef struct {
  char *id;
  char *sensor; /* the program kiosk-sensor-@sensor (presence-protocol.h); NULL: none */
  char *
      token; /* NAME of a [device NAME] with purpose=token: there while it is plugged in; NULL: none */
  gboolean second_person; /* who approved the session; else who is logged in */
  gboolean fault_locks;   /* a sensor that fails is one that sees nobody */
} KioskPolicyPresence;

typedef struct {
  /* [terminal] */
  char *id;
  KioskLabel site, location, contact, spare, notice; /* "" where absent */
  char *phone;
  KioskLanguage language;
  guint32 keyboard_layout; /* Windows input locale; 0x411 jp, 0x409 us */
  gboolean watermark;
  /* [lock], seconds */
  guint idle;       /* 30-3600 until the lock */
  guint logoff;     /* 60-86400 from the lock to the log-off */
  guint warning;    /* 5-120 before either */
  guint disconnect; /* 0-86400 from the lock until the connection is cut; at most logoff */
  gboolean locks[KIOSK_N_LOCK_CAUSES]; /* what locks; always, what may not be switched off */
  /* [service], [time], [tunnel], [watch] */
  KioskEndpoint services[KIOSK_N_SERVICES]; /* address NULL: not used */
  GPtrArray *time_sources;                  /* KioskTimeSource */
  KioskTunnel tunnel;
  guint
      watch_interval; /* seconds, 10-3600: all servers are asked that often; 0: only for who looks at the list */
  guint clock_step; /* seconds, 1-3600: a larger step of the clock is recorded */
  /* [devices], [device NAME], [port NAME] */
  guint hub_depth;         /* 0-5: so many hubs may stand one behind the other */
  GPtrArray *device_rules; /* KioskDeviceRule (device-rule.h) */
  GPtrArray *device_ports; /* KioskDevicePort */
  /* [password], [login] */
  KioskIdentityRules identity;
  gboolean disable_unused; /* an ID that is not used for identity.unused_days lets nobody in */
  /* [log] */
  char *log_directory;
  KioskPolicyLog log;
  /* [collector]: the key by which it signs receipts; its address is that of [service collector], with the port at
   * which it gives them out: 0 for nowhere */
  guint receipts_port;
  gboolean has_collector_key;
  guint8 collector_key[32]; /* Ed25519 (RFC 8032) */
  /* [auditor NAME] */
  GPtrArray *auditors; /* KioskPolicyAuditor */
  /* the rest; elements owned by the policy, order of the files */
  GPtrArray *servers; /* KioskPolicyServer */
  GPtrArray *persons; /* KioskPolicyPerson */
  /* [approver NAME] */
  GPtrArray *approvers; /* KioskPolicyApprover */
  /* [presence NAME] */
  GPtrArray *presences; /* KioskPolicyPresence */
  char *digest; /* hex SHA-256 over all sources in order: which policy a record was made under */
} KioskPolicy;

/* Parses and checks @sources, merged in order: a later source may add sections and replace single
 * keys. Everything unknown, doubled or doubtful is a problem; with a single problem there is no policy.
 * @problems (not NULL) is set to an array of KioskPolicyProblem, empty on success, owned by the caller. */
KioskPolicy *kiosk_policy_parse (const KioskPolicySource *sources, guint n_sources,
                                 GPtrArray **problems);

KioskPolicy *kiosk_policy_ref (KioskPolicy *self);
void kiosk_policy_unref (KioskPolicy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPolicy, kiosk_policy_unref)

/* Where the collector's receipts are fetched. FALSE when they are not: without a collector, its key, or a port. *@endpoint borrows from @self. */
gboolean kiosk_policy_get_receipts (const KioskPolicy *self, KioskEndpoint *endpoint);

#define KIOSK_POLICY_RECEIPTS_PORT 6515 /* when the policy does not say */

/* NULL when there is none; owned by @self. */
const KioskPolicyPerson *kiosk_policy_find_person (const KioskPolicy *self, const char *id);
const KioskPolicyServer *kiosk_policy_find_server (const KioskPolicy *self, const char *id);
const KioskPolicyApprover *kiosk_policy_find_approver (const KioskPolicy *self, const char *id);

/* Where @key of @section was set (the last source wins), for explanations; line 0 when it stands
 * nowhere and the default holds. @key NULL: the section's header. */
KioskPolicyPlace kiosk_policy_place (const KioskPolicy *self, const char *section, const char *key);

/* ---- Decisions ---- */

/* A moment on the terminal's wall: local time. */
typedef struct {
  guint weekday; /* 0 = Monday ... 6 = Sunday */
  guint minute;  /* since midnight */
} KioskLocalTime;

typedef enum {
  KIOSK_VERDICT_ALLOWED,
  KIOSK_VERDICT_UNKNOWN_PERSON, /* not in the policy (R01) */
  KIOSK_VERDICT_NO_ROLE,        /* in it, but not an engineer (R07) */
  KIOSK_VERDICT_UNKNOWN_SERVER,
  KIOSK_VERDICT_NOT_THEIR_WORK, /* server is for other persons or groups (R08) */
  KIOSK_VERDICT_HOURS,          /* theirs, but not now (R29) */
} KioskVerdict;

/* May @person open a session with @server at @at? Any string may be given. @places, when not NULL, gets
 * a new array of KioskPolicyPlace with the lines that decided, in the order of the reasoning. */
KioskVerdict kiosk_policy_decide (const KioskPolicy *self, const char *person, const char *server,
                                  const KioskLocalTime *at, GArray **places);

/* Whether @ticket and @purpose satisfy the rule of @server: length at most 64 and 200 characters, no
 * control characters, and neither blank when the rule is REQUIRED. */
gboolean kiosk_policy_ticket_valid (const KioskPolicyServer *server, const char *ticket,
                                    const char *purpose);

/* One sentence for @verdict. */
const KioskLabel *kiosk_verdict_label (KioskVerdict verdict);
