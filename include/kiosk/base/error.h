/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The one error domain of this project. A code tells the caller what kind of thing went wrong;
 * the message is for logs and administrators, in English, without secrets. What a person at the
 * terminal reads is chosen by the shell from its own texts, never from a GError. */
#define KIOSK_ERROR (kiosk_error_quark ())

typedef enum {
  KIOSK_ERROR_FAILED,      /* anything without a code of its own */
  KIOSK_ERROR_INVALID,     /* malformed input: file, message, record */
  KIOSK_ERROR_UNTRUSTED,   /* well formed, but from the wrong owner, mode, peer, type */
  KIOSK_ERROR_CLOSED,      /* the other end is gone */
  KIOSK_ERROR_NOT_ALLOWED, /* not in this state, not for this role, not at this time */
  KIOSK_ERROR_IO,          /* a system call failed; the message ends in its errno text */
} KioskError;

GQuark kiosk_error_quark (void);

/* Sets @error (KIOSK_ERROR_IO) to "@what: <text of @saved_errno>". Always returns FALSE, so that a
 * caller can write `return kiosk_error_set_errno (error, errno, "open")`. */
gboolean kiosk_error_set_errno (GError **error, int saved_errno, const char *what);
