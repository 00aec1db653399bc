/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into kioskd by test-monitor and test-locks: its wall clock goes wrong by the seconds that stand in the file
 * $WALL_CLOCK_OFFSET; and the machine has slept for those that stand in $WALL_CLOCK_SLEPT: then the wall and the time since
 * the start have gone on, and CLOCK_MONOTONIC has not. A real clock cannot be set for one program alone (there is no time
 * namespace for CLOCK_REALTIME, and no namespace whose clocks move: time_namespaces(7)), and this machine's is not ours to
 * set. */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long
read_seconds (const char *variable)
{
  const char *path = getenv (variable);
  char text[32] = "";
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  if (fd < 0)
    return 0;
  if (read (fd, text, sizeof text - 1) < 0)
    text[0] = '\0';
  close (fd);
  return atol (text);
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  static int (*real) (clockid_t, struct timespec *);
  int result;

  if (real == NULL)
    *(void **) &real = dlsym (RTLD_NEXT, "clock_gettime");
  result = real (clock, now);
  if (result == 0 && clock == CLOCK_REALTIME)
    now->tv_sec += read_seconds ("WALL_CLOCK_OFFSET");
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_BOOTTIME))
    now->tv_sec += read_seconds ("WALL_CLOCK_SLEPT");
  return result;
}
