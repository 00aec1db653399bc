/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/firewall.h"

#include <glib.h>

/* The kernel's ruleset through libnftables(3), in process. What varies goes in by its JSON interface alone,
 * libnftables-json(5): in its text syntax an address could end one command and begin another. One thread. */
typedef struct _KioskRuleset KioskRuleset;

KioskRuleset *kiosk_ruleset_new (void);
void kiosk_ruleset_free (KioskRuleset *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskRuleset, kiosk_ruleset_free)

/* Runs @text, the content of firewall.nft, as one transaction: all of it or, with @error, nothing. It must be
 * a text of our own. */
gboolean kiosk_ruleset_load (KioskRuleset *self, const char *text, GError **error);

typedef enum {
  KIOSK_RULESET_ADD,    /* what stands already is no error; its time goes on */
  KIOSK_RULESET_DELETE, /* what does not stand is one */
} KioskRulesetVerb;

typedef struct {
  KioskRulesetVerb verb;
  const KioskFirewallElement *element;
} KioskRulesetChange;

/* All @changes in their order as one transaction. */
gboolean kiosk_ruleset_change (KioskRuleset *self, const KioskRulesetChange *changes,
                               guint n_changes, GError **error);

/* The rules of all tables of all families as nft(8) writes them with -s -t -p: without elements, counters and
 * times. Owned by the caller; NULL with @error. */
char *kiosk_ruleset_list_rules (KioskRuleset *self, GError **error);

/* The table inet kiosk with its elements and counters. Not to be asked before the rules were compared:
 * libnftables 1.0.6 breaks down over the JSON of a table that somebody put to sleep. */
KioskFirewallState *kiosk_ruleset_read_state (KioskRuleset *self, GError **error);

/* Numbers of the users of the firewall, by the accounts of this machine (getpwnam(3)). */
void kiosk_ruleset_find_users (KioskFirewallUsers *users);
