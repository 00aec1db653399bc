/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* kioskd and everything that locks (R18): tokens, screens, clocks, sleep, the lid, sensors of presence and the second
 * person. What is recorded, what the policy switches off, and that many causes make one lock. */

#include "terminal.h"
#include "usb-machine.h"

#include "../lib/world.h"

#include "config.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/ipc/auth-protocol.h"
#include "kiosk/ipc/channel.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PART "/etc/maintenance-kiosk/policy.d/locks.conf"
#define CLOCK "/run/wall-clock-offset"
#define SLEPT "/run/wall-clock-slept"
#define WALL_CLOCK "/mnt/build/tests/daemon/libwall-clock.so"
#define FAKE "/mnt/build/tests/daemon/fake-sensor"

#define TOKEN "1050:0120 0.0=03/00/00*2"
#define BADGE "1050:0121 0.0=03/00/00*2"
#define CARD "/devices/pci0000:00/0000:00:02.0/drm/card0"
#define SCREEN CARD "/card0-DP-1"
#define LID "/devices/LNXSYSTM:00/LNXSYBUS:00/PNP0C0D:00/input/input4"

#define APPROVER "t-approver"
#define SERVER_SECOND "with-second"
#define PIN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define TOKENS                                                                                     \
  "[devices]\ndefault=deny\n"                                                                      \
  "[device token]\npurpose=token\nid=1050:0120\n"                                                  \
  "[device badge]\npurpose=token\nid=1050:0121\n"
#define SECOND_PERSON                                                                              \
  "[person " APPROVER "]\nname[ja]=高橋\nname[en]=Takahashi\n"                                   \
  "[role approver]\npersons=" APPROVER "\n"                                                        \
  "[server " SERVER_SECOND                                                                         \
  "]\nlabel[ja]=二人\nlabel[en]=Two\npurpose[ja]=保守\npurpose[en]=Work\n"                     \
  "address=10.99.0.11\ncertificate-sha256=" PIN "\npersons=" ENGINEER "\napproval=person\n"

static UsbMachine *machine;
static int pipes[3] = { -1, -1, -1 }; /* of the sensors desk, chair and the lid, event4 */
static int session[2] = { -1, -1 };

enum { DESK, CHAIR, LID_SWITCH };

/* ---- The machine ---- */

static void
set_seconds (const char *path, int seconds)
{
  g_autofree char *text = g_strdup_printf ("%d\n", seconds);
  g_autoptr (GError) error = NULL;

  /* In one go: half a number is another number. */
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
tell (guint sensor, const char *letter)
{
  g_assert_cmpint (write (pipes[sensor], letter, 1), ==, 1);
}

static void
make_pipes (void)
{
  static const char *const paths[] = { "/run/fake-desk", "/run/fake-chair", "/run/fake-event4" };

  g_free (world_run ("mkfifo -m 0600 /run/fake-desk /run/fake-chair /run/fake-event4"));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      /* Kept open: what is told while no sensor runs, the next one hears. */
      pipes[i] = open (paths[i], O_RDWR | O_NONBLOCK | O_CLOEXEC);
      g_assert_cmpint (pipes[i], >=, 0);
    }
}

/* As units.sh listens for the programs that are part of the product. */
static void
listen_for_sensors (void)
{
  g_free (world_run (
      "install -d -m 0755 /run/maintenance-kiosk; s=/run/maintenance-kiosk/kiosk-sensor-fake.sock; "
      "systemd-socket-activate --accept --seqpacket --listen=$s " FAKE
      " </dev/null >>/tmp/sensors.log 2>&1 & "
      "for i in $(seq 1000); do test -S $s && break; sleep 0.01; done; chmod 0600 $s; "
      "install -m 0755 " FAKE " " KIOSK_LIBEXEC_DIR "/kiosk-sensor-lid"));
}

static void
share_network (const char *command)
{
  g_autofree char *root = usb_machine_get_root (machine);
  g_autofree char *line
      = g_strdup_printf ("cd %s; for f in class/net devices/virtual; do %s; done", root, command);

  g_unsetenv ("UMOCKDEV_DIR");
  g_free (world_run (line));
  g_setenv ("UMOCKDEV_DIR", root, TRUE);
}

