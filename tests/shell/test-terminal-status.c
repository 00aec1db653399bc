/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "terminal-status.h"

#include "kiosk/base/error.h"
#include "kiosk/model/audit-actions.h"

/* Dictionaries as documented, and every way in which one is not. */

static GVariant *
variant (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = g_variant_parse (NULL, text, NULL, NULL, &error);

  g_assert_no_error (error);
  return g_variant_ref_sink (value);
}

static void
test_good (void)
{
  g_autoptr (GVariant) dictionary = variant (
      "{'state': <'locked'>, 'person': <'k-sato'>, 'person-ja': <'佐藤\\u202e 健一'>, 'step': <uint32 3>,"
      " 'step-times': <[int64 1, 2, 3]>, 'lock-cause': <'button'>, 'error': <'certificate-weak'>,"
      " 'warning': <'logoff'>, 'log-ok': <true>, 'line': <'gateway'>, 'line-since': <int64 7>, 'conversation': <'end'>, 'new-key': <1>}");
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskStatus) status = kiosk_status_parse (dictionary, &error);

  g_assert_no_error (error);
  g_assert_cmpint (status->state, ==, KIOSK_STATE_LOCKED);
  g_assert_cmpstr (status->person, ==, "k-sato");
  g_assert_cmpstr (status->person_name.ja, ==, "佐藤\xef\xbf\xbd 健一"); /* cleaned */
  g_assert_cmpstr (status->person_name.en, ==, "");
  g_assert_cmpuint (status->n_step_times, ==, 3);
  g_assert_cmpint (status->step_times[2], ==, 3);
  g_assert_cmpint (status->lock_cause, ==, KIOSK_LOCK_BUTTON);
  g_assert_cmpint (status->told, ==, KIOSK_TOLD_CERTIFICATE_WEAK);
  g_assert_true (kiosk_told_is_certificate (status->told));
  g_assert_false (kiosk_told_is_certificate (KIOSK_TOLD_UNREACHABLE));
  g_assert_cmpint (status->warning, ==, KIOSK_WARNING_LOGOFF);
  g_assert_cmpint (status->line, ==, KIOSK_LINE_GATEWAY);
  g_assert_cmpint (status->line_since, ==, 7);
  g_assert_cmpint (status->conversation, ==, KIOSK_PURPOSE_END);
  g_assert_true (status->log_ok);
}

/* Devices as kioskd tells of them; a claim is shown as a claim, whatever it holds. */
static void
test_devices (void)
{
  g_autoptr (GVariant) dictionary = variant (
      "{'state': <'connected'>, 'devices-more': <uint32 3>,"
      " 'devices': <[{'kind': <'storage'>, 'name': <'USB\\u202e\\nDISK'>, 'port-ja': <'前面'>,"
      " 'port-en': <'front'>, 'reason': <'device-class'>, 'reference': <'A03-1'>, 'time': <int64 5>},"
      " {'kind': <'disc'>, 'reason': <'device-bus'>}]>}");
  g_autoptr (GVariant) none
      = variant ("{'state': <'connected'>, 'devices': <@aa{sv} []>, 'devices-more': <uint32 0>}");
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskStatus) status = kiosk_status_parse (dictionary, &error);
  g_autoptr (KioskStatus) empty = kiosk_status_parse (none, NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (status->n_devices, ==, 2);
  g_assert_cmpuint (status->devices_more, ==, 3);
  g_assert_cmpint (status->devices[0].kind, ==, KIOSK_DEVICE_STORAGE);
  g_assert_cmpstr (status->devices[0].name, ==,
                   "USB\xef\xbf\xbd\xef\xbf\xbd"
                   "DISK");
  g_assert_cmpstr (status->devices[0].port.en, ==, "front");
  g_assert_cmpint (status->devices[0].reason, ==, KIOSK_REFUSED_CLASS);
  g_assert_cmpstr (status->devices[0].reference, ==, "A03-1");
  g_assert_cmpint (status->devices[0].time, ==, 5);
  g_assert_cmpint (status->devices[1].kind, ==, KIOSK_DEVICE_DISC);
  g_assert_cmpint (status->devices[1].reason, ==, KIOSK_REFUSED_BUS);
  g_assert_cmpstr (status->devices[1].name, ==, "");
  g_assert_cmpuint (empty->n_devices, ==, 0);
}

