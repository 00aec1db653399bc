/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-bench"

/* What the firewall costs; see README.md. Run inside a world by the script beside this. Prints a table. */

#include "firewall.h"

#include <arpa/inet.h>
#include <gio/gio.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define OPENS 2000
#define COMMANDS 60
#define CONNECTS 500
#define CHECKS 400

/* kioskd looks every 5 seconds, and after each of its own changes: 3 renewals a minute while a session runs. */
#define CHECKS_PER_HOUR (720 + 180)

static const char *const lines[] = { "terminal0", NULL };

static KioskEndpoint
endpoint (guint16 port)
{
  KioskEndpoint e = { .family = AF_INET, .port = port };

  inet_pton (AF_INET, "10.99.0.11", e.address_bytes);
  return e;
}

static void
check (gboolean good, GError *error)
{
  if (good)
    return;
  g_printerr ("bench-firewall: %s\n", error != NULL ? error->message : "failed");
  exit (EXIT_FAILURE);
}

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  check (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                       NULL, NULL, NULL, NULL, &status, &error),
         error);
  check (g_spawn_check_wait_status (status, &error), error);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* Median of @n values, and the one below which 95 % lie. */
static double
median (double *values, guint n, double *high)
{
  qsort (values, n, sizeof *values, compare);
  *high = values[n * 95 / 100];
  return values[n / 2];
}

static double
milliseconds_since (gint64 begun)
{
  return (double) (g_get_monotonic_time () - begun) / 1000;
}

static double
measure_open_close (KioskFirewall *firewall, double *high)
{
  static double values[OPENS];
  KioskEndpoint e = endpoint (3389);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < OPENS; i++)
    {
      gint64 begun = g_get_monotonic_time ();

      check (kiosk_firewall_open (firewall, &e, &error), error);
      check (kiosk_firewall_close (firewall, &e, &error), error);
      values[i] = milliseconds_since (begun);
    }
  return median (values, OPENS, high);
}

static double
measure_command (double *high)
{
  static const char *const add[]
      = { "nft", "add element inet kiosk sessions { 10.99.0.11 . 3389 }", NULL };
  static const char *const delete[]
      = { "nft", "delete element inet kiosk sessions { 10.99.0.11 . 3389 }", NULL };
  static double values[COMMANDS];

  for (guint i = 0; i < COMMANDS; i++)
    {
      gint64 begun = g_get_monotonic_time ();

      run (add);
      run (delete);
      values[i] = milliseconds_since (begun);
    }
  return median (values, COMMANDS, high);
}

/* @firewall NULL: the same without one. As kiosk-connect. */
static double
measure_connect (KioskFirewall *firewall, double *high)
{
  static double values[CONNECTS];
  KioskEndpoint e = endpoint (3389);
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (3389) };
  const struct passwd *user = getpwnam ("kiosk-connect");
  g_autoptr (GError) error = NULL;

  memcpy (&to.sin_addr, e.address_bytes, 4);
  for (guint i = 0; i < CONNECTS; i++)
    {
      gint64 begun = g_get_monotonic_time ();
      int fd;

      if (firewall != NULL)
        check (kiosk_firewall_open (firewall, &e, &error), error);
      check (seteuid (user->pw_uid) == 0, NULL);
      fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      check (seteuid (0) == 0, NULL);
      check (fd >= 0 && connect (fd, (struct sockaddr *) &to, sizeof to) == 0, NULL);
      values[i] = milliseconds_since (begun);
      close (fd);
      if (firewall != NULL)
        check (kiosk_firewall_close (firewall, &e, &error), error);
    }
  return median (values, CONNECTS, high);
}

static double
cpu_milliseconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

/* CPU of one look at kernel and plan, with a session open. */
static double
measure_check (KioskFirewall *firewall)
{
  KioskEndpoint e = endpoint (3389);
  g_autoptr (GError) error = NULL;
  double begun;

  check (kiosk_firewall_open (firewall, &e, &error), error);
  begun = cpu_milliseconds ();
  for (guint i = 0; i < CHECKS; i++)
    {
      g_autoptr (GPtrArray) differences = NULL;
      g_autoptr (KioskFirewallState) state = NULL;

      check (kiosk_firewall_check (firewall, &differences, &state, &error), error);
      check (differences->len == 0, NULL);
    }
  check (kiosk_firewall_renew (firewall, &e, &error), error);
  check (kiosk_firewall_close (firewall, &e, &error), error);
  return (cpu_milliseconds () - begun) / CHECKS;
}

/* Somebody tries everything: the sets of what was refused are full. */
static void
flood (void)
{
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in to = { .sin_family = AF_INET };

  inet_pton (AF_INET, "10.99.0.12", &to.sin_addr);
  for (guint port = 1; port < 1000; port++)
    {
      to.sin_port = htons ((guint16) port);
      check (sendto (fd, "x", 1, 0, (struct sockaddr *) &to, sizeof to) != 1, NULL);
    }
  close (fd);
}

static void
print_row (const char *name, double value, const char *unit, const char *more)
{
  g_print ("| %s | %.3f %s | %s |\n", name, value, unit, more);
}

int
main (void)
{
  static const char *const flush[] = { "nft", "flush ruleset", NULL };
  g_autoptr (GError) error = NULL;
  KioskFirewall *firewall = kiosk_firewall_new (NULL, &error);
  double high, pair, command, with, without, look, full;
  g_autofree char *text = NULL;

  check (firewall != NULL, error);
  check (kiosk_firewall_set_lines (firewall, lines, &error), error);
  pair = measure_open_close (firewall, &high);
  g_print ("| | median | |\n|---|---|---|\n");
  text = g_strdup_printf ("95 %% below %.3f ms; goal: below 1 ms", high);
  print_row ("open and close, in process", pair, "ms", text);
  command = measure_command (&high);
  g_free (text);
  text = g_strdup_printf ("%.0f times as long", command / pair);
  print_row ("the same by running nft", command, "ms", text);
  with = measure_connect (firewall, &high);
  look = measure_check (firewall);
  flood ();
  full = measure_check (firewall);
  kiosk_firewall_free (firewall);
  run (flush);
  without = measure_connect (NULL, &high);
  g_free (text);
  text = g_strdup_printf (
      "%.3f ms with it, opened for each, %.3f ms without a firewall; goal: below 5 ms", with,
      without);
  print_row ("added to a connection", with - without, "ms", text);
  g_free (text);
  text = g_strdup_printf ("%.1f s CPU an hour, %.4f %%; goal: below 0.1 %%",
                          look * CHECKS_PER_HOUR / 1000, look * CHECKS_PER_HOUR / 36000);
  print_row ("one look at kernel and plan, CPU", look, "ms", text);
  g_free (text);
  text = g_strdup_printf ("%.1f s CPU an hour, %.4f %%", full * CHECKS_PER_HOUR / 1000,
                          full * CHECKS_PER_HOUR / 36000);
  print_row ("the same while somebody tries everything", full, "ms", text);
  return EXIT_SUCCESS;
}
