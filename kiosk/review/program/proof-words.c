/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "proof-words.h"

#include "texts.h"

#include <sodium.h>
#include <string.h>

/* Says no more than was compared. */

#define KEY_DIGITS 16

static const KioskEvidence *
get_evidence (KioskStore *store)
{
  return kiosk_proofs_get (kiosk_store_get_proofs (store));
}

/* ---- What was opened ---- */

static char *
say_bound (const char *stored)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (stored, NULL);
  g_autofree char *stamp
      = time != NULL ? kiosk_say_stamp (g_date_time_to_unix (time) * G_USEC_PER_SEC) : NULL;

  return stamp != NULL ? g_strndup (stamp, strlen ("2026-11-21 10:30"))
                       : g_strdup (kiosk_say (KIOSK_SAY_SPAN_OPEN));
}

static char *
say_bundle (const KioskEvidence *evidence)
{
  const KioskBundle *bundle = evidence->bundle;
  char hex[2 * KIOSK_BUNDLE_KEY_SIZE + 1];
  g_autofree char *from = say_bound (bundle->since);
  g_autofree char *to = say_bound (bundle->until);
  g_autofree char *time = say_bound (bundle->made);
  g_autofree char *n = kiosk_say_number (bundle->files->len);
  g_autofree char *host = kiosk_text_clean (bundle->host, 64);
  g_autofree char *who = NULL;

  sodium_bin2hex (hex, sizeof hex, bundle->signer, sizeof bundle->signer);
  hex[KEY_DIGITS] = '\0';
  who = evidence->signer != NULL
            ? kiosk_say_format (KIOSK_SAY_SIGNER_LISTED, "name", evidence->signer, NULL)
            : kiosk_say_format (KIOSK_SAY_SIGNER_UNLISTED, "key", hex, NULL);
  return kiosk_say_format (KIOSK_SAY_SOURCE_BUNDLE, "name", host, "from", from, "to", to, "n", n,
                           "time", time, "who", who, NULL);
}

char *
kiosk_say_source (KioskStore *store)
{
  const KioskEvidence *evidence = get_evidence (store);
  GPtrArray *logs = kiosk_store_get_logs (store);
  const KioskIndexLog *first = logs->len > 0 ? logs->pdata[0] : NULL;
  g_autofree char *n = NULL;
  g_autofree char *m = NULL;

  if (evidence == NULL || first == NULL)
    return g_strdup ("");
  n = kiosk_say_number (evidence->files);
  m = kiosk_say_number (logs->len);
  switch (evidence->kind)
    {
    case KIOSK_SOURCE_FILE:
      return kiosk_say_format (KIOSK_SAY_SOURCE_FILE, "name", first->host, "file",
                               first->files[0] != NULL ? first->files[0] : "", NULL);
    case KIOSK_SOURCE_COLLECTOR:
      return kiosk_say_format (KIOSK_SAY_SOURCE_COLLECTOR, "m", m, "n", n, NULL);
    case KIOSK_SOURCE_BUNDLE:
      return say_bundle (evidence);
    case KIOSK_SOURCE_TERMINAL:
      break;
    }
  return kiosk_say_format (KIOSK_SAY_SOURCE_TERMINAL, "name", first->host, "n", n, NULL);
}

/* ---- What backs it ---- */

guint
kiosk_count_confirmed (KioskStore *store)
{
  const KioskEvidence *evidence = get_evidence (store);
  guint confirmed = 0;

  for (guint i = 0; evidence != NULL && i < evidence->logs->len; i++)
    {
      const KioskLogEvidence *one = evidence->logs->pdata[i];

      confirmed += one->receipts.finding == KIOSK_WITNESS_AGREES
                   || one->copy.finding == KIOSK_WITNESS_AGREES;
    }
  return confirmed;
}

guint
kiosk_count_lasting (const KioskEvidence *evidence)
{
  guint lasting = 0;

  for (guint i = 0; evidence != NULL && i < evidence->alarms->len; i++)
    lasting += ((const KioskStoredAlarm *) evidence->alarms->pdata[i])->lasts;
  return lasting;
}

guint
kiosk_count_ledger (KioskStore *store, guint *wrong)
{
  GPtrArray *list = kiosk_proofs_get_comparisons (kiosk_store_get_proofs (store));
  const char *host = kiosk_store_get_host (store);
  guint compared = 0;

  *wrong = 0;
  for (guint i = 0; i < list->len; i++)
    {
      const KioskComparison *one = list->pdata[i];

      if (host != NULL && !g_str_equal (host, one->host))
        continue;
      compared++;
      *wrong += one->right ? 0 : 1;
    }
  return compared;
}

