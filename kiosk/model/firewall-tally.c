/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

/* Refused packets, from the kernel's counters to records: soon, not too many, none lost. A program that tries
 * for ever is told after a minute, two, four, and then each hour. */

#include "kiosk/model/firewall.h"

#define FIRST_PAUSE ((gint64) 60 * G_USEC_PER_SEC)
#define LAST_PAUSE (60 * FIRST_PAUSE)

/* Senders and destinations that are remembered. Those that have nothing to tell go first. */
#define MOST_KNOWN 2048

typedef struct {
  KioskFirewallTry try; /* packets: not told yet */
  guint64 kernel;       /* the kernel's count when it was looked at last */
  gint64 pause;         /* after it is told next */
  gint64 silent_until;
} Known;

struct _KioskFirewallTally {
  GHashTable *known; /* text -> Known */
  guint64 kernel;    /* refused in all, as the kernel had it last */
  guint64 others;    /* not told yet and nobody's */
  gint64 others_silent_until;
  gint64 minute; /* since when this minute's records are counted */
  guint told;    /* in it */
  KioskFirewallTry report;
};

static void
known_free (Known *known)
{
  g_free (known->try.address);
  g_free (known);
}

KioskFirewallTally *
kiosk_firewall_tally_new (void)
{
  KioskFirewallTally *self = g_new0 (KioskFirewallTally, 1);

  self->known
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) known_free);
  return self;
}

void
kiosk_firewall_tally_free (KioskFirewallTally *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->known);
  g_free (self->report.address);
  g_free (self);
}

static Known *
find_or_add (KioskFirewallTally *self, const KioskFirewallTry *try)
{
  g_autofree char *key = g_strdup_printf ("%d %" G_GINT64_FORMAT " %u %s %u", try->direction,
                                          try->uid, try->protocol, try->address, try->port);
  Known *known = g_hash_table_lookup (self->known, key);

  if (known != NULL || g_hash_table_size (self->known) >= MOST_KNOWN)
    return known;
  known = g_new0 (Known, 1);
  known->try = *try;
  known->try.address = g_strdup (try->address);
  known->try.packets = 0;
  known->pause = FIRST_PAUSE;
  g_hash_table_insert (self->known, g_steal_pointer (&key), known);
  return known;
}

static gboolean
is_forgettable (gpointer key, gpointer value, gpointer data)
{
  const Known *known = value;

  /* Gone from the kernel's set, too: else its count would be taken for a new one. */
  return known->try.packets == 0 && known->kernel == 0;
}

/* What @now has more than @before. A smaller count has begun anew. */
static guint64
grown (guint64 *before, guint64 now)
{
  guint64 more = now >= *before ? now - *before : now;

  *before = now;
  return more;
}

void
kiosk_firewall_tally_update (KioskFirewallTally *self, const KioskFirewallState *state,
                             gboolean fresh)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  guint64 all, named = 0;
  GHashTableIter iter;
  gpointer value;

  if (fresh)
    {
      self->kernel = 0;
      g_hash_table_iter_init (&iter, self->known);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        ((Known *) value)->kernel = 0;
    }
  all = grown (&self->kernel, state->refused_out + state->refused_in + state->refused_forward);
  for (guint i = 0; i < state->tries->len; i++)
    {
      const KioskFirewallTry *try = state->tries->pdata[i];
      Known *known = find_or_add (self, try);
      guint64 more;

      if (known == NULL)
        continue;
      more = grown (&known->kernel, try->packets);
      known->try.packets += more;
      named += more;
      g_hash_table_add (seen, known);
    }
  /* What the kernel has forgotten begins at zero when it comes back. */
  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!g_hash_table_contains (seen, value))
      ((Known *) value)->kernel = 0;
  if (g_hash_table_size (self->known) >= MOST_KNOWN / 2)
    g_hash_table_foreach_remove (self->known, is_forgettable, NULL);
  /* A set is read a moment after its counter: what it has more is taken off again next time. */
  if (all >= named)
    self->others += all - named;
  else
    self->kernel += named - all;
}

/* The one with most packets of those that may be told. */
static Known *
find_due (KioskFirewallTally *self, gint64 now)
{
  Known *due = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Known *known = value;

      if (known->try.packets > 0 && known->silent_until <= now
          && (due == NULL || known->try.packets > due->try.packets))
        due = known;
    }
  return due;
}

gboolean
kiosk_firewall_tally_next (KioskFirewallTally *self, gint64 now, const KioskFirewallTry **try,
                           guint64 *others)
{
  Known *due;

  *try = NULL;
  *others = 0;
  if (now - self->minute >= FIRST_PAUSE)
    {
      self->minute = now;
      self->told = 0;
    }
  /* Beyond the pace, and apart from it, comes what belongs to nobody: one record a minute. */
  due = self->told < KIOSK_FIREWALL_TALLY_PACE ? find_due (self, now) : NULL;
  if (due == NULL)
    {
      if (self->others == 0 || self->others_silent_until > now)
        return FALSE;
      *others = self->others;
      self->others = 0;
      self->others_silent_until = now + FIRST_PAUSE;
      return TRUE;
    }
  self->told++;
  g_free (self->report.address);
  self->report = due->try;
  self->report.address = g_strdup (due->try.address);
  due->try.packets = 0;
  due->silent_until = now + due->pause;
  due->pause = MIN (due->pause * 2, LAST_PAUSE);
  *try = &self->report;
  return TRUE;
}
