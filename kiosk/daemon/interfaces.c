/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "interfaces.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/model/firewall.h"

#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define FOLDER "/sys/class/net"

/* Asked of the kernel directly: sysfs shows the network in which it was mounted. */
static gboolean
is_wired (int socket, const char *name)
{
  g_autofree char *wireless = g_build_filename (FOLDER, name, "wireless", NULL);
  g_autofree char *phy = g_build_filename (FOLDER, name, "phy80211", NULL);
  struct ifreq request = { 0 };

  g_strlcpy (request.ifr_name, name, sizeof request.ifr_name);
  return kiosk_firewall_line_is_valid (name) && ioctl (socket, SIOCGIFHWADDR, &request) == 0
         && request.ifr_hwaddr.sa_family == ARPHRD_ETHER
         && !g_file_test (wireless, G_FILE_TEST_EXISTS) && !g_file_test (phy, G_FILE_TEST_EXISTS);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
kiosk_interfaces_list (void)
{
  kiosk_autofd int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct if_nameindex *interfaces = if_nameindex ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (const struct if_nameindex *i = interfaces; i != NULL && i->if_index != 0; i++)
    if (is_wired (fd, i->if_name))
      g_ptr_array_add (names, g_strdup (i->if_name));
  if (interfaces != NULL)
    if_freenameindex (interfaces);
  g_ptr_array_sort (names, compare);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}
