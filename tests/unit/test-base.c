/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-test"

/* The lowest layer: texts, identifiers, secrets, descriptors, clocks. Which files are trusted is
 * tested with real owners in tests/ctl. */

#include "kiosk/base/clock.h"
#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"
#include "kiosk/base/file.h"
#include "kiosk/base/secret.h"
#include "kiosk/base/text.h"

#include <glib.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define R "\357\277\275" /* U+FFFD */

/* ---- Texts ---- */

static const struct {
  const char *text;
  guint max;
  const char *clean;
} texts[] = {
  { NULL, 10, "" },
  { "", 10, "" },
  { "abc", 10, "abc" },
  { "日本語", 10, "日本語" },
  { "a\nb\r\tc\033[31m", 20, "a" R "b" R R "c" R "[31m" },
  { "\177\302\205", 10, R R },                       /* DEL, NEL */
  { "a\342\200\256b\342\200\254", 10, "a" R "b" R }, /* right-to-left override, pop */
  { "a\342\201\246b\342\201\251", 10, "a" R "b" R }, /* isolates */
  { "a\342\200\213b\342\200\215c\357\273\277", 10, "a" R "b" R "c" R }, /* ZWSP, ZWJ, BOM */
  { "a\342\200\250b\342\200\251c", 10, "a" R "b" R "c" }, /* line, paragraph separator */
  { "a\302\255b", 10, "a" R "b" },                        /* soft hyphen */
  { "a\315\217\343\205\244b", 10, "a" R R "b" },          /* grapheme joiner, Hangul filler */
  { "a\363\240\201\201b", 10, "a" R "b" },                /* tag character */
  { "葛\363\240\204\200城", 10,
    "葛\363\240\204\200城" }, /* a variation selector, as names need it */
  { "a\377b", 10, "a" R "b" },
  { "a\343\201", 10, "a" R R },  /* a cut character: one for each byte */
  { "\355\240\200", 10, R R R }, /* a surrogate */
  { "abcdef", 6, "abcdef" },
  { "abcdef", 5, "abcd…" },
  { "あいうえお", 3, "あい…" },
  { "ab", 1, "…" },
  { "a", 1, "a" },
  { "a", 0, "" },
};

static void
test_text_clean (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *clean = kiosk_text_clean (texts[i].text, texts[i].max);

      /* How many replacement characters one broken sequence makes is GLib's matter. */
      if (texts[i].text != NULL && !g_utf8_validate (texts[i].text, -1, NULL))
        {
          g_autofree char *valid = g_utf8_make_valid (texts[i].text, -1);

          g_assert_cmpstr (clean, ==, valid);
        }
      else
        g_assert_cmpstr (clean, ==, texts[i].clean);
    }
}