/* Every word that kioskd may use for a kind or a reason is known here, and each is another one. */
static void
test_device_words (void)
{
  guint n = 0;
  guint32 seen = 0;

#define DEVICE_REASON(word, ja, en) word,
  static const char *const words[] = { KIOSK_AUDIT_REASONS (DEVICE_REASON) };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (words[i], "device-"))
      {
        KioskDeviceKind kind = n++ % KIOSK_N_DEVICE_KINDS;
        g_autofree char *text = g_strdup_printf (
            "{'state': <'choosing'>, 'devices': <[{'kind': <'%s'>, 'reason': <'%s'>}]>}",
            kiosk_device_kind_name (kind), words[i]);
        g_autoptr (GVariant) dictionary = variant (text);
        g_autoptr (GError) error = NULL;
        g_autoptr (KioskStatus) status = kiosk_status_parse (dictionary, &error);

        g_assert_no_error (error);
        g_assert_cmpint (status->devices[0].kind, ==, kind);
        seen |= 1u << status->devices[0].reason;
      }
  g_assert_cmpuint (n, ==, KIOSK_N_REFUSED);
  g_assert_cmphex (seen, ==, (1u << KIOSK_N_REFUSED) - 1);
}

static void
test_check (void)
{
  g_autoptr (GVariant) dictionary = variant (
      "{'state': <'locked'>, 'lock-cause': <'keyboard'>, 'check-number': <'482913'>, 'check-typed': <uint32 2>,"
      " 'check-until': <int64 77>, 'check-name': <'USB Keyboard'>, 'check-tries': <uint32 3>}");
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskStatus) status = kiosk_status_parse (dictionary, &error);

  g_assert_no_error (error);
  g_assert_cmpint (status->lock_cause, ==, KIOSK_LOCK_KEYBOARD);
  g_assert_cmpstr (status->check.number, ==, "482913");
  g_assert_cmpuint (status->check.typed, ==, 2);
  g_assert_cmpint (status->check.until, ==, 77);
  g_assert_cmpstr (status->check.name, ==, "USB Keyboard");
  g_assert_cmpuint (status->check.tries, ==, 3);
}

static const char *const bad[] = {
  "@a{sv} {}",
  "{'state': <'asleep'>}",
  "{'state': <uint32 1>}",
  "{'state': <'choosing'>, 'person': <int32 5>}",
  "{'state': <'choosing'>, 'error': <'something'>}",
  "{'state': <'connecting'>, 'step': <uint32 6>}",
  "{'state': <'connecting'>, 'step': <'one'>}",
  "{'state': <'connecting'>, 'step-times': <'now'>}",
  "{'state': <'connecting'>, 'step-times': <[int64 1, 2, 3, 4, 5, 6]>}",
  "{'state': <'locked'>, 'lock-cause': <'ghost'>}",
  "{'state': <'locked'>, 'logoff-at': <uint32 1>}",
  "{'state': <'choosing'>, 'line': <'wet'>}",
  "{'state': <'choosing'>, 'line-since': <uint32 7>}",
  "{'state': <'choosing'>, 'log-ok': <'yes'>}",
  "{'state': <'choosing'>, 'devices': <'none'>}",
  "{'state': <'choosing'>, 'devices': <[{'kind': <'toaster'>, 'reason': <'device-class'>}]>}",
  "{'state': <'choosing'>, 'devices': <[{'kind': <'storage'>, 'reason': <'usb'>}]>}",
  "{'state': <'choosing'>, 'devices': <[{'kind': <'storage'>, 'name': <uint32 1>}]>}",
  "{'state': <'choosing'>, 'devices': <[{'kind': <'storage'>}, {'kind': <'storage'>}, {'kind': <'storage'>},"
  " {'kind': <'storage'>}, {'kind': <'storage'>}, {'kind': <'storage'>}]>}",
  "{'state': <'choosing'>, 'devices-more': <int32 1>}",
  "{'state': <'locked'>, 'check-number': <'48291x'>}",
  "{'state': <'locked'>, 'check-number': <'123456789'>}",
  "{'state': <'locked'>, 'check-number': <'482913'>, 'check-typed': <uint32 7>}",
  "{'state': <'locked'>, 'check-typed': <uint32 1>}",
  "{'state': <'locked'>, 'check-until': <uint32 1>}",
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GVariant) dictionary = variant (bad[i]);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_null (kiosk_status_parse (dictionary, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_INVALID);
    }
}

