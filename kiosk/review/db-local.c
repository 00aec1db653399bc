/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "db.h"

#include "kiosk/base/error.h"

/* In the place of db-postgres.c in programs that stand on the terminal: no client of a database server, with the libraries for Kerberos and
 * LDAP that it brings, is to be there. */

KioskDb *
kiosk_db_open_postgres (const char *url, GError **error)
{
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                       "index: this program keeps an index in a file, not on a server");
  return NULL;
}
