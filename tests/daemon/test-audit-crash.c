/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "audit-fixture.h"

#include "audit-enrolment.h"
#include "audit-pack.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/log/enrolment.h"
#include "kiosk/model/audit-actions.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Wherever the writer stops - killed, without power, or because a call failed - no record is lost that somebody was told of, the log
 * opens again and verifies; and whatever else the disk could be made to look like is an alarm. */

#define LOG KIOSK_AUDIT_FILE_NAME
#define STATE_0 "keys/state-0"
#define STATE_1 "keys/state-1"

/* ---- The states of one commit ---- */

typedef struct {
  char *log;
  gsize length;
  char *slots[2];
  guint newer; /* slot that was written last */
} State;

static void
state_take (AuditFixture *fixture, State *state)
{
  KioskAuditSlot slots[2];
  gsize length;

  state->log = audit_read (fixture, LOG, &state->length);
  state->slots[0] = audit_read (fixture, STATE_0, &length);
  state->slots[1] = audit_read (fixture, STATE_1, &length);
  g_assert_true (kiosk_audit_slot_unpack ((guint8 *) state->slots[0], &slots[0]));
  g_assert_true (kiosk_audit_slot_unpack ((guint8 *) state->slots[1], &slots[1]));
  state->newer = slots[1].generation > slots[0].generation ? 1 : 0;
}

static void
state_clear (State *state)
{
  g_free (state->log);
  g_free (state->slots[0]);
  g_free (state->slots[1]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (State, state_clear)

static void
put (AuditFixture *fixture, const char *log, gsize length, const State *keys)
{
  audit_write (fixture, LOG, log, length);
  audit_write (fixture, STATE_0, keys->slots[0], KIOSK_AUDIT_SLOT_SIZE);
  audit_write (fixture, STATE_1, keys->slots[1], KIOSK_AUDIT_SLOT_SIZE);
}

/* Before and behind a commit of two records and, if @sealed, of a checkpoint; the writer is gone without a word. */
static void
make_commit (AuditFixture *fixture, gboolean sealed, State *before, State *behind)
{
  KioskAuditWriter *writer = audit_open (fixture);

  for (guint i = 0; i < 3; i++)
    g_assert_true (audit_append (fixture, writer, TRUE, NULL, NULL));
  state_take (fixture, before);
  g_assert_true (audit_append (fixture, writer, FALSE, NULL, NULL));
  g_assert_true (audit_append (fixture, writer, sealed ? FALSE : TRUE, NULL, NULL));
  if (sealed)
    g_assert_true (kiosk_audit_writer_checkpoint (writer, KIOSK_REASON_CHECKPOINT_SESSION, NULL));
  state_take (fixture, behind);
  kiosk_audit_writer_close (writer);
}

static void
open_again (AuditFixture *fixture, guint64 at_least)
{
  kiosk_audit_writer_close (audit_open (fixture));
  g_assert_cmpuint (audit_assert_good (fixture), >=, at_least);
}

/* The keys are those of before, the log ends anywhere in the lines of the commit. */
static void
test_log_ahead (AuditFixture *fixture, gconstpointer data)
{
  g_auto (State) before = { 0 }, behind = { 0 };
  gsize step;

  make_commit (fixture, GPOINTER_TO_INT (data), &before, &behind);
  step = g_test_slow () ? 1 : 7;
  for (gsize length = before.length; length <= behind.length; length += step)
    {
      put (fixture, behind.log, length, &before);
      open_again (fixture, 7); /* 5 that were acknowledged, log-opened, log-closed */
    }
  put (fixture, behind.log, behind.length, &before);
  open_again (fixture, 9 + (data != NULL));
}

/* The keys are those of behind: whatever the log lacks then was taken away. */
static void
test_log_cut (AuditFixture *fixture, gconstpointer data)
{
  g_auto (State) before = { 0 }, behind = { 0 };

  make_commit (fixture, GPOINTER_TO_INT (data), &before, &behind);
  for (gsize length = 0; length < behind.length; length += (length < before.length ? 97 : 1))
    {
      put (fixture, behind.log, length, &behind);
      audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "shorter");
    }
  put (fixture, behind.log, behind.length, &behind);
  open_again (fixture, 9 + (data != NULL));
}

static void
test_torn_slots (AuditFixture *fixture, gconstpointer data)
{
  g_auto (State) before = { 0 }, behind = { 0 };

  make_commit (fixture, GPOINTER_TO_INT (data), &before, &behind);
  for (guint which = 1; which <= 3; which++)
    for (gsize at = 0; at < KIOSK_AUDIT_SLOT_SIZE; at += 31)
      {
        for (guint slot = 0; slot < 2; slot++)
          if ((which & (1u << slot)) != 0)
            memset (behind.slots[slot] + at, 0xa5, KIOSK_AUDIT_SLOT_SIZE - at);
        put (fixture, behind.log, behind.length, &behind);
        if (which == 3)
          audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "no slot is whole");
        else
          open_again (fixture, 9 + (data != NULL));
        state_clear (&behind);
        audit_remove (fixture);
        state_clear (&before);
        make_commit (fixture, GPOINTER_TO_INT (data), &before, &behind);
      }
}

