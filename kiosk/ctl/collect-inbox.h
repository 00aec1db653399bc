/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "collect-journal.h"

/* Lines that an administrator brings to the collector by hand (`kioskctl collect put`): files in the folder "inbox", named *.lines when they are
 * complete, taken by the collector while it runs. */

/* Takes what is there and removes it. FALSE with @error when it could not be stored: the file stays and is taken again. */
gboolean kiosk_inbox_take (const char *folder, KioskJournal *journal, KioskJournalLine on_line,
                           gpointer user_data, GError **error);

/* `kioskctl collect put DIR FILE|FOLDER...`, and its exit status. */
int kiosk_ctl_collect_put (int argc, char **argv);