/* Whatever comes in, what goes out is short, valid and without characters that do something. */
static void
test_text_random (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      char bytes[64];
      g_autofree char *clean = NULL;

      for (guint i = 0; i < sizeof bytes - 1; i++)
        bytes[i] = (char) g_test_rand_int_range (1, 256);
      bytes[sizeof bytes - 1] = '\0';
      clean = kiosk_text_clean (bytes, 20);
      g_assert_true (g_utf8_validate (clean, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (clean, -1), <=, 20);
      for (const char *p = clean; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
    }
}

static void
test_ids (void)
{
  static const struct {
    const char *text;
    gboolean is_id;
  } ids[] = {
    { "a", TRUE },
    { "k-sato", TRUE },
    { "9lives", TRUE },
    { "a.b_c-d", TRUE },
    { "", FALSE },
    { "-a", FALSE },
    { ".a", FALSE },
    { "_a", FALSE },
    { "A", FALSE },
    { "k sato", FALSE },
    { "k/sato", FALSE },
    { "../x", FALSE },
    { "佐藤", FALSE },
    { "a\n", FALSE },
    { "a@b", FALSE },
    { "+a", FALSE },
    { "\357\275\201", FALSE }, /* ａ */
  };
  g_autofree char *longest = g_strnfill (63, 'a');
  g_autofree char *too_long = g_strnfill (64, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_cmpint (kiosk_text_is_id (ids[i].text), ==, ids[i].is_id);
  g_assert_true (kiosk_text_is_id (longest));
  g_assert_false (kiosk_text_is_id (too_long));
}

static void
test_label (void)
{
  KioskLabel label = { .ja = (char *) "端末", .en = (char *) "terminal" };

  g_assert_cmpstr (kiosk_label_get (&label, KIOSK_LANGUAGE_JA), ==, "端末");
  g_assert_cmpstr (kiosk_label_get (&label, KIOSK_LANGUAGE_EN), ==, "terminal");
}

/* ---- Secrets ---- */

static void
test_secret_content (void)
{
  g_autoptr (KioskSecret) secret = kiosk_secret_new ();
  g_autofree char *longest = g_strnfill (KIOSK_SECRET_MAX, 'x');
  g_autofree char *too_long = g_strnfill (KIOSK_SECRET_MAX + 1, 'x');

  g_assert_cmpstr (kiosk_secret_peek (secret), ==, "");
  g_assert_cmpuint (kiosk_secret_length (secret), ==, 0);
  g_assert_true (kiosk_secret_set (secret, "パスワード", strlen ("パスワード")));
  g_assert_cmpstr (kiosk_secret_peek (secret), ==, "パスワード");
  /* refused: unchanged */
  g_assert_false (kiosk_secret_set (secret, "a\0b", 3));
  g_assert_false (kiosk_secret_set (secret, too_long, KIOSK_SECRET_MAX + 1));
  g_assert_cmpstr (kiosk_secret_peek (secret), ==, "パスワード");
  g_assert_true (kiosk_secret_set (secret, longest, KIOSK_SECRET_MAX));
  g_assert_cmpuint (kiosk_secret_length (secret), ==, KIOSK_SECRET_MAX);
  /* nothing of a longer one is left behind a shorter one */
  g_assert_true (kiosk_secret_set (secret, "ab", 2));
  for (guint i = 2; i <= KIOSK_SECRET_MAX; i++)
    g_assert_cmpint (kiosk_secret_peek (secret)[i], ==, 0);
  kiosk_secret_wipe (secret);
  g_assert_cmpuint (kiosk_secret_length (secret), ==, 0);
  for (guint i = 0; i <= KIOSK_SECRET_MAX; i++)
    g_assert_cmpint (kiosk_secret_peek (secret)[i], ==, 0);
}

static void
test_secret_new_from (void)
{
  g_autofree char *too_long = g_strnfill (KIOSK_SECRET_MAX + 1, 'x');
  g_autoptr (KioskSecret) secret = kiosk_secret_new_from ("abc");

  g_assert_cmpstr (kiosk_secret_peek (secret), ==, "abc");
  g_assert_null (kiosk_secret_new_from (too_long));
  kiosk_secret_free (NULL);
}

/* The flags of the mapping that @address lies in: "VmFlags" of proc_pid_smaps(5). */
static char *
mapping_flags (const void *address)
{
  g_autofree char *smaps = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean inside = FALSE;

  g_assert_true (g_file_get_contents ("/proc/self/smaps", &smaps, NULL, NULL));
  lines = g_strsplit (smaps, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      unsigned long from, until;

      if (sscanf (lines[i], "%lx-%lx ", &from, &until) == 2)
        inside = (gsize) address >= from && (gsize) address < until;
      else if (inside && g_str_has_prefix (lines[i], "VmFlags:"))
        return g_strdup_printf ("%s ", lines[i]);
    }
  g_assert_not_reached ();
}

/* Locked in RAM, not in core dumps, not in children: what the contract in the header promises. */
static void
test_secret_mapping (void)
{
  g_autoptr (KioskSecret) secret = kiosk_secret_new_from ("abc");
  g_autofree char *flags = mapping_flags (kiosk_secret_peek (secret));

#ifndef __SANITIZE_ADDRESS__ /* which ignores mlock(2) */
  g_assert_nonnull (strstr (flags, " lo "));
#endif
  g_assert_nonnull (strstr (flags, " dd "));
  g_assert_nonnull (strstr (flags, " dc "));
}

static void
test_wipe (void)
{
  char memory[16] = "secret";

  kiosk_wipe (memory, sizeof memory);
  for (guint i = 0; i < sizeof memory; i++)
    g_assert_cmpint (memory[i], ==, 0);
}

/* ---- Descriptors ---- */

static void
test_fd_ownership (void)
{
  int fd = open ("/dev/null", O_RDONLY | O_CLOEXEC), kept, closed;

  g_assert_cmpint (fd, >=, 0);
  kept = kiosk_fd_steal (&fd);
  g_assert_cmpint (fd, ==, -1);
  closed = kept;
  errno = EXDEV;
  kiosk_fd_clear (&kept);
  g_assert_cmpint (errno, ==, EXDEV);
  g_assert_cmpint (kept, ==, -1);
  g_assert_cmpint (fcntl (closed, F_GETFD), ==, -1);
  kiosk_fd_clear (&kept); /* nothing happens */
  {
    kiosk_autofd int scoped = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    closed = scoped;
  }
  g_assert_cmpint (fcntl (closed, F_GETFD), ==, -1);
}

static void
test_fd_memory (void)
{
  g_autoptr (GError) error = NULL;
  kiosk_autofd int fd = kiosk_fd_new_memory ("test", 4096, &error);
  kiosk_autofd int unsealed = memfd_create ("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  kiosk_autofd int empty = kiosk_fd_new_memory ("test", 0, &error);
  kiosk_autofd int file = open ("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  kiosk_autofd int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  struct stat status;

  g_assert_no_error (error);
  g_assert_true (kiosk_fd_check_memory (fd, 4096, &error));
  g_assert_true (kiosk_fd_check_memory (empty, 0, &error));
  g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
  /* can be written, can not be resized or sealed further */
  g_assert_cmpint (pwrite (fd, "x", 1, 4095), ==, 1);
  g_assert_cmpint (ftruncate (fd, 1), ==, -1);
  g_assert_cmpint (ftruncate (fd, 8192), ==, -1);
  g_assert_cmpint (fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE), ==, -1);

  /* everything else is refused */
  g_assert_cmpint (ftruncate (unsealed, 4096), ==, 0);
  g_assert_cmpint (fstat (file, &status), ==, 0);
  for (guint i = 0; i < 6; i++)
    {
      const struct {
        int fd;
        gsize size;
      } bad[] = { { fd, 4095 }, { fd, 4097 }, { unsealed, 4096 }, { file, (gsize) status.st_size },
                  { null, 0 },  { -1, 0 } };

      g_assert_false (kiosk_fd_check_memory (bad[i].fd, bad[i].size, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED);
      g_clear_error (&error);
    }
  /* one seal missing is one too few */
  g_assert_cmpint (fcntl (unsealed, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), ==, 0);
  g_assert_false (kiosk_fd_check_memory (unsealed, 4096, NULL));
  g_assert_cmpint (fcntl (unsealed, F_ADD_SEALS, F_SEAL_SEAL), ==, 0);
  g_assert_true (kiosk_fd_check_memory (unsealed, 4096, NULL));
}

static void
test_fd_socket (void)
{
  g_autoptr (GError) error = NULL;
  kiosk_autofd int first = -1;
  kiosk_autofd int second = -1;
  kiosk_autofd int lonely = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  kiosk_autofd int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  pid_t pid = 0;
  uid_t uid = (uid_t) -1;

  g_assert_true (kiosk_fd_socket_pair (&first, &second, &error));
  g_assert_cmpint (fcntl (first, F_GETFD) & fcntl (second, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
  g_assert_true (kiosk_fd_check_socket (first, AF_UNIX, SOCK_SEQPACKET, &error));
  g_assert_no_error (error);
  g_assert_false (kiosk_fd_check_socket (first, AF_UNIX, SOCK_STREAM, NULL));
  g_assert_false (kiosk_fd_check_socket (first, AF_INET, SOCK_SEQPACKET, NULL));
  g_assert_false (kiosk_fd_check_socket (lonely, AF_INET, SOCK_STREAM, NULL)); /* not connected */
  g_assert_false (kiosk_fd_check_socket (null, AF_UNIX, SOCK_SEQPACKET, NULL));
  g_assert_false (kiosk_fd_check_socket (-1, AF_UNIX, SOCK_SEQPACKET, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED);
  g_clear_error (&error);

  g_assert_true (kiosk_fd_peer (first, &pid, &uid, &error));
  g_assert_cmpint (pid, ==, getpid ());
  g_assert_cmpuint (uid, ==, getuid ());
  g_assert_false (kiosk_fd_peer (null, &pid, &uid, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
}

static void
test_fd_process (void)
{
  g_autoptr (GError) error = NULL;
  kiosk_autofd int ourselves = pidfd_open (getpid (), 0);
  kiosk_autofd int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  kiosk_autofd int memory = kiosk_fd_new_memory ("Pid:\t1", 0, NULL);
  kiosk_autofd int folder = open ("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
  kiosk_autofd int ended = -1;
  pid_t pid = 0, child;

  g_assert_true (kiosk_fd_check_process (ourselves, &pid, &error));
  g_assert_no_error (error);
  g_assert_cmpint (pid, ==, getpid ());

  pid = 0;
  for (guint i = 0; i < 4; i++)
    {
      const int bad[] = { null, memory, folder, -1 };

      g_assert_false (kiosk_fd_check_process (bad[i], &pid, &error));
      g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_UNTRUSTED);
      g_clear_error (&error);
    }

  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    _exit (0);
  ended = pidfd_open (child, 0);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_false (kiosk_fd_check_process (ended, &pid, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_CLOSED);
  g_assert_cmpint (pid, ==, 0);
}

static void
test_error (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kiosk_error_set_errno (&error, ENOENT, "open"));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
  g_assert_true (g_str_has_prefix (error->message, "open: "));
}

/* ---- Clocks ---- */

static gboolean
on_clock (gpointer data)
{
  gint64 *fired = data;

  *fired = kiosk_clock_boottime ();
  return G_SOURCE_CONTINUE; /* must not fire again all the same */
}

static void
test_clock_source (gconstpointer data)
{
  gint64 before = kiosk_clock_boottime ();
  gint64 deadline = before + GPOINTER_TO_INT (data);
  gint64 fired = 0;
  g_autoptr (GMainContext) context = g_main_context_new ();
  GSource *source = kiosk_clock_source_new (deadline);

  g_source_set_callback (source, on_clock, &fired, NULL);
  g_source_attach (source, context);
  while (fired == 0)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpint (fired, >=, deadline);
  g_assert_true (g_source_is_destroyed (source));
  g_source_unref (source);
}

static void
test_clock_unused (void)
{
  gint64 fired = 0;
  g_autoptr (GMainContext) context = g_main_context_new ();
  GSource *source = kiosk_clock_source_new (G_MAXINT64 / 2);

  g_source_set_callback (source, on_clock, &fired, NULL);
  g_source_attach (source, context);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpint (fired, ==, 0);
  g_source_destroy (source);
  g_source_unref (source);
}

static void
test_clocks (void)
{
  gint64 boot = kiosk_clock_boottime (), real = kiosk_clock_realtime ();

  g_assert_cmpint (boot, >, 0);
  g_assert_cmpint (kiosk_clock_boottime (), >=, boot);
  g_assert_cmpint (ABS (real - g_get_real_time ()), <, 60 * G_USEC_PER_SEC);
}

static gpointer
replace_often (gpointer path)
{
  static const char *const contents[] = { "first\n", "a second one that is longer\n" };

  for (guint i = 0; i < 2000; i++)
    g_assert_true (
        kiosk_file_replace (path, contents[i % 2], strlen (contents[i % 2]), 0644, NULL));
  return NULL;
}

/* Whoever reads it meanwhile sees one of the two, whole. */
static void
test_file_replace (void)
{
  g_autofree char *folder = g_dir_make_tmp ("kiosk-base-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *new_path = g_strconcat (path, ".new", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing", "file", NULL);
  mode_t mask = umask (077);
  g_autoptr (GError) error = NULL;
  GThread *writer;
  struct stat status;

  g_assert_true (kiosk_file_replace (path, "first\n", 6, 0644, NULL));
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 07777, ==, 0644);
  writer = g_thread_new ("writer", replace_often, path);
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *text = NULL;

      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_true (g_str_equal (text, "first\n")
                     || g_str_equal (text, "a second one that is longer\n"));
    }
  g_thread_join (writer);
  /* what a killed writer left, or somebody laid there, is in nobody's way and is not followed */
  g_assert_cmpint (symlink ("/nonexistent/elsewhere", new_path), ==, 0);
  g_assert_true (kiosk_file_replace (path, "", 0, 0600, NULL));
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 07777, ==, 0600);
  g_assert_cmpint (status.st_size, ==, 0);
  g_assert_cmpint (lstat (new_path, &status), !=, 0);
  g_assert_false (kiosk_file_replace (missing, "x", 1, 0644, &error));
  g_assert_error (error, KIOSK_ERROR, KIOSK_ERROR_IO);
  umask (mask);
  unlink (path);
  rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/clean", test_text_clean);
  g_test_add_func ("/text/random", test_text_random);
  g_test_add_func ("/text/ids", test_ids);
  g_test_add_func ("/text/label", test_label);
  g_test_add_func ("/secret/content", test_secret_content);
  g_test_add_func ("/secret/new-from", test_secret_new_from);
  g_test_add_func ("/secret/mapping", test_secret_mapping);
  g_test_add_func ("/secret/wipe", test_wipe);
  g_test_add_func ("/descriptor/ownership", test_fd_ownership);
  g_test_add_func ("/descriptor/memory", test_fd_memory);
  g_test_add_func ("/descriptor/socket", test_fd_socket);
  g_test_add_func ("/descriptor/process", test_fd_process);
  g_test_add_func ("/file/replace", test_file_replace);
  g_test_add_func ("/error", test_error);
  g_test_add_func ("/clock/read", test_clocks);
  g_test_add_func ("/clock/unused", test_clock_unused);
  g_test_add_data_func ("/clock/past", GINT_TO_POINTER (-1000000), test_clock_source);
  g_test_add_data_func ("/clock/soon", GINT_TO_POINTER (20000), test_clock_source);
  return g_test_run ();
}