static void
test_servers (void)
{
  g_autoptr (GVariant) good
      = variant ("[{'id': <'tax'>, 'label-en': <'Tax'>, 'state': <'hours'>,"
                 " 'ticket': <'required'>, 'credentials': <'login'>, 'approval': <'person'>}]");
  g_autoptr (GVariant) no_id = variant ("[{'label-en': <'Tax'>}]");
  g_autoptr (GVariant) state = variant ("[{'id': <'tax'>, 'state': <'fine'>}]");
  g_autoptr (GVariant) type = variant ("['tax']");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) servers = kiosk_servers_parse (good, &error);
  const KioskServer *server;

  g_assert_no_error (error);
  g_assert_cmpuint (servers->len, ==, 1);
  server = servers->pdata[0];
  g_assert_cmpint (server->state, ==, KIOSK_SERVER_HOURS);
  g_assert_cmpint (server->ticket, ==, KIOSK_TICKET_REQUIRED);
  g_assert_cmpint (server->credentials, ==, KIOSK_CREDENTIALS_LOGIN);
  g_assert_cmpint (server->approval, ==, KIOSK_APPROVAL_PERSON);
  g_assert_null (kiosk_servers_parse (no_id, NULL));
  g_assert_null (kiosk_servers_parse (state, NULL));
  g_assert_null (kiosk_servers_parse (type, NULL));
}

static void
test_approval (void)
{
  static const struct {
    const char *word;
    KioskTold told;
  } words[] = {
    { "approve-failed", KIOSK_TOLD_APPROVE_FAILED },
    { "order", KIOSK_TOLD_ORDER },
    { "order-ended", KIOSK_TOLD_ORDER_ENDED },
    { "approval", KIOSK_TOLD_APPROVAL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("{'state': <'approving'>, 'error': <'%s'>, 'warning': <'order'>, "
                             "'conversation': <'approve'>}",
                             words[i].word);
      g_autoptr (GVariant) dictionary = variant (text);
      g_autoptr (GError) error = NULL;
      g_autoptr (KioskStatus) status = kiosk_status_parse (dictionary, &error);

      g_assert_no_error (error);
      g_assert_cmpint (status->state, ==, KIOSK_STATE_APPROVING);
      g_assert_cmpint (status->told, ==, words[i].told);
      g_assert_cmpint (status->warning, ==, KIOSK_WARNING_ORDER);
      g_assert_cmpint (status->conversation, ==, KIOSK_PURPOSE_APPROVE);
    }
}

static void
test_change (void)
{
  g_autoptr (GVariant) dictionary
      = variant ("{'state': <'changing'>, 'error': <'change-failed'>, 'conversation': <'change'>}");
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskStatus) status = kiosk_status_parse (dictionary, &error);

  g_assert_no_error (error);
  g_assert_cmpint (status->state, ==, KIOSK_STATE_CHANGING);
  g_assert_cmpint (status->told, ==, KIOSK_TOLD_CHANGE_FAILED);
  g_assert_cmpint (status->conversation, ==, KIOSK_PURPOSE_CHANGE);
}

