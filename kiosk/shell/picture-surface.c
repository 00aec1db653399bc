/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "picture-surface.h"

#include "picture-watermark.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <gdk/wayland/gdkwayland.h>

#include <errno.h>
#include <poll.h>
#include <sys/mman.h>

/* Wayland surfaces and their buffers: two for the picture and its watermark, and two more for what is seen
 * beside something that hangs into it from above. Decides nothing: what is shown when is picture.c's.
 *
 * Traps: position, stacking and the very existence of a subsurface take effect with a commit of its
 * parent, which is GTK's; GTK does not commit when nothing changed. A subsurface that is cut at the
 * top must move in the same commit, or the picture jumps for one frame: so both are made
 * synchronised, the parent is committed here after GTK painted, and then they run on their own
 * again. Cutting is done by buffers that begin further down in the memory: that needs no extension
 * (cage 0.1.4 has no wp_viewporter), and what is hidden is then not even known to the compositor. */

#define FLUSH_PATIENCE_MS 1000

typedef struct {
  struct wl_surface *surface;
  struct wl_subsurface *subsurface;
} Layer;

typedef struct {
  KioskPictureSurface *owner;
  guint index;
  struct wl_buffer *buffer;
  guint x, y, width, height, stride; /* that it was made for */
  gboolean busy;
} Slot;

/* A rectangle of the picture with its watermark. */
typedef struct {
  Layer picture, watermark;
  Slot slots[KIOSK_RDP_BUFFERS];
  struct wl_buffer *mark_buffer;
  KioskPictureCut cut; /* what it shows */
} Part;

/* All, or what lies below the cover; and what lies beside it. */
enum { PART_MAIN, PART_BESIDE, N_PARTS };

struct _KioskPictureSurface {
  KioskPictureSurfaceEvents events;
  gpointer data;

  struct wl_display *display;
  struct wl_surface *parent;
  struct wl_compositor *compositor;
  struct wl_subcompositor *subcompositor;
  struct wl_shm *shm;

  Part parts[N_PARTS];
  struct wl_shm_pool *pool;
  struct wl_callback *callback; /* of the frame that is on its way to the screen */
  gboolean wants_shown;         /* something was presented and "shown" did not follow yet */

  KioskPictureView view;
  int current; /* slot presented last, or -1 */

  char *texts[2];
  struct wl_shm_pool *mark_pool; /* drawn for the size and scale below */
  guint mark_width, mark_height;
  int mark_scale;
};

/* ---- display ---- */

static void
on_global (void *data, struct wl_registry *registry, uint32_t name, const char *interface,
           uint32_t version)
{
  KioskPictureSurface *self = data;

  if (g_str_equal (interface, wl_compositor_interface.name) && version >= 4)
    self->compositor = wl_registry_bind (registry, name, &wl_compositor_interface, 4);
  else if (g_str_equal (interface, wl_subcompositor_interface.name))
    self->subcompositor = wl_registry_bind (registry, name, &wl_subcompositor_interface, 1);
  else if (g_str_equal (interface, wl_shm_interface.name))
    self->shm = wl_registry_bind (registry, name, &wl_shm_interface, 1);
}

static void
on_global_remove (void *data, struct wl_registry *registry, uint32_t name)
{
}

/* Looks up the compositor's objects on a queue of our own, so that waiting for the answer does not
 * dispatch any of GTK's events, and hands them to the queue that GTK's loop dispatches. */
static gboolean
bind_globals (KioskPictureSurface *self, GError **error)
{
  static const struct wl_registry_listener listener = { on_global, on_global_remove };
  struct wl_event_queue *queue = wl_display_create_queue (self->display);
  struct wl_display *wrapper = wl_proxy_create_wrapper (self->display);
  struct wl_registry *registry;
  int answered;

  wl_proxy_set_queue ((struct wl_proxy *) wrapper, queue);
  registry = wl_display_get_registry (wrapper);
  wl_registry_add_listener (registry, &listener, self);
  answered = wl_display_roundtrip_queue (self->display, queue);
  wl_registry_destroy (registry);
  wl_proxy_wrapper_destroy (wrapper);

  if (self->compositor != NULL)
    wl_proxy_set_queue ((struct wl_proxy *) self->compositor, NULL);
  if (self->subcompositor != NULL)
    wl_proxy_set_queue ((struct wl_proxy *) self->subcompositor, NULL);
  if (self->shm != NULL)
    wl_proxy_set_queue ((struct wl_proxy *) self->shm, NULL);
  wl_event_queue_destroy (queue);

  if (answered >= 0 && self->compositor != NULL && self->subcompositor != NULL && self->shm != NULL)
    return TRUE;
  g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED,
                       "the compositor lacks wl_compositor 4, wl_subcompositor or wl_shm");
  return FALSE;
}

