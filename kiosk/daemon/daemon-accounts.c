/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Whether the account of the person who is logged in still is one (R06): an administrator who locks,
 * ends or deletes an ID means now, not the next log-in.
 *
 * It is read from shadow(5). The account stage of PAM would be the other way, in a kiosk-auth of its
 * own; but pam_faillock clears the tally there, so that asking every few seconds would take the lock-out
 * away from whoever guesses the password of the person meanwhile, and it would be a process of root's
 * every few seconds instead of one stat(2). kioskd needs no new right for it: it is root without
 * capabilities, the file belongs to root. It is read at the log-in and when it has changed; the hashes in
 * it are overwritten at once. Accounts of a directory (SSSD, LDAP) are not in it: theirs are examined by
 * the stack at log-in and unlock, and by kioskd through the policy. */

#include "daemon-private.h"

#include "kiosk/base/file.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/secret.h"

#include <sys/stat.h>

#define SHADOW "/etc/shadow"
#define SHADOW_MAX_BYTES (4 * 1024 * 1024)

/* Seconds from one look to the next. */
#define LOOK_SECONDS 3

/* An unreadable file knows nobody: who was known before must go. */
static void
read_entry (KioskAccountWatch *watch, const char *id)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = kiosk_file_read_trusted (SHADOW, SHADOW_MAX_BYTES, &error);
  gsize length = 0;
  char *text;

  watch->entry = (KioskAccountEntry){ 0 };
  if (bytes == NULL)
    {
      g_warning (SHADOW ": %s", error->message);
      return;
    }
  text = g_bytes_unref_to_data (bytes, &length); /* the only reference: no copy */
  kiosk_account_find (text, length, id, &watch->entry);
  kiosk_wipe (text, length);
  g_free (text);
}

/* Whether the file is another one than at the last look. */
static gboolean
has_changed (KioskAccountWatch *watch)
{
  struct stat now = { 0 };
  gboolean same;

  if (stat (SHADOW, &now) != 0)
    now = (struct stat){ 0 };
  same = now.st_ino == watch->inode && now.st_dev == watch->device && now.st_size == watch->size
         && now.st_ctim.tv_sec == watch->changed.tv_sec
         && now.st_ctim.tv_nsec == watch->changed.tv_nsec;
  watch->inode = now.st_ino;
  watch->device = now.st_dev;
  watch->size = now.st_size;
  watch->changed = now.st_ctim;
  return !same;
}

static KioskAccountState
look (KioskAccountWatch *watch, const char *id)
{
  if (has_changed (watch))
    read_entry (watch, id);
  return kiosk_account_judge (&watch->entry,
                              kiosk_clock_realtime () / G_USEC_PER_SEC / KIOSK_DAY_SECONDS);
}

static gboolean
on_look (gpointer data)
{
  KioskDaemon *self = data;
  KioskAccountState now = look (&self->account, self->status.person->id);

  if (!kiosk_account_must_end (self->account.before, now))
    return G_SOURCE_CONTINUE;
  self->account.source = 0;
  kiosk_daemon_step (self, KIOSK_EVENT_ACCOUNT_CLOSED);
  kiosk_daemon_publish (self);
  return G_SOURCE_REMOVE;
}

void
kiosk_daemon_watch_account (KioskDaemon *self)
{
  kiosk_daemon_unwatch_account (self);
  self->account.before = look (&self->account, self->status.person->id);
  self->account.source = g_timeout_add_seconds (LOOK_SECONDS, on_look, self);
}

void
kiosk_daemon_unwatch_account (KioskDaemon *self)
{
  g_clear_handle_id (&self->account.source, g_source_remove);
  self->account = (KioskAccountWatch){ 0 };
}
