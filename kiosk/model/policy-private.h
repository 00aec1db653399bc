/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the files of the policy share among themselves:
 *
 *   policy-index.c     text   -> sections and keys with their lines; refuses what GKeyFile would swallow
 *   policy-problem.c   what is wrong, and where
 *   policy-schema.c    index  -> which sections and keys exist at all, which are missing
 *   policy-value.c     value  -> one checked value of one kind
 *   policy-build.c     index  -> the content of a KioskPolicy
 *   policy-network.c   its sections about what may leave the terminal
 *   policy-devices.c   its sections about devices
 *   policy-orders.c    its sections about who approves work
 *   policy-presence.c  its sections about what tells that somebody is there
 *   policy-identity.c  its sections about how a person proves who they are
 *   policy.c           all of it, in this order; the KioskPolicy as an object
 *   policy-decision.c  KioskPolicy -> verdicts
 */

#include "kiosk/model/policy.h"

#include <glib.h>

/* Bounds of what one terminal can need; a policy beyond them is a mistake or an attack. */
#define KIOSK_POLICY_MAX_SOURCES 64
#define KIOSK_POLICY_MAX_LINE 4096 /* bytes */
#define KIOSK_POLICY_MAX_SERVERS 512
#define KIOSK_POLICY_MAX_PERSONS 2048
#define KIOSK_POLICY_MAX_GROUPS 256
#define KIOSK_POLICY_MAX_TIME_SOURCES 4
#define KIOSK_POLICY_MAX_DEVICES 256
#define KIOSK_POLICY_MAX_PORTS 64
#define KIOSK_POLICY_MAX_APPROVERS 64
#define KIOSK_POLICY_MAX_AUDITORS 64
#define KIOSK_POLICY_MAX_PRESENCES 8
#define KIOSK_POLICY_MAX_PROBLEMS 500

/* ---- Index ---- */

typedef struct {
  char *key; /* as written, with its language: "label[ja]" */
  KioskPolicyPlace place;
  char *value; /* unescaped, without blanks at either end; NULL after a problem */
} KioskPolicyEntry;

typedef struct {
  char *name;             /* as written between the brackets: "server soumu-01" */
  char *kind;             /* "server" */
  char *id;               /* "soumu-01"; "" when the kind stands alone */
  KioskPolicyPlace place; /* of the first header */
  GHashTable *entries;    /* key -> KioskPolicyEntry, the last source wins */
  GPtrArray *order;       /* the same, by first appearance; owned by entries */
} KioskPolicySection;

typedef struct {
  GPtrArray *sources;  /* char *: names, which the places point to */
  GHashTable *by_name; /* name -> KioskPolicySection */
  GPtrArray *sections; /* the same, by first appearance; owned by by_name */
  GPtrArray *problems; /* KioskPolicyProblem; NULL once the policy is accepted */
} KioskPolicyIndex;

/* Reads all @sources. What is wrong stands in the problems of the index. */
KioskPolicyIndex *kiosk_policy_index_new (const KioskPolicySource *sources, guint n_sources);
void kiosk_policy_index_free (KioskPolicyIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskPolicyIndex, kiosk_policy_index_free)

const KioskPolicySection *kiosk_policy_index_find (const KioskPolicyIndex *self, const char *name);
const KioskPolicyEntry *kiosk_policy_section_find (const KioskPolicySection *section,
                                                   const char *key);

/* Adds a problem at @place. Both texts take the same arguments in the same order; they are cleaned as
 * a whole, so values can be quoted as they are. */
void kiosk_policy_index_problem (KioskPolicyIndex *self, KioskPolicyPlace place, const char *en,
                                 const char *ja, ...) G_GNUC_PRINTF (3, 5)
    __attribute__ ((format (printf, 4, 5)));

/* Brings the problems into the order of sources and lines. */
void kiosk_policy_index_sort_problems (KioskPolicyIndex *self);

/* ---- Schema ---- */

/* Adds a problem for every section and key that does not exist and every one that is missing. */
void kiosk_policy_schema_check (KioskPolicyIndex *index);

/* ---- Values ---- */

/* One key in hand. Every function below that returns gboolean adds a problem at the key's place when it
 * returns FALSE, and leaves its output untouched then. */
typedef struct {
  KioskPolicyIndex *index;
  const KioskPolicyEntry *entry;
} KioskPolicyValue;

gboolean kiosk_policy_value_text (KioskPolicyValue value, guint max_chars, char **text);
gboolean kiosk_policy_value_number (KioskPolicyValue value, guint min, guint max, guint *number);
/* @choices: NULL-terminated words; *@choice: the index of the one that stands there. */
gboolean kiosk_policy_value_choice (KioskPolicyValue value, const char *const *choices,
                                    guint *choice);
