/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "test-rdp-parts"

#include "certificate.h"
#include "channels.h"
#include "cursor.h"
#include "damage.h"
#include "frames.h"
#include "input.h"
#include "outcome.h"
#include "settings.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/channel.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Tables for the parts of the worker that decide. */

/* ---- outcome ---- */

static void
test_outcome (void)
{
  static const struct {
    guint32 error;
    int ultimatum;
    KioskRdpEnd end;
  } table[] = {
    { 0, 0, KIOSK_RDP_END_LOST },
    { 0, -1, KIOSK_RDP_END_LOST },
    { 0, 1, KIOSK_RDP_END_LOGGED_OFF },
    { 0, 3, KIOSK_RDP_END_LOGGED_OFF },
    { 0x2000d, 3, KIOSK_RDP_END_LOST },
    { 0x10001, 0, KIOSK_RDP_END_LOGGED_OFF },
    { 0x10003, 0, KIOSK_RDP_END_LOGGED_OFF },
    { 0x10005, 0, KIOSK_RDP_END_DENIED },
    { 0x10007, 0, KIOSK_RDP_END_DENIED },
    { 0x10009, 0, KIOSK_RDP_END_DENIED },
    { 0x1000a, 0, KIOSK_RDP_END_CREDENTIALS },
    { 0x1000c, 0, KIOSK_RDP_END_LOGGED_OFF },
    { 0x10017, 0, KIOSK_RDP_END_LOST },
    { 0x10102, 0, KIOSK_RDP_END_DENIED },
    { 0x10404, 0, KIOSK_RDP_END_REDIRECTED },
    { 0x10408, 0, KIOSK_RDP_END_DENIED },
    { 0x110c9, 0, KIOSK_RDP_END_PROTOCOL },
    { 0x11192, 0, KIOSK_RDP_END_PROTOCOL },
    { 0x11196, 0, KIOSK_RDP_END_LOST },
    { 0x20001, 0, KIOSK_RDP_END_INTERNAL },
    { 0x20007, 0, KIOSK_RDP_END_PROTOCOL },
    { 0x20008, 0, KIOSK_RDP_END_SECURITY },
    { 0x20009, 0, KIOSK_RDP_END_CREDENTIALS },
    { 0x2000b, 0, KIOSK_RDP_END_DISCONNECTED },
    { 0x2000c, 0, KIOSK_RDP_END_SECURITY },
    { 0x2000d, 0, KIOSK_RDP_END_LOST },
    { 0x2000e, 0, KIOSK_RDP_END_PASSWORD_EXPIRED },
    { 0x20012, 0, KIOSK_RDP_END_ACCOUNT },
    { 0x20013, 0, KIOSK_RDP_END_PASSWORD_EXPIRED },
    { 0x20014, 0, KIOSK_RDP_END_CREDENTIALS },
    { 0x20015, 0, KIOSK_RDP_END_CREDENTIALS },
    { 0x20016, 0, KIOSK_RDP_END_DENIED },
    { 0x20017, 0, KIOSK_RDP_END_ACCOUNT },
    { 0x20018, 0, KIOSK_RDP_END_ACCOUNT },
    { 0x20019, 0, KIOSK_RDP_END_ACCOUNT },
    { 0x2001a, 0, KIOSK_RDP_END_DENIED },
    { 0x2ffff, 0, KIOSK_RDP_END_LOST },
    { G_MAXUINT32, 0, KIOSK_RDP_END_LOST },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("error 0x%x", table[i].error);
      g_assert_cmpint (kiosk_rdp_outcome (table[i].error, table[i].ultimatum), ==, table[i].end);
    }
}

/* ---- damage and frames ---- */

static gboolean
covers (const KioskRdpDamage *damage, guint32 x, guint32 y)
{
  for (guint i = 0; i < damage->n; i++)
    {
      const KioskRdpRect *r = &damage->rects[i];

      if (x >= r->x && x < r->x + r->width && y >= r->y && y < r->y + r->height)
        return TRUE;
    }
  return FALSE;
}

