/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/ocsf.h"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit-fields.h"

#include <string.h>

/* From a stored line to an OCSF event. Which members a class needs is in the schema's files events/ and objects/ of that version. */

#define CLASS_BASE 0
#define CLASS_LOG 1008     /* Event Log Activity */
#define CLASS_FINDING 2004 /* Detection Finding */
#define CLASS_ACCOUNT 3001 /* Account Change */
#define CLASS_AUTHENTICATION 3002
#define CLASS_ENTITY 3004      /* Entity Management */
#define CLASS_NETWORK 4001     /* Network Activity */
#define CLASS_RDP 4005         /* RDP Activity */
#define CLASS_DEVICE 5019      /* Device Config State Change */
#define CLASS_APPLICATION 6002 /* Application Lifecycle */

#define OTHER 99
#define PRODUCT "\"name\":\"maintenance-kiosk\",\"vendor_name\":\"maintenance-kiosk\""

static const KioskOcsfRow rows[] = {
  { KIOSK_ACTION_LOG_OPENED, CLASS_LOG, 6, 1 },
  { KIOSK_ACTION_LOG_RECOVERED, CLASS_LOG, OTHER, 3 },
  { KIOSK_ACTION_LOG_BEGUN, CLASS_LOG, 6, 1 },
  { KIOSK_ACTION_LOG_BEGUN_ANEW, CLASS_LOG, 6, 3 },
  { KIOSK_ACTION_CHECKPOINT, CLASS_LOG, OTHER, 1 },
  { KIOSK_ACTION_LOG_CLOSED, CLASS_LOG, 7, 1 },
  { KIOSK_ACTION_LOG_DELETED, CLASS_LOG, 2, 2 },
  { KIOSK_ACTION_LOG_RENEWED, CLASS_LOG, 8, 4 },
  { KIOSK_ACTION_LOG_RECEIPTED, CLASS_LOG, OTHER, 1 },
  { KIOSK_ACTION_LOG_CONTRADICTED, CLASS_FINDING, 1, 5 },
  { KIOSK_ACTION_RECEIPT_REFUSED, CLASS_LOG, OTHER, 2 },
  { KIOSK_ACTION_DAEMON_STARTED, CLASS_APPLICATION, 3, 1 },
  { KIOSK_ACTION_DAEMON_STOPPED, CLASS_APPLICATION, 4, 1 },
  { KIOSK_ACTION_BOOT_REFUSED, CLASS_APPLICATION, OTHER, 4 },
  { KIOSK_ACTION_POLICY_ACCEPTED, CLASS_ENTITY, 3, 1 },
  { KIOSK_ACTION_POLICY_REFUSED, CLASS_ENTITY, OTHER, 3 },
  { KIOSK_ACTION_TERMINAL_STOPPED, CLASS_APPLICATION, 7, 3 },
  { KIOSK_ACTION_TERMINAL_READY, CLASS_APPLICATION, 6, 1 },
  { KIOSK_ACTION_POWER_OFF, CLASS_APPLICATION, 4, 1 },
  { KIOSK_ACTION_SHELL_CONNECTED, CLASS_APPLICATION, 3, 1 },
  { KIOSK_ACTION_REQUEST_REFUSED, CLASS_FINDING, 1, 4 },
  { KIOSK_ACTION_PROGRAM_DIED, CLASS_APPLICATION, 4, 3 },
  { KIOSK_ACTION_HEARTBEAT_MISSED, CLASS_APPLICATION, OTHER, 3 },
  { KIOSK_ACTION_INTERFACE_REFUSED, CLASS_DEVICE, 1, 3 },
  { KIOSK_ACTION_DRILL_BEGUN, CLASS_FINDING, 1, 1 },
  { KIOSK_ACTION_DRILL_PASSED, CLASS_FINDING, 3, 1 },
  { KIOSK_ACTION_DRILL_UNPROVED, CLASS_FINDING, 2, 2 },
  { KIOSK_ACTION_DRILL_FAILED, CLASS_FINDING, 1, 4 },
  { KIOSK_ACTION_DRILL_UNFINISHED, CLASS_FINDING, 2, 3 },
  { KIOSK_ACTION_DEVICES_UNGUARDED, CLASS_FINDING, 1, 4 },
  { KIOSK_ACTION_DEVICES_RESCANNED, CLASS_DEVICE, 2, 1 },
  { KIOSK_ACTION_DEVICE_ALLOWED, CLASS_DEVICE, 1, 1 },
  { KIOSK_ACTION_DEVICE_REFUSED, CLASS_DEVICE, 1, 3 },
  { KIOSK_ACTION_DEVICE_WITHDRAWN, CLASS_DEVICE, 1, 3 },
  { KIOSK_ACTION_DEVICE_REMOVED, CLASS_DEVICE, 1, 1 },
  { KIOSK_ACTION_KEYBOARD_CHECK_BEGUN, CLASS_DEVICE, 2, 1 },
  { KIOSK_ACTION_KEYBOARD_CHECK, CLASS_DEVICE, 1, 1 },
  { KIOSK_ACTION_TYPING_ALARM, CLASS_FINDING, 1, 4 },
  { KIOSK_ACTION_PRESENCE_FAULT, CLASS_DEVICE, 1, 3 },
  { KIOSK_ACTION_LOGIN_BEGUN, CLASS_AUTHENTICATION, 6, 1 },
  { KIOSK_ACTION_LOGIN, CLASS_AUTHENTICATION, 1, 1 },
  { KIOSK_ACTION_CONVERSATION_CANCELLED, CLASS_AUTHENTICATION, OTHER, 1 },
  { KIOSK_ACTION_LOCK, CLASS_AUTHENTICATION, OTHER, 1 },
  { KIOSK_ACTION_UNLOCK_BEGUN, CLASS_AUTHENTICATION, 6, 1 },
  { KIOSK_ACTION_UNLOCK, CLASS_AUTHENTICATION, OTHER, 1 },
  { KIOSK_ACTION_END_BEGUN, CLASS_AUTHENTICATION, 6, 1 },
  { KIOSK_ACTION_END_BY_OTHER, CLASS_AUTHENTICATION, 2, 2 },
  { KIOSK_ACTION_IDLE_WARNING, CLASS_AUTHENTICATION, OTHER, 1 },
  { KIOSK_ACTION_LOGOUT, CLASS_AUTHENTICATION, 2, 1 },
  { KIOSK_ACTION_CHANGE_BEGUN, CLASS_ACCOUNT, OTHER, 1 },
  { KIOSK_ACTION_CHANGE, CLASS_ACCOUNT, 3, 1 },
  { KIOSK_ACTION_APPROVE_BEGUN, CLASS_AUTHENTICATION, 6, 1 },
  { KIOSK_ACTION_APPROVE, CLASS_AUTHENTICATION, OTHER, 1 },
  { KIOSK_ACTION_ORDER_WARNING, CLASS_AUTHENTICATION, OTHER, 1 },
  { KIOSK_ACTION_CONNECT_BEGUN, CLASS_RDP, 3, 1 },
  { KIOSK_ACTION_FIREWALL_OPENED, CLASS_NETWORK, 1, 1 },
  { KIOSK_ACTION_CONNECT, CLASS_RDP, 4, 1 },
  { KIOSK_ACTION_CERTIFICATE_REFUSED, CLASS_RDP, 5, 4 },
  { KIOSK_ACTION_CHANNEL_REFUSED, CLASS_RDP, OTHER, 3 },
  { KIOSK_ACTION_REDIRECT_REFUSED, CLASS_RDP, OTHER, 4 },
  { KIOSK_ACTION_DISCONNECT, CLASS_RDP, OTHER, 1 },
  { KIOSK_ACTION_SESSION_LOST, CLASS_RDP, OTHER, 2 },
  { KIOSK_ACTION_FIREWALL_CLOSED, CLASS_NETWORK, 2, 1 },
  { KIOSK_ACTION_FIREWALL_LOADED, CLASS_ENTITY, 3, 1 },
  { KIOSK_ACTION_FIREWALL_CHANGED, CLASS_FINDING, 1, 4 },
  { KIOSK_ACTION_TRAFFIC_REFUSED, CLASS_NETWORK, 5, 3 },
  { KIOSK_ACTION_OUTAGE_BEGUN, CLASS_NETWORK, 4, 3 },
  { KIOSK_ACTION_OUTAGE_ENDED, CLASS_NETWORK, OTHER, 1 },
  { KIOSK_ACTION_CLOCK_STEPPED, CLASS_DEVICE, 1, 3 },
  { KIOSK_ACTION_CLOCK_UNSYNCHRONISED, CLASS_DEVICE, 1, 2 },
  { KIOSK_ACTION_CLOCK_SYNCHRONISED, CLASS_DEVICE, 1, 1 },
};

