/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/model/session.h"

#include <gio/gio.h>

/* kioskd's end of terminal-bus.xml: the socket, the one peer behind it, and the table of requests.
 * Every request passes one authorise hook; what the session state machine forbids ends the connection.
 * Main thread only. */
typedef struct _KioskShellService KioskShellService;

/* Milliseconds without a heartbeat after which the shell counts as dead (it sends one every 2 s). Time
 * asleep does not count. */
#define KIOSK_SHELL_SILENCE 10000

typedef enum {
  KIOSK_REQUEST_FORBIDDEN, /* ends the connection */
  KIOSK_REQUEST_LATE, /* was allowed a moment ago and crossed an event of ours: an error, no more */
  KIOSK_REQUEST_ALLOWED,
} KioskRequestVerdict;

typedef struct {
  /* May @event happen now? The one authorise hook. */
  KioskRequestVerdict (*authorise) (KioskEvent event, gpointer data);
  /* A request that is neither known nor allowed was made; the connection is being closed. */
  void (*refused) (const char *method, gpointer data);
  void (*connected) (gpointer data);
  /* The peer is gone: @reason is "closed" or "silent" (then it is killed as well). */
  void (*lost) (const char *reason, gpointer data);
  GVariant *(*get_terminal) (gpointer data);
  GVariant *(*get_status) (gpointer data);
  GVariant *(*list_servers) (gpointer data);
  /* The shell's end of a new conversation, or -1 with @error. */
  int (*begin_conversation) (KioskEvent event, gpointer data, GError **error);
  /* The same for an approver of a session with @server. */
  int (*begin_approval) (const char *server, gpointer data, GError **error);
  /* Answered later with kiosk_shell_service_return_connect(), exactly once. */
  void (*connect) (const char *server, const char *ticket, const char *purpose, guint width,
                   guint height, GDBusMethodInvocation *invocation, gpointer data);
  /* Everything without an answer; @argument is the cause of a LOCK, else NULL. */
  void (*request) (KioskEvent event, const char *argument, gpointer data);
  /* TRUE: process 1 was told. */
  gboolean (*power_off) (gpointer data);
  /* Keys came faster than a person types. */
  void (*typing) (guint presses, guint milliseconds, gpointer data);
  void (*heartbeat) (guint input_age, gpointer data);
} KioskShellServiceEvents;

/* Listens on @path; only the user @uid (and root) can open it, only @uid is accepted. */
KioskShellService *kiosk_shell_service_new (const char *path, uid_t uid, gid_t gid,
                                            const KioskShellServiceEvents *events, gpointer data,
                                            GError **error);
void kiosk_shell_service_free (KioskShellService *self);

/* Sends StatusChanged to the shell if there is one; takes a floating @status. */
void kiosk_shell_service_publish (KioskShellService *self, GVariant *status);

/* Sends ServersChanged. */
void kiosk_shell_service_publish_servers (KioskShellService *self);

/* Answers Connect: with both descriptors, which are taken over, or with @error_message. */
void kiosk_shell_service_return_connect (GDBusMethodInvocation *invocation, int worker, int frames,
                                         const char *error_message);
