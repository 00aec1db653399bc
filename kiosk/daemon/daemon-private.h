/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The daemon's state, shared by the files that carry out its concerns: daemon.c (state machine,
 * clocks, shell), daemon-ready.c (in service or not), daemon-login.c (who is there), daemon-session.c
 * (the connection to a server), daemon-network.c (watch over the firewall), daemon-interfaces.c (which
 * network interfaces there are), daemon-drill.c (the proof that nothing gets out), daemon-monitor.c (line,
 * servers, clock), daemon-status-file.c (the same for machines), daemon-power.c (switching off). */

#include "authentication.h"
#include "boot.h"
#include "connection.h"
#include "daemon.h"
#include "drill-service.h"
#include "firewall.h"
#include "history.h"
#include "interface-watch.h"
#include "pace.h"
#include "presence.h"
#include "recorder.h"
#include "server-watch.h"
#include "shell-service.h"
#include "status.h"
#include "supervisor.h"
#include "tally-clock.h"

typedef struct _KioskMonitor KioskMonitor; /* daemon-monitor.h */

struct _KioskDaemon {
  KioskPolicy *policy; /* NULL while it is refused */
  KioskRecorder *recorder;
  KioskFirewall *firewall; /* NULL while the table could never be loaded */
  KioskInterfaceWatch *interfaces;
  KioskHistory *history;
  KioskShellService *service;
  KioskSupervisor *supervisor;
  KioskPresence *presence;
  KioskServerWatch *watch;
  KioskMonitor *monitor;
  KioskStatus status;              /* with the state itself */
  gboolean started;                /* its start is on record */
  char *boot_difference;           /* NULL: started as the image wants it */
  gboolean boot_told, policy_told; /* why it is refused is on record */
  /* The state that an event of our own ended last, and when (monotonic): see on_authorise(). */
  KioskState left_state;
  KioskRoles left_roles;
  gint64 left_at;
  KioskPace pace;     /* of requests that are recorded; outlives the shell */
  guint retry_source; /* while stopped */
  guint stop_source;
  const char *pending_stop; /* code of a stop that is due */

  /* daemon-drill.c */
  KioskDrillService *drill;
  gboolean drill_failed;    /* the last one found a way out */
  gboolean drill_disturbed; /* something was opened or closed while it ran */

  /* daemon-login.c */
  KioskAuthentication *authentication;
  GPtrArray *departing; /* KioskAuthentication that nobody waits for */
  KioskTallyClock *tally_clock;
  guint verdict_source; /* a failure waits until it may be told */
  KioskEvent verdict_event;
  char *verdict_reference;

  /* daemon-network.c */
  KioskPolicy *let_out;      /* the policy that the firewall follows; NULL: none */
  gboolean firewall_broken;  /* it could not be loaded anew */
  gboolean firewall_fresh;   /* it was since the last look: its counters began at zero */
  KioskFirewallTally *tally; /* refused traffic */
  GStrv lines;
  guint network_source, notice_source, soon_source;
  gint64 network_checked; /* monotonic */
  GSource *disconnect_source;

  /* daemon-session.c */
  KioskConnection *connection;
  KioskConnection *leaving; /* says good-bye */
  guint leaving_source;
  guint hours_source;
  GDBusMethodInvocation *asked; /* Connect() that has no answer yet */
  char *purpose;
  char *certificate; /* what the server showed, 64 hex digits */
  KioskNotice lost;  /* ended while locked: told after unlocking */
};

/* ---- daemon.c ---- */

/* Lets @event happen: effects, next state, clocks. FALSE when it is not allowed. The caller publishes. */
gboolean kiosk_daemon_step (KioskDaemon *self, KioskEvent event);

/* Tells the shell how things stand. */
void kiosk_daemon_publish (KioskDaemon *self);

/* What the person is told from now on; takes over @reference. */
void kiosk_daemon_set_notice (KioskNotice *notice, const char *code, char *reference);

/* Engineer may choose these now: servers of the person, whatever the hour. */
GPtrArray *kiosk_daemon_list_own_servers (KioskDaemon *self);

/* Locks because of @event; @cause is for the record and the person. Somebody must be logged in, and the
 * screen not locked yet. */
void kiosk_daemon_lock (KioskDaemon *self, KioskEvent event, const char *cause);

KioskLocalTime kiosk_daemon_local_time (void);

/* ---- daemon-ready.c ---- */

/* Looks at policy, log and firewall; in service when all are in order, out of service when not. */
gboolean kiosk_daemon_try_ready (KioskDaemon *self);

/* Writes a record. When that fails the terminal goes out of service as soon as the caller is done, and
 * the caller must not do what depends on it. */
