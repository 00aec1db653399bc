/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-base"

#include "kiosk/base/secret.h"

#include <string.h>
#include <sys/mman.h>

/* A secret is one anonymous mapping of its own: freed memory goes straight back to the kernel, and no
 * neighbour on the heap can run over into it. */
struct _KioskSecret {
  gsize length;
  char bytes[KIOSK_SECRET_MAX + 1];
};

KioskSecret *
kiosk_secret_new (void)
{
  KioskSecret *self
      = mmap (NULL, sizeof *self, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (self == MAP_FAILED || mlock (self, sizeof *self) != 0
      || madvise (self, sizeof *self, MADV_DONTDUMP) != 0
      || madvise (self, sizeof *self, MADV_DONTFORK) != 0)
    g_error ("No locked memory for a secret (RLIMIT_MEMLOCK)");
  return self;
}

KioskSecret *
kiosk_secret_new_from (const char *text)
{
  KioskSecret *self = kiosk_secret_new ();
  if (kiosk_secret_set (self, text, strlen (text)))
    return self;
  kiosk_secret_free (self);
  return NULL;
}

gboolean
kiosk_secret_set (KioskSecret *self, const char *bytes, gsize length)
{
  if (length > KIOSK_SECRET_MAX || memchr (bytes, '\0', length) != NULL)
    return FALSE;
  explicit_bzero (self->bytes, sizeof self->bytes);
  memcpy (self->bytes, bytes, length);
  self->length = length;
  return TRUE;
}

const char *
kiosk_secret_peek (const KioskSecret *self)
{
  return self->bytes;
}

gsize
kiosk_secret_length (const KioskSecret *self)
{
  return self->length;
}

void
kiosk_secret_wipe (KioskSecret *self)
{
  explicit_bzero (self, sizeof *self);
}

void
kiosk_secret_free (KioskSecret *self)
{
  if (self == NULL)
    return;
  explicit_bzero (self, sizeof *self);
  munmap (self, sizeof *self);
}

void
kiosk_wipe (void *memory, gsize size)
{
  explicit_bzero (memory, size);
}
