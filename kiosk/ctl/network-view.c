/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

/* The words and the JSON of `kioskctl network`. */

#include "network-view.h"

#include <json-glib/json-glib.h>

static const KioskLabel purposes[] = {
  [KIOSK_FIREWALL_FOR_LINE] = { (char *) "回線", (char *) "line" },
  [KIOSK_FIREWALL_FOR_SESSION] = { (char *) "サーバー接続", (char *) "session" },
  [KIOSK_FIREWALL_FOR_SERVICE] = { (char *) "サービス", (char *) "service" },
  [KIOSK_FIREWALL_FOR_TIME] = { (char *) "時刻", (char *) "time" },
  [KIOSK_FIREWALL_FOR_TUNNEL] = { (char *) "トンネル", (char *) "tunnel" },
  [KIOSK_FIREWALL_FOR_ANSWER] = { (char *) "応答", (char *) "answer" },
};

/* "10.0.0.1 TCP 514": of what leaves, and of what was refused. */
static char *
write_where (const char *address, guint protocol, guint port)
{
  g_autofree char *name = protocol != 0 ? kiosk_firewall_protocol_name ((guint8) protocol) : NULL;
  g_autofree char *number = port != 0 ? g_strdup_printf (" %u", port) : NULL;

  return g_strdup_printf ("%s%s%s%s", address, name != NULL ? " " : "", name != NULL ? name : "",
                          number != NULL ? number : "");
}

static void
print_leave (const KioskLeave *leave, gboolean with_policy, gboolean ja)
{
  g_autofree char *where = write_where (leave->address, leave->protocol, leave->port);

  g_print ("  %s: %s",
           kiosk_label_get (&purposes[leave->purpose], ja ? KIOSK_LANGUAGE_JA : KIOSK_LANGUAGE_EN),
           where);
  if (leave->purpose != KIOSK_FIREWALL_FOR_LINE)
    {
      const char *user = leave->user != NULL ? leave->user : ja ? "システム" : "the kernel";

      if (ja)
        g_print ("（送るプログラムのユーザー: %s）", user);
      else
        g_print (" (sent by user %s)", user);
    }
  if (leave->why != NULL && leave->purpose != KIOSK_FIREWALL_FOR_LINE)
    g_print (ja ? "、理由: %s" : ", because of %s", leave->why);
  else if (leave->why == NULL && with_policy)
    g_print ("%s", ja ? "、設定にありません" : ", NOT IN THE POLICY");
  if (leave->place != NULL)
    g_print (ja ? "（%s）" : " (%s)", leave->place);
  if (leave->expires > 0)
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();
      g_autoptr (GDateTime) end = g_date_time_add_seconds (now, leave->expires);
      g_autofree char *time = g_date_time_format (end, "%H:%M:%S");

      g_print (ja ? "、%s まで（接続中は延長されます）"
                  : ", until %s (renewed while the session runs)",
               time);
    }
  g_print ("\n");
}

static void
print_try (const KioskFirewallTry *try, gboolean ja)
{
  g_autofree char *where = write_where (try->address, try->protocol, try->port);

  if (try->direction == KIOSK_FIREWALL_OUT && ja)
    g_print ("  送信 uid %" G_GINT64_FORMAT " → %s: %" G_GUINT64_FORMAT " 個\n", try->uid, where,
             try->packets);
  else if (try->direction == KIOSK_FIREWALL_OUT)
    g_print ("  out, uid %" G_GINT64_FORMAT " to %s: %" G_GUINT64_FORMAT "\n", try->uid, where,
             try->packets);
  else
    g_print (ja ? "  受信 %s: %" G_GUINT64_FORMAT " 個\n"
                : "  in, from %s: %" G_GUINT64_FORMAT "\n",
             where, try->packets);
}

