/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "picture-link.h"
#include "picture-view.h"

#include <gtk/gtk.h>

/* Which frame is on the screen, and where: keeps the surface in step with the widget's place, and
 * the buffers' accounts with the worker. A surface exists exactly while a frame is there and may be
 * seen: the widget mapped, not suspended. */
typedef struct _KioskPictureStage KioskPictureStage;

typedef struct {
  void (*changed) (gpointer data); /* a frame appeared on the screen, or the picture left it */
  void (*placed) (const KioskPictureView *view, gpointer data);
  void (*failed) (gpointer data); /* nothing can be shown here: the session has to end */
} KioskPictureStageEvents;

KioskPictureStage *kiosk_picture_stage_new (GtkWidget *widget,
                                            const KioskPictureStageEvents *events, gpointer data);
void kiosk_picture_stage_free (KioskPictureStage *self);

/* A session begins (takes over @frames, borrows @link) and ends: the picture leaves at once. */
void kiosk_picture_stage_begin (KioskPictureStage *self, KioskPictureLink *link, int frames);
void kiosk_picture_stage_end (KioskPictureStage *self);

/* What the worker says. */
void kiosk_picture_stage_set_size (KioskPictureStage *self, guint width, guint height,
                                   gboolean anew);
void kiosk_picture_stage_show_frame (KioskPictureStage *self, const KioskRdpFrame *frame);

/* The widget was mapped, moved or resized: the picture follows after the next painting. */
void kiosk_picture_stage_follow (KioskPictureStage *self);

/* The widget is about to be unmapped: the picture leaves at once. Its frame is kept. */
void kiosk_picture_stage_hide (KioskPictureStage *self);

void kiosk_picture_stage_set_suspended (KioskPictureStage *self, gboolean suspended);
void kiosk_picture_stage_set_cover (KioskPictureStage *self, int height, int left);
void kiosk_picture_stage_set_watermark (KioskPictureStage *self, const char *first,
                                        const char *second);

/* The pointer is at @x, @y of the widget. */
void kiosk_picture_stage_pan (KioskPictureStage *self, double x, double y);

gboolean kiosk_picture_stage_is_suspended (const KioskPictureStage *self);

/* Whether what the worker says now belongs to a picture that is, or will be, seen. */
gboolean kiosk_picture_stage_is_current (const KioskPictureStage *self);

gboolean kiosk_picture_stage_has_frame (const KioskPictureStage *self);

/* Whether a frame is on the screen. */
gboolean kiosk_picture_stage_is_visible (const KioskPictureStage *self);
