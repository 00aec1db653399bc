/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <glib.h>

/* Reads the NULL-terminated @paths with kiosk_file_read_trusted() and parses them as one policy,
 * merged in order (kiosk_policy_parse). A file that cannot be read or must not be trusted is a
 * problem with line 0; nothing is parsed then, because what is missing would only cause follow-up
 * problems. An empty list is a problem, too.
 *
 * Returns the policy, or NULL. @problems (not NULL) is set to an array of KioskPolicyProblem, empty on
 * success, owned by the caller. */
KioskPolicy *kiosk_policy_load (const char *const *paths, GPtrArray **problems);

/* @problem as one line for people: "file:line: reason", without the line number when it is 0. Owned
 * by the caller. */
char *kiosk_policy_problem_to_string (const KioskPolicyProblem *problem, KioskLanguage language);
