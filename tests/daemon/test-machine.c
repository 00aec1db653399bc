/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The real kioskd and the machine around it: its service manager, how the machine was started, and
 * switching it off. */

#include "terminal.h"

#include "../lib/world.h"

#include "config.h"

#include "kiosk/base/descriptor.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define NOTIFY "/run/notify"
#define COMMAND_LINE KIOSK_DATA_DIR "/cmdline"

static void
check_text (const char *key, const char *value)
{
  g_autofree char *now = terminal_get (key);

  g_assert_cmpstr (now, ==, value);
}

/* ---- The service manager ---- */

static int
listen_as_manager (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = NOTIFY };
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  unlink (NOTIFY);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  world_limit_waiting (fd);
  return fd;
}

/* The next message; owned by the caller. */
static char *
hear (int manager)
{
  char text[512] = "";

  g_assert_cmpint (recv (manager, text, sizeof text - 1, 0), >, 0);
  return g_strdup (text);
}

/* Waits for @message; what comes before it is not looked at. */
static void
hear_until (int manager, const char *message)
{
  g_autofree char *text = hear (manager);

  while (!g_str_equal (text, message))
    {
      g_free (text);
      text = hear (manager);
    }
}

/* How many messages come within @ms. */
static guint
count_heard (int manager, guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;
  char text[512];
  guint n = 0;

  while (g_get_monotonic_time () < until)
    {
      if (recv (manager, text, sizeof text, MSG_DONTWAIT) > 0)
        n++;
      g_usleep (5000);
    }
  return n;
}

static void
test_manager (void)
{
  kiosk_autofd int manager = listen_as_manager ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_setenv ("NOTIFY_SOCKET", NOTIFY, TRUE);
  g_setenv ("WATCHDOG_USEC", "600000", TRUE);
  terminal_write_policy ("notice");
  terminal_start ();
  first = hear (manager);
  second = hear (manager);
  g_assert_cmpstr (first, ==, "STATUS=Ready, nobody is logged in");
  g_assert_cmpstr (second, ==, "READY=1");
  for (guint i = 0; i < 3; i++)
    hear_until (manager, "WATCHDOG=1");

  /* The main loop stands still, then goes on. */
  terminal_signal (SIGSTOP);
  g_usleep (300000);
  count_heard (manager, 50);
  g_assert_cmpuint (count_heard (manager, 1500), ==, 0);
  terminal_signal (SIGCONT);
  hear_until (manager, "WATCHDOG=1");

  terminal_connect ();
  terminal_log_in ();
  hear_until (manager, "STATUS=In use, not connected");
  terminal_disconnect (); /* the shell is gone */
  hear_until (manager, "STATUS=Ready, nobody is logged in");
  terminal_break_policy ();
  terminal_signal (SIGHUP);
  hear_until (manager, "STATUS=Out of service: P-01");
  terminal_signal (SIGTERM);
  hear_until (manager, "STOPPING=1");
  terminal_wait_end ();
  g_unsetenv ("NOTIFY_SOCKET");
  g_unsetenv ("WATCHDOG_USEC");
}

/* ---- How the machine was started ---- */

static const struct {
  const char *make;    /* makes the image's own line out of the kernel's */
  const char *message; /* what is recorded; NULL: in service */
} starts[] = {
  { "rm -f " COMMAND_LINE, NULL },
  { "cp /proc/cmdline " COMMAND_LINE, NULL },
  { "(echo -n 'roothash=@HASH@ '; cat /proc/cmdline) >" COMMAND_LINE, NULL },
  { "(tr -d '\\n' </proc/cmdline; echo ' kiosk.word=\\1') >" COMMAND_LINE, "kiosk.word=\\\\1" },
  { "echo >" COMMAND_LINE, "" }, /* the kernel's first word, whatever it is */
  { "rm -f " COMMAND_LINE "; mkdir " COMMAND_LINE, "the image's own: not a regular file" },
  { "rmdir " COMMAND_LINE "; ln -s /proc/cmdline " COMMAND_LINE,
    "the image's own: is a symbolic link" },
  { "rm " COMMAND_LINE "; cp /proc/cmdline " COMMAND_LINE "; chmod 0666 " COMMAND_LINE,
    "the image's own: group or others may write the file" },
};

