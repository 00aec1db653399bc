/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "picture-stage.h"

#include "picture-surface.h"

#include "kiosk/base/descriptor.h"

/* The life of the frames between worker and screen. Takes no input and knows no page. */

#define NO_FRAME (-1)

struct _KioskPictureStage {
  GtkWidget *widget;
  KioskPictureStageEvents events;
  gpointer data;

  KioskPictureLink *link; /* NULL: no session */
  int frames;
  KioskPictureSurface *surface;
  KioskPictureView view;
  char *first, *second;

  int current;      /* buffer of the last frame, or NO_FRAME */
  gboolean visible; /* a frame has been on the screen since the surface came */
  gboolean suspended;
  gboolean fresh; /* suspended, and the worker has begun anew already */

  GdkFrameClock *clock; /* while a change of place waits for its next "after-paint" */
  gulong clock_handler;
};

static void
on_shown (gpointer data)
{
  KioskPictureStage *self = data;

  if (self->link != NULL)
    kiosk_picture_link_shown (self->link);
  self->visible = TRUE;
  self->events.changed (self->data);
}

static void
on_released (guint buffer, gpointer data)
{
  KioskPictureStage *self = data;

  /* The current buffer stays ours: it is what a window that is mapped again shows. */
  if (self->link != NULL && (int) buffer != self->current)
    kiosk_picture_link_free_buffer (self->link, buffer);
}

/* The picture leaves the screen with this call. */
static void
remove_surface (KioskPictureStage *self)
{
  g_clear_pointer (&self->surface, kiosk_picture_surface_free);
  self->visible = FALSE;
  self->events.changed (self->data);
  if (self->link == NULL)
    return;
  for (guint i = 0; i < KIOSK_RDP_BUFFERS; i++)
    if ((int) i != self->current)
      kiosk_picture_link_free_buffer (self->link, i);
}

/* Nothing of the last frame is wanted any more; the worker may write to its buffer. */
static void
forget_frame (KioskPictureStage *self)
{
  self->current = NO_FRAME;
  remove_surface (self);
  gtk_widget_queue_draw (self->widget);
  if (self->link != NULL)
    kiosk_picture_link_shown (self->link);
}

static gboolean
update_view (KioskPictureStage *self)
{
  GtkWidget *widget = self->widget;
  GtkNative *native = gtk_widget_get_native (widget);
  graphene_point_t corner;
  double offset_x = 0, offset_y = 0;

  if (native == NULL || !gtk_widget_get_mapped (widget)
      || !gtk_widget_compute_point (widget, GTK_WIDGET (native), graphene_point_zero (), &corner))
    return FALSE;
  gtk_native_get_surface_transform (native, &offset_x, &offset_y);
  self->view.area_x = (int) (corner.x + offset_x);
  self->view.area_y = (int) (corner.y + offset_y);
  self->view.area_width = gtk_widget_get_width (widget);
  self->view.area_height = gtk_widget_get_height (widget);
  self->view.scale = gtk_widget_get_scale_factor (widget);
  self->events.placed (&self->view, self->data);
  return TRUE;
}

/* Puts the surface where the widget is, and creates it when its time has come. */
static void
place (KioskPictureStage *self)
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
  self->surface
      = kiosk_picture_surface_new (gtk_native_get_surface (gtk_widget_get_native (self->widget)),
                                   self->frames, &events, self, &error);
  if (self->surface == NULL)
    {
      g_message ("no picture: %s", error->message);
      self->events.failed (self->data);
      return;
    }
  kiosk_picture_surface_set_watermark (self->surface, self->first, self->second);
  kiosk_picture_surface_set_view (self->surface, &self->view);
  kiosk_picture_surface_present (self->surface, (guint) self->current, NULL, 0);
}

static void
cancel_place (KioskPictureStage *self)
{
  if (self->clock == NULL)
    return;
  g_signal_handler_disconnect (self->clock, self->clock_handler);
  g_clear_object (&self->clock);
}

static void
on_after_paint (GdkFrameClock *clock, KioskPictureStage *self)
{
  cancel_place (self);
  place (self);
}