static void
set_up (gpointer fixture, gconstpointer data)
{
  machine = usb_machine_new ();
  usb_machine_add_other (machine, "P: " CARD "\nE: SUBSYSTEM=drm\nE: DEVTYPE=drm_minor\n\n");
  usb_machine_add_other (machine, "P: " SCREEN "\nE: SUBSYSTEM=drm\nE: DEVTYPE=drm_connector\n"
                                  "A: status=connected\\n\n\n");
  usb_machine_add_other (machine,
                         "P: " CARD "/card0-VGA-1\nE: SUBSYSTEM=drm\nE: DEVTYPE=drm_connector\n"
                         "A: status=disconnected\\n\n\n");
  share_network ("mkdir -p sys/$f; mount --bind /sys/$f sys/$f");
  set_seconds (CLOCK, 0);
  set_seconds (SLEPT, 0);
  /* a log of its own: a clock that is moved for one test only goes back behind it */
  g_free (world_run ("chattr -f -R -a " LOG_FOLDER " || true; rm -rf " LOG_FOLDER));
  terminal_write_policy ("locks");
  g_free (world_run ("install -d -m 0755 /etc/maintenance-kiosk/policy.d; rm -f " PART));
}

static void
start (const char *part)
{
  g_autofree char *preload = g_strdup (g_getenv ("LD_PRELOAD"));
  g_autofree char *both = g_strdup_printf ("%s:" WALL_CLOCK, preload);
  g_autofree char *policy = g_strconcat (TOKENS SECOND_PERSON, part, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (PART, policy, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &error);
  g_assert_no_error (error);
  g_setenv ("LD_PRELOAD", both, TRUE);
  g_setenv ("WALL_CLOCK_OFFSET", CLOCK, TRUE);
  g_setenv ("WALL_CLOCK_SLEPT", SLEPT, TRUE);
  terminal_start ();
  g_setenv ("LD_PRELOAD", preload, TRUE);
  terminal_connect ();
  terminal_wait ("state", "logged-out");
}

static void
tear_down (gpointer fixture, gconstpointer data)
{
  char rest[64];

  terminal_disconnect ();
  terminal_stop ();
  terminal_end_helpers ();
  kiosk_fd_clear (&session[0]);
  kiosk_fd_clear (&session[1]);
  world_wait_none ("kiosk-rdp");
  world_wait_none ("fake-sensor");
  for (guint i = 0; i < G_N_ELEMENTS (pipes); i++)
    while (read (pipes[i], rest, sizeof rest) > 0)
      ;
  log_verify ();
  share_network ("umount sys/$f");
  usb_machine_free (machine);
}

/* ---- The terminal ---- */

static void
turn (void)
{
  usb_machine_turn (machine);
  terminal_turn ();
}

static JsonObject *
wait_record (guint mark, const char *action, guint nth)
{
  gint64 deadline = g_get_monotonic_time () + WORLD_PATIENCE_SECONDS * G_USEC_PER_SEC;
  JsonObject *record;

  while ((record = log_find (mark, action, nth)) == NULL)
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("no record %s", action);
      turn ();
    }
  return record;
}

static void
check_text (const char *key, const char *value)
{
  g_autofree char *now = terminal_get (key);

  g_assert_cmpstr (now, ==, value);
}

/* The one lock behind @mark, because of @cause, with @words in its message. */
static void
check_lock (guint mark, const char *cause, const char *words)
{
  g_autoptr (JsonObject) record = wait_record (mark, "lock", 0);
  g_autoptr (JsonObject) more = log_find (mark, "lock", 1);

  g_assert_cmpstr (log_get (record, "event.reason"), ==, cause);
  g_assert_cmpstr (log_get (record, "user.id"), ==, ENGINEER);
  if (words == NULL)
    g_assert_null (log_get (record, "message"));
  else if (strstr (log_get (record, "message"), words) == NULL)
    g_error ("%s does not stand in: %s", words, log_get (record, "message"));
  g_assert_cmpint (json_object_get_int_member (record, "kiosk.absence"), >, 0);
  g_assert_null (more);
  terminal_wait ("state", "locked");
  check_text ("lock-cause", cause);
}

static void
unlock (const char *state)
{
  terminal_authenticate ("unlock", "", PASSWORD_OF (ENGINEER), state);
}

static void
plug (const char *port, const char *line)
{
  guint mark = log_mark ();
  g_autoptr (JsonObject) record = NULL;

  usb_machine_plug (machine, port, line, NULL, NULL);
  record = wait_record (mark, "device-allowed", 0);
}

/* ---- Causes ---- */

static void
test_token (gpointer fixture, gconstpointer data)
{
  guint mark;
  g_autoptr (JsonObject) removed = NULL;

  start ("");
  terminal_log_in ();
  plug ("1-7", TOKEN);
  mark = log_mark ();
  usb_machine_unplug (machine, "1-7");
  check_lock (mark, "token", "rule=token");
  removed = wait_record (mark, "device-removed", 0);
  log_check_order (mark, "lock device-removed");
  unlock ("choosing");
}

