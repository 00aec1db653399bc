/* SPDX-License-Identifier: GPL-3.0-or-later */
/* processes [NAME] - every process with a program: "pid ppid uid state name path", or only the pids of those
 * whose program's file has that name. Kernel threads and the tests' own tools are left out. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define OWN "/machinetest/"

typedef struct {
  char name[64], state;
  int parent, uid;
} Status;

static void
read_status (const char *pid, Status *status)
{
  char path[300], line[300];
  FILE *file;

  snprintf (path, sizeof path, "/proc/%s/status", pid);
  if ((file = fopen (path, "r")) == NULL)
    return;
  while (fgets (line, sizeof line, file) != NULL)
    {
      sscanf (line, "Name: %63[^\n]", status->name);
      sscanf (line, "State: %c", &status->state);
      sscanf (line, "PPid: %d", &status->parent);
      sscanf (line, "Uid: %d", &status->uid);
    }
  fclose (file);
}

int
main (int argc, char **argv)
{
  DIR *folder = opendir ("/proc");
  struct dirent *entry;

  if (folder == NULL)
    return 2;
  while ((entry = readdir (folder)) != NULL)
    {
      char path[300], program[300];
      const char *name;
      ssize_t length;
      Status status = { .state = '?', .uid = -1 };

      if (!isdigit ((unsigned char) entry->d_name[0]))
        continue;
      snprintf (path, sizeof path, "/proc/%s/exe", entry->d_name);
      if ((length = readlink (path, program, sizeof program - 1)) < 0)
        continue;
      program[length] = '\0';
      if (strstr (program, OWN) != NULL)
        continue;
      name = strrchr (program, '/') == NULL ? program : strrchr (program, '/') + 1;
      read_status (entry->d_name, &status);
      if (argc < 2)
        printf ("%s %d %d %c %s %s\n", entry->d_name, status.parent, status.uid, status.state,
                status.name, program);
      else if (strcmp (name, argv[1]) == 0)
        printf ("%s\n", entry->d_name);
    }
  return 0;
}