static void
print_refused (const KioskFirewallState *state, gboolean ja)
{
  guint64 sum = state->refused_out + state->refused_in + state->refused_forward;
  guint64 named = 0;

  if (ja)
    g_print ("遮断した通信（パケット数。通信制限を読み込んでから）: 送信 %" G_GUINT64_FORMAT
             "、受信 %" G_GUINT64_FORMAT "、中継 %" G_GUINT64_FORMAT
             "（ほかに無視した一斉送信 %" G_GUINT64_FORMAT "）\n",
             state->refused_out, state->refused_in, state->refused_forward, state->ignored_in);
  else
    g_print ("Refused since the firewall was loaded, packets: out %" G_GUINT64_FORMAT
             ", in %" G_GUINT64_FORMAT ", forwarded %" G_GUINT64_FORMAT " (and %" G_GUINT64_FORMAT
             " broadcasts ignored)\n",
             state->refused_out, state->refused_in, state->refused_forward, state->ignored_in);
  for (guint i = 0; i < state->tries->len; i++)
    {
      const KioskFirewallTry *try = state->tries->pdata[i];

      print_try (try, ja);
      named += try->packets;
    }
  if (sum > named)
    g_print (ja ? "  そのほか: %" G_GUINT64_FORMAT " 個\n" : "  others: %" G_GUINT64_FORMAT "\n",
             sum - named);
}

void
kiosk_ctl_network_print (const KioskNetworkView *view, KioskLanguage language)
{
  gboolean ja = language == KIOSK_LANGUAGE_JA;
  guint n = 0;

  for (guint i = 0; i < view->strangers->len; i++)
    g_print ("%s\n", (const char *) view->strangers->pdata[i]);
  g_print ("%s", ja ? "今、端末から出られる通信:\n" : "What may leave right now:\n");
  for (guint i = 0; i < view->leaves->len; i++)
    {
      const KioskLeave *leave = view->leaves->pdata[i];

      print_leave (leave, view->with_policy, ja);
      n += leave->purpose != KIOSK_FIREWALL_FOR_LINE;
    }
  if (n == 0)
    g_print ("%s", ja ? "  相手: ありません\n" : "  to nobody\n");
  for (guint i = 0; i < view->left_out->len; i++)
    g_print (
        ja ? "[%s] は設定にありますが、専用のユーザーがこの端末にないため、出られません。\n"
           : "[%s] stands in the policy, but its user does not exist here: it does not leave.\n",
        (const char *) view->left_out->pdata[i]);
  print_refused (view->state, ja);
}

/* ---- JSON ---- */

static void
set_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
set_number (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_leaves (JsonBuilder *builder, const GPtrArray *leaves)
{
  json_builder_set_member_name (builder, "leaves");
  json_builder_begin_array (builder);
  for (guint i = 0; i < leaves->len; i++)
    {
      const KioskLeave *leave = leaves->pdata[i];

      json_builder_begin_object (builder);
      set_text (builder, "for", purposes[leave->purpose].en);
      set_text (builder, leave->purpose == KIOSK_FIREWALL_FOR_LINE ? "interface" : "address",
                leave->address);
      if (leave->purpose != KIOSK_FIREWALL_FOR_LINE)
        {
          set_number (builder, "protocol", leave->protocol);
          set_number (builder, "port", leave->port);
          set_text (builder, "user", leave->user);
        }
      set_text (builder, "because", leave->why);
      set_text (builder, "policy", leave->place);
      set_number (builder, "seconds", leave->expires);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_refused (JsonBuilder *builder, const KioskFirewallState *state)
{
  json_builder_set_member_name (builder, "refused");
  json_builder_begin_object (builder);
  set_number (builder, "out", (gint64) state->refused_out);
  set_number (builder, "in", (gint64) state->refused_in);
  set_number (builder, "forward", (gint64) state->refused_forward);
  set_number (builder, "ignored", (gint64) state->ignored_in);
  json_builder_set_member_name (builder, "known");
  json_builder_begin_array (builder);
  for (guint i = 0; i < state->tries->len; i++)
    {
      const KioskFirewallTry *try = state->tries->pdata[i];

      json_builder_begin_object (builder);
      set_text (builder, "direction", try->direction == KIOSK_FIREWALL_OUT ? "out" : "in");
      set_number (builder, "uid", try->uid);
      set_number (builder, "protocol", try->protocol);
      set_text (builder, "address", try->address);
      set_number (builder, "port", try->port);
      set_number (builder, "packets", (gint64) try->packets);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_texts (JsonBuilder *builder, const char *name, const GPtrArray *texts)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < texts->len; i++)
    json_builder_add_string_value (builder, texts->pdata[i]);
  json_builder_end_array (builder);
}

void
kiosk_ctl_network_print_json (const KioskNetworkView *view)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  add_leaves (builder, view->leaves);
  add_texts (builder, "not-let-out", view->left_out);
  add_texts (builder, "wrong", view->strangers);
  add_refused (builder, view->state);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}
