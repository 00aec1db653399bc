/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Messages between our programs on SOCK_SEQPACKET sockets (unix(7)): one message, one packet, exact
 * size. A packet of another size, truncated data or ancillary data, an unexpected descriptor: all
 * are KIOSK_ERROR_INVALID, and the only right answer is to close the socket. */

/* Descriptors in one message at most. */
#define KIOSK_CHANNEL_MAX_FDS 4

/* Sends the @size bytes of @message with @n_fds descriptors, which stay the caller's. Waits while
 * the socket is full unless it is non-blocking (then KIOSK_ERROR_IO with EAGAIN's text). Never
 * raises SIGPIPE; a gone peer is KIOSK_ERROR_CLOSED. */
gboolean kiosk_channel_send (int socket, const void *message, gsize size, const int *fds,
                             guint n_fds, GError **error);

/* Receives one message into @buffer (@capacity bytes) and sets *@size to its length. @fds gets
 * exactly @n_fds descriptors (close-on-exec, now the caller's); with any other number all are closed
 * and the call fails. The end of the stream is KIOSK_ERROR_CLOSED. On a non-blocking socket without
 * a message: TRUE with *@size 0. */
gboolean kiosk_channel_receive (int socket, void *buffer, gsize capacity, gsize *size, int *fds,
                                guint n_fds, GError **error);

/* As above for a message that can only be of @size bytes. Blocks. */
gboolean kiosk_channel_receive_exact (int socket, void *message, gsize size, int *fds, guint n_fds,
                                      GError **error);

/* Whether the @capacity bytes of @field are a text: UTF-8, one NUL terminator, and nothing but NUL
 * behind it. */
gboolean kiosk_channel_text_valid (const char *field, gsize capacity);

/* Writes @text into @field and fills the rest with NUL. FALSE, field empty, when it does not fit. */
gboolean kiosk_channel_text_set (char *field, gsize capacity, const char *text);
