/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* One session with one server. Holds the hole in the firewall open for exactly as long as there is
 * something behind it. Records nothing and decides nothing: the daemon does. */

#include "connection.h"

#include "reach.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/file.h"
#include "kiosk/model/audit-actions.h"

#include <errno.h>
#include <fcntl.h>

/* Longest PEM of a pinned authority, bytes. */
#define AUTHORITY_MAX 65536

struct _KioskConnection {
  KioskFirewall *firewall;
  KioskPolicy *policy;
  const KioskPolicyServer *server;
  GBytes *authority;
  guint width, height;
  KioskReach *reach;
  gboolean open; /* the hole */
  int line;      /* the TCP connection once more, never read: to cut it */
  KioskWorker *worker;
  guint renewal_source;
  guint timeout_source;
  KioskRdpEnd refusal; /* why the certificate was refused, if it was */
  KioskConnectionEvents events;
  gpointer data;
};

static const char *
error_word (KioskRdpEnd end)
{
  switch (end)
    {
    case KIOSK_RDP_END_LOGGED_OFF:
      return "logged-off-by-server";
    /* Nobody ordered it, so this end is silent by the time it is told: the shell let go of the picture,
     * or the library gave up by itself. */
    case KIOSK_RDP_END_DISCONNECTED:
    case KIOSK_RDP_END_LOST:
      return "lost";
    case KIOSK_RDP_END_CERTIFICATE_CHANGED:
      return "certificate-changed";
    case KIOSK_RDP_END_CERTIFICATE_EXPIRED:
      return "certificate-expired";
    case KIOSK_RDP_END_CERTIFICATE_UNTRUSTED:
      return "certificate-untrusted";
    case KIOSK_RDP_END_CERTIFICATE_WEAK:
      return "certificate-weak";
    case KIOSK_RDP_END_SECURITY:
      return "security";
    case KIOSK_RDP_END_CREDENTIALS:
      return "credentials";
    case KIOSK_RDP_END_PASSWORD_EXPIRED:
      return "password-expired";
    case KIOSK_RDP_END_ACCOUNT:
      return "account";
    case KIOSK_RDP_END_DENIED:
      return "denied";
    case KIOSK_RDP_END_REDIRECTED:
      return "redirected";
    case KIOSK_RDP_END_PROTOCOL:
      return "protocol";
    case KIOSK_RDP_END_NONE:
    case KIOSK_RDP_END_INTERNAL:
    default:
      return "internal";
    }
}

static void
end (KioskConnection *self, const char *error, const char *cause, const char *detail)
{
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  self->events.ended (error, cause, detail, self->data);
}

static void
on_worker_report (const KioskRdpReport *report, const char *text, gpointer data)
{
  KioskConnection *self = data;
  GString *digest;

  switch (report->kind)
    {
    case KIOSK_RDP_REPORT_STEP:
      if (report->value == KIOSK_RDP_STEP_ACTIVE)
        g_clear_handle_id (&self->timeout_source, g_source_remove);
      self->events.step ((KioskConnectionStep) (KIOSK_CONNECTION_LINE + report->value), self->data);
      break;
    case KIOSK_RDP_REPORT_CERTIFICATE:
      digest = g_string_new (NULL);
      for (guint i = 0; i < sizeof report->digest; i++)
        g_string_append_printf (digest, "%02x", report->digest[i]);
      self->refusal = (KioskRdpEnd) report->value;
      self->events.certificate (digest->str, report->value == KIOSK_RDP_END_NONE, self->data);
      g_string_free (digest, TRUE);
      break;
    case KIOSK_RDP_REPORT_CHANNEL:
      self->events.channel (text, self->data);
      break;
    default:
      break;
    }
}

static void
on_worker_ended (KioskRdpEnd how, const char *cause, const char *detail, gpointer data)
{
  KioskConnection *self = data;

  /* A worker that ended or went silent is a lost session to the person. */
  if (cause != NULL && how == KIOSK_RDP_END_INTERNAL && self->timeout_source == 0)
    end (self, "lost", cause, detail);
  else
    end (self, error_word (self->refusal != KIOSK_RDP_END_NONE ? self->refusal : how), cause,
         detail);
}

static const KioskWorkerEvents worker_events = {
  .report = on_worker_report,
  .ended = on_worker_ended,
};

