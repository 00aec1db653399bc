/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit.h"

/* What a fault of the log is called. */

const char *
kiosk_audit_fault_name (KioskAuditFault fault)
{
  static const char *const names[] = {
    [KIOSK_AUDIT_OK] = "ok",
    [KIOSK_AUDIT_CHANGED] = "changed",
    [KIOSK_AUDIT_UNLINKED] = "unlinked",
    [KIOSK_AUDIT_MISSING] = "missing",
    [KIOSK_AUDIT_MOVED] = "moved",
    [KIOSK_AUDIT_DOUBLED] = "doubled",
    [KIOSK_AUDIT_MALFORMED] = "malformed",
    [KIOSK_AUDIT_TORN] = "torn",
    [KIOSK_AUDIT_FORGED] = "forged",
    [KIOSK_AUDIT_FOREIGN] = "foreign",
    [KIOSK_AUDIT_BAD_CODE] = "bad-code",
    [KIOSK_AUDIT_UNSEALED] = "unsealed",
    [KIOSK_AUDIT_BACKWARDS] = "backwards",
    [KIOSK_AUDIT_HEADLESS] = "headless",
    [KIOSK_AUDIT_UNJOINED] = "unjoined",
  };

  return names[fault];
}

const char *
kiosk_audit_fault_text (KioskAuditFault fault, gboolean japanese)
{
  switch (fault)
    {
    case KIOSK_AUDIT_OK:
      return japanese ? "異常は見つかりませんでした" : "no fault found";
    case KIOSK_AUDIT_CHANGED:
      return japanese ? "この記録の内容が書き換えられています" : "this record was changed";
    case KIOSK_AUDIT_UNLINKED:
      return japanese ? "直前の記録とつながりません。直前までの記録が作り直されたか、この記録が別の"
                        "ログのものです"
                      : "this record does not follow the one before it: that one was rewritten, or "
                        "this one comes from another log";
    case KIOSK_AUDIT_MISSING:
      return japanese ? "この記録より前の記録が抜けています"
                      : "records before this one are missing";
    case KIOSK_AUDIT_MOVED:
      return japanese ? "記録の順序が入れ替えられています。ここにあるべき記録が後ろにあります"
                      : "the order was changed: the record that belongs here stands further down";
    case KIOSK_AUDIT_DOUBLED:
      return japanese
                 ? "同じ番号の記録が前にもあります。二重になっているか、別のログのものです"
                 : "a record with this number stands further up already: this one is a copy, or "
                   "comes from another log";
    case KIOSK_AUDIT_MALFORMED:
      return japanese ? "記録の形式ではありません" : "this line is not a record";
    case KIOSK_AUDIT_TORN:
      return japanese ? "最後の行が途中で終わっています。書き込み中に停止したか、切り取られています"
                      : "the last line has no end: the machine stopped while writing it, or it was "
                        "cut";
    case KIOSK_AUDIT_FORGED:
      return japanese ? "署名が、この端末の鍵のものではありません。作り直された記録です"
                      : "the signature was not made with the terminal's key: this record was made "
                        "by somebody else";
    case KIOSK_AUDIT_FOREIGN:
      return japanese ? "登録された鍵で始まっていません。別のログのものです"
                      : "the log does not begin with the key of its enrolment: it is another log";
    case KIOSK_AUDIT_BAD_CODE:
      return japanese ? "認証符号が合いません。この記録は、端末が書いたものではありません"
                      : "the authentication code is wrong: the terminal did not write this record";
    case KIOSK_AUDIT_UNSEALED:
      return japanese ? "署名のない記録が長く続いています。端末が書いたものではありません"
                      : "too many records without a signature: the terminal did not write them";
    case KIOSK_AUDIT_BACKWARDS:
      return japanese ? "起動からの時間が、直前の記録より前に戻っています"
                      : "the time since the start of the machine is earlier than in the record "
                        "before";
    case KIOSK_AUDIT_HEADLESS:
      return japanese ? "はじめの記録がありません。削除したという記録もありません"
                      : "the first records are missing, and no record tells of their deletion";
    case KIOSK_AUDIT_UNJOINED:
      return japanese ? "このファイルは、前のファイルの最後の記録で始まっていません"
                      : "this file does not begin with the last record of the file before";
    }
  return japanese ? "不明" : "unknown";
}
