/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "devices-buses.h"

#include "config.h"

#include "columns.h"

#include "kiosk/base/file.h"
#include "kiosk/devices/bus-facts.h"

#include <string.h>
#include <sys/stat.h>

/* What holds, whoever brought it about: the same facts and the same judge as kioskd's. */

/* kioskd's, with the PCI devices that were there when the machine started: bus-memory.h of kioskd. */
#define MEMORY KIOSK_RUN_DIR "/buses"
#define MEMORY_MAX_BYTES (4 * 1024 * 1024)
#define CLAIM_MAX_CHARS 32

typedef enum { WAY_NONE, WAY_STAYS, WAY_SHUT, WAY_PRESENT, WAY_OPEN } State;

static const struct {
  const char *word;
  const char *ja;
  const char *en;
} states[] = {
  [WAY_NONE] = { "none", "なし", "nothing there" },
  [WAY_STAYS]
  = { "stays", "内蔵（端末からは使えません）", "built in, cannot be used on the terminal" },
  [WAY_SHUT] = { "shut", "あり（遮断しています）", "there, shut" },
  [WAY_PRESENT] = { "present", "あり（使いません）", "there, not used" },
  [WAY_OPEN] = { "open", "あり（開いています）", "there, OPEN" },
};

/* Where the kernel shows that it has a driver; any of them. */
static const char *const drivers[KIOSK_N_BUSES][3] = {
  [KIOSK_BUS_THUNDERBOLT] = { "/sys/bus/thunderbolt" },
  [KIOSK_BUS_FIREWIRE] = { "/sys/bus/firewire" },
  [KIOSK_BUS_MMC] = { "/sys/bus/mmc", "/sys/class/mmc_host" },
  [KIOSK_BUS_OPTICAL] = { "/sys/bus/scsi/drivers/sr" },
  [KIOSK_BUS_FLOPPY] = { "/sys/bus/platform/drivers/floppy" },
  [KIOSK_BUS_PCMCIA] = { "/sys/bus/pcmcia", "/sys/class/pcmcia_socket" },
  [KIOSK_BUS_PCI] = { "/sys/bus/pci_express/drivers/pciehp", "/sys/bus/pci/drivers/shpchp" },
  [KIOSK_BUS_SERIAL] = { "/sys/bus/platform/drivers/serial8250", "/sys/bus/pnp/drivers/serial" },
  [KIOSK_BUS_PARALLEL] = { "/sys/bus/parport", "/sys/bus/pnp/drivers/parport_pc" },
  [KIOSK_BUS_BLUETOOTH] = { "/sys/class/bluetooth" },
  [KIOSK_BUS_WIFI] = { "/sys/class/ieee80211" },
  [KIOSK_BUS_WWAN] = { "/sys/class/wwan" },
  [KIOSK_BUS_NFC] = { "/sys/class/nfc" },
  [KIOSK_BUS_CAMERA] = { "/sys/class/video4linux", "/sys/class/dvb" },
  [KIOSK_BUS_SOUND] = { "/sys/class/sound" },
  [KIOSK_BUS_DISK] = { "/sys/bus/scsi/drivers/sd", "/sys/bus/pci/drivers/nvme",
                       "/sys/bus/virtio/drivers/virtio_blk" },
  [KIOSK_BUS_INPUT] = { "/sys/class/input" },
  [KIOSK_BUS_OTHER] = { NULL },
};

typedef struct {
  KioskBusFacts facts;
  KioskBusVerdict verdict;
  State state;
} Device;

static gboolean
has_driver (KioskBus bus)
{
  for (guint i = 0; i < G_N_ELEMENTS (drivers[bus]); i++)
    if (drivers[bus][i] != NULL && g_file_test (drivers[bus][i], G_FILE_TEST_EXISTS))
      return TRUE;
  return FALSE;
}

/* ---- Looking ---- */

static GHashTable *
find_system (const KioskPolicy *policy)
{
  const char *const paths[] = {
    "/",
    policy != NULL ? policy->log_directory : KIOSK_POLICY_LOG_DIRECTORY,
    KIOSK_STATE_DIR,
  };
  dev_t numbers[G_N_ELEMENTS (paths)];
  struct stat status;
  gsize n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    if (stat (paths[i], &status) == 0)
      numbers[n++] = status.st_dev;
  return kiosk_bus_find_system (numbers, n);
}

/* NULL while no kioskd has written it down. */
static GHashTable *
read_start (void)
{
  g_autoptr (GBytes) bytes = kiosk_file_read_trusted (MEMORY, MEMORY_MAX_BYTES, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GHashTable *start;

  if (bytes == NULL)
    return NULL;
  start = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "pci "))
      g_hash_table_add (start, g_strdup (lines[i] + strlen ("pci ")));
  return start;
}

