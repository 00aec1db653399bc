/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-enrolment.h"
#include "audit-folder.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/text.h"
#include "kiosk/log/enrolment.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NAME_CHARS 64
#define FILE_MAX (256 * 1024)

gboolean
kiosk_audit_enrolment_write (int folder, const char *host, gint64 begun,
                             const KioskAuditState *state, const GPtrArray *auditors,
                             GError **error)
{
  g_autoptr (KioskEnrolment) enrolment = kiosk_enrolment_new ();
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (begun / G_USEC_PER_SEC);
  g_autofree char *seconds = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S") : NULL;
  g_autofree char *text = NULL;

  enrolment->host = kiosk_text_clean (host, NAME_CHARS);
  enrolment->begun = g_strdup_printf ("%s.%06dZ", seconds != NULL ? seconds : "",
                                      (int) (begun % G_USEC_PER_SEC));
  memcpy (enrolment->key, state->log_key, sizeof enrolment->key);
  for (guint i = 0; auditors != NULL && i < auditors->len; i++)
    {
      const KioskPolicyAuditor *auditor = auditors->pdata[i];

      if (!kiosk_enrolment_add_auditor (enrolment, auditor->name, auditor->key, state->mac_key))
        {
          g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "the key of auditor %s is not one",
                       auditor->name);
          return FALSE;
        }
    }
  text = kiosk_enrolment_print (enrolment);
  return kiosk_audit_folder_replace (folder, KIOSK_ENROLMENT_NAME, text, strlen (text), 0644,
                                     error);
}

gboolean
kiosk_audit_enrolment_check (int folder, const guint8 *log_key, KioskAuditEnrolment *found,
                             GError **error)
{
  g_autofree char *content = g_malloc0 (FILE_MAX + 1);
  g_autoptr (KioskEnrolment) enrolment = NULL;
  kiosk_autofd int fd
      = openat (folder, KIOSK_ENROLMENT_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  gsize length = 0;
  ssize_t n;

  *found = KIOSK_AUDIT_ENROLMENT_ABSENT;
  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0)
    return kiosk_error_set_errno (error, errno, "open " KIOSK_ENROLMENT_NAME);
  do
    {
      n = read (fd, content + length, FILE_MAX - length);
      length += (gsize) MAX (n, 0);
    }
  while (n > 0 || (n < 0 && errno == EINTR));
  if (n < 0)
    return kiosk_error_set_errno (error, errno, "read " KIOSK_ENROLMENT_NAME);
  enrolment = kiosk_enrolment_parse (content, length, NULL);
  *found = enrolment != NULL && memcmp (enrolment->key, log_key, sizeof enrolment->key) == 0
               ? KIOSK_AUDIT_ENROLMENT_OF_LOG
               : KIOSK_AUDIT_ENROLMENT_OTHER;
  return TRUE;
}
