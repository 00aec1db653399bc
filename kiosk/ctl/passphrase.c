/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "passphrase.h"

#include <errno.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

/* Reads byte by byte: no buffer of stdio keeps a copy. */

static KioskSecret *
read_line (void)
{
  g_autoptr (KioskSecret) secret = kiosk_secret_new ();
  char line[KIOSK_SECRET_MAX + 1];
  gsize length = 0;
  gboolean good = TRUE;
  char c;
  ssize_t n;

  while ((n = TEMP_FAILURE_RETRY (read (STDIN_FILENO, &c, 1))) == 1 && c != '\n')
    if (length < KIOSK_SECRET_MAX)
      line[length++] = c;
    else
      good = FALSE; /* read to its end all the same: the rest is no other answer */
  good = good && n >= 0 && (n == 1 || length > 0) && kiosk_secret_set (secret, line, length);
  kiosk_wipe (line, sizeof line);
  kiosk_wipe (&c, sizeof c);
  return good ? g_steal_pointer (&secret) : NULL;
}

KioskSecret *
kiosk_ctl_ask_passphrase (const char *prompt)
{
  struct termios before, hidden;
  KioskSecret *secret;

  if (tcgetattr (STDIN_FILENO, &before) != 0)
    return read_line ();
  hidden = before;
  hidden.c_lflag &= ~(tcflag_t) (ECHO | ECHONL);
  fputs (prompt, stderr);
  if (tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden) != 0)
    return NULL; /* rather none than one that everybody reads */
  secret = read_line ();
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  fputc ('\n', stderr);
  return secret;
}