static char *
say_receipts (const KioskEvidence *evidence)
{
  guint agree = 0, all = evidence->logs->len;
  guint64 sequence = 0;
  g_autofree char *n = NULL;
  g_autofree char *m = kiosk_say_number (all);

  for (guint i = 0; i < all; i++)
    {
      const KioskLogEvidence *one = evidence->logs->pdata[i];

      agree += one->receipts.finding == KIOSK_WITNESS_AGREES;
      sequence = one->receipts.sequence;
    }
  n = kiosk_say_number (agree == 1 && all == 1 ? sequence : agree);
  return agree == 0 ? g_strdup (kiosk_say (KIOSK_SAY_RECEIPTS_NONE))
                    : kiosk_say_format (all == 1       ? KIOSK_SAY_RECEIPTS_ONE
                                        : agree == all ? KIOSK_SAY_RECEIPTS_ALL
                                                       : KIOSK_SAY_RECEIPTS_SOME,
                                        "n", n, "m", m, NULL);
}

static gboolean
copy_agrees (const KioskEvidence *evidence)
{
  for (guint i = 0; i < evidence->logs->len; i++)
    if (((const KioskLogEvidence *) evidence->logs->pdata[i])->copy.finding != KIOSK_WITNESS_AGREES)
      return FALSE;
  return evidence->logs->len > 0;
}

char *
kiosk_say_backing (KioskStore *store)
{
  const KioskEvidence *evidence = get_evidence (store);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  gboolean copied;

  if (evidence == NULL)
    return g_strdup ("");
  copied = copy_agrees (evidence);
  if (!copied || kiosk_count_confirmed (store) == 0)
    g_ptr_array_add (parts, say_receipts (evidence));
  if (copied)
    g_ptr_array_add (parts, g_strdup (kiosk_say (KIOSK_SAY_COPY_ALL)));
  if (evidence->alarms->len > 0)
    {
      g_autofree char *n = kiosk_say_number (evidence->alarms->len);
      g_autofree char *m = kiosk_say_number (kiosk_count_lasting (evidence));

      g_ptr_array_add (parts, kiosk_say_format (KIOSK_SAY_ALARMS_N, "n", n, "m", m, NULL));
    }
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (kiosk_say_is_japanese () ? "。" : ". ", (GStrv) parts->pdata);
}

/* ---- Contradictions ---- */

static void
say_common (const KioskIndexLog *log, guint64 common, char **detail)
{
  g_autofree char *a = kiosk_say_number (common);

  *detail = common > 0 ? kiosk_say_format (KIOSK_SAY_DOUBT_COMMON, "name", log->host, "a", a, NULL)
                       : kiosk_say_format (KIOSK_SAY_DOUBT_DETAIL, "name", log->host, NULL);
}

static void
say_log_doubt (const KioskIndexLog *log, const KioskLogEvidence *one, char **title, char **detail)
{
  gboolean copy = !kiosk_witness_contradicts (&one->receipts);
  const KioskWitness *witness = copy ? &one->copy : &one->receipts;
  guint64 end = log->report.records > 0 ? log->report.first + log->report.records - 1 : 0;
  gboolean codes = one->codes == KIOSK_CODES_WRONG;
  g_autofree char *a = kiosk_say_number (end);
  g_autofree char *b = kiosk_say_number (codes ? one->codes_report.sequence : witness->sequence);
  KioskSay say = KIOSK_SAY_DOUBT_FOREIGN;

  if (one->key == KIOSK_LOG_KEY_WRONG)
    say = KIOSK_SAY_DOUBT_KEY;
  else if (codes)
    say = KIOSK_SAY_DOUBT_CODES;
  else if (witness->finding == KIOSK_WITNESS_CUT)
    say = copy ? KIOSK_SAY_DOUBT_COPY_CUT : KIOSK_SAY_DOUBT_CUT;
  else if (witness->finding == KIOSK_WITNESS_DIFFERS)
    say = copy ? KIOSK_SAY_DOUBT_COPY_DIFFERS : KIOSK_SAY_DOUBT_DIFFERS;
  else if (copy)
    say = KIOSK_SAY_DOUBT_COPY_FOREIGN;
  *title = kiosk_say_format (say, "a", a, "b", b, NULL);
  say_common (log, one->key == KIOSK_LOG_KEY_WRONG || codes ? 0 : witness->common, detail);
}

