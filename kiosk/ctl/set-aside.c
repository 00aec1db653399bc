/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "set-aside.h"

#include "log-options.h"
#include "kiosk/base/append-only.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/log/log-set.h"
#include "kiosk/model/forerunner.h"
#include "kiosk/model/receipt.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The order of the steps is what this file is for. The target is complete when it has its note; nothing of the log is removed before. Of the log audit.log goes first:
 * from then on until the keys, which go last, kioskd takes what is there for an alarm, and begins nothing. */

#define NOTE "set-aside.json"
#define NOTE_MAX (16 * 1024 * 1024)
#define WORK "set-aside.new"
#define COPY "log"
#define KEYS "keys"
#define BALLAST "ballast"

typedef struct {
  const KioskSetAside *what;
  int log, target, copy; /* the folders */
} Run;

/* What lies in the same folder on the terminal and is no part of the log: its other state, and what fsck found. */
static const char *const not_of_the_log[] = { "state", "lost+found", NULL };

static void
run_clear (Run *self)
{
  kiosk_fd_clear (&self->log);
  kiosk_fd_clear (&self->target);
  kiosk_fd_clear (&self->copy);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static gboolean G_GNUC_PRINTF (2, 3) refuse (GError **error, const char *format, ...)
{
  va_list arguments;
  g_autofree char *text = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED, text);
  return FALSE;
}

/* ---- The folders ---- */

