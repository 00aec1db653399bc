/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "accounts-private.h"

#include "kiosk/log/log-set.h"

#include "config.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"
#include "kiosk/model/account-lines.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/tally.h"
#include "kiosk/model/uses.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Reads what is on the machine about its persons. Judged is in kiosk/model/account.c. */

#define SHADOW "/etc/shadow"
#define PASSWD "/etc/passwd"
#define SECRETS_MAX_BYTES (4 * 1024 * 1024)

/* Where the variants of pam/ have the second factors: lines of pam_oath(8) and pam_u2f(8). */
#define TOTP_USERS KIOSK_STATE_DIR "/oath/users"
#define FIDO2_KEYS KIOSK_POLICY_DIR "/u2f.keys"
#define TALLY_FOLDER KIOSK_STATE_DIR "/faillock"

/* What persons have changed on a terminal whose own /etc cannot be written to, and what that began with
 * (kept-files.h of kioskd). */
#define SHADOW_KEPT KIOSK_STATE_DIR "/etc/shadow"
#define SHADOW_BASE KIOSK_STATE_DIR "/shadow.image"

/* IDs of persons (login.defs(5), UID_MIN and UID_MAX). */
#define FIRST_PERSON 1000
#define LAST_PERSON 60000

static void
row_free (gpointer data)
{
  KioskAccountRow *self = data;

  g_free (self->id);
  g_free (self);
}

void
kiosk_accounts_free (KioskAccounts *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->rows);
  g_free (self);
}

/* ---- The audit log ---- */

typedef struct {
  GHashTable *last; /* ID -> unix seconds, as gint64 * */
  gint64 first;     /* of the first record */
} Uses;

/* The text behind @name in a line that verifies: names stand in it once, in the writer's own form. */
static char *
get_field (const char *line, gsize length, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\"%s\":\"", name);
  const char *from = memmem (line, length, start, strlen (start));
  const char *to;

  if (from == NULL)
    return NULL;
  from += strlen (start);
  to = memchr (from, '"', length - (gsize) (from - line));
  return to != NULL ? g_strndup (from, (gsize) (to - from)) : NULL;
}

static gint64
read_time (const char *line, gsize length)
{
  g_autofree char *text = get_field (line, length, "@timestamp");
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  return time != NULL ? g_date_time_to_unix (time) : 0;
}

/* A use is what an ID was proved for, whatever came of it. */
static gboolean
on_line (const char *line, gsize length, const KioskLogPlace *place, gpointer data)
{
  static const char *const actions[] = { KIOSK_ACTION_LOGIN, KIOSK_ACTION_UNLOCK,
                                         KIOSK_ACTION_END_BY_OTHER, KIOSK_ACTION_APPROVE };
  Uses *uses = data;
  g_autofree char *action = NULL;
  g_autofree char *outcome = NULL;
  g_autofree char *id = NULL;
  gint64 *time;

  if (!place->good)
    return TRUE;
  if (uses->first == 0)
    uses->first = read_time (line, length);
  if (memmem (line, length, "\"authentication\"", strlen ("\"authentication\"")) == NULL
      && memmem (line, length, KIOSK_ACTION_END_BY_OTHER, strlen (KIOSK_ACTION_END_BY_OTHER))
             == NULL)
    return TRUE;
  action = get_field (line, length, "event.action");
  outcome = get_field (line, length, "event.outcome");
  id = get_field (line, length, "user.id");
  if (action == NULL || id == NULL || g_strcmp0 (outcome, "success") != 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i], action))
      {
        time = g_new (gint64, 1);
        *time = read_time (line, length);
        g_hash_table_insert (uses->last, g_steal_pointer (&id), time);
        break;
      }
  return TRUE;
}

static gboolean
read_log (KioskAccounts *self, Uses *uses, GError **error)
{
  g_autoptr (KioskLogSet) log = kiosk_log_set_open (self->policy->log_directory, error);
  KioskAuditReport report;

  if (log == NULL || !kiosk_log_set_read (log, NULL, on_line, NULL, uses, NULL, &report, error))
    return FALSE;
  self->log_since = uses->first;
  self->log_good = report.fault == KIOSK_AUDIT_OK;
  return TRUE;
}

/* ---- Accounts ---- */

static void
forget (char *text)
{
  if (text != NULL)
    kiosk_wipe (text, strlen (text));
  g_free (text);
}

