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
 * it are overwritten at once. Where /etc cannot be written to, the file that kiosk-auth sees is the one of the image
 * with what persons have changed (kept-files.h): then both are watched, so that it does not matter which of them an
 * administrator closes an account in. Accounts of a directory (SSSD, LDAP) are not in it: theirs are examined by
 * the stack at log-in and unlock, and by kioskd through the policy. */

#include "daemon-private.h"
#include "kept-files.h"

#include "config.h"

#include "kiosk/base/file.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/secret.h"

#include <sys/stat.h>

#define SHADOW "/etc/shadow"
#define SHADOW_MAX_BYTES (4 * 1024 * 1024)

/* Seconds from one look to the next. */
#define LOOK_SECONDS 3

enum { IMAGE, BASE, KEPT, N_FILES };

static const char *const paths[N_FILES] = { SHADOW, KIOSK_KEPT_SHADOW_BASE, KIOSK_KEPT_SHADOW };

G_STATIC_ASSERT (N_FILES == G_N_ELEMENTS (((KioskAccountWatch *) NULL)->marks));

typedef struct {
  char *bytes;
  gsize length;
} Text;

static void
text_clear (Text *text)
{
  if (text->bytes != NULL)
    kiosk_wipe (text->bytes, text->length);
  g_free (text->bytes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Text, text_clear)

static Text
read_text (const char *path)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = kiosk_file_read_trusted (path, SHADOW_MAX_BYTES, &error);
  Text text = { NULL, 0 };

  if (bytes == NULL)
    g_warning ("%s: %s", path, error->message);
  else
    text.bytes = g_bytes_unref_to_data (bytes, &text.length); /* the only reference: no copy */
  return text;
}

/* An unreadable file knows nobody: who was known before must go. Of the copies that means what the image says. */
static void
read_entry (KioskAccountWatch *watch, const char *id)
{
  g_auto (Text) image = read_text (paths[IMAGE]);
  g_auto (Text) base = { NULL, 0 };
  g_auto (Text) kept = { NULL, 0 };

  if (watch->kept)
    {
      base = read_text (paths[BASE]);
      kept = read_text (paths[KEPT]);
    }
  kiosk_account_find_kept ((KioskAccountText){ image.bytes, image.length },
                           (KioskAccountText){ base.bytes, base.length },
                           (KioskAccountText){ kept.bytes, kept.length }, id, &watch->entry);
}

/* Whether the file is another one than at the last look. */
static gboolean
has_changed (KioskFileMark *mark, const char *path)
{
  struct stat now = { 0 };
  gboolean same;

  if (stat (path, &now) != 0)
    now = (struct stat){ 0 };
  same = now.st_ino == mark->inode && now.st_dev == mark->device && now.st_size == mark->size
         && now.st_ctim.tv_sec == mark->changed.tv_sec
         && now.st_ctim.tv_nsec == mark->changed.tv_nsec;
  *mark = (KioskFileMark){ now.st_ino, now.st_dev, now.st_size, now.st_ctim };
  return !same;
}

static KioskAccountState
look (KioskAccountWatch *watch, const char *id)
{
  gboolean changed = FALSE;

  for (guint i = 0; i < (watch->kept ? N_FILES : 1); i++)
    changed = has_changed (&watch->marks[i], paths[i]) || changed;
  if (changed)
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
  self->account.kept = kiosk_kept_files_are_used ();
  self->account.before = look (&self->account, self->status.person->id);
  self->account.source = g_timeout_add_seconds (LOOK_SECONDS, on_look, self);
}

void
kiosk_daemon_unwatch_account (KioskDaemon *self)
{
  g_clear_handle_id (&self->account.source, g_source_remove);
  self->account = (KioskAccountWatch){ 0 };
}