/* What is needed of a line; "" is missing. */
typedef struct {
  gint64 time;
  guint64 sequence, source_port, server_port;
  char *timestamp, *action, *outcome, *reason, *detail, *host, *site, *person, *name, *server,
      *address, *source, *session, *policy;
} Record;

const KioskOcsfRow *
kiosk_ocsf_find (const char *action)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (rows[i].action, action) == 0)
      return &rows[i];
  return NULL;
}

/* ---- Reading ---- */

static void
clear_record (Record *record)
{
  char **texts[]
      = { &record->timestamp, &record->action, &record->outcome, &record->reason, &record->detail,
          &record->host,      &record->site,   &record->person,  &record->name,   &record->server,
          &record->address,   &record->source, &record->session, &record->policy };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Record, clear_record)

static void
take (Record *record, const KioskAuditField *field)
{
  const struct {
    const char *name;
    char **text;
    guint64 *number;
  } members[] = {
    { "@timestamp", &record->timestamp, NULL },
    { "destination.address", &record->server, NULL },
    { "destination.ip", &record->address, NULL },
    { "destination.port", NULL, &record->server_port },
    { "event.action", &record->action, NULL },
    { "event.outcome", &record->outcome, NULL },
    { "event.reason", &record->reason, NULL },
    { "event.sequence", NULL, &record->sequence },
    { "host.geo.name", &record->site, NULL },
    { "host.id", &record->host, NULL },
    { "kiosk.policy", &record->policy, NULL },
    { "kiosk.session", &record->session, NULL },
    { "message", &record->detail, NULL },
    { "source.ip", &record->source, NULL },
    { "source.port", NULL, &record->source_port },
    { "user.full_name", &record->name, NULL },
    { "user.id", &record->person, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      if (!kiosk_audit_field_is (field, members[i].name))
        continue;
      if (members[i].number != NULL)
        kiosk_audit_field_number (field, members[i].number);
      else if (*members[i].text == NULL)
        *members[i].text = kiosk_audit_field_copy (field);
    }
  if (kiosk_audit_field_is (field, "@timestamp"))
    kiosk_audit_field_time (field, &record->time);
}

static gboolean
is_there (const char *text)
{
  return text != NULL && *text != '\0';
}

/* ---- Writing ---- */

static void
append_text (GString *json, const char *text, gsize length)
{
  g_string_append_c (json, '"');
  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar) text[i];

      if (c < 0x20)
        g_string_append_printf (json, "\\u%04x", c);
      else
        {
          if (c == '"' || c == '\\')
            g_string_append_c (json, '\\');
          g_string_append_c (json, (char) c);
        }
    }
  g_string_append_c (json, '"');
}

