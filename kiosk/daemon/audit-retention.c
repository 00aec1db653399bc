/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-retention.h"

#include "audit-receipts.h"

#include "kiosk/base/descriptor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Threat: evidence is gone before somebody else has it. So a file goes only when three say so: its age, the collector's signature, and nobody's
 * hold. Anything that cannot be read counts as a no. */

#define DAY (86400 * (gint64) G_USEC_PER_SEC)
#define NAME_FORMAT "audit-%012" G_GUINT64_FORMAT ".log.zst"

void
kiosk_audit_old_file_free (KioskAuditOldFile *self)
{
  g_free (self->name);
  g_free (self->digest);
  g_free (self);
}

/* ---- Which file ---- */

/* Number in the name of an older file, compressed or not; 0: it is none. */
static guint64
number_of (const char *name)
{
  guint64 number;
  char *end;

  if (!g_str_has_prefix (name, "audit-") || !g_ascii_isdigit (name[6]))
    return 0;
  number = g_ascii_strtoull (name + 6, &end, 10);
  return g_str_equal (end, ".log") || g_str_equal (end, ".log.zst") ? number : 0;
}

/* The lowest number, and the next one: with that record the first file ends, and the second begins. 0: there is none. */
static void
find_oldest (int folder, guint64 current, guint64 *oldest, guint64 *next)
{
  kiosk_autofd int copy = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = copy >= 0 ? fdopendir (copy) : NULL;
  struct dirent *entry;

  *oldest = 0;
  *next = current;
  if (entries == NULL)
    return;
  kiosk_fd_steal (&copy);
  while ((entry = readdir (entries)) != NULL)
    {
      guint64 number = number_of (entry->d_name);

      if (number == 0 || number >= current || number == *oldest)
        continue;
      if (*oldest == 0 || number < *oldest)
        {
          *next = *oldest != 0 ? *oldest : current;
          *oldest = number;
        }
      else
        *next = MIN (*next, number);
    }
  closedir (entries);
}

static gboolean
is_old (int folder, const char *name, guint keep_days, gint64 now)
{
  struct stat info;

  return fstatat (folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (info.st_mode)
         && now / DAY - (gint64) info.st_mtime * G_USEC_PER_SEC / DAY > (gint64) keep_days;
}

/* By a person, or because the log is not the one that the collector has: then all of it is evidence. */
static gboolean
is_held (int folder)
{
  g_autofree char *contradicted
      = kiosk_audit_folder_find_prefix (folder, KIOSK_AUDIT_CONTRADICTED_PREFIX);
  struct stat info;

  return contradicted != NULL
         || fstatat (folder, KIOSK_AUDIT_HOLD_NAME, &info, AT_SYMLINK_NOFOLLOW) == 0
         || errno != ENOENT;
}

/* ---- Receipts ---- */

guint64
kiosk_audit_retention_receipted (int folder, const guint8 *collector, const guint8 *log_key)
{
  KioskReceipt receipt;

  return kiosk_audit_receipts_find (folder, collector, log_key, &receipt, NULL) ? receipt.sequence
                                                                                : 0;
}

/* ---- Its digest ---- */

static char *
read_digest (int folder, const char *name)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *buffer = g_malloc (1 << 16);
  kiosk_autofd int fd = -1;
  ssize_t n;

  if (!kiosk_audit_folder_open_file (folder, name, O_RDONLY, &fd, NULL) || fd < 0)
    return NULL;
  do
    {
      n = read (fd, buffer, 1 << 16);
      if (n > 0)
        g_checksum_update (checksum, buffer, n);
    }
  while (n > 0 || (n < 0 && errno == EINTR));
  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

KioskAuditOldFile *
kiosk_audit_retention_find (int folder, guint keep_days, gint64 now, const guint8 *collector,
                            const guint8 *log_key, guint64 current)
{
  g_autofree char *name = NULL;
  g_autofree char *digest = NULL;
  guint64 oldest, next;
  KioskAuditOldFile *found;

  find_oldest (folder, current, &oldest, &next);
  if (oldest == 0 || is_held (folder))
    return NULL;
  name = g_strdup_printf (NAME_FORMAT, oldest);
  if (!is_old (folder, name, keep_days, now)
      || kiosk_audit_retention_receipted (folder, collector, log_key) < next
      || (digest = read_digest (folder, name)) == NULL)
    return NULL;
  found = g_new0 (KioskAuditOldFile, 1);
  *found = (KioskAuditOldFile){
    .name = g_steal_pointer (&name),
    .first = oldest,
    .last = next,
    .digest = g_steal_pointer (&digest),
  };
  return found;
}
