/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* What kiosk-auth, kiosk-connect, kiosk-keyboard, kiosk-rdp, kiosk-receipts and kiosk-sensor-lid have in common, with the real programs in a world of
 * their own: the hello, whose connection they take, how they end with it, and that they start also where
 * their unit has taken away already what they would give up themselves. The test is kioskd. */

#include "../lib/helper.h"
#include "../lib/world.h"

#include "config.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/helper.h"
#include "kiosk/ipc/keyboard-protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SETPRIV "setpriv --inh-caps=-all --bounding-set=-all --no-new-privs "

typedef struct {
  const char *program;
  const char *user; /* it ends as this one */
  /* what a unit does before the program begins: User=, CapabilityBoundingSet=, NoNewPrivileges=,
   * PrivateNetwork= */
  const char *unit;
} Helper;

static const Helper helpers[] = {
  { "kiosk-auth", "root", "setpriv --no-new-privs" },
  { "kiosk-connect", KIOSK_CONNECT_USER,
    SETPRIV "--reuid " KIOSK_CONNECT_USER " --regid " KIOSK_CONNECT_USER " --clear-groups" },
  { "kiosk-keyboard", "root", "setpriv --no-new-privs" }, /* until it has opened its keyboard */
  { "kiosk-rdp", KIOSK_RDP_USER,
    "unshare --net " SETPRIV "--reuid " KIOSK_RDP_USER " --regid " KIOSK_RDP_USER
    " --clear-groups" },
  { "kiosk-receipts", KIOSK_RECEIPTS_USER,
    SETPRIV "--reuid " KIOSK_RECEIPTS_USER " --regid " KIOSK_RECEIPTS_USER " --clear-groups" },
  { "kiosk-sensor-lid", "root",
    "setpriv --no-new-privs" }, /* as kiosk-keyboard, of the lid's node */
};

/* @prefix: words before the program, or NULL. */
static GSubprocess *
start (const char *prefix, const char *program, int *connection)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *command = g_strdup_printf ("%s " KIOSK_LIBEXEC_DIR "/%s", prefix, program);
  g_auto (GStrv) words = g_strsplit (command, " ", -1);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  g_subprocess_launcher_take_fd (launcher, kiosk_fd_steal (connection), KIOSK_HELPER_FD_DAEMON);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words, &error);
  g_assert_no_error (error);
  return process;
}

static void
expect_failure (GSubprocess *process)
{
  world_wait_end (process);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
}