static void
on_reached (int fd, int saved_errno, const char *detail, gpointer data)
{
  KioskConnection *self = data;
  kiosk_autofd int connection = fd;
  kiosk_autofd int shell = -1;
  kiosk_autofd int frames = -1;
  g_autoptr (GError) error = NULL;

  if (connection < 0)
    {
      end (self, saved_errno == EPROTO ? "internal" : "unreachable",
           saved_errno == EPROTO ? KIOSK_REASON_ENDED : NULL,
           detail != NULL ? detail : g_strerror (saved_errno));
      return;
    }
  self->line = fcntl (connection, F_DUPFD_CLOEXEC, 3);
  if (self->line < 0)
    {
      end (self, "internal", NULL, g_strerror (errno));
      return;
    }
  self->worker
      = kiosk_worker_new (self->server, self->policy->keyboard_layout, self->authority, self->width,
                          self->height, &connection, &shell, &frames, &worker_events, self, &error);
  if (self->worker == NULL)
    end (self, "internal", NULL, error->message);
  else
    self->events.started (kiosk_fd_steal (&shell), kiosk_fd_steal (&frames), self->data);
}

static gboolean
on_renewal (gpointer data)
{
  KioskConnection *self = data;
  g_autoptr (GError) error = NULL;

  if (kiosk_firewall_renew (self->firewall, &self->server->endpoint, &error))
    return G_SOURCE_CONTINUE;
  self->renewal_source = 0;
  end (self, "internal", "firewall", error->message);
  return G_SOURCE_REMOVE;
}

static gboolean
on_timeout (gpointer data)
{
  KioskConnection *self = data;

  self->timeout_source = 0;
  end (self, "unreachable", "timeout", NULL);
  return G_SOURCE_REMOVE;
}

KioskConnection *
kiosk_connection_new (KioskFirewall *firewall, KioskPolicy *policy, const KioskPolicyServer *server,
                      guint width, guint height, const KioskConnectionEvents *events, gpointer data,
                      GError **error)
{
  KioskConnection *self;
  g_autoptr (GBytes) authority = NULL;

  if (server->authority != NULL)
    {
      authority = kiosk_file_read_trusted (server->authority, AUTHORITY_MAX, error);
      if (authority == NULL)
        return NULL;
    }
  self = g_new0 (KioskConnection, 1);
  self->firewall = firewall;
  self->line = -1;
  self->policy = kiosk_policy_ref (policy);
  self->server = server;
  self->authority = g_steal_pointer (&authority);
  self->width = width;
  self->height = height;
  self->events = *events;
  self->data = data;
  self->open = kiosk_firewall_open (firewall, &server->endpoint, error);
  if (self->open)
    self->reach = kiosk_reach_new (&server->endpoint, 10000, on_reached, self, error);
  if (self->reach == NULL)
    {
      kiosk_connection_free (self);
      return NULL;
    }
  self->renewal_source = g_timeout_add_seconds (KIOSK_FIREWALL_RENEWAL, on_renewal, self);
  self->timeout_source = g_timeout_add (KIOSK_CONNECTION_TIMEOUT, on_timeout, self);
  return self;
}

gboolean
kiosk_connection_suspend (KioskConnection *self)
{
  return self->worker != NULL && kiosk_worker_suspend (self->worker);
}

int
kiosk_connection_get_line (const KioskConnection *self)
{
  return self->line;
}

const KioskPolicyServer *
kiosk_connection_get_server (const KioskConnection *self)
{
  return self->server;
}

void
kiosk_connection_resume (KioskConnection *self)
{
  if (self->worker != NULL)
    kiosk_worker_resume (self->worker);
}

void
kiosk_connection_say_goodbye (KioskConnection *self)
{
  g_clear_handle_id (&self->renewal_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  g_clear_pointer (&self->reach, kiosk_reach_free);
  if (self->worker != NULL)
    kiosk_worker_say_goodbye (self->worker);
}

void
kiosk_connection_free (KioskConnection *self)
{
  g_autoptr (GError) error = NULL;

  if (self == NULL)
    return;
  kiosk_reach_cut (&self->line);
  /* Then the hole: whatever happens to the processes, nothing passes any more. If it cannot be closed
   * its time-out in the kernel does it. */
  if (self->open && !kiosk_firewall_close (self->firewall, &self->server->endpoint, &error))
    g_warning ("Closing the firewall: %s", error->message);
  g_clear_handle_id (&self->renewal_source, g_source_remove);
  g_clear_handle_id (&self->timeout_source, g_source_remove);
  kiosk_reach_free (self->reach);
  kiosk_worker_free (self->worker);
  g_clear_pointer (&self->authority, g_bytes_unref);
  kiosk_policy_unref (self->policy);
  g_free (self);
}