/* @text is set to NULL when there is no such file. */
static gboolean
read_trusted (const char *path, char **text, GError **error)
{
  GBytes *bytes;
  gsize length = 0;
  char *raw;

  *text = NULL;
  if (access (path, F_OK) != 0 && errno == ENOENT)
    return TRUE;
  bytes = kiosk_file_read_trusted (path, SECRETS_MAX_BYTES, error);
  if (bytes == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  raw = g_bytes_unref_to_data (bytes, &length); /* the only reference: no copy */
  *text = g_strndup (raw, length);
  kiosk_wipe (raw, length);
  g_free (raw);
  return TRUE;
}

/* As kiosk-auth sees it, or will at the next conversation. */
static char *
read_shadow (GError **error)
{
  char *image = NULL, *base = NULL, *kept = NULL, *merged = NULL;

  if (read_trusted (SHADOW, &image, error) && read_trusted (SHADOW_BASE, &base, error)
      && read_trusted (SHADOW_KEPT, &kept, error))
    {
      if (image != NULL)
        merged = kiosk_account_lines_merge (KIOSK_ACCOUNT_SHADOW, image, base, kept);
      else
        kiosk_error_set_errno (error, ENOENT, SHADOW);
    }
  forget (image);
  forget (base);
  forget (kept);
  return merged;
}

static gboolean
read_tally (const KioskIdentityRules *rules, const char *id, gint64 now, guint *failures)
{
  /* Failures are counted together for as long as they lock (pam-stack.h). */
  KioskTallyRule rule = { rules->attempts, rules->lockout, rules->lockout };
  g_autofree char *path = g_build_filename (TALLY_FOLDER, id, NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;

  *failures = 0;
  /* Who never failed has none. */
  return g_file_get_contents (path, &bytes, &length, NULL)
         && kiosk_tally_count ((const guint8 *) bytes, length, &rule, now, failures);
}

/* Adds the IDs that stand as word number @column (blanks or colons between) of the lines of @path. */
static GHashTable *
read_enrolled (const char *path, guint column)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return ids;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = NULL;

      g_strstrip (lines[i]);
      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      words = g_regex_split_simple ("[ \t:]+", lines[i], 0, 0);
      if (g_strv_length (words) > column + 1) /* and something behind it */
        g_hash_table_add (ids, g_strdup (words[column]));
    }
  kiosk_wipe (text, strlen (text)); /* keys */
  return ids;
}

/* Who is not in it has just been named by the policy. */
static KioskUses *
read_known (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!read_trusted (KIOSK_STATE_DIR "/" KIOSK_USES_NAME, &text, &error))
    g_printerr ("kioskctl: %s\n", error->message);
  return kiosk_uses_parse (text != NULL ? text : "", text != NULL ? strlen (text) : 0);
}

/* ---- Rows ---- */

static gboolean
is_unused (const KioskAccounts *self, const KioskAccountRow *row)
{
  gint64 limit = (gint64) self->policy->identity.unused_days * KIOSK_DAY_SECONDS;
  /* A log that is younger than the limit cannot say that somebody was not there. */
  gint64 since = row->last_use != 0 ? row->last_use : self->log_since;

  if (row->person != NULL)
    since = MAX (since, row->person->active_since);
  return limit > 0 && row->person != NULL && since != 0 && self->now - since >= limit;
}

static KioskFindings
find (const KioskAccounts *self, const KioskAccountRow *row)
{
  static const KioskFindings by_state[] = {
    [KIOSK_ACCOUNT_ACTIVE] = 0,
    [KIOSK_ACCOUNT_LOCKED_OUT] = KIOSK_FINDING_LOCKED_OUT,
    [KIOSK_ACCOUNT_EXPIRED] = KIOSK_FINDING_EXPIRED,
    [KIOSK_ACCOUNT_DISABLED] = KIOSK_FINDING_DISABLED,
    [KIOSK_ACCOUNT_ABSENT] = KIOSK_FINDING_ABSENT,
    [KIOSK_ACCOUNT_UNUSED] = KIOSK_FINDING_UNUSED,
  };
  KioskNameKind kind = kiosk_account_name_kind (row->id);

  return (row->person == NULL ? KIOSK_FINDING_UNLISTED : by_state[row->state])
         | (is_unused (self, row) ? KIOSK_FINDING_UNUSED : 0)
         | (row->left < 0 && row->state != KIOSK_ACCOUNT_DISABLED ? KIOSK_FINDING_OVERDUE : 0)
         | (kind == KIOSK_NAME_SHARED     ? KIOSK_FINDING_SHARED_NAME
            : kind == KIOSK_NAME_NUMBERED ? KIOSK_FINDING_NUMBERED_NAME
                                          : 0);
}

