/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "device-private.h"

/* What a device looks like to a person, from the classes that it claims. Only for words: nothing is allowed or refused
 * because of its kind. */

/* -1: any. The first row that one interface (or the device) fits is the kind; the most dangerous stand first. */
static const struct {
  KioskUsbPattern pattern;
  KioskDeviceKind kind;
} looks[] = {
  { { 0x08, -1, -1 }, KIOSK_DEVICE_STORAGE },
  { { 0x06, -1, -1 }, KIOSK_DEVICE_PHONE },       /* still image: MTP and PTP */
  { { 0xff, 0x42, -1 }, KIOSK_DEVICE_PHONE },     /* Android debug and fastboot */
  { { 0xff, 0xfe, 0x02 }, KIOSK_DEVICE_PHONE },   /* Apple's multiplexer */
  { { 0x0e, -1, -1 }, KIOSK_DEVICE_CAMERA },      /* video */
  { { 0x10, -1, -1 }, KIOSK_DEVICE_CAMERA },      /* audio and video */
  { { 0xe0, 0x01, 0x03 }, KIOSK_DEVICE_NETWORK }, /* RNDIS */
  { { 0xef, 0x04, 0x01 }, KIOSK_DEVICE_NETWORK }, /* RNDIS over Ethernet */
  { { 0x02, 0x02, 0xff }, KIOSK_DEVICE_NETWORK }, /* RNDIS as a modem of the vendor's */
  { { 0x02, 0x06, -1 }, KIOSK_DEVICE_NETWORK },   /* Ethernet (ECM) */
  { { 0x02, 0x0c, -1 }, KIOSK_DEVICE_NETWORK },   /* EEM */
  { { 0x02, 0x0d, -1 }, KIOSK_DEVICE_NETWORK },   /* NCM */
  { { 0x02, 0x0e, -1 }, KIOSK_DEVICE_NETWORK },   /* MBIM */
  { { 0xe0, -1, -1 }, KIOSK_DEVICE_WIRELESS },
  { { 0x07, -1, -1 }, KIOSK_DEVICE_PRINTER },
  { { 0x01, -1, -1 }, KIOSK_DEVICE_SOUND },
  { { 0x02, -1, -1 }, KIOSK_DEVICE_SERIAL },
  { { 0x0a, -1, -1 }, KIOSK_DEVICE_SERIAL },
  { { 0x0b, -1, -1 }, KIOSK_DEVICE_CARD_READER },
  { { 0x03, 0x01, 0x01 }, KIOSK_DEVICE_KEYBOARD },
  { { 0x03, 0x01, 0x02 }, KIOSK_DEVICE_POINTER },
  { { 0x09, -1, -1 }, KIOSK_DEVICE_HUB },
};

gboolean
kiosk_usb_pattern_matches (KioskUsbPattern pattern, KioskUsbClass class)
{
  return (pattern.class < 0 || pattern.class == class.class)
         && (pattern.subclass < 0 || pattern.subclass == class.subclass)
         && (pattern.protocol < 0 || pattern.protocol == class.protocol);
}

static guint
rank (KioskUsbClass class)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (looks) && !kiosk_usb_pattern_matches (looks[i].pattern, class))
    i++;
  return i;
}

KioskDeviceKind
kiosk_usb_kind (const KioskUsbDescriptors *descriptors)
{
  guint best = rank (descriptors->class);
  gboolean hid = FALSE;

  for (guint c = 0; c < descriptors->configurations->len; c++)
    {
      const KioskUsbConfiguration *configuration = descriptors->configurations->pdata[c];

      for (guint i = 0; i < configuration->interfaces->len; i++)
        {
          const KioskUsbInterface *interface = &g_array_index (configuration->interfaces,
                                                               KioskUsbInterface, i);

          best = MIN (best, rank (interface->class));
          hid |= interface->class.class == 0x03;
        }
    }
  if (best == G_N_ELEMENTS (looks))
    return KIOSK_DEVICE_OTHER;
  /* A smart card that also types or speaks FIDO is a security key. */
  if (looks[best].kind == KIOSK_DEVICE_CARD_READER && hid)
    return KIOSK_DEVICE_TOKEN;
  return looks[best].kind;
}

const char *
kiosk_device_kind_name (KioskDeviceKind kind)
{
  static const char *const names[] = {
    [KIOSK_DEVICE_STORAGE] = "storage",
    [KIOSK_DEVICE_PHONE] = "phone",
    [KIOSK_DEVICE_CAMERA] = "camera",
    [KIOSK_DEVICE_NETWORK] = "network",
    [KIOSK_DEVICE_WIRELESS] = "wireless",
    [KIOSK_DEVICE_PRINTER] = "printer",
    [KIOSK_DEVICE_SOUND] = "sound",
    [KIOSK_DEVICE_SERIAL] = "serial",
    [KIOSK_DEVICE_CARD_READER] = "card-reader",
    [KIOSK_DEVICE_TOKEN] = "token",
    [KIOSK_DEVICE_KEYBOARD] = "keyboard",
    [KIOSK_DEVICE_POINTER] = "pointer",
    [KIOSK_DEVICE_HUB] = "hub",
    [KIOSK_DEVICE_OTHER] = "other",
    [KIOSK_DEVICE_DISC] = "disc",
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (names) == KIOSK_N_DEVICE_KINDS);

  return kind < KIOSK_N_DEVICE_KINDS ? names[kind] : names[KIOSK_DEVICE_OTHER];
}

const KioskLabel *
kiosk_device_kind_label (KioskDeviceKind kind)
{
  static const KioskLabel labels[] = {
    [KIOSK_DEVICE_STORAGE] = { (char *) "記憶装置", (char *) "storage device" },
    [KIOSK_DEVICE_PHONE]
    = { (char *) "スマートフォンまたはデジタルカメラ", (char *) "phone or digital camera" },
    [KIOSK_DEVICE_CAMERA] = { (char *) "カメラ", (char *) "camera" },
    [KIOSK_DEVICE_NETWORK] = { (char *) "通信機器", (char *) "network device" },
    [KIOSK_DEVICE_WIRELESS] = { (char *) "無線機器", (char *) "wireless device" },
    [KIOSK_DEVICE_PRINTER] = { (char *) "プリンター", (char *) "printer" },
    [KIOSK_DEVICE_SOUND] = { (char *) "音声機器", (char *) "sound device" },
    [KIOSK_DEVICE_SERIAL]
    = { (char *) "シリアル通信機器またはモデム", (char *) "serial device or modem" },
    [KIOSK_DEVICE_CARD_READER] = { (char *) "ICカードリーダー", (char *) "smart card reader" },
    [KIOSK_DEVICE_TOKEN] = { (char *) "セキュリティキー", (char *) "security key" },
    [KIOSK_DEVICE_KEYBOARD] = { (char *) "キーボード", (char *) "keyboard" },
    [KIOSK_DEVICE_POINTER] = { (char *) "マウス", (char *) "mouse" },
    [KIOSK_DEVICE_HUB] = { (char *) "USBハブ", (char *) "USB hub" },
    [KIOSK_DEVICE_OTHER] = { (char *) "その他の機器", (char *) "other device" },
    [KIOSK_DEVICE_DISC] = { (char *) "光学ドライブ", (char *) "optical drive" },
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (labels) == KIOSK_N_DEVICE_KINDS);

  return &labels[kind < KIOSK_N_DEVICE_KINDS ? kind : KIOSK_DEVICE_OTHER];
}
