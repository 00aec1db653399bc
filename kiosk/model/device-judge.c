/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "device-private.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Judges one device. Whoever built it chose every byte that is judged here, so a claim only ever counts against it: each
 * configuration and each alternate setting is looked at, because the device may be switched to any of them, and what no
 * rule allows is refused. What a rule lets work is named by number, and the kernel gives drivers nothing else. */

#define BIT(n) ((guint32) 1 << (n))

/* ---- What came out of one rule ---- */

/* How far a device came with a rule. Of several rules for its id the one with which it came farthest gives the reason. */
typedef enum {
  STAGE_NONE,
  STAGE_PORT,
  STAGE_SERIAL,
  STAGE_DIGEST,
  STAGE_PARTS,
  STAGE_DEPTH,
  STAGE_MOMENT,
  STAGE_ALLOWED,
} Stage;

typedef struct {
  Stage stage;
  const KioskDeviceRule *rule;
  const char *reason;
  const char *section; /* where the line stands that decided; NULL: [device NAME] */
  const char *key;     /* NULL: its header */
  gboolean built_in;   /* no line decided */
  guint8 configuration;
  guint32 interfaces; /* that may work */
  guint32 dead;       /* of the same configuration */
  char *detail;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->detail);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void set_outcome (Outcome *outcome, Stage stage, const char *reason, const char *key,
                         const char *format, ...) G_GNUC_PRINTF (5, 6);

static void
set_outcome (Outcome *outcome, Stage stage, const char *reason, const char *key, const char *format,
             ...)
{
  va_list args;

  outcome->stage = stage;
  outcome->reason = reason;
  outcome->key = key;
  va_start (args, format);
  g_free (outcome->detail);
  outcome->detail = g_strdup_vprintf (format, args);
  va_end (args);
}

/* ---- Parts ---- */

/* What @rule lets work of one configuration. */
typedef struct {
  guint32 all;  /* bit N: there is an interface number N */
  guint32 dead; /* bit N: with a setting that may not work */
  const KioskUsbInterface
      *first; /* the first such setting, one that is never allowed before others; NULL: none */
} Parts;

static void
look_at_parts (const KioskDeviceRule *rule, const KioskUsbConfiguration *configuration,
               Parts *parts)
{
  memset (parts, 0, sizeof *parts);
  for (guint i = 0; i < configuration->interfaces->len; i++)
    {
      const KioskUsbInterface *interface = &g_array_index (configuration->interfaces,
                                                           KioskUsbInterface, i);

      parts->all |= BIT (interface->number);
      if (kiosk_device_rule_admits (rule, interface->class))
        continue;
      parts->dead |= BIT (interface->number);
      if (parts->first == NULL
          || (!kiosk_usb_class_is_never_allowed (parts->first->class.class)
              && kiosk_usb_class_is_never_allowed (interface->class.class)))
        parts->first = interface;
    }
}

/* "0, 1"; "none". */
static char *
list_bits (guint32 bits)
{
  GString *text = g_string_new (NULL);

  for (guint n = 0; n < KIOSK_USB_MAX_INTERFACES; n++)
    if ((bits & BIT (n)) != 0)
      g_string_append_printf (text, "%s%u", text->len > 0 ? ", " : "", n);
  if (text->len == 0)
    g_string_append (text, "none");
  return g_string_free (text, FALSE);
}

static void
refuse_part (Outcome *outcome, const KioskDeviceRule *rule,
             const KioskUsbConfiguration *configuration, const KioskUsbInterface *interface)
{
  gboolean never = kiosk_usb_class_is_never_allowed (interface->class.class);

  outcome->built_in = never;
  set_outcome (
      outcome, STAGE_PARTS, never ? KIOSK_REASON_DEVICE_CLASS : KIOSK_REASON_DEVICE_PART,
      rule->interfaces->len > 0 ? "interfaces" : NULL,
      "interface %u.%u of configuration %u is %02x/%02x/%02x; [device %s] does not let it work",
      interface->number, interface->alternate, configuration->value, interface->class.class,
      interface->class.subclass, interface->class.protocol, rule->id);
}

