/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "terminal-status.h"

#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"
#include "kiosk/model/image.h"

#include <string.h>

/* From dictionaries to structs. kioskd is trusted more than the shell, but some of its strings come
 * from a policy, a person or a server; and a dictionary that is not as documented means that two
 * different versions talk to each other, which must stop rather than show something wrong. */

#define MAX_SHORT 64
#define MAX_LONG 400
#define MAX_DEVICE 32 /* what a device calls itself */

/* One dictionary under inspection; the first thing wrong sticks. */
typedef struct {
  GVariant *dictionary;
  const char *wrong;
} Reader;

static GVariant *
take (Reader *reader, const char *key, const GVariantType *type)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (reader->dictionary, key, NULL);

  if (value == NULL)
    return NULL;
  if (!g_variant_is_of_type (value, type))
    {
      reader->wrong = key;
      return NULL;
    }
  return g_steal_pointer (&value);
}

static char *
take_text (Reader *reader, const char *key, guint max_chars)
{
  g_autoptr (GVariant) value = take (reader, key, G_VARIANT_TYPE_STRING);

  return value != NULL ? kiosk_text_clean (g_variant_get_string (value, NULL), max_chars)
                       : g_strdup ("");
}

static KioskLabel
take_label (Reader *reader, const char *name, guint max_chars)
{
  g_autofree char *ja = g_strconcat (name, "-ja", NULL);
  g_autofree char *en = g_strconcat (name, "-en", NULL);

  return (KioskLabel){ take_text (reader, ja, max_chars), take_text (reader, en, max_chars) };
}

static gint64
take_int64 (Reader *reader, const char *key)
{
  g_autoptr (GVariant) value = take (reader, key, G_VARIANT_TYPE_INT64);

  return value != NULL ? g_variant_get_int64 (value) : 0;
}

static guint
take_uint (Reader *reader, const char *key)
{
  g_autoptr (GVariant) value = take (reader, key, G_VARIANT_TYPE_UINT32);

  return value != NULL ? g_variant_get_uint32 (value) : 0;
}

/* -1 when it is missing. */
static int
take_days (Reader *reader, const char *key)
{
  g_autoptr (GVariant) value = take (reader, key, G_VARIANT_TYPE_INT32);
  int days = value != NULL ? g_variant_get_int32 (value) : -1;

  if (days < -1)
    reader->wrong = key;
  return days;
}

static gboolean
take_boolean (Reader *reader, const char *key)
{
  g_autoptr (GVariant) value = take (reader, key, G_VARIANT_TYPE_BOOLEAN);

  return value != NULL && g_variant_get_boolean (value);
}

/* The place of the word in @words; a missing or empty word is the first. */
static guint
take_word (Reader *reader, const char *key, const char *const *words, guint n_words)
{
  g_autoptr (GVariant) value = take (reader, key, G_VARIANT_TYPE_STRING);
  const char *word = value != NULL ? g_variant_get_string (value, NULL) : "";

  if (*word == '\0')
    return 0;
  for (guint i = 0; i < n_words; i++)
    if (g_str_equal (words[i], word))
      return i;
  reader->wrong = key;
  return 0;
}

static gboolean
done (const Reader *reader, GError **error)
{
  if (reader->wrong == NULL)
    return TRUE;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "the daemon's \"%s\" is not as documented",
               reader->wrong);
  return FALSE;
}

static void
label_clear (KioskLabel *label)
{
  g_clear_pointer (&label->ja, g_free);
  g_clear_pointer (&label->en, g_free);
}

/* ---- Terminal ---- */

/* Without them the ones that hold without a policy are shown. */
static void
take_rules (Reader *reader, KioskIdentityRules *rules)
{
  static const struct {
    const char *key;
    gsize offset;
    guint max;
  } numbers[] = {
    { "password-length", G_STRUCT_OFFSET (KioskIdentityRules, min_length), 64 },
    { "password-classes", G_STRUCT_OFFSET (KioskIdentityRules, classes), 4 },
    { "password-history", G_STRUCT_OFFSET (KioskIdentityRules, history), 24 },
  };

  *rules = kiosk_identity_defaults;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (GVariant) value = take (reader, numbers[i].key, G_VARIANT_TYPE_UINT32);

      if (value == NULL)
        continue;
      if (g_variant_get_uint32 (value) > numbers[i].max)
        reader->wrong = numbers[i].key;
      G_STRUCT_MEMBER (guint, rules, numbers[i].offset) = g_variant_get_uint32 (value);
    }
}