static void
test_damage (void)
{
  static guint8 hit[256][256];
  KioskRdpDamage damage = { 0 };
  const KioskRdpRect nothing = { 5, 5, 0, 9 };

  kiosk_rdp_damage_add (&damage, &nothing);
  g_assert_cmpuint (damage.n, ==, 0);

  /* Whatever comes, it stays bounded and forgets nothing. */
  memset (hit, 0, sizeof hit);
  for (guint i = 0; i < 500; i++)
    {
      KioskRdpRect r = { g_test_rand_int_range (0, 240), g_test_rand_int_range (0, 240), 0, 0 };

      r.width = g_test_rand_int_range (1, 16);
      r.height = g_test_rand_int_range (1, 16);
      kiosk_rdp_damage_add (&damage, &r);
      g_assert_cmpuint (damage.n, <=, KIOSK_RDP_MAX_RECTS);
      for (guint y = r.y; y < r.y + r.height; y++)
        memset (&hit[y][r.x], 1, r.width);
      if (i % 50 == 0)
        {
          for (guint y = 0; y < 256; y++)
            {
              for (guint x = 0; x < 256; x++)
                g_assert_true (!hit[y][x] || covers (&damage, x, y));
            }
        }
    }
  kiosk_rdp_damage_clear (&damage);
  g_assert_cmpuint (damage.n, ==, 0);
}

