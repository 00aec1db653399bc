/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

/* The real kioskd in a world of its own, with this test as its shell. Every failure ends the test. */

#define ENGINEER "t-engineer"
#define SECOND "t-second"   /* an engineer, for other servers */
#define AUDITOR "t-auditor" /* no engineer */
#define OUTSIDE "t-outside" /* has an account, does not stand in the policy */
#define PASSWORD_OF(id) id "-Midori-2026"

#define SERVER_SILENT "silent" /* accepts connections and says nothing; terminal_serve_silently() */
#define SERVER_DOWN "down"
#define SERVER_HOURS "hours"   /* never today */
#define SERVER_TICKET "ticket" /* work number required */
#define SERVER_OTHERS "others" /* of SECOND */

#define LOG_FOLDER "/var/log/maintenance-kiosk"

/* ---- The terminal ---- */

/* People, and a policy with @notice in it: another notice is another policy. */
void terminal_make_people (void);
void terminal_write_policy (const char *notice);
/* A policy that must be refused. */
void terminal_break_policy (void);

void terminal_start (void);
void terminal_signal (int signal);
/* SIGTERM, and waits. */
void terminal_stop (void);
/* Waits for an end that somebody else caused. */
void terminal_wait_end (void);
/* What the service manager does with the helpers when kioskd has ended (BindsTo=). */
void terminal_end_helpers (void);

/* Starts the server SERVER_SILENT. */
GSubprocess *terminal_serve_silently (void);
/* The same, but it answers: the worker that tests put in the place of kiosk-rdp (tests/rdp/hostile-worker.c) connects. */
GSubprocess *terminal_serve_answering (void);
/* Ends it, and waits: the next one needs its address. */
void terminal_end_server (GSubprocess *server);

/* How many elements stand in the firewall. */
guint terminal_count_holes (void);
void terminal_wait_no_hole (void);

/* ---- The shell ---- */

/* A connection as the user that this process is; NULL with @error. */
GDBusConnection *terminal_open_bus (GError **error);

/* This process becomes the shell, or stops being it. */
void terminal_connect (void);
void terminal_disconnect (void);

/* One call; its answer, or NULL with @error. Up to two descriptors come in @fds (may be NULL). */
GVariant *terminal_call (const char *method, GVariant *arguments, int fds[2], GError **error);
/* One that must succeed and answers nothing. */
void terminal_request (const char *method, GVariant *arguments);

/* How often kioskd has said that the list of servers is another one, since the connection. */
guint terminal_count_server_changes (void);

/* A text of the status, owned by the caller. */
char *terminal_get (const char *key);
void terminal_wait (const char *key, const char *value);

/* One turn of waiting: heartbeat, main loop, a moment of sleep. */
void terminal_turn (void);

/* Begins a conversation up to its first prompt; the shell's end, owned by the caller. */
int terminal_begin (const char *purpose, const char *typed);
/* Answers the prompt and closes @conversation when the other side does. */
void terminal_answer (int conversation, const char *answer);
/* Both, and waits for the state @state. */
void terminal_authenticate (const char *purpose, const char *typed, const char *password,
                            const char *state);
void terminal_log_in (void);

/* ---- The log ---- */

/* Number of records so far. */
guint log_mark (void);
/* The @nth (from 0) record of @action behind @mark that is there now, or NULL; owned by the caller. */
JsonObject *log_find (guint mark, const char *action, guint nth);
/* Waits for the @nth (from 0) record of @action behind @mark; owned by the caller. */
JsonObject *log_wait (guint mark, const char *action, guint nth);
/* Its member, NULL when it has none. */
const char *log_get (JsonObject *record, const char *member);
/* That behind @mark the @actions (blank-separated) come in this order; others may lie between. */
void log_check_order (guint mark, const char *actions);
/* That @action does not come behind @mark. */
void log_check_none (guint mark, const char *action);
/* The whole log as bytes. */
char *log_read (void);
void log_verify (void);
