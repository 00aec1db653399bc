/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "config.h"

#include "drill-attempts.h"
#include "drill-command.h"
#include "drill-scene.h"
#include "language.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/ipc/channel.h"
#include "kiosk/ipc/drill-protocol.h"
#include "kiosk/ipc/policy-file.h"
#include "kiosk/model/audit-actions.h"

#include <json-glib/json-glib.h>

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The drill for people and for the timer: asks kioskd, tries, prints, reports. What the results mean
 * is decided by model/drill, what follows from them by kioskd. */

#define EXIT_GOOD 0
#define EXIT_THROUGH 1
#define EXIT_FAILED 2

/* How often a drill is begun anew because a session began or ended meanwhile. */
#define ROUNDS 5

#define MAX_USERS 16

typedef struct {
  KioskLanguage language;
  gboolean json;
  KioskDrillReport report;
  GPtrArray *through[KIOSK_N_DRILL_KINDS]; /* texts: every attempt that got through */
  gboolean heard;                          /* kioskd took part */
  KioskDrillAnswer answer;
} Drill;

/* ---- kioskd ---- */

/* -1 without @error: there is no kioskd. */
static int
connect_to_daemon (GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = KIOSK_DRILL_SOCKET };
  const struct timeval patience = { .tv_sec = KIOSK_DRILL_SECONDS };
  kiosk_autofd int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
    kiosk_error_set_errno (error, errno, KIOSK_DRILL_SOCKET);
  else if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return kiosk_fd_steal (&fd);
  else if (errno != ENOENT && errno != ECONNREFUSED)
    kiosk_error_set_errno (error, errno, KIOSK_DRILL_SOCKET);
  return -1;
}

static gboolean
receive_order (int daemon, KioskEndpoint *session, GError **error)
{
  KioskDrillOrder order;
  uid_t uid;
  pid_t pid;

  if (!kiosk_fd_peer (daemon, &pid, &uid, error)
      || !kiosk_channel_receive_exact (daemon, &order, sizeof order, NULL, 0, error))
    return FALSE;
  if (uid != 0 || !kiosk_drill_order_valid (&order))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "not kioskd's order");
      return FALSE;
    }
  session->family = (int) order.family;
  session->port = (guint16) order.port;
  memcpy (session->address_bytes, order.address, sizeof order.address);
  session->address = order.family != 0 ? (char *) "session" : NULL;
  return TRUE;
}

static gboolean
report (Drill *drill, int daemon, GError **error)
{
  KioskDrillReceipt receipt;

  if (!kiosk_channel_send (daemon, &drill->report, sizeof drill->report, NULL, 0, error)
      || !kiosk_channel_receive_exact (daemon, &receipt, sizeof receipt, NULL, 0, error))
    return FALSE;
  if (!kiosk_drill_receipt_valid (&receipt))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID, "not kioskd's receipt");
      return FALSE;
    }
  drill->heard = TRUE;
  drill->answer = receipt.answer;
  return TRUE;
}

/* ---- Trying ---- */

static void
find_users (KioskDrillIdentity *users, gboolean *present)
{
  for (guint i = 0; kiosk_drill_users[i].name != NULL; i++)
    {
      const struct passwd *entry = getpwnam (kiosk_drill_users[i].name);

      g_assert (i < MAX_USERS);
      present[i] = entry != NULL;
      if (entry != NULL)
        users[i] = (KioskDrillIdentity){ entry->pw_uid, entry->pw_gid };
    }
}

/* As many as there is room for, and how many more. */
static void
fill_what (KioskDrillFinding *finding, GPtrArray *texts)
{
  g_autoptr (GString) line = g_string_new (NULL);
  guint n = 0;

  memset (finding->what, 0, sizeof finding->what);
  for (; n < texts->len; n++)
    {
      const char *text = texts->pdata[n];

      if (line->len + strlen (text) + 16 > sizeof finding->what)
        break;
      g_string_append_printf (line, "%s%s", n > 0 ? "; " : "", text);
    }
  if (n < texts->len)
    g_string_append_printf (line, "; +%u", texts->len - n);
  kiosk_channel_text_set (finding->what, sizeof finding->what, line->str);
}

