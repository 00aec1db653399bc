/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "interface-watch.h"
#include "interface-facts.h"

#include "config.h"

#include "kiosk/base/error.h"
#include "kiosk/base/file.h"

#include <glib-unix.h>

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* The second line behind the missing drivers: an interface that is there in spite of everything is put down,
 * and never gets into the firewall's sets. Every notice of the kernel leads to a look at all interfaces: notices
 * can be lost (ENOBUFS), a list is true. */

#define STAND_INS KIOSK_DATA_DIR "/stand-ins"
#define STAND_INS_MAX_BYTES 4096
/* rtnetlink gives up to 32 KiB at a time in a dump. */
#define BUFFER_SIZE 32768
/* How often a list is asked for that changes while it is written. */
#define TRIES 10

/* A foreign interface that has been told. */
typedef struct {
  char name[KIOSK_INTERFACE_NAME_SIZE];
  gint64 told;     /* monotonic */
  guint times;     /* put down since */
  gboolean listed; /* in this look */
} Known;

struct _KioskInterfaceWatch {
  KioskInterfaceWatchEvents events;
  gpointer data;
  struct mnl_socket *watch;   /* hears */
  struct mnl_socket *request; /* asks */
  guint source;
  guint sequence;
  KioskPolicy *policy;
  GStrv stand_ins;
  GHashTable *known; /* index -> Known */
  GStrv lines;
  gboolean well;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KioskInterfaceWatch, kiosk_interface_watch_free)

/* ---- rtnetlink ---- */

static int
on_link_attribute (const struct nlattr *attribute, void *data)
{
  KioskInterfaceFacts *facts = data;
  const struct nlattr *inner;

  if (mnl_attr_get_type (attribute) == IFLA_IFNAME
      && mnl_attr_validate (attribute, MNL_TYPE_NUL_STRING) >= 0)
    g_strlcpy (facts->name, mnl_attr_get_str (attribute), sizeof facts->name);
  if (mnl_attr_get_type (attribute) == IFLA_LINKINFO)
    mnl_attr_for_each_nested (inner, attribute)
    {
      if (mnl_attr_get_type (inner) == IFLA_INFO_KIND
          && mnl_attr_validate (inner, MNL_TYPE_NUL_STRING) >= 0)
        g_strlcpy (facts->kind, mnl_attr_get_str (inner), sizeof facts->kind);
    }
  return MNL_CB_OK;
}

static int
on_link (const struct nlmsghdr *message, void *data)
{
  const struct ifinfomsg *link = mnl_nlmsg_get_payload (message);
  KioskInterfaceFacts facts = { 0 };

  if (message->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len (message) < sizeof *link)
    return MNL_CB_OK;
  facts.index = (guint) link->ifi_index;
  facts.hardware = link->ifi_type;
  facts.up = (link->ifi_flags & IFF_UP) != 0;
  mnl_attr_parse (message, sizeof *link, on_link_attribute, &facts);
  g_array_append_val ((GArray *) data, facts);
  return MNL_CB_OK;
}

/* Sends @message and takes the answers until the last. FALSE with errno. */
static gboolean
ask (KioskInterfaceWatch *self, struct nlmsghdr *message, mnl_cb_t callback, void *data)
{
  g_autofree char *buffer = g_malloc (BUFFER_SIZE);
  guint port = mnl_socket_get_portid (self->request);
  int result = MNL_CB_OK;

  message->nlmsg_seq = ++self->sequence;
  if (mnl_socket_sendto (self->request, message, message->nlmsg_len) < 0)
    return FALSE;
  while (result > MNL_CB_STOP)
    {
      gssize length = mnl_socket_recvfrom (self->request, buffer, BUFFER_SIZE);

      if (length < 0)
        return FALSE;
      result = mnl_cb_run (buffer, (gsize) length, message->nlmsg_seq, port, callback, data);
      if (result < 0 && errno == ESRCH) /* a rest of an earlier answer that was given up */
        result = MNL_CB_OK;
    }
  return result >= 0;
}

