/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "usb-builder.h"

#include "kiosk/model/audit-actions.h"

#include <string.h>

/* Verdicts: which device may work under which rules, where and when, and which line says so. */

#define PATH "0000:00:14.0/2.3"
#define KEYBOARD "[device kb]\npurpose=keyboard\nid=046d:c31c\nport=" PATH "\n"
#define MOUSE "[device ms]\npurpose=pointer\nid=046d:c05a\n"
#define RECEIVER(more) "[device rc]\npurpose=pointer\nid=046d:c52b\n" more
#define YUBIKEY(more) "[device yk]\npurpose=token\nid=1050:0407\n" more
#define HUB "[device hub]\npurpose=hub\nid=05e3:0608\n"
#define DEPTH(n) "[devices]\ndefault=deny\nhub-depth=" n "\n"
#define DENY(text) "[device no]\nrule=deny\n" text "\n"

static const char minimal[]
    = "[policy]\nformat=1\n[terminal]\nid=t1\nsite[ja]=北\nsite[en]=North\n";

static KioskPolicy *
parse_policy (const char *sections)
{
  g_autofree char *text = g_strconcat (minimal, sections, NULL);
  KioskPolicySource source = { "p", text, strlen (text) };
  g_autoptr (GPtrArray) problems = NULL;
  KioskPolicy *policy = kiosk_policy_parse (&source, 1, &problems);

  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", ((KioskPolicyProblem *) problems->pdata[i])->reason.en);
  g_assert_nonnull (policy);
  return policy;
}

/* The line of the text @line in the policy; 0 for NULL. */
static guint
find_line (const char *sections, const char *line)
{
  g_autofree char *text = g_strconcat (minimal, sections, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; line != NULL && lines[i] != NULL; i++)
    if (strcmp (lines[i], line) == 0)
      return i + 1;
  g_assert_null (line);
  return 0;
}

/* The facts of a device that is composed of @line (usb-builder.h). */
static void
make_facts (const char *line, KioskUsbFacts *facts)
{
  g_autoptr (GBytes) bytes = usb_build (line);

  memset (facts, 0, sizeof *facts);
  facts->length = g_bytes_get_size (bytes);
  facts->bytes = g_memdup2 (g_bytes_get_data (bytes, NULL), facts->length);
  facts->name = g_strdup ("1-2.3");
  facts->path = g_strdup (PATH);
}

typedef struct {
  const char *name;
  const char *sections;
  const char *device;
  const char *serial;
  guint depth;
  KioskDeviceMoment moment;
  /* expected */
  const char *reason; /* NULL: allowed */
  const char *line;   /* that decided; NULL: none */
  guint32 interfaces;
  guint configuration; /* 0: 1 */
} Case;

#define LOCKED KIOSK_MOMENT_LOCKED
#define UNLOCKED KIOSK_MOMENT_UNLOCKED
#define OUT KIOSK_MOMENT_LOGGED_OUT