static void
count (Drill *drill, GArray *attempts, GArray *results)
{
  drill->report = (KioskDrillReport){ .magic = KIOSK_DRILL_REPORT };
  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    g_ptr_array_set_size (drill->through[kind], 0);
  for (guint i = 0; i < attempts->len; i++)
    {
      const KioskDrillAttempt *attempt = &g_array_index (attempts, KioskDrillAttempt, i);
      KioskDrillFinding *finding = &drill->report.findings[attempt->kind];

      switch (g_array_index (results, KioskDrillResult, i))
        {
        case KIOSK_DRILL_REFUSED:
          finding->refused++;
          break;
        case KIOSK_DRILL_NO_WAY:
          finding->no_way++;
          break;
        case KIOSK_DRILL_THROUGH:
        default:
          finding->through++;
          g_ptr_array_add (drill->through[attempt->kind], kiosk_drill_describe (attempt));
          break;
        }
    }
  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    fill_what (&drill->report.findings[kind], drill->through[kind]);
}

static gboolean
try_all (Drill *drill, const KioskEndpoint *session, GError **error)
{
  g_auto (GStrv) paths = kiosk_file_list_policy (KIOSK_POLICY_DIR);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (KioskPolicy) policy = kiosk_policy_load ((const char *const *) paths, &problems);
  g_auto (KioskDrillPlace) place = { 0 };
  KioskDrillIdentity users[MAX_USERS] = { 0 };
  gboolean present[MAX_USERS] = { FALSE };
  g_autoptr (GArray) attempts = NULL;
  g_autoptr (GArray) results = NULL;
  KioskDrillScene scene;

  if (policy == NULL)
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_INVALID,
                           "the policy is refused (kioskctl policy check)");
      return FALSE;
    }
  find_users (users, present);
  kiosk_drill_place_read (&place);
  scene = (KioskDrillScene){
    .policy = policy,
    .present = present,
    .gateways = (const KioskEndpoint *) (const void *) place.gateways->data,
    .n_gateways = place.gateways->len,
    .broadcasts = (const KioskEndpoint *) (const void *) place.broadcasts->data,
    .n_broadcasts = place.broadcasts->len,
    .session = session->address != NULL ? session : NULL,
  };
  attempts = kiosk_drill_plan (&scene);
  results = kiosk_drill_try (attempts, users, &place, error);
  if (results == NULL)
    return FALSE;
  count (drill, attempts, results);
  return TRUE;
}

/* Once with kioskd, or without it when there is none. */
static gboolean
run_round (Drill *drill, GError **error)
{
  KioskEndpoint session = { 0 };
  g_autoptr (GError) failure = NULL;
  kiosk_autofd int daemon = connect_to_daemon (&failure);

  drill->heard = FALSE;
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (daemon < 0)
    return try_all (drill, &session, error);
  return receive_order (daemon, &session, error) && try_all (drill, &session, error)
         && report (drill, daemon, error);
}

/* ---- Printing ---- */

static guint
total (const Drill *drill, gsize offset)
{
  guint sum = 0;

  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    sum += *(const guint32 *) (const void *) ((const char *) &drill->report.findings[kind]
                                              + offset);
  return sum;
}

static guint
count_through (const Drill *drill)
{
  return total (drill, G_STRUCT_OFFSET (KioskDrillFinding, through));
}

static void
print_finding (const Drill *drill, KioskDrillKind kind)
{
  const KioskDrillFinding *finding = &drill->report.findings[kind];
  gboolean ja = drill->language == KIOSK_LANGUAGE_JA;
  const char *name = kiosk_audit_reason_text (kiosk_drill_kind_name (kind), ja);
  const char *mark = finding->through > 0 ? "✗" : finding->refused > 0 ? "✓" : "-";

  if (ja)
    g_print ("%s %s: 止めました %u、経路なし %u、通りました %u\n", mark, name, finding->refused,
             finding->no_way, finding->through);
  else
    g_print ("%s %s: refused %u, no route %u, GOT THROUGH %u\n", mark, name, finding->refused,
             finding->no_way, finding->through);
  for (guint i = 0; i < drill->through[kind]->len; i++)
    g_print ("    %s\n", (const char *) drill->through[kind]->pdata[i]);
}

