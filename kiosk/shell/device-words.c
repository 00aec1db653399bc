/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "device-words.h"

/* Words only; what was refused, and why, is kioskd's. */

static const struct {
  KioskText title;
  const char *icon;
  gboolean files; /* people bring it in order to hand files over */
} kinds[KIOSK_N_DEVICE_KINDS] = {
  [KIOSK_DEVICE_STORAGE] = { KIOSK_TEXT_NO_STORAGE, "media-removable-symbolic", TRUE },
  [KIOSK_DEVICE_PHONE] = { KIOSK_TEXT_NO_PHONE, "phone-symbolic", TRUE },
  [KIOSK_DEVICE_CAMERA] = { KIOSK_TEXT_NO_CAMERA, "camera-photo-symbolic", TRUE },
  [KIOSK_DEVICE_NETWORK] = { KIOSK_TEXT_NO_NETWORK, "network-wired-symbolic", FALSE },
  [KIOSK_DEVICE_WIRELESS] = { KIOSK_TEXT_NO_WIRELESS, "network-wireless-symbolic", FALSE },
  [KIOSK_DEVICE_PRINTER] = { KIOSK_TEXT_NO_PRINTER, "printer-symbolic", FALSE },
  [KIOSK_DEVICE_SOUND] = { KIOSK_TEXT_NO_SOUND, "audio-headphones-symbolic", FALSE },
  [KIOSK_DEVICE_SERIAL] = { KIOSK_TEXT_NO_SERIAL, "modem-symbolic", FALSE },
  [KIOSK_DEVICE_CARD_READER] = { KIOSK_TEXT_NO_CARD_READER, "auth-smartcard-symbolic", FALSE },
  [KIOSK_DEVICE_TOKEN] = { KIOSK_TEXT_NO_TOKEN, "dialog-password-symbolic", FALSE },
  [KIOSK_DEVICE_KEYBOARD] = { KIOSK_TEXT_NO_KEYBOARD, "input-keyboard-symbolic", FALSE },
  [KIOSK_DEVICE_POINTER] = { KIOSK_TEXT_NO_POINTER, "input-mouse-symbolic", FALSE },
  [KIOSK_DEVICE_HUB] = { KIOSK_TEXT_NO_HUB, "network-workgroup-symbolic", FALSE },
  [KIOSK_DEVICE_OTHER] = { KIOSK_TEXT_NO_DEVICE, "action-unavailable-symbolic", FALSE },
  [KIOSK_DEVICE_DISC] = { KIOSK_TEXT_NO_DISC, "media-optical-symbolic", TRUE },
};

#define BY_KIND KIOSK_N_TEXTS /* the second step that fits the kind */

static const struct {
  KioskText why, first, second;
  gboolean worked; /* it may have, before it was refused */
} reasons[KIOSK_N_REFUSED] = {
  [KIOSK_REFUSED_UNLISTED] = { KIOSK_TEXT_WHY_UNLISTED, KIOSK_TEXT_UNPLUG, BY_KIND, FALSE },
  [KIOSK_REFUSED_CLASS] = { KIOSK_TEXT_WHY_CLASS, KIOSK_TEXT_UNPLUG, BY_KIND, FALSE },
  [KIOSK_REFUSED_DENIED] = { KIOSK_TEXT_WHY_DENIED, KIOSK_TEXT_UNPLUG, BY_KIND, FALSE },
  [KIOSK_REFUSED_MALFORMED]
  = { KIOSK_TEXT_WHY_MALFORMED, KIOSK_TEXT_UNPLUG, KIOSK_TEXT_ASK_GRAVE, FALSE },
  [KIOSK_REFUSED_PORT] = { KIOSK_TEXT_WHY_PORT, KIOSK_TEXT_PLUG_PORT, BY_KIND, FALSE },
  [KIOSK_REFUSED_SERIAL] = { KIOSK_TEXT_WHY_SERIAL, KIOSK_TEXT_UNPLUG, BY_KIND, FALSE },
  [KIOSK_REFUSED_DIGEST]
  = { KIOSK_TEXT_WHY_DIGEST, KIOSK_TEXT_UNPLUG, KIOSK_TEXT_ASK_GRAVE, FALSE },
  [KIOSK_REFUSED_PART] = { KIOSK_TEXT_WHY_PART, KIOSK_TEXT_UNPLUG, BY_KIND, FALSE },
  [KIOSK_REFUSED_MOMENT] = { KIOSK_TEXT_WHY_MOMENT, KIOSK_TEXT_PLUG_LATER, BY_KIND, TRUE },
  [KIOSK_REFUSED_DEPTH] = { KIOSK_TEXT_WHY_DEPTH, KIOSK_TEXT_PLUG_DIRECTLY, BY_KIND, FALSE },
  [KIOSK_REFUSED_COUNT] = { KIOSK_TEXT_WHY_COUNT, KIOSK_TEXT_PLUG_FEWER, BY_KIND, FALSE },
  [KIOSK_REFUSED_CHANGED]
  = { KIOSK_TEXT_WHY_CHANGED, KIOSK_TEXT_UNPLUG, KIOSK_TEXT_ASK_GRAVE, TRUE },
  [KIOSK_REFUSED_UNREADABLE] = { KIOSK_TEXT_WHY_UNREADABLE, KIOSK_TEXT_UNPLUG, BY_KIND, FALSE },
  [KIOSK_REFUSED_STATE] = { KIOSK_TEXT_WHY_STATE, KIOSK_TEXT_UNPLUG, KIOSK_TEXT_ASK_GRAVE, TRUE },
  [KIOSK_REFUSED_LOCKED]
  = { KIOSK_TEXT_WHY_LOCKED, KIOSK_TEXT_PLUG_UNLOCKED, KIOSK_TEXT_ASK_STRANGE, FALSE },
  [KIOSK_REFUSED_UNCONFIRMED]
  = { KIOSK_TEXT_WHY_UNCONFIRMED, KIOSK_TEXT_PLUG_AGAIN, KIOSK_TEXT_ASK_STRANGE, FALSE },
  [KIOSK_REFUSED_BUS] = { KIOSK_TEXT_WHY_BUS, KIOSK_TEXT_UNPLUG, BY_KIND, FALSE },
};

KioskText
kiosk_device_title (const KioskRefusedDevice *device)
{
  /* A keyboard is nothing strange; that this one is not known is the point. */
  if (device->kind == KIOSK_DEVICE_KEYBOARD && device->reason == KIOSK_REFUSED_UNLISTED)
    return KIOSK_TEXT_NO_KEYBOARD_UNLISTED;
  return kinds[device->kind].title;
}

KioskText
kiosk_device_effect (const KioskRefusedDevice *device)
{
  if (reasons[device->reason].worked)
    return KIOSK_TEXT_REFUSED_ONLY;
  return kinds[device->kind].files ? KIOSK_TEXT_REFUSED_UNREAD : KIOSK_TEXT_REFUSED_DEAD;
}

KioskText
kiosk_device_why (const KioskRefusedDevice *device)
{
  return reasons[device->reason].why;
}

KioskText
kiosk_device_first_step (const KioskRefusedDevice *device)
{
  return reasons[device->reason].first;
}

KioskText
kiosk_device_second_step (const KioskRefusedDevice *device)
{
  if (reasons[device->reason].second != BY_KIND)
    return reasons[device->reason].second;
  return kinds[device->kind].files ? KIOSK_TEXT_ASK_FILES : KIOSK_TEXT_ASK_DEVICE;
}

const char *
kiosk_device_icon (KioskDeviceKind kind)
{
  return kinds[kind].icon;
}