/* Which configuration and interfaces may work. FALSE: none; @outcome says why. */
static gboolean
choose_parts (const KioskDeviceRule *rule, const KioskUsbDescriptors *descriptors, Outcome *outcome)
{
  const KioskUsbConfiguration *chosen = NULL;
  Parts parts, chosen_parts = { 0 };

  if (!kiosk_device_purpose_admits_device (rule->purpose, descriptors->class))
    {
      gboolean never = descriptors->class.class != 0x00 && descriptors->class.class != 0xef
                       && kiosk_usb_class_is_never_allowed (descriptors->class.class);

      outcome->built_in = never;
      set_outcome (outcome, STAGE_PARTS,
                   never ? KIOSK_REASON_DEVICE_CLASS : KIOSK_REASON_DEVICE_PART, "purpose",
                   "the device as a whole is %02x/%02x/%02x", descriptors->class.class,
                   descriptors->class.subclass, descriptors->class.protocol);
      return FALSE;
    }
  for (guint c = 0; c < descriptors->configurations->len; c++)
    {
      const KioskUsbConfiguration *configuration = descriptors->configurations->pdata[c];

      look_at_parts (rule, configuration, &parts);
      if (parts.first != NULL && (!rule->rest_off || parts.all == parts.dead))
        {
          /* With the rest switched off another configuration may still do. */
          if (!rule->rest_off || outcome->stage != STAGE_PARTS)
            refuse_part (outcome, rule, configuration, parts.first);
          if (!rule->rest_off)
            return FALSE;
          continue;
        }
      if (chosen == NULL)
        {
          chosen = configuration;
          chosen_parts = parts;
        }
    }
  if (chosen == NULL)
    return FALSE;
  outcome->built_in = FALSE; /* whatever another configuration was refused for */
  outcome->configuration = chosen->value;
  outcome->interfaces = chosen_parts.all & ~chosen_parts.dead;
  outcome->dead = chosen_parts.dead;
  return TRUE;
}

/* ---- One allow rule ---- */

/* USB hubs between the machine and the device, and the device itself if it is one, in a row. */
static gboolean
depth_is_good (const KioskPolicy *policy, const KioskUsbFacts *facts, const KioskDeviceRule *rule)
{
  guint hubs = rule->purpose == KIOSK_PURPOSE_HUB ? 1 : 0;

  return facts->depth <= KIOSK_DEVICES_MAX_DEPTH && facts->depth + hubs <= policy->hub_depth;
}

/* @rule is for the device's id. */
static void
try_rule (const KioskPolicy *policy, const KioskDeviceRule *rule, const KioskUsbFacts *facts,
          const KioskUsbDescriptors *descriptors, KioskDeviceMoment moment, Outcome *outcome)
{
  g_autofree char *work = NULL;
  g_autofree char *dead = NULL;

  outcome->rule = rule;
  if (!kiosk_device_rule_fits_port (rule, facts))
    set_outcome (outcome, STAGE_PORT, KIOSK_REASON_DEVICE_PORT, "port",
                 "[device %s] is for another port", rule->id);
  else if (!kiosk_device_rule_fits_serial (rule, facts))
    set_outcome (outcome, STAGE_SERIAL, KIOSK_REASON_DEVICE_SERIAL, "serial",
                 "[device %s] is for another serial number", rule->id);
  else if (!kiosk_device_rule_fits_digest (rule, facts))
    set_outcome (outcome, STAGE_DIGEST, KIOSK_REASON_DEVICE_DIGEST, "descriptors",
                 "[device %s] is for other descriptors", rule->id);
  else if (!choose_parts (rule, descriptors, outcome))
    return;
  else if (!depth_is_good (policy, facts, rule))
    {
      outcome->section = "devices";
      set_outcome (outcome, STAGE_DEPTH, KIOSK_REASON_DEVICE_DEPTH, "hub-depth",
                   "behind %u hubs; hub-depth is %u", facts->depth, policy->hub_depth);
    }
  else if (!kiosk_device_rule_fits_moment (rule, moment))
    set_outcome (outcome, STAGE_MOMENT, KIOSK_REASON_DEVICE_MOMENT, "when",
                 "[device %s] is for another time", rule->id);
  else
    {
      work = list_bits (outcome->interfaces);
      dead = list_bits (outcome->dead);
      set_outcome (outcome, STAGE_ALLOWED, NULL, NULL,
                   "interfaces %s of configuration %u may work; dead: %s", work,
                   outcome->configuration, dead);
    }
}

