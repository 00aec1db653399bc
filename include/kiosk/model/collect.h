/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"

/* What a collector makes of the lines of one terminal's log (R22): they come at least once, in any order, from a network, and some
 * may be somebody else's. Pure: lines and times in, verdicts out. One thread at a time.
 *
 * Nothing counts until a checkpoint proves it: lines are kept until one whose signature is the log's has arrived and leads back,
 * record by record, to the last one that was proved. Then the records between are given out, in order; and whatever claimed to stand in
 * their places is a fork. So a line that somebody slipped in can never take the place of a true one. */

typedef enum {
  KIOSK_COLLECT_KEPT,      /* the next one, or one behind a gap: kept until it is proved */
  KIOSK_COLLECT_DUPLICATE, /* is kept already, byte for byte */
  KIOSK_COLLECT_OLD, /* its number was proved before: the store knows whether it is the same line */
  KIOSK_COLLECT_FORK, /* kept, too; another line with the same number is there */
  KIOSK_COLLECT_BAD,  /* no record of this log, see the fault */
} KioskCollectVerdict;

/* A line that has no place in the log. */
typedef struct {
  GBytes *line;
  guint64 sequence;
  KioskAuditFault fault; /* OK: a fork that lost, or pushed out because too much was kept */
} KioskCollectOutcast;

/* What taking a line has led to. */
typedef struct {
  KioskCollectVerdict verdict;
  KioskAuditFault fault;   /* of BAD */
  guint64 sequence;        /* of the line; 0 when it cannot be read */
  GPtrArray *proved;       /* GBytes: lines to be stored, in order; the last is a checkpoint */
  GPtrArray *outcasts;     /* KioskCollectOutcast */
  guint64 proved_sequence; /* the last of @proved */
  guint8 proved_chain[KIOSK_AUDIT_HASH_SIZE];
  gboolean pushed_out; /* some of @outcasts had to go because too much is kept */
} KioskCollectResult;

void kiosk_collect_result_clear (KioskCollectResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KioskCollectResult, kiosk_collect_result_clear)

typedef struct _KioskCollectStream KioskCollectStream;

/* The log that begins with @key = key_1 (copied). @keep_bytes: most that is kept while something is missing; what is furthest ahead is
 * pushed out then. */
KioskCollectStream *kiosk_collect_stream_new (const guint8 *key, gsize keep_bytes);
void kiosk_collect_stream_free (KioskCollectStream *self);

/* Goes on behind @line, the last line that was stored: a checkpoint. Before the first kiosk_collect_stream_take(). FALSE when it is none. */
gboolean kiosk_collect_stream_resume (KioskCollectStream *self, GBytes *line);

/* Takes a line that arrived at @now (microseconds of any clock that is not set). @result is filled in, and cleared by the caller. */
void kiosk_collect_stream_take (KioskCollectStream *self, GBytes *line, gint64 now,
                                KioskCollectResult *result);

/* The last record that was proved: its number (0: none yet) and hash. */
const KioskAuditChain *kiosk_collect_stream_get_proved (const KioskCollectStream *self);

/* Lines that are kept, GBytes in the order of their arrival; the array is the caller's. */
GPtrArray *kiosk_collect_stream_list_kept (const KioskCollectStream *self);

/* Whether lines wait for others: records *@first to *@last are missing, and since *@since (microseconds) a line is there that is behind them. With *@last
 * smaller than *@first none is missing, but the next one does not hang from the one before: the past was rewritten. */
gboolean kiosk_collect_stream_find_gap (const KioskCollectStream *self, guint64 *first,
                                        guint64 *last, gint64 *since);

/* Whether the terminal said last, as far as it is known without a gap, that it ends: nothing is awaited then. */
gboolean kiosk_collect_stream_is_resting (const KioskCollectStream *self);

/* Which terminal @line (@length bytes) claims to come from: host.id, owned by the caller; NULL when there is none or it is no name for a
 * folder: letters, digits, "-", "_", "." (not first), at most 64, and not "unknown". */
char *kiosk_collect_line_host (const char *line, gsize length);
gboolean kiosk_collect_is_host (const char *host);

/* Whether nothing is awaited after @line: its action is log-closed or power-off. */
gboolean kiosk_collect_line_ends (const char *line, gsize length);

/* The number that @line claims to have; 0 when it cannot be read. */
guint64 kiosk_collect_line_sequence (const char *line, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskCollectStream, kiosk_collect_stream_free)
