/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The session state machine against a table that was written by hand from the design, not taken from
 * the code: every event in every state. Then what must hold whatever happens, by trying all sequences
 * of events. */

#include "kiosk/model/session.h"

#include <glib.h>

#define N_STATES KIOSK_N_STATES
#define N_EVENTS KIOSK_N_EVENTS

/* ---- The golden table ---- */

/* One cell: where it leads and what is done, in letters in the order in which it is done:
 *   a  ends the conversation        p  suspends the worker       c  ends the connection
 *   f  forgets the person           g  greets the person         r  resumes the worker
 *   e  clears the error
 * "-": a forbidden request. ".": nothing changes. "=": nothing changes but the effects behind it. A
 * letter at the beginning is the next state:
 *   S stopped, O logged out, A authenticating, H choosing, P approving, W changing the password, C connecting,
 *   N connected, L locked, U unlocking */
typedef struct {
  KioskEvent event;
  const char *cells
      [N_STATES]; /* STOPPED, LOGGED_OUT, AUTHENTICATING, CHOOSING, APPROVING, CHANGING, CONNECTING, CONNECTED,
                                  LOCKED, UNLOCKING; for an engineer with a worker */
} Golden;

static const char state_letters[] = "SOAHPWCNLU";

/* clang-format off */
static const Golden golden[N_EVENTS] = {
  /* requests                             S        O        A        H        P        W        C        N        L        U */
  { KIOSK_EVENT_BEGIN_LOGIN,           { "-"    , "Ae"   , "-"    , "-"    , "-"    , "-"    , "-"    , "-"    , "-"    , "-" } },
  { KIOSK_EVENT_BEGIN_UNLOCK,          { "-"    , "-"    , "-"    , "-"    , "-"    , "-"    , "-"    , "-"    , "Ue"   , "-" } },
  { KIOSK_EVENT_BEGIN_END,             { "-"    , "-"    , "-"    , "-"    , "-"    , "-"    , "-"    , "-"    , "Ue"   , "-" } },
  { KIOSK_EVENT_BEGIN_APPROVAL,        { "-"    , "-"    , "-"    , "Pe"   , "-"    , "-"    , "-"    , "-"    , "-"    , "-" } },
  { KIOSK_EVENT_BEGIN_CHANGE,          { "-"    , "-"    , "-"    , "We"   , "-"    , "-"    , "-"    , "-"    , "-"    , "-" } },
  { KIOSK_EVENT_CANCEL_CONVERSATION,   { "."    , "."    , "Oa"   , "."    , "Ha"   , "Ha"   , "."    , "."    , "."    , "La" } },
  { KIOSK_EVENT_LIST_SERVERS,          { "-"    , "-"    , "-"    , "."    , "."    , "."    , "."    , "."    , "."    , "." } },
  { KIOSK_EVENT_CONNECT,               { "-"    , "-"    , "-"    , "Ce"   , "-"    , "-"    , "-"    , "-"    , "-"    , "-" } },
  { KIOSK_EVENT_DISCONNECT,            { "."    , "."    , "."    , "."    , "."    , "."    , "Hc"   , "Hc"   , "."    , "." } },
  { KIOSK_EVENT_LOCK,                  { "."    , "."    , "."    , "Le"   , "Lae"  , "Lae"  , "Lce"  , "Lpe"  , "."    , "." } },
  { KIOSK_EVENT_LOGOUT,                { "."    , "."    , "."    , "Oacfe", "Oacfe", "Oacfe", "Oacfe", "Oacfe", "."    , "." } },
  { KIOSK_EVENT_DISMISS,               { "."    , "=e"   , "=e"   , "=e"   , "=e"   , "=e"   , "=e"   , "=e"   , "=e"   , "=e" } },
  { KIOSK_EVENT_DISMISS_DEVICES,       { "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "." } },
  { KIOSK_EVENT_REPORT_TYPING,         { "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "." } },
  { KIOSK_EVENT_POWER_OFF,             { "."    , "."    , "-"    , "-"    , "-"    , "-"    , "-"    , "-"    , "-"    , "-" } },
  { KIOSK_EVENT_HEARTBEAT,             { "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "." } },
  /* verdicts */
  { KIOSK_EVENT_LOGIN_PASSED,          { "."    , "."    , "Hage" , "."    , "."    , "."    , "."    , "."    , "."    , "." } },
  { KIOSK_EVENT_LOGIN_FAILED,          { "."    , "."    , "Oa"   , "."    , "."    , "."    , "."    , "."    , "."    , "." } },
  { KIOSK_EVENT_UNLOCK_PASSED,         { "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "Nare" } },
  { KIOSK_EVENT_UNLOCK_FAILED,         { "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "La" } },
  { KIOSK_EVENT_END_PASSED,            { "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "Oacfe" } },
  { KIOSK_EVENT_APPROVAL_PASSED,       { "."    , "."    , "."    , "."    , "Hae"  , "."    , "."    , "."    , "."    , "." } },
  { KIOSK_EVENT_APPROVAL_FAILED,       { "."    , "."    , "."    , "."    , "Ha"   , "."    , "."    , "."    , "."    , "." } },
  { KIOSK_EVENT_CHANGE_PASSED,         { "."    , "."    , "."    , "."    , "."    , "Hae"  , "."    , "."    , "."    , "." } },
  { KIOSK_EVENT_CHANGE_FAILED,         { "."    , "."    , "."    , "."    , "."    , "Ha"   , "."    , "."    , "."    , "." } },
  /* the worker */
  { KIOSK_EVENT_WORKER_ACTIVE,         { "."    , "."    , "."    , "."    , "."    , "."    , "Ne"   , "."    , "."    , "." } },
  { KIOSK_EVENT_WORKER_ENDED,          { "."    , "."    , "."    , "."    , "."    , "."    , "Hc"   , "Hc"   , "=c"   , "=c" } },
  /* clocks */
  { KIOSK_EVENT_CONVERSATION_TIME,     { "."    , "."    , "Oa"   , "."    , "."    , "."    , "."    , "."    , "."    , "." } },
  { KIOSK_EVENT_DISCONNECT_TIME,       { "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "=c"   , "=c" } },
  { KIOSK_EVENT_LOGOFF_TIME,           { "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "Oacfe", "Oacfe" } },
  /* what locks */
  { KIOSK_EVENT_LOCK_CAUSE,            { "."    , "."    , "."    , "Le"   , "Lae"  , "Lae"  , "Lce"  , "Lpe"  , "."    , "La" } },
  { KIOSK_EVENT_CUT_CAUSE,             { "."    , "."    , "."    , "Le"   , "Lae"  , "Lae"  , "Lce"  , "Lce"  , "=c"   , "Lac" } },
  /* what ends everything */
  { KIOSK_EVENT_ACCOUNT_CLOSED,        { "."    , "."    , "."    , "Oacfe", "Oacfe", "Oacfe", "Oacfe", "Oacfe", "Oacfe", "Oacfe" } },
  { KIOSK_EVENT_SHELL_LOST,            { "."    , "Oacfe", "Oacfe", "Oacfe", "Oacfe", "Oacfe", "Oacfe", "Oacfe", "Oacfe", "Oacfe" } },
  { KIOSK_EVENT_STOP,                  { "Sacfe", "Sacfe", "Sacfe", "Sacfe", "Sacfe", "Sacfe", "Sacfe", "Sacfe", "Sacfe", "Sacfe" } },
  { KIOSK_EVENT_READY,                 { "Oe"   , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "."    , "." } },
};
/* clang-format on */

/* Cells that are different for whom, or without a worker. The first that fits counts. */
static const struct {
  KioskEvent event;
  KioskState state;
  KioskRoles without; /* for everybody who has none of these roles; 0: for everybody */
  gboolean without_worker;
  const char *cell;
} exceptions[] = {
  { KIOSK_EVENT_CONNECT, KIOSK_STATE_CHOOSING, KIOSK_ROLE_ENGINEER, FALSE, "-" },
  { KIOSK_EVENT_BEGIN_APPROVAL, KIOSK_STATE_CHOOSING, KIOSK_ROLE_ENGINEER, FALSE, "-" },
  { KIOSK_EVENT_UNLOCK_PASSED, KIOSK_STATE_UNLOCKING, 0, TRUE, "Ha" },
};

#define ALL_ROLES                                                                                  \
  (KIOSK_ROLE_ENGINEER | KIOSK_ROLE_AUDITOR | KIOSK_ROLE_ADMINISTRATOR | KIOSK_ROLE_APPROVER)

static const char *
expected_cell (KioskState state, KioskEvent event, KioskRoles roles, gboolean connected)
{
  for (guint i = 0; i < G_N_ELEMENTS (exceptions); i++)
    if (exceptions[i].event == event && exceptions[i].state == state
        && (exceptions[i].without == 0 || (roles & exceptions[i].without) == 0)
        && (!exceptions[i].without_worker || !connected))
      return exceptions[i].cell;
  return golden[event].cells[state];
}

static char *
cell_of (KioskState state, KioskTransition t)
{
  static const char effects[] = "apcfgre";
  GString *cell = g_string_new (NULL);

  if (!t.allowed)
    {
      g_assert_cmpint (t.next, ==, state);
      g_assert_cmpint (t.effects, ==, 0);
      return g_string_free (g_string_append_c (cell, '-'), FALSE);
    }
  /* STOP in STOPPED is written with its state: it must not be mistaken for nothing. */
  if (t.next != state || state == KIOSK_STATE_STOPPED
      || (t.effects & KIOSK_EFFECT_FORGET_PERSON) != 0)
    g_string_append_c (cell, t.effects == 0 && t.next == state ? '.' : state_letters[t.next]);
  else
    g_string_append_c (cell, t.effects == 0 ? '.' : '=');
  for (guint i = 0; i < sizeof effects - 1; i++)
    if ((t.effects & (1u << i)) != 0)
      g_string_append_c (cell, effects[i]);
  g_assert_cmpint (t.effects, <, 1u << (sizeof effects - 1));
  return g_string_free (cell, FALSE);
}

static void
test_golden (void)
{
  guint checked = 0;

  for (KioskEvent event = 0; event < N_EVENTS; event++)
    {
      g_assert_cmpint (golden[event].event, ==, event);
      for (KioskState state = 0; state < N_STATES; state++)
        for (KioskRoles roles = 0; roles <= ALL_ROLES; roles++)
          for (int connected = 0; connected < 2; connected++)
            {
              KioskTransition t = kiosk_session_step (state, event, roles, connected);
              g_autofree char *cell = cell_of (state, t);
              g_autofree char *where = g_strdup_printf ("%s in %s", kiosk_event_name (event),
                                                        kiosk_state_name (state));
              g_autofree char *found = g_strdup_printf ("%s: %s", where, cell);
              g_autofree char *wanted = g_strdup_printf (
                  "%s: %s", where, expected_cell (state, event, roles, connected));

              g_assert_cmpstr (found, ==, wanted);
              checked++;
            }
    }
  g_assert_cmpuint (checked, ==, N_EVENTS * N_STATES * 16 * 2);
}

/* ---- What always holds ---- */

/* A world beside the machine, kept by what the effects say and nothing else. */
typedef struct {
  KioskState state;
  gboolean proved;  /* LOGIN_PASSED since the last end of a log-in */
  gboolean running; /* there is a worker */
  gboolean quiet;   /* it is suspended */
  gboolean talking; /* there is a conversation */
} World;

static void
check_world (const World *w)
{
  switch (w->state)
    {
    case KIOSK_STATE_STOPPED:
    case KIOSK_STATE_LOGGED_OUT:
      g_assert_false (w->proved || w->running || w->talking);
      break;
    case KIOSK_STATE_AUTHENTICATING:
      g_assert_true (w->talking);
      g_assert_false (w->proved || w->running);
      break;
    case KIOSK_STATE_CHOOSING:
      g_assert_true (w->proved);
      g_assert_false (w->running || w->talking);
      break;
    case KIOSK_STATE_APPROVING:
    case KIOSK_STATE_CHANGING:
      g_assert_true (w->proved && w->talking);
      g_assert_false (w->running);
      break;
    case KIOSK_STATE_CONNECTING:
    case KIOSK_STATE_CONNECTED:
      g_assert_true (w->proved && w->running);
      g_assert_false (w->talking || w->quiet);
      break;
    case KIOSK_STATE_LOCKED:
    case KIOSK_STATE_UNLOCKING:
      /* A worker behind the lock is a quiet one. */
      g_assert_true (w->proved && w->running == w->quiet);
      g_assert_true (w->talking == (w->state == KIOSK_STATE_UNLOCKING));
      break;
    case KIOSK_N_STATES:
    default:
      g_assert_not_reached ();
    }
}

static void
check_way_out (const World *before, KioskEvent event, const KioskTransition *t)
{
  if (t->next == before->state)
    return;
  switch (before->state)
    {
    case KIOSK_STATE_STOPPED:
      g_assert_cmpint (event, ==, KIOSK_EVENT_READY);
      break;
    case KIOSK_STATE_CONNECTED:
      g_assert_true ((t->effects & (KIOSK_EFFECT_SUSPEND_WORKER | KIOSK_EFFECT_END_CONNECTION))
                     != 0);
      break;
    case KIOSK_STATE_LOCKED:
    case KIOSK_STATE_UNLOCKING:
      if (t->next != KIOSK_STATE_LOCKED && t->next != KIOSK_STATE_UNLOCKING)
        g_assert_true (event == KIOSK_EVENT_UNLOCK_PASSED || event == KIOSK_EVENT_END_PASSED
                       || event == KIOSK_EVENT_LOGOFF_TIME || event == KIOSK_EVENT_ACCOUNT_CLOSED
                       || event == KIOSK_EVENT_SHELL_LOST || event == KIOSK_EVENT_STOP);
      if (t->next != KIOSK_STATE_LOCKED && t->next != KIOSK_STATE_UNLOCKING
          && t->next != KIOSK_STATE_CHOOSING && t->next != KIOSK_STATE_CONNECTED)
        g_assert_true ((t->effects & KIOSK_EFFECT_FORGET_PERSON) != 0);
      break;
    case KIOSK_STATE_LOGGED_OUT:
    case KIOSK_STATE_AUTHENTICATING:
    case KIOSK_STATE_CHOOSING:
    case KIOSK_STATE_APPROVING:
    case KIOSK_STATE_CHANGING:
    case KIOSK_STATE_CONNECTING:
    case KIOSK_N_STATES:
    default:
      break;
    }
  /* Only verdicts open anything. */
  if (t->next == KIOSK_STATE_CHOOSING && before->state == KIOSK_STATE_AUTHENTICATING)
    g_assert_cmpint (event, ==, KIOSK_EVENT_LOGIN_PASSED);
}

static void
apply (World *w, KioskEvent event)
{
  KioskTransition t
      = kiosk_session_step (w->state, event, w->proved ? KIOSK_ROLE_ENGINEER : 0, w->running);

  check_way_out (w, event, &t);
  if ((t.effects & KIOSK_EFFECT_END_CONVERSATION) != 0)
    w->talking = FALSE;
  if ((t.effects & KIOSK_EFFECT_SUSPEND_WORKER) != 0)
    {
      g_assert_true (w->running);
      w->quiet = TRUE;
    }
  if ((t.effects & KIOSK_EFFECT_END_CONNECTION) != 0)
    w->running = w->quiet = FALSE;
  if ((t.effects & KIOSK_EFFECT_FORGET_PERSON) != 0)
    w->proved = FALSE;
  if ((t.effects & KIOSK_EFFECT_GREET_PERSON) != 0)
    {
      g_assert_cmpint (event, ==, KIOSK_EVENT_LOGIN_PASSED);
      w->proved = TRUE;
    }
  if ((t.effects & KIOSK_EFFECT_RESUME_WORKER) != 0)
    {
      g_assert_true (w->running && w->quiet);
      w->quiet = FALSE;
    }
  if (t.allowed && t.next != w->state)
    {
      if (event == KIOSK_EVENT_BEGIN_LOGIN || event == KIOSK_EVENT_BEGIN_UNLOCK
          || event == KIOSK_EVENT_BEGIN_END || event == KIOSK_EVENT_BEGIN_APPROVAL
          || event == KIOSK_EVENT_BEGIN_CHANGE)
        w->talking = TRUE;
      if (event == KIOSK_EVENT_CONNECT)
        w->running = TRUE;
    }
  w->state = t.next;
  check_world (w);
}

static guint
walk (World from, guint depth)
{
  guint walked = 1;

  if (depth == 0)
    return walked;
  for (KioskEvent event = 0; event < N_EVENTS; event++)
    {
      World next = from;

      apply (&next, event);
      walked += walk (next, depth - 1);
    }
  return walked;
}

/* From every state that matters, so that five steps reach deep: what leads there is checked as well. */
static const struct {
  const char *name;
  KioskEvent events[8];
  guint n_events;
} beginnings[] = {
  { "stopped", { 0 }, 0 },
  { "logged-out", { KIOSK_EVENT_READY }, 1 },
  { "choosing", { KIOSK_EVENT_READY, KIOSK_EVENT_BEGIN_LOGIN, KIOSK_EVENT_LOGIN_PASSED }, 3 },
  { "approving",
    { KIOSK_EVENT_READY, KIOSK_EVENT_BEGIN_LOGIN, KIOSK_EVENT_LOGIN_PASSED,
      KIOSK_EVENT_BEGIN_APPROVAL },
    4 },
  { "changing",
    { KIOSK_EVENT_READY, KIOSK_EVENT_BEGIN_LOGIN, KIOSK_EVENT_LOGIN_PASSED,
      KIOSK_EVENT_BEGIN_CHANGE },
    4 },
  { "connected",
    { KIOSK_EVENT_READY, KIOSK_EVENT_BEGIN_LOGIN, KIOSK_EVENT_LOGIN_PASSED, KIOSK_EVENT_CONNECT,
      KIOSK_EVENT_WORKER_ACTIVE },
    5 },
  { "locked",
    { KIOSK_EVENT_READY, KIOSK_EVENT_BEGIN_LOGIN, KIOSK_EVENT_LOGIN_PASSED, KIOSK_EVENT_CONNECT,
      KIOSK_EVENT_WORKER_ACTIVE, KIOSK_EVENT_LOCK },
    6 },
};

#define DEPTH 4

static void
test_walk (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  World w = { .state = KIOSK_STATE_STOPPED };
  guint sequences = 1;

  check_world (&w);
  for (guint e = 0; e < beginnings[i].n_events; e++)
    apply (&w, beginnings[i].events[e]);
  g_assert_cmpstr (kiosk_state_name (w.state), ==, beginnings[i].name);
  for (guint d = 0; d < DEPTH; d++)
    sequences *= N_EVENTS;
  g_assert_cmpuint (walk (w, DEPTH), >, sequences);
}

/* ---- What locks ---- */

/* Each cause: its word, whether the policy may switch it off, and what it does in each state, as in the table above. */
static const struct {
  KioskLockCause cause;
  const char *name;
  gboolean optional;
  KioskEvent event;
} locks[KIOSK_N_LOCK_CAUSES] = {
  { KIOSK_LOCK_PERSON, "person", FALSE, KIOSK_EVENT_LOCK },
  { KIOSK_LOCK_BUTTON, "button", FALSE, KIOSK_EVENT_LOCK },
  { KIOSK_LOCK_IDLE, "idle", FALSE, KIOSK_EVENT_LOCK_CAUSE },
  { KIOSK_LOCK_FIREWALL, "firewall", FALSE, KIOSK_EVENT_CUT_CAUSE },
  { KIOSK_LOCK_KEYBOARD, "keyboard", FALSE, KIOSK_EVENT_LOCK_CAUSE },
  { KIOSK_LOCK_TOKEN, "token", TRUE, KIOSK_EVENT_LOCK_CAUSE },
  { KIOSK_LOCK_LID, "lid", TRUE, KIOSK_EVENT_LOCK_CAUSE },
  { KIOSK_LOCK_SUSPEND, "suspend", TRUE, KIOSK_EVENT_LOCK_CAUSE },
  { KIOSK_LOCK_SCREEN_OFF, "screen-off", TRUE, KIOSK_EVENT_LOCK_CAUSE },
  { KIOSK_LOCK_CLOCK_STEP, "clock-step", TRUE, KIOSK_EVENT_LOCK_CAUSE },
  { KIOSK_LOCK_SECOND_PERSON, "second-person", TRUE, KIOSK_EVENT_LOCK_CAUSE },
  { KIOSK_LOCK_PRESENCE, "presence", FALSE, KIOSK_EVENT_LOCK_CAUSE },
};

static gboolean
is_open (KioskState state)
{
  return state == KIOSK_STATE_CHOOSING || state == KIOSK_STATE_APPROVING
         || state == KIOSK_STATE_CHANGING || state == KIOSK_STATE_CONNECTING
         || state == KIOSK_STATE_CONNECTED;
}

static void
test_locks (void)
{
  KioskLockCause found = KIOSK_N_LOCK_CAUSES;

  for (KioskLockCause cause = 0; cause < KIOSK_N_LOCK_CAUSES; cause++)
    {
      KioskEvent event = kiosk_session_lock_event (cause);

      g_assert_cmpint (locks[cause].cause, ==, cause);
      g_assert_cmpint (event, ==, locks[cause].event);
      g_assert_cmpstr (kiosk_lock_cause_name (cause), ==, locks[cause].name);
      g_assert_true (kiosk_lock_cause_find (locks[cause].name, &found));
      g_assert_cmpint (found, ==, cause);
      g_assert_true (kiosk_lock_cause_is_optional (cause) == locks[cause].optional);
      g_assert_true (kiosk_lock_cause_cuts (cause) == (event == KIOSK_EVENT_CUT_CAUSE));
      for (KioskState state = 0; state < N_STATES; state++)
        for (int connected = 0; connected < 2; connected++)
          {
            KioskTransition t = kiosk_session_step (state, event, KIOSK_ROLE_ENGINEER, connected);

            g_assert_true (t.allowed);
            if (is_open (state))
              g_assert_cmpint (t.next, ==, KIOSK_STATE_LOCKED);
            else if (state == KIOSK_STATE_UNLOCKING && event != KIOSK_EVENT_LOCK)
              g_assert_cmpint (t.next, ==, KIOSK_STATE_LOCKED);
            else
              g_assert_cmpint (t.next, ==, state);
            /* Locking never logs anybody off, and never lets anybody in. */
            g_assert_cmpint (t.effects
                                 & (KIOSK_EFFECT_FORGET_PERSON | KIOSK_EFFECT_GREET_PERSON
                                    | KIOSK_EFFECT_RESUME_WORKER),
                             ==, 0);
            if (kiosk_lock_cause_cuts (cause)
                && (state == KIOSK_STATE_CONNECTED || state == KIOSK_STATE_CONNECTING
                    || state == KIOSK_STATE_LOCKED || state == KIOSK_STATE_UNLOCKING))
              g_assert_true ((t.effects & KIOSK_EFFECT_END_CONNECTION) != 0);
          }
    }
  g_assert_false (kiosk_lock_cause_find ("ghost", &found));
  g_assert_false (kiosk_lock_cause_find ("", &found));
  g_assert_false (kiosk_lock_cause_find (NULL, &found));
  g_assert_cmpint (found, ==, KIOSK_LOCK_PRESENCE);
}

static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (KioskState state = 0; state < N_STATES; state++)
    g_assert_true (g_hash_table_add (seen, (gpointer) kiosk_state_name (state)));
  g_hash_table_remove_all (seen);
  for (KioskEvent event = 0; event < N_EVENTS; event++)
    g_assert_true (g_hash_table_add (seen, (gpointer) kiosk_event_name (event)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/golden", test_golden);
  g_test_add_func ("/session/locks", test_locks);
  g_test_add_func ("/session/names", test_names);
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/session/walk/%s", beginnings[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_walk);
    }
  return g_test_run ();
}
