/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "policy-command.h"

#include "columns.h"

#include <json-glib/json-glib.h>

#include <sys/socket.h>

/* A policy to look at: the table of who may do what (R07), and the same for programs. */

static const struct {
  KioskRoles role;
  const char *name;
} roles[] = {
  { KIOSK_ROLE_ENGINEER, "engineer" },
  { KIOSK_ROLE_AUDITOR, "auditor" },
  { KIOSK_ROLE_ADMINISTRATOR, "administrator" },
  { KIOSK_ROLE_APPROVER, "approver" },
};

static const char *const tickets[] = { "none", "optional", "required" };
static const char *const credentials[] = { "ask", "login" };
static const char *const approvals[] = { "none", "order", "person" };
static const char *const securities[] = { "nla", "tls" };

/* Whether @person works on @server at some hour. */
static gboolean
works_on (const KioskPolicy *policy, const KioskPolicyPerson *person,
          const KioskPolicyServer *server)
{
  KioskLocalTime monday = { 0, 0 };
  KioskVerdict verdict = kiosk_policy_decide (policy, person->id, server->id, &monday, NULL);

  return verdict == KIOSK_VERDICT_ALLOWED || verdict == KIOSK_VERDICT_HOURS;
}

static char *
endpoint (const KioskPolicyServer *server)
{
  if (server->endpoint.family == AF_INET6)
    return g_strdup_printf ("[%s]:%u", server->endpoint.address, server->endpoint.port);
  return g_strdup_printf ("%s:%u", server->endpoint.address, server->endpoint.port);
}

/* ---- Table ---- */

static GStrv
person_row (const KioskPolicy *policy, const KioskPolicyPerson *person, KioskLanguage language)
{
  g_autoptr (GString) role_names = g_string_new (NULL);
  g_autoptr (GString) servers = g_string_new (NULL);
  const char *row[5] = { person->id, kiosk_label_get (&person->name, language) };

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (person->roles & roles[i].role)
      g_string_append_printf (role_names, "%s%s", role_names->len > 0 ? ", " : "", roles[i].name);
  for (guint i = 0; i < policy->servers->len; i++)
    {
      const KioskPolicyServer *server = policy->servers->pdata[i];

      if (works_on (policy, person, server))
        g_string_append_printf (servers, "%s%s", servers->len > 0 ? ", " : "", server->id);
    }
  row[2] = role_names->str;
  row[3] = servers->len > 0 ? servers->str : "-";
  return g_strdupv ((GStrv) row);
}

static GStrv
server_row (const KioskPolicyServer *server, KioskLanguage language)
{
  gboolean japanese = language == KIOSK_LANGUAGE_JA;
  g_autofree char *address = endpoint (server);
  g_autofree char *pins = g_strdup_printf ("SHA-256 x %u", server->n_pins);
  const char *row[9] = {
    server->id,
    kiosk_label_get (&server->label, language),
    address,
    securities[server->security],
    server->n_pins > 0 ? pins : server->certificate_name,
    tickets[server->ticket],
    approvals[server->approval],
    server->hours_text[0] != '\0' ? server->hours_text
    : japanese                    ? "いつでも"
                                  : "always",
  };

  return g_strdupv ((GStrv) row);
}

void
kiosk_ctl_policy_print_table (const KioskPolicy *policy, KioskLanguage language)
{
  static const char *const person_heads[2][5]
      = { { "ID", "名前", "役割", "サーバー" }, { "ID", "NAME", "ROLES", "SERVERS" } };
  static const char *const server_heads[2][9]
      = { { "サーバー", "名称", "アドレス", "方式", "証明書", "作業番号", "承認", "時間帯" },
          { "SERVER", "LABEL", "ADDRESS", "SECURITY", "CERTIFICATE", "TICKET", "APPROVAL",
            "HOURS" } };
  guint l = language == KIOSK_LANGUAGE_JA ? 0 : 1;
  g_autoptr (GPtrArray) persons = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  g_print ("%s  %s  %s\n\n", policy->id, kiosk_label_get (&policy->site, language), policy->digest);
  g_ptr_array_add (persons, g_strdupv ((GStrv) person_heads[l]));
  for (guint i = 0; i < policy->persons->len; i++)
    g_ptr_array_add (persons, person_row (policy, policy->persons->pdata[i], language));
  kiosk_ctl_print_rows (persons, 4);

  g_ptr_array_add (servers, g_strdupv ((GStrv) server_heads[l]));
  for (guint i = 0; i < policy->servers->len; i++)
    g_ptr_array_add (servers, server_row (policy->servers->pdata[i], language));
  kiosk_ctl_print_rows (servers, 8);
}

