/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "orders.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/error.h"
#include "kiosk/ipc/channel.h"

#include <unistd.h>

/* What kioskd orders, and what locking means here: no key in, no picture out, nothing left on the
 * screen's side. */

gboolean
kiosk_rdp_order_receive (KioskRdpSession *self, KioskRdpOrderKind *kind)
{
  KioskRdpOrder order = { 0 };
  g_autoptr (GError) error = NULL;

  if (!kiosk_channel_receive_exact (self->daemon, &order, sizeof order, NULL, 0, &error))
    {
      if (g_error_matches (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED))
        _exit (1);
      kiosk_rdp_session_end (self, KIOSK_RDP_END_PROTOCOL);
      return FALSE;
    }

  *kind = (KioskRdpOrderKind) order.kind;
  switch (*kind)
    {
    case KIOSK_RDP_ORDER_SUSPEND:
    case KIOSK_RDP_ORDER_RESUME:
      return TRUE;
    case KIOSK_RDP_ORDER_STOP:
      kiosk_rdp_session_end (self, KIOSK_RDP_END_DISCONNECTED);
      return FALSE;
    }
  kiosk_rdp_session_end (self, KIOSK_RDP_END_PROTOCOL);
  return FALSE;
}

gboolean
kiosk_rdp_order_suppress (KioskRdpSession *self, gboolean suppress)
{
  rdpContext *context = &self->context;
  RECTANGLE_16 all = {
    .right
    = MIN (freerdp_settings_get_uint32 (context->settings, FreeRDP_DesktopWidth), G_MAXUINT16),
    .bottom
    = MIN (freerdp_settings_get_uint32 (context->settings, FreeRDP_DesktopHeight), G_MAXUINT16),
  };

  if (!context->update->SuppressOutput (context, suppress ? 0 : 1, &all))
    return FALSE;
  return suppress || context->update->RefreshRect (context, 1, &all);
}

void
kiosk_rdp_order_suspend (KioskRdpSession *self)
{
  self->suspended = TRUE;
  kiosk_rdp_frames_suspend (&self->frames);
  if (!kiosk_rdp_input_release (&self->input, self->context.input)
      || !kiosk_rdp_order_suppress (self, TRUE))
    g_info ("the server could not be told to stop sending, ignoring: nothing of it is shown");
  kiosk_rdp_session_report (self, KIOSK_RDP_REPORT_SUSPENDED, 0, 0, NULL, NULL);
}

void
kiosk_rdp_order_resume (KioskRdpSession *self)
{
  self->suspended = FALSE;
  kiosk_rdp_frames_resume (&self->frames);
  self->cursor.due = self->cursor.message.kind != 0;
  if (self->size.kind != 0)
    self->size_deadline = kiosk_clock_boottime ();
  if (!kiosk_rdp_order_suppress (self, FALSE))
    g_info ("the server could not be asked for a full picture, ignoring: the last one is shown");
}
