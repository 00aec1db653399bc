/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "test-rdp"

#include "fake-server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connection Confirm with an RDP Negotiation Response that selects CredSSP */
static const guint8 confirm[]
    = { 3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 2, 0, 0, 0 };

static void
talk (FakeServer *server, int fd)
{
  guint8 buffer[4096];
  gssize n;
  SSL *ssl;

  if (server->kind == FAKE_SERVER_SILENT)
    {
      while (read (fd, buffer, sizeof buffer) > 0)
        {
        }
      return;
    }

  n = read (fd, server->hello, sizeof server->hello);
  g_assert_cmpint (n, >, 0);
  server->hello_size = n;
  g_assert_cmpint (write (fd, confirm, sizeof confirm), ==, sizeof confirm);

  ssl = SSL_new (server->tls);
  SSL_set_fd (ssl, fd);
  server->hand_shaken = SSL_accept (ssl) == 1;
  while (server->hand_shaken)
    {
      int got = SSL_read (ssl, buffer, sizeof buffer);

      if (got <= 0)
        break;
      server->received += got;
      if (server->kind == FAKE_SERVER_BREAK)
        break;
    }
  SSL_free (ssl);
}

static gpointer
serve (gpointer data)
{
  FakeServer *server = data;
  struct pollfd more = { .fd = server->listener, .events = POLLIN };
  int fd = accept (server->listener, NULL, NULL);

  g_assert_cmpint (fd, >=, 0);
  server->connections++;
  talk (server, fd);
  close (fd);
  /* A client that could would be back by now. */
  if (poll (&more, 1, 500) == 1)
    server->connections++;
  return NULL;
}

static void
make_certificate (FakeServer *server)
{
  EVP_PKEY *key = EVP_RSA_gen (2048);
  X509 *certificate = X509_new ();
  unsigned int size = sizeof server->pin;

  ASN1_INTEGER_set (X509_get_serialNumber (certificate), 1);
  X509_gmtime_adj (X509_getm_notBefore (certificate), -3600);
  X509_gmtime_adj (X509_getm_notAfter (certificate), 86400);
  X509_set_pubkey (certificate, key);
  g_assert_cmpint (X509_sign (certificate, key, EVP_sha256 ()), >, 0);
  g_assert_cmpint (X509_digest (certificate, EVP_sha256 (), server->pin, &size), ==, 1);
  g_assert_cmpint (SSL_CTX_use_certificate (server->tls, certificate), ==, 1);
  g_assert_cmpint (SSL_CTX_use_PrivateKey (server->tls, key), ==, 1);
  X509_free (certificate);
  EVP_PKEY_free (key);
}

FakeServer *
fake_server_start (FakeServerKind kind)
{
  FakeServer *server = g_new0 (FakeServer, 1);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (FAKE_SERVER_PORT) };
  const int on = 1;

  server->kind = kind;
  server->tls = SSL_CTX_new (TLS_server_method ());
  make_certificate (server);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  server->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  g_assert_cmpint (bind (server->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (server->listener, 4), ==, 0);
  server->thread = g_thread_new ("server", serve, server);
  return server;
}

void
fake_server_join (FakeServer *server)
{
  if (server->thread != NULL)
    g_thread_join (server->thread);
  server->thread = NULL;
}

void
fake_server_free (FakeServer *server)
{
  fake_server_join (server);
  close (server->listener);
  SSL_CTX_free (server->tls);
  g_free (server);
}