static void
test_frames (void)
{
  g_autoptr (GError) error = NULL;
  kiosk_autofd int worker = -1;
  kiosk_autofd int shell = -1;
  guint8 *memory = mmap (NULL, KIOSK_RDP_MEMORY_SIZE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  gsize stride = (gsize) 8000 * 4;
  guint8 *source
      = mmap (NULL, stride * 4000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  KioskRdpFrames frames;
  KioskRdpFrame frame;
  KioskRdpSize size;
  gboolean sent;

  g_assert_true (memory != MAP_FAILED && source != MAP_FAILED);
  g_assert_true (kiosk_fd_socket_pair (&worker, &shell, &error));
  kiosk_rdp_frames_init (&frames, memory);
  g_assert_false (kiosk_rdp_frames_due (&frames));

  /* A desktop larger than the memory is cut; damage outside of it, or inside out, changes nothing. */
  kiosk_rdp_frames_resize (&frames, 8000, 4000);
  kiosk_rdp_frames_add (&frames, 5000, 100, 100, 100);
  kiosk_rdp_frames_add (&frames, -50, -50, 20, 20);
  kiosk_rdp_frames_add (&frames, 10, 10, -5, 5);
  g_assert_true (kiosk_rdp_frames_publish (&frames, source, stride, worker, &sent, &error));
  g_assert_false (sent);
  g_assert_true (kiosk_channel_receive_exact (shell, &size, sizeof size, NULL, 0, &error));
  g_assert_cmpuint (size.width, ==, KIOSK_RDP_MAX_WIDTH);
  g_assert_cmpuint (size.height, ==, KIOSK_RDP_MAX_HEIGHT);
  g_assert_cmpuint (size.kind, ==, KIOSK_RDP_OUTPUT_SIZE);

  /* The last row and column that fit: the very end of the first buffer, and not a byte more. */
  memset (source, 7, stride * 4000);
  kiosk_rdp_frames_add (&frames, -10, -10, G_MAXINT32, G_MAXINT32);
  g_assert_true (kiosk_rdp_frames_publish (&frames, source, stride, worker, &sent, &error));
  g_assert_true (sent);
  g_assert_true (kiosk_channel_receive_exact (shell, &frame, sizeof frame, NULL, 0, &error));
  g_assert_cmpuint (frame.buffer, ==, 0);
  g_assert_cmpuint (frame.n_rects, ==, 1);
  g_assert_cmpuint (frame.rects[0].width, ==, KIOSK_RDP_MAX_WIDTH);
  g_assert_cmpuint (memory[KIOSK_RDP_BUFFER_SIZE - 1], ==, 7);
  g_assert_cmpuint (memory[KIOSK_RDP_BUFFER_SIZE], ==, 0);

  /* Not before SHOWN; then the other buffer, and it lacks everything although little changed. */
  kiosk_rdp_frames_add (&frames, 1, 2, 3, 4);
  g_assert_false (kiosk_rdp_frames_due (&frames));
  kiosk_rdp_frames_shown (&frames);
  g_assert_true (kiosk_rdp_frames_publish (&frames, source, stride, worker, &sent, &error));
  g_assert_true (sent);
  g_assert_true (kiosk_channel_receive_exact (shell, &frame, sizeof frame, NULL, 0, &error));
  g_assert_cmpuint (frame.buffer, ==, 1);
  g_assert_cmpuint (frame.rects[0].width, ==, 3);
  g_assert_cmpuint (memory[KIOSK_RDP_MEMORY_SIZE - 1], ==, 7);

  /* Both held: nothing goes out. A buffer that does not exist is told. */
  kiosk_rdp_frames_shown (&frames);
  kiosk_rdp_frames_add (&frames, 1, 2, 3, 4);
  g_assert_false (kiosk_rdp_frames_due (&frames));
  g_assert_false (kiosk_rdp_frames_free (&frames, 2));
  g_assert_true (kiosk_rdp_frames_free (&frames, 1));
  g_assert_true (kiosk_rdp_frames_due (&frames));

  kiosk_rdp_frames_suspend (&frames);
  g_assert_false (kiosk_rdp_frames_due (&frames));
  for (gsize i = 0; i < KIOSK_RDP_MEMORY_SIZE; i += 997)
    g_assert_cmpuint (memory[i], ==, 0);
  kiosk_rdp_frames_resume (&frames);
  g_assert_true (kiosk_rdp_frames_publish (&frames, source, stride, worker, &sent, &error));
  g_assert_true (sent);
  g_assert_true (kiosk_channel_receive_exact (shell, &size, sizeof size, NULL, 0, &error));
  g_assert_cmpuint (size.kind, ==, KIOSK_RDP_OUTPUT_SIZE_ANEW);

  munmap (memory, KIOSK_RDP_MEMORY_SIZE);
  munmap (source, stride * 4000);
}

/* ---- input ---- */

static void
test_input (void)
{
  static const struct {
    KioskRdpInput message;
    gboolean valid;
  } table[] = {
    { { KIOSK_RDP_INPUT_KEY, 0x1e, 1, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_KEY, 0x11d, 0, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_KEY, 0x100, 0, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_KEY, 0, 0, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_KEY, 0x21e, 1, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_KEY, 0x1e, 2, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_KEY, 0x1e, 1, 1 }, FALSE },
    { { KIOSK_RDP_INPUT_UNICODE, 0x3042, 1, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_UNICODE, 0, 1, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_UNICODE, 0x10000, 1, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_POINTER, 0x0800, 3839, 2159 }, TRUE },
    { { KIOSK_RDP_INPUT_POINTER, 0x0800, 3840, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_POINTER, 0x0800, 0, 2160 }, FALSE },
    { { KIOSK_RDP_INPUT_POINTER, 0x9000, 0, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_POINTER, 0x1000, 0, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_POINTER, 0x3000, 0, 0 }, FALSE }, /* two buttons */
    { { KIOSK_RDP_INPUT_POINTER, 0x8000, 0, 0 }, FALSE }, /* down, but what */
    { { KIOSK_RDP_INPUT_POINTER, 0, 0, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_POINTER, 0x0278, 0, 0 }, TRUE },  /* wheel up */
    { { KIOSK_RDP_INPUT_POINTER, 0x0388, 0, 0 }, TRUE },  /* wheel down */
    { { KIOSK_RDP_INPUT_POINTER, 0x0478, 0, 0 }, TRUE },  /* sideways */
    { { KIOSK_RDP_INPUT_POINTER, 0x0678, 0, 0 }, FALSE }, /* both */
    { { KIOSK_RDP_INPUT_POINTER, 0x1278, 0, 0 }, FALSE }, /* wheel and button */
    { { KIOSK_RDP_INPUT_POINTER, 0x10800, 0, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_POINTER_EXTENDED, 0x8001, 0, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_POINTER_EXTENDED, 0x0002, 0, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_POINTER_EXTENDED, 0x8003, 0, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_POINTER_EXTENDED, 0x8000, 0, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_FOCUS, 0, 0, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_FOCUS, 1, 15, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_FOCUS, 0, 1, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_FOCUS, 1, 16, 0 }, FALSE },
    { { KIOSK_RDP_INPUT_SIZE, 200, 200, 100 }, TRUE },
    { { KIOSK_RDP_INPUT_SIZE, 3840, 2160, 500 }, TRUE },
    { { KIOSK_RDP_INPUT_SIZE, 199, 200, 100 }, FALSE },
    { { KIOSK_RDP_INPUT_SIZE, 200, 2161, 100 }, FALSE },
    { { KIOSK_RDP_INPUT_SIZE, 200, 200, 99 }, FALSE },
    { { KIOSK_RDP_INPUT_SHOWN, 0, 0, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_FREE, 1, 0, 0 }, TRUE },
    { { KIOSK_RDP_INPUT_FREE, 2, 0, 0 }, FALSE },
    { { 0, 0, 0, 0 }, FALSE },
    { { 9, 0, 0, 0 }, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (kiosk_rdp_input_valid (&table[i].message), ==, table[i].valid);
    }
}

/* ---- cursor ---- */

static void
test_cursor (void)
{
  static KioskRdpCursor cursor;
  static guint8 pixels[384 * 384 * 4];
  const guint8 half_red[] = { 0, 0, 200, 128 };

  for (gsize i = 0; i < sizeof pixels; i += 4)
    memcpy (pixels + i, half_red, 4);

  kiosk_rdp_cursor_set_shape (&cursor, pixels, 32, 32, 31, 40);
  g_assert_cmpuint (cursor.width, ==, 32);
  g_assert_cmpuint (cursor.hot_x, ==, 31);
  g_assert_cmpuint (cursor.hot_y, ==, 31); /* inside */
  g_assert_cmpuint (cursor.pixels[2], ==, (200 * 128 + 127) / 255);
  g_assert_cmpuint (cursor.pixels[3], ==, 128);

  kiosk_rdp_cursor_set_shape (&cursor, pixels, 384, 192, 383, 191);
  g_assert_cmpuint (cursor.width, ==, 96);
  g_assert_cmpuint (cursor.height, ==, 48);
  g_assert_cmpuint (cursor.hot_x, <, 96);
  g_assert_cmpuint (cursor.pixels[(96 * 48 - 1) * 4 + 3], ==, 128);

  kiosk_rdp_cursor_set_shape (&cursor, pixels, 384, 1, 0, 0);
  g_assert_cmpuint (cursor.height, ==, 1);
}

/* ---- channels and settings ---- */

static void
test_channel_refusal (void)
{
  g_autofree char *name = kiosk_rdp_channels_parse_refusal ("no listener for 'AUDIO_INPUT'");
  g_autofree char *quote = kiosk_rdp_channels_parse_refusal ("x no listener for 'a'b'");

  g_assert_cmpstr (name, ==, "AUDIO_INPUT");
  g_assert_cmpstr (quote, ==, "a'b");
  g_assert_null (kiosk_rdp_channels_parse_refusal ("no listener for 'x"));
  g_assert_null (kiosk_rdp_channels_parse_refusal ("listener"));
  g_assert_null (kiosk_rdp_channels_parse_refusal (NULL));
}

static void
test_settings (void)
{
  const KioskRdpTask task = { .width = 1280,
                              .height = 800,
                              .security = KIOSK_RDP_SECURITY_NLA,
                              .port = 3389,
                              .address = "192.0.2.1" };
  KioskRdpTask other = task;
  rdpSettings *settings = freerdp_settings_new (0);
  g_autoptr (GError) error = NULL;
  gboolean value;
  int key;
  guint n = 0;

  g_assert_nonnull (settings);
  /* The library's defaults are not what we want; this is why they are all written down. */
  g_assert_false (kiosk_rdp_settings_check (settings, &task, FALSE, NULL));
  g_assert_true (kiosk_rdp_settings_apply (settings, &task, &error));
  g_assert_no_error (error);
  g_assert_true (kiosk_rdp_settings_check (settings, &task, TRUE, &error));

  /* Each entry counts: one that is different is found. */
  for (guint i = 0; kiosk_rdp_settings_golden (i, &key, &value); i++, n++)
    {
      FreeRDP_Settings_Keys_Bool k = (FreeRDP_Settings_Keys_Bool) key;

      g_assert_true (freerdp_settings_set_bool (settings, k, !value));
      g_assert_false (kiosk_rdp_settings_check (settings, &task, FALSE, NULL));
      g_assert_true (freerdp_settings_set_bool (settings, k, value));
      g_assert_true (kiosk_rdp_settings_check (settings, &task, FALSE, NULL));
    }
  g_assert_cmpuint (n, >, 60);

  other.security = KIOSK_RDP_SECURITY_TLS;
  g_assert_false (kiosk_rdp_settings_check (settings, &other, FALSE, NULL));
  g_assert_true (kiosk_rdp_settings_apply (settings, &other, NULL));
  g_assert_false (freerdp_settings_get_bool (settings, FreeRDP_NlaSecurity));

  {
    const KioskRdpCredentials credentials = { KIOSK_RDP_CREDENTIALS, "user", "", "secret" };

    g_assert_true (kiosk_rdp_settings_set_credentials (settings, &credentials));
    g_assert_cmpstr (freerdp_settings_get_string (settings, FreeRDP_Password), ==, "secret");
    kiosk_rdp_settings_wipe_credentials (settings);
    g_assert_null (freerdp_settings_get_string (settings, FreeRDP_Password));
    g_assert_null (freerdp_settings_get_string (settings, FreeRDP_Username));
  }
  freerdp_settings_free (settings);
}

/* ---- certificates ---- */

#define NOW 1700000000

typedef struct {
  EVP_PKEY *key;
  X509 *certificate;
} Identity;

static void
identity_clear (Identity *identity)
{
  EVP_PKEY_free (identity->key);
  X509_free (identity->certificate);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Identity, identity_clear)

static void
extend (X509 *certificate, int nid, const char *value)
{
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, NULL, nid, value);

  g_assert_nonnull (extension);
  g_assert_cmpint (X509_add_ext (certificate, extension, -1), ==, 1);
  X509_EXTENSION_free (extension);
}

static Identity
make_identity (EVP_PKEY *key, const Identity *issuer, const char *names, int from, int to,
               const EVP_MD *digest)
{
  static long serial;
  Identity self = { key, X509_new () };
  const char *common_name = issuer != NULL ? "server" : "authority";
  X509_NAME *name = X509_get_subject_name (self.certificate);

  X509_set_version (self.certificate, 2);
  ASN1_INTEGER_set (X509_get_serialNumber (self.certificate), ++serial);
  X509_time_adj_ex (X509_getm_notBefore (self.certificate), from, 0, &(time_t){ NOW });
  X509_time_adj_ex (X509_getm_notAfter (self.certificate), to, 0, &(time_t){ NOW });
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_ASC, (const guchar *) common_name, -1, -1, 0);
  X509_set_issuer_name (self.certificate,
                        issuer != NULL ? X509_get_subject_name (issuer->certificate) : name);
  X509_set_pubkey (self.certificate, key);
  extend (self.certificate, NID_basic_constraints,
          issuer != NULL ? "critical,CA:FALSE" : "critical,CA:TRUE");
  if (names != NULL)
    extend (self.certificate, NID_subject_alt_name, names);
  g_assert_cmpint (X509_sign (self.certificate, issuer != NULL ? issuer->key : key, digest), >, 0);
  return self;
}

static char *
to_pem (const Identity *identity)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *bytes, *pem;
  long length;

  g_assert_cmpint (PEM_write_bio_X509 (bio, identity->certificate), ==, 1);
  length = BIO_get_mem_data (bio, &bytes);
  pem = g_strndup (bytes, length);
  BIO_free (bio);
  return pem;
}