static const char *
verdict (const Drill *drill)
{
  gboolean ja = drill->language == KIOSK_LANGUAGE_JA;

  if (count_through (drill) > 0)
    {
      if (drill->heard)
        return ja ? "不合格: 出てはならない通信が通りました。端末を使用停止にし、記録しました。"
                  : "FAILED: something got out that must not. The terminal is out of service; this is on "
                    "record.";
      return ja ? "不合格: 出てはならない通信が通りました。管理プログラムが応答しないため、記録していません。"
                : "FAILED: something got out that must not. kioskd does not answer: this is not on record.";
    }
  if (!drill->heard || drill->answer != KIOSK_DRILL_ANSWER_PASSED)
    return ja ? "通った通信はありませんが、記録できませんでした。"
              : "Nothing got out, but that could not be recorded.";
  if (total (drill, G_STRUCT_OFFSET (KioskDrillFinding, refused)) == 0)
    return ja ? "通った通信はありません。ただし、経路がないため、通信の制限は確かめられませんでした。"
              : "Nothing got out. But there was no route: the firewall was never asked.";
  return ja ? "合格: 出てはならない通信は、すべて止まりました。記録しました。"
            : "Passed: everything that must not get out was refused. This is on record.";
}

static void
print_table (const Drill *drill)
{
  g_print ("%s\n", drill->language == KIOSK_LANGUAGE_JA
                       ? "出てはならない通信を、端末の利用者ごとに試しました。"
                       : "What must not get out was tried as each user of the terminal.");
  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    print_finding (drill, kind);
  g_print ("%s\n", verdict (drill));
}

static void
print_json (const Drill *drill)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "passed");
  json_builder_add_boolean_value (builder, count_through (drill) == 0);
  json_builder_set_member_name (builder, "recorded");
  json_builder_add_boolean_value (builder,
                                  drill->heard && drill->answer != KIOSK_DRILL_ANSWER_NOT_RECORDED);
  json_builder_set_member_name (builder, "kinds");
  json_builder_begin_array (builder);
  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    {
      const KioskDrillFinding *finding = &drill->report.findings[kind];

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "kind");
      json_builder_add_string_value (builder, kiosk_drill_kind_name (kind));
      json_builder_set_member_name (builder, "refused");
      json_builder_add_int_value (builder, finding->refused);
      json_builder_set_member_name (builder, "no-way");
      json_builder_add_int_value (builder, finding->no_way);
      json_builder_set_member_name (builder, "through");
      json_builder_begin_array (builder);
      for (guint i = 0; i < drill->through[kind]->len; i++)
        json_builder_add_string_value (builder, drill->through[kind]->pdata[i]);
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}

/* ---- The command ---- */

static int
run (Drill *drill)
{
  g_autoptr (GError) error = NULL;
  guint round = 0;

  do
    if (!run_round (drill, &error))
      {
        g_printerr ("kioskctl network drill: %s\n", error->message);
        return EXIT_FAILED;
      }
  while (drill->heard && drill->answer == KIOSK_DRILL_ANSWER_AGAIN && ++round < ROUNDS);
  if (drill->heard && drill->answer == KIOSK_DRILL_ANSWER_AGAIN)
    {
      g_printerr ("%s\n",
                  drill->language == KIOSK_LANGUAGE_JA
                      ? "点検の途中で接続や切断が続いたため、点検できませんでした。"
                      : "Sessions kept beginning or ending: the drill could not be finished.");
      return EXIT_FAILED;
    }
  if (drill->json)
    print_json (drill);
  else
    print_table (drill);
  if (count_through (drill) > 0)
    return EXIT_THROUGH;
  return drill->heard && drill->answer == KIOSK_DRILL_ANSWER_PASSED ? EXIT_GOOD : EXIT_FAILED;
}

int
kiosk_ctl_drill_command (int argc, char **argv)
{
  Drill drill = { 0 };
  g_autofree char *lang = NULL;
  g_auto (GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &drill.json, "JSON で出力する / print JSON", NULL },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &lang, "言語 / language", "ja|en" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &rest, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  int status;

  g_set_prgname ("kioskctl network drill");
  kiosk_ctl_language (NULL, &drill.language);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || rest != NULL
      || !kiosk_ctl_language (lang, &drill.language))
    {
      g_printerr ("kioskctl network drill [--json] [--lang ja|en]\n");
      return EXIT_FAILED;
    }
  if (geteuid () != 0)
    {
      g_printerr ("%s\n", drill.language == KIOSK_LANGUAGE_JA
                              ? "管理者（root）として実行してください。"
                              : "Please run this as root.");
      return EXIT_FAILED;
    }
  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    drill.through[kind] = g_ptr_array_new_with_free_func (g_free);
  status = run (&drill);
  for (guint kind = 0; kind < KIOSK_N_DRILL_KINDS; kind++)
    g_ptr_array_unref (drill.through[kind]);
  return status;
}
