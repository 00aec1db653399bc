/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ipc"

#include "kiosk/ipc/channel.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Room for one descriptor more than anybody may send: a surplus is seen, closed and refused instead
 * of being cut off silently. */
typedef union {
  struct cmsghdr align;
  char bytes[CMSG_SPACE (sizeof (int) * (KIOSK_CHANNEL_MAX_FDS + 1))];
} Ancillary;

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, why);
  return FALSE;
}

gboolean
kiosk_channel_send (int socket, const void *message, gsize size, const int *fds, guint n_fds,
                    GError **error)
{
  Ancillary ancillary = { 0 };
  struct iovec part = { .iov_base = (void *) message, .iov_len = size };
  struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
  ssize_t sent;

  g_return_val_if_fail (n_fds <= KIOSK_CHANNEL_MAX_FDS, FALSE);
  if (n_fds > 0)
    {
      struct cmsghdr *control;

      header.msg_control = ancillary.bytes;
      header.msg_controllen = CMSG_SPACE (sizeof (int) * n_fds);
      control = CMSG_FIRSTHDR (&header);
      control->cmsg_level = SOL_SOCKET;
      control->cmsg_type = SCM_RIGHTS;
      control->cmsg_len = CMSG_LEN (sizeof (int) * n_fds);
      memcpy (CMSG_DATA (control), fds, sizeof (int) * n_fds);
    }
  sent = TEMP_FAILURE_RETRY (sendmsg (socket, &header, MSG_NOSIGNAL));
  if (sent == (ssize_t) size)
    return TRUE;
  if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED, "the other end is closed");
      return FALSE;
    }
  return kiosk_error_set_errno (error, sent < 0 ? errno : EMSGSIZE, "sendmsg");
}

/* Takes every descriptor out of @header. Returns how many; more than fit, or anything else among the
 * ancillary data, counts as one too many. */
static guint
take_descriptors (struct msghdr *header, int found[KIOSK_CHANNEL_MAX_FDS + 1])
{
  guint n = 0;
  gboolean odd = FALSE;

  for (struct cmsghdr *c = CMSG_FIRSTHDR (header); c != NULL; c = CMSG_NXTHDR (header, c))
    {
      guint count;

      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
        {
          odd = TRUE;
          continue;
        }
      count = (guint) ((c->cmsg_len - CMSG_LEN (0)) / sizeof (int));
      for (guint i = 0; i < count; i++)
        {
          int fd;

          memcpy (&fd, CMSG_DATA (c) + i * sizeof (int), sizeof fd);
          if (n < KIOSK_CHANNEL_MAX_FDS + 1)
            found[n++] = fd;
          else
            {
              kiosk_fd_clear (&fd);
              odd = TRUE;
            }
        }
    }
  if (odd || (header->msg_flags & MSG_CTRUNC) != 0)
    {
      for (guint i = 0; i < n; i++)
        kiosk_fd_clear (&found[i]);
      return G_MAXUINT;
    }
  return n;
}

gboolean
kiosk_channel_receive (int socket, void *buffer, gsize capacity, gsize *size, int *fds, guint n_fds,
                       GError **error)
{
  Ancillary ancillary = { 0 };
  struct iovec part = { .iov_base = buffer, .iov_len = capacity };
  struct msghdr header = {
    .msg_iov = &part,
    .msg_iovlen = 1,
    .msg_control = ancillary.bytes,
    .msg_controllen = sizeof ancillary.bytes,
  };
  int found[KIOSK_CHANNEL_MAX_FDS + 1];
  guint n_found;
  ssize_t received;

  g_return_val_if_fail (n_fds <= KIOSK_CHANNEL_MAX_FDS, FALSE);
  received = TEMP_FAILURE_RETRY (recvmsg (socket, &header, MSG_CMSG_CLOEXEC));
  if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    {
      *size = 0;
      return TRUE;
    }
  if (received < 0 && errno != ECONNRESET)
    return kiosk_error_set_errno (error, errno, "recvmsg");
  if (received <= 0) /* an empty packet is no message of ours and looks the same */
    {
      /* It may carry descriptors all the same, which nobody else would close. */
      n_found = received == 0 ? take_descriptors (&header, found) : 0;
      for (guint i = 0; n_found != G_MAXUINT && i < n_found; i++)
        kiosk_fd_clear (&found[i]);
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED, "the other end is closed");
      return FALSE;
    }
  n_found = take_descriptors (&header, found);
  if (n_found != n_fds || (header.msg_flags & MSG_TRUNC) != 0)
    {
      for (guint i = 0; n_found != G_MAXUINT && i < n_found; i++)
        kiosk_fd_clear (&found[i]);
      return invalid (error, "message too long or with other descriptors than agreed");
    }
  if (n_fds > 0)
    memcpy (fds, found, sizeof (int) * n_fds);
  *size = (gsize) received;
  return TRUE;
}

gboolean
kiosk_channel_receive_exact (int socket, void *message, gsize size, int *fds, guint n_fds,
                             GError **error)
{
  gsize received;

  if (!kiosk_channel_receive (socket, message, size, &received, fds, n_fds, error))
    return FALSE;
  if (received == size)
    return TRUE;
  for (guint i = 0; received > 0 && i < n_fds; i++)
    kiosk_fd_clear (&fds[i]);
  return invalid (error, "message of another size than agreed");
}

gboolean
kiosk_channel_text_valid (const char *field, gsize capacity)
{
  const char *end = memchr (field, '\0', capacity);

  if (end == NULL)
    return FALSE;
  for (const char *p = end; p < field + capacity; p++)
    if (*p != '\0')
      return FALSE;
  return g_utf8_validate (field, end - field, NULL);
}

gboolean
kiosk_channel_text_set (char *field, gsize capacity, const char *text)
{
  gsize length = strlen (text);

  memset (field, 0, capacity);
  if (length >= capacity)
    return FALSE;
  memcpy (field, text, length);
  return TRUE;
}
