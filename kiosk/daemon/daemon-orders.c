/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* What a session needs beside the right to it (R29): a work order that an approver signed, or an approver
 * who proved to be there. Looks for it before the way out opens, watches that it still holds, and ends
 * the session when it does not.
 *
 * Orders are files of root in two folders; who can put one there could as well replace the policy. What
 * makes one valid is the signature, and that is judged in kiosk/model/order.c. */

#include "daemon-private.h"

#include "config.h"

#include "kiosk/base/clock.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/model/order.h"

#include <string.h>

#define SUFFIX ".order"

/* Files of one folder that are read; more are a mistake or an attack. */
#define MAX_FILES 256

/* How often the order of a running session is read again. */
#define CHECK_MILLISECONDS 5000

/* The person is told so long before the end. */
#define WARNING_SECONDS (10 * 60)

/* How long after the approver has proved it the session may begin: it is chosen on the same page. */
#define GRANT_SECONDS 120

static const char *const folders[] = { KIOSK_POLICY_DIR "/orders", KIOSK_STATE_DIR "/orders" };

static gboolean on_check (gpointer data);

/* ---- Finding an order ---- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Adds the paths of the orders in @folder by name. */
static void
list_folder (const char *folder, GPtrArray *paths)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.' && g_str_has_suffix (name, SUFFIX))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  if (names->len > MAX_FILES)
    g_warning ("%s: %u orders, only the first %d by name count", folder, names->len, MAX_FILES);
  for (guint i = 0; i < names->len && i < MAX_FILES; i++)
    g_ptr_array_add (paths, g_build_filename (folder, names->pdata[i], NULL));
}

/* NULL with @detail when it is not to be trusted or no order. */
static KioskOrder *
read_order (const char *path, char **detail)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = kiosk_file_read_trusted (path, KIOSK_ORDER_MAX_BYTES, &error);
  g_autoptr (GPtrArray) problems = NULL;
  KioskOrder *order;

  if (bytes == NULL)
    {
      *detail = g_strdup_printf ("%s: %s", path, error->message);
      return NULL;
    }
  order = kiosk_order_parse (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                             &problems);
  if (order == NULL)
    {
      const KioskPolicyProblem *first = problems->pdata[0];

      *detail = g_strdup_printf ("%s:%u: %s", path, first->line, first->reason.en);
    }
  return order;
}

GPtrArray *
kiosk_daemon_read_orders (void)
{
  GPtrArray *orders = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_order_free);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    list_folder (folders[i], paths);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *complaint = NULL; /* told when somebody wants to connect */
      KioskOrder *order = read_order (paths->pdata[i], &complaint);

      if (order != NULL)
        g_ptr_array_add (orders, order);
    }
  return orders;
}

static KioskOrderVerdict
judge (KioskDaemon *self, const KioskOrder *order, const KioskPolicyServer *server)
{
  return kiosk_order_judge (order, self->policy, self->status.person->id, server->id,
                            kiosk_clock_realtime () / G_USEC_PER_SEC);
}

/* The order that holds for longest, with its @path; or NULL, with the one that came nearest in @detail. */
static KioskOrder *
find_order (KioskDaemon *self, const KioskPolicyServer *server, char **path, char **detail)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (KioskOrder) best = NULL;
  g_autofree char *nearest = NULL;
  KioskOrderVerdict nearest_verdict = KIOSK_ORDER_UNSIGNED;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    list_folder (folders[i], paths);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *complaint = NULL;
      g_autoptr (KioskOrder) order = read_order (paths->pdata[i], &complaint);
      KioskOrderVerdict verdict
          = order != NULL ? judge (self, order, server) : KIOSK_ORDER_UNSIGNED;

      if (complaint != NULL)
        g_message ("Order: %s", complaint);
      if (verdict == KIOSK_ORDER_VALID)
        {
          if (best != NULL && best->until >= order->until)
            continue;
          g_clear_pointer (&best, kiosk_order_free);
          best = g_steal_pointer (&order);
          g_free (*path);
          *path = g_strdup (paths->pdata[i]);
        }
      else if (nearest == NULL || verdict > nearest_verdict)
        {
          g_free (nearest);
          nearest_verdict = verdict;
          nearest = order == NULL ? g_steal_pointer (&complaint)
                                  : g_strdup_printf ("%s: %s", (char *) paths->pdata[i],
                                                     kiosk_order_verdict_label (verdict)->en);
        }
    }
  if (best == NULL)
    *detail = nearest != NULL ? g_strdup_printf ("%u files, nearest: %s", paths->len, nearest)
                              : g_strdup ("there is no order");
  return g_steal_pointer (&best);
}

/* ---- While it is used ---- */

static gint64
seconds_left (const KioskApproval *approval)
{
  return approval->order->until - kiosk_clock_realtime () / G_USEC_PER_SEC;
}

/* Until the next look: never later than its end. */
static void
plan_check (KioskDaemon *self)
{
  gint64 left = self->approval.order->until * 1000 - kiosk_clock_realtime () / 1000;

  self->approval.source
      = g_timeout_add ((guint) CLAMP (left, 1, CHECK_MILLISECONDS), on_check, self);
}

/* NULL while the order holds; else why not. */
static char *
find_fault (KioskDaemon *self)
{
  const KioskApproval *approval = &self->approval;
  char *detail = NULL;
  g_autoptr (KioskOrder) order = read_order (approval->path, &detail);
  KioskOrderVerdict verdict;

  if (order == NULL)
    return detail;
  if (!g_str_equal (order->digest, approval->order->digest))
    return g_strdup_printf ("%s: another order", approval->path);
  verdict = judge (self, order, self->status.server);
  return verdict == KIOSK_ORDER_VALID ? NULL : g_strdup (kiosk_order_verdict_label (verdict)->en);
}

