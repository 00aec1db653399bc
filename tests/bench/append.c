/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-bench"

#include "../lib/audit-log.h"
#include "audit-writer.h"
#include "events.h"

#include "kiosk/base/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* bench-append WHO RECORDS BURST [FOLDER] - has RECORDS events written in bursts of BURST. A burst is over when WHO has said that it is on the disk;
 * then the next one begins. Prints the seconds that this took, and writes nothing else.
 *
 *   kiosk      the writer of the audit log in FOLDER: the last record of a burst is durable, the others are in its group
 *   raw        one write(2) and fdatasync(2) of the same bytes for each burst, in FOLDER: what the disk can do
 *   journald   sd_journal_send()'s datagrams at priority "info", then io.systemd.Journal.Synchronize as `journalctl --sync` sends it
 *   crit       the same at priority "crit", each of which journald syncs by itself
 *   auditd     records as audisp-remote sends them to its TCP port (60), each of which auditd acknowledges */

#define AUDITD_PORT 60
#define AUDITD_HEADER_SIZE 16

static void
die (const char *what)
{
  fprintf (stderr, "bench-append: %s: %s\n", what, g_strerror (errno));
  exit (1);
}

static void
write_all (int fd, const void *bytes, gsize length)
{
  const char *at = bytes;

  while (length > 0)
    {
      ssize_t n = write (fd, at, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        die ("write");
      at += n;
      length -= (gsize) n;
    }
}

static void
read_all (int fd, void *bytes, gsize length)
{
  char *at = bytes;

  while (length > 0)
    {
      ssize_t n = read (fd, at, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        die ("read");
      at += n;
      length -= (gsize) n;
    }
}

static int
connect_unix (int type, const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, type | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) < 0)
    die (path);
  return fd;
}

/* ---- The same events for all, made before the clock runs ---- */

/* The lines that the kiosk would write, without what proves them. */
static GPtrArray *
make_lines (guint records)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) begin = g_string_new (NULL);
  AuditLog log;

  audit_log_begin (&log, 0);
  audit_log_append_begin (&log, "A-03", begin);
  for (guint i = 0; i < records; i++)
    {
      BenchEvent event;
      g_autoptr (GBytes) line = NULL;
      const char *text, *tail;
      gsize length;

      bench_event_make (&event, i);
      event.record.realtime = G_GINT64_CONSTANT (1735860000) * G_USEC_PER_SEC + i;
      event.record.boottime = i;
      line = audit_log_encode (&log, &event.record);
      text = g_bytes_get_data (line, &length);
      tail = g_strstr_len (text, (gssize) length, ",\"kiosk.integrity\"");
      g_ptr_array_add (lines, g_strdup_printf ("%.*s}", (int) (tail - text), text));
    }
  return lines;
}

/* ---- The kiosk ---- */

static void
on_fill (KioskAuditRecord *record, gpointer data)
{
  *record
      = (KioskAuditRecord){ .realtime = g_get_real_time (), .boottime = g_get_monotonic_time () };
}

static void
on_failed (KioskAuditWriter *writer, const GError *error, gpointer data)
{
  g_error ("%s", error->message);
}

static void
on_event (KioskAuditWriter *writer, gpointer data)
{
}

