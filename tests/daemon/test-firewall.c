/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The firewall as kioskd keeps it, against a model of what may leave: random sequences of everything that can
 * happen to it, each followed by two looks, one into the kernel and one by real connections. In a world of its
 * own; built with a time-out of 3 seconds instead of 60, so that elements run out in the middle of it. */

#include "firewall.h"

#include "../lib/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <json-glib/json-glib.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define N 6 /* endpoints: three servers with two ports each */
#define STEPS 120

static KioskEndpoint endpoints[N];
static const char *const lines[] = { "terminal0", NULL };

/* ---- The model ---- */

typedef struct {
  guint holders[N];
  gint64 until[N]; /* monotonic; 0: not in the kernel */
} Model;

/* In the second around its end an element is neither certainly there nor certainly gone: the kernel counts in
 * ticks of its own. */
typedef enum {
  CLOSED,
  OPEN,
  EITHER,
} Certainty;

static Certainty
certainty (const Model *model, guint i, gint64 before, gint64 after)
{
  const gint64 slack = G_USEC_PER_SEC / 2;

  if (model->until[i] == 0 || before > model->until[i] + slack)
    return CLOSED;
  return after < model->until[i] - slack ? OPEN : EITHER;
}

/* ---- The two looks ---- */

static gboolean
kernel_has (const char *listing, guint i)
{
  char address[INET6_ADDRSTRLEN];
  g_autofree char *key = NULL;

  inet_ntop (AF_INET, endpoints[i].address_bytes, address, sizeof address);
  key = g_strdup_printf ("%s . %u ", address, endpoints[i].port);
  return strstr (listing, key) != NULL;
}

/* A connection as @user, by a process of its own: the firewall knows the user who made the socket. */
static gboolean
gets_through (const char *user, guint i)
{
  const struct passwd *entry = getpwnam (user);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (endpoints[i].port) };
  int status = 0;
  pid_t pid;

  memcpy (&to.sin_addr, endpoints[i].address_bytes, 4);
  g_assert_nonnull (entry);
  pid = fork ();
  if (pid == 0)
    {
      int fd;

      if (setresgid (entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0
          || setresuid (entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0)
        _exit (3);
      fd = socket (AF_INET, SOCK_STREAM, 0);
      _exit (connect (fd, (struct sockaddr *) &to, sizeof to) == 0 ? 0
             : errno == ECONNREFUSED                               ? 1
                                                                   : 2);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), <, 2);
  return WEXITSTATUS (status) == 0;
}

static guint n_uncertain, n_checked;

static void
look (const Model *model, const char *after_what)
{
  for (guint i = 0; i < N; i++)
    {
      gint64 before = g_get_monotonic_time ();
      g_autofree char *listing = world_run ("nft list set inet kiosk sessions");
      gboolean there = kernel_has (listing, i);
      gboolean through = gets_through ("kiosk-connect", i);
      Certainty wanted = certainty (model, i, before, g_get_monotonic_time ());

      g_assert_false (gets_through ("nobody", i));
      if (wanted == EITHER)
        {
          n_uncertain++;
          continue;
        }
      n_checked++;
      if (there != (wanted == OPEN) || through != (wanted == OPEN))
        g_error ("after %s: endpoint %u should be %s; in the kernel: %d, gets through: %d",
                 after_what, i, wanted == OPEN ? "open" : "closed", there, through);
    }
}

/* ---- What can happen ---- */

static KioskFirewall *
begin (void)
{
  g_autoptr (GError) error = NULL;
  KioskFirewall *firewall = kiosk_firewall_new (NULL, &error);

  g_assert_no_error (error);
  g_assert_true (kiosk_firewall_set_lines (firewall, lines, &error));
  return firewall;
}

static void
expect_differences (KioskFirewall *firewall, const char *words)
{
  g_autoptr (GPtrArray) differences = NULL;
  g_autoptr (KioskFirewallState) state = NULL;
  g_autoptr (GError) error = NULL;
  gboolean found = FALSE;

  g_assert_true (kiosk_firewall_check (firewall, &differences, &state, &error));
  for (guint i = 0; i < differences->len; i++)
    {
      const KioskLabel *label = differences->pdata[i];

      if (words == NULL)
        g_error ("%s", label->en);
      g_test_message ("%s", label->en);
      found = found || strstr (label->en, words) != NULL;
    }
  g_assert_true (found == (words != NULL));
}