/* Every interface, as KioskInterfaceFacts. */
static GArray *
list_links (KioskInterfaceWatch *self, GError **error)
{
  GArray *links = g_array_new (FALSE, TRUE, sizeof (KioskInterfaceFacts));

  for (guint i = 0; i < TRIES; i++)
    {
      char buffer[256];
      struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
      struct ifinfomsg *link;

      message->nlmsg_type = RTM_GETLINK;
      message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
      link = mnl_nlmsg_put_extra_header (message, sizeof *link);
      link->ifi_family = AF_UNSPEC;
      g_array_set_size (links, 0);
      if (ask (self, message, on_link, links))
        return links;
      if (errno != EINTR) /* NLM_F_DUMP_INTR: changed meanwhile */
        break;
    }
  kiosk_error_set_errno (error, errno, "listing network interfaces");
  g_array_unref (links);
  return NULL;
}

/* FALSE with errno when it stays up. */
static gboolean
put_down (KioskInterfaceWatch *self, guint index)
{
  char buffer[256];
  struct nlmsghdr *message = mnl_nlmsg_put_header (buffer);
  struct ifinfomsg *link;

  message->nlmsg_type = RTM_NEWLINK;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  link = mnl_nlmsg_put_extra_header (message, sizeof *link);
  link->ifi_family = AF_UNSPEC;
  link->ifi_index = (int) index;
  link->ifi_change = IFF_UP;
  link->ifi_flags = 0;
  return ask (self, message, NULL, NULL) || errno == ENODEV;
}

/* ---- Judging ---- */

static void
refuse (KioskInterfaceWatch *self, const KioskInterfaceFacts *facts, const char *reason)
{
  Known *known = g_hash_table_lookup (self->known, GUINT_TO_POINTER (facts->index));
  gint64 now = g_get_monotonic_time ();
  gboolean news = known == NULL || strcmp (known->name, facts->name) != 0;
  gboolean down = !facts->up || put_down (self, facts->index);

  if (!down)
    {
      g_warning ("%s cannot be put down: %s", facts->name, g_strerror (errno));
      self->well = FALSE;
    }
  if (known == NULL)
    {
      known = g_new0 (Known, 1);
      g_hash_table_insert (self->known, GUINT_TO_POINTER (facts->index), known);
    }
  g_strlcpy (known->name, facts->name, sizeof known->name);
  known->listed = TRUE;
  known->times += facts->up ? 1 : 0;
  if (!news
      && (!facts->up || now - known->told < KIOSK_INTERFACE_WATCH_PACE * (gint64) G_USEC_PER_SEC))
    return;
  known->told = now;
  self->events.refused (facts, reason, down, known->times, self->data);
  known->times = 0;
}

static gboolean
is_gone (gpointer key, gpointer value, gpointer data)
{
  return !((Known *) value)->listed;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static void
look_at (KioskInterfaceWatch *self, GArray *links)
{
  const KioskInterfaceRules rules = {
    .tunnel = self->policy != NULL ? &self->policy->tunnel : NULL,
    .stand_ins = (const char *const *) self->stand_ins,
  };
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  GHashTableIter iterator;
  gpointer known;

  g_hash_table_iter_init (&iterator, self->known);
  while (g_hash_table_iter_next (&iterator, NULL, &known))
    ((Known *) known)->listed = FALSE;
  for (guint i = 0; i < links->len; i++)
    {
      KioskInterfaceFacts *facts = &g_array_index (links, KioskInterfaceFacts, i);
      const char *reason;

      kiosk_interface_facts_read (facts);
      switch (kiosk_interface_judge (facts, &rules, &reason))
        {
        case KIOSK_INTERFACE_LINE:
          g_ptr_array_add (lines, facts->name);
          break;
        case KIOSK_INTERFACE_FOREIGN:
          refuse (self, facts, reason);
          break;
        case KIOSK_INTERFACE_LOOPBACK:
        case KIOSK_INTERFACE_TUNNEL:
        default:
          break;
        }
    }
  g_hash_table_foreach_remove (self->known, is_gone, NULL);
  g_ptr_array_sort (lines, compare_names);
  g_ptr_array_add (lines, NULL);
  if (!g_strv_equal ((const char *const *) lines->pdata, (const char *const *) self->lines))
    {
      g_auto (GStrv) before = self->lines;

      self->lines = g_strdupv ((char **) lines->pdata);
    }
}

gboolean
kiosk_interface_watch_examine (KioskInterfaceWatch *self, KioskPolicy *policy, GError **error)
{
  g_autoptr (GArray) links = NULL;

  if (policy != self->policy)
    {
      g_clear_pointer (&self->policy, kiosk_policy_unref);
      self->policy = policy != NULL ? kiosk_policy_ref (policy) : NULL;
    }
  links = list_links (self, error);
  self->well = links != NULL;
  if (links == NULL)
    return FALSE;
  look_at (self, links);
  if (!self->well)
    g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED,
                         "a network interface that must not be there stays up");
  return self->well;
}