/* After the next painting: then the widget has its place, and the surface moves in one with what the
 * window shows around it. */
static void
schedule_place (KioskPictureStage *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (self->widget);

  if (self->clock != NULL || clock == NULL || self->link == NULL)
    return;
  self->clock = g_object_ref (clock);
  self->clock_handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), self);
  gtk_widget_queue_draw (self->widget);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_AFTER_PAINT);
}

/* ---- public ---- */

KioskPictureStage *
kiosk_picture_stage_new (GtkWidget *widget, const KioskPictureStageEvents *events, gpointer data)
{
  KioskPictureStage *self = g_new0 (KioskPictureStage, 1);

  self->widget = widget;
  self->events = *events;
  self->data = data;
  self->frames = -1;
  self->current = NO_FRAME;
  self->view.scale = 1;
  return self;
}

void
kiosk_picture_stage_free (KioskPictureStage *self)
{
  cancel_place (self);
  g_free (self->first);
  g_free (self->second);
  g_free (self);
}

void
kiosk_picture_stage_begin (KioskPictureStage *self, KioskPictureLink *link, int frames)
{
  self->link = link;
  self->frames = frames;
}

void
kiosk_picture_stage_end (KioskPictureStage *self)
{
  self->link = NULL; /* nothing to account for any more */
  cancel_place (self);
  forget_frame (self);
  kiosk_fd_clear (&self->frames);
  self->view.width = self->view.height = 0;
  self->view.pan_x = self->view.pan_y = 0;
  self->suspended = self->fresh = FALSE; /* belonged to the session that ends */
}

void
kiosk_picture_stage_set_size (KioskPictureStage *self, guint width, guint height, gboolean anew)
{
  if (anew)
    {
      /* The worker may be told of the end of the suspension before us. Its frame is the only one that
       * a server at rest will send: it waits, unseen. */
      self->fresh = self->suspended;
      self->current = NO_FRAME;
    }
  else if (width == self->view.width && height == self->view.height)
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

void
kiosk_picture_stage_show_frame (KioskPictureStage *self, const KioskRdpFrame *frame)
{
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
}

void
kiosk_picture_stage_follow (KioskPictureStage *self)
{
  schedule_place (self);
}

void
kiosk_picture_stage_hide (KioskPictureStage *self)
{
  cancel_place (self);
  remove_surface (self);
}

void
kiosk_picture_stage_set_suspended (KioskPictureStage *self, gboolean suspended)
{
  self->suspended = suspended; /* first: whatever arrives from here on finds the way closed */
  self->fresh = FALSE;
  if (!suspended)
    {
      schedule_place (self);
      return;
    }
  self->events.changed (self->data);
  cancel_place (self);
  forget_frame (self);
}

void
kiosk_picture_stage_set_cover (KioskPictureStage *self, int height, int left)
{
  if (self->view.cover == MAX (height, 0) && self->view.cover_left == MAX (left, 0))
    return;
  self->view.cover = MAX (height, 0);
  self->view.cover_left = MAX (left, 0);
  schedule_place (self);
}

void
kiosk_picture_stage_set_watermark (KioskPictureStage *self, const char *first, const char *second)
{
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
kiosk_picture_stage_pan (KioskPictureStage *self, double x, double y)
{
  if (self->surface == NULL || !kiosk_picture_view_pan (&self->view, x, y))
    return;
  self->events.placed (&self->view, self->data);
  kiosk_picture_surface_set_view (self->surface, &self->view);
}

gboolean
kiosk_picture_stage_is_suspended (const KioskPictureStage *self)
{
  return self->suspended;
}

gboolean
kiosk_picture_stage_is_current (const KioskPictureStage *self)
{
  return !self->suspended || self->fresh;
}

gboolean
kiosk_picture_stage_has_frame (const KioskPictureStage *self)
{
  return self->current != NO_FRAME;
}

gboolean
kiosk_picture_stage_is_visible (const KioskPictureStage *self)
{
  return self->visible;
}
