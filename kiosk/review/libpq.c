/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "libpq.h"

#include "kiosk/base/error.h"

#include <dlfcn.h>

/* The functions of libpq by their names, see dlopen(3). */

static KioskLibpq functions;

static char *
load (void)
{
  static const struct {
    const char *name;
    void *place;
  } names[] = {
#define NAME(function) { #function, &functions.function },
    KIOSK_LIBPQ_FUNCTIONS (NAME)
#undef NAME
  };
  void *library = dlopen (KIOSK_LIBPQ_NAME, RTLD_NOW | RTLD_LOCAL);

  if (library == NULL)
    return g_strdup (dlerror ());
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      void *found = dlsym (library, names[i].name);

      if (found == NULL)
        return g_strdup (dlerror ());
      *(void **) names[i].place
          = found; /* as POSIX has it: a pointer to data holds one to a function */
    }
  return NULL;
}

const KioskLibpq *
kiosk_libpq_get (GError **error)
{
  static gsize loaded = 0;
  static char *failure;

  if (g_once_init_enter (&loaded))
    {
      failure = load ();
      g_once_init_leave (&loaded, 1);
    }
  if (failure == NULL)
    return &functions;
  g_set_error (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "index: %s", failure);
  return NULL;
}
