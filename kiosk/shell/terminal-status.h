/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/base/text.h"
#include "kiosk/model/device-rule.h"
#include "kiosk/model/identity.h"
#include "kiosk/model/session.h"

#include <glib.h>

/* What kioskd tells the shell (terminal-bus.xml), as checked structs. Strings are cleaned and cut;
 * missing texts are "". Pure. */

typedef struct {
  char *id;
  KioskLabel site, location, contact, spare, notice;
  char *phone;
  KioskLanguage language;
  char *image_version;
  char *image_date;
  gboolean watermark;
  KioskIdentityRules rules; /* for a new password */
} KioskTerminal;

typedef enum {
  KIOSK_SERVER_READY,
  KIOSK_SERVER_HOURS,
  KIOSK_SERVER_DOWN,
  KIOSK_SERVER_UNKNOWN,
} KioskServerState;

typedef struct {
  char *id;
  KioskLabel label, purpose;
  KioskServerState state;
  char *hours;
  gint64 down_since, last;
  gint64 order_until; /* of the work order that holds now; 0: none */
  KioskTicketRule ticket;
  KioskCredentialRule credentials;
  KioskApprovalRule approval;
  char *user, *domain;
} KioskServer;

/* What the person must be told; the words of the interface. */
typedef enum {
  KIOSK_TOLD_NOTHING,
  KIOSK_TOLD_LOGIN_FAILED,
  KIOSK_TOLD_UNLOCK_FAILED,
  KIOSK_TOLD_END_FAILED,
  KIOSK_TOLD_CERTIFICATE_CHANGED,
  KIOSK_TOLD_CERTIFICATE_EXPIRED,
  KIOSK_TOLD_CERTIFICATE_UNTRUSTED,
  KIOSK_TOLD_CERTIFICATE_WEAK,
  KIOSK_TOLD_UNREACHABLE,
  KIOSK_TOLD_SECURITY,
  KIOSK_TOLD_CREDENTIALS,
  KIOSK_TOLD_PASSWORD_EXPIRED,
  KIOSK_TOLD_ACCOUNT,
  KIOSK_TOLD_DENIED,
  KIOSK_TOLD_REDIRECTED,
  KIOSK_TOLD_LOST,
  KIOSK_TOLD_LOGGED_OFF_BY_SERVER,
  KIOSK_TOLD_PROTOCOL,
  KIOSK_TOLD_INTERNAL,
  KIOSK_TOLD_HOURS,
  KIOSK_TOLD_TICKET,
  KIOSK_TOLD_NOT_RECORDED,
  KIOSK_TOLD_LOCKED,   /* cut because it was locked for so long */
  KIOSK_TOLD_FIREWALL, /* cut because somebody changed the firewall */
  /* approval of work */
  KIOSK_TOLD_APPROVE_FAILED,
  KIOSK_TOLD_ORDER,         /* no valid work order */
  KIOSK_TOLD_ORDER_ENDED,   /* cut at the end of the work order */
  KIOSK_TOLD_APPROVAL,      /* nobody has approved it */
  KIOSK_TOLD_CHANGE_FAILED, /* the password is the old one */
  KIOSK_N_TOLD
} KioskTold;

typedef enum {
  KIOSK_LINE_OK,
  KIOSK_LINE_UNSTEADY,
  KIOSK_LINE_DOWN,
  KIOSK_LINE_GATEWAY, /* the cable is good, the gateway silent */
} KioskLine;

typedef enum {
  KIOSK_WARNING_NONE,
  KIOSK_WARNING_LOCK,
  KIOSK_WARNING_LOGOFF,
  KIOSK_WARNING_ORDER, /* the work order ends */
} KioskWarning;