static void
test_start (void)
{
  g_free (world_run ("mkdir -p " KIOSK_DATA_DIR));
  terminal_write_policy ("notice");
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      guint mark = log_mark ();

      g_test_message ("%s", starts[i].make);
      g_free (world_run (starts[i].make));
      terminal_start ();
      terminal_connect ();
      if (starts[i].message == NULL)
        {
          check_text ("state", "logged-out");
          log_check_none (mark, "boot-refused");
        }
      else
        {
          g_autoptr (JsonObject) record = log_wait (mark, "boot-refused", 0);
          g_autoptr (GVariant) terminal = terminal_call ("GetTerminal", NULL, NULL, NULL);
          g_autoptr (GVariant) keys = g_variant_get_child_value (terminal, 0);

          check_text ("state", "stopped");
          check_text ("stop-code", "B-01");
          /* whom to call is known all the same */
          g_assert_true (g_variant_lookup (keys, "contact-en", "s", NULL));
          g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
          g_assert_cmpstr (log_get (record, "event.reason"), ==, "boot");
          if (*starts[i].message != '\0')
            g_assert_cmpstr (log_get (record, "message"), ==, starts[i].message);
          /* nothing mends it, and it is told once */
          terminal_signal (SIGHUP);
          for (guint turn = 0; turn < 20; turn++)
            terminal_turn ();
          check_text ("stop-code", "B-01");
          g_assert_null (log_find (mark, "boot-refused", 1));
          log_check_order (mark, "log-opened daemon-started boot-refused terminal-stopped");
          log_check_none (mark, "terminal-ready");
        }
      terminal_disconnect ();
      terminal_stop ();
    }
  g_free (world_run ("rm -f " COMMAND_LINE));
}

/* ---- Switching off ---- */

static void
check_stays_on (guint mark)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = NULL;

  g_assert_null (terminal_call ("PowerOff", NULL, NULL, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_FAILED);
  record = log_wait (mark, "power-off", 0);
  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "unknown");
}

/* Process 1 of a world has no answer to the signal, so the machine that this runs on stays. */
static void
test_power_off (void)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) second = NULL;

  terminal_write_policy ("notice");
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "logged-out");
  check_stays_on (mark); /* no systemd here */
  g_free (world_run ("mkdir -p /run/systemd/system"));
  terminal_request ("PowerOff", NULL);
  second = log_wait (mark, "power-off", 1);
  g_free (world_run ("rmdir /run/systemd/system"));
  check_text ("state", "logged-out");
  terminal_disconnect ();
  terminal_stop ();

  /* out of service */
  mark = log_mark ();
  terminal_break_policy ();
  terminal_start ();
  terminal_connect ();
  terminal_wait ("state", "stopped");
  check_stays_on (mark);
  terminal_disconnect ();
  terminal_stop ();
  log_verify ();
}

/* ---- The image ---- */

static char *
get_of_terminal (const char *key)
{
  g_autoptr (GVariant) answer = terminal_call ("GetTerminal", NULL, NULL, NULL);
  g_autoptr (GVariant) keys = g_variant_get_child_value (answer, 0);
  char *value = NULL;

  g_assert_true (g_variant_lookup (keys, key, "s", &value));
  return value;
}

static const struct {
  const char *lines; /* of os-release */
  const char *version, *date;
} images[] = {
  { "", KIOSK_VERSION, "" },
  { "IMAGE_VERSION=2026.11.2\\nKIOSK_IMAGE_DATE=2026-11-20\\n", "2026.11.2", "2026-11-20" },
  { "IMAGE_VERSION=\"2026.11.2\"\\nKIOSK_IMAGE_DATE=\"2026-11-20\"\\n", "2026.11.2", "2026-11-20" },
  { "IMAGE_VERSION=2026.11.2\\n", "2026.11.2", "" },
  { "IMAGE_VERSION=2026.11.2\\nKIOSK_IMAGE_DATE=20.11.2026\\n", "2026.11.2", "" },
  { "KIOSK_IMAGE_DATE=2026-11-20\\n", KIOSK_VERSION, "" }, /* no image: nothing has an age */
};

static void
test_image (void)
{
  terminal_write_policy ("notice");
  g_free (world_run ("cp /etc/os-release /tmp/os-release"));
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    {
      g_autofree char *command = g_strdup_printf (
          "rm -f /etc/os-release; (cat /tmp/os-release; printf '%s') >/etc/os-release",
          images[i].lines);
      g_autofree char *version = NULL;
      g_autofree char *date = NULL;

      g_test_message ("%s", images[i].lines);
      g_free (world_run (command));
      terminal_start ();
      terminal_connect ();
      version = get_of_terminal ("image-version");
      date = get_of_terminal ("image-date");
      g_assert_cmpstr (version, ==, images[i].version);
      g_assert_cmpstr (date, ==, images[i].date);
      terminal_disconnect ();
      terminal_stop ();
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  terminal_make_people ();
  g_test_add_func ("/machine/manager", test_manager);
  g_test_add_func ("/machine/start", test_start);
  g_test_add_func ("/machine/power-off", test_power_off);
  g_test_add_func ("/machine/image", test_image);
  return g_test_run ();
}
