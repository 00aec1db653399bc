/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What a record can say: every event.action, and the usual words of event.reason, with their texts
 * for people. One row here is the name, its ECS category and type, its Japanese and its English; the
 * fields that go with each action stand in kiosk/docs/AUDIT-FORMAT.md. A name that once was in a
 * released version is never renamed or given another meaning: logs are kept for years.
 *
 * Categories and types are those of the Elastic Common Schema (event.category, event.type). */

/* ---- The log itself ---- */
#define KIOSK_ACTION_LOG_OPENED "log-opened"       /* the writer verified the file and goes on */
#define KIOSK_ACTION_LOG_RECOVERED "log-recovered" /* a torn last line was put aside */
#define KIOSK_ACTION_LOG_RENEWED "log-renewed" /* a write failed: the log goes on in another file */
#define KIOSK_ACTION_LOG_BEGUN "log-begun"     /* record 1, a checkpoint */
#define KIOSK_ACTION_LOG_BEGUN_ANEW                                                                \
  "log-begun-anew" /* record 2: the log before was set aside; reason; detail: what it was, why */
#define KIOSK_ACTION_CHECKPOINT "checkpoint"       /* signed; reason: why now */
#define KIOSK_ACTION_LOG_CLOSED "log-closed"       /* kioskd ends, a checkpoint */
#define KIOSK_ACTION_LOG_DELETED "log-deleted"     /* intent: an old file goes */
#define KIOSK_ACTION_LOG_RECEIPTED "log-receipted" /* the collector signed that it has them */
#define KIOSK_ACTION_LOG_CONTRADICTED                                                              \
  "log-contradicted" /* it signed that it has others; reason; detail: what it said */
#define KIOSK_ACTION_RECEIPT_REFUSED "receipt-refused" /* worth nothing; reason */

/* ---- The terminal ---- */
#define KIOSK_ACTION_DAEMON_STARTED "daemon-started"
#define KIOSK_ACTION_DAEMON_STOPPED "daemon-stopped"
#define KIOSK_ACTION_BOOT_REFUSED "boot-refused" /* not the image's command line; detail: a word */
#define KIOSK_ACTION_POLICY_ACCEPTED "policy-accepted"
#define KIOSK_ACTION_POLICY_REFUSED "policy-refused"     /* detail: file:line: reason */
#define KIOSK_ACTION_TERMINAL_STOPPED "terminal-stopped" /* out of service; reason */
#define KIOSK_ACTION_TERMINAL_READY "terminal-ready"
#define KIOSK_ACTION_POWER_OFF "power-off" /* the power key; intent, before process 1 is told */
#define KIOSK_ACTION_SHELL_CONNECTED "shell-connected"
#define KIOSK_ACTION_REQUEST_REFUSED "request-refused" /* a program of ours broke its protocol */
#define KIOSK_ACTION_PROGRAM_DIED "program-died"       /* reason: ended; detail: which, how */
#define KIOSK_ACTION_HEARTBEAT_MISSED "heartbeat-missed"

/* ---- The network of the terminal ---- */
#define KIOSK_ACTION_INTERFACE_REFUSED                                                             \
  "interface-refused"                                    /* no cable; reason; detail: what it is */
#define KIOSK_ACTION_DRILL_BEGUN "drill-begun"           /* what must fail is about to be tried */
#define KIOSK_ACTION_DRILL_PASSED "drill-passed"         /* reason: kind; detail: how often */
#define KIOSK_ACTION_DRILL_UNPROVED "drill-unproved"     /* there was no way on which to try it */
#define KIOSK_ACTION_DRILL_FAILED "drill-failed"         /* detail: what got through */
#define KIOSK_ACTION_DRILL_UNFINISHED "drill-unfinished" /* reason; no result */

/* ---- Devices ---- */
#define KIOSK_ACTION_DEVICES_UNGUARDED "devices-unguarded" /* a bus lets devices in; detail */
#define KIOSK_ACTION_DEVICES_RESCANNED "devices-rescanned" /* news were lost: all judged anew */
#define KIOSK_ACTION_DEVICE_ALLOWED "device-allowed"       /* detail: what, and which interfaces */
#define KIOSK_ACTION_DEVICE_REFUSED "device-refused"       /* reason; detail: what, which rule */
#define KIOSK_ACTION_DEVICE_WITHDRAWN "device-withdrawn"   /* worked until now; reason */
#define KIOSK_ACTION_DEVICE_REMOVED "device-removed"       /* one that worked was unplugged */
#define KIOSK_ACTION_KEYBOARD_CHECK_BEGUN "keyboard-check-begun" /* a number is to be typed on it */
#define KIOSK_ACTION_KEYBOARD_CHECK "keyboard-check"             /* its result */
#define KIOSK_ACTION_PRESENCE_FAULT "presence-fault" /* a sensor failed; reason; detail: which */
#define KIOSK_ACTION_TYPING_ALARM "typing-alarm"     /* faster than a person; detail: how fast */

