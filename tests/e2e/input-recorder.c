/* SPDX-License-Identifier: GPL-3.0-or-later */

/* input-recorder DISPLAY - writes each key, button and motion that an X server got to standard output, with the
 * time at which this program heard of it. For lock-storm.py, on the desktop of an RDP server: what that server took from
 * the terminal, whichever window it went to.
 *
 *   TIME KIND DETAIL X Y     TIME: CLOCK_BOOTTIME, microseconds, as kiosk.monotonic of the audit log; KIND: number of the
 *                            event (X.h: 2 KeyPress to 6 MotionNotify); DETAIL: key code or button
 *
 * The time is later than the server's own, never earlier: whoever asks "was anything taken after?" is not told no
 * by mistake. A line is written as a whole, at once. X Record Extension Library, version 1.13. */

#include <X11/Xlib.h>
#include <X11/Xproto.h>
#include <X11/extensions/record.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long long
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_BOOTTIME, &time);
  return (long long) time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void
on_data (XPointer closure, XRecordInterceptData *data)
{
  if (data->category == XRecordStartOfData)
    puts ("ready");
  else if (data->category == XRecordFromServer)
    {
      const xEvent *event = (const xEvent *) data->data;

      printf ("%lld %d %d %d %d\n", now (), event->u.u.type & 0x7f, event->u.u.detail,
              event->u.keyButtonPointer.rootX, event->u.keyButtonPointer.rootY);
    }
  fflush (stdout);
  XRecordFreeData (data);
}

int
main (int argc, char **argv)
{
  Display *control = argc == 2 ? XOpenDisplay (argv[1]) : NULL;
  Display *data = control != NULL ? XOpenDisplay (argv[1]) : NULL;
  XRecordClientSpec clients = XRecordAllClients;
  XRecordRange *range = XRecordAllocRange ();
  XRecordContext context;

  if (data == NULL || range == NULL)
    {
      fputs ("usage: input-recorder DISPLAY, of an X server that is there\n", stderr);
      return EXIT_FAILURE;
    }
  range->device_events.first = KeyPress;
  range->device_events.last = MotionNotify;
  context = XRecordCreateContext (control, 0, &clients, 1, &range, 1);
  XSync (control, False);
  /* Returns only when the server ends. */
  return context != 0 && XRecordEnableContext (data, context, on_data, NULL) != 0 ? EXIT_SUCCESS
                                                                                  : EXIT_FAILURE;
}
