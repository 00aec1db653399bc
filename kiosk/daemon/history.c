/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "history.h"

/* One group a person: two keys of ours, and one key a server. Ids never begin with "@". */
#define KEY_LAST "@last"
#define KEY_FAILURES "@failures"

struct _KioskHistory {
  char *path;
  GKeyFile *file;
};

KioskHistory *
kiosk_history_new (const char *path)
{
  KioskHistory *self = g_new0 (KioskHistory, 1);
  g_autoptr (GError) error = NULL;

  self->path = g_strdup (path);
  self->file = g_key_file_new ();
  if (!g_key_file_load_from_file (self->file, path, G_KEY_FILE_NONE, &error)
      && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_warning ("%s: %s, ignoring", path, error->message);
  return self;
}

void
kiosk_history_free (KioskHistory *self)
{
  if (self == NULL)
    return;
  g_key_file_unref (self->file);
  g_free (self->path);
  g_free (self);
}

static void
save (KioskHistory *self)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  g_autofree char *data = g_key_file_to_data (self->file, &length, NULL);

  if (!g_file_set_contents_full (self->path, data, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT,
                                 0600, &error))
    g_warning ("%s: %s, ignoring", self->path, error->message);
}

void
kiosk_history_get_login (KioskHistory *self, const char *person, gint64 *last, guint *failures)
{
  *last = g_key_file_get_int64 (self->file, person, KEY_LAST, NULL);
  *failures = (guint) g_key_file_get_uint64 (self->file, person, KEY_FAILURES, NULL);
}

void
kiosk_history_add_login (KioskHistory *self, const char *person, gint64 when)
{
  g_key_file_set_int64 (self->file, person, KEY_LAST, when);
  g_key_file_set_uint64 (self->file, person, KEY_FAILURES, 0);
  save (self);
}

void
kiosk_history_add_failure (KioskHistory *self, const char *person)
{
  guint64 failures = g_key_file_get_uint64 (self->file, person, KEY_FAILURES, NULL);

  g_key_file_set_uint64 (self->file, person, KEY_FAILURES, failures + 1);
  save (self);
}

gint64
kiosk_history_get_session (KioskHistory *self, const char *person, const char *server)
{
  return g_key_file_get_int64 (self->file, person, server, NULL);
}

void
kiosk_history_add_session (KioskHistory *self, const char *person, const char *server, gint64 when)
{
  g_key_file_set_int64 (self->file, person, server, when);
  save (self);
}
