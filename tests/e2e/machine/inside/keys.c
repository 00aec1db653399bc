/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys DEVICE FIRST LAST DELAY-MS [SKIP...] - presses every key code from FIRST to LAST, alone and together with
 * every combination of Ctrl, Alt, Shift and Meta, as if the keyboard DEVICE had sent them: what is written to an
 * event device passes all its readers, the kernel's own (console, SysRq) included. Codes that the keyboard
 * cannot send are dropped by the kernel. Writes how many were pressed. */
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int modifiers[] = { KEY_LEFTCTRL, KEY_LEFTALT, KEY_LEFTSHIFT, KEY_LEFTMETA };

#define N_MODIFIERS (int) (sizeof modifiers / sizeof modifiers[0])

static void
send_event (int fd, int type, int code, int value)
{
  struct input_event event
      = { .type = (unsigned short) type, .code = (unsigned short) code, .value = value };

  if (write (fd, &event, sizeof event) != sizeof event)
    exit (3);
}

static void
send_key (int fd, int code, int is_down)
{
  send_event (fd, EV_KEY, code, is_down);
  send_event (fd, EV_SYN, SYN_REPORT, 0);
}

static void
press (int fd, int code, int combination, unsigned int delay)
{
  for (int i = 0; i < N_MODIFIERS; i++)
    if (combination & (1 << i))
      send_key (fd, modifiers[i], 1);
  send_key (fd, code, 1);
  usleep (delay * 1000);
  send_key (fd, code, 0);
  for (int i = N_MODIFIERS - 1; i >= 0; i--)
    if (combination & (1 << i))
      send_key (fd, modifiers[i], 0);
}

static int
is_skipped (int code, int argc, char **argv)
{
  for (int i = 5; i < argc; i++)
    if (atoi (argv[i]) == code)
      return 1;
  return 0;
}

int
main (int argc, char **argv)
{
  int fd, n = 0;

  if (argc < 5 || (fd = open (argv[1], O_WRONLY)) < 0)
    return 2;
  for (int code = atoi (argv[2]); code <= atoi (argv[3]); code++)
    for (int combination = 0; combination < 1 << N_MODIFIERS; combination++)
      if (!is_skipped (code, argc, argv))
        {
          press (fd, code, combination, (unsigned int) atoi (argv[4]));
          n++;
        }
  printf ("%d\n", n);
  return 0;
}
