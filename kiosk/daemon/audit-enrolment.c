/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-daemon"

#include "audit-enrolment.h"
#include "audit-folder.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define NAME_CHARS 64
#define FILE_MAX (256 * 1024)
#define SEALED_SIZE (KIOSK_AUDIT_KEY_SIZE + crypto_box_SEALBYTES)

G_STATIC_ASSERT (KIOSK_AUDIT_KEY_SIZE == crypto_box_PUBLICKEYBYTES);

/* kiosk_text_clean() leaves no control character; so two characters need an escape. */
static void
append_string (GString *text, const char *value)
{
  g_autofree char *clean = kiosk_text_clean (value, NAME_CHARS);

  g_string_append_c (text, '"');
  for (const char *p = clean; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *p);
    }
  g_string_append_c (text, '"');
}

static void
append_hex (GString *text, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
}

static gboolean
append_auditor (GString *text, const KioskPolicyAuditor *auditor, const guint8 *secret,
                GError **error)
{
  guint8 sealed[SEALED_SIZE];

  /* It refuses points of small order, with which everybody could open the box. */
  if (crypto_box_seal (sealed, secret, KIOSK_AUDIT_KEY_SIZE, auditor->key) != 0)
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "the key of auditor %s is not one",
                   auditor->name);
      return FALSE;
    }
  g_string_append (text, "{\"name\":");
  append_string (text, auditor->name);
  g_string_append (text, ",\"key\":\"");
  append_hex (text, auditor->key, sizeof auditor->key);
  g_string_append (text, "\",\"sealed\":\"");
  append_hex (text, sealed, sizeof sealed);
  g_string_append (text, "\"}");
  return TRUE;
}

/* What stands between the texts and the auditors: no text can have it, a quotation mark in one has a backslash before it. */
static void
append_key (GString *text, const guint8 *log_key)
{
  g_string_append (text, ",\"key\":\"");
  append_hex (text, log_key, KIOSK_AUDIT_KEY_SIZE);
  g_string_append (text, "\",\"auditors\":[");
}

gboolean
kiosk_audit_enrolment_write (int folder, const char *host, gint64 begun,
                             const KioskAuditState *state, const GPtrArray *auditors,
                             GError **error)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (begun / G_USEC_PER_SEC);
  g_autofree char *seconds = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S") : NULL;
  g_autoptr (GString) text = g_string_new ("{\"version\":2,\"host\":");

  append_string (text, host);
  g_string_append_printf (text, ",\"begun\":\"%s.%06dZ\"", seconds != NULL ? seconds : "",
                          (int) (begun % G_USEC_PER_SEC));
  append_key (text, state->log_key);
  for (guint i = 0; auditors != NULL && i < auditors->len; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      if (!append_auditor (text, auditors->pdata[i], state->mac_key, error))
        return FALSE;
    }
  g_string_append (text, "]}\n");
  return kiosk_audit_folder_replace (folder, KIOSK_AUDIT_ENROLMENT_NAME, text->str, text->len, 0644,
                                     error);
}

gboolean
kiosk_audit_enrolment_check (int folder, const guint8 *log_key, KioskAuditEnrolment *found,
                             GError **error)
{
  g_autofree char *content = g_malloc0 (FILE_MAX + 1);
  g_autoptr (GString) key = g_string_new (NULL);
  kiosk_autofd int fd
      = openat (folder, KIOSK_AUDIT_ENROLMENT_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  gsize length = 0;
  ssize_t n;

  *found = KIOSK_AUDIT_ENROLMENT_ABSENT;
  if (fd < 0 && errno == ENOENT)
    return TRUE;
  if (fd < 0)
    return kiosk_error_set_errno (error, errno, "open " KIOSK_AUDIT_ENROLMENT_NAME);
  do
    {
      n = read (fd, content + length, FILE_MAX - length);
      length += (gsize) MAX (n, 0);
    }
  while (n > 0 || (n < 0 && errno == EINTR));
  if (n < 0)
    return kiosk_error_set_errno (error, errno, "read " KIOSK_AUDIT_ENROLMENT_NAME);
  append_key (key, log_key);
  *found = g_str_has_prefix (content, "{\"version\":2,") && strstr (content, key->str) != NULL
               ? KIOSK_AUDIT_ENROLMENT_OF_LOG
               : KIOSK_AUDIT_ENROLMENT_OTHER;
  return TRUE;
}
