/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "session.h"

#include "certificate.h"
#include "loop.h"
#include "outcome.h"
#include "settings.h"
#include "transport.h"

#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <freerdp/gdi/gdi.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* The library's callbacks, and how a session begins and ends. What happens between is in loop.c. */

#define DESKTOP_MAX 8192 /* [MS-RDPEDISP] 2.2.2.2.1; more than that is no desktop but an attack */

void
kiosk_rdp_session_report (KioskRdpSession *self, KioskRdpReportKind kind, guint32 value,
                          guint32 detail, const guint8 *digest, const char *text)
{
  KioskRdpReport report = { .kind = kind, .value = value, .detail = detail };

  if (digest != NULL)
    memcpy (report.digest, digest, sizeof report.digest);
  if (text != NULL)
    g_strlcpy (report.text, text, sizeof report.text);
  if (!kiosk_channel_send (self->daemon, &report, sizeof report, NULL, 0, NULL))
    _exit (1);
}

void
kiosk_rdp_session_step (KioskRdpSession *self, KioskRdpStep step)
{
  self->step = step;
  kiosk_rdp_session_report (self, KIOSK_RDP_REPORT_STEP, step, 0, NULL, NULL);
}

void
kiosk_rdp_session_end (KioskRdpSession *self, KioskRdpEnd end)
{
  /* Two threads may have a reason while connecting; the first counts. */
  (void) g_atomic_int_compare_and_exchange ((gint *) &self->end, KIOSK_RDP_END_NONE, (gint) end);
  freerdp_abort_connect_context (&self->context);
}

static void
wipe_credentials (KioskRdpSession *self)
{
  kiosk_wipe (self->credentials, sizeof *self->credentials);
}

/* The certificate is judged, told to kioskd, and only then does the library get to know so much as
 * the user's name: put in earlier, it would stand in the clear in the very first packet
 * ("Cookie: mstshash=", [MS-RDPBCGR] 2.2.1.1). */
static int
on_verify_certificate (freerdp *instance, const BYTE *data, size_t length, const char *hostname,
                       UINT16 port, DWORD flags)
{
  KioskRdpSession *self = KIOSK_RDP_SESSION (instance->context);
  guint8 digest[32] = { 0 };
  KioskRdpEnd end;

  if (flags & (VERIFY_CERT_FLAG_GATEWAY | VERIFY_CERT_FLAG_REDIRECT))
    end = KIOSK_RDP_END_REDIRECTED;
  else
    end = kiosk_rdp_certificate_judge (&self->task, self->authority, (const char *) data, length,
                                       time (NULL), digest);

  kiosk_rdp_session_report (self, KIOSK_RDP_REPORT_CERTIFICATE, end, 0, digest, NULL);
  if (end == KIOSK_RDP_END_NONE)
    {
      if (kiosk_rdp_settings_set_credentials (instance->context->settings, self->credentials))
        {
          wipe_credentials (self);
          kiosk_rdp_session_step (self, KIOSK_RDP_STEP_LOGON);
          return 1;
        }
      end = KIOSK_RDP_END_INTERNAL;
    }
  wipe_credentials (self);
  kiosk_rdp_session_end (self, end);
  return 0;
}

static BOOL
on_redirect (freerdp *instance)
{
  kiosk_rdp_session_end (KIOSK_RDP_SESSION (instance->context), KIOSK_RDP_END_REDIRECTED);
  return FALSE;
}

static BOOL
on_begin_paint (rdpContext *context)
{
  HGDI_WND window = context->gdi->primary->hdc->hwnd;

  window->invalid->null = TRUE;
  window->ninvalid = 0;
  return TRUE;
}

static BOOL
on_end_paint (rdpContext *context)
{
  KioskRdpSession *self = KIOSK_RDP_SESSION (context);
  HGDI_WND window = context->gdi->primary->hdc->hwnd;

  if (window->invalid->null)
    return TRUE;
  for (gint32 i = 0; i < window->ninvalid; i++)
    {
      kiosk_rdp_frames_add (&self->frames, window->cinvalid[i].x, window->cinvalid[i].y,
                            window->cinvalid[i].w, window->cinvalid[i].h);
    }
  window->invalid->null = TRUE;
  window->ninvalid = 0;
  return TRUE;
}

/* Takes over the size that the library decodes into. Its memory is fresh from the heap: what lay
 * there before is nothing for a screen. */
static gboolean
adopt_size (KioskRdpSession *self)
{
  rdpGdi *gdi = self->context.gdi;

  if (gdi->primary_buffer == NULL || gdi->width < 1 || gdi->height < 1
      || gdi->stride < (guint32) gdi->width * 4)
    return FALSE;
  memset (gdi->primary_buffer, 0, (gsize) gdi->stride * gdi->height);
  kiosk_rdp_frames_resize (&self->frames, gdi->width, gdi->height);
  return TRUE;
}

static gboolean
size_allowed (const rdpSettings *settings, guint32 *width, guint32 *height)
{
  *width = freerdp_settings_get_uint32 (settings, FreeRDP_DesktopWidth);
  *height = freerdp_settings_get_uint32 (settings, FreeRDP_DesktopHeight);
  return *width >= 1 && *width <= DESKTOP_MAX && *height >= 1 && *height <= DESKTOP_MAX;
}

static BOOL
on_desktop_resize (rdpContext *context)
{
  KioskRdpSession *self = KIOSK_RDP_SESSION (context);
  guint32 width, height;

  if (!size_allowed (context->settings, &width, &height))
    {
      kiosk_rdp_session_end (self, KIOSK_RDP_END_PROTOCOL);
      return FALSE;
    }
  return gdi_resize (context->gdi, width, height) && adopt_size (self);
}

