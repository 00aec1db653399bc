/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "boot.h"

#include "config.h"

#include "kiosk/base/file.h"
#include "kiosk/model/image.h"

#include <errno.h>
#include <sys/stat.h>

/* Reads two files. Against whoever gets at the settings of the firmware or at the start menu: with a
 * word more on the command line (init=, systemd.unit=, lockdown=none) the same verified root becomes
 * another machine. The line to compare with lies on that root, so it cannot be changed with it. Secure
 * boot with a signed command line is the boundary; this sees where it was not switched on. */

#define MADE KIOSK_DATA_DIR "/cmdline"
#define BOOTED "/proc/cmdline"

char *
kiosk_boot_find_difference (void)
{
  g_autoptr (GBytes) made = NULL;
  g_autofree char *booted = NULL;
  g_autoptr (GError) error = NULL;
  char *difference = NULL;
  gsize length = 0;
  struct stat status;

  /* Only a file that is not there means that there is nothing to compare with. */
  if (lstat (MADE, &status) != 0 && errno == ENOENT)
    return NULL;
  made = kiosk_file_read_trusted (MADE, KIOSK_IMAGE_MAX_COMMAND_LINE, &error);
  if (made == NULL)
    return g_strdup_printf ("the image's own: %s", error->message);
  if (!g_file_get_contents (BOOTED, &booted, &length, NULL))
    return g_strdup ("the kernel's cannot be read");
  kiosk_image_boot_matches (g_bytes_get_data (made, NULL), g_bytes_get_size (made), booted, length,
                            &difference);
  return difference;
}
