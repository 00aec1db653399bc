/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <stdio.h>

/* Reads the policy from @given, files and folders (NULL: the terminal's own folder), exactly as kioskd does. NULL when it
 * has problems; they are printed to @stream, a line each. */
KioskPolicy *kiosk_ctl_policy_load (GStrv given, KioskLanguage language, FILE *stream);

/* The text of the line at @place, made safe to show; "" when it cannot be read. Owned by the caller. */
char *kiosk_ctl_quote_line (KioskPolicyPlace place);