static gboolean
open_log (Run *self, GError **error)
{
  self->log = open (self->what->log, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->log < 0)
    return kiosk_error_set_errno (error, errno, self->what->log);
  /* the writer's own lock (audit-folder.h of kioskd) */
  if (flock (self->log, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  return errno == EWOULDBLOCK ? refuse (error, "%s: a kioskd writes this log", self->what->log)
                              : kiosk_error_set_errno (error, errno, self->what->log);
}

static gboolean
is_same (int a, int b)
{
  struct stat first, second;

  return fstat (a, &first) == 0 && fstat (b, &second) == 0 && first.st_dev == second.st_dev
         && first.st_ino == second.st_ino;
}

/* Whether @folder is @log or lies in it. Up to the root, which is above itself. */
static gboolean
is_in_log (int folder, int log)
{
  kiosk_autofd int at = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  while (at >= 0 && !is_same (at, log))
    {
      kiosk_autofd int above = openat (at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

      if (above < 0 || is_same (at, above))
        return FALSE;
      kiosk_fd_clear (&at);
      at = kiosk_fd_steal (&above);
    }
  return TRUE;
}

static gboolean
open_below (int folder, const char *name, int *opened, GError **error)
{
  if (mkdirat (folder, name, 0700) < 0 && errno != EEXIST)
    return kiosk_error_set_errno (error, errno, name);
  *opened = openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (*opened < 0 || fsync (folder) < 0)
    return kiosk_error_set_errno (error, errno, name);
  return TRUE;
}

static gboolean
open_target (Run *self, GError **error)
{
  g_autofree char *above = g_path_get_dirname (self->what->target);
  g_autofree char *name = g_path_get_basename (self->what->target);
  kiosk_autofd int parent = open (above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (parent < 0)
    return kiosk_error_set_errno (error, errno, above);
  if (is_in_log (parent, self->log))
    return refuse (error, "%s lies in the log", self->what->target);
  if (!open_below (parent, name, &self->target, error))
    return FALSE;
  return !is_in_log (self->target, self->log)
         || refuse (error, "%s lies in the log", self->what->target);
}

/* Only what an earlier run can have left. */
static gboolean
check_target (Run *self, GError **error)
{
  static const char *const ours[] = { COPY, NOTE, NOTE ".new", WORK, NULL };
  static const char *const copy[] = { COPY, NULL };
  g_autoptr (GPtrArray) there = kiosk_set_aside_list (self->target, copy, error);

  for (guint i = 0; there != NULL && i < there->len; i++)
    {
      const KioskSetAsideFile *file = there->pdata[i];

      if (file->is_folder || !g_strv_contains (ours, file->name))
        return refuse (error, "%s has something else already: %s", self->what->target, file->name);
    }
  return there != NULL && open_below (self->target, COPY, &self->copy, error)
         && (!is_in_log (self->copy, self->log)
             || refuse (error, "%s lies in the log", self->what->target));
}

/* ---- The copy ---- */

static gboolean
differs (const Run *self, const KioskSetAsideFile *file, GError **error)
{
  return refuse (error, "%s/" COPY "/%s is not what is in the log: name another target",
                 self->what->target, file->name);
}

static gboolean
copy_all (Run *self, const GPtrArray *files, GError **error)
{
  g_autoptr (GPtrArray) there = kiosk_set_aside_list (self->copy, NULL, error);

  if (there == NULL)
    return FALSE;
  for (guint i = 0; i < there->len; i++)
    if (kiosk_set_aside_find (files, ((KioskSetAsideFile *) there->pdata[i])->name) == NULL)
      return differs (self, there->pdata[i], error);
  for (guint i = 0; i < files->len; i++)
    if (!kiosk_set_aside_copy (self->log, self->copy, self->target, WORK, files->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      KioskSetAsideFile *file = files->pdata[i];
      gboolean same = TRUE;

      if (!file->is_folder && !kiosk_set_aside_compare (self->log, self->copy, file, &same, error))
        return FALSE;
      if (!same)
        return differs (self, file, error);
    }
  return unlinkat (self->target, WORK, 0) == 0 || errno == ENOENT
         || kiosk_error_set_errno (error, errno, WORK);
}

/* ---- What it was ---- */

static gboolean
on_line (const char *line, gsize length, const KioskLogPlace *place, gpointer user_data)
{
  KioskAuditChain *last = user_data;
  g_autofree char *whole = line != NULL ? g_strdup_printf ("%.*s\n", (int) length, line) : NULL;
  KioskAuditChain chain;

  if (whole != NULL && kiosk_receipt_read_link (whole, length + 1, &chain))
    *last = chain;
  return TRUE;
}

static void
describe (KioskSetAsideNote *note, const KioskLogSet *log, const KioskAuditReport *report)
{
  g_autofree char *ja = NULL, *en = NULL;

  note->proved = report->records > 0 ? report->first + report->records - 1 : 0;
  if (report->fault != KIOSK_AUDIT_OK)
    {
      note->verdict = kiosk_ctl_log_describe_fault (log, report, FALSE);
      note->verdict_ja = kiosk_ctl_log_describe_fault (log, report, TRUE);
      return;
    }
  for (guint i = 0; i < note->files->len; i++)
    {
      const char *name = ((const KioskSetAsideFile *) note->files->pdata[i])->name;

      if (!g_str_has_prefix (name, "audit.contradicted-"))
        continue;
      note->verdict = g_strdup_printf ("no fault found, but a receipt contradicts it: %s", name);
      note->verdict_ja
          = g_strdup_printf ("異常は見つかりませんでしたが、受領書と食い違います: %s", name);
      return;
    }
  note->verdict = g_strdup ("no fault found");
  note->verdict_ja = g_strdup ("異常は見つかりませんでした");
}

/* Of the copy: it is what stays. */
static void
judge (Run *self, KioskSetAsideNote *note)
{
  g_autofree char *path = g_build_filename (self->what->target, COPY, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskLogSet) log = kiosk_log_set_open (path, &error);
  const guint8 *key = log != NULL ? kiosk_log_set_get_key (log) : NULL;
  char hex[2 * KIOSK_AUDIT_KEY_SIZE + 1] = "";
  KioskAuditReport report;

  if (key != NULL)
    sodium_bin2hex (hex, sizeof hex, key, KIOSK_AUDIT_KEY_SIZE);
  note->key = g_strdup (hex);
  note->terminal = g_strdup (key != NULL ? kiosk_log_set_get_host (log) : "");
  if (log != NULL
      && kiosk_log_set_read (log, NULL, on_line, NULL, &note->last, NULL, &report, &error))
    {
      describe (note, log, &report);
      return;
    }
  note->last = (KioskAuditChain){ 0 };
  note->verdict = g_strdup_printf ("cannot be read: %s", error->message);
  note->verdict_ja = g_strdup_printf ("読み取れません: %s", error->message);
}

static KioskSetAsideNote *
write_note (Run *self, const GPtrArray *files, GError **error)
{
  g_autoptr (KioskSetAsideNote) note = kiosk_set_aside_note_new ();
  g_autoptr (GDateTime) now
      = g_date_time_new_from_unix_utc (kiosk_clock_realtime () / G_USEC_PER_SEC);
  g_autofree char *text = NULL;

  note->made = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  note->machine = g_strdup (g_get_host_name ());
  note->by = g_strdup (self->what->by);
  note->reason = g_strdup (self->what->reason);
  note->log = g_canonicalize_filename (self->what->log, NULL);
  for (guint i = 0; i < files->len; i++)
    {
      const KioskSetAsideFile *file = files->pdata[i];
      KioskSetAsideFile *copy;

      if (file->is_folder)
        continue;
      copy = g_memdup2 (file, sizeof *file);
      copy->name = g_strdup (file->name);
      copy->sha256 = g_strdup (file->sha256);
      g_ptr_array_add (note->files, copy);
    }
  judge (self, note);
  text = kiosk_set_aside_note_print (note);
  return kiosk_set_aside_write (self->target, NOTE, text, strlen (text), error)
             ? g_steal_pointer (&note)
             : NULL;
}

/* ---- After a run that was broken off ---- */

static char *
print_forerunner (const KioskSetAsideNote *note)
{
  const KioskForerunner forerunner = { .last = note->last, .by = note->by, .reason = note->reason };

  return kiosk_forerunner_print (&forerunner);
}

/* Ours, which the earlier run has put there. */
static gboolean
is_our_forerunner (Run *self, const KioskSetAsideNote *note, const char *name)
{
  g_autofree char *wanted = print_forerunner (note);
  g_autofree char *there = NULL;
  gsize length;

  if (g_str_equal (name, KIOSK_FORERUNNER_NAME ".new"))
    return TRUE;
  if (!g_str_equal (name, KIOSK_FORERUNNER_NAME))
    return FALSE;
  there = kiosk_set_aside_read (self->log, name, KIOSK_FORERUNNER_MAX, &length, NULL);
  return there != NULL && length == strlen (wanted) && memcmp (there, wanted, length) == 0;
}

/* What is left of the log is what was set aside, and the rest is in the copy. */
static gboolean
check_rest (Run *self, const KioskSetAsideNote *note, const GPtrArray *left, GError **error)
{
  for (guint i = 0; i < left->len; i++)
    {
      const KioskSetAsideFile *file = left->pdata[i];

      if (!file->is_folder && kiosk_set_aside_find (note->files, file->name) == NULL
          && !is_our_forerunner (self, note, file->name))
        return refuse (error, "%s/%s is not of the log that was set aside: name another target",
                       self->what->log, file->name);
    }
  for (guint i = 0; i < note->files->len; i++)
    {
      KioskSetAsideFile *file = note->files->pdata[i];
      gboolean here = kiosk_set_aside_find (left, file->name) != NULL
                      && !is_our_forerunner (self, note, file->name);
      g_autofree char *digest = g_strdup (file->sha256);
      gboolean same;

      if (!kiosk_set_aside_compare (here ? self->log : -1, self->copy, file, &same, error))
        return FALSE;
      if (!same || !g_str_equal (digest, file->sha256))
        return differs (self, file, error);
    }
  return TRUE;
}

/* ---- The end of the log ---- */

static gboolean
is_key (const KioskSetAsideFile *file)
{
  return g_str_equal (file->name, KEYS) || g_str_has_prefix (file->name, KEYS "/");
}

/* Which of its files go, one pass after the other, each on the disk before the next. */
static gboolean
is_due (const KioskSetAsideFile *file, guint pass)
{
  if (g_str_equal (file->name, KIOSK_FORERUNNER_NAME))
    return FALSE;
  switch (pass)
    {
    case 0:
      return g_str_equal (file->name, KIOSK_LOG_CURRENT_NAME);
    case 1:
      return !is_key (file);
    default:
      return TRUE;
    }
}

/* What is in a folder goes before it. */
static gboolean
remove_pass (Run *self, const GPtrArray *left, guint pass, GError **error)
{
  for (guint i = left->len; i > 0; i--)
    if (is_due (left->pdata[i - 1], pass)
        && !kiosk_set_aside_remove (self->log, left->pdata[i - 1], error))
      return FALSE;
  return fsync (self->log) == 0 || kiosk_error_set_errno (error, errno, self->what->log);
}

static gboolean
remove_all (Run *self, const KioskSetAsideNote *note, const GPtrArray *left, GError **error)
{
  g_autofree char *forerunner = print_forerunner (note);
  const KioskSetAsideFile *ballast = kiosk_set_aside_find (left, BALLAST);

  /* on a full disk the note has room in the place of what was kept free */
  if (ballast != NULL && !ballast->is_folder && !kiosk_set_aside_remove (self->log, ballast, error))
    return FALSE;
  if (!kiosk_append_only_release (self->log))
    return kiosk_error_set_errno (error, errno, self->what->log);
  if (!kiosk_set_aside_write (self->log, KIOSK_FORERUNNER_NAME, forerunner, strlen (forerunner),
                              error))
    return FALSE;
  for (guint pass = 0; pass < 3; pass++)
    if (!remove_pass (self, left, pass, error))
      return FALSE;
  return TRUE;
}

/* ---- All of it ---- */

/* More than the note for the next log. @folders: they count, too. */
static gboolean
has_log (const GPtrArray *list, gboolean folders)
{
  for (guint i = 0; i < list->len; i++)
    {
      const KioskSetAsideFile *file = list->pdata[i];

      if ((folders || !file->is_folder) && !g_str_equal (file->name, KIOSK_FORERUNNER_NAME))
        return TRUE;
    }
  return FALSE;
}

static KioskSetAsideNote *
find_note (Run *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  gsize length = 0;
  g_autofree char *text = kiosk_set_aside_read (self->target, NOTE, NOTE_MAX, &length, &local);

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return text != NULL ? kiosk_set_aside_note_parse (text, length, error) : NULL;
}

KioskSetAsideNote *
kiosk_set_aside_run (const KioskSetAside *what, GError **error)
{
  g_auto (Run) run = { .what = what, .log = -1, .target = -1, .copy = -1 };
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (KioskSetAsideNote) note = NULL;
  g_autoptr (GError) broken = NULL;

  if (!open_log (&run, error))
    return NULL;
  files = kiosk_set_aside_list (run.log, not_of_the_log, error);
  if (files == NULL)
    return NULL;
  if (!has_log (files, FALSE) && !g_file_test (what->target, G_FILE_TEST_EXISTS))
    return refuse (error, "%s: there is no log", what->log), NULL;
  if (!open_target (&run, error) || !check_target (&run, error))
    return NULL;
  note = find_note (&run, &broken);
  if (broken != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&broken));
      return NULL;
    }
  if (note != NULL ? !check_rest (&run, note, files, error)
                   : !has_log (files, FALSE) && !refuse (error, "%s: there is no log", what->log))
    return NULL;
  if (note == NULL
      && (!copy_all (&run, files, error) || (note = write_note (&run, files, error)) == NULL))
    return NULL;
  if (has_log (files, TRUE) && !remove_all (&run, note, files, error))
    return NULL;
  return g_steal_pointer (&note);
}