KioskTerminal *
kiosk_terminal_parse (GVariant *dictionary, GError **error)
{
  static const char *const languages[] = { "ja", "en" };
  Reader reader = { dictionary, NULL };
  g_autoptr (KioskTerminal) self = g_new0 (KioskTerminal, 1);

  self->id = take_text (&reader, "id", MAX_SHORT);
  self->site = take_label (&reader, "site", MAX_SHORT);
  self->location = take_label (&reader, "location", MAX_SHORT);
  self->contact = take_label (&reader, "contact", MAX_SHORT);
  self->spare = take_label (&reader, "spare", MAX_SHORT);
  self->notice = take_label (&reader, "notice", MAX_LONG);
  self->phone = take_text (&reader, "phone", MAX_SHORT);
  self->language = take_word (&reader, "language", languages, G_N_ELEMENTS (languages)) == 0
                       ? KIOSK_LANGUAGE_JA
                       : KIOSK_LANGUAGE_EN;
  self->image_version = take_text (&reader, "image-version", MAX_SHORT);
  self->image_date = take_text (&reader, "image-date", MAX_SHORT);
  if (*self->image_date != '\0' && !kiosk_image_date_is_valid (self->image_date))
    reader.wrong = "image-date";
  self->watermark = take_boolean (&reader, "watermark");
  take_rules (&reader, &self->rules);
  return done (&reader, error) ? g_steal_pointer (&self) : NULL;
}

void
kiosk_terminal_free (KioskTerminal *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  label_clear (&self->site);
  label_clear (&self->location);
  label_clear (&self->contact);
  label_clear (&self->spare);
  label_clear (&self->notice);
  g_free (self->phone);
  g_free (self->image_version);
  g_free (self->image_date);
  g_free (self);
}

/* ---- Servers ---- */

static void
server_free (KioskServer *self)
{
  g_free (self->id);
  label_clear (&self->label);
  label_clear (&self->purpose);
  g_free (self->hours);
  g_free (self->user);
  g_free (self->domain);
  g_free (self);
}

GPtrArray *
kiosk_servers_parse (GVariant *list, GError **error)
{
  static const char *const states[] = { "ready", "hours", "down", "unknown" };
  static const char *const tickets[] = { "none", "optional", "required" };
  static const char *const credentials[] = { "ask", "login" };
  static const char *const approvals[] = { "none", "order", "person" };
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func ((GDestroyNotify) server_free);
  GVariantIter iter;
  GVariant *child;

  if (!g_variant_is_of_type (list, G_VARIANT_TYPE ("aa{sv}")))
    {
      g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                   "the list of servers is not as documented");
      return NULL;
    }
  g_variant_iter_init (&iter, list);
  while ((child = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) dictionary = child;
      Reader reader = { dictionary, NULL };
      KioskServer *server = g_new0 (KioskServer, 1);

      g_ptr_array_add (servers, server);
      server->id = take_text (&reader, "id", MAX_SHORT);
      server->label = take_label (&reader, "label", MAX_SHORT);
      server->purpose = take_label (&reader, "purpose", MAX_LONG);
      server->state = take_word (&reader, "state", states, G_N_ELEMENTS (states));
      server->hours = take_text (&reader, "hours", MAX_LONG);
      server->down_since = take_int64 (&reader, "down-since");
      server->last = take_int64 (&reader, "last");
      server->order_until = take_int64 (&reader, "order-until");
      server->ticket = take_word (&reader, "ticket", tickets, G_N_ELEMENTS (tickets));
      server->credentials
          = take_word (&reader, "credentials", credentials, G_N_ELEMENTS (credentials));
      server->approval = take_word (&reader, "approval", approvals, G_N_ELEMENTS (approvals));
      server->user = take_text (&reader, "user", 255);
      server->domain = take_text (&reader, "domain", 255);
      if (!kiosk_text_is_id (server->id))
        reader.wrong = "id";
      if (!done (&reader, error))
        return NULL;
    }
  return g_steal_pointer (&servers);
}

/* ---- Status ---- */

gboolean
kiosk_told_is_certificate (KioskTold told)
{
  return told >= KIOSK_TOLD_CERTIFICATE_CHANGED && told <= KIOSK_TOLD_CERTIFICATE_WEAK;
}

