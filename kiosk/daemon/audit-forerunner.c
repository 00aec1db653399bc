/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-forerunner.h"

#include "audit-folder.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Whoever can write in the folder can put anything here: a link, a pipe, a folder, a file without end. */

static gboolean
read_file (int folder, gboolean *there, KioskForerunner *found, GError **error)
{
  char bytes[KIOSK_FORERUNNER_MAX + 1];
  kiosk_autofd int fd = -1;
  gsize length = 0;
  ssize_t n;

  *there = TRUE;
  if (!kiosk_audit_folder_open_file (folder, KIOSK_FORERUNNER_NAME, O_RDONLY, &fd, error))
    return FALSE;
  if (fd < 0)
    return *there = FALSE;
  while (length < sizeof bytes && (n = read (fd, bytes + length, sizeof bytes - length)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return kiosk_error_set_errno (error, errno, "read " KIOSK_FORERUNNER_NAME);
      length += (gsize) n;
    }
  return kiosk_forerunner_parse (bytes, length, found, error);
}

KioskAuditForerunner
kiosk_audit_forerunner_read (int folder, KioskForerunner *found, char **why)
{
  g_autoptr (GError) error = NULL;
  gboolean there;

  if (read_file (folder, &there, found, &error))
    return KIOSK_AUDIT_FORERUNNER_GOOD;
  if (!there)
    return KIOSK_AUDIT_FORERUNNER_ABSENT;
  *why = g_strdup (error->message);
  return KIOSK_AUDIT_FORERUNNER_BROKEN;
}

void
kiosk_audit_forerunner_put_away (int folder, KioskAuditForerunner what)
{
  g_autoptr (GError) error = NULL;
  gboolean done = TRUE;

  if (what == KIOSK_AUDIT_FORERUNNER_GOOD)
    done = kiosk_audit_folder_remove (folder, KIOSK_FORERUNNER_NAME, &error);
  else if (what == KIOSK_AUDIT_FORERUNNER_BROKEN)
    done = renameat (folder, KIOSK_FORERUNNER_NAME, folder, KIOSK_AUDIT_FORERUNNER_REFUSED) == 0
               ? kiosk_audit_sync (folder, "the directory of the audit log", &error)
               : kiosk_error_set_errno (&error, errno, "put " KIOSK_FORERUNNER_NAME " away");
  if (!done)
    g_warning ("%s, ignoring", error->message);
}
