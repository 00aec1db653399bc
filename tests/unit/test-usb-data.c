/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/device-rule.h"

#include <string.h>

/* The descriptors of real devices, faulty ones and hostile ones: $KIOSK_USB_DATA, which is no part of the repository. Its
 * index.tsv was written by another parser. Registered only where that folder is. */

/* A table with a heading. */
typedef struct {
  GHashTable *columns; /* name -> index + 1 */
  GPtrArray *rows;     /* GStrv */
} Table;

static void
table_clear (Table *table)
{
  g_clear_pointer (&table->columns, g_hash_table_unref);
  g_clear_pointer (&table->rows, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, table_clear)

static char *
data_path (const char *folder, const char *name)
{
  return g_build_filename (g_getenv ("KIOSK_USB_DATA"), folder, name, NULL);
}

static void
read_table (const char *folder, Table *table)
{
  g_autofree char *path = data_path (folder, "index.tsv");
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) heading = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  heading = g_strsplit (lines[0], "\t", -1);
  table->columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  for (guint i = 0; heading[i] != NULL; i++)
    g_hash_table_insert (table->columns, g_strdup (heading[i]), GUINT_TO_POINTER (i + 1));
  for (guint i = 1; lines[i] != NULL; i++)
    if (lines[i][0] != '\0')
      {
        g_ptr_array_add (table->rows, g_strsplit (lines[i], "\t", -1));
        g_assert_cmpuint (g_strv_length (table->rows->pdata[i - 1]), ==, g_strv_length (heading));
      }
}

static const char *
get (const Table *table, guint row, const char *column)
{
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (table->columns, column));

  g_assert_cmpuint (index, >, 0);
  return ((GStrv) table->rows->pdata[row])[index - 1];
}

static void
read_facts (const char *folder, const Table *table, guint row, KioskUsbFacts *facts)
{
  g_autofree char *path = data_path (folder, get (table, row, "file"));
  g_autofree char *digest = NULL;
  g_autoptr (GError) error = NULL;

  memset (facts, 0, sizeof *facts);
  g_file_get_contents (path, (char **) &facts->bytes, &facts->length, &error);
  g_assert_no_error (error);
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, facts->bytes, facts->length);
  g_assert_cmpstr (digest, ==, get (table, row, "sha256"));
  facts->name = g_strdup ("1-1");
  facts->path = g_strdup ("");
}

/* Kinds of the index that a terminal can have a use for; a rule is written for each such device. */
static gboolean
is_wanted (const char *kind)
{
  static const char *const kinds[] = {
    "keyboard",
    "keyboard-media",
    "keyboard+mouse-composite",
    "keyboard+trackpad-builtin",
    "mouse",
    "trackball",
    "wireless-receiver",
    "fido-token",
    "smartcard-reader-or-token",
    "yubikey-otp+fido+ccid",
    "security-token-keyboard+rawhid",
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i], kind) == 0)
      return TRUE;
  return FALSE;
}

static KioskPolicy *
parse_policy (const char *sections)
{
  g_autofree char *text = g_strconcat ("[policy]\nformat=1\n[terminal]\nid=t\nsite[ja]=x\n"
                                       "site[en]=x\n[devices]\ndefault=deny\nhub-depth=5\n",
                                       sections, NULL);
  KioskPolicySource source = { "p", text, strlen (text) };
  g_autoptr (GPtrArray) problems = NULL;
  KioskPolicy *policy = kiosk_policy_parse (&source, 1, &problems);

  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", ((KioskPolicyProblem *) problems->pdata[i])->reason.en);
  g_assert_nonnull (policy);
  return policy;
}

/* Rules for every wanted device of the index; @digests FALSE: whatever else comes with the ids of one. */
static KioskPolicy *
make_policy (gboolean digests)
{
  g_auto (Table) table = { 0 };
  g_autoptr (GString) sections = g_string_new (NULL);
  guint n = 0;

  read_table ("", &table);
  for (guint row = 0; row < table.rows->len; row++)
    {
      g_auto (KioskUsbFacts) facts = { 0 };
      g_autofree char *id = g_strdup_printf ("d%u", row);
      g_autofree char *rule = NULL;
      char *line;

      if (!is_wanted (get (&table, row, "kind")))
        continue;
      read_facts ("", &table, row, &facts);
      rule = kiosk_usb_suggest_rule (&facts, id);
      g_assert_nonnull (rule);
      line = strstr (rule, "descriptors=");
      if (!digests)
        *line = '\0';
      g_string_append (sections, rule);
      n++;
    }
  g_assert_cmpuint (n, >=, 30);
  return parse_policy (sections->str);
}

