/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* kiosk-rdp and its two neighbours.
 *
 *   descriptor 3   kioskd       the hello out (helper.h), KioskRdpTask in (with descriptors),
 *                               KioskRdpOrder in, KioskRdpReport out
 *   with the task  kiosk-shell  credentials and input in; frames, sizes and cursors out
 *
 * All sockets are SOCK_SEQPACKET, all messages of exact size by their kind. Either side ends the
 * connection at the first wrong message. The socket to kioskd closed ends kiosk-rdp at once; the
 * socket to the shell closed ends it too (a picture that nobody can see needs no session).
 *
 * The task brings four descriptors: [0] the connected TCP socket, [1] the frame memory, [2] a socket
 * whose other end is the shell's, [3] a memory file with the PEM of the pinned authority, or an
 * empty one (a memory file of size 0). Frame memory: two display buffers of KIOSK_RDP_BUFFER_SIZE bytes, BGRX (the X byte has
 * no meaning), stride width x 4 of the current size.
 */

#include "kiosk/ipc/helper.h"

#include <glib.h>

#define KIOSK_RDP_FD_DAEMON KIOSK_HELPER_FD_DAEMON

enum {
  KIOSK_RDP_TASK_SOCKET,
  KIOSK_RDP_TASK_FRAMES,
  KIOSK_RDP_TASK_SHELL,
  KIOSK_RDP_TASK_AUTHORITY,
  KIOSK_RDP_TASK_N_FDS
};

#define KIOSK_RDP_MIN_WIDTH 200
#define KIOSK_RDP_MIN_HEIGHT 200
#define KIOSK_RDP_MAX_WIDTH 3840
#define KIOSK_RDP_MAX_HEIGHT 2160
#define KIOSK_RDP_BUFFERS 2
#define KIOSK_RDP_BUFFER_SIZE ((gsize) KIOSK_RDP_MAX_WIDTH * KIOSK_RDP_MAX_HEIGHT * 4)
#define KIOSK_RDP_MEMORY_SIZE (KIOSK_RDP_BUFFER_SIZE * KIOSK_RDP_BUFFERS)

/* ---- kioskd -> kiosk-rdp ---- */

#define KIOSK_RDP_MAX_PINS 4
#define KIOSK_RDP_NAME_MAX 256

typedef enum {
  KIOSK_RDP_SECURITY_NLA = 1, /* CredSSP over TLS [MS-CSSP]; the default */
  KIOSK_RDP_SECURITY_TLS = 2, /* TLS alone, where the policy says so */
} KioskRdpSecurity;

typedef struct {
  guint32 width, height;               /* of the picture, in pixels, within the limits above */
  guint32 security;                    /* KioskRdpSecurity */
  guint32 keyboard_layout;             /* Windows input locale, e.g. 0x411 [MS-RDPBCGR] 2.2.1.3.2 */
  guint32 port;                        /* for the records of the library only */
  guint32 n_pins;                      /* 0 means: judge by the authority */
  guint8 pins[KIOSK_RDP_MAX_PINS][32]; /* SHA-256 of the DER certificate */
  char address[64];                    /* literal, for TLS and CredSSP (TERMSRV/address) */
  char certificate_name
      [KIOSK_RDP_NAME_MAX]; /* name that the certificate must carry; authority only */
} KioskRdpTask;

typedef enum {
  KIOSK_RDP_ORDER_SUSPEND = 1, /* lock: drop all input, release held keys, tell the server to stop
                                  sending [MS-RDPBCGR] 2.2.11.3, wipe the buffers; answer SUSPENDED */
  KIOSK_RDP_ORDER_RESUME = 2,  /* unlock: the opposite; ask the server for a full picture.
                                  To the shell the worker begins anew: SIZE_ANEW first */
  KIOSK_RDP_ORDER_STOP = 3,    /* disconnect cleanly and exit */
} KioskRdpOrderKind;

