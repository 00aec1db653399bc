/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "certificate.h"
#include "sandbox.h"
#include "session.h"

#include "config.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/privileges.h"
#include "kiosk/ipc/channel.h"

#include <errno.h>
#include <freerdp/primitives.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <winpr/ssl.h>

/* kiosk-rdp: one RDP session on one connected socket.
 *
 * The order below is the security of this program. First the hello, so that kioskd can end this process
 * whatever becomes of it; then everything is given up that needs privilege to give up; then the task,
 * which comes from kioskd and is trusted but checked; then everything that needs a file; then the
 * sandbox, and within its first half what starts threads. Only behind that wall is the first byte read
 * from the shell or the server, and only there do credentials arrive. */

typedef struct {
  KioskRdpTask task;
  int fds[KIOSK_RDP_TASK_N_FDS];
  guint8 *memory;
  X509_STORE *authority;
} Start;

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, why);
  return FALSE;
}

static gboolean
check_task (const KioskRdpTask *task, GError **error)
{
  if (task->width < KIOSK_RDP_MIN_WIDTH || task->width > KIOSK_RDP_MAX_WIDTH
      || task->height < KIOSK_RDP_MIN_HEIGHT || task->height > KIOSK_RDP_MAX_HEIGHT)
    return refuse (error, "size out of range");
  if (task->security != KIOSK_RDP_SECURITY_NLA && task->security != KIOSK_RDP_SECURITY_TLS)
    return refuse (error, "unknown security");
  if (task->n_pins > KIOSK_RDP_MAX_PINS || task->port < 1 || task->port > 65535)
    return refuse (error, "pins or port out of range");
  if (!kiosk_channel_text_valid (task->address, sizeof task->address) || task->address[0] == '\0'
      || !kiosk_channel_text_valid (task->certificate_name, sizeof task->certificate_name))
    return refuse (error, "malformed text");
  /* Names with which the library would go elsewhere: local sockets, descriptors, vsock. */
  if (task->address[0] == '/' || task->address[0] == '|' || strstr (task->address, "://") != NULL)
    return refuse (error, "not an address");
  return TRUE;
}