static KioskState
take_state (Reader *reader)
{
  g_autoptr (GVariant) value = take (reader, "state", G_VARIANT_TYPE_STRING);

  for (KioskState state = 0; value != NULL && state < KIOSK_N_STATES; state++)
    if (g_str_equal (kiosk_state_name (state), g_variant_get_string (value, NULL)))
      return state;
  reader->wrong = "state";
  return KIOSK_STATE_STOPPED;
}

static void
take_step_times (Reader *reader, KioskStatus *self)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (reader->dictionary, "step-times", NULL);

  if (value == NULL)
    return;
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("ax")))
    {
      reader->wrong = "step-times";
      return;
    }
  if (g_variant_n_children (value) > KIOSK_STEPS)
    {
      reader->wrong = "step-times";
      return;
    }
  self->n_step_times = g_variant_n_children (value);
  for (guint i = 0; i < self->n_step_times; i++)
    {
      g_autoptr (GVariant) time = g_variant_get_child_value (value, i);

      self->step_times[i] = g_variant_get_int64 (time);
    }
}

static void
take_device (Reader *status, GVariant *dictionary, KioskRefusedDevice *device)
{
  /* In the order of KioskRefusal. */
  static const char *const reasons[KIOSK_N_REFUSED] = {
    KIOSK_REASON_DEVICE_UNLISTED,    KIOSK_REASON_DEVICE_CLASS, KIOSK_REASON_DEVICE_DENIED,
    KIOSK_REASON_DEVICE_MALFORMED,   KIOSK_REASON_DEVICE_PORT,  KIOSK_REASON_DEVICE_SERIAL,
    KIOSK_REASON_DEVICE_DIGEST,      KIOSK_REASON_DEVICE_PART,  KIOSK_REASON_DEVICE_MOMENT,
    KIOSK_REASON_DEVICE_DEPTH,       KIOSK_REASON_DEVICE_COUNT, KIOSK_REASON_DEVICE_CHANGED,
    KIOSK_REASON_DEVICE_UNREADABLE,  KIOSK_REASON_DEVICE_STATE, KIOSK_REASON_DEVICE_LOCKED,
    KIOSK_REASON_DEVICE_UNCONFIRMED, KIOSK_REASON_DEVICE_BUS,
  };
  const char *kinds[KIOSK_N_DEVICE_KINDS];
  Reader reader = { dictionary, NULL };

  for (KioskDeviceKind kind = 0; kind < KIOSK_N_DEVICE_KINDS; kind++)
    kinds[kind] = kiosk_device_kind_name (kind);
  device->kind = take_word (&reader, "kind", kinds, G_N_ELEMENTS (kinds));
  device->name = take_text (&reader, "name", MAX_DEVICE);
  device->port = take_label (&reader, "port", MAX_SHORT);
  device->reason = take_word (&reader, "reason", reasons, G_N_ELEMENTS (reasons));
  device->reference = take_text (&reader, "reference", MAX_SHORT);
  device->time = take_int64 (&reader, "time");
  if (reader.wrong != NULL)
    status->wrong = "devices";
}

static void
take_devices (Reader *reader, KioskStatus *self)
{
  g_autoptr (GVariant) list = take (reader, "devices", G_VARIANT_TYPE ("aa{sv}"));
  gsize n = list != NULL ? g_variant_n_children (list) : 0;

  self->devices_more = take_uint (reader, "devices-more");
  if (n > KIOSK_MAX_DEVICES)
    {
      reader->wrong = "devices";
      return;
    }
  self->n_devices = (guint) n;
  for (guint i = 0; i < self->n_devices; i++)
    {
      g_autoptr (GVariant) dictionary = g_variant_get_child_value (list, i);

      take_device (reader, dictionary, &self->devices[i]);
    }
}

static void
take_check (Reader *reader, KioskKeyboardCheck *check)
{
  check->number = take_text (reader, "check-number", MAX_SHORT);
  check->typed = take_uint (reader, "check-typed");
  check->until = take_int64 (reader, "check-until");
  check->name = take_text (reader, "check-name", MAX_DEVICE);
  check->tries = take_uint (reader, "check-tries");
  if (strlen (check->number) > KIOSK_MAX_CHECK_DIGITS
      || strspn (check->number, "0123456789") != strlen (check->number))
    reader->wrong = "check-number";
  if (check->typed > strlen (check->number))
    reader->wrong = "check-typed";
}

/* Empty until the first lock. */
static KioskLockCause
take_lock_cause (Reader *reader)
{
  g_autofree char *name = take_text (reader, "lock-cause", MAX_SHORT);
  KioskLockCause cause = KIOSK_LOCK_PERSON;

  if (*name != '\0' && !kiosk_lock_cause_find (name, &cause))
    reader->wrong = "lock-cause";
  return cause;
}

