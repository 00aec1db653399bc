/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-rdp"

#include "damage.h"

/* A bounded list of rectangles. Pure. */

static guint64
area (const KioskRdpRect *rect)
{
  return (guint64) rect->width * rect->height;
}

static KioskRdpRect
join (const KioskRdpRect *a, const KioskRdpRect *b)
{
  guint32 x = MIN (a->x, b->x);
  guint32 y = MIN (a->y, b->y);

  return (KioskRdpRect){
    .x = x,
    .y = y,
    .width = MAX (a->x + a->width, b->x + b->width) - x,
    .height = MAX (a->y + a->height, b->y + b->height) - y,
  };
}

void
kiosk_rdp_damage_add (KioskRdpDamage *self, const KioskRdpRect *rect)
{
  KioskRdpRect bounds = *rect;
  guint64 total = 0;

  if (rect->width == 0 || rect->height == 0)
    return;

  if (self->n < G_N_ELEMENTS (self->rects))
    {
      self->rects[self->n++] = *rect;
    }
  else
    {
      /* Full: grow the one that grows least. */
      guint best = 0;
      guint64 best_growth = G_MAXUINT64;

      for (guint i = 0; i < self->n; i++)
        {
          KioskRdpRect joined = join (&self->rects[i], rect);
          guint64 growth = area (&joined) - area (&self->rects[i]);

          if (growth < best_growth)
            {
              best = i;
              best_growth = growth;
            }
        }
      self->rects[best] = join (&self->rects[best], rect);
    }

  /* As soon as the rectangles cost more than their bounding box, the box is cheaper. That also
   * swallows repetitions and rectangles inside others. */
  for (guint i = 0; i < self->n; i++)
    {
      bounds = join (&bounds, &self->rects[i]);
      total += area (&self->rects[i]);
    }
  if (total >= area (&bounds))
    {
      self->rects[0] = bounds;
      self->n = 1;
    }
}

void
kiosk_rdp_damage_clear (KioskRdpDamage *self)
{
  self->n = 0;
}
