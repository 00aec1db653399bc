/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "picture.h"

#include "picture-input.h"
#include "picture-link.h"
#include "picture-surface.h"
#include "picture-view.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <sys/socket.h>

/* The widget: decides when the picture is on the screen and when input may pass, and keeps the
 * buffers' accounts with the worker. Never looks into the frame memory.
 *
 * A surface exists exactly while a frame is there and may be seen: the widget mapped, not suspended.
 * Input passes exactly while a frame is on the screen and nothing holds it back. */

/* A window that is being resized tells the server its last size, not every one. */
#define RESIZE_PATIENCE_MS 200
#define NO_FRAME (-1)

struct _KioskPicture {
  GtkWidget parent_instance;

  KioskPictureLink *link; /* NULL: no session */
  int frames;
  KioskPictureSurface *surface;
  KioskPictureInput *input;
  KioskPictureView view;

  int current;      /* buffer of the last frame, or NO_FRAME */
  gboolean visible; /* a frame has been on the screen since the surface came */
  gboolean active;  /* "active" was emitted */
  gboolean suspended;
  gboolean fresh; /* suspended, and the worker has begun anew already */
  gboolean hold;
  char *first, *second;

  GdkFrameClock *clock; /* while a change of place waits for its next "after-paint" */
  gulong clock_handler;
  guint sent_width, sent_height; /* the size that the server knows */
  guint resize_timer;
};

G_DEFINE_FINAL_TYPE (KioskPicture, kiosk_picture, GTK_TYPE_WIDGET)

enum { SIGNAL_ACTIVE, SIGNAL_ENDED, SIGNAL_INPUT, N_SIGNALS };

static guint signals[N_SIGNALS];

/* ---- buffers and surface ---- */

static void
update_input (KioskPicture *self)
{
  gboolean open = self->visible && !self->suspended && !self->hold;

  kiosk_picture_input_set_link (self->input, open ? self->link : NULL);
}

static void
announce_active (KioskPicture *self)
{
  if (self->active)
    return;
  self->active = TRUE;
  g_signal_emit (self, signals[SIGNAL_ACTIVE], 0);
}

static void
on_shown (gpointer data)
{
  KioskPicture *self = data;

  if (self->link != NULL)
    kiosk_picture_link_shown (self->link);
  self->visible = TRUE;
  update_input (self);
  announce_active (self);
}

static void
on_released (guint buffer, gpointer data)
{
  KioskPicture *self = data;

  /* The current buffer stays ours: it is what a window that is mapped again shows. */
  if (self->link != NULL && (int) buffer != self->current)
    kiosk_picture_link_free_buffer (self->link, buffer);
}

/* The picture leaves the screen with this call. */
static void
remove_surface (KioskPicture *self)
{
  g_clear_pointer (&self->surface, kiosk_picture_surface_free);
  self->visible = FALSE;
  update_input (self);
  if (self->link == NULL)
    return;
  for (guint i = 0; i < KIOSK_RDP_BUFFERS; i++)
    if ((int) i != self->current)
      kiosk_picture_link_free_buffer (self->link, i);
}

/* Nothing of the last frame is wanted any more; the worker may write to its buffer. */
static void
forget_frame (KioskPicture *self)
{
  self->current = NO_FRAME;
  remove_surface (self);
  gtk_widget_set_cursor (GTK_WIDGET (self), NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->link != NULL)
    kiosk_picture_link_shown (self->link);
}

static gboolean
update_view (KioskPicture *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkNative *native = gtk_widget_get_native (widget);
  double x = 0, y = 0, offset_x = 0, offset_y = 0;

  if (native == NULL || !gtk_widget_get_mapped (widget))
    return FALSE;
  gtk_widget_translate_coordinates (widget, GTK_WIDGET (native), 0, 0, &x, &y);
  gtk_native_get_surface_transform (native, &offset_x, &offset_y);
  self->view.area_x = (int) (x + offset_x);
  self->view.area_y = (int) (y + offset_y);
  self->view.area_width = gtk_widget_get_width (widget);
  self->view.area_height = gtk_widget_get_height (widget);
  self->view.scale = gtk_widget_get_scale_factor (widget);
  kiosk_picture_input_set_view (self->input, &self->view);
  return TRUE;
}

