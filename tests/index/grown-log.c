/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

#include "grown-log.h"

#include "kiosk/log/log-set.h"
#include "kiosk/model/audit-actions.h"

#include <glib/gstdio.h>

#include <stdio.h>
#include <zstd.h>

#define CHECKPOINT_MAX 60

static char *
path_of (const GrownLog *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
write_to (const GrownLog *self, const char *name, const char *mode, const void *bytes, gsize length)
{
  g_autofree char *path = path_of (self, name);
  FILE *file = fopen (path, mode);

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* ---- Records ---- */

static void
put (GrownLog *self, GString *text, KioskAuditRecord record)
{
  record.realtime = self->time;
  record.boottime = self->boot;
  record.boot = "b0c1d2e3-0000-4000-8000-000000000001";
  record.host_id = self->host;
  record.host_site = g_test_rand_int_range (0, 3) > 0 ? "本庁舎3階" : "別館";
  g_clear_pointer (&self->last, g_bytes_unref);
  self->last = audit_log_encode (&self->log, &record);
  g_string_append_len (text, g_bytes_get_data (self->last, NULL),
                       (gssize) g_bytes_get_size (self->last));
}

static void
put_checkpoint (GrownLog *self, GString *text, const char *reason)
{
  gboolean first = self->log.state.chain.sequence == 0;

  put (self, text,
       (KioskAuditRecord){ .action = first ? KIOSK_ACTION_LOG_BEGUN : KIOSK_ACTION_CHECKPOINT,
                           .outcome = KIOSK_OUTCOME_SUCCESS,
                           .reason = reason,
                           .file = self->first });
  self->since_checkpoint = 0;
}

/* One moment has several records at times, and the clock goes back. */
static void
pass_time (GrownLog *self)
{
  gint32 lot = g_test_rand_int_range (0, 100);

  self->boot += 1000;
  if (lot < 2)
    self->time -= (gint64) 3600 * G_USEC_PER_SEC;
  else if (lot < 70)
    self->time += (gint64) g_test_rand_int_range (1, 1200) * G_USEC_PER_SEC;
}

static void
put_any (GrownLog *self, GString *text)
{
  static const char *const actions[]
      = { KIOSK_ACTION_LOGIN,          KIOSK_ACTION_CONNECT_BEGUN,  KIOSK_ACTION_CONNECT,
          KIOSK_ACTION_LOCK,           KIOSK_ACTION_UNLOCK,         KIOSK_ACTION_DISCONNECT,
          KIOSK_ACTION_LOGOUT,         KIOSK_ACTION_OUTAGE_BEGUN,   KIOSK_ACTION_OUTAGE_ENDED,
          KIOSK_ACTION_DEVICE_REFUSED, KIOSK_ACTION_DAEMON_STARTED, KIOSK_ACTION_POLICY_ACCEPTED };
  static const char *const persons[] = { "k-sato", "r-suzuki", "h-ito" };
  static const char *const servers[] = { "zeimu-ap02", "bunsho-db01" };
  const char *action = actions[g_test_rand_int_range (0, G_N_ELEMENTS (actions))];
  gboolean outage = g_str_has_prefix (action, "outage");
  gboolean person = !outage && !g_str_equal (action, KIOSK_ACTION_POLICY_ACCEPTED)
                    && !g_str_equal (action, KIOSK_ACTION_DAEMON_STARTED);
  KioskOutcome outcome
      = g_test_rand_int_range (0, 5) > 0 ? KIOSK_OUTCOME_SUCCESS : KIOSK_OUTCOME_FAILURE;
  g_autofree char *session = NULL;
  g_autofree char *ticket = NULL;

  /* a day starts the machine some times, not at every twelfth record */
  if (g_str_equal (action, KIOSK_ACTION_DAEMON_STARTED) && g_test_rand_int_range (0, 4) > 0)
    return;
  if (g_str_equal (action, KIOSK_ACTION_LOGIN) && outcome == KIOSK_OUTCOME_SUCCESS)
    self->session++;
  session = g_strdup_printf ("S-%s-%04u", self->host, self->session);
  ticket = g_strdup_printf ("W-2026-%04d", g_test_rand_int_range (0, 300));
  put (self, text,
       (KioskAuditRecord){
           .action = action,
           .outcome = outcome,
           .reason = outcome == KIOSK_OUTCOME_FAILURE ? "password" : NULL,
           .user_id = person ? persons[self->session % 3] : NULL,
           .user_name = person ? "佐藤 健一" : NULL,
           .session = person ? session : NULL,
           .server = g_test_rand_int_range (0, 2) > 0 ? servers[self->session % 2] : NULL,
           .ticket = g_str_equal (action, KIOSK_ACTION_CONNECT_BEGUN) ? ticket : NULL,
           .purpose = g_str_equal (action, KIOSK_ACTION_CONNECT_BEGUN) ? "定例パッチ" : NULL,
           .detail = g_str_equal (action, KIOSK_ACTION_DEVICE_REFUSED) ? "\"USB\" \\ 3.0" : NULL,
           .outage = outage ? g_test_rand_int_range (0, 2) > 0 ? "line" : "server" : NULL,
           .start = outage ? self->time - G_USEC_PER_SEC : 0,
           .duration = outage ? G_USEC_PER_SEC : 0,
           .count = outage ? 1 : 0 });
}

/* ---- Files ---- */

void
grown_log_append (GrownLog *self, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      pass_time (self);
      if (++self->since_checkpoint >= CHECKPOINT_MAX)
        put_checkpoint (self, text, KIOSK_REASON_CHECKPOINT_COUNT);
      else
        put_any (self, text);
    }
  write_to (self, KIOSK_LOG_CURRENT_NAME, "ab", text->str, text->len);
}

GrownLog *
grown_log_new (const char *parent, const char *host, guint64 number)
{
  GrownLog *self = g_new0 (GrownLog, 1);
  g_autoptr (GString) text = g_string_new (NULL);

  self->folder = g_build_filename (parent, host, NULL);
  self->host = g_strdup (host);
  self->older = g_ptr_array_new_with_free_func (g_free);
  self->firsts = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->first = 1;
  self->time = G_GINT64_CONSTANT (1790780400) * G_USEC_PER_SEC;
  g_assert_cmpint (g_mkdir_with_parents (self->folder, 0700), ==, 0);
  audit_log_begin (&self->log, number);
  put_checkpoint (self, text, KIOSK_REASON_CHECKPOINT_BEGIN);
  write_to (self, KIOSK_LOG_CURRENT_NAME, "wb", text->str, text->len);
  return self;
}

void
grown_log_free (GrownLog *self)
{
  g_free (self->folder);
  g_free (self->host);
  g_ptr_array_unref (self->older);
  g_array_unref (self->firsts);
  g_clear_pointer (&self->last, g_bytes_unref);
  g_free (self);
}

void
grown_log_rotate (GrownLog *self)
{
  char *name = g_strdup_printf (KIOSK_LOG_OLDER_PREFIX "%012" G_GUINT64_FORMAT ".log", self->first);
  g_autofree char *current = path_of (self, KIOSK_LOG_CURRENT_NAME);
  g_autofree char *older = path_of (self, name);
  g_autoptr (GString) text = g_string_new (NULL);

  put_checkpoint (self, text, KIOSK_REASON_CHECKPOINT_ROTATION);
  write_to (self, KIOSK_LOG_CURRENT_NAME, "ab", text->str, text->len);
  g_assert_cmpint (g_rename (current, older), ==, 0);
  g_ptr_array_add (self->older, name);
  g_array_append_val (self->firsts, self->first);
  self->first = self->log.state.chain.sequence;
  write_to (self, KIOSK_LOG_CURRENT_NAME, "wb", g_bytes_get_data (self->last, NULL),
            g_bytes_get_size (self->last));
}

void
grown_log_compress (GrownLog *self)
{
  for (guint i = 0; i < self->older->len; i++)
    {
      char *name = g_ptr_array_index (self->older, i);
      g_autofree char *path = path_of (self, name);
      g_autofree char *text = NULL;
      g_autofree char *packed = NULL;
      gsize length, bound;

      if (g_str_has_suffix (name, ".zst"))
        continue;
      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      bound = ZSTD_compressBound (length);
      packed = g_malloc (bound);
      bound = ZSTD_compress (packed, bound, text, length, 3);
      self->older->pdata[i] = g_strconcat (name, ".zst", NULL);
      write_to (self, self->older->pdata[i], "wb", packed, bound);
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_free (name);
      return;
    }
}

gboolean
grown_log_delete (GrownLog *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *path = NULL;
  guint64 first, next;

  if (self->older->len < 2 || !g_str_has_suffix (self->older->pdata[0], ".zst"))
    return FALSE;
  first = g_array_index (self->firsts, guint64, 0);
  next = g_array_index (self->firsts, guint64, 1);
  put (self, text,
       (KioskAuditRecord){ .action = KIOSK_ACTION_LOG_DELETED,
                           .outcome = KIOSK_OUTCOME_UNKNOWN,
                           .file = first,
                           .last = next });
  write_to (self, KIOSK_LOG_CURRENT_NAME, "ab", text->str, text->len);
  path = grown_log_path (self, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_ptr_array_remove_index (self->older, 0);
  g_array_remove_index (self->firsts, 0);
  return TRUE;
}

guint
grown_log_count (const GrownLog *self)
{
  return self->older->len + 1;
}

char *
grown_log_path (const GrownLog *self, guint n)
{
  return path_of (self, n < self->older->len ? self->older->pdata[n] : KIOSK_LOG_CURRENT_NAME);
}