/* ,"name":"text" if there is one; the comma unless it is the first member. */
static void
append_member (GString *json, const char *name, const char *text)
{
  if (!is_there (text))
    return;
  if (json->str[json->len - 1] != '{')
    g_string_append_c (json, ',');
  g_string_append_printf (json, "\"%s\":", name);
  append_text (json, text, strlen (text));
}

static void
append_number (GString *json, const char *name, guint64 number)
{
  if (json->str[json->len - 1] != '{')
    g_string_append_c (json, ',');
  g_string_append_printf (json, "\"%s\":%" G_GUINT64_FORMAT, name, number);
}

static void
append_user (GString *json, const Record *record)
{
  if (json->str[json->len - 1] != '{')
    g_string_append_c (json, ',');
  g_string_append (json, "\"user\":{");
  append_member (json, "uid", record->person);
  append_member (json, "full_name", record->name);
  if (!is_there (record->person))
    append_member (json, "name", "unknown");
  append_number (json, "type_id", is_there (record->person) ? 1 : 0);
  g_string_append_c (json, '}');
}

static void
append_endpoint (GString *json, const char *member, const char *name, const char *ip, guint64 port)
{
  g_string_append_printf (json, ",\"%s\":{", member);
  append_member (json, "name", name);
  append_member (json, "ip", ip);
  if (!is_there (name) && !is_there (ip))
    append_member (json, "name", "unknown");
  if (port != 0)
    append_number (json, "port", port);
  g_string_append_c (json, '}');
}