/* ---- Deny rules ---- */

static gboolean
denies_class (const KioskDeviceRule *rule, const KioskUsbDescriptors *descriptors)
{
  if (rule->interfaces->len == 0)
    return TRUE;
  for (guint p = 0; p < rule->interfaces->len; p++)
    {
      KioskUsbPattern pattern = g_array_index (rule->interfaces, KioskUsbPattern, p);

      if (kiosk_usb_pattern_matches (pattern, descriptors->class))
        return TRUE;
      for (guint c = 0; c < descriptors->configurations->len; c++)
        {
          const KioskUsbConfiguration *configuration = descriptors->configurations->pdata[c];

          for (guint i = 0; i < configuration->interfaces->len; i++)
            if (kiosk_usb_pattern_matches (
                    pattern, g_array_index (configuration->interfaces, KioskUsbInterface, i).class))
              return TRUE;
        }
    }
  return FALSE;
}

static gboolean
denies (const KioskDeviceRule *rule, const KioskUsbFacts *facts,
        const KioskUsbDescriptors *descriptors)
{
  return rule->deny && kiosk_device_rule_fits_id (rule, descriptors)
         && kiosk_device_rule_fits_port (rule, facts) && kiosk_device_rule_fits_serial (rule, facts)
         && kiosk_device_rule_fits_digest (rule, facts) && denies_class (rule, descriptors);
}

/* ---- The whole ---- */

/* A device that no rule names: whether a word in the policy could change that. */
static void
refuse_unlisted (const KioskUsbDescriptors *descriptors, KioskUsbVerdict *verdict)
{
  KioskUsbClass device = descriptors->class;

  verdict->reason = KIOSK_REASON_DEVICE_UNLISTED;
  verdict->detail
      = g_strdup_printf ("no rule for %04x:%04x", descriptors->vendor, descriptors->product);
  if (device.class != 0x00 && device.class != 0xef
      && kiosk_usb_class_is_never_allowed (device.class))
    {
      verdict->reason = KIOSK_REASON_DEVICE_CLASS;
      g_free (verdict->detail);
      verdict->detail = g_strdup_printf ("the device as a whole is %02x/%02x/%02x", device.class,
                                         device.subclass, device.protocol);
      return;
    }
  for (guint c = 0; c < descriptors->configurations->len; c++)
    {
      const KioskUsbConfiguration *configuration = descriptors->configurations->pdata[c];

      for (guint i = 0; i < configuration->interfaces->len; i++)
        {
          const KioskUsbInterface *interface = &g_array_index (configuration->interfaces,
                                                               KioskUsbInterface, i);

          if (!kiosk_usb_class_is_never_allowed (interface->class.class))
            continue;
          verdict->reason = KIOSK_REASON_DEVICE_CLASS;
          g_free (verdict->detail);
          verdict->detail = g_strdup_printf (
              "interface %u.%u of configuration %u is %02x/%02x/%02x", interface->number,
              interface->alternate, configuration->value, interface->class.class,
              interface->class.subclass, interface->class.protocol);
          return;
        }
    }
}

static KioskPolicyPlace
find_place (const KioskPolicy *policy, const KioskDeviceRule *rule, const char *section,
            const char *key)
{
  g_autofree char *own = g_strdup_printf ("device %s", rule->id);
  KioskPolicyPlace place = kiosk_policy_place (policy, section != NULL ? section : own, key);

  /* A default that holds stands nowhere; then the rule itself is the line. */
  return place.line != 0 ? place : kiosk_policy_place (policy, own, NULL);
}

