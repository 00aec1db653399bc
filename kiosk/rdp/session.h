/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "channels.h"
#include "cursor.h"
#include "frames.h"
#include "input.h"

#include "kiosk/base/secret.h"
#include "kiosk/ipc/rdp-protocol.h"

#include <freerdp/freerdp.h>
#include <openssl/x509.h>

/* One session of the worker: what the parts of this program share. FreeRDP allocates it, zeroed, as
 * its context; so every callback finds it.
 *
 * Threads: freerdp_connect() blocks until the session is granted, so it runs on a thread of its own,
 * and its callbacks with it. The main thread meanwhile looks only at the two sockets and @instance's
 * abort event. It joins that thread before it touches anything else here; from then on there is one
 * thread (the library's decoders aside, which call nothing of ours). */
typedef struct {
  rdpContext context; /* first */

  KioskRdpTask task;
  int daemon;               /* socket to kioskd */
  int shell;                /* socket to the shell, non-blocking */
  int connection;           /* to the server; -1 once the library took it */
  gboolean connected_twice; /* the library asked for a second connection and did not get one */
  guint32 first_error;      /* the library's error when it did */
  X509_STORE *authority;    /* NULL with pins */
  KioskRdpCredentials *credentials; /* wiped as soon as the library has them */

  KioskRdpStep step;
  KioskRdpEnd end; /* the first reason that we know ourselves; NONE: ask the library */

  KioskRdpChannels channels;
  KioskRdpFrames frames;
  KioskRdpInputState input;
  KioskRdpCursorState cursor;

  gboolean suspended;
  KioskRdpInput size; /* the last SIZE of the shell */
  gint64
      size_deadline; /* kiosk_clock_boottime() at which it goes to the server; 0: nothing to do */
  guint size_retries;
} KioskRdpSession;

#define KIOSK_RDP_SESSION(context_) ((KioskRdpSession *) (gpointer) (context_))

/* A session for @task. Takes over @settings (fresh ones of the library, which looked for the time zone
 * in files), @connection, @shell and @authority; @memory is the mapped frame memory. Needs no file;
 * may leave a thread of the library's behind. NULL with @error. */
KioskRdpSession *kiosk_rdp_session_new (const KioskRdpTask *task, rdpSettings *settings, int daemon,
                                        int connection, int shell, guint8 *memory,
                                        X509_STORE *authority, GError **error);

/* Takes the credentials from the shell, connects, and serves until the end, which it reports. Returns
 * the exit status of the program. */
int kiosk_rdp_session_run (KioskRdpSession *self);

/* Notes why the session ends, unless a reason stands already, and makes the library stop. Callable
 * from its callbacks. */
void kiosk_rdp_session_end (KioskRdpSession *self, KioskRdpEnd end);

/* Tells kioskd. @digest and @text may be NULL. Exits when kioskd is gone: nobody is left who could
 * want this session. */
void kiosk_rdp_session_report (KioskRdpSession *self, KioskRdpReportKind kind, guint32 value,
                               guint32 detail, const guint8 *digest, const char *text);

/* Reports that @step begins. */
void kiosk_rdp_session_step (KioskRdpSession *self, KioskRdpStep step);
