/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include <sys/types.h>

/* A descriptor that closes itself at the end of the scope: kiosk_autofd int fd = -1; */
#define kiosk_autofd __attribute__ ((cleanup (kiosk_fd_clear)))

/* Closes *@fd when it is >= 0 and sets it to -1. */
void kiosk_fd_clear (int *fd);

/* Returns *@fd and sets it to -1: the caller takes it over. */
int kiosk_fd_steal (int *fd);

/* A pair of connected SOCK_SEQPACKET sockets, both close-on-exec. */
gboolean kiosk_fd_socket_pair (int *first, int *second, GError **error);

/* A new anonymous file of exactly @size bytes, sealed so that nobody can change its size again
 * (memfd_create(2), F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL): who maps it can not be killed by
 * SIGBUS. Writing stays possible. -1 on failure. */
int kiosk_fd_new_memory (const char *name, gsize size, GError **error);

/* Whether @fd is such a memory file of @size bytes with those seals. What came over a socket is
 * checked with this before it is mapped. */
gboolean kiosk_fd_check_memory (int fd, gsize size, GError **error);

/* Whether @fd is a connected socket of @domain (AF_UNIX, AF_INET ...) and @type (SOCK_STREAM,
 * SOCK_SEQPACKET). */
gboolean kiosk_fd_check_socket (int fd, int domain, int type, GError **error);

/* Whether @fd is a pidfd (pidfd_open(2)) of a process that this one can see, by what the kernel writes
 * about it in /proc/self/fdinfo; *@pid gets its process id. KIOSK_ERROR_CLOSED when that process has
 * ended and is forgotten already. */
gboolean kiosk_fd_check_process (int fd, pid_t *pid, GError **error);

/* Process id and user id of the other end of a Unix socket, as the kernel remembers them from
 * connect() or socketpair() (SO_PEERCRED, unix(7)). */
gboolean kiosk_fd_peer (int fd, pid_t *pid, uid_t *uid, GError **error);