/* Puts the surface where the widget is, and creates it when its time has come. */
static void
place (KioskPicture *self)
{
  static const KioskPictureSurfaceEvents events = { on_shown, on_released };
  g_autoptr (GError) error = NULL;

  if (self->link == NULL || self->suspended || self->current == NO_FRAME || !update_view (self))
    return;
  if (self->surface != NULL)
    {
      kiosk_picture_surface_set_view (self->surface, &self->view);
      return;
    }
  self->surface = kiosk_picture_surface_new (
      gtk_native_get_surface (gtk_widget_get_native (GTK_WIDGET (self))), self->frames, &events,
      self, &error);
  if (self->surface == NULL)
    {
      g_message ("no picture: %s", error->message);
      kiosk_picture_stop (self);
      g_signal_emit (self, signals[SIGNAL_ENDED], 0);
      return;
    }
  kiosk_picture_surface_set_watermark (self->surface, self->first, self->second);
  kiosk_picture_surface_set_view (self->surface, &self->view);
  kiosk_picture_surface_present (self->surface, (guint) self->current, NULL, 0);
}

static void
cancel_place (KioskPicture *self)
{
  if (self->clock == NULL)
    return;
  g_signal_handler_disconnect (self->clock, self->clock_handler);
  g_clear_object (&self->clock);
}

static void
on_after_paint (GdkFrameClock *clock, KioskPicture *self)
{
  cancel_place (self);
  place (self);
}

/* After the next painting: then the widget has its place, and the surface moves in one with what the
 * window shows around it. */
static void
schedule_place (KioskPicture *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (self->clock != NULL || clock == NULL || self->link == NULL)
    return;
  self->clock = g_object_ref (clock);
  self->clock_handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_AFTER_PAINT);
}

/* ---- worker ---- */

static void
on_size (guint width, guint height, gpointer data)
{
  KioskPicture *self = data;

  if (self->suspended)
    {
      /* The worker was told of the end of the suspension before us: it begins anew, with nothing in
       * flight. Its frame is the only one that a server at rest will send; it waits, unseen. */
      self->view.width = width;
      self->view.height = height;
      self->view.pan_x = self->view.pan_y = 0;
      self->current = NO_FRAME;
      self->fresh = TRUE;
      kiosk_picture_link_restart (self->link);
      return;
    }
  if (width == self->view.width && height == self->view.height)
    return;
  /* The last frame has the old size and can not be placed any more. */
  self->view.width = width;
  self->view.height = height;
  self->view.pan_x = self->view.pan_y = 0;
  remove_surface (self);
  if (self->current != NO_FRAME)
    {
      guint old = (guint) self->current;

      self->current = NO_FRAME;
      kiosk_picture_link_free_buffer (self->link, old);
      kiosk_picture_link_shown (self->link);
    }
}

static void
on_frame (const KioskRdpFrame *frame, gpointer data)
{
  KioskPicture *self = data;
  int before = self->current;

  if (self->suspended && !self->fresh)
    {
      kiosk_picture_link_free_buffer (self->link, frame->buffer);
      kiosk_picture_link_shown (self->link);
      return;
    }
  self->current = (int) frame->buffer;
  if (self->suspended)
    return;
  if (self->surface != NULL)
    kiosk_picture_surface_present (self->surface, frame->buffer, frame->rects, frame->n_rects);
  else
    schedule_place (self);
  if (before != NO_FRAME
      && (self->surface == NULL || !kiosk_picture_surface_is_busy (self->surface, (guint) before)))
    kiosk_picture_link_free_buffer (self->link, (guint) before);
  /* A page that waits for the first picture before it shows this widget must not wait for ever. */
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    announce_active (self);
}

static void
on_cursor (const KioskRdpCursor *cursor, gpointer data)
{
  KioskPicture *self = data;
  g_autoptr (GdkCursor) shape = NULL;

  if (self->suspended && !self->fresh)
    return;
  if (cursor->standard == 1)
    shape = gdk_cursor_new_from_name ("default", NULL);
  else if (cursor->width == 0)
    shape = gdk_cursor_new_from_name ("none", NULL);
  else
    {
      gsize stride = (gsize) cursor->width * 4;
      g_autoptr (GBytes) pixels = g_bytes_new (cursor->pixels, stride * cursor->height);
      g_autoptr (GdkTexture) texture
          = gdk_memory_texture_new ((int) cursor->width, (int) cursor->height,
                                    GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, pixels, stride);

      shape = gdk_cursor_new_from_texture (texture, (int) cursor->hot_x, (int) cursor->hot_y, NULL);
    }
  gtk_widget_set_cursor (GTK_WIDGET (self), shape);
}

static void
on_ended (gpointer data)
{
  KioskPicture *self = data;

  kiosk_picture_input_drop_link (self->input);
  kiosk_picture_stop (self);
  g_signal_emit (self, signals[SIGNAL_ENDED], 0);
}