/* ---- Persons ---- */
#define KIOSK_ACTION_LOGIN_BEGUN "login-begun" /* intent, before PAM sees anything */
#define KIOSK_ACTION_LOGIN "login"             /* its result; failure with the true reason */
#define KIOSK_ACTION_CONVERSATION_CANCELLED "conversation-cancelled"
#define KIOSK_ACTION_LOCK "lock"
#define KIOSK_ACTION_UNLOCK_BEGUN "unlock-begun" /* intent */
#define KIOSK_ACTION_UNLOCK "unlock"
#define KIOSK_ACTION_END_BEGUN "end-begun"       /* intent of an auditor or administrator */
#define KIOSK_ACTION_END_BY_OTHER "end-by-other" /* its result: somebody else's session ended */
#define KIOSK_ACTION_IDLE_WARNING "idle-warning" /* the countdown was shown */
#define KIOSK_ACTION_LOGOUT "logout"             /* reason: person, logoff-time, shell ... */
#define KIOSK_ACTION_CHANGE_BEGUN "password-change-begun" /* intent, asked for before it expires */
#define KIOSK_ACTION_CHANGE "password-change"             /* its result */

/* ---- Approval of work ---- */
#define KIOSK_ACTION_APPROVE_BEGUN "approve-begun" /* intent: an approver is about to prove it */
#define KIOSK_ACTION_APPROVE "approve"             /* its result; user: the approver */
#define KIOSK_ACTION_ORDER_WARNING "order-warning" /* told that the work order ends soon */

/* ---- Sessions at servers ---- */
#define KIOSK_ACTION_CONNECT_BEGUN "connect-begun" /* intent, before the firewall opens */
#define KIOSK_ACTION_FIREWALL_OPENED "firewall-opened"
#define KIOSK_ACTION_CONNECT "connect" /* the result: the desktop is there, or why not */
#define KIOSK_ACTION_CERTIFICATE_REFUSED "certificate-refused"
#define KIOSK_ACTION_CHANNEL_REFUSED "channel-refused"   /* the server asked for a channel */
#define KIOSK_ACTION_REDIRECT_REFUSED "redirect-refused" /* the server sent us elsewhere */
#define KIOSK_ACTION_DISCONNECT "disconnect"             /* ended as wanted; reason: by whom */
#define KIOSK_ACTION_SESSION_LOST "session-lost"         /* ended otherwise */
#define KIOSK_ACTION_FIREWALL_CLOSED "firewall-closed"

/* ---- The network ---- */
#define KIOSK_ACTION_FIREWALL_LOADED "firewall-loaded"   /* what may leave for long; detail */
#define KIOSK_ACTION_FIREWALL_CHANGED "firewall-changed" /* by somebody else; detail: what */
#define KIOSK_ACTION_TRAFFIC_REFUSED "traffic-refused"   /* detail: who, how often */

/* ---- Line, servers, clock ---- */
#define KIOSK_ACTION_OUTAGE_BEGUN "outage-begun" /* line, gateway or a server; reason */
#define KIOSK_ACTION_OUTAGE_ENDED "outage-ended" /* with start, end, duration, interruptions */
#define KIOSK_ACTION_CLOCK_STEPPED                                                                 \
  "clock-stepped" /* by more than the policy's limit; reason: where to */
#define KIOSK_ACTION_CLOCK_UNSYNCHRONISED "clock-unsynchronised"
#define KIOSK_ACTION_CLOCK_SYNCHRONISED "clock-synchronised"