gboolean kiosk_daemon_record (KioskDaemon *self, const KioskEntry *entry, char **reference);

/* Takes the terminal out of service, after what is going on now. @code is static. */
void kiosk_daemon_stop_later (KioskDaemon *self, const char *code);

/* ---- daemon-interfaces.c ---- */

/* Looks at all network interfaces. NULL, or the code that stands on the page "out of service". */
const char *kiosk_daemon_ready_interfaces (KioskDaemon *self);

/* Tells the firewall which of them are cables, and who gives out addresses, unless it knows. */
gboolean kiosk_daemon_follow_interfaces (KioskDaemon *self, GError **error);

/* ---- daemon-drill.c ---- */

/* Listens for drills. */
void kiosk_daemon_begin_drills (KioskDaemon *self);

/* A way out was opened or closed. */
void kiosk_daemon_disturb_drill (KioskDaemon *self);

/* Whether one is going on: then no way may be opened that is not a session's. */
gboolean kiosk_daemon_is_in_drill (KioskDaemon *self);

/* NULL, or the code that stands on the page "out of service". */
const char *kiosk_daemon_ready_drill (KioskDaemon *self);

/* ---- daemon-login.c ---- */

int kiosk_daemon_begin_conversation (KioskEvent event, gpointer data, GError **error);
/* Ends it because the person gave up (CANCEL_CONVERSATION) or is not there any more (IDLE). */
void kiosk_daemon_give_up_conversation (KioskDaemon *self, KioskEvent event);
/* Kills a running conversation and forgets a verdict that waits. */
void kiosk_daemon_end_conversation (KioskDaemon *self);
/* Draws the mark, opens the log-in. The person is in status.person already. */
void kiosk_daemon_greet_person (KioskDaemon *self);
/* Records the log-out with its reason and forgets everything of the log-in. */
void kiosk_daemon_forget_person (KioskDaemon *self, const char *reason);

/* ---- daemon-network.c ---- */

/* Loads the firewall if it does not stand, and has it follow the policy. FALSE: it is not as it must be. */
gboolean kiosk_daemon_ready_network (KioskDaemon *self);
/* The policy is gone: nothing leaves. */
void kiosk_daemon_close_network (KioskDaemon *self);
/* Holds what the kernel has against what it must have, now. */
void kiosk_daemon_check_network (KioskDaemon *self);
void kiosk_daemon_free_network (KioskDaemon *self);
/* The screen is locked: the connection ends when the policy says so, perhaps now. */
void kiosk_daemon_begin_disconnect (KioskDaemon *self);
/* It is not locked any more. */
void kiosk_daemon_cancel_disconnect (KioskDaemon *self);

/* ---- daemon-monitor.c ---- */

/* Before and after everything else; FALSE when the kernel cannot be asked. */
gboolean kiosk_daemon_monitor_begin (KioskDaemon *self, GError **error);
void kiosk_daemon_monitor_end (KioskDaemon *self);

/* A new one over self->firewall. */
KioskServerWatch *kiosk_daemon_new_server_watch (KioskDaemon *self);

/* Asks those servers whether they are there of whom somebody wants to know as things stand. Called after
 * each change of the state. */
void kiosk_daemon_watch_servers (KioskDaemon *self);

/* ---- daemon-status-file.c ---- */

/* Something of what the file tells has changed: it is written soon. */
void kiosk_daemon_monitor_touch (KioskDaemon *self);
void kiosk_daemon_write_status_if_due (KioskDaemon *self);
/* There is no kioskd any more that would keep it true. */
void kiosk_daemon_remove_status (KioskDaemon *self);

/* ---- daemon-power.c ---- */

/* Records that the machine is switched off, then tells process 1. FALSE: it stays on. */
gboolean kiosk_daemon_power_off (gpointer data);

/* ---- daemon-session.c ---- */

void kiosk_daemon_connect (const char *server, const char *ticket, const char *purpose, guint width,
                           guint height, GDBusMethodInvocation *invocation, gpointer data);
/* Ends the connection, if there is one, and records it with @reason. @politely: with a good-bye. */
void kiosk_daemon_end_connection (KioskDaemon *self, const char *reason, gboolean politely);
/* The worker is dead instead of quiet: locked all the same, recorded with @detail, and told after
 * unlocking. */
void kiosk_daemon_lose_connection (KioskDaemon *self, const char *detail);
/* Forgets a connection that says good-bye: its hole is closed when this returns. */
void kiosk_daemon_end_leaving (KioskDaemon *self);
GVariant *kiosk_daemon_list_servers (gpointer data);