/* The members that this class needs beside those of every event. */
static void
append_class (GString *json, const KioskOcsfRow *row, const Record *record)
{
  switch (row->class_uid)
    {
    case CLASS_LOG:
      append_member (json, "log_name", "audit");
      break;
    case CLASS_FINDING:
      g_string_append (json, ",\"finding_info\":{");
      append_member (json, "title", kiosk_audit_action_find (row->action)->en);
      g_string_append_printf (json, ",\"uid\":\"%s/%" G_GUINT64_FORMAT "\"}", row->action,
                              record->sequence);
      break;
    case CLASS_AUTHENTICATION:
      append_user (json, record);
      g_string_append (json, ",\"service\":{\"name\":\"maintenance-kiosk\"}");
      break;
    case CLASS_ACCOUNT:
      append_user (json, record);
      break;
    case CLASS_ENTITY:
      g_string_append (json, ",\"entity\":{\"name\":\"policy\"");
      append_member (json, "uid", record->policy);
      g_string_append (json, ",\"type_id\":5}");
      break;
    case CLASS_NETWORK:
    case CLASS_RDP:
      append_endpoint (json, "dst_endpoint", record->server, record->address, record->server_port);
      if (is_there (record->person))
        {
          g_string_append (json, ",\"actor\":{");
          append_user (json, record);
          g_string_append_c (json, '}');
        }
      break;
    case CLASS_APPLICATION:
      g_string_append (json, ",\"app\":{" PRODUCT "}");
      break;
    default:
      break;
    }
}

static guint
status_of (const KioskOcsfRow *row, const Record *record)
{
  if (row->class_uid == CLASS_FINDING)
    return 1; /* a finding is new, neither a success nor a failure */
  return g_strcmp0 (record->outcome, "success") == 0   ? 1
         : g_strcmp0 (record->outcome, "failure") == 0 ? 2
                                                       : 0;
}

static void
append_head (GString *json, const KioskOcsfRow *row, const Record *record)
{
  gboolean failed = g_strcmp0 (record->outcome, "failure") == 0;
  const KioskAuditAction *action = kiosk_audit_action_find (record->action);

  g_string_append (json, "{");
  append_number (json, "category_uid", row->class_uid / 1000);
  append_number (json, "class_uid", row->class_uid);
  append_number (json, "activity_id", row->activity_id);
  append_member (json, "activity_name", action != NULL ? action->en : record->action);
  append_number (json, "type_uid", row->class_uid * 100 + row->activity_id);
  append_number (json, "severity_id", failed ? MAX (row->severity_id, 2) : row->severity_id);
  append_number (json, "status_id", status_of (row, record));
  append_member (json, "status_detail", record->reason);
  append_member (json, "message", record->detail);
  append_number (json, "time", (guint64) record->time / 1000);
}

static void
append_metadata (GString *json, const Record *record)
{
  g_string_append (json, ",\"metadata\":{\"version\":\"1.3.0\",\"product\":{" PRODUCT "}");
  append_number (json, "sequence", record->sequence);
  append_member (json, "event_code", record->action);
  append_member (json, "log_name", "audit");
  append_member (json, "original_time", record->timestamp);
  g_string_append (json, ",\"profiles\":[\"host\"]}");
}

char *
kiosk_ocsf_event (const char *line, gsize length)
{
  g_auto (Record) record = { 0 };
  g_autofree char *raw = NULL;
  KioskAuditCursor cursor;
  KioskAuditField field;
  KioskOcsfRow base = { NULL, CLASS_BASE, OTHER, 1 };
  const KioskOcsfRow *row;
  GString *json;

  kiosk_audit_cursor_init (&cursor, line, length);
  while (kiosk_audit_cursor_next (&cursor, &field))
    take (&record, &field);
  if (cursor.broken || !is_there (record.action) || record.time == 0)
    return NULL;
  row = kiosk_ocsf_find (record.action);
  if (row == NULL)
    row = &base;

  json = g_string_sized_new (2 * length);
  append_head (json, row, &record);
  append_metadata (json, &record);
  g_string_append (json, ",\"device\":{\"type_id\":2");
  append_member (json, "uid", record.host);
  append_member (json, "hostname", record.host);
  append_member (json, "desc", record.site);
  g_string_append_c (json, '}');
  if (is_there (record.source))
    append_endpoint (json, "src_endpoint", NULL, record.source, record.source_port);
  if (is_there (record.session) && row->class_uid == CLASS_AUTHENTICATION)
    {
      g_string_append (json, ",\"session\":{");
      append_member (json, "uid", record.session);
      g_string_append_c (json, '}');
    }
  append_class (json, row, &record);
  raw = g_utf8_make_valid (line, (gssize) length);
  g_string_append (json, ",\"raw_data\":");
  append_text (json, raw, strlen (raw));
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
