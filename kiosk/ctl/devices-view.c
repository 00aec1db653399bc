/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "devices-view.h"

#include "devices-buses.h"

#include "columns.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Words and JSON only; nothing is judged here. */

static const char *const purposes[] = {
  [KIOSK_PURPOSE_KEYBOARD] = "keyboard",
  [KIOSK_PURPOSE_POINTER] = "pointer",
  [KIOSK_PURPOSE_TOKEN] = "token",
  [KIOSK_PURPOSE_HUB] = "hub",
};

/* ---- One verdict ---- */

static char *
list_interfaces (guint32 interfaces)
{
  GString *text = g_string_new (NULL);

  for (guint n = 0; n < KIOSK_USB_MAX_INTERFACES; n++)
    if ((interfaces >> n & 1) != 0)
      g_string_append_printf (text, "%s%u", text->len > 0 ? ", " : "", n);
  return g_string_free (text, FALSE);
}

char *
kiosk_ctl_device_verdict_text (const KioskUsbVerdict *verdict, KioskLanguage language)
{
  gboolean ja = language == KIOSK_LANGUAGE_JA;
  g_autofree char *interfaces = NULL;

  if (!verdict->allowed)
    return g_strdup_printf (ja ? "拒否: %s" : "refused: %s",
                            kiosk_audit_reason_text (verdict->reason, ja));
  interfaces = list_interfaces (verdict->interfaces);
  return ja ? g_strdup_printf ("許可: %s（構成 %u のインターフェース %s）",
                               kiosk_device_kind_label (verdict->kind)->ja, verdict->configuration,
                               interfaces)
            : g_strdup_printf ("allowed as %s (interfaces %s of configuration %u)",
                               purposes[verdict->purpose], interfaces, verdict->configuration);
}

static void
set_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
set_number (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
set_truth (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
set_interfaces (JsonBuilder *builder, guint32 interfaces)
{
  json_builder_set_member_name (builder, "interfaces");
  json_builder_begin_array (builder);
  for (guint n = 0; n < KIOSK_USB_MAX_INTERFACES; n++)
    if ((interfaces >> n & 1) != 0)
      json_builder_add_int_value (builder, n);
  json_builder_end_array (builder);
}

void
kiosk_ctl_device_verdict_json (JsonBuilder *builder, const KioskUsbVerdict *verdict)
{
  set_truth (builder, "allowed", verdict->allowed);
  set_text (builder, "kind", kiosk_device_kind_name (verdict->kind));
  set_text (builder, "purpose", verdict->allowed ? purposes[verdict->purpose] : NULL);
  set_number (builder, "configuration", verdict->configuration);
  set_interfaces (builder, verdict->interfaces);
  set_text (builder, "reason", verdict->reason);
  set_text (builder, "rule", verdict->rule);
  set_text (builder, "file", verdict->place.line > 0 ? verdict->place.source : NULL);
  set_number (builder, "line", verdict->place.line);
  set_text (builder, "detail", verdict->detail);
}

void
kiosk_ctl_print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, TRUE);

  g_print ("%s\n", text);
}

/* ---- The table ---- */

static GStrv
new_row (const char *a, const char *b, const char *c, const char *d, const char *e)
{
  const char *const texts[] = { a, b, c, d, e, NULL };

  return g_strdupv ((GStrv) texts);
}

static void
print_buses (const GPtrArray *buses, gboolean ja)
{
  g_print ("%s", ja ? "USB の接続口:\n" : "USB buses:\n");
  for (guint i = 0; i < buses->len; i++)
    {
      const KioskUsbBus *bus = buses->pdata[i];
      gboolean closed = kiosk_ctl_usb_bus_is_closed (bus);

      g_print ("  %s  %s  authorized_default=%s interface_authorized_default=%s\n", bus->name,
               ja ? (closed ? "閉じています" : "開いています！")
                  : (closed ? "closed" : "OPEN: devices work by themselves"),
               bus->devices_default, bus->interfaces_default);
    }
  if (buses->len == 0)
    g_print ("%s", ja ? "  ありません\n" : "  none\n");
}

static const char *
kernel_text (const KioskDeviceView *view, gboolean ja)
{
  if (!view->as_wanted)
    return ja ? "動作（設定と違います！）" : "works, AGAINST THE POLICY";
  if (!view->device->authorized)
    return ja ? "停止" : "dead";
  return view->device->interfaces != 0 ? (ja ? "動作" : "works")
                                       : (ja ? "機能は停止" : "no interface works");
}

