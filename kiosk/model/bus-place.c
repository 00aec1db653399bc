/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "bus-place.h"

#include <string.h>

/* Lists of subsystems. Each is a list of what is known to be good, so that a new kind of bus needs no line here to
 * be refused. Words stand between blanks: one string reads better than an array of one word a line. */

/* What the machine itself is made of. */
static const char machine_buses[]
    = " acpi ata_device ata_link ata_port auxiliary backlight block cec clocksource container cpu dax dmi drm "
      "drm_dp_aux_dev event_source extcon faux gpio graphics hdaudio hid hwmon i2c i2c-adapter iio input iommu ipmi "
      "ishtp isa leds mc mdio_bus mei memory misc nd net node nvme nvme-subsystem nvmem pci pci_bus pci_express phy "
      "platform pmu pnp power_supply powercap ptp pwm regulator rmi4 rtc scsi scsi_host serial serial-base serio "
      "soundwire spi spi_master thermal tpm tty typec typec_mux ucsi usb_power_delivery usb_role vc video_output "
      "virtio vmbus vtconsole watchdog wmi wmi_bus workqueue xen ";

/* Of these each device is judged by itself, so that what hangs from one need not be. */
static const char judged_buses[]
    = " bluetooth dvb firewire ieee80211 ieee802154 media mmc mmc_host nfc parport pcmcia pcmcia_socket rfkill sdio "
      "sound thunderbolt video4linux wwan ";

/* What an authorised USB device may bring with it. */
static const char usb_children[] = " usb hid hidraw input leds power_supply wakeup ";

/* What may stand between a keyboard that is built in and the root of the machine. "misc" (uhid, uinput) and
 * "virtio" are not here: what comes from there was made by a program. */
static const char input_buses[]
    = " acpi hid i2c i2c-adapter input pci pci_express platform pnp rmi4 serio sound spi spi_master vmbus wmi wmi_bus ";

static gboolean
is_in (const char *list, const char *subsystem)
{
  char word[sizeof ((KioskBusNode *) NULL)->subsystem + 2];

  g_snprintf (word, sizeof word, " %s ", subsystem);
  return *subsystem != '\0' && strchr (subsystem, ' ') == NULL && strstr (list, word) != NULL;
}

const char *
kiosk_bus_parent (const KioskBusFacts *facts)
{
  return facts->n_nodes > 1 ? facts->nodes[1].subsystem : "";
}

gboolean
kiosk_bus_hangs_from (const KioskBusFacts *facts, const char *subsystem)
{
  for (guint i = 1; i < facts->n_nodes; i++)
    if (strcmp (facts->nodes[i].subsystem, subsystem) == 0)
      return TRUE;
  return FALSE;
}

gboolean
kiosk_bus_is_pluggable (const KioskBusFacts *facts)
{
  for (guint i = 0; i < facts->n_nodes; i++)
    if (facts->nodes[i].removable || facts->nodes[i].late)
      return TRUE;
  return FALSE;
}

gboolean
kiosk_bus_is_in_machine (const KioskBusFacts *facts, gboolean or_judged)
{
  for (guint i = 1; i < facts->n_nodes; i++)
    if (!is_in (machine_buses, facts->nodes[i].subsystem)
        && !(or_judged && is_in (judged_buses, facts->nodes[i].subsystem)))
      return FALSE;
  return TRUE;
}

gboolean
kiosk_bus_is_own_input (const KioskBusFacts *facts)
{
  if (facts->usb)
    return facts->usb_authorised;
  for (guint i = 1; i < facts->n_nodes; i++)
    if (!is_in (input_buses, facts->nodes[i].subsystem))
      return FALSE;
  return facts->n_nodes > 1 && !kiosk_bus_is_pluggable (facts);
}

gboolean
kiosk_bus_is_usb_child (const KioskBusFacts *facts)
{
  if (is_in (usb_children, facts->nodes[0].subsystem))
    return TRUE;
  /* Below something that is judged by itself: a class of the driver that got there, as of SCSI. */
  for (guint i = 1; i < facts->n_nodes && strcmp (facts->nodes[i].subsystem, "usb") != 0; i++)
    if (!is_in (usb_children, facts->nodes[i].subsystem))
      return TRUE;
  return FALSE;
}
