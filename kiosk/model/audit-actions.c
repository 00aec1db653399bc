/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-model"

#include "kiosk/model/audit-actions.h"
#include "kiosk/model/audit.h"

/* The tables of audit-actions.h and the look-ups in them. Nothing else. */

#define ACTION_ROW(action, category, type, ja, en) { action, category, type, ja, en },
#define REASON_ROW(word, ja, en) { word, ja, en },

static const KioskAuditAction actions[] = { KIOSK_AUDIT_ACTIONS (ACTION_ROW) };

static const struct {
  const char *word;
  const char *ja;
  const char *en;
} reasons[] = { KIOSK_AUDIT_REASONS (REASON_ROW) };

const KioskAuditAction *
kiosk_audit_action_nth (guint index)
{
  return index < G_N_ELEMENTS (actions) ? &actions[index] : NULL;
}

const KioskAuditAction *
kiosk_audit_action_find (const char *action)
{
  for (guint i = 0; action != NULL && i < G_N_ELEMENTS (actions); i++)
    {
      if (g_str_equal (actions[i].action, action))
        return &actions[i];
    }
  return NULL;
}

const char *
kiosk_audit_action_category (const char *action)
{
  const KioskAuditAction *row = kiosk_audit_action_find (action);

  return row != NULL ? row->category : NULL;
}

const char *
kiosk_audit_reason_text (const char *reason, gboolean japanese)
{
  for (guint i = 0; reason != NULL && i < G_N_ELEMENTS (reasons); i++)
    {
      if (g_str_equal (reasons[i].word, reason))
        return japanese ? reasons[i].ja : reasons[i].en;
    }
  return NULL;
}