/* Words separated by ';', each an identifier, none twice. */
gboolean kiosk_policy_value_ids (KioskPolicyValue value, GStrv *ids);
gboolean kiosk_policy_value_path (KioskPolicyValue value, char **path);
gboolean kiosk_policy_value_address (KioskPolicyValue value, KioskEndpoint *endpoint);
gboolean kiosk_policy_value_pins (KioskPolicyValue value, KioskPolicyServer *server);
gboolean kiosk_policy_value_host_name (KioskPolicyValue value, char **name);
gboolean kiosk_policy_value_security (KioskPolicyValue value, KioskSecurity *security);
/* "Mon-Fri 08:00-20:00; Sat 09:00-12:00", or "always". Appends to @hours, sets *@text. */
gboolean kiosk_policy_value_hours (KioskPolicyValue value, GArray *hours, char **text);

/* ---- Policy ---- */

/* What lies behind a KioskPolicy. */
typedef struct {
  KioskPolicy public; /* first: a KioskPolicy pointer is a pointer to this */
  gatomicrefcount references;
  KioskPolicyIndex *index;
  GHashTable *persons; /* id -> KioskPolicyPerson */
  GHashTable *servers; /* id -> KioskPolicyServer */
  GHashTable *groups;  /* name -> GStrv of persons */
} KioskPolicyReal;

/* The policy under construction. */
typedef struct {
  KioskPolicyIndex *index;
  KioskPolicyReal *policy;
  const KioskPolicySection *section; /* in hand */
} KioskPolicyBuilder;

/* Keys of the section in hand. FALSE, and no change of the output, when the key is absent or its value
 * was refused already; a text is then "". */
gboolean kiosk_policy_builder_get (const KioskPolicyBuilder *builder, const char *key,
                                   KioskPolicyValue *value);
void kiosk_policy_builder_text (const KioskPolicyBuilder *builder, const char *key, guint max_chars,
                                char **text);
void kiosk_policy_builder_label (const KioskPolicyBuilder *builder, const char *key,
                                 guint max_chars, KioskLabel *label);
void kiosk_policy_builder_number (const KioskPolicyBuilder *builder, const char *key, guint min,
                                  guint max, guint *number);
/* Index of the word in @choices, of which the first is the default. */
guint kiosk_policy_builder_choice (const KioskPolicyBuilder *builder, const char *key,
                                   const char *const *choices);

/* Sections of policy-network.c. */
void kiosk_policy_build_service (KioskPolicyBuilder *builder);
void kiosk_policy_build_time (KioskPolicyBuilder *builder);
void kiosk_policy_build_tunnel (KioskPolicyBuilder *builder);
void kiosk_policy_build_watch (KioskPolicyBuilder *builder);

/* Sections of policy-log.c. */
extern const KioskPolicyLog kiosk_policy_log_defaults;
void kiosk_policy_build_log (KioskPolicyBuilder *builder);
void kiosk_policy_build_collector (KioskPolicyBuilder *builder);
void kiosk_policy_build_auditor (KioskPolicyBuilder *builder);
void kiosk_policy_auditor_free (gpointer data);

/* Sections of policy-devices.c. */
void kiosk_policy_build_devices (KioskPolicyBuilder *builder);
void kiosk_policy_build_device (KioskPolicyBuilder *builder);
void kiosk_policy_build_port (KioskPolicyBuilder *builder);

/* Sections of policy-orders.c. */
void kiosk_policy_build_approver (KioskPolicyBuilder *builder);
/* Key "approval" of the [server] in hand. */
KioskApprovalRule kiosk_policy_build_approval (const KioskPolicyBuilder *builder);
/* When all sections stand: that somebody could approve what must be approved. */
void kiosk_policy_check_approval (KioskPolicyBuilder *builder);
void kiosk_policy_approver_free (gpointer data);

/* Sections of policy-presence.c. */
void kiosk_policy_build_presence (KioskPolicyBuilder *builder);
void kiosk_policy_presence_free (gpointer data);

/* Sections of policy-identity.c. */
void kiosk_policy_build_password (KioskPolicyBuilder *builder);
void kiosk_policy_build_login (KioskPolicyBuilder *builder);
/* Key "active-since" of the [person] in hand: unix seconds, 0 without it. */
gint64 kiosk_policy_build_active_since (KioskPolicyBuilder *builder);

/* Fills @policy, which holds the defaults, from @index. What is wrong becomes a problem of @index. */
void kiosk_policy_build (KioskPolicyIndex *index, KioskPolicyReal *policy);
