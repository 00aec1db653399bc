/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/base/error.h"

G_DEFINE_QUARK (kiosk - error - quark, kiosk_error)

gboolean
kiosk_error_set_errno (GError **error, int saved_errno, const char *what)
{
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_IO, "%s: %s", what, g_strerror (saved_errno));
  return FALSE;
}
