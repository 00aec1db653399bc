/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-ctl"

#include "accounts-private.h"

#include "columns.h"

#include <json-glib/json-glib.h>

#include <string.h>

/* The accounts for people (a table, a spreadsheet) and for programs, and who may do what (R06, R07). */

#define N_COLUMNS 9

static const struct {
  KioskRoles role;
  const char *name;
  KioskLabel label;
} roles[] = {
  { KIOSK_ROLE_ENGINEER, "engineer", { (char *) "作業者", (char *) "engineer" } },
  { KIOSK_ROLE_AUDITOR, "auditor", { (char *) "監査担当者", (char *) "auditor" } },
  { KIOSK_ROLE_ADMINISTRATOR, "administrator", { (char *) "管理者", (char *) "administrator" } },
  { KIOSK_ROLE_APPROVER, "approver", { (char *) "承認者", (char *) "approver" } },
};

/* Who may do what; what kioskd refuses everybody else. */
static const struct {
  const char *name;
  KioskLabel label;
  KioskRoles roles;
} rights[] = {
  { "log-in",
    { (char *) "端末にログインし、担当のサーバーに接続する",
      (char *) "log in, open sessions with their own servers" },
    KIOSK_ROLE_ENGINEER },
  { "end-session",
    { (char *) "ロックされたままの作業を終了する（画面は見えない）",
      (char *) "end a session that was left locked, without seeing it" },
    KIOSK_ROLE_AUDITOR | KIOSK_ROLE_ADMINISTRATOR },
  { "read-log",
    { (char *) "操作の記録を読む", (char *) "read the audit log" },
    KIOSK_ROLE_AUDITOR },
  { "approve",
    { (char *) "ほかの人の作業を、端末で承認する",
      (char *) "approve the work of others at the terminal" },
    KIOSK_ROLE_APPROVER },
  { "sign-orders",
    { (char *) "作業指示書に署名する（[approver] に鍵のある人）",
      (char *) "sign work orders (with a key in [approver])" },
    KIOSK_ROLE_APPROVER },
  { "administer",
    { (char *) "設定とIDを管理する", (char *) "administer policy and IDs" },
    KIOSK_ROLE_ADMINISTRATOR },
};

static const struct {
  const char *name;
  KioskLabel label;
} findings[KIOSK_N_FINDINGS] = {
  { "unlisted", { (char *) "設定にないID", (char *) "not in the policy" } },
  { "absent", { (char *) "この端末にない", (char *) "not on this machine" } },
  { "disabled", { (char *) "無効", (char *) "disabled" } },
  { "expired", { (char *) "期限切れ", (char *) "expired" } },
  { "locked-out", { (char *) "失敗の超過でロック中", (char *) "locked out" } },
  { "unused", { (char *) "長く使われていない", (char *) "unused" } },
  { "password-overdue", { (char *) "パスワードの変更期限切れ", (char *) "password overdue" } },
  { "shared-name", { (char *) "共用に見えるID", (char *) "looks shared" } },
  { "numbered-name", { (char *) "番号付きのID", (char *) "number at the end" } },
};

static const char *const state_names[] = {
  [KIOSK_ACCOUNT_ACTIVE] = "active",   [KIOSK_ACCOUNT_LOCKED_OUT] = "locked-out",
  [KIOSK_ACCOUNT_EXPIRED] = "expired", [KIOSK_ACCOUNT_DISABLED] = "disabled",
  [KIOSK_ACCOUNT_ABSENT] = "absent",   [KIOSK_ACCOUNT_UNUSED] = "unused",
};

static const char *const states_ja[] = {
  [KIOSK_ACCOUNT_ACTIVE] = "有効",      [KIOSK_ACCOUNT_LOCKED_OUT] = "ロック中",
  [KIOSK_ACCOUNT_EXPIRED] = "期限切れ", [KIOSK_ACCOUNT_DISABLED] = "無効",
  [KIOSK_ACCOUNT_ABSENT] = "なし",      [KIOSK_ACCOUNT_UNUSED] = "無効（長期未使用）",
};

/* ---- Cells ---- */

