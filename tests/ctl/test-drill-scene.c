/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* Gateways as the kernel's tables of routes name them. */

#include "drill-scene.h"

#include <arpa/inet.h>
#include <string.h>

static const struct {
  const char *line, *gateway;
} routes[] = {
  { "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT", NULL },
  { "enp0s25\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0", "192.0.2.1" },
  { "enp0s25\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0", NULL }, /* its own network */
  { "enp0s25\t00000000\t010200C0\t0001\t0\t0\t0\t00000000\t0\t0\t0", NULL },
  { "enp0s25\t00000000\t00000000\t0003\t0\t0\t0\t00000000\t0\t0\t0", NULL },
  { "enp0s25\t00000000\t010200C\t0003", NULL },
  { "enp0s25\t00000000\t0102 0C0\t0003", NULL },
  { "enp0s25\t00000000", NULL },
  { "", NULL },
};

#define NONE "00000000000000000000000000000000"

static const struct {
  const char *line, *gateway;
} routes6[] = {
  { NONE " 00 " NONE
         " 00 20010db8000000000000000000000001 00000400 00000001 00000000 00000003     eth0",
    "2001:db8::1" },
  { "20010db8000000000000000000000000 40 " NONE " 00 " NONE
    " 00000100 00000001 00000000 00000001     eth0",
    NULL },
  { NONE " 00 " NONE
         " 00 20010db800000000000000000000000 00000400 00000001 00000000 00000003     eth0",
    NULL },
  { NONE " 00 " NONE
         " 00 20010db800000000000000000000000g 00000400 00000001 00000000 00000003     eth0",
    NULL },
  { NONE " 00 " NONE, NULL },
  { "", NULL },
};

static void
check (gboolean found, const KioskEndpoint *gateway, const char *wanted)
{
  char text[INET6_ADDRSTRLEN] = "";

  g_assert_cmpint (found, ==, wanted != NULL);
  if (!found)
    return;
  inet_ntop (gateway->family, gateway->address_bytes, text, sizeof text);
  g_assert_cmpstr (text, ==, wanted);
}

static void
test_routes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      KioskEndpoint gateway = { 0 };

      check (kiosk_drill_place_parse_route (routes[i].line, &gateway), &gateway, routes[i].gateway);
    }
}

static void
test_routes6 (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes6); i++)
    {
      KioskEndpoint gateway = { 0 };

      check (kiosk_drill_place_parse_route6 (routes6[i].line, &gateway), &gateway,
             routes6[i].gateway);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drill-scene/routes", test_routes);
  g_test_add_func ("/drill-scene/routes6", test_routes6);
  return g_test_run ();
}