static KioskDeviceKind
purpose_kind (KioskDevicePurpose purpose)
{
  static const KioskDeviceKind kinds[] = {
    [KIOSK_PURPOSE_KEYBOARD] = KIOSK_DEVICE_KEYBOARD,
    [KIOSK_PURPOSE_POINTER] = KIOSK_DEVICE_POINTER,
    [KIOSK_PURPOSE_TOKEN] = KIOSK_DEVICE_TOKEN,
    [KIOSK_PURPOSE_HUB] = KIOSK_DEVICE_HUB,
  };

  return kinds[purpose];
}

static void
take_outcome (const KioskPolicy *policy, Outcome *outcome, KioskUsbVerdict *verdict)
{
  const KioskDeviceRule *rule = outcome->rule;

  verdict->detail = g_steal_pointer (&outcome->detail);
  verdict->reason = outcome->reason;
  if (!outcome->built_in)
    {
      verdict->rule = g_strdup (rule->id);
      verdict->place = find_place (policy, rule, outcome->section, outcome->key);
    }
  if (outcome->stage == STAGE_ALLOWED)
    {
      verdict->allowed = TRUE;
      verdict->purpose = rule->purpose;
      verdict->configuration = outcome->configuration;
      verdict->interfaces = outcome->interfaces;
      verdict->kind = purpose_kind (rule->purpose);
    }
  else if (verdict->kind == KIOSK_DEVICE_OTHER && !outcome->built_in)
    verdict->kind = purpose_kind (rule->purpose); /* a security key shows no class of its own */
}

static void
judge_by_rules (const KioskPolicy *policy, const KioskUsbFacts *facts,
                const KioskUsbDescriptors *descriptors, KioskDeviceMoment moment,
                KioskUsbVerdict *verdict)
{
  const GPtrArray *rules = policy->device_rules;
  g_auto (Outcome) best = { .stage = STAGE_NONE };

  for (guint i = 0; i < rules->len; i++)
    {
      const KioskDeviceRule *rule = rules->pdata[i];

      if (!denies (rule, facts, descriptors))
        continue;
      verdict->reason = KIOSK_REASON_DEVICE_DENIED;
      verdict->rule = g_strdup (rule->id);
      verdict->place = find_place (policy, rule, NULL, "rule");
      verdict->detail = g_strdup_printf ("[device %s] denies it", rule->id);
      return;
    }
  for (guint i = 0; i < rules->len && best.stage < STAGE_ALLOWED; i++)
    {
      const KioskDeviceRule *rule = rules->pdata[i];
      g_auto (Outcome) outcome = { .stage = STAGE_NONE };

      if (rule->deny || !kiosk_device_rule_fits_id (rule, descriptors))
        continue;
      try_rule (policy, rule, facts, descriptors, moment, &outcome);
      if (outcome.stage > best.stage)
        {
          outcome_clear (&best);
          best = outcome;
          outcome.detail = NULL;
        }
    }
  if (best.stage == STAGE_NONE)
    refuse_unlisted (descriptors, verdict);
  else
    take_outcome (policy, &best, verdict);
}

void
kiosk_usb_judge (const KioskPolicy *policy, const KioskUsbFacts *facts, KioskDeviceMoment moment,
                 KioskUsbVerdict *verdict)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskUsbDescriptors) descriptors
      = kiosk_usb_descriptors_parse (facts->bytes, facts->length, &error);

  memset (verdict, 0, sizeof *verdict);
  verdict->kind = KIOSK_DEVICE_OTHER;
  if (descriptors == NULL)
    {
      verdict->reason = KIOSK_REASON_DEVICE_MALFORMED;
      verdict->detail = g_strdup (error->message);
      return;
    }
  verdict->kind = kiosk_usb_kind (descriptors);
  if (policy == NULL)
    refuse_unlisted (descriptors, verdict);
  else
    judge_by_rules (policy, facts, descriptors, moment, verdict);
}

void
kiosk_usb_verdict_clear (KioskUsbVerdict *self)
{
  g_free (self->rule);
  g_free (self->detail);
  memset (self, 0, sizeof *self);
}