/* ---- What nothing but a person can have done ---- */

static void
test_alarms (AuditFixture *fixture, gconstpointer data)
{
  g_auto (State) before = { 0 }, behind = { 0 };
  g_autofree char *keys = audit_path (fixture, "keys");
  g_autofree char *aside = audit_path (fixture, "keys-aside");
  g_autofree char *enrolment = NULL;
  AuditFixture other = { 0 };
  gsize length;

  make_commit (fixture, TRUE, &before, &behind);
  enrolment = audit_read (fixture, KIOSK_ENROLMENT_NAME, &length);

  put (fixture, before.log, before.length, &behind);
  audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED,
                        "shorter than it was: it ends with record 5");
  put (fixture, "", 0, &behind);
  audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "shorter");
  audit_write (fixture, LOG, "", 0); /* its flag is off then */
  g_assert_cmpint (g_remove (fixture->log), ==, 0);
  audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "is missing, but its keys are there");

  put (fixture, behind.log, behind.length, &behind);
  g_assert_cmpint (g_rename (keys, aside), ==, 0);
  audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "keys of the audit log are missing");
  g_assert_cmpint (g_rename (aside, keys), ==, 0);

  /* somebody has the log begin anew, with keys of his own */
  audit_set_up (&other, NULL);
  kiosk_audit_writer_close (audit_open (&other));
  {
    gsize foreign_length;
    g_autofree char *foreign = audit_read (&other, LOG, &foreign_length);
    g_autofree char *foreign_enrolment = audit_read (&other, KIOSK_ENROLMENT_NAME, &length);

    put (fixture, foreign, foreign_length, &behind);
    audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "does not verify");
    put (fixture, behind.log, behind.length, &behind);
    audit_write (fixture, KIOSK_ENROLMENT_NAME, foreign_enrolment, length);
    audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "enrolment is not that");
  }
  audit_tear_down (&other, NULL);
  {
    g_autofree char *path = audit_path (fixture, KIOSK_ENROLMENT_NAME);

    g_assert_cmpint (g_remove (path), ==, 0);
    audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "enrolment of the audit log is missing");
  }
  audit_write (fixture, KIOSK_ENROLMENT_NAME, enrolment, strlen (enrolment));

  /* records behind the keys, rightly linked, that were made without them */
  put (fixture, behind.log, behind.length, &behind);
  {
    KioskAuditState state;
    KioskAuditSlot slot;
    KioskAuditRecord record = { .action = KIOSK_ACTION_LOCK, .realtime = 1, .boottime = 1 };
    g_autoptr (GBytes) line = NULL;
    g_autoptr (GString) longer = g_string_new_len (behind.log, (gssize) behind.length);

    g_assert_true (kiosk_audit_slot_unpack ((guint8 *) behind.slots[behind.newer], &slot));
    state = slot.state;
    memset (state.mac_key, 0, sizeof state.mac_key);
    line = kiosk_audit_encode (&record, &state, NULL, NULL);
    g_string_append_len (longer, g_bytes_get_data (line, NULL), (gssize) g_bytes_get_size (line));
    put (fixture, longer->str, longer->len, &behind);
    audit_assert_refused (fixture, KIOSK_ERROR_UNTRUSTED, "not made with them");
  }

  put (fixture, behind.log, behind.length, &behind);
  open_again (fixture, 10);
}