/* ---- JSON ---- */

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_label (JsonBuilder *builder, const char *name, const KioskLabel *label)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  add_string (builder, "ja", label->ja);
  add_string (builder, "en", label->en);
  json_builder_end_object (builder);
}

static void
begin_array (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

static void
add_person (JsonBuilder *builder, const KioskPolicy *policy, const KioskPolicyPerson *person)
{
  json_builder_begin_object (builder);
  add_string (builder, "id", person->id);
  add_label (builder, "name", &person->name);
  begin_array (builder, "roles");
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (person->roles & roles[i].role)
      json_builder_add_string_value (builder, roles[i].name);
  json_builder_end_array (builder);
  begin_array (builder, "servers");
  for (guint i = 0; i < policy->servers->len; i++)
    {
      const KioskPolicyServer *server = policy->servers->pdata[i];

      if (works_on (policy, person, server))
        json_builder_add_string_value (builder, server->id);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_endpoint (JsonBuilder *builder, const KioskEndpoint *endpoint)
{
  add_string (builder, "address", endpoint->address);
  add_number (builder, "port", endpoint->port);
}

static void
add_server (JsonBuilder *builder, const KioskPolicyServer *server)
{
  json_builder_begin_object (builder);
  add_string (builder, "id", server->id);
  add_label (builder, "label", &server->label);
  add_label (builder, "purpose", &server->purpose);
  add_endpoint (builder, &server->endpoint);
  add_string (builder, "security", securities[server->security]);
  begin_array (builder, "certificate-sha256");
  for (guint i = 0; i < server->n_pins; i++)
    {
      g_autoptr (GString) hex = g_string_new (NULL);

      for (guint j = 0; j < G_N_ELEMENTS (server->pins[i]); j++)
        g_string_append_printf (hex, "%02x", server->pins[i][j]);
      json_builder_add_string_value (builder, hex->str);
    }
  json_builder_end_array (builder);
  if (server->authority != NULL)
    {
      add_string (builder, "certificate-authority", server->authority);
      add_string (builder, "certificate-name", server->certificate_name);
    }
  add_string (builder, "hours", server->hours_text[0] != '\0' ? server->hours_text : "always");
  add_string (builder, "ticket", tickets[server->ticket]);
  add_string (builder, "approval", approvals[server->approval]);
  add_string (builder, "credentials", credentials[server->credentials]);
  add_string (builder, "user", server->user);
  add_string (builder, "domain", server->domain);
  json_builder_end_object (builder);
}

/* What else than sessions may leave. */
static void
add_network (JsonBuilder *builder, const KioskPolicy *policy)
{
  static const char *const kinds[] = { "none", "wireguard", "ipsec" };
  KioskEndpoint receipts;

  begin_array (builder, "services");
  for (guint i = 0; i < KIOSK_N_SERVICES; i++)
    {
      if (policy->services[i].address == NULL)
        continue;
      json_builder_begin_object (builder);
      add_string (builder, "id", kiosk_service_name (i));
      add_endpoint (builder, &policy->services[i]);
      if (i == KIOSK_SERVICE_COLLECTOR)
        add_number (builder, "receipts-port",
                    kiosk_policy_get_receipts (policy, &receipts) ? receipts.port : 0);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  begin_array (builder, "time");
  for (guint i = 0; i < policy->time_sources->len; i++)
    {
      const KioskTimeSource *source = policy->time_sources->pdata[i];

      json_builder_begin_object (builder);
      add_string (builder, "id", source->id);
      add_endpoint (builder, &source->endpoint);
      add_string (builder, "nts", source->nts != NULL ? source->nts : "");
      add_string (builder, "certificate-authority",
                  source->authority != NULL ? source->authority : "");
      add_number (builder, "key", source->key);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "tunnel");
  json_builder_begin_object (builder);
  add_string (builder, "kind", kinds[policy->tunnel.kind]);
  if (policy->tunnel.kind != KIOSK_TUNNEL_NONE)
    {
      add_string (builder, "interface", policy->tunnel.interface);
      add_endpoint (builder, &policy->tunnel.peer);
    }
  json_builder_end_object (builder);
}

/* What tells that somebody is there, beside the input. */
static void
add_presence (JsonBuilder *builder, const KioskPolicy *policy)
{
  begin_array (builder, "presence");
  for (guint i = 0; i < policy->presences->len; i++)
    {
      const KioskPolicyPresence *presence = policy->presences->pdata[i];

      json_builder_begin_object (builder);
      add_string (builder, "id", presence->id);
      if (presence->sensor != NULL)
        {
          add_string (builder, "sensor", presence->sensor);
          add_string (builder, "fault", presence->fault_locks ? "lock" : "ignore");
        }
      else
        add_string (builder, "token", presence->token);
      add_string (builder, "who", presence->second_person ? "second-person" : "person");
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_terminal (JsonBuilder *builder, const KioskPolicy *policy)
{
  json_builder_set_member_name (builder, "terminal");
  json_builder_begin_object (builder);
  add_string (builder, "id", policy->id);
  add_label (builder, "site", &policy->site);
  add_label (builder, "location", &policy->location);
  add_label (builder, "contact", &policy->contact);
  add_string (builder, "phone", policy->phone);
  add_string (builder, "language", policy->language == KIOSK_LANGUAGE_JA ? "ja" : "en");
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "lock");
  json_builder_begin_object (builder);
  add_number (builder, "idle", policy->idle);
  add_number (builder, "logoff", policy->logoff);
  add_number (builder, "warning", policy->warning);
  add_number (builder, "disconnect", policy->disconnect);
  for (KioskLockCause cause = 0; cause < KIOSK_N_LOCK_CAUSES; cause++)
    if (kiosk_lock_cause_is_optional (cause))
      {
        json_builder_set_member_name (builder, kiosk_lock_cause_name (cause));
        json_builder_add_boolean_value (builder, policy->locks[cause]);
      }
  json_builder_end_object (builder);
  add_presence (builder, policy);
  json_builder_set_member_name (builder, "watch");
  json_builder_begin_object (builder);
  add_number (builder, "interval", policy->watch_interval);
  add_number (builder, "clock-step", policy->clock_step);
  json_builder_end_object (builder);
}

static void
add_identity (JsonBuilder *builder, const KioskPolicy *policy)
{
  const KioskIdentityRules *rules = &policy->identity;

  json_builder_set_member_name (builder, "password");
  json_builder_begin_object (builder);
  add_number (builder, "min-length", rules->min_length);
  add_number (builder, "classes", rules->classes);
  add_number (builder, "history", rules->history);
  add_number (builder, "max-days", rules->max_days);
  add_number (builder, "notice-days", rules->notice_days);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "login");
  json_builder_begin_object (builder);
  add_string (builder, "second-factor", kiosk_second_factor_name (rules->second_factor));
  add_number (builder, "attempts", rules->attempts);
  add_number (builder, "lockout", rules->lockout);
  add_number (builder, "unused-days", rules->unused_days);
  add_string (builder, "unused", policy->disable_unused ? "disable" : "list");
  json_builder_end_object (builder);
}

void
kiosk_ctl_policy_print_json (const KioskPolicy *policy)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  add_string (builder, "digest", policy->digest);
  add_terminal (builder, policy);
  add_identity (builder, policy);
  add_network (builder, policy);
  add_string (builder, "log-directory", policy->log_directory);
  begin_array (builder, "persons");
  for (guint i = 0; i < policy->persons->len; i++)
    add_person (builder, policy, policy->persons->pdata[i]);
  json_builder_end_array (builder);
  begin_array (builder, "servers");
  for (guint i = 0; i < policy->servers->len; i++)
    add_server (builder, policy->servers->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}
