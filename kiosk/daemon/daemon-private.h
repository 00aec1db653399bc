/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The daemon's state, shared by the files that carry out its concerns: daemon.c (state machine,
 * clocks, shell), daemon-lock.c (the screen locks), daemon-presence.c (sensors and tokens), daemon-ready.c (in service or not), daemon-login.c (who is there), daemon-session.c
 * (the connection to a server), daemon-network.c (watch over the firewall), daemon-interfaces.c (which
 * network interfaces there are), daemon-devices.c (what is plugged in), daemon-keyboard.c (a new
 * keyboard), daemon-buses.c (what is plugged in beside USB), daemon-drill.c (the proof that nothing
 * gets out), daemon-monitor.c (line, servers, clock), daemon-orders.c (who or what approved a
 * session), daemon-order-list.c (what the list of servers says of it), daemon-unused.c (IDs that nobody uses), daemon-accounts.c (whether the person's account still is one), daemon-status-file.c (the
 * same as the monitor for machines), daemon-power.c (switching off), daemon-receipts.c (what the collector has of the log). */

#include "authentication.h"
#include "boot.h"
#include "bus-watch.h"
#include "connection.h"
#include "daemon.h"
#include "drill-service.h"
#include "firewall.h"
#include "history.h"
#include "interface-watch.h"
#include "keyboard-check.h"
#include "pace.h"
#include "presence-sensor.h"
#include "presence.h"
#include "recorder.h"
#include "screen-watch.h"
#include "server-watch.h"
#include "shell-service.h"
#include "status.h"
#include "supervisor.h"
#include "tally-clock.h"
#include "usb-guard.h"

#include "kiosk/model/account.h"
#include "kiosk/model/order.h"
#include "kiosk/model/uses.h"

#include <sys/types.h>
#include <time.h>

typedef struct _KioskWatcher KioskWatcher;   /* daemon-presence.c */
typedef struct _KioskMonitor KioskMonitor;   /* daemon-monitor.h */
typedef struct _KioskReceipts KioskReceipts; /* daemon-receipts.c */

/* What allows the running session, or the one that is about to begin (R29). */
typedef struct {
  const KioskPolicyPerson *approver; /* NULL: nobody had to approve */
  KioskOrder *order;                 /* NULL: without one */
  char *path;                        /* of the order */
  guint source;                      /* the next look at it */
  gboolean warned;                   /* of its end */
} KioskApproval;

/* An approver was there; for one session. */
typedef struct {
  const KioskPolicyServer *server; /* NULL: none */
  const KioskPolicyPerson *approver;
  gint64 until; /* CLOCK_BOOTTIME microseconds */
} KioskGrant;

/* Which file was read. */
typedef struct {
  ino_t inode;
  dev_t device;
  off_t size;
  struct timespec changed;
} KioskFileMark;

/* The account of who is logged in. */
typedef struct {
  KioskAccountState before; /* at the log-in */
  KioskAccountEntry entry;
  gboolean kept; /* what counts is the image's file with the changes that are kept beside it */
  KioskFileMark marks[3];
  guint source;
} KioskAccountWatch;

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
  KioskReceipts *receipts;
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

  /* daemon-lock.c */
  KioskLockCause lock_cause; /* the last; what the person is told stands in the status */
  KioskScreenWatch *screens;

  /* daemon-presence.c */
  GPtrArray *watchers; /* KioskWatcher; NULL while nobody is logged in */
  GHashTable *tokens;  /* those that are plugged in: path in sysfs -> NAME of the rule */
  guint presence_source;

  /* daemon-drill.c */
  KioskDrillService *drill;
  gboolean drill_failed;    /* the last one found a way out */
  gboolean drill_disturbed; /* something was opened or closed while it ran */

  /* daemon-buses.c */
  KioskBusWatch *buses;
  gboolean buses_told; /* that they cannot be watched is on record */

  /* daemon-devices.c */
  KioskUsbGuard *usb;
  guint look_source, devices_source;
  char *unguarded;     /* the last that was told of what is open */
  gint64 typing_told;  /* monotonic: the last record of an alarm about typing */
  guint typing_alarms; /* since then */

  /* daemon-keyboard.c */
  KioskKeyboardCheck *check;
  char *check_syspath; /* of the keyboard that is checked; NULL: none */
  char *check_detail;
  char check_number[8]; /* shown from the moment in which it is read */
  guint check_source;

  /* daemon-login.c */
  KioskAuthentication *authentication;
  GPtrArray *departing; /* KioskAuthentication that nobody waits for */
  KioskTallyClock *tally_clock;
  KioskUses *uses;      /* daemon-unused.c; NULL before there was a policy */
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

  /* daemon-orders.c */
  KioskApproval approval;
  KioskGrant grant;
  const KioskPolicyServer *approving; /* what the conversation is about */

  /* daemon-order-list.c */
  GArray *orders_told; /* what the list of servers says of orders; NULL: nothing */
  guint orders_source;

  /* daemon-accounts.c */
  KioskAccountWatch account;

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

