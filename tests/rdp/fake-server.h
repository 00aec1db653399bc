/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* An RDP server's first two steps ([MS-RDPBCGR] 1.3.1.1: negotiation, TLS), to see what a client
 * gives away and to break off at chosen points. One connection on 127.0.0.1:FAKE_SERVER_PORT. */

#define FAKE_SERVER_PORT 13590

typedef enum {
  FAKE_SERVER_LISTEN, /* hand-shake, then count what comes until the client closes */
  FAKE_SERVER_BREAK,  /* hand-shake, then close at the first byte inside */
  FAKE_SERVER_SILENT, /* accept and say nothing until the client closes */
} FakeServerKind;

typedef struct {
  FakeServerKind kind;
  GThread *thread;
  int listener;
  void *tls; /* SSL_CTX */
  guint8 pin[32];
  /* valid after fake_server_join() */
  guint8 hello[512];
  gsize hello_size; /* what came before TLS */
  gboolean hand_shaken;
  gsize received; /* inside TLS */
  guint connections;
} FakeServer;

FakeServer *fake_server_start (FakeServerKind kind);
void fake_server_join (FakeServer *server);
void fake_server_free (FakeServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)
