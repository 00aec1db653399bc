/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/account.h"

#include <string.h>

/* Accounts judged by what stands in files. No hash of a password is copied anywhere in here. */

/* ---- shadow(5) ---- */

#define N_FIELDS 9

/* The text between @from and @to as a number of days; -1 when it is empty or no such number. */
static gint64
read_days (const char *from, const char *to)
{
  gint64 days = 0;

  if (from == to || to - from > 9)
    return -1;
  for (; from < to; from++)
    {
      if (!g_ascii_isdigit (*from))
        return -1;
      days = days * 10 + (*from - '0');
    }
  return days;
}

static gboolean
read_line (const char *line, const char *end, KioskAccountEntry *entry)
{
  const char *fields[N_FIELDS + 1];
  guint n = 0;

  fields[n++] = line;
  for (const char *p = line; p < end; p++)
    if (*p == ':')
      {
        if (n == N_FIELDS)
          return FALSE;
        fields[n++] = p + 1;
      }
  if (n != N_FIELDS)
    return FALSE;
  fields[n] = end + 1;
  *entry = (KioskAccountEntry){
    .known = TRUE,
    .barred = *fields[1] == '!',
    .no_password = *fields[1] == ':' || *fields[1] == '*',
    .changed = read_days (fields[2], fields[3] - 1),
    .max_days = read_days (fields[4], fields[5] - 1),
    .inactive = read_days (fields[6], fields[7] - 1),
    .expires = read_days (fields[7], fields[8] - 1),
  };
  return TRUE;
}

/* The first line of @id: the one that counts for those who read the file. NULL and 0: there is none. */
static KioskAccountText
find_line (KioskAccountText text, const char *id)
{
  const char *end = text.bytes + text.length;
  gsize id_length = strlen (id);

  for (const char *line = text.bytes; line < end;)
    {
      const char *feed = memchr (line, '\n', (gsize) (end - line));
      const char *stop = feed != NULL ? feed : end;

      if ((gsize) (stop - line) > id_length && memcmp (line, id, id_length) == 0
          && line[id_length] == ':')
        return (KioskAccountText){ line, (gsize) (stop - line) };
      line = stop + 1;
    }
  return (KioskAccountText){ NULL, 0 };
}

gboolean
kiosk_account_find_kept (KioskAccountText image, KioskAccountText base, KioskAccountText kept,
                         const char *id, KioskAccountEntry *entry)
{
  KioskAccountText line = find_line (image, id);
  KioskAccountText was = find_line (base, id);
  KioskAccountText is = find_line (kept, id);

  *entry = (KioskAccountEntry){ .changed = -1, .max_days = -1, .inactive = -1, .expires = -1 };
  if (line.bytes == NULL)
    return FALSE;
  /* The image says of it what it said when the copy was made: the copy counts. */
  if (was.bytes != NULL && is.bytes != NULL && was.length == line.length
      && memcmp (was.bytes, line.bytes, line.length) == 0)
    line = is;
  return read_line (line.bytes, line.bytes + line.length, entry);
}

gboolean
kiosk_account_find (const char *shadow, gsize length, const char *id, KioskAccountEntry *entry)
{
  const KioskAccountText none = { NULL, 0 };

  return kiosk_account_find_kept ((KioskAccountText){ shadow, length }, none, none, id, entry);
}

KioskAccountState
kiosk_account_judge (const KioskAccountEntry *entry, gint64 today)
{
  gint64 left = kiosk_account_password_left (entry, today);

  if (!entry->known)
    return KIOSK_ACCOUNT_ABSENT;
  if (entry->barred || entry->no_password)
    return KIOSK_ACCOUNT_DISABLED;
  /* As pam_unix counts: closed from that day on. */
  if (entry->expires >= 0 && today >= entry->expires)
    return KIOSK_ACCOUNT_EXPIRED;
  if (entry->inactive >= 0 && left != G_MAXINT64 && left + entry->inactive < 0)
    return KIOSK_ACCOUNT_EXPIRED;
  return KIOSK_ACCOUNT_ACTIVE;
}

gint64
kiosk_account_password_age (const KioskAccountEntry *entry, gint64 today)
{
  return entry->known && entry->changed > 0 ? MAX (today - entry->changed, 0) : -1;
}

gint64
kiosk_account_password_left (const KioskAccountEntry *entry, gint64 today)
{
  if (!entry->known || entry->changed < 0)
    return G_MAXINT64;
  if (entry->changed == 0)
    return 0;                                          /* "must be changed": today */
  if (entry->max_days < 0 || entry->max_days >= 99999) /* login.defs(5): never */
    return G_MAXINT64;
  return entry->changed + entry->max_days - today;
}

gboolean
kiosk_account_must_end (KioskAccountState before, KioskAccountState after)
{
  return before == KIOSK_ACCOUNT_ACTIVE
         && (after == KIOSK_ACCOUNT_DISABLED || after == KIOSK_ACCOUNT_EXPIRED
             || after == KIOSK_ACCOUNT_ABSENT);
}

/* ---- Names ---- */

static const char *const shared_words[] = {
  "admin",    "administrator", "anonymous", "common",  "default",  "demo",   "everyone",
  "gijutsu",  "guest",         "hoshu",     "hosyu",   "ippan",    "kanri",  "kiosk",
  "kyotsu",   "kyoutsu",       "kyoutuu",   "kyoyo",   "kyoyu",    "kyoyuu", "kyouyuu",
  "maint",    "maintenance",   "mente",     "nobody",  "operator", "ope",    "public",
  "root",     "sagyo",         "sagyou",    "service", "shared",   "staff",  "support",
  "sysadmin", "system",        "tanto",     "tantou",  "team",     "temp",   "test",
  "tester",   "tmp",           "user",      "vendor",
};

static gboolean
is_shared_word (const char *word, gsize length)
{
  while (length > 0 && g_ascii_isdigit (word[length - 1]))
    length--;
  for (guint i = 0; i < G_N_ELEMENTS (shared_words); i++)
    if (strlen (shared_words[i]) == length && strncmp (shared_words[i], word, length) == 0)
      return TRUE;
  return FALSE;
}

KioskNameKind
kiosk_account_name_kind (const char *id)
{
  g_auto (GStrv) words = g_strsplit_set (id, "-_.", -1);
  gsize length = strlen (id);
  gsize digits = 0;

  for (guint i = 0; words[i] != NULL; i++)
    if (is_shared_word (words[i], strlen (words[i])))
      return KIOSK_NAME_SHARED;
  while (digits < length && g_ascii_isdigit (id[length - 1 - digits]))
    digits++;
  /* Longer ones are numbers of employees. */
  return digits >= 1 && digits <= 2 && digits < length ? KIOSK_NAME_NUMBERED : KIOSK_NAME_PERSONAL;
}
