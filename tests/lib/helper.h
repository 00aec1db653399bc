/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/types.h>

/* For tests that are kioskd to a helper. */

/* Takes the hello of the helper @pid (0: of whichever it is) from @daemon, which is kioskd's end of its
 * descriptor 3: the first message, with a pidfd of that process. Any failure ends the test. */
void helper_expect_hello (int daemon, pid_t pid);

/* A connection to the socket at @path, or -1 with errno. */
int helper_connect (const char *path);
