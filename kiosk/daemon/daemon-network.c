/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Watch over the firewall (R12): every few seconds, and soon after each notice of the kernel, what it has is
 * held against what it must have. A difference ends what runs, is undone, and stands in the log in words.
 * What was refused meanwhile stands there, too. */

#include "daemon-private.h"

#include "config.h"

#include "kiosk/base/clock.h"

#include <glib-unix.h>

#include <pwd.h>

#define CHECK_SECONDS 5

/* Between two looks that notices ask for, microseconds: who changes the firewall all the time must not keep
 * the terminal busy. */
#define NOTICE_PAUSE (G_USEC_PER_SEC / 5)

/* Characters of a record's message that are left for differences. */
#define WORDS_MAX 340

static void
out_of_service (KioskDaemon *self, const GError *error)
{
  g_warning ("Firewall: %s", error->message);
  self->firewall_broken = TRUE;
  kiosk_daemon_stop_later (self, "N-01");
}

/* ---- Refused traffic ---- */

/* "uid 901, kiosk-connect": the program where the user has one, else the account. */
static char *
name_sender (gint64 uid)
{
  static const struct {
    const char *user, *program;
  } programs[] = {
    { KIOSK_USER, "kiosk-shell" },
    { KIOSK_CONNECT_USER, "kiosk-connect" },
    { KIOSK_RDP_USER, "kiosk-rdp" },
  };
  const struct passwd *entry = getpwuid ((uid_t) uid);

  for (guint i = 0; entry != NULL && i < G_N_ELEMENTS (programs); i++)
    if (g_str_equal (programs[i].user, entry->pw_name))
      return g_strdup_printf ("uid %" G_GINT64_FORMAT ", %s", uid, programs[i].program);
  return g_strdup_printf ("uid %" G_GINT64_FORMAT ", user %s", uid,
                          entry != NULL ? entry->pw_name : "unknown");
}

static void
record_try (KioskDaemon *self, const KioskFirewallTry *try)
{
  gboolean out = try->direction == KIOSK_FIREWALL_OUT;
  g_autofree char *protocol = kiosk_firewall_protocol_name (try->protocol);
  g_autofree char *sender = out ? name_sender (try->uid) : NULL;
  g_autofree char *detail
      = g_strdup_printf ("%s %s, %s%s%" G_GUINT64_FORMAT " packets", protocol, out ? "out" : "in",
                         out ? sender : "", out ? ", " : "", try->packets);

  kiosk_daemon_record (self,
                       &(KioskEntry){ .action = KIOSK_ACTION_TRAFFIC_REFUSED,
                                      .outcome = KIOSK_OUTCOME_SUCCESS,
                                      .address = out ? try->address : NULL,
                                      .port = try->port,
                                      .source = out ? NULL : try->address,
                                      .detail = detail },
                       NULL);
}

static void
tell_refused (KioskDaemon *self)
{
  const KioskFirewallTry *try;
  guint64 others;

  while (kiosk_recorder_is_open (self->recorder)
         && kiosk_firewall_tally_next (self->tally, g_get_monotonic_time (), &try, &others))
    {
      g_autofree char *detail
          = g_strdup_printf ("%" G_GUINT64_FORMAT " packets of no known sender", others);

      if (try != NULL)
        record_try (self, try);
      else
        kiosk_daemon_record (self,
                             &(KioskEntry){ .action = KIOSK_ACTION_TRAFFIC_REFUSED,
                                            .outcome = KIOSK_OUTCOME_SUCCESS,
                                            .detail = detail },
                             NULL);
    }
}

/* What was refused before this kioskd began. A table with elements is that of an earlier one, which has told of its
 * counts until shortly before it ended: then only the sum is told. */
static void
take_over (KioskDaemon *self, const KioskFirewallState *before)
{
  guint64 sum = before->refused_out + before->refused_in + before->refused_forward;
  g_autofree char *detail = NULL;

  if (before->elements->len == 0)
    {
      kiosk_firewall_tally_update (self->tally, before, TRUE);
      self->firewall_fresh = TRUE;
      return;
    }
  if (sum == 0 || !kiosk_recorder_is_open (self->recorder))
    return;
  detail = g_strdup_printf (
      "%" G_GUINT64_FORMAT " packets until kioskd began anew, most of them told before", sum);
  kiosk_daemon_record (self,
                       &(KioskEntry){ .action = KIOSK_ACTION_TRAFFIC_REFUSED,
                                      .outcome = KIOSK_OUTCOME_SUCCESS,
                                      .detail = detail },
                       NULL);
}

/* ---- Differences ---- */