static void
tamper (KioskFirewall *firewall, const char *command, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_free (world_run (command));
  expect_differences (firewall, words);
  g_assert_true (kiosk_firewall_reload (firewall, &error));
  g_assert_no_error (error);
}

static void
restart_time (Model *model, guint i)
{
  model->until[i] = g_get_monotonic_time () + (gint64) KIOSK_FIREWALL_TIMEOUT * G_USEC_PER_SEC;
}

static const char *
act (KioskFirewall **firewall, Model *model)
{
  guint i = (guint) g_test_rand_int_range (0, N);
  int kind = g_test_rand_int_range (0, 100);
  g_autoptr (GError) error = NULL;

  if (kind < 35)
    {
      g_assert_true (kiosk_firewall_open (*firewall, &endpoints[i], &error));
      model->holders[i]++;
      restart_time (model, i);
      return "open";
    }
  if (kind < 55)
    {
      g_assert_true (kiosk_firewall_close (*firewall, &endpoints[i], &error));
      if (model->holders[i] > 0 && --model->holders[i] == 0)
        model->until[i] = 0;
      return "close";
    }
  if (kind < 70)
    {
      gboolean renewed = kiosk_firewall_renew (*firewall, &endpoints[i], NULL);

      g_assert_true (renewed == (model->holders[i] > 0));
      if (renewed)
        restart_time (model, i);
      return "renew";
    }
  if (kind < 80)
    {
      g_usleep ((gulong) g_test_rand_int_range (1, 3500) * 1000);
      return "wait";
    }
  if (kind < 85)
    {
      /* Killed, for the kernel: it goes without a word, and another one begins. */
      kiosk_firewall_free (*firewall);
      look (model, "kill");
      *firewall = begin ();
      memset (model, 0, sizeof *model);
      return "kill and begin";
    }
  if (kind < 90)
    {
      g_assert_true (kiosk_firewall_reload (*firewall, &error));
      for (guint h = 0; h < N; h++)
        if (model->holders[h] > 0)
          restart_time (model, h);
      return "reload";
    }
  if (kind < 95)
    {
      g_assert_true (kiosk_firewall_close_all (*firewall, &error));
      memset (model, 0, sizeof *model);
      return "lock";
    }
  tamper (*firewall, "nft add element inet kiosk sessions '{ 10.99.0.15 . 4 timeout 1h }'",
          "added in set sessions: 10.99.0.15 . 4");
  for (guint h = 0; h < N; h++)
    if (model->holders[h] > 0)
      restart_time (model, h);
  return "tamper";
}

static void
test_random (void)
{
  KioskFirewall *firewall = begin ();
  Model model = { { 0 }, { 0 } };

  look (&model, "begin");
  for (guint step = 0; step < STEPS; step++)
    {
      const char *what = act (&firewall, &model);

      look (&model, what);
      expect_differences (firewall, NULL);
    }
  kiosk_firewall_free (firewall);
  /* Nobody is left to renew: all of it closes. */
  g_usleep ((KIOSK_FIREWALL_TIMEOUT + 1) * G_USEC_PER_SEC);
  look (&model, "the end");
  g_test_message ("%u looks, %u of them in the moment of an end", n_checked, n_uncertain);
  g_assert_cmpuint (n_checked, >, 5 * n_uncertain);
}