static void
test_clock_step (gpointer fixture, gconstpointer data)
{
  guint mark;

  start ("");
  terminal_log_in ();
  mark = log_mark ();
  set_seconds (CLOCK, 60);
  check_lock (mark, "clock-step", "by +60.");
  log_check_order (mark, "clock-stepped lock");
  unlock ("choosing");
}

/* The clock on the wall went on while the machine slept: nobody has set it. */
static void
test_suspend (gpointer fixture, gconstpointer data)
{
  guint mark;

  start ("");
  terminal_log_in ();
  mark = log_mark ();
  set_seconds (SLEPT, 90);
  check_lock (mark, "suspend", "slept for 90.");
  log_check_none (mark, "clock-stepped");
  log_check_none (mark, "logout");
}

static void
test_screen (gpointer fixture, gconstpointer data)
{
  guint mark;

  start ("");
  terminal_log_in ();
  mark = log_mark ();
  /* one more is no reason */
  usb_machine_change_other (machine, CARD "/card0-VGA-1", "status", "connected\n");
  usb_machine_change_other (machine, CARD, "dev", "226:0");
  usb_machine_change_other (machine, SCREEN, "status", "disconnected\n");
  check_lock (mark, "screen-off", "card0-DP-1");
  usb_machine_change_other (machine, SCREEN, "status", "connected\n");
  unlock ("choosing");
}

static void
add_lid (void)
{
  usb_machine_add_other (machine, "P: /devices/LNXSYSTM:00/LNXSYBUS:00/PNP0C0D:00\n"
                                  "E: SUBSYSTEM=acpi\n\n"
                                  "P: " LID "\nE: SUBSYSTEM=input\nA: capabilities/sw=1\\n\n\n"
                                  "P: " LID "/event4\nE: SUBSYSTEM=input\n\n");
}

/* kiosk-sensor-lid is played: there are no event nodes here. What it makes of a switch: test-lid. */
static void
test_lid (gpointer fixture, gconstpointer data)
{
  guint mark;

  add_lid ();
  start ("");
  terminal_log_in ();
  mark = log_mark ();
  tell (LID_SWITCH, "p");
  tell (LID_SWITCH, "a");
  check_lock (mark, "lid", "lid: closed");
  tell (LID_SWITCH, "p");
  unlock ("choosing");
  /* who begins with a closed lid has another screen */
  terminal_request ("Logout", NULL);
  terminal_wait ("state", "logged-out");
  world_wait_none ("kiosk-sensor-lid");
  tell (LID_SWITCH, "a");
  mark = log_mark ();
  terminal_log_in ();
  tell (LID_SWITCH, "p");
  tell (LID_SWITCH, "x");
  {
    g_autoptr (JsonObject) fault = wait_record (mark, "presence-fault", 0);

    g_assert_cmpstr (log_get (fault, "message"), ==, "lid: kiosk-sensor-lid: ended");
  }
  check_lock (mark, "presence", "lid: the sensor failed");
}

/* Everything that may be switched off is, and happens all the same. */
static void
test_off (gpointer fixture, gconstpointer data)
{
  g_autoptr (JsonObject) removed = NULL;
  g_autoptr (JsonObject) stepped = NULL;
  guint mark;

  add_lid ();
  start ("[lock]\ntoken=false\nlid=false\nsuspend=false\nscreen-off=false\nclock-step=false\n"
         "second-person=false\n[presence chair]\nsensor=fake\nwho=second-person\n");
  terminal_log_in ();
  plug ("1-7", TOKEN);
  mark = log_mark ();
  tell (LID_SWITCH, "a");
  tell (CHAIR, "a");
  usb_machine_change_other (machine, SCREEN, "status", "disconnected\n");
  usb_machine_unplug (machine, "1-7");
  removed = wait_record (mark, "device-removed", 0);
  set_seconds (SLEPT, 90);
  set_seconds (CLOCK, 60);
  stepped = wait_record (mark, "clock-stepped", 0);
  check_text ("state", "choosing");
  g_assert_cmpuint (world_count_processes ("kiosk-sensor-lid"), ==, 0);
  g_assert_cmpuint (world_count_processes ("fake-sensor"), ==, 0);
  log_check_none (mark, "lock");
  terminal_request ("Lock", g_variant_new ("(s)", "button"));
  check_lock (mark, "button", NULL);
}

