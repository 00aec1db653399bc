/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "channels.h"

#include "session.h"

#include "kiosk/base/error.h"
#include "kiosk/base/text.h"

#include <freerdp/addin.h>
#include <freerdp/channels/channels.h>
#include <freerdp/channels/disp.h>
#include <freerdp/channels/drdynvc.h>
#include <freerdp/channels/rdpgfx.h>
#include <freerdp/client/channels.h>
#include <freerdp/client/cmdline.h>
#include <freerdp/client/rdpgfx.h>
#include <freerdp/event.h>
#include <freerdp/gdi/gfx.h>
#include <string.h>
#include <winpr/wlog.h>

/* Threat: every channel is a parser that the server feeds and a door to something of the terminal.
 * The stock client loads more of them than its settings say (rdpdr by auto-detection, ainput always).
 * So the stock loader never runs: the provider below is the only source of channel code, it knows
 * three names, and after connecting the result is counted. */

#define DRDYNVC_LOG "com.freerdp.channels.drdynvc.client"
#define REPORTS_MAX 16

static const char *const dynamic_channels[] = { "rdpgfx", "disp" };

/* For the log appender, whose callback carries no context. One session a process. */
static KioskRdpSession *logging_session;

static PVIRTUALCHANNELENTRY
provide (LPCSTR name, LPCSTR subsystem, LPCSTR type, DWORD flags)
{
  gboolean known = g_strcmp0 (name, DRDYNVC_SVC_CHANNEL_NAME) == 0;

  for (gsize i = 0; i < G_N_ELEMENTS (dynamic_channels); i++)
    known = known || g_strcmp0 (name, dynamic_channels[i]) == 0;
  if (!known)
    return NULL;
  return freerdp_channels_load_static_addin_entry (name, subsystem, type, flags);
}

gboolean
kiosk_rdp_channels_register (GError **error)
{
  if (freerdp_register_addin_provider (provide, 0) == CHANNEL_RC_OK)
    return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "cannot register the channels");
  return FALSE;
}

static BOOL
on_load_channels (freerdp *instance)
{
  rdpSettings *settings = instance->context->settings;
  PVIRTUALCHANNELENTRY entry;
  PVIRTUALCHANNELENTRYEX entry_ex;

  freerdp_static_channel_collection_free (settings);
  freerdp_dynamic_channel_collection_free (settings);

  for (gsize i = 0; i < G_N_ELEMENTS (dynamic_channels); i++)
    {
      const char *const args[] = { dynamic_channels[i] };

      if (!freerdp_client_add_dynamic_channel (settings, G_N_ELEMENTS (args), args))
        return FALSE;
    }

  entry = freerdp_load_channel_addin_entry (DRDYNVC_SVC_CHANNEL_NAME, NULL, NULL,
                                            FREERDP_ADDIN_CHANNEL_STATIC
                                                | FREERDP_ADDIN_CHANNEL_ENTRYEX);
  if (entry == NULL)
    return FALSE;
  entry_ex = WINPR_FUNC_PTR_CAST (entry, PVIRTUALCHANNELENTRYEX);
  return freerdp_channels_client_load_ex (instance->context->channels, settings, entry_ex, settings)
         == 0;
}

static UINT
on_display_control_caps (DispClientContext *context, UINT32 monitors, UINT32 factor_a,
                         UINT32 factor_b)
{
  KioskRdpSession *session = context->custom;

  session->channels.display_control_ready = TRUE;
  return CHANNEL_RC_OK;
}

static void
on_channel_connected (void *context, const ChannelConnectedEventArgs *event)
{
  KioskRdpSession *session = KIOSK_RDP_SESSION (context);

  if (strcmp (event->name, DRDYNVC_SVC_CHANNEL_NAME) == 0)
    return;

  if (strcmp (event->name, RDPGFX_DVC_CHANNEL_NAME) == 0 && session->context.gdi != NULL
      && gdi_graphics_pipeline_init (session->context.gdi, event->pInterface))
    return;

  if (strcmp (event->name, DISP_DVC_CHANNEL_NAME) == 0)
    {
      session->channels.display_control = event->pInterface;
      session->channels.display_control->custom = session;
      session->channels.display_control->DisplayControlCaps = on_display_control_caps;
      return;
    }

  g_critical ("a channel came up that was never loaded");
  kiosk_rdp_session_end (session, KIOSK_RDP_END_INTERNAL);
}

static void
on_channel_disconnected (void *context, const ChannelDisconnectedEventArgs *event)
{
  KioskRdpSession *session = KIOSK_RDP_SESSION (context);

  if (strcmp (event->name, RDPGFX_DVC_CHANNEL_NAME) == 0 && session->context.gdi != NULL)
    {
      gdi_graphics_pipeline_uninit (session->context.gdi, event->pInterface);
    }
  else if (strcmp (event->name, DISP_DVC_CHANNEL_NAME) == 0)
    {
      session->channels.display_control = NULL;
      session->channels.display_control_ready = FALSE;
    }
}

