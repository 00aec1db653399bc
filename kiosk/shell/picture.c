/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-shell"

#include "picture.h"

#include "picture-input.h"
#include "picture-link.h"
#include "picture-stage.h"

#include "kiosk/base/descriptor.h"
#include "kiosk/base/error.h"

#include <sys/socket.h>

/* The widget: ties worker, screen and person together, and decides when input may pass: exactly while
 * a frame is on the screen and nothing holds it back. */

/* A window that is being resized tells the server its last size, not every one. */
#define RESIZE_PATIENCE_MS 200

struct _KioskPicture {
  GtkWidget parent_instance;

  KioskPictureLink *link; /* NULL: no session */
  KioskPictureStage *stage;
  KioskPictureInput *input;
  gboolean active; /* "active" was emitted */
  gboolean hold;

  guint sent_width, sent_height; /* the size that the server knows */
  guint resize_timer;
};

G_DEFINE_FINAL_TYPE (KioskPicture, kiosk_picture, GTK_TYPE_WIDGET)

enum { SIGNAL_ACTIVE, SIGNAL_ENDED, SIGNAL_INPUT, N_SIGNALS };

static guint signals[N_SIGNALS];

/* ---- screen ---- */

static void
update_input (KioskPicture *self)
{
  gboolean open = kiosk_picture_stage_is_visible (self->stage)
                  && !kiosk_picture_stage_is_suspended (self->stage) && !self->hold;

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
on_stage_changed (gpointer data)
{
  KioskPicture *self = data;

  update_input (self);
  if (kiosk_picture_stage_is_visible (self->stage))
    announce_active (self);
}

static void
on_stage_placed (const KioskPictureView *view, gpointer data)
{
  KioskPicture *self = data;

  kiosk_picture_input_set_view (self->input, view);
}

static void
on_stage_failed (gpointer data)
{
  KioskPicture *self = data;

  kiosk_picture_stop (self);
  g_signal_emit (self, signals[SIGNAL_ENDED], 0);
}

/* ---- worker ---- */

static void
on_size (guint width, guint height, gboolean anew, gpointer data)
{
  KioskPicture *self = data;

  kiosk_picture_stage_set_size (self->stage, width, height, anew);
}

static void
on_frame (const KioskRdpFrame *frame, gpointer data)
{
  KioskPicture *self = data;

  kiosk_picture_stage_show_frame (self->stage, frame);
  /* A page that waits for the first picture before it shows this widget must not wait for ever. */
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) && kiosk_picture_stage_is_current (self->stage))
    announce_active (self);
}

static void
on_cursor (const KioskRdpCursor *cursor, gpointer data)
{
  KioskPicture *self = data;
  g_autoptr (GdkCursor) shape = NULL;

  if (!kiosk_picture_stage_is_current (self->stage))
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

  kiosk_picture_stage_pan (self->stage, x, y);
}

static gboolean
on_resize_timer (gpointer data)
{
  KioskPicture *self = data;
  guint width, height;

  self->resize_timer = 0;
  kiosk_picture_get_pixels (self, &width, &height);
  if (self->link != NULL && !kiosk_picture_stage_is_suspended (self->stage)
      && gtk_widget_get_mapped (GTK_WIDGET (self))
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
  kiosk_picture_stage_follow (self->stage);
  check_resize (self);
}

static void
kiosk_picture_unmap (GtkWidget *widget)
{
  KioskPicture *self = KIOSK_PICTURE (widget);

  if (self->stage != NULL) /* not while it is being disposed of */
    kiosk_picture_stage_hide (self->stage);
  GTK_WIDGET_CLASS (kiosk_picture_parent_class)->unmap (widget);
}

static void
kiosk_picture_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  kiosk_picture_stage_follow (KIOSK_PICTURE (widget)->stage);
  check_resize (KIOSK_PICTURE (widget));
}

static void
on_scale_factor (KioskPicture *self)
{
  kiosk_picture_stage_follow (self->stage);
  check_resize (self);
}

/* What the picture leaves free is black, not the page. */
static void
kiosk_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  static const GdkRGBA black = { 0, 0, 0, 1 };
  const KioskPictureStage *stage = KIOSK_PICTURE (widget)->stage;
  graphene_rect_t area = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                             (float) gtk_widget_get_height (widget));

  if (kiosk_picture_stage_has_frame (stage) && !kiosk_picture_stage_is_suspended (stage))
    gtk_snapshot_append_color (snapshot, &black, &area);
}

static void
kiosk_picture_dispose (GObject *object)
{
  KioskPicture *self = KIOSK_PICTURE (object);

  kiosk_picture_stop (self);
  g_clear_pointer (&self->input, kiosk_picture_input_free);
  g_clear_pointer (&self->stage, kiosk_picture_stage_free);
  G_OBJECT_CLASS (kiosk_picture_parent_class)->dispose (object);
}

static void
kiosk_picture_class_init (KioskPictureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kiosk_picture_dispose;
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
  static const KioskPictureStageEvents stage_events
      = { on_stage_changed, on_stage_placed, on_stage_failed };
  static const KioskPictureInputEvents events = { on_activity, on_pointer };

  self->stage = kiosk_picture_stage_new (GTK_WIDGET (self), &stage_events, self);
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
  kiosk_picture_stage_begin (self->stage, self->link, kiosk_fd_steal (&owned_frames));
  self->active = FALSE;
  kiosk_picture_get_pixels (self, &self->sent_width, &self->sent_height);
  return TRUE;
}

void
kiosk_picture_stop (KioskPicture *self)
{
  KioskPictureLink *link;

  g_return_if_fail (KIOSK_IS_PICTURE (self));
  if (self->link == NULL)
    return;
  link = g_steal_pointer (&self->link);
  kiosk_picture_stage_end (self->stage); /* closes the way for input too */
  kiosk_picture_link_close (link);
  gtk_widget_set_cursor (GTK_WIDGET (self), NULL);
  g_clear_handle_id (&self->resize_timer, g_source_remove);
}

void
kiosk_picture_set_suspended (KioskPicture *self, gboolean suspended)
{
  g_return_if_fail (KIOSK_IS_PICTURE (self));
  if (suspended == kiosk_picture_stage_is_suspended (self->stage))
    return;
  kiosk_picture_stage_set_suspended (self->stage, suspended);
  if (suspended)
    gtk_widget_set_cursor (GTK_WIDGET (self), NULL);
  else
    check_resize (self);
}

void
kiosk_picture_set_cover (KioskPicture *self, int height, int left)
{
  g_return_if_fail (KIOSK_IS_PICTURE (self));
  kiosk_picture_stage_set_cover (self->stage, height, left);
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
  kiosk_picture_stage_set_watermark (self->stage, first, second);
}

void
kiosk_picture_send_secure_attention (KioskPicture *self)
{
  g_return_if_fail (KIOSK_IS_PICTURE (self));
  if (self->link != NULL && kiosk_picture_stage_is_visible (self->stage))
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

void
kiosk_picture_note_key (KioskPicture *self, guint keycode, gboolean down)
{
  kiosk_picture_input_note_key (self->input, keycode, down);
}