/* The socket of umockdev's notices holds ten: kioskd has heard of those before when it has answered twice. */
static void
settle (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *state = terminal_get ("state");

      g_assert_nonnull (state);
    }
}

/* Many causes at once are one lock, and an unlock that they meet is none. */
static void
test_storm (gpointer fixture, gconstpointer data)
{
  g_autoptr (JsonObject) cancelled = NULL;
  g_autoptr (JsonObject) removed = NULL;
  g_autoptr (JsonObject) stepped = NULL;
  guint mark;
  int conversation;

  start ("");
  terminal_log_in ();
  plug ("1-7", TOKEN);
  plug ("1-8", BADGE);
  mark = log_mark ();
  for (guint i = 0; i < 20; i++)
    {
      usb_machine_change_other (machine, SCREEN, "status",
                                i % 2 == 0 ? "disconnected\n" : "connected\n");
      settle ();
    }
  usb_machine_change_other (machine, SCREEN, "status", "disconnected\n");
  usb_machine_unplug (machine, "1-7");
  set_seconds (CLOCK, 60);
  removed = wait_record (mark, "device-removed", 0);
  stepped = wait_record (mark, "clock-stepped", 0);
  terminal_wait ("state", "locked");
  g_assert_nonnull (log_find (mark, "lock", 0));
  g_assert_null (log_find (mark, "lock", 1));

  conversation = terminal_begin ("unlock", "");
  check_text ("state", "unlocking");
  usb_machine_unplug (machine, "1-8");
  cancelled = wait_record (mark, "conversation-cancelled", 0);
  g_assert_cmpstr (log_get (cancelled, "event.reason"), ==, "token");
  check_text ("state", "locked");
  kiosk_fd_clear (&conversation);
  world_wait_none ("kiosk-auth");
  g_assert_null (log_find (mark, "lock", 1));
  unlock ("choosing");
}

/* ---- Sensors ---- */

static void
wait_fault (guint mark, const char *reason, const char *message)
{
  g_autoptr (JsonObject) record = wait_record (mark, "presence-fault", 0);

  g_assert_cmpstr (log_get (record, "event.outcome"), ==, "failure");
  g_assert_cmpstr (log_get (record, "event.reason"), ==, reason);
  g_assert_cmpstr (log_get (record, "message"), ==, message);
}

static void
wait_sensor (void)
{
  while (world_count_processes ("fake-sensor") == 0)
    turn ();
}

static void
test_sensor (gpointer fixture, gconstpointer data)
{
  guint mark;

  start ("[presence desk]\nsensor=fake\n");
  g_assert_cmpuint (world_count_processes ("fake-sensor"), ==, 0);
  terminal_log_in ();
  mark = log_mark ();
  tell (DESK, "a");
  check_lock (mark, "presence", "desk: nobody there");
  /* one that cannot make up its mind makes one lock all the same */
  for (guint i = 0; i < 50; i++)
    {
      tell (DESK, "p");
      tell (DESK, "a");
    }
  tell (DESK, "x");
  wait_fault (mark, "ended", "desk: kiosk-sensor-fake: ended");
  check_lock (mark, "presence", "desk: nobody there");
  /* who proves it is there, whatever the sensor says */
  unlock ("choosing");
  /* the next one is begun */
  wait_sensor ();
  mark = log_mark ();
  tell (DESK, "p");
  tell (DESK, "j");
  wait_fault (mark, "protocol", "desk: kiosk-sensor-fake: not a report");
  check_lock (mark, "presence", "desk: the sensor failed");
  terminal_request ("Dismiss", NULL);
  unlock ("choosing");
  terminal_request ("Logout", NULL);
  terminal_wait ("state", "logged-out");
  world_wait_none ("fake-sensor");
}

/* Silence; and a fault that the policy ignores. */
static void
test_fault (gpointer fixture, gconstpointer data)
{
  guint mark;

  start ("[presence desk]\nsensor=fake\n[presence chair]\nsensor=fake\nfault=ignore\n"
         "[presence none]\nsensor=missing\nfault=ignore\n");
  mark = log_mark ();
  terminal_log_in ();
  wait_fault (mark, "internal", "none: kiosk-sensor-missing: does not start");
  check_text ("state", "choosing");
  mark = log_mark ();
  tell (CHAIR, "x");
  wait_fault (mark, "ended", "chair: kiosk-sensor-fake: ended");
  check_text ("state", "choosing");
  mark = log_mark ();
  tell (DESK, "s");
  check_lock (mark, "presence", "desk: the sensor failed");
  wait_fault (mark, "timeout", "desk: kiosk-sensor-fake: silent");
}

/* ---- The second person ---- */

