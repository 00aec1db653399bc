/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view-state.h"

/* Which page for which status: every state, and what the shell adds. */

typedef struct {
  KioskState state;
  KioskTold told;
  KioskPurpose conversation;
  KioskViewFacts facts;
  KioskPage page;
  const char *number; /* for a new keyboard */
} Row;

#define UP .facts.reachable = TRUE

static const Row rows[] = {
  { KIOSK_STATE_STOPPED, UP, .page = KIOSK_PAGE_STOPPED },
  { KIOSK_STATE_LOGGED_OUT, UP, .page = KIOSK_PAGE_LOGIN },
  { KIOSK_STATE_LOGGED_OUT, KIOSK_TOLD_LOGIN_FAILED, UP, .page = KIOSK_PAGE_LOGIN },
  { KIOSK_STATE_AUTHENTICATING, UP, .page = KIOSK_PAGE_LOGIN },
  { KIOSK_STATE_AUTHENTICATING, UP, .facts.changing = TRUE, .page = KIOSK_PAGE_PASSWORD },
  { KIOSK_STATE_LOGGED_OUT, UP, .facts.changing = TRUE, .page = KIOSK_PAGE_LOGIN },
  { KIOSK_STATE_CHOOSING, UP, .facts.changing = TRUE, .page = KIOSK_PAGE_SERVERS },
  { KIOSK_STATE_LOCKED, UP, .facts.changing = TRUE, .page = KIOSK_PAGE_LOCKED },
  { KIOSK_STATE_CHOOSING, UP, .page = KIOSK_PAGE_SERVERS },
  { KIOSK_STATE_CHOOSING, UP, .facts.asking = TRUE, .page = KIOSK_PAGE_CREDENTIALS },
  { KIOSK_STATE_CHOOSING, KIOSK_TOLD_LOST, UP, .page = KIOSK_PAGE_NOTICE },
  { KIOSK_STATE_CHOOSING, KIOSK_TOLD_CERTIFICATE_CHANGED, UP, .facts.asking = TRUE,
    .page = KIOSK_PAGE_NOTICE },
  { KIOSK_STATE_CHOOSING, KIOSK_TOLD_LOST, UP, .facts.locking = TRUE, .page = KIOSK_PAGE_LOCKED },
  { KIOSK_STATE_CHOOSING, UP, .facts.approving = TRUE, .page = KIOSK_PAGE_APPROVE },
  { KIOSK_STATE_CHOOSING, KIOSK_TOLD_APPROVE_FAILED, UP, .facts.approving = TRUE,
    .page = KIOSK_PAGE_APPROVE },
  { KIOSK_STATE_CHOOSING, KIOSK_TOLD_LOST, UP, .facts.approving = TRUE, .page = KIOSK_PAGE_NOTICE },
  { KIOSK_STATE_CHOOSING, KIOSK_TOLD_ORDER, UP, .page = KIOSK_PAGE_NOTICE },
  { KIOSK_STATE_CHOOSING, UP, .facts.approving = TRUE, .facts.locking = TRUE,
    .page = KIOSK_PAGE_LOCKED },
  { KIOSK_STATE_APPROVING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_APPROVE, UP,
    .page = KIOSK_PAGE_APPROVE },
  { KIOSK_STATE_APPROVING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_APPROVE, UP, .facts.locking = TRUE,
    .page = KIOSK_PAGE_LOCKED },
  /* A change of password: wanted, asked for something else first, failed; then one that has expired elsewhere. */
  { KIOSK_STATE_CHOOSING, UP, .facts.renewing = TRUE, .page = KIOSK_PAGE_PASSWORD },
  { KIOSK_STATE_CHOOSING, UP, .facts.renewed = TRUE, .page = KIOSK_PAGE_SERVERS },
  { KIOSK_STATE_CHOOSING, KIOSK_TOLD_CHANGE_FAILED, UP, .facts.renewing = TRUE,
    .page = KIOSK_PAGE_PASSWORD },
  { KIOSK_STATE_CHOOSING, KIOSK_TOLD_CHANGE_FAILED, UP, .page = KIOSK_PAGE_PASSWORD },
  { KIOSK_STATE_CHOOSING, KIOSK_TOLD_LOST, UP, .facts.renewing = TRUE, .page = KIOSK_PAGE_NOTICE },
  { KIOSK_STATE_CHOOSING, UP, .facts.renewing = TRUE, .facts.locking = TRUE,
    .page = KIOSK_PAGE_LOCKED },
  { KIOSK_STATE_CHANGING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_CHANGE, UP,
    .page = KIOSK_PAGE_PASSWORD },
  { KIOSK_STATE_CHANGING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_CHANGE, UP, .facts.proving = TRUE,
    .page = KIOSK_PAGE_PROVE },
  { KIOSK_STATE_CHANGING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_CHANGE, UP, .facts.changing = TRUE,
    .page = KIOSK_PAGE_PASSWORD },
  { KIOSK_STATE_CHANGING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_CHANGE, UP, .facts.locking = TRUE,
    .page = KIOSK_PAGE_LOCKED },
  { KIOSK_STATE_APPROVING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_APPROVE, UP, .facts.changing = TRUE,
    .page = KIOSK_PAGE_PASSWORD },
  { KIOSK_STATE_UNLOCKING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_UNLOCK, UP, .facts.changing = TRUE,
    .page = KIOSK_PAGE_PASSWORD },
  { KIOSK_STATE_UNLOCKING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_END, UP, .facts.changing = TRUE,
    .page = KIOSK_PAGE_PASSWORD },
  { KIOSK_STATE_CONNECTING, UP, .page = KIOSK_PAGE_CONNECTING },
  { KIOSK_STATE_CONNECTING, UP, .facts.locking = TRUE, .page = KIOSK_PAGE_LOCKED },
  { KIOSK_STATE_CONNECTED, UP, .page = KIOSK_PAGE_SESSION },
  { KIOSK_STATE_CONNECTED, UP, .facts.locking = TRUE, .page = KIOSK_PAGE_LOCKED },
  { KIOSK_STATE_LOCKED, UP, .page = KIOSK_PAGE_LOCKED },
  { KIOSK_STATE_LOCKED, UP, .facts.ending = TRUE, .page = KIOSK_PAGE_END },
  /* A number to be typed must be seen; but who is unlocking goes on. */
  { KIOSK_STATE_LOCKED, .number = "482913", UP, .page = KIOSK_PAGE_KEYBOARD },
  { KIOSK_STATE_LOCKED, .number = "482913", UP, .facts.ending = TRUE, .page = KIOSK_PAGE_KEYBOARD },
  { KIOSK_STATE_UNLOCKING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_UNLOCK, .number = "482913", UP,
    .page = KIOSK_PAGE_LOCKED },
  { KIOSK_STATE_CONNECTED, .number = "482913", UP, .page = KIOSK_PAGE_SESSION },
  { KIOSK_STATE_UNLOCKING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_UNLOCK, UP,
    .page = KIOSK_PAGE_LOCKED },
  { KIOSK_STATE_UNLOCKING, KIOSK_TOLD_NOTHING, KIOSK_PURPOSE_END, UP, .page = KIOSK_PAGE_END },
};