static char *
write_differences (const GPtrArray *differences)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < differences->len; i++)
    {
      const KioskLabel *label = differences->pdata[i];

      if (g_utf8_strlen (words->str, -1) + g_utf8_strlen (label->en, -1) > WORDS_MAX)
        {
          g_string_append_printf (words, "; and %u more", differences->len - i);
          break;
        }
      g_string_append_printf (words, "%s%s", i > 0 ? "; " : "", label->en);
    }
  return g_string_free (words, FALSE);
}

/* What runs ends first, and at once: it may be what used the hole. Then the hole, then the record, which says
 * how it ended. */
static void
on_changed (KioskDaemon *self, const GPtrArray *differences)
{
  g_autofree char *words = write_differences (differences);
  gboolean ran = self->connection != NULL;
  char *reference = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good;

  g_warning ("Firewall: %s", words);
  if (self->watch != NULL)
    kiosk_server_watch_interrupt (self->watch);
  if (self->status.state == KIOSK_STATE_CHOOSING || self->status.state == KIOSK_STATE_APPROVING
      || self->status.state == KIOSK_STATE_CHANGING || self->status.state == KIOSK_STATE_CONNECTING
      || self->status.state == KIOSK_STATE_CONNECTED)
    kiosk_daemon_lock (self, KIOSK_EVENT_FIREWALL_CHANGED, KIOSK_REASON_FIREWALL);
  else
    kiosk_daemon_step (self, KIOSK_EVENT_FIREWALL_CHANGED);
  kiosk_daemon_end_leaving (self);
  self->firewall_fresh = TRUE;
  good = kiosk_firewall_reload (self->firewall, &error);
  if (kiosk_recorder_is_open (self->recorder))
    kiosk_daemon_record (
        self,
        &(KioskEntry){ .action = KIOSK_ACTION_FIREWALL_CHANGED,
                       .outcome = good ? KIOSK_OUTCOME_SUCCESS : KIOSK_OUTCOME_FAILURE,
                       .reason = KIOSK_REASON_FIREWALL,
                       .detail = words,
                       .with_reference = TRUE },
        &reference);
  if (ran)
    kiosk_daemon_set_notice (&self->lost, KIOSK_REASON_FIREWALL, reference);
  else
    g_free (reference);
  if (!good)
    out_of_service (self, error);
  kiosk_daemon_publish (self);
}

static gboolean on_notice (int fd, GIOCondition condition, gpointer data);

static void
watch_notices (KioskDaemon *self)
{
  if (self->notice_source == 0)
    self->notice_source
        = g_unix_fd_add (kiosk_firewall_get_notices (self->firewall), G_IO_IN, on_notice, self);
}

void
kiosk_daemon_check_network (KioskDaemon *self)
{
  g_autoptr (GPtrArray) differences = NULL;
  g_autoptr (KioskFirewallState) state = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->soon_source, g_source_remove);
  self->network_checked = g_get_monotonic_time ();
  if (self->firewall == NULL || self->firewall_broken)
    return;
  watch_notices (self);
  if (!kiosk_firewall_check (self->firewall, &differences, &state, &error))
    {
      out_of_service (self, error);
      return;
    }
  if (state != NULL)
    {
      kiosk_firewall_tally_update (self->tally, state, self->firewall_fresh);
      self->firewall_fresh = FALSE;
    }
  if (differences->len > 0)
    on_changed (self, differences);
  else if (!kiosk_daemon_follow_interfaces (self, &error))
    out_of_service (self, error);
  tell_refused (self);
}

