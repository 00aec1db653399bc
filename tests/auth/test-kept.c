/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* A terminal whose /etc nobody can write: kiosk-auth sees the copy that kioskd keeps, in a mount of its own as its unit
 * makes it. A password that is changed there is the one that counts, until the image says otherwise. */

#include "neighbours.h"

#include "../lib/world.h"

#include "kiosk/base/error.h"
#include "kept-files.h"

#define STATE "/var/lib/maintenance-kiosk"
#define FRESH "Kaede-2027-fresh"
#define PERSON "t-right"

static void
refresh (void)
{
  g_autoptr (GError) error = NULL;

  kiosk_kept_files_refresh ("/etc", STATE, &error);
  g_assert_no_error (error);
}

/* The program is replaced by a script that mounts, as systemd would, and becomes it. */
static void
confine (void)
{
  g_free (world_run ("cd /usr/libexec/maintenance-kiosk; mv kiosk-auth kiosk-auth.real; "
                     "printf '#!/bin/sh\\nexec unshare --mount --propagation private -- sh -c "
                     "\"mount -o bind,ro /etc /etc && mount --bind " STATE "/etc /etc && "
                     "exec /usr/libexec/maintenance-kiosk/kiosk-auth.real\"\\n' >kiosk-auth; "
                     "chmod 0755 kiosk-auth"));
}

static void
change (const char *current, const char *fresh)
{
  KioskAuthMessage message;
  Auth auth;

  auth_start (&auth);
  auth_send_task (&auth, KIOSK_AUTH_CHANGE, PERSON);
  auth_say (&auth, KIOSK_AUTH_MESSAGE_START, "");
  auth_answer (&auth, KIOSK_PAM_TOPIC_NONE, current);
  auth_answer (&auth, KIOSK_PAM_TOPIC_CURRENT, current);
  auth_answer (&auth, KIOSK_PAM_TOPIC_NEW, fresh);
  auth_answer (&auth, KIOSK_PAM_TOPIC_AGAIN, fresh);
  while (auth_hear (&auth, &message))
    g_assert_cmpuint (message.kind, ==, KIOSK_AUTH_MESSAGE_INFO);
  g_assert_cmpuint (auth_take_verdict (&auth).reason, ==, KIOSK_AUTH_REASON_NONE);
  auth_end (&auth);
}

static void
test_changed (void)
{
  g_autofree char *before = world_run ("cat /etc/shadow");
  g_autofree char *after = NULL;

  refresh ();
  change (PASSWORD, FRESH);
  g_assert_cmpuint (auth_log_in (PERSON, FRESH), ==, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpuint (auth_log_in (PERSON, PASSWORD), ==, KIOSK_AUTH_REASON_PASSWORD);
  after = world_run ("cat /etc/shadow");
  g_assert_cmpstr (before, ==, after);
  /* another start of the same image */
  refresh ();
  g_assert_cmpuint (auth_log_in (PERSON, FRESH), ==, KIOSK_AUTH_REASON_NONE);
  g_free (world_run ("[ \"$(stat -c %U:%a " STATE "/etc/shadow)\" = root:600 ]"));
}

/* A new image: somebody else's account has changed, then this one's. */
static void
test_new_image (void)
{
  world_add_person ("t-other", "Sakura-4711-bird");
  refresh ();
  g_assert_cmpuint (auth_log_in (PERSON, FRESH), ==, KIOSK_AUTH_REASON_NONE);
  g_assert_cmpuint (auth_log_in ("t-other", "Sakura-4711-bird"), ==, KIOSK_AUTH_REASON_NONE);
  g_free (world_run ("echo '" PERSON ":Ringo+8812-cloud' | chpasswd --crypt-method YESCRYPT"));
  refresh ();
  g_assert_cmpuint (auth_log_in (PERSON, FRESH), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_assert_cmpuint (auth_log_in (PERSON, "Ringo+8812-cloud"), ==, KIOSK_AUTH_REASON_NONE);
  g_free (world_run ("usermod -L " PERSON));
  refresh ();
  g_assert_cmpuint (auth_log_in (PERSON, "Ringo+8812-cloud"), ==, KIOSK_AUTH_REASON_PASSWORD);
  g_free (world_run ("userdel " PERSON));
  refresh ();
  g_assert_cmpuint (auth_log_in (PERSON, "Ringo+8812-cloud"), ==, KIOSK_AUTH_REASON_UNKNOWN);
}

/* A code that was used stays used; who is enrolled anew begins anew. */
static void
test_codes (void)
{
  g_free (world_run ("install -d /etc/maintenance-kiosk; umask 077; "
                     "printf 'HOTP/T30/6\\ta\\t-\\t3132\\n' >/etc/maintenance-kiosk/oath.users"));
  refresh ();
  g_free (world_run ("printf 'HOTP/T30/6\\ta\\t-\\t3132\\t1\\t123456\\n' >" STATE "/oath/users"));
  refresh ();
  g_free (world_run ("grep -q 123456 " STATE "/oath/users"));
  g_free (world_run ("printf 'HOTP/T30/6\\ta\\t-\\t3133\\n' >/etc/maintenance-kiosk/oath.users"));
  refresh ();
  g_free (world_run ("grep -q 3133 " STATE "/oath/users; ! grep -q 123456 " STATE "/oath/users"));
  g_free (world_run ("[ \"$(stat -c %U:%a " STATE "/oath/users)\" = root:600 ]"));
}

static void
test_no_accounts (void)
{
  g_autoptr (GError) error = NULL;

  g_free (world_run ("mkdir -p /tmp/etc; : >/tmp/etc/passwd; : >/tmp/etc/nsswitch.conf"));
  g_assert_false (kiosk_kept_files_refresh ("/tmp/etc", STATE, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
  g_assert_false (kiosk_kept_files_are_used ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  world_require ();
  auth_make_people ();
  confine ();
  g_test_add_func ("/kept/changed", test_changed);
  g_test_add_func ("/kept/new-image", test_new_image);
  g_test_add_func ("/kept/codes", test_codes);
  g_test_add_func ("/kept/no-accounts", test_no_accounts);
  return g_test_run ();
}
