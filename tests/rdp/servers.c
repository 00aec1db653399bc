/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "test-rdp"

#include "servers.h"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <net/if.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the world ---- */

static void
add_user (const char *file, const char *line)
{
  g_autofree char *path = g_strdup ("/tmp/kiosk-test-XXXXXX");
  g_autofree char *content = NULL;
  g_autofree char *extended = NULL;
  int fd = g_mkstemp_full (path, O_RDWR, 0644);

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_file_get_contents (file, &content, NULL, NULL));
  extended = g_strconcat (content, line, NULL);
  g_assert_cmpint (write (fd, extended, strlen (extended)), ==, (gssize) strlen (extended));
  g_assert_cmpint (mount (path, file, NULL, MS_BIND, NULL), ==, 0);
  close (fd);
  g_unlink (path);
}

void
harness_enter_world (void)
{
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
  int fd;

  signal (SIGPIPE, SIG_IGN);
  if (unshare (CLONE_NEWNET | CLONE_NEWNS) != 0)
    g_error ("needs root: %s", g_strerror (errno));
  g_assert_cmpint (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), ==, 0);
  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (ioctl (fd, SIOCSIFFLAGS, &request), ==, 0);
  close (fd);

  if (getpwnam (KIOSK_RDP_USER) == NULL)
    {
      add_user ("/etc/passwd", KIOSK_RDP_USER ":x:64999:64999::/nonexistent:/usr/sbin/nologin\n");
      add_user ("/etc/group", KIOSK_RDP_USER ":x:64999:\n");
    }
}

/* ---- servers ---- */

void
harness_openssl (const char *folder, const char *command)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *line = g_strconcat ("openssl ", command, NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &words, NULL));
  g_subprocess_launcher_set_cwd (launcher, folder);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words, NULL);
  g_assert_nonnull (process);
  if (!g_subprocess_wait_check (process, NULL, NULL))
    g_error ("failed: %s", line);
}

static void
copy_file (const char *from, const char *folder, const char *name)
{
  g_autofree char *to = g_build_filename (folder, name, NULL);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (from, &content, &length, NULL));
  g_assert_true (g_file_set_contents (to, content, length, NULL));
}

static void
read_pin (Server *server)
{
  g_autofree char *out = g_build_filename (server->folder, "server.der", NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *der = NULL;
  gsize length, size = sizeof server->pin;

  harness_openssl (server->folder, "x509 -in server.crt -outform DER -out server.der");
  g_assert_true (g_file_get_contents (out, &der, &length, NULL));
  g_checksum_update (checksum, (const guchar *) der, length);
  g_checksum_get_digest (checksum, server->pin, &size);
}

Server *
harness_server_start (const char *kind, const char *certificate, const char *const *options)
{
  static guint n_servers;
  const char *first_port = g_getenv ("KIOSK_RDP_FIRST_PORT");
  Server *server = g_new0 (Server, 1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "server.sh", NULL);
  g_autofree char *port = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GDataInputStream) out = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;

  server->folder = g_dir_make_tmp ("kiosk-rdp-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_nonnull (first_port);
  server->port = (guint) atoi (first_port) + n_servers++;
  port = g_strdup_printf ("%u", server->port);
  if (certificate != NULL)
    {
      g_autofree char *key = g_strconcat (certificate, ".key", NULL);

      copy_file (certificate, server->folder, "server.crt");
      copy_file (key, server->folder, "server.key");
    }

  g_ptr_array_add (argv, script);
  g_ptr_array_add (argv, (char *) kind);
  g_ptr_array_add (argv, server->folder);
  g_ptr_array_add (argv, port);
  for (gsize i = 0; options != NULL && options[i] != NULL; i++)
    g_ptr_array_add (argv, (char *) options[i]);
  g_ptr_array_add (argv, NULL);
  server->process
      = g_subprocess_newv ((const char *const *) argv->pdata,
                           G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);

  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));
  line = g_data_input_stream_read_line (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  words = g_strsplit (line, " ", -1);
  g_assert_cmpstr (words[0], ==, "ready");
  server->display = g_strcmp0 (words[1], "none") == 0 ? NULL : g_strdup (words[1]);
  server->pid = atoi (words[2]);
  read_pin (server);
  return server;
}

void
harness_server_stop (Server *server)
{
  g_autofree char *command = g_strdup_printf ("rm -rf %s", server->folder);

  g_output_stream_close (g_subprocess_get_stdin_pipe (server->process), NULL, NULL);
  g_subprocess_wait (server->process, NULL, NULL);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_object_unref (server->process);
  g_free (server->display);
  g_free (server->folder);
  g_free (server);
}

guint8 *
harness_server_picture (Server *server, guint *width, guint *height)
{
  g_autofree char *file = g_build_filename (server->folder, "shot.ppm", NULL);
  const char *take[] = { "import", "-silent", "-window", "root", "-depth", "8", file, NULL };
  g_auto (GStrv) environment
      = g_environ_setenv (g_get_environ (), "DISPLAY", server->display, TRUE);
  g_autofree char *ppm = NULL;
  g_autoptr (GError) error = NULL;
  gsize length, n;
  int header = 0;
  guint8 *pixels;

  g_spawn_sync (NULL, (char **) take, environment, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (file, &ppm, &length, NULL));
  g_assert_cmpint (sscanf (ppm, "P6 %u %u 255%n", width, height, &header), ==, 2);
  header++; /* one white space */
  n = (gsize) *width * *height;
  g_assert_cmpuint (length, ==, header + n * 3);

  pixels = g_malloc (n * 4);
  for (gsize i = 0; i < n; i++)
    {
      const guint8 *rgb = (const guint8 *) ppm + header + i * 3;

      pixels[i * 4] = rgb[2];
      pixels[i * 4 + 1] = rgb[1];
      pixels[i * 4 + 2] = rgb[0];
      pixels[i * 4 + 3] = 0xff;
    }
  return pixels;
}

char *
harness_server_typed (Server *server)
{
  g_autofree char *path = g_build_filename (server->folder, "typed", NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}
