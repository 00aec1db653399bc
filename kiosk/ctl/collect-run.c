/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "collect-run.h"

#include "collect-inbox.h"
#include "collect-journal.h"
#include "collect-terminals.h"
#include "log-options.h"
#include "kiosk/base/clock.h"
#include "kiosk/base/error.h"
#include "kiosk/log/enrolment.h"
#include "kiosk/model/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The collector as rsyslog's omprog starts it (confirmMessages="on", useTransactions="on"): lines "= ADDRESS LINE" on standard input, one answer for each
 * on standard output. "OK" is said when the lines are on the disk, and not before; anything else makes rsyslog keep them and send them again.
 *
 * Lines begin with a mark, so that nothing that a terminal sends can be taken for the begin or end of a transaction. */

#define BEGIN "BEGIN TRANSACTION"
#define COMMIT "COMMIT TRANSACTION"
/* Room for an address and for what is too long to be a record. */
#define INPUT_MAX (4 * KIOSK_AUDIT_LINE_MAX)
#define JOURNAL_MAX (8 << 20)
#define LOOK_MS 500

typedef struct {
  char *folder;
  KioskJournal *journal;
  KioskTerminals *terminals;
  guint8 seed[KIOSK_AUDIT_KEY_SIZE];
  GString *input;
  GString *transaction;
  gboolean in_transaction;
  gboolean overlong; /* the rest of this line is let go */
} Run;

static gboolean
on_line (const char *from, const char *line, gsize length, gpointer user_data, GError **error)
{
  Run *self = user_data;

  return kiosk_terminals_take (self->terminals, from, line, length, kiosk_clock_boottime (), error);
}

/* Nothing but the terminals' folders is needed from here on. */
static gboolean
settle (Run *self, GError **error)
{
  return kiosk_terminals_sync (self->terminals, error)
         && kiosk_journal_empty (self->journal, error);
}

/* First on the disk, then judged. What fails is sent again as a whole: what was done of it is a duplicate then. */
static gboolean
commit (Run *self, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = self->transaction->len;
  gboolean done = kiosk_journal_append (self->journal, self->transaction, error);

  text = g_strndup (self->transaction->str, length);
  g_string_truncate (self->transaction, 0);
  self->in_transaction = FALSE;
  if (!done || !kiosk_journal_each (text, length, on_line, self, error))
    return FALSE;
  return kiosk_journal_get_size (self->journal) < JOURNAL_MAX || settle (self, error);
}

static void
answer (const char *text)
{
  printf ("%s\n", text);
  fflush (stdout);
}

/* Without line feeds, so that it is one line. */
static void
answer_error (const GError *error)
{
  g_autofree char *text = g_strdelimit (g_strdup (error->message), "\r\n", ' ');

  g_printerr ("kioskctl: %s\n", text);
  answer (text);
}

static void
answer_commit (Run *self)
{
  g_autoptr (GError) error = NULL;

  if (commit (self, &error))
    {
      answer ("OK");
      kiosk_terminals_publish (self->terminals);
    }
  else
    answer_error (error);
}

static void
take_input (Run *self, const char *line, gsize length)
{
  if (length == sizeof BEGIN && memcmp (line, BEGIN, length - 1) == 0)
    {
      g_string_truncate (self->transaction, 0);
      self->in_transaction = TRUE;
      answer ("OK");
      return;
    }
  if (length == sizeof COMMIT && memcmp (line, COMMIT, length - 1) == 0)
    {
      answer_commit (self);
      return;
    }
  if (!kiosk_journal_is_line (line, length))
    {
      answer ("not a line of the template in collector.conf");
      return;
    }
  g_string_append_len (self->transaction, line, (gssize) length);
  if (self->in_transaction)
    answer ("DEFER_COMMIT");
  else
    answer_commit (self);
}

static void
take_bytes (Run *self, const char *bytes, gsize length)
{
  while (length > 0)
    {
      const char *end = memchr (bytes, '\n', length);
      gsize part = end != NULL ? (gsize) (end - bytes) + 1 : length;
      gsize room = INPUT_MAX - self->input->len;

      /* what is longer is no record anyhow: its begin is kept */
      g_string_append_len (self->input, bytes, (gssize) MIN (part, room));
      if (end != NULL)
        {
          self->input->str[self->input->len - 1] = '\n';
          take_input (self, self->input->str, self->input->len);
          g_string_truncate (self->input, 0);
        }
      bytes += part;
      length -= part;
    }
}

static void
look (Run *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->in_transaction
      && !kiosk_inbox_take (self->folder, self->journal, on_line, self, &error))
    g_printerr ("kioskctl: %s\n", error->message);
  kiosk_terminals_publish (self->terminals);
  kiosk_terminals_look (self->terminals, kiosk_clock_boottime ());
}

