/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-network"

/* kiosk-links-down: what kiosk-links-down.service runs when the firewall could not be loaded. No options. */

#include "kiosk/network/links.h"

#include <stdlib.h>

int
main (void)
{
  g_autoptr (GError) error = NULL;

  if (kiosk_links_take_down (&error))
    return EXIT_SUCCESS;
  g_printerr ("kiosk-links-down: %s\n", error->message);
  return EXIT_FAILURE;
}
