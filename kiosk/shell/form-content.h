/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "form.h"
#include "view.h"

/* The words of the form pages. Each fills @content from @view; texts that had to be made are owned by
 * @strings. */
void kiosk_form_content_login (const KioskView *view, KioskFormContent *content,
                               GPtrArray *strings);
void kiosk_form_content_locked (const KioskView *view, KioskFormContent *content,
                                GPtrArray *strings);
/* What is asked beside passwords while one is changed. */
void kiosk_form_content_prove (const KioskView *view, KioskFormContent *content,
                               GPtrArray *strings);
void kiosk_form_content_approve (const KioskView *view, KioskFormContent *content,
                                 GPtrArray *strings);
void kiosk_form_content_credentials (const KioskView *view, KioskFormContent *content,
                                     GPtrArray *strings);
