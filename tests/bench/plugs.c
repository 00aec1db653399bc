/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plugs LOG PID - tells of each USB device that is plugged in or out, until killed. "in BOUND LOGGED": microseconds from the
 * kernel's news that it is there until a driver has one of its interfaces, and until LOG has grown for the last time ("-":
 * not at all); "out" when it is gone. "run CPU CLOCK" before the first and after each: microseconds of CPU that PID
 * has had, and of a clock. Both ends of a time are seen by this one program, and what is compared waits for it
 * alike. */
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define QUIET 100       /* ms without news: it is over */
#define WAIT 10000000LL /* us for what must come */
#define QUEUE (8 << 20)

typedef struct {
  long long removed, added, bound, logged; /* us; 0: not */
} Times;

static long long
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

/* CPU time of the whole process, also of threads that have ended, us (proc_pid_stat(5): utime, stime). */
static long long
cpu (const char *pid)
{
  char path[64], text[1024];
  unsigned long user, system;
  const char *rest;
  FILE *file;

  snprintf (path, sizeof path, "/proc/%s/stat", pid);
  if ((file = fopen (path, "r")) == NULL)
    exit (2);
  text[fread (text, 1, sizeof text - 1, file)] = '\0';
  fclose (file);
  /* Behind the name, which may have anything in it. */
  rest = strrchr (text, ')');
  if (rest == NULL
      || sscanf (rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system)
             != 2)
    exit (2);
  return (long long) (user + system) * (1000000 / sysconf (_SC_CLK_TCK));
}

static const char *
find (const char *message, long length, const char *name)
{
  size_t n = strlen (name);

  for (const char *p = message; p < message + length; p += strlen (p) + 1)
    if (strncmp (p, name, n) == 0)
      return p + n;
  return "";
}

static void
read_news (int fd, Times *times)
{
  char message[16384];
  long length;

  while ((length = recv (fd, message, sizeof message - 1, MSG_DONTWAIT)) > 0)
    {
      const char *action, *type;

      message[length] = '\0';
      action = find (message, length, "ACTION=");
      type = find (message, length, "DEVTYPE=");
      if (strcmp (type, "usb_device") == 0 && strcmp (action, "add") == 0)
        times->added = now ();
      if (strcmp (type, "usb_device") == 0 && strcmp (action, "remove") == 0)
        times->removed = now ();
      if (strcmp (type, "usb_interface") == 0 && strcmp (action, "bind") == 0)
        times->bound = now ();
    }
}

static void
read_log (int fd, Times *times)
{
  char events[4096];

  while (read (fd, events, sizeof events) > 0)
    times->logged = now ();
}

static void
print_time (long long from, long long to)
{
  if (to >= from)
    printf (" %lld", to - from);
  else
    printf (" -");
}

/* What has happened, once it is over. */
static void
tell (Times *times, const char *pid)
{
  if (times->removed != 0 && times->added == 0)
    printf ("out\n");
  else if (times->added != 0 && (times->logged >= times->added || now () - times->added > WAIT))
    {
      printf ("in");
      print_time (times->added, times->bound);
      print_time (times->added, times->logged);
      printf ("\n");
    }
  else
    return;
  printf ("run %lld %lld\n", cpu (pid), now ());
  fflush (stdout);
  *times = (Times){ 0 };
}

int
main (int argc, char **argv)
{
  struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
  struct pollfd sources[2] = { { .events = POLLIN }, { .events = POLLIN } };
  Times times = { 0 };
  int size = QUEUE;

  if (argc != 3)
    return 2;
  sources[0].fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
  sources[1].fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (setsockopt (sources[0].fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0
      || bind (sources[0].fd, (struct sockaddr *) &address, sizeof address) != 0
      || inotify_add_watch (sources[1].fd, argv[1], IN_MODIFY) < 0)
    {
      perror (argv[1]);
      return 2;
    }
  printf ("run %lld %lld\n", cpu (argv[2]), now ());
  fflush (stdout);
  for (;;)
    {
      int n = poll (sources, 2, QUIET);

      read_news (sources[0].fd, &times);
      read_log (sources[1].fd, &times);
      if (n == 0)
        tell (&times, argv[2]);
    }
}
