/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/forerunner.h"

#include <glib.h>

/* The note about the log that was set aside before this one, as a file in the folder of the log ("Forerunner" in kiosk/docs/AUDIT-FORMAT.md). What
 * stands in its place never keeps a log from being opened. Main thread only. */

typedef enum {
  KIOSK_AUDIT_FORERUNNER_ABSENT,
  KIOSK_AUDIT_FORERUNNER_GOOD,
  KIOSK_AUDIT_FORERUNNER_BROKEN, /* too large, not of its form, not a file of our own */
} KioskAuditForerunner;

/* Reads it into @found (to be cleared) when it is good; *@why (owned by the caller) says what is wrong with a broken one. */
KioskAuditForerunner kiosk_audit_forerunner_read (int folder, KioskForerunner *found, char **why);

/* It is on record: it goes. A broken one stays as KIOSK_AUDIT_FORERUNNER_REFUSED, in the place of an earlier one. */
#define KIOSK_AUDIT_FORERUNNER_REFUSED "forerunner.refused"
void kiosk_audit_forerunner_put_away (int folder, KioskAuditForerunner what);
