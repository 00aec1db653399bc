/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "server.h"

#include <glib/gstdio.h>

#include <libpq-fe.h>

static void
empty_server (const char *url)
{
  PGconn *connection = PQconnectdb (url);
  PGresult *result = PQexec (connection, "SET client_min_messages = warning;"
                                         " DROP SCHEMA IF EXISTS kiosk CASCADE");

  g_assert_cmpint (PQresultStatus (result), ==, PGRES_COMMAND_OK);
  PQclear (result);
  PQfinish (connection);
}

KioskIndex *
server_open_index (void)
{
  const char *url = g_getenv ("KIOSK_INDEX_URL");
  g_autoptr (GError) error = NULL;
  KioskIndex *index;

  if (url != NULL)
    empty_server (url);
  index = kiosk_index_open (url, &error);
  g_assert_no_error (error);
  return index;
}

void
server_remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  if (dir != NULL)
    for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
      {
        g_autofree char *inner = g_build_filename (path, name, NULL);

        server_remove_tree (inner);
      }
  g_remove (path);
}