/* A row a line. */
/* clang-format off */
static const Case cases[] = {
  /* nothing is allowed by itself */
  { "no rule", "", "046d:c31c 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_UNLISTED, NULL },
  { "another product", KEYBOARD, "046d:c31d 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_UNLISTED, NULL },
  { "another vendor", KEYBOARD, "046e:c31c 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_UNLISTED, NULL },
  { "storage", KEYBOARD, "0781:5567 0.0=08/06/50*2", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "malformed", KEYBOARD, "046d:c31c 0.0=03/01/01 x02", NULL, 0, OUT, KIOSK_REASON_DEVICE_MALFORMED, NULL },
  /* keyboards */
  { "keyboard", KEYBOARD, "046d:c31c 0.0=03/01/01 1.0=03/00/00", NULL, 0, OUT, NULL, "[device kb]", 3 },
  { "keyboard while locked", KEYBOARD, "046d:c31c 0.0=03/01/01", NULL, 0, LOCKED, NULL, "[device kb]", 1 },
  { "keyboard, associations", KEYBOARD, "046d:c31c device=ef/02/01 0+2=03/01/01 0.0=03/01/01 1.0=03/01/02", NULL, 0, OUT, NULL, "[device kb]", 3 },
  { "keyboard by its name in sysfs", "[device kb]\npurpose=keyboard\nid=046D:C31C\nport=4-1; 1-2.3;\n", "046d:c31c 0.0=03/01/01", NULL, 0, OUT, NULL, "[device kb]", 1 },
  { "keyboard on another port", "[device kb]\npurpose=keyboard\nid=046d:c31c\nport=0000:00:14.0/2\n", "046d:c31c 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_PORT, "port=0000:00:14.0/2" },
  { "keyboard on a port that begins alike", "[device kb]\npurpose=keyboard\nid=046d:c31c\nport=1-2.31\n", "046d:c31c 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_PORT, "port=1-2.31" },
  { "media keys not named", KEYBOARD "interfaces=03/01/01\n", "046d:c31c 0.0=03/01/01 1.0=03/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "interfaces=03/01/01" },
  { "media keys off", KEYBOARD "interfaces=03/01/01\nrest=off\n", "046d:c31c 0.0=03/01/01 1.0=03/00/00", NULL, 0, OUT, NULL, "[device kb]", 1 },
  /* the ids of the keyboard on something else */
  { "ids on storage", KEYBOARD, "046d:c31c 0.0=08/06/50*2", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "ids on storage, rest off", KEYBOARD "rest=off\n", "046d:c31c 0.0=08/06/50*2", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "ids on storage, another port", "[device kb]\npurpose=keyboard\nid=046d:c31c\nport=9-9\n", "046d:c31c 0.0=03/01/01 1.0=08/06/50*2", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "another part, another port", "[device kb]\npurpose=keyboard\nid=046d:c31c\nport=9-9\n", "046d:c31c 0.0=03/01/01 1.0=0b/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_PORT, "port=9-9" },
  { "storage beside", KEYBOARD, "046d:c31c 0.0=03/01/01 1.0=03/00/00 2.0=08/06/50*2", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "storage beside, rest off", KEYBOARD "rest=off\n", "046d:c31c 0.0=03/01/01 1.0=03/00/00 2.0=08/06/50*2", NULL, 0, OUT, NULL, "[device kb]", 3 },
  { "network beside", KEYBOARD, "046d:c31c device=ef/02/01 0.0=03/01/01 1+2=02/06/00 1.0=02/06/00 2.0=0a/00/00*2", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "vendor part beside", KEYBOARD, "046d:c31c 0.0=03/01/01 1.0=ff/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "vendor part off", KEYBOARD "rest=off\n", "046d:c31c 0.0=03/01/01 5.0=ff/00/00", NULL, 0, OUT, NULL, "[device kb]", 1 },
  { "unknown class beside", KEYBOARD, "046d:c31c 0.0=03/01/01 1.0=00/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "smart card beside", KEYBOARD, "046d:c31c 0.0=03/01/01 1.0=0b/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "[device kb]" },
  { "hub beside", KEYBOARD, "046d:c31c 0.0=03/01/01 1.0=09/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "[device kb]" },
  { "storage in another setting", KEYBOARD, "046d:c31c 0.0=03/01/01 0.1=08/06/50*2", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "storage in another setting, rest off", KEYBOARD "rest=off\n", "046d:c31c 0.0=03/01/01 0.1=08/06/50*2 1.0=03/00/00", NULL, 0, OUT, NULL, "[device kb]", 2 },
  { "storage in the 200th setting", KEYBOARD "rest=off\n", "046d:c31c 0.0=03/01/01 0.1=03/01/01 0.2=03/01/01 0.3=08/06/50 0.4=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "storage in another configuration", KEYBOARD, "046d:c31c 0.0=03/01/01 configuration 0.0=08/06/50*2", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "storage in the first configuration", KEYBOARD, "046d:c31c 0.0=08/06/50*2 configuration 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "storage in another configuration, rest off", KEYBOARD "rest=off\n", "046d:c31c 0.0=03/01/01 configuration 0.0=08/06/50*2", NULL, 0, OUT, NULL, "[device kb]", 1, 1 },
  { "storage in the first configuration, rest off", KEYBOARD "rest=off\n", "046d:c31c 0.0=08/06/50*2 configuration 0.0=ff/00/00 1.0=03/01/01", NULL, 0, OUT, NULL, "[device kb]", 2, 2 },
  { "the device says storage", KEYBOARD, "046d:c31c device=08/06/50 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "the device says storage, rest off", KEYBOARD "rest=off\n", "046d:c31c device=08/06/50 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "the device says vendor, rest off", KEYBOARD "rest=off\n", "046d:c31c device=ff/00/00 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "the device says wireless, unlisted", "", "046d:c31c device=e0/01/01 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "the device says hub", KEYBOARD, "046d:c31c device=09/00/00 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "purpose=keyboard" },
  { "the device says another miscellany", KEYBOARD, "046d:c31c device=ef/01/01 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "purpose=keyboard" },
  { "the device says 00 with a subclass", KEYBOARD, "046d:c31c device=00/01/00 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "purpose=keyboard" },
  { "lying association", KEYBOARD, "046d:c31c device=ef/02/01 0+2=03/01/01 0.0=02/06/00 1.0=0a/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_MALFORMED, NULL },
  { "association hides storage", KEYBOARD, "046d:c31c device=ef/02/01 0+2=03/01/01 0.0=03/01/01 1.0=08/06/50*2", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  /* pointers and receivers: who may not type does not type */
  { "mouse", MOUSE, "046d:c05a 0.0=03/01/02", NULL, 0, LOCKED, NULL, "[device ms]", 1 },
  { "mouse that types", MOUSE, "046d:c05a 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "[device ms]" },
  { "mouse with a part that types", MOUSE, "046d:c05a 0.0=03/01/02 1.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "[device ms]" },
  { "mouse with a part without protocol", MOUSE, "046d:c05a 0.0=03/01/02 1.0=03/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "[device ms]" },
  { "mouse with a part that is named", MOUSE "interfaces=03/01/02;03/00/00\n", "046d:c05a 0.0=03/01/02 1.0=03/00/00", NULL, 0, OUT, NULL, "[device ms]", 3 },
  { "mouse, anything of HID named", MOUSE "interfaces=03/*/*\nrest=off\n", "046d:c05a 0.0=03/01/02 1.0=03/01/01 2.0=03/00/01 3.0=03/00/00", NULL, 0, OUT, NULL, "[device ms]", 9 },
  { "receiver", RECEIVER (""), "046d:c52b 0.0=03/01/01 1.0=03/01/02 2.0=03/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "[device rc]" },
  { "mouse half of a receiver", RECEIVER ("rest=off\n"), "046d:c52b 0.0=03/01/01 1.0=03/01/02 2.0=ff/00/00*2", NULL, 0, OUT, NULL, "[device rc]", 2 },
  { "receiver as a keyboard", "[device rc]\npurpose=keyboard\nid=046d:c52b\nport=1-2.3\nrest=off\n", "046d:c52b 0.0=03/01/01 1.0=03/01/02 2.0=ff/00/00*2", NULL, 0, OUT, NULL, "[device rc]", 3 },
  /* tokens */
  { "FIDO half of a YubiKey", YUBIKEY ("rest=off\n"), "1050:0407 0.0=03/01/01 1.0=03/00/00*2 2.0=0b/00/00*3", NULL, 0, LOCKED, NULL, "[device yk]", 2 },
  { "FIDO and card of a YubiKey", YUBIKEY ("interfaces=03/00/00;0b/00/00\nrest=off\n"), "1050:0407 0.0=03/01/01 1.0=03/00/00*2 2.0=0b/00/00*3", NULL, 0, OUT, NULL, "[device yk]", 6 },
  { "YubiKey that types", YUBIKEY (""), "1050:0407 0.0=03/01/01 1.0=03/00/00*2 2.0=0b/00/00*3", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "[device yk]" },
  { "card that is not named", YUBIKEY (""), "1050:0407 0.0=03/00/00*2 1.0=0b/00/00*3", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "[device yk]" },
  { "card that is named", YUBIKEY ("interfaces=0b/00/*\n"), "1050:0407 0.0=0b/00/00*3", NULL, 0, OUT, NULL, "[device yk]", 1 },
  { "FIDO key only", YUBIKEY (""), "1050:0407 0.0=03/00/00*2", NULL, 0, OUT, NULL, "[device yk]", 1 },
  /* hubs */
  { "hub", HUB, "05e3:0608 device=09/00/01 0.0=09/00/00", NULL, 0, OUT, NULL, "[device hub]", 1 },
  { "hub with two translators", HUB, "05e3:0608 device=09/00/02 0.0=09/00/01 0.1=09/00/02", NULL, 0, OUT, NULL, "[device hub]", 1 },
  { "hub behind a hub", HUB, "05e3:0608 device=09/00/01 0.0=09/00/00", NULL, 1, OUT, KIOSK_REASON_DEVICE_DEPTH, "[device hub]" },
  { "hub behind a hub, two allowed", DEPTH ("2") HUB, "05e3:0608 device=09/00/01 0.0=09/00/00", NULL, 1, OUT, NULL, "[device hub]", 1 },
  { "third hub", DEPTH ("2") HUB, "05e3:0608 device=09/00/01 0.0=09/00/00", NULL, 2, OUT, KIOSK_REASON_DEVICE_DEPTH, "hub-depth=2" },
  { "fifth hub", DEPTH ("5") HUB, "05e3:0608 device=09/00/01 0.0=09/00/00", NULL, 4, OUT, NULL, "[device hub]", 1 },
  { "sixth hub", DEPTH ("5") HUB, "05e3:0608 device=09/00/01 0.0=09/00/00", NULL, 5, OUT, KIOSK_REASON_DEVICE_DEPTH, "hub-depth=5" },
  { "keyboard behind a hub", KEYBOARD, "046d:c31c 0.0=03/01/01", NULL, 1, OUT, NULL, "[device kb]", 1 },
  { "keyboard behind a hub where none may be", DEPTH ("0") KEYBOARD, "046d:c31c 0.0=03/01/01", NULL, 1, OUT, KIOSK_REASON_DEVICE_DEPTH, "hub-depth=0" },
  { "absurd depth", DEPTH ("5") KEYBOARD, "046d:c31c 0.0=03/01/01", NULL, G_MAXUINT, OUT, KIOSK_REASON_DEVICE_DEPTH, "hub-depth=5" },
  { "hub with storage", HUB, "05e3:0608 device=09/00/01 0.0=09/00/00 1.0=08/06/50", NULL, 0, OUT, KIOSK_REASON_DEVICE_CLASS, NULL },
  { "hub by its interface only", HUB, "05e3:0608 0.0=09/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_PART, "purpose=hub" },
  { "unlisted hub", KEYBOARD, "05e3:0608 device=09/00/01 0.0=09/00/00", NULL, 0, OUT, KIOSK_REASON_DEVICE_UNLISTED, NULL },
  /* serial numbers */
  { "serial", MOUSE "serial=A1 b\n", "046d:c05a 0.0=03/01/02", "A1 b", 0, OUT, NULL, "[device ms]", 1 },
  { "other serial", MOUSE "serial=A1\n", "046d:c05a 0.0=03/01/02", "a1", 0, OUT, KIOSK_REASON_DEVICE_SERIAL, "serial=A1" },
  { "longer serial", MOUSE "serial=A1\n", "046d:c05a 0.0=03/01/02", "A12", 0, OUT, KIOSK_REASON_DEVICE_SERIAL, "serial=A1" },
  { "no serial", MOUSE "serial=A1\n", "046d:c05a 0.0=03/01/02", NULL, 0, OUT, KIOSK_REASON_DEVICE_SERIAL, "serial=A1" },
  { "pattern as a serial", MOUSE "serial=*\n", "046d:c05a 0.0=03/01/02", "A1", 0, OUT, KIOSK_REASON_DEVICE_SERIAL, "serial=*" },
  /* moments */
  { "unlocked, unlocked", MOUSE "when=unlocked\n", "046d:c05a 0.0=03/01/02", NULL, 0, UNLOCKED, NULL, "[device ms]", 1 },
  { "unlocked, locked", MOUSE "when=unlocked\n", "046d:c05a 0.0=03/01/02", NULL, 0, LOCKED, KIOSK_REASON_DEVICE_MOMENT, "when=unlocked" },
  { "unlocked, logged out", MOUSE "when=unlocked\n", "046d:c05a 0.0=03/01/02", NULL, 0, OUT, KIOSK_REASON_DEVICE_MOMENT, "when=unlocked" },
  { "logged out, logged out", MOUSE "when=logged-out\n", "046d:c05a 0.0=03/01/02", NULL, 0, OUT, NULL, "[device ms]", 1 },
  { "logged out, unlocked", MOUSE "when=logged-out\n", "046d:c05a 0.0=03/01/02", NULL, 0, UNLOCKED, KIOSK_REASON_DEVICE_MOMENT, "when=logged-out" },
  { "logged out, locked", MOUSE "when=logged-out\n", "046d:c05a 0.0=03/01/02", NULL, 0, LOCKED, KIOSK_REASON_DEVICE_MOMENT, "when=logged-out" },
  { "always", MOUSE "when=always\n", "046d:c05a 0.0=03/01/02", NULL, 0, LOCKED, NULL, "[device ms]", 1 },
  /* deny beats allow, wherever it stands */
  { "denied by id", MOUSE DENY ("id=046d:c05a"), "046d:c05a 0.0=03/01/02", NULL, 0, OUT, KIOSK_REASON_DEVICE_DENIED, "rule=deny" },
  { "denied before allowed", DENY ("id=046d:*") MOUSE, "046d:c05a 0.0=03/01/02", NULL, 0, OUT, KIOSK_REASON_DEVICE_DENIED, "rule=deny" },
  { "denied by serial", MOUSE DENY ("serial=X9"), "046d:c05a 0.0=03/01/02", "X9", 0, OUT, KIOSK_REASON_DEVICE_DENIED, "rule=deny" },
  { "denied by port", MOUSE DENY ("port=" PATH), "046d:c05a 0.0=03/01/02", NULL, 0, OUT, KIOSK_REASON_DEVICE_DENIED, "rule=deny" },
  { "denied by class", MOUSE DENY ("interfaces=03/01/*"), "046d:c05a 0.0=03/01/02", NULL, 0, OUT, KIOSK_REASON_DEVICE_DENIED, "rule=deny" },
  { "denied by any class", MOUSE DENY ("interfaces=*/*/*"), "046d:c05a 0.0=03/01/02", NULL, 0, OUT, KIOSK_REASON_DEVICE_DENIED, "rule=deny" },
  { "denied by a part that would be off", KEYBOARD "rest=off\n" DENY ("interfaces=08/*/*"), "046d:c31c 0.0=03/01/01 configuration 0.0=03/01/01 0.1=08/06/50", NULL, 0, OUT, KIOSK_REASON_DEVICE_DENIED, "rule=deny" },
  { "denied by the class of the device", "" DENY ("interfaces=e0/*/*"), "046d:c31c device=e0/01/01 0.0=03/01/01", NULL, 0, OUT, KIOSK_REASON_DEVICE_DENIED, "rule=deny" },
  { "not denied: one of two does not fit", MOUSE DENY ("id=046d:c05a\nserial=X9"), "046d:c05a 0.0=03/01/02", "X8", 0, OUT, NULL, "[device ms]", 1 },
  { "not denied: another class", MOUSE DENY ("interfaces=03/01/01"), "046d:c05a 0.0=03/01/02", NULL, 0, OUT, NULL, "[device ms]", 1 },
  /* several rules for one id */
  { "second rule", "[device m1]\npurpose=pointer\nid=046d:c05a\nport=9-9\n" MOUSE, "046d:c05a 0.0=03/01/02", NULL, 0, OUT, NULL, "[device ms]", 1 },
  { "the rule that came farthest tells", "[device m1]\npurpose=pointer\nid=046d:c05a\nport=9-9\n" MOUSE "serial=A1\n", "046d:c05a 0.0=03/01/02", "B", 0, OUT, KIOSK_REASON_DEVICE_SERIAL, "serial=A1" },
};
/* clang-format on */

static void
assert_printable (const char *text)
{
  g_assert_nonnull (text);
  for (; *text != '\0'; text++)
    g_assert_true (g_ascii_isprint (*text));
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (KioskPolicy) policy = parse_policy (c->sections);
  g_auto (KioskUsbFacts) facts = { 0 };
  g_auto (KioskUsbVerdict) verdict = { 0 };
  g_autofree char *line = NULL;

  make_facts (c->device, &facts);
  facts.depth = c->depth;
  facts.serial = g_strdup (c->serial);
  kiosk_usb_judge (policy, &facts, c->moment, &verdict);
  line = kiosk_usb_facts_describe (&facts);
  g_test_message ("%s: %s", line, verdict.detail);
  g_assert_cmpstr (verdict.reason, ==, c->reason);
  g_assert_true (verdict.allowed == (c->reason == NULL));
  g_assert_cmpuint (verdict.place.line, ==, find_line (c->sections, c->line));
  g_assert_true ((verdict.rule != NULL) == (c->line != NULL));
  g_assert_cmphex (verdict.interfaces, ==, c->interfaces);
  if (verdict.allowed)
    g_assert_cmpuint (verdict.configuration, ==, c->configuration > 0 ? c->configuration : 1);
  assert_printable (verdict.detail);
  assert_printable (line);
}

/* What is suggested for a device lets it work, and is for this device on this port alone. */
static void
test_suggestion (gconstpointer data)
{
  const UsbSample *sample = data;
  g_auto (KioskUsbFacts) facts = { 0 };
  g_auto (KioskUsbVerdict) verdict = { 0 };
  g_auto (KioskUsbVerdict) elsewhere = { 0 };
  g_autoptr (KioskPolicy) policy = NULL;
  g_autofree char *rule = NULL;
  g_autofree char *text = NULL;

  make_facts (sample->line, &facts);
  facts.serial = g_strdup ("S/N 1");
  rule = kiosk_usb_suggest_rule (&facts, "x");
  g_assert_true ((rule == NULL) == sample->never);
  if (rule == NULL)
    return;
  g_test_message ("%s", rule);
  g_assert_nonnull (strstr (rule, "\nserial=S/N 1\n"));
  g_assert_nonnull (strstr (rule, "\nport=" PATH "\n"));
  text = g_strconcat (DEPTH ("5"), rule, NULL);
  policy = parse_policy (text);
  kiosk_usb_judge (policy, &facts, KIOSK_MOMENT_LOCKED, &verdict);
  g_assert_true (verdict.allowed);
  if (sample->kind != KIOSK_DEVICE_OTHER)
    g_assert_cmpint (verdict.kind, ==,
                     sample->kind == KIOSK_DEVICE_CARD_READER ? KIOSK_DEVICE_TOKEN : sample->kind);
  facts.path[strlen (facts.path) - 1]++;
  facts.name[strlen (facts.name) - 1]++;
  kiosk_usb_judge (policy, &facts, KIOSK_MOMENT_LOCKED, &elsewhere);
  g_assert_cmpstr (elsewhere.reason, ==, KIOSK_REASON_DEVICE_PORT);
}

/* A serial number that the policy would read otherwise, or that would write lines of its own, is left out. */
static void
test_hostile_suggestion (void)
{
  static const char *const serials[]
      = { "", " a", "a ", "a\\b", "a\n[device y]", "\xff", "\xe2\x80\xae", "a\tb" };

  for (guint i = 0; i < G_N_ELEMENTS (serials); i++)
    {
      g_auto (KioskUsbFacts) facts = { 0 };
      g_autofree char *rule = NULL;

      make_facts ("046d:c31c 0.0=03/01/01", &facts);
      facts.serial = g_strdup (serials[i]);
      rule = kiosk_usb_suggest_rule (&facts, "x");
      g_assert_nonnull (rule);
      g_assert_null (strstr (rule, "serial="));
      g_assert_null (strstr (rule, "device y"));
    }
}

/* By the bytes themselves: the digest of one device lets no other through. */
static void
test_digest (void)
{
  g_auto (KioskUsbFacts) facts = { 0 };
  g_auto (KioskUsbFacts) other = { 0 };
  g_auto (KioskUsbVerdict) good = { 0 };
  g_auto (KioskUsbVerdict) bad = { 0 };
  g_autoptr (GString) sections = g_string_new (MOUSE "descriptors=");
  g_autoptr (KioskPolicy) policy = NULL;
  g_autofree char *lower = NULL;
  g_autofree char *expected = NULL;
  guint8 digest[32];

  make_facts ("046d:c05a 0.0=03/01/02", &facts);
  make_facts ("046d:c05a 0.0=03/01/02*2", &other);
  kiosk_usb_facts_digest (&facts, digest);
  for (guint i = 0; i < sizeof digest; i++)
    g_string_append_printf (sections, "%02X", digest[i]);
  lower = g_compute_checksum_for_data (G_CHECKSUM_SHA256, facts.bytes, facts.length);
  expected = g_ascii_strup (lower, -1);
  g_assert_true (g_str_has_suffix (sections->str, expected));
  g_string_append_printf (sections, ";%064d\n", 0);
  policy = parse_policy (sections->str);
  kiosk_usb_judge (policy, &facts, KIOSK_MOMENT_LOCKED, &good);
  g_assert_true (good.allowed);
  kiosk_usb_judge (policy, &other, KIOSK_MOMENT_LOCKED, &bad);
  g_assert_false (bad.allowed);
  g_assert_cmpstr (bad.reason, ==, KIOSK_REASON_DEVICE_DIGEST);
}

/* What no word of a policy changes, and what a person is told that it is. */
static void
test_sample (gconstpointer data)
{
  const UsbSample *sample = data;
  g_auto (KioskUsbFacts) facts = { 0 };
  g_auto (KioskUsbVerdict) without = { 0 };
  guint vendor, product;

  make_facts (sample->line, &facts);
  vendor = facts.bytes[8] | (guint) facts.bytes[9] << 8;
  product = facts.bytes[10] | (guint) facts.bytes[11] << 8;
  kiosk_usb_judge (NULL, &facts, KIOSK_MOMENT_UNLOCKED, &without);
  g_assert_false (without.allowed);
  g_assert_cmpint (without.kind, ==, sample->kind);
  g_assert_cmpstr (without.reason, ==,
                   sample->never ? KIOSK_REASON_DEVICE_CLASS : KIOSK_REASON_DEVICE_UNLISTED);
  g_assert_null (without.rule);
  g_assert_cmpuint (without.interfaces, ==, 0);

  for (guint purpose = 0; purpose < 4; purpose++)
    {
      static const char *const purposes[] = { "keyboard", "pointer", "token", "hub" };
      g_autofree char *sections
          = g_strdup_printf ("[device all]\npurpose=%s\nid=%04x:%04x\nport=1-2.3\n",
                             purposes[purpose], vendor, product);
      g_autoptr (KioskPolicy) policy = parse_policy (sections);
      g_auto (KioskUsbVerdict) verdict = { 0 };

      kiosk_usb_judge (policy, &facts, KIOSK_MOMENT_UNLOCKED, &verdict);
      if (sample->never)
        g_assert_false (verdict.allowed);
      if (sample->never && purpose != KIOSK_PURPOSE_HUB)
        g_assert_cmpstr (verdict.reason, ==, KIOSK_REASON_DEVICE_CLASS);
      if (sample->kind == KIOSK_DEVICE_KEYBOARD && !sample->never)
        g_assert_true (verdict.allowed == (purpose == KIOSK_PURPOSE_KEYBOARD));
      if (sample->kind == KIOSK_DEVICE_POINTER)
        g_assert_true (verdict.allowed
                       == (purpose == KIOSK_PURPOSE_KEYBOARD || purpose == KIOSK_PURPOSE_POINTER));
      if (sample->kind == KIOSK_DEVICE_HUB)
        g_assert_true (verdict.allowed == (purpose == KIOSK_PURPOSE_HUB));
    }
}

static void
test_equal (void)
{
  g_auto (KioskUsbFacts) facts = { 0 };
  g_auto (KioskUsbFacts) other = { 0 };

  make_facts ("046d:c31c 0.0=03/01/01", &facts);
  make_facts ("046d:c31c 0.0=03/01/01", &other);
  g_assert_true (kiosk_usb_facts_equal (&facts, &other));
  g_free (other.name);
  other.name = g_strdup ("3-2.3"); /* buses are counted anew at each start */
  g_assert_true (kiosk_usb_facts_equal (&facts, &other));
  other.bytes[12]++;
  g_assert_false (kiosk_usb_facts_equal (&facts, &other));
  other.bytes[12]--;
  other.length--;
  g_assert_false (kiosk_usb_facts_equal (&facts, &other));
  other.length++;
  other.serial = g_strdup ("");
  g_assert_false (kiosk_usb_facts_equal (&facts, &other));
  g_clear_pointer (&other.serial, g_free);
  other.path[0] = '1';
  g_assert_false (kiosk_usb_facts_equal (&facts, &other));
  facts.path[0] = other.path[0] = '\0'; /* then the name has to do */
  g_assert_false (kiosk_usb_facts_equal (&facts, &other));
  g_free (other.name);
  other.name = g_strdup ("1-2.3");
  g_assert_true (kiosk_usb_facts_equal (&facts, &other));
}

static void
test_words (void)
{
  g_auto (KioskUsbFacts) facts = { 0 };
  g_autofree char *line = NULL;
  g_autofree char *claim = NULL;
  g_autofree char *other_claim = NULL;
  g_autofree char *no_claim = NULL;
  g_autofree char *cut = NULL;

  make_facts ("046d:c31c device=ef/02/01 0.0=03/01/01 0.1=03/01/01 1.0=03/00/00 configuration "
              "0.0=08/06/50*2",
              &facts);
  facts.manufacturer = g_strdup ("Log\ni\"tech");
  facts.product = g_strdup ("  キー\xe2\x80\xae\x1b[2Jb ");
  facts.serial = g_strnfill (300, 'x');
  line = kiosk_usb_facts_describe (&facts);
  g_assert_true (g_str_has_prefix (
      line,
      "1-2.3 at " PATH " 046d:c31c release 1.00 USB 2.00 device ef/02/01 configuration 1 "
      "0.0=03/01/01 1.0=03/00/00 configuration 2 0.0=08/06/50 manufacturer \"Log\\ni\\\"tech\" "
      "product \"  \\343\\202\\255"));
  g_assert_cmpuint (strlen (line), <, 600);
  assert_printable (line);
  claim = kiosk_usb_facts_claim (&facts);
  g_assert_cmpstr (claim, ==, "キー\xef\xbf\xbd\xef\xbf\xbd[2Jb");
  g_free (facts.product);
  facts.product = g_strdup (" \n");
  g_free (facts.manufacturer);
  facts.manufacturer = g_strnfill (100, 'm');
  other_claim = kiosk_usb_facts_claim (&facts);
  g_assert_cmpint (g_utf8_strlen (other_claim, -1), <=, 32);
  g_clear_pointer (&facts.product, g_free);
  g_clear_pointer (&facts.manufacturer, g_free);
  no_claim = kiosk_usb_facts_claim (&facts);
  g_assert_cmpstr (no_claim, ==, "");
  facts.length--;
  cut = kiosk_usb_facts_describe (&facts);
  g_assert_nonnull (strstr (cut, " 046d:c31c unreadable in "));
  assert_printable (cut);
}

/* A hostile device cannot fill the log with its own description. */
static void
test_long_words (void)
{
  g_autoptr (GString) device = g_string_new ("046d:c31c");
  g_auto (KioskUsbFacts) facts = { 0 };
  g_autofree char *line = NULL;

  for (guint i = 0; i < 32; i++)
    for (guint a = 0; a < 100; a++)
      g_string_append_printf (device, " %u.%u=%02x/00/00*0", i, a, 4 + a);
  make_facts (device->str, &facts);
  facts.manufacturer = g_strnfill (500, '\x01');
  facts.product = g_strnfill (500, '\xff');
  facts.serial = g_strnfill (500, '\xff');
  line = kiosk_usb_facts_describe (&facts);
  g_assert_cmpuint (strlen (line), <, 2000);
  g_assert_nonnull (strstr (line, "settings more"));
  assert_printable (line);
}

static void
test_kinds (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint kind = 0; kind < KIOSK_N_DEVICE_KINDS; kind++)
    {
      const KioskLabel *label = kiosk_device_kind_label (kind);

      g_assert_true (g_hash_table_add (names, (char *) kiosk_device_kind_name (kind)));
      g_assert_cmpuint (strlen (label->ja), >, 0);
      g_assert_cmpuint (strlen (label->en), >, 0);
    }
}

static void
add_test (const char *group, const char *name, gconstpointer data, GTestDataFunc run)
{
  g_autofree char *path = g_strdup_printf ("/device/%s/%s", group, name);

  g_strdelimit (path + strlen ("/device/") + strlen (group) + 1, " /", '-');
  g_test_add_data_func (path, data, run);
}

int
main (int argc, char **argv)
{
  const UsbSample *sample;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    add_test ("case", cases[i].name, &cases[i], test_case);
  for (guint i = 0; (sample = usb_sample_nth (i)) != NULL; i++)
    {
      add_test ("sample", sample->name, sample, test_sample);
      add_test ("suggestion", sample->name, sample, test_suggestion);
    }
  g_test_add_func ("/device/hostile-suggestion", test_hostile_suggestion);
  g_test_add_func ("/device/digest", test_digest);
  g_test_add_func ("/device/equal", test_equal);
  g_test_add_func ("/device/words", test_words);
  g_test_add_func ("/device/long-words", test_long_words);
  g_test_add_func ("/device/kinds", test_kinds);
  return g_test_run ();
}
