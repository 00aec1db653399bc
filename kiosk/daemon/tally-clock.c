/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* What was counted in this start of the machine keeps its distance to now, whatever the wall clock does. From one
 * start to the next there is only the wall clock; a lock then lasts as long as that says, and at most
 * its full time from the start on.
 *
 * The files belong to their persons (pam_faillock gives them away) but lie in a folder that only root may enter;
 * kioskd reaches them by the group. */

#include "tally-clock.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/file.h"
#include "kiosk/model/tally.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long to wait for pam_faillock, which holds a file for a moment. A process that stands still in
 * that moment must not hold us up. */
#define LOCK_TRIES 20
#define LOCK_MICROSECONDS 5000

struct _KioskTallyClock {
  char *folder, *memory;
  gint64 offset; /* wall clock minus the one that cannot be set, microseconds, in the tallies */
};

static gint64
offset_now (void)
{
  return kiosk_clock_realtime () - kiosk_clock_boottime ();
}

static void
remember (KioskTallyClock *self)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT "\n", self->offset);
  g_autoptr (GError) error = NULL;

  if (!kiosk_file_replace (self->memory, text, strlen (text), 0600, &error))
    g_warning ("%s, ignoring", error->message);
}

KioskTallyClock *
kiosk_tally_clock_new (const char *folder, const char *memory)
{
  KioskTallyClock *self = g_new0 (KioskTallyClock, 1);
  g_autofree char *text = NULL;
  char *end = NULL;

  self->folder = g_strdup (folder);
  self->memory = g_strdup (memory);
  self->offset = offset_now ();
  if (g_file_get_contents (memory, &text, NULL, NULL))
    {
      gint64 known = g_ascii_strtoll (text, &end, 10);

      if (end != text && *end == '\n')
        self->offset = known;
    }
  remember (self);
  kiosk_tally_clock_settle (self, TRUE);
  return self;
}

void
kiosk_tally_clock_free (KioskTallyClock *self)
{
  if (self == NULL)
    return;
  g_free (self->folder);
  g_free (self->memory);
  g_free (self);
}

static void
lock (int fd, const char *name)
{
  for (guint i = 0; i < LOCK_TRIES; i++)
    {
      if (flock (fd, LOCK_EX | LOCK_NB) == 0)
        return;
      g_usleep (LOCK_MICROSECONDS);
    }
  g_warning ("Tally %s is held by somebody, ignoring", name);
}

static void
move_file (int folder, const char *name, gint64 shift, gint64 now)
{
  kiosk_autofd int fd = openat (folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  g_autofree guint8 *tally = NULL;
  struct stat status;
  ssize_t size;

  if (fd < 0 || fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    {
      g_warning ("Tally %s: %s, ignoring", name, g_strerror (errno));
      return;
    }
  lock (fd, name);
  tally = g_malloc (KIOSK_TALLY_MAX_BYTES);
  size = pread (fd, tally, KIOSK_TALLY_MAX_BYTES, 0);
  if (size > 0 && kiosk_tally_move (tally, (gsize) size, shift, now)
      && pwrite (fd, tally, (gsize) size, 0) != size)
    g_warning ("Tally %s: %s, ignoring", name, g_strerror (errno));
}

void
kiosk_tally_clock_settle (KioskTallyClock *self, gboolean thoroughly)
{
  gint64 shift = (offset_now () - self->offset) / G_USEC_PER_SEC;
  gint64 now = kiosk_clock_realtime () / G_USEC_PER_SEC;
  kiosk_autofd int folder = -1;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (shift == 0 && !thoroughly)
    return;
  folder = open (self->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  dir = g_dir_open (self->folder, 0, NULL);
  if (folder < 0 || dir == NULL)
    {
      g_warning ("%s: %s, ignoring", self->folder, g_strerror (errno));
      return;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    move_file (folder, name, shift, now);
  if (shift == 0)
    return;
  self->offset += shift * G_USEC_PER_SEC;
  remember (self);
}
