/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/forward.h"

#include "kiosk/base/error.h"

#include <string.h>

/* Writes text that another program obeys. Every value is looked at again before it is written, whoever has looked before: a quotation
 * mark would be one more directive.
 *
 * What the configuration is for:
 * - The file is the truth. Nothing is acknowledged to anybody on the terminal, and nothing waits in memory that could be lost: the queues are direct, so
 *   that imfile reads on only when omrelp has sent. Its place in the file is written when rsyslogd ends in order, and not before; after a crash it
 *   sends lines again, and the collector drops what it has.
 * - What was ended and compressed while nobody could read it is laid beside it once more ("again", by kioskctl log again).
 * - The line goes as it stands, byte for byte: the hash covers it.
 * - One peer, known by the name in its certificate, which has to be of the authority that the site gave.
 * - Nothing listens, and there is no other input: the kernel's and the journal's messages stay on the terminal. */

static gboolean
is_path (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("/._-", *p) == NULL)
      return FALSE;
  return *text == '/';
}

static gboolean
is_address (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isxdigit (*p) && *p != '.' && *p != ':')
      return FALSE;
  return *text != '\0';
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
               "[service collector]: %s cannot be given to rsyslogd", what);
  return FALSE;
}

static gboolean
check (const KioskPolicy *policy, const KioskForwardPlaces *places, GError **error)
{
  const KioskEndpoint *collector = &policy->services[KIOSK_SERVICE_COLLECTOR];

  if (!is_address (collector->address) || collector->port == 0)
    return refuse (error, "the address");
  if (!is_path (policy->log_directory))
    return refuse (error, "the folder of the log (letters, digits, “/._-”)");
  if (!is_path (places->certificates) || !is_path (places->state))
    return refuse (error, "a path");
  return TRUE;
}

char *
kiosk_forward_render (const KioskPolicy *policy, const KioskForwardPlaces *places, GError **error)
{
  const KioskEndpoint *collector = &policy->services[KIOSK_SERVICE_COLLECTOR];

  if (collector->address == NULL)
    return g_strdup ("");
  if (!check (policy, places, error))
    return NULL;
  return g_strdup_printf (
      "# Written by kioskctl policy forward. Changes are lost.\n"
      "global(workDirectory=\"%s\" maxMessageSize=\"16k\" preserveFQDN=\"on\"\n"
      "       parser.escapeControlCharactersOnReceive=\"off\" net.enableDNS=\"off\")\n"
      "main_queue(queue.type=\"Direct\")\n"
      "module(load=\"imfile\" mode=\"inotify\")\n"
      "module(load=\"omrelp\" tls.tlslib=\"openssl\")\n"
      "template(name=\"line\" type=\"string\" string=\"%%msg%%\")\n"
      "ruleset(name=\"forward\" queue.type=\"Direct\") {\n"
      "  action(type=\"omrelp\" target=\"%s\" port=\"%u\" template=\"line\"\n"
      "         tls=\"on\" tls.authMode=\"name\" tls.permittedPeer=[\"%s\"]\n"
      "         tls.caCert=\"%s/ca.pem\" tls.myCert=\"%s/terminal.pem\" "
      "tls.myPrivKey=\"%s/terminal.key\"\n"
      "         tls.tlsCfgCmd=\"MinProtocol=TLSv1.2\"\n"
      "         timeout=\"30\" conn.timeout=\"10\"\n"
      "         queue.type=\"Direct\" action.resumeRetryCount=\"-1\" action.resumeInterval=\"5\"\n"
      "         action.resumeIntervalMax=\"60\")\n"
      "}\n"
      "input(type=\"imfile\" file=\"%s/audit.log\" tag=\"kiosk\" ruleset=\"forward\"\n"
      "      readMode=\"0\" addMetadata=\"off\" freshStartTail=\"off\")\n"
      "input(type=\"imfile\" file=\"%s/again/audit-*.log\" tag=\"kiosk\" ruleset=\"forward\"\n"
      "      readMode=\"0\" addMetadata=\"off\" freshStartTail=\"off\")\n",
      places->state, collector->address, collector->port, collector->address, places->certificates,
      places->certificates, places->certificates, policy->log_directory, places->state);
}
