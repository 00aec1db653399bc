/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "probe"

#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Goes into the worker's own sandbox and tries what a taken-over worker would try. Each attempt runs
 * in a child of its own, which enters the sandbox first. Needs root, as kioskd would have: root in the
 * sandbox must get no further than anybody else. */

/* An attempt returns 0 when it got what it wanted, else errno. */
typedef int (*Attempt) (void);

static int
result (long value)
{
  return value < 0 ? errno : 0;
}

static int
try_socket (void)
{
  return result (socket (AF_INET, SOCK_STREAM, 0));
}

static int
try_unix_socket (void)
{
  return result (socket (AF_UNIX, SOCK_STREAM, 0));
}

static int
try_netlink (void)
{
  return result (socket (AF_NETLINK, SOCK_RAW, 0));
}

static int
try_connect (void)
{
  const struct sockaddr address = { .sa_family = AF_INET };

  return result (connect (0, &address, sizeof address));
}

static int
try_bind (void)
{
  const struct sockaddr address = { .sa_family = AF_INET };

  return result (bind (0, &address, sizeof address));
}

static int
try_open (void)
{
  return result (open ("/etc/passwd", O_RDONLY));
}

static int
try_create (void)
{
  return result (open ("/tmp/probe", O_WRONLY | O_CREAT, 0600));
}

static int
try_openat2 (void)
{
  guint64 how[3] = { O_RDONLY };

  return result (syscall (SYS_openat2, AT_FDCWD, "/etc/passwd", how, sizeof how));
}

static int
try_stat (void)
{
  struct stat status;

  return result (stat ("/etc", &status));
}

static int
try_exec (void)
{
  char *const argv[] = { (char *) "/bin/true", NULL };

  return result (execv ("/bin/true", argv));
}

static int
try_fork (void)
{
  return result (fork ());
}

static int
try_vfork (void)
{
  return result (syscall (SYS_clone, SIGCHLD, 0, 0, 0, 0));
}

static int
try_clone3 (void)
{
  guint64 arguments[11] = { 0 };

  return result (syscall (SYS_clone3, arguments, sizeof arguments));
}

static int
try_clone_namespace (void)
{
  return result (
      syscall (SYS_clone, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWNET, 0, 0, 0, 0));
}

static int
try_ptrace (void)
{
  return result (ptrace (PTRACE_TRACEME, 0, 0, 0));
}

static int
try_read_memory (void)
{
  return result (syscall (SYS_process_vm_readv, getppid (), NULL, 0, NULL, 0, 0));
}

static int
try_kill (void)
{
  return result (kill (1, SIGTERM));
}

static int
try_executable_memory (void)
{
  return mmap (NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                 == MAP_FAILED
             ? errno
             : 0;
}

static int
try_make_executable (void)
{
  void *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return result (mprotect (page, 4096, PROT_READ | PROT_EXEC));
}

static int
try_memfd (void)
{
  return result (memfd_create ("probe", 0));
}

static int
try_mount (void)
{
  return result (syscall (SYS_mount, "none", "/tmp", "tmpfs", 0, NULL));
}

static int
try_unshare (void)
{
  return result (syscall (SYS_unshare, 0));
}

static int
try_setuid (void)
{
  return result (setuid (0));
}

static int
try_bpf (void)
{
  return result (syscall (SYS_bpf, 0, NULL, 0));
}

static int
try_io_uring (void)
{
  return result (syscall (SYS_io_uring_setup, 1, NULL));
}

static int
try_bind_device (void)
{
  return result (fcntl (0, F_SETOWN, 1));
}

static void *
nothing (void *data)
{
  return data;
}

static int
try_thread (void)
{
  pthread_t thread;
  int error = pthread_create (&thread, NULL, nothing, NULL);

  if (error == 0)
    pthread_join (thread, NULL);
  return error;
}

static int
try_memory (void)
{
  void *page = mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return page == MAP_FAILED ? errno : 0;
}

static int
try_much_memory (void)
{
  void *page
      = mmap (NULL, (gsize) 4 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return page == MAP_FAILED ? errno : 0;
}

static int
try_abort (void)
{
  abort ();
}

#define KILLED -1 /* SIGSYS */
#define ABORTED -2

static const struct {
  const char *name;
  Attempt attempt;
  int expected; /* errno, 0 for success, or one of the above */
} table[] = {
  { "socket-inet", try_socket, EACCES },
  { "socket-unix", try_unix_socket, EACCES },
  { "socket-netlink", try_netlink, EACCES },
  { "connect", try_connect, EACCES },
  { "bind", try_bind, KILLED },
  { "open", try_open, EACCES },
  { "create", try_create, EACCES },
  { "openat2", try_openat2, KILLED },
  { "stat", try_stat, EACCES },
  { "exec", try_exec, KILLED },
  { "fork", try_fork, EPERM },
  { "clone", try_vfork, EPERM },
  { "clone3", try_clone3, ENOSYS },
  { "clone-namespace", try_clone_namespace, KILLED },
  { "ptrace", try_ptrace, KILLED },
  { "process_vm_readv", try_read_memory, KILLED },
  { "kill", try_kill, KILLED },
  { "mmap-exec", try_executable_memory, KILLED },
  { "mprotect-exec", try_make_executable, KILLED },
  { "memfd", try_memfd, KILLED },
  { "mount", try_mount, KILLED },
  { "unshare", try_unshare, KILLED },
  { "setuid", try_setuid, KILLED },
  { "bpf", try_bpf, KILLED },
  { "io_uring", try_io_uring, KILLED },
  { "fcntl-setown", try_bind_device, KILLED },
#ifndef __SANITIZE_ADDRESS__
  { "much-memory", try_much_memory, ENOMEM },
#endif
  /* and what it needs */
  { "thread", try_thread, 0 },
  { "memory", try_memory, 0 },
  { "abort", try_abort, ABORTED },
};

static void
run (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  pid_t child = fork ();
  int status;

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      g_autoptr (GError) error = NULL;

      if (!kiosk_rdp_sandbox_begin (&error) || !kiosk_rdp_sandbox_complete (&error))
        _exit (255);
      _exit (table[i].attempt ());
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  if (table[i].expected == KILLED)
    {
      g_assert_true (WIFSIGNALED (status));
      g_assert_cmpint (WTERMSIG (status), ==, SIGSYS);
    }
  else if (table[i].expected == ABORTED)
    {
      g_assert_true (WIFSIGNALED (status));
      g_assert_cmpint (WTERMSIG (status), ==, SIGABRT);
    }
  else
    {
      g_assert_true (WIFEXITED (status));
      g_assert_cmpint (WEXITSTATUS (status), ==, table[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *path = g_strconcat ("/rdp/sandbox/", table[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), run);
    }
  return g_test_run ();
}
