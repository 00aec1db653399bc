/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "test-rdp"

#include "fake-server.h"
#include "harness.h"

#include "kiosk/ipc/channel.h"

#include <string.h>

/* What the worker refuses: servers by their certificate, and every wrong message of its neighbours. */

/* Certificates: made in @folder by openssl, judged by the worker before it gives anything away. */
static void
make_certificates (const char *folder)
{
  /* openssl ca alone can, in every version, sign for a time that is over. */
  static const char past[]
      = "[ca]\ndefault_ca=past\n"
        "[past]\ndatabase=index\nnew_certs_dir=.\ndefault_md=sha256\nrand_serial=yes\npolicy=any\n"
        "[any]\ncommonName=supplied\n";
  g_autofree char *extensions = g_build_filename (folder, "ext", NULL);
  g_autofree char *configuration = g_build_filename (folder, "past", NULL);
  g_autofree char *index = g_build_filename (folder, "index", NULL);

  g_assert_true (g_file_set_contents (
      extensions, "subjectAltName=DNS:server.example,IP:127.0.0.1\n", -1, NULL));
  harness_openssl (
      folder,
      "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=authority -keyout ca.key -out ca");
  harness_openssl (
      folder,
      "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=other -keyout other.key -out other");
  harness_openssl (folder,
                   "req -newkey rsa:2048 -nodes -subj /CN=server -keyout good.key -out csr");
  harness_openssl (
      folder,
      "x509 -req -in csr -CA ca -CAkey ca.key -CAcreateserial -days 30 -extfile ext -out good");
  harness_openssl (folder,
                   "req -newkey rsa:2048 -nodes -subj /CN=server -keyout expired.key -out csr");
  g_assert_true (g_file_set_contents (configuration, past, -1, NULL));
  g_assert_true (g_file_set_contents (index, "", 0, NULL));
  harness_openssl (folder, "ca -config past -batch -notext -selfsign -keyfile expired.key -in csr "
                           "-startdate 20200101000000Z -enddate 20200201000000Z -out expired");
}

static void
test_certificates (void)
{
  static const struct {
    const char *certificate, *authority, *name; /* authority NULL: by pin */
    gboolean right_pin;
    KioskRdpEnd end; /* NONE: gets in */
  } table[] = {
    { "good", NULL, "", FALSE, KIOSK_RDP_END_CERTIFICATE_CHANGED },
    { "expired", NULL, "", TRUE, KIOSK_RDP_END_CERTIFICATE_EXPIRED },
    { "good", "ca", "server.example", FALSE, KIOSK_RDP_END_NONE },
    { "good", "ca", "127.0.0.1", FALSE, KIOSK_RDP_END_NONE },
    { "good", "ca", "elsewhere.example", FALSE, KIOSK_RDP_END_CERTIFICATE_UNTRUSTED },
    { "good", "other", "server.example", FALSE, KIOSK_RDP_END_CERTIFICATE_UNTRUSTED },
  };
  g_autofree char *folder = g_dir_make_tmp ("kiosk-rdp-XXXXXX", NULL);
  g_autofree char *remove = g_strdup_printf ("rm -rf %s", folder);

  make_certificates (folder);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *path = g_build_filename (folder, table[i].certificate, NULL);
      g_autoptr (Server) server = harness_server_start ("weston", path, NULL);
      KioskRdpTask task = harness_task (server, KIOSK_RDP_SECURITY_TLS);
      g_autoptr (Worker) worker = NULL;
      g_autofree char *authority = NULL;
      const KioskRdpReport *report;

      g_test_message ("certificate %s, authority %s", table[i].certificate, table[i].authority);
      if (table[i].authority != NULL)
        {
          g_autofree char *file = g_build_filename (folder, table[i].authority, NULL);

          g_assert_true (g_file_get_contents (file, &authority, NULL, NULL));
          task.n_pins = 0;
          strcpy (task.certificate_name, table[i].name);
        }
      else if (!table[i].right_pin)
        {
          task.pins[0][31] ^= 1;
        }
      worker = harness_worker_start (&task, server->port, authority);
      harness_worker_credentials (worker, "tester", "Saku-2026");
      if (table[i].end == KIOSK_RDP_END_NONE)
        {
          harness_wait (worker, worker->step == KIOSK_RDP_STEP_ACTIVE);
          harness_session_stop (worker);
        }
      else
        {
          harness_worker_expect_end (worker, table[i].end);
          g_assert_cmpuint (worker->step, ==, KIOSK_RDP_STEP_CERTIFICATE);
        }
      report = harness_worker_report (worker, KIOSK_RDP_REPORT_CERTIFICATE);
      g_assert_nonnull (report);
      g_assert_cmpuint (report->value, ==, table[i].end);
      g_assert_cmpmem (report->digest, 32, server->pin, 32);
    }
  g_assert_true (g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL));
}