static void
test_terminal (void)
{
  g_autoptr (GVariant) empty = variant ("@a{sv} {}");
  g_autoptr (GVariant) wrong = variant ("{'language': <'fr'>}");
  g_autoptr (GVariant) image
      = variant ("{'image-version': <'2026.11.2'>, 'image-date': <'2026-11-20'>}");
  g_autoptr (GVariant) no_day = variant ("{'image-date': <'2026-11-31'>}");
  g_autoptr (GVariant) no_date = variant ("{'image-date': <'yesterday'>}");
  g_autoptr (KioskTerminal) imaged = kiosk_terminal_parse (image, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskTerminal) terminal = kiosk_terminal_parse (empty, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (terminal->id, ==, "");
  g_assert_cmpint (terminal->language, ==, KIOSK_LANGUAGE_JA);
  g_assert_cmpstr (terminal->image_date, ==, "");
  g_assert_null (kiosk_terminal_parse (wrong, NULL));
  g_assert_null (kiosk_terminal_parse (no_day, NULL));
  g_assert_null (kiosk_terminal_parse (no_date, NULL));
  g_assert_cmpstr (imaged->image_version, ==, "2026.11.2");
  g_assert_cmpstr (imaged->image_date, ==, "2026-11-20");
}

static void
test_passwords (void)
{
  static const struct {
    const char *text;
    gboolean terminal, good;
  } rows[] = {
    { "{'state': <'choosing'>, 'password-days': <0>}", FALSE, TRUE },
    { "{'state': <'choosing'>, 'password-days': <-1>}", FALSE, TRUE },
    { "{'state': <'choosing'>, 'password-days': <-2>}", FALSE, FALSE },
    { "{'state': <'choosing'>, 'password-days': <uint32 3>}", FALSE, FALSE },
    { "{'password-length': <uint32 64>}", TRUE, TRUE },
    { "{'password-length': <uint32 65>}", TRUE, FALSE },
    { "{'password-classes': <uint32 5>}", TRUE, FALSE },
    { "{'password-history': <uint32 25>}", TRUE, FALSE },
    { "{'password-history': <3>}", TRUE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) dictionary
          = g_variant_parse (G_VARIANT_TYPE_VARDICT, rows[i].text, NULL, NULL, NULL);
      KioskTerminal *terminal = rows[i].terminal ? kiosk_terminal_parse (dictionary, NULL) : NULL;
      KioskStatus *status = rows[i].terminal ? NULL : kiosk_status_parse (dictionary, NULL);

      g_assert_nonnull (dictionary);
      g_assert_cmpint (terminal != NULL || status != NULL, ==, rows[i].good);
      if (terminal != NULL)
        g_assert_cmpuint (terminal->rules.min_length, ==, 64);
      if (terminal != NULL)
        g_assert_cmpuint (terminal->rules.history, ==, kiosk_identity_defaults.history);
      if (status != NULL)
        g_assert_cmpint (status->password_days, ==, i == 0 ? 0 : -1);
      kiosk_terminal_free (terminal);
      kiosk_status_free (status);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/terminal-status/good", test_good);
  g_test_add_func ("/terminal-status/devices", test_devices);
  g_test_add_func ("/terminal-status/device-words", test_device_words);
  g_test_add_func ("/terminal-status/check", test_check);
  g_test_add_func ("/terminal-status/bad", test_bad);
  g_test_add_func ("/terminal-status/servers", test_servers);
  g_test_add_func ("/terminal-status/approval", test_approval);
  g_test_add_func ("/terminal-status/change", test_change);
  g_test_add_func ("/terminal-status/terminal", test_terminal);
  g_test_add_func ("/terminal-status/passwords", test_passwords);
  return g_test_run ();
}
