/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-receipts"

#include "fetch.h"

#include "kiosk/base/error.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/http.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <string.h>
#include <time.h>

/* Threat: whoever sits on the line, or has taken the collector's web server over. The first gets no further than the handshake. The second can send bytes;
 * libcrypto reads the head of the answer, here at most KIOSK_RECEIPTS_MAX of its body are copied, and nobody in this process looks at them. */

#define TYPE "application/json"
#define PATH "/receipt"

struct _KioskFetch {
  SSL_CTX *context;
  const char *peer; /* the address, while it is asked */
  SSL *ssl;         /* NULL before there is a connection */
};

/* The last thing that OpenSSL complained about says least; the first one is the cause. But why a certificate is no good it says elsewhere. */
static gboolean
refuse (const KioskFetch *self, GError **error, const char *what)
{
  long verdict = self->ssl != NULL ? SSL_get_verify_result (self->ssl) : X509_V_OK;
  const char *data = NULL;
  int flags = 0;
  unsigned long code = ERR_peek_error_all (NULL, NULL, NULL, &data, &flags);
  const char *reason = ERR_reason_error_string (code);

  if (verdict != X509_V_OK)
    reason = X509_verify_cert_error_string (verdict);
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "%s: %s%s%s", what,
               reason != NULL ? reason : "no answer", (flags & ERR_TXT_STRING) != 0 ? ", " : "",
               (flags & ERR_TXT_STRING) != 0 ? data : "");
  ERR_clear_error ();
  return FALSE;
}

KioskFetch *
kiosk_fetch_new (const char *folder, GError **error)
{
  g_autoptr (KioskFetch) self = g_new0 (KioskFetch, 1);
  g_autofree char *authority = g_build_filename (folder, "ca.pem", NULL);
  g_autofree char *certificate = g_build_filename (folder, "terminal.pem", NULL);
  g_autofree char *key = g_build_filename (folder, "terminal.key", NULL);

  self->context = SSL_CTX_new (TLS_client_method ());
  if (self->context == NULL || SSL_CTX_set_min_proto_version (self->context, TLS1_3_VERSION) != 1
      || SSL_CTX_load_verify_file (self->context, authority) != 1
      || SSL_CTX_use_certificate_chain_file (self->context, certificate) != 1
      || SSL_CTX_use_PrivateKey_file (self->context, key, SSL_FILETYPE_PEM) != 1
      || SSL_CTX_check_private_key (self->context) != 1)
    {
      refuse (self, error, folder);
      return NULL;
    }
  SSL_CTX_set_verify (self->context, SSL_VERIFY_PEER, NULL);
  return g_steal_pointer (&self);
}

void
kiosk_fetch_free (KioskFetch *self)
{
  if (self == NULL)
    return;
  SSL_free (self->ssl);
  SSL_CTX_free (self->context);
  g_free (self);
}

/* OSSL_HTTP_bio_cb_t(3ssl): puts TLS on the connection that stands. */
static BIO *
on_connection (BIO *bio, void *data, int connect, int detail)
{
  KioskFetch *self = data;
  BIO *tls;
  SSL *ssl = NULL;
  X509_VERIFY_PARAM *name;

  if (!connect)
    return bio;
  tls = BIO_new_ssl (self->context, 1);
  if (tls == NULL || BIO_get_ssl (tls, &ssl) != 1)
    return NULL;
  if (SSL_up_ref (ssl) == 1)
    self->ssl = ssl;
  name = SSL_get0_param (ssl);
  X509_VERIFY_PARAM_set_hostflags (name, X509_CHECK_FLAG_NO_WILDCARDS);
  /* As a name, not as an address: rsyslogd compares it so, and one certificate is to do for both. */
  if (X509_VERIFY_PARAM_set1_host (name, self->peer, 0) != 1)
    {
      BIO_free (tls);
      return NULL;
    }
  return BIO_push (tls, bio);
}

/* Waits until there is something to read, or to write in between. */
static gboolean
wait_for (BIO *body, time_t end)
{
  return BIO_should_retry (body) && BIO_wait (body, end, 100) == 1;
}

static gboolean
read_body (const KioskFetch *self, BIO *body, time_t end, KioskReceiptsResult *result,
           GError **error)
{
  char bytes[KIOSK_RECEIPTS_MAX + 1];
  gsize length = 0;

  while (length < sizeof bytes)
    {
      int n = BIO_read (body, bytes + length, (int) (sizeof bytes - length));

      if (n > 0)
        length += (gsize) n;
      else if (!BIO_should_retry (body))
        break; /* the end; one that was cut off has no right signature */
      else if (!wait_for (body, end))
        return refuse (self, error, "body");
    }
  if (length > KIOSK_RECEIPTS_MAX)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "body: longer than a receipt");
      return FALSE;
    }
  result->kind = KIOSK_RECEIPTS_FETCHED;
  result->length = (guint32) length;
  memcpy (result->bytes, bytes, length);
  return TRUE;
}

gboolean
kiosk_fetch_receipt (KioskFetch *self, const KioskReceiptsTask *task, guint seconds,
                     KioskReceiptsResult *result, GError **error)
{
  char address[INET6_ADDRSTRLEN];
  g_autofree char *port = g_strdup_printf ("%u", task->port);
  g_autofree char *server = NULL;
  time_t end = time (NULL) + (time_t) seconds;
  OSSL_HTTP_REQ_CTX *request;
  BIO *body = NULL;

  inet_ntop ((int) task->family, task->address, address, sizeof address);
  self->peer = address;
  server = task->family == AF_INET6 ? g_strdup_printf ("[%s]", address) : g_strdup (address);
  request = OSSL_HTTP_open (server, port, NULL, NULL, 1, NULL, NULL, on_connection, self, 0,
                            (int) seconds);
  if (request == NULL)
    return refuse (self, error, "connection");
  /* Not ASN.1: the body comes as a stream. Without a place for it, a redirection is a failure. */
  if (OSSL_HTTP_set1_request (request, PATH, NULL, NULL, NULL, TYPE, 0, KIOSK_RECEIPTS_MAX,
                              (int) seconds, 0)
      == 1)
    body = OSSL_HTTP_exchange (request, NULL);
  if (body == NULL)
    {
      OSSL_HTTP_close (request, 0);
      return refuse (self, error, "answer");
    }
  /* Closing is left to the end of the process: it has nothing else to do. */
  return read_body (self, body, end, result, error);
}
