/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "audit-fixture.h"

#include "audit-enrolment.h"

#include "kiosk/base/append-only.h"
#include "kiosk/log/enrolment.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/policy.h"

#include <glib/gstdio.h>

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

/* ---- Setting up ---- */

static void
on_fill (KioskAuditRecord *record, gpointer data)
{
  AuditFixture *fixture = data;

  *record = (KioskAuditRecord){ .realtime = fixture->realtime,
                                .boottime = fixture->boottime,
                                .boot = "boot",
                                .host_id = "kiosk-01" };
}

static void
on_failed (KioskAuditWriter *writer, const GError *error, gpointer data)
{
  AuditFixture *fixture = data;

  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
  g_assert_true (kiosk_audit_writer_get_failed (writer));
  fixture->failures++;
}

static void
on_sealed (KioskAuditWriter *writer, gpointer data)
{
  ((AuditFixture *) data)->sealed++;
}

static void
on_full (KioskAuditWriter *writer, gpointer data)
{
  ((AuditFixture *) data)->full++;
}

static void
auditor_free (gpointer data)
{
  KioskPolicyAuditor *auditor = data;

  g_free (auditor->name);
  g_free (auditor);
}

void
audit_set_up (AuditFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  KioskPolicyAuditor *auditor = g_new0 (KioskPolicyAuditor, 1);
  guint8 secret_key[crypto_sign_SECRETKEYBYTES];

  g_assert_cmpint (sodium_init (), >=, 0);
  audit_calls_arrange (AUDIT_CALLS_PASS, 0, 0);
  /* In memory, where there is such a place: power cuts are made by audit-calls.c, and thousands of syncs are waited for. */
  fixture->root = g_strdup ("/dev/shm/kiosk-audit-XXXXXX");
  if (g_mkdtemp (fixture->root) == NULL)
    {
      g_free (fixture->root);
      fixture->root = g_dir_make_tmp ("kiosk-audit-XXXXXX", &error);
      g_assert_no_error (error);
    }
  fixture->folder = g_build_filename (fixture->root, "log", NULL);
  fixture->log = g_build_filename (fixture->folder, KIOSK_AUDIT_FILE_NAME, NULL);
  randombytes_buf (fixture->seed, sizeof fixture->seed);
  crypto_sign_seed_keypair (auditor->key, secret_key, fixture->seed);
  auditor->name = g_strdup ("auditor \"1\"");
  fixture->auditors = g_ptr_array_new_with_free_func (auditor_free);
  g_ptr_array_add (fixture->auditors, auditor);
  fixture->settings.auditors = fixture->auditors;
  fixture->realtime = 1795000000LL * G_USEC_PER_SEC;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_tree (child);
      else
        {
          int fd = open (child, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);

          if (fd >= 0)
            {
              kiosk_append_only_set (fd, FALSE);
              close (fd);
            }
          g_assert_cmpint (g_remove (child), ==, 0);
        }
    }
  g_rmdir (path);
}

void
audit_remove (AuditFixture *fixture)
{
  remove_tree (fixture->folder);
}

void
audit_tear_down (AuditFixture *fixture, gconstpointer data)
{
  audit_calls_arrange (AUDIT_CALLS_PASS, 0, 0);
  audit_remove (fixture);
  g_assert_cmpint (g_rmdir (fixture->root), ==, 0);
  g_ptr_array_unref (fixture->auditors);
  g_free (fixture->root);
  g_free (fixture->folder);
  g_free (fixture->log);
}

/* ---- The writer ---- */

KioskAuditWriter *
audit_try_open (AuditFixture *fixture, GError **error)
{
  static const KioskAuditWriterEvents events
      = { .fill = on_fill, .failed = on_failed, .sealed = on_sealed, .full = on_full };

  return kiosk_audit_writer_open (fixture->folder, &fixture->settings, &events, fixture, error);
}

KioskAuditWriter *
audit_open (AuditFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  KioskAuditWriter *writer = audit_try_open (fixture, &error);

  g_assert_no_error (error);
  return writer;
}

void
audit_assert_refused (AuditFixture *fixture, KioskError code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (audit_try_open (fixture, &error));
  g_assert_error (error, KIOSK_ERROR, (int) code);
  if (words != NULL && strstr (error->message, words) == NULL)
    g_error ("\"%s\" is not in \"%s\"", words, error->message);
}

gboolean
audit_append (AuditFixture *fixture, KioskAuditWriter *writer, gboolean durable, guint64 *sequence,
              GError **error)
{
  KioskAuditRecord record = { 0 };

  on_fill (&record, fixture);
  record.action = KIOSK_ACTION_LOCK;
  record.reason = KIOSK_REASON_IDLE;
  return kiosk_audit_writer_append (writer, &record, durable, sequence, error);
}

/* ---- Files ---- */