void
kiosk_daemon_show_order_warning (KioskDaemon *self)
{
  KioskState state = self->status.state;

  if (!self->approval.warned || *self->status.warning != '\0'
      || (state != KIOSK_STATE_CONNECTING && state != KIOSK_STATE_CONNECTED))
    return;
  self->status.warning = "order";
  self->status.warning_at
      = kiosk_clock_boottime () + seconds_left (&self->approval) * G_USEC_PER_SEC;
}

static void
warn_of_end (KioskDaemon *self)
{
  KioskEntry entry = {
    .action = KIOSK_ACTION_ORDER_WARNING,
    .outcome = KIOSK_OUTCOME_SUCCESS,
    .server = self->status.server,
  };

  if (self->approval.warned || seconds_left (&self->approval) > WARNING_SECONDS)
    return;
  self->approval.warned = TRUE;
  kiosk_daemon_fill_approval (self, &entry);
  kiosk_daemon_record (self, &entry, NULL);
  kiosk_daemon_show_order_warning (self);
  kiosk_daemon_publish (self);
}

static gboolean
on_check (gpointer data)
{
  KioskDaemon *self = data;
  g_autofree char *fault = find_fault (self);

  self->approval.source = 0;
  if (fault != NULL)
    {
      kiosk_daemon_end_session (self, KIOSK_REASON_ORDER_ENDED, fault);
      return G_SOURCE_REMOVE;
    }
  plan_check (self);
  warn_of_end (self);
  return G_SOURCE_REMOVE;
}

/* ---- For the session ---- */

static const char *
take_order (KioskDaemon *self, const KioskPolicyServer *server, char **detail)
{
  KioskApproval *approval = &self->approval;

  approval->order = find_order (self, server, &approval->path, detail);
  if (approval->order == NULL)
    return KIOSK_REASON_ORDER;
  approval->approver = kiosk_policy_find_approver (self->policy, approval->order->approver)->person;
  plan_check (self);
  return NULL;
}

static const char *
take_grant (KioskDaemon *self, const KioskPolicyServer *server, char **detail)
{
  KioskGrant grant = self->grant;

  self->grant = (KioskGrant){ 0 }; /* for one session, whatever becomes of it */
  if (grant.server != server || kiosk_clock_boottime () >= grant.until)
    {
      *detail = g_strdup (grant.server == NULL     ? "nobody has approved it"
                          : grant.server != server ? "another server was approved"
                                                   : "approved too long ago");
      return KIOSK_REASON_APPROVAL;
    }
  self->approval.approver = grant.approver;
  return NULL;
}

const char *
kiosk_daemon_take_approval (KioskDaemon *self, const KioskPolicyServer *server, char **detail)
{
  kiosk_daemon_release_approval (self);
  switch (server->approval)
    {
    case KIOSK_APPROVAL_NONE:
      return NULL;
    case KIOSK_APPROVAL_ORDER:
      return take_order (self, server, detail);
    case KIOSK_APPROVAL_PERSON:
      return take_grant (self, server, detail);
    default:
      return KIOSK_REASON_APPROVAL;
    }
}

void
kiosk_daemon_begin_approved (KioskDaemon *self)
{
  if (self->approval.order != NULL)
    warn_of_end (self);
}

void
kiosk_daemon_release_approval (KioskDaemon *self)
{
  KioskApproval *approval = &self->approval;

  g_clear_handle_id (&approval->source, g_source_remove);
  g_free (approval->path);
  kiosk_order_free (approval->order);
  *approval = (KioskApproval){ 0 };
}

void
kiosk_daemon_fill_approval (KioskDaemon *self, KioskEntry *entry)
{
  const KioskApproval *approval = &self->approval;

  if (approval->approver != NULL)
    entry->approver = approval->approver->id;
  if (approval->order != NULL)
    {
      entry->order = approval->order->id;
      entry->order_digest = approval->order->digest;
    }
}

/* ---- The second person ---- */

void
kiosk_daemon_grant (KioskDaemon *self, const KioskPolicyPerson *approver)
{
  self->grant = (KioskGrant){
    .server = self->approving,
    .approver = approver,
    .until = kiosk_clock_boottime () + GRANT_SECONDS * (gint64) G_USEC_PER_SEC,
  };
}

int
kiosk_daemon_begin_approval (const char *id, gpointer data, GError **error)
{
  KioskDaemon *self = data;
  const KioskPolicyServer *server = kiosk_policy_find_server (self->policy, id);
  KioskLocalTime now = kiosk_daemon_local_time ();
  KioskVerdict verdict
      = kiosk_policy_decide (self->policy, self->status.person->id, id, &now, NULL);

  self->grant = (KioskGrant){ 0 };
  if (verdict != KIOSK_VERDICT_ALLOWED || server->approval != KIOSK_APPROVAL_PERSON)
    {
      /* As for a session: what may not be opened needs no approval. */
      const char *reason
          = verdict == KIOSK_VERDICT_HOURS ? KIOSK_REASON_HOURS : KIOSK_REASON_DENIED;
      char *reference = NULL;

      kiosk_daemon_record (self,
                           &(KioskEntry){ .action = KIOSK_ACTION_APPROVE,
                                          .outcome = KIOSK_OUTCOME_FAILURE,
                                          .reason = reason,
                                          .server = server,
                                          .with_reference = TRUE },
                           &reference);
      kiosk_daemon_set_notice (&self->status.notice, reason, reference);
      kiosk_daemon_publish (self);
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED, reason);
      return -1;
    }
  self->approving = server;
  return kiosk_daemon_begin_conversation (KIOSK_EVENT_BEGIN_APPROVAL, self, error);
}