typedef struct {
  guint32 kind; /* KioskRdpOrderKind */
} KioskRdpOrder;

/* ---- kiosk-rdp -> kioskd ---- */

typedef enum {
  KIOSK_RDP_REPORT_ALIVE = 1, /* every 2 s; once ACTIVE, silence of 10 s ends the worker */
  KIOSK_RDP_REPORT_STEP = 2,  /* value = KioskRdpStep that begins */
  KIOSK_RDP_REPORT_CERTIFICATE
  = 3,                            /* digest = SHA-256 of what the server showed; value = KioskRdpEnd
                                       NONE when accepted, or why not. Before any credential. */
  KIOSK_RDP_REPORT_CHANNEL = 4,   /* text = name of a channel that the server wanted; refused */
  KIOSK_RDP_REPORT_SUSPENDED = 5, /* from here on no key, no pointer, no frame passes */
  KIOSK_RDP_REPORT_ENDED = 6,     /* value = KioskRdpEnd, detail = the library's error code; the
                                       worker exits next */
} KioskRdpReportKind;

typedef enum {
  KIOSK_RDP_STEP_CERTIFICATE = 1, /* TLS hand-shake, certificate under judgement */
  KIOSK_RDP_STEP_LOGON = 2,       /* credentials to the server */
  KIOSK_RDP_STEP_PICTURE = 3,     /* session granted, waiting for the first picture */
  KIOSK_RDP_STEP_ACTIVE = 4,      /* first picture published */
} KioskRdpStep;

typedef enum {
  KIOSK_RDP_END_NONE = 0,
  KIOSK_RDP_END_DISCONNECTED,          /* we asked for it */
  KIOSK_RDP_END_LOGGED_OFF,            /* the server ended the session in order */
  KIOSK_RDP_END_LOST,                  /* the line or the server went away */
  KIOSK_RDP_END_CERTIFICATE_CHANGED,   /* not one of the pins */
  KIOSK_RDP_END_CERTIFICATE_EXPIRED,   /* or not valid yet */
  KIOSK_RDP_END_CERTIFICATE_UNTRUSTED, /* not of the pinned authority, or for another name */
  KIOSK_RDP_END_CERTIFICATE_WEAK,      /* key or signature too weak */
  KIOSK_RDP_END_SECURITY,         /* server does not offer what the policy demands (TLS 1.2, NLA) */
  KIOSK_RDP_END_CREDENTIALS,      /* wrong user or password at the server */
  KIOSK_RDP_END_PASSWORD_EXPIRED, /* expired, or must be changed first */
  KIOSK_RDP_END_ACCOUNT,          /* locked out, disabled, expired, restricted at the server */
  KIOSK_RDP_END_DENIED,           /* logged on but not permitted (licence, rights, other session) */
  KIOSK_RDP_END_REDIRECTED,       /* the server wanted us to go elsewhere */
  KIOSK_RDP_END_PROTOCOL,         /* anything malformed, by server, shell or kioskd */
  KIOSK_RDP_END_INTERNAL,         /* our fault */
  KIOSK_RDP_END_LAST = KIOSK_RDP_END_INTERNAL
} KioskRdpEnd;

typedef struct {
  guint32 kind;      /* KioskRdpReportKind */
  guint32 value;     /* see the kind */
  guint32 detail;    /* see the kind */
  guint8 digest[32]; /* see the kind */
  char text[64];     /* see the kind; cleaned by the receiver before use */
} KioskRdpReport;

/* Whether a report that came in can mean anything: a kind that exists, a value in the range of the
 * kind, a text that is one. */
gboolean kiosk_rdp_report_valid (const KioskRdpReport *report);

/* ---- kiosk-shell -> kiosk-rdp ---- */

