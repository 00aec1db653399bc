/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/ipc/rdp-protocol.h"

#include <gio/gio.h>

/* The two neighbours of a real, spawned kiosk-rdp - kioskd and kiosk-shell - and the real RDP servers
 * that it talks to. Everything fails the test when it takes longer than a generous deadline. */

/* ---- the world: first thing in main ---- */

/* Moves the test into a network namespace with only a loopback interface, and makes sure that the user
 * of the worker exists there (in a mount namespace, on a copy of /etc/passwd). Needs root. */
void harness_enter_world (void);

/* ---- servers ---- */

typedef struct {
  char *folder;
  char *display; /* ":1", or NULL */
  guint port;
  int pid; /* of the RDP server itself */
  GSubprocess *process;
  guint8 pin[32];
} Server;

/* Starts "server.sh KIND" with @options (NULL-terminated, may be NULL). @certificate is the path of a
 * certificate whose key lies beside it with the suffix .key, or NULL for a fresh one. */
Server *harness_server_start (const char *kind, const char *certificate,
                              const char *const *options);
void harness_server_stop (Server *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, harness_server_stop)

/* What the server's own display shows, BGRA, rows of *@width x 4. */
guint8 *harness_server_picture (Server *server, guint *width, guint *height);

/* Lines that the console on the server's display received so far. */
char *harness_server_typed (Server *server);

/* Runs openssl with the words of @command in @folder. */
void harness_openssl (const char *folder, const char *command);

/* ---- the worker and its neighbours ---- */

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
    gint64 deadline_ = g_get_monotonic_time () + 40 * G_USEC_PER_SEC;                              \
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
