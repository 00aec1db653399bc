/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* Messages between our programs: what is of the exact size with the agreed descriptors comes through,
 * and everything else is refused without leaving a descriptor behind. */

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/rdp-protocol.h"

#include <glib-unix.h>
#include <glib.h>

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  int ours, theirs;
  guint n_open; /* descriptors of this process at the beginning */
} Pair;

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n - 1; /* the folder itself */
}

static void
set_up (Pair *pair, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  pair->ours = pair->theirs = -1;
  kiosk_fd_socket_pair (&pair->ours, &pair->theirs, &error);
  g_assert_no_error (error);
  pair->n_open = count_descriptors ();
}

static void
tear_down (Pair *pair, gconstpointer data)
{
  kiosk_fd_clear (&pair->ours);
  kiosk_fd_clear (&pair->theirs);
}

/* Sends past kiosk_channel_send(), which would not do some of this. */
static void
send_raw (int socket, const void *bytes, gsize size, const int *fds, guint n_fds)
{
  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE (sizeof (int) * 16)];
  } ancillary = { 0 };
  struct iovec part = { .iov_base = (void *) bytes, .iov_len = size };
  struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };

  if (n_fds > 0)
    {
      struct cmsghdr *control = &ancillary.align;

      header.msg_control = &ancillary;
      header.msg_controllen = CMSG_SPACE (sizeof (int) * n_fds);
      control->cmsg_level = SOL_SOCKET;
      control->cmsg_type = SCM_RIGHTS;
      control->cmsg_len = CMSG_LEN (sizeof (int) * n_fds);
      memcpy (CMSG_DATA (control), fds, sizeof (int) * n_fds);
    }
  g_assert_cmpint (sendmsg (socket, &header, MSG_NOSIGNAL), ==, (gssize) size);
}

static void
test_exact (Pair *pair, gconstpointer data)
{
  guint64 sent = 0x1122334455667788, received = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (kiosk_channel_send (pair->theirs, &sent, sizeof sent, NULL, 0, &error));
  g_assert_true (
      kiosk_channel_receive_exact (pair->ours, &received, sizeof received, NULL, 0, &error));
  g_assert_no_error (error);
  g_assert_cmphex (received, ==, sent);
}

