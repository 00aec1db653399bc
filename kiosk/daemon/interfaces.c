/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "interfaces.h"

#include "kiosk/model/firewall.h"

#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "/sys/class/net"

static gboolean
is_wired (const char *name)
{
  g_autofree char *type_path = g_build_filename (FOLDER, name, "type", NULL);
  g_autofree char *wireless = g_build_filename (FOLDER, name, "wireless", NULL);
  g_autofree char *phy = g_build_filename (FOLDER, name, "phy80211", NULL);
  g_autofree char *type = NULL;

  return kiosk_firewall_line_is_valid (name) && g_file_get_contents (type_path, &type, NULL, NULL)
         && atoi (type) == ARPHRD_ETHER && !g_file_test (wireless, G_FILE_TEST_EXISTS)
         && !g_file_test (phy, G_FILE_TEST_EXISTS);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
kiosk_interfaces_list (void)
{
  g_autoptr (GDir) folder = g_dir_open (FOLDER, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (is_wired (name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}