/* X (name, category, type, Japanese, English), in the order of the format document. */
#define KIOSK_AUDIT_ACTIONS(X)                                                                     \
  X (KIOSK_ACTION_LOG_OPENED, "file", "access", "記録の開始", "Log opened")                        \
  X (KIOSK_ACTION_LOG_RECOVERED, "file", "change", "記録の復旧", "Log recovered")                  \
  X (KIOSK_ACTION_LOG_RENEWED, "file", "change", "記録ファイルの交換", "Log file replaced")        \
  X (KIOSK_ACTION_LOG_BEGUN, "file", "creation", "記録の新規開始", "Log begun")                    \
  X (KIOSK_ACTION_LOG_BEGUN_ANEW, "file", "creation", "前の記録の保全と新規開始",                  \
     "Log before set aside")                                                                       \
  X (KIOSK_ACTION_CHECKPOINT, "file", "info", "記録の署名", "Log signed")                          \
  X (KIOSK_ACTION_LOG_CLOSED, "file", "end", "記録の終了", "Log closed")                           \
  X (KIOSK_ACTION_LOG_DELETED, "file", "deletion", "保存期間を過ぎた記録の削除",                   \
     "Old records deleted")                                                                        \
  X (KIOSK_ACTION_LOG_RECEIPTED, "file", "info", "収集サーバーの受領", "Receipt of the collector") \
  X (KIOSK_ACTION_LOG_CONTRADICTED, "intrusion_detection", "info",                                 \
     "収集サーバーの記録との食い違い", "Log differs from the collector's")                         \
  X (KIOSK_ACTION_RECEIPT_REFUSED, "file", "info", "受領書の拒否", "Receipt refused")              \
  X (KIOSK_ACTION_DAEMON_STARTED, "host", "start", "端末の起動", "Terminal started")               \
  X (KIOSK_ACTION_DAEMON_STOPPED, "host", "end", "端末の終了", "Terminal shut down")               \
  X (KIOSK_ACTION_BOOT_REFUSED, "host", "info", "起動設定の拒否", "Start settings refused")        \
  X (KIOSK_ACTION_POLICY_ACCEPTED, "configuration", "change", "設定の適用", "Policy accepted")     \
  X (KIOSK_ACTION_POLICY_REFUSED, "configuration", "info", "設定の拒否", "Policy refused")         \
  X (KIOSK_ACTION_TERMINAL_STOPPED, "host", "change", "使用停止", "Out of service")                \
  X (KIOSK_ACTION_TERMINAL_READY, "host", "change", "使用可能", "In service")                      \
  X (KIOSK_ACTION_POWER_OFF, "host", "end", "電源を切る操作", "Switched off")                      \
  X (KIOSK_ACTION_SHELL_CONNECTED, "process", "start", "画面の起動", "Screen started")             \
  X (KIOSK_ACTION_REQUEST_REFUSED, "intrusion_detection", "denied", "不正な要求の拒否",            \
     "Forbidden request refused")                                                                  \
  X (KIOSK_ACTION_PROGRAM_DIED, "process", "end", "プログラムの異常終了", "Program died")          \
  X (KIOSK_ACTION_HEARTBEAT_MISSED, "process", "info", "画面の応答なし", "Screen not responding")  \
  X (KIOSK_ACTION_INTERFACE_REFUSED, "network", "denied", "通信回線の拒否",                        \
     "Network interface refused")                                                                  \
  X (KIOSK_ACTION_DRILL_BEGUN, "network", "start", "通信点検の開始", "Network drill begun")        \
  X (KIOSK_ACTION_DRILL_PASSED, "network", "denied", "通信点検の合格", "Network drill passed")     \
  X (KIOSK_ACTION_DRILL_UNPROVED, "network", "info", "通信点検の未確認",                           \
     "Network drill proved nothing")                                                               \
  X (KIOSK_ACTION_DRILL_FAILED, "network", "allowed", "通信点検の不合格", "Network drill failed")  \
  X (KIOSK_ACTION_DRILL_UNFINISHED, "network", "end", "通信点検の中断",                            \
     "Network drill not finished")                                                                 \
  X (KIOSK_ACTION_DEVICES_UNGUARDED, "intrusion_detection", "info", "機器の制限の異常",            \
     "Device guard not as it must be")                                                             \
  X (KIOSK_ACTION_DEVICES_RESCANNED, "host", "info", "機器の再確認", "Devices examined anew")      \
  X (KIOSK_ACTION_DEVICE_ALLOWED, "host", "allowed", "機器の許可", "Device allowed")               \
  X (KIOSK_ACTION_DEVICE_REFUSED, "host", "denied", "機器の拒否", "Device refused")                \
  X (KIOSK_ACTION_DEVICE_WITHDRAWN, "host", "denied", "機器の使用停止", "Device withdrawn")        \
  X (KIOSK_ACTION_DEVICE_REMOVED, "host", "change", "機器の取り外し", "Device unplugged")          \
  X (KIOSK_ACTION_KEYBOARD_CHECK_BEGUN, "host", "start", "キーボードの確認の開始",                 \
     "Keyboard check begun")                                                                       \
  X (KIOSK_ACTION_KEYBOARD_CHECK, "host", "info", "キーボードの確認", "Keyboard check")            \
  X (KIOSK_ACTION_TYPING_ALARM, "intrusion_detection", "info", "速すぎる入力",                     \
     "Typing faster than a person")                                                                \
  X (KIOSK_ACTION_PRESENCE_FAULT, "host", "info", "在席センサーの異常", "Presence sensor failed")  \
  X (KIOSK_ACTION_LOGIN_BEGUN, "authentication", "start", "ログインの開始", "Log-in begun")        \
  X (KIOSK_ACTION_LOGIN, "authentication", "start", "ログイン", "Log-in")                          \
  X (KIOSK_ACTION_CONVERSATION_CANCELLED, "authentication", "info", "本人確認の取消",              \
     "Identity check cancelled")                                                                   \
  X (KIOSK_ACTION_LOCK, "session", "info", "画面ロック", "Locked")                                 \
  X (KIOSK_ACTION_UNLOCK_BEGUN, "authentication", "start", "ロック解除の開始", "Unlock begun")     \
  X (KIOSK_ACTION_UNLOCK, "authentication", "start", "ロック解除", "Unlock")                       \
  X (KIOSK_ACTION_END_BEGUN, "authentication", "start", "管理者による終了の開始",                  \
     "End by another person begun")                                                                \
  X (KIOSK_ACTION_END_BY_OTHER, "session", "end", "管理者による終了", "Ended by another person")   \
  X (KIOSK_ACTION_IDLE_WARNING, "session", "info", "無操作の予告", "Idle warning")                 \
  X (KIOSK_ACTION_LOGOUT, "authentication", "end", "ログアウト", "Log-out")                        \
  X (KIOSK_ACTION_CHANGE_BEGUN, "authentication", "start", "パスワード変更の開始",                 \
     "Change of password begun")                                                                   \
  X (KIOSK_ACTION_CHANGE, "iam", "change", "パスワードの変更", "Change of password")               \
  X (KIOSK_ACTION_APPROVE_BEGUN, "authentication", "start", "作業の承認の開始", "Approval begun")  \
  X (KIOSK_ACTION_APPROVE, "authentication", "start", "作業の承認", "Approval of work")            \
  X (KIOSK_ACTION_ORDER_WARNING, "session", "info", "作業指示書の期限の予告",                      \
     "Work order ends soon")                                                                       \
  X (KIOSK_ACTION_CONNECT_BEGUN, "session", "start", "接続の開始", "Connection begun")             \
  X (KIOSK_ACTION_FIREWALL_OPENED, "network", "allowed", "通信の許可", "Network path opened")      \
  X (KIOSK_ACTION_CONNECT, "session", "start", "サーバー接続", "Connection")                       \
  X (KIOSK_ACTION_CERTIFICATE_REFUSED, "network", "denied", "証明書の拒否", "Certificate refused") \
  X (KIOSK_ACTION_CHANNEL_REFUSED, "network", "denied", "チャネルの拒否", "Channel refused")       \
  X (KIOSK_ACTION_REDIRECT_REFUSED, "network", "denied", "転送の拒否", "Redirection refused")      \
  X (KIOSK_ACTION_DISCONNECT, "session", "end", "切断", "Disconnected")                            \
  X (KIOSK_ACTION_SESSION_LOST, "session", "end", "接続の中断", "Connection lost")                 \
  X (KIOSK_ACTION_FIREWALL_CLOSED, "network", "denied", "通信の遮断", "Network path closed")       \
  X (KIOSK_ACTION_FIREWALL_LOADED, "configuration", "change", "通信制限の設定", "Firewall loaded") \
  X (KIOSK_ACTION_FIREWALL_CHANGED, "intrusion_detection", "info", "通信制限の書き換え",           \
     "Firewall altered")                                                                           \
  X (KIOSK_ACTION_TRAFFIC_REFUSED, "network", "denied", "許可のない通信の遮断", "Traffic refused") \
  X (KIOSK_ACTION_OUTAGE_BEGUN, "network", "start", "障害の発生", "Outage begun")                  \
  X (KIOSK_ACTION_OUTAGE_ENDED, "network", "end", "障害の終了", "Outage ended")                    \
  X (KIOSK_ACTION_CLOCK_STEPPED, "host", "change", "時刻の変更", "Clock set")                      \
  X (KIOSK_ACTION_CLOCK_UNSYNCHRONISED, "host", "change", "時刻同期の喪失",                        \
     "Clock no longer in step")                                                                    \
  X (KIOSK_ACTION_CLOCK_SYNCHRONISED, "host", "change", "時刻同期の回復", "Clock in step")

