/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "sandbox.h"

#include "kiosk/base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Threat: a server that took over this process through a bug in a decoder. It then holds one
 * connection to itself, the picture, what is typed, and two sockets with small fixed messages. It must
 * not get anything else: no file, no second connection, no other process, no new code. Three walls,
 * each of which would do alone (user and network namespace, Landlock, seccomp); they fail in different
 * ways. */

/* Newer than the headers of Debian 12; landlock(7). */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif
#define ACCESS_NET_BIND_TCP (1ULL << 0)
#define ACCESS_NET_CONNECT_TCP (1ULL << 1)
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define SCOPE_SIGNAL (1ULL << 1)

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

/* struct landlock_ruleset_attr of ABI 6; older kernels take a shorter one. */
typedef struct {
  guint64 handled_access_fs;
  guint64 handled_access_net;
  guint64 scoped;
} Ruleset;

#define MAX_PROCESSES 128 /* threads count too: decoders start one per processor */
#define MAX_DESCRIPTORS 64
#define MAX_MEMORY (1024ull * 1024 * 1024) /* 3840 x 2160: two display buffers, picture, decoder */
#define MAX_CPUS 4

/* What every thread of libc has, and what none has. */
#define THREAD_FLAGS ((scmp_datum_t) (CLONE_VM | CLONE_SIGHAND | CLONE_THREAD))
#define NAMESPACE_FLAGS                                                                            \
  ((scmp_datum_t) (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER     \
                   | CLONE_NEWPID | CLONE_NEWNET))

static gboolean
failed (GError **error, const char *what)
{
  return kiosk_error_set_errno (error, errno, what);
}

static gboolean
set_limits (GError **error)
{
  const struct {
    int resource;
    rlim_t value;
  } limits[] = {
    { RLIMIT_CORE, 0 },
    { RLIMIT_NPROC, MAX_PROCESSES },
    { RLIMIT_NOFILE, MAX_DESCRIPTORS },
#ifndef __SANITIZE_ADDRESS__ /* its shadow memory is terabytes of address space */
    { RLIMIT_AS, MAX_MEMORY },
#endif
  };

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      struct rlimit limit;

      if (getrlimit (limits[i].resource, &limit) != 0)
        return failed (error, "getrlimit");
      limit.rlim_max = MIN (limit.rlim_max, limits[i].value);
      limit.rlim_cur = limit.rlim_max;
      if (setrlimit (limits[i].resource, &limit) != 0)
        return failed (error, "setrlimit");
    }
  return TRUE;
}

/* Decoders start one thread for each processor that they may use: on a large machine that is memory
 * for nothing. */
static gboolean
set_affinity (GError **error)
{
  cpu_set_t set, few;
  int n = 0;

  CPU_ZERO (&few);
  if (sched_getaffinity (0, sizeof set, &set) != 0)
    return failed (error, "sched_getaffinity");
  for (int i = 0; i < CPU_SETSIZE && n < MAX_CPUS; i++)
    {
      if (CPU_ISSET (i, &set))
        {
          CPU_SET (i, &few);
          n++;
        }
    }
  if (sched_setaffinity (0, sizeof few, &few) != 0)
    return failed (error, "sched_setaffinity");
  return TRUE;
}

/* Landlock holds for the calling thread and those that it starts later, not for others. */
static gboolean
check_single_thread (GError **error)
{
  DIR *folder = opendir ("/proc/self/task");
  guint n = 0;

  if (folder == NULL)
    return failed (error, "/proc/self/task");
  for (struct dirent *entry = readdir (folder); entry != NULL; entry = readdir (folder))
    {
      if (entry->d_name[0] != '.')
        n++;
    }
  closedir (folder);
  if (n == 1)
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "%u threads before the sandbox", n);
  return FALSE;
}

static gboolean
enter_landlock (GError **error)
{
  Ruleset rules = { 0 };
  gsize size = sizeof rules.handled_access_fs;
  long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  int fd;

  if (abi < 1)
    {
      g_message ("no Landlock in this kernel, ignoring: the list of system calls forbids the same");
      return TRUE;
    }

  /* Everything is handled and no rule follows: nothing is allowed. */
  rules.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  if (abi >= 2)
    rules.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3)
    rules.handled_access_fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
  if (abi >= 4)
    {
      rules.handled_access_net = ACCESS_NET_BIND_TCP | ACCESS_NET_CONNECT_TCP;
      size += sizeof rules.handled_access_net;
    }
  if (abi >= 5)
    rules.handled_access_fs |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
  if (abi >= 6)
    {
      rules.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
      size += sizeof rules.scoped;
    }

  fd = (int) syscall (SYS_landlock_create_ruleset, &rules, size, 0);
  if (fd < 0)
    return failed (error, "landlock_create_ruleset");
  if (syscall (SYS_landlock_restrict_self, fd, 0) != 0)
    {
      int saved_errno = errno;

      close (fd);
      return kiosk_error_set_errno (error, saved_errno, "landlock_restrict_self");
    }
  close (fd);
  return TRUE;
}

