/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* The table of requests (terminal-bus.xml). Looks at messages, does nothing. */

#include "shell-request.h"

#define INTERFACE "org.maintenancekiosk.Terminal"

static const KioskShellRequest requests[] = {
  { "GetTerminal", "", KIOSK_EVENT_HEARTBEAT, TRUE },
  { "GetStatus", "", KIOSK_EVENT_HEARTBEAT, TRUE },
  { "Heartbeat", "u", KIOSK_EVENT_HEARTBEAT, FALSE },
  { "ListServers", "", KIOSK_EVENT_LIST_SERVERS, FALSE },
  { "BeginConversation", "s", KIOSK_EVENT_BEGIN_LOGIN, TRUE }, /* the handler judges its argument */
  { "BeginApproval", "s", KIOSK_EVENT_BEGIN_APPROVAL, FALSE },
  { "CancelConversation", "", KIOSK_EVENT_CANCEL_CONVERSATION, FALSE },
  { "Connect", "sssuu", KIOSK_EVENT_CONNECT, FALSE },
  { "Disconnect", "", KIOSK_EVENT_DISCONNECT, FALSE },
  { "Lock", "s", KIOSK_EVENT_LOCK, FALSE },
  { "Logout", "", KIOSK_EVENT_LOGOUT, FALSE },
  { "Dismiss", "", KIOSK_EVENT_DISMISS, FALSE },
  { "DismissDevices", "", KIOSK_EVENT_DISMISS_DEVICES, FALSE },
  { "ReportTyping", "uu", KIOSK_EVENT_REPORT_TYPING, FALSE },
  { "PowerOff", "", KIOSK_EVENT_POWER_OFF, FALSE },
};

const KioskShellRequest *
kiosk_shell_request_find (const char *method)
{
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    if (g_strcmp0 (requests[i].method, method) == 0)
      return &requests[i];
  return NULL;
}

gboolean
kiosk_shell_request_find_purpose (const char *purpose, KioskEvent *event)
{
  static const struct {
    const char *purpose;
    KioskEvent event;
  } purposes[] = {
    { "login", KIOSK_EVENT_BEGIN_LOGIN },
    { "unlock", KIOSK_EVENT_BEGIN_UNLOCK },
    { "end", KIOSK_EVENT_BEGIN_END },
    { "change", KIOSK_EVENT_BEGIN_CHANGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (purposes); i++)
    if (g_str_equal (purposes[i].purpose, purpose))
      {
        *event = purposes[i].event;
        return TRUE;
      }
  return FALSE;
}

gboolean
kiosk_shell_request_matches (GDBusMessage *message)
{
  const KioskShellRequest *request = kiosk_shell_request_find (g_dbus_message_get_member (message));

  return request != NULL
         && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL
         && g_strcmp0 (g_dbus_message_get_path (message), KIOSK_SHELL_OBJECT_PATH) == 0
         && g_strcmp0 (g_dbus_message_get_interface (message), INTERFACE) == 0
         && g_str_equal (g_dbus_message_get_signature (message), request->signature)
         && g_dbus_message_get_num_unix_fds (message) == 0
         && g_dbus_message_get_unix_fd_list (message) == NULL;
}
