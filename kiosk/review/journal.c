/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/journal.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file of the journal: read whole (it grows by a few lines a day), appended to under a lock, synced. */

#define FILE_MAX (256 * 1024 * 1024)

char *
kiosk_review_journal_path (const char *opened)
{
  g_autofree char *folder
      = g_file_test (opened, G_FILE_TEST_IS_DIR) ? g_strdup (opened) : g_path_get_dirname (opened);

  return g_build_filename (folder, "review.jsonl", NULL);
}

static GString *
read_all (int fd, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char block[65536];
  ssize_t n;

  while ((n = TEMP_FAILURE_RETRY (read (fd, block, sizeof block))) > 0)
    {
      g_string_append_len (text, block, n);
      if (text->len > FILE_MAX)
        {
          g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "too long for a journal");
          return NULL;
        }
    }
  if (n < 0)
    {
      kiosk_error_set_errno (error, errno, "read");
      return NULL;
    }
  return g_steal_pointer (&text);
}

/* Entries of @text; @hash is left at the last good one. */
static GPtrArray *
parse (const GString *text, guint64 *bad_line, guint8 hash[KIOSK_REVIEW_HASH_SIZE])
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_review_entry_free);
  const char *line = text->str, *end = text->str + text->len;

  kiosk_review_hash_begin (hash);
  *bad_line = 0;
  while (line < end)
    {
      const char *feed = memchr (line, '\n', (gsize) (end - line));
      KioskReviewEntry *entry
          = feed != NULL ? kiosk_review_decode (line, (gsize) (feed - line), entries->len + 1, hash)
                         : NULL; /* a line without its end was never told to be written */

      if (entry == NULL)
        {
          *bad_line = entries->len + 1;
          break;
        }
      g_ptr_array_add (entries, entry);
      line = feed + 1;
    }
  return entries;
}

GPtrArray *
kiosk_review_journal_read (const char *path, guint64 *bad_line, GError **error)
{
  kiosk_autofd int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  guint8 hash[KIOSK_REVIEW_HASH_SIZE];
  g_autoptr (GString) text = NULL;
  guint64 bad = 0;

  if (fd < 0 && errno != ENOENT)
    {
      kiosk_error_set_errno (error, errno, "open");
      return NULL;
    }
  if (fd >= 0 && TEMP_FAILURE_RETRY (flock (fd, LOCK_SH)) != 0)
    {
      kiosk_error_set_errno (error, errno, "flock");
      return NULL;
    }
  text = fd >= 0 ? read_all (fd, error) : g_string_new (NULL);
  if (text == NULL)
    return NULL;
  return parse (text, bad_line != NULL ? bad_line : &bad, hash);
}

/* The entry of a new file is on the disk only with its folder. */
static gboolean
sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  kiosk_autofd int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0 || fsync (fd) != 0)
    return kiosk_error_set_errno (error, errno, "fsync of the folder");
  return TRUE;
}

static gboolean
write_line (int fd, const char *line, off_t before, GError **error)
{
  gsize length = strlen (line), done = 0;

  while (done < length)
    {
      ssize_t n = TEMP_FAILURE_RETRY (write (fd, line + done, length - done));

      if (n < 0)
        {
          int saved = errno;

          /* Half a line would spoil the journal for good. */
          if (ftruncate (fd, before) != 0)
            return kiosk_error_set_errno (error, errno, "write, and taking back what was written");
          return kiosk_error_set_errno (error, saved, "write");
        }
      done += (gsize) n;
    }
  return fdatasync (fd) == 0 || kiosk_error_set_errno (error, errno, "fdatasync");
}

gboolean
kiosk_review_journal_append (const char *path, const KioskReviewEntry *entry,
                             const KioskReviewSigner *signer, GError **error)
{
  kiosk_autofd int fd
      = open (path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
  guint8 hash[KIOSK_REVIEW_HASH_SIZE];
  g_autoptr (GString) text = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autofree char *line = NULL;
  struct stat about;
  guint64 bad;

  if (fd < 0)
    return kiosk_error_set_errno (error, errno, "open");
  if (TEMP_FAILURE_RETRY (flock (fd, LOCK_EX)) != 0 || fstat (fd, &about) != 0)
    return kiosk_error_set_errno (error, errno, "flock");
  if (!S_ISREG (about.st_mode))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED, "not a regular file");
      return FALSE;
    }
  text = read_all (fd, error);
  if (text == NULL)
    return FALSE;
  entries = parse (text, &bad, hash);
  if (bad != 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                   "line %" G_GUINT64_FORMAT " of the journal does not verify", bad);
      return FALSE;
    }
  line = kiosk_review_encode (entry, entries->len + 1, signer, hash);
  return write_line (fd, line, about.st_size, error)
         && (about.st_size > 0 || sync_folder (path, error));
}
