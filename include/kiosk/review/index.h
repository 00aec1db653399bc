/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/log/log-set.h"
#include "kiosk/model/audit.h"

#include <gio/gio.h>

/* The index of one or many terminals' logs (R22, C29, C71): built by reading the logs once, verified meanwhile, and asked
 * by kiosk-review and kioskctl. The logs are the truth, and stay as they are; an index can be thrown away and built anew.
 *
 * Texts come from the stored lines and are therefore free of control characters and invisible formatting where the
 * line follows the format; those of lines that do not verify are cleaned on the way in.
 * Times are Unix microseconds by the terminal's clock. A missing text is "", never NULL.
 *
 * Any thread; calls are serialised by a lock inside, so a query waits for an import to end. What queries return
 * belongs to the caller: a GPtrArray with a free function for its elements. */
typedef struct _KioskIndex KioskIndex;

/* @where: the path of an SQLite file, created with mode 0600 if it is not there; NULL: a temporary one that vanishes with
 * the index; "postgresql://...": a database server (libpq, section 34.1.1.2 of its manual), where the schema
 * "kiosk" is made if it is not there. KIOSK_ERROR_INVALID when there is something else in that place
 * or an index of another version. */
KioskIndex *kiosk_index_open (const char *where, GError **error);
void kiosk_index_free (KioskIndex *self);

/* ---- Building it ---- */

/* @done of @total bytes of all logs were read; @records are in the index. */
typedef void (*KioskIndexProgress) (guint64 done, guint64 total, guint64 records,
                                    gpointer user_data);

/* Brings the index up to date with the log @set, verified against @keys (NULL: the key of its enrolment). Lines that do not verify are taken in and
 * marked. @path is what people know it by. One transaction: FALSE with @error (a file, the database, G_IO_ERROR_CANCELLED) leaves the index as it was.
 *
 * Of a log that was read from the same path with the same keys, only what is needed is read: nothing, when no file has changed; else from the last file on before
 * which none has. The result is the same as if all of it were read. Files may have been added, rotated, compressed, and removed from the front. Where anything else has changed, and always when
 * @keys has a secret, all of it is read.
 *
 * That a file has not changed is believed by its place on the disk, length and time of last change (kiosk_log_set_get_stamps()). Who is root where the logs lie can set the clock back,
 * change a byte of an old file, and leave no other trace than the file itself: an index that was built before will not see it. What a court is to see is therefore read anew: a new index, or
 * kiosk_index_set_anew(). */
gboolean kiosk_index_import (KioskIndex *self, KioskLogSet *set, const char *path,
                             const KioskAuditKeys *keys, KioskIndexProgress progress,
                             gpointer user_data, GCancellable *cancellable, GError **error);

/* The same for what a person chose: a log's folder, one of its files, or a folder of a collector, in which each
 * folder is one terminal's. KIOSK_ERROR_INVALID when there is no log in it. */
gboolean kiosk_index_import_path (KioskIndex *self, const char *path, const KioskAuditKeys *keys,
                                  KioskIndexProgress progress, gpointer user_data,
                                  GCancellable *cancellable, GError **error);

/* Whether imports from now on read all of each log, whatever is known of its files. FALSE at first. */
void kiosk_index_set_anew (KioskIndex *self, gboolean anew);

/* Bytes of logs on the disk that the last import read. */
guint64 kiosk_index_get_read (KioskIndex *self);

/* ---- What is in it ---- */

/* One terminal's log and what its verification said. */
typedef struct {
  gint64 id;
  char *path;
  char *host; /* of the enrolment, else of the first record */
  char *site; /* the last one on record */
  GStrv files;
  guint64 size;            /* bytes on the disk */
  guint64 records;         /* in the index, good or not */
  guint64 unreadable;      /* lines that are no record at all: they are not in the index */
  gint64 first, last;      /* times of the first and last good record; 0 without one */
  KioskAuditReport report; /* file is an index into @files */
  gint64 fault_key;        /* key of the first record that is not good; 0: there is none */
  char *seal_code;         /* of the last good checkpoint; "" without one */
  char *chain;             /* 64 hex digits: chain value of the last good record; "" without one */
} KioskIndexLog;

void kiosk_index_log_free (KioskIndexLog *log);

/* All logs by terminal. (KioskIndexLog) */
GPtrArray *kiosk_index_get_logs (KioskIndex *self, GError **error);

