/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Records in the words of the Open Cybersecurity Schema Framework 1.3.0 (schema.ocsf.io), for security data stores that know no other.
 * One table says which class and activity an action is. An export only: the stored lines are the evidence, and one stands whole in
 * raw_data of its event. Pure, any thread. */

typedef struct {
  const char *action;
  guint class_uid;   /* 3002 Authentication ...; its thousands are the category */
  guint activity_id; /* of that class; 99: another one, named by the action */
  guint severity_id; /* of a success; 1 informational ... 4 high */
} KioskOcsfRow;

/* The row of @action, NULL when it is not on the list. */
const KioskOcsfRow *kiosk_ocsf_find (const char *action);

/* The event of a stored line (without line feed) as one JSON object without line feed, owned by the caller. An action that is not on the list is a
 * Base Event. NULL when @line is no record. */
char *kiosk_ocsf_event (const char *line, gsize length);