/* ---- input ---- */

static void
on_activity (gpointer data)
{
  g_signal_emit (data, signals[SIGNAL_INPUT], 0);
}

static void
on_pointer (double x, double y, gpointer data)
{
  KioskPicture *self = data;

  if (self->surface == NULL || !kiosk_picture_view_pan (&self->view, x, y))
    return;
  kiosk_picture_input_set_view (self->input, &self->view);
  kiosk_picture_surface_set_view (self->surface, &self->view);
}

static gboolean
on_resize_timer (gpointer data)
{
  KioskPicture *self = data;
  guint width, height;

  self->resize_timer = 0;
  kiosk_picture_get_pixels (self, &width, &height);
  if (self->link != NULL && !self->suspended && gtk_widget_get_mapped (GTK_WIDGET (self))
      && (width != self->sent_width || height != self->sent_height))
    {
      self->sent_width = width;
      self->sent_height = height;
      kiosk_picture_link_send (self->link, KIOSK_RDP_INPUT_SIZE, width, height,
                               MIN ((guint32) gtk_widget_get_scale_factor (GTK_WIDGET (self)), 5)
                                   * 100);
    }
  return G_SOURCE_REMOVE;
}

static void
check_resize (KioskPicture *self)
{
  if (self->link == NULL)
    return;
  g_clear_handle_id (&self->resize_timer, g_source_remove);
  self->resize_timer = g_timeout_add (RESIZE_PATIENCE_MS, on_resize_timer, self);
}

/* ---- widget ---- */

static void
kiosk_picture_map (GtkWidget *widget)
{
  KioskPicture *self = KIOSK_PICTURE (widget);

  GTK_WIDGET_CLASS (kiosk_picture_parent_class)->map (widget);
  schedule_place (self);
  check_resize (self);
}

static void
kiosk_picture_unmap (GtkWidget *widget)
{
  KioskPicture *self = KIOSK_PICTURE (widget);

  cancel_place (self);
  remove_surface (self);
  GTK_WIDGET_CLASS (kiosk_picture_parent_class)->unmap (widget);
}

static void
kiosk_picture_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  schedule_place (KIOSK_PICTURE (widget));
  check_resize (KIOSK_PICTURE (widget));
}

static void
on_scale_factor (KioskPicture *self)
{
  schedule_place (self);
  check_resize (self);
}

/* What the picture leaves free is black, not the page. */
static void
kiosk_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  static const GdkRGBA black = { 0, 0, 0, 1 };
  graphene_rect_t area = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                             (float) gtk_widget_get_height (widget));

  if (KIOSK_PICTURE (widget)->current != NO_FRAME)
    gtk_snapshot_append_color (snapshot, &black, &area);
}

static void
kiosk_picture_dispose (GObject *object)
{
  KioskPicture *self = KIOSK_PICTURE (object);

  kiosk_picture_stop (self);
  cancel_place (self);
  g_clear_pointer (&self->input, kiosk_picture_input_free);
  G_OBJECT_CLASS (kiosk_picture_parent_class)->dispose (object);
}

static void
kiosk_picture_finalize (GObject *object)
{
  KioskPicture *self = KIOSK_PICTURE (object);

  g_free (self->first);
  g_free (self->second);
  G_OBJECT_CLASS (kiosk_picture_parent_class)->finalize (object);
}