/* "c0:i0.a0=08/06/50 c0:..." like the column all_interfaces. */
static char *
list_interfaces (const KioskUsbDescriptors *descriptors)
{
  GString *text = g_string_new (NULL);

  for (guint c = 0; c < descriptors->configurations->len; c++)
    {
      const KioskUsbConfiguration *configuration = descriptors->configurations->pdata[c];

      for (guint i = 0; i < configuration->interfaces->len; i++)
        {
          const KioskUsbInterface *interface = &g_array_index (configuration->interfaces,
                                                               KioskUsbInterface, i);

          g_string_append_printf (text, "%sc%u:i%u.a%u=%02x/%02x/%02x", text->len > 0 ? " " : "", c,
                                  interface->number, interface->alternate, interface->class.class,
                                  interface->class.subclass, interface->class.protocol);
        }
    }
  return g_string_free (text, FALSE);
}

/* Two parsers read the same. */
static void
test_parser (void)
{
  g_auto (Table) table = { 0 };

  read_table ("", &table);
  g_assert_cmpuint (table.rows->len, >=, 333);
  for (guint row = 0; row < table.rows->len; row++)
    {
      g_auto (KioskUsbFacts) facts = { 0 };
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskUsbDescriptors) descriptors = NULL;
      g_autofree char *interfaces = NULL;
      g_autofree char *id = NULL;
      g_autofree char *class = NULL;
      g_autofree char *n = NULL;

      g_test_message ("%s", get (&table, row, "file"));
      read_facts ("", &table, row, &facts);
      descriptors = kiosk_usb_descriptors_parse (facts.bytes, facts.length, &error);
      g_assert_no_error (error);
      interfaces = list_interfaces (descriptors);
      id = g_strdup_printf ("%04x:%04x", descriptors->vendor, descriptors->product);
      class = g_strdup_printf ("%02x/%02x/%02x", descriptors->class.class,
                               descriptors->class.subclass, descriptors->class.protocol);
      n = g_strdup_printf ("%u", descriptors->configurations->len);
      g_assert_cmpstr (interfaces, ==, get (&table, row, "all_interfaces"));
      g_assert_cmpstr (id, ==, get (&table, row, "vid:pid"));
      g_assert_cmpstr (class, ==, get (&table, row, "device_class"));
      g_assert_cmpstr (n, ==, get (&table, row, "n_configs"));
    }
}

/* No piece of a real device passes for one. */
static void
test_truncated (void)
{
  g_auto (Table) table = { 0 };

  read_table ("", &table);
  for (guint row = 0; row < table.rows->len; row++)
    {
      g_auto (KioskUsbFacts) facts = { 0 };

      read_facts ("", &table, row, &facts);
      for (gsize length = 0; length < facts.length; length++)
        g_assert_null (kiosk_usb_descriptors_parse (facts.bytes, length, NULL));
    }
}

/* Only what a rule is written for, though other devices are there with the same maker's name and class. */
static void
test_verdicts (gconstpointer data)
{
  gboolean digests = GPOINTER_TO_UINT (data);
  g_autoptr (KioskPolicy) policy = make_policy (digests);
  g_auto (Table) table = { 0 };
  guint n_allowed = 0;

  read_table ("", &table);
  for (guint row = 0; row < table.rows->len; row++)
    {
      gboolean wanted = is_wanted (get (&table, row, "kind"));
      g_auto (KioskUsbFacts) facts = { 0 };
      g_auto (KioskUsbVerdict) without = { 0 };
      g_auto (KioskUsbVerdict) verdict = { 0 };
      g_auto (KioskUsbVerdict) elsewhere = { 0 };

      read_facts ("", &table, row, &facts);
      kiosk_usb_judge (NULL, &facts, KIOSK_MOMENT_UNLOCKED, &without);
      g_assert_false (without.allowed);
      kiosk_usb_judge (policy, &facts, KIOSK_MOMENT_UNLOCKED, &verdict);
      g_test_message ("%s: %s", get (&table, row, "file"), verdict.detail);
      g_assert_true (verdict.allowed == wanted);
      n_allowed += verdict.allowed;
      facts.name[2] = '2'; /* another port */
      kiosk_usb_judge (policy, &facts, KIOSK_MOMENT_UNLOCKED, &elsewhere);
      g_assert_false (elsewhere.allowed);
    }
  g_test_message ("%u of %u allowed", n_allowed, table.rows->len);
}