static void
test_other_size (Pair *pair, gconstpointer data)
{
  char bytes[16] = { 0 }, buffer[8];
  static const gsize sizes[] = { 1, 7, 9, 16 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GError) error = NULL;
      int fd = -1;

      /* with and without a descriptor: a refused message leaves none */
      send_raw (pair->theirs, bytes, sizes[i], NULL, 0);
      g_assert_false (
          kiosk_channel_receive_exact (pair->ours, buffer, sizeof buffer, NULL, 0, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
      g_clear_error (&error);
      send_raw (pair->theirs, bytes, sizes[i], &pair->ours, 1);
      g_assert_false (
          kiosk_channel_receive_exact (pair->ours, buffer, sizeof buffer, &fd, 1, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
      g_assert_cmpint (fd, ==, -1);
      g_assert_cmpuint (count_descriptors (), ==, pair->n_open);
    }
}

static void
test_any_size (Pair *pair, gconstpointer data)
{
  char bytes[32] = { 1, 2, 3 }, buffer[32] = { 0 };
  gsize size = 99;
  g_autoptr (GError) error = NULL;

  send_raw (pair->theirs, bytes, 3, NULL, 0);
  g_assert_true (kiosk_channel_receive (pair->ours, buffer, sizeof buffer, &size, NULL, 0, &error));
  g_assert_cmpmem (buffer, size, bytes, 3);
  send_raw (pair->theirs, bytes, sizeof bytes, NULL, 0);
  g_assert_true (kiosk_channel_receive (pair->ours, buffer, sizeof buffer, &size, NULL, 0, &error));
  g_assert_cmpuint (size, ==, sizeof bytes);
  send_raw (pair->theirs, bytes, sizeof bytes, NULL, 0);
  g_assert_false (
      kiosk_channel_receive (pair->ours, buffer, sizeof bytes - 1, &size, NULL, 0, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
}

static void
test_descriptors (Pair *pair, gconstpointer data)
{
  for (guint n = 1; n <= KIOSK_CHANNEL_MAX_FDS; n++)
    {
      int fds[KIOSK_CHANNEL_MAX_FDS] = { pair->ours, pair->theirs, pair->ours, pair->theirs };
      int received[KIOSK_CHANNEL_MAX_FDS] = { -1, -1, -1, -1 };
      char byte = 'x';
      g_autoptr (GError) error = NULL;

      g_assert_true (kiosk_channel_send (pair->theirs, &byte, 1, fds, n, &error));
      g_assert_true (kiosk_channel_receive_exact (pair->ours, &byte, 1, received, n, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (count_descriptors (), ==, pair->n_open + n);
      for (guint i = 0; i < n; i++)
        {
          g_assert_cmpint (fcntl (received[i], F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
          kiosk_fd_clear (&received[i]);
        }
    }
}

/* Every number that is sent against every number that is expected. */
static void
test_other_descriptors (Pair *pair, gconstpointer data)
{
  for (guint sent = 0; sent <= 12; sent++)
    for (guint expected = 0; expected <= KIOSK_CHANNEL_MAX_FDS; expected++)
      {
        int fds[12], received[KIOSK_CHANNEL_MAX_FDS] = { -1, -1, -1, -1 };
        char byte = 'x';
        g_autoptr (GError) error = NULL;

        if (sent == expected)
          continue;
        for (guint i = 0; i < sent; i++)
          fds[i] = pair->theirs;
        send_raw (pair->theirs, &byte, 1, fds, sent);
        g_assert_false (
            kiosk_channel_receive_exact (pair->ours, &byte, 1, received, expected, &error));
        g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
        for (guint i = 0; i < KIOSK_CHANNEL_MAX_FDS; i++)
          g_assert_cmpint (received[i], ==, -1);
        g_assert_cmpuint (count_descriptors (), ==, pair->n_open);
      }
}

/* Ancillary data that is no descriptor. */
static void
test_credentials (Pair *pair, gconstpointer data)
{
  int on = 1;
  char byte = 'x';
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (setsockopt (pair->ours, SOL_SOCKET, SO_PASSCRED, &on, sizeof on), ==, 0);
  send_raw (pair->theirs, &byte, 1, &pair->ours, 1);
  g_assert_false (kiosk_channel_receive_exact (pair->ours, &byte, 1, (int[]){ -1 }, 1, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
  g_assert_cmpuint (count_descriptors (), ==, pair->n_open);
}

static void
test_empty (Pair *pair, gconstpointer data)
{
  int fds[] = { pair->ours, pair->theirs };
  char byte;

  for (guint n = 0; n <= 2; n++)
    {
      g_autoptr (GError) error = NULL;

      send_raw (pair->theirs, "", 0, fds, n);
      g_assert_false (kiosk_channel_receive_exact (pair->ours, &byte, 1, NULL, 0, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);
      g_assert_cmpuint (count_descriptors (), ==, pair->n_open);
    }
}

static void
test_closed (Pair *pair, gconstpointer data)
{
  char byte = 'x';
  g_autoptr (GError) error = NULL;

  /* what was sent before the end still arrives */
  send_raw (pair->theirs, &byte, 1, NULL, 0);
  kiosk_fd_clear (&pair->theirs);
  g_assert_true (kiosk_channel_receive_exact (pair->ours, &byte, 1, NULL, 0, &error));
  g_assert_false (kiosk_channel_receive_exact (pair->ours, &byte, 1, NULL, 0, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);
  g_clear_error (&error);
  /* and no SIGPIPE ends us */
  g_assert_false (kiosk_channel_send (pair->ours, &byte, 1, NULL, 0, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);
}

/* The peer went with a message of ours unread: ECONNRESET. */
static void
test_reset (Pair *pair, gconstpointer data)
{
  char byte = 'x';
  g_autoptr (GError) error = NULL;

  send_raw (pair->ours, &byte, 1, NULL, 0);
  kiosk_fd_clear (&pair->theirs);
  g_assert_false (kiosk_channel_receive_exact (pair->ours, &byte, 1, NULL, 0, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);
}

static void
test_non_blocking (Pair *pair, gconstpointer data)
{
  char block[4096] = { 0 };
  gsize size = 99;
  guint sent = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_unix_set_fd_nonblocking (pair->ours, TRUE, NULL));
  g_assert_true (kiosk_channel_receive (pair->ours, block, sizeof block, &size, NULL, 0, &error));
  g_assert_cmpuint (size, ==, 0);
  g_assert_false (kiosk_channel_receive_exact (pair->ours, block, sizeof block, NULL, 0, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
  g_clear_error (&error);
  while (kiosk_channel_send (pair->ours, block, sizeof block, NULL, 0, &error))
    sent++;
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
  g_assert_cmpuint (sent, >, 0);
}

static void
test_text_valid (void)
{
  static const struct {
    const char *field;
    gboolean valid;
  } cases[] = {
    { "\0\0\0\0\0\0\0", TRUE },
    { "abc\0\0\0\0", TRUE },
    { "abcdefg", TRUE },                    /* the terminator is the eighth byte */
    { "\343\201\202\343\201\204\0", TRUE }, /* あい */
    { "abc\0d\0\0", FALSE },                /* something behind the end */
    { "abc\0\0\0\1", FALSE },               /* in the last byte but one */
    { "\377\0\0\0\0\0\0", FALSE },          /* no UTF-8 */
    { "\343\201\0\0\0\0\0", FALSE },        /* a character that was cut */
    { "\300\200\0\0\0\0\0", FALSE },        /* an overlong NUL */
    { "\355\240\200\0\0\0\0", FALSE },      /* a surrogate */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (kiosk_channel_text_valid (cases[i].field, 8), ==, cases[i].valid);
  g_assert_false (kiosk_channel_text_valid ("abcdefgh", 8)); /* no end */
  g_assert_false (kiosk_channel_text_valid ("", 0));
}

static void
test_text_set (void)
{
  char field[8];

  memset (field, 'z', sizeof field);
  g_assert_true (kiosk_channel_text_set (field, sizeof field, "ab"));
  g_assert_cmpmem (field, sizeof field, "ab\0\0\0\0\0\0", 8);
  g_assert_true (kiosk_channel_text_set (field, sizeof field, "abcdefg"));
  g_assert_true (kiosk_channel_text_valid (field, sizeof field));
  g_assert_false (kiosk_channel_text_set (field, sizeof field, "abcdefgh"));
  g_assert_cmpmem (field, sizeof field, "\0\0\0\0\0\0\0\0", 8);
  g_assert_true (kiosk_channel_text_set (field, sizeof field, ""));
}

/* ---- What the messages may say ---- */

static KioskAuthVerdict
good_verdict (void)
{
  KioskAuthVerdict verdict = { .reason = KIOSK_AUTH_REASON_NONE, .stage = KIOSK_AUTH_STAGE_DONE };

  kiosk_channel_text_set (verdict.user, sizeof verdict.user, "k-sato");
  return verdict;
}

/* Nothing but a whole success is one. */
static void
test_verdict (void)
{
  KioskAuthVerdict v = good_verdict ();

  g_assert_true (kiosk_auth_verdict_valid (&v));
  for (guint32 stage = 0; stage < 12; stage++)
    {
      v.stage = stage;
      g_assert_cmpint (kiosk_auth_verdict_valid (&v), ==, stage == KIOSK_AUTH_STAGE_DONE);
    }
  v = good_verdict ();
  v.pam_code = 7;
  g_assert_false (kiosk_auth_verdict_valid (&v));
  v = good_verdict ();
  v.days_left = -1;
  g_assert_true (kiosk_auth_verdict_valid (&v));
  v.days_left = -2;
  g_assert_false (kiosk_auth_verdict_valid (&v));
  v.changed = 1;
  v.days_left = -1;
  g_assert_true (kiosk_auth_verdict_valid (&v));
  v.changed = 2;
  g_assert_false (kiosk_auth_verdict_valid (&v));
  v.changed = 0;
  v.reserved = 1;
  g_assert_false (kiosk_auth_verdict_valid (&v));
  v = (KioskAuthVerdict){ .reason = 1, .stage = KIOSK_AUTH_STAGE_CREDENTIALS, .changed = 1 };
  g_assert_false (kiosk_auth_verdict_valid (&v)); /* whose? */
  v = good_verdict ();
  memset (v.user, 0, sizeof v.user);
  g_assert_false (kiosk_auth_verdict_valid (&v));
  v = good_verdict ();
  v.user[sizeof v.user - 1] = 'x';
  g_assert_false (kiosk_auth_verdict_valid (&v));
  for (guint32 reason = 1; reason < 12; reason++)
    {
      v = (KioskAuthVerdict){ .reason = reason, .stage = KIOSK_AUTH_STAGE_START, .pam_code = 7 };
      g_assert_cmpint (kiosk_auth_verdict_valid (&v), ==, reason <= KIOSK_AUTH_REASON_LAST);
    }
}

static void
test_task (void)
{
  for (guint32 purpose = 0; purpose < 8; purpose++)
    {
      KioskAuthTask task = { .purpose = purpose };

      g_assert_cmpint (kiosk_auth_task_valid (&task), ==,
                       purpose == KIOSK_AUTH_LOGIN || purpose == KIOSK_AUTH_END
                           || purpose == KIOSK_AUTH_APPROVE);
      kiosk_channel_text_set (task.user, sizeof task.user, "k-sato");
      g_assert_cmpint (kiosk_auth_task_valid (&task), ==,
                       purpose == KIOSK_AUTH_UNLOCK || purpose == KIOSK_AUTH_CHANGE);
      task.user[sizeof task.user - 1] = 'x';
      g_assert_false (kiosk_auth_task_valid (&task));
    }
}

static void
test_task_rules (void)
{
  static const KioskIdentityRules good = { .min_length = 64, .classes = 4, .max_days = 999 };
  KioskAuthTask task = { .purpose = KIOSK_AUTH_LOGIN, .rules = good };

  g_assert_true (kiosk_auth_task_valid (&task));
  task.rules.min_length = 65;
  g_assert_false (kiosk_auth_task_valid (&task));
  task.rules = good;
  task.rules.classes = 5;
  g_assert_false (kiosk_auth_task_valid (&task));
  task.rules = good;
  task.rules.max_days = 1000;
  g_assert_false (kiosk_auth_task_valid (&task));
  task.rules = good;
  task.rules.second_factor = KIOSK_N_SECOND_FACTORS;
  g_assert_false (kiosk_auth_task_valid (&task));
}

static void
test_message (void)
{
  for (guint32 kind = 0; kind < 9; kind++)
    for (guint32 topic = 0; topic < KIOSK_PAM_TOPIC_LAST + 3; topic++)
      {
        KioskAuthMessage message = { .kind = kind, .topic = topic };

        g_assert_cmpint (kiosk_auth_message_valid (&message), ==,
                         kind >= KIOSK_AUTH_MESSAGE_START && kind <= KIOSK_AUTH_MESSAGE_ANSWER
                             && topic <= KIOSK_PAM_TOPIC_LAST);
        message.text[sizeof message.text - 1] = 'x';
        g_assert_false (kiosk_auth_message_valid (&message));
      }
}

static void
test_report (void)
{
  /* for each kind the values that are allowed, inclusive */
  static const struct {
    guint32 kind, from, until;
  } kinds[] = {
    { KIOSK_RDP_REPORT_ALIVE, 0, G_MAXUINT32 },     { KIOSK_RDP_REPORT_STEP, 1, 4 },
    { KIOSK_RDP_REPORT_CERTIFICATE, 0, 15 },        { KIOSK_RDP_REPORT_CHANNEL, 0, G_MAXUINT32 },
    { KIOSK_RDP_REPORT_SUSPENDED, 0, G_MAXUINT32 }, { KIOSK_RDP_REPORT_ENDED, 1, 15 },
  };
  static const guint32 values[] = { 0, 1, 4, 5, 15, 16, 1000, G_MAXUINT32 };

  for (guint v = 0; v < G_N_ELEMENTS (values); v++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        {
          KioskRdpReport report = { .kind = kinds[k].kind, .value = values[v] };

          g_assert_cmpint (kiosk_rdp_report_valid (&report), ==,
                           values[v] >= kinds[k].from && values[v] <= kinds[k].until);
          report.text[sizeof report.text - 1] = 'x';
          g_assert_false (kiosk_rdp_report_valid (&report));
        }
      g_assert_false (kiosk_rdp_report_valid (&(KioskRdpReport){ .kind = 0, .value = values[v] }));
      g_assert_false (kiosk_rdp_report_valid (&(KioskRdpReport){ .kind = 7, .value = values[v] }));
    }
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Pair *pair, gconstpointer data);
  } tests[] = {
    { "/channel/exact", test_exact },
    { "/channel/other-size", test_other_size },
    { "/channel/any-size", test_any_size },
    { "/channel/descriptors", test_descriptors },
    { "/channel/other-descriptors", test_other_descriptors },
    { "/channel/credentials", test_credentials },
    { "/channel/empty", test_empty },
    { "/channel/closed", test_closed },
    { "/channel/reset", test_reset },
    { "/channel/non-blocking", test_non_blocking },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Pair, NULL, set_up, tests[i].test, tear_down);
  g_test_add_func ("/channel/text-valid", test_text_valid);
  g_test_add_func ("/channel/text-set", test_text_set);
  g_test_add_func ("/messages/verdict", test_verdict);
  g_test_add_func ("/messages/task", test_task);
  g_test_add_func ("/messages/task-rules", test_task_rules);
  g_test_add_func ("/messages/message", test_message);
  g_test_add_func ("/messages/report", test_report);
  return g_test_run ();
}
