/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

/* Keeps the kernel's sets at the plan. The rules are known to be ours because their text was read back right
 * after they were loaded, when by the kernel's notices there had been that one transaction and no other. */

#include "firewall.h"

#include "firewall-notices.h"

#include "config.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/network/ruleset.h"

#include <string.h>

#define RULES_FILE KIOSK_DATA_DIR "/firewall.nft"
#define RULES_MAX 65536

/* How the listing of the rules begins, and the only line of it of this kind. */
#define OWN_TABLE "table inet kiosk {\n"

/* How often the table is loaded before somebody who changes it all the time has won. */
#define LOAD_TRIES 3

/* How far the kernel's clock of an element and ours may be apart, microseconds: it rounds to seconds. */
#define CLOCK_SLACK (2 * G_USEC_PER_SEC)

typedef struct {
  KioskEndpoint endpoint; /* address NULL: the bytes are what counts */
  KioskFirewallElement *element;
  guint holders;
  gint64 until; /* monotonic: then the kernel closes it */
} Hole;

struct _KioskFirewall {
  KioskRuleset *ruleset;
  int notices;
  char *source; /* firewall.nft */
  char *rules;  /* as the kernel has them when they are ours */
  KioskFirewallUsers users;
  KioskPolicy *policy;
  GStrv lines;
  KioskEndpoint dhcp;  /* family 0: none */
  GPtrArray *standing; /* KioskFirewallElement, all but sessions */
  GPtrArray *holes;
};

static void
hole_free (Hole *hole)
{
  kiosk_firewall_element_free (hole->element);
  g_free (hole);
}

static KioskEndpoint
copy_endpoint (const KioskEndpoint *endpoint)
{
  KioskEndpoint copy = *endpoint;

  copy.address = NULL;
  return copy;
}

static Hole *
find_hole (const KioskFirewall *self, const KioskEndpoint *endpoint)
{
  for (guint i = 0; i < self->holes->len; i++)
    {
      Hole *hole = self->holes->pdata[i];

      if (hole->endpoint.family == endpoint->family && hole->endpoint.port == endpoint->port
          && memcmp (hole->endpoint.address_bytes, endpoint->address_bytes,
                     sizeof endpoint->address_bytes)
                 == 0)
        return hole;
    }
  return NULL;
}

/* ---- The table ---- */

static GPtrArray *
plan (const KioskFirewall *self, GPtrArray **left_out)
{
  const KioskFirewallWants wants = {
    .policy = self->policy,
    .users = &self->users,
    .lines = (const char *const *) self->lines,
    .dhcp = self->dhcp.family != 0 ? &self->dhcp : NULL,
  };

  return kiosk_firewall_plan (&wants, left_out);
}

static gboolean
has_element (const GPtrArray *elements, const KioskFirewallElement *wanted)
{
  for (guint i = 0; i < elements->len; i++)
    {
      const KioskFirewallElement *element = elements->pdata[i];

      if (g_str_equal (element->set, wanted->set) && g_str_equal (element->key, wanted->key))
        return TRUE;
    }
  return FALSE;
}

/* Brings the kernel from what stands to the plan, in one transaction. */
static gboolean
apply (KioskFirewall *self, GPtrArray **left_out, GError **error)
{
  g_autoptr (GPtrArray) out = NULL;
  g_autoptr (GPtrArray) planned = plan (self, &out);
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (KioskRulesetChange));

  for (guint i = 0; i < self->standing->len; i++)
    if (!has_element (planned, self->standing->pdata[i]))
      {
        KioskRulesetChange change = { KIOSK_RULESET_DELETE, self->standing->pdata[i] };
        g_array_append_val (changes, change);
      }
  for (guint i = 0; i < planned->len; i++)
    if (!has_element (self->standing, planned->pdata[i]))
      {
        KioskRulesetChange change = { KIOSK_RULESET_ADD, planned->pdata[i] };
        g_array_append_val (changes, change);
      }
  if (!kiosk_ruleset_change (self->ruleset, (const KioskRulesetChange *) (void *) changes->data,
                             changes->len, error))
    return FALSE;
  g_ptr_array_unref (self->standing);
  self->standing = g_steal_pointer (&planned);
  if (left_out != NULL)
    *left_out = g_steal_pointer (&out);
  return TRUE;
}

static gboolean
load_once (KioskFirewall *self, gboolean *alone, GError **error)
{
  kiosk_firewall_notices_drain (self->notices);
  if (!kiosk_ruleset_load (self->ruleset, self->source, error))
    return FALSE;
  g_free (self->rules);
  self->rules = kiosk_ruleset_list_rules (self->ruleset, error);
  *alone = kiosk_firewall_notices_drain (self->notices) == 1;
  if (self->rules == NULL)
    return FALSE;
  /* A table that belongs to a process (nft(8), "flags owner") stays when everything is flushed. */
  if (!g_str_has_prefix (self->rules, OWN_TABLE) || strstr (self->rules, "\ntable ") != NULL)
    {
      g_clear_pointer (&self->rules, g_free);
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED,
                           "another table cannot be taken away");
      return FALSE;
    }
  return TRUE;
}

