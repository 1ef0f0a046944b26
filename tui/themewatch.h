/*
 * themewatch: tells when the theme's file changed, so that whoever edits it
 * sees it at once. Waits for the kernel, never looks by itself. UI thread.
 */
#ifndef PC_TUI_THEMEWATCH_H
#define PC_TUI_THEMEWATCH_H

#include <stdbool.h>

struct themewatch {
    int fd; /* poll it for reading; -1: there is nothing to watch */
    char name[256]; /* of the file in its folder */
};

/* `which` as for theme_open(): a theme by name is in the program and never changes. */
void themewatch_open(struct themewatch *w, const char *which);
void themewatch_close(struct themewatch *w);
/* Takes what came; true when it was about the file. */
bool themewatch_changed(struct themewatch *w);

#endif