/* ---- Words of event.reason. Where the D-Bus status has a word for the same thing, it is the same
 * word. Other fixed words are allowed (they are shown as they are). ---- */
#define KIOSK_REASON_PASSWORD "password"         /* PAM_AUTH_ERR: wrong password, code or token */
#define KIOSK_REASON_UNLISTED "unlisted"         /* no such ID; user.id is "unlisted" too */
#define KIOSK_REASON_NO_ROLE "no-role"           /* right password, but not in the policy */
#define KIOSK_REASON_OTHER_PERSON "other-person" /* unlock by somebody else */
#define KIOSK_REASON_TOO_MANY "too-many"         /* PAM_MAXTRIES, faillock */
#define KIOSK_REASON_PASSWORD_EXPIRED "password-expired"
#define KIOSK_REASON_ACCOUNT "account" /* account expired, closed or locked */
#define KIOSK_REASON_UNUSED "unused"   /* right password, but not used for longer than allowed */
#define KIOSK_REASON_PAM "pam"         /* the PAM stack itself failed; detail */
#define KIOSK_REASON_CANCELLED "cancelled"
#define KIOSK_REASON_TIMEOUT "timeout"
#define KIOSK_REASON_HOURS "hours"
#define KIOSK_REASON_DENIED "denied" /* not a server of this person; server refuses */
#define KIOSK_REASON_TICKET "ticket"
#define KIOSK_REASON_UNREACHABLE "unreachable"
#define KIOSK_REASON_SECURITY "security" /* no common protection: NLA, TLS */
#define KIOSK_REASON_CERTIFICATE_CHANGED "certificate-changed"
#define KIOSK_REASON_CERTIFICATE_EXPIRED "certificate-expired"
#define KIOSK_REASON_CERTIFICATE_UNTRUSTED "certificate-untrusted"
#define KIOSK_REASON_CERTIFICATE_WEAK "certificate-weak"
#define KIOSK_REASON_CREDENTIALS "credentials" /* the server refused name or password */
#define KIOSK_REASON_REDIRECTED "redirected"
#define KIOSK_REASON_LOST "lost"
#define KIOSK_REASON_LOGGED_OFF_BY_SERVER "logged-off-by-server"
#define KIOSK_REASON_PROTOCOL "protocol" /* the other side broke its protocol */
#define KIOSK_REASON_INTERNAL "internal"
#define KIOSK_REASON_NOT_RECORDED "not-recorded" /* the log could not be written */
#define KIOSK_REASON_PERSON "person"             /* asked for by the person, with a key */
#define KIOSK_REASON_BUTTON "button"             /* asked for by the person, with a button */
#define KIOSK_REASON_IDLE "idle"
#define KIOSK_REASON_LOGOFF_TIME "logoff-time" /* locked for too long */
#define KIOSK_REASON_LOCKED "locked"           /* the connection is cut that long after a lock */
#define KIOSK_REASON_SHELL "shell"             /* the screen program is gone or silent */
#define KIOSK_REASON_OTHER "other"             /* by an auditor or administrator */
#define KIOSK_REASON_POLICY "policy"           /* policy refused, or changed */
#define KIOSK_REASON_BOOT "boot"               /* started with other settings than its image's */
#define KIOSK_REASON_FIREWALL "firewall"       /* could not be set, or was altered */
#define KIOSK_REASON_STOPPED "stopped"         /* the terminal goes out of service or down */
#define KIOSK_REASON_SIGNAL "signal"           /* killed by a signal; detail */
#define KIOSK_REASON_EXIT "exit"               /* ended by itself; detail */
#define KIOSK_REASON_ENDED "ended"             /* ended unasked; how, only the journal knows */
#define KIOSK_REASON_DISTURBED "disturbed"     /* a session began or ended meanwhile */

