/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "test-rdp"

#include "harness.h"

#include "kiosk/ipc/channel.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The worker as it is installed, in its sandbox, against real servers. */

static gboolean
typed_contains (Server *server, const char *text)
{
  g_autofree char *typed = harness_server_typed (server);

  return strstr (typed, text) != NULL;
}

static gboolean
shows (Worker *worker, Server *server)
{
  guint width, height;
  g_autofree guint8 *truth = harness_server_picture (server, &width, &height);

  return worker->step == KIOSK_RDP_STEP_ACTIVE && worker->width == width && worker->height == height
         && harness_worker_difference (worker, truth) < 0.01;
}

/* ---- sessions ---- */

static void
test_nla_session (void)
{
  g_autoptr (Server) server = harness_server_start ("shadow", NULL, NULL);
  g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_NLA);
  const KioskRdpReport *certificate = harness_worker_report (worker, KIOSK_RDP_REPORT_CERTIFICATE);
  const KioskRdpReport *channel;
  guint logon_at = 0, certificate_at = 0;

  g_assert_nonnull (certificate);
  g_assert_cmpuint (certificate->value, ==, KIOSK_RDP_END_NONE);
  g_assert_cmpmem (certificate->digest, 32, server->pin, 32);
  for (guint i = 0; i < worker->reports->len; i++)
    {
      const KioskRdpReport *report = &g_array_index (worker->reports, KioskRdpReport, i);

      if (report->kind == KIOSK_RDP_REPORT_CERTIFICATE)
        certificate_at = i;
      if (report->kind == KIOSK_RDP_REPORT_STEP && report->value == KIOSK_RDP_STEP_LOGON)
        logon_at = i;
    }
  g_assert_cmpuint (certificate_at, <, logon_at);

  harness_wait (worker, shows (worker, server));
  harness_worker_input (worker, KIOSK_RDP_INPUT_FOCUS, 1, 0, 0);
  harness_worker_type (worker, "tokusetsu\n");
  harness_wait (worker, typed_contains (server, "tokusetsu\n"));
  harness_wait (worker, shows (worker, server));
  harness_wait (worker, worker->alive >= 3);
  /* A channel that this server wanted and did not get. */
  channel = harness_worker_report (worker, KIOSK_RDP_REPORT_CHANNEL);
  g_assert_nonnull (channel);
  g_assert_cmpstr (channel->text, ==, "AUDIO_INPUT");
  harness_session_stop (worker);
}

static void
test_nla_suspend (void)
{
  g_autoptr (Server) server = harness_server_start ("shadow", NULL, NULL);
  g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_NLA);
  g_autofree guint8 *black = g_malloc0 (KIOSK_RDP_MEMORY_SIZE);
  guint frames;

  harness_wait (worker, shows (worker, server));
  harness_worker_type (worker, "enso\n");
  harness_wait (worker, typed_contains (server, "enso\n"));

  /* A key that is down when the terminal locks does not stay down at the server. */
  harness_worker_input (worker, KIOSK_RDP_INPUT_KEY, 0x2a, 1, 0);
  harness_worker_order (worker, KIOSK_RDP_ORDER_SUSPEND);
  harness_wait (worker, worker->suspended);
  g_assert_cmpmem (worker->memory, KIOSK_RDP_MEMORY_SIZE, black, KIOSK_RDP_MEMORY_SIZE);

  while (worker->alive == 0) /* whatever was under way when the order came */
    harness_worker_turn (worker, 50);
  frames = worker->frames;
  harness_worker_type (worker, "kakusu\n");
  harness_worker_input (worker, KIOSK_RDP_INPUT_POINTER, 0x9000, 300, 300);
  worker->alive = 0;
  harness_wait (worker, worker->alive >= 2);
  g_assert_cmpuint (worker->frames, ==, frames);
  g_assert_cmpmem (worker->memory, KIOSK_RDP_MEMORY_SIZE, black, KIOSK_RDP_MEMORY_SIZE);

  /* Typed on the lock page and still in the socket when it unlocks: never typed at the server. */
  harness_worker_type (worker, "kakusu\n");
  worker->under_way = FALSE;
  memset (worker->held, 0, sizeof worker->held);
  harness_worker_order (worker, KIOSK_RDP_ORDER_RESUME);
  harness_wait (worker, worker->frames > frames && shows (worker, server));
  harness_worker_type (worker, "ato\n");
  harness_wait (worker, typed_contains (server, "ato\n"));
  g_assert_false (typed_contains (server, "k"));
  g_assert_false (typed_contains (server, "A")); /* the Shift key of before */
  harness_session_stop (worker);
}

static void
test_flow (void)
{
  g_autoptr (Server) server = harness_server_start ("shadow", NULL, NULL);
  g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_NLA);
  guint frames;

  harness_wait (worker, shows (worker, server));

  /* A shell that answers no frame gets no second one, and everything when it answers again. */
  worker->hold = TRUE;
  frames = worker->frames;
  harness_worker_type (worker, "a");
  harness_wait (worker, worker->frames == frames + 1);
  harness_worker_type (worker, "tsu\n");
  harness_wait (worker, typed_contains (server, "atsu\n"));
  worker->alive = 0;
  harness_wait (worker, worker->alive >= 2);
  g_assert_cmpuint (worker->frames, ==, frames + 1);

  worker->hold = FALSE;
  harness_worker_show (worker);
  harness_wait (worker, shows (worker, server));
  harness_session_stop (worker);
}