static gboolean
on_check (gpointer data)
{
  kiosk_daemon_check_network (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_soon (gpointer data)
{
  KioskDaemon *self = data;

  self->soon_source = 0;
  kiosk_daemon_check_network (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_notice (int fd, GIOCondition condition, gpointer data)
{
  KioskDaemon *self = data;
  gint64 wait = self->network_checked + NOTICE_PAUSE - g_get_monotonic_time ();

  /* Emptied by the check; until then it stays readable, and is not asked for. */
  self->notice_source = 0;
  if (self->soon_source == 0)
    self->soon_source = g_timeout_add ((guint) (MAX (wait, 0) / 1000), on_soon, self);
  return G_SOURCE_REMOVE;
}

/* ---- Beginning and end ---- */

static void
record_loaded (KioskDaemon *self, const GPtrArray *left_out)
{
  const KioskPolicy *policy = self->policy;
  g_autoptr (GString) detail = g_string_new ("lines:");

  for (guint i = 0; self->lines != NULL && self->lines[i] != NULL; i++)
    g_string_append_printf (detail, " %s", self->lines[i]);
  if (policy->tunnel.interface != NULL)
    g_string_append_printf (detail, "; sessions by %s alone", policy->tunnel.interface);
  for (guint i = 0; i < KIOSK_N_SERVICES; i++)
    if (policy->services[i].address != NULL)
      g_string_append_printf (detail, "; %s %s port %u", kiosk_service_name (i),
                              policy->services[i].address, policy->services[i].port);
  for (guint i = 0; i < policy->time_sources->len; i++)
    {
      const KioskTimeSource *source = policy->time_sources->pdata[i];

      g_string_append_printf (detail, "; time %s", source->endpoint.address);
    }
  for (guint i = 0; i < left_out->len; i++)
    g_string_append_printf (detail, "; no user for [%s], not let out",
                            (const char *) left_out->pdata[i]);
  kiosk_daemon_record (self,
                       &(KioskEntry){ .action = KIOSK_ACTION_FIREWALL_LOADED,
                                      .outcome = KIOSK_OUTCOME_SUCCESS,
                                      .detail = detail->str },
                       NULL);
}

static gboolean
stand (KioskDaemon *self, GError **error)
{
  if (self->firewall == NULL)
    {
      g_autoptr (KioskFirewallState) before = NULL;

      self->firewall = kiosk_firewall_new (&before, error);
      if (self->firewall == NULL)
        return FALSE;
      self->tally = kiosk_firewall_tally_new ();
      if (before != NULL)
        take_over (self, before);
      self->network_source = g_timeout_add_seconds (CHECK_SECONDS, on_check, self);
    }
  else if (self->firewall_broken)
    {
      self->firewall_fresh = TRUE;
      if (!kiosk_firewall_reload (self->firewall, error))
        return FALSE;
    }
  self->firewall_broken = FALSE;
  return kiosk_daemon_follow_interfaces (self, error);
}

gboolean
kiosk_daemon_ready_network (KioskDaemon *self)
{
  g_autoptr (GPtrArray) left_out = NULL;
  g_autoptr (GError) error = NULL;

  if (!stand (self, &error))
    {
      g_warning ("Firewall: %s", error->message);
      return FALSE;
    }
  watch_notices (self);
  if (self->let_out == self->policy)
    return TRUE;
  if (!kiosk_firewall_set_policy (self->firewall, self->policy, &left_out, &error))
    {
      g_warning ("Firewall: %s", error->message);
      self->firewall_broken = TRUE;
      return FALSE;
    }
  g_clear_pointer (&self->let_out, kiosk_policy_unref);
  self->let_out = kiosk_policy_ref (self->policy);
  record_loaded (self, left_out);
  return TRUE;
}

void
kiosk_daemon_close_network (KioskDaemon *self)
{
  g_autoptr (GError) error = NULL;

  if (self->let_out == NULL)
    return;
  if (!kiosk_firewall_set_policy (self->firewall, NULL, NULL, &error))
    {
      g_warning ("Firewall: %s", error->message);
      self->firewall_broken = TRUE;
    }
  g_clear_pointer (&self->let_out, kiosk_policy_unref);
}

void
kiosk_daemon_free_network (KioskDaemon *self)
{
  kiosk_daemon_cancel_disconnect (self);
  g_clear_handle_id (&self->network_source, g_source_remove);
  g_clear_handle_id (&self->notice_source, g_source_remove);
  g_clear_handle_id (&self->soon_source, g_source_remove);
  g_clear_pointer (&self->firewall, kiosk_firewall_free);
  g_clear_pointer (&self->tally, kiosk_firewall_tally_free);
  g_clear_pointer (&self->let_out, kiosk_policy_unref);
  g_clear_pointer (&self->lines, g_strfreev);
}

/* ---- Locked for long ---- */

static void
disconnect (KioskDaemon *self)
{
  if (self->connection == NULL)
    return;
  kiosk_daemon_set_notice (&self->lost, KIOSK_REASON_LOCKED, NULL);
  kiosk_daemon_step (self, KIOSK_EVENT_DISCONNECT_TIME);
}

static gboolean
on_disconnect_time (gpointer data)
{
  KioskDaemon *self = data;

  g_clear_pointer (&self->disconnect_source, g_source_unref);
  disconnect (self);
  kiosk_daemon_publish (self);
  return G_SOURCE_REMOVE;
}

void
kiosk_daemon_begin_disconnect (KioskDaemon *self)
{
  gint64 wait = (gint64) self->policy->disconnect * G_USEC_PER_SEC;

  kiosk_daemon_cancel_disconnect (self);
  if (self->policy->disconnect >= self->policy->logoff)
    return; /* the log-off does it */
  if (wait == 0)
    {
      disconnect (self);
      return;
    }
  self->disconnect_source = kiosk_clock_source_new (kiosk_clock_boottime () + wait);
  g_source_set_callback (self->disconnect_source, on_disconnect_time, self, NULL);
  g_source_attach (self->disconnect_source, NULL);
}

void
kiosk_daemon_cancel_disconnect (KioskDaemon *self)
{
  if (self->disconnect_source != NULL)
    g_source_destroy (self->disconnect_source);
  g_clear_pointer (&self->disconnect_source, g_source_unref);
}
