/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proofs.h"

#include "kiosk/review/queries.h"

#include <gio/gio.h>

/* What is being reviewed: the index of the logs that were opened, what their verification said, and the terminal and the
 * period at which all pages look. The logs are only read. Main thread; reading and verifying happen in a thread
 * of its own.
 *
 * Signals: "state" (opening, progress, opened, failed), "changed" (another terminal or period, or other logs: pages ask anew),
 * "go" (char *page: a page is to be shown). */
#define KIOSK_TYPE_STORE (kiosk_store_get_type ())
G_DECLARE_FINAL_TYPE (KioskStore, kiosk_store, KIOSK, STORE, GObject)

typedef enum {
  KIOSK_STORE_EMPTY,
  KIOSK_STORE_READING,
  KIOSK_STORE_READY,
  KIOSK_STORE_FAILED, /* see kiosk_store_get_failure() */
} KioskStoreState;

/* @key: key_1 as the security officer knows it, copied; NULL: that of the enrolment beside each log counts. What the logs are compared with
 * goes into @proofs; when that changes, so does the store. */
KioskStore *kiosk_store_new (const guint8 *key, KioskProofs *proofs);
KioskProofs *kiosk_store_get_proofs (KioskStore *self);

/* Begins to read and verify @path: a log's folder, one file, a collector's folder. What was open before is let go. */
void kiosk_store_open (KioskStore *self, const char *path);
void kiosk_store_cancel (KioskStore *self);

KioskStoreState kiosk_store_get_state (KioskStore *self);
double kiosk_store_get_progress (KioskStore *self);  /* 0 to 1 */
const char *kiosk_store_get_path (KioskStore *self); /* NULL when nothing was opened */
const char *kiosk_store_get_failure (KioskStore *self);
gboolean
kiosk_store_is_untrusted (KioskStore *self); /* it failed because a bundle is not what was signed */

/* NULL unless ready. */
KioskIndex *kiosk_store_get_index (KioskStore *self);

/* The index for who uses it longer than until the next main loop: other logs may be opened meanwhile. Any thread. */
typedef struct {
  KioskIndex *index;
} KioskHeldIndex;

KioskHeldIndex *kiosk_store_hold_index (KioskStore *self);
void kiosk_held_index_release (KioskHeldIndex *held);

/* (KioskIndexLog) of all terminals; empty unless ready. */
GPtrArray *kiosk_store_get_logs (KioskStore *self);
const KioskIndexLog *kiosk_store_find_log (KioskStore *self, gint64 id);

/* Whether @log was verified against a key that did not come from itself. */
gboolean kiosk_store_knows_key (KioskStore *self, const KioskIndexLog *log);

/* Whether the files of a log are at fault by themselves. */
gboolean kiosk_store_has_fault (KioskStore *self);

/* Records of all terminals, and times of the first and the last good one. */
guint64 kiosk_store_get_records (KioskStore *self);
void kiosk_store_get_extent (KioskStore *self, gint64 *first, gint64 *last);

/* ---- Where all pages look ---- */

/* NULL: all terminals. */
void kiosk_store_set_host (KioskStore *self, const char *host);
const char *kiosk_store_get_host (KioskStore *self);

/* from <= time < to; 0: open. */
void kiosk_store_set_period (KioskStore *self, gint64 from, gint64 to);
void kiosk_store_get_period (KioskStore *self, gint64 *from, gint64 *to);

/* The same, but never open: where it is, the extent of the logs takes its place. */
void kiosk_store_get_span (KioskStore *self, gint64 *from, gint64 *to);

/* The period in words: "2026年11月". Owned by the caller. */
char *kiosk_store_describe_period (KioskStore *self);

/* ---- What the timeline shows of it ---- */

/* All may be NULL, 0, FALSE; see KioskIndexFilter. */
typedef struct {
  char *person, *server, *action, *session, *text;
  gint64 from, to;
  gboolean troubles;
  gboolean refusals; /* kiosk_review_device_actions */
  gboolean identity; /* kiosk_review_identity_actions */
  gboolean seals;    /* the regular signatures of the log, too: there is one every minute */
  gint64 key;        /* the record that is chosen */
} KioskView;

void kiosk_view_clear (KioskView *view);

/* Shows the timeline with @view, which is taken over and left empty. */
void kiosk_store_show (KioskStore *self, KioskView *view);
KioskView *kiosk_store_get_view (KioskStore *self); /* to be changed in place by the timeline */
void kiosk_store_go (KioskStore *self, const char *page);
