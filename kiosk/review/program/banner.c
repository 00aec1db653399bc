/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "banner.h"

#include "proof-words.h"
#include "texts.h"
#include "widgets.h"

/* Shape, word and colour of the verdict. */

struct _KioskBanner {
  GtkBox parent_instance;
  KioskStore *store;
  GtkWidget *icon, *title, *detail, *source, *steps, *place, *place_word, *ledger;
};

G_DEFINE_FINAL_TYPE (KioskBanner, kiosk_banner, GTK_TYPE_BOX)

enum { SHOW_PLACE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
on_changed (KioskStore *store, KioskBanner *self)
{
  static const struct {
    const char *class, *icon;
  } looks[] = {
    [KIOSK_LOG_GOOD] = { "ok", "kiosk-shield-symbolic" },
    [KIOSK_LOG_NO_KEY] = { "warn", "dialog-warning-symbolic" },
    [KIOSK_LOG_BROKEN] = { "err", "kiosk-refused-symbolic" },
  };
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *source = NULL;
  g_autofree char *backing = NULL;
  g_autofree char *both = NULL;
  KioskLogVerdict verdict;

  gtk_widget_set_visible (GTK_WIDGET (self), kiosk_store_get_state (store) == KIOSK_STORE_READY);
  if (kiosk_store_get_state (store) != KIOSK_STORE_READY)
    return;
  verdict = kiosk_log_verdict (store, &title, &detail);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    kiosk_set_class (GTK_WIDGET (self), looks[i].class, i == verdict);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), looks[verdict].icon);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->detail), detail);
  source = kiosk_say_source (store);
  backing = kiosk_say_backing (store);
  both = g_strconcat (source, kiosk_say_is_japanese () ? "。" : ". ", backing, NULL);
  gtk_label_set_text (GTK_LABEL (self->source), both);
  gtk_widget_set_visible (self->ledger, verdict != KIOSK_LOG_BROKEN);
  gtk_label_set_text (
      GTK_LABEL (self->place_word),
      kiosk_say (kiosk_store_has_fault (store) ? KIOSK_SAY_SHOW_PLACE : KIOSK_SAY_SHOW_PROOF));
  gtk_widget_set_visible (self->steps, verdict == KIOSK_LOG_BROKEN);
  gtk_widget_set_visible (self->place, verdict == KIOSK_LOG_BROKEN);
  kiosk_name (GTK_WIDGET (self), title);
}

static void
on_place (GtkButton *button, KioskBanner *self)
{
  g_signal_emit (self, signals[SHOW_PLACE], 0);
}

static void
kiosk_banner_dispose (GObject *object)
{
  g_clear_object (&KIOSK_BANNER (object)->store);
  G_OBJECT_CLASS (kiosk_banner_parent_class)->dispose (object);
}

static void
kiosk_banner_class_init (KioskBannerClass *class)
{
  G_OBJECT_CLASS (class)->dispose = kiosk_banner_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_ALERT);
  signals[SHOW_PLACE] = g_signal_new ("show-place", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
kiosk_banner_init (KioskBanner *self)
{
  GtkWidget *words = kiosk_vbox (3, NULL);

  gtk_box_set_spacing (GTK_BOX (self), 15);
  gtk_widget_add_css_class (GTK_WIDGET (self), "banner");
  self->icon = kiosk_icon (NULL, 24, "banner-icon");
  self->title = kiosk_paragraph (NULL, "banner-title");
  self->detail = kiosk_paragraph (NULL, "banner-detail numeric");
  self->steps = kiosk_hbox (12, "banner-detail");
  gtk_box_append (GTK_BOX (self->steps), kiosk_label (kiosk_say (KIOSK_SAY_TO_DO), "bold"));
  gtk_box_append (GTK_BOX (self->steps), kiosk_paragraph (kiosk_say (KIOSK_SAY_TO_DO_STEPS), NULL));
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->detail);
  self->source = kiosk_paragraph (NULL, "banner-detail numeric");
  gtk_box_append (GTK_BOX (words), self->source);
  gtk_box_append (GTK_BOX (words), self->steps);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  self->place = kiosk_button (NULL, kiosk_say (KIOSK_SAY_SHOW_PLACE), NULL);
  self->place_word = gtk_widget_get_last_child (gtk_button_get_child (GTK_BUTTON (self->place)));
  gtk_widget_set_valign (self->place, GTK_ALIGN_CENTER);
  self->ledger = kiosk_button (NULL, kiosk_say (KIOSK_SAY_COMPARE_LEDGER), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->ledger), "win.ledger");
  gtk_widget_set_valign (self->ledger, GTK_ALIGN_CENTER);
  g_signal_connect (self->place, "clicked", G_CALLBACK (on_place), self);
  gtk_widget_set_valign (self->icon, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self), self->icon);
  gtk_box_append (GTK_BOX (self), words);
  gtk_box_append (GTK_BOX (self), self->place);
  gtk_box_append (GTK_BOX (self), self->ledger);
}

GtkWidget *
kiosk_banner_new (KioskStore *store)
{
  KioskBanner *self = g_object_new (KIOSK_TYPE_BANNER, NULL);

  self->store = g_object_ref (store);
  g_signal_connect_object (store, "changed", G_CALLBACK (on_changed), self, 0);
  on_changed (store, self);
  return GTK_WIDGET (self);
}