/* What a server gets to see whose certificate is not the right one: no name, no password, nothing. */
static void
test_nothing_given_away (void)
{
  g_autoptr (FakeServer) server = fake_server_start (FAKE_SERVER_LISTEN);
  KioskRdpTask task = { .width = 800,
                        .height = 600,
                        .security = KIOSK_RDP_SECURITY_NLA,
                        .n_pins = 1,
                        .port = FAKE_SERVER_PORT,
                        .address = "127.0.0.1" };
  g_autoptr (Worker) worker = harness_worker_start (&task, FAKE_SERVER_PORT, NULL);

  harness_worker_credentials (worker, "tester", "Saku-2026");
  harness_worker_expect_end (worker, KIOSK_RDP_END_CERTIFICATE_CHANGED);
  fake_server_join (server);
  g_assert_cmpuint (server->hello_size, >, 0);
  g_assert_null (memmem (server->hello, server->hello_size, "tester", 6));
  g_assert_true (server->hand_shaken);
  g_assert_cmpuint (server->received, ==, 0);
  g_assert_cmpuint (server->connections, ==, 1);
}

/* A server that breaks off the log-on is not asked a second time with the same credentials. */
static void
test_no_second_attempt (void)
{
  g_autoptr (FakeServer) server = fake_server_start (FAKE_SERVER_BREAK);
  KioskRdpTask task = { .width = 800,
                        .height = 600,
                        .security = KIOSK_RDP_SECURITY_NLA,
                        .n_pins = 1,
                        .port = FAKE_SERVER_PORT,
                        .address = "127.0.0.1" };
  g_autoptr (Worker) worker = NULL;

  memcpy (task.pins[0], server->pin, 32);
  worker = harness_worker_start (&task, FAKE_SERVER_PORT, NULL);
  harness_worker_credentials (worker, "tester", "Saku-2026");
  harness_worker_expect_end (worker, KIOSK_RDP_END_LOST);
  g_assert_cmpuint (worker->step, ==, KIOSK_RDP_STEP_LOGON);
  fake_server_join (server);
  g_assert_cmpuint (server->received, >, 0);
  g_assert_cmpuint (server->connections, ==, 1);
}

/* A server that says nothing: STOP ends it all the same. */
static void
test_stop_while_connecting (void)
{
  g_autoptr (FakeServer) server = fake_server_start (FAKE_SERVER_SILENT);
  KioskRdpTask task = { .width = 800,
                        .height = 600,
                        .security = KIOSK_RDP_SECURITY_NLA,
                        .n_pins = 1,
                        .port = FAKE_SERVER_PORT,
                        .address = "127.0.0.1" };
  g_autoptr (Worker) worker = harness_worker_start (&task, FAKE_SERVER_PORT, NULL);

  harness_worker_credentials (worker, "tester", "Saku-2026");
  harness_wait (worker, worker->step == KIOSK_RDP_STEP_CERTIFICATE);
  harness_wait (worker, worker->alive >= 2); /* alive while the library waits */
  harness_session_stop (worker);
  fake_server_join (server);
}

/* ---- wrong messages ---- */

/* A server for each: weston does not live through many sessions that break off. */
static void
test_wrong_messages (void)
{
  static const KioskRdpInput wrong[] = {
    { 0, 0, 0, 0 },
    { 9, 0, 0, 0 },
    { G_MAXUINT32, 0, 0, 0 },
    { KIOSK_RDP_INPUT_KEY, 0x200, 1, 0 },
    { KIOSK_RDP_INPUT_KEY, 0x1e, 2, 0 },
    { KIOSK_RDP_INPUT_UNICODE, 0x10000, 1, 0 },
    { KIOSK_RDP_INPUT_POINTER, 0x0800, KIOSK_RDP_MAX_WIDTH, 0 },
    { KIOSK_RDP_INPUT_POINTER, 0x0001, 0, 0 },
    { KIOSK_RDP_INPUT_POINTER_EXTENDED, 0x0003, 0, 0 },
    { KIOSK_RDP_INPUT_FOCUS, 2, 0, 0 },
    { KIOSK_RDP_INPUT_FOCUS, 1, 16, 0 },
    { KIOSK_RDP_INPUT_SIZE, 100, 600, 100 },
    { KIOSK_RDP_INPUT_SIZE, 800, 4000, 100 },
    { KIOSK_RDP_INPUT_SIZE, 800, 600, 1000 },
    { KIOSK_RDP_INPUT_SHOWN, 1, 0, 0 },
    { KIOSK_RDP_INPUT_FREE, 2, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (Server) server = harness_server_start ("weston", NULL, NULL);
      g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_TLS);

      g_test_message ("message %" G_GSIZE_FORMAT, i);
      harness_worker_input (worker, wrong[i].kind, wrong[i].a, wrong[i].b, wrong[i].c);
      harness_worker_expect_end (worker, KIOSK_RDP_END_PROTOCOL);
    }

  for (gsize size = 1; size <= 32; size += 7)
    { /* 16 is the right one */
      g_autoptr (Server) server = harness_server_start ("weston", NULL, NULL);
      g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_TLS);
      const guint32 message[8] = { KIOSK_RDP_INPUT_SHOWN };

      g_assert_true (kiosk_channel_send (worker->shell, message, size, NULL, 0, NULL));
      harness_worker_expect_end (worker, KIOSK_RDP_END_PROTOCOL);
    }
  { /* with a descriptor that nobody asked for */
    g_autoptr (Server) server = harness_server_start ("weston", NULL, NULL);
    g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_TLS);
    const KioskRdpInput message = { KIOSK_RDP_INPUT_SHOWN };
    const int fd = 0;

    g_assert_true (kiosk_channel_send (worker->shell, &message, sizeof message, &fd, 1, NULL));
    harness_worker_expect_end (worker, KIOSK_RDP_END_PROTOCOL);
  }
}

