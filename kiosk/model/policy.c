/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "policy-private.h"

#include "device-private.h"

/* The policy as an object. It exists only when nothing at all was wrong: half a policy would be a
 * policy that nobody wrote. */

static void
label_clear (KioskLabel *label)
{
  g_clear_pointer (&label->ja, g_free);
  g_clear_pointer (&label->en, g_free);
}

static void
person_free (gpointer data)
{
  KioskPolicyPerson *self = data;

  g_free (self->id);
  label_clear (&self->name);
  g_free (self);
}

static void
server_free (gpointer data)
{
  KioskPolicyServer *self = data;

  g_free (self->id);
  label_clear (&self->label);
  label_clear (&self->purpose);
  g_free (self->endpoint.address);
  g_free (self->authority);
  g_free (self->certificate_name);
  g_strfreev (self->persons);
  g_strfreev (self->groups);
  g_array_unref (self->hours);
  g_free (self->hours_text);
  g_free (self->user);
  g_free (self->domain);
  g_free (self);
}

static void
time_source_free (gpointer data)
{
  KioskTimeSource *self = data;

  g_free (self->id);
  g_free (self->endpoint.address);
  g_free (self->nts);
  g_free (self->authority);
  g_free (self);
}

/* Lengths go in first: without them, moving a line from one file to the next would change nothing. */
static char *
digest_sources (const KioskPolicySource *sources, guint n_sources)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < n_sources; i++)
    {
      guint64 length = GUINT64_TO_BE ((guint64) sources[i].length);

      g_checksum_update (checksum, (const guchar *) &length, sizeof length);
      if (sources[i].length > 0)
        g_checksum_update (checksum, (const guchar *) sources[i].data, sources[i].length);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

static KioskPolicyReal *
policy_new (KioskPolicyIndex *index)
{
  KioskPolicyReal *self = g_new0 (KioskPolicyReal, 1);
  KioskPolicy *policy = &self->public;

  g_atomic_ref_count_init (&self->references);
  self->index = index;
  self->persons = g_hash_table_new (g_str_hash, g_str_equal);
  self->servers = g_hash_table_new (g_str_hash, g_str_equal);
  self->groups
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  policy->persons = g_ptr_array_new_with_free_func (person_free);
  policy->servers = g_ptr_array_new_with_free_func (server_free);
  policy->presences = g_ptr_array_new_with_free_func (kiosk_policy_presence_free);
  policy->approvers = g_ptr_array_new_with_free_func (kiosk_policy_approver_free);
  policy->language = KIOSK_LANGUAGE_JA;
  policy->keyboard_layout = 0x411;
  policy->watermark = TRUE;
  policy->idle = 300;
  policy->logoff = 1800;
  policy->warning = 30;
  for (guint i = 0; i < KIOSK_N_LOCK_CAUSES; i++)
    policy->locks[i] = TRUE;
  policy->time_sources = g_ptr_array_new_with_free_func (time_source_free);
  policy->clock_step = 5;
  policy->hub_depth = 1;
  policy->device_rules = g_ptr_array_new_with_free_func (kiosk_device_rule_free);
  policy->device_ports = g_ptr_array_new_with_free_func (kiosk_device_port_free);
  policy->identity = kiosk_identity_defaults;
  policy->log_directory = g_strdup (KIOSK_POLICY_LOG_DIRECTORY);
  policy->log = kiosk_policy_log_defaults;
  policy->auditors = g_ptr_array_new_with_free_func (kiosk_policy_auditor_free);
  return self;
}

KioskPolicy *
kiosk_policy_parse (const KioskPolicySource *sources, guint n_sources, GPtrArray **problems)
{
  KioskPolicyIndex *index = kiosk_policy_index_new (sources, n_sources);
  KioskPolicyReal *real = policy_new (index);
  g_autoptr (KioskPolicy) policy = &real->public;

  kiosk_policy_schema_check (index);
  kiosk_policy_build (index, real);
  kiosk_policy_index_sort_problems (index);

  *problems = g_steal_pointer (&index->problems);
  if ((*problems)->len > 0)
    return NULL;
  policy->digest = digest_sources (sources, n_sources);
  return g_steal_pointer (&policy);
}

KioskPolicy *
kiosk_policy_ref (KioskPolicy *self)
{
  g_atomic_ref_count_inc (&((KioskPolicyReal *) self)->references);
  return self;
}

void
kiosk_policy_unref (KioskPolicy *self)
{
  KioskPolicyReal *real = (KioskPolicyReal *) self;

  if (self == NULL || !g_atomic_ref_count_dec (&real->references))
    return;
  g_hash_table_unref (real->groups);
  g_hash_table_unref (real->servers);
  g_hash_table_unref (real->persons);
  kiosk_policy_index_free (real->index);
  for (guint i = 0; i < KIOSK_N_SERVICES; i++)
    g_free (self->services[i].address);
  g_ptr_array_unref (self->time_sources);
  g_ptr_array_unref (self->device_rules);
  g_ptr_array_unref (self->device_ports);
  g_free (self->tunnel.interface);
  g_free (self->tunnel.peer.address);
  g_free (self->id);
  label_clear (&self->site);
  label_clear (&self->location);
  label_clear (&self->contact);
  label_clear (&self->spare);
  label_clear (&self->notice);
  g_free (self->phone);
  g_free (self->log_directory);
  g_ptr_array_unref (self->auditors);
  g_ptr_array_unref (self->servers);
  g_ptr_array_unref (self->presences);
  g_ptr_array_unref (self->approvers);
  g_ptr_array_unref (self->persons);
  g_free (self->digest);
  g_free (real);
}

const KioskPolicyPerson *
kiosk_policy_find_person (const KioskPolicy *self, const char *id)
{
  return g_hash_table_lookup (((const KioskPolicyReal *) self)->persons, id);
}

const KioskPolicyServer *
kiosk_policy_find_server (const KioskPolicy *self, const char *id)
{
  return g_hash_table_lookup (((const KioskPolicyReal *) self)->servers, id);
}

KioskPolicyPlace
kiosk_policy_place (const KioskPolicy *self, const char *section, const char *key)
{
  const KioskPolicyReal *real = (const KioskPolicyReal *) self;
  const KioskPolicySection *found = kiosk_policy_index_find (real->index, section);
  const KioskPolicyEntry *entry = NULL;
  KioskPolicyPlace nowhere = { real->index->sources->pdata[0], 0 };

  if (found == NULL)
    return nowhere;
  if (key == NULL)
    return found->place;
  entry = kiosk_policy_section_find (found, key);
  return entry != NULL ? entry->place : nowhere;
}