static gboolean
load (KioskFirewall *self, GError **error)
{
  gboolean alone = FALSE;

  for (guint i = 0; i < LOAD_TRIES && !alone; i++)
    if (!load_once (self, &alone, error))
      return FALSE;
  if (!alone)
    {
      g_clear_pointer (&self->rules, g_free);
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED,
                           "somebody else changes the firewall all the time");
    }
  return alone;
}

/* What a table of ours has counted. The counts of a sleeping one are not there: see kiosk_ruleset_read_state(). */
static KioskFirewallState *
read_counts (KioskFirewall *self, const char *rules, GError **error)
{
  if (rules == NULL || strstr (rules, OWN_TABLE) == NULL || strstr (rules, "dormant") != NULL)
    return NULL;
  return kiosk_ruleset_read_state (self->ruleset, error);
}

KioskFirewall *
kiosk_firewall_new (KioskFirewallState **before, GError **error)
{
  g_autoptr (GBytes) source = kiosk_file_read_trusted (RULES_FILE, RULES_MAX, error);
  KioskFirewall *self;

  if (source == NULL)
    return NULL;
  self = g_new0 (KioskFirewall, 1);
  self->source = g_strndup (g_bytes_get_data (source, NULL), g_bytes_get_size (source));
  self->standing = g_ptr_array_new_with_free_func ((GDestroyNotify) kiosk_firewall_element_free);
  self->holes = g_ptr_array_new_with_free_func ((GDestroyNotify) hole_free);
  self->ruleset = kiosk_ruleset_new ();
  kiosk_ruleset_find_users (&self->users);
  self->notices = kiosk_firewall_notices_open (error);
  if (before != NULL)
    {
      g_autofree char *rules = kiosk_ruleset_list_rules (self->ruleset, NULL);

      *before = read_counts (self, rules, NULL);
    }
  if (self->notices >= 0 && load (self, error))
    return self;
  kiosk_firewall_free (self);
  return NULL;
}

void
kiosk_firewall_free (KioskFirewall *self)
{
  if (self == NULL)
    return;
  kiosk_ruleset_free (self->ruleset);
  kiosk_fd_clear (&self->notices);
  g_free (self->source);
  g_free (self->rules);
  g_clear_pointer (&self->policy, kiosk_policy_unref);
  g_strfreev (self->lines);
  g_ptr_array_unref (self->standing);
  g_ptr_array_unref (self->holes);
  g_free (self);
}

int
kiosk_firewall_get_notices (const KioskFirewall *self)
{
  return self->notices;
}

/* ---- What stands for long ---- */

gboolean
kiosk_firewall_set_policy (KioskFirewall *self, KioskPolicy *policy, GPtrArray **left_out,
                           GError **error)
{
  KioskPolicy *before = self->policy;

  self->policy = policy != NULL ? kiosk_policy_ref (policy) : NULL;
  if (!apply (self, left_out, error))
    {
      g_clear_pointer (&self->policy, kiosk_policy_unref);
      self->policy = before;
      return FALSE;
    }
  g_clear_pointer (&before, kiosk_policy_unref);
  return TRUE;
}

gboolean
kiosk_firewall_set_lines (KioskFirewall *self, const char *const *names, GError **error)
{
  GStrv before = self->lines;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (!kiosk_firewall_line_is_valid (names[i]))
      {
        g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "no name of an interface");
        return FALSE;
      }
  self->lines = g_strdupv ((char **) names);
  if (!apply (self, NULL, error))
    {
      g_strfreev (self->lines);
      self->lines = before;
      return FALSE;
    }
  g_strfreev (before);
  return TRUE;
}

gboolean
kiosk_firewall_set_dhcp (KioskFirewall *self, const KioskEndpoint *server, GError **error)
{
  KioskEndpoint before = self->dhcp;

  self->dhcp = server != NULL ? copy_endpoint (server) : (KioskEndpoint){ 0 };
  if (apply (self, NULL, error))
    return TRUE;
  self->dhcp = before;
  return FALSE;
}

/* ---- Sessions ---- */

/* Add, delete, add in one transaction: the first makes the delete succeed whether or not the element
 * was there, the last starts its time anew (adding what exists leaves the old time running). */
