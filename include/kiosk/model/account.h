/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Accounts of persons on this machine (R06; C4, C41, C69): what shadow(5) says, and what follows from it
 * (the tally of pam_faillock: tally.h). Pure: bytes in, facts and verdicts out. Any thread. */

#define KIOSK_DAY_SECONDS (24 * 60 * 60)

/* One line of shadow(5) without its secret. Days count from 1970-01-01 UTC; -1: the field is empty. */
typedef struct {
  gboolean known;       /* there is such a line */
  gboolean barred;      /* "!" before the hash: usermod -L, or never had a password */
  gboolean no_password; /* no hash at all: empty, or "*" */
  gint64 changed;       /* day of the last change of the password; 0: must be changed now */
  gint64 max_days;      /* the password must be changed after so many */
  gint64 inactive;      /* so many days after that the account is closed */
  gint64 expires;       /* day on which the account is closed */
} KioskAccountEntry;

/* Finds @id in the @length bytes of a shadow file. *@entry is filled in whatever the result; FALSE when
 * there is no such line, or one that is not whole: then it is not known. */
gboolean kiosk_account_find (const char *shadow, gsize length, const char *id,
                             KioskAccountEntry *entry);

/* One file in memory; not NUL-terminated, and NULL with 0 where there is none. */
typedef struct {
  const char *bytes;
  gsize length;
} KioskAccountText;

/* The same on a terminal that keeps what its persons change beside its image: as in what
 * kiosk_account_lines_merge() makes of @image, @base and @kept, but without a copy of anything. */
gboolean kiosk_account_find_kept (KioskAccountText image, KioskAccountText base,
                                  KioskAccountText kept, const char *id, KioskAccountEntry *entry);

typedef enum {
  KIOSK_ACCOUNT_ACTIVE,
  KIOSK_ACCOUNT_LOCKED_OUT, /* too many failures; for some time */
  KIOSK_ACCOUNT_EXPIRED,    /* its last day is over, or its password's and the days after that */
  KIOSK_ACCOUNT_DISABLED,   /* by an administrator */
  KIOSK_ACCOUNT_ABSENT,     /* not on this machine */
  KIOSK_ACCOUNT_UNUSED,     /* not used for longer than the policy allows */
} KioskAccountState;

/* @today: day of the clock. LOCKED_OUT and UNUSED do not stand in shadow and are never the answer. */
KioskAccountState kiosk_account_judge (const KioskAccountEntry *entry, gint64 today);

/* Days since the password was changed, and until it must be (negative: overdue). -1 and G_MAXINT64 where
 * nothing says so. */
gint64 kiosk_account_password_age (const KioskAccountEntry *entry, gint64 today);
gint64 kiosk_account_password_left (const KioskAccountEntry *entry, gint64 today);

/* Whether somebody who was let in with an account in state @before must go now that it is @after. Who was
 * let in without an account of this machine (a directory's) stays: shadow says nothing of theirs. */
gboolean kiosk_account_must_end (KioskAccountState before, KioskAccountState after);

typedef enum {
  KIOSK_NAME_PERSONAL,
  KIOSK_NAME_SHARED,   /* a word for a task or for everybody: admin, test, guest, kyoyu ... */
  KIOSK_NAME_NUMBERED, /* one or two digits at the end: the second of its kind? */
} KioskNameKind;

/* What an ID looks like. A hint for people, never a reason to refuse one. */
KioskNameKind kiosk_account_name_kind (const char *id);
