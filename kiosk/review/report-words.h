/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "report-page.h"
#include "kiosk/review/report.h"

/* What a report says in words, for all its forms. Owned by the caller. */

/* X (name, Japanese, English) */
#define KIOSK_REPORT_TEXTS(X)                                                                                      \
  X (TITLE_MONTH, "リモート保守端末 月次点検報告書",                                                               \
     "Remote maintenance terminals: monthly review")                                                               \
  X (TITLE_YEAR, "リモート保守端末 年次点検報告書", "Remote maintenance terminals: yearly review")                 \
  X (DOCUMENT, "文書番号", "Document")                                                                             \
  X (MADE, "作成日", "Made on")                                                                                    \
  X (COVERS, "対象", "Covers")                                                                                     \
  X (HEAD, "課長", "Head")                                                                                         \
  X (CHIEF, "係長", "Chief")                                                                                       \
  X (OFFICER, "担当", "Officer")                                                                                   \
  X (INTEGRITY, "1 記録の完全性", "1 Integrity of the log")                                                        \
  X (USE, "2 利用状況", "2 Use")                                                                                   \
  X (FAILURES, "3 ログイン失敗（件/日）", "3 Failed log-ins per day")                                              \
  X (FAILURES_YEAR, "3 ログイン失敗（件/月）", "3 Failed log-ins per month")                                       \
  X (REFUSALS, "4 拒否した機器・接続", "4 Refused devices and connections")                                        \
  X (OUTAGES, "5 回線・サーバーの障害", "5 Outages")                                                               \
  X (IRREGULARS, "6 時間外・承認外の作業、利用者ID", "6 Work outside hours or orders, IDs")                        \
  X (UPDATES, "7 更新・ウイルス検査・脆弱性診断", "7 Updates, malware scans, vulnerability tests")                 \
  X (FINDINGS, "8 所見と対応", "8 Findings and action")                                                            \
  X (TERMINAL, "端末", "Terminal")                                                                                 \
  X (SITE, "設置場所", "Site")                                                                                     \
  X (VERIFIED, "検証した記録", "Records verified")                                                                 \
  X (SIGNATURES, "正しい署名", "Right signatures")                                                                 \
  X (RESULT, "検証結果", "Result")                                                                                 \
  X (LAST_RECORD, "最終記録", "Last record")                                                                       \
  X (SEAL_CODE, "封印コード", "Seal code")                                                                         \
  X (SIGNATURE, "電子署名", "Signature")                                                                           \
  X (SESSIONS, "セッション", "Sessions")                                                                           \
  X (PEOPLE, "利用者", "People")                                                                                   \
  X (TOTAL, "合計時間", "Total time")                                                                              \
  X (OUTSIDE, "時間外", "Outside hours")                                                                           \
  X (WHEN, "いつ", "When")                                                                                         \
  X (WHERE, "どこで", "Where")                                                                                     \
  X (WHO, "だれが", "Who")                                                                                         \
  X (WHAT, "何を", "What")                                                                                         \
  X (HOW, "どうした", "Outcome")                                                                                   \
  X (CHECK, "確認", "Check")                                                                                       \
  X (COUNT, "件数", "No.")                                                                                         \
  X (NOTE, "備考", "Note")                                                                                         \
  X (SECTION, "区分", "Section")                                                                                   \
  X (NONE, "なし", "none")                                                                                         \
  X (GOOD, "異常なし", "no fault")                                                                                 \
  X (GOES_ON, "継続中または終了不明", "goes on, or its end is not known")                                          \
  X (FIRST_USE, "初回", "First use")                                                                               \
  X (LAST_USE, "最終利用", "Last use")                                                                             \
  X (NEVER, "利用なし", "never")                                                                                   \
  X (UNUSED, "未使用", "unused")                                                                                   \
  X (OUTSIDE_HOURS, "時間外の利用", "outside of the hours")                                                        \
  X (WITHOUT_ORDER, "作業指示書・承認なしの接続", "connected without order or approval")                           \
  X (WAS_REFUSED, "拒否または終了", "refused or ended")                                                            \
  X (RISE, "急増", "sudden rise")                                                                                  \
  X (RULE,                                                                                                         \
     "急増: 直前28日の中央値に、3×1.4826×MAD（中央絶対偏差）と 5 の大きいほうを足した値を超えた日。",              \
     "A sudden rise: a day above the median of the 28 days before plus the greater of 3 × 1.4826 × MAD and 5.")    \
  X (APART,                                                                                                        \
     "監査ログの対象外です。OS・ソフトウェアの一覧、管理用アカウントの確認、検査と診断の結果は別紙に記入します。", \
     "Not part of the audit log: the list of software, the check of administrators' accounts and the "             \
     "results of scans and tests are enclosed.")                                                                   \
  X (NO_KEY, "鍵なしで検証（署名の持ち主は未確認）", "verified without the key of its enrolment")

typedef enum {
#define X(name, ja, en) KIOSK_REPORT_##name,
  KIOSK_REPORT_TEXTS (X)
#undef X
      KIOSK_REPORT_N_TEXTS
} KioskReportText;

const char *kiosk_report_text (KioskReportText text, gboolean japanese);

/* "令和8年10月分（2026年10月1日〜31日）", "October 2026 (2026-10-01 to 2026-10-31)" */
char *kiosk_report_span (const KioskReport *report, gboolean japanese);
char *kiosk_report_date (gint64 time, GTimeZone *zone, gboolean japanese); /* with the era */
char *kiosk_report_time (gint64 time, GTimeZone *zone); /* 2026-10-14 10:22; "" for 0 */
char *kiosk_report_duration (gint64 microseconds);      /* 52:10 hours and minutes */
char *kiosk_report_number (guint64 number);             /* 16,930 */
char *kiosk_report_conclusion (const KioskReport *report, gboolean japanese);
char *kiosk_report_fault (const KioskIndexLog *log, gboolean japanese);
char *kiosk_report_who (const char *person, const char *name, gboolean japanese);
const char *kiosk_report_action (const char *action, gboolean japanese);
const char *kiosk_report_reason (const char *reason, gboolean japanese);
char *kiosk_report_outage (const KioskOutageSpan *span, gboolean japanese); /* of what */
char *kiosk_report_irregular (const KioskIrregular *irregular, gboolean japanese);

/* For longer than the report asks for, at its end. */
gboolean kiosk_report_is_unused (const KioskReport *report, const KioskPersonUse *use);

/* What needs action, a line each. (char *) */
GPtrArray *kiosk_report_matters (const KioskReport *report, gboolean japanese);

/* report-chart.c: the section of failed log-ins. */
void kiosk_report_draw_failures (KioskPage *page, const KioskReport *report, gboolean japanese);