static char *
join_roles (const KioskAccountRow *row, KioskLanguage language)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; row->person != NULL && i < G_N_ELEMENTS (roles); i++)
    if ((row->person->roles & roles[i].role) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              kiosk_label_get (&roles[i].label, language));
  return g_string_free (text, FALSE);
}

static char *
join_findings (const KioskAccountRow *row, KioskLanguage language)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < KIOSK_N_FINDINGS; i++)
    if ((row->findings & (1u << i)) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              kiosk_label_get (&findings[i].label, language));
  return g_string_free (text, FALSE);
}

static char *
show_time (gint64 time)
{
  g_autoptr (GDateTime) local = time != 0 ? g_date_time_new_from_unix_local (time) : NULL;

  return local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M") : g_strdup ("");
}

static char *
show_days (gint64 days)
{
  return days == -1 || days == G_MAXINT64 ? g_strdup ("")
                                          : g_strdup_printf ("%" G_GINT64_FORMAT, days);
}

static const char *const *
heads (KioskLanguage language)
{
  static const char *const ja[]
      = { "ID",       "氏名",    "役割",           "状態", "最終利用", "パスワード経過日数",
          "残り日数", "第2要素", "確認が必要な点", NULL };
  static const char *const en[] = { "ID",           "NAME",      "ROLES",  "STATE",    "LAST USE",
                                    "PASSWORD AGE", "DAYS LEFT", "FACTOR", "FINDINGS", NULL };

  return language == KIOSK_LANGUAGE_JA ? ja : en;
}

static GStrv
make_cells (const KioskAccountRow *row, KioskLanguage language)
{
  GStrv cells = g_new0 (char *, N_COLUMNS + 1);
  guint n = 0;

  cells[n++] = g_strdup (row->id);
  cells[n++] = g_strdup (row->person != NULL ? kiosk_label_get (&row->person->name, language) : "");
  cells[n++] = join_roles (row, language);
  cells[n++]
      = g_strdup (language == KIOSK_LANGUAGE_JA ? states_ja[row->state] : state_names[row->state]);
  cells[n++] = show_time (row->last_use);
  cells[n++] = show_days (row->age);
  /* -1 is a day of its own here */
  cells[n++] = row->left == -1 ? g_strdup ("-1") : show_days (row->left);
  cells[n++] = g_strdup (row->factor);
  cells[n++] = join_findings (row, language);
  return cells;
}

/* ---- Table ---- */

static void
print_cells (GPtrArray *lines)
{
  guint widths[N_COLUMNS] = { 0 };

  for (guint i = 0; i < lines->len; i++)
    for (guint c = 0; c < N_COLUMNS; c++)
      widths[c] = MAX (widths[c], kiosk_ctl_columns (((GStrv) lines->pdata[i])[c]));
  for (guint i = 0; i < lines->len; i++)
    {
      GStrv cells = lines->pdata[i];
      g_autoptr (GString) line = g_string_new (NULL);

      for (guint c = 0; c < N_COLUMNS; c++)
        g_string_append_printf (line, "%s%*s", cells[c],
                                (int) (widths[c] - kiosk_ctl_columns (cells[c]) + 2), "");
      g_print ("%s\n", g_strchomp (line->str));
    }
}

static void
print_rights (KioskLanguage language)
{
  g_print ("\n%s\n", language == KIOSK_LANGUAGE_JA ? "役割ごとにできること" : "Who may do what");
  for (guint i = 0; i < G_N_ELEMENTS (rights); i++)
    {
      g_autoptr (GString) who = g_string_new (NULL);

      for (guint r = 0; r < G_N_ELEMENTS (roles); r++)
        if ((rights[i].roles & roles[r].role) != 0)
          g_string_append_printf (who, "%s%s", who->len > 0 ? ", " : "",
                                  kiosk_label_get (&roles[r].label, language));
      g_print ("  %s: %s\n", kiosk_label_get (&rights[i].label, language), who->str);
    }
}