typedef enum {
  KIOSK_RDP_INPUT_KEY = 1,     /* a = RDP scan code (0x100 = extended), b = 1 down, 0 up. 0x146 is
                                  Pause: where no Ctrl is down, the worker sends the sequence of
                                  [MS-RDPBCGR] 2.2.8.1.1.3.1.1.1 in its place */
  KIOSK_RDP_INPUT_UNICODE = 2, /* a = UTF-16 code unit, b = 1 down, 0 up */
  KIOSK_RDP_INPUT_POINTER
  = 3, /* a = flags of [MS-RDPBCGR] 2.2.8.1.1.3.1.1.3 (buttons, wheel), b = x, c = y */
  KIOSK_RDP_INPUT_POINTER_EXTENDED = 4, /* as above for buttons 4 and 5, 2.2.8.1.1.3.1.1.4 */
  KIOSK_RDP_INPUT_FOCUS = 5, /* a = 1 gained: b = lock keys (1 scroll, 2 num, 4 caps, 8 kana);
                                  a = 0 lost: every held key and button is released at the server */
  KIOSK_RDP_INPUT_SIZE = 6,  /* a = width, b = height, c = scale in percent (100-500) */
  KIOSK_RDP_INPUT_SHOWN = 7, /* the last frame is on the screen; the next may be published */
  KIOSK_RDP_INPUT_FREE = 8,  /* a = buffer that the compositor has released */
} KioskRdpInputKind;

typedef struct {
  guint32 kind; /* KioskRdpInputKind */
  guint32 a, b, c;
} KioskRdpInput;

/* Sent once, first, before anything else; wiped by both sides. */
typedef struct {
  guint32 kind;       /* KIOSK_RDP_CREDENTIALS */
  char user[256];     /* UTF-8 */
  char domain[256];   /* UTF-8, may be empty */
  char password[512]; /* UTF-8 */
} KioskRdpCredentials;

#define KIOSK_RDP_CREDENTIALS 0x43524544u

/* ---- kiosk-rdp -> kiosk-shell ---- */

#define KIOSK_RDP_MAX_RECTS 16
#define KIOSK_RDP_CURSOR_MAX 96 /* pixels a side; larger shapes are scaled down by the worker */

typedef enum {
  KIOSK_RDP_OUTPUT_SIZE = 1,      /* KioskRdpSize: the server's desktop has this size from now on;
                                  comes before the first frame */
  KIOSK_RDP_OUTPUT_FRAME = 2,     /* KioskRdpFrame */
  KIOSK_RDP_OUTPUT_CURSOR = 3,    /* KioskRdpCursor */
  KIOSK_RDP_OUTPUT_SIZE_ANEW = 4, /* KioskRdpSize, after RESUME: as SIZE; and whatever was before,
                                     nothing is in flight, no buffer is held, and nothing of it is
                                     answered any more */
} KioskRdpOutputKind;

typedef struct {
  guint32 kind;
  guint32 width, height; /* at most the maximum; frames before it belong to the old size */
} KioskRdpSize;

typedef struct {
  guint32 x, y, width, height; /* inside the picture, not empty */
} KioskRdpRect;

/* One complete picture in @buffer. The worker does not touch the buffer again before FREE, and sends
 * no further frame before SHOWN. */
typedef struct {
  guint32 kind;
  guint32 buffer;  /* 0 or 1 */
  guint32 n_rects; /* 1 to KIOSK_RDP_MAX_RECTS: what differs from the frame before */
  KioskRdpRect rects[KIOSK_RDP_MAX_RECTS];
} KioskRdpFrame;

typedef struct {
  guint32 kind;
  guint32 width, height; /* 0 x 0: no cursor. 1 to KIOSK_RDP_CURSOR_MAX otherwise */
  guint32 hot_x, hot_y;  /* inside the shape */
  guint32 standard;      /* 1: the terminal's own arrow; sizes are 0 */
  guint8 pixels[KIOSK_RDP_CURSOR_MAX * KIOSK_RDP_CURSOR_MAX
                * 4]; /* BGRA, premultiplied, rows of width x 4 */
} KioskRdpCursor;