/* Waits for room in the socket if need be: a picture that has to leave must not stay because the
 * compositor is slow. A compositor that does not read for a second is ill, and takes the screen with
 * it. */
static void
flush (KioskPictureSurface *self)
{
  while (wl_display_flush (self->display) < 0 && errno == EAGAIN)
    {
      struct pollfd descriptor = { wl_display_get_fd (self->display), POLLOUT, 0 };

      if (poll (&descriptor, 1, FLUSH_PATIENCE_MS) <= 0)
        {
          g_message ("the compositor does not read");
          return;
        }
    }
}

/* ---- layers ---- */

static void
layer_init (KioskPictureSurface *self, Layer *layer)
{
  struct wl_region *nothing = wl_compositor_create_region (self->compositor);

  layer->surface = wl_compositor_create_surface (self->compositor);
  layer->subsurface
      = wl_subcompositor_get_subsurface (self->subcompositor, layer->surface, self->parent);
  /* Keys and pointer stay with the window below. */
  wl_surface_set_input_region (layer->surface, nothing);
  wl_region_destroy (nothing);
  wl_subsurface_set_desync (layer->subsurface);
}

static void
layer_clear (Layer *layer)
{
  if (layer->surface == NULL)
    return;
  wl_surface_attach (layer->surface, NULL, 0, 0);
  wl_surface_commit (layer->surface);
  wl_subsurface_destroy (layer->subsurface);
  wl_surface_destroy (layer->surface);
}

/* ---- picture ---- */

static void
on_release (void *data, struct wl_buffer *buffer)
{
  Slot *slot = data;
  KioskPictureSurface *self = slot->owner;

  slot->busy = FALSE;
  if (!kiosk_picture_surface_is_busy (self, slot->index))
    self->events.released (slot->index, self->data);
}

static const struct wl_buffer_listener buffer_listener = { on_release };

static void
on_frame_done (void *data, struct wl_callback *callback, uint32_t time)
{
  KioskPictureSurface *self = data;

  g_clear_pointer (&self->callback, wl_callback_destroy);
  if (!self->wants_shown)
    return;
  self->wants_shown = FALSE;
  self->events.shown (self->data);
}

static const struct wl_callback_listener frame_listener = { on_frame_done };

/* Makes the buffer of @slot one that shows @cut. Returns the buffer that it replaces, if any:
 * to be destroyed when the new one is committed. */
static struct wl_buffer *
renew_buffer (KioskPictureSurface *self, Slot *slot, const KioskPictureCut *cut)
{
  guint stride = self->view.width * 4;
  gsize offset = slot->index * KIOSK_RDP_BUFFER_SIZE + (gsize) cut->y * stride + (gsize) cut->x * 4;
  struct wl_buffer *old = slot->buffer;
  guint height = cut->height;

  /* libwayland counts full rows: a buffer that begins in the middle of a row must not seem to end
   * behind the memory. */
  if (offset + (gsize) height * stride > KIOSK_RDP_MEMORY_SIZE)
    height -= (guint) self->view.scale;

  if (old != NULL && slot->x == cut->x && slot->y == cut->y && slot->width == cut->width
      && slot->height == height && slot->stride == stride)
    return NULL;
  slot->x = cut->x;
  slot->y = cut->y;
  slot->width = cut->width;
  slot->height = height;
  slot->stride = stride;
  slot->buffer = wl_shm_pool_create_buffer (self->pool, (int) offset, (int) cut->width,
                                            (int) height, (int) stride, WL_SHM_FORMAT_XRGB8888);
  wl_buffer_add_listener (slot->buffer, &buffer_listener, slot);
  return old;
}