static State
state_of (const KioskBusFacts *facts, const KioskBusVerdict *verdict)
{
  if (verdict->role == KIOSK_BUS_STAYS)
    return WAY_STAYS;
  if (kiosk_bus_is_shut (facts, verdict))
    return WAY_SHUT;
  return verdict->data || verdict->shut != KIOSK_BUS_SHUT_NOT ? WAY_OPEN : WAY_PRESENT;
}

GPtrArray *
kiosk_ctl_ways_find (const KioskPolicy *policy)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paths = kiosk_bus_list_devices (&error);
  g_autoptr (GHashTable) system = NULL;
  g_autoptr (GHashTable) start = NULL;
  GPtrArray *devices;

  if (paths == NULL)
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return NULL;
    }
  system = find_system (policy);
  start = read_start ();
  devices = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree Device *device = g_new0 (Device, 1);

      if (!kiosk_bus_facts_read (paths->pdata[i], system, start, &device->facts))
        continue;
      kiosk_bus_judge (&device->facts, &device->verdict);
      device->state = state_of (&device->facts, &device->verdict);
      if (device->verdict.role != KIOSK_BUS_PART)
        g_ptr_array_add (devices, g_steal_pointer (&device));
    }
  return devices;
}

static State
worst_of (const GPtrArray *devices, KioskBus bus)
{
  State worst = WAY_NONE;

  for (guint i = 0; i < devices->len; i++)
    {
      const Device *device = devices->pdata[i];

      if (device->verdict.bus == bus)
        worst = MAX (worst, device->state);
    }
  return worst;
}

static const char *
place_of (const Device *device)
{
  return device->facts.path + strlen ("/sys/devices/");
}

/* ---- Showing ---- */

static void
print_padded (const char *text, guint width)
{
  guint columns = kiosk_ctl_columns (text);

  g_print ("  %s%*s", text, (int) (width > columns ? width - columns : 0), "");
}

void
kiosk_ctl_ways_print (const GPtrArray *devices, KioskLanguage language)
{
  gboolean ja = language == KIOSK_LANGUAGE_JA;
  guint width = 0;

  for (guint bus = 0; bus < KIOSK_N_BUSES; bus++)
    width = MAX (width, kiosk_ctl_columns (kiosk_label_get (kiosk_bus_label (bus), language)));
  g_print ("%s", ja ? "\nUSB 以外の接続口:\n" : "\nOther ways in:\n");
  for (guint bus = 0; bus < KIOSK_N_BUSES; bus++)
    {
      State state = worst_of (devices, bus);

      print_padded (kiosk_label_get (kiosk_bus_label (bus), language), width);
      g_print ("  %s%s\n", ja ? states[state].ja : states[state].en,
               bus == KIOSK_BUS_OTHER ? ""
               : has_driver (bus) ? (ja ? "、ドライバーあり" : "; the kernel has a driver")
                                  : (ja ? "、ドライバーなし" : "; no driver in the kernel"));
      for (guint i = 0; i < devices->len; i++)
        {
          const Device *device = devices->pdata[i];
          g_autofree char *claim = kiosk_text_clean (device->facts.claim, CLAIM_MAX_CHARS);

          if (device->verdict.bus == bus)
            g_print ("    %s%s%s  %s  %s\n", device->facts.name, *claim != '\0' ? "  " : "", claim,
                     place_of (device), ja ? states[device->state].ja : states[device->state].en);
        }
    }
}

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

void
kiosk_ctl_ways_add (const GPtrArray *devices, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "ways");
  json_builder_begin_array (builder);
  for (guint bus = 0; bus < KIOSK_N_BUSES; bus++)
    {
      json_builder_begin_object (builder);
      add_text (builder, "bus", kiosk_bus_name (bus));
      add_text (builder, "state", states[worst_of (devices, bus)].word);
      json_builder_set_member_name (builder, "driver");
      json_builder_add_boolean_value (builder, has_driver (bus));
      json_builder_set_member_name (builder, "devices");
      json_builder_begin_array (builder);
      for (guint i = 0; i < devices->len; i++)
        {
          const Device *device = devices->pdata[i];
          g_autofree char *claim = kiosk_text_clean (device->facts.claim, CLAIM_MAX_CHARS);

          if (device->verdict.bus != bus)
            continue;
          json_builder_begin_object (builder);
          add_text (builder, "name", device->facts.name);
          add_text (builder, "claim", claim);
          add_text (builder, "place", place_of (device));
          add_text (builder, "state", states[device->state].word);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

gboolean
kiosk_ctl_ways_are_shut (const GPtrArray *ways)
{
  for (guint i = 0; i < ways->len; i++)
    if (((const Device *) ways->pdata[i])->state == WAY_OPEN)
      return FALSE;
  return TRUE;
}
