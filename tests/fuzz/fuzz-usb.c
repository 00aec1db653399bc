/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "fuzz.h"

#include "kiosk/model/device-rule.h"

#include <string.h>

/* The descriptor set of a device that somebody built. What must hold: no crash; without a rule nothing is allowed, with
 * one only interfaces that are there, that the purpose can have, and in every setting; a denied device is refused; what
 * is written down is printable. */

static KioskPolicy *
make_policy (const char *sections)
{
  g_autofree char *text = g_strconcat ("[policy]\nformat=1\n[terminal]\nid=t\nsite[ja]=x\n"
                                       "site[en]=x\n[devices]\ndefault=deny\nhub-depth=5\n",
                                       sections, NULL);
  KioskPolicySource source = { "p", text, strlen (text) };
  g_autoptr (GPtrArray) problems = NULL;
  KioskPolicy *policy = kiosk_policy_parse (&source, 1, &problems);

  g_assert_nonnull (policy);
  return policy;
}

static void
check_printable (const char *text)
{
  g_assert_nonnull (text);
  for (; *text != '\0'; text++)
    g_assert_true (g_ascii_isprint (*text));
}

/* Against the parsed set, without the judge's own functions. */
static void
check_allowed (const KioskUsbVerdict *verdict, const KioskUsbDescriptors *descriptors,
               gboolean rest_off)
{
  guint32 there = 0;
  gboolean found = FALSE;

  g_assert_nonnull (verdict->rule);
  g_assert_cmpuint (verdict->place.line, >, 0);
  g_assert_null (verdict->reason);
  g_assert_true (verdict->interfaces != 0);
  for (guint c = 0; c < descriptors->configurations->len; c++)
    {
      const KioskUsbConfiguration *configuration = descriptors->configurations->pdata[c];
      gboolean chosen = configuration->value == verdict->configuration;

      found |= chosen;
      for (guint i = 0; i < configuration->interfaces->len; i++)
        {
          const KioskUsbInterface *interface = &g_array_index (configuration->interfaces,
                                                               KioskUsbInterface, i);
          guint32 bit = (guint32) 1 << interface->number;
          guint8 class = interface->class.class;
          gboolean types = class == 0x03 && interface->class.protocol == 1;
          gboolean good = FALSE;

          switch (verdict->purpose)
            {
            case KIOSK_PURPOSE_KEYBOARD:
              good = class == 0x03;
              break;
            case KIOSK_PURPOSE_POINTER:
              good = class == 0x03 && !types;
              break;
            case KIOSK_PURPOSE_TOKEN:
              good = (class == 0x03 && !types) || class == 0x0b;
              break;
            case KIOSK_PURPOSE_HUB:
              good = class == 0x09;
              break;
            default:
              g_assert_not_reached ();
            }
          if (chosen)
            there |= bit;
          if (!good)
            g_assert_true (rest_off && !(chosen && (verdict->interfaces & bit) != 0));
        }
    }
  g_assert_true (found);
  g_assert_true ((verdict->interfaces & ~there) == 0);
  if (!rest_off)
    g_assert_true (verdict->interfaces == there);
}

static void
judge (const char *sections, const KioskUsbFacts *facts, const KioskUsbDescriptors *descriptors,
       gboolean rest_off)
{
  g_autoptr (KioskPolicy) policy = sections != NULL ? make_policy (sections) : NULL;
  g_auto (KioskUsbVerdict) verdict = { 0 };

  kiosk_usb_judge (policy, facts, KIOSK_MOMENT_UNLOCKED, &verdict);
  check_printable (verdict.detail);
  g_assert_true (verdict.allowed == (verdict.reason == NULL));
  g_assert_cmpint (verdict.kind, <, KIOSK_N_DEVICE_KINDS);
  if (policy == NULL || descriptors == NULL)
    g_assert_false (verdict.allowed);
  if (verdict.allowed)
    check_allowed (&verdict, descriptors, rest_off);
  else
    g_assert_true (verdict.interfaces == 0);
}

/* Rules for the device's own id, one for each purpose. */
static void
judge_by_id (const KioskUsbFacts *facts, const KioskUsbDescriptors *descriptors)
{
  static const char *const words[] = { "purpose=keyboard\nport=1-1\n",
                                       "purpose=pointer\n",
                                       "purpose=pointer\ninterfaces=03/*/*\n",
                                       "purpose=token\n",
                                       "purpose=token\ninterfaces=03/*/*;0b/*/*\n",
                                       "purpose=hub\n" };

  for (guint i = 0; i < G_N_ELEMENTS (words) * 2; i++)
    {
      gboolean rest_off = i % 2 == 1;
      g_autofree char *allow
          = g_strdup_printf ("[device a]\nid=%04x:%04x\n%s%s", descriptors->vendor,
                             descriptors->product, words[i / 2], rest_off ? "rest=off\n" : "");
      g_autofree char *both
          = g_strconcat (allow, "[device z]\nrule=deny\ninterfaces=*/*/*\n", NULL);
      g_autoptr (KioskPolicy) policy = make_policy (both);
      g_auto (KioskUsbVerdict) denied = { 0 };

      judge (allow, facts, descriptors, rest_off);
      kiosk_usb_judge (policy, facts, KIOSK_MOMENT_UNLOCKED, &denied);
      g_assert_false (denied.allowed);
      g_assert_cmpstr (denied.rule, ==, "z");
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  char name[] = "1-1", path[] = "";
  /* The strings of a device are hostile bytes, too. */
  g_autofree char *text = g_strndup ((const char *) data, size);
  KioskUsbFacts facts = { .name = name,
                          .path = path,
                          .bytes = (guint8 *) data,
                          .length = size,
                          .product = text,
                          .serial = text };
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskUsbDescriptors) descriptors = kiosk_usb_descriptors_parse (data, size, &error);
  g_autofree char *line = kiosk_usb_facts_describe (&facts);
  g_autofree char *claim = kiosk_usb_facts_claim (&facts);

  g_assert_true ((descriptors == NULL) == (error != NULL));
  if (error != NULL)
    check_printable (error->message);
  check_printable (line);
  g_assert_true (g_utf8_validate (claim, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (claim, -1), <=, 32);
  judge (NULL, &facts, descriptors, FALSE);
  judge ("", &facts, descriptors, FALSE);
  if (descriptors != NULL)
    judge_by_id (&facts, descriptors);
  return 0;
}