/* Gives the picture's layer of @part its new state: the current slot, or nothing. */
static void
commit_picture (KioskPictureSurface *self, Part *part, const KioskRdpRect *rects, guint n_rects)
{
  struct wl_surface *surface = part->picture.surface;
  struct wl_buffer *old = NULL;
  Slot *slot;

  if (self->current < 0 || part->cut.width == 0 || part->cut.height == 0)
    {
      wl_surface_attach (surface, NULL, 0, 0);
      wl_surface_commit (surface);
      return;
    }

  slot = &part->slots[self->current];
  old = renew_buffer (self, slot, &part->cut);
  slot->busy = TRUE;
  wl_surface_set_buffer_scale (surface, self->view.scale);
  wl_surface_attach (surface, slot->buffer, 0, 0);
  for (guint i = 0; i < n_rects; i++)
    wl_surface_damage_buffer (surface, (int) rects[i].x - (int) part->cut.x,
                              (int) rects[i].y - (int) part->cut.y, (int) rects[i].width,
                              (int) rects[i].height);
  if (n_rects == 0)
    wl_surface_damage_buffer (surface, 0, 0, G_MAXINT32, G_MAXINT32);
  /* Only the main part: the other one may lose its buffer, and with it the answer. */
  if (part == &self->parts[PART_MAIN] && self->wants_shown && self->callback == NULL)
    {
      self->callback = wl_surface_frame (surface);
      wl_callback_add_listener (self->callback, &frame_listener, self);
    }
  wl_surface_commit (surface);
  g_clear_pointer (&old, wl_buffer_destroy);
}

/* ---- watermark ---- */

static void
draw_mark (KioskPictureSurface *self, guint width, guint height)
{
  gsize size = (gsize) width * height * 4;
  g_autoptr (GError) error = NULL;
  kiosk_autofd int fd = kiosk_fd_new_memory ("watermark", size, &error);
  guint8 *pixels = MAP_FAILED;

  if (fd >= 0)
    pixels = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  /* A picture without its watermark is not to be seen; out of memory there is no other way. */
  if (pixels == MAP_FAILED)
    g_error ("no memory for the watermark: %s", error ? error->message : g_strerror (errno));
  kiosk_picture_watermark_draw (pixels, width, height, self->view.scale, self->texts[0],
                                self->texts[1]);
  munmap (pixels, size);

  self->mark_pool = wl_shm_create_pool (self->shm, fd, (int) size);
  self->mark_width = width;
  self->mark_height = height;
  self->mark_scale = self->view.scale;
}

/* Gives the watermark's layer of @part its new state: the same cut as the picture's, or nothing. */
static void
commit_mark (KioskPictureSurface *self, Part *part)
{
  KioskPictureCut whole = kiosk_picture_view_cut (&self->view, FALSE);
  struct wl_surface *surface = part->watermark.surface;
  struct wl_buffer *old = g_steal_pointer (&part->mark_buffer);
  guint offset, stride = whole.width * 4;

  if (self->current < 0 || part->cut.width == 0 || self->texts[0] == NULL)
    {
      wl_surface_attach (surface, NULL, 0, 0);
      wl_surface_commit (surface);
      g_clear_pointer (&old, wl_buffer_destroy);
      return;
    }

  if (self->mark_pool == NULL || self->mark_width != whole.width
      || self->mark_height != whole.height || self->mark_scale != self->view.scale)
    {
      g_clear_pointer (&self->mark_pool, wl_shm_pool_destroy);
      draw_mark (self, whole.width, whole.height);
    }
  offset = (part->cut.y - whole.y) * stride + (part->cut.x - whole.x) * 4;
  part->mark_buffer
      = wl_shm_pool_create_buffer (self->mark_pool, (int) offset, (int) part->cut.width,
                                   (int) part->cut.height, (int) stride, WL_SHM_FORMAT_ARGB8888);
  wl_surface_set_buffer_scale (surface, self->view.scale);
  wl_surface_attach (surface, part->mark_buffer, 0, 0);
  wl_surface_damage_buffer (surface, 0, 0, G_MAXINT32, G_MAXINT32);
  wl_surface_commit (surface);
  g_clear_pointer (&old, wl_buffer_destroy);
}

/* ---- public ---- */

