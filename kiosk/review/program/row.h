/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/review/index.h"

#include <gio/gio.h>

/* A row of the timeline: a record, or the place where something is wrong with a log. */
#define KIOSK_TYPE_ROW (kiosk_row_get_type ())
G_DECLARE_FINAL_TYPE (KioskRow, kiosk_row, KIOSK, ROW, GObject)

/* Takes @record over. */
KioskRow *kiosk_row_new (KioskIndexRecord *record);

/* @log is copied as far as it is needed. */
KioskRow *kiosk_row_new_fault (const KioskIndexLog *log);

/* NULL for a fault. */
const KioskIndexRecord *kiosk_row_get_record (KioskRow *self);

/* What is wrong, in words; NULL for a record. */
const char *kiosk_row_get_fault (KioskRow *self);

/* どうした in words, of a record: "失敗（パスワードなどが違う）". Owned by the caller. */
char *kiosk_record_describe_outcome (const KioskIndexRecord *record);

/* 何を in words: the action, and on what. Owned by the caller. */
char *kiosk_record_describe_action (const KioskIndexRecord *record);

/* Its symbol, whose colour is one of "err-text", "warn-text", "ok-text", "dim-label"; static. */
const char *kiosk_record_get_icon (const KioskIndexRecord *record, const char **colour);