char *
kiosk_rdp_channels_parse_refusal (const char *line)
{
  const char *start, *end;

  if (line == NULL)
    return NULL;
  start = strstr (line, "no listener for '");
  if (start == NULL)
    return NULL;
  start += strlen ("no listener for '");
  end = strrchr (start, '\'');
  return end != NULL ? g_strndup (start, end - start) : NULL;
}

/* The library tells about a refused dynamic channel only in a line of its log. */
static BOOL
on_log_message (const wLogMessage *message)
{
  g_autofree char *refused = NULL;

  if (message->PrefixString != NULL && strstr (message->PrefixString, "drdynvc") != NULL)
    refused = kiosk_rdp_channels_parse_refusal (message->TextString);
  if (refused != NULL && logging_session != NULL
      && logging_session->channels.reported < REPORTS_MAX)
    {
      g_autofree char *text
          = kiosk_text_clean (refused, 20); /* 20 x 3 bytes of UTF-8 fit the report */

      logging_session->channels.reported++;
      kiosk_rdp_session_report (logging_session, KIOSK_RDP_REPORT_CHANNEL, 0, 0, NULL, text);
    }

  /* Once we end the session ourselves the library only complains about that. */
  if (message->Level >= WLOG_ERROR && message->Level < WLOG_OFF && logging_session != NULL
      && logging_session->end == KIOSK_RDP_END_NONE)
    {
      g_autofree char *text = kiosk_text_clean (message->TextString, 200);

      g_message ("library: %s", text);
    }
  return TRUE;
}

static BOOL
on_log_other (const wLogMessage *message)
{
  return TRUE; /* dumps of packets and pictures: never */
}

void
kiosk_rdp_channels_attach (freerdp *instance)
{
  static wLogCallbacks callbacks = {
    .message = on_log_message,
    .data = on_log_other,
    .image = on_log_other,
    .package = on_log_other,
  };
  wLog *root = WLog_GetRoot ();
  wLog *drdynvc = WLog_Get (DRDYNVC_LOG);

  instance->LoadChannels = on_load_channels;
  PubSub_SubscribeChannelConnected (instance->context->pubSub, on_channel_connected);
  PubSub_SubscribeChannelDisconnected (instance->context->pubSub, on_channel_disconnected);

  logging_session = KIOSK_RDP_SESSION (instance->context);
  if (WLog_SetLogAppenderType (root, WLOG_APPENDER_CALLBACK))
    {
      WLog_ConfigureAppender (WLog_GetLogAppender (root), "callbacks", &callbacks);
      WLog_SetLogLevel (root, WLOG_ERROR);
      WLog_SetLogLevel (drdynvc, WLOG_DEBUG);
    }
}

gboolean
kiosk_rdp_channels_check (rdpContext *context)
{
  const rdpSettings *settings = context->settings;
  const CHANNEL_DEF *channel
      = freerdp_settings_get_pointer_array (settings, FreeRDP_ChannelDefArray, 0);

  if (freerdp_settings_get_uint32 (settings, FreeRDP_ChannelCount) != 1 || channel == NULL
      || strncmp (channel->name, DRDYNVC_SVC_CHANNEL_NAME, sizeof channel->name) != 0)
    return FALSE;
  if (freerdp_settings_get_uint32 (settings, FreeRDP_StaticChannelCount) != 0
      || freerdp_settings_get_uint32 (settings, FreeRDP_DeviceCount) != 0
      || freerdp_settings_get_uint32 (settings, FreeRDP_DynamicChannelCount)
             != G_N_ELEMENTS (dynamic_channels))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (dynamic_channels); i++)
    {
      const ADDIN_ARGV *args
          = freerdp_settings_get_pointer_array (settings, FreeRDP_DynamicChannelArray, i);

      if (args == NULL || args->argc != 1 || strcmp (args->argv[0], dynamic_channels[i]) != 0)
        return FALSE;
    }
  return TRUE;
}

gboolean
kiosk_rdp_channels_resize (KioskRdpChannels *self, guint32 width, guint32 height, guint32 scale)
{
  DISPLAY_CONTROL_MONITOR_LAYOUT layout = {
    .Flags = DISPLAY_CONTROL_MONITOR_PRIMARY,
    .Width = width & ~1u, /* [MS-RDPEDISP] 2.2.2.2.1: even */
    .Height = height,
    .Orientation = ORIENTATION_LANDSCAPE,
    .DesktopScaleFactor = scale,
    .DeviceScaleFactor = 100,
  };

  if (self->display_control == NULL || !self->display_control_ready)
    return FALSE;
  return self->display_control->SendMonitorLayout (self->display_control, 1, &layout)
         == CHANNEL_RC_OK;
}
