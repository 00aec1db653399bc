/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Out of service and back: the terminal is in service only while the policy is accepted, the log can be
 * written, the firewall's table is there, and only when it was started as its image wants it. Anything
 * else ends what runs and shows why as a code (terminal-bus.xml lists them). */

#include "daemon-private.h"
#include "kept-files.h"
#include "pam-folder.h"

#include "config.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/file.h"
#include "kiosk/ipc/policy-file.h"
#include "kiosk/model/pam-stack.h"

#define RETRY_SECONDS 10

static gboolean on_retry (gpointer data);

static void
stop (KioskDaemon *self, const char *code)
{
  gboolean told
      = self->status.state == KIOSK_STATE_STOPPED && g_strcmp0 (self->status.stop_code, code) == 0;

  kiosk_daemon_step (self, KIOSK_EVENT_STOP);
  kiosk_daemon_end_leaving (self);
  if (self->policy == NULL)
    kiosk_daemon_close_network (self);
  if (!told)
    {
      self->status.stop_code = code;
      self->status.stop_since = kiosk_clock_realtime ();
      g_warning ("Out of service: %s", code);
      if (kiosk_recorder_is_open (self->recorder))
        kiosk_recorder_write (self->recorder,
                              &(KioskEntry){ .action = KIOSK_ACTION_TERMINAL_STOPPED,
                                             .outcome = KIOSK_OUTCOME_SUCCESS,
                                             .reason = KIOSK_REASON_STOPPED,
                                             .detail = code },
                              NULL);
    }
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add_seconds (RETRY_SECONDS, on_retry, self);
  kiosk_daemon_publish (self);
}

static gboolean
on_stop_due (gpointer data)
{
  KioskDaemon *self = data;

  self->stop_source = 0;
  stop (self, self->pending_stop);
  return G_SOURCE_REMOVE;
}

void
kiosk_daemon_stop_later (KioskDaemon *self, const char *code)
{
  if (self->stop_source != 0)
    return;
  self->pending_stop = code;
  self->stop_source = g_idle_add_full (G_PRIORITY_HIGH, on_stop_due, self, NULL);
}

gboolean
kiosk_daemon_record (KioskDaemon *self, const KioskEntry *entry, char **reference)
{
  gboolean was_open = kiosk_recorder_is_open (self->recorder);

  if (kiosk_recorder_write (self->recorder, entry, reference))
    return TRUE;
  /* Out of service because there is no log: the cause that is shown stays the one that it was. */
  if (was_open || self->status.state != KIOSK_STATE_STOPPED)
    kiosk_daemon_stop_later (self, "L-02");
  return FALSE;
}

gboolean
kiosk_daemon_check_log (KioskDaemon *self)
{
  const char *code = kiosk_recorder_find_obstacle (self->recorder);

  if (code != NULL)
    kiosk_daemon_stop_later (self, code);
  return code == NULL;
}

static void
on_log_failed (const GError *error, gpointer data)
{
  kiosk_daemon_stop_later (data, "L-02");
}

static void
on_log_sealed (gpointer data)
{
  kiosk_daemon_publish (data);
}

/* What is kept free is for the records that close what runs. */
static void
on_log_full (gpointer data)
{
  kiosk_daemon_stop_later (data, "L-03");
}

/* Each step returns NULL, or the code that stands on the page "out of service". */
static const char *
ready_boot (KioskDaemon *self)
{
  if (self->boot_difference == NULL)
    return NULL;
  if (!self->boot_told && kiosk_recorder_is_open (self->recorder))
    {
      g_message ("Command line of the kernel: %s", self->boot_difference);
      self->boot_told = kiosk_recorder_write (self->recorder,
                                              &(KioskEntry){ .action = KIOSK_ACTION_BOOT_REFUSED,
                                                             .outcome = KIOSK_OUTCOME_FAILURE,
                                                             .reason = KIOSK_REASON_BOOT,
                                                             .detail = self->boot_difference },
                                              NULL);
    }
  return "B-01";
}

static const char *
ready_policy (KioskDaemon *self)
{
  g_auto (GStrv) paths = kiosk_file_list_policy (KIOSK_POLICY_DIR);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (KioskPolicy) policy = kiosk_policy_load ((const char *const *) paths, &problems);

  if (policy != NULL)
    {
      self->policy_told = FALSE;
      if (self->policy == NULL || g_strcmp0 (self->policy->digest, policy->digest) != 0)
        {
          /* Everything that points into the old policy ends before it goes. */
          if (self->status.state != KIOSK_STATE_STOPPED)
            kiosk_daemon_step (self, KIOSK_EVENT_STOP);
          g_clear_pointer (&self->policy, kiosk_policy_unref);
          self->policy = g_steal_pointer (&policy);
          kiosk_recorder_set_policy (self->recorder, self->policy);
        }
      kiosk_daemon_know_persons (self);
      return NULL;
    }
  if (self->status.state != KIOSK_STATE_STOPPED)
    kiosk_daemon_step (self, KIOSK_EVENT_STOP);
  g_clear_pointer (&self->policy, kiosk_policy_unref);
  for (guint i = 0; i < problems->len; i++)
    {
      g_autofree char *line
          = kiosk_policy_problem_to_string (problems->pdata[i], KIOSK_LANGUAGE_EN);

      g_message ("Policy refused: %s", line);
      /* Why is written once, not at every try. */
      if (!self->policy_told && kiosk_recorder_is_open (self->recorder) && i < 20)
        kiosk_recorder_write (self->recorder,
                              &(KioskEntry){ .action = KIOSK_ACTION_POLICY_REFUSED,
                                             .outcome = KIOSK_OUTCOME_FAILURE,
                                             .reason = KIOSK_REASON_POLICY,
                                             .detail = line },
                              NULL);
    }
  self->policy_told = kiosk_recorder_is_open (self->recorder);
  return "P-01";
}