/* Why a device was refused: KIOSK_REASON_DEVICE_... of audit-actions.h. */
typedef enum {
  KIOSK_REFUSED_UNLISTED,
  KIOSK_REFUSED_CLASS,
  KIOSK_REFUSED_DENIED,
  KIOSK_REFUSED_MALFORMED,
  KIOSK_REFUSED_PORT,
  KIOSK_REFUSED_SERIAL,
  KIOSK_REFUSED_DIGEST,
  KIOSK_REFUSED_PART,
  KIOSK_REFUSED_MOMENT,
  KIOSK_REFUSED_DEPTH,
  KIOSK_REFUSED_COUNT,
  KIOSK_REFUSED_CHANGED,
  KIOSK_REFUSED_UNREADABLE,
  KIOSK_REFUSED_STATE,
  KIOSK_REFUSED_LOCKED,
  KIOSK_REFUSED_UNCONFIRMED,
  KIOSK_REFUSED_BUS,
  KIOSK_N_REFUSED
} KioskRefusal;

/* A refused device that is still plugged in. */
typedef struct {
  KioskDeviceKind kind;
  char *name; /* what it calls itself */
  KioskLabel port;
  KioskRefusal reason;
  char *reference;
  gint64 time; /* unix microseconds */
} KioskRefusedDevice;

#define KIOSK_MAX_DEVICES 5 /* that are told of */

/* A number to be typed on a new keyboard. */
#define KIOSK_MAX_CHECK_DIGITS 8
typedef struct {
  char *number; /* digits; "": there is nothing to be typed */
  guint typed;  /* how many of them have been; never more than there are */
  gint64 until; /* CLOCK_BOOTTIME microseconds */
  char *name;   /* what the keyboard calls itself */
  guint tries;  /* left */
} KioskKeyboardCheck;

typedef enum {
  KIOSK_PURPOSE_NONE,
  KIOSK_PURPOSE_LOGIN,
  KIOSK_PURPOSE_UNLOCK,
  KIOSK_PURPOSE_END,
  KIOSK_PURPOSE_APPROVE,
  KIOSK_PURPOSE_CHANGE,
} KioskPurpose;

#define KIOSK_STEPS 5

typedef struct {
  KioskState state;
  char *person;
  char *session;
  KioskLabel person_name, mark;
  char *server;
  KioskLabel server_label;
  char *ticket;
  gint64 connected_since;
  guint step; /* 0 to KIOSK_STEPS */
  guint n_step_times;
  gint64 step_times[KIOSK_STEPS];
  KioskTold told;
  char *reference;
  gint64 told_time;
  char *expected, *received;
  KioskLockCause lock_cause;
  gint64 locked_since, logoff_at;
  KioskWarning warning;
  gint64 warning_at;
  gboolean log_ok, clock_ok;
  char *seal;                      /* seal code of the day; "": none */
  gint64 seal_sequence, seal_time; /* number of its record; unix microseconds */
  KioskLine line;
  gint64 line_since; /* unix microseconds; 0: not known */
  char *stop_code;
  gint64 stop_since;
  gint64 last_login;
  guint failures_since;
  int password_days; /* until it must be changed; -1: nothing to tell */
  KioskPurpose conversation;
  guint n_devices;
  KioskRefusedDevice devices[KIOSK_MAX_DEVICES]; /* newest first */
  guint devices_more;
  KioskKeyboardCheck check;
} KioskStatus;

/* The dictionaries (a{sv}) of GetTerminal, GetStatus and ListServers. NULL with @error
 * (KIOSK_ERROR_INVALID) when a key has another type than documented, a word is unknown or a number
 * is out of its range; a missing key is "" or 0, but the state must be there. */
KioskTerminal *kiosk_terminal_parse (GVariant *dictionary, GError **error);
KioskStatus *kiosk_status_parse (GVariant *dictionary, GError **error);
GPtrArray *kiosk_servers_parse (GVariant *list, GError **error);

void kiosk_terminal_free (KioskTerminal *self);
void kiosk_status_free (KioskStatus *self);

/* Whether the error is one of the refused certificates. */
gboolean kiosk_told_is_certificate (KioskTold told);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskTerminal, kiosk_terminal_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskStatus, kiosk_status_free)