/* The policy's word: "allowed as keyboard (...), not at every time". */
static char *
policy_text (const KioskDeviceView *view, KioskLanguage language)
{
  gboolean ja = language == KIOSK_LANGUAGE_JA;
  g_autofree char *text = kiosk_ctl_device_verdict_text (&view->verdict, language);
  g_autofree char *place = NULL;

  if (view->verdict.place.line > 0)
    place = g_strdup_printf (ja ? "、%s:%u" : ", %s:%u", view->verdict.place.source,
                             view->verdict.place.line);
  return g_strconcat (text,
                      view->verdict.allowed && !view->always
                          ? (ja ? "、時間の制限あり" : ", not at every time")
                          : "",
                      place, NULL);
}

void
kiosk_ctl_devices_print (const GPtrArray *buses, const GPtrArray *views, gboolean policy_read,
                         KioskLanguage language)
{
  gboolean ja = language == KIOSK_LANGUAGE_JA;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  print_buses (buses, ja);
  g_print ("\n");
  g_ptr_array_add (rows, ja ? new_row ("接続口", "ID", "機器", "今の状態", "設定")
                            : new_row ("PORT", "ID", "DEVICE", "NOW", "POLICY"));
  for (guint i = 0; i < views->len; i++)
    {
      const KioskDeviceView *view = views->pdata[i];
      const KioskUsbFacts *facts = &view->device->facts;
      g_autofree char *claim = facts->name != NULL ? kiosk_usb_facts_claim (facts) : NULL;
      g_autofree char *what = NULL;
      g_autofree char *word = policy_read ? policy_text (view, language) : NULL;
      char id[10] = "?";

      if (facts->length >= 12)
        g_snprintf (id, sizeof id, "%02x%02x:%02x%02x", facts->bytes[9], facts->bytes[8],
                    facts->bytes[11], facts->bytes[10]);
      what = g_strdup_printf (
          ja ? "%s「%s」" : "%s \"%s\"",
          kiosk_label_get (kiosk_device_kind_label (view->verdict.kind), language),
          claim != NULL ? claim : "");
      g_ptr_array_add (
          rows,
          new_row (facts->path != NULL && facts->path[0] != '\0' ? facts->path : view->device->name,
                   id, what, kernel_text (view, ja), word != NULL ? word : "?"));
    }
  if (views->len == 0)
    g_print ("%s", ja ? "つながっている機器はありません。\n" : "Nothing is plugged in.\n");
  else
    kiosk_ctl_print_rows (rows, 5);
}

static void
add_device (JsonBuilder *builder, const KioskDeviceView *view, gboolean policy_read)
{
  const KioskUsbFacts *facts = &view->device->facts;
  g_autofree char *claim = facts->name != NULL ? kiosk_usb_facts_claim (facts) : NULL;
  g_autofree char *line = facts->name != NULL ? kiosk_usb_facts_describe (facts) : NULL;

  json_builder_begin_object (builder);
  set_text (builder, "name", view->device->name);
  set_text (builder, "path", facts->path);
  set_text (builder, "claim", claim);
  set_text (builder, "description", line);
  set_text (builder, "problem", view->device->problem);
  set_truth (builder, "authorized", view->device->authorized);
  set_truth (builder, "as-wanted", view->as_wanted);
  json_builder_set_member_name (builder, "policy");
  if (policy_read)
    {
      json_builder_begin_object (builder);
      kiosk_ctl_device_verdict_json (builder, &view->verdict);
      set_truth (builder, "always", view->always);
      json_builder_end_object (builder);
    }
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);
}

void
kiosk_ctl_devices_print_json (const GPtrArray *buses, const GPtrArray *views, gboolean policy_read,
                              const GPtrArray *ways)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "buses");
  json_builder_begin_array (builder);
  for (guint i = 0; i < buses->len; i++)
    {
      const KioskUsbBus *bus = buses->pdata[i];

      json_builder_begin_object (builder);
      set_text (builder, "name", bus->name);
      set_truth (builder, "closed", kiosk_ctl_usb_bus_is_closed (bus));
      set_text (builder, "authorized_default", bus->devices_default);
      set_text (builder, "interface_authorized_default", bus->interfaces_default);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < views->len; i++)
    add_device (builder, views->pdata[i], policy_read);
  json_builder_end_array (builder);
  if (ways != NULL)
    kiosk_ctl_ways_add (ways, builder);
  json_builder_end_object (builder);
  kiosk_ctl_print_json (builder);
}
