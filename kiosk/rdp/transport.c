/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "transport.h"

#include "session.h"

#include "kiosk/base/error.h"

#include <errno.h>
#include <freerdp/transport_io.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* One connected socket, once. The library calls TCPConnect a second time by itself when the
 * connection breaks during the log-on, even with reconnecting switched off: it would offer the
 * credentials twice, which locks accounts, and hide the first error. */

static int
on_tcp_connect (rdpContext *context, rdpSettings *settings, const char *hostname, int port,
                DWORD timeout)
{
  KioskRdpSession *session = KIOSK_RDP_SESSION (context);
  int connection = session->connection;

  if (connection < 0)
    {
      if (!session->connected_twice)
        session->first_error = freerdp_get_last_error (context);
      session->connected_twice = TRUE;
      freerdp_abort_connect_context (context);
      return -1;
    }
  session->connection = -1; /* the library closes it */
  return connection;
}

gboolean
kiosk_rdp_transport_attach (rdpContext *context, GError **error)
{
  KioskRdpSession *session = KIOSK_RDP_SESSION (context);
  const rdpTransportIo *stock = freerdp_get_io_callbacks (context);
  rdpTransportIo io;
  int on = 1;

  /* The library sets this in the function that is replaced here: without it every key waits for the
   * answer to the one before (RFC 896). */
  if (setsockopt (session->connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
    g_info ("TCP_NODELAY: %s, ignoring: the connection is closed already", g_strerror (errno));

  if (stock == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "no transport to replace");
      return FALSE;
    }
  io = *stock;
  io.TCPConnect = on_tcp_connect;
  if (!freerdp_set_io_callbacks (context, &io))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "cannot replace the transport");
      return FALSE;
    }
  return TRUE;
}