static void
test_wrong_orders (void)
{
  const guint32 wrong[] = { 0, 4, G_MAXUINT32 };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (Server) server = harness_server_start ("weston", NULL, NULL);
      g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_TLS);

      harness_worker_order (worker, wrong[i]);
      harness_worker_expect_end (worker, KIOSK_RDP_END_PROTOCOL);
    }
  {
    g_autoptr (Server) server = harness_server_start ("weston", NULL, NULL);
    g_autoptr (Worker) worker = harness_session_start (server, KIOSK_RDP_SECURITY_TLS);
    const guint32 order[2] = { KIOSK_RDP_ORDER_SUSPEND };

    g_assert_true (kiosk_channel_send (worker->daemon, order, sizeof order, NULL, 0, NULL));
    harness_worker_expect_end (worker, KIOSK_RDP_END_PROTOCOL);
  }
}

static void
test_wrong_credentials_message (void)
{
  g_autoptr (Server) server = harness_server_start ("weston", NULL, NULL);
  KioskRdpTask task = harness_task (server, KIOSK_RDP_SECURITY_TLS);
  KioskRdpCredentials wrong[4];

  memset (wrong, 0, sizeof wrong);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      wrong[i].kind = KIOSK_RDP_CREDENTIALS;
      strcpy (wrong[i].user, "tester");
    }
  wrong[0].kind = 1;
  wrong[1].user[0] = '\0';
  memset (wrong[2].password, 'x', sizeof wrong[2].password); /* no end */
  wrong[3].domain[9] = 'x';                                  /* something behind the end */

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (Worker) worker = harness_worker_start (&task, server->port, NULL);

      g_assert_true (kiosk_channel_send (worker->shell, &wrong[i], sizeof wrong[i], NULL, 0, NULL));
      harness_worker_expect_end (worker, KIOSK_RDP_END_PROTOCOL);
      g_assert_cmpuint (worker->step, ==, 0);
    }
  { /* input before the credentials */
    g_autoptr (Worker) worker = harness_worker_start (&task, server->port, NULL);

    harness_worker_input (worker, KIOSK_RDP_INPUT_FOCUS, 1, 0, 0);
    harness_worker_expect_end (worker, KIOSK_RDP_END_PROTOCOL);
  }
}

static void
test_wrong_tasks (void)
{
  g_autoptr (Server) server = harness_server_start ("weston", NULL, NULL);
  KioskRdpTask wrong[8];

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    wrong[i] = harness_task (server, KIOSK_RDP_SECURITY_TLS);
  wrong[0].width = 100;
  wrong[1].height = 5000;
  wrong[2].security = 3;
  wrong[3].n_pins = 5;
  wrong[4].port = 0;
  memset (wrong[5].address, 'a', sizeof wrong[5].address);
  memset (wrong[6].address, 0, sizeof wrong[6].address);
  strcpy (wrong[6].address, "/run/x");
  wrong[7].n_pins = 0; /* and no authority */

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (Worker) worker = harness_worker_start (&wrong[i], server->port, NULL);

      g_test_message ("task %" G_GSIZE_FORMAT, i);
      harness_worker_expect_end (worker, KIOSK_RDP_END_PROTOCOL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  harness_enter_world ();

  g_test_add_func ("/rdp/certificates", test_certificates);
  g_test_add_func ("/rdp/nothing-given-away", test_nothing_given_away);
  g_test_add_func ("/rdp/no-second-attempt", test_no_second_attempt);
  g_test_add_func ("/rdp/wrong/messages", test_wrong_messages);
  g_test_add_func ("/rdp/wrong/orders", test_wrong_orders);
  g_test_add_func ("/rdp/wrong/credentials", test_wrong_credentials_message);
  g_test_add_func ("/rdp/wrong/tasks", test_wrong_tasks);
  g_test_add_func ("/rdp/stop-while-connecting", test_stop_while_connecting);
  return g_test_run ();
}