static int
socket_option (int fd, int name)
{
  int value = -1;
  socklen_t size = sizeof value;

  return getsockopt (fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

/* Not whether it is still connected: a server may have hung up already, which is no error of ours
 * and shows with the first read. */
static gboolean
check_connection (int fd, GError **error)
{
  int domain = socket_option (fd, SO_DOMAIN);

  if ((domain == AF_INET || domain == AF_INET6) && socket_option (fd, SO_TYPE) == SOCK_STREAM
      && socket_option (fd, SO_ACCEPTCONN) == 0)
    return TRUE;
  return refuse (error, "not a connection");
}

static gboolean
read_authority (Start *start, GError **error)
{
  int fd = start->fds[KIOSK_RDP_TASK_AUTHORITY];
  g_autofree char *pem = NULL;
  struct stat status;

  if (fstat (fd, &status) != 0)
    return kiosk_error_set_errno (error, errno, "authority");
  if (status.st_size < 0 || status.st_size > KIOSK_RDP_AUTHORITY_MAX)
    return refuse (error, "authority too long");
  if (!kiosk_fd_check_memory (fd, status.st_size, error))
    return FALSE;
  if (start->task.n_pins > 0)
    return status.st_size == 0 ? TRUE : refuse (error, "pins and an authority");

  pem = g_malloc0 (status.st_size + 1);
  if (pread (fd, pem, status.st_size, 0) != status.st_size)
    return kiosk_error_set_errno (error, errno, "authority");
  start->authority = kiosk_rdp_certificate_read_authority (pem, status.st_size, error);
  return start->authority != NULL;
}

static gboolean
receive_task (Start *start, GError **error)
{
  if (!kiosk_channel_receive_exact (KIOSK_RDP_FD_DAEMON, &start->task, sizeof start->task,
                                    start->fds, KIOSK_RDP_TASK_N_FDS, error))
    return FALSE;
  if (!check_task (&start->task, error)
      || !check_connection (start->fds[KIOSK_RDP_TASK_SOCKET], error)
      || !kiosk_fd_check_memory (start->fds[KIOSK_RDP_TASK_FRAMES], KIOSK_RDP_MEMORY_SIZE, error)
      || !kiosk_fd_check_socket (start->fds[KIOSK_RDP_TASK_SHELL], AF_UNIX, SOCK_SEQPACKET, error)
      || !read_authority (start, error))
    return FALSE;

  start->memory = mmap (NULL, KIOSK_RDP_MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
                        start->fds[KIOSK_RDP_TASK_FRAMES], 0);
  if (start->memory == MAP_FAILED)
    return kiosk_error_set_errno (error, errno, "frame memory");
  kiosk_fd_clear (&start->fds[KIOSK_RDP_TASK_FRAMES]);
  kiosk_fd_clear (&start->fds[KIOSK_RDP_TASK_AUTHORITY]);
  return TRUE;
}

/* libc looks for /etc/localtime at every log line of the library as long as TZ is not set; in the
 * sandbox it would not find it. The server got the real time zone with the settings before. */
static gboolean
freeze_time_zone (GError **error)
{
  time_t now = time (NULL);
  struct tm local;
  g_autofree char *zone = NULL;
  long minutes;

  if (localtime_r (&now, &local) == NULL)
    return kiosk_error_set_errno (error, errno, "local time");
  minutes = labs (local.tm_gmtoff) / 60;
  /* POSIX counts westward, tzset(3) */
  zone = g_strdup_printf ("LOC%c%02ld:%02ld", local.tm_gmtoff > 0 ? '-' : '+', minutes / 60,
                          minutes % 60);
  if (setenv ("TZ", zone, 1) != 0)
    return kiosk_error_set_errno (error, errno, "TZ");
  tzset ();
  return TRUE;
}

static gboolean
give_up_privileges (GError **error)
{
  return kiosk_privileges_leave_network (error) && kiosk_privileges_become (KIOSK_RDP_USER, error)
         && kiosk_privileges_settle (error);
}

/* Everything of the library's that needs a file. */
static rdpSettings *
prepare (GError **error)
{
  rdpSettings *settings;

  /* The library insists on a home; there is none, and it must not find one. */
  if (setenv ("HOME", "/nonexistent", 1) != 0)
    {
      kiosk_error_set_errno (error, errno, "HOME");
      return NULL;
    }
  /* Before anything decodes: the library's automatic choice measures for a third of a second. */
  primitives_set_hints (PRIMITIVES_ONLY_CPU);
  (void) primitives_get ();
  /* Each arena reserves 64 MiB of the address space that is limited later. */
  mallopt (M_ARENA_MAX, 2);

  if (!winpr_InitializeSSL (WINPR_SSL_INIT_DEFAULT))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "cannot start the cryptography");
      return NULL;
    }
  if (!kiosk_rdp_channels_register (error))
    return NULL;
  settings = freerdp_settings_new (0);
  if (settings == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "freerdp_settings_new");
      return NULL;
    }
  return freeze_time_zone (error) ? settings : NULL;
}

static int
fail (const GError *error)
{
  KioskRdpReport report = {
    .kind = KIOSK_RDP_REPORT_ENDED,
    .value = error->domain == KIOSK_ERROR && error->code == KIOSK_ERROR_INVALID
                 ? KIOSK_RDP_END_PROTOCOL
                 : KIOSK_RDP_END_INTERNAL,
  };

  g_printerr ("kiosk-rdp: %s\n", error->message);
  (void) kiosk_channel_send (KIOSK_RDP_FD_DAEMON, &report, sizeof report, NULL, 0, NULL);
  return 1;
}

int
main (int argc, char **argv)
{
  const int keep[] = { KIOSK_RDP_FD_DAEMON };
  g_autoptr (GError) error = NULL;
  KioskRdpSession *session;
  rdpSettings *settings;
  Start start = { 0 };

  if (!kiosk_privileges_clean (keep, G_N_ELEMENTS (keep), &error) || !kiosk_helper_begin (&error))
    {
      g_printerr ("kiosk-rdp: %s\n", error->message); /* to whoever is there not one word */
      return 1;
    }
  if (!give_up_privileges (&error) || !receive_task (&start, &error))
    return fail (error);
  settings = prepare (&error);
  if (settings == NULL || !kiosk_rdp_sandbox_begin (&error))
    return fail (error);
  session = kiosk_rdp_session_new (
      &start.task, settings, KIOSK_RDP_FD_DAEMON, start.fds[KIOSK_RDP_TASK_SOCKET],
      start.fds[KIOSK_RDP_TASK_SHELL], start.memory, start.authority, &error);
  if (session == NULL || !kiosk_rdp_sandbox_complete (&error))
    return fail (error);

  /* No exit handlers: they belong to libraries that a server may have confused. */
  _exit (kiosk_rdp_session_run (session));
}
