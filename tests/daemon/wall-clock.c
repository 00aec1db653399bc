/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into kioskd by test-monitor: its wall clock goes wrong by the seconds that stand in the file
 * $WALL_CLOCK_OFFSET, and nothing else does. A real clock cannot be set for one program alone (there is no
 * time namespace for CLOCK_REALTIME: time_namespaces(7)), and this machine's is not ours to set. */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  static int (*real) (clockid_t, struct timespec *);
  const char *path = getenv ("WALL_CLOCK_OFFSET");
  char text[32] = "";
  int fd, result;

  if (real == NULL)
    *(void **) &real = dlsym (RTLD_NEXT, "clock_gettime");
  result = real (clock, now);
  if (result != 0 || clock != CLOCK_REALTIME || path == NULL)
    return result;
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return result;
  if (read (fd, text, sizeof text - 1) > 0)
    now->tv_sec += atol (text);
  close (fd);
  return result;
}
