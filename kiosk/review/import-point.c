/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "import-point.h"

#include "outages.h"
#include "kiosk/review/stay.h"

/* A GVariant of this type (docs.gtk.org/glib/gvariant-format-strings.html), little-endian, with the members in the order of the structure. */
#define TYPE "(ttxxxxssssxxxxx" KIOSK_STAY_BUILDER_TYPE KIOSK_OUTAGES_TYPE ")"

void
kiosk_import_point_free (KioskImportPoint *self)
{
  if (self == NULL)
    return;
  g_free (self->host);
  g_free (self->site);
  g_free (self->chain);
  g_free (self->sealed);
  g_clear_pointer (&self->stays, g_variant_unref);
  g_clear_pointer (&self->outages, g_variant_unref);
  g_free (self);
}

GBytes *
kiosk_import_point_pack (const KioskImportPoint *self)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new (
      "(ttxxxxssssxxxxx@" KIOSK_STAY_BUILDER_TYPE "@" KIOSK_OUTAGES_TYPE ")", self->records,
      self->unreadable, self->first, self->last, self->last_time, self->last_key, self->host,
      self->site, self->chain, self->sealed, self->place, self->last_place, self->site_place,
      self->stay, self->outage, self->stays, self->outages));
  g_autoptr (GVariant) stored
      = G_BYTE_ORDER == G_LITTLE_ENDIAN ? g_variant_ref (value) : g_variant_byteswap (value);

  return g_variant_get_data_as_bytes (stored);
}

KioskImportPoint *
kiosk_import_point_unpack (GBytes *bytes)
{
  g_autoptr (GVariant) stored
      = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (TYPE), bytes, FALSE));
  g_autoptr (GVariant) value = NULL;
  g_autoptr (KioskImportPoint) self = NULL;

  if (g_bytes_get_size (bytes) == 0 || !g_variant_is_normal_form (stored))
    return NULL;
  value = G_BYTE_ORDER == G_LITTLE_ENDIAN ? g_variant_ref (stored) : g_variant_byteswap (stored);
  self = g_new0 (KioskImportPoint, 1);
  g_variant_get (value, "(ttxxxxssssxxxxx@" KIOSK_STAY_BUILDER_TYPE "@" KIOSK_OUTAGES_TYPE ")",
                 &self->records, &self->unreadable, &self->first, &self->last, &self->last_time,
                 &self->last_key, &self->host, &self->site, &self->chain, &self->sealed,
                 &self->place, &self->last_place, &self->site_place, &self->stay, &self->outage,
                 &self->stays, &self->outages);
  return self->place >= 0 && self->last_place >= 0 ? g_steal_pointer (&self) : NULL;
}

gboolean
kiosk_import_point_is_open (const KioskImportPoint *self)
{
  g_autoptr (GVariant) stays = g_variant_get_child_value (self->stays, 5);
  g_autoptr (GVariant) outages = g_variant_get_child_value (self->outages, 1);

  return g_variant_n_children (stays) > 0 || g_variant_n_children (outages) > 0;
}

gboolean
kiosk_import_point_behead (KioskImportPoint *self, const KioskImportPoint *begin)
{
  if (kiosk_import_point_is_open (begin) || begin->records == 0 || begin->last == 0
      || self->records < begin->records || self->unreadable < begin->unreadable
      || (*self->site != '\0' && self->site_place < begin->last_place))
    return FALSE;
  self->records -= begin->records - 1;
  self->unreadable -= begin->unreadable;
  self->first = begin->last;
  return TRUE;
}