static char *
read_status (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", pid);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

/* Until its rights are those of the user, and nothing else. */
static void
wait_for_rights (int pid, const Helper *helper)
{
  const struct passwd *user = getpwnam (helper->user);
  g_autofree char *ids = g_strdup_printf ("\nUid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n",
                                          user->pw_uid, user->pw_uid, user->pw_uid, user->pw_uid,
                                          user->pw_gid, user->pw_gid, user->pw_gid, user->pw_gid);
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  g_autofree char *status = read_status (pid);

  while ((strstr (status, ids) == NULL
          || (user->pw_uid != 0
              && (strstr (status, "\nCapPrm:\t0000000000000000\n") == NULL
                  || strstr (status, "\nCapBnd:\t0000000000000000\n") == NULL
                  || strstr (status, "\nNoNewPrivs:\t1\n") == NULL)))
         && g_get_monotonic_time () < deadline)
    {
      g_usleep (2000);
      g_free (status);
      status = read_status (pid);
    }
  g_assert_nonnull (strstr (status, ids));
}

/* From hello to end, with which the closed connection is answered. */
static void
run (const Helper *helper, const char *prefix)
{
  kiosk_autofd int ours = -1;
  kiosk_autofd int theirs = -1;
  g_autoptr (GSubprocess) process = NULL;
  int pid;

  g_assert_true (kiosk_fd_socket_pair (&ours, &theirs, NULL));
  world_limit_waiting (ours);
  process = start (prefix, helper->program, &theirs);
  pid = atoi (g_subprocess_get_identifier (process));
  helper_expect_hello (ours, pid);
  wait_for_rights (pid, helper);
  kiosk_fd_clear (&ours);
  expect_failure (process);
}

static void
test_started_by_root (gconstpointer data)
{
  run (data, "nice");
}

static void
test_started_by_unit (gconstpointer data)
{
  const Helper *helper = data;

  run (helper, helper->unit);
}

/* kioskd has changed its mind before the program has begun. */
static void
test_closed (gconstpointer data)
{
  const Helper *helper = data;
  kiosk_autofd int ours = -1;
  kiosk_autofd int theirs = -1;
  g_autoptr (GSubprocess) process = NULL;

  g_assert_true (kiosk_fd_socket_pair (&ours, &theirs, NULL));
  kiosk_fd_clear (&ours);
  process = start ("nice", helper->program, &theirs);
  expect_failure (process);
}

/* Not one word to anybody but root, and on nothing but the agreed kind of socket. */
static void
test_stranger (gconstpointer data)
{
  const Helper *helper = data;

  for (guint bad = 0; bad < 3; bad++)
    {
      int type = (bad == 0 ? SOCK_STREAM : SOCK_SEQPACKET) | SOCK_CLOEXEC;
      g_autoptr (GSubprocess) process = NULL;
      int pair[2] = { -1, -1 };
      char byte;

      if (bad == 1)
        g_assert_cmpint (seteuid (65534), ==, 0);
      g_assert_cmpint (socketpair (AF_UNIX, type, 0, pair), ==, 0);
      g_assert_cmpint (seteuid (0), ==, 0);
      if (bad == 2)
        {
          close (pair[1]);
          pair[1] = open ("/dev/null", O_RDWR | O_CLOEXEC);
        }
      process = start ("nice", helper->program, &pair[1]);
      expect_failure (process);
      /* A refusal is no message either; with a descriptor of its own there would be one. */
      if (bad != 2)
        g_assert_cmpint (recv (pair[0], &byte, sizeof byte, MSG_DONTWAIT), ==, 0);
      kiosk_fd_clear (&pair[0]);
    }
}

/* As systemd accepts: non-blocking, and inherited by everybody. */
static void
test_nonblocking (gconstpointer data)
{
  const Helper *helper = data;
  kiosk_autofd int ours = -1;
  kiosk_autofd int theirs = -1;
  kiosk_autofd int kept = -1;
  g_autoptr (GSubprocess) process = NULL;

  g_assert_true (kiosk_fd_socket_pair (&ours, &theirs, NULL));
  world_limit_waiting (ours);
  g_assert_cmpint (fcntl (theirs, F_SETFL, O_NONBLOCK), ==, 0);
  kept = fcntl (theirs, F_DUPFD_CLOEXEC, 3);
  process = start ("nice", helper->program, &theirs);
  helper_expect_hello (ours, atoi (g_subprocess_get_identifier (process)));
  g_assert_cmpint (fcntl (kept, F_GETFL) & O_NONBLOCK, ==, 0);
  kiosk_fd_clear (&kept);
  kiosk_fd_clear (&ours);
  expect_failure (process);
}

/* What is no task, or names what is no keyboard: the end, without a word. */
static void
test_keyboard_tasks (void)
{
  static const KioskKeyboardTask tasks[] = {
    { .node = "event9999", .number = "402913", .tries = 3 }, /* there is none */
    { .node = "../null", .number = "402913", .tries = 3 },
    { .node = "event1", .number = "40291", .tries = 3 },
    { .node = "event1", .number = "402913", .tries = 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tasks) * 2; i++)
    {
      const KioskKeyboardTask *task = &tasks[i / 2];
      kiosk_autofd int ours = -1;
      kiosk_autofd int theirs = -1;
      g_autoptr (GSubprocess) process = NULL;
      char byte;

      g_assert_true (kiosk_fd_socket_pair (&ours, &theirs, NULL));
      world_limit_waiting (ours);
      process = start ("nice", "kiosk-keyboard", &theirs);
      helper_expect_hello (ours, atoi (g_subprocess_get_identifier (process)));
      /* The second time one byte too few. */
      g_assert_true (kiosk_channel_send (ours, task, sizeof *task - i % 2, NULL, 0, NULL));
      expect_failure (process);
      g_assert_cmpint (recv (ours, &byte, sizeof byte, MSG_DONTWAIT), ==, 0);
    }
}

/* Through the sockets: one process for each connection, for nobody but root, and none is left. */
static void
test_sockets (void)
{
  g_autofree char *modes = NULL;

  g_free (world_run ("/mnt/repo/kiosk/demo/units.sh listen /tmp/helpers.log"));
  modes = world_run ("stat -c '%a %u' " KIOSK_RUN_DIR "/kiosk-*.sock | sort -u");
  g_assert_cmpstr (modes, ==, "600 0\n");
  for (guint i = 0; i < G_N_ELEMENTS (helpers); i++)
    {
      g_autofree char *path = g_strdup_printf (KIOSK_RUN_DIR "/%s.sock", helpers[i].program);
      int connections[20];

      for (guint n = 0; n < G_N_ELEMENTS (connections); n++)
        {
          connections[n] = helper_connect (path);
          g_assert_cmpint (connections[n], >=, 0);
          world_limit_waiting (connections[n]);
        }
      for (guint n = 0; n < G_N_ELEMENTS (connections); n++)
        helper_expect_hello (connections[n], 0);
      g_assert_cmpuint (world_count_processes (helpers[i].program), ==, G_N_ELEMENTS (connections));
      for (guint n = 0; n < G_N_ELEMENTS (connections); n++)
        close (connections[n]);
      world_wait_none (helpers[i].program);

      g_assert_cmpint (seteuid (65534), ==, 0);
      connections[0] = helper_connect (path);
      g_assert_cmpint (errno, ==, EACCES);
      g_assert_cmpint (connections[0], ==, -1);
      g_assert_cmpint (seteuid (0), ==, 0);
    }
  g_free (world_run ("/mnt/repo/kiosk/demo/units.sh end"));
}

/* Without one kiosk-receipts does not begin. Its unit gives it a copy of its own. */
static void
make_certificate (void)
{
  g_free (world_run (
      "install -d -o " KIOSK_RECEIPTS_USER " -m 0700 " KIOSK_POLICY_DIR "/collector; "
      "cd " KIOSK_POLICY_DIR "/collector && openssl req -x509 -newkey ec -nodes -days 2 "
      "-pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=t-01 -keyout terminal.key -out terminal.pem "
      "2>/dev/null && cp terminal.pem ca.pem && chown " KIOSK_RECEIPTS_USER " *"));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (gconstpointer data);
  } tests[] = {
    { "started-by-root", test_started_by_root },
    { "started-by-unit", test_started_by_unit },
    { "closed", test_closed },
    { "stranger", test_stranger },
    { "nonblocking", test_nonblocking },
  };

  g_test_init (&argc, &argv, NULL);
  world_require ();
  make_certificate ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    for (guint j = 0; j < G_N_ELEMENTS (helpers); j++)
      {
        g_autofree char *path
            = g_strdup_printf ("/helpers/%s/%s", tests[i].name, helpers[j].program);

        g_test_add_data_func (path, &helpers[j], tests[i].test);
      }
  g_test_add_func ("/helpers/keyboard-tasks", test_keyboard_tasks);
  g_test_add_func ("/helpers/sockets", test_sockets);
  return g_test_run ();
}
