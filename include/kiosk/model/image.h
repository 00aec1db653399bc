/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What a terminal knows about the image that it was started from. Pure. */

/* Whether @text is a date as an image names its own: YYYY-MM-DD, ten characters, a day that the
 * calendar has. NULL is none. */
gboolean kiosk_image_date_is_valid (const char *text);

/* Days from @date (as above) to the day @year, @month, @day; 0 on the day itself. -1 when there is no
 * age to tell: @date is not valid, or lies after that day, because one of the two clocks was wrong. */
int kiosk_image_age (const char *date, int year, int month, int day);

/* The longest command line that a kernel takes (COMMAND_LINE_SIZE is 2048 on x86, 4096 elsewhere). */
#define KIOSK_IMAGE_MAX_COMMAND_LINE 4096

/* Whether the command line @booted of the running kernel (/proc/cmdline) is the one @made that the
 * image was made for: the same words in the same order.
 *
 * Words are what the kernel takes for one (lib/cmdline.c, next_arg()): separated by white space outside
 * of double quotes, and compared byte by byte with their quotes. How others read them (systemd knows
 * single quotes and backslashes, too) does not matter: the same bytes mean the same to everybody.
 *
 * One word may differ: roothash=, which an image cannot know of itself. In @made every word that begins
 * with it is left out, in @booted only those with nothing but hexadecimal digits behind it: within
 * quotes a whole other command line could stand there. It is not trusted here: it is what the
 * verified root has proved already, or nothing of this would have been read from there.
 *
 * FALSE with *@difference: the first word that is another than it must be, as @booted has it, or as
 * @made has it when it is missing there; escaped (g_strescape()) and cut, owned by the caller. A line that
 * has a NUL in it or is too long differs as a whole. */
gboolean kiosk_image_boot_matches (const char *made, gsize made_length, const char *booted,
                                   gsize booted_length, char **difference);
