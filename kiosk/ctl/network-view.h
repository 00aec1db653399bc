/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/firewall.h"

/* One thing that may leave, from element and policy, ready to be shown. */
typedef struct {
  KioskFirewallPurpose purpose;
  char *address;  /* or the name of an interface */
  guint protocol; /* IANA number; 0: an interface */
  guint port;     /* 0: none */
  char *user;     /* by whom; NULL: the kernel itself */
  char *why;      /* "住民記録 AP01 (juki-01)", "[service collector]"; NULL: nothing names it */
  char *place;    /* "file:line"; NULL where there is none */
  guint expires;  /* seconds left; 0: stays */
} KioskLeave;

/* What to show of all that. */
typedef struct {
  const KioskFirewallState *state;
  GPtrArray *leaves;    /* KioskLeave */
  GPtrArray *left_out;  /* sections whose user does not exist */
  GPtrArray *strangers; /* char *: what is wrong about the tables themselves, already in words */
  gboolean with_policy;
} KioskNetworkView;

/* What every element of @state means under @policy (NULL: none could be read). */
GPtrArray *kiosk_ctl_network_explain (const KioskFirewallState *state, const KioskPolicy *policy,
                                      const KioskFirewallUsers *users, KioskLanguage language,
                                      GPtrArray **left_out);

void kiosk_ctl_network_print (const KioskNetworkView *view, KioskLanguage language);
void kiosk_ctl_network_print_json (const KioskNetworkView *view);
