/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "import-kept.h"

#include <string.h>

/* Number of a part: that of its log times this, and that of the file. */
#define PARTS_MAX (G_GINT64_CONSTANT (1) << 20)

KioskImportPart *
kiosk_import_part_new (const char *name, GBytes *verifier, GBytes *point)
{
  KioskImportPart *part = g_new0 (KioskImportPart, 1);

  part->name = g_strdup (name);
  part->stamp = g_strdup ("");
  part->verifier = g_bytes_ref (verifier);
  part->point = g_bytes_ref (point);
  return part;
}

void
kiosk_import_part_free (KioskImportPart *part)
{
  if (part == NULL)
    return;
  g_free (part->name);
  g_free (part->stamp);
  g_bytes_unref (part->verifier);
  g_bytes_unref (part->point);
  g_free (part);
}

void
kiosk_import_kept_free (KioskImportKept *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->parts);
  g_bytes_unref (self->tail);
  g_free (self);
}

/* ---- The tables ---- */

static gboolean
load_parts (KioskImportKept *self, KioskDb *db, GError **error)
{
  KioskDbValue range[]
      = { KIOSK_DB_NUMBER (self->id * PARTS_MAX), KIOSK_DB_NUMBER ((self->id + 1) * PARTS_MAX) };
  g_autoptr (KioskDbRows) rows = db->class->query (
      db, "SELECT name, stamp, verifier, point FROM part WHERE id >= $1 AND id < $2 ORDER BY id",
      range, G_N_ELEMENTS (range), error);
  int there = rows != NULL ? 1 : -1;

  while (there > 0 && (there = kiosk_db_rows_next (rows, error)) > 0)
    {
      KioskImportPart *part = g_new0 (KioskImportPart, 1);

      part->name = kiosk_db_rows_text (rows, 0);
      part->stamp = kiosk_db_rows_text (rows, 1);
      part->verifier = kiosk_db_rows_bytes (rows, 2);
      part->point = kiosk_db_rows_bytes (rows, 3);
      g_ptr_array_add (self->parts, part);
    }
  return there == 0;
}

gboolean
kiosk_import_kept_load (KioskDb *db, const char *path, const char *base, KioskImportKept **kept,
                        GError **error)
{
  g_autoptr (KioskImportKept) self = NULL;
  g_autoptr (KioskDbRows) rows = NULL;
  KioskDbValue values[] = { KIOSK_DB_STRING (path), KIOSK_DB_STRING (base) };
  g_autoptr (KioskImportPoint) tail = NULL;
  guint64 records;
  int there;

  *kept = NULL;
  rows = db->class->query (
      db, "SELECT id, records, tail FROM log WHERE path = $1 AND base = $2 AND base <> ''", values,
      G_N_ELEMENTS (values), error);
  there = rows != NULL ? kiosk_db_rows_next (rows, error) : -1;
  if (there <= 0)
    return there == 0;
  self = g_new0 (KioskImportKept, 1);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_import_part_free);
  self->id = kiosk_db_rows_number (rows, 0);
  records = (guint64) kiosk_db_rows_number (rows, 1);
  self->tail = kiosk_db_rows_bytes (rows, 2);
  tail = kiosk_import_point_unpack (self->tail);
  if (!load_parts (self, db, error))
    return FALSE;
  if (tail == NULL || self->parts->len == 0)
    return TRUE;
  self->more = records > tail->records;
  *kept = g_steal_pointer (&self);
  return TRUE;
}

gboolean
kiosk_import_kept_remove (KioskDb *db, gint64 id, GError **error)
{
  KioskDbValue range[]
      = { KIOSK_DB_NUMBER (id * PARTS_MAX), KIOSK_DB_NUMBER ((id + 1) * PARTS_MAX) };

  return kiosk_db_do (db, "DELETE FROM part WHERE id >= $1 AND id < $2", range,
                      G_N_ELEMENTS (range), error);
}

gboolean
kiosk_import_kept_put (KioskDb *db, gint64 id, GPtrArray *parts, GError **error)
{
  gboolean good = kiosk_import_kept_remove (db, id, error);

  for (guint i = 0; good && i < parts->len && i < PARTS_MAX; i++)
    {
      const KioskImportPart *part = g_ptr_array_index (parts, i);
      KioskDbValue values[] = {
        KIOSK_DB_NUMBER (id * PARTS_MAX + i), KIOSK_DB_STRING (part->name),
        KIOSK_DB_STRING (part->stamp),
        KIOSK_DB_BYTES (g_bytes_get_data (part->verifier, NULL), g_bytes_get_size (part->verifier)),
        KIOSK_DB_BYTES (g_bytes_get_data (part->point, NULL), g_bytes_get_size (part->point))
      };

      good = db->class->put (db, KIOSK_TABLE_PART, values, error);
    }
  return good && db->class->flush (db, error);
}