static BOOL
on_pre_connect (freerdp *instance)
{
  return TRUE;
}

static BOOL
on_post_connect (freerdp *instance)
{
  KioskRdpSession *self = KIOSK_RDP_SESSION (instance->context);
  rdpUpdate *update = instance->context->update;
  g_autoptr (GError) error = NULL;
  guint32 width, height;

  kiosk_rdp_settings_wipe_credentials (instance->context->settings);
  kiosk_rdp_session_step (self, KIOSK_RDP_STEP_PICTURE);

  if (!kiosk_rdp_settings_check (instance->context->settings, &self->task, TRUE, &error)
      || !kiosk_rdp_channels_check (instance->context))
    {
      g_critical ("not what was set: %s", error != NULL ? error->message : "channels");
      kiosk_rdp_session_end (self, KIOSK_RDP_END_INTERNAL);
      return FALSE;
    }
  if (!size_allowed (instance->context->settings, &width, &height))
    {
      kiosk_rdp_session_end (self, KIOSK_RDP_END_PROTOCOL);
      return FALSE;
    }
  /* X, not alpha: several servers leave that byte 0. */
  if (!gdi_init (instance, PIXEL_FORMAT_BGRX32))
    return FALSE;
  if (!adopt_size (self))
    return FALSE;

  /* after gdi_init(), which sets its own */
  kiosk_rdp_cursor_register (instance->context);
  update->BeginPaint = on_begin_paint;
  update->EndPaint = on_end_paint;
  update->DesktopResize = on_desktop_resize;
  return TRUE;
}

static void
on_post_disconnect (freerdp *instance)
{
  gdi_free (instance);
}

static gboolean
set_nonblocking (int fd, GError **error)
{
  int flags = fcntl (fd, F_GETFL);

  if (flags < 0 || fcntl (fd, F_SETFL, flags | O_NONBLOCK) != 0)
    return kiosk_error_set_errno (error, errno, "O_NONBLOCK");
  return TRUE;
}

/* A page of its own for the credentials: locked, and left out of dumps. */
static KioskRdpCredentials *
new_credentials (GError **error)
{
  KioskRdpCredentials *page
      = mmap (NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (page == MAP_FAILED || mlock (page, sizeof *page) != 0
      || madvise (page, sizeof *page, MADV_DONTDUMP) != 0)
    {
      kiosk_error_set_errno (error, errno, "locked memory");
      return NULL;
    }
  return page;
}

KioskRdpSession *
kiosk_rdp_session_new (const KioskRdpTask *task, rdpSettings *settings, int daemon, int connection,
                       int shell, guint8 *memory, X509_STORE *authority, GError **error)
{
  KioskRdpCredentials *credentials = new_credentials (error);
  KioskRdpSession *self;
  freerdp *instance;

  if (credentials == NULL)
    return NULL;

  instance = freerdp_new ();
  if (instance == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "freerdp_new");
      return NULL;
    }
  instance->ContextSize = sizeof (KioskRdpSession);
  instance->PreConnect = on_pre_connect;
  instance->PostConnect = on_post_connect;
  instance->PostDisconnect = on_post_disconnect;
  instance->VerifyX509Certificate = on_verify_certificate;
  instance->Redirect = on_redirect;
  /* No callback that could ask anybody for anything: AuthenticateEx and its like stay NULL. */

  if (!freerdp_context_new_ex (instance, settings))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "freerdp_context_new_ex");
      return NULL;
    }
  self = KIOSK_RDP_SESSION (instance->context);
  self->task = *task;
  self->daemon = daemon;
  self->connection = connection;
  self->shell = shell;
  self->authority = authority;
  self->credentials = credentials;
  kiosk_rdp_frames_init (&self->frames, memory);
  kiosk_rdp_channels_attach (instance);

  if (!kiosk_rdp_settings_apply (instance->context->settings, task, error)
      || !kiosk_rdp_transport_attach (instance->context, error) || !set_nonblocking (shell, error))
    return NULL;
  return self;
}

static KioskRdpEnd
reason (KioskRdpSession *self, guint32 *detail)
{
  *detail = self->connected_twice ? self->first_error : freerdp_get_last_error (&self->context);
  if (self->end != KIOSK_RDP_END_NONE)
    return self->end;
  return kiosk_rdp_outcome (*detail, freerdp_get_disconnect_ultimatum (&self->context));
}

/* No clean-up of memory: the process ends next, and the less runs after a server misbehaved the
 * better. What is secret is overwritten. */
int
kiosk_rdp_session_run (KioskRdpSession *self)
{
  gboolean connected = FALSE;
  gboolean answering = kiosk_rdp_loop_connect (self, &connected);
  guint32 detail;
  KioskRdpEnd end;

  if (connected)
    kiosk_rdp_loop_serve (self);

  wipe_credentials (self);
  end = reason (self, &detail);
  if (connected)
    (void) kiosk_rdp_input_release (&self->input, self->context.input);
  if (answering)
    {
      kiosk_rdp_settings_wipe_credentials (self->context.settings);
      freerdp_disconnect (self->context.instance);
    }
  kiosk_rdp_frames_suspend (&self->frames); /* the last picture goes too */
  kiosk_rdp_session_report (self, KIOSK_RDP_REPORT_ENDED, end, detail, NULL, NULL);
  return 0;
}