/* What there is beside the persons themselves. */
typedef struct {
  char *shadow;
  gsize shadow_length;
  GHashTable *totp, *fido2;
  Uses uses;        /* on record */
  KioskUses *known; /* kioskd's, which decides */
} Sources;

static void
sources_clear (Sources *sources)
{
  forget (sources->shadow);
  g_hash_table_unref (sources->totp);
  g_hash_table_unref (sources->fido2);
  g_hash_table_unref (sources->uses.last);
  kiosk_uses_free (sources->known);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sources, sources_clear)

/* As kioskd judges at the next proof, but that it also keeps times in the future in check. */
static gboolean
is_disabled (const KioskAccounts *self, const Sources *sources, const KioskAccountRow *row)
{
  return self->policy->disable_unused && row->person != NULL
         && kiosk_uses_days (kiosk_uses_get (sources->known, row->id), row->person->active_since,
                             self->now)
                >= (gint64) self->policy->identity.unused_days;
}

static void
add_row (KioskAccounts *self, const Sources *sources, const char *id)
{
  KioskAccountRow *row = g_new0 (KioskAccountRow, 1);
  const gint64 *last = g_hash_table_lookup (sources->uses.last, id);
  gboolean totp = g_hash_table_contains (sources->totp, id);
  gboolean fido2 = g_hash_table_contains (sources->fido2, id);
  gint64 today = self->now / KIOSK_DAY_SECONDS;
  KioskAccountEntry entry;
  gboolean locked_out;

  row->id = g_strdup (id);
  row->person = kiosk_policy_find_person (self->policy, id);
  kiosk_account_find (sources->shadow, sources->shadow_length, id, &entry);
  row->state = kiosk_account_judge (&entry, today);
  locked_out = read_tally (&self->policy->identity, id, self->now, &row->failures);
  if (row->state == KIOSK_ACCOUNT_ACTIVE && locked_out)
    row->state = KIOSK_ACCOUNT_LOCKED_OUT;
  if (row->state == KIOSK_ACCOUNT_ACTIVE && is_disabled (self, sources, row))
    row->state = KIOSK_ACCOUNT_UNUSED;
  row->last_use = last != NULL ? *last : 0;
  row->age = kiosk_account_password_age (&entry, today);
  row->left = kiosk_account_password_left (&entry, today);
  row->factor = totp && fido2 ? "totp+fido2" : totp ? "totp" : fido2 ? "fido2" : "";
  row->findings = find (self, row);
  g_ptr_array_add (self->rows, row);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Accounts of this machine with which somebody could prove to be there, and that no policy names. */
static gboolean
add_others (KioskAccounts *self, const Sources *sources, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  FILE *file = fopen (PASSWD, "re");
  const struct passwd *user;

  if (file == NULL)
    return kiosk_error_set_errno (error, errno, PASSWD);
  while ((user = fgetpwent (file)) != NULL)
    {
      KioskAccountEntry entry;
      gboolean person = user->pw_uid >= FIRST_PERSON && user->pw_uid <= LAST_PERSON;

      kiosk_account_find (sources->shadow, sources->shadow_length, user->pw_name, &entry);
      if (kiosk_policy_find_person (self->policy, user->pw_name) == NULL
          && (person
              || kiosk_account_judge (&entry, self->now / KIOSK_DAY_SECONDS)
                     == KIOSK_ACCOUNT_ACTIVE))
        g_ptr_array_add (ids, kiosk_text_clean (user->pw_name, 64));
    }
  fclose (file);
  g_ptr_array_sort (ids, compare_names);
  for (guint i = 0; i < ids->len; i++)
    add_row (self, sources, ids->pdata[i]);
  return TRUE;
}

KioskAccounts *
kiosk_accounts_gather (const KioskPolicy *policy, GError **error)
{
  g_autoptr (KioskAccounts) self = g_new0 (KioskAccounts, 1);
  g_auto (Sources) sources = {
    .totp = read_enrolled (TOTP_USERS, 1),
    .fido2 = read_enrolled (FIDO2_KEYS, 0),
    .known = read_known (),
    .uses.last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
  };

  self->policy = policy;
  self->now = kiosk_clock_realtime () / G_USEC_PER_SEC;
  self->rows = g_ptr_array_new_with_free_func (row_free);
  sources.shadow = read_shadow (error);
  if (sources.shadow == NULL || !read_log (self, &sources.uses, error))
    return NULL;
  sources.shadow_length = strlen (sources.shadow);
  for (guint i = 0; i < policy->persons->len; i++)
    add_row (self, &sources, ((const KioskPolicyPerson *) policy->persons->pdata[i])->id);
  return add_others (self, &sources, error) ? g_steal_pointer (&self) : NULL;
}
