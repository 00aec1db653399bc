/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-pack.h"
#include "audit-folder.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

/* Order: the compressed file under a name of its own, synced; read back from the disk, decompressed, compared by digest; its right name, synced; only then the
 * other one goes. Stopped anywhere in between the uncompressed file is still there, and all is done again. */

#define LEVEL 3
#define DIGEST_SIZE 32

struct _KioskAuditPacker {
  int folder;
  GThread *thread;
  GMutex lock;
  GCond wake;
  gboolean awake;
  guint64 below;
  gint stop; /* atomic */
};

/* ---- One file ---- */

typedef struct {
  crypto_generichash_state hash;
  guint64 length;
} Digest;

static void
digest_begin (Digest *self)
{
  crypto_generichash_init (&self->hash, NULL, 0, DIGEST_SIZE);
  self->length = 0;
}

static void
digest_add (Digest *self, const void *bytes, gsize length)
{
  crypto_generichash_update (&self->hash, bytes, length);
  self->length += length;
}

static gboolean
read_some (int fd, void *buffer, gsize size, gsize *length, GError **error)
{
  ssize_t n;

  do
    n = read (fd, buffer, size);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return kiosk_error_set_errno (error, errno, "read an older file of the audit log");
  *length = (gsize) n;
  return TRUE;
}

static gboolean
zstd_failed (size_t code, GError **error)
{
  if (!ZSTD_isError (code))
    return FALSE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "Zstandard: %s", ZSTD_getErrorName (code));
  return TRUE;
}

static gboolean
compress_stream (int from, int to, Digest *digest, ZSTD_CStream *stream, GError **error)
{
  gsize in_size = ZSTD_CStreamInSize (), out_size = ZSTD_CStreamOutSize (), length;
  g_autofree char *in_buffer = g_malloc (in_size);
  g_autofree char *out_buffer = g_malloc (out_size);

  ZSTD_CCtx_setParameter (stream, ZSTD_c_compressionLevel, LEVEL);
  ZSTD_CCtx_setParameter (stream, ZSTD_c_checksumFlag, 1);
  do
    {
      ZSTD_inBuffer in;
      size_t left;

      if (!read_some (from, in_buffer, in_size, &length, error))
        return FALSE;
      digest_add (digest, in_buffer, length);
      in = (ZSTD_inBuffer){ in_buffer, length, 0 };
      do
        {
          ZSTD_outBuffer out = { out_buffer, out_size, 0 };

          left = ZSTD_compressStream2 (stream, &out, &in,
                                       length == 0 ? ZSTD_e_end : ZSTD_e_continue);
          if (zstd_failed (left, error) || !kiosk_audit_write_all (to, out_buffer, out.pos, error))
            return FALSE;
        }
      while (length == 0 ? left > 0 : in.pos < in.size);
    }
  while (length > 0);
  return TRUE;
}

static gboolean
decompress_stream (int from, Digest *digest, ZSTD_DStream *stream, GError **error)
{
  gsize in_size = ZSTD_DStreamInSize (), out_size = ZSTD_DStreamOutSize (), length;
  g_autofree char *in_buffer = g_malloc (in_size);
  g_autofree char *out_buffer = g_malloc (out_size);

  do
    {
      ZSTD_inBuffer in;
      ZSTD_outBuffer out;

      if (!read_some (from, in_buffer, in_size, &length, error))
        return FALSE;
      in = (ZSTD_inBuffer){ in_buffer, length, 0 };
      do
        {
          out = (ZSTD_outBuffer){ out_buffer, out_size, 0 };
          if (zstd_failed (ZSTD_decompressStream (stream, &out, &in), error))
            return FALSE;
          digest_add (digest, out_buffer, out.pos);
        }
      while (in.pos < in.size || out.pos == out.size);
    }
  while (length > 0);
  return TRUE;
}

static gboolean
compress (int from, int to, Digest *digest, GError **error)
{
  ZSTD_CStream *stream = ZSTD_createCStream ();
  gboolean done = stream != NULL && compress_stream (from, to, digest, stream, error);

  ZSTD_freeCStream (stream);
  return done;
}

static gboolean
decompress (int from, Digest *digest, GError **error)
{
  ZSTD_DStream *stream = ZSTD_createDStream ();
  gboolean done = stream != NULL && decompress_stream (from, digest, stream, error);

  ZSTD_freeDStream (stream);
  return done;
}

static gboolean
is_same (Digest *a, Digest *b)
{
  guint8 digests[2][DIGEST_SIZE];

  crypto_generichash_final (&a->hash, digests[0], DIGEST_SIZE);
  crypto_generichash_final (&b->hash, digests[1], DIGEST_SIZE);
  return a->length == b->length && memcmp (digests[0], digests[1], DIGEST_SIZE) == 0;
}