KioskStatus *
kiosk_status_parse (GVariant *dictionary, GError **error)
{
  static const char *const told[KIOSK_N_TOLD] = {
    "",
    "login-failed",
    "unlock-failed",
    "end-failed",
    "certificate-changed",
    "certificate-expired",
    "certificate-untrusted",
    "certificate-weak",
    "unreachable",
    "security",
    "credentials",
    "password-expired",
    "account",
    "denied",
    "redirected",
    "lost",
    "logged-off-by-server",
    "protocol",
    "internal",
    "hours",
    "ticket",
    "not-recorded",
    "locked",
    "firewall",
    "approve-failed",
    "order",
    "order-ended",
    "approval",
    "change-failed",
  };
  static const char *const lines[] = { "ok", "unsteady", "down", "gateway" };
  static const char *const warnings[] = { "", "lock", "logoff", "order" };
  static const char *const purposes[] = { "", "login", "unlock", "end", "approve", "change" };
  Reader reader = { dictionary, NULL };
  g_autoptr (KioskStatus) self = g_new0 (KioskStatus, 1);

  self->state = take_state (&reader);
  self->person = take_text (&reader, "person", MAX_SHORT);
  self->person_name = take_label (&reader, "person", MAX_SHORT);
  self->session = take_text (&reader, "session", MAX_SHORT);
  self->mark = take_label (&reader, "mark", MAX_SHORT);
  self->server = take_text (&reader, "server", MAX_SHORT);
  self->server_label = take_label (&reader, "server", MAX_SHORT);
  self->ticket = take_text (&reader, "ticket", MAX_SHORT);
  self->connected_since = take_int64 (&reader, "connected-since");
  self->step = take_uint (&reader, "step");
  take_step_times (&reader, self);
  self->told = take_word (&reader, "error", told, G_N_ELEMENTS (told));
  self->reference = take_text (&reader, "error-reference", MAX_SHORT);
  self->told_time = take_int64 (&reader, "error-time");
  self->expected = take_text (&reader, "error-expected", MAX_SHORT);
  self->received = take_text (&reader, "error-received", MAX_SHORT);
  self->lock_cause = take_lock_cause (&reader);
  self->locked_since = take_int64 (&reader, "locked-since");
  self->logoff_at = take_int64 (&reader, "logoff-at");
  self->warning = take_word (&reader, "warning", warnings, G_N_ELEMENTS (warnings));
  self->warning_at = take_int64 (&reader, "warning-at");
  self->seal = take_text (&reader, "seal", 16);
  self->seal_sequence = take_int64 (&reader, "seal-sequence");
  self->seal_time = take_int64 (&reader, "seal-time");
  self->log_ok = take_boolean (&reader, "log-ok");
  self->clock_ok = take_boolean (&reader, "clock-ok");
  self->line = take_word (&reader, "line", lines, G_N_ELEMENTS (lines));
  self->line_since = take_int64 (&reader, "line-since");
  self->stop_code = take_text (&reader, "stop-code", 16);
  self->stop_since = take_int64 (&reader, "stop-since");
  self->last_login = take_int64 (&reader, "last-login");
  self->failures_since = take_uint (&reader, "failures-since");
  self->password_days = take_days (&reader, "password-days");
  self->conversation = take_word (&reader, "conversation", purposes, G_N_ELEMENTS (purposes));
  take_devices (&reader, self);
  take_check (&reader, &self->check);
  if (self->step > KIOSK_STEPS)
    reader.wrong = "step";
  return done (&reader, error) ? g_steal_pointer (&self) : NULL;
}

void
kiosk_status_free (KioskStatus *self)
{
  if (self == NULL)
    return;
  g_free (self->seal);
  g_free (self->person);
  label_clear (&self->person_name);
  g_free (self->session);
  label_clear (&self->mark);
  g_free (self->server);
  label_clear (&self->server_label);
  g_free (self->ticket);
  g_free (self->reference);
  g_free (self->expected);
  g_free (self->received);
  g_free (self->stop_code);
  for (guint i = 0; i < self->n_devices; i++)
    {
      g_free (self->devices[i].name);
      label_clear (&self->devices[i].port);
      g_free (self->devices[i].reference);
    }
  g_free (self->check.number);
  g_free (self->check.name);
  g_free (self);
}
