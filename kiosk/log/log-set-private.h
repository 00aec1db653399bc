/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/log/enrolment.h"
#include "kiosk/log/log-set.h"

/* Shared by log-set.c, which finds the files, and log-read.c, which reads them. */
struct _KioskLogSet {
  char *folder;
  GPtrArray *names; /* NULL-terminated */
  GArray *sizes;    /* guint64, of each when it was found */
  guint64 size;     /* all of them */
  KioskEnrolment *enrolment;
  guint64 excerpt; /* record with which it begins, if it is one */
};

/* In the folder of @self; owned by the caller. */
char *kiosk_log_set_path_of (const KioskLogSet *self, const char *name);
