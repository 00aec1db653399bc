/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* What counts as a cable: a table of what can be found in a PC or plugged into it. */

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/interface.h"

#include <net/if_arp.h>
#include <string.h>

#define DEVICE(...) .device = TRUE, .complete = TRUE, .buses = { __VA_ARGS__ }
#define VIRTUAL(k) .complete = TRUE, .kind = k

static KioskTunnel wireguard = { .kind = KIOSK_TUNNEL_WIREGUARD, .interface = (char *) "wg0" };
static KioskTunnel ipsec = { .kind = KIOSK_TUNNEL_IPSEC, .interface = (char *) "ipsec0" };
static const char *const stand_ins[] = { "terminal0", "wg0", NULL };

typedef struct {
  const char *what;
  KioskInterfaceFacts facts;
  KioskInterfaceRole role;
  const char *reason;
  const KioskTunnel *tunnel;
  const char *const *stand_ins;
} Row;

static const Row rows[] = {
  { "loopback",
    { .name = "lo", .hardware = ARPHRD_LOOPBACK, .complete = TRUE },
    KIOSK_INTERFACE_LOOPBACK },
  /* cards */
  { "Intel on PCI",
    { .name = "enp0s25",
      .hardware = ARPHRD_ETHER,
      DEVICE ("pci", "pci"),
      .driver = "e1000e",
      .ids = "pci:v00008086d00001502sv000017AAsd000021F3bc02sc00i00" },
    KIOSK_INTERFACE_LINE },
  { "a card before udev gave it its name",
    { .name = "eth0", .hardware = ARPHRD_ETHER, DEVICE ("pci", "pci_express", "pci") },
    KIOSK_INTERFACE_LINE },
  { "virtio",
    { .name = "ens3", .hardware = ARPHRD_ETHER, DEVICE ("virtio", "pci", "acpi") },
    KIOSK_INTERFACE_LINE },
  { "VMware",
    { .name = "ens160", .hardware = ARPHRD_ETHER, DEVICE ("pci") },
    KIOSK_INTERFACE_LINE },
  { "Hyper-V",
    { .name = "eth0", .hardware = ARPHRD_ETHER, DEVICE ("vmbus", "acpi", "acpi") },
    KIOSK_INTERFACE_LINE },
  { "Hyper-V of newer kernels",
    { .name = "eth0", .hardware = ARPHRD_ETHER, DEVICE ("vmbus", "platform", "acpi") },
    KIOSK_INTERFACE_LINE },
  { "virtio without PCI",
    { .name = "eth0", .hardware = ARPHRD_ETHER, DEVICE ("virtio", "platform") },
    KIOSK_INTERFACE_LINE },
  { "a card on the board of no PC",
    { .name = "eth0", .hardware = ARPHRD_ETHER, DEVICE ("platform") },
    KIOSK_INTERFACE_FOREIGN,
    "bus" },
  { "a card that is part of a bridge stays a card",
    { .name = "enp1s0", .hardware = ARPHRD_ETHER, DEVICE ("pci"), .up = TRUE },
    KIOSK_INTERFACE_LINE },
  /* USB */
  { "USB Ethernet",
    { .name = "enxb827eb012345", .hardware = ARPHRD_ETHER, DEVICE ("usb", "usb", "pci") },
    KIOSK_INTERFACE_FOREIGN,
    "usb" },
  { "a telephone that shares its line (RNDIS)",
    { .name = "usb0",
      .hardware = ARPHRD_ETHER,
      DEVICE ("usb", "usb", "usb", "pci"),
      .driver = "rndis_host" },
    KIOSK_INTERFACE_FOREIGN,
    "usb" },
  { "a USB stick that says it is a PCI card further up",
    { .name = "enp0s25", .hardware = ARPHRD_ETHER, DEVICE ("pci", "usb", "pci") },
    KIOSK_INTERFACE_FOREIGN,
    "usb" },
  { "a USB stick of which sysfs did not say all",
    { .name = "eth1", .hardware = ARPHRD_ETHER, .device = TRUE, .buses = { "usb" } },
    KIOSK_INTERFACE_FOREIGN,
    "usb" },
  /* radio */
  { "Wi-Fi on PCI",
    { .name = "wlp3s0",
      .hardware = ARPHRD_ETHER,
      DEVICE ("pci", "pci"),
      .devtype = "wlan",
      .wireless = TRUE },
    KIOSK_INTERFACE_FOREIGN,
    "wireless" },
  { "Wi-Fi that calls itself Ethernet",
    { .name = "eth1", .hardware = ARPHRD_ETHER, DEVICE ("pci"), .wireless = TRUE },
    KIOSK_INTERFACE_FOREIGN,
    "wireless" },
  { "Wi-Fi on USB",
    { .name = "wlx00",
      .hardware = ARPHRD_ETHER,
      DEVICE ("usb", "usb", "pci"),
      .devtype = "wlan",
      .wireless = TRUE },
    KIOSK_INTERFACE_FOREIGN,
    "wireless" },
  { "Wi-Fi in monitor mode",
    { .name = "mon0", .hardware = ARPHRD_IEEE80211_RADIOTAP, DEVICE ("pci"), .wireless = TRUE },
    KIOSK_INTERFACE_FOREIGN,
    "wireless" },
  { "Bluetooth PAN",
    { .name = "bnep0",
      .hardware = ARPHRD_ETHER,
      DEVICE ("bluetooth", "usb", "usb", "pci"),
      .devtype = "bluetooth" },
    KIOSK_INTERFACE_FOREIGN,
    "bluetooth" },
  { "Bluetooth of a built-in chip on PCI",
    { .name = "bnep0", .hardware = ARPHRD_ETHER, DEVICE ("bluetooth", "pci") },
    KIOSK_INTERFACE_FOREIGN,
    "bluetooth" },
  { "a mobile modem on USB (QMI)",
    { .name = "wwan0", .hardware = ARPHRD_ETHER, DEVICE ("usb", "usb", "pci"), .devtype = "wwan" },
    KIOSK_INTERFACE_FOREIGN,
    "wwan" },
  { "a mobile modem on PCI (MHI)",
    { .name = "mhi_hwip0", .hardware = ARPHRD_NONE, DEVICE ("mhi", "mhi", "pci") },
    KIOSK_INTERFACE_FOREIGN,
    "wwan" },
  { "a mobile modem on PCI (WWAN framework)",
    { .name = "wwan0", .hardware = ARPHRD_ETHER, DEVICE ("wwan", "pci"), .kind = "wwan" },
    KIOSK_INTERFACE_FOREIGN,
    "wwan" },
  { "an SDIO card",
    { .name = "eth1", .hardware = ARPHRD_ETHER, DEVICE ("sdio", "mmc", "pci") },
    KIOSK_INTERFACE_FOREIGN,
    "bus" },
  { "Thunderbolt networking",
    { .name = "thunderbolt0", .hardware = ARPHRD_ETHER, DEVICE ("thunderbolt", "pci") },
    KIOSK_INTERFACE_FOREIGN,
    "bus" },
  { "a card behind Thunderbolt",
    { .name = "enp60s0",
      .hardware = ARPHRD_ETHER,
      DEVICE ("pci", "pci", "pci"),
      .removable = TRUE },
    KIOSK_INTERFACE_FOREIGN,
    "removable" },
  { "a card in PCMCIA",
    { .name = "eth1", .hardware = ARPHRD_ETHER, DEVICE ("pcmcia", "pci") },
    KIOSK_INTERFACE_FOREIGN,
    "bus" },
  { "FireWire",
    { .name = "firewire0", .hardware = ARPHRD_IEEE1394, DEVICE ("firewire", "pci") },
    KIOSK_INTERFACE_FOREIGN,
    "bus" },
  { "InfiniBand",
    { .name = "ib0", .hardware = ARPHRD_INFINIBAND, DEVICE ("pci") },
    KIOSK_INTERFACE_FOREIGN,
    "hardware" },
  { "a device without a bus",
    { .name = "eth1", .hardware = ARPHRD_ETHER, .device = TRUE, .complete = TRUE },
    KIOSK_INTERFACE_FOREIGN,
    "bus" },
  { "a card of which sysfs did not say all",
    { .name = "enp0s25", .hardware = ARPHRD_ETHER, .device = TRUE, .buses = { "pci" } },
    KIOSK_INTERFACE_FOREIGN,
    "unreadable" },
  /* no hardware */
  { "modem (PPP)",
    { .name = "ppp0", .hardware = ARPHRD_PPP, VIRTUAL ("ppp") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "tun",
    { .name = "tun0", .hardware = ARPHRD_NONE, VIRTUAL ("tun") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "tap",
    { .name = "tap0", .hardware = ARPHRD_ETHER, VIRTUAL ("tun") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "veth",
    { .name = "terminal0", .hardware = ARPHRD_ETHER, VIRTUAL ("veth") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "bond",
    { .name = "bond0", .hardware = ARPHRD_ETHER, VIRTUAL ("bond") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "bridge",
    { .name = "br0", .hardware = ARPHRD_ETHER, VIRTUAL ("bridge"), .devtype = "bridge" },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "vlan",
    { .name = "eth0.5", .hardware = ARPHRD_ETHER, VIRTUAL ("vlan"), .devtype = "vlan" },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "macvlan",
    { .name = "macvlan0", .hardware = ARPHRD_ETHER, VIRTUAL ("macvlan") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "dummy with the name of a card",
    { .name = "enp0s25", .hardware = ARPHRD_ETHER, VIRTUAL ("dummy") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "no kind at all",
    { .name = "eth9", .hardware = ARPHRD_ETHER, .complete = TRUE },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "sit",
    { .name = "sit0", .hardware = ARPHRD_SIT, VIRTUAL ("sit") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "CAN",
    { .name = "can0", .hardware = ARPHRD_CAN, VIRTUAL ("vcan") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "a link that hangs from a card",
    { .name = "vlan5", .hardware = ARPHRD_ETHER, DEVICE ("pci"), .kind = "vlan" },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "another loopback",
    { .name = "lo", .hardware = ARPHRD_LOOPBACK, VIRTUAL ("dummy") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "Ethernet called lo",
    { .name = "lo", .hardware = ARPHRD_ETHER, VIRTUAL ("veth") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  /* the tunnel */
  { "WireGuard without a policy that wants it",
    { .name = "wg0", .hardware = ARPHRD_NONE, VIRTUAL ("wireguard") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual" },
  { "WireGuard of the policy",
    { .name = "wg0", .hardware = ARPHRD_NONE, VIRTUAL ("wireguard") },
    KIOSK_INTERFACE_TUNNEL,
    NULL,
    &wireguard },
  { "another WireGuard",
    { .name = "wg1", .hardware = ARPHRD_NONE, VIRTUAL ("wireguard") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual",
    &wireguard },
  { "tun with the tunnel's name",
    { .name = "wg0", .hardware = ARPHRD_NONE, VIRTUAL ("tun") },
    KIOSK_INTERFACE_FOREIGN,
    "tunnel",
    &wireguard },
  { "dummy with the tunnel's name",
    { .name = "wg0", .hardware = ARPHRD_ETHER, VIRTUAL ("dummy") },
    KIOSK_INTERFACE_FOREIGN,
    "tunnel",
    &wireguard },
  { "a card with the tunnel's name",
    { .name = "wg0", .hardware = ARPHRD_ETHER, DEVICE ("pci") },
    KIOSK_INTERFACE_FOREIGN,
    "tunnel",
    &wireguard },
  { "XFRM of the policy",
    { .name = "ipsec0", .hardware = ARPHRD_NONE, VIRTUAL ("xfrm") },
    KIOSK_INTERFACE_TUNNEL,
    NULL,
    &ipsec },
  { "VTI of the policy",
    { .name = "ipsec0", .hardware = ARPHRD_TUNNEL, VIRTUAL ("vti") },
    KIOSK_INTERFACE_TUNNEL,
    NULL,
    &ipsec },
  { "WireGuard with the name of the IPsec tunnel",
    { .name = "ipsec0", .hardware = ARPHRD_NONE, VIRTUAL ("wireguard") },
    KIOSK_INTERFACE_FOREIGN,
    "tunnel",
    &ipsec },
  /* worlds */
  { "veth that stands in",
    { .name = "terminal0", .hardware = ARPHRD_ETHER, VIRTUAL ("veth") },
    KIOSK_INTERFACE_LINE,
    NULL,
    NULL,
    stand_ins },
  { "another veth",
    { .name = "veth1", .hardware = ARPHRD_ETHER, VIRTUAL ("veth") },
    KIOSK_INTERFACE_FOREIGN,
    "virtual",
    NULL,
    stand_ins },
  { "something that stands in for the tunnel",
    { .name = "wg0", .hardware = ARPHRD_ETHER, VIRTUAL ("veth") },
    KIOSK_INTERFACE_TUNNEL,
    NULL,
    &wireguard,
    stand_ins },
  { "hardware with the name of a stand-in",
    { .name = "terminal0", .hardware = ARPHRD_ETHER, DEVICE ("usb", "pci") },
    KIOSK_INTERFACE_FOREIGN,
    "usb",
    NULL,
    stand_ins },
};

static void
test_judge (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const KioskInterfaceRules rules = { rows[i].tunnel, rows[i].stand_ins };
      const char *reason = "untouched";
      KioskInterfaceRole role = kiosk_interface_judge (&rows[i].facts, &rules, &reason);

      g_test_message ("%s", rows[i].what);
      g_assert_cmpint (role, ==, rows[i].role);
      g_assert_cmpstr (reason, ==, rows[i].reason);
      g_assert_cmpint (kiosk_interface_judge (&rows[i].facts, &rules, NULL), ==, role);
      for (guint language = 0; reason != NULL && language < 2; language++)
        g_assert_nonnull (kiosk_audit_reason_text (reason, language == 0));
    }
}

/* A stack of devices that is higher than there is room for must not hide what stands on top. */
static void
test_full_stack (void)
{
  KioskInterfaceFacts facts = { .name = "eth0", .hardware = ARPHRD_ETHER, .device = TRUE };
  const KioskInterfaceRules rules = { NULL, NULL };
  const char *reason;

  for (guint i = 0; i < KIOSK_INTERFACE_MAX_BUSES; i++)
    g_strlcpy (facts.buses[i], "pci", sizeof facts.buses[i]);
  g_assert_cmpint (kiosk_interface_judge (&facts, &rules, &reason), ==, KIOSK_INTERFACE_FOREIGN);
  g_assert_cmpstr (reason, ==, "unreadable");
  facts.complete = TRUE;
  g_assert_cmpint (kiosk_interface_judge (&facts, &rules, &reason), ==, KIOSK_INTERFACE_LINE);
  g_strlcpy (facts.buses[KIOSK_INTERFACE_MAX_BUSES - 1], "usb", sizeof facts.buses[0]);
  g_assert_cmpint (kiosk_interface_judge (&facts, &rules, &reason), ==, KIOSK_INTERFACE_FOREIGN);
  g_assert_cmpstr (reason, ==, "usb");
}

static void
test_describe (void)
{
  static const struct {
    KioskInterfaceFacts facts;
    const char *line;
  } lines[] = {
    { { .name = "usb0",
        .buses = { "usb", "usb", "pci" },
        .driver = "rndis_host",
        .ids = "usb:v18D1p4EE3d0404" },
      "interface=usb0 bus=usb driver=rndis_host device=usb:v18D1p4EE3d0404" },
    { { .name = "br0", .kind = "bridge", .devtype = "bridge" },
      "interface=br0 kind=bridge type=bridge" },
    /* names are bytes: an escape of a console, a line feed, the writing direction turned round */
    { { .name = "\033[2Jx\n",
        .driver = "\xe2\x80\xae"
                  "evil" },
      "interface=\\033[2Jx\\n driver=\\342\\200\\256evil" },
    { { .name = "" }, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *line = kiosk_interface_describe (&lines[i].facts);

      g_assert_cmpstr (line, ==, lines[i].line);
    }
}

static void
test_dhcp (void)
{
  static const char *const bad[] = { "",
                                     "\n",
                                     "192.0.2.1",
                                     "192.0.2.1\n\n",
                                     " 192.0.2.1\n",
                                     "192.0.2\n",
                                     "router\n",
                                     "2001:db8::1\n",
                                     "192.0.2.1/24\n",
                                     "192.0.2.1 x\n",
                                     "192.0.2.001\n" };
  KioskEndpoint server = { .port = 1 };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kiosk_interface_parse_dhcp (bad[i], strlen (bad[i]), &server));
  g_assert_false (kiosk_interface_parse_dhcp ("192.0\0.2.1\n", 11, &server));
  g_assert_cmpuint (server.port, ==, 1);
  g_assert_true (kiosk_interface_parse_dhcp ("255.255.255.254\n", 16, &server));
  g_free (server.address);
  g_assert_true (kiosk_interface_parse_dhcp ("192.0.2.1\n", 10, &server));
  g_assert_cmpstr (server.address, ==, "192.0.2.1");
  g_assert_cmpuint (server.port, ==, 67);
  g_assert_cmpmem (server.address_bytes, 4, "\xc0\x00\x02\x01", 4);
  g_free (server.address);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interface/judge", test_judge);
  g_test_add_func ("/interface/full-stack", test_full_stack);
  g_test_add_func ("/interface/describe", test_describe);
  g_test_add_func ("/interface/dhcp", test_dhcp);
  return g_test_run ();
}
