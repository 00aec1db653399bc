/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* Every report of kiosk-rdp in every order that matters. */

#include "worker-contract.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)

typedef struct {
  guint32 kind, value;
  KioskWorkerJudgement judgement;
} Line;

#define ALIVE(judgement)                                                                           \
  {                                                                                                \
    KIOSK_RDP_REPORT_ALIVE, 0, KIOSK_WORKER_##judgement                                            \
  }
#define STEP(name, judgement)                                                                      \
  {                                                                                                \
    KIOSK_RDP_REPORT_STEP, KIOSK_RDP_STEP_##name, KIOSK_WORKER_##judgement                         \
  }
#define CERTIFICATE(name, judgement)                                                               \
  {                                                                                                \
    KIOSK_RDP_REPORT_CERTIFICATE, KIOSK_RDP_END_##name, KIOSK_WORKER_##judgement                   \
  }
#define SUSPENDED(judgement)                                                                       \
  {                                                                                                \
    KIOSK_RDP_REPORT_SUSPENDED, 0, KIOSK_WORKER_##judgement                                        \
  }
#define ENDED(name)                                                                                \
  {                                                                                                \
    KIOSK_RDP_REPORT_ENDED, KIOSK_RDP_END_##name, KIOSK_WORKER_NEWS                                \
  }

static const struct {
  const char *name;
  Line lines[10];
} stories[] = {
  { "honest",
    { ALIVE (KNOWN), STEP (CERTIFICATE, NEWS), CERTIFICATE (NONE, NEWS), STEP (LOGON, NEWS),
      ALIVE (KNOWN), STEP (PICTURE, NEWS), STEP (ACTIVE, NEWS), ALIVE (KNOWN), ENDED (LOST) } },
  { "refuses-certificate",
    { STEP (CERTIFICATE, NEWS), CERTIFICATE (CERTIFICATE_CHANGED, NEWS), ALIVE (KNOWN),
      ENDED (CERTIFICATE_CHANGED) } },
  { "ends-first", { ENDED (INTERNAL) } },
  { "certificate-first", { CERTIFICATE (NONE, BROKEN) } },
  { "active-first", { STEP (ACTIVE, BROKEN) } },
  { "logon-without-certificate", { STEP (CERTIFICATE, NEWS), STEP (LOGON, BROKEN) } },
  { "logon-after-refusal",
    { STEP (CERTIFICATE, NEWS), CERTIFICATE (CERTIFICATE_EXPIRED, NEWS), STEP (LOGON, BROKEN) } },
  { "second-opinion",
    { STEP (CERTIFICATE, NEWS), CERTIFICATE (CERTIFICATE_WEAK, NEWS),
      CERTIFICATE (NONE, BROKEN) } },
  { "certificate-after-logon",
    { STEP (CERTIFICATE, NEWS), CERTIFICATE (NONE, NEWS), STEP (LOGON, NEWS),
      CERTIFICATE (NONE, BROKEN) } },
  { "odd-verdict", { STEP (CERTIFICATE, NEWS), CERTIFICATE (LOGGED_OFF, BROKEN) } },
  { "skips-a-step",
    { STEP (CERTIFICATE, NEWS), CERTIFICATE (NONE, NEWS), STEP (PICTURE, BROKEN) } },
  { "same-step-again", { STEP (CERTIFICATE, NEWS), STEP (CERTIFICATE, BROKEN) } },
  { "back",
    { STEP (CERTIFICATE, NEWS), CERTIFICATE (NONE, NEWS), STEP (LOGON, NEWS), STEP (PICTURE, NEWS),
      STEP (LOGON, BROKEN) } },
  { "suspended-unasked", { SUSPENDED (BROKEN) } },
  { "unknown-kind", { { 0, 0, KIOSK_WORKER_BROKEN } } },
  { "unknown-step", { { KIOSK_RDP_REPORT_STEP, 5, KIOSK_WORKER_BROKEN } } },
};

static KioskWorkerJudgement
judge (KioskWorkerContract *contract, guint32 kind, guint32 value, const char *text, gint64 now)
{
  KioskRdpReport report = { .kind = kind, .value = value };

  g_strlcpy (report.text, text, sizeof report.text);
  return kiosk_worker_contract_judge (contract, &report, now);
}

static void
test_story (gconstpointer data)
{
  const Line *lines = data;
  KioskWorkerContract contract = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (stories[0].lines) && (i == 0 || lines[i].kind != 0); i++)
    g_assert_cmpint (judge (&contract, lines[i].kind, lines[i].value, "", 1000 * SECOND + i), ==,
                     lines[i].judgement);
}

static void
test_suspended (void)
{
  KioskWorkerContract contract = { .suspend_ordered = TRUE };

  g_assert_cmpint (judge (&contract, KIOSK_RDP_REPORT_SUSPENDED, 0, "", SECOND), ==,
                   KIOSK_WORKER_NEWS);
  g_assert_false (contract.suspend_ordered);
  g_assert_cmpint (judge (&contract, KIOSK_RDP_REPORT_SUSPENDED, 0, "", SECOND), ==,
                   KIOSK_WORKER_BROKEN);
}

static void
test_channels (void)
{
  KioskWorkerContract contract = { 0 };

  for (guint i = 0; i <= KIOSK_WORKER_MAX_CHANNELS; i++)
    {
      g_autofree char *name = g_strdup_printf ("channel%u", i);
      gboolean fits = i < KIOSK_WORKER_MAX_CHANNELS;

      g_assert_cmpint (judge (&contract, KIOSK_RDP_REPORT_CHANNEL, 0, name, (100 + i) * SECOND), ==,
                       fits ? KIOSK_WORKER_NEWS : KIOSK_WORKER_BROKEN);
      if (fits)
        g_assert_cmpint (judge (&contract, KIOSK_RDP_REPORT_CHANNEL, 0, name, (100 + i) * SECOND),
                         ==, KIOSK_WORKER_KNOWN);
    }
}

static guint
count_taken (KioskWorkerContract *contract, gint64 now)
{
  guint n = 0;

  while (judge (contract, KIOSK_RDP_REPORT_ALIVE, 0, "", now) == KIOSK_WORKER_KNOWN)
    n++;
  return n;
}

/* A burst is taken, then no more than the rate; a long silence saves no more than one burst. */
static void
test_flood (void)
{
  KioskWorkerContract contract = { 0 };

  g_assert_cmpuint (count_taken (&contract, 100 * SECOND), ==, KIOSK_WORKER_REPORT_BURST);
  contract = (KioskWorkerContract){ 0 };
  g_assert_cmpuint (count_taken (&contract, G_MAXINT64 / 2), ==, KIOSK_WORKER_REPORT_BURST);

  contract = (KioskWorkerContract){ 0 };
  for (guint i = 0; i < 10000; i++)
    g_assert_cmpint (judge (&contract, KIOSK_RDP_REPORT_ALIVE, 0, "",
                            100 * SECOND + i * SECOND / KIOSK_WORKER_REPORT_RATE),
                     ==, KIOSK_WORKER_KNOWN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (stories); i++)
    {
      g_autofree char *path = g_strdup_printf ("/worker-contract/%s", stories[i].name);

      g_test_add_data_func (path, stories[i].lines, test_story);
    }
  g_test_add_func ("/worker-contract/suspended", test_suspended);
  g_test_add_func ("/worker-contract/channels", test_channels);
  g_test_add_func ("/worker-contract/flood", test_flood);
  return g_test_run ();
}
