/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

/* libpq, loaded when somebody names a database server and not before: it brings two dozen libraries with it (TLS, Kerberos, LDAP, SASL), whose
 * loading took longer than everything else that a question to an index in a file needs. */

#define KIOSK_LIBPQ_NAME "libpq.so.5" /* the name of its binary interface, Debian package libpq5 */

#define KIOSK_LIBPQ_FUNCTIONS(DO)                                                                  \
  DO (PQclear)                                                                                     \
  DO (PQconnectdb)                                                                                 \
  DO (PQerrorMessage)                                                                              \
  DO (PQexec)                                                                                      \
  DO (PQexecParams)                                                                                \
  DO (PQfinish)                                                                                    \
  DO (PQfreemem)                                                                                   \
  DO (PQftype)                                                                                     \
  DO (PQgetResult)                                                                                 \
  DO (PQgetlength)                                                                                 \
  DO (PQgetvalue)                                                                                  \
  DO (PQntuples)                                                                                   \
  DO (PQputCopyData)                                                                               \
  DO (PQputCopyEnd)                                                                                \
  DO (PQresultStatus)                                                                              \
  DO (PQstatus)                                                                                    \
  DO (PQunescapeBytea)

typedef struct {
#define KIOSK_LIBPQ_MEMBER(function) __typeof__ (&(function)) function;
  KIOSK_LIBPQ_FUNCTIONS (KIOSK_LIBPQ_MEMBER)
#undef KIOSK_LIBPQ_MEMBER
} KioskLibpq;

/* Its functions, for as long as the program runs. NULL with KIOSK_ERROR_FAILED when it is not installed. Any thread. */
const KioskLibpq *kiosk_libpq_get (GError **error);