/* ---- A run with everything in it ---- */

/* Appends until the writer is out or all is done; *@acknowledged is the last record of which the writer said that it is on the disk. FALSE: it
 * failed somewhere, and nothing went through after that. */
static gboolean
run (AuditFixture *fixture, guint64 *acknowledged, int pipe_end)
{
  gboolean failed = FALSE;

  for (guint part = 0; part < 2 && !failed; part++)
    {
      g_autoptr (KioskAuditWriter) writer = audit_try_open (fixture, NULL);

      if (writer == NULL)
        return FALSE;
      for (guint i = 0; i < 14; i++)
        {
          gboolean durable = i % 4 != 1;
          guint64 sequence;

          if (i == 7)
            failed
                |= !kiosk_audit_writer_checkpoint (writer, KIOSK_REASON_CHECKPOINT_SESSION, NULL);
          if (!audit_append (fixture, writer, durable, &sequence, NULL))
            failed = TRUE;
          else if (failed)
            g_error ("record %" G_GUINT64_FORMAT " was written after a failure", sequence);
          else if (durable)
            {
              *acknowledged = sequence;
              if (pipe_end >= 0 && write (pipe_end, &sequence, sizeof sequence) < 0)
                _exit (2);
            }
        }
    }
  return !failed;
}

/* What the folder has in it opens, and has all that was acknowledged. */
static void
recover (AuditFixture *fixture, guint64 acknowledged, guint at)
{
  g_autoptr (GError) error = NULL;
  KioskAuditWriter *writer = audit_try_open (fixture, &error);
  guint64 sequence, records;

  if (writer == NULL)
    g_error ("call %u: %s", at, error->message);
  g_assert_true (audit_append (fixture, writer, TRUE, &sequence, NULL));
  kiosk_audit_writer_close (writer);
  records = audit_assert_good (fixture);
  if (records < acknowledged || records < sequence)
    g_error ("call %u: %" G_GUINT64_FORMAT " records, %" G_GUINT64_FORMAT " acknowledged", at,
             records, acknowledged);
}

static guint
count_calls (AuditFixture *fixture)
{
  guint64 acknowledged = 0;
  guint n;

  audit_calls_arrange (AUDIT_CALLS_PASS, 0, 0);
  g_assert_true (run (fixture, &acknowledged, -1));
  n = audit_calls_count ();
  audit_remove (fixture);
  return n;
}

/* How many calls a run makes depends a little on how far the thread that compresses has got: the last few may not come. */
static void
check_nearly_all (guint at, guint calls)
{
  g_assert_cmpuint (at * 10, >, calls * 9);
}

/* @data: what the call says. */
static void
test_each_call_fails (AuditFixture *fixture, gconstpointer data)
{
  guint calls, failures = 0;

  fixture->settings.rotate_size = 6000;
  calls = count_calls (fixture);
  for (guint at = 1; at <= calls; at++)
    {
      guint64 acknowledged = 0;
      gboolean done;

      audit_calls_arrange (AUDIT_CALLS_FAIL, at, GPOINTER_TO_INT (data));
      done = run (fixture, &acknowledged, -1);
      if (!audit_calls_met ())
        check_nearly_all (at, calls);
      audit_calls_arrange (AUDIT_CALLS_PASS, 0, 0);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      failures += !done;
      recover (fixture, acknowledged, at);
      audit_remove (fixture);
    }
  g_test_message ("%u calls failed once each, %u of them took the writer out", calls, failures);
  g_assert_cmpuint (failures, >, calls / 2);
}