static void
test_pages (void)
{
  gboolean seen[KIOSK_N_STATES] = { FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      KioskStatus status
          = { .state = rows[i].state, .told = rows[i].told, .conversation = rows[i].conversation };
      KioskStatus refused;
      KioskViewFacts away = rows[i].facts;

      status.check.number = (char *) rows[i].number;
      refused = status;
      refused.n_devices = 1;
      seen[rows[i].state] = TRUE;
      g_assert_cmpint (kiosk_view_page (&status, &rows[i].facts), ==, rows[i].page);
      /* A card hangs over every page but the one with the number, and moves none of them. */
      g_assert_false (kiosk_view_card (&status, &rows[i].facts));
      g_assert_cmpint (kiosk_view_card (&refused, &rows[i].facts), ==,
                       rows[i].page != KIOSK_PAGE_KEYBOARD);
      g_assert_cmpint (kiosk_view_page (&refused, &rows[i].facts), ==, rows[i].page);
      /* Without kioskd nothing of it is shown. */
      away.reachable = FALSE;
      g_assert_cmpint (kiosk_view_page (&status, &away), ==, KIOSK_PAGE_STOPPED);
      g_assert_cmpint (kiosk_view_panel (&status, &away), ==, KIOSK_PANEL_NONE);
      g_assert_false (kiosk_view_card (&refused, &away));
    }
  for (guint i = 0; i < KIOSK_N_STATES; i++)
    g_assert_true (seen[i]);
  g_assert_cmpint (kiosk_view_page (NULL, &rows[0].facts), ==, KIOSK_PAGE_STOPPED);
}