/* The first message of a conversation; the prompt for the password follows. */
static void
type_id (int conversation, const char *id)
{
  KioskAuthMessage message = { .kind = KIOSK_AUTH_MESSAGE_START };

  g_assert_true (kiosk_channel_text_set (message.text, sizeof message.text, id));
  g_assert_true (kiosk_channel_send (conversation, &message, sizeof message, NULL, 0, NULL));
  g_assert_true (
      kiosk_channel_receive_exact (conversation, &message, sizeof message, NULL, 0, NULL));
  g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_SECRET);
}

static void
open_session (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) approval = NULL;
  g_autoptr (GVariant) answer = NULL;
  int conversation[2] = { -1, -1 };

  approval
      = terminal_call ("BeginApproval", g_variant_new ("(s)", SERVER_SECOND), conversation, &error);
  g_assert_no_error (error);
  world_limit_waiting (conversation[0]);
  type_id (conversation[0], APPROVER);
  terminal_answer (conversation[0], PASSWORD_OF (APPROVER));
  terminal_wait ("state", "choosing");
  answer = terminal_call ("Connect", g_variant_new ("(sssuu)", SERVER_SECOND, "", "", 1280, 752),
                          session, &error);
  g_assert_no_error (error);
}

static void
test_second_person (gpointer fixture, gconstpointer data)
{
  g_autoptr (GSubprocess) server = terminal_serve_answering ();
  guint mark;

  start ("[presence chair]\nsensor=fake\nwho=second-person\n");
  terminal_log_in ();
  /* without a session there is nothing to see */
  mark = log_mark ();
  tell (CHAIR, "a");
  tell (CHAIR, "p");
  open_session ();
  terminal_wait ("state", "connected");
  log_check_none (mark, "lock");
  mark = log_mark ();
  tell (CHAIR, "a");
  check_lock (mark, "second-person", "chair: nobody there");
  /* unlocked without them: locked again */
  mark = log_mark ();
  unlock ("locked");
  check_lock (mark, "second-person", "chair: not there");
  log_check_order (mark, "unlock-begun unlock lock");
  tell (CHAIR, "p");
  mark = log_mark ();
  unlock ("connected");
  log_check_none (mark, "lock");
  terminal_end_server (g_steal_pointer (&server));
}

static void
test_second_token (gpointer fixture, gconstpointer data)
{
  g_autoptr (GSubprocess) server = terminal_serve_answering ();
  g_autoptr (JsonObject) removed = NULL;
  guint mark;

  start ("[presence seal]\ntoken=badge\nwho=second-person\n");
  terminal_log_in ();
  plug ("1-8", BADGE);
  /* it is not the token of who is logged in */
  mark = log_mark ();
  usb_machine_unplug (machine, "1-8");
  removed = wait_record (mark, "device-removed", 0);
  log_check_none (mark, "lock");
  plug ("1-8", BADGE);
  open_session ();
  terminal_wait ("state", "connected");
  log_check_none (mark, "lock");
  mark = log_mark ();
  usb_machine_unplug (machine, "1-8");
  check_lock (mark, "second-person", "rule=badge");
  mark = log_mark ();
  unlock ("locked");
  check_lock (mark, "second-person", "seal: not there");
  plug ("1-8", BADGE);
  mark = log_mark ();
  unlock ("connected");
  log_check_none (mark, "lock");
  terminal_end_server (g_steal_pointer (&server));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*run) (gpointer fixture, gconstpointer data);
  } tests[] = {
    { "/locks/token", test_token },
    { "/locks/clock-step", test_clock_step },
    { "/locks/suspend", test_suspend },
    { "/locks/screen", test_screen },
    { "/locks/lid", test_lid },
    { "/locks/off", test_off },
    { "/locks/storm", test_storm },
    { "/locks/sensor", test_sensor },
    { "/locks/fault", test_fault },
    { "/locks/second-person", test_second_person },
    { "/locks/second-token", test_second_token },
  };
  g_autofree char *copy = NULL;

  g_test_init (&argc, &argv, NULL);
  world_require ();
  usb_machine_require ();
  g_assert_cmpint (argc, ==, 2);
  copy = g_strdup_printf ("install -m 0755 '%s' " KIOSK_LIBEXEC_DIR "/kiosk-rdp", argv[1]);
  g_free (world_run (copy));
  g_assert_true (g_file_set_contents ("/run/hostile", "works", -1, NULL));
  terminal_make_people ();
  world_add_person (APPROVER, PASSWORD_OF (APPROVER));
  make_pipes ();
  listen_for_sensors ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
