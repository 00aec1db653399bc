/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* What is typed on a new keyboard: keys in, reports out; and what may stand in a message about it. */

#include "digits.h"

#include <linux/input-event-codes.h>
#include <string.h>

#define MAX_KEYS 24

/* One keyboard. Reports in letters: t typed, w wrong, r right, x refused, "-" none; behind t and w what stands there
 * and how many tries are left. */
typedef struct {
  const char *name;
  guint tries;
  guint keys[MAX_KEYS]; /* ends with 0 */
  const char *reports;
} Row;

/* clang-format off */
static const Row rows[] = {
  { "right", 3, { KEY_4, KEY_0, KEY_2, KEY_9, KEY_1, KEY_3 }, "t1/3 t2/3 t3/3 t4/3 t5/3 r6/3" },
  { "number pad", 3, { KEY_KP4, KEY_KP0, KEY_KP2, KEY_KP9, KEY_KP1, KEY_KP3 }, "t1/3 t2/3 t3/3 t4/3 t5/3 r6/3" },
  { "both rows", 1, { KEY_4, KEY_KP0, KEY_2, KEY_KP9, KEY_1, KEY_KP3 }, "t1/1 t2/1 t3/1 t4/1 t5/1 r6/1" },
  { "other keys", 3, { KEY_A, KEY_ENTER, KEY_LEFTSHIFT, KEY_NUMLOCK, KEY_KPENTER, KEY_ESC, BTN_LEFT }, "- - - - - - -" },
  { "backspace", 3, { KEY_BACKSPACE, KEY_5, KEY_BACKSPACE, KEY_4, KEY_0, KEY_2, KEY_9, KEY_1, KEY_3 }, "- t1/3 t0/3 t1/3 t2/3 t3/3 t4/3 t5/3 r6/3" },
  { "order", 1, { KEY_0, KEY_4, KEY_2, KEY_9, KEY_1, KEY_3 }, "t1/1 t2/1 t3/1 t4/1 t5/1 x0/0" },
  { "wrong, then right", 2, { KEY_4, KEY_0, KEY_2, KEY_9, KEY_1, KEY_4, KEY_4, KEY_0, KEY_2, KEY_9, KEY_1, KEY_3 }, "t1/2 t2/2 t3/2 t4/2 t5/2 w0/1 t1/1 t2/1 t3/1 t4/1 t5/1 r6/1" },
  { "over when right", 3, { KEY_4, KEY_0, KEY_2, KEY_9, KEY_1, KEY_3, KEY_4, KEY_BACKSPACE }, "t1/3 t2/3 t3/3 t4/3 t5/3 r6/3 - -" },
  { "over when refused", 1, { KEY_1, KEY_1, KEY_1, KEY_1, KEY_1, KEY_1, KEY_4, KEY_0, KEY_2, KEY_9, KEY_1, KEY_3 }, "t1/1 t2/1 t3/1 t4/1 t5/1 x0/0 - - - - - -" },
  { "no sliding window", 2, { KEY_9, KEY_4, KEY_0, KEY_2, KEY_9, KEY_1, KEY_3 }, "t1/2 t2/2 t3/2 t4/2 t5/2 w0/1 t1/1" },
};
/* clang-format on */

static void
test_row (gconstpointer data)
{
  static const char letters[] = { [KIOSK_KEYBOARD_TYPED] = 't',
                                  [KIOSK_KEYBOARD_WRONG] = 'w',
                                  [KIOSK_KEYBOARD_RIGHT] = 'r',
                                  [KIOSK_KEYBOARD_REFUSED] = 'x' };
  const Row *row = data;
  const KioskKeyboardTask task = { .node = "event3", .number = "402913", .tries = row->tries };
  g_autoptr (GString) found = g_string_new (NULL);
  KioskDigits digits;
  guint tries = row->tries;

  g_assert_true (kiosk_keyboard_task_valid (&task));
  kiosk_digits_init (&digits, &task);
  for (guint i = 0; row->keys[i] != 0; i++)
    {
      KioskKeyboardReport report;

      if (i > 0)
        g_string_append_c (found, ' ');
      if (!kiosk_digits_press (&digits, row->keys[i], &report))
        {
          g_string_append_c (found, '-');
          continue;
        }
      /* Whatever is sent, kioskd accepts. */
      g_assert_true (kiosk_keyboard_report_valid (&report, tries));
      tries = report.tries;
      g_string_append_printf (found, "%c%u/%u", letters[report.kind], report.typed, report.tries);
    }
  g_assert_cmpstr (found->str, ==, row->reports);
}

