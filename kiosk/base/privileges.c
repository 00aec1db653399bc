/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-base"

#include "kiosk/base/privileges.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static gboolean
failed (GError **error, const char *what)
{
  return kiosk_error_set_errno (error, errno, what);
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, why);
  return FALSE;
}

/* Capabilities by the raw call: libcap would be one more library for six lines. */
static gboolean
clear_capabilities (GError **error)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[2] = { 0 };

  if (prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
    return failed (error, "PR_CAP_AMBIENT_CLEAR_ALL");
  /* A unit without capabilities refuses the call itself; whether anything is left is proved next. */
  if (syscall (SYS_capset, &header, data) != 0 && errno != EPERM)
    return failed (error, "capset");
  return TRUE;
}

/* What was given up must not come back: each way is tried, and must fail. */
static gboolean
prove_no_way_back (uid_t uid, gid_t gid, GError **error)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[2];
  uid_t r, e, s;
  gid_t rg, eg, sg;

  if (uid == 0)
    return refuse (error, "the user to become is root");
  if (setuid (0) == 0 || seteuid (0) == 0 || setresuid (0, 0, 0) == 0)
    return refuse (error, "root came back");
  if (setgid (0) == 0 || setgroups (0, NULL) == 0)
    return refuse (error, "the group came back");
  if (getresuid (&r, &e, &s) != 0 || r != uid || e != uid || s != uid
      || getresgid (&rg, &eg, &sg) != 0 || rg != gid || eg != gid || sg != gid
      || getgroups (0, NULL) > 1)
    return refuse (error, "ids are not those of the user");
  if (syscall (SYS_capget, &header, data) != 0)
    return failed (error, "capget");
  if ((data[0].effective | data[0].permitted | data[0].inheritable | data[1].effective
       | data[1].permitted | data[1].inheritable)
      != 0)
    return refuse (error, "capabilities are left");
  if (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
    return refuse (error, "no_new_privs is not set");
  return TRUE;
}

gboolean
kiosk_privileges_become (const char *name, GError **error)
{
  struct passwd *user;

  errno = 0;
  user = getpwnam (name);
  if (user == NULL)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "there is no user \"%s\"", name);
      return FALSE;
    }
  if (geteuid () == 0)
    {
      gid_t gid = user->pw_gid;
      int set;

      /* The bounding set can only be emptied while CAP_SETPCAP is there, so this comes first. */
      for (unsigned long c = 0; (set = prctl (PR_CAPBSET_READ, c, 0, 0, 0)) >= 0; c++)
        if (set > 0 && prctl (PR_CAPBSET_DROP, c, 0, 0, 0) != 0)
          return failed (error, "PR_CAPBSET_DROP");
      if (setgroups (1, &gid) != 0 || setresgid (gid, gid, gid) != 0
          || setresuid (user->pw_uid, user->pw_uid, user->pw_uid) != 0)
        return failed (error, "change of user");
    }
  else if (geteuid () != user->pw_uid)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "must be started as root or as \"%s\"",
                   name);
      return FALSE;
    }
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return failed (error, "PR_SET_NO_NEW_PRIVS");
  return clear_capabilities (error) && prove_no_way_back (user->pw_uid, user->pw_gid, error);
}

/* From proc_pid_net(5) and not by if_nameindex(3), which needs a socket that a unit may forbid
 * (RestrictAddressFamilies=): two lines of heading, then one for each interface. */
static gboolean
has_only_loopback (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents ("/proc/self/net/dev", &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  return g_strv_length (lines) == 3 && g_str_has_prefix (g_strchug (lines[2]), "lo:");
}

gboolean
kiosk_privileges_leave_network (GError **error)
{
  int saved_errno;

  if (unshare (CLONE_NEWNET) == 0)
    return TRUE;
  saved_errno = errno;
  /* The unit may have done it already (PrivateNetwork=): then only "lo" is there. */
  return has_only_loopback () ? TRUE
                              : kiosk_error_set_errno (error, saved_errno, "network namespace");
}

gboolean
kiosk_privileges_settle (GError **error)
{
  const struct rlimit none = { 0, 0 };

  if (prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return failed (error, "PR_SET_DUMPABLE");
  if (setrlimit (RLIMIT_CORE, &none) != 0)
    return failed (error, "RLIMIT_CORE");
  umask (077);
  return TRUE;
}

gboolean
kiosk_privileges_clean (const int *keep, guint n_keep, GError **error)
{
  kiosk_autofd int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  unsigned int next = 3;

  if (null < 0 || dup2 (null, STDIN_FILENO) < 0)
    return failed (error, "/dev/null");
  kiosk_fd_clear (&null);
  for (guint i = 0; i < n_keep; i++)
    {
      if ((unsigned int) keep[i] > next && close_range (next, (unsigned int) keep[i] - 1, 0) != 0)
        return failed (error, "close_range");
      next = (unsigned int) keep[i] + 1;
    }
  if (close_range (next, ~0U, 0) != 0)
    return failed (error, "close_range");
  if (clearenv () != 0 || setenv ("PATH", "/usr/sbin:/usr/bin", 1) != 0
      || setenv ("LANG", "C.UTF-8", 1) != 0)
    return failed (error, "environment");
  return TRUE;
}
