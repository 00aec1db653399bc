/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "settings.h"

#include "kiosk/base/error.h"
#include "kiosk/base/secret.h"

#include <freerdp/codec/color.h>
#include <freerdp/constants.h>
#include <openssl/tls1.h>
#include <string.h>

/* Every setting is written down, also where it repeats the library's default: defaults change from
 * version to version, and several that matter (clipboard, heartbeat, multitransport, auto-detection)
 * are on. Trap: auto-detection, heartbeat and multitransport make the stock client load rdpdr. */

typedef struct {
  FreeRDP_Settings_Keys_Bool key;
  gboolean value;
  gboolean fixed; /* not the server's to change: still so after the connection stands */
} Golden;

#define NEVER(name_)                                                                               \
  {                                                                                                \
    FreeRDP_##name_, FALSE, TRUE                                                                   \
  }
#define OFF(name_)                                                                                 \
  {                                                                                                \
    FreeRDP_##name_, FALSE, FALSE                                                                  \
  }
#define ON(name_)                                                                                  \
  {                                                                                                \
    FreeRDP_##name_, TRUE, FALSE                                                                   \
  }
#define ALWAYS(name_)                                                                              \
  {                                                                                                \
    FreeRDP_##name_, TRUE, TRUE                                                                    \
  }

static const Golden golden[] = {
  /* who the server is, and how we prove who we are */
  ALWAYS (ExternalCertificateManagement),
  NEVER (IgnoreCertificate),
  NEVER (AutoAcceptCertificate),
  NEVER (RdpSecurity),
  NEVER (UseRdpSecurityLayer),
  NEVER (ExtSecurity),
  NEVER (RdstlsSecurity),
  NEVER (AadSecurity),
  NEVER (FIPSMode), /* would switch NLA off */
  NEVER (AuthenticationOnly),
  NEVER (RestrictedAdminModeRequired),
  NEVER (RemoteCredentialGuard),
  NEVER (DisableCredentialsDelegation),
  NEVER (SmartcardLogon),
  NEVER (PasswordIsSmartcardPin),
  NEVER (CredentialsFromStdin),
  NEVER (PromptForCredentials),
  NEVER (UseCommonStdioCallbacks), /* prompts on standard input */
  NEVER (ConsoleSession),
  NEVER (ConnectChildSession),
  NEVER (VmConnectMode),

  /* where we connect to */
  NEVER (GatewayEnabled),
  NEVER (GatewayArmTransport),
  NEVER (SendPreconnectionPdu),
  NEVER (AutoReconnectionEnabled),
  NEVER (SupportMultitransport),
  NEVER (SupportHeartbeatPdu),
  NEVER (NetworkAutoDetect),

  /* doors into the terminal */
  NEVER (DeviceRedirection),
  NEVER (RedirectClipboard),
  NEVER (RedirectDrives),
  NEVER (RedirectHomeDrive),
  NEVER (RedirectPrinters),
  NEVER (RedirectSerialPorts),
  NEVER (RedirectParallelPorts),
  NEVER (RedirectSmartCards),
  NEVER (RedirectWebAuthN),
  NEVER (SmartcardEmulation),
  NEVER (AudioPlayback),
  NEVER (AudioCapture),
  NEVER (RemoteConsoleAudio),
  NEVER (SoundBeepsEnabled),
  NEVER (EncomspVirtualChannel),
  NEVER (RemdeskVirtualChannel),
  NEVER (RemoteAssistanceMode),
  NEVER (RemoteApplicationMode),
  NEVER (LyncRdpMode),
  NEVER (MultiTouchInput),
  NEVER (MultiTouchGestures),
  NEVER (SupportGeometryTracking),
  NEVER (SupportVideoOptimized),
  NEVER (SupportEchoChannel),
  NEVER (SupportSSHAgentChannel),

  /* files of the library's own */
  NEVER (TransportDump), /* it would hold the password in clear */
  NEVER (TransportDumpReplay),
  NEVER (DumpRemoteFx),
  NEVER (PlayRemoteFx),
  NEVER (BitmapCachePersistEnabled),

  /* one thread calls us */
  ALWAYS (SynchronousStaticChannels),
  ALWAYS (SynchronousDynamicChannels),
  NEVER (AsyncUpdate),
  NEVER (AsyncChannels),

  /* picture */
  ALWAYS (SupportDynamicChannels),
  ON (SupportGraphicsPipeline),
  ON (SupportDisplayControl),
  ON (DynamicResolutionUpdate),
  ALWAYS (SoftwareGdi),
  ON (DesktopResize),
  NEVER (DeactivateClientDecoding),
  NEVER (UseMultimon),
  NEVER (SpanMonitors),
  NEVER (SmartSizing),
  /* AVC420 first: one H.264 stream. AVC444 means two of them and twice the work, and a server that
   * lacks it falls back to RemoteFX past AVC420. */
  ALWAYS (GfxH264),
  NEVER (GfxAVC444),
  NEVER (GfxAVC444v2),
  ALWAYS (GfxProgressive),
  ALWAYS (GfxPlanar),
  ON (RemoteFxCodec),
  NEVER (NSCodec),
  NEVER (GfxThinClient),
  NEVER (GfxSmallCache),
  NEVER (GfxSendQoeAck),
  ON (SuppressOutput),
  ON (RefreshRect),
  ON (FastPathInput),
  ON (FastPathOutput),
  ON (UnicodeInput),
  ON (HasHorizontalWheel),
  ON (HasExtendedMouseEvent),
  NEVER (MouseUseRelativeMove),
};