static double
run_kiosk (guint records, guint burst, const char *folder)
{
  static const KioskAuditWriterEvents events
      = { .fill = on_fill, .failed = on_failed, .sealed = on_event, .full = on_event };
  const KioskAuditSettings settings = { .rotate_size = 64 << 20 };
  g_autoptr (GError) error = NULL;
  g_autoptr (KioskAuditWriter) writer
      = kiosk_audit_writer_open (folder, &settings, &events, NULL, &error);
  gint64 begin;

  if (writer == NULL)
    g_error ("%s", error->message);
  begin = g_get_monotonic_time ();
  for (guint i = 0; i < records; i++)
    {
      BenchEvent event;

      bench_event_make (&event, i);
      event.record.realtime = g_get_real_time ();
      event.record.boottime = g_get_monotonic_time ();
      if (!kiosk_audit_writer_append (writer, &event.record,
                                      (i + 1) % burst == 0 || i + 1 == records, NULL, &error))
        g_error ("%s", error->message);
    }
  return (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
}

static double
run_raw (guint records, guint burst, const char *folder)
{
  g_autoptr (GPtrArray) lines = make_lines (records);
  g_autofree char *path = g_build_filename (folder, "raw", NULL);
  kiosk_autofd int fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 begin = g_get_monotonic_time ();

  if (fd < 0)
    die (path);
  for (guint i = 0; i < records; i++)
    {
      g_string_append (text, lines->pdata[i]);
      g_string_append_c (text, '\n');
      if ((i + 1) % burst != 0 && i + 1 != records)
        continue;
      write_all (fd, text->str, text->len);
      if (fdatasync (fd) < 0)
        die ("fdatasync");
      g_string_truncate (text, 0);
    }
  return (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
}

/* ---- journald ---- */

static void
synchronize (int varlink)
{
  static const char call[] = "{\"method\":\"io.systemd.Journal.Synchronize\"}"; /* and its NUL */
  char c;

  write_all (varlink, call, sizeof call);
  do
    read_all (varlink, &c, 1);
  while (c != '\0');
}

static double
run_journald (guint records, guint burst, int priority)
{
  g_autoptr (GPtrArray) lines = make_lines (records);
  kiosk_autofd int socket = connect_unix (SOCK_DGRAM, "/run/systemd/journal/socket");
  kiosk_autofd int varlink = connect_unix (SOCK_STREAM, "/run/systemd/journal/io.systemd.journal");
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < records; i++)
    {
      g_autofree char *entry
          = g_strdup_printf ("PRIORITY=%d\nMESSAGE=%s\n", priority, (char *) lines->pdata[i]);

      if (send (socket, entry, strlen (entry), 0) < 0)
        die ("send");
      if ((i + 1) % burst == 0 || i + 1 == records)
        synchronize (varlink);
    }
  return (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
}

/* ---- auditd ---- */

/* The header of a message to a remote auditd: magic, versions, type 0, length, number; numbers are little endian. */
static void
append_header (GByteArray *bytes, guint length, guint32 number)
{
  guint8 header[AUDITD_HEADER_SIZE] = { 0xfe, 0, 0, 0xff };

  header[10] = (guint8) length;
  header[11] = (guint8) (length >> 8);
  for (guint i = 0; i < 4; i++)
    header[12 + i] = (guint8) (number >> (8 * i));
  g_byte_array_append (bytes, header, sizeof header);
}

static double
run_auditd (guint records, guint burst)
{
  g_autoptr (GPtrArray) lines = make_lines (records);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (AUDITD_PORT),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  kiosk_autofd int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const int yes = 1;
  gint64 begin;

  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) < 0
      || setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) < 0)
    die ("auditd");
  begin = g_get_monotonic_time ();
  for (guint i = 0, sent = 0; i < records; i++)
    {
      g_autofree char *text
          = g_strdup_printf ("type=USER msg=audit(1735860000.123:%u): pid=1 uid=0 msg='%s'\n", i,
                             (char *) lines->pdata[i]);

      append_header (bytes, (guint) strlen (text), i);
      g_byte_array_append (bytes, (guint8 *) text, (guint) strlen (text));
      sent++;
      if ((i + 1) % burst != 0 && i + 1 != records)
        continue;
      write_all (fd, bytes->data, bytes->len);
      g_byte_array_set_size (bytes, 0);
      for (; sent > 0; sent--)
        {
          guint8 answer[AUDITD_HEADER_SIZE];

          read_all (fd, answer, sizeof answer);
          if (answer[9] != 0x40) /* AUDIT_RMW_TYPE_ACK: a reply without error or warning */
            g_error ("auditd answers %02x", answer[9]);
        }
    }
  return (double) (g_get_monotonic_time () - begin) / G_USEC_PER_SEC;
}

int
main (int argc, char **argv)
{
  guint records = argc >= 4 ? (guint) atoi (argv[2]) : 0;
  guint burst = argc >= 4 ? (guint) atoi (argv[3]) : 0;
  double seconds;

  if (records == 0 || burst == 0)
    return 2;
  if (argc == 5 && g_str_equal (argv[1], "kiosk"))
    seconds = run_kiosk (records, burst, argv[4]);
  else if (argc == 5 && g_str_equal (argv[1], "raw"))
    seconds = run_raw (records, burst, argv[4]);
  else if (g_str_equal (argv[1], "journald"))
    seconds = run_journald (records, burst, 6);
  else if (g_str_equal (argv[1], "crit"))
    seconds = run_journald (records, burst, 2);
  else if (g_str_equal (argv[1], "auditd"))
    seconds = run_auditd (records, burst);
  else
    return 2;
  printf ("%.6f\n", seconds);
  return 0;
}
