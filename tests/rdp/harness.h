/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers.h"

#include "kiosk/ipc/rdp-protocol.h"

/* The two neighbours of a real, spawned kiosk-rdp: kioskd and kiosk-shell. Everything fails the test
 * when it takes longer than a generous deadline. */

typedef struct {
  GPid pid;
  int daemon, shell;
  guint8 *memory;

  /* what kioskd knows */
  GArray *reports; /* KioskRdpReport */
  guint alive;
  gboolean suspended;
  KioskRdpStep step;
  gboolean ended;
  gboolean gone; /* closed its socket without a word */
  KioskRdpReport end;

  /* what the shell knows */
  guint32 width, height;
  guint8 *picture; /* put together from the announced rectangles alone */
  guint frames, cursors;
  gboolean hold; /* answer no frame until harness_worker_show() */
  gboolean under_way, held[KIOSK_RDP_BUFFERS];
  guint32 last; /* buffer of the last frame */
} Worker;

/* A task for @server with its pin, 800 x 600. */
KioskRdpTask harness_task (Server *server, KioskRdpSecurity security);

/* Connects to @port, spawns the worker and hands it @task. @authority is PEM or NULL. */
Worker *harness_worker_start (const KioskRdpTask *task, guint port, const char *authority);

/* Kills what is left of it. */
void harness_worker_free (Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Worker, harness_worker_free)

void harness_worker_credentials (Worker *worker, const char *user, const char *password);
void harness_worker_order (Worker *worker, guint32 kind);
void harness_worker_input (Worker *worker, guint32 kind, guint32 a, guint32 b, guint32 c);
/* The last frame stands on the screen. */
void harness_worker_show (Worker *worker);

/* Moves the pointer into the console and types. */
void harness_worker_type (Worker *worker, const char *lower_case_text);

/* Handles what the worker sends for up to @milliseconds; returns after the first message. */
void harness_worker_turn (Worker *worker, int milliseconds);

/* Handles messages until @condition, or fails the test. */
#define harness_wait(worker_, condition_)                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 deadline_ = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;                              \
    while (!(condition_))                                                                          \
      {                                                                                            \
        if (g_get_monotonic_time () > deadline_ || (worker_)->ended || (worker_)->gone)            \
          g_error ("%s:%d: never happened: %s (step %d, ended %d with %u, detail 0x%x, gone %d)",  \
                   __FILE__, __LINE__, #condition_, (worker_)->step, (worker_)->ended,             \
                   (worker_)->end.value, (worker_)->end.detail, (worker_)->gone);                  \
        harness_worker_turn (worker_, 50);                                                         \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* Waits for ENDED and the exit of the process; checks the reason and that it exited by itself. */
void harness_worker_expect_end (Worker *worker, KioskRdpEnd end);

/* Waits for the exit and returns its wait status. */
int harness_worker_reap (Worker *worker);

/* The first report of @kind, or NULL. */
const KioskRdpReport *harness_worker_report (Worker *worker, KioskRdpReportKind kind);

/* Share of pixels of the picture that differ visibly from @other (same size), 0 to 1. */
double harness_worker_difference (Worker *worker, const guint8 *other);

/* A session of the user tester with @server, until its first picture; and its end by STOP, which must
 * be a clean one. */
Worker *harness_session_start (Server *server, KioskRdpSecurity security);
void harness_session_stop (Worker *worker);