char *
audit_path (AuditFixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

char *
audit_read (AuditFixture *fixture, const char *name, gsize *length)
{
  g_autofree char *path = audit_path (fixture, name);
  g_autoptr (GError) error = NULL;
  char *bytes = NULL;

  g_file_get_contents (path, &bytes, length, &error);
  g_assert_no_error (error);
  return bytes;
}

void
audit_write (AuditFixture *fixture, const char *name, const char *bytes, gsize length)
{
  g_autofree char *path = audit_path (fixture, name);
  int fd = open (path, O_RDONLY);
  FILE *file;

  if (fd >= 0)
    {
      kiosk_append_only_set (fd, FALSE);
      close (fd);
    }
  file = g_fopen (path, "w");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
}

static GString *
unpack (const char *bytes, gsize length)
{
  GString *out = g_string_new (NULL);
  ZSTD_DStream *stream = ZSTD_createDStream ();
  ZSTD_inBuffer in = { bytes, length, 0 };
  char buffer[4096];
  ZSTD_outBuffer part;

  do
    {
      part = (ZSTD_outBuffer){ buffer, sizeof buffer, 0 };
      g_assert_false (ZSTD_isError (ZSTD_decompressStream (stream, &part, &in)));
      g_string_append_len (out, buffer, (gssize) part.pos);
    }
  while (in.pos < in.size || part.pos == part.size);
  ZSTD_freeDStream (stream);
  return out;
}

static void
free_string (gpointer data)
{
  g_string_free (data, TRUE);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The contents of the files in the order of the records. A file that is there twice, because it is being compressed, counts once. */
static GPtrArray *
try_read_all (AuditFixture *fixture)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (free_string);
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_prefix (name, "audit-")
        && (g_str_has_suffix (name, ".log") || g_str_has_suffix (name, ".zst")))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, by_name);
  g_ptr_array_add (names, g_strdup (KIOSK_AUDIT_FILE_NAME));
  for (guint i = 0; i < names->len; i++)
    {
      const char *next = i + 1 < names->len ? names->pdata[i + 1] : "";
      g_autofree char *path = audit_path (fixture, names->pdata[i]);
      gsize length;
      g_autofree char *bytes = NULL;

      if (g_str_has_prefix (next, names->pdata[i]))
        continue;
      if (!g_file_get_contents (path, &bytes, &length, NULL))
        return NULL;
      g_ptr_array_add (files, g_str_has_suffix (names->pdata[i], ".zst")
                                  ? unpack (bytes, length)
                                  : g_string_new_len (bytes, (gssize) length));
    }
  return g_steal_pointer (&files);
}

/* Files are compressed at the same time: a name may be gone when its turn comes. */
static GPtrArray *
read_all (AuditFixture *fixture)
{
  GPtrArray *files;

  g_assert_true (g_file_test (fixture->log, G_FILE_TEST_IS_REGULAR));
  do
    files = try_read_all (fixture);
  while (files == NULL);
  return files;
}

/* ---- Verifying ---- */

KioskAuditReport
audit_verify (AuditFixture *fixture)
{
  g_autoptr (GPtrArray) files = read_all (fixture);
  gsize length;
  g_autofree char *text = audit_read (fixture, KIOSK_ENROLMENT_NAME, &length);
  g_autoptr (KioskEnrolment) enrolment = kiosk_enrolment_parse (text, length, NULL);
  guint8 secret[KIOSK_AUDIT_KEY_SIZE];
  KioskAuditKeys keys = { NULL, secret };
  g_autoptr (KioskAuditVerifier) verifier = NULL;
  KioskAuditReport report;

  g_assert_nonnull (enrolment);
  g_assert_true (kiosk_enrolment_open (enrolment, fixture->seed, secret));
  keys.key = enrolment->key;
  verifier = kiosk_audit_verifier_new (&keys);
  for (guint i = 0; i < files->len; i++)
    {
      const GString *file = files->pdata[i];

      if (i > 0)
        kiosk_audit_verifier_next_file (verifier);
      kiosk_audit_verifier_feed (verifier, file->str, file->len);
    }
  kiosk_audit_verifier_finish (verifier, &report, NULL);
  return report;
}

guint64
audit_assert_good (AuditFixture *fixture)
{
  KioskAuditReport report = audit_verify (fixture);

  if (report.fault != KIOSK_AUDIT_OK)
    g_error ("file %u, line %" G_GUINT64_FORMAT ": %s", report.file, report.line,
             kiosk_audit_fault_text (report.fault, FALSE));
  g_assert_cmpuint (report.first, ==, 1);
  return report.records;
}

guint
audit_count (AuditFixture *fixture, const char *text)
{
  g_autoptr (GPtrArray) files = read_all (fixture);
  guint n = 0;

  for (guint i = 0; i < files->len; i++)
    {
      const char *at = ((GString *) files->pdata[i])->str;

      if (i > 0)
        at = strchr (at, '\n') + 1;
      for (; (at = strstr (at, text)) != NULL; at++)
        n++;
    }
  return n;
}
