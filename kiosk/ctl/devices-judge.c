/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "devices-judge.h"

#include "devices-view.h"
#include "language.h"
#include "policy-input.h"

#include <errno.h>
#include <string.h>

/* Judges descriptors from a file with kioskd's own function: no hardware, no kioskd. */

#define EXIT_ALLOWED 0
#define EXIT_REFUSED 1
#define EXIT_USAGE 2

typedef struct {
  GStrv policy;
  char *descriptors, *port, *serial, *state, *lang;
  gboolean json;
  KioskLanguage language;
} Options;

static void
options_clear (Options *options)
{
  g_strfreev (options->policy);
  g_free (options->descriptors);
  g_free (options->port);
  g_free (options->serial);
  g_free (options->state);
  g_free (options->lang);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_moment (const char *state, KioskDeviceMoment *moment)
{
  static const char *const names[] = {
    [KIOSK_MOMENT_LOGGED_OUT] = "logged-out",
    [KIOSK_MOMENT_UNLOCKED] = "unlocked",
    [KIOSK_MOMENT_LOCKED] = "locked",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (state != NULL ? state : "logged-out", names[i]) == 0)
      {
        *moment = (KioskDeviceMoment) i;
        return TRUE;
      }
  return FALSE;
}

/* "1-2.3" or "0000:00:14.0/2.3"; each dot among the ports is a hub. */
static gboolean
parse_port (const char *port, KioskUsbFacts *facts)
{
  const char *slash = port != NULL ? strrchr (port, '/') : NULL;
  const char *ports = slash != NULL ? slash : port != NULL ? strchr (port, '-') : NULL;

  facts->name = g_strdup (slash == NULL && port != NULL ? port : "?");
  facts->path = g_strdup (slash != NULL ? port : "");
  if (port == NULL)
    return TRUE;
  if (ports == NULL || ports == port || ports[1] == '\0'
      || strspn (ports + 1, "0123456789.") != strlen (ports + 1))
    return FALSE;
  for (const char *p = ports + 1; *p != '\0'; p++)
    facts->depth += *p == '.';
  return TRUE;
}

/* The bytes of @path, one more than a set can have at most. */
static gboolean
read_descriptors (const char *path, KioskUsbFacts *facts)
{
  FILE *file = fopen (path, "re");

  if (file == NULL)
    return FALSE;
  facts->bytes = g_malloc (KIOSK_USB_MAX_BYTES + 1);
  facts->length = fread (facts->bytes, 1, KIOSK_USB_MAX_BYTES + 1, file);
  if (ferror (file) != 0)
    {
      fclose (file);
      return FALSE;
    }
  fclose (file);
  return TRUE;
}

static void
print_text (const KioskUsbFacts *facts, const KioskUsbVerdict *verdict, KioskLanguage language)
{
  gboolean ja = language == KIOSK_LANGUAGE_JA;
  g_autofree char *text = kiosk_ctl_device_verdict_text (verdict, language);
  g_autofree char *line = kiosk_usb_facts_describe (facts);

  g_print ("%s\n", text);
  if (!verdict->allowed)
    g_print (ja ? "  種類: %s\n" : "  kind: %s\n",
             kiosk_label_get (kiosk_device_kind_label (verdict->kind), language));
  g_print ("  %s\n", verdict->detail);
  if (verdict->place.line > 0)
    {
      g_autofree char *quote = kiosk_ctl_quote_line (verdict->place);

      g_print ("  %s:%u: %s\n", verdict->place.source, verdict->place.line, quote);
    }
  else
    g_print ("%s", ja ? "  設定のどの行でもなく、端末の決まりによります。\n"
                      : "  No line of the policy decided: it is built in.\n");
  g_print ("  %s\n", line);
}

static int
judge (const Options *options, KioskDeviceMoment moment, KioskUsbFacts *facts)
{
  g_autoptr (KioskPolicy) policy = NULL;
  g_auto (KioskUsbVerdict) verdict = { 0 };

  if (!read_descriptors (options->descriptors, facts))
    {
      g_printerr ("kioskctl: %s: %s\n", options->descriptors, g_strerror (errno));
      return EXIT_USAGE;
    }
  policy = kiosk_ctl_policy_load (options->policy, options->language, stderr);
  if (policy == NULL)
    return EXIT_USAGE;
  kiosk_usb_judge (policy, facts, moment, &verdict);
  if (options->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      kiosk_ctl_device_verdict_json (builder, &verdict);
      json_builder_end_object (builder);
      kiosk_ctl_print_json (builder);
    }
  else
    print_text (facts, &verdict, options->language);
  return verdict.allowed ? EXIT_ALLOWED : EXIT_REFUSED;
}

int
kiosk_ctl_devices_judge (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "policy", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.policy,
      "設定のファイルかフォルダー / file or folder of the policy, any number", "FILE|DIR" },
    { "descriptors", 0, 0, G_OPTION_ARG_FILENAME, &options.descriptors,
      "機器情報（sysfs の descriptors） / descriptors as in sysfs", "FILE" },
    { "port", 0, 0, G_OPTION_ARG_STRING, &options.port, "接続口 / port", "0000:00:14.0/2|1-2" },
    { "serial", 0, 0, G_OPTION_ARG_STRING, &options.serial, "製造番号 / serial number", "TEXT" },
    { "state", 0, 0, G_OPTION_ARG_STRING, &options.state,
      "端末の状態（なければ logged-out） / state of the terminal, logged-out if left out",
      "locked|unlocked|logged-out" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &options.lang, "言語 / language", "ja|en" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "JSON 形式 / as JSON", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (KioskUsbFacts) facts = { 0 };
  KioskDeviceMoment moment;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (argc > 1 || options.descriptors == NULL || !parse_moment (options.state, &moment)
      || !parse_port (options.port, &facts)
      || !kiosk_ctl_language (options.lang, &options.language))
    {
      g_printerr ("kioskctl devices judge [--policy FILE|DIR]... --descriptors FILE [--port PORT] "
                  "[--serial TEXT] [--state locked|unlocked|logged-out] [--lang ja|en] [--json]\n");
      return EXIT_USAGE;
    }
  facts.serial = g_strdup (options.serial);
  return judge (&options, moment, &facts);
}
