/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/review/queries.h"

/* The report of a month or a year for the security officer (C29, C71, C72), gathered from an index and written as PDF, CSV
 * or JSON. */

typedef struct {
  const char *host; /* NULL: all terminals */
  guint year;       /* 1970 to 9998 */
  guint month;      /* 1 to 12; 0: the whole year */
  GTimeZone *zone;
  KioskStayHours hours;
  gboolean orders;   /* work without an order or an approval is irregular */
  guint unused_days; /* an ID unused for so long is listed */
  gint64 made;       /* when the report is made, Unix microseconds */
  /* May be NULL: what stands at the top, and what the reviewer found */
  const char *office, *document;
  const char *signer;          /* name and time of the electronic signature */
  const char *const *findings; /* NULL-terminated, a line each */
  const char *const
      *proofs; /* what the logs were compared with, and the result; NULL-terminated, a line each */
  const char *doubt; /* what contradicts them, one clause; NULL: nothing */
} KioskReportOptions;

#define KIOSK_REPORT_ROWS                                                                          \
  200 /* refused devices and connections that are listed; more are counted */

/* Everything that a report says. Read only. */
typedef struct {
  KioskReportOptions options; /* texts are copies */
  gint64 from, to;
  GPtrArray *logs;  /* KioskIndexLog */
  GPtrArray *uses;  /* KioskHostUse */
  GArray *failures; /* KioskRise, a day each */
  guint64 failure_count;
  guint rises;
  GPtrArray *refusals; /* KioskIndexRecord, the first KIOSK_REPORT_ROWS */
  guint64 refusal_count;
  GPtrArray *outages;    /* KioskOutageSpan */
  GPtrArray *irregulars; /* KioskIrregular */
  GPtrArray *persons;    /* KioskPersonUse */
  GPtrArray *counts;     /* KioskActionCount */
  guint64 records;       /* in the span */
  guint64 verified;      /* good ones of these logs, all times */
  guint64 checkpoints;   /* whose signature is right */
  guint faults;          /* logs with one */
  guint
      matters; /* that need action: faults, days with a rise, refusals, irregular work, outages that go on */
  char *
      digest; /* 16 hex digits in groups of four: of one terminal the begin of its last chain value, of several the begin of a
                            BLAKE2b-256 over "host chain LF" of all */
} KioskReport;

/* NULL with @error (KIOSK_ERROR_INVALID: no such month or terminal, or records that stand in two of the logs). */
KioskReport *kiosk_report_new (KioskIndex *index, const KioskReportOptions *options,
                               GError **error);
void kiosk_report_free (KioskReport *report);

/* RFC 4180 with a byte order mark. */
char *kiosk_report_csv (const KioskReport *report, gboolean japanese);

/* One JSON object (RFC 8259). */
char *kiosk_report_json (const KioskReport *report);

#define KIOSK_REPORT_PAGE_WIDTH 595.28 /* A4, points */
#define KIOSK_REPORT_PAGE_HEIGHT 841.89

/* The same pages as those of the file, each as a recording surface of cairo (cairo_surface_t), to be drawn at any scale. */
GPtrArray *kiosk_report_pages (const KioskReport *report, gboolean japanese);

/* A4 pages into a file that is replaced. */
gboolean kiosk_report_pdf (const KioskReport *report, gboolean japanese, const char *path,
                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskReport, kiosk_report_free)