static void
kiosk_picture_class_init (KioskPictureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kiosk_picture_dispose;
  object_class->finalize = kiosk_picture_finalize;
  widget_class->map = kiosk_picture_map;
  widget_class->unmap = kiosk_picture_unmap;
  widget_class->size_allocate = kiosk_picture_size_allocate;
  widget_class->snapshot = kiosk_picture_snapshot;

  signals[SIGNAL_ACTIVE] = g_signal_new ("active", KIOSK_TYPE_PICTURE, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ENDED] = g_signal_new ("ended", KIOSK_TYPE_PICTURE, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_INPUT] = g_signal_new ("input", KIOSK_TYPE_PICTURE, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_picture_init (KioskPicture *self)
{
  static const KioskPictureInputEvents events = { on_activity, on_pointer };

  self->frames = -1;
  self->current = NO_FRAME;
  self->view.scale = 1;
  self->input = kiosk_picture_input_new (GTK_WIDGET (self), &events, self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (on_scale_factor), NULL);
}

/* ---- public ---- */

GtkWidget *
kiosk_picture_new (void)
{
  return g_object_new (KIOSK_TYPE_PICTURE, NULL);
}

gboolean
kiosk_picture_start (KioskPicture *self, int worker, int frames,
                     const KioskRdpCredentials *credentials, GError **error)
{
  static const KioskPictureLinkEvents events = { on_size, on_frame, on_cursor, on_ended };
  kiosk_autofd int owned_worker = worker;
  kiosk_autofd int owned_frames = frames;

  g_return_val_if_fail (KIOSK_IS_PICTURE (self) && self->link == NULL, FALSE);
  if (!kiosk_fd_check_socket (owned_worker, AF_UNIX, SOCK_SEQPACKET, error)
      || !kiosk_fd_check_memory (owned_frames, KIOSK_RDP_MEMORY_SIZE, error))
    return FALSE;
  self->link
      = kiosk_picture_link_new (kiosk_fd_steal (&owned_worker), credentials, &events, self, error);
  if (self->link == NULL)
    return FALSE;
  self->frames = kiosk_fd_steal (&owned_frames);
  self->active = FALSE;
  kiosk_picture_get_pixels (self, &self->sent_width, &self->sent_height);
  return TRUE;
}

void
kiosk_picture_stop (KioskPicture *self)
{
  KioskPictureLink *link = g_steal_pointer (&self->link);

  g_return_if_fail (KIOSK_IS_PICTURE (self));
  if (link == NULL)
    return;
  forget_frame (self); /* closes the way for input too */
  kiosk_picture_link_close (link);
  kiosk_fd_clear (&self->frames);
  g_clear_handle_id (&self->resize_timer, g_source_remove);
  cancel_place (self);
  self->view.width = self->view.height = 0;
  self->view.pan_x = self->view.pan_y = 0;
  self->suspended = self->fresh = FALSE; /* belonged to the session that ends */
}

void
kiosk_picture_set_suspended (KioskPicture *self, gboolean suspended)
{
  g_return_if_fail (KIOSK_IS_PICTURE (self));
  if (suspended == self->suspended)
    return;
  self->suspended = suspended; /* first: whatever arrives from here on finds the way closed */
  self->fresh = FALSE;
  if (suspended)
    {
      update_input (self);
      cancel_place (self);
      forget_frame (self);
    }
  else
    {
      schedule_place (self);
      check_resize (self);
    }
}

void
kiosk_picture_set_cover (KioskPicture *self, int height)
{
  g_return_if_fail (KIOSK_IS_PICTURE (self));
  if (self->view.cover == MAX (height, 0))
    return;
  self->view.cover = MAX (height, 0);
  schedule_place (self);
}

void
kiosk_picture_set_hold (KioskPicture *self, gboolean hold)
{
  g_return_if_fail (KIOSK_IS_PICTURE (self));
  self->hold = hold;
  update_input (self);
}

void
kiosk_picture_set_watermark (KioskPicture *self, const char *first, const char *second)
{
  g_return_if_fail (KIOSK_IS_PICTURE (self));
  if (g_strcmp0 (first, self->first) == 0 && g_strcmp0 (second, self->second) == 0)
    return;
  g_free (self->first);
  g_free (self->second);
  self->first = g_strdup (first);
  self->second = g_strdup (second);
  if (self->surface != NULL)
    kiosk_picture_surface_set_watermark (self->surface, first, second);
}

void
kiosk_picture_send_secure_attention (KioskPicture *self)
{
  g_return_if_fail (KIOSK_IS_PICTURE (self));
  if (self->link != NULL && self->visible && !self->suspended)
    kiosk_picture_input_send_secure_attention (self->input, self->link);
}

void
kiosk_picture_get_pixels (KioskPicture *self, guint *width, guint *height)
{
  GtkWidget *widget = GTK_WIDGET (self);
  guint scale = (guint) gtk_widget_get_scale_factor (widget);

  g_return_if_fail (KIOSK_IS_PICTURE (self));
  /* A page of a stack that was never shown has no size yet; it will get that of the stack. */
  while (gtk_widget_get_width (widget) == 0 && gtk_widget_get_parent (widget) != NULL)
    widget = gtk_widget_get_parent (widget);
  *width = CLAMP ((guint) gtk_widget_get_width (widget) * scale, KIOSK_RDP_MIN_WIDTH,
                  KIOSK_RDP_MAX_WIDTH)
           & ~1u;
  *height = CLAMP ((guint) gtk_widget_get_height (widget) * scale, KIOSK_RDP_MIN_HEIGHT,
                   KIOSK_RDP_MAX_HEIGHT)
            & ~1u;
}