static gboolean
begin_time (KioskFirewall *self, Hole *hole, GError **error)
{
  const KioskRulesetChange changes[] = {
    { KIOSK_RULESET_ADD, hole->element },
    { KIOSK_RULESET_DELETE, hole->element },
    { KIOSK_RULESET_ADD, hole->element },
  };

  if (!kiosk_ruleset_change (self->ruleset, changes, G_N_ELEMENTS (changes), error))
    return FALSE;
  hole->until = g_get_monotonic_time () + (gint64) KIOSK_FIREWALL_TIMEOUT * G_USEC_PER_SEC;
  return TRUE;
}

static gboolean
end_time (KioskFirewall *self, const Hole *hole, GError **error)
{
  const KioskRulesetChange changes[] = {
    { KIOSK_RULESET_ADD, hole->element },
    { KIOSK_RULESET_DELETE, hole->element },
  };

  return kiosk_ruleset_change (self->ruleset, changes, G_N_ELEMENTS (changes), error);
}

gboolean
kiosk_firewall_open (KioskFirewall *self, const KioskEndpoint *endpoint, GError **error)
{
  Hole *hole = find_hole (self, endpoint);

  if (hole != NULL)
    {
      if (!begin_time (self, hole, error))
        return FALSE;
      hole->holders++;
      return TRUE;
    }
  hole = g_new0 (Hole, 1);
  hole->endpoint = copy_endpoint (endpoint);
  hole->element = kiosk_firewall_session_element (endpoint);
  hole->holders = 1;
  if (!begin_time (self, hole, error))
    {
      hole_free (hole);
      return FALSE;
    }
  g_ptr_array_add (self->holes, hole);
  return TRUE;
}

gboolean
kiosk_firewall_renew (KioskFirewall *self, const KioskEndpoint *endpoint, GError **error)
{
  Hole *hole = find_hole (self, endpoint);

  if (hole != NULL)
    return begin_time (self, hole, error);
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_NOT_ALLOWED, "it is not open");
  return FALSE;
}

gboolean
kiosk_firewall_close (KioskFirewall *self, const KioskEndpoint *endpoint, GError **error)
{
  Hole *hole = find_hole (self, endpoint);
  gboolean closed;

  if (hole == NULL || --hole->holders > 0)
    return TRUE;
  closed = end_time (self, hole, error);
  /* Also when the kernel would not: then it is a difference, and the whole table is loaded anew. */
  g_ptr_array_remove_fast (self->holes, hole);
  return closed;
}

gboolean
kiosk_firewall_close_all (KioskFirewall *self, GError **error)
{
  gboolean good = TRUE;

  for (guint i = 0; i < self->holes->len; i++)
    if (!end_time (self, self->holes->pdata[i], good ? error : NULL))
      good = FALSE;
  g_ptr_array_set_size (self->holes, 0);
  return good;
}

/* ---- Watching over it ---- */

/* A hole that was not renewed in time is closed, and that is right; in the moment when it closes, either is. */
static GPtrArray *
expected_elements (const KioskFirewall *self, const KioskFirewallState *state)
{
  GPtrArray *elements = g_ptr_array_new ();
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < self->standing->len; i++)
    g_ptr_array_add (elements, self->standing->pdata[i]);
  for (guint i = 0; i < self->holes->len; i++)
    {
      const Hole *hole = self->holes->pdata[i];
      gboolean there = has_element (state->elements, hole->element);

      if (now < hole->until + (there ? CLOCK_SLACK : -CLOCK_SLACK))
        g_ptr_array_add (elements, hole->element);
    }
  return elements;
}

gboolean
kiosk_firewall_check (KioskFirewall *self, GPtrArray **differences, KioskFirewallState **state,
                      GError **error)
{
  g_autofree char *rules = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (KioskFirewallState) read = NULL;

  kiosk_firewall_notices_drain (self->notices);
  rules = kiosk_ruleset_list_rules (self->ruleset, error);
  if (rules == NULL)
    return FALSE;
  found = kiosk_firewall_compare_rules (self->rules != NULL ? self->rules : "", rules);
  if (found->len > 0) /* of rules that are not ours only the counts are wanted */
    read = read_counts (self, rules, NULL);
  else
    {
      g_autoptr (GPtrArray) expected = NULL;

      read = kiosk_ruleset_read_state (self->ruleset, error);
      if (read == NULL)
        return FALSE;
      expected = expected_elements (self, read);
      g_ptr_array_unref (found);
      found = kiosk_firewall_compare_elements (expected, read->elements);
    }
  *differences = g_steal_pointer (&found);
  *state = g_steal_pointer (&read);
  return TRUE;
}

gboolean
kiosk_firewall_reload (KioskFirewall *self, GError **error)
{
  if (!load (self, error))
    return FALSE;
  g_ptr_array_set_size (self->standing, 0);
  if (!apply (self, NULL, error))
    return FALSE;
  for (guint i = 0; i < self->holes->len; i++)
    if (!begin_time (self, self->holes->pdata[i], error))
      return FALSE;
  return TRUE;
}