void
kiosk_accounts_print_table (const KioskAccounts *self, KioskLanguage language)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autofree char *since = show_time (self->log_since);
  gboolean japanese = language == KIOSK_LANGUAGE_JA;

  g_ptr_array_add (lines, g_strdupv ((GStrv) heads (language)));
  for (guint i = 0; i < self->rows->len; i++)
    g_ptr_array_add (lines, make_cells (self->rows->pdata[i], language));
  print_cells (lines);
  g_print (japanese ? "\n最終利用は %s からの記録によります。"
                    : "\nLast uses as on record since %s.",
           *since != '\0' ? since : "-");
  if (self->policy->identity.unused_days > 0)
    g_print (japanese ? "%u 日使われていないIDを示します。" : " Unused means for %u days.",
             self->policy->identity.unused_days);
  if (self->policy->disable_unused)
    g_print (japanese ? "それらのIDではログインできません（unused=disable）。"
                      : " They let nobody in (unused=disable).");
  g_print ("\n");
  print_rights (language);
}

/* ---- CSV ---- */

/* A spreadsheet runs what begins like a formula, quoted or not; an apostrophe makes it text. Numbers of
 * days may be negative. */
static void
append_csv (GString *line, const char *text)
{
  g_string_append (line, line->len > 0 ? ",\"" : "\"");
  if (*text != '\0' && strchr ("=+-@", *text) != NULL
      && !(*text == '-' && g_ascii_isdigit (text[1])))
    g_string_append_c (line, '\'');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *p);
    }
  g_string_append_c (line, '"');
}

static void
print_csv_line (const char *const *cells, const char *before)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint c = 0; c < N_COLUMNS; c++)
    append_csv (line, cells[c]);
  g_print ("%s%s\r\n", before, line->str);
}

void
kiosk_accounts_print_csv (const KioskAccounts *self, KioskLanguage language)
{
  print_csv_line (heads (language), "\xef\xbb\xbf");
  for (guint i = 0; i < self->rows->len; i++)
    {
      g_auto (GStrv) cells = make_cells (self->rows->pdata[i], language);

      print_csv_line ((const char *const *) cells, "");
    }
}

/* ---- JSON ---- */

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const char *name, gint64 value, gboolean known)
{
  json_builder_set_member_name (builder, name);
  if (known)
    json_builder_add_int_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_role_names (JsonBuilder *builder, KioskRoles of)
{
  json_builder_set_member_name (builder, "roles");
  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if ((of & roles[i].role) != 0)
      json_builder_add_string_value (builder, roles[i].name);
  json_builder_end_array (builder);
}

static void
add_account (JsonBuilder *builder, const KioskAccountRow *row)
{
  json_builder_begin_object (builder);
  add_text (builder, "id", row->id);
  add_text (builder, "name_ja", row->person != NULL ? row->person->name.ja : "");
  add_text (builder, "name_en", row->person != NULL ? row->person->name.en : "");
  add_role_names (builder, row->person != NULL ? row->person->roles : 0);
  add_text (builder, "state", state_names[row->state]);
  add_number (builder, "failures", row->failures, TRUE);
  add_number (builder, "last_use_unix", row->last_use, row->last_use != 0);
  add_number (builder, "password_age_days", row->age, row->age >= 0);
  add_number (builder, "password_days_left", row->left, row->left != G_MAXINT64);
  add_text (builder, "second_factor", row->factor);
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < KIOSK_N_FINDINGS; i++)
    if ((row->findings & (1u << i)) != 0)
      json_builder_add_string_value (builder, findings[i].name);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

void
kiosk_accounts_print_json (const KioskAccounts *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  add_number (builder, "format", 1, TRUE);
  add_text (builder, "terminal", self->policy->id);
  add_text (builder, "policy", self->policy->digest);
  add_number (builder, "now_unix", self->now, TRUE);
  add_number (builder, "log_since_unix", self->log_since, self->log_since != 0);
  add_number (builder, "unused_days", self->policy->identity.unused_days, TRUE);
  add_text (builder, "unused", self->policy->disable_unused ? "disable" : "list");
  json_builder_set_member_name (builder, "accounts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->rows->len; i++)
    add_account (builder, self->rows->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "rights");
  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (rights); i++)
    {
      json_builder_begin_object (builder);
      add_text (builder, "right", rights[i].name);
      add_role_names (builder, rights[i].roles);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}
