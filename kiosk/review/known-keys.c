/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "kiosk/review/known-keys.h"

#include "kiosk/base/error.h"
#include "kiosk/base/text.h"
#include "kiosk/log/enrolment.h"

#include <string.h>

/* A short list, searched from the begin. */

#define NAME_CHARS 100

typedef struct {
  KioskKnownKind kind;
  guint8 key[KIOSK_KNOWN_KEY_SIZE];
  char *name;
} Known;

struct _KioskKnownKeys {
  GPtrArray *list; /* of Known */
};

static const char *const words[] = {
  [KIOSK_KNOWN_SIGNER] = "signer",
  [KIOSK_KNOWN_COLLECTOR] = "collector",
  [KIOSK_KNOWN_LOG] = "log",
};

static void
known_free (gpointer data)
{
  g_free (((Known *) data)->name);
  g_free (data);
}

void
kiosk_known_keys_free (KioskKnownKeys *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->list);
  g_free (self);
}

static gboolean
take_line (KioskKnownKeys *self, char *line)
{
  g_auto (GStrv) parts = g_strsplit (g_strstrip (line), " ", 3);
  Known known = { 0 };
  gboolean found = FALSE;

  if (*line == '\0' || *line == '#')
    return TRUE;
  if (g_strv_length (parts) != 3 || *g_strstrip (parts[2]) == '\0'
      || !kiosk_hex_to_bytes (parts[1], known.key, sizeof known.key))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (words) && !found; i++)
    {
      found = g_str_equal (parts[0], words[i]);
      known.kind = (KioskKnownKind) i;
    }
  if (!found)
    return FALSE;
  known.name = kiosk_text_clean (parts[2], NAME_CHARS);
  g_ptr_array_add (self->list, g_memdup2 (&known, sizeof known));
  return TRUE;
}

KioskKnownKeys *
kiosk_known_keys_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (KioskKnownKeys) self = g_new0 (KioskKnownKeys, 1);
  g_autofree char *copy = NULL;
  g_auto (GStrv) lines = NULL;

  self->list = g_ptr_array_new_with_free_func (known_free);
  if (!g_utf8_validate (text, (gssize) length, NULL))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "list of keys: not UTF-8");
      return NULL;
    }
  copy = g_strndup (text, length);
  lines = g_strsplit (copy, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!take_line (self, lines[i]))
      {
        g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                     "list of keys: line %u is not \"signer|collector|log KEY NAME\"", i + 1);
        return NULL;
      }
  return g_steal_pointer (&self);
}

const char *
kiosk_known_keys_find (const KioskKnownKeys *self, KioskKnownKind kind, const guint8 *key)
{
  for (guint i = 0; self != NULL && i < self->list->len; i++)
    {
      const Known *known = self->list->pdata[i];

      if (known->kind == kind && memcmp (known->key, key, sizeof known->key) == 0)
        return known->name;
    }
  return NULL;
}

gboolean
kiosk_known_keys_has (const KioskKnownKeys *self, KioskKnownKind kind, const char *name)
{
  for (guint i = 0; self != NULL && i < self->list->len; i++)
    {
      const Known *known = self->list->pdata[i];

      if (known->kind == kind && (name == NULL || g_str_equal (known->name, name)))
        return TRUE;
    }
  return FALSE;
}