/* ---- Which files are the same ---- */

guint
kiosk_import_kept_choose (const KioskImportKept *self, const char *const *stamps)
{
  guint k = 0;

  while (k + 1 < self->parts->len && stamps[k] != NULL && stamps[k + 1] != NULL
         && *stamps[k] != '\0'
         && g_str_equal (stamps[k], ((KioskImportPart *) self->parts->pdata[k])->stamp))
    k++;
  return k;
}

/* ---- Files that are gone ---- */

static gboolean
behead_point (GBytes **packed, const KioskImportPoint *begin)
{
  g_autoptr (KioskImportPoint) point = kiosk_import_point_unpack (*packed);

  if (point == NULL || !kiosk_import_point_behead (point, begin))
    return FALSE;
  g_bytes_unref (*packed);
  *packed = kiosk_import_point_pack (point);
  return TRUE;
}

static gboolean
behead_part (KioskImportPart *part, GBytes *verifier, const KioskImportPoint *begin)
{
  GBytes *state = kiosk_audit_verifier_behead (part->verifier, verifier);

  if (state == NULL)
    return FALSE;
  g_bytes_unref (part->verifier);
  part->verifier = state;
  return behead_point (&part->point, begin);
}

/* The log begins with the last record of the file before. */
static void
begin_with (KioskImportPart *part, const KioskImportPoint *point)
{
  g_autoptr (KioskImportPoint) begin = kiosk_import_point_unpack (part->point);

  g_bytes_unref (part->verifier);
  g_bytes_unref (part->point);
  begin->records = begin->unreadable = 0;
  begin->place = point->last_place;
  part->verifier = g_bytes_new_static ("", 0);
  part->point = kiosk_import_point_pack (begin);
}

static gboolean
delete_before (KioskDb *db, gint64 log, const KioskImportPoint *point, GError **error)
{
  KioskDbValue place[] = { KIOSK_DB_NUMBER (log), KIOSK_DB_NUMBER (point->last_place) };
  KioskDbValue block[]
      = { KIOSK_DB_NUMBER (log), KIOSK_DB_NUMBER (point->last_place / KIOSK_BLOCK_LINES) };
  KioskDbValue stay[] = { KIOSK_DB_NUMBER (log), KIOSK_DB_NUMBER (point->stay) };
  KioskDbValue outage[] = { KIOSK_DB_NUMBER (log), KIOSK_DB_NUMBER (point->outage) };

  db->class->forget_keys (db);
  return kiosk_db_do (db, "DELETE FROM record WHERE log = $1 AND block < $2", place, 2, error)
         && kiosk_db_do (db, "DELETE FROM block WHERE log = $1 AND id < $2", block, 2, error)
         && kiosk_db_do (db, "DELETE FROM stay_part WHERE log = $1 AND stay < $2", stay, 2, error)
         && kiosk_db_do (db, "DELETE FROM stay WHERE log = $1 AND id < $2", stay, 2, error)
         && kiosk_db_do (db, "DELETE FROM outage WHERE log = $1 AND id < $2", outage, 2, error);
}

gboolean
kiosk_import_kept_behead (KioskImportKept *self, KioskDb *db, const char *first, gboolean *good,
                          GError **error)
{
  g_autoptr (KioskImportPoint) point = NULL;
  g_autoptr (GBytes) verifier = NULL;
  KioskImportPart *part = NULL;
  guint n;

  for (n = 0; n < self->parts->len; n++)
    {
      part = g_ptr_array_index (self->parts, n);
      if (*first != '\0' && g_str_equal (part->stamp, first))
        break;
    }
  *good = n == 0 || n == self->parts->len; /* nothing is gone, or nobody can say what */
  if (n == 0 || n == self->parts->len || (point = kiosk_import_point_unpack (part->point)) == NULL)
    return TRUE;
  verifier = g_bytes_ref (part->verifier);
  for (guint i = n + 1; i < self->parts->len; i++)
    if (!behead_part (g_ptr_array_index (self->parts, i), verifier, point))
      return TRUE;
  if (!behead_point (&self->tail, point))
    return TRUE;
  begin_with (part, point);
  g_ptr_array_remove_range (self->parts, 0, n);
  *good = TRUE;
  return delete_before (db, self->id, point, error);
}