static gboolean
pack (int folder, const char *name, GError **error)
{
  g_autofree char *packed = g_strdup_printf ("%s.zst", name);
  g_autofree char *fresh = g_strdup_printf ("%s.new", packed);
  kiosk_autofd int from = -1;
  kiosk_autofd int to = -1;
  Digest before, after;

  digest_begin (&before);
  digest_begin (&after);
  if (!kiosk_audit_folder_open_file (folder, name, O_RDONLY, &from, error)
      || !kiosk_audit_folder_remove (folder, fresh, error))
    return FALSE;
  to = openat (folder, fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (from < 0 || to < 0)
    return kiosk_error_set_errno (error, errno, "compress an older file of the audit log");
  if (!compress (from, to, &before, error) || !kiosk_audit_sync (to, fresh, error))
    return FALSE;
  posix_fadvise (to, 0, 0, POSIX_FADV_DONTNEED); /* from the disk, as far as the kernel obeys */
  if (lseek (to, 0, SEEK_SET) < 0)
    return kiosk_error_set_errno (error, errno, "read an older file of the audit log");
  if (!decompress (to, &after, error))
    return FALSE;
  if (!is_same (&before, &after))
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "%s is not %s any more, decompressed",
                   packed, name);
      return FALSE;
    }
  if (renameat (folder, fresh, folder, packed) < 0)
    return kiosk_error_set_errno (error, errno, "name a compressed file of the audit log");
  return kiosk_audit_sync (folder, "the directory of the audit log", error)
         && kiosk_audit_folder_remove (folder, name, error);
}

/* ---- All files ---- */

/* "audit-" and twelve digits or more, ".log"; the number below @below. */
static gboolean
is_unpacked (const char *name, guint64 below)
{
  gsize length = strlen (name);

  return g_str_has_prefix (name, "audit-") && g_str_has_suffix (name, ".log") && length >= 22
         && strspn (name + 6, "0123456789") == length - 10
         && g_ascii_strtoull (name + 6, NULL, 10) < below;
}

static GPtrArray *
list_unpacked (int folder, guint64 below, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  kiosk_autofd int copy = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = copy >= 0 ? fdopendir (copy) : NULL;
  struct dirent *entry;

  if (entries == NULL)
    {
      kiosk_error_set_errno (error, errno, "look for older files of the audit log");
      return NULL;
    }
  kiosk_fd_steal (&copy);
  while ((entry = readdir (entries)) != NULL)
    if (is_unpacked (entry->d_name, below))
      g_ptr_array_add (names, g_strdup (entry->d_name));
  closedir (entries);
  return g_steal_pointer (&names);
}

gboolean
kiosk_audit_pack_all (int folder, guint64 below, const gint *stop, GError **error)
{
  g_autoptr (GPtrArray) names = list_unpacked (folder, below, error);
  gboolean good = names != NULL;

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      if (stop != NULL && g_atomic_int_get (stop))
        break;
      good = pack (folder, names->pdata[i], good ? error : NULL) && good;
    }
  return good;
}

/* ---- The thread ---- */

static gpointer
run (gpointer data)
{
  KioskAuditPacker *self = data;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      guint64 below;

      g_mutex_lock (&self->lock);
      while (!self->awake && !g_atomic_int_get (&self->stop))
        g_cond_wait (&self->wake, &self->lock);
      self->awake = FALSE;
      below = self->below;
      g_mutex_unlock (&self->lock);
      if (g_atomic_int_get (&self->stop))
        return NULL;
      if (!kiosk_audit_pack_all (self->folder, below, &self->stop, &error))
        g_message ("An older file of the audit log stays uncompressed: %s", error->message);
    }
}

KioskAuditPacker *
kiosk_audit_packer_new (const char *directory)
{
  KioskAuditPacker *self = g_new0 (KioskAuditPacker, 1);

  /* Of its own: a copy of the descriptor of the folder would keep its lock. */
  self->folder = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  return self;
}

void
kiosk_audit_packer_free (KioskAuditPacker *self)
{
  if (self == NULL)
    return;
  g_atomic_int_set (&self->stop, TRUE);
  g_mutex_lock (&self->lock);
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  kiosk_fd_clear (&self->folder);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_free (self);
}

void
kiosk_audit_packer_wake (KioskAuditPacker *self, guint64 below)
{
  g_autoptr (GPtrArray) names = list_unpacked (self->folder, below, NULL);

  if (names == NULL || names->len == 0)
    return;
  g_mutex_lock (&self->lock);
  self->awake = TRUE;
  self->below = below;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  if (self->thread == NULL)
    self->thread = g_thread_new ("audit-pack", run, self);
}