KioskLocalTime kiosk_daemon_local_time (void);

/* ---- daemon-lock.c ---- */

/* Locks because of @cause, if somebody is logged in and the policy says that it locks; @detail (may be NULL) for the
 * record. Locked already, there is no other record, but an unlock that runs is given up. */
void kiosk_daemon_lock (KioskDaemon *self, KioskLockCause cause, const char *detail);

/* Begins to watch the screens. NULL, or the code that stands on the page "out of service". */
const char *kiosk_daemon_ready_screens (KioskDaemon *self);

/* ---- daemon-ready.c ---- */

/* Looks at policy, log and firewall; in service when all are in order, out of service when not. */
gboolean kiosk_daemon_try_ready (KioskDaemon *self);

/* Writes a record. When that fails the terminal goes out of service as soon as the caller is done, and
 * the caller must not do what depends on it. */
gboolean kiosk_daemon_record (KioskDaemon *self, const KioskEntry *entry, char **reference);

/* Whether the log has room for something new (and no failed file that nobody has looked at). If not, the terminal
 * goes out of service, which is recorded with the cause. */
gboolean kiosk_daemon_check_log (KioskDaemon *self);

/* Takes the terminal out of service, after what is going on now. @code is static. */
void kiosk_daemon_stop_later (KioskDaemon *self, const char *code);

/* ---- daemon-receipts.c ---- */

/* Asks the collector for its receipt from time to time, while the policy says where. */
void kiosk_daemon_begin_receipts (KioskDaemon *self);
void kiosk_daemon_free_receipts (KioskDaemon *self);
/* Asks at once, or as soon as it can be. */
void kiosk_daemon_ask_receipts (KioskDaemon *self);
/* Whether there should have been a new one for a day: the log does not arrive, or its receipts do not. */
gboolean kiosk_daemon_lacks_receipts (KioskDaemon *self);
/* The log was opened: whether it is still the one for which the last receipt was kept. */
void kiosk_daemon_check_receipt (KioskDaemon *self);

/* ---- daemon-interfaces.c ---- */

/* Looks at all network interfaces. NULL, or the code that stands on the page "out of service". */
const char *kiosk_daemon_ready_interfaces (KioskDaemon *self);

/* Tells the firewall which of them are cables, and who gives out addresses, unless it knows. */
gboolean kiosk_daemon_follow_interfaces (KioskDaemon *self, GError **error);

/* ---- daemon-buses.c ---- */

/* Looks at all ways into the machine beside USB and the network. NULL, or the code that stands on the page "out of
 * service". */
const char *kiosk_daemon_ready_buses (KioskDaemon *self);

/* ---- daemon-devices.c ---- */

/* Looks at everything that is plugged in. NULL, or the code that stands on the page "out of service". */
const char *kiosk_daemon_ready_devices (KioskDaemon *self);
void kiosk_daemon_free_devices (KioskDaemon *self);

/* What the person is told about a refused device: takes @card over, sets its time, replaces the one of the same id. */
void kiosk_daemon_add_card (KioskDaemon *self, KioskRefusedDevice *card);
/* It was unplugged, or works now. */
void kiosk_daemon_drop_card (KioskDaemon *self, const char *id);

/* State or policy have changed: what is plugged in is judged anew, soon. */
void kiosk_daemon_follow_devices (KioskDaemon *self);

/* One line about a device and its verdict, for the log; owned by the caller. */
char *kiosk_daemon_describe_device (KioskDaemon *self, const KioskUsbNews *news);

/* Records that keys came faster than a person types, seldom enough not to fill the log. @data: the daemon. */
void kiosk_daemon_report_typing (guint presses, guint milliseconds, gpointer data);

