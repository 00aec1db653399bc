/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "devices-command.h"

#include "devices-buses.h"
#include "devices-judge.h"
#include "devices-learn.h"
#include "devices-scan.h"
#include "devices-view.h"
#include "language.h"
#include "policy-input.h"

#include <string.h>

/* Compares what the kernel lets work with what the policy wants. */

#define EXIT_GOOD 0
#define EXIT_NO 1
#define EXIT_USAGE 2

typedef struct {
  GStrv policy;
  char *sysfs, *lang;
  gboolean json;
  KioskLanguage language;
} Options;

static void
options_clear (Options *options)
{
  g_strfreev (options->policy);
  g_free (options->sysfs);
  g_free (options->lang);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static void
view_free (gpointer data)
{
  KioskDeviceView *self = data;

  kiosk_usb_verdict_clear (&self->verdict);
  g_free (self);
}

/* Whether the terminal is locked, only kioskd knows; so a device that may work at some moment is no fault. */
static KioskDeviceView *
look_at (const KioskPluggedIn *device, const KioskPolicy *policy)
{
  static const KioskDeviceMoment moments[]
      = { KIOSK_MOMENT_UNLOCKED, KIOSK_MOMENT_LOCKED, KIOSK_MOMENT_LOGGED_OUT };
  KioskDeviceView *view = g_new0 (KioskDeviceView, 1);

  view->device = device;
  view->always = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_auto (KioskUsbVerdict) verdict = { 0 };

      kiosk_usb_judge (policy, &device->facts, moments[i], &verdict);
      if (i > 0 && verdict.allowed != view->verdict.allowed)
        view->always = FALSE;
      if (i == 0 || (verdict.allowed && !view->verdict.allowed))
        {
          kiosk_usb_verdict_clear (&view->verdict);
          view->verdict = verdict;
          memset (&verdict, 0, sizeof verdict);
        }
    }
  view->as_wanted
      = !device->authorized
        || (view->verdict.allowed && (device->interfaces & ~view->verdict.interfaces) == 0);
  return view;
}

static int
show (const Options *options, const GPtrArray *buses, const GPtrArray *devices)
{
  g_autoptr (KioskPolicy) policy
      = kiosk_ctl_policy_load (options->policy, options->language, stderr);
  g_autoptr (GPtrArray) views = g_ptr_array_new_with_free_func (view_free);
  /* Of another folder than the kernel's own only USB is looked at. */
  g_autoptr (GPtrArray) ways = options->sysfs == NULL ? kiosk_ctl_ways_find (policy) : NULL;
  gboolean good = options->sysfs != NULL || (ways != NULL && kiosk_ctl_ways_are_shut (ways));

  for (guint i = 0; i < buses->len; i++)
    good &= kiosk_ctl_usb_bus_is_closed (buses->pdata[i]);
  for (guint i = 0; i < devices->len; i++)
    {
      KioskDeviceView *view = look_at (devices->pdata[i], policy);

      good &= view->as_wanted;
      g_ptr_array_add (views, view);
    }
  if (options->json)
    kiosk_ctl_devices_print_json (buses, views, policy != NULL, ways);
  else
    kiosk_ctl_devices_print (buses, views, policy != NULL, options->language);
  if (!options->json && ways != NULL)
    kiosk_ctl_ways_print (ways, options->language);
  return policy == NULL ? EXIT_USAGE : good ? EXIT_GOOD : EXIT_NO;
}

static int
run (int argc, char **argv, gboolean learn)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "policy", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.policy,
      "設定のファイルかフォルダー / file or folder of the policy, any number", "FILE|DIR" },
    { "sysfs", 0, 0, G_OPTION_ARG_FILENAME, &options.sysfs,
      "/sys の代わりに見るフォルダー / a folder to look at in place of /sys", "DIR" },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &options.lang, "言語 / language", "ja|en" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "JSON 形式 / as JSON", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[judge|learn]");
  g_autoptr (GPtrArray) buses = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (argc > 1 || !kiosk_ctl_language (options.lang, &options.language)
      || (learn && (options.json || options.policy != NULL)))
    {
      g_printerr ("kioskctl devices [--lang ja|en] [--json] [--policy FILE|DIR]... [--sysfs DIR]\n"
                  "kioskctl devices learn [--sysfs DIR]\n"
                  "kioskctl devices judge ...\n");
      return EXIT_USAGE;
    }
  if (!kiosk_ctl_usb_scan (options.sysfs != NULL ? options.sysfs : "/sys", &buses, &devices,
                           &error))
    {
      g_printerr ("kioskctl: %s\n", error->message);
      return EXIT_USAGE;
    }
  if (!learn)
    return show (&options, buses, devices);
  kiosk_ctl_devices_learn (devices);
  return EXIT_GOOD;
}

int
kiosk_ctl_devices_command (int argc, char **argv)
{
  gboolean judge = argc >= 2 && g_str_equal (argv[1], "judge");
  gboolean learn = argc >= 2 && g_str_equal (argv[1], "learn");

  g_set_prgname (judge   ? "kioskctl devices judge"
                 : learn ? "kioskctl devices learn"
                         : "kioskctl devices");
  if (judge)
    return kiosk_ctl_devices_judge (argc - 1, argv + 1);
  return learn ? run (argc - 1, argv + 1, TRUE) : run (argc, argv, FALSE);
}
