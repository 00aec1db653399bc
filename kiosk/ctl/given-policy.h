/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/policy.h"

#include <stdio.h>

/* The policy that a command line names: @given with each folder replaced by the policy files in it; the
 * terminal's own folder when NULL. NULL when it is refused; what is wrong goes to @stream, a line each. */
KioskPolicy *kiosk_ctl_load_policy (GStrv given, KioskLanguage language, FILE *stream);