/* The person has read about the refused devices that are listed. */
void kiosk_daemon_dismiss_devices (KioskDaemon *self);

/* ---- daemon-presence.c ---- */

/* Somebody has logged in: the sensors begin, if the policy has any. */
void kiosk_daemon_begin_presence (KioskDaemon *self);
void kiosk_daemon_end_presence (KioskDaemon *self);
void kiosk_daemon_free_presence (KioskDaemon *self);

/* A session is to be seen: locks soon if the approver who must be there has left already. */
void kiosk_daemon_check_second_person (KioskDaemon *self);

/* A device works, or is unplugged; any that is no token is left alone. */
void kiosk_daemon_token_added (KioskDaemon *self, const KioskUsbNews *news);
void kiosk_daemon_token_removed (KioskDaemon *self, const KioskUsbNews *news);

/* ---- daemon-keyboard.c ---- */

/* The guard's word (usb-guard.h); @data: the daemon. */
gboolean kiosk_daemon_keyboard_found (const KioskUsbNews *news, gpointer data);
void kiosk_daemon_keyboard_ready (const KioskUsbNews *news, const char *node, gpointer data);

/* The device at @syspath was unplugged. */
void kiosk_daemon_keyboard_removed (KioskDaemon *self, const char *syspath);

/* There is no locked page any more on which the number could stand. */
void kiosk_daemon_cancel_keyboard (KioskDaemon *self);

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
/* Ends it because the person gave up (CANCEL_CONVERSATION) or is not there any more (CONVERSATION_TIME). */
void kiosk_daemon_give_up_conversation (KioskDaemon *self, KioskEvent event);
/* Records that the one that runs, if any, comes to no verdict. */
void kiosk_daemon_record_given_up (KioskDaemon *self, const char *reason);
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

/* ---- daemon-orders.c ---- */

/* Whether @server may be opened now as far as orders and approvers go, and holds what allows it until it
 * is released. NULL, or the word for the person and the record; then @detail gets words for the record. */
const char *kiosk_daemon_take_approval (KioskDaemon *self, const KioskPolicyServer *server,
                                        char **detail);
/* The session has begun with it. */
void kiosk_daemon_begin_approved (KioskDaemon *self);
void kiosk_daemon_release_approval (KioskDaemon *self);
/* Who and what, for a record of the session. */
void kiosk_daemon_fill_approval (KioskDaemon *self, KioskEntry *entry);
/* Puts the warning of the order's end into the status, where no nearer one stands. */
void kiosk_daemon_show_order_warning (KioskDaemon *self);
/* The conversation of an approver for the server @id begins; as begin_conversation(). */
int kiosk_daemon_begin_approval (const char *id, gpointer data, GError **error);
/* @approver has passed it. */
void kiosk_daemon_grant (KioskDaemon *self, const KioskPolicyPerson *approver);

/* All orders that can be read, whatever they are worth; owned by the caller. */
GPtrArray *kiosk_daemon_read_orders (void);

/* ---- daemon-order-list.c ---- */

/* Keeps the list of servers up to date about orders while somebody looks at it. Called after each change of
 * the state. */
void kiosk_daemon_watch_orders (KioskDaemon *self);
/* Until when there is an order that holds now, for each of the person's servers in their order: unix seconds as gint64,
 * 0 for none. NULL when none of them needs one. Owned by @self. */
const GArray *kiosk_daemon_tell_orders (KioskDaemon *self);

/* ---- daemon-accounts.c ---- */

/* Watches the account of who has just logged in; until it is told to stop. */
void kiosk_daemon_watch_account (KioskDaemon *self);
void kiosk_daemon_unwatch_account (KioskDaemon *self);

/* ---- daemon-unused.c ---- */

/* Remembers since when there are the persons of the policy that holds now. */
void kiosk_daemon_know_persons (KioskDaemon *self);
/* @person has proved to be there, and it is on record. */
void kiosk_daemon_note_use (KioskDaemon *self, const KioskPolicyPerson *person);
/* NULL when the ID may be used; else words for the record, owned by the caller. */
char *kiosk_daemon_find_unused (KioskDaemon *self, const KioskPolicyPerson *person);

/* ---- daemon-session.c ---- */

/* Ends the running session with a notice; @reason is static, @detail for the record. */
void kiosk_daemon_end_session (KioskDaemon *self, const char *reason, const char *detail);

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
