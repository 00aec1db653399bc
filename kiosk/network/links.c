/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-network"

/* The last resort when there is no firewall. */

#include "kiosk/network/links.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static gboolean
take_down (int socket, const char *name, GError **error)
{
  struct ifreq request = { 0 };

  g_strlcpy (request.ifr_name, name, sizeof request.ifr_name);
  if (ioctl (socket, SIOCGIFFLAGS, &request) != 0)
    return kiosk_error_set_errno (error, errno, name);
  if ((request.ifr_flags & IFF_LOOPBACK) != 0 || (request.ifr_flags & IFF_UP) == 0)
    return TRUE;
  request.ifr_flags = (short) (request.ifr_flags & ~IFF_UP);
  return ioctl (socket, SIOCSIFFLAGS, &request) == 0 || kiosk_error_set_errno (error, errno, name);
}

gboolean
kiosk_links_take_down (GError **error)
{
  /* Any socket will do for these questions; this kind needs no network. */
  kiosk_autofd int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct if_nameindex *interfaces = if_nameindex ();
  gboolean good = fd >= 0 && interfaces != NULL;

  if (!good)
    kiosk_error_set_errno (error, errno, "interfaces");
  for (const struct if_nameindex *i = interfaces; fd >= 0 && i != NULL && i->if_index != 0; i++)
    if (!take_down (fd, i->if_name, good ? error : NULL))
      good = FALSE;
  if (interfaces != NULL)
    if_freenameindex (interfaces);
  return good;
}