static gboolean
failed (GError **error, gssize key)
{
  const char *name = freerdp_settings_get_name_for_key (key);

  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED,
               "the library's setting %s is not as it must be", name != NULL ? name : "(unknown)");
  return FALSE;
}

static gboolean
is_on (const rdpSettings *settings, FreeRDP_Settings_Keys_Bool key)
{
  return freerdp_settings_get_bool (settings, key) ? TRUE : FALSE;
}

gboolean
kiosk_rdp_settings_golden (guint index, int *key, gboolean *value)
{
  if (index >= G_N_ELEMENTS (golden))
    return FALSE;
  *key = golden[index].key;
  *value = golden[index].value;
  return TRUE;
}

gboolean
kiosk_rdp_settings_apply (rdpSettings *settings, const KioskRdpTask *task, GError **error)
{
  const struct {
    FreeRDP_Settings_Keys_UInt32 key;
    guint32 value;
  } numbers[] = {
    { FreeRDP_DesktopWidth, task->width },
    { FreeRDP_DesktopHeight, task->height },
    { FreeRDP_KeyboardLayout, task->keyboard_layout },
    { FreeRDP_ServerPort, task->port },
    { FreeRDP_ColorDepth, 32 },
    { FreeRDP_AuthenticationLevel, 1 }, /* fail when the server cannot be authenticated */
    { FreeRDP_TlsSecLevel, 2 }, /* SSL_CTX_set_security_level(3): no key or digest under 112 bits */
    { FreeRDP_TcpConnectTimeout, 15000 },
    { FreeRDP_MultitransportFlags,
      0 }, /* not implied by SupportMultitransport: servers look here */
    { FreeRDP_ProxyType, PROXY_TYPE_NONE },
    { FreeRDP_ConnectionType, CONNECTION_TYPE_LAN },
    { FreeRDP_LargePointerFlag, LARGE_POINTER_FLAG_96x96 | LARGE_POINTER_FLAG_384x384 },
    { FreeRDP_OsMajorType, OSMAJORTYPE_UNIX },
    { FreeRDP_OsMinorType, OSMINORTYPE_NATIVE_WAYLAND },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      if (!freerdp_settings_set_bool (settings, golden[i].key, golden[i].value))
        return failed (error, golden[i].key);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (!freerdp_settings_set_uint32 (settings, numbers[i].key, numbers[i].value))
        return failed (error, numbers[i].key);
    }

  if (!freerdp_settings_set_bool (settings, FreeRDP_NlaSecurity,
                                  task->security == KIOSK_RDP_SECURITY_NLA))
    return failed (error, FreeRDP_NlaSecurity);
  if (!freerdp_settings_set_bool (settings, FreeRDP_TlsSecurity,
                                  task->security == KIOSK_RDP_SECURITY_TLS))
    return failed (error, FreeRDP_TlsSecurity);
  if (!freerdp_settings_set_uint16 (settings, FreeRDP_TLSMinVersion, TLS1_2_VERSION))
    return failed (error, FreeRDP_TLSMinVersion);

  /* The library's own memory of accepted certificates, and names that would leave this terminal. */
  if (!freerdp_settings_set_string (settings, FreeRDP_CertificateAcceptedFingerprints, NULL))
    return failed (error, FreeRDP_CertificateAcceptedFingerprints);
  /* Kerberos would look for its configuration and for a domain controller: it can have neither here. */
  if (!freerdp_settings_set_string (settings, FreeRDP_AuthenticationPackageList, "!kerberos,!u2u"))
    return failed (error, FreeRDP_AuthenticationPackageList);
  if (!freerdp_settings_set_string (settings, FreeRDP_ClientHostname, "terminal"))
    return failed (error, FreeRDP_ClientHostname);
  if (!freerdp_settings_set_string (settings, FreeRDP_ServerHostname, task->address))
    return failed (error, FreeRDP_ServerHostname);

  return kiosk_rdp_settings_check (settings, task, FALSE, error);
}

