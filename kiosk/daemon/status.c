/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "status.h"

#include "config.h"

#include "kiosk/base/clock.h"
#include "kiosk/model/image.h"

static void
add_string (GVariantDict *dict, const char *key, const char *value)
{
  g_variant_dict_insert (dict, key, "s", value != NULL ? value : "");
}

static void
add_label (GVariantDict *dict, const char *key, const KioskLabel *label)
{
  g_autofree char *ja = g_strconcat (key, "-ja", NULL);
  g_autofree char *en = g_strconcat (key, "-en", NULL);

  add_string (dict, ja, label != NULL ? label->ja : NULL);
  add_string (dict, en, label != NULL ? label->en : NULL);
}

void
kiosk_notice_clear (KioskNotice *notice)
{
  g_free (notice->reference);
  g_free (notice->expected);
  g_free (notice->received);
  *notice = (KioskNotice){ .code = "" };
}

void
kiosk_refused_device_free (KioskRefusedDevice *device)
{
  g_free (device->id);
  g_free (device->name);
  g_free (device->port.ja);
  g_free (device->port.en);
  g_free (device->reference);
  g_free (device);
}

static void
add_devices (GVariantDict *dict, const GPtrArray *devices)
{
  guint n = devices != NULL ? devices->len : 0;
  guint told = MIN (n, KIOSK_STATUS_DEVICES);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < told; i++)
    {
      const KioskRefusedDevice *device = devices->pdata[i];
      GVariantDict one;

      g_variant_dict_init (&one, NULL);
      add_string (&one, "kind", device->kind);
      add_string (&one, "name", device->name);
      add_label (&one, "port", &device->port);
      add_string (&one, "reason", device->reason);
      add_string (&one, "reference", device->reference);
      g_variant_dict_insert (&one, "time", "x", device->time);
      g_variant_builder_add_value (&list, g_variant_dict_end (&one));
    }
  g_variant_dict_insert_value (dict, "devices", g_variant_builder_end (&list));
  g_variant_dict_insert (dict, "devices-more", "u", n - told);
}

static void
add_check (GVariantDict *dict, const KioskKeyboardStatus *check)
{
  add_string (dict, "check-number", check->number);
  g_variant_dict_insert (dict, "check-typed", "u", check->typed);
  g_variant_dict_insert (dict, "check-until", "x", check->until);
  add_string (dict, "check-name", check->name);
  g_variant_dict_insert (dict, "check-tries", "u", check->tries);
}

GVariant *
kiosk_status_to_variant (const KioskStatus *status)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  add_string (&dict, "state", kiosk_state_name (status->state));
  add_string (&dict, "person", status->person != NULL ? status->person->id : NULL);
  add_label (&dict, "person", status->person != NULL ? &status->person->name : NULL);
  add_string (&dict, "session", status->session);
  add_label (&dict, "mark", &status->mark);
  add_string (&dict, "server", status->server != NULL ? status->server->id : NULL);
  add_label (&dict, "server", status->server != NULL ? &status->server->label : NULL);
  add_string (&dict, "ticket", status->ticket);
  g_variant_dict_insert (&dict, "connected-since", "x", status->connected_since);
  g_variant_dict_insert (&dict, "step", "u", status->step);
  g_variant_dict_insert_value (&dict, "step-times",
                               g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, status->step_times,
                                                          MIN (status->step, KIOSK_STATUS_STEPS),
                                                          sizeof (gint64)));
  add_string (&dict, "error", status->notice.code);
  add_string (&dict, "error-reference", status->notice.reference);
  g_variant_dict_insert (&dict, "error-time", "x", status->notice.time);
  add_string (&dict, "error-expected", status->notice.expected);
  add_string (&dict, "error-received", status->notice.received);
  add_string (&dict, "lock-cause", status->lock_cause);
  g_variant_dict_insert (&dict, "locked-since", "x", status->locked_since);
  g_variant_dict_insert (&dict, "logoff-at", "x", status->logoff_at);
  add_string (&dict, "warning", status->warning);
  g_variant_dict_insert (&dict, "warning-at", "x", status->warning_at);
  g_variant_dict_insert (&dict, "log-ok", "b", status->log_ok);
  add_string (&dict, "seal", status->seal);
  g_variant_dict_insert (&dict, "seal-sequence", "x", (gint64) status->seal_sequence);
  g_variant_dict_insert (&dict, "seal-time", "x", status->seal_time);
  add_string (&dict, "line", status->line);
  g_variant_dict_insert (&dict, "line-since", "x", status->line_since);
  g_variant_dict_insert (&dict, "clock-ok", "b", kiosk_clock_is_synchronised ());
  add_string (&dict, "stop-code", status->stop_code);
  g_variant_dict_insert (&dict, "stop-since", "x", status->stop_since);
  g_variant_dict_insert (&dict, "last-login", "x", status->last_login);
  g_variant_dict_insert (&dict, "failures-since", "u", status->failures_since);
  g_variant_dict_insert (&dict, "password-days", "i", status->password_days);
  add_string (&dict, "conversation", status->conversation);
  add_devices (&dict, status->devices);
  add_check (&dict, &status->check);
  return g_variant_dict_end (&dict);
}

/* os-release(5): the image builder writes its version (IMAGE_VERSION) and date (a field of our own)
 * there. On a machine that is no image the program's version stands for it, and that has no age. */
static void
add_image (GVariantDict *dict)
{
  g_autofree char *version = g_get_os_info ("IMAGE_VERSION");
  g_autofree char *date = g_get_os_info ("KIOSK_IMAGE_DATE");
  gboolean image = version != NULL && *version != '\0';

  add_string (dict, "image-version", image ? version : KIOSK_VERSION);
  add_string (dict, "image-date", image && kiosk_image_date_is_valid (date) ? date : NULL);
}

GVariant *
kiosk_status_terminal_to_variant (const KioskPolicy *policy)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (policy != NULL)
    {
      add_string (&dict, "id", policy->id);
      add_label (&dict, "site", &policy->site);
      add_label (&dict, "location", &policy->location);
      add_label (&dict, "contact", &policy->contact);
      add_string (&dict, "phone", policy->phone);
      add_string (&dict, "language", policy->language == KIOSK_LANGUAGE_JA ? "ja" : "en");
      add_label (&dict, "spare", &policy->spare);
      add_label (&dict, "notice", &policy->notice);
      g_variant_dict_insert (&dict, "watermark", "b", policy->watermark);
      g_variant_dict_insert (&dict, "password-length", "u", policy->identity.min_length);
      g_variant_dict_insert (&dict, "password-classes", "u", policy->identity.classes);
      g_variant_dict_insert (&dict, "password-history", "u", policy->identity.history);
      add_image (&dict);
    }
  return g_variant_dict_end (&dict);
}
