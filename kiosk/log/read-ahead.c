/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-log"

#include "read-ahead.h"

#include "file-reader.h"

#include <string.h>

/* One thread reads and cuts pieces, a pool checks the signatures in them, and the caller takes them in order. A signature can be
 * checked alone: what it covers stands in its own line. */

#define PIECE_SIZE (1 << 20)
#define PIECES_MAX 8

typedef struct {
  KioskAuditSignature signature;
  gboolean right;
} Judged;

struct _KioskReadAhead {
  char **paths;
  guint start; /* the first that is read */
  gboolean has_key;
  guint8 log_key[KIOSK_AUDIT_KEY_SIZE];
  GThread *reader;
  GThreadPool *pool;
  GMutex lock;
  GCond changed;
  GQueue pieces; /* in order; the caller takes the first when it is ready */
  gboolean ended;
  gboolean stop;
};

/* ---- Pieces ---- */

static KioskPiece *
piece_new (guint file)
{
  KioskPiece *self = g_new0 (KioskPiece, 1);

  self->file = file;
  self->judged = g_array_new (FALSE, FALSE, sizeof (Judged));
  return self;
}

void
kiosk_piece_free (KioskPiece *self)
{
  if (self == NULL)
    return;
  g_free (self->bytes);
  g_clear_error (&self->error);
  g_array_unref (self->judged);
  g_free (self);
}

gboolean
kiosk_piece_check (const KioskAuditSignature *signature, gpointer piece)
{
  KioskPiece *self = piece;

  while (self->next < self->judged->len)
    {
      const Judged *judged = &g_array_index (self->judged, Judged, self->next++);

      if (memcmp (&judged->signature, signature, sizeof *signature) == 0)
        return judged->right;
    }
  return kiosk_audit_signature_is_right (signature);
}

static void
judge (gpointer data, gpointer user_data)
{
  KioskReadAhead *self = user_data;
  KioskPiece *piece = data;
  const char *at = piece->bytes, *end = piece->bytes + piece->length;

  while (self->has_key && at < end)
    {
      const char *feed = memchr (at, '\n', (gsize) (end - at));
      gsize length = feed != NULL ? (gsize) (feed - at) + 1 : (gsize) (end - at);
      Judged judged;

      if (kiosk_audit_signature_read (at, length, self->log_key, &judged.signature))
        {
          judged.right = kiosk_audit_signature_is_right (&judged.signature);
          g_array_append_val (piece->judged, judged);
        }
      at += length;
    }
  g_mutex_lock (&self->lock);
  piece->ready = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* ---- The reading thread ---- */

/* FALSE: nobody wants more. */
static gboolean
hand_over (KioskReadAhead *self, KioskPiece *piece)
{
  gboolean stop;

  g_mutex_lock (&self->lock);
  while (g_queue_get_length (&self->pieces) >= PIECES_MAX && !self->stop)
    g_cond_wait (&self->changed, &self->lock);
  stop = self->stop;
  if (!stop)
    g_queue_push_tail (&self->pieces, piece);
  g_mutex_unlock (&self->lock);
  if (stop)
    kiosk_piece_free (piece);
  else
    g_thread_pool_push (self->pool, piece, NULL);
  return !stop;
}

/* The log tells its key itself, if nobody else has: before the first piece is handed over. */
static void
learn_key (KioskReadAhead *self, const GByteArray *bytes)
{
  const char *text = (const char *) bytes->data;
  const char *feed = memchr (text, '\n', bytes->len);

  if (!self->has_key && feed != NULL)
    self->has_key = kiosk_audit_first_key (text, (gsize) (feed - text) + 1, self->log_key);
}

/* Takes whole lines out of @bytes, or all of them. */
static KioskPiece *
cut_piece (guint file, GByteArray *bytes, gboolean all)
{
  KioskPiece *piece = piece_new (file);
  const guint8 *feed = bytes->len > 0 && !all ? memrchr (bytes->data, '\n', bytes->len) : NULL;

  piece->length = feed != NULL ? (gsize) (feed - bytes->data) + 1 : bytes->len;
  piece->bytes = g_memdup2 (bytes->data, piece->length);
  g_byte_array_remove_range (bytes, 0, (guint) piece->length);
  return piece;
}

static gboolean
read_file (KioskReadAhead *self, guint number, gboolean first)
{
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new (2 * PIECE_SIZE);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskFileReader) file = NULL;
  KioskPiece *piece;
  gssize n = 0;

  if (*self->paths[number] != '\0')
    {
      file = kiosk_file_reader_open (self->paths[number], &error);
      n = file != NULL ? 1 : -1;
    }
  while (n > 0)
    {
      const char *more;

      n = kiosk_file_reader_next (file, &more, &error);
      if (n > 0)
        g_byte_array_append (bytes, (const guint8 *) more, (guint) n);
      if (bytes->len < PIECE_SIZE)
        continue;
      if (first)
        learn_key (self, bytes);
      first = FALSE;
      piece = cut_piece (number, bytes, FALSE);
      piece->position = kiosk_file_reader_get_position (file);
      if (!hand_over (self, piece))
        return FALSE;
    }
  if (first && bytes->len > 0)
    learn_key (self, bytes);
  piece = cut_piece (number, bytes, TRUE);
  piece->ends_file = TRUE;
  piece->position = file != NULL ? kiosk_file_reader_get_position (file) : 0;
  piece->error = g_steal_pointer (&error);
  return hand_over (self, piece);
}

static gpointer
read_files (gpointer data)
{
  KioskReadAhead *self = data;

  for (guint i = self->start; self->paths[i] != NULL; i++)
    if (!read_file (self, i, i == 0))
      break;
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* ---- The caller's side ---- */

KioskReadAhead *
kiosk_read_ahead_new (const char *const *paths, guint start, const guint8 *log_key)
{
  KioskReadAhead *self = g_new0 (KioskReadAhead, 1);

  self->paths = g_strdupv ((char **) paths);
  self->start = start;
  self->has_key = log_key != NULL;
  if (log_key != NULL)
    memcpy (self->log_key, log_key, sizeof self->log_key);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->pieces);
  self->pool = g_thread_pool_new (judge, self, (int) g_get_num_processors (), FALSE, NULL);
  self->reader = g_thread_new ("read-ahead", read_files, self);
  return self;
}

void
kiosk_read_ahead_free (KioskReadAhead *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->stop = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->reader);
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_queue_clear_full (&self->pieces, (GDestroyNotify) kiosk_piece_free);
  g_strfreev (self->paths);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

KioskPiece *
kiosk_read_ahead_next (KioskReadAhead *self)
{
  KioskPiece *piece;

  g_mutex_lock (&self->lock);
  while ((piece = g_queue_peek_head (&self->pieces)) == NULL ? !self->ended : !piece->ready)
    g_cond_wait (&self->changed, &self->lock);
  if (piece != NULL)
    g_queue_pop_head (&self->pieces);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return piece;
}