/* ---- Records ---- */

/* Which records; what is NULL, FALSE or 0 lets all pass. Texts are compared as they are, but for @text. */
typedef struct {
  const char *host;
  const char *person;         /* user.id */
  const char *server;         /* destination.address */
  const char *const *actions; /* one of these, NULL-terminated */
  const char *category;       /* event.category */
  const char *outcome;        /* "success", "failure", "unknown" */
  const char *reason;
  const char *session;
  const char *ticket;
  const char *
      text; /* part of: person, name, server, address, site, ticket, purpose, reason, message, reference,
                        order, session (this one whole); upper and lower case of ASCII count as the same */
  gint64 from, to;   /* from <= time < to */
  gboolean troubles; /* what somebody should look at: kiosk_review_is_trouble() */
  gboolean faulty;   /* only those that do not verify */
} KioskIndexFilter;

typedef struct {
  gint64 key;  /* names the record in this index; ascends with time, across all terminals */
  gint64 time; /* the key is made of it */
  gint64 log;  /* KioskIndexLog.id */
  guint64 sequence;
  gboolean good;    /* it and all before it verify */
  gboolean trouble; /* see the filter */
  char *host, *site;
  char *person, *person_name;
  char *server, *address; /* destination.address, destination.ip */
  char *action, *category, *outcome, *reason;
  char *session, *ticket, *purpose, *detail, *reference;
  char *order, *approver; /* kiosk.approval.order, kiosk.approval.by */
} KioskIndexRecord;

void kiosk_index_record_free (KioskIndexRecord *record);

typedef enum {
  KIOSK_INDEX_NEWEST_FIRST,
  KIOSK_INDEX_OLDEST_FIRST,
} KioskIndexOrder;

/* The next @limit records behind @after in @order (0: from the beginning of it). (KioskIndexRecord) */
GPtrArray *kiosk_index_get_page (KioskIndex *self, const KioskIndexFilter *filter,
                                 KioskIndexOrder order, gint64 after, guint limit, GError **error);

/* How many records pass @filter; *@total. Takes longer than a page when there are many. */
gboolean kiosk_index_count (KioskIndex *self, const KioskIndexFilter *filter, guint64 *total,
                            GError **error);

/* How many of them stand before @key in @order: the row of that record in a list. */
gboolean kiosk_index_get_position (KioskIndex *self, const KioskIndexFilter *filter,
                                   KioskIndexOrder order, gint64 key, guint64 *position,
                                   GError **error);

/* The record behind @position others; the list can be entered anywhere. Costs as much as counting up to there. NULL without
 * @error when there are fewer. */
KioskIndexRecord *kiosk_index_get_nth (KioskIndex *self, const KioskIndexFilter *filter,
                                       KioskIndexOrder order, guint64 position, GError **error);

/* The record @key; *@line (may be NULL) gets its stored bytes without line feed. */
KioskIndexRecord *kiosk_index_get_record (KioskIndex *self, gint64 key, GBytes **line,
                                          GError **error);

/* Reads the stored line of every record that passes, oldest first. FALSE from @on_line: enough, TRUE is returned. The index is
 * locked meanwhile: no call to it from there. */
typedef gboolean (*KioskIndexLine) (const KioskIndexRecord *record, const char *line, gsize length,
                                    gpointer user_data);
gboolean kiosk_index_foreach_line (KioskIndex *self, const KioskIndexFilter *filter,
                                   KioskIndexLine on_line, gpointer user_data, GError **error);

/* The same in @order, and of the first @limit (0: of all). */
gboolean kiosk_index_foreach_line_of (KioskIndex *self, const KioskIndexFilter *filter,
                                      KioskIndexOrder order, guint limit, KioskIndexLine on_line,
                                      gpointer user_data, GError **error);

/* What stands in the index of one kind, for a choice: hosts, persons, servers, actions ... Strings in byte order. */
typedef enum {
  KIOSK_INDEX_HOSTS,
  KIOSK_INDEX_PERSONS,
  KIOSK_INDEX_SERVERS,
  KIOSK_INDEX_ACTIONS,
  KIOSK_INDEX_REASONS,
} KioskIndexKind;
GStrv kiosk_index_list (KioskIndex *self, KioskIndexKind kind, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIndex, kiosk_index_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIndexLog, kiosk_index_log_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskIndexRecord, kiosk_index_record_free)