static KioskRdpEnd
judge (const Identity *identity, const Identity *authority, const char *name, gboolean right_pin)
{
  g_autofree char *pem = to_pem (identity);
  KioskRdpTask task = { 0 };
  guint8 digest[32], expected[32];
  X509_STORE *store = NULL;
  unsigned int size;
  KioskRdpEnd end;

  X509_digest (identity->certificate, EVP_sha256 (), expected, &size);
  if (authority != NULL)
    {
      g_autofree char *authority_pem = to_pem (authority);

      store = kiosk_rdp_certificate_read_authority (authority_pem, strlen (authority_pem), NULL);
      g_assert_nonnull (store);
      strcpy (task.certificate_name, name);
    }
  else
    {
      task.n_pins = 2; /* the first is another one: any of the list counts */
      memcpy (task.pins[1], expected, 32);
      if (!right_pin)
        task.pins[1][0] ^= 0x80;
    }
  end = kiosk_rdp_certificate_judge (&task, store, pem, strlen (pem), NOW, digest);
  g_assert_cmpmem (digest, 32, expected, 32);
  X509_STORE_free (store);
  return end;
}

static void
test_certificate (void)
{
  g_auto (Identity) ca = make_identity (EVP_RSA_gen (2048), NULL, NULL, -1, 100, EVP_sha256 ());
  g_auto (Identity) other = make_identity (EVP_RSA_gen (2048), NULL, NULL, -1, 100, EVP_sha256 ());
  g_auto (Identity) good = make_identity (
      EVP_RSA_gen (2048), &ca, "DNS:server.example,DNS:*.wild.example,IP:192.0.2.7,IP:2001:db8::7",
      -1, 10, EVP_sha256 ());
  g_auto (Identity) nameless = make_identity (EVP_RSA_gen (2048), &ca, NULL, -1, 10, EVP_sha256 ());
  g_auto (Identity) expired
      = make_identity (EVP_RSA_gen (2048), &ca, "DNS:server.example", -10, -1, EVP_sha256 ());
  g_auto (Identity) future
      = make_identity (EVP_RSA_gen (2048), &ca, "DNS:server.example", 1, 10, EVP_sha256 ());
  g_auto (Identity) small
      = make_identity (EVP_RSA_gen (1024), &ca, "DNS:server.example", -1, 10, EVP_sha256 ());
  g_auto (Identity) sha1
      = make_identity (EVP_RSA_gen (2048), &ca, "DNS:server.example", -1, 10, EVP_sha1 ());
  g_auto (Identity) curve
      = make_identity (EVP_EC_gen ("P-256"), &ca, "DNS:server.example", -1, 10, EVP_sha256 ());
  g_auto (Identity) weak_ca
      = make_identity (EVP_RSA_gen (1024), NULL, NULL, -1, 100, EVP_sha256 ());
  g_auto (Identity) of_weak
      = make_identity (EVP_RSA_gen (2048), &weak_ca, "DNS:server.example", -1, 10, EVP_sha256 ());

  /* by pin: names and issuers do not matter, validity and strength do */
  g_assert_cmpint (judge (&good, NULL, NULL, TRUE), ==, KIOSK_RDP_END_NONE);
  g_assert_cmpint (judge (&curve, NULL, NULL, TRUE), ==, KIOSK_RDP_END_NONE);
  g_assert_cmpint (judge (&good, NULL, NULL, FALSE), ==, KIOSK_RDP_END_CERTIFICATE_CHANGED);
  g_assert_cmpint (judge (&expired, NULL, NULL, TRUE), ==, KIOSK_RDP_END_CERTIFICATE_EXPIRED);
  g_assert_cmpint (judge (&expired, NULL, NULL, FALSE), ==, KIOSK_RDP_END_CERTIFICATE_CHANGED);
  g_assert_cmpint (judge (&future, NULL, NULL, TRUE), ==, KIOSK_RDP_END_CERTIFICATE_EXPIRED);
  g_assert_cmpint (judge (&small, NULL, NULL, TRUE), ==, KIOSK_RDP_END_CERTIFICATE_WEAK);
  g_assert_cmpint (judge (&sha1, NULL, NULL, TRUE), ==, KIOSK_RDP_END_CERTIFICATE_WEAK);

  /* by authority */
  g_assert_cmpint (judge (&good, &ca, "server.example", FALSE), ==, KIOSK_RDP_END_NONE);
  g_assert_cmpint (judge (&good, &ca, "192.0.2.7", FALSE), ==, KIOSK_RDP_END_NONE);
  g_assert_cmpint (judge (&good, &ca, "2001:db8::7", FALSE), ==, KIOSK_RDP_END_NONE);
  g_assert_cmpint (judge (&good, &ca, "192.0.2.8", FALSE), ==, KIOSK_RDP_END_CERTIFICATE_UNTRUSTED);
  g_assert_cmpint (judge (&good, &ca, "example", FALSE), ==, KIOSK_RDP_END_CERTIFICATE_UNTRUSTED);
  g_assert_cmpint (judge (&good, &ca, "server.example.net", FALSE), ==,
                   KIOSK_RDP_END_CERTIFICATE_UNTRUSTED);
  g_assert_cmpint (judge (&good, &ca, "", FALSE), ==, KIOSK_RDP_END_CERTIFICATE_UNTRUSTED);
  g_assert_cmpint (judge (&good, &other, "server.example", FALSE), ==,
                   KIOSK_RDP_END_CERTIFICATE_UNTRUSTED);
  g_assert_cmpint (judge (&nameless, &ca, "server", FALSE), ==,
                   KIOSK_RDP_END_CERTIFICATE_UNTRUSTED);
  g_assert_cmpint (judge (&expired, &ca, "server.example", FALSE), ==,
                   KIOSK_RDP_END_CERTIFICATE_EXPIRED);
  g_assert_cmpint (judge (&small, &ca, "server.example", FALSE), ==,
                   KIOSK_RDP_END_CERTIFICATE_WEAK);
  g_assert_cmpint (judge (&of_weak, &weak_ca, "server.example", FALSE), ==,
                   KIOSK_RDP_END_CERTIFICATE_WEAK);
}

