/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kiosk-review"

#include "test-channel.h"

#include "page-report.h"
#include "print.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "dump": every text that is on the screen, one a line, then "done". "focus": type of the widget with the focus and its
 * text. "sizes": what the pages ask for at least. "rows": length of the first list of records. "put FILE": what is shown, printed into a file; of the report the report, or what is printed of it when the name ends in "-printed.pdf". "memory": kilobytes that the process holds. */

static GtkWidget *watched;
static KioskStore *reviewed;
static KioskReviewer *reviewing;

static void
print_text (const char *text)
{
  g_autofree char *line = g_strdelimit (g_strdup (text), "\n", ' ');

  if (*line != '\0')
    printf ("%s\n", line);
}

static void
dump (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (GTK_IS_LABEL (widget))
    print_text (gtk_label_get_text (GTK_LABEL (widget)));
  else if (GTK_IS_TEXT (widget))
    {
      g_autofree char *text = gtk_editable_get_chars (GTK_EDITABLE (widget), 0, -1);

      if (gtk_text_get_visibility (GTK_TEXT (widget)))
        print_text (text);
    }
  if (GTK_IS_BUTTON (widget) && !gtk_widget_is_sensitive (widget))
    printf ("(off)\n");
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    dump (child);
}

static void
tell_rows (GtkWidget *widget)
{
  if (GTK_IS_COLUMN_VIEW (widget) && gtk_widget_get_mapped (widget))
    printf ("rows %u\n", g_list_model_get_n_items (
                             G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (widget)))));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tell_rows (child);
}

static void
tell_memory (void)
{
  g_autofree char *text = NULL;
  guint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*u %" G_GUINT64_FORMAT, &pages);
  printf ("memory %" G_GUINT64_FORMAT "\n", pages * (guint64) sysconf (_SC_PAGESIZE) / 1024);
}

/* What the pages ask for at least: none may be higher than the smallest screen. */
static void
tell_sizes (GtkWidget *widget)
{
  if (GTK_IS_STACK (widget) && GTK_IS_BOX (gtk_widget_get_parent (widget)))
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      {
        int width, height;

        gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
        gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);
        printf ("size %s %d %d\n", G_OBJECT_TYPE_NAME (child), width, height);
      }
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "KioskBanner")
      || g_str_equal (G_OBJECT_TYPE_NAME (widget), "KioskNavigation"))
    {
      int width;

      gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
      printf ("size %s %d 0\n", G_OBJECT_TYPE_NAME (widget), width);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tell_sizes (child);
}

/* The page that is shown: on paper, or its report, without the dialogs that ask where to. */
static void
put_out (GtkWidget *widget, const char *file)
{
  if (!gtk_widget_get_mapped (widget))
    return;
  if (KIOSK_IS_PAGE_REPORT (widget) && !g_str_has_suffix (file, "-printed.pdf"))
    kiosk_page_report_save (KIOSK_PAGE_REPORT (widget), file, g_str_has_suffix (file, ".csv"));
  else if (g_str_has_prefix (G_OBJECT_TYPE_NAME (widget), "KioskPage"))
    kiosk_print (GTK_WINDOW (watched), reviewed, reviewing, widget, file);
  else
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      put_out (child, file);
}

static void
answer (const char *line)
{
  GtkWidget *focus = watched != NULL ? gtk_window_get_focus (GTK_WINDOW (watched)) : NULL;

  if (watched != NULL && g_str_equal (line, "dump"))
    dump (watched);
  else if (watched != NULL && g_str_equal (line, "rows"))
    tell_rows (watched);
  else if (watched != NULL && g_str_equal (line, "sizes"))
    tell_sizes (watched);
  else if (watched != NULL && g_str_has_prefix (line, "put "))
    put_out (watched, line + strlen ("put "));
  else if (g_str_equal (line, "memory"))
    tell_memory ();
  else if (g_str_equal (line, "focus"))
    for (; focus != NULL; focus = gtk_widget_get_parent (focus))
      printf ("%s\n", G_OBJECT_TYPE_NAME (focus));
  printf ("done\n");
  fflush (stdout);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDataInputStream *stream = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (stream, result, NULL, NULL);

  if (line == NULL)
    return;
  answer (line);
  g_data_input_stream_read_line_async (stream, G_PRIORITY_LOW, NULL, on_line, NULL);
}

static void
on_state (KioskStore *store, gpointer data)
{
  static const char *const words[] = { "empty", "reading", "ready", "failed" };
  static KioskStoreState last = KIOSK_STORE_EMPTY;
  KioskStoreState state = kiosk_store_get_state (store);

  if (state != last)
    printf ("state %s\n", words[state]);
  last = state;
  fflush (stdout);
}

void
kiosk_test_channel_watch (GtkWidget *window, KioskStore *store, KioskReviewer *reviewer)
{
  static gboolean begun;

  reviewed = store;
  reviewing = reviewer;

  g_set_weak_pointer (&watched, window);
  if (begun)
    return;
  begun = TRUE;
  g_signal_connect (store, "state", G_CALLBACK (on_state), NULL);
  {
    g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
    GDataInputStream *stream = g_data_input_stream_new (input);

    g_data_input_stream_read_line_async (stream, G_PRIORITY_LOW, NULL, on_line, NULL);
  }
}