static const char *
ready_log (KioskDaemon *self)
{
  const char *directory
      = self->policy != NULL ? self->policy->log_directory : KIOSK_POLICY_LOG_DIRECTORY;
  static const KioskRecorderEvents events
      = { .failed = on_log_failed, .sealed = on_log_sealed, .full = on_log_full };
  g_autoptr (GError) error = NULL;

  if (kiosk_recorder_is_open (self->recorder) && kiosk_recorder_is_in (self->recorder, directory))
    return kiosk_recorder_find_obstacle (self->recorder);
  if (!kiosk_recorder_open (self->recorder, directory, &events, self, &error))
    {
      g_warning ("Audit log in %s: %s", directory, error->message);
      return "L-01";
    }
  if (!self->started
      && !kiosk_recorder_write (self->recorder,
                                &(KioskEntry){ .action = KIOSK_ACTION_DAEMON_STARTED,
                                               .outcome = KIOSK_OUTCOME_SUCCESS,
                                               .detail = KIOSK_VERSION },
                                NULL))
    return "L-02";
  self->started = TRUE;
  kiosk_daemon_check_receipt (self);
  return kiosk_recorder_find_obstacle (self->recorder);
}

static const char *
ready_firewall (KioskDaemon *self)
{
  /* The machine came up without: whatever could be loaded since, its links are down until the next start. */
  if (g_file_test (KIOSK_LINKS_DOWN_MARK, G_FILE_TEST_EXISTS))
    return "N-01";
  if (!kiosk_daemon_ready_network (self))
    return "N-01";
  if (self->watch == NULL)
    self->watch = kiosk_daemon_new_server_watch (self);
  return NULL;
}

/* What kiosk-auth starts PAM from. */
static const char *
ready_identity (KioskDaemon *self)
{
  g_autoptr (GError) error = NULL;

  if ((!kiosk_kept_files_are_used () || kiosk_kept_files_refresh ("/etc", KIOSK_STATE_DIR, &error))
      && kiosk_pam_folder_write (KIOSK_PAM_SITE, KIOSK_RUN_DIR "/" KIOSK_PAM_FOLDER,
                                 &self->policy->identity, &error))
    return NULL;
  g_warning ("Identity: %s", error->message);
  return "A-01";
}

/* The log comes first: why something is refused is to stand in it. The policy is read whatever else is
 * wrong: it says whom the page is to name. */
static const char *
find_obstacle (KioskDaemon *self)
{
  const char *boot, *policy, *interfaces, *devices, *buses, *code;

  if (self->policy == NULL && !kiosk_recorder_is_open (self->recorder))
    {
      /* Which folder the log is in stands in the policy. */
      g_auto (GStrv) paths = kiosk_file_list_policy (KIOSK_POLICY_DIR);
      g_autoptr (GPtrArray) problems = NULL;

      self->policy = kiosk_policy_load ((const char *const *) paths, &problems);
      kiosk_recorder_set_policy (self->recorder, self->policy);
    }
  code = ready_log (self);
  boot = ready_boot (self);
  policy = ready_policy (self);
  /* Whatever else is wrong: nothing but the cable is up. Again when the firewall is there to be told. */
  interfaces = kiosk_daemon_ready_interfaces (self);
  devices = kiosk_daemon_ready_devices (self);
  buses = kiosk_daemon_ready_buses (self);
  if (boot != NULL)
    return boot;
  if (code == NULL)
    code = policy;
  /* Another policy may name another folder. */
  if (code == NULL)
    code = ready_log (self);
  if (code == NULL)
    code = ready_identity (self);
  if (code == NULL)
    code = ready_firewall (self);
  if (code == NULL)
    code = interfaces != NULL ? interfaces : kiosk_daemon_ready_interfaces (self);
  if (code == NULL)
    code = devices != NULL ? devices : buses;
  if (code == NULL)
    code = kiosk_daemon_ready_screens (self);
  return code != NULL ? code : kiosk_daemon_ready_drill (self);
}

gboolean
kiosk_daemon_try_ready (KioskDaemon *self)
{
  const char *code = find_obstacle (self);

  if (code != NULL)
    {
      stop (self, code);
      return FALSE;
    }
  if (self->status.state != KIOSK_STATE_STOPPED)
    return TRUE;
  if (!kiosk_daemon_record (self,
                            &(KioskEntry){ .action = KIOSK_ACTION_POLICY_ACCEPTED,
                                           .outcome = KIOSK_OUTCOME_SUCCESS,
                                           .detail = self->policy->digest },
                            NULL)
      || !kiosk_daemon_record (
          self,
          &(KioskEntry){ .action = KIOSK_ACTION_TERMINAL_READY, .outcome = KIOSK_OUTCOME_SUCCESS },
          NULL))
    return FALSE;
  self->status.stop_code = "";
  self->status.stop_since = 0;
  kiosk_daemon_step (self, KIOSK_EVENT_READY);
  kiosk_daemon_publish (self);
  return TRUE;
}

static gboolean
on_retry (gpointer data)
{
  KioskDaemon *self = data;

  /* What fails here either keeps this timer, or stops the terminal anew, which sets another. */
  if (!kiosk_daemon_try_ready (self))
    return G_SOURCE_CONTINUE;
  self->retry_source = 0;
  return G_SOURCE_REMOVE;
}

void
kiosk_daemon_reload (KioskDaemon *self)
{
  g_clear_handle_id (&self->retry_source, g_source_remove);
  kiosk_daemon_try_ready (self);
  kiosk_daemon_ask_receipts (self);
}