/* Each kind of change by somebody else is noticed, told, and undone. */
static void
test_tampering (void)
{
  static const struct {
    const char *command, *words;
  } cases[] = {
    { "nft add table netdev evil", "foreign table: netdev evil" },
    { "nft add table bridge b", "foreign table: bridge b" },
    { "nft add table arp a", "foreign table: arp a" },
    { "nft 'add table ip nat; add chain ip nat out { type nat hook output priority -100; }; "
      "add rule ip nat out tcp dport 3389 dnat to 10.99.0.15'",
      "foreign table: ip nat" },
    { "nft insert rule inet kiosk output accept",
      "added in table inet kiosk: chain output: accept" },
    { "nft add rule inet kiosk input tcp dport 22 accept",
      "added in table inet kiosk: chain input: tcp dport 22 accept" },
    { "nft add chain inet kiosk early '{ type filter hook output priority -300; policy accept; }'",
      "added in table inet kiosk: chain early" },
    { "nft flush chain inet kiosk refused", "missing in table inet kiosk: chain refused: reject" },
    { "nft delete rule inet kiosk output handle "
      "$(nft -a list chain inet kiosk output | sed -n 's/.*skuid != .*handle //p')",
      "missing in table inet kiosk: chain output: oifname @lines meta skuid" },
    { "nft chain inet kiosk output '{ policy accept; }'", "policy accept" },
    { "nft add table inet kiosk '{ flags dormant; }'",
      "added in table inet kiosk: table: flags dormant" },
    { "nft flush ruleset", "missing table: inet kiosk" },
    { "nft delete table inet kiosk; nft add table inet kiosk", "missing in table inet kiosk" },
    { "nft add element inet kiosk sessions '{ 10.99.0.15 . 443 timeout 1d }'",
      "added in set sessions: 10.99.0.15 . 443" },
    { "nft add element inet kiosk sessions6 '{ fd99::1 . 443 timeout 1d }'",
      "added in set sessions6: fd99::1 . 443" },
    { "nft add element inet kiosk services '{ 0 . tcp . 10.99.0.15 . 443 }'",
      "added in set services: 0 . 6 . 10.99.0.15 . 443" },
    { "nft add element inet kiosk answers '{ tcp . 10.99.0.15 . 443 }'",
      "added in set answers: 6 . 10.99.0.15 . 443" },
    { "nft add element inet kiosk tunnel '{ 10.99.0.15 . 443 }'",
      "added in set tunnel: 10.99.0.15 . 443" },
    { "nft add element inet kiosk lines '{ wlan0 }'", "added in set lines: wlan0" },
    { "nft delete element inet kiosk lines '{ terminal0 }'", "missing in set lines: terminal0" },
    { "nft flush set inet kiosk sessions", "missing in set sessions: 10.99.0.11 . 3389" },
    { "nft 'delete element inet kiosk sessions { 10.99.0.11 . 3389 }; "
      "add element inet kiosk sessions { 10.99.0.11 . 3389 timeout 1d }'",
      "time-out in set sessions altered: 10.99.0.11 . 3389 (86400 s instead of 3 s)" },
  };
  KioskFirewall *firewall = begin ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].command);
      g_assert_true (kiosk_firewall_open (firewall, &endpoints[0], &error));
      tamper (firewall, cases[i].command, cases[i].words);
      expect_differences (firewall, NULL);
      g_assert_true (gets_through ("kiosk-connect", 0));
      g_assert_true (kiosk_firewall_close (firewall, &endpoints[0], &error));
      g_assert_false (gets_through ("kiosk-connect", 0));
    }
  kiosk_firewall_free (firewall);
}

static void
test_lines (void)
{
  static const char *const bad[] = { "term*", NULL };
  static const char *const other[] = { "eth7", NULL };
  KioskFirewall *firewall = begin ();
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_firewall_set_lines (firewall, bad, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  expect_differences (firewall, NULL);
  g_assert_true (kiosk_firewall_open (firewall, &endpoints[0], &error));
  g_assert_true (gets_through ("kiosk-connect", 0));
  g_assert_true (kiosk_firewall_set_lines (firewall, other, &error));
  g_assert_false (gets_through ("kiosk-connect", 0));
  g_assert_true (kiosk_firewall_set_lines (firewall, NULL, &error));
  g_assert_true (kiosk_firewall_set_lines (firewall, lines, &error));
  g_assert_true (gets_through ("kiosk-connect", 0));
  expect_differences (firewall, NULL);
  kiosk_firewall_free (firewall);
}

static GSubprocess *
serve (void)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *server = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "ip", "netns", "exec", "servers", "python3", "-c",
      "import selectors, socket\ns = selectors.DefaultSelector()\n"
      "for port in (3389, 3390): s.register(socket.create_server(('', port)), 1)\n"
      "print('ready', flush=True)\n"
      "while True:\n  for key, _ in s.select(): key.fileobj.accept()[0].close()\n",
      NULL);
  char line[6];

  g_assert_no_error (error);
  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stdout_pipe (server), line, sizeof line, NULL, NULL), >,
      0);
  return server;
}

int
main (int argc, char **argv)
{
  g_autoptr (GSubprocess) server = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  world_require ();
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.99.0.%u", 11 + i / 2);

      endpoints[i] = (KioskEndpoint){ .family = AF_INET, .port = (guint16) (3389 + i % 2) };
      g_assert_cmpint (inet_pton (AF_INET, address, endpoints[i].address_bytes), ==, 1);
    }
  server = serve ();
  g_test_add_func ("/firewall/random", test_random);
  g_test_add_func ("/firewall/tampering", test_tampering);
  g_test_add_func ("/firewall/lines", test_lines);
  status = g_test_run ();
  g_subprocess_force_exit (server);
  return status;
}
