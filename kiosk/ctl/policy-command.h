/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

/* `kioskctl policy check|explain|show|chrony`; @argv[0] is "policy", @argv[1] the verb.
 *
 * Returns the exit status: 0 the policy is good (explain: and allows it), 1 it has problems (explain:
 * it does not allow it), 2 the command line is wrong, or explain and show found no good policy. */
int kiosk_ctl_policy_command (int argc, char **argv);

/* Prints @policy for people (policy-show.c). */
void kiosk_ctl_policy_print_table (const KioskPolicy *policy, KioskLanguage language);

/* Prints @policy as one JSON object (policy-show.c). */
void kiosk_ctl_policy_print_json (const KioskPolicy *policy);