static void
test_tls_xrdp (void)
{
  g_autoptr (Server) server = harness_server_start ("xrdp", NULL, NULL);
  g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_TLS);

  harness_wait (worker, shows (worker, server));
  harness_worker_type (worker, "sato\n");
  harness_wait (worker, typed_contains (server, "sato\n"));

  harness_wait (worker, worker->cursors > 0);

  /* Display Control: the desktop follows the window, and only its last size counts. */
  harness_worker_input (worker, KIOSK_RDP_INPUT_SIZE, 700, 500, 100);
  harness_worker_input (worker, KIOSK_RDP_INPUT_SIZE, 1001, 700, 100);
  harness_wait (worker, worker->width == 1000 && worker->height == 700);
  harness_wait (worker, shows (worker, server));
  harness_session_stop (worker);
}

static void
test_tls_weston (void)
{
  g_autoptr (Server) server = harness_server_start ("weston", NULL, NULL);
  g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_TLS);
  guint8 background[800 * 600 * 4];

  for (gsize i = 0; i < sizeof background; i += 4)
    memcpy (background + i, (const guint8[]){ 0x7f, 0x50, 0x17, 0xff }, 4);

  g_assert_cmpuint (worker->width, ==, 800);
  g_assert_cmpuint (worker->height, ==, 600);
  harness_wait (worker, harness_worker_difference (worker, background) < 0.01);
  harness_session_stop (worker);
}

/* Every codec in the sandbox that kills: a library that needs a new call fails here, not in a town. */
static void
test_codec (gconstpointer data)
{
  g_auto (GStrv) options = g_strsplit (data, " ", -1);
  g_autoptr (Server) server = harness_server_start ("shadow", NULL, (const char *const *) options);
  g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_NLA);

  harness_wait (worker, shows (worker, server));
  harness_worker_type (worker, "kotae\n");
  harness_wait (worker, typed_contains (server, "kotae\n"));
  harness_wait (worker, shows (worker, server));
  harness_session_stop (worker);
}

/* ---- refusals ---- */

static void
test_wrong_password (void)
{
  g_autoptr (Server) server = harness_server_start ("shadow", NULL, NULL);
  KioskRdpTask task = harness_task (server, KIOSK_RDP_SECURITY_NLA);
  g_autoptr (Worker) worker = harness_worker_start (&task, server->port, NULL);

  harness_worker_credentials (worker, "tester", "wrong");
  harness_worker_expect_end (worker, KIOSK_RDP_END_CREDENTIALS);
  g_assert_cmpuint (worker->step, ==, KIOSK_RDP_STEP_LOGON);
}

static void
test_no_nla (void)
{
  g_autoptr (Server) server = harness_server_start ("weston", NULL, NULL);
  KioskRdpTask task = harness_task (server, KIOSK_RDP_SECURITY_NLA);
  g_autoptr (Worker) worker = harness_worker_start (&task, server->port, NULL);

  harness_worker_credentials (worker, "tester", "Saku-2026");
  harness_worker_expect_end (worker, KIOSK_RDP_END_SECURITY);
  g_assert_null (harness_worker_report (worker, KIOSK_RDP_REPORT_CERTIFICATE));
}

static void
test_server_killed (void)
{
  g_autoptr (Server) server = harness_server_start ("shadow", NULL, NULL);
  g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_NLA);

  kill (server->pid, SIGKILL);
  harness_worker_expect_end (worker, KIOSK_RDP_END_LOST);
}

/* ---- ends from our side ---- */

static void
test_neighbours_gone (void)
{
  g_autoptr (Server) server = harness_server_start ("weston", NULL, NULL);
  KioskRdpTask task = harness_task (server, KIOSK_RDP_SECURITY_TLS);

  { /* the shell, in a session */
    g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_TLS);

    close (worker->shell);
    worker->shell = -1;
    harness_worker_expect_end (worker, KIOSK_RDP_END_DISCONNECTED);
  }
  { /* the shell, before the credentials */
    g_autoptr (Worker) worker = harness_worker_start (&task, server->port, NULL);

    close (worker->shell);
    worker->shell = -1;
    harness_worker_expect_end (worker, KIOSK_RDP_END_DISCONNECTED);
  }
  { /* kioskd */
    g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_TLS);

    close (worker->daemon);
    worker->daemon = -1;
    g_assert_true (WIFEXITED (harness_worker_reap (worker)));
  }
  { /* STOP before the credentials */
    g_autoptr (Worker) worker = harness_worker_start (&task, server->port, NULL);

    harness_session_stop (worker);
  }
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name, *options;
  } codecs[] = {
    { "/rdp/codec/avc420", "-gfx-avc444" },
    { "/rdp/codec/progressive", "-gfx-avc444 -gfx-avc420" },
    { "/rdp/codec/remotefx", "-gfx-avc444 -gfx-avc420 -gfx-progressive" },
    { "/rdp/codec/planar", "-gfx-avc444 -gfx-avc420 -gfx-progressive -gfx-rfx" },
    { "/rdp/codec/no-graphics-pipeline", "-gfx" },
  };

  g_test_init (&argc, &argv, NULL);
  harness_enter_world ();

  g_test_add_func ("/rdp/nla/session", test_nla_session);
  g_test_add_func ("/rdp/nla/suspend", test_nla_suspend);
  g_test_add_func ("/rdp/nla/flow", test_flow);
  g_test_add_func ("/rdp/nla/wrong-password", test_wrong_password);
  g_test_add_func ("/rdp/nla/not-offered", test_no_nla);
  g_test_add_func ("/rdp/nla/server-killed", test_server_killed);
  g_test_add_func ("/rdp/tls/xrdp", test_tls_xrdp);
  g_test_add_func ("/rdp/tls/weston", test_tls_weston);
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++)
    g_test_add_data_func (codecs[i].name, codecs[i].options, test_codec);
  g_test_add_func ("/rdp/neighbours-gone", test_neighbours_gone);
  return g_test_run ();
}