static void
test_certificate_garbage (void)
{
  const KioskRdpTask task = { .n_pins = 1 };
  const char *const garbage[]
      = { "", "x", "-----BEGIN CERTIFICATE-----\n",
          "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" };
  guint8 digest[32];

  for (gsize i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (
          kiosk_rdp_certificate_judge (&task, NULL, garbage[i], strlen (garbage[i]), NOW, digest),
          ==, KIOSK_RDP_END_CERTIFICATE_UNTRUSTED);
      g_assert_null (
          kiosk_rdp_certificate_read_authority (garbage[i], strlen (garbage[i]), &error));
      g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("HOME", "/nonexistent", TRUE); /* the library insists on one */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rdp/outcome", test_outcome);
  g_test_add_func ("/rdp/damage", test_damage);
  g_test_add_func ("/rdp/frames", test_frames);
  g_test_add_func ("/rdp/input", test_input);
  g_test_add_func ("/rdp/cursor", test_cursor);
  g_test_add_func ("/rdp/channel-refusal", test_channel_refusal);
  g_test_add_func ("/rdp/settings", test_settings);
  g_test_add_func ("/rdp/certificate", test_certificate);
  g_test_add_func ("/rdp/certificate-garbage", test_certificate_garbage);
  return g_test_run ();
}
