/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/audit.h"
#include "kiosk/model/policy.h"
#include "kiosk/model/session.h"

#include <glib.h>

/* What the shell is told (terminal-bus.xml documents every key). Turning structs into dictionaries,
 * nothing else. */

/* Something a person must be told. Empty code: nothing. */
typedef struct {
  const char *code; /* static */
  char *reference;
  gint64 time;               /* unix microseconds */
  char *expected, *received; /* certificates */
} KioskNotice;

void kiosk_notice_clear (KioskNotice *notice);

/* A refused device that the person is told of. */
typedef struct {
  char *id;         /* of kioskd alone: where it is plugged in */
  const char *kind; /* kiosk_device_kind_name() */
  char *name;       /* what it calls itself, cleaned */
  KioskLabel port;
  const char *reason; /* static */
  char *reference;
  gint64 time; /* unix microseconds */
} KioskRefusedDevice;

void kiosk_refused_device_free (KioskRefusedDevice *device);

/* So many of them are told at once. */
#define KIOSK_STATUS_DEVICES 5

/* A new keyboard on which a number is to be typed. */
typedef struct {
  char number[8]; /* digits; "": there is none */
  guint typed;
  gint64 until; /* CLOCK_BOOTTIME microseconds */
  char *name;   /* what it calls itself, cleaned */
  guint tries;  /* left */
} KioskKeyboardStatus;

#define KIOSK_STATUS_STEPS 5

typedef struct {
  KioskState state;
  const KioskPolicyPerson *person;
  char *session; /* number of the log-in, as records have it */
  KioskLabel mark;
  const KioskPolicyServer *server;
  char *ticket;
  gint64 connected_since; /* unix microseconds */
  guint step;
  gint64 step_times[KIOSK_STATUS_STEPS]; /* CLOCK_BOOTTIME microseconds */
  KioskNotice notice;
  const char *lock_cause; /* static */
  gint64 locked_since;    /* unix microseconds */
  gint64 logoff_at;       /* CLOCK_BOOTTIME microseconds */
  const char *warning;    /* static: "", "lock", "logoff" */
  gint64 warning_at;
  gboolean log_ok;
  char seal[KIOSK_AUDIT_SEAL_SIZE]; /* of the day; "": none */
  guint64 seal_sequence;
  gint64 seal_time;      /* unix microseconds */
  const char *line;      /* static */
  gint64 line_since;     /* unix microseconds */
  const char *stop_code; /* static */
  gint64 stop_since;
  gint64 last_login;
  guint failures_since;
  gint password_days;       /* until it must be changed; -1: nothing to tell */
  const char *conversation; /* static */
  GPtrArray *devices;       /* KioskRefusedDevice, newest first; NULL: none */
  KioskKeyboardStatus check;
} KioskStatus;

/* Floating a{sv}. */
GVariant *kiosk_status_to_variant (const KioskStatus *status);

/* Floating a{sv}; empty without a policy. */
GVariant *kiosk_status_terminal_to_variant (const KioskPolicy *policy);