/* Approval of work. */
#define KIOSK_REASON_ORDER "order"             /* no work order for this person, server, moment */
#define KIOSK_REASON_ORDER_ENDED "order-ended" /* the work order of the session has ended */
#define KIOSK_REASON_APPROVAL "approval"       /* nobody has approved it */
#define KIOSK_REASON_SAME_PERSON "same-person" /* approver and engineer must be two */

/* Why an interface is refused (interface.h). */
#define KIOSK_REASON_WIRELESS "wireless"
#define KIOSK_REASON_BLUETOOTH "bluetooth"
#define KIOSK_REASON_WWAN "wwan"
#define KIOSK_REASON_USB "usb"
#define KIOSK_REASON_REMOVABLE "removable"
#define KIOSK_REASON_BUS "bus"
#define KIOSK_REASON_VIRTUAL "virtual"
#define KIOSK_REASON_TUNNEL "tunnel"
#define KIOSK_REASON_HARDWARE "hardware"
#define KIOSK_REASON_UNREADABLE "unreadable"

/* Why a device is refused or withdrawn (device-rule.h). */
#define KIOSK_REASON_DEVICE_UNLISTED "device-unlisted"   /* no rule of the policy names it */
#define KIOSK_REASON_DEVICE_CLASS "device-class"         /* it has a part that is never allowed */
#define KIOSK_REASON_DEVICE_DENIED "device-denied"       /* a deny rule */
#define KIOSK_REASON_DEVICE_MALFORMED "device-malformed" /* its descriptors contradict themselves */
#define KIOSK_REASON_DEVICE_PORT "device-port"           /* listed, but for another port */
#define KIOSK_REASON_DEVICE_SERIAL "device-serial"       /* listed, but another serial number */
#define KIOSK_REASON_DEVICE_DIGEST "device-digest"       /* listed, but other descriptors */
#define KIOSK_REASON_DEVICE_PART "device-part"           /* listed, but with a part that is not */
#define KIOSK_REASON_DEVICE_MOMENT "device-moment"       /* listed, but not for now */
#define KIOSK_REASON_DEVICE_DEPTH "device-depth"         /* too many hubs one behind the other */
#define KIOSK_REASON_DEVICE_COUNT "device-count"         /* too many devices */
#define KIOSK_REASON_DEVICE_CHANGED "device-changed"     /* became another one when allowed */
#define KIOSK_REASON_DEVICE_UNREADABLE "device-unreadable" /* could not be examined */
#define KIOSK_REASON_DEVICE_STATE "device-state"   /* the kernel did not do as it was told */
#define KIOSK_REASON_DEVICE_LOCKED "device-locked" /* another keyboard while the screen is locked */
#define KIOSK_REASON_DEVICE_UNCONFIRMED "device-unconfirmed" /* the number was not typed on it */
#define KIOSK_REASON_DEVICE_BUS "device-bus" /* a bus on which this terminal has no device */
#define KIOSK_REASON_KEYBOARD "keyboard"     /* locked because a new keyboard was plugged in */

/* Why the screen locked, beside person, button, idle, firewall and keyboard (lock-cause.h). */
#define KIOSK_REASON_TOKEN "token"
#define KIOSK_REASON_LID "lid"
#define KIOSK_REASON_SUSPEND "suspend"
#define KIOSK_REASON_SCREEN_OFF "screen-off"
#define KIOSK_REASON_CLOCK_STEP "clock-step"
#define KIOSK_REASON_SECOND_PERSON "second-person"
#define KIOSK_REASON_PRESENCE "presence"

/* What the drill tries (drill.h). */
#define KIOSK_REASON_DRILL_DNS "dns"
#define KIOSK_REASON_DRILL_WEB "web"
#define KIOSK_REASON_DRILL_MAIL "mail"
#define KIOSK_REASON_DRILL_ICMP "icmp"
#define KIOSK_REASON_DRILL_IPV6 "ipv6"
#define KIOSK_REASON_DRILL_OTHER_SERVER "other-server"
#define KIOSK_REASON_DRILL_OTHER_PORT "other-port"
#define KIOSK_REASON_DRILL_CLOSED_SERVER "closed-server"
#define KIOSK_REASON_DRILL_SERVICE "service"
#define KIOSK_REASON_DRILL_GATEWAY "gateway"
#define KIOSK_REASON_DRILL_BROADCAST "broadcast"