/* Opening a log may use GLib's threads, and a process that has used them cannot be forked any more: what stands between two forks is done in a child,
 * too. */
static guint
in_child (AuditFixture *fixture, guint64 acknowledged, guint at)
{
  int ends[2], status;
  guint calls = 0;
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      if (at == 0)
        calls = count_calls (fixture);
      else
        recover (fixture, acknowledged, at);
      _exit (write (ends[1], &calls, sizeof calls) == sizeof calls ? 0 : 1);
    }
  close (ends[1]);
  g_assert_cmpint (read (ends[0], &calls, sizeof calls), ==, sizeof calls);
  close (ends[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  return calls;
}

/* Runs in a process of its own that dies at the @at-th call; the number of the last record that it acknowledged. *@died: FALSE when it did not come
 * to that call. */
static guint64
run_and_die (AuditFixture *fixture, AuditCalls how, guint at, gboolean *died)
{
  guint64 acknowledged = 0, sequence;
  int ends[2], status;
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      close (ends[0]);
      audit_calls_arrange (how, at, 0);
      run (fixture, &sequence, ends[1]);
      _exit (0);
    }
  close (ends[1]);
  while (read (ends[0], &sequence, sizeof sequence) == sizeof sequence)
    acknowledged = sequence;
  close (ends[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  *died = WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL;
  g_assert_true (*died || (WIFEXITED (status) && WEXITSTATUS (status) == 0));
  return acknowledged;
}

#define PACKED 0x100

/* As far as the thread that compresses can have got meanwhile: it is told the number that the keys have. */
static void
pack_older (AuditFixture *fixture)
{
  kiosk_autofd int folder = open (fixture->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_auto (State) state = { 0 };
  g_autoptr (GError) error = NULL;
  KioskAuditSlot slot;

  state_take (fixture, &state);
  g_assert_true (kiosk_audit_slot_unpack ((guint8 *) state.slots[state.newer], &slot));
  kiosk_audit_pack_all (folder, slot.file_first, NULL, &error);
  g_assert_no_error (error);
}

/* Also each step of a begin and of a rotation. @data: with the power or without, and whether older files are compressed then. */
static void
test_stopped_before_each_call (AuditFixture *fixture, gconstpointer data)
{
  AuditCalls how = (AuditCalls) (GPOINTER_TO_INT (data) & ~PACKED);
  guint calls;

  fixture->settings.rotate_size = 6000;
  calls = in_child (fixture, 0, 0);
  for (guint at = 1; at <= calls; at++)
    {
      gboolean died;
      guint64 acknowledged = run_and_die (fixture, how, at, &died);

      if (!died)
        check_nearly_all (at, calls);
      if ((GPOINTER_TO_INT (data) & PACKED) != 0 && acknowledged > 0)
        pack_older (fixture);
      in_child (fixture, acknowledged, at);
      audit_remove (fixture);
    }
  g_test_message ("stopped before each of %u calls", calls);
}

/* ---- Killed at any moment ---- */

#define KILLS_OF_ONE_LOG 250

static void
write_until_killed (AuditFixture *fixture, int pipe_end)
{
  KioskAuditWriter *writer = audit_open (fixture);
  guint64 sequence;

  for (guint i = 0;; i++)
    if (!audit_append (fixture, writer, i % 5 != 0, &sequence, NULL)
        || (i % 5 != 0 && write (pipe_end, &sequence, sizeof sequence) != sizeof sequence))
      _exit (1);
}

/* The writer is killed at a moment of chance; the last record that it had acknowledged. @total: of all that it acknowledged. */
static guint64
kill_once (AuditFixture *fixture, guint64 *total)
{
  guint64 acknowledged = 0, sequence;
  gint stop = g_test_rand_int_range (1, 60);
  int ends[2], status;
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      close (ends[0]);
      write_until_killed (fixture, ends[1]);
    }
  close (ends[1]);
  for (gint n = 0; read (ends[0], &sequence, sizeof sequence) == sizeof sequence; n++)
    {
      acknowledged = sequence;
      (*total)++;
      if (n == stop)
        g_assert_cmpint (kill (child, SIGKILL), ==, 0);
    }
  close (ends[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
  return acknowledged;
}

/* One log that is killed again and again, so that what a killed writer leaves is what the next one begins with. KIOSK_KILLS says how often, and
 * KIOSK_KILLS_SECONDS after what time it is enough; after many kills another log begins, because the whole of it is verified all the time. */
static void
test_killed (AuditFixture *fixture, gconstpointer data)
{
  const char *wanted = g_getenv ("KIOSK_KILLS"), *seconds = g_getenv ("KIOSK_KILLS_SECONDS");
  guint rounds = wanted != NULL ? (guint) atoi (wanted) : 100, round;
  gint64 until = seconds != NULL ? g_get_monotonic_time ()
                                       + g_ascii_strtoll (seconds, NULL, 10) * G_USEC_PER_SEC
                                 : G_MAXINT64;
  guint64 total = 0, last = 0;

  fixture->settings.rotate_size = 100000;
  for (round = 1; round <= rounds; round++)
    {
      guint64 acknowledged = kill_once (fixture, &total);
      gboolean enough = round == rounds || g_get_monotonic_time () >= until;

      g_assert_cmpuint (acknowledged, >, last);
      last = acknowledged;
      in_child (fixture, acknowledged, round);
      if (round % 10 == 0 || enough)
        g_assert_cmpuint (audit_assert_good (fixture), >=, acknowledged);
      if (enough)
        break;
      if (round % KILLS_OF_ONE_LOG == 0)
        {
          audit_remove (fixture);
          last = 0;
        }
    }
  g_test_message ("%u of %u kills, %" G_GUINT64_FORMAT " records acknowledged, lost 0", round,
                  rounds, total);
}

#define ADD(name, function, data)                                                                  \
  g_test_add ("/audit-crash/" name, AuditFixture, data, audit_set_up, function, audit_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* The disk fails here, and the writer says so. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR | G_LOG_FLAG_RECURSION);
  ADD ("log-ahead", test_log_ahead, NULL);
  ADD ("log-ahead-sealed", test_log_ahead, GINT_TO_POINTER (TRUE));
  ADD ("log-cut", test_log_cut, NULL);
  ADD ("log-cut-sealed", test_log_cut, GINT_TO_POINTER (TRUE));
  ADD ("torn-slots", test_torn_slots, NULL);
  ADD ("torn-slots-sealed", test_torn_slots, GINT_TO_POINTER (TRUE));
  ADD ("alarms", test_alarms, NULL);
  ADD ("stopped-before-each-call", test_stopped_before_each_call,
       GINT_TO_POINTER (AUDIT_CALLS_KILL));
  ADD ("power-cut-before-each-call", test_stopped_before_each_call,
       GINT_TO_POINTER (AUDIT_CALLS_POWER));
  ADD ("packed-before-each-call", test_stopped_before_each_call,
       GINT_TO_POINTER (AUDIT_CALLS_KILL | PACKED));
  ADD ("killed", test_killed, NULL);
  /* these use them themselves, and come last */
  ADD ("each-call-fails-eio", test_each_call_fails, GINT_TO_POINTER (EIO));
  ADD ("each-call-fails-enospc", test_each_call_fails, GINT_TO_POINTER (ENOSPC));
  return g_test_run ();
}
