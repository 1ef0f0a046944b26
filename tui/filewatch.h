/*
 * filewatch: tells when a file was written, so that whoever edits a theme or the
 * configuration sees it at once. Waits for the kernel, never looks by itself.
 * UI thread.
 */
#ifndef PC_TUI_FILEWATCH_H
#define PC_TUI_FILEWATCH_H

#include <stdbool.h>

struct filewatch {
    int fd; /* poll it for reading; -1: there is nothing to watch */
    char name[256]; /* of the file in its folder */
};

/* path NULL or "": nothing. What was watched before is let go by the caller. */
void filewatch_open(struct filewatch *w, const char *path);
void filewatch_close(struct filewatch *w);
/* Takes what came; true when it was about the file. */
bool filewatch_changed(struct filewatch *w);

#endif