#define KIOSK_REASON_NO_CARRIER "no-carrier" /* of the cable */
#define KIOSK_REASON_NO_ADDRESS "no-address" /* an interface is connected, none has an address */
#define KIOSK_REASON_NO_ANSWER "no-answer"
#define KIOSK_REASON_REFUSED "refused"   /* the other machine answers, but nobody serves there */
#define KIOSK_REASON_FORWARD "forward"   /* the clock */
#define KIOSK_REASON_BACKWARD "backward" /* the clock */

#define KIOSK_REASON_LOG "log" /* no room in the log, or a file of it failed */

/* Of a log that was begun anew (forerunner.h) */
#define KIOSK_REASON_SET_ASIDE "set-aside"
#define KIOSK_REASON_FORERUNNER "forerunner" /* the note about the log before is worth nothing */

/* Why a checkpoint was written */
#define KIOSK_REASON_CHECKPOINT_BEGIN "begin"
#define KIOSK_REASON_CHECKPOINT_COUNT "count"
#define KIOSK_REASON_CHECKPOINT_HEARTBEAT "heartbeat"
#define KIOSK_REASON_CHECKPOINT_SESSION "session"
#define KIOSK_REASON_CHECKPOINT_DAY "day"
#define KIOSK_REASON_CHECKPOINT_ROTATION "rotation"
#define KIOSK_REASON_CHECKPOINT_END "end"

/* What is wrong about a receipt of the collector (receipt.h) */
#define KIOSK_REASON_RECEIPT_FORM "receipt-form"
#define KIOSK_REASON_RECEIPT_SIGNATURE "receipt-signature"
#define KIOSK_REASON_RECEIPT_HOST "receipt-host"
#define KIOSK_REASON_RECEIPT_OLDER "receipt-older"
#define KIOSK_REASON_RECEIPT_UNPROVED "receipt-unproved"
#define KIOSK_REASON_RECEIPT_LOG "receipt-log"
#define KIOSK_REASON_RECEIPT_AHEAD "receipt-ahead"
#define KIOSK_REASON_RECEIPT_CHAIN "receipt-chain"

