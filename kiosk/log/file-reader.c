/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "file-reader.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#define CHUNK (1 << 17)
/* 8 MiB: what zstd -3 needs is a quarter of it; a hostile file must not make us reserve gigabytes */
#define WINDOW_LOG_MAX 23

struct _KioskFileReader {
  int fd;
  ZSTD_DStream *stream; /* NULL: not compressed */
  ZSTD_inBuffer in;
  gboolean in_frame; /* the compressed frame has not ended */
  guint64 position;
  char *raw;
  char *out;
};

KioskFileReader *
kiosk_file_reader_open (const char *path, GError **error)
{
  g_autoptr (KioskFileReader) self = g_new0 (KioskFileReader, 1);

  /* O_NONBLOCK: a FIFO in its place must not stop the reader; it means nothing for a file */
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (self->fd < 0)
    {
      kiosk_error_set_errno (error, errno, path);
      return NULL;
    }
  self->raw = g_malloc (CHUNK);
  if (g_str_has_suffix (path, ".zst"))
    {
      self->stream = ZSTD_createDStream ();
      self->out = g_malloc (CHUNK);
      ZSTD_DCtx_setParameter (self->stream, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    }
  return g_steal_pointer (&self);
}

void
kiosk_file_reader_free (KioskFileReader *self)
{
  if (self == NULL)
    return;
  kiosk_fd_clear (&self->fd);
  ZSTD_freeDStream (self->stream);
  g_free (self->raw);
  g_free (self->out);
  g_free (self);
}

static gssize
read_raw (KioskFileReader *self, GError **error)
{
  ssize_t n;

  do
    n = read (self->fd, self->raw, CHUNK);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    {
      kiosk_error_set_errno (error, errno, "read a file of the log");
      return -1;
    }
  self->position += (guint64) n;
  return n;
}

static gssize
decompress (KioskFileReader *self, GError **error)
{
  for (;;)
    {
      ZSTD_outBuffer out = { self->out, CHUNK, 0 };
      gsize left;

      if (self->in.pos == self->in.size)
        {
          gssize n = read_raw (self, error);

          if (n < 0)
            return -1;
          self->in = (ZSTD_inBuffer){ self->raw, (gsize) n, 0 };
          if (n == 0 && !self->in_frame)
            return 0;
        }
      left = ZSTD_decompressStream (self->stream, &out, &self->in);
      if (ZSTD_isError (left)
          || (out.pos == 0 && self->in.size == 0 && left != 0)) /* ends in the middle */
        {
          g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "a compressed file is damaged: %s",
                       ZSTD_isError (left) ? ZSTD_getErrorName (left) : "it is cut");
          return -1;
        }
      self->in_frame = left != 0;
      if (out.pos > 0)
        return (gssize) out.pos;
    }
}

gssize
kiosk_file_reader_next (KioskFileReader *self, const char **bytes, GError **error)
{
  *bytes = self->stream != NULL ? self->out : self->raw;
  return self->stream != NULL ? decompress (self, error) : read_raw (self, error);
}

guint64
kiosk_file_reader_get_position (const KioskFileReader *self)
{
  return self->position;
}
