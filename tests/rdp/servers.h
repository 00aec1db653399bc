/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A world of its own for these tests, and the real RDP servers in it. */

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
