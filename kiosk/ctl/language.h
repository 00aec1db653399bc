/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"

/* The language in which kioskctl speaks. @option ("ja", "en", or NULL when not given) decides, else the
 * locale (LC_ALL, LC_MESSAGES, LANG; locale(7)): Japanese when it is "ja..." or says nothing (unset,
 * C, POSIX), English otherwise. FALSE, @language untouched, when @option is another word. */
gboolean kiosk_ctl_language (const char *option, KioskLanguage *language);
