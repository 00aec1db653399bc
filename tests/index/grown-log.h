/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "audit-log.h"

/* The log of one terminal that grows on the disk, as the writer lets it grow, and as somebody may meddle with it. Records are drawn by lot
 * (g_test_rand_int(), so a run can be repeated): stays, outages, refusals, in any order, several in one moment, with a clock that is set back at times. */
typedef struct {
  AuditLog log;
  char *folder, *host;
  GPtrArray *older;  /* names of the files before the current one, oldest first */
  GArray *firsts;    /* guint64, numbers of their first records */
  guint64 first;     /* of the current one */
  GBytes *last;      /* line */
  gint64 time, boot; /* microseconds */
  guint session, since_checkpoint;
} GrownLog;

/* A new log in @parent/@host; @number: its keys. */
GrownLog *grown_log_new (const char *parent, const char *host, guint64 number);
void grown_log_free (GrownLog *self);

/* Appends @n records. */
void grown_log_append (GrownLog *self, guint n);

/* The current file is full. */
void grown_log_rotate (GrownLog *self);

/* The first file that is not compressed yet, if there is one. */
void grown_log_compress (GrownLog *self);

/* The oldest file is deleted, and a record tells that; if it is compressed and not the only one. FALSE when nothing was done. */
gboolean grown_log_delete (GrownLog *self);

/* Path of file @n of all; owned by the caller. */
char *grown_log_path (const GrownLog *self, guint n);
guint grown_log_count (const GrownLog *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GrownLog, grown_log_free)