/* X (word, Japanese, English). */
#define KIOSK_AUDIT_REASONS(X)                                                                     \
  X (KIOSK_REASON_SET_ASIDE, "前の記録の保全", "log before set aside")                             \
  X (KIOSK_REASON_FORERUNNER, "前の記録についての引き継ぎの不備", "note about the log before")     \
  X (KIOSK_REASON_RECEIPT_FORM, "受領書の形式の誤り", "not a receipt")                             \
  X (KIOSK_REASON_RECEIPT_SIGNATURE, "受領書の署名の誤り", "receipt not signed by the collector")  \
  X (KIOSK_REASON_RECEIPT_HOST, "別の端末の受領書", "receipt of another terminal")                 \
  X (KIOSK_REASON_RECEIPT_OLDER, "前より古い受領書", "receipt older than the last one")            \
  X (KIOSK_REASON_RECEIPT_UNPROVED, "照合できない受領書", "own record of the receipt not found")   \
  X (KIOSK_REASON_RECEIPT_LOG, "収集サーバーに別の記録簿がある", "the collector has another log")  \
  X (KIOSK_REASON_RECEIPT_AHEAD, "収集サーバーに、ここにない新しい記録がある",                     \
     "the collector has records that are missing here")                                            \
  X (KIOSK_REASON_RECEIPT_CHAIN, "収集サーバーの記録と内容が違う",                                 \
     "the collector has another record in its place")                                              \
  X (KIOSK_REASON_LOG, "記録の領域の不足など", "the log has no room, or failed")                   \
  X (KIOSK_REASON_CHECKPOINT_BEGIN, "新規開始", "the log begins")                                  \
  X (KIOSK_REASON_CHECKPOINT_COUNT, "記録の件数", "number of records")                             \
  X (KIOSK_REASON_CHECKPOINT_HEARTBEAT, "定期（1分ごと）", "every minute")                         \
  X (KIOSK_REASON_CHECKPOINT_SESSION, "接続の終了", "a session ended")                             \
  X (KIOSK_REASON_CHECKPOINT_DAY, "日付の変更", "a new day")                                       \
  X (KIOSK_REASON_CHECKPOINT_ROTATION, "ファイルの切替", "the file is full")                       \
  X (KIOSK_REASON_CHECKPOINT_END, "端末の終了", "kioskd ends")                                     \
  X (KIOSK_REASON_PASSWORD, "パスワードなどが違う", "wrong password or code")                      \
  X (KIOSK_REASON_UNLISTED, "登録のないID", "ID not registered")                                   \
  X (KIOSK_REASON_NO_ROLE, "この端末の利用権限なし", "no role at this terminal")                   \
  X (KIOSK_REASON_OTHER_PERSON, "別の利用者", "another person")                                    \
  X (KIOSK_REASON_TOO_MANY, "失敗回数の超過", "too many attempts")                                 \
  X (KIOSK_REASON_PASSWORD_EXPIRED, "パスワードの期限切れ", "password expired")                    \
  X (KIOSK_REASON_ACCOUNT, "アカウントが無効", "account not valid")                                \
  X (KIOSK_REASON_UNUSED, "長く使われていないID", "ID not used for too long")                      \
  X (KIOSK_REASON_PAM, "認証機能の異常", "authentication service failed")                          \
  X (KIOSK_REASON_CANCELLED, "取消", "cancelled")                                                  \
  X (KIOSK_REASON_TIMEOUT, "時間切れ", "timed out")                                                \
  X (KIOSK_REASON_HOURS, "利用時間外", "outside the permitted hours")                              \
  X (KIOSK_REASON_DENIED, "許可されていない", "not permitted")                                     \
  X (KIOSK_REASON_TICKET, "作業番号の不備", "work number missing or wrong")                        \
  X (KIOSK_REASON_UNREACHABLE, "サーバーに届かない", "server unreachable")                         \
  X (KIOSK_REASON_SECURITY, "暗号方式の不一致", "no common protection")                            \
  X (KIOSK_REASON_CERTIFICATE_CHANGED, "証明書が登録と違う", "certificate differs from the pin")   \
  X (KIOSK_REASON_CERTIFICATE_EXPIRED, "証明書の期限切れ", "certificate expired")                  \
  X (KIOSK_REASON_CERTIFICATE_UNTRUSTED, "証明書の発行元が不明", "certificate not trusted")        \
  X (KIOSK_REASON_CERTIFICATE_WEAK, "証明書の強度不足", "certificate too weak")                    \
  X (KIOSK_REASON_CREDENTIALS, "サーバーが本人確認を拒否", "server refused the credentials")       \
  X (KIOSK_REASON_REDIRECTED, "別のサーバーへの転送", "redirected to another server")              \
  X (KIOSK_REASON_LOST, "通信が途切れた", "link lost")                                             \
  X (KIOSK_REASON_LOGGED_OFF_BY_SERVER, "サーバー側で終了", "ended by the server")                 \
  X (KIOSK_REASON_PROTOCOL, "通信手順の違反", "protocol broken")                                   \
  X (KIOSK_REASON_INTERNAL, "内部の異常", "internal error")                                        \
  X (KIOSK_REASON_NOT_RECORDED, "記録できない", "could not be recorded")                           \
  X (KIOSK_REASON_PERSON, "本人のキー操作", "by the person, with a key")                           \
  X (KIOSK_REASON_BUTTON, "本人のボタン操作", "by the person, with a button")                      \
  X (KIOSK_REASON_IDLE, "無操作", "no input")                                                      \
  X (KIOSK_REASON_LOGOFF_TIME, "ロックの時間超過", "locked for too long")                          \
  X (KIOSK_REASON_LOCKED, "ロック後の切断", "cut because the terminal was locked")                 \
  X (KIOSK_REASON_SHELL, "画面プログラムの停止", "screen program gone")                            \
  X (KIOSK_REASON_OTHER, "管理者・監査者", "by an administrator or auditor")                       \
  X (KIOSK_REASON_POLICY, "設定の不備または変更", "policy refused or changed")                     \
  X (KIOSK_REASON_BOOT, "起動設定が端末イメージと違う", "not started as its image wants it")       \
  X (KIOSK_REASON_FIREWALL, "通信制御の異常", "firewall not as it must be")                        \
  X (KIOSK_REASON_STOPPED, "端末の使用停止", "terminal going out of service")                      \
  X (KIOSK_REASON_SIGNAL, "シグナルで停止", "killed by a signal")                                  \
  X (KIOSK_REASON_EXIT, "途中で終了", "ended by itself")                                           \
  X (KIOSK_REASON_ENDED, "予期せず終了", "ended unexpectedly")                                     \
  X (KIOSK_REASON_DISTURBED, "途中の接続または切断", "a session began or ended meanwhile")         \
  X (KIOSK_REASON_ORDER, "有効な作業指示書なし", "no valid work order")                            \
  X (KIOSK_REASON_ORDER_ENDED, "作業指示書の期限切れ", "work order ended")                         \
  X (KIOSK_REASON_APPROVAL, "承認者の承認なし", "not approved")                                    \
  X (KIOSK_REASON_SAME_PERSON, "作業者本人による承認", "approver and engineer are one person")     \
  X (KIOSK_REASON_WIRELESS, "無線LAN", "a wireless network card")                                  \
  X (KIOSK_REASON_BLUETOOTH, "Bluetoothの機器", "Bluetooth")                                       \
  X (KIOSK_REASON_WWAN, "携帯電話回線", "a modem of a mobile network")                             \
  X (KIOSK_REASON_USB, "USBの機器", "a USB device")                                                \
  X (KIOSK_REASON_REMOVABLE, "抜き差しできる機器", "a device that can be plugged in")              \
  X (KIOSK_REASON_BUS, "内蔵の通信機器ではない", "not a built-in network card")                    \
  X (KIOSK_REASON_VIRTUAL, "機器のない仮想の回線", "no hardware behind it")                        \
  X (KIOSK_REASON_TUNNEL, "設定と種類が違うトンネル",                                              \
     "a tunnel of another kind than the policy says")                                              \
  X (KIOSK_REASON_HARDWARE, "有線LANではない回線", "not Ethernet")                                 \
  X (KIOSK_REASON_UNREADABLE, "確認できない", "could not be examined")                             \
  X (KIOSK_REASON_DEVICE_UNLISTED, "登録のない機器", "not a registered device")                    \
  X (KIOSK_REASON_DEVICE_CLASS, "許可しない種類の機器", "of a kind that is never allowed")         \
  X (KIOSK_REASON_DEVICE_DENIED, "設定で禁止した機器", "denied by the policy")                     \
  X (KIOSK_REASON_DEVICE_MALFORMED, "機器情報の矛盾", "contradicts itself")                        \
  X (KIOSK_REASON_DEVICE_PORT, "登録と違う接続口", "registered for another port")                  \
  X (KIOSK_REASON_DEVICE_SERIAL, "登録と違う製造番号", "not the registered serial number")         \
  X (KIOSK_REASON_DEVICE_DIGEST, "登録と違う機器情報", "not as it was registered")                 \
  X (KIOSK_REASON_DEVICE_PART, "登録のない機能", "with a function that is not registered")         \
  X (KIOSK_REASON_DEVICE_MOMENT, "今は許可されていない", "not allowed now")                        \
  X (KIOSK_REASON_DEVICE_DEPTH, "USBハブのつなぎすぎ", "too many hubs in a row")                   \
  X (KIOSK_REASON_DEVICE_COUNT, "機器の数が多すぎる", "too many devices")                          \
  X (KIOSK_REASON_DEVICE_CHANGED, "別の機器への変化", "became another device")                     \
  X (KIOSK_REASON_DEVICE_UNREADABLE, "確認できない機器", "could not be examined")                  \
  X (KIOSK_REASON_DEVICE_STATE, "制限できない機器", "does not obey")                               \
  X (KIOSK_REASON_DEVICE_LOCKED, "ロック中の別のキーボード", "another keyboard while locked")      \
  X (KIOSK_REASON_DEVICE_UNCONFIRMED, "確認されていないキーボード", "keyboard not confirmed")      \
  X (KIOSK_REASON_DEVICE_BUS, "使用しない接続口", "on a bus that is not used")                     \
  X (KIOSK_REASON_KEYBOARD, "新しいキーボード", "new keyboard")                                    \
  X (KIOSK_REASON_TOKEN, "認証用の機器の取り外し", "security token unplugged")                     \
  X (KIOSK_REASON_LID, "ふたを閉じた", "lid closed")                                               \
  X (KIOSK_REASON_SUSPEND, "スリープ", "machine slept")                                            \
  X (KIOSK_REASON_SCREEN_OFF, "画面の取り外しまたは電源切", "screen unplugged or switched off")    \
  X (KIOSK_REASON_CLOCK_STEP, "時刻の変更", "clock set")                                           \
  X (KIOSK_REASON_SECOND_PERSON, "承認者の離席", "approver left")                                  \
  X (KIOSK_REASON_PRESENCE, "在席の確認なし", "nobody seen by a sensor")                           \
  X (KIOSK_REASON_DRILL_DNS, "名前の問い合わせ（DNS）", "DNS")                                     \
  X (KIOSK_REASON_DRILL_WEB, "ウェブ", "web")                                                      \
  X (KIOSK_REASON_DRILL_MAIL, "電子メール", "mail")                                                \
  X (KIOSK_REASON_DRILL_ICMP, "応答確認（ICMP）", "ICMP")                                          \
  X (KIOSK_REASON_DRILL_IPV6, "IPv6の通信", "IPv6")                                                \
  X (KIOSK_REASON_DRILL_OTHER_SERVER, "登録のない相手", "a machine that is not in the policy")     \
  X (KIOSK_REASON_DRILL_OTHER_PORT, "登録したサーバーの別のポート", "another port of a server")    \
  X (KIOSK_REASON_DRILL_CLOSED_SERVER, "接続していないサーバー", "a server outside a session")     \
  X (KIOSK_REASON_DRILL_SERVICE, "他のプログラム用の相手", "a service of another program")         \
  X (KIOSK_REASON_DRILL_GATEWAY, "ゲートウェイ", "the gateway")                                    \
  X (KIOSK_REASON_DRILL_BROADCAST, "同じネットワークの全員", "everybody in the network")           \
  X (KIOSK_REASON_NO_CARRIER, "ケーブルまたは接続先の機器の切断", "no link on the cable")          \
  X (KIOSK_REASON_NO_ADDRESS, "アドレスなし", "no address")                                        \
  X (KIOSK_REASON_NO_ANSWER, "応答なし", "no answer")                                              \
  X (KIOSK_REASON_REFUSED, "接続の拒否", "connection refused")                                     \
  X (KIOSK_REASON_FORWARD, "先へ進めた", "set forward")                                            \
  X (KIOSK_REASON_BACKWARD, "前へ戻した", "set back")

/* One row of the table of actions. Static. */
typedef struct {
  const char *action;   /* event.action */
  const char *category; /* event.category */
  const char *type;     /* event.type */
  const char *ja;
  const char *en;
} KioskAuditAction;

/* The @index-th row, NULL behind the last. */
const KioskAuditAction *kiosk_audit_action_nth (guint index);

/* The row of @action (NULL allowed), or NULL when it is not on the list. */
const KioskAuditAction *kiosk_audit_action_find (const char *action);

/* Words for event.reason: the listed text, or NULL when @reason is not on the list. */
const char *kiosk_audit_reason_text (const char *reason, gboolean japanese);