static int
serve (Run *self)
{
  static char bytes[64 << 10];
  gint64 looked = 0;

  answer ("OK"); /* ready */
  for (;;)
    {
      struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
      ssize_t length = 0;

      if (kiosk_clock_boottime () - looked >= LOOK_MS * 1000)
        {
          look (self);
          looked = kiosk_clock_boottime ();
        }
      if (poll (&input, 1, LOOK_MS) <= 0)
        continue;
      length = read (STDIN_FILENO, bytes, sizeof bytes);
      if (length < 0 && errno == EINTR)
        continue;
      if (length <= 0)
        break;
      take_bytes (self, bytes, (gsize) length);
    }
  return EXIT_GOOD;
}

static gboolean
read_seed (const char *path, guint8 *seed, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  gboolean good;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  good = kiosk_hex_to_bytes (g_strstrip (text), seed, KIOSK_AUDIT_KEY_SIZE);
  sodium_memzero (text, length);
  if (!good)
    g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "%s: no key of kioskctl collect key",
                 path);
  return good;
}

/* Whoever starts this may have closed standard error, and what is opened next must not become it. */
static void
open_standard_error (void)
{
  int file = -1;

  while (fcntl (STDERR_FILENO, F_GETFD) < 0 && (file = open ("/dev/null", O_WRONLY)) >= 0
         && file < STDERR_FILENO)
    ;
}

static int
run (KioskTerminalsOptions *options, const char *key)
{
  Run self = { .folder = (char *) options->folder };
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskJournal) journal = NULL;
  g_autoptr (KioskTerminals) terminals = NULL;
  const KioskTerminalsCounts *counts;
  int status = EXIT_USAGE;

  if (key != NULL && read_seed (key, self.seed, &error))
    options->seed = self.seed;
  if (error == NULL)
    journal = self.journal = kiosk_journal_open (options->folder, &error);
  if (error == NULL)
    terminals = self.terminals = kiosk_terminals_open (options, kiosk_clock_boottime (), &error);
  if (error == NULL && kiosk_journal_replay (journal, on_line, &self, &error)
      && settle (&self, &error))
    {
      self.input = g_string_new (NULL);
      self.transaction = g_string_new (NULL);
      status = serve (&self);
      settle (&self, &error);
      g_string_free (self.input, TRUE);
      g_string_free (self.transaction, TRUE);
      counts = kiosk_terminals_get_counts (terminals);
      g_printerr ("kioskctl: %" G_GUINT64_FORMAT " lines, %" G_GUINT64_FORMAT
                  " records stored, %" G_GUINT64_FORMAT " duplicates, %" G_GUINT64_FORMAT
                  " put aside\n",
                  counts->lines, counts->stored, counts->duplicates, counts->aside);
    }
  if (error != NULL)
    g_printerr ("kioskctl: %s\n", error->message);
  sodium_memzero (self.seed, sizeof self.seed);
  return error != NULL ? EXIT_USAGE : status;
}

int
kiosk_ctl_collect_run (int argc, char **argv)
{
  g_autofree char *key = NULL;
  g_autofree char *publish = NULL;
  g_auto (GStrv) folders = NULL;
  int gap = 120, silence = 180, rotate = 64 << 10;
  const GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "受領書に署名する鍵 / key that signs receipts",
      "FILE" },
    { "publish", 0, 0, G_OPTION_ARG_FILENAME, &publish,
      "各端末の最新の受領書を置くフォルダー / folder for the last receipt of each terminal",
      "DIR" },
    { "gap", 0, 0, G_OPTION_ARG_INT, &gap,
      "抜けを警報にするまでの秒数 / seconds until a gap is an alarm", "120" },
    { "silence", 0, 0, G_OPTION_ARG_INT, &silence,
      "無音を警報にするまでの秒数 / seconds until silence is an alarm", "180" },
    { "rotate", 0, 0, G_OPTION_ARG_INT, &rotate, "1ファイルの大きさ（KiB） / KiB of one file",
      "65536" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &folders, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context
      = kiosk_ctl_log_context ("DIR",
                               "rsyslog（omprog）から記録を受け取り、検証して保存します。\n"
                               "Takes records from rsyslog (omprog), verifies and stores them.",
                               entries);
  g_autoptr (GError) error = NULL;
  KioskTerminalsOptions options = { 0 };

  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (folders == NULL || g_strv_length (folders) != 1)
    return kiosk_ctl_log_wrong_option ("DIR", "1");
  if (gap < 1 || silence < 1 || rotate < 1 || rotate > 1 << 20)
    return kiosk_ctl_log_wrong_option ("--gap, --silence, --rotate", "1...");
  if (sodium_init () < 0)
    return EXIT_USAGE;
  open_standard_error ();
  options.folder = folders[0];
  options.publish = publish;
  options.rotate_bytes = (guint64) rotate << 10;
  options.gap_time = gap * G_USEC_PER_SEC;
  options.silence_time = silence * G_USEC_PER_SEC;
  return run (&options, key);
}