gboolean
kiosk_interface_watch_are_well (const KioskInterfaceWatch *self)
{
  return self->well;
}

const char *const *
kiosk_interface_watch_get_lines (const KioskInterfaceWatch *self)
{
  return (const char *const *) self->lines;
}

/* ---- Watching ---- */

static gboolean
on_notice (int fd, GIOCondition condition, gpointer data)
{
  KioskInterfaceWatch *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *buffer = g_malloc (BUFFER_SIZE);
  gboolean was_well = self->well;
  gconstpointer had = self->lines;
  gssize length;

  do
    length = recv (fd, buffer, BUFFER_SIZE, MSG_DONTWAIT);
  while (length > 0 || (length < 0 && (errno == ENOBUFS || errno == EINTR)));
  if (!kiosk_interface_watch_examine (self, self->policy, &error))
    g_warning ("%s", error->message);
  if (self->well != was_well || self->lines != had)
    self->events.changed (self->data);
  return G_SOURCE_CONTINUE;
}

/* The list is there in worlds alone; one that anybody could write counts as none. */
static GStrv
read_stand_ins (void)
{
  g_autoptr (GBytes) bytes = kiosk_file_read_trusted (STAND_INS, STAND_INS_MAX_BYTES, NULL);
  g_autofree char *text = NULL;

  if (bytes == NULL)
    return g_new0 (char *, 1);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return g_strsplit (g_strstrip (text), "\n", -1);
}

static struct mnl_socket *
open_socket (int flags, guint groups)
{
  struct mnl_socket *socket = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC | flags);

  if (socket != NULL && mnl_socket_bind (socket, groups, MNL_SOCKET_AUTOPID) == 0)
    return socket;
  if (socket != NULL)
    mnl_socket_close (socket);
  return NULL;
}

KioskInterfaceWatch *
kiosk_interface_watch_new (const KioskInterfaceWatchEvents *events, gpointer data, GError **error)
{
  g_autoptr (KioskInterfaceWatch) self = g_new0 (KioskInterfaceWatch, 1);

  self->events = *events;
  self->data = data;
  self->known = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->lines = g_new0 (char *, 1);
  self->stand_ins = read_stand_ins ();
  self->watch = open_socket (SOCK_NONBLOCK, RTMGRP_LINK);
  self->request = self->watch != NULL ? open_socket (0, 0) : NULL;
  if (self->request == NULL)
    {
      kiosk_error_set_errno (error, errno, "watching network interfaces");
      return NULL;
    }
  self->source
      = g_unix_fd_add (mnl_socket_get_fd (self->watch), G_IO_IN | G_IO_ERR, on_notice, self);
  return g_steal_pointer (&self);
}

void
kiosk_interface_watch_free (KioskInterfaceWatch *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->watch != NULL)
    mnl_socket_close (self->watch);
  if (self->request != NULL)
    mnl_socket_close (self->request);
  g_clear_pointer (&self->policy, kiosk_policy_unref);
  g_hash_table_unref (self->known);
  g_strfreev (self->stand_ins);
  g_strfreev (self->lines);
  g_free (self);
}
