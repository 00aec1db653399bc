/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* For tests that play a part of the terminal against one of its real programs, in a machine of their
 * own (kiosk/demo/world.sh): accounts, programs, processes. Every failure ends the test. */

/* Longest wait for something that must happen. Only a test that has failed waits for so long. */
#define WORLD_PATIENCE_SECONDS 60

/* Ends the program when it does not run in a world: it is about to change accounts and files. */
void world_require (void);

/* Runs @command with a shell; its standard output, owned by the caller. It must succeed. */
char *world_run (const char *command);

/* Creates the account @id with @password. */
void world_add_person (const char *id, const char *password);

/* Starts the installed @program with the @n_fds descriptors of @fds, which are taken over, as 3, 4 ... */
GSubprocess *world_start (const char *program, int *fds, guint n_fds);

/* Waits for its end. */
void world_wait_end (GSubprocess *process);

/* How many processes called @name there are; zombies do not count. */
guint world_count_processes (const char *name);

/* The process id of the one process called @name. */
pid_t world_find_process (const char *name);

/* Waits until there are none. */
void world_wait_none (const char *name);

/* Lets a blocking @socket give up after WORLD_PATIENCE_SECONDS. */
void world_limit_waiting (int socket);