KioskPictureSurface *
kiosk_picture_surface_new (GdkSurface *window, int frames, const KioskPictureSurfaceEvents *events,
                           gpointer data, GError **error)
{
  GdkDisplay *display = gdk_surface_get_display (window);
  KioskPictureSurface *self;

  if (!GDK_IS_WAYLAND_DISPLAY (display))
    {
      g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "not a Wayland display");
      return NULL;
    }

  self = g_new0 (KioskPictureSurface, 1);
  self->events = *events;
  self->data = data;
  self->current = -1;
  self->view.scale = 1;
  self->display = gdk_wayland_display_get_wl_display (display);
  self->parent = gdk_wayland_surface_get_wl_surface (window);
  for (guint i = 0; i < N_PARTS * KIOSK_RDP_BUFFERS; i++)
    {
      Slot *slot = &self->parts[i / KIOSK_RDP_BUFFERS].slots[i % KIOSK_RDP_BUFFERS];

      slot->owner = self;
      slot->index = i % KIOSK_RDP_BUFFERS;
    }
  if (self->parent == NULL || !bind_globals (self, error))
    {
      if (self->parent == NULL)
        g_set_error_literal (error, KIOSK_ERROR, KIOSK_ERROR_FAILED, "the window is not mapped");
      kiosk_picture_surface_free (self);
      return NULL;
    }

  self->pool = wl_shm_create_pool (self->shm, frames, (int) KIOSK_RDP_MEMORY_SIZE);
  for (guint i = 0; i < N_PARTS; i++)
    {
      layer_init (self, &self->parts[i].picture);
      /* a new subsurface lies above its older siblings */
      layer_init (self, &self->parts[i].watermark);
    }
  return self;
}

void
kiosk_picture_surface_free (KioskPictureSurface *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->callback, wl_callback_destroy);
  for (guint i = 0; i < N_PARTS; i++)
    {
      Part *part = &self->parts[i];

      layer_clear (&part->picture);
      layer_clear (&part->watermark);
      for (guint j = 0; j < KIOSK_RDP_BUFFERS; j++)
        g_clear_pointer (&part->slots[j].buffer, wl_buffer_destroy);
      g_clear_pointer (&part->mark_buffer, wl_buffer_destroy);
    }
  g_clear_pointer (&self->pool, wl_shm_pool_destroy);
  g_clear_pointer (&self->mark_pool, wl_shm_pool_destroy);
  g_clear_pointer (&self->shm, wl_shm_destroy);
  g_clear_pointer (&self->subcompositor, wl_subcompositor_destroy);
  g_clear_pointer (&self->compositor, wl_compositor_destroy);
  flush (self);
  g_free (self->texts[0]);
  g_free (self->texts[1]);
  g_free (self);
}

static void
part_set_view (KioskPictureSurface *self, Part *part, KioskPictureCut cut)
{
  Layer *layers[] = { &part->picture, &part->watermark };

  part->cut = cut;
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      wl_subsurface_set_sync (layers[i]->subsurface);
      wl_subsurface_set_position (layers[i]->subsurface, cut.left, cut.top);
    }
  commit_picture (self, part, NULL, 0);
  commit_mark (self, part);
}

void
kiosk_picture_surface_set_view (KioskPictureSurface *self, const KioskPictureView *view)
{
  self->view = *view;
  part_set_view (self, &self->parts[PART_MAIN], kiosk_picture_view_cut (view, TRUE));
  part_set_view (self, &self->parts[PART_BESIDE], kiosk_picture_view_beside (view));
  wl_surface_commit (self->parent);
  for (guint i = 0; i < N_PARTS; i++)
    {
      wl_subsurface_set_desync (self->parts[i].picture.subsurface);
      wl_subsurface_set_desync (self->parts[i].watermark.subsurface);
    }
  flush (self);
}

void
kiosk_picture_surface_set_watermark (KioskPictureSurface *self, const char *first,
                                     const char *second)
{
  g_free (self->texts[0]);
  g_free (self->texts[1]);
  self->texts[0] = g_strdup (first);
  self->texts[1] = g_strdup (first != NULL && second == NULL ? "" : second);
  g_clear_pointer (&self->mark_pool, wl_shm_pool_destroy);
  for (guint i = 0; i < N_PARTS; i++)
    commit_mark (self, &self->parts[i]);
  flush (self);
}

void
kiosk_picture_surface_present (KioskPictureSurface *self, guint buffer, const KioskRdpRect *rects,
                               guint n_rects)
{
  gboolean first = self->current < 0;

  self->current = (int) buffer;
  self->wants_shown = TRUE;
  for (guint i = 0; i < N_PARTS; i++)
    {
      if (first)
        commit_mark (self, &self->parts[i]); /* before the picture: no frame goes without it */
      commit_picture (self, &self->parts[i], rects, n_rects);
    }
  flush (self);
}

gboolean
kiosk_picture_surface_is_busy (const KioskPictureSurface *self, guint buffer)
{
  for (guint i = 0; i < N_PARTS; i++)
    if (self->parts[i].slots[buffer].busy)
      return TRUE;
  return FALSE;
}
