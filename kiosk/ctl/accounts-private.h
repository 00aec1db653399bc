/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/account.h"
#include "kiosk/model/policy.h"

/* What the files of `kioskctl accounts` share: accounts-gather.c reads the machine, accounts-view.c
 * writes what was found, accounts-command.c is the command line. */

/* What is pointed out about an ID. */
typedef enum {
  KIOSK_FINDING_UNLISTED = 1 << 0, /* can log in to this machine, but is not in the policy */
  KIOSK_FINDING_ABSENT = 1 << 1,   /* in the policy, but not on this machine */
  KIOSK_FINDING_DISABLED = 1 << 2,
  KIOSK_FINDING_EXPIRED = 1 << 3,
  KIOSK_FINDING_LOCKED_OUT = 1 << 4,
  KIOSK_FINDING_UNUSED = 1 << 5,
  KIOSK_FINDING_OVERDUE = 1 << 6, /* the password should have been changed */
  KIOSK_FINDING_SHARED_NAME = 1 << 7,
  KIOSK_FINDING_NUMBERED_NAME = 1 << 8,
  KIOSK_N_FINDINGS = 9
} KioskFindings;

typedef struct {
  char *id;
  const KioskPolicyPerson *person; /* NULL: not in the policy */
  KioskAccountState state;
  guint failures;     /* that count now */
  gint64 last_use;    /* unix seconds; 0: none on record */
  gint64 age, left;   /* days of the password; as in account.h */
  const char *factor; /* "totp", "fido2", "totp+fido2" or "" */
  KioskFindings findings;
} KioskAccountRow;

typedef struct {
  const KioskPolicy *policy;
  gint64 now;       /* unix seconds */
  gint64 log_since; /* the first record, unix seconds; 0: none */
  gboolean log_good;
  GPtrArray *rows; /* KioskAccountRow: the policy's in its order, then the others by ID */
} KioskAccounts;

/* Reads accounts, tallies, keys of second factors and the audit log. NULL with @error when one of them
 * cannot be read: half a list would look like a whole one. */
KioskAccounts *kiosk_accounts_gather (const KioskPolicy *policy, GError **error);
void kiosk_accounts_free (KioskAccounts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskAccounts, kiosk_accounts_free)

void kiosk_accounts_print_table (const KioskAccounts *self, KioskLanguage language);
/* RFC 4180, UTF-8 with byte order mark, for spreadsheets. */
void kiosk_accounts_print_csv (const KioskAccounts *self, KioskLanguage language);
void kiosk_accounts_print_json (const KioskAccounts *self);
