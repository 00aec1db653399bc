/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plugs PORT N LOG PID - unplugs and plugs what is at a USB port N times, by the port's own switch ("disable" in sysfs,
 * Documentation/ABI/testing/sysfs-bus-usb), and prints a line for each time: microseconds from the kernel's news that the
 * device is there until a driver has one of its interfaces ("-": none within WAIT), and until LOG has grown for the last
 * time (the same); then microseconds of CPU that PID's threads had for it. Beginning and end of a time are seen by this
 * one program, so both sides of a comparison wait for it alike. */
#include <dirent.h>
#include <errno.h>
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

#define QUIET 100  /* ms without news: it is over */
#define WAIT 10000 /* ms for what must come */
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

/* CPU time of all threads, us (Documentation/scheduler/sched-stats.rst). */
static long long
cpu (const char *pid)
{
  char path[300];
  long long total = 0, ns;
  struct dirent *entry;
  DIR *folder;

  snprintf (path, sizeof path, "/proc/%s/task", pid);
  if ((folder = opendir (path)) == NULL)
    exit (2);
  while ((entry = readdir (folder)) != NULL)
    {
      FILE *file;

      snprintf (path, sizeof path, "/proc/%s/task/%s/schedstat", pid, entry->d_name);
      if (entry->d_name[0] == '.' || (file = fopen (path, "r")) == NULL)
        continue;
      if (fscanf (file, "%lld", &ns) == 1)
        total += ns / 1000;
      fclose (file);
    }
  closedir (folder);
  return total;
}

static void
set_port (const char *port, const char *value)
{
  int fd = open (port, O_WRONLY);

  if (fd < 0 || write (fd, value, 1) != 1)
    {
      perror (port);
      exit (2);
    }
  close (fd);
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
      const char *action, *type, *subsystem;

      message[length] = '\0';
      action = find (message, length, "ACTION=");
      type = find (message, length, "DEVTYPE=");
      subsystem = find (message, length, "SUBSYSTEM=");
      if (strcmp (subsystem, "usb") != 0)
        continue;
      if (strcmp (action, "add") == 0 && strcmp (type, "usb_device") == 0)
        times->added = now ();
      if (strcmp (action, "remove") == 0 && strcmp (type, "usb_device") == 0)
        times->removed = now ();
      if (strcmp (action, "bind") == 0 && strcmp (type, "usb_interface") == 0 && times->bound == 0)
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

/* Until nothing happens any more; not before the device is gone, or, @is_plugged, there and recorded. */
static void
follow (struct pollfd *sources, int is_plugged, Times *times)
{
  long long begun = now ();

  memset (times, 0, sizeof *times);
  for (;;)
    {
      int n = poll (sources, 2, QUIET);

      read_news (sources[0].fd, times);
      read_log (sources[1].fd, times);
      if (n == 0
          && ((is_plugged ? times->added != 0 && times->logged != 0 : times->removed != 0)
              || now () - begun > WAIT * 1000LL))
        return;
    }
}

static void
print_time (long long from, long long to)
{
  if (from != 0 && to >= from)
    printf ("%lld ", to - from);
  else
    printf ("- ");
}

int
main (int argc, char **argv)
{
  struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
  struct pollfd sources[2] = { { .events = POLLIN }, { .events = POLLIN } };
  int size = QUEUE;

  if (argc != 5)
    return 2;
  sources[0].fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
  sources[1].fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (setsockopt (sources[0].fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0
      || bind (sources[0].fd, (struct sockaddr *) &address, sizeof address) != 0
      || inotify_add_watch (sources[1].fd, argv[3], IN_MODIFY) < 0)
    {
      perror (argv[3]);
      return 2;
    }
  for (int i = 0; i < atoi (argv[2]); i++)
    {
      Times times;
      long long before = cpu (argv[4]);

      set_port (argv[1], "1");
      follow (sources, 0, &times);
      set_port (argv[1], "0");
      follow (sources, 1, &times);
      print_time (times.added, times.bound);
      print_time (times.added, times.logged);
      printf ("%lld\n", cpu (argv[4]) - before);
      fflush (stdout);
    }
  return 0;
}