/* Every key there is: digits are twenty of them. */
static void
test_all_keys (void)
{
  guint n = 0;

  for (guint code = 0; code <= KEY_MAX; code++)
    {
      const KioskKeyboardTask task = { .node = "event3", .number = "402913", .tries = 3 };
      KioskKeyboardReport report;
      KioskDigits digits;

      kiosk_digits_init (&digits, &task);
      n += kiosk_digits_press (&digits, code, &report) ? 1 : 0;
    }
  g_assert_cmpuint (n, ==, 20);
}

static void
test_tasks (void)
{
  static const struct {
    const char *node, *number;
    guint tries;
    gboolean valid;
  } tasks[] = {
    { "event0", "000000", 1, TRUE },     { "event12345", "123456", 9, TRUE },
    { "event", "123456", 3, FALSE },     { "", "123456", 3, FALSE },
    { "mouse0", "123456", 3, FALSE },    { "event1/../x", "123456", 3, FALSE },
    { "../event1", "123456", 3, FALSE }, { "event-1", "123456", 3, FALSE },
    { "event1 ", "123456", 3, FALSE },   { "event1", "12345", 3, FALSE },
    { "event1", "1234567", 3, FALSE },   { "event1", "12345a", 3, FALSE },
    { "event1", "123456", 0, FALSE },    { "event1", "123456", 10, FALSE },
  };
  KioskKeyboardTask task;

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      memset (&task, 0, sizeof task);
      memcpy (task.node, tasks[i].node, strlen (tasks[i].node));
      memcpy (task.number, tasks[i].number, strlen (tasks[i].number));
      task.tries = tasks[i].tries;
      g_assert_cmpint (kiosk_keyboard_task_valid (&task), ==, tasks[i].valid);
    }
  /* Something behind the end, or none. */
  task = (KioskKeyboardTask){ .node = "event1", .number = "123456", .tries = 3 };
  task.node[10] = 'x';
  g_assert_false (kiosk_keyboard_task_valid (&task));
  memset (task.node, '1', sizeof task.node);
  g_assert_false (kiosk_keyboard_task_valid (&task));
}

static void
test_reports (void)
{
  static const struct {
    KioskKeyboardReport report;
    guint tries;
    gboolean valid;
  } reports[] = {
    { { KIOSK_KEYBOARD_READY, 0, 3 }, 3, TRUE },
    { { KIOSK_KEYBOARD_READY, 0, 2 }, 3, FALSE },
    { { KIOSK_KEYBOARD_READY, 1, 3 }, 3, FALSE },
    { { KIOSK_KEYBOARD_TYPED, 5, 3 }, 3, TRUE },
    { { KIOSK_KEYBOARD_TYPED, 6, 3 }, 3, FALSE },
    { { KIOSK_KEYBOARD_TYPED, 1, 4 }, 3, FALSE },
    { { KIOSK_KEYBOARD_WRONG, 0, 2 }, 3, TRUE },
    { { KIOSK_KEYBOARD_WRONG, 0, 3 }, 3, FALSE },
    { { KIOSK_KEYBOARD_WRONG, 0, 0 }, 1, FALSE },
    { { KIOSK_KEYBOARD_RIGHT, 6, 1 }, 3, TRUE },
    { { KIOSK_KEYBOARD_RIGHT, 5, 3 }, 3, FALSE },
    { { KIOSK_KEYBOARD_RIGHT, 6, 0 }, 3, FALSE },
    { { KIOSK_KEYBOARD_REFUSED, 0, 0 }, 1, TRUE },
    { { KIOSK_KEYBOARD_REFUSED, 0, 1 }, 1, FALSE },
    { { 0, 0, 3 }, 3, FALSE },
    { { KIOSK_KEYBOARD_REFUSED + 1, 0, 0 }, 3, FALSE },
    { { G_MAXUINT32, 0, 0 }, 3, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reports); i++)
    g_assert_cmpint (kiosk_keyboard_report_valid (&reports[i].report, reports[i].tries), ==,
                     reports[i].valid);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/keyboard/typed/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/keyboard/all-keys", test_all_keys);
  g_test_add_func ("/keyboard/tasks", test_tasks);
  g_test_add_func ("/keyboard/reports", test_reports);
  return g_test_run ();
}