gboolean
kiosk_rdp_settings_check (const rdpSettings *settings, const KioskRdpTask *task,
                          gboolean negotiated, GError **error)
{
  gboolean nla = task->security == KIOSK_RDP_SECURITY_NLA;

  for (gsize i = 0; i < G_N_ELEMENTS (golden); i++)
    {
      if (negotiated && !golden[i].fixed)
        continue;
      if (is_on (settings, golden[i].key) != golden[i].value)
        return failed (error, golden[i].key);
    }

  if (is_on (settings, FreeRDP_NlaSecurity) != nla)
    return failed (error, FreeRDP_NlaSecurity);
  if (is_on (settings, FreeRDP_TlsSecurity) == nla)
    return failed (error, FreeRDP_TlsSecurity);
  if (freerdp_settings_get_uint16 (settings, FreeRDP_TLSMinVersion) < TLS1_2_VERSION)
    return failed (error, FreeRDP_TLSMinVersion);
  if (freerdp_settings_get_uint32 (settings, FreeRDP_AuthenticationLevel) == 0)
    return failed (error, FreeRDP_AuthenticationLevel);
  if (g_strcmp0 (freerdp_settings_get_string (settings, FreeRDP_ServerHostname), task->address)
      != 0)
    return failed (error, FreeRDP_ServerHostname);
  return TRUE;
}

gboolean
kiosk_rdp_settings_set_credentials (rdpSettings *settings, const KioskRdpCredentials *credentials)
{
  return freerdp_settings_set_string (settings, FreeRDP_Username, credentials->user)
         && freerdp_settings_set_string (
             settings, FreeRDP_Domain, credentials->domain[0] != '\0' ? credentials->domain : NULL)
         && freerdp_settings_set_string (settings, FreeRDP_Password, credentials->password);
}

void
kiosk_rdp_settings_wipe_credentials (rdpSettings *settings)
{
  const FreeRDP_Settings_Keys_String keys[]
      = { FreeRDP_Password, FreeRDP_Username, FreeRDP_Domain };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      char *text = freerdp_settings_get_string_writable (settings, keys[i]);

      if (text != NULL)
        kiosk_wipe (text, strlen (text));
      if (!freerdp_settings_set_string (settings, keys[i], NULL))
        g_warning ("cannot clear a credential, ignoring: it is overwritten");
    }
}