/* Calls that need no look at their arguments. */
static const char *const allowed[] = {
  /* waiting */
  "poll",
  "ppoll",
  "futex",
  "restart_syscall",
  "sched_yield",
  "nanosleep",
  "clock_nanosleep",
  /* the descriptors that we have */
  "read",
  "write",
  "writev",
  "close",
  "recvfrom",
  "recvmsg",
  "sendto",
  "sendmsg",
  "eventfd2",
  /* memory; mremap: realloc of large blocks, which no trace showed and a run died without */
  "munmap",
  "mremap",
  "brk",
  "madvise",
  /* threads of the decoders */
  "set_robust_list",
  "rseq",
  "exit",
  "sched_getaffinity",
  /* signals to ourselves: abort() */
  "rt_sigprocmask",
  "rt_sigaction",
  "rt_sigreturn",
  "sigaltstack",
  "gettid",
  "getpid",
  "tgkill",
  "exit_group",
  /* facts */
  "uname",
  "clock_gettime",
  "clock_getres",
  "gettimeofday",
  "time",
  "getrandom",
  "getuid",
  "geteuid",
};

/* What libraries try and get along without. Killing here would kill honest sessions. */
static const char *const refused[]
    = {
        "open",   "openat",    "newfstatat", "stat",       "lstat",       "fstatat64",
        "access", "faccessat", "faccessat2", "readlink",   "readlinkat",  "statx",
        "socket", "connect",   "mkdir",      "mkdirat",    "unlink",      "unlinkat",
        "rename", "renameat",  "renameat2",  "getsockopt", "getsockname", "getpeername",
        "ioctl", /* GLib asks whether standard error is a terminal */
      };

static int
add (scmp_filter_ctx filter, guint32 action, const char *name)
{
  int number = seccomp_syscall_resolve_name (name);

  /* Not every architecture has every call. */
  if (number == __NR_SCMP_ERROR)
    return 0;
  return seccomp_rule_add (filter, action, number, 0);
}

static int
add_rules (scmp_filter_ctx filter)
{
  int result = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (allowed) && result == 0; i++)
    result = add (filter, SCMP_ACT_ALLOW, allowed[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (refused) && result == 0; i++)
    result = add (filter, SCMP_ACT_ERRNO (EACCES), refused[i]);

  /* New memory is never code. */
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1,
                               SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1,
                               SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (fcntl), 1,
                               SCMP_A1 (SCMP_CMP_EQ, F_GETFL));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (fcntl), 1,
                               SCMP_A1 (SCMP_CMP_EQ, F_SETFL));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (setsockopt), 1,
                               SCMP_A1 (SCMP_CMP_EQ, SOL_SOCKET));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (setsockopt), 1,
                               SCMP_A1 (SCMP_CMP_EQ, IPPROTO_TCP));
  /* Decoders need threads, nobody needs a process. clone3 carries its flags in memory, where they cannot
   * be judged; "no such call" makes libc use clone, which carries them in a register. (A unit with
   * RestrictNamespaces= answers the same for the same reason.) */
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);
  if (result == 0)
    result = seccomp_rule_add (
        filter, SCMP_ACT_ALLOW, SCMP_SYS (clone), 1,
        SCMP_A0 (SCMP_CMP_MASKED_EQ, THREAD_FLAGS | NAMESPACE_FLAGS, THREAD_FLAGS));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (clone), 1,
                               SCMP_A0 (SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
  return result;
}

static gboolean
enter_seccomp (GError **error)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_KILL_PROCESS);
  int result;

  if (filter == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "seccomp_init");
      return FALSE;
    }
  result = seccomp_attr_set (filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (result == 0)
    result = seccomp_attr_set (filter, SCMP_FLTATR_CTL_NNP, 1);
  if (result == 0)
    result = seccomp_attr_set (filter, SCMP_FLTATR_CTL_TSYNC, 1);
  if (result == 0)
    result = seccomp_attr_set (filter, SCMP_FLTATR_CTL_OPTIMIZE,
                               2); /* binary tree, seccomp_attr_set(3) */
  if (result == 0)
    result = add_rules (filter);
  if (result == 0)
    result = seccomp_load (filter);
  seccomp_release (filter);
  return result == 0 ? TRUE : kiosk_error_set_errno (error, -result, "seccomp");
}

gboolean
kiosk_rdp_sandbox_begin (GError **error)
{
  if (!check_single_thread (error) || !set_affinity (error) || !set_limits (error))
    return FALSE;
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return failed (error, "PR_SET_NO_NEW_PRIVS");
  if (prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return failed (error, "PR_SET_DUMPABLE");
  /* Memory never becomes code (Linux 6.3; older kernels have the rules for mmap and mprotect). */
  if (prctl (PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0 && errno != EINVAL)
    return failed (error, "PR_SET_MDWE");
  return enter_landlock (error);
}

gboolean
kiosk_rdp_sandbox_complete (GError **error)
{
  return enter_seccomp (error);
}
