/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/review/index.h"

/* An empty index: on the server that KIOSK_INDEX_URL in the environment names, else a temporary one in SQLite. The server is the same for all tests: nothing of the one
 * before stays. */
KioskIndex *server_open_index (void);

/* A folder of a test, when it is over. */
void server_remove_tree (const char *path);
