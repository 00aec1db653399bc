/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "certificate.h"

#include "kiosk/base/error.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

/* Judges certificates by OpenSSL. No clock, no files, no network: no revocation lists are fetched,
 * and the system's authorities count for nothing. */

#define SECURITY_BITS 112 /* RSA 2048, SHA-224 and better: NIST SP 800-57 part 1, table 2 */
#define SECURITY_LEVEL 2  /* the same to OpenSSL, SSL_CTX_set_security_level(3) */
#define CHAIN_MAX 10

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE_CTX, X509_STORE_CTX_free)

typedef STACK_OF (X509) Chain;

static void
chain_free (Chain *chain)
{
  sk_X509_pop_free (chain, X509_free);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Chain, chain_free)

/* A PEM file with a pass phrase must not make OpenSSL ask at the terminal. */
static int
no_pass_phrase (char *buffer, int size, int writing, void *data)
{
  return -1;
}

static Chain *
read_chain (const char *pem, gsize length)
{
  g_autoptr (Chain) chain = sk_X509_new_null ();
  g_autoptr (BIO) bio = NULL;

  if (chain == NULL || length > KIOSK_RDP_AUTHORITY_MAX)
    return NULL;
  bio = BIO_new_mem_buf (pem, (int) length);
  if (bio == NULL)
    return NULL;

  while (sk_X509_num (chain) < CHAIN_MAX)
    {
      g_autoptr (X509) certificate = PEM_read_bio_X509 (bio, NULL, no_pass_phrase, NULL);

      if (certificate == NULL)
        break;
      if (sk_X509_push (chain, certificate) <= 0)
        return NULL;
      certificate = NULL;
    }
  return sk_X509_num (chain) > 0 ? g_steal_pointer (&chain) : NULL;
}

X509_STORE *
kiosk_rdp_certificate_read_authority (const char *pem, gsize length, GError **error)
{
  g_autoptr (Chain) chain = read_chain (pem, length);
  g_autoptr (X509_STORE) store = X509_STORE_new ();

  if (chain == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                           "no certificate in the authority's file");
      return NULL;
    }
  for (int i = 0; i < sk_X509_num (chain); i++)
    {
      if (store == NULL || X509_STORE_add_cert (store, sk_X509_value (chain, i)) != 1)
        {
          g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "cannot keep the authority");
          return NULL;
        }
    }
  return g_steal_pointer (&store);
}

static gboolean
is_strong (X509 *certificate)
{
  EVP_PKEY *key = X509_get0_pubkey (certificate);
  int bits = 0;
  guint32 flags = 0;

  if (key == NULL || EVP_PKEY_get_security_bits (key) < SECURITY_BITS)
    return FALSE;
  return X509_get_signature_info (certificate, NULL, NULL, &bits, &flags) == 1
         && bits >= SECURITY_BITS;
}

static gboolean
is_current (X509 *certificate, gint64 when)
{
  time_t at = (time_t) when;

  /* X509_cmp_time() returns 0 for a time that it cannot read: that is not "now", it is a refusal. */
  return X509_cmp_time (X509_get0_notBefore (certificate), &at) < 0
         && X509_cmp_time (X509_get0_notAfter (certificate), &at) > 0;
}

static gboolean
is_pinned (const KioskRdpTask *task, const guint8 digest[32])
{
  for (guint32 i = 0; i < MIN (task->n_pins, KIOSK_RDP_MAX_PINS); i++)
    {
      if (memcmp (task->pins[i], digest, 32) == 0)
        return TRUE;
    }
  return FALSE;
}

static KioskRdpEnd
judge_by_authority (const KioskRdpTask *task, X509_STORE *authority, Chain *chain, gint64 when)
{
  g_autoptr (X509_STORE_CTX) context = X509_STORE_CTX_new ();
  X509_VERIFY_PARAM *param;

  if (authority == NULL || task->certificate_name[0] == '\0')
    return KIOSK_RDP_END_CERTIFICATE_UNTRUSTED;
  if (context == NULL
      || X509_STORE_CTX_init (context, authority, sk_X509_value (chain, 0), chain) != 1
      || X509_STORE_CTX_set_default (context, "ssl_server") != 1)
    return KIOSK_RDP_END_INTERNAL;

  param = X509_STORE_CTX_get0_param (context);
  X509_VERIFY_PARAM_set_auth_level (param, SECURITY_LEVEL);
  X509_VERIFY_PARAM_set_time (param, (time_t) when);
  /* An authority may be pinned that is not self-signed: a town's own intermediate one. */
  if (X509_VERIFY_PARAM_set_flags (param, X509_V_FLAG_PARTIAL_CHAIN) != 1)
    return KIOSK_RDP_END_INTERNAL;
  X509_VERIFY_PARAM_set_hostflags (param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
                                              | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  /* An address literal is compared with IP names only, a name with DNS names only. */
  if (X509_VERIFY_PARAM_set1_ip_asc (param, task->certificate_name) != 1
      && X509_VERIFY_PARAM_set1_host (param, task->certificate_name, 0) != 1)
    return KIOSK_RDP_END_INTERNAL;

  if (X509_verify_cert (context) == 1)
    return KIOSK_RDP_END_NONE;

  switch (X509_STORE_CTX_get_error (context))
    {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
      return KIOSK_RDP_END_CERTIFICATE_EXPIRED;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return KIOSK_RDP_END_CERTIFICATE_WEAK;
    default:
      return KIOSK_RDP_END_CERTIFICATE_UNTRUSTED;
    }
}

KioskRdpEnd
kiosk_rdp_certificate_judge (const KioskRdpTask *task, X509_STORE *authority, const char *pem,
                             gsize length, gint64 when, guint8 digest[32])
{
  g_autoptr (Chain) chain = read_chain (pem, length);
  unsigned int size = 0;
  X509 *leaf;

  memset (digest, 0, 32);
  if (chain == NULL)
    return KIOSK_RDP_END_CERTIFICATE_UNTRUSTED;
  leaf = sk_X509_value (chain, 0);
  if (X509_digest (leaf, EVP_sha256 (), digest, &size) != 1 || size != 32)
    return KIOSK_RDP_END_INTERNAL;

  /* The pin first: for a certificate that is not ours at all, "changed" is what matters. */
  if (task->n_pins > 0 && !is_pinned (task, digest))
    return KIOSK_RDP_END_CERTIFICATE_CHANGED;
  if (!is_current (leaf, when))
    return KIOSK_RDP_END_CERTIFICATE_EXPIRED;
  if (!is_strong (leaf))
    return KIOSK_RDP_END_CERTIFICATE_WEAK;
  if (task->n_pins == 0)
    return judge_by_authority (task, authority, chain, when);
  return KIOSK_RDP_END_NONE;
}