static const KioskComparison *
find_wrong (KioskStore *store)
{
  GPtrArray *list = kiosk_proofs_get_comparisons (kiosk_store_get_proofs (store));

  for (guint i = 0; i < list->len; i++)
    if (!((const KioskComparison *) list->pdata[i])->right)
      return list->pdata[i];
  return NULL;
}

gboolean
kiosk_say_doubt (KioskStore *store, char **title, char **detail)
{
  const KioskLogEvidence *one = kiosk_evidence_find_doubt (get_evidence (store));
  const KioskIndexLog *log = one != NULL ? kiosk_store_find_log (store, one->log) : NULL;
  const KioskComparison *wrong = find_wrong (store);
  g_autofree char *date = NULL;

  if (log != NULL)
    {
      say_log_doubt (log, one, title, detail);
      return TRUE;
    }
  if (wrong == NULL)
    return FALSE;
  date = kiosk_say_stamp (wrong->day);
  date[strlen ("2026-11-21")] = '\0';
  *title = kiosk_say_format (KIOSK_SAY_DOUBT_LEDGER, "date", date, NULL);
  *detail = kiosk_say_format (KIOSK_SAY_DOUBT_DETAIL, "name", wrong->host, NULL);
  return TRUE;
}

/* ---- Cells ---- */

char *
kiosk_say_log_key (const KioskLogEvidence *one)
{
  static const KioskSay words[] = {
    [KIOSK_LOG_KEY_OWN] = KIOSK_SAY_KEY_OWN,
    [KIOSK_LOG_KEY_BESIDE] = KIOSK_SAY_KEY_BESIDE,
    [KIOSK_LOG_KEY_KNOWN] = KIOSK_SAY_KEY_KNOWN,
    [KIOSK_LOG_KEY_WRONG] = KIOSK_SAY_KEY_OTHER,
  };

  return g_strdup (kiosk_say (words[one->key]));
}

static char *
say_witness (const KioskWitness *witness, KioskSay none, KioskSay bad)
{
  const KioskSay words[] = {
    [KIOSK_WITNESS_NONE] = none,
    [KIOSK_WITNESS_AGREES] = KIOSK_SAY_W_AGREES,
    [KIOSK_WITNESS_CUT] = KIOSK_SAY_W_CUT,
    [KIOSK_WITNESS_DIFFERS] = KIOSK_SAY_W_DIFFERS,
    [KIOSK_WITNESS_FOREIGN] = KIOSK_SAY_W_FOREIGN,
    [KIOSK_WITNESS_BEFORE] = KIOSK_SAY_W_BEFORE,
    [KIOSK_WITNESS_BAD] = bad,
  };
  g_autofree char *n = kiosk_say_number (witness->sequence);

  return kiosk_say_format (words[witness->finding], "n", n, NULL);
}

char *
kiosk_say_receipt (const KioskWitness *witness)
{
  g_autofree char *text = say_witness (witness, KIOSK_SAY_W_NONE, KIOSK_SAY_W_BAD);

  if (witness->finding == KIOSK_WITNESS_NONE || witness->finding == KIOSK_WITNESS_BAD)
    return g_steal_pointer (&text);
  return g_strdup_printf (kiosk_say_is_japanese () ? "%s（%s）" : "%s (%s)", text,
                          witness->name != NULL ? witness->name : kiosk_say (KIOSK_SAY_W_UNLISTED));
}

char *
kiosk_say_copy (const KioskWitness *witness, gboolean compared)
{
  return say_witness (witness, compared ? KIOSK_SAY_W_NONE : KIOSK_SAY_W_NOT_COMPARED,
                      KIOSK_SAY_W_COPY_BAD);
}

char *
kiosk_say_codes (const KioskLogEvidence *one)
{
  static const KioskSay words[] = {
    [KIOSK_CODES_UNCHECKED] = KIOSK_SAY_CODES_UNCHECKED,
    [KIOSK_CODES_RIGHT] = KIOSK_SAY_CODES_RIGHT,
    [KIOSK_CODES_WRONG] = KIOSK_SAY_CODES_WRONG,
    [KIOSK_CODES_NOT_FOR_KEY] = KIOSK_SAY_CODES_NOT_FOR_KEY,
  };
  g_autofree char *n = kiosk_say_number (one->codes_report.sequence);

  return kiosk_say_format (words[one->codes], "n", n, NULL);
}
