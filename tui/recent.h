/*
 * recent: the lines that were typed lately, newest first, each once.
 *
 * Kept in a small file of the state directory when there is one; a file that
 * cannot be read or written is no reason to stop anybody. UI thread.
 */
#ifndef PC_TUI_RECENT_H
#define PC_TUI_RECENT_H

#include <stddef.h>

enum { RECENT_MAX = 30, RECENT_LINE_MAX = 160 };

struct recent {
    char line[RECENT_MAX][RECENT_LINE_MAX];
    size_t count;
};

void recent_load(struct recent *r, const char *dir);
void recent_save(const struct recent *r, const char *dir);
void recent_add(struct recent *r, const char *line);

#endif
