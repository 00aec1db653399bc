/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "devices-learn.h"

#include "devices-scan.h"

/* What is printed is a file of policy.d as it stands. Whatever a device says of itself stands in comments only, cleaned. */

/* "keyboard-046d-c31c", with a number behind when there are several. */
static char *
choose_id (GHashTable *taken, const KioskUsbFacts *facts, const char *kind)
{
  char *id = g_strdup_printf ("%s-%02x%02x-%02x%02x", kind, facts->bytes[9], facts->bytes[8],
                              facts->bytes[11], facts->bytes[10]);

  for (guint n = 2; !g_hash_table_add (taken, g_strdup (id)); n++)
    {
      g_free (id);
      id = g_strdup_printf ("%s-%02x%02x-%02x%02x-%u", kind, facts->bytes[9], facts->bytes[8],
                            facts->bytes[11], facts->bytes[10], n);
    }
  return id;
}

static void
print_device (const KioskPluggedIn *device, GHashTable *taken)
{
  const KioskUsbFacts *facts = &device->facts;
  g_auto (KioskUsbVerdict) verdict = { 0 };
  g_autofree char *claim = NULL;
  g_autofree char *line = NULL;
  g_autofree char *id = NULL;
  g_autofree char *rule = NULL;
  const KioskLabel *label;

  if (device->problem != NULL)
    {
      g_print ("# %s: 確認できません / cannot be examined: %s\n\n", device->name, device->problem);
      return;
    }
  kiosk_usb_judge (NULL, facts, KIOSK_MOMENT_UNLOCKED, &verdict);
  claim = kiosk_usb_facts_claim (facts);
  line = kiosk_usb_facts_describe (facts);
  label = kiosk_device_kind_label (verdict.kind);
  g_print ("# %s「%s」 / %s \"%s\"\n# %s\n", label->ja, claim, label->en, claim, line);
  if (facts->length >= 12)
    {
      id = choose_id (taken, facts, kiosk_device_kind_name (verdict.kind));
      rule = kiosk_usb_suggest_rule (facts, id);
    }
  if (rule == NULL)
    {
      g_print ("# 許可できない機器のため、設定はありません。 / No rule: it cannot be "
               "allowed.\n# %s\n\n",
               verdict.detail);
      return;
    }
  if (verdict.kind == KIOSK_DEVICE_OTHER)
    g_print (
        "# FIDO2 のセキュリティキーかどうかは、機器情報ではわかりません。違う場合は削除してください。\n"
        "# Whether it is a FIDO2 security key, descriptors do not tell. If it is none, remove this.\n");
  if (facts->depth + (verdict.kind == KIOSK_DEVICE_HUB) > 0)
    g_print (
        "# [devices] に hub-depth=%u 以上が必要です。 / Needs hub-depth=%u or more in [devices].\n",
        facts->depth + (verdict.kind == KIOSK_DEVICE_HUB),
        facts->depth + (verdict.kind == KIOSK_DEVICE_HUB));
  g_print ("%s\n", rule);
}

void
kiosk_ctl_devices_learn (const GPtrArray *devices)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_print (
      "# 今つながっている機器の設定です。確認し、使用しない機器の行を削除してから使用してください。\n"
      "# descriptors は、機器のファームウェアを更新すると変わります。\n"
      "# Rules for what is plugged in now. Review them, and remove what is not to be used.\n"
      "# The descriptors change when the firmware of a device is updated.\n\n");
  for (guint i = 0; i < devices->len; i++)
    print_device (devices->pdata[i], taken);
}