/* The picture is on the screen in one state only. */
static void
test_session_only_when_connected (void)
{
  for (guint state = 0; state < KIOSK_N_STATES; state++)
    for (guint bits = 0; bits < 256; bits++)
      {
        KioskStatus status = { .state = state };
        KioskViewFacts facts = { bits & 1,  bits & 2,  bits & 4,  bits & 8,
                                 bits & 16, bits & 32, bits & 64, bits & 128 };
        gboolean session = kiosk_view_page (&status, &facts) == KIOSK_PAGE_SESSION;

        g_assert_cmpint (session, ==,
                         state == KIOSK_STATE_CONNECTED && facts.reachable && !facts.locking);
        if (kiosk_view_panel (&status, &facts) == KIOSK_PANEL_MENU)
          g_assert_true (session);
      }
}

/* Starting: until kioskd has said anything. Switching off: over everything where nobody is logged in,
 * also when kioskd is gone already. */
static void
test_wait (void)
{
  KioskViewFacts starting = { .starting = TRUE };
  KioskViewFacts off = { .reachable = TRUE, .switching_off = TRUE };
  KioskViewFacts gone = { .switching_off = TRUE };

  g_assert_cmpint (kiosk_view_page (NULL, &starting), ==, KIOSK_PAGE_WAIT);
  g_assert_cmpint (kiosk_view_page (NULL, &gone), ==, KIOSK_PAGE_WAIT);
  for (guint state = 0; state < KIOSK_N_STATES; state++)
    {
      KioskStatus status = { .state = state };
      gboolean nobody = state == KIOSK_STATE_STOPPED || state == KIOSK_STATE_LOGGED_OUT;

      starting.reachable = TRUE;
      g_assert_cmpint (kiosk_view_page (&status, &starting), !=, KIOSK_PAGE_WAIT);
      g_assert_cmpint (kiosk_view_page (&status, &off) == KIOSK_PAGE_WAIT, ==, nobody);
    }
}

static void
test_panel (void)
{
  KioskViewFacts facts = { .reachable = TRUE, .menu = TRUE };
  KioskStatus status = { .state = KIOSK_STATE_CONNECTED };

  g_assert_cmpint (kiosk_view_panel (&status, &facts), ==, KIOSK_PANEL_MENU);
  /* One thing at a time hangs from the bar: what the person must do next. */
  status.n_devices = 2;
  g_assert_false (kiosk_view_card (&status, &facts));
  facts.menu = FALSE;
  g_assert_true (kiosk_view_card (&status, &facts));
  facts.switching_off = TRUE;
  g_assert_true (kiosk_view_card (&status, &facts));
  status.state = KIOSK_STATE_LOGGED_OUT;
  g_assert_false (kiosk_view_card (&status, &facts));
  status.state = KIOSK_STATE_CONNECTED;
  facts.switching_off = FALSE;
  facts.menu = TRUE;
  status.warning = KIOSK_WARNING_LOCK;
  g_assert_cmpint (kiosk_view_panel (&status, &facts), ==, KIOSK_PANEL_COUNTDOWN);
  g_assert_false (kiosk_view_card (&status, &facts));
  status.state = KIOSK_STATE_CHOOSING;
  g_assert_cmpint (kiosk_view_panel (&status, &facts), ==, KIOSK_PANEL_COUNTDOWN);
  g_assert_true (kiosk_view_lockable (&status, &facts));
  status.state = KIOSK_STATE_LOCKED;
  g_assert_cmpint (kiosk_view_panel (&status, &facts), ==, KIOSK_PANEL_NONE);
  g_assert_false (kiosk_view_lockable (&status, &facts));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/view-state/pages", test_pages);
  g_test_add_func ("/view-state/session-only-when-connected", test_session_only_when_connected);
  g_test_add_func ("/view-state/wait", test_wait);
  g_test_add_func ("/view-state/panel", test_panel);
  return g_test_run ();
}