/* Faulty recordings, faulty devices and attacks: refused, also with rules for the ids that they carry. */
static void
test_refused (gconstpointer data)
{
  const char *folder = data;
  gboolean hostile = strcmp (folder, "hostile") == 0;
  g_autoptr (KioskPolicy) by_ids = make_policy (FALSE);
  g_autoptr (KioskPolicy) by_digests = make_policy (TRUE);
  const KioskPolicy *const policies[] = { by_ids, by_digests, NULL };
  g_auto (Table) table = { 0 };

  read_table (folder, &table);
  g_assert_cmpuint (table.rows->len, >=, 20);
  for (guint row = 0; row < table.rows->len; row++)
    for (guint i = 0; i < G_N_ELEMENTS (policies); i++)
      {
        g_auto (KioskUsbFacts) facts = { 0 };
        g_auto (KioskUsbVerdict) verdict = { 0 };

        read_facts (folder, &table, row, &facts);
        kiosk_usb_judge (policies[i], &facts, KIOSK_MOMENT_UNLOCKED, &verdict);
        g_test_message ("%s: %s", get (&table, row, "file"), verdict.detail);
        if (hostile)
          g_assert_cmpstr (get (&table, row, "expected"), ==, "refuse");
        g_assert_false (verdict.allowed);
        if (!hostile || strncmp (get (&table, row, "strict_parser_says"), "strict", 6) == 0)
          g_assert_cmpstr (verdict.reason, ==, KIOSK_REASON_DEVICE_MALFORMED);
      }
}

/* What is suggested for a device lets it work; nothing is suggested for what is never allowed. */
static void
test_suggestions (void)
{
  g_auto (Table) table = { 0 };
  guint n_suggested = 0;

  read_table ("", &table);
  for (guint row = 0; row < table.rows->len; row++)
    {
      g_auto (KioskUsbFacts) facts = { 0 };
      g_auto (KioskUsbVerdict) without = { 0 };
      g_auto (KioskUsbVerdict) verdict = { 0 };
      g_autoptr (KioskPolicy) policy = NULL;
      g_autofree char *rule = NULL;

      read_facts ("", &table, row, &facts);
      kiosk_usb_judge (NULL, &facts, KIOSK_MOMENT_UNLOCKED, &without);
      rule = kiosk_usb_suggest_rule (&facts, "x");
      g_test_message ("%s: %s", get (&table, row, "file"), rule != NULL ? rule : without.detail);
      g_assert_true ((rule == NULL) == (strcmp (without.reason, KIOSK_REASON_DEVICE_CLASS) == 0));
      if (rule == NULL)
        continue;
      n_suggested++;
      policy = parse_policy (rule);
      kiosk_usb_judge (policy, &facts, KIOSK_MOMENT_LOCKED, &verdict);
      g_assert_true (verdict.allowed);
    }
  g_assert_cmpuint (n_suggested, >, 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usb-data/parser", test_parser);
  g_test_add_func ("/usb-data/truncated", test_truncated);
  g_test_add_data_func ("/usb-data/verdicts/ids", GUINT_TO_POINTER (FALSE), test_verdicts);
  g_test_add_data_func ("/usb-data/verdicts/digests", GUINT_TO_POINTER (TRUE), test_verdicts);
  g_test_add_data_func ("/usb-data/odd", "odd", test_refused);
  g_test_add_data_func ("/usb-data/hostile", "hostile", test_refused);
  g_test_add_func ("/usb-data/suggestions", test_suggestions);
  return g_test_run ();
}
