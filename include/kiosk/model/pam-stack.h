/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/identity.h"

#include <glib.h>

/* PAM's service files as the policy wants them (R02, R04, R05). kioskd takes the site's files, puts the
 * policy's numbers in and writes the result to a folder of its own, from which kiosk-auth starts PAM
 * (pam_start_confdir(3)). Only numbers of three modules are replaced; everything else stays, so a
 * site's own stack works too. Pure. Format: pam.conf(5). */

/* The folder below KIOSK_RUN_DIR. */
#define KIOSK_PAM_FOLDER "pam.d"

/* Longest file in bytes, longest line, and most files that include one another. */
#define KIOSK_PAM_MAX_BYTES 65536
#define KIOSK_PAM_MAX_LINE 1000
#define KIOSK_PAM_MAX_FILES 32

/* The services that kiosk-auth starts, NULL-terminated. */
extern const char *const kiosk_pam_services[];

/* The file in which the site keeps what PAM is to find as @name: for the auth part, the variant of the
 * second factor ("maintenance-kiosk-auth" is "maintenance-kiosk-auth-totp"); otherwise @name itself.
 * Owned by the caller. */
char *kiosk_pam_stack_source (const char *name, const KioskIdentityRules *rules);

/* @text (one service file) with
 *   pam_pwquality  minlen, minclass
 *   pam_pwhistory  remember
 *   pam_faillock   deny, unlock_time, fail_interval
 * replaced, or added where they are missing. Other files that it includes are named by their path in
 * @folder then; @includes, an array of char * with free function, gets their names: they have to be rendered as
 * well, into @folder.
 *
 * NULL with @error (KIOSK_ERROR_INVALID, with the line) when it is not a service file: control characters,
 * a line of more than KIOSK_PAM_MAX_LINE bytes, a type, control or module that pam.conf(5) does not know, an
 * open bracket, a word that ends with a backslash, or a path in the place of the name of an included file, in which nothing could be replaced. */
char *kiosk_pam_stack_render (const char *text, const KioskIdentityRules *rules, const char *folder,
                              GPtrArray *includes, GError **error);
